// SPDX-License-Identifier: Apache-2.0
// Texts and JSON tokens as values of columns, and the rows of a batch that they fill.
#pragma once

#include "kernel/column/batch.h"
#include "kernel/lake/text/options.h"

// Puts a CSV field's value into a row of a flat vector; false: it is not of the column's type (the
// row is null then). Null where the value is the options' nullValue.
bool csv_put(const TextOptions *options, Slice value, Vector *vector, uint32_t row, Arena *arena);
// Reads the value whose first token is given into the row; what does not fit the type is null and
// sets *mismatch. False: the JSON itself is malformed.
bool json_put(JsonReader *reader, JsonToken token, const TextOptions *options, Vector *vector,
              uint32_t row, Arena *arena, bool *mismatch) MUST_CHECK;
// Makes a row null.
void vector_put_null(Vector *vector, uint32_t row, Arena *arena);
// Valid UTF-8: the text itself, or a copy with U+FFFD for what is not.
Slice text_repair(Slice text, Arena *arena);
// Types that CSV fields can have: everything but nested ones.
bool csv_type_is_supported(const Type *type);
