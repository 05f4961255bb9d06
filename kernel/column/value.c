// SPDX-License-Identifier: Apache-2.0
#include "kernel/column/value.h"

Value value_null(const Type *type) { return (Value){.type = type, .is_null = true}; }

Value value_bool(bool b) { return (Value){.type = type_of(TYPE_BOOLEAN), .i64 = b}; }

Value value_int(TypeId id, int64_t i64) { return (Value){.type = type_of(id), .i64 = i64}; }

Value value_double(double f64) { return (Value){.type = type_of(TYPE_DOUBLE), .f64 = f64}; }

Value value_string(Slice s) { return (Value){.type = type_of(TYPE_STRING), .bytes = s}; }

Value value_decimal(const Type *type, Int128 unscaled) {
    return (Value){.type = type, .i128 = unscaled};
}

// Number of slots in items.
static uint32_t value_slots(const Value *value) {
    if (value->is_null || !type_is_nested(value->type)) return 0;
    return value->type->id == TYPE_MAP ? value->item_count * 2 : value->item_count;
}

Value value_copy(Arena *arena, Value value) {
    value.type = type_copy(arena, value.type);
    if (value.is_null) return value;
    uint32_t slots = value_slots(&value);
    if (slots) {
        Value *items = ARENA_ARRAY(arena, Value, slots);
        for (uint32_t i = 0; i < slots; i++) items[i] = value_copy(arena, value.items[i]);
        value.items = items;
    } else if (type_physical(value.type) == PHYSICAL_STRING) {
        value.bytes = arena_copy(arena, value.bytes);
    }
    return value;
}

static Value list_value(const Vector *base, uint32_t index, Arena *arena) {
    ListView list = ((const ListView *)base->data)[index];
    uint32_t fields = base->type->field_count;
    Value value = {.type = base->type, .item_count = list.count};
    value.items = ARENA_ARRAY(arena, Value, (size_t)list.count * fields + 1);
    for (uint32_t f = 0; f < fields; f++)
        for (uint32_t i = 0; i < list.count; i++)
            value.items[f * list.count + i] =
                vector_value(&base->children[f], list.offset + i, arena);
    return value;
}

static Value struct_value(const Vector *base, uint32_t index, Arena *arena) {
    uint32_t fields = base->type->field_count;
    Value value = {.type = base->type, .item_count = fields};
    value.items = ARENA_ARRAY(arena, Value, fields + 1);
    for (uint32_t f = 0; f < fields; f++)
        value.items[f] = vector_value(&base->children[f], index, arena);
    return value;
}

Value vector_value(const Vector *vector, uint32_t row, Arena *arena) {
    if (vector_is_null(vector, row)) return value_null(vector->type);
    uint32_t index;
    const Vector *base = vector_base(vector, row, &index);
    Value value = {.type = vector->type};
    const void *data = base->data;
    switch (type_physical(vector->type)) {
    case PHYSICAL_BOOL: value.i64 = ((const uint8_t *)data)[index]; break;
    case PHYSICAL_INT8: value.i64 = ((const int8_t *)data)[index]; break;
    case PHYSICAL_INT16: value.i64 = ((const int16_t *)data)[index]; break;
    case PHYSICAL_INT32: value.i64 = ((const int32_t *)data)[index]; break;
    case PHYSICAL_INT64:
        if (vector->type->id == TYPE_DECIMAL) value.i128 = ((const int64_t *)data)[index];
        else value.i64 = ((const int64_t *)data)[index];
        break;
    case PHYSICAL_INT128: value.i128 = ((const Int128 *)data)[index]; break;
    case PHYSICAL_FLOAT: value.f64 = (double)((const float *)data)[index]; break;
    case PHYSICAL_DOUBLE: value.f64 = ((const double *)data)[index]; break;
    case PHYSICAL_STRING: value.bytes = string_view_slice((const StringView *)data + index); break;
    case PHYSICAL_INTERVAL: value.interval = ((const Interval *)data)[index]; break;
    case PHYSICAL_LIST:
    case PHYSICAL_MAP: return list_value(base, index, arena);
    case PHYSICAL_STRUCT: return struct_value(base, index, arena);
    case PHYSICAL_VOID:
    case PHYSICAL_COUNT: value.is_null = true; break;
    }
    return value;
}

// End of the used elements: lists are filled in ascending row order by vector_set_value only.
static uint32_t elements_used(const Vector *vector) {
    const ListView *lists = vector->data;
    uint32_t used = 0;
    for (uint32_t i = 0; i < vector->count; i++)
        if (lists[i].offset + lists[i].count > used) used = lists[i].offset + lists[i].count;
    return used;
}

static void set_list(Vector *vector, uint32_t row, const Value *value, Arena *arena) {
    uint32_t used = elements_used(vector), fields = vector->type->field_count;
    uint32_t needed = used + value->item_count;
    if (needed > vector->children[0].count)
        vector_reserve_elements(vector, needed < 16 ? 16 : needed * 2, used, arena);
    for (uint32_t f = 0; f < fields; f++)
        for (uint32_t i = 0; i < value->item_count; i++)
            vector_set_value(&vector->children[f], used + i,
                             &value->items[f * value->item_count + i], arena);
    ((ListView *)vector->data)[row] = (ListView){used, value->item_count};
}

