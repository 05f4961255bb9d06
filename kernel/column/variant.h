// SPDX-License-Identifier: Apache-2.0
// The Parquet Variant encoding: a metadata dictionary of names, then a self-describing value.
//
// A VARIANT's bytes are metadata and value one behind the other; a view holds both apart and is
// borrowed. All reading is bounds-checked: false means malformed (no error is set). Building
// follows Spark's choices (smallest integers, decimals kept exact, dictionary in order of first
// use).
#pragma once

#include "kernel/column/time_zone.h"
#include "kernel/column/value.h"

typedef struct VariantView {
    Slice metadata;
    Slice value; // begins at the value; may be longer than it
} VariantView;

typedef enum VariantKind {
    VARIANT_NULL,
    VARIANT_OBJECT,
    VARIANT_ARRAY,
    VARIANT_SCALAR, // variant_value gives it
} VariantKind;

bool variant_view(Slice bytes, VariantView *view) MUST_CHECK;
bool variant_kind(VariantView view, VariantKind *kind) MUST_CHECK;
// Of an object or array: number of members.
bool variant_count(VariantView view, uint32_t *count) MUST_CHECK;
// Member by position; `name` only for objects (may be NULL).
bool variant_member(VariantView view, uint32_t index, Slice *name, VariantView *member) MUST_CHECK;
// Field by name; false also when there is none or the value is no object.
bool variant_field(VariantView view, Slice name, VariantView *field) MUST_CHECK;
// A scalar with its SQL type (strings borrowed); nulls are VOID.
bool variant_value(VariantView view, Value *value) MUST_CHECK;
// Bytes of a value of its own: the view's metadata and exactly its value.
bool variant_append_bytes(VariantView view, Text *out) MUST_CHECK;
// Compact JSON text as Spark prints it.
bool variant_append_json(Slice bytes, const TimeZone *zone, Text *out) MUST_CHECK;
bool variant_view_append_json(VariantView view, const TimeZone *zone, Text *out) MUST_CHECK;

typedef enum VariantParse {
    VARIANT_PARSE_OK,
    VARIANT_PARSE_MALFORMED,
    VARIANT_PARSE_DUPLICATE_KEY,
    VARIANT_PARSE_TOO_LARGE,
} VariantParse;

enum { VARIANT_BYTES_MAX = 16 << 20 }; // Spark's limit of one value

// JSON text to bytes. Duplicate keys: an error, or the last one counts. `duplicate` (may be NULL)
// then names the key, borrowed from `json`.
VariantParse variant_from_json(Slice json, bool last_key_wins, Text *out, Slice *duplicate);
// Any value; structs and maps with string keys become objects.
VariantParse variant_from_value(const Value *value, Text *out);
