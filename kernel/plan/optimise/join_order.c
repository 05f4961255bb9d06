// SPDX-License-Identifier: Apache-2.0
// Join ordering: dynamic programming over connected sets of inner-joined relations (DPsize by bit
// sets), greedy beyond DP_RELATIONS. The cost is the sum of intermediate rows, the build side
// counted dearer than the probe side. Semi and anti joins are first pushed to the relation they
// filter.
#include "kernel/plan/optimise/rewrite.h"

enum { DP_RELATIONS = 12, GRAPH_RELATIONS = 64 };

typedef struct Edge {
    Expr *conjunct;
    uint64_t relations; // that the conjunct reads
} Edge;

typedef struct Graph {
    Optimiser *o;
    Rel *relations[GRAPH_RELATIONS];
    IdSet ids[GRAPH_RELATIONS];
    uint32_t count;
    Edge *edges;
    uint32_t edge_count;
} Graph;

typedef struct Candidate {
    Rel *rel;
    double cost;
} Candidate;

static bool is_inner(const Rel *rel) {
    return rel->kind == REL_JOIN && !rel->join.is_lateral &&
           (rel->join.kind == JOIN_INNER || rel->join.kind == JOIN_CROSS);
}

static uint32_t count_leaves(const Rel *rel) {
    return is_inner(rel) ? count_leaves(rel->inputs[0]) + count_leaves(rel->inputs[1]) : 1;
}

static void collect(Graph *g, Rel *rel, ExprList *conjuncts) {
    if (!is_inner(rel)) {
        rel_output_ids(g->o->arena, rel, &g->ids[g->count]);
        g->relations[g->count++] = rel;
        return;
    }
    collect(g, rel->inputs[0], conjuncts);
    collect(g, rel->inputs[1], conjuncts);
    for (uint32_t i = 0; i < rel->join.conjunct_count; i++)
        expr_list_add(g->o->arena, conjuncts, rel->join.conjuncts[i]);
}

static uint64_t relations_of(const Graph *g, const Expr *expr) {
    IdSet ids = {0};
    expr_ids(g->o->arena, expr, &ids);
    uint64_t set = 0;
    for (uint32_t i = 0; i < g->count; i++)
        if (id_set_intersects(&ids, &g->ids[i])) set |= (uint64_t)1 << i;
    return set;
}

static void add_edge(Graph *g, Expr *conjunct) {
    Edge edge = {conjunct, relations_of(g, conjunct)};
    ARENA_PUSH(g->o->arena, g->edges, g->edge_count, edge);
}

// a = b and b = c give a = c: one more edge for every pair of a class of equal columns.
static void add_transitive(Graph *g, const ExprList *conjuncts) {
    for (uint32_t i = 0; i < conjuncts->count; i++) {
        const Expr *x = conjuncts->items[i];
        if (!expr_is_comparison(x, COMPARE_EQ)) continue;
        for (uint32_t k = i + 1; k < conjuncts->count; k++) {
            const Expr *y = conjuncts->items[k];
            if (!expr_is_comparison(y, COMPARE_EQ)) continue;
            for (int s = 0; s < 4; s++) {
                Expr *a = x->args[s & 1], *b = x->args[!(s & 1)];
                Expr *c = y->args[s >> 1], *d = y->args[!(s >> 1)];
                if (!expr_equal(b, c) || a->may_fail || d->may_fail) continue;
                if (relations_of(g, a) == relations_of(g, d)) continue;
                Expr *equal = ARENA_NEW(g->o->arena, Expr);
                *equal = *x;
                equal->args = ARENA_ARRAY(g->o->arena, Expr *, 2);
                equal->args[0] = a;
                equal->args[1] = d;
                bool known = false;
                for (uint32_t e = 0; e < g->edge_count && !known; e++)
                    known = expr_equal(g->edges[e].conjunct, equal);
                if (!known) add_edge(g, equal);
            }
        }
    }
}

// The conjuncts that join two sets: they read both and nothing else.
static ExprList joining(const Graph *g, uint64_t a, uint64_t b) {
    ExprList list = {0};
    for (uint32_t i = 0; i < g->edge_count; i++) {
        uint64_t r = g->edges[i].relations;
        if ((r & ~(a | b)) == 0 && (r & a) && (r & b))
            expr_list_add(g->o->arena, &list, g->edges[i].conjunct);
    }
    return list;
}

