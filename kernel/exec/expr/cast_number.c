// SPDX-License-Identifier: Apache-2.0
// Casts among booleans, integers, FLOAT and DOUBLE: a list of template instances.
#include "kernel/exec/expr/cast_internal.h"

static bool refuse(CallFrame *frame, const Value *value, Vector *out, uint32_t row, Error *err) {
    if (cast_refuse(frame, out, row)) return true;
    return fail_cast_overflow(err, value, frame_to(frame));
}

static bool refuse_integer(CallFrame *frame, int64_t i64, Vector *out, uint32_t row, Error *err) {
    Value value = value_int(frame_from(frame)->id, i64);
    return refuse(frame, &value, out, row, err);
}

static bool refuse_double(CallFrame *frame, double f64, Vector *out, uint32_t row, Error *err) {
    Value value = value_double(f64);
    value.type = frame_from(frame);
    return refuse(frame, &value, out, row, err);
}

// As Java narrows: to int or long by saturation, then by cutting bits. NaN is 0.
static int64_t legacy_integer(double whole, size_t bytes) {
    if (whole != whole) return 0;
    if (bytes == 8) return whole < 0 ? INT64_MIN : INT64_MAX;
    if (whole < (double)INT32_MIN) return INT32_MIN;
    return whole > (double)INT32_MAX ? INT32_MAX : (int64_t)whole;
}

#define FROM int8_t
#define TO int16_t
#define NAME cast_i8_i16
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int8_t
#define TO int32_t
#define NAME cast_i8_i32
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int8_t
#define TO int64_t
#define NAME cast_i8_i64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int8_t
#define TO float
#define NAME cast_i8_f32
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int8_t
#define TO double
#define NAME cast_i8_f64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int16_t
#define TO int32_t
#define NAME cast_i16_i32
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int16_t
#define TO int64_t
#define NAME cast_i16_i64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int16_t
#define TO float
#define NAME cast_i16_f32
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int16_t
#define TO double
#define NAME cast_i16_f64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int32_t
#define TO int64_t
#define NAME cast_i32_i64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int32_t
#define TO float
#define NAME cast_i32_f32
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int32_t
#define TO double
#define NAME cast_i32_f64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int64_t
#define TO float
#define NAME cast_i64_f32
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int64_t
#define TO double
#define NAME cast_i64_f64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM float
#define TO double
#define NAME cast_f32_f64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM double
#define TO float
#define NAME cast_f64_f32
#include "kernel/exec/expr/cast_widen.inc"
#define FROM uint8_t
#define TO int8_t
#define NAME cast_b_i8
#include "kernel/exec/expr/cast_widen.inc"
#define FROM uint8_t
#define TO int16_t
#define NAME cast_b_i16
#include "kernel/exec/expr/cast_widen.inc"
#define FROM uint8_t
#define TO int32_t
#define NAME cast_b_i32
#include "kernel/exec/expr/cast_widen.inc"
#define FROM uint8_t
#define TO int64_t
#define NAME cast_b_i64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM uint8_t
#define TO float
#define NAME cast_b_f32
#include "kernel/exec/expr/cast_widen.inc"
#define FROM uint8_t
#define TO double
#define NAME cast_b_f64
#include "kernel/exec/expr/cast_widen.inc"
#define FROM int16_t
#define TO int8_t
#define NAME cast_i16_i8
#include "kernel/exec/expr/cast_narrow.inc"
#define FROM int32_t
#define TO int8_t
#define NAME cast_i32_i8
#include "kernel/exec/expr/cast_narrow.inc"
#define FROM int32_t
#define TO int16_t
#define NAME cast_i32_i16
#include "kernel/exec/expr/cast_narrow.inc"
#define FROM int64_t
#define TO int8_t
#define NAME cast_i64_i8
#include "kernel/exec/expr/cast_narrow.inc"
#define FROM int64_t
#define TO int16_t
#define NAME cast_i64_i16
#include "kernel/exec/expr/cast_narrow.inc"
#define FROM int64_t
#define TO int32_t
#define NAME cast_i64_i32
#include "kernel/exec/expr/cast_narrow.inc"
#define FROM float
#define TO int8_t
#define LEAST INT8_MIN
#define NAME cast_f32_i8
#include "kernel/exec/expr/cast_floor.inc"
#define FROM float
#define TO int16_t
#define LEAST INT16_MIN
#define NAME cast_f32_i16
#include "kernel/exec/expr/cast_floor.inc"
#define FROM float
#define TO int32_t
#define LEAST INT32_MIN
#define NAME cast_f32_i32
#include "kernel/exec/expr/cast_floor.inc"
#define FROM float
#define TO int64_t
#define LEAST INT64_MIN
#define NAME cast_f32_i64
#include "kernel/exec/expr/cast_floor.inc"
#define FROM double
#define TO int8_t
#define LEAST INT8_MIN
#define NAME cast_f64_i8
#include "kernel/exec/expr/cast_floor.inc"
#define FROM double
#define TO int16_t
#define LEAST INT16_MIN
#define NAME cast_f64_i16
#include "kernel/exec/expr/cast_floor.inc"
#define FROM double
#define TO int32_t
#define LEAST INT32_MIN
#define NAME cast_f64_i32
#include "kernel/exec/expr/cast_floor.inc"
#define FROM double
#define TO int64_t
#define LEAST INT64_MIN
#define NAME cast_f64_i64
#include "kernel/exec/expr/cast_floor.inc"
#define FROM int8_t
#define NAME cast_i8_b
#include "kernel/exec/expr/cast_truth.inc"
#define FROM int16_t
#define NAME cast_i16_b
#include "kernel/exec/expr/cast_truth.inc"
#define FROM int32_t
#define NAME cast_i32_b
#include "kernel/exec/expr/cast_truth.inc"
#define FROM int64_t
#define NAME cast_i64_b
#include "kernel/exec/expr/cast_truth.inc"
#define FROM float
#define NAME cast_f32_b
#include "kernel/exec/expr/cast_truth.inc"
#define FROM double
#define NAME cast_f64_b
#include "kernel/exec/expr/cast_truth.inc"

