// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/resolve/block.h"

#include <stdio.h>

// The clauses around the select list, from the outside in.
static const URel *collect(Block *block, const URel *source) {
    const URel *windows = NULL;
    for (;; source = source->input) {
        switch (source->kind) {
        case UREL_SORT:
            if (block->sort || block->distinct || block->having_clause) return NULL;
            block->sort = source;
            continue;
        case UREL_DEDUPLICATE:
            if (source->columns.count || block->distinct || block->having_clause) return NULL;
            block->distinct = source;
            continue;
        case UREL_QUALIFY:
            if (block->qualify_clause) return NULL;
            block->qualify_clause = source;
            continue;
        case UREL_HAVING:
            if (block->having_clause) return NULL;
            block->having_clause = source;
            continue;
        case UREL_NAMED_WINDOWS:
            if (windows) return NULL;
            windows = source;
            continue;
        case UREL_PROJECT:
        case UREL_AGGREGATE: block->select = source; break;
        default: return NULL;
        }
        if (windows) block->resolver->names.windows = windows;
        return source;
    }
}

// --- names of the output
// -----------------------------------------------------------------------------

static void output_columns(Block *block) {
    Resolver *resolver = block->resolver;
    block->output = ARENA_ARRAY(resolver->arena, Column, block->item_count + 1);
    for (uint32_t i = 0; i < block->item_count; i++) {
        SelectItem *item = &block->items[i];
        if (!item->id) item->id = resolver_id(resolver);
        Column *column = &block->output[i];
        if (item->is_plain_column) *column = item->column;
        column->plan_id = -1;
        column->is_hidden = column->needs_qualifier = false;
        column->attribute = (Attribute){.id = item->id,
                                        .name = item->name,
                                        .type = item->expr->type,
                                        .nullable = item->expr->nullable,
                                        .metadata = item->metadata};
    }
}

// Output names first, then the input's (the other way round within aggregates).
static void output_scope(Block *block, bool with_input, ExprScope *scope) {
    *scope = block->scope;
    scope->columns = block->output;
    scope->column_count = block->item_count;
    if (!with_input) return;
    scope->fallback = block->input.columns;
    scope->fallback_count = block->input.column_count;
}

static Expr *inline_items(Block *block, Expr *expr) {
    uint32_t *ids = ARENA_ARRAY(block->resolver->arena, uint32_t, block->item_count + 1);
    Expr **exprs = ARENA_ARRAY(block->resolver->arena, Expr *, block->item_count + 1);
    for (uint32_t i = 0; i < block->item_count; i++) {
        ids[i] = block->items[i].id;
        exprs[i] = block->items[i].is_plain_column ? NULL : block->items[i].expr;
    }
    return tree_substitute(block->resolver->arena, expr, ids, exprs, block->item_count);
}

// --- ORDER BY
// ------------------------------------------------------------------------------------------

static bool ordinal_of(const UExpr *source, int64_t *ordinal) {
    if (source->kind != UEXPR_LITERAL || source->literal.value.is_null ||
        source->literal.value.type->id != TYPE_INT)
        return false;
    *ordinal = source->literal.value.i64;
    return true;
}

static bool fail_position(Resolver *resolver, ErrorCode code, int64_t index, uint32_t size,
                          Span span, Error *err) {
    (void)resolver;
    char at[32], of[16];
    snprintf(at, sizeof at, "%lld", (long long)index);
    snprintf(of, sizeof of, "%u", size);
    return FAIL(err, span, code, "index", at, "size", of);
}

static bool leaves_output(void *data, const Expr *expr) {
    const Block *block = data;
    if (expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW || expr_is_grouping(expr) ||
        expr_is_grouping_id(expr) || expr->kind == EXPR_SUBQUERY)
        return true;
    if (expr->kind != EXPR_COLUMN) return false;
    for (uint32_t i = 0; i < block->item_count; i++)
        if (block->items[i].id == expr->column) return false;
    for (uint32_t i = 0; i < block->input.column_count; i++)
        if (block->input.columns[i].attribute.id == expr->column) return true;
    return false;
}

