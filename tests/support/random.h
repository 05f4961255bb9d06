// SPDX-License-Identifier: Apache-2.0
// Random numbers of tests: a new seed each run, printed, or the one that TARN_TEST_SEED names.
#pragma once

#include "base/hash.h"

typedef struct Random {
    uint64_t state;
} Random;

Random random_new(void);
static inline uint64_t random_u64(Random *random) {
    return hash_u64(random->state += 0x9E3779B97F4A7C15u);
}
// Less than `limit`, which is not 0.
static inline size_t random_below(Random *random, size_t limit) {
    return limit ? random_u64(random) % limit : 0;
}
