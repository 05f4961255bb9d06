// SPDX-License-Identifier: Apache-2.0
// Schemas guessed from data: each value has a type, types merge, and the merge does not depend on
// the order of the values, so threads may share the work.
#pragma once

#include "kernel/lake/text/csv.h"

// Type of CSV fields seen so far.
typedef enum CsvKind {
    CSV_KIND_NULL, // nothing but nulls
    CSV_KIND_INT,
    CSV_KIND_BIGINT,
    CSV_KIND_DECIMAL, // whole numbers beyond BIGINT; digits of it
    CSV_KIND_DOUBLE,
    CSV_KIND_DATE,
    CSV_KIND_TIMESTAMP,
    CSV_KIND_BOOLEAN,
    CSV_KIND_STRING,
} CsvKind;

typedef struct CsvShape {
    CsvKind kind;
    uint8_t digits; // DECIMAL
} CsvShape;

CsvShape csv_shape_of(const TextOptions *options, Slice value);
CsvShape csv_shape_merge(CsvShape a, CsvShape b);
const Type *csv_shape_type(CsvShape shape);

// Type of JSON values seen so far, a tree in an arena.
typedef enum JsonKind {
    JSON_KIND_NULL,
    JSON_KIND_BOOLEAN,
    JSON_KIND_BIGINT,
    JSON_KIND_DECIMAL,
    JSON_KIND_DOUBLE,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_STRUCT,
} JsonKind;

typedef struct JsonShape JsonShape;
struct JsonShape {
    JsonKind kind;
    uint8_t precision, scale; // DECIMAL
    uint32_t count;           // STRUCT: fields; ARRAY: 1
    Slice *names;             // STRUCT
    JsonShape *children;      // of the fields; the element
};

// Merges the shape of the value whose first token is given into *shape. False: malformed.
bool json_shape_add(JsonReader *reader, JsonToken token, const TextOptions *options, Arena *arena,
                    JsonShape *shape) MUST_CHECK;
void json_shape_merge(Arena *arena, JsonShape *into, const JsonShape *from);
// Fields ordered by name; nulls become STRING, structs without fields go. NULL: nothing is left.
const Type *json_shape_type(const JsonShape *shape, const TextOptions *options, Arena *arena);
