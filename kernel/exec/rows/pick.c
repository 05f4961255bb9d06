// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/rows/pick.h"

#include "kernel/column/value.h"

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

void vector_put_row(Vector *out, uint32_t at, const Vector *from, uint32_t row, Arena *arena) {
    if (vector_is_null(from, row)) {
        bit_clear(vector_make_validity(out, arena), at);
        return;
    }
    if (type_is_nested(out->type)) {
        Value value = vector_value(from, row, arena);
        vector_set_value(out, at, &value, arena);
        return;
    }
    uint32_t index;
    const Vector *base = vector_base(from, row, &index);
    size_t bytes = physical_bytes(type_physical(out->type));
    if (bytes)
        memcpy((char *)out->data + bytes * at, (const char *)base->data + bytes * index, bytes);
}
