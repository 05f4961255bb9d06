// SPDX-License-Identifier: Apache-2.0
// GROUP BY: keys by expression, ordinal, alias or ALL; ROLLUP, CUBE, GROUPING SETS; and the
// AGGREGATE node, above which only keys and aggregates may be named.
#include "base/text.h"
#include "kernel/plan/resolve/block.h"

#include <stdio.h>

enum { GROUPING_SETS_MAX = 65535, GROUPING_KEYS_MAX = 64 };

// --- keys
// --------------------------------------------------------------------------------------------

static Expr *key_by_ordinal(Block *block, const UExpr *source, int64_t ordinal, Error *err) {
    char index[32], size[16];
    snprintf(index, sizeof index, "%lld", (long long)ordinal);
    snprintf(size, sizeof size, "%u", block->item_count);
    if (ordinal < 1 || ordinal > block->item_count)
        return FAIL_NULL(err, source->origin.span, ERR_GROUP_BY_POS_OUT_OF_RANGE, "index", index,
                         "size", size);
    for (uint32_t i = 0; i < block->select->expr_count; i++)
        if (item_is_star(block->select->exprs[i]))
            return FAIL_NULL(err, source->origin.span, ERR_STAR_GROUP_BY_POS);
    const SelectItem *item = &block->items[ordinal - 1];
    if (!expr_contains(item->expr, EXPR_AGGREGATE))
        return expr_copy(block->resolver->arena, item->expr);
    Slice pretty = expr_pretty(block->resolver->arena, item->expr);
    Slice shown = arena_printf(block->resolver->arena, "%.*s AS `%.*s`", SLICE_ARGS(pretty),
                               SLICE_ARGS(item->name));
    return FAIL_NULL(err, source->origin.span, ERR_GROUP_BY_POS_AGGREGATE, "index", index,
                     "aggExpr", slice_cstr(block->resolver, shown));
}

static const SelectItem *item_by_alias(Block *block, const UExpr *source) {
    if (source->kind != UEXPR_ATTRIBUTE || source->name.count != 1 ||
        !block->resolver->scope->group_by_alias)
        return NULL;
    for (uint32_t i = 0; i < block->item_count; i++)
        if (block->items[i].source && block->items[i].source->kind == UEXPR_ALIAS &&
            names_match(block->resolver, block->items[i].name, source->name.parts[0]))
            return &block->items[i];
    return NULL;
}

static Expr *resolve_key(Block *block, const UExpr *source, Error *err) {
    Resolver *resolver = block->resolver;
    if (source->kind == UEXPR_LITERAL && !source->literal.value.is_null &&
        source->literal.value.type->id == TYPE_INT && resolver->scope->group_by_ordinal)
        return key_by_ordinal(block, source, source->literal.value.i64, err);
    const SelectItem *alias = item_by_alias(block, source);
    Expr *key;
    if (alias) {
        ExprScope local = block->scope;
        local.no_outer = true;
        Error lookup = {0};
        key = resolve_name(&local, source, source->name.parts, source->name.count, &lookup);
        if (!key || error_is_set(&lookup)) key = expr_copy(resolver->arena, alias->expr);
    } else {
        key = resolve_expr(&block->scope, source, err);
    }
    if (!key) return NULL;
    if (expr_contains(key, EXPR_AGGREGATE))
        return FAIL_NULL(err, source->origin.span, ERR_GROUP_BY_AGGREGATE, "sqlExpr",
                         slice_cstr(resolver, expr_pretty(resolver->arena, key)));
    if (key->type->id == TYPE_MAP || key->type->id == TYPE_VARIANT)
        return FAIL_NULL(err, source->origin.span, ERR_GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE,
                         "sqlExpr", expr_quoted(resolver->arena, key), "dataType",
                         type_quoted(resolver->arena, key->type));
    return key;
}

