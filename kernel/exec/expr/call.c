// SPDX-License-Identifier: Apache-2.0
// The driver of kernels: constants once, dictionaries once per entry, nulls kept away.
#include "kernel/exec/expr/expr_internal.h"

enum { CALL_ARGS_INLINE = 8 };

static bool run_kernel(ExprState *state, uint32_t index, const Vector *args, Rows rows, Vector *out,
                       Error *err) {
    const Node *node = &state->program->nodes[index];
    CallFrame *frame = &state->registers[index].frame;
    frame->arena = state->target;
    if (node->function->kernel(frame, args, rows, out, err)) return true;
    error_set_span(err, node->expr->origin);
    return false;
}

static bool prepare(ExprState *state, uint32_t index, Error *err) {
    const Node *node = &state->program->nodes[index];
    Register *reg = &state->registers[index];
    if (reg->is_prepared || !node->function->prepare) return true;
    reg->frame.arena = &state->constant;
    if (!node->function->prepare(&reg->frame, &state->constant, err)) {
        error_set_span(err, node->expr->origin);
        return false;
    }
    reg->is_prepared = true;
    return true;
}

// validity &= other, over the bitmap's words.
static void and_validity(uint64_t *restrict to, const uint64_t *restrict from, uint32_t count) {
    for (size_t i = 0; i < bit_words(count); i++) to[i] &= from[i];
}

static void result_nulls(const Vector *args, uint32_t arg_count, Vector *out, Arena *arena) {
    for (uint32_t i = 0; i < arg_count; i++) {
        if (args[i].form != VECTOR_FLAT || !args[i].validity) continue;
        and_validity(vector_make_validity(out, arena), args[i].validity, out->count);
    }
}

// STRICT: no argument is constant null. Three cases: no nulls, kernels that may run on null rows,
// and a selection of the rows without nulls.
static bool run_strict(ExprState *state, uint32_t index, const Vector *args, Rows rows, Vector *out,
                       Error *err) {
    const Node *node = &state->program->nodes[index];
    result_nulls(args, node->arg_count, out, state->target);
    if (!out->validity || node->function->runs_on_nulls)
        return run_kernel(state, index, args, rows, out, err);
    uint16_t *selection = arena_alloc_raw(state->target, sizeof *selection * (rows.count + 1), 16);
    ASSERT(out->count <= UINT16_MAX); // a dictionary's entries, or a batch's rows
    Rows valid = rows_where_valid(out, rows, selection);
    if (valid.count == 0) return true;
    return run_kernel(state, index, args, valid, out, err);
}

static bool is_null_constant(const Vector *v) {
    return v->form == VECTOR_CONSTANT && vector_is_null(v, 0);
}

// The values of null rows must be initialised: fixed-width vectors are not zeroed when made.
static void make_result(const Node *node, uint32_t count, bool zeroed, Arena *arena, Vector *out) {
    vector_init_flat(out, node->expr->type, count, arena);
    size_t bytes = physical_bytes(type_physical(out->type));
    if (zeroed && bytes) memset(out->data, 0, bytes * count);
}

static bool run_flat(ExprState *state, uint32_t index, Vector *args, uint32_t row_count, Rows rows,
                     Vector *out, Error *err) {
    const Node *node = &state->program->nodes[index];
    bool strict = node->function->nulls == NULLS_STRICT, nulls = rows.count < row_count;
    for (uint32_t i = 0; i < node->arg_count; i++) {
        if (args[i].form == VECTOR_DICTIONARY)
            vector_flatten(&args[i], rows, state->target, &args[i]);
        nulls = nulls || args[i].validity;
    }
    make_result(node, row_count, nulls, state->target, out);
    return strict ? run_strict(state, index, args, rows, out, err)
                  : run_kernel(state, index, args, rows, out, err);
}

