// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/convert.h"

#include "kernel/column/decimal.h"
#include "kernel/lake/parquet/encoding/values.h"

typedef bool (*ConvertFunction)(const ConvertStep *, const void *, uint32_t, void *);

// --- loops that cannot fail
// ------------------------------------------------------------------------

#define CONVERT_NAME i32_to_i8
#define CONVERT_IN int32_t
#define CONVERT_OUT int8_t
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i32_to_i16
#define CONVERT_IN int32_t
#define CONVERT_OUT int16_t
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME u8_to_i16
#define CONVERT_IN uint32_t
#define CONVERT_OUT int16_t
#define CONVERT_VALUE(v) ((v)&0xFF)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME u16_to_i32
#define CONVERT_IN uint32_t
#define CONVERT_OUT int32_t
#define CONVERT_VALUE(v) ((v)&0xFFFF)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME u32_to_i64
#define CONVERT_IN uint32_t
#define CONVERT_OUT int64_t
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME u64_to_i128
#define CONVERT_IN uint64_t
#define CONVERT_OUT Int128
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i32_to_i64
#define CONVERT_IN int32_t
#define CONVERT_OUT int64_t
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i32_to_i128
#define CONVERT_IN int32_t
#define CONVERT_OUT Int128
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i64_to_i128
#define CONVERT_IN int64_t
#define CONVERT_OUT Int128
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME time_millis_to_nanos
#define CONVERT_IN int32_t
#define CONVERT_OUT int64_t
#define CONVERT_VALUE(v) ((int64_t)(v)*1000000)
#include "kernel/lake/parquet/convert_loop.inc"
// Nanoseconds become microseconds, rounded down: the finest unit that SQL timestamps have.
static inline int64_t floor_thousand(int64_t v) { return v / 1000 - (v % 1000 < 0); }
#define CONVERT_NAME nanos_to_micros
#define CONVERT_IN int64_t
#define CONVERT_OUT int64_t
#define CONVERT_VALUE(v) floor_thousand(v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME time_nanos_to_micros_of_nanos
#define CONVERT_IN int64_t
#define CONVERT_OUT int64_t
#define CONVERT_VALUE(v) ((v) - (v) % 1000)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i8_to_i16
#define CONVERT_IN int8_t
#define CONVERT_OUT int16_t
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i8_to_i32
#define CONVERT_IN int8_t
#define CONVERT_OUT int32_t
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i8_to_i64
#define CONVERT_IN int8_t
#define CONVERT_OUT int64_t
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i16_to_i32
#define CONVERT_IN int16_t
#define CONVERT_OUT int32_t
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i16_to_i64
#define CONVERT_IN int16_t
#define CONVERT_OUT int64_t
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i8_to_f64
#define CONVERT_IN int8_t
#define CONVERT_OUT double
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i16_to_f64
#define CONVERT_IN int16_t
#define CONVERT_OUT double
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME i32_to_f64
#define CONVERT_IN int32_t
#define CONVERT_OUT double
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME f32_to_f64
#define CONVERT_IN float
#define CONVERT_OUT double
#define CONVERT_VALUE(v) (v)
#include "kernel/lake/parquet/convert_loop.inc"
#define CONVERT_NAME days_to_micros
#define CONVERT_IN int32_t
#define CONVERT_OUT int64_t
#define CONVERT_VALUE(v) ((int64_t)(v)*INT64_C(86400000000))
#include "kernel/lake/parquet/convert_loop.inc"

// --- loops that can
// --------------------------------------------------------------------------------

static bool thousandfold(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    const int64_t *restrict from = in;
    int64_t *restrict to = out;
    int64_t low = 0, high = 0;
    (void)step;
    for (uint32_t i = 0; i < count; i++) {
        low = MIN(low, from[i]);
        high = MAX(high, from[i]);
        to[i] = (int64_t)((uint64_t)from[i] * 1000);
    }
    return low >= INT64_MIN / 1000 && high <= INT64_MAX / 1000;
}

// Nanoseconds of the day, then the Julian day, which begins at midnight here by convention.
static bool int96_to_micros(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    const uint8_t *from = in;
    int64_t *to = out;
    (void)step;
    for (uint32_t i = 0; i < count; i++, from += 12) {
        int64_t nanos;
        int32_t day;
        memcpy(&nanos, from, 8);
        memcpy(&day, from + 8, 4);
        uint64_t days = (uint64_t)((int64_t)day - 2440588);
        to[i] = (int64_t)(days * UINT64_C(86400000000) + (uint64_t)floor_thousand(nanos));
    }
    return true;
}

