// SPDX-License-Identifier: Apache-2.0
// Casts among dates, times, timestamps, intervals and numbers.
#include "kernel/column/civil.h"
#include "kernel/column/decimal.h"
#include "kernel/exec/expr/cast_internal.h"

#include <math.h>

static int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

static int64_t value_at(const Vector *v, uint32_t row) {
    uint32_t i = value_index(v, row);
    switch (type_physical(v->type)) {
    case PHYSICAL_BOOL: return ((const uint8_t *)v->data)[i];
    case PHYSICAL_INT8: return ((const int8_t *)v->data)[i];
    case PHYSICAL_INT16: return ((const int16_t *)v->data)[i];
    case PHYSICAL_INT32: return ((const int32_t *)v->data)[i];
    default: return ((const int64_t *)v->data)[i];
    }
}

// Sets an integer result when it fits the type.
static bool put(Vector *out, uint32_t row, int64_t value) {
    switch (type_physical(out->type)) {
    case PHYSICAL_BOOL: ((uint8_t *)out->data)[row] = value != 0; return true;
    case PHYSICAL_INT8: ((int8_t *)out->data)[row] = (int8_t)value; return value == (int8_t)value;
    case PHYSICAL_INT16:
        ((int16_t *)out->data)[row] = (int16_t)value;
        return value == (int16_t)value;
    case PHYSICAL_INT32:
        ((int32_t *)out->data)[row] = (int32_t)value;
        return value == (int32_t)value;
    default: ((int64_t *)out->data)[row] = value; return true;
    }
}

// A moment in microseconds of local time, or days for dates.
static bool moment_to_moment(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                             Error *err) {
    (void)err;
    TypeId from = args[0].type->id, to = out->type->id;
    const TimeZone *zone = frame->query->zone;
    for (ROWS_EACH(rows, i, r)) {
        int64_t value = value_at(&args[0], r);
        if (from == TYPE_DATE) value *= MICROS_PER_DAY;
        if (from == TYPE_TIMESTAMP) value = time_zone_to_local(zone, value);
        int64_t rest;
        if (to == TYPE_TIMESTAMP) value = time_zone_to_utc(zone, value);
        if (to == TYPE_DATE) value = micros_to_days(value, NULL);
        if (to == TYPE_TIME) {
            (void)micros_to_days(value, &rest);
            value = rest * 1000;
        }
        (void)put(out, r, value);
    }
    return true;
}

static bool refuse(CallFrame *frame, const Vector *in, uint32_t row, Vector *out, Error *err) {
    if (cast_refuse(frame, out, row)) return true;
    Value value = vector_value(in, in->form == VECTOR_CONSTANT ? 0 : row, frame->arena);
    return fail_cast_overflow(err, &value, out->type);
}

// Seconds since the epoch, rounded down; fractions only for FLOAT, DOUBLE and DECIMAL.
static bool timestamp_to_number(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                                Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int64_t micros = value_at(&args[0], r);
        Int128 decimal;
        if (out->type->id == TYPE_DOUBLE) {
            ((double *)out->data)[r] = (double)micros / 1e6;
        } else if (out->type->id == TYPE_FLOAT) {
            ((float *)out->data)[r] = (float)((double)micros / 1e6);
        } else if (out->type->id == TYPE_DECIMAL) {
            if (decimal_rescale(micros, 6, out->type->scale, out->type->precision, &decimal)) {
                Value value = value_decimal(out->type, decimal);
                vector_set_value(out, r, &value, frame->arena);
            } else if (!cast_refuse(frame, out, r)) {
                return fail_decimal_overflow(err, micros, 6, out->type);
            }
        } else if (!put(out, r, floor_divide(micros, MICROS_PER_SECOND)) &&
                   frame_mode(frame) != CAST_LEGACY && !refuse(frame, &args[0], r, out, err)) {
            return false;
        }
    }
    return true;
}

static bool micros_of_double(double seconds, int64_t *micros) {
    double value = seconds * 1e6;
    if (!isfinite(value)) return false;
    *micros = value >= 9.2233720368547758e18    ? INT64_MAX
              : value <= -9.2233720368547758e18 ? INT64_MIN
                                                : (int64_t)value;
    return true;
}

