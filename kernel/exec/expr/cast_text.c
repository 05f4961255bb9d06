// SPDX-License-Identifier: Apache-2.0
// Casts from and to STRING and BINARY.
#include "kernel/column/format.h"
#include "kernel/column/parse.h"
#include "kernel/exec/expr/cast_internal.h"

static bool to_text(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    StringView *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        text_reset(&text);
        vector_append_text(&args[0], value_index(&args[0], r), TEXT_CAST, frame->query->zone,
                           &text);
        to[r] = string_view_copy(frame->arena, text_slice(&text));
    }
    return true;
}

// STRING, CHAR, VARCHAR and BINARY among each other: the bytes stay.
static bool same_bytes(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    const StringView *from = args[0].data;
    StringView *to = out->data;
    for (ROWS_EACH(rows, i, r)) to[r] = from[value_index(&args[0], r)];
    return true;
}

static bool integer_to_binary(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                              Error *err) {
    (void)frame, (void)err;
    size_t bytes = physical_bytes(type_physical(args[0].type));
    StringView *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        char value[8], reversed[8];
        memcpy(value, (const char *)args[0].data + bytes * value_index(&args[0], r), bytes);
        for (size_t b = 0; b < bytes; b++) reversed[b] = value[bytes - 1 - b];
        to[r] = string_view_of(reversed, (uint32_t)bytes);
    }
    return true;
}

static void put(Vector *out, uint32_t row, const Value *value) {
    switch (type_physical(out->type)) {
    case PHYSICAL_BOOL: ((uint8_t *)out->data)[row] = value->i64 != 0; break;
    case PHYSICAL_INT8: ((int8_t *)out->data)[row] = (int8_t)value->i64; break;
    case PHYSICAL_INT16: ((int16_t *)out->data)[row] = (int16_t)value->i64; break;
    case PHYSICAL_INT32: ((int32_t *)out->data)[row] = (int32_t)value->i64; break;
    case PHYSICAL_FLOAT: ((float *)out->data)[row] = (float)value->f64; break;
    case PHYSICAL_DOUBLE: ((double *)out->data)[row] = value->f64; break;
    case PHYSICAL_INT128: ((Int128 *)out->data)[row] = value->i128; break;
    case PHYSICAL_INTERVAL: ((Interval *)out->data)[row] = value->interval; break;
    default:
        ((int64_t *)out->data)[row] =
            out->type->id == TYPE_DECIMAL ? (int64_t)value->i128 : value->i64;
        break;
    }
}

static bool parse_legacy_integer(Slice s, const Type *type, Value *value) {
    if (!type_is_integer(type) || !parse_i64_truncated(s, &value->i64)) return false;
    int bits = (int)physical_bytes(type_physical(type)) * 8;
    int64_t most = (int64_t)(((uint64_t)1 << (bits - 1)) - 1);
    return value->i64 <= most && value->i64 >= -most - 1;
}

static bool fail_text(Slice s, const Type *from, const Type *to, Error *err) {
    Int128 unscaled;
    bool overflow;
    if (to->id == TYPE_DECIMAL &&
        !parse_decimal(s, to->precision, to->scale, &unscaled, &overflow) && overflow)
        return fail_decimal_overflow_text(err, slice_trim(s), to);
    return fail_cast_input(err, s, from, to);
}

static bool from_text(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    const StringView *from = args[0].data;
    bool legacy = frame_mode(frame) == CAST_LEGACY;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = string_view_slice(&from[value_index(&args[0], r)]);
        Value value;
        if (parse_value(s, out->type, frame->query->zone, frame->arena, &value) ||
            (legacy && parse_legacy_integer(s, out->type, &value)))
            put(out, r, &value);
        else if (!cast_refuse(frame, out, r)) return fail_text(s, args[0].type, out->type, err);
    }
    return true;
}

static const ScalarFunction TO_TEXT = {
    .name = "cast", .kernel = to_text, .nulls = NULLS_STRICT, .is_cheap_on_dictionary = true};
static const ScalarFunction SAME_BYTES = CAST_KERNEL(same_bytes, false);
static const ScalarFunction TO_BINARY = CAST_KERNEL(integer_to_binary, false);
static const ScalarFunction FROM_TEXT = CAST_KERNEL(from_text, true);
static const ScalarFunction TRY_FROM_TEXT = {
    .name = "cast", .kernel = from_text, .nulls = NULLS_STRICT, .is_cheap_on_dictionary = true};

static bool is_bytes(const Type *type) { return type_is_text(type) || type->id == TYPE_BINARY; }

const ScalarFunction *cast_text_function(const Type *from, const Type *to, CastMode mode) {
    if (is_bytes(from) && is_bytes(to)) return &SAME_BYTES;
    if (to->id == TYPE_BINARY) return type_is_integer(from) ? &TO_BINARY : NULL;
    if (type_is_text(to)) return &TO_TEXT;
    if (!type_is_text(from) || type_is_nested(to) || to->id == TYPE_VARIANT) return NULL;
    return mode == CAST_ANSI ? &FROM_TEXT : &TRY_FROM_TEXT;
}
