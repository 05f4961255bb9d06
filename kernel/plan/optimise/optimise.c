// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/optimise/rewrite.h"

// A shared subplan is optimised once: the first use does it.
typedef struct SharedPlans {
    uint32_t *ids;
    uint32_t count;
} SharedPlans;

static Rel *run_passes(Optimiser *o, Rel *rel);

static bool optimise_shared(Optimiser *o, Rel *rel, SharedPlans *seen, Rel ***trees) {
    for (uint32_t i = 0; i < rel->input_count; i++) {
        if (rel->kind != REL_SHARED) {
            if (!optimise_shared(o, rel->inputs[i], seen, trees)) return false;
            continue;
        }
        uint32_t at = 0;
        while (at < seen->count && seen->ids[at] != rel->shared.id) at++;
        if (at == seen->count) {
            Rel *tree = run_passes(o, rel->inputs[0]);
            if (!tree) return false;
            uint32_t tree_count = seen->count;
            ARENA_PUSH(o->arena, *trees, tree_count, tree);
            ARENA_PUSH(o->arena, seen->ids, seen->count, rel->shared.id);
            if (!optimise_shared(o, tree, seen, trees)) return false;
        }
        rel->inputs[0] = (*trees)[at];
    }
    return true;
}

static Rel *run_passes(Optimiser *o, Rel *rel) {
    if (!(rel = unnest_subqueries(o, rel))) return NULL;
    if (!(rel = simplify_expressions(o, rel))) return NULL;
    if (!(rel = push_predicates(o, rel))) return NULL;
    rel = answer_from_metadata(o, rel);
    if (!(rel = order_joins(o, rel))) return NULL;
    if (!(rel = push_predicates(o, rel))) return NULL;
    prune_columns(o, rel);
    estimate_rows(o, rel);
    return rel;
}

bool optimise(ResolvedQuery *resolved, Query *context, Arena *arena, Error *err) {
    Optimiser o = {arena, context, resolved, err};
    SharedPlans seen = {0};
    Rel **trees = NULL;
    if (!(resolved->rel = run_passes(&o, resolved->rel))) return false;
    // Scalar subqueries found on the way may hold more of their own.
    for (uint32_t i = 0; i < resolved->parameter_count; i++) {
        Rel *rel = run_passes(&o, resolved->parameters[i]);
        if (!rel) return false;
        resolved->parameters[i] = rel;
    }
    if (!optimise_shared(&o, resolved->rel, &seen, &trees)) return false;
    for (uint32_t i = 0; i < resolved->parameter_count; i++)
        if (!optimise_shared(&o, resolved->parameters[i], &seen, &trees)) return false;
    return true;
}
