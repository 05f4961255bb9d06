// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/sort/sort_key.h"

#include "kernel/exec/rows/keys.h"

enum {
    TEXT_PREFIX_BYTES = 8,
    TEXT_WHOLE_BYTES = 31, // texts up to this length are encoded whole, with a length byte behind
};

static uint32_t longest_text(const Vector *column) {
    const StringView *views = column->data;
    uint32_t longest = 0;
    for (uint32_t i = 0; i < column->count; i++)
        if (!column->validity || bit_get(column->validity, i))
            longest = MAX(longest, views[i].bytes);
    return longest;
}

static void layout_column(SortColumn *out, const Vector *column) {
    PhysicalType physical = type_physical(out->type);
    out->is_exact = true;
    out->bytes = (uint32_t)physical_bytes(physical);
    switch (physical) {
    case PHYSICAL_STRING: {
        uint32_t longest = longest_text(column);
        out->is_exact = longest <= TEXT_WHOLE_BYTES;
        out->bytes = out->is_exact ? longest + 1 : TEXT_PREFIX_BYTES;
        break;
    }
    case PHYSICAL_INTERVAL:
    case PHYSICAL_LIST:
    case PHYSICAL_MAP:
    case PHYSICAL_STRUCT:
        out->is_exact = false;
        out->bytes = 0;
        break;
    default: break;
    }
}

void sort_layout_init(SortLayout *layout, Arena *arena, const SortKey *keys, uint32_t key_count,
                      const Vector *columns) {
    *layout = (SortLayout){.column_count = key_count, .is_exact = true};
    layout->columns = ARENA_ARRAY(arena, SortColumn, key_count + 1);
    uint32_t bytes = 0;
    for (uint32_t k = 0; k < key_count; k++) {
        SortColumn *column = &layout->columns[k];
        column->type = columns[k].type;
        column->descending = keys[k].descending;
        column->nulls_last = keys[k].nulls_last;
        column->has_null_byte = columns[k].validity != NULL;
        layout_column(column, &columns[k]);
        if (!layout->is_exact) continue;
        bytes += column->has_null_byte + column->bytes;
        layout->encoded_count = k + 1;
        layout->is_exact = column->is_exact;
    }
    layout->word_count = bytes ? (bytes + 7) / 8 : 1;
}

// The value as an unsigned number of its width that has its order.
static inline uint32_t order_float(float value) {
    uint32_t bits;
    value = float_key(value);
    memcpy(&bits, &value, sizeof bits);
    return bits >> 31 ? ~bits : bits | 0x80000000u;
}
static inline uint64_t order_double(double value) {
    uint64_t bits;
    value = double_key(value);
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (UINT64_C(1) << 63);
}

static void put_number(unsigned char *to, uint64_t number, uint32_t bytes) {
    for (uint32_t b = 0; b < bytes; b++) to[b] = (unsigned char)(number >> (8 * (bytes - 1 - b)));
}

static void put_text(unsigned char *to, const StringView *view, uint32_t bytes, bool whole) {
    Slice s = string_view_slice(view);
    uint32_t room = whole ? bytes - 1 : bytes;
    uint32_t used = MIN((uint32_t)s.bytes, room);
    if (used) memcpy(to, s.data, used);
    memset(to + used, 0, room - used);
    if (whole) to[room] = (unsigned char)s.bytes;
}