static uint32_t key_add(Block *block, Expr *key, Slice name) {
    for (uint32_t i = 0; i < block->key_count; i++)
        if (expr_equal(block->keys[i], key)) return i;
    uint32_t at = block->key_count;
    ARENA_PUSH(block->resolver->arena, block->key_names, at, name);
    ARENA_PUSH(block->resolver->arena, block->keys, block->key_count, key);
    return block->key_count - 1;
}

static bool key_resolve(Block *block, const UExpr *source, uint32_t *index, Error *err) {
    Expr *key = resolve_key(block, source, err);
    if (!key) return false;
    *index = key_add(block, key, item_name(block->resolver, source, key));
    return true;
}

// --- sets
// --------------------------------------------------------------------------------------------

// A list of sets of key indexes, as bit masks.
typedef struct SetList {
    uint64_t *masks;
    uint32_t count;
} SetList;

static bool set_mask(Block *block, const struct UGroupSet *set, uint64_t *mask, Error *err) {
    *mask = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        uint32_t index;
        const UExpr *source = set->exprs[i];
        if (!key_resolve(block, source, &index, err)) return false;
        if (index >= GROUPING_KEYS_MAX)
            return FAIL(err, source->origin.span, ERR_GROUPING_SIZE_LIMIT_EXCEEDED, "maxSize",
                        "64");
        *mask |= UINT64_C(1) << index;
    }
    return true;
}

static bool item_sets(Block *block, const UGroupItem *item, SetList *out, Error *err) {
    Arena *arena = block->resolver->arena;
    for (uint32_t i = 0; i < item->given_count; i++) {
        uint32_t index;
        if (!key_resolve(block, item->given[i], &index, err)) return false;
    }
    uint64_t *masks = ARENA_ARRAY(arena, uint64_t, item->set_count + 1);
    for (uint32_t i = 0; i < item->set_count; i++)
        if (!set_mask(block, &item->sets[i], &masks[i], err)) return false;
    if (item->kind == UGROUP_SETS || item->kind == UGROUP_BY || item->kind == UGROUP_ALL) {
        for (uint32_t i = 0; i < item->set_count; i++)
            ARENA_PUSH(arena, out->masks, out->count, masks[i]);
        return true;
    }
    if (item->kind == UGROUP_ROLLUP) {
        for (uint32_t length = item->set_count + 1; length-- > 0;) {
            uint64_t mask = 0;
            for (uint32_t i = 0; i < length; i++) mask |= masks[i];
            ARENA_PUSH(arena, out->masks, out->count, mask);
        }
        return true;
    }
    if (item->set_count > 16)
        return FAIL(err, block->select->origin.span, ERR_GROUPING_SIZE_LIMIT_EXCEEDED, "maxSize",
                    "16");
    for (uint32_t choice = 0; choice < UINT32_C(1) << item->set_count; choice++) {
        uint64_t mask = 0;
        for (uint32_t i = 0; i < item->set_count; i++)
            if (!(choice >> (item->set_count - 1 - i) & 1)) mask |= masks[i];
        ARENA_PUSH(arena, out->masks, out->count, mask);
    }
    return true;
}

// Every combination of one set of each item.
static bool combine_sets(Block *block, SetList *all, const SetList *item, Error *err) {
    SetList product = {0};
    if ((uint64_t)all->count * item->count > GROUPING_SETS_MAX)
        return FAIL(err, block->select->origin.span, ERR_GROUPING_SIZE_LIMIT_EXCEEDED, "maxSize",
                    "65535");
    for (uint32_t a = 0; a < all->count; a++)
        for (uint32_t b = 0; b < item->count; b++)
            ARENA_PUSH(block->resolver->arena, product.masks, product.count,
                       all->masks[a] | item->masks[b]);
    *all = product;
    return true;
}

static void keep_sets(Block *block, const SetList *all) {
    Arena *arena = block->resolver->arena;
    block->set_count = all->count;
    block->sets = ARENA_ARRAY(arena, GroupSet, all->count + 1);
    for (uint32_t s = 0; s < all->count; s++) {
        block->sets[s].has = ARENA_ARRAY(arena, bool, block->key_count + 1);
        for (uint32_t k = 0; k < block->key_count; k++)
            block->sets[s].has[k] = all->masks[s] >> k & 1;
    }
}

