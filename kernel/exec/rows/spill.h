// SPDX-License-Identifier: Apache-2.0
// Rows in a temporary file: written once, in blocks, then read in the same order.
//
// The file has no name once it is open, so nothing is left behind, whatever ends the process. A
// full disk is an error of the query. Confined to one thread at a time.
#pragma once

#include "kernel/column/batch.h"
#include "kernel/exec/query.h"

typedef struct SpillFile SpillFile;

SpillFile *spill_file_new(Query *query, const Type *const *types, uint32_t column_count,
                          Error *err) MUST_CHECK;
void spill_file_free(SpillFile *file); // accepts NULL
bool spill_file_write(SpillFile *file, const Vector *columns, Rows rows, Error *err) MUST_CHECK;
uint64_t spill_file_bytes(const SpillFile *file);
// Ends writing; reading starts at the first row.
bool spill_file_rewind(SpillFile *file, Error *err) MUST_CHECK;
// Next block of rows as flat columns; no rows at the end. Borrowed until the next call.
bool spill_file_read(SpillFile *file, Batch *out, Error *err) MUST_CHECK;
