// SPDX-License-Identifier: Apache-2.0
// Making, flattening, gathering and comparing vectors.
//
// Gathering works on a list of base indexes: each form reduces to (base vector, index per row, null
// mask), and one loop per value width moves the values.
#include "kernel/column/vector.h"

StringView string_view_copy(Arena *arena, Slice s) {
    if (s.bytes <= STRING_VIEW_INLINE_BYTES) return string_view_of(s.data, (uint32_t)s.bytes);
    char *copy = arena_alloc_raw(arena, s.bytes, 1);
    memcpy(copy, s.data, s.bytes);
    return string_view_of(copy, (uint32_t)s.bytes);
}

int string_view_compare(const StringView *a, const StringView *b) {
    uint32_t head_a, head_b;
    memcpy(&head_a, a->prefix, 4);
    memcpy(&head_b, b->prefix, 4);
    if (head_a != head_b) // unused in-place bytes are zero: a shorter string comes first
        return __builtin_bswap32(head_a) < __builtin_bswap32(head_b) ? -1 : 1;
    return slice_compare(string_view_slice(a), string_view_slice(b));
}

static void init_values(Vector *vector, Arena *arena) {
    PhysicalType physical = type_physical(vector->type);
    size_t bytes = physical_bytes(physical) * (vector->count ? vector->count : 1);
    if (bytes == 0) return;
    vector->data = arena_alloc_raw(arena, bytes, 64);
    if (physical == PHYSICAL_STRING || physical == PHYSICAL_LIST || physical == PHYSICAL_MAP)
        memset(vector->data, 0, bytes);
}

void vector_init_flat(Vector *vector, const Type *type, uint32_t capacity, Arena *arena) {
    *vector = (Vector){.type = type, .form = VECTOR_FLAT, .count = capacity};
    init_values(vector, arena);
    if (!type_is_nested(type)) return;
    vector->children = ARENA_ARRAY(arena, Vector, type->field_count ? type->field_count : 1);
    for (uint32_t i = 0; i < type->field_count; i++)
        vector_init_flat(&vector->children[i], type->fields[i].type,
                         type->id == TYPE_STRUCT ? capacity : 0, arena);
}

static void vector_resize(Vector *vector, uint32_t capacity, uint32_t kept, Arena *arena) {
    Vector old = *vector;
    ASSERT(old.form == VECTOR_FLAT);
    vector->count = capacity;
    init_values(vector, arena);
    size_t bytes = physical_bytes(type_physical(vector->type));
    if (kept && bytes) memcpy(vector->data, old.data, bytes * kept);
    if (old.validity) {
        vector->validity = arena_alloc_raw(arena, bit_bytes(capacity ? capacity : 1), 8);
        memset(vector->validity, 0xFF, bit_bytes(capacity ? capacity : 1));
        memcpy(vector->validity, old.validity, kept / 64 * 8);
        for (uint32_t i = kept / 64 * 64; i < kept; i++)
            if (!bit_get(old.validity, i)) bit_clear(vector->validity, i);
    }
    if (vector->type->id != TYPE_STRUCT) return;
    for (uint32_t i = 0; i < vector->type->field_count; i++)
        vector_resize(&vector->children[i], capacity, kept, arena);
}

void vector_reserve_elements(Vector *vector, uint32_t capacity, uint32_t kept, Arena *arena) {
    ASSERT(vector->type->id == TYPE_ARRAY || vector->type->id == TYPE_MAP);
    for (uint32_t i = 0; i < vector->type->field_count; i++)
        vector_resize(&vector->children[i], capacity, kept, arena);
}

void vector_init_null(Vector *vector, const Type *type, uint32_t count, Arena *arena) {
    vector_init_flat(vector, type, 1, arena);
    if (vector->data) memset(vector->data, 0, physical_bytes(type_physical(type)));
    vector->validity = ARENA_NEW(arena, uint64_t);
    vector->form = VECTOR_CONSTANT;
    vector->count = count;
}

uint64_t *vector_make_validity(Vector *vector, Arena *arena) {
    if (vector->validity) return vector->validity;
    size_t bytes = bit_bytes(vector->count ? vector->count : 1);
    vector->validity = arena_alloc_raw(arena, bytes, 64);
    memset(vector->validity, 0xFF, bytes);
    return vector->validity;
}

