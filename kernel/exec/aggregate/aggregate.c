// SPDX-License-Identifier: Apache-2.0
// Phase 1 of grouping, and the operator's frame.
#include "kernel/exec/aggregate/aggregate.h"

#include "kernel/exec/aggregate/direct.h"
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/rows/keys.h"

#include <stdlib.h>

enum { PASS_THROUGH_PERCENT = 80 }; // more new groups per row than this: looking them up is no use

typedef struct GroupStage {
    Stage stage;
    ExprState *state;
    ExprState **filters;
    ExprState **programs;
    Arena arena; // of a batch
    Vector *values;
    Vector *keys;
    Vector *args;
    uint64_t *hashes;
    GroupRow **groups; // by position
    void **states;
    uint16_t *selection;
    DirectGroups *direct;
    uint32_t chunk_rows; // of the current chunk so far
    uint64_t chunk_groups;
    bool passes_through;
} GroupStage;

static uint32_t add_roots(GroupOperator *op, const PhysNode *node, Expr **roots) {
    uint32_t count = 0;
    for (uint32_t k = 0; k < node->aggregate.key_count; k++)
        roots[count++] = node->aggregate.keys[k];
    for (uint32_t c = 0; c < node->aggregate.call_count; c++) {
        const AggregateCall *call = op->calls[c];
        op->columns[c].first_arg = count;
        if (call->filter) continue;
        for (uint32_t a = 0; a < call->arg_count; a++) roots[count++] = call->args[a];
        for (uint32_t o = 0; call_is_collected(call) && o < call->order_count; o++)
            roots[count++] = call->order[o].expr;
    }
    return count;
}

static uint32_t input_count(const AggregateCall *call) {
    return call->arg_count + (call_is_collected(call) ? call->order_count : 0);
}

static bool prepare_filtered(GroupOperator *op, uint32_t c, Run *run, Error *err) {
    const AggregateCall *call = op->calls[c];
    Expr **roots = ARENA_ARRAY(&run->arena, Expr *, input_count(call) + 1);
    uint32_t count = 0;
    for (uint32_t a = 0; a < call->arg_count; a++) roots[count++] = call->args[a];
    for (uint32_t o = 0; count < input_count(call); o++) roots[count++] = call->order[o].expr;
    op->columns[c].filter = run_compile(run, &call->filter, 1, err);
    if (!op->columns[c].filter) return false;
    op->columns[c].first_arg = 0;
    op->columns[c].program = run_compile(run, roots, count, err);
    return op->columns[c].program != NULL;
}

static bool prepare(Operator *base, Run *run, Error *err) {
    GroupOperator *op = (GroupOperator *)base;
    const PhysNode *node = base->node;
    uint32_t most = node->aggregate.key_count + 1;
    for (uint32_t c = 0; c < node->aggregate.call_count; c++) most += input_count(op->calls[c]);
    Expr **roots = ARENA_ARRAY(&run->arena, Expr *, most);
    op->root_count = add_roots(op, node, roots);
    op->program = run_compile(run, roots, op->root_count, err);
    for (uint32_t c = 0; op->program && c < node->aggregate.call_count; c++)
        if (op->calls[c]->filter && !prepare_filtered(op, c, run, err)) return false;
    return op->program != NULL;
}

static void close(Stage *base) {
    GroupStage *stage = (GroupStage *)base;
    const GroupOperator *op = (GroupOperator *)base->op;
    if (stage->state) expr_state_free(stage->state);
    for (uint32_t c = 0; c < op->layout.call_count; c++) {
        if (stage->filters[c]) expr_state_free(stage->filters[c]);
        if (stage->programs[c]) expr_state_free(stage->programs[c]);
    }
    arena_deinit(&stage->arena);
    free(stage->filters);
    free(stage->programs);
    free(stage->values);
    free(stage->keys);
    free(stage->args);
    free(stage->hashes);
    free(stage->groups);
    free(stage->states);
    free(stage->selection);
    free(stage->direct);
}

