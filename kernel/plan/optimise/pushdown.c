// SPDX-License-Identifier: Apache-2.0
// Predicates move towards the scans.
//
// A conjunct that may fail never moves below a join or past a filter that stood before it: it would
// see rows that the query never showed it. Outer joins turn into inner ones where a predicate above
// rejects the rows they add.
#include "kernel/plan/optimise/rewrite.h"

static Rel *push(Optimiser *o, Rel *rel, ExprList conjuncts);

static Rel *push_inputs(Optimiser *o, Rel *rel) {
    for (uint32_t i = 0; i < rel->input_count; i++)
        rel->inputs[i] = push(o, rel->inputs[i], (ExprList){0});
    return rel;
}

// Splits into those that may go below (move) and the rest (stay).
typedef struct Split {
    ExprList move;
    ExprList stay;
} Split;

static bool is_movable(const Expr *expr) { return !expr->may_fail && !expr->is_volatile; }

static bool reads_only(Optimiser *o, const Expr *expr, const IdSet *ids) {
    IdSet read = {0};
    expr_ids(o->arena, expr, &read);
    return id_set_is_subset(&read, ids);
}

static Rel *keep_above(Optimiser *o, Rel *rel, ExprList stay) {
    return rel_filter_by(o, rel, stay);
}

// --- project
// -----------------------------------------------------------------------------------------

static Rel *push_project(Optimiser *o, Rel *rel, ExprList conjuncts) {
    IdMap map = {0};
    IdSet opaque = {0};
    for (uint32_t i = 0; i < rel->output_count; i++) {
        Expr *expr = rel->project.exprs[i];
        if (expr->may_fail || expr->is_volatile) id_set_add(o->arena, &opaque, rel->output[i].id);
        id_map_add(o->arena, &map, rel->output[i].id, expr);
    }
    Split split = {0};
    bool blocked = false; // conjuncts keep their order around one that may fail
    for (uint32_t i = 0; i < conjuncts.count; i++) {
        Expr *conjunct = conjuncts.items[i];
        IdSet read = {0};
        expr_ids(o->arena, conjunct, &read);
        bool stays = blocked || conjunct->is_volatile || id_set_intersects(&read, &opaque);
        blocked |= stays && conjunct->may_fail;
        if (stays) expr_list_add(o->arena, &split.stay, conjunct);
        else expr_list_add(o->arena, &split.move, expr_map_columns(o->arena, conjunct, &map));
    }
    rel->inputs[0] = push(o, rel->inputs[0], split.move);
    return keep_above(o, rel, split.stay);
}

// --- aggregate, window, others that pass some columns through
// ------------------------------------------

// Only conjuncts over `passed` columns go below; map replaces them by what is below.
static Rel *push_through(Optimiser *o, Rel *rel, ExprList conjuncts, const IdSet *passed,
                         const IdMap *map) {
    Split split = {0};
    for (uint32_t i = 0; i < conjuncts.count; i++) {
        Expr *conjunct = conjuncts.items[i];
        if (!is_movable(conjunct) || !reads_only(o, conjunct, passed))
            expr_list_add(o->arena, &split.stay, conjunct);
        else expr_list_add(o->arena, &split.move, expr_map_columns(o->arena, conjunct, map));
    }
    rel->inputs[0] = push(o, rel->inputs[0], split.move);
    return keep_above(o, rel, split.stay);
}

static Rel *push_aggregate(Optimiser *o, Rel *rel, ExprList conjuncts) {
    // Without groups there is a row even for no rows: what is above stays there, FALSE too.
    if (!rel->aggregate.key_count) return rel_filter_by(o, push_inputs(o, rel), conjuncts);
    IdSet keys = {0};
    IdMap map = {0};
    for (uint32_t i = 0; i < rel->aggregate.key_count; i++) {
        Expr *key = rel->aggregate.keys[i];
        if (!is_movable(key)) continue;
        id_set_add(o->arena, &keys, rel->output[i].id);
        id_map_add(o->arena, &map, rel->output[i].id, key);
    }
    return push_through(o, rel, conjuncts, &keys, &map);
}