// Big-endian two's complement of any length, which must fit into 128 bits.
static bool decimal_bytes(const StringView *view, Int128 *value) {
    Slice bytes = string_view_slice(view);
    const uint8_t *data = (const uint8_t *)bytes.data;
    uint8_t sign = bytes.bytes > 0 && data[0] & 0x80 ? 0xFF : 0;
    size_t first = bytes.bytes > 16 ? bytes.bytes - 16 : 0;
    for (size_t i = 0; i < first; i++) {
        if (data[i] != sign) return false;
    }
    UInt128 whole = sign ? ~(UInt128)0 : 0;
    for (size_t i = first; i < bytes.bytes; i++) whole = whole << 8 | data[i];
    *value = (Int128)whole;
    return first == 0 || (*value < 0) == (sign != 0);
}

static bool bytes_to_i128(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    const StringView *from = in;
    Int128 *to = out;
    (void)step;
    for (uint32_t i = 0; i < count; i++) {
        if (!decimal_bytes(&from[i], &to[i])) return false;
    }
    return true;
}

static bool bytes_to_i64(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    const StringView *from = in;
    int64_t *to = out;
    (void)step;
    for (uint32_t i = 0; i < count; i++) {
        Int128 value;
        if (!decimal_bytes(&from[i], &value) || value != (int64_t)value) return false;
        to[i] = (int64_t)value;
    }
    return true;
}

static float float_of_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31u;
    uint32_t fraction = half & 0x3FFu, bits;
    float value;
    if (exponent == 0) { // zero or subnormal: fraction * 2^-24
        value = (float)fraction * 0x1p-24f;
        return sign ? -value : value;
    }
    bits = exponent == 31 ? 0x7F800000u | fraction << 13 : (exponent + 112) << 23 | fraction << 13;
    bits |= sign;
    memcpy(&value, &bits, 4);
    return value;
}

static bool half_to_float(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    const StringView *from = in;
    float *to = out;
    (void)step;
    for (uint32_t i = 0; i < count; i++) {
        uint16_t half;
        memcpy(&half, from[i].prefix, 2);
        to[i] = float_of_half(half);
    }
    return true;
}

// Months, days and milliseconds, each unsigned in the format; writers mean them signed.
static bool bytes_to_interval(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    const StringView *from = in;
    Interval *to = out;
    (void)step;
    for (uint32_t i = 0; i < count; i++) {
        int32_t parts[3];
        memcpy(parts, string_view_slice(&from[i]).data, 12);
        to[i] = (Interval){parts[0], parts[1], (int64_t)parts[2] * 1000};
    }
    return true;
}

static bool decimal_scaled(Int128 value, Int128 factor, Int128 *out) {
    return !__builtin_mul_overflow(value, factor, out);
}

static bool i64_to_decimal64(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    const int64_t *from = in;
    int64_t *to = out;
    int64_t factor = (int64_t)step->factor;
    bool overflow = false;
    for (uint32_t i = 0; i < count; i++)
        overflow |= __builtin_mul_overflow(from[i], factor, &to[i]);
    return !overflow;
}

static bool i64_to_decimal128(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    const int64_t *from = in;
    Int128 *to = out;
    for (uint32_t i = 0; i < count; i++) {
        if (!decimal_scaled(from[i], step->factor, &to[i])) return false;
    }
    return true;
}

static bool i128_to_decimal128(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    const Int128 *from = in;
    Int128 *to = out;
    for (uint32_t i = 0; i < count; i++) {
        if (!decimal_scaled(from[i], step->factor, &to[i])) return false;
    }
    return true;
}

// Integers of 1, 2 or 4 bytes to a decimal: `factor`'s step follows i*_to_i64 (see widen_decimal).
static int64_t integer_at(const void *in, TypeId id, uint32_t index) {
    switch (id) {
    case TYPE_TINYINT: return ((const int8_t *)in)[index];
    case TYPE_SMALLINT: return ((const int16_t *)in)[index];
    case TYPE_INT: return ((const int32_t *)in)[index];
    default: return ((const int64_t *)in)[index];
    }
}

static bool integers_to_decimal(const ConvertStep *step, TypeId id, const void *in, uint32_t count,
                                void *out) {
    for (uint32_t i = 0; i < count; i++) {
        Int128 value;
        if (!decimal_scaled(integer_at(in, id, i), step->factor, &value)) return false;
        if (step->out_bytes == 16) ((Int128 *)out)[i] = value;
        else ((int64_t *)out)[i] = (int64_t)value;
    }
    return true;
}
static bool i8_to_decimal(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    return integers_to_decimal(step, TYPE_TINYINT, in, count, out);
}
static bool i16_to_decimal(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    return integers_to_decimal(step, TYPE_SMALLINT, in, count, out);
}
static bool i32_to_decimal(const ConvertStep *step, const void *in, uint32_t count, void *out) {
    return integers_to_decimal(step, TYPE_INT, in, count, out);
}

