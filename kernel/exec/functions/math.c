// SPDX-License-Identifier: Apache-2.0
// Functions of doubles: a list by name, and the few with a domain of their own.
#include "kernel/exec/functions/kernel.h"

#include <math.h>

typedef double (*UnaryDouble)(double);

// Rounded once: cbrt is off by a digit for some cubes.
static double double_cbrt(double x) { return (double)cbrtl((long double)x); }
static double double_cot(double x) { return 1 / tan(x); }
static double double_sec(double x) { return 1 / cos(x); }
static double double_csc(double x) { return 1 / sin(x); }
static double double_degrees(double x) { return x * (180 / M_PI); }
static double double_radians(double x) { return x * (M_PI / 180); }
static double double_sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
static double double_asinh(double x) { return isinf(x) && x < 0 ? -INFINITY : asinh(x); }

typedef struct UnaryName {
    const char *name;
    UnaryDouble function;
    double above; // NULL at or below it (logarithms); -INFINITY: no limit
} UnaryName;

static const UnaryName UNARY[] = {
    {"acos", acos, -INFINITY},
    {"acosh", acosh, -INFINITY},
    {"asin", asin, -INFINITY},
    {"asinh", double_asinh, -INFINITY},
    {"atan", atan, -INFINITY},
    {"atanh", atanh, -INFINITY},
    {"cbrt", double_cbrt, -INFINITY},
    {"cos", cos, -INFINITY},
    {"cosh", cosh, -INFINITY},
    {"cot", double_cot, -INFINITY},
    {"csc", double_csc, -INFINITY},
    {"degrees", double_degrees, -INFINITY},
    {"exp", exp, -INFINITY},
    {"expm1", expm1, -INFINITY},
    {"ln", log, 0},
    {"log10", log10, 0},
    {"log1p", log1p, -1},
    {"log2", log2, 0},
    {"radians", double_radians, -INFINITY},
    {"rint", rint, -INFINITY},
    {"sec", double_sec, -INFINITY},
    {"sign", double_sign, -INFINITY},
    {"signum", double_sign, -INFINITY},
    {"sin", sin, -INFINITY},
    {"sinh", sinh, -INFINITY},
    {"sqrt", sqrt, -INFINITY},
    {"tan", tan, -INFINITY},
    {"tanh", tanh, -INFINITY},
};

static bool unary_prepare(CallFrame *frame, Arena *arena, Error *err) {
    (void)arena, (void)err;
    for (size_t i = 0; i < COUNT_OF(UNARY); i++)
        if (strcmp(UNARY[i].name, frame->call->function->name) == 0)
            frame->state = (void *)&UNARY[i];
    return true;
}

static bool unary(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    const UnaryName *operation = frame->state;
    double *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        double x = arg_f64(&args[0], r);
        if (x <= operation->above && operation->above > -INFINITY) out_null(frame, out, r);
        else to[r] = operation->function(x);
    }
    return true;
}

#define UNARY_KERNEL(text) \
    { .name = (text), .kernel = unary, .nulls = NULLS_STRICT, .prepare = unary_prepare }
static const ScalarFunction UNARY_FUNCTIONS[] = {
    UNARY_KERNEL("acos"),  UNARY_KERNEL("acosh"), UNARY_KERNEL("asin"),    UNARY_KERNEL("asinh"),
    UNARY_KERNEL("atan"),  UNARY_KERNEL("atanh"), UNARY_KERNEL("cbrt"),    UNARY_KERNEL("cos"),
    UNARY_KERNEL("cosh"),  UNARY_KERNEL("cot"),   UNARY_KERNEL("csc"),     UNARY_KERNEL("degrees"),
    UNARY_KERNEL("exp"),   UNARY_KERNEL("expm1"), UNARY_KERNEL("ln"),      UNARY_KERNEL("log10"),
    UNARY_KERNEL("log1p"), UNARY_KERNEL("log2"),  UNARY_KERNEL("radians"), UNARY_KERNEL("rint"),
    UNARY_KERNEL("sec"),   UNARY_KERNEL("sign"),  UNARY_KERNEL("signum"),  UNARY_KERNEL("sin"),
    UNARY_KERNEL("sinh"),  UNARY_KERNEL("sqrt"),  UNARY_KERNEL("tan"),     UNARY_KERNEL("tanh"),
};

static const ScalarFunction *select_unary(const ScalarQuery *query) {
    if (query->count != 1 || query->types[0]->id != TYPE_DOUBLE) return NULL;
    for (size_t i = 0; i < COUNT_OF(UNARY_FUNCTIONS); i++)
        if (strcmp(UNARY_FUNCTIONS[i].name, query->name) == 0) return &UNARY_FUNCTIONS[i];
    return NULL;
}

// --- two doubles -------------------------------------------------------------------------------

static bool power(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        double x = arg_f64(&args[0], r), y = arg_f64(&args[1], r), result = pow(x, y);
        if (isnan(y) || (fabs(x) == 1 && isinf(y))) result = NAN; // Java's rules
        ((double *)out->data)[r] = result;
    }
    return true;
}

static bool arc_tangent(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) // Spark drops negative zeros
        ((double *)out->data)[r] = atan2(arg_f64(&args[0], r) + 0.0, arg_f64(&args[1], r) + 0.0);
    return true;
}

static bool hypotenuse(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r))
        ((double *)out->data)[r] = hypot(arg_f64(&args[0], r), arg_f64(&args[1], r));
    return true;
}

