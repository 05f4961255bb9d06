// SPDX-License-Identifier: Apache-2.0
// A column of a batch: up to LIMIT_BATCH_ROWS values of one type.
//
// Three forms: FLAT (a value per row), CONSTANT (one value for all rows), DICTIONARY (a code per
// row into a flat vector). Row r is null when bit r of `validity` is 0, or, in DICTIONARY form,
// when the entry's bit in dictionary->validity is 0; in CONSTANT form only bit 0 counts. A null
// row's value bytes are unspecified but initialised.
//
// Memory is borrowed: what a vector points to (values, string bytes, dictionary, children) belongs
// to whoever produced the batch and stays valid until that producer is asked for its next batch.
// Who keeps rows longer copies them (vector_copy, row formats of operators). Vectors are plain
// structs: passing a column through is copying the struct.
#pragma once

#include "base/limits.h"
#include "kernel/column/type.h"

// 16 bytes: length, then up to 12 bytes in place, or a 4-byte prefix and a pointer. Unused in-place
// bytes are zero, so that equal short strings have equal 16 bytes.
typedef struct StringView {
    uint32_t bytes;
    char prefix[4];
    union {
        char rest[8];     // bytes <= 12: continues prefix
        const char *data; // bytes > 12: the whole string
    };
} StringView;

enum { STRING_VIEW_INLINE_BYTES = 12 };

typedef struct Interval {
    int32_t months;
    int32_t days;
    int64_t micros;
} Interval;

// A LIST or MAP row: elements [offset, offset + count) of the child vector(s).
typedef struct ListView {
    uint32_t offset;
    uint32_t count;
} ListView;

typedef enum VectorForm { VECTOR_FLAT, VECTOR_CONSTANT, VECTOR_DICTIONARY } VectorForm;

typedef struct Vector Vector;
struct Vector {
    const Type *type;
    VectorForm form;
    uint32_t count;           // rows (FLAT: values; CONSTANT, DICTIONARY: rows of the batch)
    void *data;               // FLAT, CONSTANT: values of the physical type
    uint64_t *validity;       // bit per row, 1 = valid; NULL: all valid
    const uint32_t *codes;    // DICTIONARY: entry of each row
    const Vector *dictionary; // DICTIONARY: a flat vector
    uint64_t dictionary_id;   // DICTIONARY: equal ids (not 0) of one scan mean equal dictionaries
    Vector *children;         // LIST: [element]; MAP: [key, value]; STRUCT: one per field. FLAT
                              // (or constant) vectors; a STRUCT's children have its rows
};

// The rows of a batch that an operation is about: all of 0..count-1, or selection[0..count-1]
// (ascending).
typedef struct Rows {
    const uint16_t *selection; // NULL: all
    uint32_t count;
} Rows;

// for (ROWS_EACH(rows, i, r)) body: i counts, r is the row.
#define ROWS_EACH(rows, i, r)                                                   \
    uint32_t i = 0, r = 0;                                                      \
    i < (rows).count && (r = (rows).selection ? (rows).selection[i] : i, true); \
    i++

static inline bool bit_get(const uint64_t *bits, uint32_t index) {
    return bits[index >> 6] >> (index & 63) & 1;
}
static inline void bit_set(uint64_t *bits, uint32_t index) {
    bits[index >> 6] |= (uint64_t)1 << (index & 63);
}
static inline void bit_clear(uint64_t *bits, uint32_t index) {
    bits[index >> 6] &= ~((uint64_t)1 << (index & 63));
}
static inline size_t bit_words(uint32_t count) { return ((size_t)count + 63) / 64; }
static inline size_t bit_bytes(uint32_t count) { return bit_words(count) * 8; }

