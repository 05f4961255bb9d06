// SPDX-License-Identifier: Apache-2.0
// Appending rows of any form to a flat vector.
//
// The source reduces to (base values, index per row); one loop per value width copies. Structs
// recurse into their children, lists go value by value.
#include "kernel/column/value.h"
#include "kernel/exec/rows/row_store.h"

#define COPY(type, name)                                                                \
    static void copy_##name(void *restrict to_values, const void *restrict from_values, \
                            const uint32_t *restrict indexes, uint32_t count) {         \
        type *restrict to = to_values;                                                  \
        const type *restrict from = from_values;                                        \
        for (uint32_t i = 0; i < count; i++) to[i] = from[indexes[i]];                  \
    }
COPY(uint8_t, 1)
COPY(uint16_t, 2)
COPY(uint32_t, 4)
COPY(uint64_t, 8)
COPY(UInt128, 16)
#undef COPY

static void copy_indexed(size_t width, void *to, const void *from, const uint32_t *indexes,
                         uint32_t count) {
    switch (width) {
    case 1: copy_1(to, from, indexes, count); break;
    case 2: copy_2(to, from, indexes, count); break;
    case 4: copy_4(to, from, indexes, count); break;
    case 8: copy_8(to, from, indexes, count); break;
    case 16: copy_16(to, from, indexes, count); break;
    default: break;
    }
}

// indexes[i] = entry of the i-th row; 0 for null rows, whose code may be anything.
static void base_indexes(const Vector *from, Rows rows, uint32_t *indexes) {
    if (from->form == VECTOR_CONSTANT) {
        memset(indexes, 0, rows.count * sizeof *indexes);
    } else if (from->form == VECTOR_FLAT) {
        for (ROWS_EACH(rows, i, r)) indexes[i] = r;
    } else if (from->validity) {
        for (ROWS_EACH(rows, i, r)) indexes[i] = bit_get(from->validity, r) ? from->codes[r] : 0;
    } else {
        for (ROWS_EACH(rows, i, r)) indexes[i] = from->codes[r];
    }
}

static bool append_nulls(Vector *to, uint32_t at, const Vector *from, Rows rows, Arena *arena) {
    if (!vector_may_be_null(from)) return false;
    bool any = false;
    for (ROWS_EACH(rows, i, r))
        if (vector_is_null(from, r)) {
            bit_clear(vector_make_validity(to, arena), at + i);
            any = true;
        }
    return any;
}

static void own_strings(Vector *to, uint32_t at, uint32_t count, bool any_null, Arena *arena) {
    StringView *views = (StringView *)to->data + at;
    if (any_null)
        for (uint32_t i = 0; i < count; i++)
            if (!bit_get(to->validity, at + i)) views[i] = (StringView){0};
    for (uint32_t i = 0; i < count; i++) {
        if (views[i].bytes <= STRING_VIEW_INLINE_BYTES) continue;
        char *copy = arena_alloc_raw(arena, views[i].bytes, 1);
        memcpy(copy, views[i].data, views[i].bytes);
        views[i].data = copy;
    }
}

// The f-th child of a struct vector as a vector of the struct's form.
static Vector struct_child(const Vector *from, uint32_t field) {
    const Vector *base = from->form == VECTOR_DICTIONARY ? from->dictionary : from;
    Vector child = base->children[field];
    if (child.form == VECTOR_CONSTANT) {
        child.count = from->count;
    } else if (from->form == VECTOR_CONSTANT) {
        child.form = VECTOR_CONSTANT;
        child.count = from->count;
    } else if (from->form == VECTOR_DICTIONARY) {
        child = (Vector){.type = child.type,
                         .form = VECTOR_DICTIONARY,
                         .count = from->count,
                         .codes = from->codes,
                         .validity = from->validity,
                         .dictionary = &base->children[field]};
    }
    return child;
}

static void append_lists(Vector *to, uint32_t at, const Vector *from, Rows rows, Arena *arena) {
    AUTO(Arena, items) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Value value = vector_value(from, r, &items);
        Value owned = value.is_null ? value : value_copy(arena, value);
        vector_set_value(to, at + i, &owned, arena);
        if ((i & 255) == 255) arena_reset(&items);
    }
}

void vector_append_rows(Vector *to, uint32_t at, const Vector *from, Rows rows, Arena *arena,
                        bool own) {
    PhysicalType physical = type_physical(from->type);
    if (physical == PHYSICAL_LIST || physical == PHYSICAL_MAP) {
        append_lists(to, at, from, rows, arena);
        return;
    }
    bool any_null = append_nulls(to, at, from, rows, arena);
    if (physical == PHYSICAL_STRUCT) {
        for (uint32_t f = 0; f < from->type->field_count; f++) {
            Vector child = struct_child(from, f);
            vector_append_rows(&to->children[f], at, &child, rows, arena, own);
        }
        return;
    }
    size_t width = physical_bytes(physical);
    if (width == 0) return;
    char *target = (char *)to->data + width * at;
    const Vector *base = from->form == VECTOR_DICTIONARY ? from->dictionary : from;
    if (from->form == VECTOR_DICTIONARY && base->count == 0) {
        memset(target, 0, width * rows.count);
    } else if (from->form == VECTOR_FLAT && !rows.selection) {
        memcpy(target, base->data, width * rows.count);
    } else {
        uint32_t indexes[LIMIT_BATCH_ROWS];
        ASSERT(rows.count <= LIMIT_BATCH_ROWS);
        base_indexes(from, rows, indexes);
        copy_indexed(width, target, base->data, indexes, rows.count);
    }
    if (physical == PHYSICAL_STRING && own) own_strings(to, at, rows.count, any_null, arena);
}