// --- GROUP BY
// ------------------------------------------------------------------------------------------

static bool group_all(Block *block) {
    for (uint32_t i = 0; i < block->item_count; i++)
        if (!expr_contains(block->items[i].expr, EXPR_AGGREGATE) &&
            !expr_contains(block->items[i].expr, EXPR_WINDOW) &&
            !expr_is_foldable(block->items[i].expr))
            key_add(block, expr_copy(block->resolver->arena, block->items[i].expr),
                    block->items[i].name);
    return true;
}

// groupBy().agg(): the keys stand before the aggregates in the output.
static void keys_to_items(Block *block) {
    Arena *arena = block->resolver->arena;
    SelectItem *items = ARENA_ARRAY(arena, SelectItem, block->key_count + block->item_count + 1);
    for (uint32_t k = 0; k < block->key_count; k++) {
        items[k] =
            (SelectItem){.expr = expr_copy(arena, block->keys[k]), .name = block->key_names[k]};
        for (uint32_t c = 0; block->keys[k]->kind == EXPR_COLUMN && c < block->input.column_count;
             c++) {
            if (block->input.columns[c].attribute.id != block->keys[k]->column) continue;
            if (!slice_equal(block->input.columns[c].attribute.name, block->key_names[k])) continue;
            items[k].is_plain_column = true;
            items[k].id = block->keys[k]->column;
            items[k].column = block->input.columns[c];
        }
    }
    for (uint32_t i = 0; i < block->item_count; i++) items[block->key_count + i] = block->items[i];
    block->items = items;
    block->item_count += block->key_count;
}

bool block_group(Block *block, Error *err) {
    const URel *select = block->select;
    if (select->kind != UREL_AGGREGATE) return true;
    if (select->aggregate.is_all) return group_all(block);
    SetList all = {0};
    ARENA_PUSH(block->resolver->arena, all.masks, all.count, 0);
    for (uint32_t i = 0; i < select->aggregate.item_count; i++)
        block->has_sets = block->has_sets || select->aggregate.items[i].kind != UGROUP_BY;
    for (uint32_t i = 0; i < select->aggregate.item_count; i++) {
        const UGroupItem *item = &select->aggregate.items[i];
        if (!block->has_sets) {
            uint32_t index;
            if (!key_resolve(block, item->sets[0].exprs[0], &index, err)) return false;
            continue;
        }
        SetList sets = {0};
        if (!item_sets(block, item, &sets, err) || !combine_sets(block, &all, &sets, err))
            return false;
    }
    if (block->has_sets) keep_sets(block, &all);
    if (select->aggregate.is_relation) keys_to_items(block);
    return true;
}

// --- the nodes
// ---------------------------------------------------------------------------------------

static int64_t grouping_id_of(const Block *block, uint32_t set) {
    uint64_t id = 0;
    for (uint32_t k = 0; k < block->key_count; k++) id = id << 1 | !block->sets[set].has[k];
    return (int64_t)id;
}

static bool has_duplicate_sets(const Block *block) {
    for (uint32_t a = 0; a < block->set_count; a++)
        for (uint32_t b = a + 1; b < block->set_count; b++)
            if (grouping_id_of(block, a) == grouping_id_of(block, b)) return true;
    return false;
}

