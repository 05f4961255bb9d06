// SPDX-License-Identifier: Apache-2.0
// Constant folding, boolean algebra, and conjuncts common to all branches of an OR pulled out of
// it.
#include "kernel/plan/optimise/rewrite.h"

static bool is_constant(const Expr *expr) {
    switch (expr->kind) {
    case EXPR_LITERAL: return true;
    case EXPR_CALL:
    case EXPR_CAST:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_CASE:
    case EXPR_COALESCE:
    case EXPR_IN: break;
    default: return false;
    }
    if (expr->is_volatile) return false;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (!is_constant(expr->args[i])) return false;
    return true;
}

static Expr *bool_literal(Arena *arena, bool value) {
    return expr_literal(arena, value_bool(value));
}

// AND, OR without neutral elements; decided when one argument decides. An argument that may fail is
// not dropped by what stands behind it.
static Expr *simplify_logic(Optimiser *o, Expr *expr) {
    bool is_and = expr->kind == EXPR_AND;
    ExprList kept = {0};
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        Expr *arg = expr->args[i];
        bool is_literal = arg->kind == EXPR_LITERAL && !arg->literal.is_null;
        bool value = is_literal && arg->literal.i64 != 0;
        if (is_literal && value == is_and) continue;
        if (is_literal) {
            bool earlier_may_fail = false;
            for (uint32_t k = 0; k < kept.count; k++) earlier_may_fail |= kept.items[k]->may_fail;
            if (!earlier_may_fail) return bool_literal(o->arena, !is_and);
        }
        expr_list_add(o->arena, &kept, arg);
    }
    if (kept.count == expr->arg_count) return expr;
    if (kept.count == 0) return bool_literal(o->arena, is_and);
    if (kept.count == 1) return kept.items[0];
    Expr *copy = ARENA_NEW(o->arena, Expr);
    *copy = *expr;
    copy->args = kept.items;
    copy->arg_count = kept.count;
    expr_finish(copy);
    return copy;
}

static bool list_has(const ExprList *list, const Expr *expr) {
    for (uint32_t i = 0; i < list->count; i++)
        if (expr_equal(list->items[i], expr)) return true;
    return false;
}

// (a AND b) OR (a AND c) = a AND (b OR c), for infallible, not volatile a.
static Expr *factor_or(Optimiser *o, Expr *expr) {
    ExprList *branches = ARENA_ARRAY(o->arena, ExprList, expr->arg_count);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        expr_list_add_conjuncts(o->arena, &branches[i], expr->args[i]);
    ExprList common = {0};
    for (uint32_t k = 0; k < branches[0].count; k++) {
        Expr *candidate = branches[0].items[k];
        bool everywhere = !candidate->may_fail && !candidate->is_volatile;
        for (uint32_t i = 1; everywhere && i < expr->arg_count; i++)
            everywhere = list_has(&branches[i], candidate);
        if (everywhere) expr_list_add(o->arena, &common, candidate);
    }
    if (!common.count) return expr;
    Expr **rests = ARENA_ARRAY(o->arena, Expr *, expr->arg_count);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        ExprList rest = {0};
        for (uint32_t k = 0; k < branches[i].count; k++)
            if (!list_has(&common, branches[i].items[k]))
                expr_list_add(o->arena, &rest, branches[i].items[k]);
        rests[i] =
            rest.count ? expr_and(o->arena, rest.items, rest.count) : bool_literal(o->arena, true);
    }
    Expr *rest = ARENA_NEW(o->arena, Expr);
    *rest = *expr;
    rest->args = rests;
    expr_finish(rest);
    expr_list_add(o->arena, &common, simplify_logic(o, rest));
    return expr_and(o->arena, common.items, common.count);
}

static Expr *simplify_node(void *context, Expr *expr) {
    Optimiser *o = context;
    if (expr->kind != EXPR_LITERAL && is_constant(expr)) {
        Error ignored = {0};
        Value value;
        // What fails stays: it is an error only if it is evaluated.
        if (expr_constant(expr, o->query, o->arena, &value, &ignored)) {
            Expr *literal = expr_literal(o->arena, value);
            literal->origin = expr->origin;
            return literal;
        }
    }
    if (expr->kind == EXPR_AND) return simplify_logic(o, expr);
    if (expr->kind == EXPR_OR) {
        Expr *simple = simplify_logic(o, expr);
        return simple->kind == EXPR_OR ? factor_or(o, simple) : simple;
    }
    return expr;
}

static void simplify_slot(void *context, Expr **slot) {
    Optimiser *o = context;
    *slot = expr_rewrite(o->arena, *slot, simplify_node, o);
}

// One list of conjuncts: ANDs split, TRUE dropped.
static void split_conjuncts(Optimiser *o, Expr ***conjuncts, uint32_t *count) {
    ExprList list = {0};
    for (uint32_t i = 0; i < *count; i++) expr_list_add_conjuncts(o->arena, &list, (*conjuncts)[i]);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list.count; i++)
        if (!expr_is_true(list.items[i])) list.items[kept++] = list.items[i];
    *conjuncts = list.items;
    *count = kept;
}

Rel *simplify_expressions(Optimiser *o, Rel *rel) {
    for (uint32_t i = 0; i < rel->input_count; i++) {
        rel->inputs[i] = simplify_expressions(o, rel->inputs[i]);
        if (!rel->inputs[i]) return NULL;
    }
    rel_each_expr(rel, simplify_slot, o);
    if (rel->kind == REL_JOIN) split_conjuncts(o, &rel->join.conjuncts, &rel->join.conjunct_count);
    if (rel->kind == REL_FILTER) {
        split_conjuncts(o, &rel->filter.conjuncts, &rel->filter.count);
        if (!rel->filter.count) return rel->inputs[0];
    }
    return rel;
}
