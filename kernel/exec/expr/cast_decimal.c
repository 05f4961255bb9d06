// SPDX-License-Identifier: Apache-2.0
// Casts from and to DECIMAL.
#include "kernel/column/decimal.h"
#include "kernel/exec/expr/cast_internal.h"

#include <math.h>

static Int128 read_decimal(const Vector *v, uint32_t index) {
    return type_physical(v->type) == PHYSICAL_INT64 ? ((const int64_t *)v->data)[index]
                                                    : ((const Int128 *)v->data)[index];
}

static void write_decimal(Vector *out, uint32_t row, Int128 value) {
    if (type_physical(out->type) == PHYSICAL_INT64) ((int64_t *)out->data)[row] = (int64_t)value;
    else ((Int128 *)out->data)[row] = value;
}

// Both of 18 digits at most and the scale grows: one multiplication, checked by a compare.
static bool rescale_small(const Vector *in, Rows rows, int64_t factor, int64_t limit, Vector *out) {
    const int64_t *restrict from = in->data;
    int64_t *restrict to = out->data;
    int64_t most = (limit - 1) / factor;
    bool bad = false;
    for (ROWS_EACH(rows, i, r)) {
        int64_t value = from[r];
        bad |= value > most || value < -most;
        to[r] = (int64_t)((uint64_t)value * (uint64_t)factor);
    }
    return !bad;
}

static bool decimal_to_decimal(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                               Error *err) {
    const Type *from = args[0].type, *to = out->type;
    int up = to->scale - from->scale;
    if (up >= 0 && up <= 18 && args[0].form == VECTOR_FLAT &&
        from->precision <= DECIMAL_64_PRECISION && to->precision <= DECIMAL_64_PRECISION &&
        rescale_small(&args[0], rows, (int64_t)decimal_power_of_ten(up),
                      (int64_t)decimal_power_of_ten(to->precision), out))
        return true;
    for (ROWS_EACH(rows, i, r)) {
        Int128 value = read_decimal(&args[0], value_index(&args[0], r)), result;
        if (decimal_rescale(value, from->scale, to->scale, to->precision, &result))
            write_decimal(out, r, result);
        else if (!cast_refuse(frame, out, r))
            return fail_decimal_overflow(err, value, from->scale, to);
    }
    return true;
}

static int64_t read_integer(const Vector *v, uint32_t i) {
    switch (type_physical(v->type)) {
    case PHYSICAL_BOOL: return ((const uint8_t *)v->data)[i];
    case PHYSICAL_INT8: return ((const int8_t *)v->data)[i];
    case PHYSICAL_INT16: return ((const int16_t *)v->data)[i];
    case PHYSICAL_INT32: return ((const int32_t *)v->data)[i];
    default: return ((const int64_t *)v->data)[i];
    }
}

static bool integer_to_decimal(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                               Error *err) {
    const Type *to = out->type;
    for (ROWS_EACH(rows, i, r)) {
        int64_t value = read_integer(&args[0], value_index(&args[0], r));
        Int128 result;
        if (decimal_rescale(value, 0, to->scale, to->precision, &result))
            write_decimal(out, r, result);
        else if (!cast_refuse(frame, out, r)) return fail_decimal_overflow(err, value, 0, to);
    }
    return true;
}

static bool double_to_decimal(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                              Error *err) {
    const Type *to = out->type;
    bool is_float = args[0].type->id == TYPE_FLOAT;
    for (ROWS_EACH(rows, i, r)) {
        uint32_t at = value_index(&args[0], r);
        double value = is_float ? (double)((const float *)args[0].data)[at]
                                : ((const double *)args[0].data)[at];
        Int128 result;
        if (decimal_from_double(value, to, &result)) {
            write_decimal(out, r, result);
        } else if (!cast_refuse(frame, out, r) && isfinite(value)) {
            AUTO(Text, text) = {0};
            text_printf(&text, "%.17g", value);
            return fail_decimal_overflow_text(err, text_slice(&text), to);
        } else if (frame_mode(frame) == CAST_ANSI) {
            bit_clear(vector_make_validity(out, frame->arena), r); // NaN and infinities
        }
    }
    return true;
}