static Rel *push_window(Optimiser *o, Rel *rel, ExprList conjuncts) {
    IdSet partition = {0};
    for (uint32_t c = 0; c < rel->window.call_count; c++) {
        const WindowCall *call = rel->window.calls[c];
        IdSet own = {0};
        for (uint32_t i = 0; i < call->partition_count; i++)
            if (call->partition[i]->kind == EXPR_COLUMN)
                id_set_add(o->arena, &own, call->partition[i]->column);
        if (c == 0) partition = own;
        for (uint32_t w = 0; w < partition.word_count; w++)
            partition.words[w] &= w < own.word_count ? own.words[w] : 0;
    }
    return push_through(o, rel, conjuncts, &partition, &(IdMap){0});
}

static Rel *push_generate(Optimiser *o, Rel *rel, ExprList conjuncts) {
    IdSet passed = {0};
    rel_output_ids(o->arena, rel->inputs[0], &passed);
    return push_through(o, rel, conjuncts, &passed, &(IdMap){0});
}

static Rel *push_set(Optimiser *o, Rel *rel, ExprList conjuncts) {
    Split split = {0};
    for (uint32_t i = 0; i < conjuncts.count; i++)
        expr_list_add(o->arena, is_movable(conjuncts.items[i]) ? &split.move : &split.stay,
                      conjuncts.items[i]);
    for (uint32_t k = 0; k < rel->input_count; k++) {
        IdMap map = {0};
        for (uint32_t i = 0; i < rel->output_count; i++)
            id_map_add(o->arena, &map, rel->output[i].id,
                       attribute_column(o->arena, &rel->inputs[k]->output[i]));
        ExprList moved = {0};
        for (uint32_t i = 0; i < split.move.count; i++)
            expr_list_add(o->arena, &moved, expr_map_columns(o->arena, split.move.items[i], &map));
        rel->inputs[k] = push(o, rel->inputs[k], moved);
    }
    return keep_above(o, rel, split.stay);
}

// --- join
// --------------------------------------------------------------------------------------------

static void strengthen(Rel *join, const ExprList *above, const IdSet *left, const IdSet *right) {
    bool rejects_left = false, rejects_right = false;
    for (uint32_t i = 0; i < above->count; i++) {
        rejects_left |= expr_rejects_nulls(above->items[i], left);
        rejects_right |= expr_rejects_nulls(above->items[i], right);
    }
    JoinKind kind = join->join.kind;
    if (kind == JOIN_LEFT && rejects_right) kind = JOIN_INNER;
    if (kind == JOIN_RIGHT && rejects_left) kind = JOIN_INNER;
    if (kind == JOIN_FULL && rejects_left && rejects_right) kind = JOIN_INNER;
    else if (kind == JOIN_FULL && rejects_left) kind = JOIN_LEFT;
    else if (kind == JOIN_FULL && rejects_right) kind = JOIN_RIGHT;
    join->join.kind = kind;
}

// A filter on the mark column alone makes a mark join a semi or anti join.
static bool take_mark(Rel *join, ExprList *above) {
    uint32_t mark = join->output[join->output_count - 1].id;
    for (uint32_t i = 0; i < above->count; i++) {
        const Expr *conjunct = above->items[i];
        bool is_negated = expr_is_not(conjunct);
        if (is_negated) conjunct = conjunct->args[0];
        if (conjunct->kind != EXPR_COLUMN || conjunct->column != mark) continue;
        if (is_negated && join->join.mark_is_in && join->join.conjunct_count != 1) continue;
        join->join.kind = !is_negated             ? JOIN_LEFT_SEMI
                          : join->join.mark_is_in ? JOIN_LEFT_ANTI_NULL_AWARE
                                                  : JOIN_LEFT_ANTI;
        memmove(&above->items[i], &above->items[i + 1],
                (above->count - i - 1) * sizeof *above->items);
        above->count--;
        return true;
    }
    return false;
}

typedef struct JoinPush {
    ExprList left, right, on, stay;
    IdSet left_ids, right_ids;
} JoinPush;