static void set_null(Vector *vector, uint32_t row, Arena *arena) {
    bit_clear(vector_make_validity(vector, arena), row);
    size_t bytes = physical_bytes(type_physical(vector->type));
    if (bytes) memset((char *)vector->data + bytes * row, 0, bytes);
    if (vector->type->id != TYPE_STRUCT) return;
    for (uint32_t f = 0; f < vector->type->field_count; f++)
        set_null(&vector->children[f], row, arena);
}

void vector_set_value(Vector *vector, uint32_t row, const Value *value, Arena *arena) {
    if (value->is_null) {
        set_null(vector, row, arena);
        return;
    }
    if (vector->validity) bit_set(vector->validity, row);
    void *data = vector->data;
    switch (type_physical(vector->type)) {
    case PHYSICAL_BOOL: ((uint8_t *)data)[row] = value->i64 != 0; break;
    case PHYSICAL_INT8: ((int8_t *)data)[row] = (int8_t)value->i64; break;
    case PHYSICAL_INT16: ((int16_t *)data)[row] = (int16_t)value->i64; break;
    case PHYSICAL_INT32: ((int32_t *)data)[row] = (int32_t)value->i64; break;
    case PHYSICAL_INT64:
        ((int64_t *)data)[row] =
            vector->type->id == TYPE_DECIMAL ? (int64_t)value->i128 : value->i64;
        break;
    case PHYSICAL_INT128: ((Int128 *)data)[row] = value->i128; break;
    case PHYSICAL_FLOAT: ((float *)data)[row] = (float)value->f64; break;
    case PHYSICAL_DOUBLE: ((double *)data)[row] = value->f64; break;
    case PHYSICAL_STRING:
        ((StringView *)data)[row] = string_view_of(value->bytes.data, (uint32_t)value->bytes.bytes);
        break;
    case PHYSICAL_INTERVAL: ((Interval *)data)[row] = value->interval; break;
    case PHYSICAL_LIST:
    case PHYSICAL_MAP: set_list(vector, row, value, arena); break;
    case PHYSICAL_STRUCT:
        for (uint32_t f = 0; f < vector->type->field_count; f++)
            vector_set_value(&vector->children[f], row, &value->items[f], arena);
        break;
    case PHYSICAL_VOID:
    case PHYSICAL_COUNT: break;
    }
}

void vector_init_constant(Vector *vector, const Value *value, uint32_t count, Arena *arena) {
    if (value->is_null) {
        vector_init_null(vector, value->type, count, arena);
        return;
    }
    vector_init_flat(vector, value->type, 1, arena);
    vector_set_value(vector, 0, value, arena);
    vector->form = VECTOR_CONSTANT;
    vector->count = count;
}

bool value_equal(const Value *a, const Value *b) {
    return type_equal(a->type, b->type) && value_compare(a, b) == 0;
}

#define COMPARE(x, y) ((x) < (y) ? -1 : (x) > (y))

static int compare_double(double a, double b) {
    if (a == b) return 0;
    if (a != a || b != b) return a == a ? -1 : b == b ? 1 : 0;
    return a < b ? -1 : 1;
}

// Element by element as vector_compare_rows does: of a map key, then value of each entry.
static int compare_items(const Value *a, const Value *b) {
    uint32_t columns = a->type->id == TYPE_MAP ? 2 : 1;
    for (uint32_t i = 0; i < a->item_count && i < b->item_count; i++)
        for (uint32_t c = 0; c < columns; c++) {
            int order =
                value_compare(&a->items[c * a->item_count + i], &b->items[c * b->item_count + i]);
            if (order) return order;
        }
    return COMPARE(a->item_count, b->item_count);
}

int value_compare(const Value *a, const Value *b) {
    if (a->is_null || b->is_null) return a->is_null == b->is_null ? 0 : a->is_null ? -1 : 1;
    if (a->type->id == TYPE_DECIMAL) return COMPARE(a->i128, b->i128);
    switch (type_physical(a->type)) {
    case PHYSICAL_FLOAT:
    case PHYSICAL_DOUBLE: return compare_double(a->f64, b->f64);
    case PHYSICAL_STRING: return slice_compare(a->bytes, b->bytes);
    case PHYSICAL_INTERVAL: {
        const Interval *x = &a->interval, *y = &b->interval;
        if (x->months != y->months) return COMPARE(x->months, y->months);
        if (x->days != y->days) return COMPARE(x->days, y->days);
        return COMPARE(x->micros, y->micros);
    }
    case PHYSICAL_LIST:
    case PHYSICAL_MAP:
    case PHYSICAL_STRUCT: return compare_items(a, b);
    case PHYSICAL_VOID: return 0;
    default: return COMPARE(a->i64, b->i64);
    }
}
