// SPDX-License-Identifier: Apache-2.0
// Rows into one Parquet file: PLAIN values, ZSTD, data pages of version 1, row groups of bounded
// size.
//
// For exports; the writer of Delta tables will add dictionaries and statistics. Nested columns are
// shredded into repetition and definition levels (Dremel, VLDB 2010). Confined to one thread.
#pragma once

#include "kernel/column/batch.h"

typedef struct ParquetWriter ParquetWriter;

// Columns by name, type and nullability. The file is made, or cut to nothing.
ParquetWriter *parquet_writer_open(const char *path, const TypeField *fields, uint32_t count,
                                   Error *err) MUST_CHECK;
// The batch's rows in the order of `rows`.
bool parquet_writer_add(ParquetWriter *writer, const Batch *batch, Rows rows,
                        Error *err) MUST_CHECK;
// Writes the footer and closes; the writer is freed in any case.
bool parquet_writer_close(ParquetWriter *writer, Error *err) MUST_CHECK;
// Abandons what was written; accepts NULL. The file stays where it is, unreadable.
void parquet_writer_free(ParquetWriter *writer);
