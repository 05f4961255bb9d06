// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/bloom.h"

#include <stdlib.h>

enum { BITS_PER_KEY = 12, WORD_BITS_MIN = 3 };

static uint32_t word_bits(uint64_t keys) {
    uint32_t bits = WORD_BITS_MIN;
    while (bits < 40 && (UINT64_C(64) << bits) < keys * BITS_PER_KEY) bits++;
    return bits;
}

uint64_t bloom_bytes(uint64_t keys) { return UINT64_C(8) << word_bits(keys); }

bool bloom_init(Bloom *bloom, uint64_t keys) {
    bloom->word_bits = word_bits(keys);
    bloom->words = calloc((size_t)1 << bloom->word_bits, sizeof(uint64_t));
    return bloom->words != NULL;
}

void bloom_deinit(Bloom *bloom) {
    free(bloom->words);
    bloom->words = NULL;
}
