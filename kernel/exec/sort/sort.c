// SPDX-License-Identifier: Apache-2.0
// ORDER BY: keeps all rows beside the values of keys that are no plain columns, sorts row numbers,
// and reads the rows through dictionary vectors, so that no row is moved.
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/rows/collector.h"
#include "kernel/exec/sort/order.h"
#include "kernel/exec/sort/sorted.h"

#include <stdlib.h>

typedef struct SortOperator {
    Operator op;
    KeyedColumns keyed;
    Collector collector;
    SortedRows sorted;
} SortOperator;

typedef struct SortStage {
    Stage stage;
    KeyedState keyed;
} SortStage;

static bool prepare(Operator *op, Run *run, Error *err) {
    return keyed_columns_prepare(&((SortOperator *)op)->keyed, run, err);
}

static Stage *open(Operator *op, Worker *worker, Error *err) {
    SortStage *stage = stage_new(op, worker, sizeof *stage);
    if (keyed_state_init(&stage->keyed, &((SortOperator *)op)->keyed, worker->query, err))
        return &stage->stage;
    free(stage);
    return NULL;
}

static void close(Stage *stage) { keyed_state_deinit(&((SortStage *)stage)->keyed); }

static bool push(Stage *stage, Batch *batch, Error *err) {
    SortOperator *self = (SortOperator *)stage->op;
    Worker *worker = stage->worker;
    const Vector *columns = keyed_state_eval(&((SortStage *)stage)->keyed, batch, err);
    if (!columns) return false;
    if (collector_append(&self->collector, worker->index, worker->morsel, columns,
                         batch_rows(batch)))
        return true;
    return memory_fail(worker->query->memory, "sort", err);
}

static bool finish(Operator *op, Run *run, Error *err) {
    SortOperator *self = (SortOperator *)op;
    RowStore rows;
    row_store_init(&rows, self->keyed.types, self->keyed.column_count, run->query->memory);
    collector_finish(&self->collector, &rows);
    return sorted_rows_make(&self->sorted, &rows, &self->keyed, run->query, err);
}

static void release(Operator *op) {
    SortOperator *self = (SortOperator *)op;
    collector_deinit(&self->collector);
    sorted_rows_deinit(&self->sorted);
}

static const OperatorOps sort_ops = {
    .name = "sort",
    .prepare = prepare,
    .open = open,
    .push = push,
    .close = close,
    .finish = finish,
    .release = release,
};

bool build_sort(Run *run, const PhysNode *node, Operator *above, Error *err) {
    SortOperator *op = (SortOperator *)run_operator(run, &sort_ops, node, NULL, sizeof *op);
    keyed_columns_init(&op->keyed, run, node->inputs[0], node->sort.keys, node->sort.key_count);
    collector_init(&op->collector, op->keyed.types, op->keyed.column_count, run->query->memory,
                   run->worker_count);
    sorted_rows_init(&op->sorted, node->column_count, node->sort.offset,
                     node->kind == PHYS_TOPN ? node->sort.limit : UINT64_MAX);
    if (!run_build_unordered(run, node->inputs[0], &op->op, err)) return false;
    run_add_finish(run, &op->op);
    run_add_pipeline(run, &op->sorted.source, false, node, above);
    return true;
}
