// SPDX-License-Identifier: Apache-2.0
// A Bloom filter of key hashes: one 64-bit word per key, four bits of it set.
#pragma once

#include "base/macros.h"

typedef struct Bloom {
    uint64_t *words;
    uint32_t word_bits; // log2 of their number
} Bloom;

// Zeroed words for about `keys` keys; false: out of memory (words is NULL).
bool bloom_init(Bloom *bloom, uint64_t keys) MUST_CHECK;
void bloom_deinit(Bloom *bloom);
uint64_t bloom_bytes(uint64_t keys);

static inline uint64_t bloom_mask(uint64_t hash) {
    return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) |
           UINT64_C(1) << (hash >> 12 & 63) | UINT64_C(1) << (hash >> 18 & 63);
}
static inline uint64_t bloom_word(const Bloom *bloom, uint64_t hash) {
    return hash >> (64 - bloom->word_bits);
}
static inline void bloom_add(Bloom *bloom, uint64_t hash) {
    bloom->words[bloom_word(bloom, hash)] |= bloom_mask(hash);
}
static inline bool bloom_has(const Bloom *bloom, uint64_t hash) {
    uint64_t mask = bloom_mask(hash);
    return (bloom->words[bloom_word(bloom, hash)] & mask) == mask;
}
