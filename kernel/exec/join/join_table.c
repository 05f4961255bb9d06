// SPDX-License-Identifier: Apache-2.0
// Built in three passes: blocks of rows count their rows per partition (the upper bits of the
// slot), scatter them into partitions in row order, and each partition then counts and fills its
// own slots. Every pass runs on all threads and writes places that no other task writes.
#include "kernel/exec/join/join_table.h"

#include "kernel/exec/rows/keys.h"

#include <stdlib.h>

enum { BLOCK_ROWS = 1 << 16, PARTITION_BITS_MAX = 7, PARTITIONS_MAX = 1 << PARTITION_BITS_MAX };

typedef struct Builder {
    JoinTable *table;
    Query *query;
    const Vector *keys;
    uint32_t key_count;
    const bool *null_safe;
    uint32_t count;
    uint32_t partition_bits;
    uint64_t *hashes;
    uint64_t *values; // exact tables: keys by row
    JoinEntry *scattered;
    uint64_t *scattered_hashes;
    uint64_t *starts; // [block * partitions + partition], then where the block writes next
    uint64_t partition_start[PARTITIONS_MAX + 1];
    atomic_bool has_null;
} Builder;

Vector vector_slice(const Vector *vector, uint32_t first, uint32_t count) {
    ASSERT(first % 64 == 0 && vector->form == VECTOR_FLAT);
    Vector slice = *vector;
    slice.count = count;
    if (slice.data)
        slice.data = (char *)slice.data + first * physical_bytes(type_physical(vector->type));
    if (slice.validity) slice.validity += first / 64;
    return slice;
}

void join_exact_keys(const Vector *key, uint32_t count, uint64_t *values) {
#define WIDEN(ctype) \
    for (uint32_t i = 0; i < count; i++) values[i] = ((const ctype *)key->data)[i]
    switch (physical_bytes(type_physical(key->type))) {
    case 1: WIDEN(uint8_t); break;
    case 2: WIDEN(uint16_t); break;
    case 4: WIDEN(uint32_t); break;
    case 8: WIDEN(uint64_t); break;
    default: memset(values, 0, count * sizeof *values); break;
    }
#undef WIDEN
}

static bool row_is_out(const Builder *builder, uint32_t row) {
    for (uint32_t k = 0; k < builder->key_count; k++)
        if (builder->keys[k].validity && !(builder->null_safe && builder->null_safe[k]) &&
            !bit_get(builder->keys[k].validity, row))
            return true;
    return false;
}

static bool may_be_out(const Builder *builder) {
    for (uint32_t k = 0; k < builder->key_count; k++)
        if (builder->keys[k].validity && !(builder->null_safe && builder->null_safe[k]))
            return true;
    return false;
}

static uint32_t partition_of(const Builder *builder, uint64_t hash) {
    return builder->partition_bits ? (uint32_t)(hash >> (64 - builder->partition_bits)) : 0;
}

// Hashes a block and counts its rows per partition.
static bool count_block(void *context, uint64_t block, uint32_t worker, Error *err) {
    (void)worker;
    Builder *builder = context;
    uint32_t first = (uint32_t)block * BLOCK_ROWS;
    uint32_t stop = MIN(builder->count, first + BLOCK_ROWS);
    uint64_t *counts = builder->starts + (block << builder->partition_bits);
    bool check = may_be_out(builder);
    for (uint32_t at = first; at < stop; at += LIMIT_BATCH_ROWS) {
        uint32_t part = MIN(stop - at, (uint32_t)LIMIT_BATCH_ROWS);
        AUTO(Arena, arena) = {0};
        Vector *slices = ARENA_ARRAY(&arena, Vector, builder->key_count + 1);
        for (uint32_t k = 0; k < builder->key_count; k++)
            slices[k] = vector_slice(&builder->keys[k], at, part);
        keys_hash(slices, builder->key_count, part, builder->hashes + at);
        if (builder->values) join_exact_keys(&slices[0], part, builder->values + at);
        if (!query_check(builder->query, err)) return false;
    }
    for (uint32_t row = first; row < stop; row++) {
        if (check && row_is_out(builder, row)) atomic_store(&builder->has_null, true);
        else counts[partition_of(builder, builder->hashes[row])]++;
    }
    return true;
}

static bool scatter_block(void *context, uint64_t block, uint32_t worker, Error *err) {
    (void)worker;
    Builder *builder = context;
    uint32_t first = (uint32_t)block * BLOCK_ROWS;
    uint32_t stop = MIN(builder->count, first + BLOCK_ROWS);
    uint64_t *next = builder->starts + (block << builder->partition_bits);
    bool check = may_be_out(builder);
    for (uint32_t row = first; row < stop; row++) {
        if (check && row_is_out(builder, row)) continue;
        uint64_t hash = builder->hashes[row];
        uint64_t at = next[partition_of(builder, hash)]++;
        builder->scattered[at] = (JoinEntry){builder->values ? builder->values[row] : hash, row};
        builder->scattered_hashes[at] = hash;
    }
    return query_check(builder->query, err);
}

