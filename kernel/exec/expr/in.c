// SPDX-License-Identifier: Apache-2.0
// IN: many constants go into a hash set made once, else argument by argument.
//
// Values are compared as ORDER BY compares them, by canonical keys: integers widened to 128 bits,
// doubles with one NaN and one zero, strings by bytes. Nested values and lists that are not
// constant take the slow path.
#include "kernel/exec/expr/expr_internal.h"

#include "base/hash.h"

#include <stdlib.h>

typedef struct InSet {
    bool has_null;
    PhysicalType physical;
    Slice *strings; // open addressing by hash; data == NULL: free
    Int128 *numbers;
    uint8_t *used;
    uint32_t mask;
} InSet;

void in_set_free(InSet *set) {
    if (!set) return;
    free(set->strings);
    free(set->numbers);
    free(set->used);
    free(set);
}

static uint64_t number_hash(Int128 value) {
    return hash_u64((uint64_t)value ^ hash_u64((uint64_t)((UInt128)value >> 64)));
}

static Int128 double_key(double value) {
    if (value != value) return INT64_MAX;
    if (value == 0) value = 0;
    int64_t bits;
    memcpy(&bits, &value, 8);
    return bits;
}

// Key of a fixed-width value at an index of a base vector.
static Int128 number_key(PhysicalType physical, const void *data, uint32_t i) {
    switch (physical) {
    case PHYSICAL_BOOL: return ((const uint8_t *)data)[i];
    case PHYSICAL_INT8: return ((const int8_t *)data)[i];
    case PHYSICAL_INT16: return ((const int16_t *)data)[i];
    case PHYSICAL_INT32: return ((const int32_t *)data)[i];
    case PHYSICAL_INT64: return ((const int64_t *)data)[i];
    case PHYSICAL_INT128: return ((const Int128 *)data)[i];
    case PHYSICAL_FLOAT: return double_key((double)((const float *)data)[i]);
    case PHYSICAL_DOUBLE: return double_key(((const double *)data)[i]);
    default: return 0;
    }
}

static bool set_has_number(const InSet *set, Int128 key) {
    for (uint32_t at = (uint32_t)number_hash(key) & set->mask; set->used[at];
         at = (at + 1) & set->mask)
        if (set->numbers[at] == key) return true;
    return false;
}

static bool set_has_string(const InSet *set, Slice key) {
    uint32_t at = (uint32_t)hash_bytes(key.data, key.bytes) & set->mask;
    for (; set->used[at]; at = (at + 1) & set->mask)
        if (slice_equal(set->strings[at], key)) return true;
    return false;
}

static void set_add(InSet *set, const Vector *constant) {
    uint32_t at;
    if (set->physical == PHYSICAL_STRING) {
        Slice key = string_view_slice((const StringView *)constant->data);
        if (set_has_string(set, key)) return;
        at = (uint32_t)hash_bytes(key.data, key.bytes) & set->mask;
        while (set->used[at]) at = (at + 1) & set->mask;
        set->strings[at] = key;
    } else {
        Int128 key = number_key(set->physical, constant->data, 0);
        if (set_has_number(set, key)) return;
        at = (uint32_t)number_hash(key) & set->mask;
        while (set->used[at]) at = (at + 1) & set->mask;
        set->numbers[at] = key;
    }
    set->used[at] = 1;
}

// NULL when the list is not constant or of a type without keys.
static bool make_set(ExprState *state, uint32_t index, InSet **out, Error *err) {
    const Node *node = &state->program->nodes[index];
    PhysicalType physical = type_physical(node->expr->args[0]->type);
    *out = NULL;
    if (physical > PHYSICAL_STRING || physical == PHYSICAL_VOID) return true;
    for (uint32_t i = 1; i < node->arg_count; i++)
        if (!state->program->nodes[node->args[i]].is_constant) return true;
    uint32_t capacity = 8;
    while (capacity < node->arg_count * 2) capacity *= 2;
    InSet *set = xcalloc(1, sizeof *set);
    *set = (InSet){.physical = physical, .mask = capacity - 1};
    set->used = xcalloc(capacity, 1);
    if (physical == PHYSICAL_STRING) set->strings = xcalloc(capacity, sizeof *set->strings);
    else set->numbers = xcalloc(capacity, sizeof *set->numbers);
    for (uint32_t i = 1; i < node->arg_count; i++) {
        Vector *constant;
        if (!node_eval(state, node->args[i], (Rows){NULL, 1}, &constant, err)) {
            in_set_free(set);
            return false;
        }
        if (vector_is_null(constant, 0)) set->has_null = true;
        else set_add(set, constant);
    }
    *out = set;
    return true;
}

