// SPDX-License-Identifier: Apache-2.0
// PIVOT: grouped by the other columns and the pivot's, then once more by the other columns, each
// value's rows picked by a FILTER. UNPIVOT: one EXPAND row per set of columns.
#include "base/text.h"
#include "kernel/plan/resolve/block.h"

// --- PIVOT -------------------------------------------------------------------------------------

static bool mentions(const Resolver *resolver, const UExpr *expr, Slice name) {
    if (!expr) return false;
    if (expr->kind == UEXPR_ATTRIBUTE) {
        for (uint32_t i = 0; i < expr->name.count; i++)
            if (names_match(resolver, expr->name.parts[i], name)) return true;
        return false;
    }
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (mentions(resolver, expr->args[i], name)) return true;
    return expr->kind == UEXPR_FUNCTION && expr->function.filter &&
           mentions(resolver, expr->function.filter, name);
}

static bool is_grouped(const Resolver *resolver, const URel *source, Slice name) {
    for (uint32_t i = 0; i < source->expr_count; i++)
        if (mentions(resolver, source->exprs[i], name)) return false;
    for (uint32_t i = 0; i < source->pivot.column_count; i++)
        if (mentions(resolver, source->pivot.columns[i], name)) return false;
    return true;
}

typedef struct PivotPlan {
    UExpr **keys; // groups, then the pivot columns
    uint32_t group_count;
    uint32_t key_count;
} PivotPlan;

static void pivot_keys(Resolver *resolver, const URel *source, const Relation *input,
                       PivotPlan *plan) {
    for (uint32_t i = 0; i < source->pivot.group_count; i++)
        ARENA_PUSH(resolver->arena, plan->keys, plan->key_count, source->pivot.groups[i]);
    for (uint32_t i = 0; i < input->column_count && !source->pivot.groups; i++) {
        Slice name = input->columns[i].attribute.name;
        if (input->columns[i].is_hidden || !is_grouped(resolver, source, name)) continue;
        ARENA_PUSH(resolver->arena, plan->keys, plan->key_count,
                   synthetic_name(resolver, name, source->origin));
    }
    plan->group_count = plan->key_count;
    for (uint32_t i = 0; i < source->pivot.column_count; i++)
        ARENA_PUSH(resolver->arena, plan->keys, plan->key_count, source->pivot.columns[i]);
}

static bool pivot_value_parts(const UExpr *value, uint32_t columns, UExpr *const **parts) {
    bool row = columns > 1 && value->kind == UEXPR_FUNCTION && value->arg_count == columns;
    *parts = row ? value->args : NULL;
    return columns == 1 || row;
}

static Slice pivot_value_name(Resolver *resolver, const UExpr *source, const UExpr *value,
                              Error *err) {
    if (source->kind == UEXPR_ALIAS) return source->alias.names[0];
    ExprScope scope;
    expr_scope_init(resolver, NULL, &scope);
    Expr *expr = resolve_expr(&scope, value, err);
    if (!expr) return SLICE_NONE;
    if (value->kind != UEXPR_FUNCTION || !value->is_operator)
        return expr_pretty(resolver->arena, expr);
    AUTO(Text, name) = {0};
    for (uint32_t i = 0; i < value->arg_count; i++) {
        Expr *part = resolve_expr(&scope, value->args[i], err);
        if (!part) return SLICE_NONE;
        text_append_cstr(&name, i ? ", " : "{");
        text_append(&name, expr_pretty(resolver->arena, part));
    }
    text_append_char(&name, '}');
    return arena_copy(resolver->arena, text_slice(&name));
}

// The second grouping's expressions for one value: first(aggregate, ignoring nulls) FILTER (...).
static bool pivot_value(Resolver *resolver, const URel *source, const Relation *grouped,
                        const PivotPlan *plan, const UExpr *alias, UExpr ***exprs, uint32_t *count,
                        Error *err) {
    const UExpr *value = alias->kind == UEXPR_ALIAS ? alias->args[0] : alias;
    UExpr *const *parts;
    uint32_t columns = source->pivot.column_count;
    if (!pivot_value_parts(value, columns, &parts))
        return FAIL(err, value->origin.span, ERR_PIVOT_VALUE_DATA_TYPE_MISMATCH, "value", "",
                    "valueType", "", "pivotType", "");
    UExpr *filter = NULL;
    for (uint32_t c = 0; c < columns; c++) {
        Slice column = grouped->columns[plan->group_count + c].attribute.name;
        UExpr *equal =
            synthetic_call(resolver, "<=>", synthetic_name(resolver, column, source->origin),
                           parts ? parts[c] : value, value->origin);
        filter = filter ? synthetic_call(resolver, "and", filter, equal, value->origin) : equal;
    }
    Slice name = pivot_value_name(resolver, alias, value, err);
    if (error_is_set(err)) return false;
    for (uint32_t a = 0; a < source->expr_count; a++) {
        Slice column = grouped->columns[plan->key_count + a].attribute.name;
        UExpr *first =
            synthetic_call(resolver, "first", synthetic_name(resolver, column, source->origin),
                           NULL, source->origin);
        first->function.ignore_nulls = true;
        first->function.filter = filter;
        Slice shown = source->expr_count == 1 ? name
                                              : arena_printf(resolver->arena, "%.*s_%.*s",
                                                             SLICE_ARGS(name), SLICE_ARGS(column));
        ARENA_PUSH(resolver->arena, *exprs, *count, synthetic_alias(resolver, first, shown));
    }
    return true;
}

