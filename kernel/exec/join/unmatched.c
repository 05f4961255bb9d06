// SPDX-License-Identifier: Apache-2.0
// The source of build rows by whether they found a partner, read after the probe.
#include "kernel/exec/join/join.h"
#include "kernel/exec/rows/row_source.h"

#include <stddef.h>
#include <stdlib.h>

typedef struct UnmatchedScan {
    const Join *join;
    Vector *columns;
    uint32_t column_count;
    uint32_t next;
    uint32_t stop;
    uint16_t selection[LIMIT_BATCH_ROWS];
    uint32_t codes[LIMIT_BATCH_ROWS];
    Arena arena; // nulls of the other side
} UnmatchedScan;

static Join *join_of(Source *source) {
    return (Join *)((char *)source - offsetof(Join, unmatched));
}

static bool has_other_side(const Join *join) { return join->build_result == BUILD_WITHOUT_PARTNER; }

static bool prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    (void)query, (void)err;
    *morsel_count = ((uint64_t)join_of(base)->row_count + MORSEL_ROWS - 1) / MORSEL_ROWS;
    return true;
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    (void)query, (void)err;
    UnmatchedScan *scan = xcalloc(1, sizeof *scan);
    scan->join = join_of(base);
    const PhysNode *node = scan->join->node;
    scan->column_count = node->column_count;
    scan->columns = xcalloc(scan->column_count + 1, sizeof(Vector));
    if (has_other_side(scan->join))
        for (uint32_t c = 0; c < scan->column_count; c++)
            vector_init_null(&scan->columns[c], node->types[c], LIMIT_BATCH_ROWS, &scan->arena);
    return (ScanState *)scan;
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    (void)err;
    UnmatchedScan *scan = (UnmatchedScan *)state;
    scan->next = (uint32_t)(morsel * MORSEL_ROWS);
    scan->stop = (uint32_t)MIN(morsel * MORSEL_ROWS + MORSEL_ROWS, scan->join->row_count);
    return true;
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    (void)err;
    UnmatchedScan *scan = (UnmatchedScan *)state;
    const Join *join = scan->join;
    *done = scan->next == scan->stop;
    if (*done) return true;
    uint32_t count = MIN(scan->stop - scan->next, (uint32_t)LIMIT_BATCH_ROWS), kept = 0;
    bool wanted = join->build_result == BUILD_ONLY_WITH;
    for (uint32_t i = 0; i < count; i++) {
        scan->codes[i] = scan->next + i;
        scan->selection[kept] = (uint16_t)i;
        kept += (join->matched[scan->next + i] != 0) == wanted;
    }
    uint32_t first = join->is_swapped || !has_other_side(join) ? 0 : join->left_count;
    for (uint32_t c = 0; c < join->build.input->column_count; c++)
        scan->columns[first + c] = (Vector){.type = join->columns[c].type,
                                            .form = VECTOR_DICTIONARY,
                                            .codes = scan->codes,
                                            .dictionary = &join->columns[c]};
    for (uint32_t c = 0; c < scan->column_count; c++) scan->columns[c].count = count;
    scan->next += count;
    *out = (Batch){.columns = scan->columns,
                   .column_count = scan->column_count,
                   .row_count = count,
                   .selection = kept == count ? NULL : scan->selection,
                   .selected_count = kept};
    return true;
}

static void scan_close(ScanState *state) {
    UnmatchedScan *scan = (UnmatchedScan *)state;
    if (!scan) return;
    arena_deinit(&scan->arena);
    free(scan->columns);
    free(scan);
}

static void describe(const Source *base, Text *out) {
    (void)base;
    text_append_cstr(out, "rows without partner");
}

static void release(Source *base) { (void)base; }

static const SourceOps unmatched_ops = {
    .prepare = prepare,
    .scan_open = scan_open,
    .scan_begin = scan_begin,
    .scan_next = scan_next,
    .scan_close = scan_close,
    .describe = describe,
    .free = release,
};

void join_unmatched_init(Join *join) { join->unmatched.ops = &unmatched_ops; }