void group_worker_start(GroupOperator *op, GroupWorker *worker, Query *query) {
    if (worker->is_ready) return;
    worker->is_ready = true;
    worker->frames = xcalloc(op->layout.call_count + 1, sizeof(AggregateFrame));
    for (uint32_t c = 0; c < op->layout.call_count; c++)
        worker->frames[c] = (AggregateFrame){
            .call = op->calls[c], .query = query, .arena = &worker->arena, .memory = query->memory};
    group_table_init(&worker->table, &op->layout, &worker->arena, worker->frames);
}

static bool open_states(GroupStage *stage, const GroupOperator *op, Query *query, Error *err) {
    stage->state = expr_state_new(op->program, query, err);
    bool ok = stage->state != NULL;
    for (uint32_t c = 0; ok && c < op->layout.call_count; c++) {
        if (!op->columns[c].filter) continue;
        stage->filters[c] = expr_state_new(op->columns[c].filter, query, err);
        if (!stage->filters[c]) return false;
        stage->programs[c] = expr_state_new(op->columns[c].program, query, err);
        ok = stage->programs[c] != NULL;
    }
    return ok;
}

static Stage *open(Operator *base, Worker *worker, Error *err) {
    GroupOperator *op = (GroupOperator *)base;
    GroupStage *stage = stage_new(base, worker, sizeof *stage);
    uint32_t calls = op->layout.call_count, most = 1;
    for (uint32_t c = 0; c < calls; c++) most = MAX(most, input_count(op->calls[c]));
    stage->filters = xcalloc(calls + 1, sizeof(ExprState *));
    stage->programs = xcalloc(calls + 1, sizeof(ExprState *));
    stage->values = xcalloc(op->root_count + 1, sizeof(Vector));
    stage->keys = xcalloc(op->layout.key_count + 1, sizeof(Vector));
    stage->args = xcalloc(2 * (size_t)most, sizeof(Vector));
    stage->hashes = xmalloc(LIMIT_BATCH_ROWS * sizeof(uint64_t));
    stage->groups = xmalloc(LIMIT_BATCH_ROWS * sizeof(GroupRow *));
    stage->states = xmalloc(LIMIT_BATCH_ROWS * sizeof(void *));
    stage->selection = xmalloc(LIMIT_BATCH_ROWS * sizeof(uint16_t));
    stage->direct = xmalloc(sizeof *stage->direct);
    direct_groups_reset(stage->direct);
    group_worker_start(op, &op->workers[worker->index], worker->query);
    if (open_states(stage, op, worker->query, err)) return &stage->stage;
    close(&stage->stage);
    free(stage);
    return NULL;
}

static void start_chunk(GroupStage *stage, GroupWorker *worker) {
    group_table_clear(&worker->table);
    direct_groups_reset(stage->direct);
    stage->chunk_rows = 0;
    stage->chunk_groups = worker->table.order;
}

static bool begin(Stage *base, Error *err) {
    (void)err;
    GroupStage *stage = (GroupStage *)base;
    GroupWorker *worker = &((GroupOperator *)base->op)->workers[base->worker->index];
    worker->table.order = base->worker->morsel << 32;
    stage->passes_through = false;
    start_chunk(stage, worker);
    return true;
}

bool group_charge(GroupWorker *worker, Query *query, Error *err) {
    uint64_t bytes = worker->table.block_bytes + worker->arena.total_bytes;
    if (bytes <= worker->charged_bytes) return true;
    if (!memory_reserve(query->memory, bytes - worker->charged_bytes))
        return memory_fail(query->memory, "aggregate", err);
    worker->charged_bytes = bytes;
    return true;
}

// --- updating states ---