// Input columns, then one column a key, the grouping id and, for repeated sets, their position.
static void expand(Block *block) {
    Resolver *resolver = block->resolver;
    Arena *arena = resolver->arena;
    const Rel *input = block->rel;
    bool duplicates = has_duplicate_sets(block);
    uint32_t base = input->output_count, extra = block->key_count + 1 + duplicates;
    Rel *rel = rel_new(resolver, REL_EXPAND, block->rel, block->select->origin);
    rel->output = ARENA_ARRAY(arena, Attribute, base + extra);
    rel->output_count = base + extra;
    for (uint32_t c = 0; c < base; c++) rel->output[c] = input->output[c];
    for (uint32_t k = 0; k < block->key_count; k++)
        rel->output[base + k] = (Attribute){.id = resolver_id(resolver),
                                            .name = block->key_names[k],
                                            .type = block->keys[k]->type,
                                            .nullable = true};
    for (uint32_t e = block->key_count; e < extra; e++)
        rel->output[base + e] = (Attribute){.id = resolver_id(resolver),
                                            .name = SLICE("spark_grouping_id"),
                                            .type = type_of(TYPE_BIGINT)};
    block->grouping_id = rel->output[base + block->key_count].id;
    rel->expand.projection_count = block->set_count;
    rel->expand.projections = ARENA_ARRAY(arena, Expr **, block->set_count + 1);
    for (uint32_t s = 0; s < block->set_count; s++) {
        Expr **row = ARENA_ARRAY(arena, Expr *, base + extra);
        for (uint32_t c = 0; c < base; c++) row[c] = attribute_ref(resolver, &input->output[c]);
        for (uint32_t k = 0; k < block->key_count; k++)
            row[base + k] = block->sets[s].has[k]
                                ? expr_copy(arena, block->keys[k])
                                : expr_literal(arena, value_null(block->keys[k]->type));
        row[base + block->key_count] =
            expr_literal(arena, value_int(TYPE_BIGINT, grouping_id_of(block, s)));
        if (duplicates)
            row[base + block->key_count + 1] = expr_literal(arena, value_int(TYPE_BIGINT, s));
        rel->expand.projections[s] = row;
    }
    block->rel = rel;
}

// The AGGREGATE's own keys: the expressions, or the columns that EXPAND made.
static Rel *aggregate_node(Block *block) {
    Resolver *resolver = block->resolver;
    Arena *arena = resolver->arena;
    uint32_t base = block->input.rel->output_count;
    uint32_t count = block->has_sets ? block->rel->output_count - base : block->key_count;
    Rel *rel = rel_new(resolver, REL_AGGREGATE, block->rel, block->select->origin);
    rel->aggregate.keys = ARENA_ARRAY(arena, Expr *, count + 1);
    rel->aggregate.key_count = count;
    block->key_attributes = ARENA_ARRAY(arena, Attribute, count + 1);
    for (uint32_t k = 0; k < count; k++) {
        if (block->has_sets) {
            block->key_attributes[k] = block->rel->output[base + k];
            rel->aggregate.keys[k] = attribute_ref(resolver, &block->rel->output[base + k]);
            continue;
        }
        Expr *key = expr_copy(arena, block->keys[k]);
        rel->aggregate.keys[k] = key;
        block->key_attributes[k] =
            (Attribute){.id = key->kind == EXPR_COLUMN ? key->column : resolver_id(resolver),
                        .name = block->key_names[k],
                        .type = key->type,
                        .nullable = key->nullable};
    }
    return rel;
}

// --- what stands above the aggregate
// -----------------------------------------------------------------

static Expr *replaced(Block *block, const Attribute *attribute, const Expr *expr) {
    Expr *column = attribute_ref(block->resolver, attribute);
    column->text = expr->text;
    column->origin = expr->origin;
    return column;
}

static Expr *fail_missing(Block *block, const Expr *expr) {
    Resolver *resolver = block->resolver;
    block->failed = true;
    const URel *select = block->select;
    if (block->in_clause) {
        ExprScope scope = block->scope;
        scope.columns = block->output;
        scope.column_count = block->item_count;
        Slice name = expr_pretty(resolver->arena, expr);
        fail_unresolved_column(&scope, &name, 1, expr->origin, block->err);
    } else if (select->kind == UREL_AGGREGATE && select->aggregate.is_all) {
        error_set(block->err, ERR_UNRESOLVED_ALL_IN_GROUP_BY);
        error_set_span(block->err, select->origin.span);
    } else if (!block->key_count && !block->has_sets) {
        error_set(block->err, ERR_MISSING_GROUP_BY);
        error_set_span(block->err, select->origin.span);
    } else {
        Slice any = arena_printf(resolver->arena, "\"any_value(%.*s)\"",
                                 SLICE_ARGS(expr_pretty(resolver->arena, expr)));
        error_set(block->err, ERR_MISSING_AGGREGATION, "expression",
                  expr_quoted(resolver->arena, expr), "expressionAnyValue",
                  slice_cstr(resolver, any));
    }
    return (Expr *)expr;
}