static void put_value(unsigned char *to, const Vector *column, uint32_t index, uint32_t bytes,
                      bool whole) {
    switch (type_physical(column->type)) {
    case PHYSICAL_BOOL: to[0] = ((const uint8_t *)column->data)[index]; break;
    case PHYSICAL_INT8: to[0] = ((const uint8_t *)column->data)[index] ^ 0x80u; break;
    case PHYSICAL_INT16:
        put_number(to, ((const uint16_t *)column->data)[index] ^ 0x8000u, 2);
        break;
    case PHYSICAL_INT32:
        put_number(to, ((const uint32_t *)column->data)[index] ^ 0x80000000u, 4);
        break;
    case PHYSICAL_INT64:
        put_number(to, ((const uint64_t *)column->data)[index] ^ (UINT64_C(1) << 63), 8);
        break;
    case PHYSICAL_FLOAT:
        put_number(to, order_float(((const float *)column->data)[index]), 4);
        break;
    case PHYSICAL_DOUBLE:
        put_number(to, order_double(((const double *)column->data)[index]), 8);
        break;
    case PHYSICAL_INT128: {
        UInt128 value = ((const UInt128 *)column->data)[index];
        put_number(to, (uint64_t)(value >> 64) ^ (UINT64_C(1) << 63), 8);
        put_number(to + 8, (uint64_t)value, 8);
        break;
    }
    case PHYSICAL_STRING:
        put_text(to, (const StringView *)column->data + index, bytes, whole);
        break;
    default: break;
    }
}

// Value at `index` of a flat column, null known apart.
static unsigned char *put_key(unsigned char *to, const SortColumn *key, const Vector *column,
                              uint32_t index, bool is_null) {
    if (key->has_null_byte) *to++ = is_null == key->nulls_last;
    if (is_null) memset(to, 0, key->bytes);
    else put_value(to, column, index, key->bytes, key->is_exact);
    if (key->descending && !is_null)
        for (uint32_t b = 0; b < key->bytes; b++) to[b] = (unsigned char)~to[b];
    return to + key->bytes;
}

void sort_layout_encode(const SortLayout *layout, const Vector *columns, uint32_t first,
                        uint32_t count, uint64_t *words) {
    uint32_t word_count = layout->word_count;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t *row = words + (size_t)i * word_count;
        row[word_count - 1] = 0;
        unsigned char *at = (unsigned char *)row;
        for (uint32_t k = 0; k < layout->encoded_count; k++) {
            bool is_null = columns[k].validity && !bit_get(columns[k].validity, first + i);
            at = put_key(at, &layout->columns[k], &columns[k], first + i, is_null);
        }
        for (uint32_t w = 0; w < word_count; w++) row[w] = __builtin_bswap64(row[w]);
    }
}

int sort_compare_across(const SortLayout *layout, const Vector *a, uint32_t row_a, const Vector *b,
                        uint32_t row_b) {
    for (uint32_t k = 0; k < layout->column_count; k++) {
        const SortColumn *key = &layout->columns[k];
        bool null_a = vector_is_null(&a[k], row_a), null_b = vector_is_null(&b[k], row_b);
        if (null_a || null_b) {
            if (null_a == null_b) continue;
            return null_a == key->nulls_last ? 1 : -1;
        }
        int order = vector_compare_rows(&a[k], row_a, &b[k], row_b);
        if (order) return key->descending ? -order : order;
    }
    return 0;
}

int sort_compare_rows(const SortLayout *layout, const Vector *columns, uint32_t row_a,
                      uint32_t row_b) {
    return sort_compare_across(layout, columns, row_a, columns, row_b);
}

void sort_first_word(const SortKey *key, const Vector *column, Rows rows, uint64_t *words) {
    SortColumn layout = {.type = column->type,
                         .descending = key->descending,
                         .nulls_last = key->nulls_last,
                         .has_null_byte = true};
    PhysicalType physical = type_physical(column->type);
    layout.bytes =
        physical == PHYSICAL_STRING ? TEXT_PREFIX_BYTES : (uint32_t)physical_bytes(physical);
    if (physical == PHYSICAL_INTERVAL || type_is_nested(column->type)) layout.bytes = 0;
    for (ROWS_EACH(rows, i, r)) {
        unsigned char bytes[32] = {0};
        bool is_null = vector_is_null(column, r);
        uint32_t index = 0;
        const Vector *base = is_null ? column : vector_base(column, r, &index);
        put_key(bytes, &layout, base, index, is_null);
        memcpy(&words[i], bytes, 8);
        words[i] = __builtin_bswap64(words[i]);
    }
}
