// SPDX-License-Identifier: Apache-2.0
// The window operator: sorts, cuts into morsels of whole partitions, and computes them as they are
// read.
#include "kernel/exec/window/window.h"

#include "kernel/exec/operators/operators.h"
#include "kernel/exec/rows/collector.h"
#include "kernel/exec/rows/keys.h"

#include <stddef.h>
#include <stdlib.h>

typedef struct WindowOperator {
    Operator op;
    KeyedColumns keyed;
    Collector collector;
    SortedRows sorted;
    CallPlan *plans;
    uint32_t plan_count;
    uint32_t partition_count; // keys that make partitions
    Vector *keys;             // packed, of all sort keys
    uint64_t *partitions;     // bit per sorted row: first of its partition
    uint64_t *peers;          // first of its peers
    uint32_t *morsels;        // first sorted row of each, and the end
    uint64_t morsel_count;
    Source source;
} WindowOperator;

typedef struct WindowStage {
    Stage stage;
    KeyedState keyed;
} WindowStage;

typedef struct WindowScan {
    WindowOperator *op;
    Query *query;
    Arena arena; // results of a morsel
    Vector *results;
    Vector *columns;
    uint32_t first;
    uint32_t next;
    uint32_t stop;
} WindowScan;

// --- taking rows in ---

static bool plan_constants(CallPlan *plan, Run *run, Error *err) {
    WindowCall *call = plan->call;
    bool has_constants = call->kind == WINDOW_NTILE || call->kind == WINDOW_LAG ||
                         call->kind == WINDOW_LEAD || call->kind == WINDOW_NTH_VALUE;
    for (uint32_t a = 0; has_constants && a < call->arg_count; a++) {
        bool is_constant = call->kind == WINDOW_NTILE || a == 1;
        if (is_constant &&
            !expr_constant(call->args[a], run->query, &run->arena, &plan->constants[a], err))
            return false;
    }
    if (call->start_offset &&
        !expr_constant(call->start_offset, run->query, &run->arena, &plan->start_offset, err))
        return false;
    return !call->stop_offset ||
           expr_constant(call->stop_offset, run->query, &run->arena, &plan->stop_offset, err);
}

static bool prepare_op(Operator *base, Run *run, Error *err) {
    WindowOperator *op = (WindowOperator *)base;
    for (uint32_t c = 0; c < op->plan_count; c++)
        if (!plan_constants(&op->plans[c], run, err)) return false;
    return keyed_columns_prepare(&op->keyed, run, err);
}

static Stage *open(Operator *base, Worker *worker, Error *err) {
    WindowStage *stage = stage_new(base, worker, sizeof *stage);
    if (keyed_state_init(&stage->keyed, &((WindowOperator *)base)->keyed, worker->query, err))
        return &stage->stage;
    free(stage);
    return NULL;
}

static void close(Stage *base) { keyed_state_deinit(&((WindowStage *)base)->keyed); }

static bool push(Stage *base, Batch *batch, Error *err) {
    WindowOperator *op = (WindowOperator *)base->op;
    Worker *worker = base->worker;
    const Vector *columns = keyed_state_eval(&((WindowStage *)base)->keyed, batch, err);
    if (!columns) return false;
    if (collector_append(&op->collector, worker->index, worker->morsel, columns, batch_rows(batch)))
        return true;
    return memory_fail(worker->query->memory, "window", err);
}

// Sets the bit of each sorted row that differs from the one before in the first key_count keys.
static bool mark_changes(const WindowOperator *op, uint32_t key_count, uint64_t *bits, Query *query,
                         Error *err) {
    const uint32_t *order = op->sorted.order;
    uint32_t count = op->sorted.count;
    if (count) bit_set(bits, 0);
    for (uint32_t at = 1; key_count && at < count; at += LIMIT_BATCH_ROWS) {
        uint32_t part = MIN(count - at, (uint32_t)LIMIT_BATCH_ROWS), kept = part;
        uint32_t same[LIMIT_BATCH_ROWS];
        for (uint32_t i = 0; i < part; i++) same[i] = i;
        for (uint32_t k = 0; k < key_count; k++)
            kept =
                key_match(&op->keys[k], order + at - 1, &op->keys[k], order + at, true, same, kept);
        for (uint32_t i = 0, s = 0; i < part; i++) {
            bool is_same = s < kept && same[s] == i;
            s += is_same;
            if (!is_same) bit_set(bits, at + i);
        }
        if (!query_check(query, err)) return false;
    }
    return true;
}

static void cut_morsels(WindowOperator *op) {
    uint32_t count = op->sorted.count, start = 0;
    op->morsels = xmalloc(((size_t)count / MORSEL_ROWS + 2) * sizeof(uint32_t));
    for (uint32_t row = 0; row < count; row++) {
        bool is_first = row == 0;
        if (!is_first && (row - start < MORSEL_ROWS || !bit_get(op->partitions, row))) continue;
        op->morsels[op->morsel_count++] = row;
        start = row;
    }
    op->morsels[op->morsel_count] = count;
}