static bool number_to_timestamp(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                                Error *err) {
    (void)err;
    int64_t *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        uint32_t at = value_index(&args[0], r);
        bool ok = true;
        if (args[0].type->id == TYPE_DOUBLE) {
            ok = micros_of_double(((const double *)args[0].data)[at], &to[r]);
        } else if (args[0].type->id == TYPE_FLOAT) {
            ok = micros_of_double((double)((const float *)args[0].data)[at], &to[r]);
        } else if (args[0].type->id == TYPE_DECIMAL) {
            Int128 unscaled = type_physical(args[0].type) == PHYSICAL_INT64
                                  ? ((const int64_t *)args[0].data)[at]
                                  : ((const Int128 *)args[0].data)[at],
                   micros = 0;
            int scale = args[0].type->scale;
            ok = scale > 6 || decimal_rescale(unscaled, scale, 6, 38, &micros);
            if (scale > 6) micros = unscaled / decimal_power_of_ten(scale - 6);
            to[r] = (int64_t)micros;
        } else if (args[0].type->id == TYPE_BOOLEAN) {
            to[r] = value_at(&args[0], r); // one microsecond, as Spark has it
        } else {
            int64_t seconds = value_at(&args[0], r);
            if (__builtin_mul_overflow(seconds, MICROS_PER_SECOND, &to[r]))
                to[r] = seconds < 0 ? INT64_MIN : INT64_MAX;
        }
        if (!ok) bit_clear(vector_make_validity(out, frame->arena), r);
    }
    return true;
}

static const int64_t UNIT_SIZE[] = {12, 1, 86400000000, 3600000000, 60000000, 1000000};

// To other units of the family: what the last unit does not hold is cut.
static bool interval_to_interval(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                                 Error *err) {
    (void)frame, (void)err;
    int64_t unit = out->type->unit_stop == UNIT_SECOND ? 1 : UNIT_SIZE[out->type->unit_stop];
    for (ROWS_EACH(rows, i, r)) {
        int64_t value = value_at(&args[0], r);
        (void)put(out, r, value - value % unit);
    }
    return true;
}

// An interval of one unit counts its units; fractions of seconds stay for decimals.
static bool interval_to_number(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                               Error *err) {
    const Type *from = args[0].type;
    int64_t unit = UNIT_SIZE[from->unit_stop];
    for (ROWS_EACH(rows, i, r)) {
        int64_t value = value_at(&args[0], r);
        Int128 decimal;
        if (out->type->id == TYPE_DECIMAL) {
            bool seconds = from->unit_stop == UNIT_SECOND;
            if (decimal_rescale(seconds ? value : value / unit, seconds ? 6 : 0, out->type->scale,
                                out->type->precision, &decimal)) {
                Value made = value_decimal(out->type, decimal);
                vector_set_value(out, r, &made, frame->arena);
            } else if (!cast_refuse(frame, out, r)) {
                return fail_decimal_overflow(err, seconds ? value : value / unit, seconds ? 6 : 0,
                                             out->type);
            }
        } else if (!put(out, r, value / unit) && !refuse(frame, &args[0], r, out, err)) {
            return false;
        }
    }
    return true;
}

static bool number_to_interval(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                               Error *err) {
    int64_t unit = UNIT_SIZE[out->type->unit_stop];
    for (ROWS_EACH(rows, i, r)) {
        int64_t result = 0;
        bool ok;
        if (args[0].type->id == TYPE_DECIMAL) {
            Value value =
                vector_value(&args[0], args[0].form == VECTOR_CONSTANT ? 0 : r, frame->arena);
            Int128 product = 0;
            ok = !__builtin_mul_overflow(value.i128, (Int128)unit, &product) &&
                 decimal_rescale(product, args[0].type->scale, 0, 38, &product) &&
                 product >= INT64_MIN && product <= INT64_MAX;
            result = (int64_t)product;
        } else {
            ok = !__builtin_mul_overflow(value_at(&args[0], r), unit, &result);
        }
        if (ok) ok = put(out, r, result);
        if (!ok && !refuse(frame, &args[0], r, out, err)) return false;
    }
    return true;
}