static bool sort_all(Block *block, const UExpr *source) {
    Resolver *resolver = block->resolver;
    block->sort_count = block->item_count;
    block->sort_keys = ARENA_ARRAY(resolver->arena, SortKey, block->item_count + 1);
    block->sort_on_output = ARENA_ARRAY(resolver->arena, bool, block->item_count + 1);
    for (uint32_t i = 0; i < block->item_count; i++) {
        SortKey *key = &block->sort_keys[i];
        key->expr = attribute_ref(resolver, &block->output[i].attribute);
        bool is_order = source && source->kind == UEXPR_SORT_ORDER;
        key->descending = is_order && source->sort.descending;
        NullOrder nulls = is_order ? source->sort.nulls : NULLS_DEFAULT;
        key->nulls_last = nulls == NULLS_DEFAULT ? key->descending : nulls == NULLS_LAST;
        block->sort_on_output[i] = true;
    }
    return true;
}

static bool resolve_sort(Block *block, Error *err) {
    Resolver *resolver = block->resolver;
    const URel *sort = block->sort;
    if (!sort) return true;
    if (sort->sort.is_all) return sort_all(block, sort->expr_count ? sort->exprs[0] : NULL);
    ExprScope scope;
    output_scope(block, !block->distinct, &scope);
    block->sort_count = sort->expr_count;
    block->sort_keys = ARENA_ARRAY(resolver->arena, SortKey, sort->expr_count + 1);
    block->sort_on_output = ARENA_ARRAY(resolver->arena, bool, sort->expr_count + 1);
    for (uint32_t i = 0; i < sort->expr_count; i++) {
        SortKey *key;
        const UExpr *inner = sort->exprs[i];
        if (inner->kind == UEXPR_SORT_ORDER) inner = inner->args[0];
        int64_t ordinal;
        if (resolver->scope->order_by_ordinal && ordinal_of(inner, &ordinal)) {
            if (ordinal < 1 || ordinal > block->item_count)
                return fail_position(resolver, ERR_ORDER_BY_POS_OUT_OF_RANGE, ordinal,
                                     block->item_count, inner->origin.span, err);
            if (!resolve_sort_keys(&scope, &sort->exprs[i], 1, &key, err)) return false;
            key->expr = attribute_ref(resolver, &block->output[ordinal - 1].attribute);
        } else if (!resolve_sort_keys(&scope, &sort->exprs[i], 1, &key, err)) {
            return false;
        }
        block->sort_keys[i] = *key;
        block->sort_on_output[i] = !expr_any(key->expr, leaves_output, block);
        if (!block->sort_on_output[i]) block->sort_keys[i].expr = inline_items(block, key->expr);
    }
    return true;
}

// --- HAVING, QUALIFY
// -----------------------------------------------------------------------------------

static bool resolve_filters(Block *block, Error *err) {
    ExprScope scope;
    output_scope(block, true, &scope);
    if (block->having_clause) {
        block->having =
            resolve_condition(&scope, block->having_clause->filter.condition, "HAVING", err);
        if (!block->having) return false;
        block->having = inline_items(block, block->having);
    }
    if (block->qualify_clause) {
        block->qualify =
            resolve_condition(&scope, block->qualify_clause->filter.condition, "QUALIFY", err);
        if (!block->qualify) return false;
        block->qualify = inline_items(block, block->qualify);
    }
    return true;
}

bool block_rewrite(Block *block, TreeReplace replace, Error *err) {
    Arena *arena = block->resolver->arena;
    block->err = err;
    for (uint32_t i = 0; i < block->item_count && !block->failed; i++) {
        SelectItem *item = &block->items[i];
        item->expr = tree_replace(arena, item->expr, replace, block);
    }
    block->in_clause = true;
    if (block->having && !block->failed)
        block->having = tree_replace(arena, block->having, replace, block);
    if (block->qualify && !block->failed)
        block->qualify = tree_replace(arena, block->qualify, replace, block);
    for (uint32_t i = 0; i < block->sort_count && !block->failed; i++)
        if (!block->sort_on_output[i])
            block->sort_keys[i].expr =
                tree_replace(arena, block->sort_keys[i].expr, replace, block);
    block->in_clause = false;
    return !block->failed;
}

