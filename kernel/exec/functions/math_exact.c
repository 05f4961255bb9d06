// SPDX-License-Identifier: Apache-2.0
// Rounding, signs, bits and number bases.
//
// Doubles round by their shortest decimal digits, as BigDecimal.valueOf makes them in Java.
#include "kernel/column/decimal.h"
#include "kernel/exec/functions/kernel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool abs_integer(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    int bits = (int)physical_bytes(type_physical(out->type)) * 8;
    int64_t least = -(int64_t)((uint64_t)1 << (bits - 1));
    for (ROWS_EACH(rows, i, r)) {
        int64_t x = arg_integer(&args[0], r);
        if (x == least && (call_is_ansi(frame) || type_is_interval(out->type)))
            return type_is_interval(out->type)
                       ? fail_interval_overflow(err, NULL)
                       : fail_overflow(err, bits == 64 ? "long overflow" : "integer overflow", "");
        out_integer(out, r, x == least ? x : llabs(x));
    }
    return true;
}

static bool abs_decimal(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Int128 x = arg_decimal(&args[0], r);
        out_decimal(out, r, x < 0 ? -x : x);
    }
    return true;
}

static bool abs_double(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        if (out->type->id == TYPE_FLOAT)
            ((float *)out->data)[r] = fabsf(((const float *)args[0].data)[arg_index(&args[0], r)]);
        else ((double *)out->data)[r] = fabs(arg_f64(&args[0], r));
    }
    return true;
}

static bool sign_interval(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        int64_t x = arg_integer(&args[0], r);
        ((double *)out->data)[r] = x > 0 ? 1 : x < 0 ? -1 : 0;
    }
    return true;
}

// --- rounding ----------------------------------------------------------------------------------

typedef enum Rounding { ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_UP, ROUND_DOWN } Rounding;

static Rounding rounding_of(const CallFrame *frame) {
    switch (frame->call->function->name[0]) {
    case 'r': return ROUND_HALF_UP;
    case 'b': return ROUND_HALF_EVEN;
    case 'c': return ROUND_UP; // towards positive infinity
    default: return ROUND_DOWN;
    }
}

// value / divisor by the rule.
static Int128 divide_rounded(Int128 value, Int128 divisor, Rounding rounding) {
    Int128 quotient = value / divisor, rest = value % divisor;
    if (rest == 0) return quotient;
    Int128 half = (rest < 0 ? -rest : rest) * 2 - divisor;
    bool away = false;
    switch (rounding) {
    case ROUND_HALF_UP: away = half >= 0; break;
    case ROUND_HALF_EVEN: away = half > 0 || (half == 0 && quotient % 2 != 0); break;
    case ROUND_UP: return quotient + (value > 0);
    case ROUND_DOWN: return quotient - (value < 0);
    }
    return away ? quotient + (value < 0 ? -1 : 1) : quotient;
}

// value with `scale` digits to `digits` after the point (negative: before it), at scale to_scale.
static bool round_decimal(Int128 value, int scale, int digits, int to_scale, int precision,
                          Rounding rounding, Int128 *out) {
    int cut = scale - digits;
    if (cut > DECIMAL_MAX_PRECISION) {
        *out = 0;
        return true;
    }
    if (cut <= 0) return decimal_rescale(value, scale, to_scale, precision, out);
    Int128 rounded = divide_rounded(value, decimal_power_of_ten(cut), rounding);
    int up = to_scale - digits;
    if (up > DECIMAL_MAX_PRECISION) return rounded == 0 && (*out = 0, true);
    return decimal_rescale(rounded, 0, up, precision, out);
}

static int64_t digits_arg(const CallFrame *frame, const Vector *args, uint32_t row) {
    return frame->call->arg_count == 2 ? arg_i32(&args[1], row) : 0;
}

static bool round_decimals(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    Rounding rounding = rounding_of(frame);
    const Type *from = args[0].type, *to = out->type;
    bool from_decimal = from->id == TYPE_DECIMAL;
    for (ROWS_EACH(rows, i, r)) {
        Int128 value = from_decimal ? arg_decimal(&args[0], r) : arg_integer(&args[0], r), result;
        int64_t digits = digits_arg(frame, args, r);
        int scale = from_decimal ? from->scale : 0;
        int kept = (int)MAX(MIN(digits, scale), -60);
        if (round_decimal(value, scale, kept, to->scale, to->precision, rounding, &result))
            out_decimal(out, r, result);
        else if (!out_refused(frame, out, r)) return fail_decimal_overflow(err, value, scale, to);
    }
    return true;
}

static bool round_integers(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    Rounding rounding = rounding_of(frame);
    int bits = (int)physical_bytes(type_physical(out->type)) * 8;
    Int128 most = ((Int128)1 << (bits - 1)) - 1;
    for (ROWS_EACH(rows, i, r)) {
        int64_t value = arg_integer(&args[0], r), digits = digits_arg(frame, args, r);
        Int128 result = value;
        if (digits < 0)
            (void)!round_decimal(value, 0, (int)MAX(digits, -60), 0, DECIMAL_MAX_PRECISION,
                                 rounding, &result);
        if ((result > most || result < -most - 1) && call_is_ansi(frame))
            return fail_overflow(err, "Overflow", "");
        out_integer(out, r, (int64_t)result);
    }
    return true;
}