static bool time_to_time(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    int64_t unit = 1000000000;
    for (int i = 0; i < out->type->precision; i++) unit /= 10;
    for (ROWS_EACH(rows, i, r)) {
        int64_t value = value_at(&args[0], r);
        ((int64_t *)out->data)[r] = value - value % unit;
    }
    return true;
}

static bool time_to_number(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int64_t nanos = value_at(&args[0], r);
        Int128 decimal;
        if (out->type->id == TYPE_DECIMAL) {
            if (decimal_rescale(nanos, 9, out->type->scale, out->type->precision, &decimal)) {
                Value value = value_decimal(out->type, decimal);
                vector_set_value(out, r, &value, frame->arena);
            } else if (!cast_refuse(frame, out, r)) {
                return fail_decimal_overflow(err, nanos, 9, out->type);
            }
        } else if (!put(out, r, nanos / 1000000000) && !refuse(frame, &args[0], r, out, err)) {
            return false;
        }
    }
    return true;
}

static const ScalarFunction MOMENTS = CAST_KERNEL(moment_to_moment, false);
static const ScalarFunction FROM_TIMESTAMP = CAST_KERNEL(timestamp_to_number, true);
static const ScalarFunction TO_TIMESTAMP = CAST_KERNEL(number_to_timestamp, true);
static const ScalarFunction INTERVALS = CAST_KERNEL(interval_to_interval, false);
static const ScalarFunction FROM_INTERVAL = CAST_KERNEL(interval_to_number, true);
static const ScalarFunction TO_INTERVAL = CAST_KERNEL(number_to_interval, true);
static const ScalarFunction TIMES = CAST_KERNEL(time_to_time, false);
static const ScalarFunction FROM_TIME = CAST_KERNEL(time_to_number, true);

static bool is_moment(const Type *type) {
    return type->id == TYPE_DATE || type->id == TYPE_TIMESTAMP || type->id == TYPE_TIMESTAMP_NTZ;
}

static bool is_interval(const Type *type) {
    return type->id == TYPE_INTERVAL_DAY_TIME || type->id == TYPE_INTERVAL_YEAR_MONTH;
}

static bool is_exact(const Type *type) { return type_is_integer(type) || type->id == TYPE_DECIMAL; }

const ScalarFunction *cast_time_function(const Type *from, const Type *to, CastMode mode) {
    bool one_unit = (is_interval(from) && from->unit_start == from->unit_stop) ||
                    (is_interval(to) && to->unit_start == to->unit_stop);
    if (is_moment(from) && (is_moment(to) || to->id == TYPE_TIME))
        return from->id == TYPE_DATE && to->id == TYPE_TIME ? NULL : &MOMENTS;
    if (from->id == TYPE_TIME && to->id == TYPE_TIME) return &TIMES;
    if (from->id == TYPE_TIME && is_exact(to)) return &FROM_TIME;
    bool boolean = from->id == TYPE_BOOLEAN || to->id == TYPE_BOOLEAN;
    if (boolean && mode == CAST_ANSI && (from->id == TYPE_BOOLEAN ? to : from)->id != TYPE_BOOLEAN)
        if (to->id == TYPE_TIMESTAMP || from->id == TYPE_TIMESTAMP) return NULL;
    if (from->id == TYPE_TIMESTAMP && (type_is_numeric(to) || to->id == TYPE_BOOLEAN))
        return &FROM_TIMESTAMP;
    if (to->id == TYPE_TIMESTAMP && (type_is_numeric(from) || from->id == TYPE_BOOLEAN))
        return &TO_TIMESTAMP;
    if (is_interval(from) && to->id == from->id) return &INTERVALS;
    if (is_interval(from) && is_exact(to) && one_unit) return &FROM_INTERVAL;
    if (is_interval(to) && is_exact(from) && one_unit) return &TO_INTERVAL;
    return NULL;
}