// --- the top
// ---------------------------------------------------------------------------------------------

static Attribute item_attribute(const SelectItem *item) {
    return (Attribute){.id = item->id,
                       .name = item->name,
                       .type = item->expr->type,
                       .nullable = item->expr->nullable,
                       .metadata = item->metadata};
}

static Rel *sorted(Block *block, Rel *input) {
    if (!block->sort) return input;
    Rel *rel = rel_new(block->resolver, REL_SORT, input, block->sort->origin);
    rel->sort.keys = block->sort_keys;
    rel->sort.key_count = block->sort_count;
    return rel;
}

// PROJECT, with sort keys that are no output columns computed beside and dropped after the sort.
static void project(Block *block) {
    Resolver *resolver = block->resolver;
    uint32_t hidden = 0, count = block->item_count;
    for (uint32_t i = 0; i < block->sort_count; i++) hidden += !block->sort_on_output[i];
    Expr **exprs = ARENA_ARRAY(resolver->arena, Expr *, count + hidden + 1);
    Attribute *output = ARENA_ARRAY(resolver->arena, Attribute, count + hidden + 1);
    for (uint32_t i = 0; i < count; i++) {
        exprs[i] = block->items[i].expr;
        output[i] = item_attribute(&block->items[i]);
    }
    uint32_t used = count;
    for (uint32_t i = 0; i < block->sort_count; i++) {
        if (block->sort_on_output[i]) continue;
        Expr *expr = block->sort_keys[i].expr;
        output[used] = (Attribute){.id = resolver_id(resolver),
                                   .name = SLICE("sort"),
                                   .type = expr->type,
                                   .nullable = expr->nullable};
        exprs[used] = expr;
        block->sort_keys[i].expr = attribute_ref(resolver, &output[used++]);
    }
    Origin origin = block->select->origin;
    block->rel = rel_project(resolver, block->rel, exprs, output, used, origin);
    if (block->distinct) block->rel = rel_distinct(resolver, block->rel, block->distinct->origin);
    block->rel = sorted(block, block->rel);
    if (!hidden) return;
    Expr **kept = ARENA_ARRAY(resolver->arena, Expr *, count + 1);
    for (uint32_t i = 0; i < count; i++) kept[i] = attribute_ref(resolver, &output[i]);
    block->rel = rel_project(resolver, block->rel, kept, output, count, origin);
}

static bool is_ungrouped(void *data, const Expr *expr) {
    (void)data;
    return expr->kind == EXPR_AGGREGATE || expr_is_grouping(expr) || expr_is_grouping_id(expr);
}

static void decide_aggregate(Block *block) {
    block->is_aggregate = block->select->kind == UREL_AGGREGATE || block->having_clause;
    for (uint32_t i = 0; i < block->item_count && !block->is_aggregate; i++)
        block->is_aggregate = expr_contains(block->items[i].expr, EXPR_AGGREGATE);
}

static bool check_grouping(Block *block, Error *err) {
    for (uint32_t i = 0; i < block->item_count; i++)
        if (!block->is_aggregate && expr_any(block->items[i].expr, is_ungrouped, NULL))
            return FAIL(err, block->items[i].expr->origin, ERR_UNSUPPORTED_GROUPING_EXPRESSION);
    return true;
}

static bool build(Block *block, Error *err) {
    Resolver *resolver = block->resolver;
    decide_aggregate(block);
    if (!check_grouping(block, err)) return false;
    if (block->is_aggregate && !block_group(block, err)) return false;
    output_columns(block);
    if (!resolve_filters(block, err) || !resolve_sort(block, err)) return false;
    block->rel = block->input.rel;
    if (block->is_aggregate && !block_aggregate(block, err)) return false;
    if (block->having)
        block->rel = filter_over(resolver, block->rel, block->having, block->having_clause->origin);
    if (!block_generators(block, err) || !block_windows(block, err)) return false;
    if (block->qualify)
        block->rel =
            filter_over(resolver, block->rel, block->qualify, block->qualify_clause->origin);
    project(block);
    return true;
}