// The one argument that is a dictionary beside constants, or -1.
static int dictionary_arg(const Node *node, const Vector *args) {
    int found = -1;
    for (uint32_t i = 0; i < node->arg_count; i++) {
        if (args[i].form == VECTOR_CONSTANT) continue;
        if (args[i].form != VECTOR_DICTIONARY || found >= 0) return -1;
        found = (int)i;
    }
    return found;
}

static bool dictionary_pays(const Node *node, const Vector *v, Rows rows) {
    if (!node->function->is_cheap_on_dictionary || node->function->may_fail ||
        node->function->is_volatile || node->function->nulls != NULLS_STRICT)
        return false;
    uint32_t entries = v->dictionary->count;
    if (entries == 0 || entries > UINT16_MAX) return false;
    return v->dictionary_id ? entries <= 8 * rows.count : entries <= rows.count / 2;
}

// Evaluates the function once per entry; kept for the next batches of the same dictionary.
static bool run_dictionary(ExprState *state, uint32_t index, Vector *args, int which, Vector *out,
                           Error *err) {
    Register *reg = &state->registers[index];
    Vector in = args[which];
    bool known = in.dictionary_id && reg->dictionary_id == in.dictionary_id &&
                 reg->dictionary == in.dictionary;
    if (!known) {
        Arena *target = state->target;
        arena_reset(&reg->dictionary_arena);
        state->target = &reg->dictionary_arena;
        args[which] = *in.dictionary;
        reg->dictionary_result = ARENA_NEW(&reg->dictionary_arena, Vector);
        bool ok = run_flat(state, index, args, in.dictionary->count,
                           (Rows){NULL, in.dictionary->count}, reg->dictionary_result, err);
        state->target = target;
        reg->dictionary_id = 0;
        if (!ok) return false;
        reg->dictionary_id = in.dictionary_id;
        reg->dictionary = in.dictionary;
    }
    *out = in;
    out->type = reg->dictionary_result->type;
    out->dictionary = reg->dictionary_result;
    out->dictionary_id = 0;
    return true;
}

static bool run_constant(ExprState *state, uint32_t index, Vector *args, uint32_t row_count,
                         Vector *out, Error *err) {
    for (uint32_t i = 0; i < state->program->nodes[index].arg_count; i++) args[i].count = 1;
    if (!run_flat(state, index, args, 1, (Rows){NULL, 1}, out, err)) return false;
    out->form = VECTOR_CONSTANT;
    out->count = row_count;
    return true;
}

bool node_eval_call(ExprState *state, uint32_t index, Rows rows, Vector *out, Error *err) {
    const Node *node = &state->program->nodes[index];
    uint32_t row_count = state_row_count(state);
    Vector inline_args[CALL_ARGS_INLINE];
    Vector *args = inline_args;
    if (node->arg_count > CALL_ARGS_INLINE)
        args = ARENA_ARRAY(state->target, Vector, node->arg_count);
    bool all_constant = node->arg_count > 0, null = false;
    for (uint32_t i = 0; i < node->arg_count; i++) {
        Vector *arg;
        if (!node_eval(state, node->args[i], rows, &arg, err)) return false;
        args[i] = *arg;
        bool is_lambda = state->program->nodes[node->args[i]].kind == NODE_LAMBDA;
        all_constant = all_constant && arg->form == VECTOR_CONSTANT && !is_lambda;
        null = null || (is_null_constant(arg) && !is_lambda);
    }
    if (null && node->function->nulls == NULLS_STRICT) {
        vector_init_null(out, node->expr->type, row_count, state->target);
        return true;
    }
    if (!prepare(state, index, err)) return false;
    if (all_constant && !node->function->is_volatile && rows.count)
        return run_constant(state, index, args, row_count, out, err);
    int which = dictionary_arg(node, args);
    if (which >= 0 && dictionary_pays(node, &args[which], rows))
        return run_dictionary(state, index, args, which, out, err);
    return run_flat(state, index, args, row_count, rows, out, err);
}