static bool finish(Operator *base, Run *run, Error *err) {
    WindowOperator *op = (WindowOperator *)base;
    RowStore rows;
    row_store_init(&rows, op->keyed.types, op->keyed.column_count, run->query->memory);
    collector_finish(&op->collector, &rows);
    if (!sorted_rows_make(&op->sorted, &rows, &op->keyed, run->query, err)) return false;
    uint32_t count = op->sorted.count;
    op->partitions = xcalloc(bit_words(count) + 1, sizeof(uint64_t));
    op->peers = xcalloc(bit_words(count) + 1, sizeof(uint64_t));
    op->keys = ARENA_ARRAY(&op->sorted.arena, Vector, op->keyed.key_count + 1);
    for (uint32_t k = 0; k < op->keyed.key_count; k++)
        key_pack(&op->sorted.columns[op->keyed.key_columns[k]], (Rows){NULL, count},
                 &op->sorted.arena, &op->keys[k]);
    if (!mark_changes(op, op->partition_count, op->partitions, run->query, err) ||
        !mark_changes(op, op->keyed.key_count, op->peers, run->query, err))
        return false;
    cut_morsels(op);
    return true;
}

static void release_op(Operator *base) {
    WindowOperator *op = (WindowOperator *)base;
    collector_deinit(&op->collector);
    sorted_rows_deinit(&op->sorted);
    free(op->partitions);
    free(op->peers);
    free(op->morsels);
}

static const OperatorOps window_ops = {
    .name = "window",
    .prepare = prepare_op,
    .open = open,
    .push = push,
    .close = close,
    .finish = finish,
    .release = release_op,
};

// --- giving rows and results ---

static WindowOperator *operator_of(Source *source) {
    return (WindowOperator *)((char *)source - offsetof(WindowOperator, source));
}

static bool prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    (void)query, (void)err;
    *morsel_count = operator_of(base)->morsel_count;
    return true;
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    (void)err;
    WindowScan *scan = xcalloc(1, sizeof *scan);
    scan->op = operator_of(base);
    scan->query = query;
    scan->results = xcalloc(scan->op->plan_count + 1, sizeof(Vector));
    scan->columns = xcalloc(scan->op->keyed.input_count + scan->op->plan_count + 1, sizeof(Vector));
    return (ScanState *)scan;
}

static bool compute_call(WindowScan *scan, WindowPart *part, const CallPlan *plan, Vector *out,
                         Error *err) {
    uint32_t at = part->first - scan->first;
    if (plan->needs_frame && !window_frames(part, plan, err)) return false;
    switch (plan->call->kind) {
    case WINDOW_AGGREGATE: return window_fold(part, plan, out, at, &scan->arena, err);
    case WINDOW_LAG:
    case WINDOW_LEAD:
    case WINDOW_FIRST_VALUE:
    case WINDOW_LAST_VALUE:
    case WINDOW_NTH_VALUE: window_value(part, plan, out, at, &scan->arena); return true;
    default: window_rank(part, plan, out, at); return true;
    }
}

static bool compute_partition(WindowScan *scan, uint32_t first, uint32_t stop, Error *err) {
    WindowOperator *op = scan->op;
    AUTO(Arena, arena) = {0};
    uint32_t p = op->partition_count;
    WindowPart part = {.query = scan->query,
                       .sorted = &op->sorted,
                       .rows = op->sorted.order + first,
                       .count = stop - first,
                       .peers = op->peers,
                       .first = first,
                       .arena = &arena};
    if (op->keyed.key_count > p) {
        part.order = &op->keyed.keys[p];
        part.order_key = &op->sorted.columns[op->keyed.key_columns[p]];
    }
    for (uint32_t c = 0; c < op->plan_count; c++)
        if (!compute_call(scan, &part, &op->plans[c], &scan->results[c], err)) return false;
    return query_check(scan->query, err);
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    WindowScan *scan = (WindowScan *)state;
    WindowOperator *op = scan->op;
    scan->first = scan->next = op->morsels[morsel];
    scan->stop = op->morsels[morsel + 1];
    arena_reset(&scan->arena);
    for (uint32_t c = 0; c < op->plan_count; c++)
        vector_init_flat(&scan->results[c], op->plans[c].call->type, scan->stop - scan->first,
                         &scan->arena);
    for (uint32_t row = scan->first; row < scan->stop;) {
        uint32_t stop = row + 1;
        while (stop < scan->stop && !bit_get(op->partitions, stop)) stop++;
        if (!compute_partition(scan, row, stop, err)) return false;
        row = stop;
    }
    return true;
}

