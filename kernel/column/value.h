// SPDX-License-Identifier: Apache-2.0
// One value with its type: literals, parameters, statistics, settings. Not for hot loops.
#pragma once

#include "kernel/column/vector.h"

typedef struct Value Value;
struct Value {
    const Type *type;
    bool is_null;
    uint32_t item_count; // ARRAY: elements; MAP: entries; STRUCT: fields
    union {
        int64_t i64; // BOOLEAN (0, 1), TINYINT..BIGINT, DATE, TIME, TIMESTAMP*, INTERVAL_*
        double f64;  // FLOAT (exactly representable), DOUBLE
        Int128 i128; // DECIMAL of any precision, unscaled
        Slice bytes; // STRING, CHAR, VARCHAR, BINARY, VARIANT (metadata, value)
        Interval interval;
        Value *items; // ARRAY, STRUCT: item_count; MAP: keys, then item_count values
    };
};

Value value_null(const Type *type);
Value value_bool(bool b);
Value value_int(TypeId id, int64_t i64); // any type whose member is i64
Value value_double(double f64);
Value value_string(Slice s); // borrows
Value value_decimal(const Type *type, Int128 unscaled);
// Deep copy.
Value value_copy(Arena *arena, Value value);
// Row of a vector as a value; nested items are made in the arena, bytes are borrowed from the
// vector.
Value vector_value(const Vector *vector, uint32_t row, Arena *arena);
// Writes into a FLAT vector (elements of lists are appended to its child, which grows in the
// arena); bytes are borrowed from the value.
void vector_set_value(Vector *vector, uint32_t row, const Value *value, Arena *arena);
// A constant vector of `count` rows.
void vector_init_constant(Vector *vector, const Value *value, uint32_t count, Arena *arena);
bool value_equal(const Value *a, const Value *b);  // same type, same value; null equals null
int value_compare(const Value *a, const Value *b); // as vector_compare_rows
