// SPDX-License-Identifier: Apache-2.0
// Putting vectors together.
#include "kernel/column/vector.h"

static void concat_validity(const Vector *parts, uint32_t part_count, Vector *out, Arena *arena) {
    uint32_t at = 0;
    for (uint32_t p = 0; p < part_count; p++) {
        if (vector_may_be_null(&parts[p])) {
            uint64_t *validity = vector_make_validity(out, arena);
            for (uint32_t i = 0; i < parts[p].count; i++)
                if (vector_is_null(&parts[p], i)) bit_clear(validity, at + i);
        }
        at += parts[p].count;
    }
}

// Elements of all parts' lists behind each other; offsets move by what stands before.
static void concat_elements(const Vector *flats, uint32_t part_count, const Type *type,
                            Arena *arena, Vector *out) {
    ListView *lists = out->data;
    Vector *children = ARENA_ARRAY(arena, Vector, part_count + 1);
    uint32_t at = 0, base = 0;
    for (uint32_t p = 0; p < part_count; p++) {
        for (uint32_t i = 0; i < flats[p].count; i++) lists[at++].offset += base;
        base += flats[p].children[0].count;
    }
    for (uint32_t f = 0; f < type->field_count; f++) {
        for (uint32_t p = 0; p < part_count; p++) children[p] = flats[p].children[f];
        vector_concat(children, part_count, type->fields[f].type, arena, &out->children[f]);
    }
}

void vector_concat(const Vector *parts, uint32_t part_count, const Type *type, Arena *arena,
                   Vector *out) {
    Vector *flats = ARENA_ARRAY(arena, Vector, part_count + 1);
    uint32_t total = 0;
    for (uint32_t p = 0; p < part_count; p++) {
        vector_flatten(&parts[p], (Rows){NULL, parts[p].count}, arena, &flats[p]);
        flats[p].count = parts[p].count;
        total += parts[p].count;
    }
    vector_init_flat(out, type, total, arena);
    size_t width = physical_bytes(type_physical(type));
    char *to = out->data;
    for (uint32_t p = 0; p < part_count && width; p++) {
        size_t bytes = width * flats[p].count;
        if (bytes) memcpy(to, flats[p].data, bytes);
        to += bytes;
    }
    concat_validity(flats, part_count, out, arena);
    if (type->id == TYPE_ARRAY || type->id == TYPE_MAP)
        concat_elements(flats, part_count, type, arena, out);
    if (type->id != TYPE_STRUCT) return;
    Vector *children = ARENA_ARRAY(arena, Vector, part_count + 1);
    for (uint32_t f = 0; f < type->field_count; f++) {
        for (uint32_t p = 0; p < part_count; p++) {
            children[p] = flats[p].children[f];
            children[p].count = flats[p].count;
        }
        vector_concat(children, part_count, type->fields[f].type, arena, &out->children[f]);
    }
}

#define SCATTER(type)                                               \
    do {                                                            \
        type *restrict to = out->data;                              \
        const type *restrict from = base->data;                     \
        if (in->form == VECTOR_FLAT)                                \
            for (ROWS_EACH(rows, i, r)) to[r] = from[r];            \
        else if (in->form == VECTOR_CONSTANT)                       \
            for (ROWS_EACH(rows, i, r)) to[r] = from[0];            \
        else                                                        \
            for (ROWS_EACH(rows, i, r)) to[r] = from[in->codes[r]]; \
    } while (0)

static void scatter_nulls(const Vector *in, Rows rows, Vector *out, Arena *arena) {
    bool any = false;
    for (ROWS_EACH(rows, i, r)) any |= vector_is_null(in, r);
    if (!any) return;
    uint64_t *validity = vector_make_validity(out, arena);
    for (ROWS_EACH(rows, i, r))
        if (vector_is_null(in, r)) bit_clear(validity, r);
}

void vector_scatter(const Vector *in, Rows rows, Vector *out, Arena *arena) {
    if (vector_may_be_null(in)) scatter_nulls(in, rows, out, arena);
    const Vector *base = in->form == VECTOR_DICTIONARY ? in->dictionary : in;
    if (in->form == VECTOR_DICTIONARY && (in->validity || base->count == 0)) {
        // Codes of null rows are not to be read.
        size_t width = physical_bytes(type_physical(in->type));
        for (ROWS_EACH(rows, i, r)) {
            if (in->validity && !bit_get(in->validity, r)) continue;
            if (width)
                memcpy((char *)out->data + width * r,
                       (const char *)base->data + width * in->codes[r], width);
        }
        return;
    }
    switch (physical_bytes(type_physical(in->type))) {
    case 1: SCATTER(uint8_t); break;
    case 2: SCATTER(uint16_t); break;
    case 4: SCATTER(uint32_t); break;
    case 8: SCATTER(uint64_t); break;
    case 16: SCATTER(UInt128); break;
    default: break;
    }
}
