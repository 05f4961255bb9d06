// SPDX-License-Identifier: Apache-2.0
// One leaf column of one row group, read or skipped in portions of rows.
//
// A skip is only noted; the next read passes over whole pages by their headers and over the rest of
// a page by its levels. Columns without nesting are read straight into a vector (leaf_read_flat),
// codes kept where the page has them; others give their levels and dense values, which column.c
// assembles. What a read hands out stays valid until leaf_batch_begin.
#pragma once

#include "kernel/lake/parquet/chunk.h"
#include "kernel/lake/parquet/convert.h"
#include "kernel/lake/parquet/encoding/values.h"

typedef struct LeafReader {
    const ParquetNode *node;
    const Type *type; // of the values that come out
    Conversion conversion;
    bool keeps_codes; // dictionary vectors are wanted
    ChunkReader chunk;
    uint64_t pending_skip; // rows to pass over before the next read
    // Dictionary of the chunk.
    bool has_dictionary;
    uint64_t dictionary_id;
    Buffer dictionary_page;
    Buffer dictionary_values;
    Vector dictionary;
    Arena dictionary_arena; // bytes of entries that are not in the page as they are
    // Current page.
    PageHeader header;
    bool is_loaded;
    bool is_ascii;      // the page's strings need no UTF-8 check
    uint32_t page_left; // entries whose levels were not read yet
    RleDecoder rep, def;
    ValueDecoder values;
    // Current batch.
    Arena arena; // bytes of strings that are not in a page as they are
    Buffer out;  // values
    Buffer codes;
    Buffer validity;
    Buffer rep_levels; // entries [0, entry_count) of the batch, then those decoded ahead
    Buffer def_levels;
    uint32_t entry_count;
    uint32_t ahead_count;
    uint32_t value_count; // dense values in `out`
} LeafReader;

// False: the column cannot be read as that type (no error is set).
bool leaf_init(LeafReader *leaf, const ParquetNode *node, const Type *type, Query *query,
               Decompressor *decompressor);
void leaf_deinit(LeafReader *leaf);
bool leaf_is_flat(const LeafReader *leaf);
bool leaf_begin(LeafReader *leaf, StorageFile *file, const ParquetChunk *chunk,
                uint64_t dictionary_id, Error *err) MUST_CHECK;
void leaf_batch_begin(LeafReader *leaf);
static inline void leaf_skip(LeafReader *leaf, uint64_t rows) { leaf->pending_skip += rows; }
// rows <= LIMIT_BATCH_ROWS. Only the rows that are wanted need to come out right; the others'
// validity does too.
bool leaf_read_flat(LeafReader *leaf, uint32_t rows, Rows wanted, Vector *out,
                    Error *err) MUST_CHECK;
// Fills entry_count levels and value_count values.
bool leaf_read_levels(LeafReader *leaf, uint32_t rows, Error *err) MUST_CHECK;

// Moves `valid` dense values apart, so that each row of [from, from + count) whose bit is set gets
// its own; the others become zero.
void values_spread(void *values, uint32_t width, const uint64_t *validity, uint32_t from,
                   uint32_t count, uint32_t valid);
