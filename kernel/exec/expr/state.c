// SPDX-License-Identifier: Apache-2.0
// One thread's registers, and the walk over the nodes.
#include "kernel/exec/expr/expr_internal.h"

#include <stdlib.h>

static const uint64_t ALL_BATCHES = UINT64_MAX;

ExprState *expr_state_new(const ExprProgram *program, Query *query, Error *err) {
    (void)err;
    ExprState *state = xcalloc(1, sizeof *state);
    state->program = program;
    state->query = query;
    state->registers = xcalloc(program->node_count + 1, sizeof *state->registers);
    state->target = &state->arena;
    for (uint32_t i = 0; i < program->node_count; i++) {
        const Node *node = &program->nodes[i];
        Register *reg = &state->registers[i];
        reg->frame = (CallFrame){.call = node->expr, .query = query, .expr = state, .node = i};
        if (node->kind != NODE_LAMBDA) continue;
        reg->body = expr_state_new(node->body, query, err);
        reg->body->outer = state;
    }
    return state;
}

void expr_state_free(ExprState *state) {
    if (!state) return;
    for (uint32_t i = 0; i < state->program->node_count; i++) {
        Register *reg = &state->registers[i];
        const ScalarFunction *function = state->program->nodes[i].function;
        if (reg->is_prepared && function && function->release && reg->frame.state)
            function->release(reg->frame.state);
        in_set_free(reg->in_set);
        expr_state_free(reg->body);
        arena_deinit(&reg->dictionary_arena);
    }
    free(state->registers);
    arena_deinit(&state->arena);
    arena_deinit(&state->constant);
    free(state);
}

uint32_t state_row_count(const ExprState *state) { return state->batch->row_count; }

static bool node_run(ExprState *state, uint32_t index, Rows rows, Vector *out, Error *err) {
    const Node *node = &state->program->nodes[index];
    uint32_t count = state_row_count(state);
    switch (node->kind) {
    case NODE_INPUT:
        if (node->input >= state->batch->column_count)
            return error_internal(err, "column %u of %u", node->input, state->batch->column_count);
        *out = state->batch->columns[node->input];
        return true;
    case NODE_CONSTANT:
        vector_init_constant(out, &node->expr->literal, count, state->target);
        break;
    case NODE_PARAMETER:
        if (node->expr->column >= state->query->parameter_count)
            return error_internal(err, "parameter %u is not set", node->expr->column);
        vector_init_constant(out, &state->query->parameters[node->expr->column], count,
                             state->target);
        break;
    case NODE_CALL: return node_eval_call(state, index, rows, out, err);
    case NODE_AND:
    case NODE_OR: return node_eval_logic(state, index, rows, out, err);
    case NODE_CASE: return node_eval_case(state, index, rows, out, err);
    case NODE_COALESCE: return node_eval_coalesce(state, index, rows, out, err);
    case NODE_IN: return node_eval_in(state, index, rows, out, err);
    case NODE_LAMBDA: vector_init_null(out, type_of(TYPE_VOID), count, state->target); break;
    }
    out->type = node->expr->type;
    return true;
}

// Runs a node without inputs on one row, once; the result lives as long as the state.
static bool constant_run(ExprState *state, uint32_t index, Error *err) {
    static const Batch ONE_ROW = {.row_count = 1, .selected_count = 1};
    Register *reg = &state->registers[index];
    const Batch *batch = state->batch;
    Arena *target = state->target;
    Vector result;
    state->batch = &ONE_ROW;
    state->target = &state->constant;
    bool ok = node_run(state, index, (Rows){NULL, 1}, &result, err);
    if (ok && result.form == VECTOR_DICTIONARY)
        vector_flatten(&result, (Rows){NULL, 1}, &state->constant, &result);
    state->batch = batch;
    state->target = target;
    if (!ok) return false;
    result.form = VECTOR_CONSTANT;
    reg->vector = result;
    reg->batch = ALL_BATCHES;
    return true;
}

static bool rows_same(Rows a, Rows b) { return a.selection == b.selection && a.count == b.count; }