static void sort_conjunct(Optimiser *o, JoinPush *p, Expr *conjunct, bool to_left, bool to_right,
                          ExprList *otherwise) {
    bool movable = is_movable(conjunct);
    if (movable && to_left && reads_only(o, conjunct, &p->left_ids))
        expr_list_add(o->arena, &p->left, conjunct);
    else if (movable && to_right && reads_only(o, conjunct, &p->right_ids))
        expr_list_add(o->arena, &p->right, conjunct);
    else expr_list_add(o->arena, otherwise, conjunct);
}

// l.a = r.b and a predicate on l.a alone hold for r.b too.
static void infer_across(Optimiser *o, JoinPush *p) {
    uint32_t left_count = p->left.count, right_count = p->right.count;
    for (uint32_t i = 0; i < p->on.count; i++) {
        const Expr *equal = p->on.items[i];
        if (!expr_is_comparison(equal, COMPARE_EQ)) continue;
        Expr *a = equal->args[0], *b = equal->args[1];
        if (a->kind != EXPR_COLUMN || b->kind != EXPR_COLUMN) continue;
        if (!id_set_has(&p->left_ids, a->column)) {
            Expr *swapped = a;
            a = b;
            b = swapped;
        }
        IdSet only_a = {0}, only_b = {0};
        id_set_add(o->arena, &only_a, a->column);
        id_set_add(o->arena, &only_b, b->column);
        IdMap to_b = {0}, to_a = {0};
        id_map_add(o->arena, &to_b, a->column, b);
        id_map_add(o->arena, &to_a, b->column, a);
        for (uint32_t k = 0; k < left_count; k++)
            if (reads_only(o, p->left.items[k], &only_a))
                expr_list_add(o->arena, &p->right,
                              expr_map_columns(o->arena, p->left.items[k], &to_b));
        for (uint32_t k = 0; k < right_count; k++)
            if (reads_only(o, p->right.items[k], &only_b))
                expr_list_add(o->arena, &p->left,
                              expr_map_columns(o->arena, p->right.items[k], &to_a));
    }
}

// What a disjunction says about one side alone: the OR of its branches' conjuncts over `ids`. NULL
// when a branch says nothing.
static Expr *implied(Optimiser *o, const Expr *either, const IdSet *ids) {
    Expr **branches = ARENA_ARRAY(o->arena, Expr *, either->arg_count);
    for (uint32_t i = 0; i < either->arg_count; i++) {
        ExprList conjuncts = {0}, own = {0};
        expr_list_add_conjuncts(o->arena, &conjuncts, either->args[i]);
        for (uint32_t k = 0; k < conjuncts.count; k++)
            if (is_movable(conjuncts.items[k]) && reads_only(o, conjuncts.items[k], ids))
                expr_list_add(o->arena, &own, conjuncts.items[k]);
        if (!own.count) return NULL;
        branches[i] = expr_and(o->arena, own.items, own.count);
    }
    Expr *result = ARENA_NEW(o->arena, Expr);
    *result = *either;
    result->args = branches;
    expr_finish(result);
    return result;
}

static void add_implied(Optimiser *o, const JoinPush *p, const IdSet *ids, ExprList *side) {
    for (uint32_t i = 0; i < p->on.count; i++) {
        if (p->on.items[i]->kind != EXPR_OR) continue;
        Expr *own = implied(o, p->on.items[i], ids);
        if (own) expr_list_add(o->arena, side, own);
    }
}

