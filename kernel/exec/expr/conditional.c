// SPDX-License-Identifier: Apache-2.0
// AND, OR, CASE and COALESCE: each argument runs only on the rows that still need it.
#include "kernel/exec/expr/expr_internal.h"

static uint16_t *selection_new(ExprState *state, Rows rows) {
    return arena_alloc_raw(state->target, sizeof(uint16_t) * (rows.count + 1), 16);
}

// Rows that are in `rows` and not in `taken`, both ascending.
static Rows rows_without(Rows rows, Rows taken, uint16_t *selection) {
    uint32_t count = 0, t = 0;
    for (ROWS_EACH(rows, i, r)) {
        bool is_taken = t < taken.count && (taken.selection ? taken.selection[t] : t) == r;
        t += is_taken;
        selection[count] = (uint16_t)r;
        count += !is_taken;
    }
    return (Rows){selection, count};
}

static bool value_at(const Vector *v, uint32_t row) {
    uint32_t index;
    const Vector *base = vector_base(v, row, &index);
    return ((const uint8_t *)base->data)[index];
}

static void fill(Vector *out, Rows rows, uint8_t value) {
    uint8_t *data = out->data;
    for (ROWS_EACH(rows, i, r)) data[r] = value;
}

// One argument of AND (decisive false) or OR (decisive true): decided rows get their value, the
// others stay. A null makes a row null unless a later argument decides it.
static Rows logic_step(const Vector *v, uint8_t decisive, Rows rows, uint16_t *selection,
                       Vector *out, Arena *arena) {
    uint8_t *data = out->data;
    uint32_t count = 0;
    bool may_be_null = vector_may_be_null(v);
    if (v->form == VECTOR_FLAT && !may_be_null) {
        const uint8_t *restrict values = v->data;
        for (ROWS_EACH(rows, i, r)) {
            bool decided = values[r] == decisive;
            data[r] = values[r];
            selection[count] = (uint16_t)r;
            count += !decided;
        }
        if (out->validity)
            for (ROWS_EACH(rows, i, r))
                if (values[r] == decisive) bit_set(out->validity, r);
        return (Rows){selection, count};
    }
    for (ROWS_EACH(rows, i, r)) {
        if (may_be_null && vector_is_null(v, r)) {
            bit_clear(vector_make_validity(out, arena), r);
            selection[count++] = (uint16_t)r;
        } else if (value_at(v, r) == decisive) {
            data[r] = decisive;
            if (out->validity) bit_set(out->validity, r);
        } else {
            selection[count++] = (uint16_t)r;
        }
    }
    return (Rows){selection, count};
}

bool node_eval_logic(ExprState *state, uint32_t index, Rows rows, Vector *out, Error *err) {
    const Node *node = &state->program->nodes[index];
    uint8_t decisive = node->kind == NODE_OR;
    vector_init_flat(out, node->expr->type, state_row_count(state), state->target);
    memset(out->data, 0, out->count);
    fill(out, rows, !decisive);
    for (uint32_t i = 0; i < node->arg_count && rows.count; i++) {
        Vector *v;
        if (!node_eval(state, node->args[i], rows, &v, err)) return false;
        if (v->form == VECTOR_CONSTANT && !vector_is_null(v, 0) && value_at(v, 0) != decisive)
            continue;
        Rows left = logic_step(v, decisive, rows, selection_new(state, rows), out, state->target);
        if (left.count < rows.count) rows = left;
    }
    return true;
}

// --- CASE and COALESCE -------------------------------------------------------------------------

// Results of several branches, each right for rows of its own, become one vector.
typedef struct Merge {
    ExprState *state;
    Vector *out;
    bool is_nested;
    // Nested results are put one behind the other and gathered at the end.
    Vector *parts;
    uint32_t part_count;
    uint32_t *source; // per row: index into the parts' rows, UINT32_MAX: null
} Merge;

