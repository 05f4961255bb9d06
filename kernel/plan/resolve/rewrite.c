// SPDX-License-Identifier: Apache-2.0
// Walking and rewriting expression trees, aggregates and windows inside them included.
#include "kernel/plan/resolve/resolver_internal.h"

typedef struct Replacer {
    Arena *arena;
    TreeReplace replace;
    void *data;
} Replacer;

static Expr *replace_in(Replacer *replacer, Expr *expr);

static Expr **replace_list(Replacer *replacer, Expr **args, uint32_t count) {
    if (!count) return args;
    Expr **out = ARENA_ARRAY(replacer->arena, Expr *, count);
    for (uint32_t i = 0; i < count; i++) out[i] = replace_in(replacer, args[i]);
    return out;
}

static SortKey *replace_keys(Replacer *replacer, const SortKey *keys, uint32_t count) {
    if (!count) return NULL;
    SortKey *out = ARENA_ARRAY(replacer->arena, SortKey, count);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = keys[i];
        out[i].expr = replace_in(replacer, keys[i].expr);
    }
    return out;
}

static AggregateCall *replace_aggregate(Replacer *replacer, const AggregateCall *call) {
    AggregateCall *copy = ARENA_NEW(replacer->arena, AggregateCall);
    *copy = *call;
    copy->args = replace_list(replacer, call->args, call->arg_count);
    copy->order = replace_keys(replacer, call->order, call->order_count);
    if (call->filter) copy->filter = replace_in(replacer, call->filter);
    return copy;
}

static WindowCall *replace_window(Replacer *replacer, const WindowCall *call) {
    WindowCall *copy = ARENA_NEW(replacer->arena, WindowCall);
    *copy = *call;
    copy->args = replace_list(replacer, call->args, call->arg_count);
    copy->partition = replace_list(replacer, call->partition, call->partition_count);
    copy->order = replace_keys(replacer, call->order, call->order_count);
    if (call->aggregate) copy->aggregate = replace_aggregate(replacer, call->aggregate);
    return copy;
}

static Expr *replace_in(Replacer *replacer, Expr *expr) {
    if (replacer->replace) {
        Expr *other = replacer->replace(replacer->data, expr);
        if (other) return other;
    }
    Expr *copy = ARENA_NEW(replacer->arena, Expr);
    *copy = *expr;
    copy->args = replace_list(replacer, expr->args, expr->arg_count);
    if (expr->kind == EXPR_AGGREGATE)
        copy->aggregate = replace_aggregate(replacer, expr->aggregate);
    if (expr->kind == EXPR_WINDOW) copy->window = replace_window(replacer, expr->window);
    if (expr->kind == EXPR_GENERATOR) {
        copy->generator = ARENA_NEW(replacer->arena, GeneratorCall);
        *copy->generator = *expr->generator;
        copy->generator->args =
            replace_list(replacer, expr->generator->args, expr->generator->arg_count);
    }
    return copy;
}

Expr *tree_replace(Arena *arena, Expr *expr, TreeReplace replace, void *data) {
    Replacer replacer = {arena, replace, data};
    return replace_in(&replacer, expr);
}

Expr *expr_copy(Arena *arena, const Expr *expr) {
    return tree_replace(arena, (Expr *)expr, NULL, NULL);
}

static bool any_of(Expr *const *args, uint32_t count, bool (*test)(void *, const Expr *),
                   void *data) {
    for (uint32_t i = 0; i < count; i++)
        if (expr_any(args[i], test, data)) return true;
    return false;
}

static bool any_key(const SortKey *keys, uint32_t count, bool (*test)(void *, const Expr *),
                    void *data) {
    for (uint32_t i = 0; i < count; i++)
        if (expr_any(keys[i].expr, test, data)) return true;
    return false;
}

static bool any_aggregate(const AggregateCall *call, bool (*test)(void *, const Expr *),
                          void *data) {
    return any_of(call->args, call->arg_count, test, data) ||
           any_key(call->order, call->order_count, test, data) ||
           (call->filter && expr_any(call->filter, test, data));
}

bool expr_any(const Expr *expr, bool (*test)(void *data, const Expr *expr), void *data) {
    if (test(data, expr)) return true;
    if (any_of(expr->args, expr->arg_count, test, data)) return true;
    if (expr->kind == EXPR_AGGREGATE) return any_aggregate(expr->aggregate, test, data);
    if (expr->kind == EXPR_GENERATOR)
        return any_of(expr->generator->args, expr->generator->arg_count, test, data);
    if (expr->kind != EXPR_WINDOW) return false;
    const WindowCall *window = expr->window;
    return any_of(window->args, window->arg_count, test, data) ||
           any_of(window->partition, window->partition_count, test, data) ||
           any_key(window->order, window->order_count, test, data) ||
           (window->aggregate && any_aggregate(window->aggregate, test, data));
}

static bool is_kind(void *data, const Expr *expr) { return expr->kind == *(ExprKind *)data; }

bool expr_contains(const Expr *expr, ExprKind kind) { return expr_any(expr, is_kind, &kind); }

typedef struct Substitution {
    Arena *arena;
    const uint32_t *ids;
    Expr *const *exprs;
    uint32_t count;
} Substitution;

static Expr *substitute_column(void *data, Expr *expr) {
    const Substitution *substitution = data;
    if (expr->kind != EXPR_COLUMN) return NULL;
    for (uint32_t i = 0; i < substitution->count; i++)
        if (substitution->ids[i] == expr->column && substitution->exprs[i])
            return expr_copy(substitution->arena, substitution->exprs[i]);
    return NULL;
}

Expr *tree_substitute(Arena *arena, Expr *expr, const uint32_t *ids, Expr *const *exprs,
                      uint32_t count) {
    Substitution substitution = {arena, ids, exprs, count};
    return tree_replace(arena, expr, substitute_column, &substitution);
}
