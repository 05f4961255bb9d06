// SPDX-License-Identifier: Apache-2.0
// One byte says null (0) or not (1); then the value's bytes, for text and lists after their number.
#include "kernel/exec/rows/row_code.h"

#include "kernel/exec/rows/keys.h"

static void append_u32(Text *out, uint32_t number) {
    text_append(out, slice_of((const char *)&number, sizeof number));
}

static void append_value(const Vector *vector, uint32_t row, bool exact, Text *out);

static void append_list(const Vector *base, uint32_t index, bool exact, Text *out) {
    ListView list = ((const ListView *)base->data)[index];
    append_u32(out, list.count);
    for (uint32_t i = 0; i < list.count; i++)
        for (uint32_t f = 0; f < base->type->field_count; f++)
            append_value(&base->children[f], list.offset + i, exact, out);
}

static void append_value(const Vector *vector, uint32_t row, bool exact, Text *out) {
    if (vector_is_null(vector, row)) {
        text_append_char(out, 0);
        return;
    }
    text_append_char(out, 1);
    uint32_t index;
    const Vector *base = vector_base(vector, row, &index);
    PhysicalType physical = type_physical(base->type);
    size_t width = physical_bytes(physical);
    switch (physical) {
    case PHYSICAL_STRING: {
        Slice s = string_view_slice((const StringView *)base->data + index);
        append_u32(out, (uint32_t)s.bytes);
        text_append(out, s);
        return;
    }
    case PHYSICAL_LIST:
    case PHYSICAL_MAP: append_list(base, index, exact, out); return;
    case PHYSICAL_STRUCT:
        for (uint32_t f = 0; f < base->type->field_count; f++)
            append_value(&base->children[f], index, exact, out);
        return;
    case PHYSICAL_FLOAT: {
        float value = ((const float *)base->data)[index];
        if (!exact) value = float_key(value);
        text_append(out, slice_of((const char *)&value, sizeof value));
        return;
    }
    case PHYSICAL_DOUBLE: {
        double value = ((const double *)base->data)[index];
        if (!exact) value = double_key(value);
        text_append(out, slice_of((const char *)&value, sizeof value));
        return;
    }
    default: text_append(out, slice_of((const char *)base->data + width * index, width)); return;
    }
}

void value_code_append(const Vector *vector, uint32_t row, Text *out) {
    append_value(vector, row, false, out);
}

void row_code_append_exact(const Vector *columns, uint32_t column_count, uint32_t row, Text *out) {
    for (uint32_t c = 0; c < column_count; c++) append_value(&columns[c], row, true, out);
}

void row_code_append(const Vector *columns, uint32_t column_count, uint32_t row, Text *out) {
    for (uint32_t c = 0; c < column_count; c++) value_code_append(&columns[c], row, out);
}

static void take(Slice *code, void *to, size_t bytes) {
    ASSERT(code->bytes >= bytes);
    memcpy(to, code->data, bytes);
    *code = slice_from(*code, bytes);
}

static uint32_t take_u32(Slice *code) {
    uint32_t number;
    take(code, &number, sizeof number);
    return number;
}

static void take_items(Slice *code, const Type *type, Arena *arena, Value *value) {
    if (type->id == TYPE_STRUCT) {
        value->item_count = type->field_count;
        value->items = ARENA_ARRAY(arena, Value, type->field_count + 1);
        for (uint32_t f = 0; f < type->field_count; f++)
            value->items[f] = value_code_take(code, type->fields[f].type, arena);
        return;
    }
    uint32_t count = take_u32(code);
    value->item_count = count;
    value->items = ARENA_ARRAY(arena, Value, (size_t)count * type->field_count + 1);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t f = 0; f < type->field_count; f++)
            value->items[i + (size_t)f * count] =
                value_code_take(code, type->fields[f].type, arena);
}

#define TAKE(ctype, member)                 \
    do {                                    \
        ctype number;                       \
        take(code, &number, sizeof number); \
        value.member = number;              \
    } while (0)

Value value_code_take(Slice *code, const Type *type, Arena *arena) {
    Value value = value_null(type);
    char valid;
    take(code, &valid, 1);
    if (!valid) return value;
    value.is_null = false;
    switch (type_physical(type)) {
    case PHYSICAL_BOOL: TAKE(uint8_t, i64); break;
    case PHYSICAL_INT8: TAKE(int8_t, i64); break;
    case PHYSICAL_INT16: TAKE(int16_t, i64); break;
    case PHYSICAL_INT32: TAKE(int32_t, i64); break;
    case PHYSICAL_INT64:
        if (type->id == TYPE_DECIMAL) TAKE(int64_t, i128);
        else TAKE(int64_t, i64);
        break;
    case PHYSICAL_INT128: TAKE(Int128, i128); break;
    case PHYSICAL_FLOAT: {
        float number;
        take(code, &number, sizeof number);
        value.f64 = (double)number;
        break;
    }
    case PHYSICAL_DOUBLE: TAKE(double, f64); break;
    case PHYSICAL_INTERVAL: TAKE(Interval, interval); break;
    case PHYSICAL_STRING: {
        uint32_t bytes = take_u32(code);
        ASSERT(code->bytes >= bytes);
        value.bytes = slice_first(*code, bytes);
        *code = slice_from(*code, bytes);
        break;
    }
    case PHYSICAL_LIST:
    case PHYSICAL_MAP:
    case PHYSICAL_STRUCT: take_items(code, type, arena, &value); break;
    case PHYSICAL_VOID:
    case PHYSICAL_COUNT: break;
    }
    return value;
}
