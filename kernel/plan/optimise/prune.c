// SPDX-License-Identifier: Apache-2.0
// Columns that nobody reads are not made: scans, projections, aggregates and windows keep what is
// needed above them.
#include "kernel/plan/optimise/rewrite.h"

typedef struct Pruning {
    Optimiser *o;
    IdSet *needed;
} Pruning;

static void need_slot(void *context, Expr **slot) {
    Pruning *p = context;
    expr_ids(p->o->arena, *slot, p->needed);
}

static void prune(Optimiser *o, Rel *rel, const IdSet *needed);

// Inputs get what is needed above plus what the node itself reads.
static void prune_inputs(Optimiser *o, Rel *rel, const IdSet *needed) {
    IdSet all = {0};
    id_set_add_all(o->arena, &all, needed);
    Pruning p = {o, &all};
    rel_each_expr(rel, need_slot, &p);
    for (uint32_t i = 0; i < rel->input_count; i++) prune(o, rel->inputs[i], &all);
}

static void pass_output(Optimiser *o, Rel *rel) {
    (void)o;
    rel->output = rel->inputs[0]->output;
    rel->output_count = rel->inputs[0]->output_count;
}

static void prune_scan(Optimiser *o, Rel *rel, const IdSet *needed) {
    IdSet filtered = {0};
    for (uint32_t i = 0; i < rel->scan.filter_count; i++)
        expr_ids(o->arena, rel->scan.filters[i], &filtered);
    uint32_t total = MAX(rel->output_count, rel->scan.column_count);
    Attribute *output = ARENA_ARRAY(o->arena, Attribute, total);
    uint32_t *columns = ARENA_ARRAY(o->arena, uint32_t, total);
    uint32_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < total; i++) {
            uint32_t id = rel->output[i].id;
            bool is_needed = id_set_has(needed, id);
            if (pass == 0 ? !is_needed : is_needed || !id_set_has(&filtered, id)) continue;
            output[count] = rel->output[i];
            columns[count++] = rel->scan.columns[i];
        }
        if (pass == 0) rel->output_count = count;
    }
    rel->output = output;
    rel->scan.columns = columns;
    rel->scan.column_count = count;
}

static void prune_project(Optimiser *o, Rel *rel, const IdSet *needed) {
    uint32_t count = 0;
    Attribute *output = ARENA_ARRAY(o->arena, Attribute, rel->output_count);
    Expr **exprs = ARENA_ARRAY(o->arena, Expr *, rel->output_count);
    for (uint32_t i = 0; i < rel->output_count; i++) {
        if (!id_set_has(needed, rel->output[i].id)) continue;
        output[count] = rel->output[i];
        exprs[count++] = rel->project.exprs[i];
    }
    rel->output = output;
    rel->output_count = count;
    rel->project.exprs = exprs;
    prune_inputs(o, rel, &(IdSet){0});
}

static void prune_aggregate(Optimiser *o, Rel *rel, const IdSet *needed) {
    uint32_t keys = rel->aggregate.key_count, count = keys, calls = 0;
    for (uint32_t i = 0; i < rel->aggregate.call_count; i++) {
        if (!id_set_has(needed, rel->output[keys + i].id)) continue;
        rel->output[count++] = rel->output[keys + i];
        rel->aggregate.calls[calls++] = rel->aggregate.calls[i];
    }
    rel->output_count = count;
    rel->aggregate.call_count = calls;
    prune_inputs(o, rel, &(IdSet){0});
}

static void prune_window(Optimiser *o, Rel *rel, const IdSet *needed) {
    uint32_t first = rel->output_count - rel->window.call_count, calls = 0;
    Attribute *made = ARENA_ARRAY(o->arena, Attribute, rel->window.call_count);
    for (uint32_t i = 0; i < rel->window.call_count; i++) {
        if (!id_set_has(needed, rel->output[first + i].id)) continue;
        made[calls] = rel->output[first + i];
        rel->window.calls[calls++] = rel->window.calls[i];
    }
    rel->window.call_count = calls;
    prune_inputs(o, rel, needed);
    const Rel *input = rel->inputs[0];
    rel->output_count = input->output_count + calls;
    rel->output = ARENA_ARRAY(o->arena, Attribute, rel->output_count);
    copy_bytes(rel->output, input->output, input->output_count * sizeof *rel->output);
    copy_bytes(rel->output + input->output_count, made, calls * sizeof *made);
}

