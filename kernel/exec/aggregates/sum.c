// SPDX-License-Identifier: Apache-2.0
// sum, try_sum, avg, try_avg. Integers and decimals add up in 128 bits and are checked at the end,
// so that an overflow on the way which later rows undo is none.
#include "kernel/column/decimal.h"
#include "kernel/exec/aggregates/find.h"

typedef struct SumState {
    union {
        Int128 whole;
        double real;
    };
    uint64_t count;
    uint64_t overflowed;
} SumState;

static inline bool add_real(double *total, double value) {
    *total += value;
    return false;
}
static inline bool add_wide(Int128 *total, Int128 value) {
    return __builtin_add_overflow(*total, value, total);
}
// 2^63 rows of 64 bits fit.
static inline bool add_narrow(Int128 *total, Int128 value) {
    *total += value;
    return false;
}

#define SUM_NAME sum_i32
#define SUM_VALUE int32_t
#define SUM_TOTAL Int128
#define SUM_MEMBER whole
#define SUM_OVERFLOWS add_narrow
#include "kernel/exec/aggregates/sum.inc"
#define SUM_NAME sum_i64
#define SUM_VALUE int64_t
#define SUM_TOTAL Int128
#define SUM_MEMBER whole
#define SUM_OVERFLOWS add_narrow
#include "kernel/exec/aggregates/sum.inc"
#define SUM_NAME sum_i128
#define SUM_VALUE Int128
#define SUM_TOTAL Int128
#define SUM_MEMBER whole
#define SUM_OVERFLOWS add_wide
#include "kernel/exec/aggregates/sum.inc"
#define SUM_NAME sum_double
#define SUM_VALUE double
#define SUM_TOTAL double
#define SUM_MEMBER real
#define SUM_OVERFLOWS add_real
#include "kernel/exec/aggregates/sum.inc"

static bool fail_overflow(const AggregateFrame *frame, const char *what, Error *err) {
    error_set(err, ERR_ARITHMETIC_OVERFLOW, "message", what, "alternative",
              " Use 'try_add' to tolerate overflow and return NULL instead.", "config",
              "\"spark.sql.ansi.enabled\"");
    error_set_span(err, frame->call->origin);
    return false;
}

static bool is_legacy(const AggregateFrame *frame) {
    return frame->call->function_data == &aggregate_legacy;
}

// Writes a whole number as the result's type; false: it does not fit.
static bool put_whole(Vector *out, uint32_t row, Int128 value, bool wrap) {
    if (type_physical(out->type) == PHYSICAL_INT32) {
        ((int32_t *)out->data)[row] = (int32_t)value;
        return wrap || value == (int32_t)value;
    }
    ((int64_t *)out->data)[row] = (int64_t)value;
    return wrap || value == (int64_t)value;
}

static bool put_decimal(Vector *out, uint32_t row, Int128 value) {
    if (!decimal_fits(value, out->type->precision)) return false;
    if (type_physical(out->type) == PHYSICAL_INT128) ((Int128 *)out->data)[row] = value;
    else ((int64_t *)out->data)[row] = (int64_t)value;
    return true;
}

static bool finish_whole(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                         Arena *arena, bool tries, Error *err) {
    bool is_decimal = out->type->id == TYPE_DECIMAL, legacy = is_legacy(frame);
    for (uint32_t i = 0; i < count; i++) {
        const SumState *state = states[i];
        if (state->count == 0) {
            result_null(out, i, arena);
            continue;
        }
        bool fits =
            !state->overflowed && (is_decimal ? put_decimal(out, i, state->whole)
                                              : put_whole(out, i, state->whole, legacy && !tries));
        if (fits) continue;
        if (!tries && !(legacy && is_decimal))
            return fail_overflow(frame,
                                 is_decimal                    ? "Overflow in sum of decimals."
                                 : type_is_interval(out->type) ? "interval overflow"
                                                               : "long overflow",
                                 err);
        result_null(out, i, arena);
    }
    return true;
}

static bool sum_finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                         Arena *arena, Error *err) {
    return finish_whole(frame, states, count, out, arena, false, err);
}

static bool try_sum_finalize(AggregateFrame *frame, void *const *states, uint32_t count,
                             Vector *out, Arena *arena, Error *err) {
    return finish_whole(frame, states, count, out, arena, true, err);
}

static bool sum_double_finalize(AggregateFrame *frame, void *const *states, uint32_t count,
                                Vector *out, Arena *arena, Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const SumState *state = states[i];
        ((double *)out->data)[i] = state->real;
        if (state->count == 0) result_null(out, i, arena);
    }
    return true;
}

#define SUM_INSTANCE(ident, label, kernel, finish) \
    static const AggregateFunction ident = {       \
        .name = label,                             \
        .state_bytes = sizeof(SumState),           \
        .skips_null_rows = true,                   \
        .update = kernel##_update,                 \
        .update_one = kernel##_update_one,         \
        .combine = kernel##_combine,               \
        .finalize = finish,                        \
    };
