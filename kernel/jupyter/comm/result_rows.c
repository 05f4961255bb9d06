// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/comm/result_rows.h"
#include "kernel/column/parse.h"

#include <stdlib.h>

static const Vector *column_of(const ResultRows *rows, RowPlace place, uint32_t column) {
    return &result_batch(rows->result, place.batch)->columns[column];
}

void result_rows_init(ResultRows *rows, const Result *result, Arena *arena) {
    uint64_t at = 0;
    rows->result = result;
    rows->count = result_row_count(result);
    rows->places = ARENA_ARRAY(arena, RowPlace, rows->count + 1);
    for (uint32_t b = 0; b < result_batch_count(result); b++) {
        const Batch *batch = result_batch(result, b);
        for (uint32_t row = 0; row < batch->row_count; row++)
            rows->places[at++] = (RowPlace){b, row};
    }
    ASSERT(at == rows->count);
}

// --- filters -------------------------------------------------------------------------------------

static bool contains(Slice text, Slice part) {
    for (size_t i = 0; i + part.bytes <= text.bytes; i++)
        if (slice_equal_ignore_case(slice_of(text.data + i, part.bytes), part)) return true;
    return part.bytes == 0;
}

typedef struct Tester {
    const RowFilter *filter;
    const TimeZone *zone;
    Vector wanted; // a constant, for comparisons
    Text text;
} Tester;

static bool passes(Tester *tester, const Vector *vector, uint32_t row) {
    RowTest test = tester->filter->test;
    bool is_null = vector_is_null(vector, row);
    if (test == TEST_NULL) return is_null;
    if (test == TEST_NOT_NULL || is_null) return !is_null;
    if (test == TEST_CONTAINS) {
        text_reset(&tester->text);
        vector_append_text(vector, row, TEXT_SHOW, tester->zone, &tester->text);
        return contains(text_slice(&tester->text), tester->filter->value);
    }
    int order = vector_compare_rows(vector, row, &tester->wanted, 0);
    switch (test) {
    case TEST_EQUAL: return order == 0;
    case TEST_NOT_EQUAL: return order != 0;
    case TEST_LESS: return order < 0;
    case TEST_LESS_EQUAL: return order <= 0;
    case TEST_GREATER: return order > 0;
    default: return order >= 0;
    }
}

static bool wanted_make(Tester *tester, const Type *type, Arena *arena, Error *err) {
    RowTest test = tester->filter->test;
    if (test == TEST_NULL || test == TEST_NOT_NULL || test == TEST_CONTAINS) return true;
    Value value;
    if (type_is_nested(type) || type_is(type, TYPE_VARIANT) ||
        !parse_value(tester->filter->value, type, tester->zone, arena, &value)) {
        AUTO(Text, name) = {0};
        type_append_sql(type, &name);
        error_set(err, ERR_CAST_INVALID_INPUT, "sourceType", "\"STRING\"", "targetType",
                  text_cstr(&name));
        error_add(err, "expression", tester->filter->value);
        return false;
    }
    vector_init_constant(&tester->wanted, &value, 1, arena);
    return true;
}

bool result_rows_filter(ResultRows *rows, const RowFilter *filter, const TimeZone *zone,
                        Arena *arena, Error *err) {
    uint32_t columns;
    const Type *type = result_columns(rows->result, &columns)[filter->column].type;
    Tester tester = {.filter = filter, .zone = zone};
    if (!wanted_make(&tester, type, arena, err)) return false;
    uint64_t kept = 0;
    for (uint64_t i = 0; i < rows->count; i++) {
        RowPlace place = rows->places[i];
        if (passes(&tester, column_of(rows, place, filter->column), place.row))
            rows->places[kept++] = place;
    }
    rows->count = kept;
    text_deinit(&tester.text);
    return true;
}

// --- order ---------------------------------------------------------------------------------------

typedef struct Sorter {
    const ResultRows *rows;
    const RowOrder *orders;
    uint32_t count;
} Sorter;

