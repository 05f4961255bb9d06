// SPDX-License-Identifier: Apache-2.0
// Recursive common table expressions: the step's plan runs anew for each round, as a run of its own
// that reads the rows of the round before.
#include "base/hash.h"
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/pipeline/collect.h"
#include "kernel/exec/rows/row_code.h"

#include <stdio.h>

struct RecursionRows {
    uint32_t id;
    const RowStore *rows;
    struct RecursionRows *next;
};

typedef struct Recursion {
    const PhysNode *node;
    CollectSink *anchor;
    uint64_t row_goal; // rows that are enough, 0: all
    RowStore rows;     // of all rounds
    SliceMap seen;     // UNION: codes of the rows so far
    Arena codes;
} Recursion;

typedef struct RecursionOperator {
    Operator op; // only owns the state
    Recursion recursion;
} RecursionOperator;

static bool limit_reached(const char *limit_name, uint64_t limit, ErrorCode code, Error *err) {
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)limit);
    return error_set(err, code, limit_name, text);
}

// The rows of `from` that were not there before; all of them for UNION ALL.
static bool take_new(Recursion *self, const RowStore *from, RowStore *into) {
    bool within = true;
    AUTO(Text, code) = {0};
    for (uint32_t i = 0; i < from->chunk_count; i++) {
        const Batch *batch = &from->chunks[i]->batch;
        uint16_t selection[LIMIT_BATCH_ROWS];
        Rows rows = {selection, 0};
        for (uint32_t r = 0; r < batch->row_count; r++) {
            if (self->node->recursive.distinct) {
                text_reset(&code);
                row_code_append(batch->columns, batch->column_count, r, &code);
                Slice key = text_slice(&code);
                if (slice_map_get(&self->seen, key)) continue;
                slice_map_put(&self->seen, arena_copy(&self->codes, key), 1);
            }
            selection[rows.count++] = (uint16_t)r;
        }
        if (rows.count) within &= row_store_append(into, batch->columns, rows);
    }
    return within;
}

static bool run_round(Run *run, Recursion *self, const RowStore *before, RowStore *fresh,
                      Error *err) {
    const PhysNode *step = self->node->inputs[1];
    Run *round = run_new(run->query, run);
    struct RecursionRows bound = {self->node->recursive.id, before, NULL};
    round->recursions = &bound;
    CollectSink *sink = collect_sink_new(round, step, (const Type *const *)step->types,
                                         step->column_count, 0, UINT64_MAX);
    bool ok = run_build(round, step, collect_sink_operator(sink), err);
    if (ok) {
        run_add_finish(round, collect_sink_operator(sink));
        ok = run_steps(round, err);
    }
    if (ok && !take_new(self, collect_sink_rows(sink), fresh))
        ok = memory_fail(run->query->memory, "recursive query", err);
    run_free(round);
    return ok;
}

static bool run_rounds(Run *run, void *context, Error *err) {
    Recursion *self = context;
    const PhysNode *node = self->node;
    uint64_t row_limit = node->recursive.row_limit;
    MemoryAccount *memory = run->query->memory;
    RowStore before;
    row_store_init(&before, (const Type *const *)node->types, node->column_count, memory);
    bool ok = take_new(self, collect_sink_rows(self->anchor), &before);
    if (!ok) memory_fail(memory, "recursive query", err);
    for (uint32_t level = 1; ok && before.row_count; level++) {
        if (self->row_goal && self->rows.row_count + before.row_count >= self->row_goal) break;
        if (row_limit && self->rows.row_count + before.row_count > row_limit) {
            ok = limit_reached("rowLimit", row_limit, ERR_RECURSION_ROW_LIMIT_EXCEEDED, err);
            break;
        }
        if (level > node->recursive.level_limit) {
            ok = limit_reached("levelLimit", node->recursive.level_limit,
                               ERR_RECURSION_LEVEL_LIMIT_EXCEEDED, err);
            break;
        }
        RowStore fresh;
        row_store_init(&fresh, before.types, before.column_count, memory);
        ok = run_round(run, self, &before, &fresh, err);
        row_store_move(&self->rows, &before);
        before = fresh;
    }
    row_store_move(&self->rows, &before);
    row_store_deinit(&before);
    return ok;
}

static void release(Operator *op) {
    Recursion *self = &((RecursionOperator *)op)->recursion;
    row_store_deinit(&self->rows);
    slice_map_deinit(&self->seen);
    arena_deinit(&self->codes);
}

static const OperatorOps recursion_ops = {.name = "recursive", .release = release};

bool build_recursive(Run *run, const PhysNode *node, Operator *above, Error *err) {
    RecursionOperator *op =
        (RecursionOperator *)run_operator(run, &recursion_ops, node, NULL, sizeof *op);
    Recursion *self = &op->recursion;
    self->node = node;
    self->row_goal = run->row_goal;
    run->row_goal = 0;
    const PhysNode *anchor = node->inputs[0];
    const Type *const *types = (const Type *const *)node->types;
    row_store_init(&self->rows, types, node->column_count, run->query->memory);
    self->anchor = collect_sink_new(run, anchor, types, node->column_count, 0, UINT64_MAX);
    if (!run_build(run, anchor, collect_sink_operator(self->anchor), err)) return false;
    run_add_finish(run, collect_sink_operator(self->anchor));
    run_add_call(run, run_rounds, self);
    run_add_row_pipeline(run, &self->rows, node, above);
    return true;
}

bool build_recursion(Run *run, const PhysNode *node, Operator *above, Error *err) {
    for (const Run *at = run; at; at = at->parent)
        for (const struct RecursionRows *rows = at->recursions; rows; rows = rows->next)
            if (rows->id == node->recursive.id) {
                run_add_row_pipeline(run, rows->rows, node, above);
                return true;
            }
    return error_internal(err, "a recursive reference stands outside its query");
}