static Rel *push_join(Optimiser *o, Rel *rel, ExprList above) {
    JoinPush p = {0};
    rel_output_ids(o->arena, rel->inputs[0], &p.left_ids);
    rel_output_ids(o->arena, rel->inputs[1], &p.right_ids);
    if (rel->join.kind == JOIN_LEFT_MARK) take_mark(rel, &above);
    strengthen(rel, &above, &p.left_ids, &p.right_ids);
    JoinKind kind = rel->join.kind;
    bool is_inner = kind == JOIN_INNER || kind == JOIN_CROSS;
    bool keeps_left = kind != JOIN_RIGHT && kind != JOIN_FULL; // filters above may enter the left
    bool keeps_right = is_inner || kind == JOIN_RIGHT;         // side without changing the answer
    for (uint32_t i = 0; i < above.count; i++)
        sort_conjunct(o, &p, above.items[i], keeps_left, keeps_right,
                      is_inner && is_movable(above.items[i]) ? &p.on : &p.stay);
    // ON conditions that read one side: they filter the side whose rows need not survive.
    bool on_left = is_inner || kind == JOIN_RIGHT || kind == JOIN_LEFT_SEMI;
    bool on_right = kind != JOIN_RIGHT && kind != JOIN_FULL && kind != JOIN_LEFT_ANTI_NULL_AWARE &&
                    !(kind == JOIN_LEFT_MARK && rel->join.mark_is_in);
    for (uint32_t i = 0; i < rel->join.conjunct_count; i++)
        sort_conjunct(o, &p, rel->join.conjuncts[i], on_left, on_right, &p.on);
    if (is_inner || kind == JOIN_LEFT_SEMI) infer_across(o, &p);
    if (on_left) add_implied(o, &p, &p.left_ids, &p.left);
    if (on_right) add_implied(o, &p, &p.right_ids, &p.right);
    rel->join.conjuncts = p.on.items;
    rel->join.conjunct_count = p.on.count;
    if (is_inner) rel->join.kind = p.on.count ? JOIN_INNER : JOIN_CROSS;
    rel->inputs[0] = push(o, rel->inputs[0], p.left);
    rel->inputs[1] = push(o, rel->inputs[1], p.right);
    rel_set_join_output(o, rel);
    return keep_above(o, rel, p.stay);
}

// --- the rest
// ----------------------------------------------------------------------------------------

static Rel *push_filter(Optimiser *o, Rel *rel, ExprList conjuncts) {
    ExprList all = {0};
    for (uint32_t i = 0; i < rel->filter.count; i++)
        expr_list_add_conjuncts(o->arena, &all, rel->filter.conjuncts[i]);
    for (uint32_t i = 0; i < conjuncts.count; i++)
        expr_list_add(o->arena, &all, conjuncts.items[i]);
    return push(o, rel->inputs[0], all);
}

// Inferred predicates come again with each pass.
static bool is_known(const ExprList *filters, const Expr *conjunct) {
    for (uint32_t i = 0; i < filters->count; i++)
        if (expr_equal(filters->items[i], conjunct)) return true;
    return false;
}

static Rel *push_scan(Optimiser *o, Rel *rel, ExprList conjuncts) {
    ExprList filters = {rel->scan.filters, rel->scan.filter_count};
    ExprList stay = {0};
    for (uint32_t i = 0; i < conjuncts.count; i++) {
        // Order is kept: behind a conjunct that must stay, everything stays.
        bool stays = stay.count || conjuncts.items[i]->is_volatile;
        if (!stays && is_known(&filters, conjuncts.items[i])) continue;
        expr_list_add(o->arena, stays ? &stay : &filters, conjuncts.items[i]);
    }
    rel->scan.filters = filters.items;
    rel->scan.filter_count = filters.count;
    return keep_above(o, rel, stay);
}

static Rel *push(Optimiser *o, Rel *rel, ExprList conjuncts) {
    switch (rel->kind) {
    case REL_FILTER: return push_filter(o, rel, conjuncts);
    case REL_PROJECT: return push_project(o, rel, conjuncts);
    case REL_JOIN: return push_join(o, rel, conjuncts);
    case REL_SCAN: return push_scan(o, rel, conjuncts);
    case REL_AGGREGATE: return push_aggregate(o, rel, conjuncts);
    case REL_WINDOW: return push_window(o, rel, conjuncts);
    case REL_GENERATE: return push_generate(o, rel, conjuncts);
    case REL_UNION:
    case REL_SET_OP: return push_set(o, rel, conjuncts);
    case REL_SORT: rel->inputs[0] = push(o, rel->inputs[0], conjuncts); return rel;
    case REL_SHARED:
    case REL_RECURSIVE:
    case REL_RECURSION: return keep_above(o, rel, conjuncts);
    default: return keep_above(o, push_inputs(o, rel), conjuncts);
    }
}

Rel *push_predicates(Optimiser *o, Rel *rel) { return push(o, rel, (ExprList){0}); }
