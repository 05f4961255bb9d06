// SPDX-License-Identifier: Apache-2.0
// Operators that collect rows and read them again: LIMIT, scalar subqueries, shared plans,
// recursion.
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/pipeline/collect.h"

#include <stdlib.h>

// A LIMIT on a sort is a TOPN.
static bool build_sorted_limit(Run *run, const PhysNode *sort, uint64_t offset, uint64_t limit,
                               Operator *above, Error *err) {
    PhysNode *top = ARENA_NEW(&run->arena, PhysNode);
    *top = *sort;
    top->kind = PHYS_TOPN;
    top->sort.offset = offset;
    top->sort.limit = limit;
    return build_topn(run, top, above, err);
}

bool build_limit(Run *run, const PhysNode *node, Operator *above, Error *err) {
    uint64_t limit = node->sort.limit, offset = node->sort.offset;
    const PhysNode *input = node->inputs[0];
    for (; input->kind == PHYS_LIMIT; input = input->inputs[0]) { // one LIMIT of several
        uint64_t inner = input->sort.limit;
        if (inner != UINT64_MAX) limit = MIN(limit, inner > offset ? inner - offset : 0);
        offset =
            offset > UINT64_MAX - input->sort.offset ? UINT64_MAX : offset + input->sort.offset;
    }
    if (input->kind == PHYS_SORT && limit != UINT64_MAX)
        return build_sorted_limit(run, input, offset, limit, above, err);
    CollectSink *sink = collect_sink_new(run, node, (const Type *const *)node->types,
                                         node->column_count, offset, limit);
    run->row_goal = limit > UINT64_MAX - offset ? 0 : limit + offset;
    if (!run_build(run, input, collect_sink_operator(sink), err)) return false;
    run_add_finish(run, collect_sink_operator(sink));
    run_add_row_pipeline(run, collect_sink_rows(sink), node, above);
    return true;
}

// --- at most one row ---

// A row of nulls when there is none, an error when there are two.
static bool make_one_row(RowStore *rows, Error *err) {
    if (rows->row_count > 1) return error_set(err, ERR_SCALAR_SUBQUERY_TOO_MANY_ROWS);
    if (rows->row_count == 1) return true;
    AUTO(Arena, arena) = {0};
    Vector *nulls = ARENA_ARRAY(&arena, Vector, rows->column_count + 1);
    for (uint32_t c = 0; c < rows->column_count; c++)
        vector_init_null(&nulls[c], rows->types[c], 1, &arena);
    if (!row_store_append(rows, nulls, (Rows){NULL, 1}))
        return memory_fail(rows->memory, "scalar subquery", err);
    return true;
}

static bool check_one_row(Run *run, void *context, Error *err) {
    (void)run;
    return make_one_row(collect_sink_rows(context), err);
}

static CollectSink *collect_input(Run *run, const PhysNode *input, uint64_t limit, Error *err) {
    CollectSink *sink = collect_sink_new(run, input, (const Type *const *)input->types,
                                         input->column_count, 0, limit);
    if (!run_build(run, input, collect_sink_operator(sink), err)) return NULL;
    run_add_finish(run, collect_sink_operator(sink));
    return sink;
}

bool build_one_row(Run *run, const PhysNode *node, Operator *above, Error *err) {
    CollectSink *sink = collect_input(run, node->inputs[0], 2, err);
    if (!sink) return false;
    run_add_call(run, check_one_row, sink);
    run_add_row_pipeline(run, collect_sink_rows(sink), node, above);
    return true;
}

typedef struct ParameterStep {
    CollectSink *sink;
    uint32_t slot;
} ParameterStep;

static bool set_parameter(Run *run, void *context, Error *err) {
    ParameterStep *step = context;
    RowStore *rows = collect_sink_rows(step->sink);
    if (!make_one_row(rows, err)) return false;
    ASSERT(step->slot < run->query->parameter_count);
    Value value = vector_value(&rows->chunks[0]->batch.columns[0], 0, &run->arena);
    run->query->parameters[step->slot] = value_copy(&run->arena, value);
    return true;
}

bool build_parameter(Run *run, const PhysNode *node, Operator *above, Error *err) {
    for (uint32_t i = 1; i < node->input_count; i++) {
        ParameterStep *step = ARENA_NEW(&run->arena, ParameterStep);
        step->slot = node->parameter.slots[i - 1];
        step->sink = collect_input(run, node->inputs[i], 2, err);
        if (!step->sink) return false;
        run_add_call(run, set_parameter, step);
    }
    return run_build(run, node->inputs[0], above, err);
}

// --- shared plans ---

struct SharedRows {
    const SharedPlan *plan;
    RowStore *rows;
    struct SharedRows *next;
};

static const RowStore *find_shared(const Run *run, const SharedPlan *plan) {
    for (; run; run = run->parent)
        for (struct SharedRows *at = run->shared; at; at = at->next)
            if (at->plan == plan) return at->rows;
    return NULL;
}

bool build_shared(Run *run, const PhysNode *node, Operator *above, Error *err) {
    const SharedPlan *plan = node->shared.shared;
    const RowStore *rows = find_shared(run, plan);
    if (!rows) {
        run->row_goal = 0; // other uses may want more
        CollectSink *sink = collect_input(run, plan->plan, UINT64_MAX, err);
        if (!sink) return false;
        struct SharedRows *shared = ARENA_NEW(&run->arena, struct SharedRows);
        *shared = (struct SharedRows){plan, collect_sink_rows(sink), run->shared};
        run->shared = shared;
        rows = shared->rows;
    }
    run_add_row_pipeline(run, rows, node, above);
    return true;
}