typedef struct NumberCast {
    TypeId from;
    TypeId to;
    ScalarFunction function;
} NumberCast;

static const NumberCast CASTS[] = {
    {TYPE_TINYINT, TYPE_SMALLINT, CAST_KERNEL(cast_i8_i16, false)},
    {TYPE_TINYINT, TYPE_INT, CAST_KERNEL(cast_i8_i32, false)},
    {TYPE_TINYINT, TYPE_BIGINT, CAST_KERNEL(cast_i8_i64, false)},
    {TYPE_TINYINT, TYPE_FLOAT, CAST_KERNEL(cast_i8_f32, false)},
    {TYPE_TINYINT, TYPE_DOUBLE, CAST_KERNEL(cast_i8_f64, false)},
    {TYPE_SMALLINT, TYPE_INT, CAST_KERNEL(cast_i16_i32, false)},
    {TYPE_SMALLINT, TYPE_BIGINT, CAST_KERNEL(cast_i16_i64, false)},
    {TYPE_SMALLINT, TYPE_FLOAT, CAST_KERNEL(cast_i16_f32, false)},
    {TYPE_SMALLINT, TYPE_DOUBLE, CAST_KERNEL(cast_i16_f64, false)},
    {TYPE_INT, TYPE_BIGINT, CAST_KERNEL(cast_i32_i64, false)},
    {TYPE_INT, TYPE_FLOAT, CAST_KERNEL(cast_i32_f32, false)},
    {TYPE_INT, TYPE_DOUBLE, CAST_KERNEL(cast_i32_f64, false)},
    {TYPE_BIGINT, TYPE_FLOAT, CAST_KERNEL(cast_i64_f32, false)},
    {TYPE_BIGINT, TYPE_DOUBLE, CAST_KERNEL(cast_i64_f64, false)},
    {TYPE_FLOAT, TYPE_DOUBLE, CAST_KERNEL(cast_f32_f64, false)},
    {TYPE_DOUBLE, TYPE_FLOAT, CAST_KERNEL(cast_f64_f32, false)},
    {TYPE_BOOLEAN, TYPE_TINYINT, CAST_KERNEL(cast_b_i8, false)},
    {TYPE_BOOLEAN, TYPE_SMALLINT, CAST_KERNEL(cast_b_i16, false)},
    {TYPE_BOOLEAN, TYPE_INT, CAST_KERNEL(cast_b_i32, false)},
    {TYPE_BOOLEAN, TYPE_BIGINT, CAST_KERNEL(cast_b_i64, false)},
    {TYPE_BOOLEAN, TYPE_FLOAT, CAST_KERNEL(cast_b_f32, false)},
    {TYPE_BOOLEAN, TYPE_DOUBLE, CAST_KERNEL(cast_b_f64, false)},
    {TYPE_SMALLINT, TYPE_TINYINT, CAST_KERNEL(cast_i16_i8, true)},
    {TYPE_INT, TYPE_TINYINT, CAST_KERNEL(cast_i32_i8, true)},
    {TYPE_INT, TYPE_SMALLINT, CAST_KERNEL(cast_i32_i16, true)},
    {TYPE_BIGINT, TYPE_TINYINT, CAST_KERNEL(cast_i64_i8, true)},
    {TYPE_BIGINT, TYPE_SMALLINT, CAST_KERNEL(cast_i64_i16, true)},
    {TYPE_BIGINT, TYPE_INT, CAST_KERNEL(cast_i64_i32, true)},
    {TYPE_FLOAT, TYPE_TINYINT, CAST_KERNEL(cast_f32_i8, true)},
    {TYPE_FLOAT, TYPE_SMALLINT, CAST_KERNEL(cast_f32_i16, true)},
    {TYPE_FLOAT, TYPE_INT, CAST_KERNEL(cast_f32_i32, true)},
    {TYPE_FLOAT, TYPE_BIGINT, CAST_KERNEL(cast_f32_i64, true)},
    {TYPE_DOUBLE, TYPE_TINYINT, CAST_KERNEL(cast_f64_i8, true)},
    {TYPE_DOUBLE, TYPE_SMALLINT, CAST_KERNEL(cast_f64_i16, true)},
    {TYPE_DOUBLE, TYPE_INT, CAST_KERNEL(cast_f64_i32, true)},
    {TYPE_DOUBLE, TYPE_BIGINT, CAST_KERNEL(cast_f64_i64, true)},
    {TYPE_TINYINT, TYPE_BOOLEAN, CAST_KERNEL(cast_i8_b, false)},
    {TYPE_SMALLINT, TYPE_BOOLEAN, CAST_KERNEL(cast_i16_b, false)},
    {TYPE_INT, TYPE_BOOLEAN, CAST_KERNEL(cast_i32_b, false)},
    {TYPE_BIGINT, TYPE_BOOLEAN, CAST_KERNEL(cast_i64_b, false)},
    {TYPE_FLOAT, TYPE_BOOLEAN, CAST_KERNEL(cast_f32_b, false)},
    {TYPE_DOUBLE, TYPE_BOOLEAN, CAST_KERNEL(cast_f64_b, false)},
};

const ScalarFunction *cast_number_function(const Type *from, const Type *to, CastMode mode) {
    (void)mode;
    for (size_t i = 0; i < COUNT_OF(CASTS); i++)
        if (CASTS[i].from == from->id && CASTS[i].to == to->id) return &CASTS[i].function;
    return NULL;
}