static int compare_places(const void *a, const void *b, void *context) {
    const Sorter *sorter = context;
    RowPlace left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    for (uint32_t i = 0; i < sorter->count; i++) {
        const RowOrder *order = &sorter->orders[i];
        int result = vector_compare_rows(column_of(sorter->rows, left, order->column), left.row,
                                         column_of(sorter->rows, right, order->column), right.row);
        if (result) return order->descending ? -result : result;
    }
    if (left.batch != right.batch) return left.batch < right.batch ? -1 : 1;
    return left.row < right.row ? -1 : left.row > right.row;
}

void result_rows_sort(ResultRows *rows, const RowOrder *orders, uint32_t count) {
    Sorter sorter = {rows, orders, count};
    if (count) qsort_r(rows->places, rows->count, sizeof *rows->places, compare_places, &sorter);
}

// --- answers -------------------------------------------------------------------------------------

void result_rows_append(const ResultRows *rows, uint64_t start, uint64_t count,
                        const TimeZone *zone, Text *out) {
    uint32_t columns;
    result_columns(rows->result, &columns);
    uint64_t stop = start + MIN(count, rows->count - MIN(start, rows->count));
    for (uint64_t i = start; i < stop; i++) {
        RowPlace place = rows->places[i];
        text_append_cstr(out, i == start ? "[" : ",[");
        for (uint32_t c = 0; c < columns; c++) {
            if (c) text_append_char(out, ',');
            vector_append_text(column_of(rows, place, c), place.row, TEXT_JSON, zone, out);
        }
        text_append_char(out, ']');
    }
}

static double number_of(const Vector *vector, uint32_t row, Arena *arena) {
    Value value = vector_value(vector, row, arena);
    if (type_is(value.type, TYPE_DOUBLE) || type_is(value.type, TYPE_FLOAT)) return value.f64;
    if (!type_is(value.type, TYPE_DECIMAL)) return (double)value.i64;
    double scale = 1;
    for (int i = 0; i < value.type->scale; i++) scale *= 10;
    return (double)value.i128 / scale;
}

static void append_value(const ResultRows *rows, const char *name, uint64_t index, uint32_t column,
                         const TimeZone *zone, Text *out) {
    RowPlace place = rows->places[index];
    text_printf(out, ",\"%s\":", name);
    vector_append_text(column_of(rows, place, column), place.row, TEXT_JSON, zone, out);
}

// Sorts a copy by the column: nulls come first, then equal values side by side.
void result_rows_append_statistics(const ResultRows *rows, uint32_t column, const TimeZone *zone,
                                   Arena *arena, Text *out) {
    uint32_t columns;
    const Type *type = result_columns(rows->result, &columns)[column].type;
    ResultRows sorted = *rows;
    sorted.places = ARENA_ARRAY(arena, RowPlace, rows->count + 1);
    if (rows->count) memcpy(sorted.places, rows->places, rows->count * sizeof *rows->places);
    bool ordered = type_is_orderable(type);
    RowOrder order = {.column = column};
    if (ordered) result_rows_sort(&sorted, &order, 1);
    uint64_t nulls = 0, distinct = 0;
    double sum = 0;
    for (uint64_t i = 0; i < sorted.count; i++) {
        RowPlace place = sorted.places[i];
        const Vector *vector = column_of(&sorted, place, column);
        if (vector_is_null(vector, place.row)) {
            nulls++;
            continue;
        }
        if (type_is_numeric(type)) sum += number_of(vector, place.row, arena);
        if (!ordered) continue;
        RowPlace before = sorted.places[i ? i - 1 : 0];
        const Vector *previous = column_of(&sorted, before, column);
        distinct +=
            distinct == 0 || vector_compare_rows(vector, place.row, previous, before.row) != 0;
    }
    text_printf(out, "\"count\":%llu,\"nulls\":%llu", (unsigned long long)sorted.count,
                (unsigned long long)nulls);
    uint64_t valued = sorted.count - nulls;
    if (!ordered || !valued) return;
    text_printf(out, ",\"distinct\":%llu", (unsigned long long)distinct);
    append_value(&sorted, "min", nulls, column, zone, out);
    append_value(&sorted, "max", sorted.count - 1, column, zone, out);
    if (type_is_numeric(type)) {
        text_append_cstr(out, ",\"mean\":");
        Value mean = value_double(sum / (double)valued);
        value_append_text(&mean, TEXT_JSON, zone, out);
    }
}
