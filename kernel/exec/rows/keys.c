// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/rows/keys.h"

#include "kernel/exec/rows/row_code.h"

// Odd constants with evenly spread bits, from the digits of pi.
static const uint64_t SEED = 0x243F6A8885A308D3u;
static const uint64_t STEP = 0x13198A2E03707345u;
static const uint64_t FINAL = 0xA4093822299F31D1u;
static const uint64_t NULL_HASH = 0x082EFA98EC4E6C89u;

PhysicalType key_physical(const Type *type) {
    return type_is_nested(type) ? PHYSICAL_STRING : type_physical(type);
}

static void pack_nested(const Vector *in, Rows rows, Arena *arena, Vector *out) {
    StringView *views = arena_alloc(arena, sizeof *views * (rows.count + 1));
    *out = (Vector){.type = type_of(TYPE_BINARY), .count = rows.count, .data = views};
    AUTO(Text, code) = {0};
    for (ROWS_EACH(rows, i, r)) {
        if (vector_is_null(in, r)) {
            bit_clear(vector_make_validity(out, arena), i);
            continue;
        }
        text_reset(&code);
        value_code_append(in, r, &code);
        views[i] = string_view_copy(arena, text_slice(&code));
    }
}

static void normalise(Vector *vector, Arena *arena, bool is_fresh) {
    uint32_t count = vector->count;
    if (type_physical(vector->type) == PHYSICAL_DOUBLE) {
        const double *from = vector->data;
        double *to = is_fresh ? vector->data : arena_alloc_raw(arena, sizeof *to * (count + 1), 64);
        for (uint32_t i = 0; i < count; i++) to[i] = double_key(from[i]);
        vector->data = to;
    } else {
        const float *from = vector->data;
        float *to = is_fresh ? vector->data : arena_alloc_raw(arena, sizeof *to * (count + 1), 64);
        for (uint32_t i = 0; i < count; i++) to[i] = float_key(from[i]);
        vector->data = to;
    }
}

void key_pack(const Vector *in, Rows rows, Arena *arena, Vector *out) {
    if (type_is_nested(in->type)) {
        pack_nested(in, rows, arena, out);
        return;
    }
    bool is_fresh = in->form != VECTOR_FLAT || rows.selection;
    if (is_fresh) {
        uint32_t *indexes = arena_alloc_raw(arena, sizeof *indexes * (rows.count + 1), 8);
        for (ROWS_EACH(rows, i, r)) indexes[i] = r;
        vector_gather_indexes(in, indexes, rows.count, arena, out);
    } else {
        *out = *in;
        out->count = rows.count;
    }
    PhysicalType physical = type_physical(in->type);
    if (physical == PHYSICAL_DOUBLE || physical == PHYSICAL_FLOAT) normalise(out, arena, is_fresh);
}

uint64_t hash_key_bytes(const char *data, size_t bytes) {
    uint64_t hash = SEED ^ bytes, a = 0, b = 0;
    for (; bytes > 16; bytes -= 16, data += 16) {
        memcpy(&a, data, 8);
        memcpy(&b, data + 8, 8);
        hash = hash_fold(a ^ STEP, b ^ hash);
    }
    a = b = 0;
    if (bytes > 8) {
        memcpy(&a, data, 8);
        memcpy(&b, data + 8, bytes - 8);
    } else {
        memcpy(&a, data, bytes);
    }
    return hash_fold(a ^ STEP, b ^ hash);
}

static inline uint64_t hash_view(const StringView *view) {
    if (view->bytes > STRING_VIEW_INLINE_BYTES) return hash_key_bytes(view->data, view->bytes);
    uint64_t head, tail;
    memcpy(&head, view, 8);
    memcpy(&tail, view->rest, 8);
    return hash_fold(head ^ STEP, tail ^ SEED);
}

// hashes[i] = mix of what it was and value i; `first` starts afresh.
#define HASH_LOOP(expression)                                                            \
    do {                                                                                 \
        if (first)                                                                       \
            for (uint32_t i = 0; i < count; i++)                                         \
                hashes[i] = hash_fold((uint64_t)(expression) ^ SEED, FINAL);             \
        else                                                                             \
            for (uint32_t i = 0; i < count; i++)                                         \
                hashes[i] = hash_fold((uint64_t)(expression) ^ hashes[i], FINAL ^ STEP); \
    } while (0)

static uint64_t hash_wide(const void *data) {
    uint64_t words[2];
    memcpy(words, data, 16);
    return hash_fold(words[0] ^ STEP, words[1] ^ SEED);
}

