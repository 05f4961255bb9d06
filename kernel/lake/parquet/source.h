// SPDX-License-Identifier: Apache-2.0
// The scan of a set of Parquet files, as exec/source.h asks for it.
//
// A table (a folder of files, a Delta snapshot) names the files, which of the request's columns
// come from where, and what else it knows; the scan prunes row groups, reads filter columns first
// and the others only for batches with rows left. A morsel is a range of a file's bytes: the row
// groups whose middle lies in it. So no footer is read before a thread gets to it.
#pragma once

#include "kernel/exec/source.h"
#include "kernel/lake/parquet/column.h"
#include "kernel/lake/parquet/file.h"

typedef enum ParquetColumnKind {
    PARQUET_COLUMN_DATA,      // field
    PARQUET_COLUMN_CONSTANT,  // constants[constant] of each file: partition values, defaults
    PARQUET_COLUMN_ROW_INDEX, // BIGINT: the row's position in its file
} ParquetColumnKind;

typedef struct ParquetColumn {
    ParquetColumnKind kind;
    uint32_t constant;
    ParquetField field; // its type is the column's, for all kinds
} ParquetColumn;

typedef struct ParquetSourceFile {
    Slice path;
    uint64_t bytes;         // 0: not known
    const Value *constants; // NULL: none
    void *deletions;        // given to deleted_rows; NULL: no row is deleted
} ParquetSourceFile;

typedef struct ParquetSourceSpec {
    const ParquetSourceFile *files;
    uint32_t file_count;
    const ParquetColumn *columns; // one per column of the request, in its order
    const ScanRequest *request;   // filters and output_count
    ParquetCache *cache;          // NULL: footers live as long as the source
    int64_t row_count;            // of all files, for progress; -1: not known
    // Sets bit i of `bits` (which are 0) where row first + i of the file is deleted. Thread-safe.
    bool (*deleted_rows)(void *deletions, uint64_t first, uint32_t count, uint64_t *bits,
                         Error *err);
    Slice description; // for EXPLAIN
} ParquetSourceSpec;

// The spec, its columns and the request are copied; what they point to outlives the source, and so
// do the files.
Source *parquet_source_new(const ParquetSourceSpec *spec);
