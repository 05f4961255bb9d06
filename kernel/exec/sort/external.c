// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/sort/external.h"

#include "kernel/exec/sort/order.h"

#include <stdlib.h>

void external_sort_deinit(ExternalSort *sort) {
    for (uint32_t r = 0; r < sort->run_count; r++) spill_file_free(sort->runs[r]);
    free(sort->runs);
    sort->runs = NULL;
    sort->run_count = 0;
    pthread_mutex_destroy(&sort->lock);
}

// --- writing a run ---

// The morsel of each row of order[first .. first + count).
static void fill_morsels(const MorselRows *morsels, const uint32_t *order, uint32_t count,
                         int64_t *out, uint64_t row_count) {
    for (uint32_t i = 0; i < count; i++) {
        const MorselRows *at = morsels;
        while (at->stop <= order[i] && at->stop < row_count) at++;
        out[i] = (int64_t)at->morsel;
    }
}

static bool write_run(ExternalSort *sort, SpillFile *file, const Vector *columns,
                      const uint32_t *order, uint32_t count, const MorselRows *morsels,
                      Error *err) {
    uint32_t inputs = sort->keyed->column_count;
    int64_t numbers[LIMIT_BATCH_ROWS];
    Vector *block = xcalloc(inputs + 1, sizeof(Vector));
    bool ok = true;
    for (uint32_t done = 0; ok && done < count;) {
        uint32_t part = MIN(count - done, (uint32_t)LIMIT_BATCH_ROWS);
        for (uint32_t c = 0; c < inputs; c++)
            block[c] = (Vector){.type = columns[c].type,
                                .form = VECTOR_DICTIONARY,
                                .count = part,
                                .codes = order + done,
                                .dictionary = &columns[c]};
        fill_morsels(morsels, order + done, part, numbers, count);
        block[inputs] = (Vector){.type = type_of(TYPE_BIGINT), .count = part, .data = numbers};
        ok = spill_file_write(file, block, (Rows){NULL, part}, err);
        done += part;
    }
    free(block);
    return ok;
}

static SpillFile *add_run(ExternalSort *sort, Query *query, Error *err) {
    SpillFile *file = spill_file_new(query, sort->types, sort->keyed->column_count + 1, err);
    if (!file) return NULL;
    pthread_mutex_lock(&sort->lock);
    sort->runs = xrealloc(sort->runs, (sort->run_count + 1) * sizeof(SpillFile *));
    sort->runs[sort->run_count++] = file;
    pthread_mutex_unlock(&sort->lock);
    return file;
}

bool external_sort_spill(ExternalSort *sort, Collector *collector, uint32_t worker, Query *query,
                         Error *err) {
    RowStore rows;
    MorselRows *morsels = collector_take(collector, worker, &rows);
    const KeyedColumns *keyed = sort->keyed;
    AUTO(Arena, arena) = {0};
    Vector *columns = ARENA_ARRAY(&arena, Vector, keyed->column_count + 1);
    Vector *keys = ARENA_ARRAY(&arena, Vector, keyed->key_count + 1);
    uint32_t count = (uint32_t)rows.row_count;
    bool ok = true;
    if (count) {
        row_store_concat(&rows, &arena, columns);
        for (uint32_t k = 0; k < keyed->key_count; k++) keys[k] = columns[keyed->key_columns[k]];
        uint32_t *order = xmalloc(sizeof *order * ((size_t)count + 1));
        SpillFile *file = add_run(sort, query, err);
        ok = file &&
             sort_order(query, keyed->keys, keyed->key_count, keys, count, order, false, err) &&
             write_run(sort, file, columns, order, count, morsels, err);
        free(order);
    }
    free(morsels);
    row_store_deinit(&rows);
    return ok;
}

// --- merging ---

// A run's current row.
typedef struct RunCursor {
    SpillFile *file;
    uint32_t number;
    Batch batch;
    uint32_t row;
    Vector *keys;
} RunCursor;

typedef struct MergeScan {
    const ExternalSort *sort;
    Query *query;
    SortLayout layout; // directions only
    RunCursor *cursors;
    RunCursor **heap; // least first
    uint32_t heap_count;
    Arena arena; // of the batch that is handed on
    Arena lasting;
    Vector *columns;
    uint64_t given;
} MergeScan;

static int64_t morsel_of(const MergeScan *scan, const RunCursor *cursor) {
    const Vector *column = &cursor->batch.columns[scan->sort->keyed->column_count];
    return ((const int64_t *)column->data)[cursor->row];
}

static bool cursor_is_less(const MergeScan *scan, const RunCursor *a, const RunCursor *b) {
    int order = sort_compare_across(&scan->layout, a->keys, a->row, b->keys, b->row);
    if (order) return order < 0;
    int64_t x = morsel_of(scan, a), y = morsel_of(scan, b);
    return x != y ? x < y : a->number < b->number;
}

static void sift_down(MergeScan *scan, uint32_t at) {
    RunCursor *cursor = scan->heap[at];
    for (uint32_t child; (child = at * 2 + 1) < scan->heap_count; at = child) {
        if (child + 1 < scan->heap_count &&
            cursor_is_less(scan, scan->heap[child + 1], scan->heap[child]))
            child++;
        if (!cursor_is_less(scan, scan->heap[child], cursor)) break;
        scan->heap[at] = scan->heap[child];
    }
    scan->heap[at] = cursor;
}

