// SPDX-License-Identifier: Apache-2.0
// Rows of a result in memory, filtered and sorted: an index of row places, the result untouched.
#pragma once

#include "kernel/session/session.h"

typedef struct RowPlace {
    uint32_t batch;
    uint32_t row;
} RowPlace;

typedef struct ResultRows {
    const Result *result;
    RowPlace *places; // in the arena it was made with
    uint64_t count;
} ResultRows;

typedef enum RowTest {
    TEST_EQUAL,
    TEST_NOT_EQUAL,
    TEST_LESS,
    TEST_LESS_EQUAL,
    TEST_GREATER,
    TEST_GREATER_EQUAL,
    TEST_CONTAINS, // in the text form, ignoring ASCII case
    TEST_NULL,
    TEST_NOT_NULL,
} RowTest;

typedef struct RowFilter {
    uint32_t column;
    RowTest test;
    Slice value; // text of the column's type
} RowFilter;

typedef struct RowOrder {
    uint32_t column;
    bool descending; // nulls first, last when descending, as ORDER BY
} RowOrder;

// All rows in their order.
void result_rows_init(ResultRows *rows, const Result *result, Arena *arena);
// Keeps the rows that pass. CAST_INVALID_INPUT when the value is none of the column's type.
bool result_rows_filter(ResultRows *rows, const RowFilter *filter, const TimeZone *zone,
                        Arena *arena, Error *err) MUST_CHECK;
// Stable.
void result_rows_sort(ResultRows *rows, const RowOrder *orders, uint32_t count);
// JSON arrays of [start, start + count), with commas between them.
void result_rows_append(const ResultRows *rows, uint64_t start, uint64_t count,
                        const TimeZone *zone, Text *out);
// Members of a JSON object: "count", "nulls", "distinct", "min", "max", and "mean" of numbers.
void result_rows_append_statistics(const ResultRows *rows, uint32_t column, const TimeZone *zone,
                                   Arena *arena, Text *out);
