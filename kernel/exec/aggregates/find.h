// SPDX-License-Identifier: Apache-2.0
// What the files of this folder share: the question each answers, and access to arguments.
#pragma once

#include "kernel/exec/aggregates/aggregates.h"

typedef struct AggregateQuery {
    Slice name;
    const Type *const *types; // of the arguments
    uint32_t count;
    const Type *result;
} AggregateQuery;

// NULL: not one of theirs.
const AggregateFunction *count_find(const AggregateQuery *query);
const AggregateFunction *sum_find(const AggregateQuery *query);
const AggregateFunction *average_find(const AggregateQuery *query);
const AggregateFunction *extreme_find(const AggregateQuery *query);
const AggregateFunction *extreme_by_find(const AggregateQuery *query);
const AggregateFunction *pick_find(const AggregateQuery *query);
const AggregateFunction *bits_find(const AggregateQuery *query);
const AggregateFunction *moments_find(const AggregateQuery *query);
const AggregateFunction *regression_find(const AggregateQuery *query);
const AggregateFunction *list_find(const AggregateQuery *query);
const AggregateFunction *percentile_find(const AggregateQuery *query);
const AggregateFunction *sketch_find(const AggregateQuery *query);

static inline bool query_is(const AggregateQuery *query, const char *name) {
    return slice_equal_cstr(query->name, name);
}

// Index of row r in a FLAT or CONSTANT argument.
static inline uint32_t arg_index(const Vector *arg, uint32_t row) {
    return arg->form == VECTOR_CONSTANT ? 0 : row;
}
static inline void result_null(Vector *out, uint32_t row, Arena *arena) {
    bit_clear(vector_make_validity(out, arena), row);
}

// A value of any type, kept in a state: fixed-width ones as they are, text as a view of bytes in
// the frame's arena, nested ones as such a view of their code (rows/row_code.h).
typedef struct KeptValue {
    _Alignas(16) char bytes[16];
    uint32_t room; // of the text's bytes, which are reused
    bool is_set;
    bool is_null;
} KeptValue;

void kept_value_set(AggregateFrame *frame, KeptValue *kept, const Vector *arg, uint32_t row);
// Takes another state's value over; its bytes live as long as the states.
static inline void kept_value_move(KeptValue *into, const KeptValue *from) { *into = *from; }
// Null when not set.
void kept_value_get(const KeptValue *kept, Vector *out, uint32_t row, Arena *arena);
// <0, 0, >0 as ORDER BY sees them; both set and not null.
int kept_value_compare(const KeptValue *kept, const Vector *arg, uint32_t row);
int kept_values_compare(const Type *type, const KeptValue *a, const KeptValue *b);