SUM_INSTANCE(sum_i32, "sum", sum_i32, sum_finalize)
SUM_INSTANCE(sum_i64, "sum", sum_i64, sum_finalize)
SUM_INSTANCE(sum_i128, "sum", sum_i128, sum_finalize)
SUM_INSTANCE(sum_double, "sum", sum_double, sum_double_finalize)
SUM_INSTANCE(try_sum_i32, "try_sum", sum_i32, try_sum_finalize)
SUM_INSTANCE(try_sum_i64, "try_sum", sum_i64, try_sum_finalize)
SUM_INSTANCE(try_sum_i128, "try_sum", sum_i128, try_sum_finalize)
SUM_INSTANCE(try_sum_double, "try_sum", sum_double, sum_double_finalize)

const AggregateFunction *sum_find(const AggregateQuery *query) {
    bool tries = query_is(query, "try_sum");
    if (query->count != 1 || (!tries && !query_is(query, "sum"))) return NULL;
    switch (type_physical(query->types[0])) {
    case PHYSICAL_INT32: return tries ? &try_sum_i32 : &sum_i32;
    case PHYSICAL_INT64: return tries ? &try_sum_i64 : &sum_i64;
    case PHYSICAL_INT128: return tries ? &try_sum_i128 : &sum_i128;
    case PHYSICAL_DOUBLE: return tries ? &try_sum_double : &sum_double;
    default: return NULL;
    }
}

// --- avg ---

// The quotient, rounded half away from zero; the count is positive.
static Int128 divide_half_up(Int128 total, uint64_t count) {
    Int128 quotient = total / (Int128)count, rest = total % (Int128)count;
    if (rest < 0) rest = -rest;
    if (rest * 2 >= (Int128)count) quotient += total < 0 ? -1 : 1;
    return quotient;
}

static bool average_decimal(const AggregateFrame *frame, const SumState *state, const Type *type,
                            Int128 *value) {
    const Type *from = frame->call->args[0]->type;
    if (state->overflowed) return false;
    return decimal_divide(state->whole, from->scale, (Int128)state->count, 0, type, value);
}

static bool finish_average(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                           Arena *arena, bool tries, Error *err) {
    bool is_decimal = out->type->id == TYPE_DECIMAL;
    for (uint32_t i = 0; i < count; i++) {
        const SumState *state = states[i];
        bool fits = true;
        if (state->count == 0) {
            result_null(out, i, arena);
        } else if (is_decimal) {
            Int128 value = 0;
            fits = average_decimal(frame, state, out->type, &value) && put_decimal(out, i, value);
        } else if (out->type->id == TYPE_DOUBLE) {
            ((double *)out->data)[i] = (double)state->whole / (double)state->count;
        } else {
            fits = !state->overflowed &&
                   put_whole(out, i, divide_half_up(state->whole, state->count), false);
        }
        if (fits) continue;
        if (!tries && !(is_legacy(frame) && is_decimal))
            return fail_overflow(
                frame, is_decimal ? "Overflow in avg of decimals." : "interval overflow", err);
        result_null(out, i, arena);
    }
    return true;
}

static bool average_finalize(AggregateFrame *frame, void *const *states, uint32_t count,
                             Vector *out, Arena *arena, Error *err) {
    return finish_average(frame, states, count, out, arena, false, err);
}

static bool try_average_finalize(AggregateFrame *frame, void *const *states, uint32_t count,
                                 Vector *out, Arena *arena, Error *err) {
    return finish_average(frame, states, count, out, arena, true, err);
}

static bool average_double_finalize(AggregateFrame *frame, void *const *states, uint32_t count,
                                    Vector *out, Arena *arena, Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const SumState *state = states[i];
        ((double *)out->data)[i] = state->real / (double)state->count;
        if (state->count == 0) result_null(out, i, arena);
    }
    return true;
}

SUM_INSTANCE(average_i32, "avg", sum_i32, average_finalize)
SUM_INSTANCE(average_i64, "avg", sum_i64, average_finalize)
SUM_INSTANCE(average_i128, "avg", sum_i128, average_finalize)
SUM_INSTANCE(average_double, "avg", sum_double, average_double_finalize)
SUM_INSTANCE(try_average_i32, "try_avg", sum_i32, try_average_finalize)
SUM_INSTANCE(try_average_i64, "try_avg", sum_i64, try_average_finalize)
SUM_INSTANCE(try_average_i128, "try_avg", sum_i128, try_average_finalize)

const AggregateFunction *average_find(const AggregateQuery *query) {
    bool tries = query_is(query, "try_avg");
    if (query->count != 1 || (!tries && !query_is(query, "avg") && !query_is(query, "mean")))
        return NULL;
    switch (type_physical(query->types[0])) {
    case PHYSICAL_INT32: return tries ? &try_average_i32 : &average_i32;
    case PHYSICAL_INT64: return tries ? &try_average_i64 : &average_i64;
    case PHYSICAL_INT128: return tries ? &try_average_i128 : &average_i128;
    case PHYSICAL_DOUBLE: return &average_double;
    default: return NULL;
    }
}