// Fills the partition's slots: counts, where they start, entries in order.
static bool fill_partition(void *context, uint64_t partition, uint32_t worker, Error *err) {
    (void)worker;
    Builder *builder = context;
    JoinTable *table = builder->table;
    uint32_t shift = 64 - table->slot_bits;
    uint64_t start = builder->partition_start[partition];
    uint64_t stop = builder->partition_start[partition + 1];
    uint64_t slots = UINT64_C(1) << (table->slot_bits - builder->partition_bits);
    uint64_t first = partition * slots;
    uint64_t *directory = table->directory;
    for (uint64_t i = start; i < stop; i++) {
        uint64_t hash = builder->scattered_hashes[i], slot = hash >> shift;
        directory[slot] = (directory[slot] + 0x10000) | join_tag(hash);
    }
    uint64_t at = start;
    for (uint64_t slot = first; slot < first + slots; slot++) {
        uint64_t word = directory[slot];
        directory[slot] = at << 16 | (word & 0xFFFF);
        at += word >> 16;
    }
    if (!query_check(builder->query, err)) return false;
    for (uint64_t i = start; i < stop; i++) {
        uint64_t slot = builder->scattered_hashes[i] >> shift;
        table->entries[directory[slot] >> 16] = builder->scattered[i];
        directory[slot] += 0x10000;
    }
    for (uint64_t slot = first + slots - 1; slot > first; slot--)
        directory[slot] = (directory[slot - 1] >> 16 << 16) | (directory[slot] & 0xFFFF);
    directory[first] = start << 16 | (directory[first] & 0xFFFF);
    return true;
}

static void make_starts(Builder *builder, uint64_t blocks) {
    uint64_t partitions = UINT64_C(1) << builder->partition_bits, total = 0;
    for (uint64_t p = 0; p < partitions; p++) {
        builder->partition_start[p] = total;
        for (uint64_t b = 0; b < blocks; b++) {
            uint64_t *start = &builder->starts[(b << builder->partition_bits) + p];
            uint64_t rows = *start;
            *start = total;
            total += rows;
        }
    }
    builder->partition_start[partitions] = total;
    builder->table->entry_count = total;
}

static bool run_passes(Builder *builder, Error *err) {
    uint64_t blocks = ((uint64_t)builder->count + BLOCK_ROWS - 1) / BLOCK_ROWS;
    JoinTable *table = builder->table;
    if (!run_parallel(builder->query, count_block, builder, blocks, err)) return false;
    make_starts(builder, blocks);
    table->has_null_key = atomic_load(&builder->has_null);
    if (!run_parallel(builder->query, scatter_block, builder, blocks, err)) return false;
    uint64_t partitions = UINT64_C(1) << builder->partition_bits;
    if (!run_parallel(builder->query, fill_partition, builder, partitions, err)) return false;
    table->directory[UINT64_C(1) << table->slot_bits] = table->entry_count << 16;
    return true;
}

static bool reserve(JoinTable *table, Query *query, uint64_t bytes, Error *err) {
    if (!memory_reserve(query->memory, bytes)) return memory_fail(query->memory, "join", err);
    table->charged_bytes += bytes;
    return true;
}

bool join_table_build(JoinTable *table, Query *query, const Vector *keys, uint32_t key_count,
                      const bool *null_safe, uint32_t count, Error *err) {
    *table = (JoinTable){.memory = query->memory, .slot_bits = 4};
    PhysicalType physical = key_count == 1 ? type_physical(keys[0].type) : PHYSICAL_COUNT;
    bool null_is_key = key_count && null_safe && null_safe[0] && keys[0].validity;
    table->is_exact = key_count == 1 && physical_bytes(physical) <= 8 && !null_is_key;
    while ((UINT64_C(1) << table->slot_bits) < count) table->slot_bits++;
    uint64_t slots = (UINT64_C(1) << table->slot_bits) + 1;
    uint64_t final_bytes = slots * 8 + (uint64_t)count * sizeof(JoinEntry);
    uint64_t passing = (uint64_t)count * (sizeof(JoinEntry) + 24);
    if (!reserve(table, query, final_bytes + passing, err)) return false;
    Builder *builder = xcalloc(1, sizeof *builder);
    *builder = (Builder){.table = table,
                         .query = query,
                         .keys = keys,
                         .key_count = key_count,
                         .null_safe = null_safe,
                         .count = count};
    if (count > BLOCK_ROWS) builder->partition_bits = PARTITION_BITS_MAX;
    size_t room = (size_t)count + 1;
    table->directory = xcalloc(slots, sizeof(uint64_t));
    table->entries = xmalloc(room * sizeof(JoinEntry));
    builder->hashes = xmalloc(room * sizeof(uint64_t));
    if (table->is_exact) builder->values = xmalloc(room * sizeof(uint64_t));
    builder->scattered = xmalloc(room * sizeof(JoinEntry));
    builder->scattered_hashes = xmalloc(room * sizeof(uint64_t));
    builder->starts =
        xcalloc(((size_t)count / BLOCK_ROWS + 1) << builder->partition_bits, sizeof(uint64_t));
    bool ok = run_passes(builder, err);
    free(builder->hashes);
    free(builder->values);
    free(builder->scattered);
    free(builder->scattered_hashes);
    free(builder->starts);
    free(builder);
    memory_release(query->memory, passing);
    table->charged_bytes -= passing;
    return ok;
}

void join_table_deinit(JoinTable *table) {
    free(table->directory);
    free(table->entries);
    if (table->charged_bytes) memory_release(table->memory, table->charged_bytes);
    *table = (JoinTable){0};
}