// Rows where no argument is null, and their states packed alike.
static Rows without_nulls(GroupStage *stage, const Vector *args, uint32_t arg_count, Rows rows,
                          void **states) {
    bool any = false;
    for (uint32_t a = 0; a < arg_count; a++) any |= args[a].validity != NULL;
    if (!any) return rows;
    uint32_t kept = 0;
    for (ROWS_EACH(rows, i, r)) {
        bool valid = true;
        for (uint32_t a = 0; a < arg_count; a++) valid &= !vector_is_null(&args[a], r);
        stage->selection[kept] = (uint16_t)r;
        if (states) states[kept] = states[i];
        kept += valid;
    }
    return (Rows){stage->selection, kept};
}

// positions: of the rows in stage->groups; NULL: all in one group.
static bool update_call(GroupStage *stage, GroupOperator *op, uint32_t c, const Vector *inputs,
                        Rows rows, const uint16_t *positions, bool one_group, Error *err) {
    GroupWorker *worker = &op->workers[stage->stage.worker->index];
    const AggregateFunction *function = op->layout.functions[c];
    uint32_t count = input_count(op->calls[c]);
    for (uint32_t a = 0; a < count; a++) {
        if (inputs[a].form == VECTOR_DICTIONARY)
            vector_flatten(&inputs[a], rows, &stage->arena, &stage->args[a]);
        else stage->args[a] = inputs[a];
    }
    AggregateFrame *frame = &worker->frames[c];
    if (one_group) {
        void *state = group_state(&op->layout, stage->groups[0], c);
        if (function->skips_null_rows) rows = without_nulls(stage, stage->args, count, rows, NULL);
        return rows.count == 0 || function->update_one(frame, stage->args, rows, state, err);
    }
    for (uint32_t i = 0; i < rows.count; i++)
        stage->states[i] = group_state(&op->layout, stage->groups[positions ? positions[i] : i], c);
    if (function->skips_null_rows)
        rows = without_nulls(stage, stage->args, count, rows, stage->states);
    return rows.count == 0 || function->update(frame, stage->args, rows, stage->states, err);
}

// A call with FILTER: its arguments are evaluated on the rows that pass only.
static bool update_filtered(GroupStage *stage, GroupOperator *op, uint32_t c, const Batch *batch,
                            bool one_group, Error *err) {
    Batch passed = *batch;
    if (!expr_filter(stage->filters[c], &passed, err)) return false;
    if (passed.selected_count == 0) return true;
    uint32_t count = input_count(op->calls[c]);
    Vector *inputs = ARENA_ARRAY(&stage->arena, Vector, count + 1);
    if (!expr_eval(stage->programs[c], &passed, inputs, err)) return false;
    uint16_t *positions =
        arena_alloc_raw(&stage->arena, (passed.selected_count + 1) * sizeof *positions, 8);
    uint32_t at = 0;
    for (ROWS_EACH(batch_rows(batch), i, r)) {
        if (at == passed.selected_count) break;
        if ((passed.selection ? passed.selection[at] : at) == r) positions[at++] = (uint16_t)i;
    }
    return update_call(stage, op, c, inputs, batch_rows(&passed), positions, one_group, err);
}

// Ends the chunk when it is full; decides whether the next one is worth pre-aggregating.
static void count_rows(GroupStage *stage, GroupWorker *worker, uint32_t rows) {
    stage->chunk_rows += rows;
    if (stage->chunk_rows < CHUNK_ROWS) return;
    uint64_t groups = worker->table.order - stage->chunk_groups;
    if (groups * 100 > (uint64_t)stage->chunk_rows * PASS_THROUGH_PERCENT)
        stage->passes_through = true;
    start_chunk(stage, worker);
}

static bool is_one_group(const GroupStage *stage, uint32_t count) {
    bool one = true;
    for (uint32_t i = 1; one && i < count; i++) one = stage->groups[i] == stage->groups[0];
    return one;
}

