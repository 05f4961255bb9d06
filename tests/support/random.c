// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

Random random_new(void) {
    const char *given = getenv("TARN_TEST_SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed = given ? strtoull(given, NULL, 10) : hash_u64((uint64_t)now.tv_nsec) % 1000000;
    printf("TARN_TEST_SEED=%" PRIu64 "\n", seed);
    return (Random){hash_u64(seed + 1)};
}
