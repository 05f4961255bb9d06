// SPDX-License-Identifier: Apache-2.0
// Sums, products and quotients of intervals, and moments plus intervals.
#include "kernel/column/civil.h"
#include "kernel/column/decimal.h"
#include "kernel/exec/functions/arithmetic.h"

#include <math.h>

static bool refuse(CallFrame *frame, Vector *out, uint32_t row, const char *try_name, Error *err) {
    if (call_is_try(frame)) {
        out_null(frame, out, row);
        return true;
    }
    return fail_interval_overflow(err, try_name);
}

static bool sum(CallFrame *frame, const Vector *args, Rows rows, Vector *out, bool minus,
                Error *err) {
    bool months = out->type->id == TYPE_INTERVAL_YEAR_MONTH;
    for (ROWS_EACH(rows, i, r)) {
        int64_t a = arg_integer(&args[0], r), b = arg_integer(&args[1], r), result;
        bool bad =
            minus ? __builtin_sub_overflow(a, b, &result) : __builtin_add_overflow(a, b, &result);
        if (!bad && (!months || result == (int32_t)result)) out_integer(out, r, result);
        else if (!refuse(frame, out, r, minus ? "try_subtract" : "try_add", err)) return false;
    }
    return true;
}

static bool sum_calendar(CallFrame *frame, const Vector *args, Rows rows, Vector *out, bool minus,
                         Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Interval a = ((const Interval *)args[0].data)[arg_index(&args[0], r)];
        Interval b = ((const Interval *)args[1].data)[arg_index(&args[1], r)];
        Interval *to = (Interval *)out->data + r;
        bool bad = minus ? __builtin_sub_overflow(a.months, b.months, &to->months) |
                               __builtin_sub_overflow(a.days, b.days, &to->days) |
                               __builtin_sub_overflow(a.micros, b.micros, &to->micros)
                         : __builtin_add_overflow(a.months, b.months, &to->months) |
                               __builtin_add_overflow(a.days, b.days, &to->days) |
                               __builtin_add_overflow(a.micros, b.micros, &to->micros);
        if (bad && !refuse(frame, out, r, minus ? "try_subtract" : "try_add", err)) return false;
    }
    return true;
}

static bool add(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    if (out->type->id == TYPE_INTERVAL) return sum_calendar(frame, args, rows, out, false, err);
    return sum(frame, args, rows, out, false, err);
}

static bool subtract(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    if (out->type->id == TYPE_INTERVAL) return sum_calendar(frame, args, rows, out, true, err);
    return sum(frame, args, rows, out, true, err);
}

static bool quotient(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int64_t a = arg_integer(&args[0], r), b = arg_integer(&args[1], r);
        if (b == 0) {
            if (!out_refused(frame, out, r)) return fail_divide_by_zero(err);
        } else if (a == INT64_MIN && b == -1) {
            return fail_overflow(err, "Overflow in integral divide", "try_divide");
        } else {
            out_integer(out, r, a / b);
        }
    }
    return true;
}

#define KERNEL(kernel_name, text, fails) \
    { .name = (text), .kernel = (kernel_name), .nulls = NULLS_STRICT, .may_fail = (fails) }

const ScalarFunction *arithmetic_interval(const ScalarQuery *query) {
    static const ScalarFunction KERNELS[] = {
        KERNEL(add, "+", true),        KERNEL(subtract, "-", true),
        KERNEL(add, "try_add", false), KERNEL(subtract, "try_subtract", false),
        KERNEL(quotient, "div", true),
    };
    for (size_t i = 0; i < COUNT_OF(KERNELS); i++)
        if (strcmp(KERNELS[i].name, query->name) == 0) return &KERNELS[i];
    return NULL;
}

// --- interval by number ------------------------------------------------------------------------