static bool find_groups(GroupStage *stage, GroupOperator *op, Rows rows) {
    GroupTable *table = &op->workers[stage->stage.worker->index].table;
    const GroupLayout *layout = &op->layout;
    uint32_t find_count = layout->key_count ? rows.count : 1;
    if (!stage->passes_through &&
        direct_groups_find(stage->direct, table, stage->values, layout->key_count, rows,
                           &stage->arena, stage->groups))
        return is_one_group(stage, find_count);
    for (uint32_t k = 0; k < layout->key_count; k++)
        key_pack(&stage->values[k], rows, &stage->arena, &stage->keys[k]);
    keys_hash(stage->keys, layout->key_count, find_count, stage->hashes);
    if (stage->passes_through && layout->key_count)
        group_table_append(table, stage->keys, stage->hashes, find_count, stage->groups);
    else group_table_find(table, stage->keys, stage->hashes, find_count, stage->groups);
    return is_one_group(stage, find_count);
}

static bool push(Stage *base, Batch *batch, Error *err) {
    GroupStage *stage = (GroupStage *)base;
    GroupOperator *op = (GroupOperator *)base->op;
    GroupWorker *worker = &op->workers[base->worker->index];
    Rows rows = batch_rows(batch);
    arena_reset(&stage->arena);
    if (op->root_count && !expr_eval(stage->state, batch, stage->values, err)) return false;
    bool one_group = find_groups(stage, op, rows);
    for (uint32_t c = 0; c < op->layout.call_count; c++) {
        bool ok = stage->filters[c]
                      ? update_filtered(stage, op, c, batch, one_group, err)
                      : update_call(stage, op, c, stage->values + op->columns[c].first_arg, rows,
                                    NULL, one_group, err);
        if (!ok) return false;
    }
    count_rows(stage, worker, rows.count);
    return group_charge(worker, base->worker->query, err);
}

static bool finish(Operator *base, Run *run, Error *err) {
    return groups_merge((GroupOperator *)base, run->query, err);
}

static void release(Operator *base) {
    GroupOperator *op = (GroupOperator *)base;
    for (uint32_t w = 0; w < op->worker_count; w++) {
        GroupWorker *worker = &op->workers[w];
        if (!worker->is_ready) continue;
        group_table_deinit(&worker->table);
        arena_deinit(&worker->arena);
        free(worker->frames);
        if (worker->charged_bytes) memory_release(op->query->memory, worker->charged_bytes);
    }
    free(op->workers);
    free(op->groups);
    if (op->charged_bytes) memory_release(op->query->memory, op->charged_bytes);
}

static const OperatorOps group_ops = {
    .name = "aggregate",
    .prepare = prepare,
    .open = open,
    .begin = begin,
    .push = push,
    .close = close,
    .finish = finish,
    .release = release,
};

bool build_aggregate(Run *run, const PhysNode *node, Operator *above, Error *err) {
    GroupOperator *op = (GroupOperator *)run_operator(run, &group_ops, node, NULL, sizeof *op);
    op->calls = node->aggregate.calls;
    op->query = run->query;
    op->keeps_order = !run->order_is_free;
    group_layout_init(&op->layout, &run->arena, node->aggregate.keys, node->aggregate.key_count,
                      node->aggregate.calls, node->aggregate.call_count);
    for (uint32_t c = 0; c < op->layout.call_count; c++)
        if (call_is_collected(op->calls[c])) op->layout.functions[c] = collected_function();
    group_layout_place(&op->layout);
    op->columns = ARENA_ARRAY(&run->arena, CallColumns, op->layout.call_count + 1);
    op->worker_count = run->worker_count;
    op->workers = aligned_alloc(64, run->worker_count * sizeof *op->workers);
    if (!op->workers) out_of_memory(run->worker_count * sizeof *op->workers);
    memset(op->workers, 0, run->worker_count * sizeof *op->workers);
    group_source_init(op);
    if (!run_build_unordered(run, node->inputs[0], &op->op, err)) return false;
    run_add_finish(run, &op->op);
    run_add_pipeline(run, &op->source, false, node, above);
    return true;
}