bool node_eval(ExprState *state, uint32_t index, Rows rows, Vector **out, Error *err) {
    const Node *node = &state->program->nodes[index];
    Register *reg = &state->registers[index];
    *out = &reg->vector;
    if (node->is_constant) {
        if (reg->batch != ALL_BATCHES && !constant_run(state, index, err)) return false;
        reg->vector.count = state_row_count(state);
        return true;
    }
    // What was computed for all rows is right for any.
    if (reg->batch == state->batch_number && (!reg->rows.selection || rows_same(reg->rows, rows)))
        return true;
    Vector result;
    reg->batch = 0;
    if (!node_run(state, index, rows, &result, err)) return false;
    reg->vector = result;
    reg->batch = state->batch_number;
    reg->rows = rows;
    if (node->kind == NODE_INPUT) reg->rows = (Rows){NULL, state_row_count(state)};
    return true;
}

static void state_begin(ExprState *state, const Batch *batch) {
    arena_reset(&state->arena);
    state->batch = batch;
    state->batch_number++;
}

bool expr_eval(ExprState *state, const Batch *batch, Vector *out, Error *err) {
    state_begin(state, batch);
    Rows rows = batch_rows(batch);
    for (uint32_t i = 0; i < state->program->root_count; i++) {
        Vector *result;
        if (rows.count == 0) {
            const Type *type = state->program->nodes[state->program->roots[i]].expr->type;
            vector_init_null(&out[i], type, batch->row_count, &state->arena);
            continue;
        }
        if (!node_eval(state, state->program->roots[i], rows, &result, err)) return false;
        out[i] = *result;
    }
    return true;
}

// Branch-free: every row is written, and kept by moving on.
static uint32_t select_flat(const uint8_t *restrict values, Rows rows, uint16_t *restrict to) {
    uint32_t count = 0;
    if (rows.selection) {
        const uint16_t *restrict selection = rows.selection;
        for (uint32_t i = 0; i < rows.count; i++) {
            uint16_t row = selection[i];
            to[count] = row;
            count += values[row] & 1u;
        }
    } else {
        for (uint32_t i = 0; i < rows.count; i++) {
            to[count] = (uint16_t)i;
            count += values[i] & 1u;
        }
    }
    return count;
}

static uint32_t select_nullable(const uint8_t *restrict values, const uint64_t *restrict validity,
                                Rows rows, uint16_t *restrict to) {
    uint32_t count = 0;
    for (ROWS_EACH(rows, i, r)) {
        to[count] = (uint16_t)r;
        count += values[r] & (uint32_t)bit_get(validity, r);
    }
    return count;
}

Rows rows_where_true(const Vector *condition, Rows rows, uint16_t *selection) {
    if (condition->form == VECTOR_CONSTANT) {
        bool is_true = !vector_is_null(condition, 0) && ((const uint8_t *)condition->data)[0];
        if (is_true) return rows;
        return (Rows){selection, 0};
    }
    uint32_t count = 0;
    if (condition->form == VECTOR_DICTIONARY) {
        const Vector *base = condition->dictionary;
        for (ROWS_EACH(rows, i, r)) {
            selection[count] = (uint16_t)r;
            count +=
                !vector_is_null(condition, r) && ((const uint8_t *)base->data)[condition->codes[r]];
        }
    } else if (condition->validity) {
        count = select_nullable(condition->data, condition->validity, rows, selection);
    } else {
        count = select_flat(condition->data, rows, selection);
    }
    return count == rows.count ? rows : (Rows){selection, count};
}

Rows rows_where_valid(const Vector *vector, Rows rows, uint16_t *selection) {
    if (!vector_may_be_null(vector)) return rows;
    uint32_t count = 0;
    if (vector->form == VECTOR_FLAT) {
        for (ROWS_EACH(rows, i, r)) {
            selection[count] = (uint16_t)r;
            count += bit_get(vector->validity, r);
        }
    } else {
        for (ROWS_EACH(rows, i, r)) {
            selection[count] = (uint16_t)r;
            count += !vector_is_null(vector, r);
        }
    }
    return count == rows.count ? rows : (Rows){selection, count};
}

bool expr_filter(ExprState *state, Batch *batch, Error *err) {
    state_begin(state, batch);
    Rows rows = batch_rows(batch);
    for (uint32_t i = 0; i < state->program->root_count && rows.count; i++) {
        Vector *condition;
        if (!node_eval(state, state->program->roots[i], rows, &condition, err)) return false;
        uint16_t *selection =
            arena_alloc_raw(&state->arena, sizeof *selection * (rows.count + 1), 16);
        rows = rows_where_true(condition, rows, selection);
    }
    batch_select(batch, rows);
    return true;
}

