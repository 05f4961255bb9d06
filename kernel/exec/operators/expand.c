// SPDX-License-Identifier: Apache-2.0
// EXPAND (one batch per projection) and SAMPLE (rows chosen by their place in the input).
#include "base/hash.h"
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/rows/pick.h"

#include <math.h>
#include <stdlib.h>

typedef struct ExpandOperator {
    Operator op;
    ExprProgram **programs;
} ExpandOperator;

typedef struct ExpandStage {
    Stage stage;
    ExprState **states;
    Vector *columns;
} ExpandStage;

static bool expand_prepare(Operator *base, Run *run, Error *err) {
    ExpandOperator *op = (ExpandOperator *)base;
    const PhysNode *node = base->node;
    for (uint32_t p = 0; p < node->expand.projection_count; p++) {
        op->programs[p] = run_compile(run, node->expand.projections[p], node->column_count, err);
        if (!op->programs[p]) return false;
    }
    return true;
}

static void expand_close(Stage *base) {
    ExpandStage *stage = (ExpandStage *)base;
    for (uint32_t p = 0; p < base->op->node->expand.projection_count; p++)
        if (stage->states[p]) expr_state_free(stage->states[p]);
    free(stage->states);
    free(stage->columns);
}

static Stage *expand_open(Operator *base, Worker *worker, Error *err) {
    ExpandOperator *op = (ExpandOperator *)base;
    ExpandStage *stage = stage_new(base, worker, sizeof *stage);
    uint32_t count = base->node->expand.projection_count;
    stage->states = xcalloc(count + 1, sizeof(ExprState *));
    stage->columns = xcalloc(base->node->column_count + 1, sizeof(Vector));
    for (uint32_t p = 0; p < count; p++) {
        stage->states[p] = expr_state_new(op->programs[p], worker->query, err);
        if (stage->states[p]) continue;
        expand_close(&stage->stage);
        free(stage);
        return NULL;
    }
    return &stage->stage;
}

static bool expand_push(Stage *base, Batch *batch, Error *err) {
    ExpandStage *stage = (ExpandStage *)base;
    for (uint32_t p = 0; p < base->op->node->expand.projection_count; p++) {
        Batch out = *batch;
        if (!expr_eval(stage->states[p], batch, stage->columns, err)) return false;
        out.columns = stage->columns;
        out.column_count = base->op->node->column_count;
        if (!stage_emit(base, &out, err)) return false;
    }
    return true;
}

static const OperatorOps expand_ops = {
    .name = "expand",
    .prepare = expand_prepare,
    .open = expand_open,
    .push = expand_push,
    .close = expand_close,
};

bool build_expand(Run *run, const PhysNode *node, Operator *above, Error *err) {
    ExpandOperator *op = (ExpandOperator *)run_operator(run, &expand_ops, node, above, sizeof *op);
    op->programs = ARENA_ARRAY(&run->arena, ExprProgram *, node->expand.projection_count + 1);
    return run_build(run, node->inputs[0], &op->op, err);
}

// --- sample ------------------------------------------------------------------------------

typedef struct SampleStage {
    Stage stage;
    uint64_t place; // of the morsel's next row
    Arena arena;
    Vector *columns;
    uint32_t *rows;
} SampleStage;

static Stage *sample_open(Operator *op, Worker *worker, Error *err) {
    (void)err;
    SampleStage *stage = stage_new(op, worker, sizeof *stage);
    stage->columns = xcalloc(op->node->column_count + 1, sizeof(Vector));
    stage->rows = xmalloc(LIMIT_BATCH_ROWS * sizeof(uint32_t));
    return &stage->stage;
}

static void sample_close(Stage *base) {
    SampleStage *stage = (SampleStage *)base;
    arena_deinit(&stage->arena);
    free(stage->columns);
    free(stage->rows);
}

static bool sample_begin(Stage *base, Error *err) {
    (void)err;
    ((SampleStage *)base)->place = 0;
    return true;
}

// A number in [0, 1) that depends on the seed and the row's place only.
static double chance(const PhysNode *node, uint64_t morsel, uint64_t place, uint64_t draw) {
    uint64_t bits = hash_combine(hash_combine((uint64_t)node->sample.seed, morsel), place);
    return (double)(hash_combine(bits, draw) >> 11) * 0x1.0p-53;
}

// How often the row is taken: 0 or 1, or by Poisson's distribution (Knuth's product of draws).
static uint32_t copies(const PhysNode *node, uint64_t morsel, uint64_t place) {
    if (!node->sample.with_replacement)
        return chance(node, morsel, place, 0) < node->sample.fraction;
    double limit = exp(-node->sample.fraction), product = 1;
    for (uint32_t n = 0;; n++) {
        product *= chance(node, morsel, place, n);
        if (product <= limit) return n;
    }
}

static bool sample_emit(SampleStage *stage, const Batch *batch, uint32_t count, Error *err) {
    if (count == 0) return true;
    arena_reset(&stage->arena);
    Pick pick = {.rows = stage->rows, .count = count, .arena = &stage->arena};
    for (uint32_t c = 0; c < batch->column_count; c++)
        pick_vector(&pick, &batch->columns[c], &stage->columns[c]);
    Batch out = {.columns = stage->columns,
                 .column_count = batch->column_count,
                 .row_count = count,
                 .selected_count = count};
    return stage_emit(&stage->stage, &out, err);
}

static bool sample_push(Stage *base, Batch *batch, Error *err) {
    SampleStage *stage = (SampleStage *)base;
    uint32_t count = 0;
    for (ROWS_EACH(batch_rows(batch), i, r)) {
        uint32_t times = copies(base->op->node, base->worker->morsel, stage->place++);
        for (; times; times--) {
            stage->rows[count++] = r;
            if (count < LIMIT_BATCH_ROWS) continue;
            if (!sample_emit(stage, batch, count, err)) return false;
            count = 0;
        }
    }
    return sample_emit(stage, batch, count, err);
}

static const OperatorOps sample_ops = {
    .name = "sample",
    .open = sample_open,
    .begin = sample_begin,
    .push = sample_push,
    .close = sample_close,
};

bool build_sample(Run *run, const PhysNode *node, Operator *above, Error *err) {
    Operator *op = run_operator(run, &sample_ops, node, above, sizeof(Operator));
    return run_build(run, node->inputs[0], op, err);
}