static bool decimal_to_floating(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                                Error *err) {
    (void)frame, (void)err;
    int scale = args[0].type->scale;
    bool is_float = out->type->id == TYPE_FLOAT;
    if (!is_float && scale <= 22 && args[0].type->precision <= 15 && args[0].form == VECTOR_FLAT) {
        const int64_t *restrict from = args[0].data;
        double *restrict to = out->data;
        double divisor = (double)decimal_power_of_ten(scale);
        for (ROWS_EACH(rows, i, r)) to[r] = (double)from[r] / divisor;
        return true;
    }
    for (ROWS_EACH(rows, i, r)) {
        double value = decimal_to_double(read_decimal(&args[0], value_index(&args[0], r)), scale);
        if (is_float) ((float *)out->data)[r] = (float)value;
        else ((double *)out->data)[r] = value;
    }
    return true;
}

static void write_integer(Vector *out, uint32_t row, int64_t value) {
    switch (type_physical(out->type)) {
    case PHYSICAL_BOOL: ((uint8_t *)out->data)[row] = value != 0; break;
    case PHYSICAL_INT8: ((int8_t *)out->data)[row] = (int8_t)value; break;
    case PHYSICAL_INT16: ((int16_t *)out->data)[row] = (int16_t)value; break;
    case PHYSICAL_INT32: ((int32_t *)out->data)[row] = (int32_t)value; break;
    default: ((int64_t *)out->data)[row] = value; break;
    }
}

static bool decimal_to_integer(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                               Error *err) {
    int bits = (int)physical_bytes(type_physical(out->type)) * 8;
    Int128 most = ((Int128)1 << (bits - 1)) - 1,
           divisor = decimal_power_of_ten(args[0].type->scale);
    bool is_boolean = out->type->id == TYPE_BOOLEAN;
    for (ROWS_EACH(rows, i, r)) {
        Int128 value = read_decimal(&args[0], value_index(&args[0], r));
        Int128 whole = is_boolean ? value != 0 : value / divisor;
        if ((whole <= most && whole >= -most - 1) || frame_mode(frame) == CAST_LEGACY) {
            write_integer(out, r, (int64_t)whole);
        } else if (!cast_refuse(frame, out, r)) {
            Value bad = value_decimal(args[0].type, value);
            return fail_cast_overflow(err, &bad, out->type);
        }
    }
    return true;
}

static const ScalarFunction TO_DECIMAL = CAST_KERNEL(decimal_to_decimal, true);
static const ScalarFunction FROM_INTEGER = CAST_KERNEL(integer_to_decimal, true);
static const ScalarFunction FROM_DOUBLE = CAST_KERNEL(double_to_decimal, true);
static const ScalarFunction TO_DOUBLE = CAST_KERNEL(decimal_to_floating, false);
static const ScalarFunction TO_INTEGER = CAST_KERNEL(decimal_to_integer, true);

const ScalarFunction *cast_decimal_function(const Type *from, const Type *to, CastMode mode) {
    (void)mode;
    bool from_integer = type_is_integer(from) || from->id == TYPE_BOOLEAN;
    bool from_double = from->id == TYPE_FLOAT || from->id == TYPE_DOUBLE;
    if (to->id == TYPE_DECIMAL)
        return from->id == TYPE_DECIMAL ? &TO_DECIMAL
               : from_integer           ? &FROM_INTEGER
               : from_double            ? &FROM_DOUBLE
                                        : NULL;
    if (from->id != TYPE_DECIMAL) return NULL;
    if (to->id == TYPE_FLOAT || to->id == TYPE_DOUBLE) return &TO_DOUBLE;
    return type_is_integer(to) || to->id == TYPE_BOOLEAN ? &TO_INTEGER : NULL;
}