static inline Slice string_view_slice(const StringView *view) {
    return (Slice){view->bytes <= STRING_VIEW_INLINE_BYTES ? view->prefix : view->data,
                   view->bytes};
}
// The view borrows `data` when it is longer than 12 bytes.
static inline StringView string_view_of(const char *data, uint32_t bytes) {
    StringView view = {.bytes = bytes, .rest = {0}};
    if (bytes <= STRING_VIEW_INLINE_BYTES) {
        if (bytes) memcpy((char *)&view + 4, data, bytes);
    } else {
        memcpy(view.prefix, data, 4);
        view.data = data;
    }
    return view;
}
// Copies the bytes into the arena where they do not fit in place.
StringView string_view_copy(Arena *arena, Slice s);
static inline bool string_view_equal(const StringView *a, const StringView *b) {
    uint64_t head_a, head_b;
    memcpy(&head_a, a, 8);
    memcpy(&head_b, b, 8);
    if (head_a != head_b) return false;
    uint64_t tail_a, tail_b;
    memcpy(&tail_a, a->rest, 8);
    memcpy(&tail_b, b->rest, 8);
    if (tail_a == tail_b) return true;
    return a->bytes > STRING_VIEW_INLINE_BYTES && memcmp(a->data, b->data, a->bytes) == 0;
}
int string_view_compare(const StringView *a, const StringView *b);

// A flat vector of `capacity` rows (count set to it) with memory from the arena; values zeroed when
// nested or string, otherwise uninitialised; all valid. STRUCT gets flat children; LIST and MAP get
// children of capacity 0 (see vector_reserve_elements).
void vector_init_flat(Vector *vector, const Type *type, uint32_t capacity, Arena *arena);
// LIST, MAP: (re)allocates element storage for `capacity` elements, keeping the first `kept`.
void vector_reserve_elements(Vector *vector, uint32_t capacity, uint32_t kept, Arena *arena);
// A constant null of `count` rows.
void vector_init_null(Vector *vector, const Type *type, uint32_t count, Arena *arena);
// A validity bitmap for the vector (all valid), made when it has none.
uint64_t *vector_make_validity(Vector *vector, Arena *arena);

static inline bool vector_is_null(const Vector *v, uint32_t row) {
    if (v->form == VECTOR_CONSTANT) row = 0;
    if (v->validity && !bit_get(v->validity, row)) return true;
    return v->form == VECTOR_DICTIONARY && v->dictionary->validity &&
           !bit_get(v->dictionary->validity, v->codes[row]);
}
// Index into the values that row `row` reads: `base` is the vector that holds them.
static inline const Vector *vector_base(const Vector *v, uint32_t row, uint32_t *index) {
    if (v->form == VECTOR_DICTIONARY) {
        *index = v->codes[row];
        return v->dictionary;
    }
    *index = v->form == VECTOR_CONSTANT ? 0 : row;
    return v;
}
// True when some row may be null (a bitmap is present).
static inline bool vector_may_be_null(const Vector *v) {
    return v->validity || (v->form == VECTOR_DICTIONARY && v->dictionary->validity);
}

// *out becomes a FLAT view of *in for the given rows (other rows unspecified): in itself when flat,
// else values gathered into the arena at the same row positions.
void vector_flatten(const Vector *in, Rows rows, Arena *arena, Vector *out);
// *out becomes `rows.count` values: in's rows packed to the front. Shares string bytes and
// elements.
void vector_gather(const Vector *in, Rows rows, Arena *arena, Vector *out);
// The same with any order and repetition of row numbers; UINT32_MAX gives null.
void vector_gather_indexes(const Vector *in, const uint32_t *indexes, uint32_t count, Arena *arena,
                           Vector *out);
// A flat deep copy of the rows, packed: nothing of it is borrowed from `in`.
void vector_copy(const Vector *in, Rows rows, Arena *arena, Vector *out);
// The rows of several vectors of one type one behind the other, flat. Shares string bytes.
void vector_concat(const Vector *parts, uint32_t part_count, const Type *type, Arena *arena,
                   Vector *out);
// Writes the rows of `in` into the flat `out` at the same positions. Not for LIST, MAP and STRUCT.
void vector_scatter(const Vector *in, Rows rows, Vector *out, Arena *arena);
// Equality and order of two rows as ORDER BY sees them (nulls equal and first; NaN last among
// numbers; -0.0 = 0.0). Slow path: kernels specialise.
int vector_compare_rows(const Vector *a, uint32_t row_a, const Vector *b, uint32_t row_b);
