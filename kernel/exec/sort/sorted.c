// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/sort/sorted.h"

#include "kernel/exec/rows/row_source.h"
#include "kernel/exec/sort/order.h"

#include <stdlib.h>

// --- columns and keys ---

void keyed_columns_init(KeyedColumns *keyed, Run *run, const PhysNode *input, SortKey *keys,
                        uint32_t key_count) {
    Arena *arena = &run->arena;
    *keyed = (KeyedColumns){.input_count = input->column_count,
                            .column_count = input->column_count,
                            .keys = keys,
                            .key_count = key_count};
    keyed->types = ARENA_ARRAY(arena, const Type *, input->column_count + key_count + 1);
    keyed->key_columns = ARENA_ARRAY(arena, uint32_t, key_count + 1);
    keyed->computed = ARENA_ARRAY(arena, Expr *, key_count + 1);
    for (uint32_t c = 0; c < input->column_count; c++) keyed->types[c] = input->types[c];
    for (uint32_t k = 0; k < key_count; k++) {
        if (keys[k].expr->kind == EXPR_COLUMN) {
            keyed->key_columns[k] = keys[k].expr->column;
            continue;
        }
        uint32_t column = keyed->column_count++;
        keyed->types[column] = keys[k].expr->type;
        keyed->key_columns[k] = column;
        keyed->computed[keyed->computed_count++] = keys[k].expr;
    }
}

uint32_t keyed_columns_add(KeyedColumns *keyed, Run *run, Expr *expr) {
    if (expr->kind == EXPR_COLUMN) return expr->column;
    const Type **types = ARENA_ARRAY(&run->arena, const Type *, keyed->column_count + 1);
    Expr **computed = ARENA_ARRAY(&run->arena, Expr *, keyed->computed_count + 1);
    memcpy(types, keyed->types, keyed->column_count * sizeof *types);
    if (keyed->computed_count)
        memcpy(computed, keyed->computed, keyed->computed_count * sizeof *computed);
    types[keyed->column_count] = expr->type;
    computed[keyed->computed_count++] = expr;
    keyed->types = types;
    keyed->computed = computed;
    return keyed->column_count++;
}

bool keyed_columns_prepare(KeyedColumns *keyed, Run *run, Error *err) {
    if (keyed->computed_count == 0) return true;
    keyed->program = run_compile(run, keyed->computed, keyed->computed_count, err);
    return keyed->program != NULL;
}

bool keyed_state_init(KeyedState *state, const KeyedColumns *keyed, Query *query, Error *err) {
    *state = (KeyedState){.keyed = keyed};
    if (keyed->program) {
        state->state = expr_state_new(keyed->program, query, err);
        if (!state->state) return false;
    }
    state->columns = xcalloc(keyed->column_count + 1, sizeof(Vector));
    return true;
}

void keyed_state_deinit(KeyedState *state) {
    if (state->state) expr_state_free(state->state);
    free(state->columns);
}

const Vector *keyed_state_eval(KeyedState *state, const Batch *batch, Error *err) {
    const KeyedColumns *keyed = state->keyed;
    if (!state->state) return batch->columns;
    if (keyed->input_count)
        memcpy(state->columns, batch->columns, keyed->input_count * sizeof(Vector));
    if (!expr_eval(state->state, batch, state->columns + keyed->input_count, err)) return NULL;
    return state->columns;
}

// --- sorted rows ---

typedef struct SortedScan {
    const SortedRows *sorted;
    Vector *columns;
    uint64_t next;
    uint64_t stop;
} SortedScan;

static uint64_t first_row(const SortedRows *sorted) {
    return MIN(sorted->offset, (uint64_t)sorted->count);
}

static uint64_t last_row(const SortedRows *sorted) {
    uint64_t rest = sorted->count - first_row(sorted);
    return first_row(sorted) + MIN(rest, sorted->limit);
}