// One loop per width; `to` is packed or not by the two index lists. NULL `at`: i itself.
#define GATHER(type, name)                                                                 \
    static void gather_##name(type *restrict to, const uint16_t *restrict at,              \
                              const type *restrict from, const uint32_t *restrict indexes, \
                              uint32_t count) {                                            \
        if (at)                                                                            \
            for (uint32_t i = 0; i < count; i++) to[at[i]] = from[indexes[i]];             \
        else                                                                               \
            for (uint32_t i = 0; i < count; i++) to[i] = from[indexes[i]];                 \
    }
GATHER(uint8_t, 1)
GATHER(uint16_t, 2)
GATHER(uint32_t, 4)
GATHER(uint64_t, 8)
GATHER(UInt128, 16)
#undef GATHER

static void gather_values(size_t bytes, void *to, const uint16_t *at, const void *from,
                          const uint32_t *indexes, uint32_t count) {
    switch (bytes) {
    case 1: gather_1(to, at, from, indexes, count); break;
    case 2: gather_2(to, at, from, indexes, count); break;
    case 4: gather_4(to, at, from, indexes, count); break;
    case 8: gather_8(to, at, from, indexes, count); break;
    case 16: gather_16(to, at, from, indexes, count); break;
    default: break;
    }
}

// The core: out (flat, out_count rows, memory made here) takes base[indexes[i]] at row at[i] (NULL:
// i); rows whose bit in nulls (by output row) is set become null. Index 0 must be readable even for
// null rows unless base is empty.
static void gather(const Vector *base, const uint32_t *indexes, const uint16_t *at, uint32_t count,
                   uint32_t out_count, Arena *arena, Vector *out) {
    const Vector from = *base; // out may be the vector that base is
    *out = (Vector){.type = from.type, .form = VECTOR_FLAT, .count = out_count};
    size_t bytes = physical_bytes(type_physical(from.type));
    if (bytes) {
        // Rows that are not asked for keep zeros: initialised, as the contract says.
        size_t total = bytes * (out_count ? out_count : 1);
        out->data = arena_alloc_raw(arena, total, 64);
        if (at) memset(out->data, 0, total);
        gather_values(bytes, out->data, at, from.data, indexes, count);
    }
    if (from.validity) {
        uint64_t *validity = vector_make_validity(out, arena);
        for (uint32_t i = 0; i < count; i++)
            if (!bit_get(from.validity, indexes[i])) bit_clear(validity, at ? at[i] : i);
    }
    if (from.type->id == TYPE_STRUCT) {
        uint32_t fields = from.type->field_count;
        out->children = ARENA_ARRAY(arena, Vector, fields ? fields : 1);
        for (uint32_t i = 0; i < fields; i++) {
            const Vector *child = &from.children[i];
            if (child->form == VECTOR_CONSTANT) {
                out->children[i] = *child;
                out->children[i].count = out_count;
            } else {
                gather(child, indexes, at, count, out_count, arena, &out->children[i]);
            }
        }
    } else {
        out->children = from.children;
    }
}

static void set_nulls(const Vector *in, Rows rows, bool packed, Vector *out, Arena *arena) {
    if (!in->validity) return;
    uint64_t *validity = vector_make_validity(out, arena);
    for (ROWS_EACH(rows, i, r))
        if (!bit_get(in->validity, r)) bit_clear(validity, packed ? i : r);
}

// A constant struct has constant children of row 0; flat forms of it need the children expanded.
static void gather_constant(const Vector *in, uint32_t count, Arena *arena, Vector *out) {
    uint32_t *zeros = ARENA_ARRAY(arena, uint32_t, count ? count : 1);
    Vector base = *in;
    base.form = VECTOR_FLAT;
    base.count = 1;
    gather(&base, zeros, NULL, count, count, arena, out);
}

