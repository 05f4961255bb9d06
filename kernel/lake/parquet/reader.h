// SPDX-License-Identifier: Apache-2.0
// One Parquet file read as wanted columns: row group by row group, column by column or all at once.
//
// The scan (source.h) drives the parts; who just wants rows (a Delta checkpoint) calls
// parquet_reader_next. Confined to one thread.
#pragma once

#include "kernel/column/batch.h"
#include "kernel/lake/parquet/column.h"
#include "kernel/lake/parquet/file.h"

typedef struct ParquetReader {
    ParquetFile *file;
    StorageFile *storage;
    Query *query;
    Arena arena; // readers
    Decompressor decompressor;
    ColumnSet set;
    ColumnReader *columns;
    uint32_t *leaf_ends; // column c has leaves [leaf_ends[c - 1], leaf_ends[c]) of the set
    uint32_t column_count;
    uint32_t row_group;  // current; file's count: none
    uint32_t batch_rows; // rows of a batch: fewer where rows have many elements
    int64_t row;         // next row of the row group
    Arena batch_arena;
    Vector *vectors;
} ParquetReader;

// Takes the file and its storage, also when it fails. The fields (and their names) outlive it.
// `query` (counters, budget, cancel flag) may be NULL.
ParquetReader *parquet_reader_new(ParquetFile *file, StorageFile *storage,
                                  const ParquetField *fields, uint32_t field_count, Query *query,
                                  Error *err) MUST_CHECK;
// The same by path.
ParquetReader *parquet_reader_open(ParquetCache *cache, Slice path, const ParquetField *fields,
                                   uint32_t field_count, Query *query, Error *err) MUST_CHECK;
void parquet_reader_free(ParquetReader *reader); // accepts NULL

// The next rows of the file with all columns, in file order; *done at the end. Borrowed until the
// next call.
bool parquet_reader_next(ParquetReader *reader, Batch *out, bool *done, Error *err) MUST_CHECK;

// --- parts
// -------------------------------------------------------------------------------------------

// Positions all columns at a row group. `dictionary_id` + leaf number is the id of dictionaries.
bool parquet_reader_begin(ParquetReader *reader, uint32_t row_group, uint64_t dictionary_id,
                          Error *err) MUST_CHECK;
// Vectors handed out before are no longer needed.
void parquet_reader_batch_begin(ParquetReader *reader);
// Each column is read or skipped once per batch. Rows that are not `wanted` may come out with any
// value.
bool parquet_reader_read(ParquetReader *reader, uint32_t column, uint32_t rows, Rows wanted,
                         Vector *out, Error *err) MUST_CHECK;
void parquet_reader_skip(ParquetReader *reader, uint32_t column, uint64_t rows);

AUTO_PTR_DEFINE(ParquetReader, parquet_reader_free)
