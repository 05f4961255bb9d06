// SPDX-License-Identifier: Apache-2.0
// Groups as rows: keys, then results of the calls.
#include "kernel/exec/aggregate/aggregate.h"
#include "kernel/exec/rows/row_source.h"

#include <stddef.h>
#include <stdlib.h>

typedef struct GroupScan {
    const GroupOperator *op;
    AggregateFrame *frames;
    Arena arena;
    Vector *columns;
    void **states;
    uint64_t next;
    uint64_t stop;
} GroupScan;

static GroupOperator *operator_of(Source *source) {
    return (GroupOperator *)((char *)source - offsetof(GroupOperator, source));
}

static bool prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    (void)query, (void)err;
    *morsel_count = (operator_of(base)->group_count + MORSEL_ROWS - 1) / MORSEL_ROWS;
    return true;
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    (void)err;
    GroupScan *scan = xcalloc(1, sizeof *scan);
    const GroupOperator *op = scan->op = operator_of(base);
    uint32_t calls = op->layout.call_count;
    scan->frames = xcalloc(calls + 1, sizeof *scan->frames);
    for (uint32_t c = 0; c < calls; c++)
        scan->frames[c] = (AggregateFrame){
            .call = op->calls[c], .query = query, .arena = &scan->arena, .memory = query->memory};
    scan->columns = xcalloc(op->layout.key_count + calls + 1, sizeof(Vector));
    scan->states = xmalloc(LIMIT_BATCH_ROWS * sizeof(void *));
    return (ScanState *)scan;
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    (void)err;
    GroupScan *scan = (GroupScan *)state;
    scan->next = morsel * MORSEL_ROWS;
    scan->stop = MIN(scan->next + MORSEL_ROWS, scan->op->group_count);
    return true;
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    GroupScan *scan = (GroupScan *)state;
    const GroupLayout *layout = &scan->op->layout;
    *done = scan->next == scan->stop;
    if (*done) return true;
    uint32_t count = (uint32_t)MIN(scan->stop - scan->next, (uint64_t)LIMIT_BATCH_ROWS);
    GroupRow **groups = scan->op->groups + scan->next;
    arena_reset(&scan->arena);
    for (uint32_t k = 0; k < layout->key_count; k++)
        group_rows_key(layout, groups, count, k, &scan->arena, &scan->columns[k]);
    for (uint32_t c = 0; c < layout->call_count; c++) {
        Vector *column = &scan->columns[layout->key_count + c];
        vector_init_flat(column, scan->op->calls[c]->type, count, &scan->arena);
        for (uint32_t i = 0; i < count; i++) scan->states[i] = group_state(layout, groups[i], c);
        if (!layout->functions[c]->finalize(&scan->frames[c], scan->states, count, column,
                                            &scan->arena, err))
            return false;
    }
    scan->next += count;
    *out = (Batch){.columns = scan->columns,
                   .column_count = layout->key_count + layout->call_count,
                   .row_count = count,
                   .selected_count = count};
    return true;
}

static void scan_close(ScanState *state) {
    GroupScan *scan = (GroupScan *)state;
    if (!scan) return;
    arena_deinit(&scan->arena);
    free(scan->frames);
    free(scan->columns);
    free(scan->states);
    free(scan);
}

static void describe(const Source *base, Text *out) {
    (void)base;
    text_append_cstr(out, "groups");
}

static void release(Source *base) { (void)base; }

static const SourceOps group_source_ops = {
    .prepare = prepare,
    .scan_open = scan_open,
    .scan_begin = scan_begin,
    .scan_next = scan_next,
    .scan_close = scan_close,
    .describe = describe,
    .free = release,
};

void group_source_init(GroupOperator *op) { op->source.ops = &group_source_ops; }