void vector_flatten(const Vector *in, Rows rows, Arena *arena, Vector *out) {
    if (in->form == VECTOR_FLAT) {
        *out = *in;
        return;
    }
    Vector from = *in;
    if (from.form == VECTOR_CONSTANT) {
        gather_constant(&from, from.count, arena, out);
        return;
    }
    uint32_t *indexes = arena_alloc_raw(arena, sizeof *indexes * (rows.count + 1), 8);
    for (ROWS_EACH(rows, i, r)) indexes[i] = from.codes[r];
    if (from.validity) // the code of a null row is unspecified
        for (ROWS_EACH(rows, i, r))
            if (!bit_get(from.validity, r)) indexes[i] = 0;
    if (from.dictionary->count == 0) {
        vector_init_null(out, from.type, 1, arena);
        Vector null = *out;
        gather_constant(&null, from.count, arena, out);
        return;
    }
    gather(from.dictionary, indexes, rows.selection, rows.count, from.count, arena, out);
    set_nulls(&from, rows, false, out, arena);
}

void vector_gather(const Vector *in, Rows rows, Arena *arena, Vector *out) {
    Vector from = *in;
    if (from.form == VECTOR_CONSTANT) {
        *out = from;
        out->count = rows.count;
        return;
    }
    uint32_t *indexes = arena_alloc_raw(arena, sizeof *indexes * (rows.count + 1), 8);
    if (from.form == VECTOR_DICTIONARY) {
        // Stays a dictionary: only the codes are packed.
        for (ROWS_EACH(rows, i, r)) indexes[i] = from.codes[r];
        *out = from;
        out->count = rows.count;
        out->codes = indexes;
        out->validity = NULL;
        set_nulls(&from, rows, true, out, arena);
        return;
    }
    for (ROWS_EACH(rows, i, r)) indexes[i] = r;
    gather(&from, indexes, NULL, rows.count, rows.count, arena, out);
}

void vector_gather_indexes(const Vector *in, const uint32_t *indexes, uint32_t count, Arena *arena,
                           Vector *out) {
    Vector from = *in;
    const Vector *base = from.form == VECTOR_DICTIONARY ? from.dictionary : &from;
    uint32_t *at = arena_alloc_raw(arena, sizeof *at * (count + 1), 8);
    uint64_t *nulls = arena_alloc(arena, bit_bytes(count + 1));
    bool any_null = false;
    for (uint32_t i = 0; i < count; i++) {
        at[i] = 0;
        if (indexes[i] == UINT32_MAX || vector_is_null(&from, indexes[i])) {
            bit_set(nulls, i);
            any_null = true;
        } else if (from.form == VECTOR_DICTIONARY) {
            at[i] = from.codes[indexes[i]];
        } else if (from.form == VECTOR_FLAT) {
            at[i] = indexes[i];
        }
    }
    Vector flat = *base;
    flat.form = VECTOR_FLAT;
    if (flat.count == 0) {
        vector_init_null(&flat, from.type, 1, arena);
        flat.form = VECTOR_FLAT;
    }
    flat.validity = NULL; // nulls are known already
    gather(&flat, at, NULL, count, count, arena, out);
    if (!any_null) return;
    uint64_t *validity = vector_make_validity(out, arena);
    for (size_t w = 0; w < bit_words(count); w++) validity[w] = ~nulls[w];
}

static void own_bytes(Vector *vector, Arena *arena) {
    StringView *views = vector->data;
    for (uint32_t i = 0; i < vector->count; i++) {
        if (views[i].bytes <= STRING_VIEW_INLINE_BYTES) continue;
        if (vector->validity && !bit_get(vector->validity, i)) views[i] = (StringView){0};
        else views[i] = string_view_copy(arena, string_view_slice(&views[i]));
    }
}

// Packs the elements of the lists of a flat, packed vector and owns them.
static void own_elements(Vector *vector, Arena *arena) {
    ListView *lists = vector->data;
    uint64_t total = 0;
    for (uint32_t i = 0; i < vector->count; i++) {
        if (vector->validity && !bit_get(vector->validity, i)) lists[i] = (ListView){0, 0};
        total += lists[i].count;
    }
    ASSERT(total < UINT32_MAX);
    uint32_t *indexes = arena_alloc_raw(arena, sizeof *indexes * (total + 1), 8);
    uint32_t next = 0;
    for (uint32_t i = 0; i < vector->count; i++) {
        uint32_t start = next;
        for (uint32_t j = 0; j < lists[i].count; j++) indexes[next++] = lists[i].offset + j;
        lists[i].offset = start;
    }
    const Vector *from = vector->children;
    uint32_t fields = vector->type->field_count;
    vector->children = ARENA_ARRAY(arena, Vector, fields);
    for (uint32_t i = 0; i < fields; i++) {
        Vector packed;
        vector_gather_indexes(&from[i], indexes, next, arena, &packed);
        vector_copy(&packed, (Rows){NULL, next}, arena, &vector->children[i]);
    }
}

