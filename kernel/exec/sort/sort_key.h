// SPDX-License-Identifier: Apache-2.0
// Sort keys as machine words: comparing the words of two rows as unsigned integers, first word
// first, is comparing the rows, as far as the words reach.
//
// A key is a null byte (when it may be null) and its value with the most significant byte first,
// inverted when descending. Text is there in full when no value of the data is long, else its
// beginning, which ends the words: the rest is decided by comparing columns (is_exact is false).
#pragma once

#include "kernel/exec/expr.h"

typedef struct SortColumn {
    const Type *type;
    bool descending;
    bool nulls_last;
    bool has_null_byte;
    bool is_exact;
    uint32_t bytes; // of the value
} SortColumn;

typedef struct SortLayout {
    SortColumn *columns;
    uint32_t column_count;
    uint32_t encoded_count; // columns that are part of the words
    uint32_t word_count;
    bool is_exact; // equal words mean equal rows
} SortLayout;

// For rows of these flat columns (all rows looked at once: their nulls and lengths of text).
void sort_layout_init(SortLayout *layout, Arena *arena, const SortKey *keys, uint32_t key_count,
                      const Vector *columns);
// words[i * word_count ..] of rows first .. first + count - 1.
void sort_layout_encode(const SortLayout *layout, const Vector *columns, uint32_t first,
                        uint32_t count, uint64_t *words);
// The order of two rows by all columns.
int sort_compare_rows(const SortLayout *layout, const Vector *columns, uint32_t row_a,
                      uint32_t row_b);
// The order of a row of one set of columns and a row of another.
int sort_compare_across(const SortLayout *layout, const Vector *a, uint32_t row_a, const Vector *b,
                        uint32_t row_b);
// One word per row that never orders rows wrongly: its first key. Any form of vector.
void sort_first_word(const SortKey *key, const Vector *column, Rows rows, uint64_t *words);
