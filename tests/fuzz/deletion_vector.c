// SPDX-License-Identifier: Apache-2.0
// The serialised form of a deletion vector.
#include "kernel/lake/delta/deletion/deletion_vector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    AUTO(Arena, arena) = {0};
    DeletedRows set;
    const char *reason = NULL;
    if (!delta_vector_parse(slice_of((const char *)data, bytes), &arena, &set, &reason)) {
        ASSERT(reason);
        return 0;
    }
    uint64_t bits[64] = {0}, last = deleted_rows_last(&set);
    uint64_t first = last > 1000 ? last - 1000 : 0;
    deleted_rows_mark(&set, first, 64 * 64, bits);
    uint64_t marked = 0;
    for (int i = 0; i < 64; i++) marked += (uint64_t)__builtin_popcountll(bits[i]);
    ASSERT(marked == deleted_rows_count(&set, first, 64 * 64));
    ASSERT(set.count == 0 || deleted_rows_contains(&set, last));
    ASSERT(deleted_rows_count(&set, 0, last + 1) == set.count);
    return 0;
}