// One value's answer: 1, 0, or 2 for null.
static uint8_t probe(const InSet *set, const Vector *base, uint32_t i) {
    bool found = set->physical == PHYSICAL_STRING
                     ? set_has_string(set, string_view_slice((const StringView *)base->data + i))
                     : set_has_number(set, number_key(set->physical, base->data, i));
    return found ? 1 : set->has_null ? 2 : 0;
}

static void put(Vector *out, uint32_t row, uint8_t answer, Arena *arena) {
    ((uint8_t *)out->data)[row] = answer == 1;
    if (answer == 2) bit_clear(vector_make_validity(out, arena), row);
}

static void eval_set(ExprState *state, const InSet *set, const Vector *v, Rows rows, Vector *out) {
    uint8_t *answers = NULL;
    if (v->form == VECTOR_DICTIONARY && v->dictionary->count <= rows.count) {
        answers = arena_alloc_raw(state->target, v->dictionary->count + 1, 8);
        for (uint32_t i = 0; i < v->dictionary->count; i++) {
            bool null = v->dictionary->validity && !bit_get(v->dictionary->validity, i);
            answers[i] = null ? 2 : probe(set, v->dictionary, i);
        }
    }
    for (ROWS_EACH(rows, i, r)) {
        if (vector_is_null(v, r)) {
            put(out, r, 2, state->target);
            continue;
        }
        uint32_t at;
        const Vector *base = vector_base(v, r, &at);
        put(out, r, answers ? answers[at] : probe(set, base, at), state->target);
    }
}

// Argument by argument; those behind run only where no match was found yet.
static bool eval_list(ExprState *state, const Node *node, const Vector *value, Rows rows,
                      Vector *out, Error *err) {
    uint16_t *selection = arena_alloc_raw(state->target, sizeof *selection * (rows.count + 1), 16);
    uint8_t *saw_null = ARENA_ARRAY(state->target, uint8_t, out->count + 1);
    uint32_t left = 0;
    for (ROWS_EACH(rows, i, r)) {
        if (vector_is_null(value, r)) put(out, r, 2, state->target);
        else selection[left++] = (uint16_t)r;
    }
    for (uint32_t a = 1; a < node->arg_count && left; a++) {
        Vector *v;
        uint16_t *rest = arena_alloc_raw(state->target, sizeof *rest * (left + 1), 16);
        uint32_t rest_count = 0;
        if (!node_eval(state, node->args[a], (Rows){selection, left}, &v, err)) return false;
        for (uint32_t i = 0; i < left; i++) {
            uint16_t r = selection[i];
            if (vector_is_null(v, r)) saw_null[r] = 1;
            else if (vector_compare_rows(value, r, v, r) == 0) {
                put(out, r, 1, state->target);
                continue;
            }
            rest[rest_count++] = r;
        }
        selection = rest;
        left = rest_count;
    }
    for (uint32_t i = 0; i < left; i++)
        put(out, selection[i], saw_null[selection[i]] ? 2 : 0, state->target);
    return true;
}

bool node_eval_in(ExprState *state, uint32_t index, Rows rows, Vector *out, Error *err) {
    const Node *node = &state->program->nodes[index];
    Register *reg = &state->registers[index];
    Vector *value;
    if (!node_eval(state, node->args[0], rows, &value, err)) return false;
    vector_init_flat(out, node->expr->type, state_row_count(state), state->target);
    memset(out->data, 0, out->count);
    if (!reg->is_prepared) {
        if (!make_set(state, index, &reg->in_set, err)) return false;
        reg->is_prepared = true;
    }
    if (!reg->in_set) return eval_list(state, node, value, rows, out, err);
    eval_set(state, reg->in_set, value, rows, out);
    return true;
}
