// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/rows/pick.h"

static const uint32_t *compose(Pick *pick, const Vector *in) {
    for (uint32_t i = 0; i < pick->composed_count; i++)
        if (pick->composed[i].from == in->codes) return pick->composed[i].to;
    uint32_t *codes = arena_alloc_raw(pick->arena, sizeof *codes * (pick->count + 1), 8);
    for (uint32_t i = 0; i < pick->count; i++) codes[i] = in->codes[pick->rows[i]];
    if (pick->composed_count < COUNT_OF(pick->composed)) {
        pick->composed[pick->composed_count].from = in->codes;
        pick->composed[pick->composed_count++].to = codes;
    }
    return codes;
}

void pick_vector(Pick *pick, const Vector *in, Vector *out) {
    if (in->form == VECTOR_CONSTANT) {
        *out = *in;
        out->count = pick->count;
        return;
    }
    if (in->form == VECTOR_FLAT) {
        *out = (Vector){.type = in->type,
                        .form = VECTOR_DICTIONARY,
                        .count = pick->count,
                        .codes = pick->rows,
                        .dictionary = in};
        return;
    }
    Vector picked = {.type = in->type,
                     .form = VECTOR_DICTIONARY,
                     .count = pick->count,
                     .codes = compose(pick, in),
                     .dictionary = in->dictionary,
                     .dictionary_id = in->dictionary_id};
    if (in->validity) {
        uint64_t *validity = vector_make_validity(&picked, pick->arena);
        for (uint32_t i = 0; i < pick->count; i++)
            if (!bit_get(in->validity, pick->rows[i])) bit_clear(validity, i);
    }
    *out = picked;
}
