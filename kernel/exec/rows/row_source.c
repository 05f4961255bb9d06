// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/rows/row_source.h"

#include <stdlib.h>

typedef struct RowScan {
    const RowSource *source;
    Vector *columns;
    uint32_t chunk;
    uint32_t stop;
} RowScan;

static bool prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    (void)query, (void)err;
    RowSource *source = (RowSource *)base;
    const RowStore *store = source->store;
    free(source->morsels);
    source->morsels = xmalloc(((size_t)store->chunk_count + 1) * sizeof(uint32_t));
    uint64_t count = 0, rows = MORSEL_ROWS;
    for (uint32_t i = 0; i < store->chunk_count; i++) {
        if (rows >= MORSEL_ROWS) {
            source->morsels[count++] = i;
            rows = 0;
        }
        rows += store->chunks[i]->batch.row_count;
    }
    source->morsels[count] = store->chunk_count;
    *morsel_count = source->morsel_count = count;
    return true;
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    (void)query, (void)err;
    RowScan *scan = xcalloc(1, sizeof *scan);
    scan->source = (RowSource *)base;
    scan->columns = xcalloc(scan->source->store->column_count + 1, sizeof(Vector));
    return (ScanState *)scan;
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    (void)err;
    RowScan *scan = (RowScan *)state;
    ASSERT(morsel < scan->source->morsel_count);
    scan->chunk = scan->source->morsels[morsel];
    scan->stop = scan->source->morsels[morsel + 1];
    return true;
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    (void)err;
    RowScan *scan = (RowScan *)state;
    *done = scan->chunk == scan->stop;
    if (*done) return true;
    const Batch *batch = &scan->source->store->chunks[scan->chunk++]->batch;
    *out = *batch;
    out->columns = scan->columns;
    for (uint32_t c = 0; c < batch->column_count; c++) {
        scan->columns[c] = batch->columns[c];
        scan->columns[c].count = batch->row_count;
    }
    return true;
}

static void scan_close(ScanState *state) {
    RowScan *scan = (RowScan *)state;
    if (!scan) return;
    free(scan->columns);
    free(scan);
}

static void describe(const Source *base, Text *out) {
    (void)base;
    text_append_cstr(out, "rows in memory");
}

static void release(Source *base) { row_source_deinit((RowSource *)base); }

static const SourceOps row_source_ops = {
    .prepare = prepare,
    .scan_open = scan_open,
    .scan_begin = scan_begin,
    .scan_next = scan_next,
    .scan_close = scan_close,
    .describe = describe,
    .free = release,
};

void row_source_init(RowSource *source, const RowStore *store) {
    *source = (RowSource){.source = {&row_source_ops}, .store = store};
}

void row_source_deinit(RowSource *source) {
    free(source->morsels);
    source->morsels = NULL;
}