void vector_copy(const Vector *in, Rows rows, Arena *arena, Vector *out) {
    uint32_t *indexes = arena_alloc_raw(arena, sizeof *indexes * (rows.count + 1), 8);
    for (ROWS_EACH(rows, i, r)) indexes[i] = r;
    const Type *type = in->type;
    vector_gather_indexes(in, indexes, rows.count, arena, out);
    PhysicalType physical = type_physical(type);
    if (physical == PHYSICAL_STRING) own_bytes(out, arena);
    if (physical == PHYSICAL_LIST || physical == PHYSICAL_MAP) own_elements(out, arena);
    if (physical == PHYSICAL_STRUCT)
        for (uint32_t i = 0; i < type->field_count; i++) {
            Vector child = out->children[i];
            vector_copy(&child, (Rows){NULL, rows.count}, arena, &out->children[i]);
        }
}

static int compare_double(double a, double b) {
    if (a == b) return 0;
    if (a != a || b != b) return a == a ? -1 : b == b ? 1 : 0;
    return a < b ? -1 : 1;
}

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b))

static int compare_lists(const Vector *a, uint32_t ia, const Vector *b, uint32_t ib) {
    ListView la = ((const ListView *)a->data)[ia], lb = ((const ListView *)b->data)[ib];
    for (uint32_t i = 0; i < la.count && i < lb.count; i++)
        for (uint32_t f = 0; f < a->type->field_count; f++) {
            int order =
                vector_compare_rows(&a->children[f], la.offset + i, &b->children[f], lb.offset + i);
            if (order) return order;
        }
    return COMPARE(la.count, lb.count);
}

static int compare_intervals(const Interval *a, const Interval *b) {
    if (a->months != b->months) return COMPARE(a->months, b->months);
    if (a->days != b->days) return COMPARE(a->days, b->days);
    return COMPARE(a->micros, b->micros);
}

int vector_compare_rows(const Vector *a, uint32_t row_a, const Vector *b, uint32_t row_b) {
    bool null_a = vector_is_null(a, row_a), null_b = vector_is_null(b, row_b);
    if (null_a || null_b) return null_a == null_b ? 0 : null_a ? -1 : 1;
    uint32_t ia, ib;
    const Vector *va = vector_base(a, row_a, &ia), *vb = vector_base(b, row_b, &ib);
#define VALUES(ctype) ctype x = ((const ctype *)va->data)[ia], y = ((const ctype *)vb->data)[ib]
#define CASE_COMPARE(ident, ctype) \
    case PHYSICAL_##ident: {       \
        VALUES(ctype);             \
        return COMPARE(x, y);      \
    }
    switch (type_physical(a->type)) {
        CASE_COMPARE(BOOL, uint8_t)
        CASE_COMPARE(INT8, int8_t)
        CASE_COMPARE(INT16, int16_t)
        CASE_COMPARE(INT32, int32_t)
        CASE_COMPARE(INT64, int64_t)
        CASE_COMPARE(INT128, Int128)
    case PHYSICAL_FLOAT: {
        VALUES(float);
        return compare_double((double)x, (double)y);
    }
    case PHYSICAL_DOUBLE: {
        VALUES(double);
        return compare_double(x, y);
    }
    case PHYSICAL_STRING:
        return string_view_compare((const StringView *)va->data + ia,
                                   (const StringView *)vb->data + ib);
    case PHYSICAL_INTERVAL:
        return compare_intervals((const Interval *)va->data + ia, (const Interval *)vb->data + ib);
    case PHYSICAL_LIST:
    case PHYSICAL_MAP: return compare_lists(va, ia, vb, ib);
    case PHYSICAL_STRUCT:
        for (uint32_t f = 0; f < a->type->field_count; f++) {
            int order = vector_compare_rows(&va->children[f], ia, &vb->children[f], ib);
            if (order) return order;
        }
        return 0;
    case PHYSICAL_VOID:
    case PHYSICAL_COUNT: break;
    }
#undef CASE_COMPARE
#undef VALUES
    return 0;
}
