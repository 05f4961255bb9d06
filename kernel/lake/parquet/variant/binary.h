// SPDX-License-Identifier: Apache-2.0
// The Variant binary encoding: reading its parts and building values.
//
// A value names object fields by their number in a dictionary, the metadata. All reads are
// bounds-checked; values are built in an arena.
#pragma once

#include "kernel/column/type.h"

// A parsed dictionary of names, borrowed.
typedef struct VariantNames {
    Slice bytes; // the whole metadata
    uint32_t count;
    uint32_t offset_bytes;
    const uint8_t *offsets;
    const uint8_t *names;
    size_t names_bytes;
} VariantNames;

bool variant_names_init(VariantNames *names, Slice metadata) MUST_CHECK;
bool variant_name_at(const VariantNames *names, uint32_t id, Slice *name) MUST_CHECK;
bool variant_name_find(const VariantNames *names, Slice name, uint32_t *id) MUST_CHECK;

typedef struct VariantField {
    uint32_t id;
    Slice name;
    Slice value; // encoded
} VariantField;

// Size of the value that begins `data`; 0: malformed.
size_t variant_value_bytes(Slice data);
// The fields of an object, appended to *fields. False: malformed, or a value of another kind.
bool variant_object_fields(Slice value, const VariantNames *names, Arena *arena,
                           VariantField **fields, uint32_t *count) MUST_CHECK;

typedef enum VariantPrimitive {
    VARIANT_NULL,
    VARIANT_TRUE,
    VARIANT_FALSE,
    VARIANT_INT8,
    VARIANT_INT16,
    VARIANT_INT32,
    VARIANT_INT64,
    VARIANT_DOUBLE,
    VARIANT_DECIMAL4,
    VARIANT_DECIMAL8,
    VARIANT_DECIMAL16,
    VARIANT_DATE,
    VARIANT_TIMESTAMP,
    VARIANT_TIMESTAMP_NTZ,
    VARIANT_FLOAT,
    VARIANT_BINARY,
    VARIANT_STRING,
    VARIANT_TIME,
    VARIANT_TIMESTAMP_NANOS,
    VARIANT_TIMESTAMP_NTZ_NANOS,
    VARIANT_UUID,
} VariantPrimitive;

// A value of fixed size: its little-endian bytes follow the header.
Slice variant_fixed(Arena *arena, VariantPrimitive primitive, const void *data, size_t bytes);
Slice variant_decimal(Arena *arena, VariantPrimitive primitive, int scale, Int128 unscaled);
Slice variant_string(Arena *arena, Slice text);
Slice variant_binary(Arena *arena, Slice bytes);
Slice variant_array(Arena *arena, const Slice *items, uint32_t count);
// Sorts the fields by name.
Slice variant_object(Arena *arena, VariantField *fields, uint32_t count);
