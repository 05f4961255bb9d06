// SPDX-License-Identifier: Apache-2.0
// An opened Parquet file's metadata, and the cache of it.
//
// A ParquetFile is immutable and shared by reference count. It is found again as long as path, size
// and modification time stay the same.
#pragma once

#include "kernel/lake/parquet/format/schema.h"
#include "kernel/lake/storage/storage.h"

#include <stdatomic.h>

typedef struct ParquetFile {
    atomic_uint references;
    Arena arena; // everything below
    Slice path;
    uint64_t bytes;
    int64_t modified_micros;
    ParquetFooter footer;
    ParquetSchema schema;
} ParquetFile;

typedef struct ParquetCache ParquetCache;

ParquetCache *parquet_cache_new(void);
void parquet_cache_free(ParquetCache *cache); // accepts NULL

// Reads the footer of an open file. The caller unrefs.
ParquetFile *parquet_file_load(StorageFile *storage, Error *err) MUST_CHECK;
// Opens the file, which the caller closes, with its metadata from the cache (NULL: none) or itself.
ParquetFile *parquet_file_open(ParquetCache *cache, Slice path, StorageFile **storage,
                               Error *err) MUST_CHECK;
void parquet_file_unref(ParquetFile *file); // accepts NULL

AUTO_PTR_DEFINE(ParquetFile, parquet_file_unref)
