// SPDX-License-Identifier: Apache-2.0
// The page index of a column chunk: where its pages begin, and what their values lie between.
#pragma once

#include "kernel/lake/parquet/format/footer.h"
#include "kernel/lake/storage/storage.h"

typedef struct PageEntry {
    int64_t first_row; // within the row group
    uint64_t offset;   // of its header, in the file
    ParquetStatistics statistics;
    bool is_null_page; // no value but null
} PageEntry;

typedef struct PageIndex {
    PageEntry *pages;
    uint32_t count;
    bool has_bounds; // statistics are filled
} PageIndex;

// False: there is none, or it makes no sense; the file can be read without. Memory is the arena's.
bool page_index_load(Arena *arena, StorageFile *file, const ParquetChunk *chunk, int64_t row_count,
                     PageIndex *index);