bool resolve_pivot(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    Relation input, grouped;
    if (!resolve_relation(resolver, source->input, &input, err)) return false;
    if (!source->pivot.value_count)
        return FAIL(err, source->origin.span, ERR_UNSUPPORTED_FEATURE, "feature",
                    "PIVOT without values");
    PivotPlan plan = {0};
    pivot_keys(resolver, source, &input, &plan);
    uint32_t count = plan.key_count + source->expr_count;
    UExpr **exprs = ARENA_ARRAY(resolver->arena, UExpr *, count + 1);
    for (uint32_t i = 0; i < plan.key_count; i++) exprs[i] = plan.keys[i];
    for (uint32_t i = 0; i < source->expr_count; i++) exprs[plan.key_count + i] = source->exprs[i];
    const URel *select =
        synthetic_aggregate(resolver, plan.keys, plan.key_count, exprs, count, source->origin);
    if (!resolve_block_over(resolver, &input, select, &grouped, err)) return false;
    UExpr **keys = ARENA_ARRAY(resolver->arena, UExpr *, plan.group_count + 1);
    UExpr **outer = NULL;
    uint32_t outer_count = 0;
    for (uint32_t i = 0; i < plan.group_count; i++) {
        keys[i] = synthetic_name(resolver, grouped.columns[i].attribute.name, source->origin);
        ARENA_PUSH(resolver->arena, outer, outer_count, keys[i]);
    }
    for (uint32_t v = 0; v < source->pivot.value_count; v++)
        if (!pivot_value(resolver, source, &grouped, &plan, source->pivot.values[v], &outer,
                         &outer_count, err))
            return false;
    select =
        synthetic_aggregate(resolver, keys, plan.group_count, outer, outer_count, source->origin);
    return resolve_block_over(resolver, &grouped, select, out, err);
}

// --- UNPIVOT -----------------------------------------------------------------------------------

typedef struct Unpivot {
    Expr ***values; // values[set][position]
    Slice *names;   // per set
    const Column **ids;
    uint32_t id_count;
    const Type **types; // per position
    uint32_t width;
} Unpivot;

static bool unpivot_sets(ExprScope *scope, const URel *source, Unpivot *plan, Error *err) {
    Resolver *resolver = scope->resolver;
    plan->width = source->unpivot.value_name_count;
    plan->values = ARENA_ARRAY(resolver->arena, Expr **, source->unpivot.set_count + 1);
    plan->names = ARENA_ARRAY(resolver->arena, Slice, source->unpivot.set_count + 1);
    for (uint32_t s = 0; s < source->unpivot.set_count; s++) {
        plan->values[s] = ARENA_ARRAY(resolver->arena, Expr *, plan->width + 1);
        AUTO(Text, name) = {0};
        for (uint32_t i = 0; i < plan->width; i++) {
            const UExpr *column = source->unpivot.sets[s][i];
            Expr *expr = resolve_expr(scope, column, err);
            if (!expr) return false;
            if (expr->kind != EXPR_COLUMN)
                return FAIL(err, column->origin.span, ERR_UNPIVOT_REQUIRES_ATTRIBUTES, "given",
                            "value", "expressions", expr_quoted(resolver->arena, expr), "empty",
                            "identifier");
            plan->values[s][i] = expr;
            text_append_cstr(&name, i ? "_" : "");
            text_append(&name, expr_pretty(resolver->arena, expr));
        }
        Slice alias = source->unpivot.aliases ? source->unpivot.aliases[s] : SLICE_NONE;
        plan->names[s] = alias.bytes ? alias : arena_copy(resolver->arena, text_slice(&name));
    }
    return true;
}

