// SPDX-License-Identifier: Apache-2.0
#include "kernel/session/statement.h"

#include <stdlib.h>

Result *result_new(void) {
    Result *result = xcalloc(1, sizeof *result);
    result->kind = RESULT_NONE;
    return result;
}

void result_free(Result *result) {
    if (!result) return;
    row_set_free(result->rows);
    arena_deinit(&result->arena);
    free(result);
}

void result_add_column(Result *result, const char *name, TypeId type, bool nullable) {
    result->kind = RESULT_ROWS;
    ResultColumn column = {slice_from_cstr(name), type_of(type), nullable};
    ARENA_PUSH(&result->arena, result->columns, result->column_count, column);
}

static Batch *open_batch(Result *result) {
    if (result->batch_count) {
        Batch *last = &result->batches[result->batch_count - 1];
        if (last->row_count < LIMIT_BATCH_ROWS) return last;
    }
    Batch batch = {.column_count = result->column_count};
    batch.columns = ARENA_ARRAY(&result->arena, Vector, result->column_count);
    for (uint32_t i = 0; i < result->column_count; i++) {
        vector_init_flat(&batch.columns[i], result->columns[i].type, LIMIT_BATCH_ROWS,
                         &result->arena);
        batch.columns[i].count = 0;
    }
    ARENA_PUSH(&result->arena, result->batches, result->batch_count, batch);
    return &result->batches[result->batch_count - 1];
}

void result_add_row(Result *result, const Value *values) {
    Batch *batch = open_batch(result);
    uint32_t row = batch->row_count++;
    batch->selected_count = batch->row_count;
    for (uint32_t i = 0; i < result->column_count; i++) {
        Vector *column = &batch->columns[i];
        Value value = value_copy(&result->arena, values[i]);
        if (value.is_null) {
            column->count = LIMIT_BATCH_ROWS;
            bit_clear(vector_make_validity(column, &result->arena), row);
        } else {
            vector_set_value(column, row, &value, &result->arena);
        }
        column->count = batch->row_count;
    }
}

void result_add_texts(Result *result, const Slice *texts) {
    Value *values = xcalloc(result->column_count, sizeof *values);
    for (uint32_t i = 0; i < result->column_count; i++)
        values[i] = texts[i].data ? value_string(texts[i]) : value_null(type_of(TYPE_STRING));
    result_add_row(result, values);
    free(values);
}

ResultKind result_kind(const Result *result) { return result->kind; }

ResultForm result_form(const Result *result) { return result->form; }

const ResultColumn *result_columns(const Result *result, uint32_t *count) {
    *count = result->column_count;
    return result->columns;
}

uint64_t result_row_count(const Result *result) {
    if (result->rows) return row_set_rows(result->rows);
    uint64_t rows = 0;
    for (uint32_t i = 0; i < result->batch_count; i++) rows += result->batches[i].row_count;
    return rows;
}

bool result_has_more(const Result *result) { return result->has_more; }
bool result_is_ordered(const Result *result) { return result->is_ordered; }

uint32_t result_batch_count(const Result *result) {
    return result->rows ? row_set_batch_count(result->rows) : result->batch_count;
}

const Batch *result_batch(const Result *result, uint32_t index) {
    ASSERT(index < result_batch_count(result));
    return result->rows ? row_set_batch(result->rows, index) : &result->batches[index];
}

const TableRead *result_reads(const Result *result, uint32_t *count) {
    *count = result->read_count;
    return result->reads;
}

const QueryMetrics *result_metrics(const Result *result) { return &result->metrics; }

void result_append_profile(const Result *result, Text *out) { text_append(out, result->profile); }
