// SPDX-License-Identifier: Apache-2.0
// Runtime filters from a join's build side: the bounds and a Bloom filter of each key.
#include "kernel/exec/bloom.h"
#include "kernel/exec/join/join.h"
#include "kernel/exec/rows/keys.h"

#include <stdlib.h>

enum { BLOOM_KEYS_MAX = 1 << 25 };

// Probe rows without a partner must be of no use.
static bool may_filter(const Join *join) {
    JoinKind kind = join->node->join.kind;
    if (join->is_swapped) return kind != JOIN_RIGHT && kind != JOIN_FULL;
    return (join->result == PROBE_PAIRS && !join->keep_probe) || join->result == PROBE_SEMI;
}

#define RANGE_LOOP(ctype)                                                 \
    do {                                                                  \
        const ctype *values = key->data;                                  \
        for (uint32_t i = 0; i < key->count; i++) {                       \
            if (key->validity && !bit_get(key->validity, i)) continue;    \
            if (low == UINT32_MAX || values[i] < values[low]) low = i;    \
            if (high == UINT32_MAX || values[i] > values[high]) high = i; \
        }                                                                 \
    } while (0)

// Rows of the least and the greatest key; false for types without useful bounds.
static bool find_range(const Vector *key, uint32_t *low_row, uint32_t *high_row) {
    uint32_t low = UINT32_MAX, high = UINT32_MAX;
    switch (type_physical(key->type)) {
    case PHYSICAL_INT8: RANGE_LOOP(int8_t); break;
    case PHYSICAL_INT16: RANGE_LOOP(int16_t); break;
    case PHYSICAL_INT32: RANGE_LOOP(int32_t); break;
    case PHYSICAL_INT64: RANGE_LOOP(int64_t); break;
    case PHYSICAL_INT128: RANGE_LOOP(Int128); break;
    case PHYSICAL_STRING:
        if (key->type->collation.bytes) return false;
        for (uint32_t i = 0; i < key->count; i++) {
            if (vector_is_null(key, i)) continue;
            if (low == UINT32_MAX || vector_compare_rows(key, i, key, low) < 0) low = i;
            if (high == UINT32_MAX || vector_compare_rows(key, i, key, high) > 0) high = i;
        }
        break;
    default: return false;
    }
    *low_row = low;
    *high_row = high;
    return low != UINT32_MAX;
}

static bool fill_bloom(Bloom *bloom, const Vector *key, Query *query, Error *err) {
    for (uint32_t at = 0; at < key->count; at += LIMIT_BATCH_ROWS) {
        uint64_t hashes[LIMIT_BATCH_ROWS];
        Vector slice = vector_slice(key, at, MIN(key->count - at, (uint32_t)LIMIT_BATCH_ROWS));
        keys_hash(&slice, 1, slice.count, hashes);
        for (uint32_t i = 0; i < slice.count; i++)
            if (!slice.validity || bit_get(slice.validity, i)) bloom_add(bloom, hashes[i]);
        if (!query_check(query, err)) return false;
    }
    return true;
}

static bool fill_filter(Join *join, uint32_t k, RuntimeFilter *filter, Query *query, Error *err) {
    const Vector *key = &join->keys[k];
    uint32_t low, high;
    filter->is_empty = join->table.entry_count == 0;
    filter->has_range = !type_is_nested(join->build.keys[k]->type) && find_range(key, &low, &high);
    if (filter->has_range) {
        filter->low = value_copy(&join->arena, vector_value(key, low, &join->arena));
        filter->high = value_copy(&join->arena, vector_value(key, high, &join->arena));
    }
    uint64_t bytes = bloom_bytes(join->row_count);
    if (!filter->is_empty && join->row_count <= BLOOM_KEYS_MAX &&
        memory_reserve(query->memory, bytes)) {
        join->charged_bytes += bytes;
        if (bloom_init(&join->blooms[k], join->row_count)) {
            if (!fill_bloom(&join->blooms[k], key, query, err)) return false;
            filter->bloom = &join->blooms[k];
        }
    }
    filter->is_ready = true;
    return true;
}

bool join_make_filters(Join *join, Query *query, Error *err) {
    RuntimeFilter **filters = join->node->join.runtime_filters;
    const bool *null_safe = join->node->join.null_safe;
    if (!filters || !may_filter(join)) return true;
    join->blooms = xcalloc(join->key_count + 1, sizeof(Bloom));
    for (uint32_t k = 0; k < join->key_count; k++)
        if (filters[k] && !(null_safe && null_safe[k]) &&
            !fill_filter(join, k, filters[k], query, err))
            return false;
    return true;
}