static bool call_equal(const AggregateCall *a, const AggregateCall *b) {
    Expr left = {.kind = EXPR_AGGREGATE, .type = a->type, .aggregate = (AggregateCall *)a};
    Expr right = {.kind = EXPR_AGGREGATE, .type = b->type, .aggregate = (AggregateCall *)b};
    return expr_equal(&left, &right);
}

static Expr *lift_call(Block *block, const Expr *expr) {
    Resolver *resolver = block->resolver;
    for (uint32_t i = 0; i < block->call_count; i++)
        if (call_equal(block->calls[i], expr->aggregate))
            return replaced(block, &block->call_attributes[i], expr);
    uint32_t at = block->call_count;
    Attribute attribute = {.id = resolver_id(resolver),
                           .name = expr_pretty(resolver->arena, expr),
                           .type = expr->type,
                           .nullable = expr->nullable};
    ARENA_PUSH(resolver->arena, block->call_attributes, at, attribute);
    ARENA_PUSH(resolver->arena, block->calls, block->call_count,
               expr_copy(resolver->arena, expr)->aggregate);
    return replaced(block, &block->call_attributes[block->call_count - 1], expr);
}

static Expr *fail_grouping(Block *block, const Expr *expr, ErrorCode code) {
    block->failed = true;
    Resolver *resolver = block->resolver;
    AUTO(Text, keys) = {0};
    for (uint32_t k = 0; k < block->key_count; k++)
        text_printf(&keys, "%s%.*s", k ? ", " : "",
                    SLICE_ARGS(expr_pretty(resolver->arena, block->keys[k])));
    AUTO(Text, args) = {0};
    for (uint32_t i = 0; i < expr->arg_count; i++)
        text_printf(&args, "%s%.*s", i ? ", " : "",
                    SLICE_ARGS(expr_pretty(resolver->arena, expr->args[i])));
    if (code == ERR_GROUPING_COLUMN_MISMATCH)
        error_set(block->err, code, "grouping", text_cstr(&args), "groupingColumns",
                  text_cstr(&keys));
    else if (code == ERR_GROUPING_ID_COLUMN_MISMATCH)
        error_set(block->err, code, "groupingIdColumn", text_cstr(&args), "groupByColumns",
                  text_cstr(&keys));
    else error_set(block->err, code);
    error_set_span(block->err, expr->origin);
    return (Expr *)expr;
}

// 1 where the key is not part of the row's set: CASE WHEN id IN (...) THEN 1 ELSE 0 END.
static Expr *grouping_bit(Block *block, const Attribute *id, uint32_t key, const Expr *expr) {
    Arena *arena = block->resolver->arena;
    Expr *in = ARENA_NEW(arena, Expr);
    in->kind = EXPR_IN;
    in->type = type_of(TYPE_BOOLEAN);
    in->args = ARENA_ARRAY(arena, Expr *, block->set_count + 1);
    in->args[in->arg_count++] = attribute_ref(block->resolver, id);
    for (uint32_t s = 0; s < block->set_count; s++)
        if (!block->sets[s].has[key])
            in->args[in->arg_count++] =
                expr_literal(arena, value_int(TYPE_BIGINT, grouping_id_of(block, s)));
    Expr *zero = expr_literal(arena, value_int(TYPE_TINYINT, 0));
    zero->text = expr->text;
    if (in->arg_count == 1) return zero;
    Expr *choice = ARENA_NEW(arena, Expr);
    choice->kind = EXPR_CASE;
    choice->type = expr->type;
    choice->args = ARENA_ARRAY(arena, Expr *, 3);
    choice->args[0] = in;
    choice->args[1] = expr_literal(arena, value_int(TYPE_TINYINT, 1));
    choice->args[2] = zero;
    choice->arg_count = 3;
    choice->text = expr->text;
    return choice;
}