bool call_constant(CallFrame *frame, uint32_t index, Value *value, Error *err) {
    ExprState *state = frame->expr;
    const Node *node = &state->program->nodes[frame->node];
    uint32_t arg = node->args[index];
    if (index >= node->arg_count || !state->program->nodes[arg].is_constant) return false;
    Vector *vector;
    if (!node_eval(state, arg, (Rows){NULL, 1}, &vector, err)) return false;
    *value = vector_value(vector, 0, &state->constant);
    return true;
}

bool expr_constant(const Expr *expr, Query *query, Arena *arena, Value *value, Error *err) {
    if (expr->kind == EXPR_LITERAL) {
        *value = expr->literal;
        return true;
    }
    Expr *root = (Expr *)expr;
    ExprProgram *program = expr_compile(arena, &root, 1, query, err);
    ExprState *state = program ? expr_state_new(program, query, err) : NULL;
    if (!state) return false;
    Batch batch = {.row_count = 1, .selected_count = 1};
    Vector out;
    bool ok = expr_eval(state, &batch, &out, err);
    if (ok) *value = value_copy(arena, vector_value(&out, 0, &state->arena));
    expr_state_free(state);
    return ok;
}

// --- lambdas -----------------------------------------------------------------------------------

// Columns of the body's batch for one chunk: captures gathered by row, then the parameters.
static bool lambda_columns(ExprState *outer, const ExprProgram *body, const Vector *parameters,
                           uint32_t parameter_count, const uint16_t *rows_of, uint32_t start,
                           uint32_t count, Arena *arena, Vector *columns, Error *err) {
    uint32_t *indexes = arena_alloc_raw(arena, sizeof *indexes * (count + 1), 8);
    for (uint32_t i = 0; i < count; i++) indexes[i] = rows_of[start + i];
    Rows all = {NULL, state_row_count(outer)};
    for (uint32_t i = 0; i < body->capture_count; i++) {
        Vector *vector;
        if (!node_eval(outer, body->captures[i].node, all, &vector, err)) return false;
        vector_gather_indexes(vector, indexes, count, arena, &columns[i]);
    }
    for (uint32_t i = 0; i < count; i++) indexes[i] = start + i;
    for (uint32_t i = 0; i < parameter_count; i++)
        vector_gather_indexes(&parameters[i], indexes, count, arena,
                              &columns[body->capture_count + i]);
    return true;
}

bool expr_call_lambda(CallFrame *frame, uint32_t lambda, const Vector *parameters,
                      const uint16_t *rows_of, uint32_t count, Vector *out, Error *err) {
    ExprState *state = frame->expr;
    uint32_t node = state->program->nodes[frame->node].args[lambda];
    ExprState *body_state = state->registers[node].body;
    const ExprProgram *body = state->program->nodes[node].body;
    const Expr *expr = state->program->nodes[node].expr;
    uint32_t parts = (count + LIMIT_BATCH_ROWS - 1) / LIMIT_BATCH_ROWS;
    Vector *results = ARENA_ARRAY(frame->arena, Vector, parts + 1);
    uint32_t columns_count = body->capture_count + expr->lambda_count;
    Vector *columns = ARENA_ARRAY(frame->arena, Vector, columns_count + 1);
    for (uint32_t part = 0; part < parts; part++) {
        uint32_t start = part * LIMIT_BATCH_ROWS, rows = MIN(count - start, LIMIT_BATCH_ROWS);
        if (!query_check(state->query, err)) return false;
        if (!lambda_columns(state, body, parameters, expr->lambda_count, rows_of, start, rows,
                            frame->arena, columns, err))
            return false;
        Batch batch = {columns, columns_count, rows, NULL, rows};
        Vector result;
        if (!expr_eval(body_state, &batch, &result, err)) return false;
        vector_copy(&result, (Rows){NULL, rows}, frame->arena, &results[part]);
    }
    if (parts == 1) {
        *out = results[0];
        return true;
    }
    vector_concat(results, parts, expr->args[0]->type, frame->arena, out);
    return true;
}
