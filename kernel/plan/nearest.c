// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/nearest.h"

#include <stdlib.h>

enum { NAME_BYTES_MAX = 255 };

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

uint32_t edit_distance(Slice a, Slice b, uint32_t limit) {
    a = slice_first(a, NAME_BYTES_MAX);
    b = slice_first(b, NAME_BYTES_MAX);
    uint32_t row[NAME_BYTES_MAX + 1];
    for (uint32_t j = 0; j <= b.bytes; j++) row[j] = j;
    for (uint32_t i = 1; i <= a.bytes; i++) {
        uint32_t diagonal = row[0];
        row[0] = i;
        for (uint32_t j = 1; j <= b.bytes; j++) {
            uint32_t change = diagonal + (lower(a.data[i - 1]) != lower(b.data[j - 1]));
            diagonal = row[j];
            row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return MIN(row[b.bytes], limit);
}

typedef struct Candidate {
    uint32_t distance;
    uint32_t index;
} Candidate;

static int candidate_compare(const void *a, const void *b) {
    const Candidate *x = a, *y = b;
    if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

uint32_t nearest_names(Slice name, const Slice *candidates, uint32_t count, Slice *out,
                       uint32_t limit) {
    if (!count) return 0;
    Candidate *order = xcalloc(count, sizeof *order);
    for (uint32_t i = 0; i < count; i++)
        order[i] = (Candidate){edit_distance(name, candidates[i], UINT32_MAX), i};
    qsort(order, count, sizeof *order, candidate_compare);
    uint32_t found = MIN(limit, count);
    for (uint32_t i = 0; i < found; i++) out[i] = candidates[order[i].index];
    free(order);
    return found;
}
