// SPDX-License-Identifier: Apache-2.0
// Values as bytes: equal values (nulls equal, NaN equal, -0.0 equal to 0.0) have equal codes, and a
// code gives its value back. For what is kept value by value: nested keys, DISTINCT, collected
// lists.
#pragma once

#include "kernel/column/batch.h"
#include "kernel/column/value.h"

void value_code_append(const Vector *vector, uint32_t row, Text *out);
void row_code_append(const Vector *columns, uint32_t column_count, uint32_t row, Text *out);
// The same with the values' own bits: -0.0 stays what it is. For files, not for comparing.
void row_code_append_exact(const Vector *columns, uint32_t column_count, uint32_t row, Text *out);
// Takes a value off the front of the code. Bytes are borrowed from it, items made in the arena.
Value value_code_take(Slice *code, const Type *type, Arena *arena);
