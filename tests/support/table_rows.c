// SPDX-License-Identifier: Apache-2.0
#include "tests/support/table_rows.h"

#include "kernel/column/format.h"

#include <stdlib.h>

void lines_deinit(Lines *lines) { arena_deinit(&lines->arena); }

static int compare(const void *a, const void *b) {
    return slice_compare(*(const Slice *)a, *(const Slice *)b);
}

void lines_sort(Lines *lines) {
    if (lines->count) qsort(lines->items, lines->count, sizeof *lines->items, compare);
}

void lines_add_batch(Lines *lines, const Batch *batch, uint32_t column_count) {
    AUTO(Text, text) = {0};
    for (ROWS_EACH(batch_rows(batch), i, r)) {
        text_reset(&text);
        for (uint32_t c = 0; c < column_count; c++) {
            if (c) text_append_char(&text, ',');
            vector_append_text(&batch->columns[c], r, TEXT_JSON, time_zone_utc(), &text);
        }
        Slice line = arena_copy(&lines->arena, text_slice(&text));
        ARENA_PUSH(&lines->arena, lines->items, lines->count, line);
    }
}

static bool read_morsels(Lines *lines, Source *source, uint64_t morsels, uint32_t columns,
                         Query *query, Error *err) {
    ScanState *state = source->ops->scan_open(source, query, err);
    bool ok = state != NULL;
    for (uint64_t m = 0; ok && m < morsels; m++) {
        bool done = false;
        ok = source->ops->scan_begin(state, m, err);
        while (ok && !done) {
            Batch batch;
            ok = source->ops->scan_next(state, &batch, &done, err);
            if (ok && !done) lines_add_batch(lines, &batch, columns);
        }
    }
    source->ops->scan_close(state);
    return ok;
}

bool lines_read_table(Lines *lines, Table *table, const ScanRequest *request, Query *query,
                      Error *err) {
    AUTO(Arena, arena) = {0};
    uint32_t *columns = ARENA_ARRAY(&arena, uint32_t, table->column_count + 1);
    for (uint32_t i = 0; i < table->column_count; i++) columns[i] = i;
    ScanRequest whole = {.columns = columns,
                         .column_count = table->column_count,
                         .output_count = table->column_count};
    if (request) whole = *request;
    Source *source = table->ops->scan(table, &whole, query, err);
    if (!source) return false;
    uint64_t morsels = 0;
    bool ok = source->ops->prepare(source, query, &morsels, err) &&
              read_morsels(lines, source, morsels, whole.output_count, query, err);
    source->ops->free(source);
    return ok;
}

bool lines_read_parquet(Lines *lines, Slice path, const ParquetField *fields, uint32_t count,
                        Error *err) {
    AUTO_PTR(ParquetReader, reader) = parquet_reader_open(NULL, path, fields, count, NULL, err);
    if (!reader) return false;
    for (;;) {
        Batch batch;
        bool done = false;
        if (!parquet_reader_next(reader, &batch, &done, err)) return false;
        if (done) return true;
        lines_add_batch(lines, &batch, count);
    }
}