// --- which steps
// -----------------------------------------------------------------------------------

static ConvertFunction int32_step(const ParquetElement *element, const Type *natural) {
    switch (natural->id) {
    case TYPE_TINYINT: return i32_to_i8;
    case TYPE_SMALLINT: return element->is_signed ? i32_to_i16 : u8_to_i16;
    case TYPE_INT:
        return element->logical == LOGICAL_INTEGER && !element->is_signed ? u16_to_i32 : NULL;
    case TYPE_BIGINT: return u32_to_i64;
    case TYPE_DECIMAL: return type_physical(natural) == PHYSICAL_INT64 ? i32_to_i64 : i32_to_i128;
    case TYPE_TIME: return time_millis_to_nanos;
    default: return NULL;
    }
}

static ConvertFunction int64_step(const ParquetElement *element, const Type *natural) {
    switch (natural->id) {
    case TYPE_DECIMAL:
        if (element->logical == LOGICAL_INTEGER) return u64_to_i128;
        return type_physical(natural) == PHYSICAL_INT64 ? NULL : i64_to_i128;
    case TYPE_TIME:
        return element->unit == PARQUET_NANOS ? time_nanos_to_micros_of_nanos : thousandfold;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_NTZ:
        if (element->unit == PARQUET_MILLIS) return thousandfold;
        return element->unit == PARQUET_NANOS ? nanos_to_micros : NULL;
    default: return NULL;
    }
}

static ConvertFunction natural_step(const ParquetElement *element, const Type *natural) {
    switch (element->physical) {
    case PARQUET_INT32: return int32_step(element, natural);
    case PARQUET_INT64: return int64_step(element, natural);
    case PARQUET_INT96: return int96_to_micros;
    case PARQUET_BYTE_ARRAY:
    case PARQUET_FIXED:
        if (type_is(natural, TYPE_DECIMAL)) {
            return type_physical(natural) == PHYSICAL_INT64 ? bytes_to_i64 : bytes_to_i128;
        }
        if (type_is(natural, TYPE_FLOAT)) return half_to_float;
        return type_is(natural, TYPE_INTERVAL) ? bytes_to_interval : NULL;
    default: return NULL;
    }
}

static bool is_bytes(const Type *type) { return type_is_text(type) || type_is(type, TYPE_BINARY); }
static bool is_timestamp(const Type *type) {
    return type_is(type, TYPE_TIMESTAMP) || type_is(type, TYPE_TIMESTAMP_NTZ);
}

// Types that share their values: nothing to do between them.
static bool is_same(const Type *from, const Type *to) {
    if (type_is(from, TYPE_DECIMAL) && type_is(to, TYPE_DECIMAL)) {
        return from->scale == to->scale && from->precision <= to->precision &&
               type_physical(from) == type_physical(to);
    }
    if (from->id == to->id) return true;
    return (is_bytes(from) && is_bytes(to)) || (is_timestamp(from) && is_timestamp(to)) ||
           (type_is(from, TYPE_INT) && type_is(to, TYPE_INTERVAL_YEAR_MONTH)) ||
           (type_is(from, TYPE_BIGINT) && type_is(to, TYPE_INTERVAL_DAY_TIME));
}

static ConvertFunction widen_integer(TypeId from, TypeId to) {
    static const ConvertFunction steps[4][TYPE_DOUBLE + 1] = {
        [0] = {[TYPE_SMALLINT] = i8_to_i16,
               [TYPE_INT] = i8_to_i32,
               [TYPE_BIGINT] = i8_to_i64,
               [TYPE_DOUBLE] = i8_to_f64},
        [1] = {[TYPE_INT] = i16_to_i32, [TYPE_BIGINT] = i16_to_i64, [TYPE_DOUBLE] = i16_to_f64},
        // Writers that annotate nothing store small integers as INT32.
        [2] = {[TYPE_TINYINT] = i32_to_i8,
               [TYPE_SMALLINT] = i32_to_i16,
               [TYPE_BIGINT] = i32_to_i64,
               [TYPE_DOUBLE] = i32_to_f64},
    };
    return to <= TYPE_DOUBLE ? steps[from - TYPE_TINYINT][to] : NULL;
}

