// SPDX-License-Identifier: Apache-2.0
// A table or file read outright, a line of JSON values per row, for tests that need no SQL.
#pragma once

#include "kernel/lake/parquet/reader.h"
#include "kernel/plan/table.h"

typedef struct Lines {
    Slice *items;
    size_t count;
    Arena arena;
} Lines;

void lines_deinit(Lines *lines);
void lines_sort(Lines *lines);
// The rows of the batch that are selected.
void lines_add_batch(Lines *lines, const Batch *batch, uint32_t column_count);
// All columns; `request` may add filters (NULL: none). A filter may ask for columns by position.
bool lines_read_table(Lines *lines, Table *table, const ScanRequest *request, Query *query,
                      Error *err) MUST_CHECK;
// Columns of these fields of one file.
bool lines_read_parquet(Lines *lines, Slice path, const ParquetField *fields, uint32_t count,
                        Error *err) MUST_CHECK;

AUTO_DEFINE(Lines, lines_deinit)
