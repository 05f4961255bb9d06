// SPDX-License-Identifier: Apache-2.0
// The hash table of a join: a directory of slots into one array of entries, sorted by slot.
//
// A directory word holds where the slot's entries start (upper 48 bits; the next word says where
// they end) and a 16-bit filter of their hashes, so that most keys without a partner cost one
// look-up. Slots are the upper bits of the hash; the entries of a slot are in row order, so
// partners come out in the order of the build side. One fixed-width key stands in the entry itself;
// else the entry has the hash and the key columns are compared. Immutable once built.
#pragma once

#include "kernel/exec/pipeline/pipeline.h"

typedef struct JoinEntry {
    uint64_t key; // or the hash
    uint64_t row;
} JoinEntry;

typedef struct JoinTable {
    uint64_t *directory; // slots + 1
    JoinEntry *entries;
    uint32_t slot_bits;
    uint64_t entry_count;
    bool is_exact;     // entries hold the key
    bool has_null_key; // some row was left out for a null
    uint64_t charged_bytes;
    MemoryAccount *memory;
} JoinTable;

// Of rows 0..count-1 with these packed keys; a row with a null key is left out unless the key is
// null safe (`null_safe` may be NULL).
bool join_table_build(JoinTable *table, Query *query, const Vector *keys, uint32_t key_count,
                      const bool *null_safe, uint32_t count, Error *err) MUST_CHECK;
void join_table_deinit(JoinTable *table);

// The hash of one fixed-width key is made from its bits alone, so that exact tables need no hash.
static inline uint64_t join_tag(uint64_t hash) {
    return UINT64_C(1) << (hash & 15) | UINT64_C(1) << (hash >> 4 & 15);
}
// The key's value as entries have it: zero-extended.
void join_exact_keys(const Vector *key, uint32_t count, uint64_t *values);
// A slice of a flat vector from a row that is a multiple of 64.
Vector vector_slice(const Vector *vector, uint32_t first, uint32_t count);
