// SPDX-License-Identifier: Apache-2.0
// Arithmetic on DECIMAL, and signs of all types.
//
// Where the result type has room for every result (precision below 38, as the type rules give),
// 64-bit or 128-bit integers do without checks. Products of 64-bit values always fit 128 bits. The
// rest goes by decimal.h's 256-bit intermediates.
#include "kernel/column/decimal.h"
#include "kernel/exec/functions/arithmetic.h"

typedef bool (*DecimalStep)(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result,
                            Int128 *out);

static bool out_of_range(CallFrame *frame, Int128 approximate, Vector *out, uint32_t row,
                         Error *err) {
    if (out_refused(frame, out, row)) return true;
    return fail_decimal_overflow(err, approximate, out->type->scale, out->type);
}

// The value that did not fit, at the result's scale, for the message.
static Int128 wide_result(const char *sign, Int128 a, const Type *type_a, Int128 b,
                          const Type *type_b, const Type *result) {
    Type wide = *result;
    Int128 value = 0;
    wide.precision = DECIMAL_MAX_PRECISION;
    switch (sign[0]) {
    case '+': (void)!decimal_add(a, type_a->scale, b, type_b->scale, &wide, &value); break;
    case '-': (void)!decimal_subtract(a, type_a->scale, b, type_b->scale, &wide, &value); break;
    case '*': (void)!decimal_multiply(a, type_a->scale, b, type_b->scale, &wide, &value); break;
    default: (void)!decimal_divide(a, type_a->scale, b, type_b->scale, &wide, &value); break;
    }
    return value;
}

static bool step_all(CallFrame *frame, const Vector *args, Rows rows, Vector *out, DecimalStep step,
                     const char *sign, Error *err) {
    const Type *a = args[0].type, *b = args[1].type;
    for (ROWS_EACH(rows, i, r)) {
        Int128 x = arg_decimal(&args[0], r), y = arg_decimal(&args[1], r), result;
        if (step(x, a->scale, y, b->scale, out->type, &result)) out_decimal(out, r, result);
        else if (!out_of_range(frame, wide_result(sign, x, a, y, b, out->type), out, r, err))
            return false;
    }
    return true;
}

static bool is_small(const Vector *v) { return type_physical(v->type) == PHYSICAL_INT64; }

// All of 18 digits at most, the result with a digit to spare: plain 64-bit sums.
static void add_small(const Vector *args, Rows rows, int64_t sign, Vector *out) {
    const int64_t *restrict a = args[0].data;
    const int64_t *restrict b = args[1].data;
    int64_t *restrict to = out->data;
    int64_t factor_a = (int64_t)decimal_power_of_ten(out->type->scale - args[0].type->scale);
    int64_t factor_b = sign * (int64_t)decimal_power_of_ten(out->type->scale - args[1].type->scale);
    if (!rows.selection && args[0].form == VECTOR_FLAT && args[1].form == VECTOR_FLAT) {
        for (uint32_t i = 0; i < rows.count; i++) to[i] = a[i] * factor_a + b[i] * factor_b;
    } else {
        uint32_t step_a = args[0].form != VECTOR_CONSTANT, step_b = args[1].form != VECTOR_CONSTANT;
        for (ROWS_EACH(rows, i, r)) to[r] = a[r * step_a] * factor_a + b[r * step_b] * factor_b;
    }
}

static void add_wide(const Vector *args, Rows rows, Int128 sign, Vector *out) {
    Int128 factor_a = decimal_power_of_ten(out->type->scale - args[0].type->scale);
    Int128 factor_b = sign * decimal_power_of_ten(out->type->scale - args[1].type->scale);
    for (ROWS_EACH(rows, i, r))
        out_decimal(out, r,
                    arg_decimal(&args[0], r) * factor_a + arg_decimal(&args[1], r) * factor_b);
}

static bool add_signed(CallFrame *frame, const Vector *args, Rows rows, Vector *out, int sign,
                       Error *err) {
    const Type *type = out->type, *a = args[0].type, *b = args[1].type;
    int integer_digits = MAX(a->precision - a->scale, b->precision - b->scale);
    bool exact =
        type->scale == MAX(a->scale, b->scale) && type->precision - type->scale > integer_digits;
    if (exact && is_small(&args[0]) && is_small(&args[1]) && is_small(out)) {
        add_small(args, rows, sign, out);
        return true;
    }
    if (exact) {
        add_wide(args, rows, sign, out);
        return true;
    }
    return step_all(frame, args, rows, out, sign > 0 ? decimal_add : decimal_subtract,
                    sign > 0 ? "+" : "-", err);
}

