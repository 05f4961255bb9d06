// SPDX-License-Identifier: Apache-2.0
// Takes window functions out of the block's expressions: one WINDOW node per partitioning and
// order.
#include "kernel/plan/resolve/block.h"

typedef struct WindowGroup {
    WindowCall **calls;
    uint32_t call_count;
    Attribute *attributes;
    uint32_t attribute_count;
} WindowGroup;

typedef struct Windows {
    Block *block;
    WindowGroup *groups;
    uint32_t group_count;
} Windows;

static bool same_window(const WindowCall *a, const WindowCall *b) {
    if (a->partition_count != b->partition_count || a->order_count != b->order_count) return false;
    for (uint32_t i = 0; i < a->partition_count; i++)
        if (!expr_equal(a->partition[i], b->partition[i])) return false;
    for (uint32_t i = 0; i < a->order_count; i++) {
        if (!expr_equal(a->order[i].expr, b->order[i].expr)) return false;
        if (a->order[i].descending != b->order[i].descending) return false;
        if (a->order[i].nulls_last != b->order[i].nulls_last) return false;
    }
    return true;
}

static WindowGroup *group_of(Windows *windows, const WindowCall *call) {
    for (uint32_t i = 0; i < windows->group_count; i++)
        if (same_window(windows->groups[i].calls[0], call)) return &windows->groups[i];
    WindowGroup group = {0};
    ARENA_PUSH(windows->block->resolver->arena, windows->groups, windows->group_count, group);
    return &windows->groups[windows->group_count - 1];
}

static Expr *lift_window(void *data, Expr *expr) {
    Windows *windows = data;
    Block *block = windows->block;
    if (expr->kind != EXPR_WINDOW) return NULL;
    Resolver *resolver = block->resolver;
    WindowGroup *group = group_of(windows, expr->window);
    Attribute attribute = {.id = resolver_id(resolver),
                           .name = expr_pretty(resolver->arena, expr),
                           .type = expr->type,
                           .nullable = expr->nullable};
    ARENA_PUSH(resolver->arena, group->calls, group->call_count, expr->window);
    ARENA_PUSH(resolver->arena, group->attributes, group->attribute_count, attribute);
    Expr *column = attribute_ref(resolver, &attribute);
    column->text = expr->text;
    column->origin = expr->origin;
    return column;
}

static bool nested_window(const WindowCall *call) {
    for (uint32_t i = 0; i < call->arg_count; i++)
        if (expr_contains(call->args[i], EXPR_WINDOW)) return true;
    for (uint32_t i = 0; call->aggregate && i < call->aggregate->arg_count; i++)
        if (expr_contains(call->aggregate->args[i], EXPR_WINDOW)) return true;
    return false;
}

// A window function without OVER, or one within another's arguments.
static bool misplaced(void *data, const Expr *expr) {
    Error *err = data;
    if (expr->kind != EXPR_WINDOW) return false;
    if (!expr->window->partition && !expr->window->order) {
        const char *name = expr->window->name.data;
        return error_set(err, ERR_WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE, "funcName",
                         name ? name : "") == false;
    }
    if (!nested_window(expr->window)) return false;
    return error_set(err, ERR_NESTED_WINDOW_FUNCTION) == false;
}

static bool check(Block *block, Error *err) {
    for (uint32_t i = 0; i < block->item_count; i++)
        if (expr_any(block->items[i].expr, misplaced, err)) {
            error_set_span(err, block->items[i].expr->origin);
            return false;
        }
    return !block->having || !expr_any(block->having, misplaced, err);
}

bool block_windows(Block *block, Error *err) {
    Resolver *resolver = block->resolver;
    Arena *arena = resolver->arena;
    if (!check(block, err)) return false;
    Windows windows = {.block = block};
    for (uint32_t i = 0; i < block->item_count; i++)
        block->items[i].expr = tree_replace(arena, block->items[i].expr, lift_window, &windows);
    if (block->qualify) block->qualify = tree_replace(arena, block->qualify, lift_window, &windows);
    for (uint32_t i = 0; i < block->sort_count; i++)
        if (!block->sort_on_output[i])
            block->sort_keys[i].expr =
                tree_replace(arena, block->sort_keys[i].expr, lift_window, &windows);
    for (uint32_t g = 0; g < windows.group_count; g++) {
        const WindowGroup *group = &windows.groups[g];
        Rel *rel = rel_new(resolver, REL_WINDOW, block->rel, block->select->origin);
        uint32_t base = block->rel->output_count;
        rel->window.calls = group->calls;
        rel->window.call_count = group->call_count;
        rel->output = ARENA_ARRAY(arena, Attribute, base + group->call_count);
        rel->output_count = base + group->call_count;
        for (uint32_t i = 0; i < base; i++) rel->output[i] = block->rel->output[i];
        for (uint32_t i = 0; i < group->call_count; i++)
            rel->output[base + i] = group->attributes[i];
        block->rel = rel;
    }
    return true;
}