static bool is_connected(const Graph *g, uint64_t a, uint64_t b) {
    for (uint32_t i = 0; i < g->edge_count; i++) {
        uint64_t r = g->edges[i].relations;
        if ((r & ~(a | b)) == 0 && (r & a) && (r & b)) return true;
    }
    return false;
}

static double join_cost(double rows, const Rel *probe, const Rel *build) {
    return rows + 0.5 * probe->rows + 1.5 * build->rows;
}

// The larger side probes, the smaller one builds: the right input is the build side.
static Candidate join_candidates(Graph *g, const Candidate *a, const Candidate *b, ExprList on) {
    const Candidate *probe = a->rel->rows >= b->rel->rows ? a : b;
    const Candidate *build = probe == a ? b : a;
    double rows = estimate_join_rows(g->o, JOIN_INNER, probe->rel, build->rel, on.items, on.count);
    Rel *rel = rel_join(g->o, on.count ? JOIN_INNER : JOIN_CROSS, probe->rel, build->rel, on);
    rel->rows = MAX(rows, 1);
    double cost = a->cost + b->cost + join_cost(rel->rows, probe->rel, build->rel);
    return (Candidate){rel, cost};
}

static double split_cost(Graph *g, const Candidate *a, const Candidate *b, const ExprList *on) {
    const Rel *probe = a->rel->rows >= b->rel->rows ? a->rel : b->rel;
    const Rel *build = probe == a->rel ? b->rel : a->rel;
    double rows = estimate_join_rows(g->o, JOIN_INNER, probe, build, on->items, on->count);
    return a->cost + b->cost + join_cost(MAX(rows, 1), probe, build);
}

static Rel *order_greedily(Graph *g);

static Rel *order_by_dp(Graph *g) {
    uint64_t all = ((uint64_t)1 << g->count) - 1;
    Candidate *best = ARENA_ARRAY(g->o->arena, Candidate, all + 1);
    for (uint32_t i = 0; i < g->count; i++)
        best[(uint64_t)1 << i] = (Candidate){g->relations[i], 0};
    for (uint64_t set = 1; set <= all; set++) {
        if (best[set].rel) continue;
        // Unconnected halves (cross joins) only where nothing connects.
        for (int cross = 0; cross < 2 && !best[set].rel; cross++) {
            uint64_t chosen = 0;
            double cost = 0;
            for (uint64_t a = (set - 1) & set; a; a = (a - 1) & set) {
                uint64_t b = set & ~a;
                if (a < b || !best[a].rel || !best[b].rel) continue;
                if (!cross && !is_connected(g, a, b)) continue;
                ExprList on = joining(g, a, b);
                double c = split_cost(g, &best[a], &best[b], &on);
                if (chosen && c >= cost) continue;
                chosen = a;
                cost = c;
            }
            if (chosen)
                best[set] = join_candidates(g, &best[chosen], &best[set & ~chosen],
                                            joining(g, chosen, set & ~chosen));
            if (set != all) break;
        }
    }
    return best[all].rel ? best[all].rel : order_greedily(g);
}

// Joins the cheapest pair until one is left.
static Rel *order_greedily(Graph *g) {
    Candidate parts[GRAPH_RELATIONS];
    uint64_t sets[GRAPH_RELATIONS];
    uint32_t count = g->count;
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = (Candidate){g->relations[i], 0};
        sets[i] = (uint64_t)1 << i;
    }
    while (count > 1) {
        uint32_t best_i = 0, best_k = 1;
        double best_cost = -1;
        for (int cross = 0; cross < 2 && best_cost < 0; cross++)
            for (uint32_t i = 0; i < count; i++)
                for (uint32_t k = i + 1; k < count; k++) {
                    if (!cross && !is_connected(g, sets[i], sets[k])) continue;
                    ExprList on = joining(g, sets[i], sets[k]);
                    double cost =
                        split_cost(g, &parts[i], &parts[k], &on) - parts[i].cost - parts[k].cost;
                    if (best_cost >= 0 && cost >= best_cost) continue;
                    best_cost = cost;
                    best_i = i;
                    best_k = k;
                }
        parts[best_i] = join_candidates(g, &parts[best_i], &parts[best_k],
                                        joining(g, sets[best_i], sets[best_k]));
        sets[best_i] |= sets[best_k];
        parts[best_k] = parts[--count];
        sets[best_k] = sets[count];
    }
    return parts[0].rel;
}