static bool unpivot_types(Resolver *resolver, const URel *source, Unpivot *plan, Error *err) {
    plan->types = ARENA_ARRAY(resolver->arena, const Type *, plan->width + 1);
    for (uint32_t i = 0; i < plan->width; i++) {
        plan->types[i] = type_of(TYPE_VOID);
        for (uint32_t s = 0; s < source->unpivot.set_count && plan->types[i]; s++)
            plan->types[i] = coerce_common(resolver->arena, plan->types[i],
                                           plan->values[s][i]->type, resolver->names.ansi);
        if (plan->types[i]) continue;
        AUTO(Text, types) = {0};
        for (uint32_t s = 0; s < source->unpivot.set_count; s++)
            text_printf(&types, "%s%s (`%.*s`)", s ? ", " : "",
                        type_quoted(resolver->arena, plan->values[s][i]->type),
                        SLICE_ARGS(expr_pretty(resolver->arena, plan->values[s][i])));
        return FAIL(err, source->origin.span, ERR_UNPIVOT_VALUE_DATA_TYPE_MISMATCH, "types",
                    text_cstr(&types));
    }
    return true;
}

static bool is_unpivoted(const URel *source, const Unpivot *plan, uint32_t id) {
    for (uint32_t s = 0; s < source->unpivot.set_count; s++)
        for (uint32_t i = 0; i < plan->width; i++)
            if (plan->values[s][i]->column == id) return true;
    return false;
}

static void unpivot_ids(Resolver *resolver, const URel *source, const Relation *input,
                        Unpivot *plan) {
    for (uint32_t i = 0; i < input->column_count; i++) {
        const Column *column = &input->columns[i];
        if (column->is_hidden || is_unpivoted(source, plan, column->attribute.id)) continue;
        ARENA_PUSH(resolver->arena, plan->ids, plan->id_count, column);
    }
}

static Rel *unpivot_expand(Resolver *resolver, const URel *source, const Relation *input,
                           const Unpivot *plan) {
    Arena *arena = resolver->arena;
    uint32_t width = plan->id_count + 1 + plan->width;
    Rel *rel = rel_new(resolver, REL_EXPAND, input->rel, source->origin);
    rel->output = ARENA_ARRAY(arena, Attribute, width);
    rel->output_count = width;
    for (uint32_t i = 0; i < plan->id_count; i++) {
        rel->output[i] = plan->ids[i]->attribute;
        rel->output[i].id = resolver_id(resolver);
    }
    rel->output[plan->id_count] = (Attribute){.id = resolver_id(resolver),
                                              .name = source->unpivot.name_column,
                                              .type = type_of(TYPE_STRING)};
    for (uint32_t i = 0; i < plan->width; i++)
        rel->output[plan->id_count + 1 + i] = (Attribute){.id = resolver_id(resolver),
                                                          .name = source->unpivot.value_names[i],
                                                          .type = plan->types[i],
                                                          .nullable = true};
    rel->expand.projection_count = source->unpivot.set_count;
    rel->expand.projections = ARENA_ARRAY(arena, Expr **, source->unpivot.set_count + 1);
    for (uint32_t s = 0; s < source->unpivot.set_count; s++) {
        Expr **row = ARENA_ARRAY(arena, Expr *, width);
        for (uint32_t i = 0; i < plan->id_count; i++)
            row[i] = attribute_ref(resolver, &plan->ids[i]->attribute);
        row[plan->id_count] = expr_literal(arena, value_string(plan->names[s]));
        for (uint32_t i = 0; i < plan->width; i++)
            row[plan->id_count + 1 + i] = coerce_cast(arena, plan->values[s][i], plan->types[i],
                                                      resolver->names.ansi, source->origin.span);
        rel->expand.projections[s] = row;
    }
    return rel;
}

bool resolve_unpivot(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    Relation input;
    if (!resolve_relation(resolver, source->input, &input, err)) return false;
    ExprScope scope;
    expr_scope_init(resolver, &input, &scope);
    Unpivot plan = {0};
    if (!unpivot_sets(&scope, source, &plan, err) || !unpivot_types(resolver, source, &plan, err))
        return false;
    unpivot_ids(resolver, source, &input, &plan);
    Rel *rel = unpivot_expand(resolver, source, &input, &plan);
    relation_from_rel(resolver, rel, out);
    for (uint32_t i = 0; i < plan.id_count; i++) {
        Column *column = &out->columns[i];
        column->qualifier = plan.ids[i]->qualifier;
        column->qualifier_count = plan.ids[i]->qualifier_count;
    }
    if (source->unpivot.include_nulls) return true;
    Expr **present = ARENA_ARRAY(resolver->arena, Expr *, plan.width + 1);
    for (uint32_t i = 0; i < plan.width; i++) {
        Expr *value = attribute_ref(resolver, &rel->output[plan.id_count + 1 + i]);
        present[i] = call_function(resolver, "isnotnull", &value, 1, source->origin.span, err);
        if (!present[i]) return false;
    }
    Expr *condition = plan.width == 1 ? present[0]
                                      : call_function(resolver, "or", present, plan.width,
                                                      source->origin.span, err);
    if (!condition) return false;
    out->rel = filter_over(resolver, rel, condition, source->origin);
    return true;
}