static bool add(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return add_signed(frame, args, rows, out, 1, err);
}

static bool subtract(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return add_signed(frame, args, rows, out, -1, err);
}

static void multiply_small(const Vector *args, Rows rows, Vector *out) {
    const int64_t *restrict a = args[0].data;
    const int64_t *restrict b = args[1].data;
    uint32_t step_a = args[0].form != VECTOR_CONSTANT, step_b = args[1].form != VECTOR_CONSTANT;
    if (is_small(out)) {
        int64_t *restrict to = out->data;
        for (ROWS_EACH(rows, i, r)) to[r] = a[r * step_a] * b[r * step_b];
    } else {
        Int128 *restrict to = out->data;
        for (ROWS_EACH(rows, i, r)) to[r] = (Int128)a[r * step_a] * b[r * step_b];
    }
}

static bool multiply(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    const Type *type = out->type, *a = args[0].type, *b = args[1].type;
    bool exact = type->scale == a->scale + b->scale;
    if (exact && is_small(&args[0]) && is_small(&args[1]) &&
        a->precision + b->precision <= type->precision) {
        multiply_small(args, rows, out);
        return true;
    }
    if (!exact) return step_all(frame, args, rows, out, decimal_multiply, "*", err);
    Int128 limit = decimal_power_of_ten(type->precision);
    for (ROWS_EACH(rows, i, r)) {
        Int128 x = arg_decimal(&args[0], r), y = arg_decimal(&args[1], r), product;
        bool narrow = x == (int64_t)x && y == (int64_t)y;
        if (narrow) product = (Int128)(int64_t)x * (int64_t)y;
        bool bad = narrow ? false : __builtin_mul_overflow(x, y, &product);
        if (!bad && product < limit && product > -limit) out_decimal(out, r, product);
        else if (!out_of_range(frame, bad ? 0 : product, out, r, err)) return false;
    }
    return true;
}

static bool by_zero(CallFrame *frame, Vector *out, uint32_t row, bool is_remainder, Error *err) {
    if (out_refused(frame, out, row)) return true;
    return is_remainder ? fail_remainder_by_zero(err) : fail_divide_by_zero(err);
}

static bool divide(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    const Type *a = args[0].type, *b = args[1].type;
    for (ROWS_EACH(rows, i, r)) {
        Int128 x = arg_decimal(&args[0], r), y = arg_decimal(&args[1], r), result;
        bool ok = true;
        if (y == 0) ok = by_zero(frame, out, r, false, err);
        else if (decimal_divide(x, a->scale, y, b->scale, out->type, &result))
            out_decimal(out, r, result);
        else ok = out_of_range(frame, wide_result("/", x, a, y, b, out->type), out, r, err);
        if (!ok) return false;
    }
    return true;
}

static bool remainder_sign(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           bool positive, Error *err) {
    const Type *a = args[0].type, *b = args[1].type;
    Type wide = *out->type;
    wide.precision = DECIMAL_MAX_PRECISION;
    for (ROWS_EACH(rows, i, r)) {
        Int128 x = arg_decimal(&args[0], r), y = arg_decimal(&args[1], r), rest = 0, divisor;
        bool ok = true;
        if (y == 0) ok = by_zero(frame, out, r, true, err);
        else
            ok = decimal_remainder(x, a->scale, y, b->scale, &wide, &rest) ||
                 out_of_range(frame, x, out, r, err);
        if (!ok) return false;
        if (positive && rest < 0 && y > 0 &&
            decimal_rescale(y, b->scale, wide.scale, DECIMAL_MAX_PRECISION, &divisor))
            rest += divisor;
        if (decimal_fits(rest, out->type->precision)) out_decimal(out, r, rest);
        else if (!out_of_range(frame, rest, out, r, err)) return false;
    }
    return true;
}

static bool modulo(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return remainder_sign(frame, args, rows, out, false, err);
}

static bool pmod(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return remainder_sign(frame, args, rows, out, true, err);
}

// The quotient without its fraction: a BIGINT.
static bool integral(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    const Type *a = args[0].type, *b = args[1].type;
    const Type *wide = type_decimal(DECIMAL_MAX_PRECISION, MAX(a->scale, b->scale));
    for (ROWS_EACH(rows, i, r)) {
        Int128 x = arg_decimal(&args[0], r), y = arg_decimal(&args[1], r), rest, whole, quotient;
        if (y == 0) {
            if (!by_zero(frame, out, r, false, err)) return false;
            continue;
        }
        // Without the remainder the division is exact.
        bool ok = decimal_remainder(x, a->scale, y, b->scale, wide, &rest) &&
                  decimal_subtract(x, a->scale, rest, wide->scale, wide, &whole) &&
                  decimal_divide(whole, wide->scale, y, b->scale,
                                 type_decimal(DECIMAL_MAX_PRECISION, 0), &quotient);
        if (ok && quotient >= INT64_MIN && quotient <= INT64_MAX)
            ((int64_t *)out->data)[r] = (int64_t)quotient;
        else if (!out_refused(frame, out, r))
            return fail_overflow(err, "Overflow in integral divide", "try_divide");
    }
    return true;
}

