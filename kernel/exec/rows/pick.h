// SPDX-License-Identifier: Apache-2.0
// A batch's rows in another order or number, without copying values: dictionary vectors over what
// the batch has. Codes of vectors that are dictionaries already are composed, once per array of
// codes.
#pragma once

#include "kernel/column/batch.h"

typedef struct Pick {
    const uint32_t *rows; // of the batch
    uint32_t count;
    Arena *arena; // as long as the result
    struct {
        const uint32_t *from;
        const uint32_t *to;
    } composed[8]; // codes composed so far
    uint32_t composed_count;
} Pick;

// *out = in's rows pick->rows[0..count); *in must outlive it.
void pick_vector(Pick *pick, const Vector *in, Vector *out);
// Writes one row of any vector to row `at` of a flat one; bytes of text are shared.
void vector_put_row(Vector *out, uint32_t at, const Vector *from, uint32_t row, Arena *arena);