// Results [at, at + count) of the morsel; `at` is a multiple of 64.
static void result_slice(WindowScan *scan, uint32_t c, uint32_t at, uint32_t count, Vector *out) {
    const Vector *result = &scan->results[c];
    if (type_is_nested(result->type)) {
        uint32_t *codes = arena_alloc_raw(&scan->arena, count * sizeof *codes, 8);
        for (uint32_t i = 0; i < count; i++) codes[i] = at + i;
        *out = (Vector){.type = result->type,
                        .form = VECTOR_DICTIONARY,
                        .count = count,
                        .codes = codes,
                        .dictionary = result};
        return;
    }
    *out = *result;
    out->count = count;
    size_t bytes = physical_bytes(type_physical(result->type));
    if (bytes) out->data = (char *)out->data + bytes * at;
    if (out->validity) out->validity += at / 64;
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    (void)err;
    WindowScan *scan = (WindowScan *)state;
    WindowOperator *op = scan->op;
    *done = scan->next == scan->stop;
    if (*done) return true;
    uint32_t count = MIN(scan->stop - scan->next, (uint32_t)LIMIT_BATCH_ROWS);
    uint32_t inputs = op->keyed.input_count;
    for (uint32_t c = 0; c < inputs; c++)
        scan->columns[c] = (Vector){.type = op->sorted.columns[c].type,
                                    .form = VECTOR_DICTIONARY,
                                    .count = count,
                                    .codes = op->sorted.order + scan->next,
                                    .dictionary = &op->sorted.columns[c]};
    for (uint32_t c = 0; c < op->plan_count; c++)
        result_slice(scan, c, scan->next - scan->first, count, &scan->columns[inputs + c]);
    scan->next += count;
    *out = (Batch){.columns = scan->columns,
                   .column_count = inputs + op->plan_count,
                   .row_count = count,
                   .selected_count = count};
    return true;
}

static void scan_close(ScanState *state) {
    WindowScan *scan = (WindowScan *)state;
    if (!scan) return;
    arena_deinit(&scan->arena);
    free(scan->results);
    free(scan->columns);
    free(scan);
}

static void describe(const Source *base, Text *out) {
    (void)base;
    text_append_cstr(out, "windows");
}

static void release(Source *base) { (void)base; }

static const SourceOps window_source_ops = {
    .prepare = prepare,
    .scan_open = scan_open,
    .scan_begin = scan_begin,
    .scan_next = scan_next,
    .scan_close = scan_close,
    .describe = describe,
    .free = release,
};

// --- building ---

static void plan_call(WindowOperator *op, Run *run, CallPlan *plan, WindowCall *call) {
    bool is_fold = call->kind == WINDOW_AGGREGATE;
    Expr **args = is_fold ? call->aggregate->args : call->args;
    plan->call = call;
    plan->arg_count = is_fold ? call->aggregate->arg_count : call->arg_count;
    plan->args = ARENA_ARRAY(&run->arena, uint32_t, plan->arg_count + 1);
    plan->constants = ARENA_ARRAY(&run->arena, Value, plan->arg_count + 1);
    for (uint32_t a = 0; a < plan->arg_count; a++)
        plan->args[a] = keyed_columns_add(&op->keyed, run, args[a]);
    plan->filter = UINT32_MAX;
    if (is_fold && call->aggregate->filter)
        plan->filter = keyed_columns_add(&op->keyed, run, call->aggregate->filter);
    plan->needs_frame = is_fold || call->kind == WINDOW_FIRST_VALUE ||
                        call->kind == WINDOW_LAST_VALUE || call->kind == WINDOW_NTH_VALUE;
}

bool build_window(Run *run, const PhysNode *node, Operator *above, Error *err) {
    WindowOperator *op = (WindowOperator *)run_operator(run, &window_ops, node, NULL, sizeof *op);
    const PhysNode *input = node->inputs[0];
    const WindowCall *first = node->window.calls[0];
    op->partition_count = first->partition_count;
    uint32_t key_count = first->partition_count + first->order_count;
    SortKey *keys = ARENA_ARRAY(&run->arena, SortKey, key_count + 1);
    for (uint32_t k = 0; k < first->partition_count; k++) keys[k].expr = first->partition[k];
    for (uint32_t k = 0; k < first->order_count; k++)
        keys[first->partition_count + k] = first->order[k];
    keyed_columns_init(&op->keyed, run, input, keys, key_count);
    op->plan_count = node->window.call_count;
    op->plans = ARENA_ARRAY(&run->arena, CallPlan, op->plan_count + 1);
    for (uint32_t c = 0; c < op->plan_count; c++)
        plan_call(op, run, &op->plans[c], node->window.calls[c]);
    collector_init(&op->collector, op->keyed.types, op->keyed.column_count, run->query->memory,
                   run->worker_count);
    sorted_rows_init(&op->sorted, input->column_count, 0, UINT64_MAX);
    op->source.ops = &window_source_ops;
    if (!run_build_unordered(run, input, &op->op, err)) return false;
    run_add_finish(run, &op->op);
    run_add_pipeline(run, &op->source, false, node, above);
    return true;
}
