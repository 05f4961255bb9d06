// SPDX-License-Identifier: Apache-2.0
// count(*) of a whole table is answered from its metadata.
#include "kernel/plan/optimise/rewrite.h"

// COUNT of all rows: no argument that could be null, no filter, not distinct.
static bool counts_rows(const AggregateCall *call) {
    if (!slice_equal(call->name, SLICE("count")) || call->distinct || call->filter) return false;
    for (uint32_t i = 0; i < call->arg_count; i++)
        if (call->args[i]->nullable || call->args[i]->may_fail) return false;
    return true;
}

static bool exact_rows(const Rel *rel, uint64_t *rows) {
    while (rel->kind == REL_PROJECT) {
        for (uint32_t i = 0; i < rel->output_count; i++)
            if (rel->project.exprs[i]->may_fail) return false;
        rel = rel->inputs[0];
    }
    if (rel->kind != REL_SCAN || rel->scan.filter_count) return false;
    Table *table = rel->scan.table;
    return table->ops->exact_row_count && table->ops->exact_row_count(table, rows);
}

static bool all_count_rows(const Rel *rel) {
    for (uint32_t i = 0; i < rel->aggregate.call_count; i++)
        if (!counts_rows(rel->aggregate.calls[i])) return false;
    return rel->aggregate.call_count > 0 && rel->aggregate.key_count == 0;
}

Rel *answer_from_metadata(Optimiser *o, Rel *rel) {
    for (uint32_t i = 0; i < rel->input_count && rel->kind != REL_SHARED; i++)
        rel->inputs[i] = answer_from_metadata(o, rel->inputs[i]);
    uint64_t rows;
    if (rel->kind != REL_AGGREGATE || !all_count_rows(rel) || !exact_rows(rel->inputs[0], &rows) ||
        rows > INT64_MAX)
        return rel;
    Rel *values = ARENA_NEW(o->arena, Rel);
    *values = (Rel){.kind = REL_VALUES,
                    .origin = rel->origin,
                    .output = rel->output,
                    .output_count = rel->output_count,
                    .rows = 1};
    values->values.row_count = 1;
    values->values.rows = ARENA_ARRAY(o->arena, Expr **, 1);
    values->values.rows[0] = ARENA_ARRAY(o->arena, Expr *, rel->output_count);
    for (uint32_t i = 0; i < rel->output_count; i++)
        values->values.rows[0][i] = expr_literal(o->arena, value_int(TYPE_BIGINT, (int64_t)rows));
    return values;
}
