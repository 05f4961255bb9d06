// SPDX-License-Identifier: Apache-2.0
// The probe side: what becomes of each block of pairs, and of rows without partner.
#include "kernel/exec/join/probe.h"

#include "kernel/exec/rows/keys.h"

#include <stdlib.h>

enum { SPARSE = 8 }; // fewer than one row in so many: pack instead of selecting

static bool prepare(Operator *op, Run *run, Error *err) {
    Join *join = (Join *)op;
    if (!join_side_prepare(&join->probe, run, err)) return false;
    if (!join->node->join.residual) return true;
    join->residual = run_compile(run, &join->node->join.residual, 1, err);
    return join->residual != NULL;
}

static void close(Stage *base) {
    ProbeStage *self = (ProbeStage *)base;
    if (self->key_state) expr_state_free(self->key_state);
    if (self->residual_state) expr_state_free(self->residual_state);
    arena_deinit(&self->arena);
    arena_deinit(&self->block);
    free(self->computed);
    free(self->keys);
    free(self->joined);
}

static Stage *open(Operator *op, Worker *worker, Error *err) {
    Join *join = (Join *)op;
    ProbeStage *self = stage_new(op, worker, sizeof *self);
    self->computed = xcalloc(join->probe.computed_count + 1, sizeof(Vector));
    self->keys = xcalloc(join->key_count + 1, sizeof(Vector));
    // One more than both sides: the mark.
    self->joined = xcalloc(join->left_count + join->right_count + 1, sizeof(Vector));
    bool ok = true;
    if (join->probe.program)
        ok = (self->key_state = expr_state_new(join->probe.program, worker->query, err)) != NULL;
    if (ok && join->residual)
        ok = (self->residual_state = expr_state_new(join->residual, worker->query, err)) != NULL;
    if (ok) return &self->stage;
    close(&self->stage);
    free(self);
    return NULL;
}

static bool eval_keys(ProbeStage *self, const Join *join, const Batch *batch, Error *err) {
    if (self->key_state && !expr_eval(self->key_state, batch, self->computed, err)) return false;
    uint32_t computed = 0;
    for (uint32_t k = 0; k < join->key_count; k++) {
        uint32_t column = join->probe.key_columns[k];
        const Vector *key =
            column == UINT32_MAX ? &self->computed[computed++] : &batch->columns[column];
        key_pack(key, self->rows, &self->arena, &self->keys[k]);
    }
    return true;
}

static bool rows_ascend(const uint32_t *rows, uint32_t count) {
    bool ascend = true;
    for (uint32_t i = 1; i < count; i++) ascend &= rows[i - 1] < rows[i];
    return ascend;
}

// Pairs (build row UINT32_MAX: none) as batches.
static bool emit_pairs(ProbeStage *self, const Join *join, const uint32_t *probe_rows,
                       const uint32_t *build_rows, uint32_t count, Error *err) {
    for (uint32_t done = 0; done < count; done += LIMIT_BATCH_ROWS) {
        if (*self->stage.worker->stop) return true;
        uint32_t part = MIN(count - done, (uint32_t)LIMIT_BATCH_ROWS);
        bool select =
            part * SPARSE >= self->batch->row_count && rows_ascend(probe_rows + done, part);
        Batch out =
            select ? pairs_selected_batch(self, join, probe_rows + done, build_rows + done, part)
                   : pairs_batch(self, join, probe_rows + done, build_rows + done, part);
        if (!stage_emit(&self->stage, &out, err)) return false;
    }
    return true;
}

// Keeps the pairs that pass the residual condition.
static bool filter_pairs(ProbeStage *self, const Join *join, Error *err) {
    if (!join->residual) return true;
    Batch pairs = pairs_batch(self, join, self->probe_rows, self->build_rows, self->pair_count);
    if (!expr_filter(self->residual_state, &pairs, err)) return false;
    if (!pairs.selection) return true;
    for (uint32_t i = 0; i < pairs.selected_count; i++) {
        uint32_t pair = pairs.selection[i];
        self->positions[i] = self->positions[pair];
        self->probe_rows[i] = self->probe_rows[pair];
        self->build_rows[i] = self->build_rows[pair];
    }
    self->pair_count = pairs.selected_count;
    return true;
}

