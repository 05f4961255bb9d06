// SPDX-License-Identifier: Apache-2.0
// A set of row positions of one file, read from a serialised 64-bit Roaring bitmap.
//
// Rows are kept in chunks of 65,536 by their upper 48 bits, each a sorted array or a bitmap as it
// stood in the bytes. The bytes are foreign: every length, order and count is checked, and what is
// not canonical is refused. Immutable after the read; lives in the arena it was read into.
#pragma once

#include "base/arena.h"
#include "base/error.h"

typedef struct RowChunk {
    uint64_t key;           // row >> 16; ascending in a set
    uint32_t count;         // rows of the chunk, 1..65536
    const uint16_t *values; // ascending; NULL: bits
    const uint64_t *bits;   // 1024 words; NULL: values
} RowChunk;

typedef struct DeletedRows {
    RowChunk *chunks;
    uint32_t chunk_count;
    uint64_t count; // rows
} DeletedRows;

// Reads the portable serialisation of a 64-bit Roaring bitmap: u64 number of buckets, then per
// bucket a u32 key and a 32-bit bitmap, all little-endian. The bytes must be used up. On failure
// *reason is a static sentence and false is returned.
bool deleted_rows_read(DeletedRows *set, Arena *arena, Slice bytes, const char **reason) MUST_CHECK;
bool deleted_rows_contains(const DeletedRows *set, uint64_t row);
// Sets bit i of `bits` for every row first + i of the set with i < count; other bits stay.
void deleted_rows_mark(const DeletedRows *set, uint64_t first, uint64_t count, uint64_t *bits);
// Rows of the set in [first, first + count).
uint64_t deleted_rows_count(const DeletedRows *set, uint64_t first, uint64_t count);
// Largest row, 0 for the empty set.
uint64_t deleted_rows_last(const DeletedRows *set);