static bool logarithm(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool natural = frame->call->arg_count == 1;
    for (ROWS_EACH(rows, i, r)) {
        double base = natural ? M_E : arg_f64(&args[0], r);
        double x = arg_f64(&args[natural ? 0 : 1], r);
        if (x <= 0 || base <= 0) out_null(frame, out, r);
        else ((double *)out->data)[r] = natural ? log(x) : log(x) / log(base);
    }
    return true;
}

static bool nanvl(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool is_float = out->type->id == TYPE_FLOAT;
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[0], r)) {
            out_null(frame, out, r);
            continue;
        }
        double x = is_float ? (double)((const float *)args[0].data)[arg_index(&args[0], r)]
                            : arg_f64(&args[0], r);
        const Vector *from = isnan(x) ? &args[1] : &args[0];
        if (arg_is_null(from, r)) out_null(frame, out, r);
        else if (is_float)
            ((float *)out->data)[r] = ((const float *)from->data)[arg_index(from, r)];
        else ((double *)out->data)[r] = arg_f64(from, r);
    }
    return true;
}

// Null is not NaN.
static bool is_nan(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    bool is_float = args[0].type->id == TYPE_FLOAT;
    for (ROWS_EACH(rows, i, r)) {
        uint32_t at = arg_index(&args[0], r);
        bool nan =
            !arg_is_null(&args[0], r) && (is_float ? isnan(((const float *)args[0].data)[at])
                                                   : isnan(((const double *)args[0].data)[at]));
        ((uint8_t *)out->data)[r] = nan;
    }
    return true;
}

static bool constant_pi(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)args, (void)err;
    for (ROWS_EACH(rows, i, r)) ((double *)out->data)[r] = M_PI;
    return true;
}

static bool constant_e(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)args, (void)err;
    for (ROWS_EACH(rows, i, r)) ((double *)out->data)[r] = M_E;
    return true;
}

static bool bucket(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        bool doubles = args[0].type->id == TYPE_DOUBLE;
        double x = doubles ? arg_f64(&args[0], r) : (double)arg_integer(&args[0], r);
        double low = doubles ? arg_f64(&args[1], r) : (double)arg_integer(&args[1], r);
        double high = doubles ? arg_f64(&args[2], r) : (double)arg_integer(&args[2], r);
        int64_t count = arg_i64(&args[3], r);
        if (count <= 0 || count == INT64_MAX || isnan(x) || low == high || !isfinite(low) ||
            !isfinite(high)) {
            out_null(frame, out, r);
            continue;
        }
        double lower = fmin(low, high), upper = fmax(low, high);
        int64_t result;
        if (low < high) {
            result = x < lower    ? 0
                     : x >= upper ? count + 1
                                  : (int64_t)((double)count * (x - lower) / (upper - lower)) + 1;
        } else {
            result = x > upper    ? 0
                     : x <= lower ? count + 1
                                  : (int64_t)((double)count * (upper - x) / (upper - lower)) + 1;
        }
        ((int64_t *)out->data)[r] = result;
    }
    return true;
}

static const ScalarFunction POWER = {.name = "power", .kernel = power};
static const ScalarFunction ATAN2 = {.name = "atan2", .kernel = arc_tangent};
static const ScalarFunction HYPOT = {.name = "hypot", .kernel = hypotenuse};
static const ScalarFunction LOG = {.name = "log", .kernel = logarithm};
static const ScalarFunction NANVL = {.name = "nanvl", .kernel = nanvl, .nulls = NULLS_HANDLED};
static const ScalarFunction IS_NAN = {.name = "isnan", .kernel = is_nan, .nulls = NULLS_HANDLED};
static const ScalarFunction PI = {.name = "pi", .kernel = constant_pi};
static const ScalarFunction E = {.name = "e", .kernel = constant_e};
static const ScalarFunction BUCKET = {.name = "width_bucket", .kernel = bucket};

const ScalarEntry scalars_math[] = {
    {"acos", NULL, select_unary},
    {"acosh", NULL, select_unary},
    {"asin", NULL, select_unary},
    {"asinh", NULL, select_unary},
    {"atan", NULL, select_unary},
    {"atanh", NULL, select_unary},
    {"cbrt", NULL, select_unary},
    {"cos", NULL, select_unary},
    {"cosh", NULL, select_unary},
    {"cot", NULL, select_unary},
    {"csc", NULL, select_unary},
    {"degrees", NULL, select_unary},
    {"exp", NULL, select_unary},
    {"expm1", NULL, select_unary},
    {"ln", NULL, select_unary},
    {"log10", NULL, select_unary},
    {"log1p", NULL, select_unary},
    {"log2", NULL, select_unary},
    {"radians", NULL, select_unary},
    {"rint", NULL, select_unary},
    {"sec", NULL, select_unary},
    {"sign", NULL, select_unary},
    {"signum", NULL, select_unary},
    {"sin", NULL, select_unary},
    {"sinh", NULL, select_unary},
    {"sqrt", NULL, select_unary},
    {"tan", NULL, select_unary},
    {"tanh", NULL, select_unary},
    {"power", &POWER, NULL},
    {"pow", &POWER, NULL},
    {"atan2", &ATAN2, NULL},
    {"hypot", &HYPOT, NULL},
    {"log", &LOG, NULL},
    {"nanvl", &NANVL, NULL},
    {"isnan", &IS_NAN, NULL},
    {"pi", &PI, NULL},
    {"e", &E, NULL},
    {"width_bucket", &BUCKET, NULL},
    {NULL, NULL, NULL},
};