static void merge_begin(Merge *merge, ExprState *state, const Type *type, uint32_t most,
                        Vector *out) {
    *merge = (Merge){.state = state, .out = out, .is_nested = type_is_nested(type)};
    uint32_t count = state_row_count(state);
    vector_init_flat(out, type, count, state->target);
    size_t bytes = physical_bytes(type_physical(type));
    if (bytes) memset(out->data, 0, bytes * count);
    if (!merge->is_nested) return;
    merge->parts = ARENA_ARRAY(state->target, Vector, most + 1);
    merge->source = ARENA_ARRAY(state->target, uint32_t, count + 1);
    memset(merge->source, 0xFF, sizeof(uint32_t) * count);
}

static void merge_add(Merge *merge, const Vector *v, Rows rows) {
    if (rows.count == 0) return;
    if (!merge->is_nested) {
        vector_scatter(v, rows, merge->out, merge->state->target);
        return;
    }
    uint32_t base = merge->part_count * merge->out->count;
    vector_flatten(v, rows, merge->state->target, &merge->parts[merge->part_count]);
    merge->parts[merge->part_count++].count = merge->out->count;
    for (ROWS_EACH(rows, i, r)) merge->source[r] = base + r;
}

static void merge_nulls(Merge *merge, Rows rows) {
    if (merge->is_nested || rows.count == 0) return; // no source is null
    uint64_t *validity = vector_make_validity(merge->out, merge->state->target);
    for (ROWS_EACH(rows, i, r)) bit_clear(validity, r);
}

static void merge_end(Merge *merge) {
    if (!merge->is_nested) return;
    Vector all;
    const Type *type = merge->out->type;
    uint32_t count = merge->out->count;
    if (merge->part_count == 0) {
        vector_init_null(merge->out, type, count, merge->state->target);
        return;
    }
    vector_concat(merge->parts, merge->part_count, type, merge->state->target, &all);
    vector_gather_indexes(&all, merge->source, count, merge->state->target, merge->out);
}

bool node_eval_case(ExprState *state, uint32_t index, Rows rows, Vector *out, Error *err) {
    const Node *node = &state->program->nodes[index];
    uint32_t pairs = node->arg_count / 2;
    bool has_else = node->arg_count % 2;
    Merge merge;
    Vector *v;
    merge_begin(&merge, state, node->expr->type, pairs + 1, out);
    for (uint32_t p = 0; p < pairs && rows.count; p++) {
        if (!node_eval(state, node->args[2 * p], rows, &v, err)) return false;
        Rows taken = rows_where_true(v, rows, selection_new(state, rows));
        if (taken.count == 0) continue;
        if (!node_eval(state, node->args[2 * p + 1], taken, &v, err)) return false;
        if (taken.count == rows.count && p == 0 && !merge.is_nested) {
            *out = *v; // one branch for all
            out->type = node->expr->type;
            return true;
        }
        merge_add(&merge, v, taken);
        rows = rows_without(rows, taken, selection_new(state, rows));
    }
    if (rows.count && has_else) {
        if (!node_eval(state, node->args[node->arg_count - 1], rows, &v, err)) return false;
        merge_add(&merge, v, rows);
    } else {
        merge_nulls(&merge, rows);
    }
    merge_end(&merge);
    return true;
}

bool node_eval_coalesce(ExprState *state, uint32_t index, Rows rows, Vector *out, Error *err) {
    const Node *node = &state->program->nodes[index];
    Merge merge;
    Vector *v;
    merge_begin(&merge, state, node->expr->type, node->arg_count, out);
    for (uint32_t i = 0; i < node->arg_count && rows.count; i++) {
        if (!node_eval(state, node->args[i], rows, &v, err)) return false;
        Rows valid = rows_where_valid(v, rows, selection_new(state, rows));
        if (valid.count == rows.count && i == 0) {
            *out = *v;
            out->type = node->expr->type;
            return true;
        }
        merge_add(&merge, v, valid);
        rows = rows_without(rows, valid, selection_new(state, rows));
    }
    merge_nulls(&merge, rows);
    merge_end(&merge);
    return true;
}