// Inputs by position: a column is kept in all inputs or in none.
static void prune_union(Optimiser *o, Rel *rel, const IdSet *needed) {
    uint32_t count = 0;
    uint32_t *kept = ARENA_ARRAY(o->arena, uint32_t, rel->output_count);
    for (uint32_t i = 0; i < rel->output_count; i++)
        if (id_set_has(needed, rel->output[i].id)) kept[count++] = i;
    for (uint32_t k = 0; k < rel->input_count; k++) {
        Rel *input = rel->inputs[k];
        Attribute *output = ARENA_ARRAY(o->arena, Attribute, count);
        Expr **exprs = ARENA_ARRAY(o->arena, Expr *, count);
        for (uint32_t i = 0; i < count; i++) {
            const Attribute *column = &input->output[kept[i]];
            exprs[i] = attribute_column(o->arena, column);
            output[i] = optimiser_attribute(o, column->name, column->type, column->nullable);
        }
        Rel *project = rel_project_keep(o, input, NULL, NULL, 0);
        project->output = output;
        project->project.exprs = exprs;
        project->output_count = count;
        IdSet all = {0};
        rel_output_ids(o->arena, project, &all);
        prune_project(o, project, &all);
        rel->inputs[k] = project;
    }
    for (uint32_t i = 0; i < count; i++) rel->output[i] = rel->output[kept[i]];
    rel->output_count = count;
}

static void prune_all_kept(Optimiser *o, Rel *rel) {
    for (uint32_t i = 0; i < rel->input_count; i++) {
        IdSet all = {0};
        rel_output_ids(o->arena, rel->inputs[i], &all);
        prune(o, rel->inputs[i], &all);
    }
}

static void prune_expand(Optimiser *o, Rel *rel, const IdSet *needed) {
    uint32_t count = 0;
    Attribute *output = ARENA_ARRAY(o->arena, Attribute, rel->output_count);
    Expr ***all = ARENA_ARRAY(o->arena, Expr **, rel->expand.projection_count);
    for (uint32_t p = 0; p < rel->expand.projection_count; p++)
        all[p] = ARENA_ARRAY(o->arena, Expr *, rel->output_count);
    for (uint32_t i = 0; i < rel->output_count; i++) {
        if (!id_set_has(needed, rel->output[i].id)) continue;
        for (uint32_t p = 0; p < rel->expand.projection_count; p++)
            all[p][count] = rel->expand.projections[p][i];
        output[count++] = rel->output[i];
    }
    rel->expand.projections = all;
    rel->output = output;
    rel->output_count = count;
    prune_inputs(o, rel, &(IdSet){0});
}

static void prune_generate(Optimiser *o, Rel *rel, const IdSet *needed) {
    uint32_t made = rel->generate.call->column_count;
    Attribute *generated = rel->output + (rel->output_count - made);
    prune_inputs(o, rel, needed);
    const Rel *input = rel->inputs[0];
    Attribute *output = ARENA_ARRAY(o->arena, Attribute, input->output_count + made);
    copy_bytes(output, input->output, input->output_count * sizeof *output);
    copy_bytes(output + input->output_count, generated, made * sizeof *output);
    rel->output = output;
    rel->output_count = input->output_count + made;
}

static void prune(Optimiser *o, Rel *rel, const IdSet *needed) {
    switch (rel->kind) {
    case REL_SCAN: prune_scan(o, rel, needed); break;
    case REL_PROJECT: prune_project(o, rel, needed); break;
    case REL_AGGREGATE: prune_aggregate(o, rel, needed); break;
    case REL_WINDOW: prune_window(o, rel, needed); break;
    case REL_EXPAND: prune_expand(o, rel, needed); break;
    case REL_GENERATE: prune_generate(o, rel, needed); break;
    case REL_JOIN:
        prune_inputs(o, rel, needed);
        rel_set_join_output(o, rel);
        break;
    case REL_FILTER:
    case REL_SORT:
    case REL_LIMIT:
    case REL_SAMPLE:
        prune_inputs(o, rel, needed);
        pass_output(o, rel);
        break;
    case REL_UNION: prune_union(o, rel, needed); break;
    case REL_VALUES:
    case REL_RANGE:
    case REL_RECURSION: break;
    case REL_SHARED: break; // its uses need different columns: pruned once, with all (optimise.c)
    default: prune_all_kept(o, rel); break;
    }
}

void prune_columns(Optimiser *o, Rel *rel) {
    IdSet all = {0};
    rel_output_ids(o->arena, rel, &all);
    prune(o, rel, &all);
}