static ConvertFunction widen_decimal(const Type *from, const Type *to) {
    if (type_is_integer(from)) {
        switch (from->id) {
        case TYPE_TINYINT: return i8_to_decimal;
        case TYPE_SMALLINT: return i16_to_decimal;
        case TYPE_INT: return i32_to_decimal;
        default: return type_physical(to) == PHYSICAL_INT64 ? i64_to_decimal64 : i64_to_decimal128;
        }
    }
    if (from->scale > to->scale || from->precision - from->scale > to->precision - to->scale) {
        return NULL;
    }
    if (type_physical(from) == PHYSICAL_INT128) return i128_to_decimal128;
    return type_physical(to) == PHYSICAL_INT64 ? i64_to_decimal64 : i64_to_decimal128;
}

static ConvertFunction widen_step(const Type *from, const Type *to) {
    if (type_is(to, TYPE_DECIMAL) && (type_is_integer(from) || type_is(from, TYPE_DECIMAL))) {
        return widen_decimal(from, to);
    }
    if (type_is_integer(from)) return widen_integer(from->id, to->id);
    if (type_is(from, TYPE_FLOAT) && type_is(to, TYPE_DOUBLE)) return f32_to_f64;
    if (type_is(from, TYPE_DATE) && type_is(to, TYPE_TIMESTAMP_NTZ)) return days_to_micros;
    return NULL;
}

static void step_add(Conversion *conversion, ConvertFunction run, const Type *type) {
    uint32_t bytes = (uint32_t)physical_bytes(type_physical(type));
    conversion->steps[conversion->step_count++] = (ConvertStep){run, 1, bytes};
    conversion->out_bytes = bytes;
}

bool conversion_init(Conversion *conversion, const ParquetNode *leaf, const Type *type) {
    const ParquetElement *element = leaf->element;
    *conversion = (Conversion){.is_text = type_is_text(type)};
    conversion->stored_bytes = (uint32_t)value_stored_bytes(element->physical);
    conversion->out_bytes = (uint32_t)physical_bytes(type_physical(type));
    if (type_is(leaf->type, TYPE_VOID)) {
        conversion->is_void = true;
        return true;
    }
    if (type_is(type, TYPE_VOID)) return false;
    ConvertFunction natural = natural_step(element, leaf->type);
    if (natural) step_add(conversion, natural, leaf->type);
    if (is_same(leaf->type, type)) return true;
    ConvertFunction widen = widen_step(leaf->type, type);
    if (!widen) return false;
    step_add(conversion, widen, type);
    if (type_is(type, TYPE_DECIMAL)) {
        int gained = type->scale - (type_is(leaf->type, TYPE_DECIMAL) ? leaf->type->scale : 0);
        conversion->steps[conversion->step_count - 1].factor = decimal_power_of_ten(gained);
    }
    return true;
}

bool conversion_run(const Conversion *conversion, const void *in, uint32_t count, void *out,
                    void *scratch) {
    const ConvertStep *steps = conversion->steps;
    if (conversion->step_count == 1) return steps[0].run(&steps[0], in, count, out);
    return steps[0].run(&steps[0], in, count, scratch) &&
           steps[1].run(&steps[1], scratch, count, out);
}

static void value_load(const Type *type, const void *data, Value *value) {
    Vector vector = {
        .type = type, .form = VECTOR_FLAT, .count = 1, .data = (void *)(uintptr_t)data};
    Arena arena = {0};
    *value = vector_value(&vector, 0, &arena);
    arena_deinit(&arena);
}

bool conversion_plain_value(const Conversion *conversion, const ParquetElement *element,
                            const Type *type, Slice plain, Value *value) {
    // Aligned as the widest value.
    Int128 stored[1] = {0}, out[1] = {0}, scratch[1] = {0};
    bool is_bytes_form =
        element->physical == PARQUET_BYTE_ARRAY || element->physical == PARQUET_FIXED;
    if (conversion->is_void) return false;
    if (is_bytes_form) {
        if (plain.bytes > UINT32_MAX) return false;
        if (element->physical == PARQUET_FIXED && plain.bytes != (size_t)element->fixed_bytes) {
            return false;
        }
        StringView view = string_view_of(plain.data, (uint32_t)plain.bytes);
        memcpy(stored, &view, sizeof view);
    } else if (plain.bytes != conversion->stored_bytes) {
        return false;
    } else {
        memcpy(stored, plain.data, plain.bytes);
    }
    if (type_physical(type) == PHYSICAL_STRING) { // the view may hold its bytes itself
        *value = (Value){.type = type, .bytes = plain};
        return true;
    }
    const void *from = stored;
    if (conversion->step_count > 0) {
        if (!conversion_run(conversion, stored, 1, out, scratch)) return false;
        from = out;
    }
    value_load(type, from, value);
    return true;
}