#define DECIMAL_KERNEL(sign, kernel_name, fails) \
    { .name = (sign), .kernel = (kernel_name), .nulls = NULLS_STRICT, .may_fail = (fails) }

static const ScalarFunction KERNELS[] = {
    DECIMAL_KERNEL("+", add, true),
    DECIMAL_KERNEL("-", subtract, true),
    DECIMAL_KERNEL("*", multiply, true),
    DECIMAL_KERNEL("/", divide, true),
    DECIMAL_KERNEL("%", modulo, true),
    DECIMAL_KERNEL("mod", modulo, true),
    DECIMAL_KERNEL("pmod", pmod, true),
    DECIMAL_KERNEL("div", integral, true),
    DECIMAL_KERNEL("try_add", add, false),
    DECIMAL_KERNEL("try_subtract", subtract, false),
    DECIMAL_KERNEL("try_multiply", multiply, false),
    DECIMAL_KERNEL("try_divide", divide, false),
    DECIMAL_KERNEL("try_mod", modulo, false),
};

const ScalarFunction *arithmetic_decimal(const ScalarQuery *query) {
    for (size_t i = 0; i < COUNT_OF(KERNELS); i++)
        if (strcmp(KERNELS[i].name, query->name) == 0) return &KERNELS[i];
    return NULL;
}

// --- signs and bits ----------------------------------------------------------------------------

static bool negate_integer(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    int bits = (int)physical_bytes(type_physical(out->type)) * 8;
    int64_t least = -(int64_t)((uint64_t)1 << (bits - 1));
    for (ROWS_EACH(rows, i, r)) {
        int64_t value = arg_integer(&args[0], r);
        if (value != least) {
            out_integer(out, r, -value);
            continue;
        }
        out_integer(out, r, value);
        if (type_is_interval(out->type)) return fail_interval_overflow(err, NULL);
        if (call_is_ansi(frame))
            return fail_overflow(err, bits == 64 ? "long overflow" : "integer overflow", "");
    }
    return true;
}

static bool negate_decimal(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) out_decimal(out, r, -arg_decimal(&args[0], r));
    return true;
}

static bool negate_double(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        if (out->type->id == TYPE_FLOAT)
            ((float *)out->data)[r] = -((const float *)args[0].data)[arg_index(&args[0], r)];
        else ((double *)out->data)[r] = -arg_f64(&args[0], r);
    }
    return true;
}

static bool negate_calendar(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                            Error *err) {
    (void)frame;
    for (ROWS_EACH(rows, i, r)) {
        Interval v = ((const Interval *)args[0].data)[arg_index(&args[0], r)];
        Interval *to = (Interval *)out->data + r;
        if (v.months == INT32_MIN || v.days == INT32_MIN || v.micros == INT64_MIN)
            return fail_interval_overflow(err, NULL);
        *to = (Interval){-v.months, -v.days, -v.micros};
    }
    return true;
}

const ScalarFunction *arithmetic_negate(const ScalarQuery *query) {
    static const ScalarFunction INTEGERS = DECIMAL_KERNEL("$negate", negate_integer, true);
    static const ScalarFunction DECIMALS = DECIMAL_KERNEL("$negate", negate_decimal, false);
    static const ScalarFunction DOUBLES = DECIMAL_KERNEL("$negate", negate_double, false);
    static const ScalarFunction CALENDAR = DECIMAL_KERNEL("$negate", negate_calendar, true);
    switch (query->types[0]->id) {
    case TYPE_DECIMAL: return &DECIMALS;
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return &DOUBLES;
    case TYPE_INTERVAL: return &CALENDAR;
    default: return &INTEGERS;
    }
}

static bool invert(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) out_integer(out, r, ~arg_integer(&args[0], r));
    return true;
}

const ScalarFunction *arithmetic_invert(const ScalarQuery *query) {
    static const ScalarFunction INVERT = DECIMAL_KERNEL("~", invert, false);
    return type_is_integer(query->types[0]) ? &INVERT : NULL;
}
