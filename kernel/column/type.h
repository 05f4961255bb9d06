// SPDX-License-Identifier: Apache-2.0
// SQL types (Spark's whole set) and the physical types they map to.
//
// A Type is immutable. Simple types, decimals and intervals are static; nested ones live in the
// arena they were made in. Compare with type_equal, never by pointer.
#pragma once

#include "base/arena.h"
#include "base/error.h"

typedef __int128 Int128;
typedef unsigned __int128 UInt128;

typedef enum TypeId {
#define TYPE(ident, name, catalog, physical) TYPE_##ident,
#include "kernel/column/type_list.inc"
#undef TYPE
    TYPE_COUNT
} TypeId;

typedef enum PhysicalType {
#define PHYSICAL(ident, ctype, bytes) PHYSICAL_##ident,
#include "kernel/column/physical_list.inc"
#undef PHYSICAL
    PHYSICAL_COUNT
} PhysicalType;

// Units of INTERVAL types, smallest span first where it matters: YEAR..MONTH, DAY..SECOND.
typedef enum IntervalUnit {
    UNIT_YEAR,
    UNIT_MONTH,
    UNIT_DAY,
    UNIT_HOUR,
    UNIT_MINUTE,
    UNIT_SECOND
} IntervalUnit;

typedef struct Type Type;

typedef struct TypeField {
    Slice name; // of a struct's field; "element", "key", "value" otherwise
    const Type *type;
    bool nullable;
    Slice comment;  // empty: none
    Slice metadata; // JSON object as Spark's StructField.metadata, empty: {}
} TypeField;

struct Type {
    TypeId id;
    uint8_t precision;  // DECIMAL 1..38; TIME 0..6
    uint8_t scale;      // DECIMAL 0..precision
    uint8_t unit_start; // INTERVAL_*: IntervalUnit of the first and last field
    uint8_t unit_stop;
    uint32_t length; // CHAR, VARCHAR: code points
    Slice collation; // STRING: empty = UTF8_BINARY
    uint32_t field_count;
    const TypeField *fields;
};

enum { DECIMAL_MAX_PRECISION = 38, DECIMAL_64_PRECISION = 18 };

// The static type of an id; DECIMAL gives decimal(10,0), TIME time(6), intervals their full range;
// not for ARRAY, MAP, STRUCT.
const Type *type_of(TypeId id);
const Type *type_decimal(int precision, int scale); // static; clamps nothing: 1..38, 0..precision
const Type *type_time(int precision);
const Type *type_interval(IntervalUnit start, IntervalUnit stop); // both in one family
const Type *type_char(Arena *arena, TypeId id, uint32_t length);
const Type *type_string_collated(Arena *arena, Slice collation);
const Type *type_array(Arena *arena, const Type *element, bool contains_null);
const Type *type_map(Arena *arena, const Type *key, const Type *value, bool value_contains_null);
// Copies the fields array, not names or child types.
const Type *type_struct(Arena *arena, const TypeField *fields, uint32_t count);
// Deep copy into another arena.
const Type *type_copy(Arena *arena, const Type *type);

PhysicalType type_physical(const Type *type);
size_t physical_bytes(PhysicalType physical);
// Same type; field names count (ignoring case), nullability, comments and metadata do not.
bool type_equal(const Type *a, const Type *b);
static inline bool type_is(const Type *type, TypeId id) { return type->id == id; }
bool type_is_integer(const Type *type); // TINYINT..BIGINT
bool type_is_numeric(const Type *type); // integers, FLOAT, DOUBLE, DECIMAL
bool type_is_text(const Type *type);    // STRING, CHAR, VARCHAR
bool type_is_interval(const Type *type);
bool type_is_nested(const Type *type); // ARRAY, MAP, STRUCT
bool type_is_orderable(
    const Type *type); // false for MAP, VARIANT, INTERVAL (and what contains them)

// "DECIMAL(10,2)", "ARRAY<INT>": as in messages and DESCRIBE's SQL form.
void type_append_sql(const Type *type, Text *out);
// "decimal(10,2)", "array<int>", "struct<a:int>": Spark's catalogString / simpleString.
void type_append_catalog(const Type *type, Text *out);
// Spark's JSON form of a type, as Delta's schemaString uses it, and back. Reading needs an arena
// and fails with a message that quotes what it did not understand.
void type_append_json(const Type *type, Text *out);
const Type *type_from_json(Arena *arena, Slice json, Error *err) MUST_CHECK;