static Expr *lift_grouping(Block *block, const Expr *expr) {
    if (!block->has_sets) return fail_grouping(block, expr, ERR_UNSUPPORTED_GROUPING_EXPRESSION);
    const Attribute *id = &block->key_attributes[block->key_count];
    if (expr_is_grouping_id(expr)) {
        bool all = expr->arg_count == block->key_count;
        for (uint32_t i = 0; i < expr->arg_count && all; i++)
            all = expr_equal(expr->args[i], block->keys[i]);
        if (expr->arg_count && !all)
            return fail_grouping(block, expr, ERR_GROUPING_ID_COLUMN_MISMATCH);
        return replaced(block, id, expr);
    }
    for (uint32_t k = 0; k < block->key_count; k++)
        if (expr->arg_count && expr_equal(expr->args[0], block->keys[k]))
            return grouping_bit(block, id, k, expr);
    return fail_grouping(block, expr, ERR_GROUPING_COLUMN_MISMATCH);
}

static bool is_input_column(const Block *block, uint32_t id) {
    for (uint32_t i = 0; i < block->input.rel->output_count; i++)
        if (block->input.rel->output[i].id == id) return true;
    return false;
}

static bool subquery_allowed(Block *block, const Expr *expr) {
    for (uint32_t i = 0; i < expr->subquery->outer_count; i++) {
        uint32_t id = expr->subquery->outer_ids[i];
        bool is_key = false;
        for (uint32_t k = 0; k < block->key_count; k++)
            is_key = is_key || block->key_attributes[k].id == id;
        if (!is_key && is_input_column(block, id)) return false;
    }
    return true;
}

static Expr *lift(void *data, Expr *expr) {
    Block *block = data;
    if (block->failed) return expr;
    if (expr_is_grouping(expr) || expr_is_grouping_id(expr)) return lift_grouping(block, expr);
    for (uint32_t k = 0; k < block->key_count; k++)
        if (expr_equal(expr, block->keys[k]))
            return replaced(block, &block->key_attributes[k], expr);
    if (expr->kind == EXPR_AGGREGATE) return lift_call(block, expr);
    if (expr->kind == EXPR_COLUMN && is_input_column(block, expr->column))
        return fail_missing(block, expr);
    if (expr->kind == EXPR_SUBQUERY && !subquery_allowed(block, expr)) {
        block->failed = true;
        error_set(block->err, ERR_SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION, "sqlExpr",
                  expr_quoted(block->resolver->arena, expr));
        error_set_span(block->err, expr->origin);
        return expr;
    }
    return NULL;
}

bool block_aggregate(Block *block, Error *err) {
    Resolver *resolver = block->resolver;
    if (block->has_sets) expand(block);
    Rel *rel = aggregate_node(block);
    if (!block_rewrite(block, lift, err)) return false;
    uint32_t keys = rel->aggregate.key_count;
    rel->aggregate.calls = block->calls;
    rel->aggregate.call_count = block->call_count;
    rel->output_count = keys + block->call_count;
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, rel->output_count + 1);
    for (uint32_t i = 0; i < keys; i++) rel->output[i] = block->key_attributes[i];
    for (uint32_t i = 0; i < block->call_count; i++)
        rel->output[keys + i] = block->call_attributes[i];
    block->rel = rel;
    // A key that is a plain column passes through under its own id, sets make a new one.
    for (uint32_t i = 0; i < block->item_count; i++)
        if (block->items[i].is_plain_column && block->items[i].expr->kind == EXPR_COLUMN &&
            block->has_sets)
            block->items[i].expr->text = NULL;
    return true;
}
