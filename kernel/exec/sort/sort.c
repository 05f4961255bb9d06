// SPDX-License-Identifier: Apache-2.0
// ORDER BY: keeps all rows beside the values of keys that are no plain columns, sorts row numbers,
// and reads the rows through dictionary vectors, so that no row is moved.
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/rows/collector.h"
#include "kernel/exec/sort/external.h"
#include "kernel/exec/sort/order.h"

#include <stdlib.h>

enum { SPILL_BYTES_MIN = 1 << 18 };

typedef struct SortOperator {
    Operator op;
    KeyedColumns keyed;
    Collector collector;
    SortedRows sorted;
    ExternalSort external;
    Query *external_query;
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
    bool within = collector_append(&self->collector, worker->index, worker->morsel, columns,
                                   batch_rows(batch));
    MemoryAccount *memory = worker->query->memory;
    uint64_t limit = memory_account_limit(memory);
    if (within && memory_used(memory) < limit / 2) return true;
    uint64_t least = MAX(limit / (8 * self->collector.part_count), (uint64_t)SPILL_BYTES_MIN);
    if (collector_bytes(&self->collector, worker->index) < least) return true;
    return external_sort_spill(&self->external, &self->collector, worker->index, worker->query,
                               err);
}

// Whether what is in memory cannot be sorted there.
static bool must_spill(const SortOperator *self, Query *query) {
    uint64_t rows = collector_rows(&self->collector), bytes = memory_used(query->memory);
    for (uint32_t c = 0; c < self->keyed.column_count; c++)
        bytes += rows * (16 + physical_bytes(type_physical(self->keyed.types[c])));
    bytes += rows * 48 + (uint64_t)self->keyed.key_count * rows * 16;
    return self->external.run_count || bytes > memory_account_limit(query->memory);
}

static bool spill_part(void *context, uint64_t part, uint32_t worker, Error *err) {
    (void)worker;
    SortOperator *self = context;
    return external_sort_spill(&self->external, &self->collector, (uint32_t)part,
                               self->external_query, err);
}

static bool finish(Operator *op, Run *run, Error *err) {
    SortOperator *self = (SortOperator *)op;
    if (must_spill(self, run->query)) {
        self->external_query = run->query;
        return run_parallel(run->query, spill_part, self, self->collector.part_count, err);
    }
    RowStore rows;
    row_store_init(&rows, self->keyed.types, self->keyed.column_count, run->query->memory);
    collector_finish(&self->collector, &rows);
    return sorted_rows_make(&self->sorted, &rows, &self->keyed, run->query, err);
}

static void release(Operator *op) {
    SortOperator *self = (SortOperator *)op;
    collector_deinit(&self->collector);
    sorted_rows_deinit(&self->sorted);
    external_sort_deinit(&self->external);
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
    uint64_t limit = node->kind == PHYS_TOPN ? node->sort.limit : UINT64_MAX;
    sorted_rows_init(&op->sorted, node->column_count, node->sort.offset, limit);
    external_sort_init(&op->external, run, &op->keyed, node->column_count, node->sort.offset,
                       limit);
    if (!run_build_unordered(run, node->inputs[0], &op->op, err)) return false;
    run_add_finish(run, &op->op);
    // One of the two has rows.
    run_add_pipeline(run, &op->sorted.source, false, node, above);
    run_add_pipeline(run, &op->external.source, false, node, above);
    return true;
}