// The relation's columns once more: nullability may have changed below.
static void finish(Block *block, Relation *out) {
    Resolver *resolver = block->resolver;
    out->rel = block->rel;
    out->column_count = block->item_count;
    out->columns = ARENA_ARRAY(resolver->arena, Column, block->item_count + 1);
    for (uint32_t i = 0; i < block->item_count; i++) {
        if (block->items[i].is_plain_column) out->columns[i] = block->items[i].column;
        out->columns[i].is_hidden = out->columns[i].needs_qualifier = false;
        out->columns[i].attribute = block->rel->output[i];
        out->columns[i].plan_id = block->select->plan_id;
    }
}

static bool block_input(Block *block, Error *err) {
    const URel *input = block->select->input;
    if (input) return resolve_relation(block->resolver, input, &block->input, err);
    Rel *rel = rel_new(block->resolver, REL_VALUES, NULL, block->select->origin);
    rel->values.rows = ARENA_ARRAY(block->resolver->arena, Expr **, 1);
    rel->values.row_count = 1;
    block->input = (Relation){.rel = rel};
    return true;
}

static bool resolve_in_frame(Block *block, Relation *out, Error *err) {
    const URel *windows = block->resolver->names.windows;
    block->resolver->names.windows = NULL; // a FROM has windows of its own
    if (!block_input(block, err)) return false;
    block->resolver->names.windows = windows;
    expr_scope_init(block->resolver, &block->input, &block->scope);
    if (!resolve_items(&block->scope, block->select->exprs, block->select->expr_count,
                       &block->items, &block->item_count, err))
        return false;
    if (!build(block, err)) return false;
    finish(block, out);
    return true;
}

// A sort, filter or DISTINCT over something that is no SELECT.
static bool resolve_over_relation(Resolver *resolver, const URel *source, Relation *out,
                                  Error *err) {
    NameContext saved = resolver->names;
    if (source->kind == UREL_NAMED_WINDOWS) resolver->names.windows = source;
    bool ok = resolve_relation(resolver, source->input, out, err);
    resolver->names = saved;
    if (!ok || source->kind == UREL_NAMED_WINDOWS) return ok;
    UExpr *star = ARENA_NEW(resolver->arena, UExpr);
    star->kind = UEXPR_STAR;
    UExpr **exprs = ARENA_ARRAY(resolver->arena, UExpr *, 1);
    exprs[0] = star;
    URel *select = ARENA_NEW(resolver->arena, URel);
    *select = (URel){.kind = UREL_PROJECT,
                     .origin = source->origin,
                     .plan_id = -1,
                     .exprs = exprs,
                     .expr_count = 1};
    Block block = {.resolver = resolver, .select = select, .input = *out};
    if (source->kind == UREL_SORT) block.sort = source;
    if (source->kind == UREL_DEDUPLICATE) block.distinct = source;
    if (source->kind == UREL_QUALIFY) block.qualify_clause = source;
    if (source->kind == UREL_HAVING) block.having_clause = source;
    expr_scope_init(resolver, out, &block.scope);
    if (!resolve_items(&block.scope, exprs, 1, &block.items, &block.item_count, err)) return false;
    if (!build(&block, err)) return false;
    finish(&block, out);
    return true;
}

bool resolve_block_over(Resolver *resolver, const Relation *input, const URel *select,
                        Relation *out, Error *err) {
    Block block = {.resolver = resolver, .select = select, .input = *input};
    expr_scope_init(resolver, input, &block.scope);
    if (!resolve_items(&block.scope, select->exprs, select->expr_count, &block.items,
                       &block.item_count, err))
        return false;
    if (!build(&block, err)) return false;
    finish(&block, out);
    return true;
}

bool resolve_block(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    NameContext saved = resolver->names;
    Block block = {.resolver = resolver};
    bool ok;
    if (collect(&block, source)) {
        ok = resolve_in_frame(&block, out, err);
    } else {
        resolver->names = saved;
        ok = resolve_over_relation(resolver, source, out, err);
    }
    resolver->names = saved;
    return ok;
}
