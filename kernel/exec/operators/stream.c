// SPDX-License-Identifier: Apache-2.0
// Operators that hand on each batch as it comes: filter and project. UNION is two pipelines into
// the same operator; a scan is a pipeline's source.
#include "kernel/exec/operators/operators.h"

#include <stdlib.h>

// --- expressions over a batch: shared by filter and project ---

typedef struct ExprOperator {
    Operator op;
    Expr *const *roots;
    uint32_t count;
    ExprProgram *program;
} ExprOperator;

typedef struct ExprStage {
    Stage stage;
    ExprState *state;
    Vector *columns; // project
} ExprStage;

static bool prepare(Operator *op, Run *run, Error *err) {
    ExprOperator *self = (ExprOperator *)op;
    self->program = run_compile(run, self->roots, self->count, err);
    return self->program != NULL;
}

static Stage *open(Operator *op, Worker *worker, Error *err) {
    ExprOperator *self = (ExprOperator *)op;
    ExprStage *stage = stage_new(op, worker, sizeof *stage);
    stage->columns = xcalloc(self->count + 1, sizeof(Vector));
    stage->state = expr_state_new(self->program, worker->query, err);
    if (stage->state) return &stage->stage;
    free(stage->columns);
    free(stage);
    return NULL;
}

static void close(Stage *stage) {
    ExprStage *self = (ExprStage *)stage;
    expr_state_free(self->state);
    free(self->columns);
}

static bool filter_push(Stage *stage, Batch *batch, Error *err) {
    Batch narrowed = *batch;
    return expr_filter(((ExprStage *)stage)->state, &narrowed, err) &&
           stage_emit(stage, &narrowed, err);
}

static bool project_push(Stage *stage, Batch *batch, Error *err) {
    ExprStage *self = (ExprStage *)stage;
    if (!expr_eval(self->state, batch, self->columns, err)) return false;
    Batch out = *batch;
    out.columns = self->columns;
    out.column_count = ((ExprOperator *)stage->op)->count;
    return stage_emit(stage, &out, err);
}

static const OperatorOps filter_ops = {
    .name = "filter", .prepare = prepare, .open = open, .push = filter_push, .close = close};
static const OperatorOps project_ops = {
    .name = "project", .prepare = prepare, .open = open, .push = project_push, .close = close};

static Operator *expr_operator(Run *run, const OperatorOps *ops, const PhysNode *node,
                               Operator *above, Expr *const *roots, uint32_t count) {
    ExprOperator *op = (ExprOperator *)run_operator(run, ops, node, above, sizeof *op);
    op->roots = roots;
    op->count = count;
    return &op->op;
}

bool build_filter(Run *run, const PhysNode *node, Operator *above, Error *err) {
    return run_build(
        run, node->inputs[0],
        expr_operator(run, &filter_ops, node, above, node->filter.conjuncts, node->filter.count),
        err);
}

bool build_project(Run *run, const PhysNode *node, Operator *above, Error *err) {
    return run_build(
        run, node->inputs[0],
        expr_operator(run, &project_ops, node, above, node->project.exprs, node->column_count),
        err);
}

bool build_union(Run *run, const PhysNode *node, Operator *above, Error *err) {
    for (uint32_t i = 0; i < node->input_count; i++)
        if (!run_build(run, node->inputs[i], above, err)) return false;
    return true;
}

bool build_scan(Run *run, const PhysNode *node, Operator *above, Error *err) {
    (void)err;
    run_add_pipeline(run, node->scan.source, false, node, above);
    return true;
}

void run_add_row_pipeline(Run *run, const RowStore *rows, const PhysNode *node, Operator *above) {
    RowSource *source = ARENA_NEW(&run->arena, RowSource);
    row_source_init(source, rows);
    run_add_pipeline(run, &source->source, true, node, above);
}