// value * number or value / number, rounded HALF_UP; false: out of range.
static bool scale_exact(int64_t value, const Vector *number, uint32_t row, bool divide,
                        int64_t *out) {
    const Type *type = number->type;
    bool decimal = type->id == TYPE_DECIMAL;
    Int128 n = decimal ? arg_decimal(number, row) : arg_integer(number, row), result = 0;
    const Type *whole = type_decimal(DECIMAL_MAX_PRECISION, 0);
    int scale = decimal ? type->scale : 0;
    bool ok = divide ? decimal_divide(value, 0, n, scale, whole, &result)
                     : decimal_multiply(value, 0, n, scale, whole, &result);
    *out = (int64_t)result;
    return ok && result == (int64_t)result;
}

static double number_f64(const Vector *number, uint32_t row) {
    return number->type->id == TYPE_FLOAT
               ? (double)((const float *)number->data)[arg_index(number, row)]
               : arg_f64(number, row);
}

static bool scale_double(int64_t value, double number, bool divide, int64_t *out) {
    double result = divide ? (double)value / number : (double)value * number;
    // HALF_UP, as Java's DoubleMath.roundToLong.
    double rounded = result < 0 ? -floor(-result + 0.5) : floor(result + 0.5);
    if (!(rounded >= -9.2233720368547758e18 && rounded < 9.2233720368547758e18)) return false;
    *out = (int64_t)rounded;
    return true;
}

static bool is_zero(const Vector *number, uint32_t row) {
    const Type *type = number->type;
    if (type->id == TYPE_DECIMAL) return arg_decimal(number, row) == 0;
    if (type->id == TYPE_DOUBLE || type->id == TYPE_FLOAT) return number_f64(number, row) == 0;
    return arg_integer(number, row) == 0;
}

static bool scale(CallFrame *frame, const Vector *args, Rows rows, Vector *out, bool divide,
                  Error *err) {
    bool months = out->type->id == TYPE_INTERVAL_YEAR_MONTH;
    bool floating = args[1].type->id == TYPE_DOUBLE || args[1].type->id == TYPE_FLOAT;
    for (ROWS_EACH(rows, i, r)) {
        int64_t value = arg_integer(&args[0], r), result;
        if (divide && is_zero(&args[1], r)) {
            if (call_is_try(frame)) {
                out_null(frame, out, r);
                continue;
            }
            return error_set(err, ERR_INTERVAL_DIVIDED_BY_ZERO);
        }
        bool ok = floating ? scale_double(value, number_f64(&args[1], r), divide, &result)
                           : scale_exact(value, &args[1], r, divide, &result);
        if (ok && (!months || result == (int32_t)result)) out_integer(out, r, result);
        else if (!refuse(frame, out, r, NULL, err)) return false;
    }
    return true;
}

// The calendar interval takes doubles; parts of months become days, parts of days microseconds.
static bool scale_calendar(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           bool divide, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Interval v = ((const Interval *)args[0].data)[arg_index(&args[0], r)];
        double number = arg_f64(&args[1], r);
        if (divide && number == 0) {
            if (out_refused(frame, out, r)) continue;
            return error_set(err, ERR_INTERVAL_DIVIDED_BY_ZERO);
        }
        double months = divide ? v.months / number : v.months * number;
        double days = divide ? v.days / number : v.days * number;
        double micros = divide ? (double)v.micros / number : (double)v.micros * number;
        double whole_months = trunc(months), whole_days = trunc(days);
        days += (months - whole_months) * 0; // Spark cuts parts of months
        micros += (days - whole_days) * (double)MICROS_PER_DAY;
        if (fabs(whole_months) > INT32_MAX || fabs(whole_days) > INT32_MAX ||
            fabs(micros) > 9.2e18) {
            if (!refuse(frame, out, r, NULL, err)) return false;
            continue;
        }
        ((Interval *)out->data)[r] =
            (Interval){(int32_t)whole_months, (int32_t)whole_days, (int64_t)round(micros)};
    }
    return true;
}

static bool multiply(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    if (out->type->id == TYPE_INTERVAL) return scale_calendar(frame, args, rows, out, false, err);
    return scale(frame, args, rows, out, false, err);
}

static bool divide(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    if (out->type->id == TYPE_INTERVAL) return scale_calendar(frame, args, rows, out, true, err);
    return scale(frame, args, rows, out, true, err);
}

// --- moments -----------------------------------------------------------------------------------

