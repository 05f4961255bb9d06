// SPDX-License-Identifier: Apache-2.0
// + - * / % div pmod on integers, FLOAT and DOUBLE, and the bitwise operators: template instances.
//
// Integer overflow is found by signs: of x + y when both differ in sign from the result, which
// vectorises where __builtin_add_overflow does not. Narrow products are taken in a wider type.
#include "kernel/exec/functions/arithmetic.h"

#include <math.h>

#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)

static const char *try_name(const CallFrame *frame) {
    static const char *const NAMES[][2] = {
        {"+", "try_add"}, {"-", "try_subtract"}, {"*", "try_multiply"}, {"div", "try_divide"}};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        if (strcmp(frame->call->function->name, NAMES[i][0]) == 0) return NAMES[i][1];
    return "";
}

// Overflow wraps in legacy mode.
static bool overflowed(CallFrame *frame, Vector *out, uint32_t row, bool is_long, Error *err) {
    if (call_is_try(frame)) {
        out_null(frame, out, row);
        return true;
    }
    if (!call_is_ansi(frame)) return true;
    return fail_overflow(err, is_long ? "long overflow" : "integer overflow", try_name(frame));
}

static bool overflowed_narrow(CallFrame *frame, int64_t a, int64_t b, Vector *out, uint32_t row,
                              Error *err) {
    if (call_is_try(frame) || !call_is_ansi(frame)) return overflowed(frame, out, row, false, err);
    AUTO(Text, value1) = {0};
    AUTO(Text, value2) = {0};
    AUTO(Text, function) = {0};
    char suffix = out->type->id == TYPE_TINYINT ? 'Y' : 'S';
    text_printf(&value1, "%lld%c", (long long)a, suffix);
    text_printf(&value2, "%lld%c", (long long)b, suffix);
    text_printf(&function, "`%s`", try_name(frame));
    return error_set(err, ERR_BINARY_ARITHMETIC_OVERFLOW, "value1", text_cstr(&value1), "symbol",
                     frame->call->function->name, "value2", text_cstr(&value2), "functionName",
                     text_cstr(&function));
}

static bool divided_by_zero(CallFrame *frame, Vector *out, uint32_t row, Error *err) {
    return out_refused(frame, out, row) || fail_divide_by_zero(err);
}

static bool remainder_by_zero(CallFrame *frame, Vector *out, uint32_t row, Error *err) {
    return out_refused(frame, out, row) || fail_remainder_by_zero(err);
}

// The sign of `divisor`'s multiple is taken off: pmod(-7, 3) is 2.
static int64_t modulo_i64(int64_t a, int64_t b) {
    if (b == -1) return 0;
    int64_t rest = a % b;
    if (rest >= 0) return rest;
    return (rest + (b < 0 ? 0 : b)) % b;
}

static double modulo_f64(double a, double b) {
    double rest = fmod(a, b);
    return rest < 0 ? fmod(rest + b, b) : rest;
}

#define FAIL_WIDE(frame, a, b, out, row, err) overflowed(frame, out, row, sizeof(a) == 8, err)
#define FAIL_NARROW(frame, a, b, out, row, err) overflowed_narrow(frame, a, b, out, row, err)
#define FAIL_DIVISION(frame, a, b, out, row, err) divided_by_zero(frame, out, row, err)
#define FAIL_REMAINDER(frame, a, b, out, row, err) remainder_by_zero(frame, out, row, err)
#define FAIL_NEVER(frame, a, b, out, row, err) true
#define IS_NEGATIVE(bad) ((bad) < 0)
#define IS_SET(bad) ((bad) != 0)
#define IS_NOTHING(bad) ((void)(bad), false)

#define T int8_t
#define NAME add_i8
#define STEP(x, y, result, bad)                        \
    ((result) = (int8_t)((uint8_t)(x) + (uint8_t)(y)), \
     (bad) |= (int8_t)(((x) ^ (result)) & ((y) ^ (result))))
