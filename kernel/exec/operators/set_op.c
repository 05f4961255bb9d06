// SPDX-License-Identifier: Apache-2.0
// INTERSECT and EXCEPT: both inputs grouped by all columns with their rows counted apart, then each
// group as often as the counts say.
#include "kernel/exec/aggregates/aggregates.h"
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/rows/pick.h"

#include <stdlib.h>

typedef struct RepeatStage {
    Stage stage;
    Arena arena;
    Vector *columns;
    uint32_t *rows;
} RepeatStage;

static Stage *open(Operator *op, Worker *worker, Error *err) {
    (void)err;
    RepeatStage *stage = stage_new(op, worker, sizeof *stage);
    stage->columns = xcalloc(op->node->column_count + 1, sizeof(Vector));
    stage->rows = xmalloc(LIMIT_BATCH_ROWS * sizeof(uint32_t));
    return &stage->stage;
}

static void close(Stage *base) {
    RepeatStage *stage = (RepeatStage *)base;
    arena_deinit(&stage->arena);
    free(stage->columns);
    free(stage->rows);
}

static uint64_t times(const PhysNode *node, uint64_t left, uint64_t right) {
    if (node->set_op.kind == SET_OP_INTERSECT)
        return node->set_op.all ? MIN(left, right) : left && right;
    if (node->set_op.all) return left > right ? left - right : 0;
    return left && !right;
}

static bool emit_rows(RepeatStage *stage, const Batch *batch, uint32_t count, Error *err) {
    arena_reset(&stage->arena);
    Pick pick = {.rows = stage->rows, .count = count, .arena = &stage->arena};
    uint32_t columns = stage->stage.op->node->column_count;
    for (uint32_t c = 0; c < columns; c++)
        pick_vector(&pick, &batch->columns[c], &stage->columns[c]);
    Batch out = {.columns = stage->columns,
                 .column_count = columns,
                 .row_count = count,
                 .selected_count = count};
    return stage_emit(&stage->stage, &out, err);
}

static int64_t count_at(const Vector *column, uint32_t row) {
    uint32_t index;
    const Vector *base = vector_base(column, row, &index);
    return ((const int64_t *)base->data)[index];
}

static bool push(Stage *base, Batch *batch, Error *err) {
    RepeatStage *stage = (RepeatStage *)base;
    const PhysNode *node = base->op->node;
    uint32_t filled = 0, columns = node->column_count;
    for (ROWS_EACH(batch_rows(batch), i, r)) {
        int64_t left = count_at(&batch->columns[columns], r);
        int64_t all = count_at(&batch->columns[columns + 1], r);
        for (uint64_t n = times(node, (uint64_t)left, (uint64_t)(all - left)); n > 0; n--) {
            stage->rows[filled++] = r;
            if (filled < LIMIT_BATCH_ROWS) continue;
            if (!emit_rows(stage, batch, filled, err)) return false;
            filled = 0;
        }
    }
    return filled == 0 || emit_rows(stage, batch, filled, err);
}

static const OperatorOps repeat_ops = {
    .name = "set operation", .open = open, .push = push, .close = close};

static PhysNode *new_node(Run *run, PhysKind kind, PhysNode *input, uint32_t column_count) {
    PhysNode *node = ARENA_NEW(&run->arena, PhysNode);
    node->kind = kind;
    node->inputs = ARENA_ARRAY(&run->arena, PhysNode *, 2);
    node->inputs[0] = input;
    node->input_count = 1;
    node->column_count = column_count;
    node->types = ARENA_ARRAY(&run->arena, const Type *, column_count);
    node->nullable = ARENA_ARRAY(&run->arena, bool, column_count);
    node->estimated_rows = -1;
    return node;
}

// The input's columns and whether it is the left one.
static PhysNode *marked(Run *run, const PhysNode *node, uint32_t side) {
    PhysNode *input = node->inputs[side];
    uint32_t columns = node->column_count;
    PhysNode *project = new_node(run, PHYS_PROJECT, input, columns + 1);
    project->project.exprs = ARENA_ARRAY(&run->arena, Expr *, columns + 1);
    for (uint32_t c = 0; c < columns; c++) {
        project->types[c] = node->types[c];
        project->project.exprs[c] = expr_column(&run->arena, c, node->types[c], true);
    }
    project->types[columns] = type_of(TYPE_BOOLEAN);
    project->project.exprs[columns] = expr_literal(&run->arena, value_bool(side == 0));
    return project;
}

static AggregateCall *new_call(Run *run, const char *name, Expr *arg) {
    AggregateCall *call = ARENA_NEW(&run->arena, AggregateCall);
    const Type *types[1] = {arg ? arg->type : NULL};
    call->args = ARENA_ARRAY(&run->arena, Expr *, 1);
    call->args[0] = arg;
    call->arg_count = arg != NULL;
    call->type = type_of(TYPE_BIGINT);
    call->function = aggregate_find(slice_from_cstr(name), types, call->arg_count, call->type);
    return call;
}

bool build_set_op(Run *run, const PhysNode *node, Operator *above, Error *err) {
    uint32_t columns = node->column_count;
    Operator *repeat = run_operator(run, &repeat_ops, node, above, sizeof(Operator));
    PhysNode *both = new_node(run, PHYS_UNION, marked(run, node, 0), columns + 1);
    both->inputs[1] = marked(run, node, 1);
    both->input_count = 2;
    memcpy(both->types, both->inputs[0]->types, (columns + 1) * sizeof(Type *));
    PhysNode *groups = new_node(run, PHYS_AGGREGATE, both, columns + 2);
    groups->aggregate.keys = ARENA_ARRAY(&run->arena, Expr *, columns + 1);
    for (uint32_t c = 0; c < columns; c++) {
        groups->types[c] = node->types[c];
        groups->aggregate.keys[c] = expr_column(&run->arena, c, node->types[c], true);
    }
    groups->aggregate.key_count = columns;
    groups->types[columns] = groups->types[columns + 1] = type_of(TYPE_BIGINT);
    groups->aggregate.calls = ARENA_ARRAY(&run->arena, AggregateCall *, 2);
    Expr *mark = expr_column(&run->arena, columns, type_of(TYPE_BOOLEAN), false);
    groups->aggregate.calls[0] = new_call(run, "count_if", mark);
    groups->aggregate.calls[1] = new_call(run, "count", NULL);
    groups->aggregate.call_count = 2;
    return run_build(run, groups, repeat, err);
}
