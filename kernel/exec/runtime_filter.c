// SPDX-License-Identifier: Apache-2.0
// Applying a join's runtime filter to a batch of its probe side: bounds first, then the Bloom
// filter.
#include "kernel/exec/bloom.h"
#include "kernel/exec/rows/keys.h"
#include "kernel/exec/source.h"

#define RANGE_LOOP(ctype)                                                   \
    do {                                                                    \
        const ctype *values = key->data;                                    \
        ctype low = (ctype)filter->low.i64, high = (ctype)filter->high.i64; \
        for (uint32_t c = 0; c < kept; c++) {                               \
            uint16_t i = places[c];                                         \
            places[left] = i;                                               \
            left += values[i] >= low && values[i] <= high;                  \
        }                                                                   \
    } while (0)

// Only where bounds are cheap to check; the scan has pruned by them what it could.
static uint32_t apply_range(const RuntimeFilter *filter, const Vector *key, uint16_t *places,
                            uint32_t kept) {
    uint32_t left = 0;
    if (!filter->has_range || filter->low.type->id == TYPE_DECIMAL) return kept;
    switch (type_physical(key->type)) {
    case PHYSICAL_INT8: RANGE_LOOP(int8_t); break;
    case PHYSICAL_INT16: RANGE_LOOP(int16_t); break;
    case PHYSICAL_INT32: RANGE_LOOP(int32_t); break;
    case PHYSICAL_INT64: RANGE_LOOP(int64_t); break;
    default: return kept;
    }
    return left;
}

static uint32_t apply_nulls(const Vector *key, uint16_t *places, uint32_t count) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        places[kept] = (uint16_t)i;
        kept += !key->validity || bit_get(key->validity, i);
    }
    return kept;
}

static uint32_t apply_bloom(const Bloom *bloom, const Vector *key, uint16_t *places,
                            uint32_t kept) {
    uint64_t hashes[LIMIT_BATCH_ROWS];
    keys_hash(key, 1, key->count, hashes);
    uint32_t left = 0;
    for (uint32_t c = 0; c < kept; c++) {
        uint16_t i = places[c];
        places[left] = i;
        left += bloom_has(bloom, hashes[i]);
    }
    return left;
}

void runtime_filter_apply(const RuntimeFilter *filter, Batch *batch, uint32_t position,
                          uint16_t *selection_storage) {
    if (!filter->is_ready || batch->selected_count == 0) return;
    Rows rows = batch_rows(batch);
    if (filter->is_empty) {
        batch_select(batch, (Rows){selection_storage, 0});
        return;
    }
    AUTO(Arena, arena) = {0};
    Vector key;
    key_pack(&batch->columns[position], rows, &arena, &key);
    uint16_t places[LIMIT_BATCH_ROWS];
    uint32_t kept = apply_nulls(&key, places, rows.count);
    kept = apply_range(filter, &key, places, kept);
    if (filter->bloom) kept = apply_bloom(filter->bloom, &key, places, kept);
    if (kept == rows.count) return;
    for (uint32_t c = 0; c < kept; c++)
        selection_storage[c] = rows.selection ? rows.selection[places[c]] : places[c];
    batch_select(batch, (Rows){selection_storage, kept});
}
