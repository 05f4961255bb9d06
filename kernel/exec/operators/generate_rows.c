// SPDX-License-Identifier: Apache-2.0
// Sources that need no storage: VALUES and range().
#include "kernel/exec/operators/operators.h"

#include <stdlib.h>

enum { BATCHES_PER_MORSEL = 16 };

typedef struct LocalSource {
    Source source;
    const PhysNode *node;
    uint64_t rows;
} LocalSource;

typedef struct LocalScan {
    const LocalSource *source;
    uint64_t next; // row
    uint64_t stop;
    Arena arena; // of a batch of values
    Vector *columns;
    int64_t *numbers; // of a range
} LocalScan;

static bool prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    (void)query, (void)err;
    uint64_t per_morsel = (uint64_t)BATCHES_PER_MORSEL * LIMIT_BATCH_ROWS;
    uint64_t rows = ((LocalSource *)base)->rows;
    *morsel_count = rows / per_morsel + (rows % per_morsel != 0);
    return true;
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    (void)query, (void)err;
    LocalScan *scan = xcalloc(1, sizeof *scan);
    scan->source = (LocalSource *)base;
    scan->columns = xcalloc(scan->source->node->column_count + 1, sizeof(Vector));
    if (scan->source->node->kind == PHYS_RANGE)
        scan->numbers = xmalloc(LIMIT_BATCH_ROWS * sizeof(int64_t));
    return (ScanState *)scan;
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    (void)err;
    LocalScan *scan = (LocalScan *)state;
    uint64_t per_morsel = (uint64_t)BATCHES_PER_MORSEL * LIMIT_BATCH_ROWS;
    scan->next = morsel * per_morsel;
    scan->stop = MIN(scan->next + per_morsel, scan->source->rows);
    return true;
}

static void read_range(LocalScan *scan, uint32_t count) {
    const PhysNode *node = scan->source->node;
    uint64_t step = (uint64_t)node->range.step;
    uint64_t first = (uint64_t)node->range.start + scan->next * step;
    for (uint32_t i = 0; i < count; i++) scan->numbers[i] = (int64_t)(first + i * step);
    scan->columns[0] = (Vector){
        .type = node->types[0], .form = VECTOR_FLAT, .count = count, .data = scan->numbers};
}

static void read_values(LocalScan *scan, uint32_t count) {
    const PhysNode *node = scan->source->node;
    arena_reset(&scan->arena);
    for (uint32_t c = 0; c < node->column_count; c++) {
        vector_init_flat(&scan->columns[c], node->types[c], count, &scan->arena);
        for (uint32_t i = 0; i < count; i++)
            vector_set_value(&scan->columns[c], i, &node->values.rows[scan->next + i][c],
                             &scan->arena);
    }
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    (void)err;
    LocalScan *scan = (LocalScan *)state;
    *done = scan->next == scan->stop;
    if (*done) return true;
    uint32_t count = (uint32_t)MIN(scan->stop - scan->next, (uint64_t)LIMIT_BATCH_ROWS);
    if (scan->numbers) read_range(scan, count);
    else read_values(scan, count);
    scan->next += count;
    *out = (Batch){.columns = scan->columns,
                   .column_count = scan->source->node->column_count,
                   .row_count = count,
                   .selected_count = count};
    return true;
}

static void scan_close(ScanState *state) {
    LocalScan *scan = (LocalScan *)state;
    if (!scan) return;
    arena_deinit(&scan->arena);
    free(scan->columns);
    free(scan->numbers);
    free(scan);
}

static void describe(const Source *base, Text *out) {
    text_printf(out, "%llu rows", (unsigned long long)((const LocalSource *)base)->rows);
}

static void release(Source *base) { (void)base; }

static const SourceOps local_ops = {
    .prepare = prepare,
    .scan_open = scan_open,
    .scan_begin = scan_begin,
    .scan_next = scan_next,
    .scan_close = scan_close,
    .describe = describe,
    .free = release,
};

static bool add_local(Run *run, const PhysNode *node, uint64_t rows, Operator *above) {
    LocalSource *source = ARENA_NEW(&run->arena, LocalSource);
    *source = (LocalSource){{&local_ops}, node, rows};
    run_add_pipeline(run, &source->source, false, node, above);
    return true;
}

bool build_values(Run *run, const PhysNode *node, Operator *above, Error *err) {
    (void)err;
    return add_local(run, node, node->values.row_count, above);
}

bool build_range(Run *run, const PhysNode *node, Operator *above, Error *err) {
    (void)err;
    Int128 start = node->range.start, stop = node->range.stop, step = node->range.step;
    Int128 span = step > 0 ? stop - start : start - stop;
    Int128 width = step > 0 ? step : -step;
    uint64_t rows = span > 0 && width > 0 ? (uint64_t)((span + width - 1) / width) : 0;
    return add_local(run, node, rows, above);
}