static Interval interval_at(const Vector *v, uint32_t row) {
    if (v->type->id == TYPE_INTERVAL) return ((const Interval *)v->data)[arg_index(v, row)];
    int64_t value = arg_integer(v, row);
    if (v->type->id == TYPE_INTERVAL_YEAR_MONTH) return (Interval){.months = (int32_t)value};
    return (Interval){.micros = value};
}

// Months and days move the local date; microseconds move the instant.
static bool add_to_timestamp(int64_t micros, Interval interval, const TimeZone *zone,
                             int64_t *out) {
    if (interval.months || interval.days) {
        int64_t local = zone ? time_zone_to_local(zone, micros) : micros, rest;
        bool overflow = false;
        int32_t days = micros_to_days(local, &rest);
        days = civil_add_months(days, interval.months, &overflow);
        if (overflow || __builtin_add_overflow(days, interval.days, &days)) return false;
        if (__builtin_mul_overflow((int64_t)days, MICROS_PER_DAY, &local) ||
            __builtin_add_overflow(local, rest, &local))
            return false;
        micros = zone ? time_zone_to_utc(zone, local) : local;
    }
    return !__builtin_add_overflow(micros, interval.micros, out);
}

static bool add_interval(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    TypeId id = out->type->id;
    const TimeZone *zone = id == TYPE_TIMESTAMP ? frame->query->zone : NULL;
    for (ROWS_EACH(rows, i, r)) {
        Interval interval = interval_at(&args[1], r);
        int64_t value = arg_integer(&args[0], r), result = 0;
        bool ok = true, overflow = false;
        if (id == TYPE_DATE) {
            int32_t days = civil_add_months((int32_t)value, interval.months, &overflow);
            ok = !overflow && !__builtin_add_overflow(days, interval.days, &days);
            result = days;
        } else if (id == TYPE_TIME) {
            __int128 nanos = (__int128)value + (__int128)interval.micros * 1000;
            ok = nanos >= 0 && nanos < (__int128)86400000000000;
            result = (int64_t)nanos;
        } else {
            ok = add_to_timestamp(value, interval, zone, &result);
        }
        if (ok) {
            out_integer(out, r, result);
            continue;
        }
        if (call_is_try(frame)) out_null(frame, out, r);
        else
            return error_set(err, ERR_DATETIME_OVERFLOW, "operation",
                             "add an interval to a moment");
    }
    return true;
}

static bool subtract_moments(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                             Error *err) {
    (void)frame;
    TypeId id = args[0].type->id;
    const TimeZone *zone = id == TYPE_TIMESTAMP ? frame->query->zone : NULL;
    for (ROWS_EACH(rows, i, r)) {
        int64_t a = arg_integer(&args[0], r), b = arg_integer(&args[1], r), result;
        if (zone) {
            a = time_zone_to_local(zone, a);
            b = time_zone_to_local(zone, b);
        }
        bool bad = __builtin_sub_overflow(a, b, &result);
        if (id == TYPE_DATE) bad |= __builtin_mul_overflow(result, MICROS_PER_DAY, &result);
        if (id == TYPE_TIME) result /= 1000;
        if (bad) return fail_overflow(err, "long overflow", "");
        ((int64_t *)out->data)[r] = result;
    }
    return true;
}

static const ScalarFunction ADD_INTERVAL = KERNEL(add_interval, "$add_interval", true);
static const ScalarFunction SUBTRACT_MOMENTS = KERNEL(subtract_moments, "$subtract", true);
static const ScalarFunction MULTIPLY = KERNEL(multiply, "$multiply_interval", true);
static const ScalarFunction DIVIDE = KERNEL(divide, "$divide_interval", true);

const ScalarEntry scalars_interval[] = {
    {"$add_interval", &ADD_INTERVAL, NULL},
    {"$subtract_times", &SUBTRACT_MOMENTS, NULL},
    {"$subtract_timestamps", &SUBTRACT_MOMENTS, NULL},
    {"$subtract_dates", &SUBTRACT_MOMENTS, NULL},
    {"$multiply_interval", &MULTIPLY, NULL},
    {"$divide_interval", &DIVIDE, NULL},
    {NULL, NULL, NULL},
};