// Hands on the block's pairs with the rows before `complete` that found no partner in between.
static bool emit_kept(ProbeStage *self, const Join *join, uint32_t complete, Error *err) {
    uint32_t *probe_rows =
        arena_alloc_raw(&self->block, 2 * LIMIT_BATCH_ROWS * sizeof(uint32_t), 8);
    uint32_t *build_rows =
        arena_alloc_raw(&self->block, 2 * LIMIT_BATCH_ROWS * sizeof(uint32_t), 8);
    uint32_t count = 0, position = self->unemitted;
    for (uint32_t pair = 0; pair <= self->pair_count; pair++) {
        bool is_last = pair == self->pair_count;
        uint32_t next = is_last ? complete : self->positions[pair];
        for (; position < next; position++) {
            uint32_t row = probe_row(self, position);
            probe_rows[count] = row;
            build_rows[count] = UINT32_MAX;
            count += !self->found[row];
        }
        if (is_last) break;
        probe_rows[count] = self->probe_rows[pair];
        build_rows[count++] = self->build_rows[pair];
    }
    self->unemitted = position;
    return emit_pairs(self, join, probe_rows, build_rows, count, err);
}

static bool note_found(ProbeStage *self, Join *join, Error *err) {
    for (uint32_t i = 0; i < self->pair_count; i++) {
        uint32_t row = self->probe_rows[i];
        if (join->is_single && self->found[row])
            return error_set(err, ERR_SCALAR_SUBQUERY_TOO_MANY_ROWS);
        self->found[row] = 1;
    }
    if (join->matched)
        for (uint32_t i = 0; i < self->pair_count; i++)
            __atomic_store_n(&join->matched[self->build_rows[i]], 1, __ATOMIC_RELAXED);
    return true;
}

static bool push_blocks(ProbeStage *self, Join *join, Error *err) {
    bool only_first =
        join->result != PROBE_PAIRS && join->result != PROBE_NOTHING && !join->residual;
    bool pairs = join->result == PROBE_PAIRS;
    while (pairs_next(self, join, only_first)) {
        if (*self->stage.worker->stop) return true;
        if (!query_check(self->stage.worker->query, err)) return false;
        if (!filter_pairs(self, join, err) || !note_found(self, join, err)) return false;
        if (!pairs) continue;
        if (!join->keep_probe) {
            if (!emit_pairs(self, join, self->probe_rows, self->build_rows, self->pair_count, err))
                return false;
            continue;
        }
        uint32_t complete = self->hit < self->hit_count ? self->hits[self->hit] : self->rows.count;
        if (!emit_kept(self, join, complete, err)) return false;
    }
    if (!join->keep_probe || self->unemitted == self->rows.count) return true;
    arena_reset(&self->block);
    return emit_kept(self, join, self->rows.count, err);
}

// SEMI and ANTI: the probe batch with fewer rows.
static bool emit_selected(ProbeStage *self, const Join *join, const Batch *batch, Error *err) {
    bool anti = join->result == PROBE_ANTI;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < self->rows.count; i++) {
        uint32_t row = probe_row(self, i);
        bool unknown = false;
        if (anti && join->is_null_aware && !self->found[row] &&
            !probe_is_unknown(self, join, i, &unknown, err))
            return false;
        self->selection[kept] = (uint16_t)row;
        kept += (self->found[row] != 0) != anti && !unknown;
    }
    Batch out = *batch;
    batch_select(&out, (Rows){self->selection, kept});
    return stage_emit(&self->stage, &out, err);
}

static bool emit_mark(ProbeStage *self, const Join *join, const Batch *batch, Error *err) {
    Vector mark;
    vector_init_flat(&mark, type_of(TYPE_BOOLEAN), batch->row_count, &self->arena);
    memcpy(mark.data, self->found, batch->row_count);
    for (uint32_t i = 0; join->is_null_aware && i < self->rows.count; i++) {
        uint32_t row = probe_row(self, i);
        bool unknown = false;
        if (!self->found[row] && !probe_is_unknown(self, join, i, &unknown, err)) return false;
        if (unknown) bit_clear(vector_make_validity(&mark, &self->arena), row);
    }
    if (join->left_count) memcpy(self->joined, batch->columns, join->left_count * sizeof(Vector));
    self->joined[join->left_count] = mark;
    Batch out = *batch;
    out.columns = self->joined;
    out.column_count = join->left_count + 1;
    return stage_emit(&self->stage, &out, err);
}

static bool push(Stage *base, Batch *batch, Error *err) {
    ProbeStage *self = (ProbeStage *)base;
    Join *join = (Join *)base->op;
    arena_reset(&self->arena);
    arena_reset(&self->block);
    self->batch = batch;
    self->rows = batch_rows(batch);
    memset(self->found, 0, batch->row_count);
    if (!eval_keys(self, join, batch, err)) return false;
    pairs_start(self, join);
    if (!push_blocks(self, join, err)) return false;
    switch (join->result) {
    case PROBE_SEMI:
    case PROBE_ANTI: return emit_selected(self, join, batch, err);
    case PROBE_MARK: return emit_mark(self, join, batch, err);
    case PROBE_PAIRS:
    case PROBE_NOTHING: break;
    }
    return true;
}

const OperatorOps join_probe_ops = {
    .name = "join",
    .prepare = prepare,
    .open = open,
    .push = push,
    .close = close,
};