static bool cursor_load(const MergeScan *scan, RunCursor *cursor, Error *err) {
    const KeyedColumns *keyed = scan->sort->keyed;
    cursor->row = 0;
    if (!spill_file_read(cursor->file, &cursor->batch, err)) return false;
    for (uint32_t k = 0; cursor->batch.row_count && k < keyed->key_count; k++)
        cursor->keys[k] = cursor->batch.columns[keyed->key_columns[k]];
    return true;
}

// Moves the least cursor on.
static bool advance(MergeScan *scan, Error *err) {
    RunCursor *cursor = scan->heap[0];
    if (++cursor->row == cursor->batch.row_count && !cursor_load(scan, cursor, err)) return false;
    if (cursor->batch.row_count == 0) scan->heap[0] = scan->heap[--scan->heap_count];
    if (scan->heap_count) sift_down(scan, 0);
    return true;
}

static bool prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    (void)query, (void)err;
    *morsel_count = ((ExternalSort *)base)->run_count ? 1 : 0;
    return true;
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    (void)err;
    const ExternalSort *sort = (ExternalSort *)base;
    MergeScan *scan = xcalloc(1, sizeof *scan);
    scan->sort = sort;
    scan->query = query;
    uint32_t keys = sort->keyed->key_count;
    scan->layout.column_count = keys;
    scan->layout.columns = ARENA_ARRAY(&scan->lasting, SortColumn, keys + 1);
    for (uint32_t k = 0; k < keys; k++) {
        scan->layout.columns[k].descending = sort->keyed->keys[k].descending;
        scan->layout.columns[k].nulls_last = sort->keyed->keys[k].nulls_last;
    }
    scan->cursors = ARENA_ARRAY(&scan->lasting, RunCursor, sort->run_count + 1);
    scan->heap = ARENA_ARRAY(&scan->lasting, RunCursor *, sort->run_count + 1);
    scan->columns = ARENA_ARRAY(&scan->lasting, Vector, sort->output_count + 1);
    for (uint32_t r = 0; r < sort->run_count; r++) {
        scan->cursors[r] = (RunCursor){.file = sort->runs[r], .number = r};
        scan->cursors[r].keys = ARENA_ARRAY(&scan->lasting, Vector, keys + 1);
    }
    return (ScanState *)scan;
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    (void)morsel;
    MergeScan *scan = (MergeScan *)state;
    for (uint32_t r = 0; r < scan->sort->run_count; r++) {
        RunCursor *cursor = &scan->cursors[r];
        if (!spill_file_rewind(cursor->file, err) || !cursor_load(scan, cursor, err)) return false;
        if (cursor->batch.row_count) scan->heap[scan->heap_count++] = cursor;
    }
    for (uint32_t i = scan->heap_count / 2; i-- > 0;) sift_down(scan, i);
    for (uint64_t skipped = 0; skipped < scan->sort->offset && scan->heap_count; skipped++)
        if (!advance(scan, err)) return false;
    return true;
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    MergeScan *scan = (MergeScan *)state;
    const ExternalSort *sort = scan->sort;
    *done = scan->heap_count == 0 || scan->given == sort->limit;
    if (*done) return true;
    arena_reset(&scan->arena);
    for (uint32_t c = 0; c < sort->output_count; c++)
        vector_init_flat(&scan->columns[c], sort->types[c], LIMIT_BATCH_ROWS, &scan->arena);
    uint32_t count = 0;
    while (count < LIMIT_BATCH_ROWS && scan->heap_count && scan->given < sort->limit) {
        const RunCursor *cursor = scan->heap[0];
        uint16_t row = (uint16_t)cursor->row;
        for (uint32_t c = 0; c < sort->output_count; c++)
            vector_append_rows(&scan->columns[c], count, &cursor->batch.columns[c], (Rows){&row, 1},
                               &scan->arena, true);
        count++;
        scan->given++;
        if (!advance(scan, err)) return false;
    }
    *out = (Batch){.columns = scan->columns,
                   .column_count = sort->output_count,
                   .row_count = count,
                   .selected_count = count};
    return query_check(scan->query, err);
}

static void scan_close(ScanState *state) {
    MergeScan *scan = (MergeScan *)state;
    if (!scan) return;
    arena_deinit(&scan->arena);
    arena_deinit(&scan->lasting);
    free(scan);
}

static void describe(const Source *base, Text *out) {
    text_printf(out, "%u sorted runs", ((const ExternalSort *)base)->run_count);
}

static void release(Source *base) { (void)base; }

static const SourceOps merge_ops = {
    .prepare = prepare,
    .scan_open = scan_open,
    .scan_begin = scan_begin,
    .scan_next = scan_next,
    .scan_close = scan_close,
    .describe = describe,
    .free = release,
};

void external_sort_init(ExternalSort *sort, Run *run, const KeyedColumns *keyed,
                        uint32_t output_count, uint64_t offset, uint64_t limit) {
    *sort = (ExternalSort){.source = {&merge_ops},
                           .keyed = keyed,
                           .output_count = output_count,
                           .offset = offset,
                           .limit = limit};
    pthread_mutex_init(&sort->lock, NULL);
    sort->types = ARENA_ARRAY(&run->arena, const Type *, keyed->column_count + 1);
    memcpy(sort->types, keyed->types, keyed->column_count * sizeof(Type *));
    sort->types[keyed->column_count] = type_of(TYPE_BIGINT);
}