// Conjuncts of one relation (or none) were not pushed for a reason (they may fail): above all
// joins.
static Rel *add_rest(Graph *g, Rel *rel) {
    ExprList rest = {0};
    for (uint32_t i = 0; i < g->edge_count; i++) {
        uint64_t r = g->edges[i].relations;
        if ((r & (r - 1)) == 0) expr_list_add(g->o->arena, &rest, g->edges[i].conjunct);
    }
    return rel_filter_by(g->o, rel, rest);
}

// Restores the column order that the node had: parents see the same output.
static Rel *with_output(Optimiser *o, Rel *rel, const Attribute *output, uint32_t count) {
    Rel *project = rel_project_keep(o, rel, NULL, NULL, 0);
    project->output = (Attribute *)output;
    project->output_count = count;
    project->project.exprs = ARENA_ARRAY(o->arena, Expr *, count);
    for (uint32_t i = 0; i < count; i++)
        project->project.exprs[i] = attribute_column(o->arena, &output[i]);
    project->rows = rel->rows;
    return project;
}

static Rel *order_graph(Optimiser *o, Rel *rel) {
    Graph *g = ARENA_NEW(o->arena, Graph);
    g->o = o;
    ExprList conjuncts = {0};
    collect(g, rel, &conjuncts);
    for (uint32_t i = 0; i < g->count; i++) {
        g->relations[i] = order_joins(o, g->relations[i]);
        if (!g->relations[i]) return NULL;
        estimate_rows(o, g->relations[i]);
    }
    for (uint32_t i = 0; i < conjuncts.count; i++) add_edge(g, conjuncts.items[i]);
    add_transitive(g, &conjuncts);
    Rel *ordered = g->count <= DP_RELATIONS ? order_by_dp(g) : order_greedily(g);
    return with_output(o, add_rest(g, ordered), rel->output, rel->output_count);
}

// --- semi and anti joins
// -----------------------------------------------------------------------------

static bool is_filtering_join(const Rel *rel) {
    return rel->kind == REL_JOIN && !rel->join.is_lateral &&
           (rel->join.kind == JOIN_LEFT_SEMI || rel->join.kind == JOIN_LEFT_ANTI);
}

// It pays to filter the relation itself, before the joins, when the other side is small beside it.
static bool is_worth_sinking(Optimiser *o, Rel *rel, Rel *target) {
    estimate_rows(o, rel->inputs[1]);
    estimate_rows(o, target);
    return rel->inputs[1]->rows < target->rows * 0.5;
}

// Moves the join below an inner join when its condition reads one side of that only.
static Rel *sink_filtering(Optimiser *o, Rel *rel) {
    Rel *below = rel->inputs[0];
    if (!is_inner(below)) return rel;
    IdSet read = {0};
    for (uint32_t i = 0; i < rel->join.conjunct_count; i++)
        expr_ids(o->arena, rel->join.conjuncts[i], &read);
    for (uint32_t side = 0; side < 2; side++) {
        IdSet ids = {0};
        rel_output_ids(o->arena, below->inputs[!side], &ids);
        if (id_set_intersects(&read, &ids) || !is_worth_sinking(o, rel, below->inputs[side]))
            continue;
        rel->inputs[0] = below->inputs[side];
        rel_set_join_output(o, rel);
        below->inputs[side] = sink_filtering(o, rel);
        rel_set_join_output(o, below);
        return below;
    }
    return rel;
}

Rel *order_joins(Optimiser *o, Rel *rel) {
    if (is_filtering_join(rel)) {
        Rel *sunk = sink_filtering(o, rel);
        if (sunk != rel) return order_joins(o, sunk);
    }
    if (is_inner(rel) && count_leaves(rel) <= GRAPH_RELATIONS) return order_graph(o, rel);
    for (uint32_t i = 0; i < rel->input_count; i++) {
        if (rel->kind == REL_SHARED) break;
        rel->inputs[i] = order_joins(o, rel->inputs[i]);
        if (!rel->inputs[i]) return NULL;
    }
    return rel;
}