static void hash_column(const Vector *key, uint32_t count, bool first, uint64_t *restrict hashes) {
    switch (physical_bytes(type_physical(key->type))) {
    case 1: {
        const uint8_t *values = key->data;
        HASH_LOOP(values[i]);
        break;
    }
    case 2: {
        const uint16_t *values = key->data;
        HASH_LOOP(values[i]);
        break;
    }
    case 4: {
        const uint32_t *values = key->data;
        HASH_LOOP(values[i]);
        break;
    }
    case 8: {
        const uint64_t *values = key->data;
        HASH_LOOP(values[i]);
        break;
    }
    case 16: {
        const StringView *values = key->data;
        if (type_physical(key->type) == PHYSICAL_STRING) HASH_LOOP(hash_view(&values[i]));
        else HASH_LOOP(hash_wide(&values[i]));
        break;
    }
    default: HASH_LOOP(0); break;
    }
}

static void hash_nullable(const Vector *key, uint32_t count, bool first, uint64_t *hashes) {
    uint64_t before[LIMIT_BATCH_ROWS];
    ASSERT(count <= LIMIT_BATCH_ROWS);
    Vector safe = *key;
    bool is_text = type_physical(key->type) == PHYSICAL_STRING;
    StringView views[LIMIT_BATCH_ROWS];
    if (is_text) { // the view of a null row may point anywhere
        memcpy(views, key->data, sizeof *views * count);
        for (uint32_t i = 0; i < count; i++)
            if (!bit_get(key->validity, i)) views[i] = (StringView){0};
        safe.data = views;
    }
    if (!first) memcpy(before, hashes, sizeof *before * count);
    hash_column(&safe, count, first, hashes);
    for (uint32_t i = 0; i < count; i++)
        if (!bit_get(key->validity, i))
            hashes[i] = hash_fold(NULL_HASH ^ (first ? SEED : before[i]), FINAL);
}

void keys_hash(const Vector *keys, uint32_t key_count, uint32_t count, uint64_t *hashes) {
    if (key_count == 0) memset(hashes, 0, count * sizeof *hashes);
    for (uint32_t k = 0; k < key_count; k++) {
        if (keys[k].validity) hash_nullable(&keys[k], count, k == 0, hashes);
        else hash_column(&keys[k], count, k == 0, hashes);
    }
}

#define MATCH(ctype, equal)                                            \
    do {                                                               \
        const ctype *a = left->data, *b = right->data;                 \
        for (uint32_t c = 0; c < count; c++) {                         \
            uint32_t i = candidates[c];                                \
            const ctype *x = a + left_rows[i], *y = b + right_rows[i]; \
            candidates[kept] = i;                                      \
            kept += (equal);                                           \
        }                                                              \
    } while (0)

static uint32_t match_values(const Vector *left, const uint32_t *left_rows, const Vector *right,
                             const uint32_t *right_rows, uint32_t *candidates, uint32_t count) {
    uint32_t kept = 0;
    switch (physical_bytes(type_physical(left->type))) {
    case 1: MATCH(uint8_t, *x == *y); break;
    case 2: MATCH(uint16_t, *x == *y); break;
    case 4: MATCH(uint32_t, *x == *y); break;
    case 8: MATCH(uint64_t, *x == *y); break;
    case 16:
        if (type_physical(left->type) == PHYSICAL_STRING)
            MATCH(StringView, string_view_equal(x, y));
        else MATCH(UInt128, *x == *y);
        break;
    default: kept = count; break;
    }
    return kept;
}

uint32_t key_match(const Vector *left, const uint32_t *left_rows, const Vector *right,
                   const uint32_t *right_rows, bool null_equal, uint32_t *candidates,
                   uint32_t count) {
    if (!left->validity && !right->validity)
        return match_values(left, left_rows, right, right_rows, candidates, count);
    // Both null: equal if so wished; one null: never; the rest by value.
    uint32_t both_null[LIMIT_BATCH_ROWS], null_count = 0, valued = 0;
    ASSERT(count <= LIMIT_BATCH_ROWS);
    for (uint32_t c = 0; c < count; c++) {
        uint32_t i = candidates[c];
        bool null_left = left->validity && !bit_get(left->validity, left_rows[i]);
        bool null_right = right->validity && !bit_get(right->validity, right_rows[i]);
        if (!null_left && !null_right) candidates[valued++] = i;
        else if (null_left && null_right && null_equal) both_null[null_count++] = i;
    }
    uint32_t kept = match_values(left, left_rows, right, right_rows, candidates, valued);
    if (null_count == 0) return kept;
    // Positions ascend in both lists: merge them, from the back.
    uint32_t at = kept + null_count, total = at;
    while (null_count) {
        if (kept && candidates[kept - 1] > both_null[null_count - 1])
            candidates[--at] = candidates[--kept];
        else candidates[--at] = both_null[--null_count];
    }
    return total;
}

void key_unpack_nested(const StringView *code, Vector *out, uint32_t row, Arena *arena) {
    Slice rest = string_view_slice(code);
    Value value = value_code_take(&rest, out->type, arena);
    vector_set_value(out, row, &value, arena);
}