static bool prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    (void)query, (void)err;
    const SortedRows *sorted = (SortedRows *)base;
    *morsel_count = (last_row(sorted) - first_row(sorted) + MORSEL_ROWS - 1) / MORSEL_ROWS;
    return true;
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    (void)query, (void)err;
    SortedScan *scan = xcalloc(1, sizeof *scan);
    scan->sorted = (SortedRows *)base;
    scan->columns = xcalloc(scan->sorted->output_count + 1, sizeof(Vector));
    return (ScanState *)scan;
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    (void)err;
    SortedScan *scan = (SortedScan *)state;
    scan->next = first_row(scan->sorted) + morsel * MORSEL_ROWS;
    scan->stop = MIN(scan->next + MORSEL_ROWS, last_row(scan->sorted));
    return true;
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    (void)err;
    SortedScan *scan = (SortedScan *)state;
    const SortedRows *sorted = scan->sorted;
    *done = scan->next == scan->stop;
    if (*done) return true;
    uint32_t count = (uint32_t)MIN(scan->stop - scan->next, (uint64_t)LIMIT_BATCH_ROWS);
    for (uint32_t c = 0; c < sorted->output_count; c++)
        scan->columns[c] = (Vector){.type = sorted->columns[c].type,
                                    .form = VECTOR_DICTIONARY,
                                    .count = count,
                                    .codes = sorted->order + scan->next,
                                    .dictionary = &sorted->columns[c]};
    scan->next += count;
    *out = (Batch){.columns = scan->columns,
                   .column_count = sorted->output_count,
                   .row_count = count,
                   .selected_count = count};
    return true;
}

static void scan_close(ScanState *state) {
    SortedScan *scan = (SortedScan *)state;
    if (!scan) return;
    free(scan->columns);
    free(scan);
}

static void describe(const Source *base, Text *out) {
    (void)base;
    text_append_cstr(out, "sorted rows");
}

static void release(Source *base) { (void)base; }

static const SourceOps sorted_ops = {
    .prepare = prepare,
    .scan_open = scan_open,
    .scan_begin = scan_begin,
    .scan_next = scan_next,
    .scan_close = scan_close,
    .describe = describe,
    .free = release,
};

void sorted_rows_init(SortedRows *sorted, uint32_t output_count, uint64_t offset, uint64_t limit) {
    *sorted = (SortedRows){
        .source = {&sorted_ops}, .output_count = output_count, .offset = offset, .limit = limit};
}

void sorted_rows_deinit(SortedRows *sorted) {
    contiguous_rows_deinit(&sorted->contiguous);
    row_store_deinit(&sorted->rows);
    arena_deinit(&sorted->arena);
    free(sorted->order);
    if (sorted->charged_bytes) memory_release(sorted->memory, sorted->charged_bytes);
    sorted->order = NULL;
    sorted->count = 0;
    sorted->charged_bytes = 0;
}

bool sorted_rows_make(SortedRows *sorted, RowStore *rows, const KeyedColumns *keyed, Query *query,
                      Error *err) {
    sorted->rows = *rows;
    sorted->memory = query->memory;
    uint64_t bytes = rows->row_count * sizeof(uint32_t);
    if (!contiguous_rows_make(&sorted->contiguous, &sorted->rows, query, "sort", err)) return false;
    if (!memory_reserve(query->memory, bytes)) return memory_fail(query->memory, "sort", err);
    sorted->charged_bytes = bytes;
    sorted->columns = sorted->contiguous.columns;
    sorted->count = sorted->contiguous.row_count;
    sorted->order = xmalloc(sizeof(uint32_t) * ((size_t)sorted->count + 1));
    Vector *keys = ARENA_ARRAY(&sorted->arena, Vector, keyed->key_count + 1);
    for (uint32_t k = 0; k < keyed->key_count; k++)
        keys[k] = sorted->columns[keyed->key_columns[k]];
    return sort_order(query, keyed->keys, keyed->key_count, keys, sorted->count, sorted->order,
                      true, err);
}
