// SPDX-License-Identifier: Apache-2.0
// The plan's door: builds a run for a plan, runs it, and gives its rows.
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/pipeline/collect.h"
#include "kernel/exec/pipeline/deliver.h"

#include <stdlib.h>

static const NodeBuilder builders[] = {
    [PHYS_SCAN] = build_scan,           [PHYS_VALUES] = build_values,
    [PHYS_RANGE] = build_range,         [PHYS_FILTER] = build_filter,
    [PHYS_PROJECT] = build_project,     [PHYS_AGGREGATE] = build_aggregate,
    [PHYS_JOIN] = build_join,           [PHYS_SORT] = build_sort,
    [PHYS_TOPN] = build_topn,           [PHYS_LIMIT] = build_limit,
    [PHYS_WINDOW] = build_window,       [PHYS_UNION] = build_union,
    [PHYS_SET_OP] = build_set_op,       [PHYS_EXPAND] = build_expand,
    [PHYS_GENERATE] = build_generate,   [PHYS_SAMPLE] = build_sample,
    [PHYS_ONE_ROW] = build_one_row,     [PHYS_PARAMETER] = build_parameter,
    [PHYS_SHARED] = build_shared,       [PHYS_RECURSIVE] = build_recursive,
    [PHYS_RECURSION] = build_recursion,
};

bool run_build(Run *run, const PhysNode *node, Operator *above, Error *err) {
    ASSERT((size_t)node->kind < COUNT_OF(builders));
    uint64_t goal = run->row_goal;
    bool gives_row_by_row = node->kind == PHYS_PROJECT || node->kind == PHYS_UNION ||
                            node->kind == PHYS_SHARED || node->kind == PHYS_RECURSIVE;
    if (!gives_row_by_row) run->row_goal = 0;
    bool ok = builders[node->kind](run, node, above, err);
    run->row_goal = goal;
    return ok;
}

bool run_build_unordered(Run *run, const PhysNode *node, Operator *above, Error *err) {
    bool before = run->order_is_free;
    run->order_is_free = true;
    bool ok = run_build(run, node, above, err);
    run->order_is_free = before;
    return ok;
}

struct RowSet {
    RowStore store;
    Arena arena; // its types
};

static RowSet *row_set_new(const PhysNode *root) {
    RowSet *set = xcalloc(1, sizeof *set);
    const Type **types = ARENA_ARRAY(&set->arena, const Type *, root->column_count + 1);
    for (uint32_t c = 0; c < root->column_count; c++)
        types[c] = type_copy(&set->arena, root->types[c]);
    row_store_init(&set->store, types, root->column_count, NULL);
    return set;
}

// Results outlive the query and its account, so they are not charged any more; chunks get the
// vector counts that readers expect.
static void row_set_take(RowSet *set, RowStore *rows) {
    row_store_uncharge(rows);
    row_store_move(&set->store, rows);
    for (uint32_t i = 0; i < set->store.chunk_count; i++) {
        Batch *batch = &set->store.chunks[i]->batch;
        for (uint32_t c = 0; c < batch->column_count; c++)
            batch->columns[c].count = batch->row_count;
    }
}

RowSet *plan_run(PhysNode *root, Query *query, uint64_t row_limit, bool *more, Error *err) {
    Run *run = run_new(query, NULL);
    RowSet *set = row_set_new(root);
    uint64_t wanted = row_limit && row_limit < UINT64_MAX ? row_limit + 1 : UINT64_MAX;
    CollectSink *sink =
        collect_sink_new(run, NULL, set->store.types, root->column_count, 0, wanted);
    bool ok = run_build(run, root, collect_sink_operator(sink), err);
    if (ok) {
        run_add_finish(run, collect_sink_operator(sink));
        ok = run_steps(run, err);
    }
    if (ok) {
        RowStore *rows = collect_sink_rows(sink);
        *more = row_limit && rows->row_count > row_limit;
        if (*more) row_store_trim(rows, 0, row_limit);
        row_set_take(set, rows);
    }
    run_free(run);
    if (ok) return set;
    row_set_free(set);
    return NULL;
}

uint64_t row_set_rows(const RowSet *rows) { return rows->store.row_count; }
uint32_t row_set_batch_count(const RowSet *rows) { return rows->store.chunk_count; }

const Batch *row_set_batch(const RowSet *rows, uint32_t index) {
    ASSERT(index < rows->store.chunk_count);
    return &rows->store.chunks[index]->batch;
}

void row_set_free(RowSet *rows) {
    if (!rows) return;
    row_store_deinit(&rows->store);
    arena_deinit(&rows->arena);
    free(rows);
}

bool plan_run_into(PhysNode *root, Query *query, RowSink *to, Error *err) {
    Run *run = run_new(query, NULL);
    bool ok = run_build(run, root, deliver_sink_new(run, root, to), err) && run_steps(run, err);
    run_free(run);
    return ok;
}

void plan_release(PhysNode *root) {
    if (!root) return;
    for (uint32_t i = 0; i < root->input_count; i++) plan_release(root->inputs[i]);
    if (root->kind == PHYS_SHARED && root->shared.shared) {
        SharedPlan *shared = root->shared.shared;
        PhysNode *plan = shared->plan;
        shared->plan = NULL; // other uses find it released
        plan_release(plan);
    }
    if (root->kind != PHYS_SCAN || !root->scan.source) return;
    root->scan.source->ops->free(root->scan.source);
    root->scan.source = NULL;
}