// By the shortest decimal text of the value.
static double round_text(double value, int64_t digits, Rounding rounding, bool is_float) {
    char text[40];
    int most = is_float ? 9 : 17;
    for (int precision = 2; precision <= most; precision++) {
        (void)snprintf(text, sizeof text, "%.*e", precision - 1, value);
        if (is_float ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value) break;
    }
    Int128 unscaled = 0;
    int scale = 0;
    bool fraction = false;
    const char *p = text + (text[0] == '-');
    for (; *p && *p != 'e'; p++) {
        if (*p == '.') fraction = true;
        else unscaled = unscaled * 10 + (*p - '0'), scale += fraction;
    }
    scale -= (int)strtol(p + 1, NULL, 10);
    int64_t cut = scale - digits;
    if (cut <= 0) return value;
    if (cut > DECIMAL_MAX_PRECISION) return 0;
    if (text[0] == '-') unscaled = -unscaled;
    Int128 rounded = divide_rounded(unscaled, decimal_power_of_ten((int)cut), rounding);
    (void)snprintf(text, sizeof text, "%llde%lld", (long long)rounded, (long long)-digits);
    return strtod(text, NULL);
}

static bool round_doubles(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    (void)err;
    Rounding rounding = rounding_of(frame);
    bool is_float = out->type->id == TYPE_FLOAT;
    for (ROWS_EACH(rows, i, r)) {
        double x = is_float ? (double)((const float *)args[0].data)[arg_index(&args[0], r)]
                            : arg_f64(&args[0], r);
        double result =
            isfinite(x) ? round_text(x, digits_arg(frame, args, r), rounding, is_float) : x;
        if (is_float) ((float *)out->data)[r] = (float)result;
        else ((double *)out->data)[r] = result;
    }
    return true;
}

static int64_t saturate(double x) {
    if (isnan(x)) return 0;
    if (x >= 9223372036854775808.0) return INT64_MAX;
    return x <= -9223372036854775808.0 ? INT64_MIN : (int64_t)x;
}

static bool floor_double(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool up = rounding_of(frame) == ROUND_UP;
    int64_t *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        double x = arg_f64(&args[0], r);
        to[r] = saturate(up ? ceil(x) : floor(x));
    }
    return true;
}

static bool floor_integer(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) out_integer(out, r, arg_integer(&args[0], r));
    return true;
}

#define FAILING(text, kernel_name) \
    { .name = (text), .kernel = (kernel_name), .nulls = NULLS_STRICT, .may_fail = true }
#define SURE(text, kernel_name) \
    { .name = (text), .kernel = (kernel_name), .nulls = NULLS_STRICT }

static const ScalarFunction *select_abs(const ScalarQuery *query) {
    static const ScalarFunction INTEGERS = FAILING("abs", abs_integer);
    static const ScalarFunction DECIMALS = SURE("abs", abs_decimal);
    static const ScalarFunction DOUBLES = SURE("abs", abs_double);
    switch (type_physical(query->types[0])) {
    case PHYSICAL_FLOAT:
    case PHYSICAL_DOUBLE: return &DOUBLES;
    default: return query->types[0]->id == TYPE_DECIMAL ? &DECIMALS : &INTEGERS;
    }
}

static const ScalarFunction *select_sign(const ScalarQuery *query) {
    static const ScalarFunction INTERVALS = SURE("sign", sign_interval);
    return type_is_interval(query->types[0]) ? &INTERVALS : NULL;
}

static const ScalarFunction *select_round(const ScalarQuery *query) {
    static const ScalarFunction KERNELS[][4] = {
        {FAILING("round", round_decimals),
         FAILING("round", round_integers),
         SURE("round", round_doubles),
         {0}},
        {FAILING("bround", round_decimals),
         FAILING("bround", round_integers),
         SURE("bround", round_doubles),
         {0}},
        {FAILING("ceil", round_decimals),
         SURE("ceil", floor_integer),
         SURE("ceil", floor_double),
         {0}},
        {FAILING("floor", round_decimals),
         SURE("floor", floor_integer),
         SURE("floor", floor_double),
         {0}},
    };
    size_t which = (size_t)(strchr("rbcf", query->name[0]) - "rbcf");
    const Type *type = query->types[0];
    if (query->result->id == TYPE_DECIMAL) return &KERNELS[which][0];
    if (type->id == TYPE_FLOAT || type->id == TYPE_DOUBLE) return &KERNELS[which][2];
    return &KERNELS[which][1];
}

// --- bits --------------------------------------------------------------------------------------

static bool bit_count(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r))
        ((int32_t *)out->data)[r] = __builtin_popcountll((uint64_t)arg_integer(&args[0], r));
    return true;
}

