// SPDX-License-Identifier: Apache-2.0
// min and max (and bool_and, bool_or, which they are on booleans): one instance per fixed-width
// type, one for everything else.
#include "kernel/exec/aggregates/find.h"

// NaN is above all numbers.
#define BELOW_REAL(a, b) ((a) < (b) || ((b) != (b) && (a) == (a)))
#define ABOVE_REAL(a, b) ((a) > (b) || ((a) != (a) && (b) == (b)))
#define BELOW(a, b) ((a) < (b))
#define ABOVE(a, b) ((a) > (b))

#define EXTREME_LABEL "min"
#define EXTREME_BETTER BELOW
#define EXTREME_NAME min_u8
#define EXTREME_VALUE uint8_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME min_i8
#define EXTREME_VALUE int8_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME min_i16
#define EXTREME_VALUE int16_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME min_i32
#define EXTREME_VALUE int32_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME min_i64
#define EXTREME_VALUE int64_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME min_i128
#define EXTREME_VALUE Int128
#include "kernel/exec/aggregates/extreme.inc"
#undef EXTREME_BETTER
#define EXTREME_BETTER BELOW_REAL
#define EXTREME_NAME min_float
#define EXTREME_VALUE float
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME min_double
#define EXTREME_VALUE double
#include "kernel/exec/aggregates/extreme.inc"
#undef EXTREME_BETTER
#undef EXTREME_LABEL
#define EXTREME_LABEL "max"
#define EXTREME_BETTER ABOVE
#define EXTREME_NAME max_u8
#define EXTREME_VALUE uint8_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME max_i8
#define EXTREME_VALUE int8_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME max_i16
#define EXTREME_VALUE int16_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME max_i32
#define EXTREME_VALUE int32_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME max_i64
#define EXTREME_VALUE int64_t
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME max_i128
#define EXTREME_VALUE Int128
#include "kernel/exec/aggregates/extreme.inc"
#undef EXTREME_BETTER
#define EXTREME_BETTER ABOVE_REAL
#define EXTREME_NAME max_float
#define EXTREME_VALUE float
#include "kernel/exec/aggregates/extreme.inc"
#define EXTREME_NAME max_double
#define EXTREME_VALUE double
#include "kernel/exec/aggregates/extreme.inc"
#undef EXTREME_BETTER
#undef EXTREME_LABEL

// --- any type ---

static bool take(AggregateFrame *frame, KeptValue *state, const Vector *arg, uint32_t row,
                 int sign) {
    if (!state->is_set || kept_value_compare(state, arg, row) * sign > 0)
        kept_value_set(frame, state, arg, row);
    return true;
}

static int sign_of(const AggregateFrame *frame);

static bool update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                   Error *err) {
    (void)err;
    int sign = sign_of(frame);
    for (ROWS_EACH(rows, i, r)) take(frame, states[i], &args[0], r, sign);
    return true;
}

static bool update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                       Error *err) {
    (void)err;
    int sign = sign_of(frame);
    for (ROWS_EACH(rows, i, r)) take(frame, state, &args[0], r, sign);
    return true;
}

static bool combine(AggregateFrame *frame, void *const *into, void *const *from, uint32_t count,
                    Error *err) {
    (void)err;
    int sign = sign_of(frame);
    const Type *type = frame->call->args[0]->type;
    for (uint32_t i = 0; i < count; i++) {
        KeptValue *state = into[i];
        const KeptValue *other = from[i];
        if (other->is_set && (!state->is_set || kept_values_compare(type, state, other) * sign > 0))
            kept_value_move(state, other);
    }
    return true;
}

static bool finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                     Arena *arena, Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) kept_value_get(states[i], out, i, arena);
    return true;
}

#define ANY_INSTANCE(ident, label)           \
    static const AggregateFunction ident = { \
        .name = label,                       \
        .state_bytes = sizeof(KeptValue),    \
        .skips_null_rows = true,             \
        .ignores_duplicates = true,          \
        .update = update,                    \
        .update_one = update_one,            \
        .combine = combine,                  \
        .finalize = finalize,                \
    };
ANY_INSTANCE(min_any, "min")
ANY_INSTANCE(max_any, "max")

static int sign_of(const AggregateFrame *frame) {
    return frame->call->function == &min_any ? 1 : -1;
}

static const AggregateFunction *by_type(const Type *type, bool is_min) {
    switch (type_physical(type)) {
    case PHYSICAL_BOOL: return is_min ? &min_u8 : &max_u8;
    case PHYSICAL_INT8: return is_min ? &min_i8 : &max_i8;
    case PHYSICAL_INT16: return is_min ? &min_i16 : &max_i16;
    case PHYSICAL_INT32: return is_min ? &min_i32 : &max_i32;
    case PHYSICAL_INT64: return is_min ? &min_i64 : &max_i64;
    case PHYSICAL_INT128: return is_min ? &min_i128 : &max_i128;
    case PHYSICAL_FLOAT: return is_min ? &min_float : &max_float;
    case PHYSICAL_DOUBLE: return is_min ? &min_double : &max_double;
    default: return is_min ? &min_any : &max_any;
    }
}

const AggregateFunction *extreme_find(const AggregateQuery *query) {
    if (query->count != 1) return NULL;
    static const char *const lowest[] = {"min", "bool_and", "every"};
    static const char *const highest[] = {"max", "bool_or", "any", "some"};
    for (size_t i = 0; i < COUNT_OF(lowest); i++)
        if (query_is(query, lowest[i])) return by_type(query->types[0], true);
    for (size_t i = 0; i < COUNT_OF(highest); i++)
        if (query_is(query, highest[i])) return by_type(query->types[0], false);
    return NULL;
}