#define BAD int8_t
#define IS_BAD IS_NEGATIVE
#define FAIL FAIL_NARROW
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int8_t
#define NAME subtract_i8
#define STEP(x, y, result, bad)                        \
    ((result) = (int8_t)((uint8_t)(x) - (uint8_t)(y)), \
     (bad) |= (int8_t)(((x) ^ (y)) & ((x) ^ (result))))
#define BAD int8_t
#define IS_BAD IS_NEGATIVE
#define FAIL FAIL_NARROW
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int8_t
#define NAME multiply_i8
#define STEP(x, y, result, bad) \
    ((result) = (int8_t)((int64_t)(x) * (y)), (bad) |= (int64_t)(x) * (y) != (result))
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_NARROW
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int8_t
#define NAME remainder_i8
#define STEP(x, y, result, bad) \
    ((result) = (y) == 0 || (y) == -1 ? 0 : (int8_t)((x) % (y)), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int8_t
#define NAME pmod_i8
#define STEP(x, y, result, bad) \
    ((result) = (y) == 0 ? 0 : (int8_t)modulo_i64(x, y), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int8_t
#define NAME and_i8
#define STEP(x, y, result, bad) ((result) = (int8_t)((x) & (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int8_t
#define NAME or_i8
#define STEP(x, y, result, bad) ((result) = (int8_t)((x) | (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int8_t
#define NAME xor_i8
#define STEP(x, y, result, bad) ((result) = (int8_t)((x) ^ (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int16_t
#define NAME add_i16
#define STEP(x, y, result, bad)                           \
    ((result) = (int16_t)((uint16_t)(x) + (uint16_t)(y)), \
     (bad) |= (int16_t)(((x) ^ (result)) & ((y) ^ (result))))
#define BAD int16_t
#define IS_BAD IS_NEGATIVE
#define FAIL FAIL_NARROW
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int16_t
#define NAME subtract_i16
#define STEP(x, y, result, bad)                           \
    ((result) = (int16_t)((uint16_t)(x) - (uint16_t)(y)), \
     (bad) |= (int16_t)(((x) ^ (y)) & ((x) ^ (result))))
#define BAD int16_t
#define IS_BAD IS_NEGATIVE
#define FAIL FAIL_NARROW
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int16_t
#define NAME multiply_i16
#define STEP(x, y, result, bad) \
    ((result) = (int16_t)((int64_t)(x) * (y)), (bad) |= (int64_t)(x) * (y) != (result))
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_NARROW
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int16_t
#define NAME remainder_i16
#define STEP(x, y, result, bad) \
    ((result) = (y) == 0 || (y) == -1 ? 0 : (int16_t)((x) % (y)), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int16_t
#define NAME pmod_i16
#define STEP(x, y, result, bad) \
    ((result) = (y) == 0 ? 0 : (int16_t)modulo_i64(x, y), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int16_t
#define NAME and_i16
#define STEP(x, y, result, bad) ((result) = (int16_t)((x) & (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int16_t
#define NAME or_i16
#define STEP(x, y, result, bad) ((result) = (int16_t)((x) | (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int16_t
#define NAME xor_i16
#define STEP(x, y, result, bad) ((result) = (int16_t)((x) ^ (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int32_t
#define NAME add_i32
#define STEP(x, y, result, bad)                           \
    ((result) = (int32_t)((uint32_t)(x) + (uint32_t)(y)), \
     (bad) |= (int32_t)(((x) ^ (result)) & ((y) ^ (result))))
#define BAD int32_t
#define IS_BAD IS_NEGATIVE
#define FAIL FAIL_WIDE
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int32_t
#define NAME subtract_i32
#define STEP(x, y, result, bad)                           \
    ((result) = (int32_t)((uint32_t)(x) - (uint32_t)(y)), \
     (bad) |= (int32_t)(((x) ^ (y)) & ((x) ^ (result))))
#define BAD int32_t
#define IS_BAD IS_NEGATIVE
#define FAIL FAIL_WIDE
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int32_t
#define NAME multiply_i32
#define STEP(x, y, result, bad) \
    ((result) = (int32_t)((int64_t)(x) * (y)), (bad) |= (int64_t)(x) * (y) != (result))
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_WIDE
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int32_t
#define NAME remainder_i32
#define STEP(x, y, result, bad) \
    ((result) = (y) == 0 || (y) == -1 ? 0 : (int32_t)((x) % (y)), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int32_t
#define NAME pmod_i32
#define STEP(x, y, result, bad) \
    ((result) = (y) == 0 ? 0 : (int32_t)modulo_i64(x, y), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int32_t
#define NAME and_i32
#define STEP(x, y, result, bad) ((result) = (int32_t)((x) & (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int32_t
#define NAME or_i32
#define STEP(x, y, result, bad) ((result) = (int32_t)((x) | (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int32_t
#define NAME xor_i32
#define STEP(x, y, result, bad) ((result) = (int32_t)((x) ^ (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int64_t
#define NAME add_i64
#define STEP(x, y, result, bad)                           \
    ((result) = (int64_t)((uint64_t)(x) + (uint64_t)(y)), \
     (bad) |= (int64_t)(((x) ^ (result)) & ((y) ^ (result))))
#define BAD int64_t
#define IS_BAD IS_NEGATIVE
#define FAIL FAIL_WIDE
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int64_t
#define NAME subtract_i64
#define STEP(x, y, result, bad)                           \
    ((result) = (int64_t)((uint64_t)(x) - (uint64_t)(y)), \
     (bad) |= (int64_t)(((x) ^ (y)) & ((x) ^ (result))))
#define BAD int64_t
#define IS_BAD IS_NEGATIVE
#define FAIL FAIL_WIDE
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int64_t
#define NAME multiply_i64
#define STEP(x, y, result, bad) ((bad) |= __builtin_mul_overflow(x, y, &(result)))
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_WIDE
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int64_t
#define NAME remainder_i64
#define STEP(x, y, result, bad) \
    ((result) = (y) == 0 || (y) == -1 ? 0 : (int64_t)((x) % (y)), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int64_t
#define NAME pmod_i64
#define STEP(x, y, result, bad) \
    ((result) = (y) == 0 ? 0 : (int64_t)modulo_i64(x, y), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int64_t
#define NAME and_i64
#define STEP(x, y, result, bad) ((result) = (int64_t)((x) & (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int64_t
#define NAME or_i64
#define STEP(x, y, result, bad) ((result) = (int64_t)((x) | (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T int64_t
#define NAME xor_i64
#define STEP(x, y, result, bad) ((result) = (int64_t)((x) ^ (y)), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T float
#define NAME add_f32
#define STEP(x, y, result, bad) ((result) = (x) + (y), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T float
#define NAME subtract_f32
#define STEP(x, y, result, bad) ((result) = (x) - (y), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T float
#define NAME multiply_f32
#define STEP(x, y, result, bad) ((result) = (x) * (y), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T float
#define NAME remainder_f32
#define STEP(x, y, result, bad) ((result) = fmodf(x, y), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T float
#define NAME pmod_f32
#define STEP(x, y, result, bad) \
    ((result) = (float)modulo_f64((double)(x), (double)(y)), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T double
#define NAME add_f64
#define STEP(x, y, result, bad) ((result) = (x) + (y), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T double
#define NAME subtract_f64
#define STEP(x, y, result, bad) ((result) = (x) - (y), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T double
#define NAME multiply_f64
#define STEP(x, y, result, bad) ((result) = (x) * (y), (void)(bad))
#define BAD int
#define IS_BAD IS_NOTHING
#define FAIL FAIL_NEVER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T double
#define NAME divide_f64
#define STEP(x, y, result, bad) ((result) = (x) / (y), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_DIVISION
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T double
#define NAME remainder_f64
#define STEP(x, y, result, bad) ((result) = fmod(x, y), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL
#define T double
#define NAME pmod_f64
#define STEP(x, y, result, bad) \
    ((result) = (double)modulo_f64((double)(x), (double)(y)), (bad) |= (y) == 0)
#define BAD int
#define IS_BAD IS_SET
#define FAIL FAIL_REMAINDER
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL

static bool integral_fail(CallFrame *frame, int64_t a, int64_t b, Vector *out, uint32_t row,
                          Error *err) {
    (void)a;
    if (b == 0) return divided_by_zero(frame, out, row, err);
    return overflowed(frame, out, row, true, err);
}

// The quotient of the smallest value by -1 overflows.
#define T int64_t
#define NAME integral_i64
#define STEP(x, y, result, bad)                            \
    ((result) = (y) == 0    ? 0                            \
                : (y) == -1 ? (int64_t)(0 - (uint64_t)(x)) \
                            : (x) / (y),                   \
     (bad) |= (y) == 0 || ((y) == -1 && (x) == INT64_MIN))
#define BAD int
#define IS_BAD IS_SET
#define FAIL integral_fail
#include "kernel/exec/functions/arithmetic.inc"
#undef T
#undef NAME
#undef STEP
#undef BAD
#undef IS_BAD
#undef FAIL

typedef struct Operation {
    TypeId type;
    ScalarFunction function;
    ScalarFunction try_function;
} Operation;

// Kernels take null rows along, so the driver makes no selection; those of FLOAT and DOUBLE sums
// never fail.
#define KERNEL(sign, kernel_name, fails)                                                     \
    {                                                                                        \
        .name = (sign), .kernel = (kernel_name), .nulls = NULLS_STRICT, .may_fail = (fails), \
        .runs_on_nulls = true                                                                \
    }
#define OPERATION(id, sign, try_sign, kernel_name, fails) \
    { TYPE_##id, KERNEL(sign, kernel_name, fails), KERNEL(try_sign, kernel_name, false) }

static const Operation ADD[] = {
    OPERATION(TINYINT, "+", "try_add", add_i8, true),
    OPERATION(SMALLINT, "+", "try_add", add_i16, true),
    OPERATION(INT, "+", "try_add", add_i32, true),
    OPERATION(BIGINT, "+", "try_add", add_i64, true),
    OPERATION(FLOAT, "+", "try_add", add_f32, false),
    OPERATION(DOUBLE, "+", "try_add", add_f64, false),
};
static const Operation SUBTRACT[] = {
    OPERATION(TINYINT, "-", "try_subtract", subtract_i8, true),
    OPERATION(SMALLINT, "-", "try_subtract", subtract_i16, true),
    OPERATION(INT, "-", "try_subtract", subtract_i32, true),
    OPERATION(BIGINT, "-", "try_subtract", subtract_i64, true),
    OPERATION(FLOAT, "-", "try_subtract", subtract_f32, false),
    OPERATION(DOUBLE, "-", "try_subtract", subtract_f64, false),
};
static const Operation MULTIPLY[] = {
    OPERATION(TINYINT, "*", "try_multiply", multiply_i8, true),
    OPERATION(SMALLINT, "*", "try_multiply", multiply_i16, true),
    OPERATION(INT, "*", "try_multiply", multiply_i32, true),
    OPERATION(BIGINT, "*", "try_multiply", multiply_i64, true),
    OPERATION(FLOAT, "*", "try_multiply", multiply_f32, false),
    OPERATION(DOUBLE, "*", "try_multiply", multiply_f64, false),
};
static const Operation REMAINDER[] = {
    OPERATION(TINYINT, "%", "try_mod", remainder_i8, true),
    OPERATION(SMALLINT, "%", "try_mod", remainder_i16, true),
    OPERATION(INT, "%", "try_mod", remainder_i32, true),
    OPERATION(BIGINT, "%", "try_mod", remainder_i64, true),
    OPERATION(FLOAT, "%", "try_mod", remainder_f32, true),
    OPERATION(DOUBLE, "%", "try_mod", remainder_f64, true),
};
static const Operation PMOD[] = {
    OPERATION(TINYINT, "pmod", "pmod", pmod_i8, true),
    OPERATION(SMALLINT, "pmod", "pmod", pmod_i16, true),
    OPERATION(INT, "pmod", "pmod", pmod_i32, true),
    OPERATION(BIGINT, "pmod", "pmod", pmod_i64, true),
    OPERATION(FLOAT, "pmod", "pmod", pmod_f32, true),
    OPERATION(DOUBLE, "pmod", "pmod", pmod_f64, true),
};
static const Operation AND[] = {
    OPERATION(TINYINT, "&", "&", and_i8, false),
    OPERATION(SMALLINT, "&", "&", and_i16, false),
    OPERATION(INT, "&", "&", and_i32, false),
    OPERATION(BIGINT, "&", "&", and_i64, false),
};
static const Operation OR[] = {
    OPERATION(TINYINT, "|", "|", or_i8, false),
    OPERATION(SMALLINT, "|", "|", or_i16, false),
    OPERATION(INT, "|", "|", or_i32, false),
    OPERATION(BIGINT, "|", "|", or_i64, false),
};
static const Operation XOR[] = {
    OPERATION(TINYINT, "^", "^", xor_i8, false),
    OPERATION(SMALLINT, "^", "^", xor_i16, false),
    OPERATION(INT, "^", "^", xor_i32, false),
    OPERATION(BIGINT, "^", "^", xor_i64, false),
};
static const Operation DIVIDE[] = {
    OPERATION(DOUBLE, "/", "try_divide", divide_f64, true),
};
static const Operation INTEGRAL[] = {OPERATION(BIGINT, "div", "try_div", integral_i64, true)};

typedef struct Operator {
    const char *sign;
    const char *try_sign;
    const Operation *operations;
    size_t count;
} Operator;

#define OPERATOR(sign, try_sign, table) \
    { sign, try_sign, table, COUNT_OF(table) }
static const Operator OPERATORS[] = {
    OPERATOR("+", "try_add", ADD),
    OPERATOR("-", "try_subtract", SUBTRACT),
    OPERATOR("*", "try_multiply", MULTIPLY),
    OPERATOR("/", "try_divide", DIVIDE),
    OPERATOR("%", "try_mod", REMAINDER),
    OPERATOR("mod", "", REMAINDER),
    OPERATOR("pmod", "", PMOD),
    OPERATOR("div", "", INTEGRAL),
    OPERATOR("&", "", AND),
    OPERATOR("|", "", OR),
    OPERATOR("^", "", XOR),
};

static const ScalarFunction *select_arithmetic(const ScalarQuery *query) {
    const Type *type = query->types[0];
    if (query->count != 2) return NULL;
    if (type->id == TYPE_DECIMAL) return arithmetic_decimal(query);
    if (type_is_interval(type)) return arithmetic_interval(query);
    for (size_t i = 0; i < COUNT_OF(OPERATORS); i++) {
        const Operator *row = &OPERATORS[i];
        bool is_try = strcmp(row->try_sign, query->name) == 0;
        if (!is_try && strcmp(row->sign, query->name) != 0) continue;
        for (size_t k = 0; k < row->count; k++)
            if (row->operations[k].type == type->id)
                return is_try ? &row->operations[k].try_function : &row->operations[k].function;
    }
    return NULL;
}

const ScalarEntry scalars_arithmetic[] = {
    {"+", NULL, select_arithmetic},
    {"-", NULL, select_arithmetic},
    {"*", NULL, select_arithmetic},
    {"/", NULL, select_arithmetic},
    {"%", NULL, select_arithmetic},
    {"mod", NULL, select_arithmetic},
    {"pmod", NULL, select_arithmetic},
    {"div", NULL, select_arithmetic},
    {"&", NULL, select_arithmetic},
    {"|", NULL, select_arithmetic},
    {"^", NULL, select_arithmetic},
    {"try_add", NULL, select_arithmetic},
    {"try_subtract", NULL, select_arithmetic},
    {"try_multiply", NULL, select_arithmetic},
    {"try_divide", NULL, select_arithmetic},
    {"try_mod", NULL, select_arithmetic},
    {"$negate", NULL, arithmetic_negate},
    {"~", NULL, arithmetic_invert},
    {NULL, NULL, NULL},
};
