// SPDX-License-Identifier: Apache-2.0
// The build side: collects rows and computed keys, then makes contiguous columns and the hash
// table.
#include "kernel/exec/bloom.h"
#include "kernel/exec/join/join.h"
#include "kernel/exec/rows/keys.h"

#include <stdlib.h>

typedef struct BuildOperator {
    Operator op;
    Join *join;
} BuildOperator;

typedef struct BuildStage {
    Stage stage;
    ExprState *state;
    Vector *columns;
} BuildStage;

static bool prepare(Operator *op, Run *run, Error *err) {
    return join_side_prepare(&((BuildOperator *)op)->join->build, run, err);
}

static Stage *open(Operator *op, Worker *worker, Error *err) {
    const Join *join = ((BuildOperator *)op)->join;
    BuildStage *stage = stage_new(op, worker, sizeof *stage);
    stage->columns = xcalloc(join->build_column_count + 1, sizeof(Vector));
    if (!join->build.program) return &stage->stage;
    stage->state = expr_state_new(join->build.program, worker->query, err);
    if (stage->state) return &stage->stage;
    free(stage->columns);
    free(stage);
    return NULL;
}

static void close(Stage *base) {
    BuildStage *stage = (BuildStage *)base;
    if (stage->state) expr_state_free(stage->state);
    free(stage->columns);
}

static bool push(Stage *base, Batch *batch, Error *err) {
    BuildStage *stage = (BuildStage *)base;
    Join *join = ((BuildOperator *)base->op)->join;
    Worker *worker = base->worker;
    uint32_t inputs = join->build.input->column_count;
    const Vector *columns = batch->columns;
    if (stage->state) {
        if (inputs) memcpy(stage->columns, batch->columns, inputs * sizeof(Vector));
        if (!expr_eval(stage->state, batch, stage->columns + inputs, err)) return false;
        columns = stage->columns;
    }
    if (collector_append(&join->collector, worker->index, worker->morsel, columns,
                         batch_rows(batch)))
        return true;
    return memory_fail(worker->query->memory, "join", err);
}

static void pack_keys(Join *join) {
    join->keys = ARENA_ARRAY(&join->arena, Vector, join->key_count + 1);
    uint32_t computed = join->build.input->column_count;
    for (uint32_t k = 0; k < join->key_count; k++) {
        uint32_t column = join->build.key_columns[k];
        if (column == UINT32_MAX) column = computed++;
        key_pack(&join->columns[column], (Rows){NULL, join->row_count}, &join->arena,
                 &join->keys[k]);
    }
}

static bool finish(Operator *op, Run *run, Error *err) {
    Join *join = ((BuildOperator *)op)->join;
    Query *query = run->query;
    collector_finish(&join->collector, &join->rows);
    if (!contiguous_rows_make(&join->contiguous, &join->rows, query, "join", err)) return false;
    join->columns = join->contiguous.columns;
    join->row_count = join->contiguous.row_count;
    pack_keys(join);
    if (join->build_result != BUILD_NONE) join->matched = xcalloc(join->row_count + 1, 1);
    if (join->key_count && !join_table_build(&join->table, query, join->keys, join->key_count,
                                             join->node->join.null_safe, join->row_count, err))
        return false;
    return join_make_filters(join, query, err);
}

void join_release(Join *join) {
    collector_deinit(&join->collector);
    row_store_deinit(&join->rows);
    contiguous_rows_deinit(&join->contiguous);
    join_table_deinit(&join->table);
    arena_deinit(&join->arena);
    free(join->matched);
    join->matched = NULL;
    RuntimeFilter **filters = join->node->join.runtime_filters;
    for (uint32_t k = 0; join->blooms && k < join->key_count; k++) {
        bloom_deinit(&join->blooms[k]);
        if (!filters[k]) continue;
        filters[k]->is_ready = false;
        filters[k]->bloom = NULL;
    }
    free(join->blooms);
    join->blooms = NULL;
    if (join->charged_bytes) memory_release(join->rows.memory, join->charged_bytes);
    join->charged_bytes = 0;
}

static void release(Operator *op) { join_release(((BuildOperator *)op)->join); }

static const OperatorOps build_ops = {
    .name = "join build",
    .prepare = prepare,
    .open = open,
    .push = push,
    .close = close,
    .finish = finish,
    .release = release,
};

Operator *join_build_operator(Run *run, Join *join) {
    BuildOperator *op =
        (BuildOperator *)run_operator(run, &build_ops, join->node, NULL, sizeof *op);
    op->join = join;
    uint32_t inputs = join->build.input->column_count;
    join->build_column_count = inputs + join->build.computed_count;
    join->build_types = ARENA_ARRAY(&run->arena, const Type *, join->build_column_count + 1);
    for (uint32_t c = 0; c < inputs; c++) join->build_types[c] = join->build.input->types[c];
    for (uint32_t k = 0; k < join->build.computed_count; k++)
        join->build_types[inputs + k] = join->build.computed[k]->type;
    collector_init(&join->collector, join->build_types, join->build_column_count,
                   run->query->memory, run->worker_count);
    row_store_init(&join->rows, join->build_types, join->build_column_count, run->query->memory);
    return &op->op;
}