static bool bit_at(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame;
    int32_t bits = (int32_t)physical_bytes(type_physical(args[0].type)) * 8;
    for (ROWS_EACH(rows, i, r)) {
        int32_t at = arg_i32(&args[1], r);
        if (at < 0 || at >= bits) {
            (void)error_set(err, ERR_INVALID_PARAMETER_VALUE__BIT_POSITION_RANGE, "functionName",
                            "`bit_get`", "parameter", "`pos`");
            error_add_format(err, "upper", "%d", bits);
            error_add_format(err, "invalidValue", "%d", at);
            return false;
        }
        ((int8_t *)out->data)[r] = (int8_t)(arg_integer(&args[0], r) >> at & 1);
    }
    return true;
}

// Java masks the count; >> keeps the sign, >>> does not.
static bool shift(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    const char *name = frame->call->function->name;
    bool is_long = out->type->id == TYPE_BIGINT, left = strcmp(name, "shiftleft") == 0;
    bool unsigned_right = strcmp(name, "shiftrightunsigned") == 0;
    for (ROWS_EACH(rows, i, r)) {
        int64_t x = arg_integer(&args[0], r), result;
        int count = arg_i32(&args[1], r) & (is_long ? 63 : 31);
        if (left) result = (int64_t)((uint64_t)x << count);
        else if (!unsigned_right) result = x >> count;
        else if (is_long) result = (int64_t)((uint64_t)x >> count);
        else result = (int32_t)((uint32_t)x >> count);
        out_integer(out, r, is_long ? result : (int32_t)result);
    }
    return true;
}

static bool factorial(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        int32_t n = arg_i32(&args[0], r);
        int64_t product = 1;
        if (n < 0 || n > 20) {
            out_null(frame, out, r);
            continue;
        }
        for (int32_t k = 2; k <= n; k++) product *= k;
        ((int64_t *)out->data)[r] = product;
    }
    return true;
}

// --- least and greatest ------------------------------------------------------------------------

static bool pick_extreme(CallFrame *frame, const Vector *args, Rows rows, Vector *out, int sign) {
    uint32_t count = frame->call->arg_count;
    uint32_t *source = arena_alloc_raw(frame->arena, sizeof *source * (out->count + 1), 8);
    memset(source, 0xFF, sizeof *source * out->count);
    for (ROWS_EACH(rows, i, r)) {
        uint32_t best = UINT32_MAX;
        for (uint32_t a = 0; a < count; a++) {
            if (arg_is_null(&args[a], r)) continue;
            if (best == UINT32_MAX || sign * vector_compare_rows(&args[a], r, &args[best], r) > 0)
                best = a;
        }
        if (best != UINT32_MAX) source[r] = best * out->count + r;
    }
    Vector all;
    Vector *parts = ARENA_ARRAY(frame->arena, Vector, count);
    for (uint32_t a = 0; a < count; a++) {
        parts[a] = args[a];
        parts[a].count = out->count;
    }
    const Type *type = out->type;
    vector_concat(parts, count, type, frame->arena, &all);
    vector_gather_indexes(&all, source, out->count, frame->arena, out);
    return true;
}

static bool greatest(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    return pick_extreme(frame, args, rows, out, 1);
}

static bool least(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    return pick_extreme(frame, args, rows, out, -1);
}

static const ScalarFunction BIT_COUNT = SURE("bit_count", bit_count);
static const ScalarFunction BIT_GET = FAILING("bit_get", bit_at);
static const ScalarFunction SHIFT_LEFT = SURE("shiftleft", shift);
static const ScalarFunction SHIFT_RIGHT = SURE("shiftright", shift);
static const ScalarFunction SHIFT_UNSIGNED = SURE("shiftrightunsigned", shift);
static const ScalarFunction FACTORIAL = SURE("factorial", factorial);
static const ScalarFunction GREATEST = {
    .name = "greatest", .kernel = greatest, .nulls = NULLS_HANDLED};
static const ScalarFunction LEAST = {.name = "least", .kernel = least, .nulls = NULLS_HANDLED};

const ScalarEntry scalars_math_exact[] = {
    {"abs", NULL, select_abs},
    {"sign", NULL, select_sign},
    {"signum", NULL, select_sign},
    {"round", NULL, select_round},
    {"bround", NULL, select_round},
    {"ceil", NULL, select_round},
    {"ceiling", NULL, select_round},
    {"floor", NULL, select_round},
    {"bit_count", &BIT_COUNT, NULL},
    {"bit_get", &BIT_GET, NULL},
    {"getbit", &BIT_GET, NULL},
    {"shiftleft", &SHIFT_LEFT, NULL},
    {"<<", &SHIFT_LEFT, NULL},
    {"shiftright", &SHIFT_RIGHT, NULL},
    {">>", &SHIFT_RIGHT, NULL},
    {"shiftrightunsigned", &SHIFT_UNSIGNED, NULL},
    {">>>", &SHIFT_UNSIGNED, NULL},
    {"factorial", &FACTORIAL, NULL},
    {"greatest", &GREATEST, NULL},
    {"least", &LEAST, NULL},
    {NULL, NULL, NULL},
};
