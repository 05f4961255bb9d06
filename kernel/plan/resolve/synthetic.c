// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/resolve/resolver_internal.h"

static UExpr *expr_new(Resolver *resolver, UExprKind kind, Origin origin) {
    UExpr *expr = ARENA_NEW(resolver->arena, UExpr);
    expr->kind = kind;
    expr->origin = origin;
    expr->plan_id = -1;
    return expr;
}

static NameParts one_part(Resolver *resolver, Slice name) {
    NameParts parts = {ARENA_ARRAY(resolver->arena, Slice, 1), 1};
    parts.parts[0] = name;
    return parts;
}

UExpr *synthetic_name(Resolver *resolver, Slice name, Origin origin) {
    UExpr *expr = expr_new(resolver, UEXPR_ATTRIBUTE, origin);
    expr->name = one_part(resolver, name);
    return expr;
}

UExpr *synthetic_literal(Resolver *resolver, Value value, Origin origin) {
    UExpr *expr = expr_new(resolver, UEXPR_LITERAL, origin);
    expr->literal.value = value;
    return expr;
}

UExpr *synthetic_call(Resolver *resolver, const char *name, const UExpr *a, const UExpr *b,
                      Origin origin) {
    UExpr *expr = expr_new(resolver, UEXPR_FUNCTION, origin);
    expr->name = one_part(resolver, slice_from_cstr(name));
    expr->args = ARENA_ARRAY(resolver->arena, UExpr *, 2);
    expr->args[expr->arg_count++] = (UExpr *)a;
    if (b) expr->args[expr->arg_count++] = (UExpr *)b;
    return expr;
}

UExpr *synthetic_alias(Resolver *resolver, const UExpr *inner, Slice name) {
    UExpr *expr = expr_new(resolver, UEXPR_ALIAS, inner->origin);
    expr->args = ARENA_ARRAY(resolver->arena, UExpr *, 1);
    expr->args[0] = (UExpr *)inner;
    expr->arg_count = 1;
    expr->alias.names = ARENA_ARRAY(resolver->arena, Slice, 1);
    expr->alias.names[0] = name;
    expr->alias.count = 1;
    return expr;
}

URel *synthetic_project(Resolver *resolver, UExpr **exprs, uint32_t count, Origin origin) {
    URel *rel = ARENA_NEW(resolver->arena, URel);
    rel->kind = UREL_PROJECT;
    rel->origin = origin;
    rel->plan_id = -1;
    rel->exprs = exprs;
    rel->expr_count = count;
    return rel;
}

URel *synthetic_aggregate(Resolver *resolver, UExpr **keys, uint32_t key_count, UExpr **exprs,
                          uint32_t count, Origin origin) {
    URel *rel = synthetic_project(resolver, exprs, count, origin);
    rel->kind = UREL_AGGREGATE;
    rel->aggregate.items = ARENA_ARRAY(resolver->arena, UGroupItem, key_count + 1);
    rel->aggregate.item_count = key_count;
    for (uint32_t i = 0; i < key_count; i++) {
        UGroupItem *item = &rel->aggregate.items[i];
        item->kind = UGROUP_BY;
        item->sets = ARENA_ARRAY(resolver->arena, struct UGroupSet, 1);
        item->sets[0].exprs = &keys[i];
        item->sets[0].count = 1;
        item->set_count = 1;
    }
    return rel;
}
