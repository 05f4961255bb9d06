// SPDX-License-Identifier: Apache-2.0
// WITH: definitions see those before them; a definition is resolved once and its uses share it; a
// recursive one becomes RECURSIVE(anchor, step) with RECURSION inside the step.
#include "kernel/plan/resolve/resolver_internal.h"

enum { RECURSION_LEVELS = 100, RECURSION_ROWS = 1000000 };

static bool check_duplicates(Resolver *resolver, const URel *source, Error *err) {
    for (uint32_t a = 0; a < source->with.count; a++)
        for (uint32_t b = a + 1; b < source->with.count; b++)
            if (names_match(resolver, source->with.ctes[a].name, source->with.ctes[b].name))
                return FAIL(err, source->origin.span, ERR_DUPLICATED_CTE_NAMES, "duplicateNames",
                            name_quoted(resolver->arena, &source->with.ctes[a].name, 1));
    return true;
}

// Renames the columns as `cte(a, b)` says and puts the name before them.
static bool name_columns(Resolver *resolver, const UCte *cte, Relation *relation, Error *err) {
    *relation = relation_visible(resolver, *relation, cte->origin);
    if (cte->column_count && cte->column_count != relation->column_count) {
        Slice expected = arena_printf(resolver->arena, "%u", relation->column_count);
        Slice actual = arena_printf(resolver->arena, "%u", cte->column_count);
        return FAIL(err, cte->origin.span, ERR_ASSIGNMENT_ARITY_MISMATCH, "numExpr",
                    slice_cstr(resolver, expected), "numTarget", slice_cstr(resolver, actual));
    }
    Slice *qualifier = ARENA_ARRAY(resolver->arena, Slice, 1);
    qualifier[0] = cte->name;
    for (uint32_t i = 0; i < relation->column_count; i++) {
        Column *column = &relation->columns[i];
        if (cte->column_count) column->attribute.name = cte->columns[i];
        column->qualifier = qualifier;
        column->qualifier_count = 1;
    }
    return true;
}

// --- recursion
// -----------------------------------------------------------------------------------------

static bool mentions(const Resolver *resolver, const URel *source, Slice name, uint32_t depth) {
    if (!source || depth > 400) return false;
    if (source->kind == UREL_TABLE)
        return source->table.name.count == 1 &&
               names_match(resolver, source->table.name.parts[0], name);
    if (source->kind == UREL_WITH)
        for (uint32_t i = 0; i < source->with.count; i++)
            if (mentions(resolver, source->with.ctes[i].query, name, depth + 1)) return true;
    return mentions(resolver, source->input, name, depth + 1) ||
           mentions(resolver, source->right, name, depth + 1);
}

// The UNION [ALL] of anchor and step, below aliases and an inner WITH.
static const URel *union_of(const URel *query) {
    while (query && query->kind == UREL_SUBQUERY_ALIAS) query = query->input;
    if (!query || query->kind == UREL_SET_OP) return query;
    // UNION (distinct) stands as DEDUPLICATE over UNION ALL in some producers.
    if (query->kind == UREL_DEDUPLICATE && query->input && query->input->kind == UREL_SET_OP)
        return query->input;
    return NULL;
}

static void recursion_columns(Resolver *resolver, const CteDefinition *definition,
                              const Relation *anchor, Rel *rel) {
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, anchor->column_count + 1);
    rel->output_count = anchor->column_count;
    for (uint32_t i = 0; i < anchor->column_count; i++) {
        rel->output[i] = anchor->columns[i].attribute;
        rel->output[i].id = resolver_id(resolver);
        rel->output[i].nullable = true;
        if (definition->source->column_count == anchor->column_count)
            rel->output[i].name = definition->source->columns[i];
    }
}

static bool level_limit(Resolver *resolver, const UCte *cte, uint32_t *limit, Error *err) {
    *limit = RECURSION_LEVELS;
    if (!cte->max_level) return true;
    ExprScope scope;
    expr_scope_init(resolver, NULL, &scope);
    Expr *expr = resolve_expr(&scope, cte->max_level, err);
    Value value;
    if (!expr || !fold_constant(resolver, expr, &value, err)) return false;
    if (value.is_null || !type_is_integer(value.type) || value.i64 < 0) *limit = 0;
    else *limit = value.i64 > UINT32_MAX ? UINT32_MAX : (uint32_t)value.i64;
    return true;
}

// The step's columns cast to the anchor's types.
static bool step_conform(Resolver *resolver, const Relation *anchor, Relation *step, Origin origin,
                         Error *err) {
    *step = relation_visible(resolver, *step, origin);
    if (step->column_count != anchor->column_count) {
        Slice first = arena_printf(resolver->arena, "%u", anchor->column_count);
        Slice second = arena_printf(resolver->arena, "%u", step->column_count);
        return FAIL(err, origin.span, ERR_NUM_COLUMNS_MISMATCH, "operator", "UNION",
                    "firstNumColumns", slice_cstr(resolver, first), "invalidOrdinalNum", "second",
                    "invalidNumColumns", slice_cstr(resolver, second));
    }
    Expr **exprs = ARENA_ARRAY(resolver->arena, Expr *, step->column_count + 1);
    Attribute *output = ARENA_ARRAY(resolver->arena, Attribute, step->column_count + 1);
    for (uint32_t i = 0; i < step->column_count; i++) {
        const Type *wanted = anchor->columns[i].attribute.type;
        const Attribute *column = &step->columns[i].attribute;
        if (!type_equal(wanted, column->type) && !cast_is_allowed(column->type, wanted, CAST_ANSI))
            return FAIL(err, origin.span, ERR_INCOMPATIBLE_COLUMN_TYPE, "operator", "UNION",
                        "columnOrdinalNumber", "first", "tableOrdinalNumber", "second", "dataType1",
                        type_quoted(resolver->arena, column->type), "dataType2",
                        type_quoted(resolver->arena, wanted), "hint", "");
        exprs[i] = column_cast(resolver, column, wanted);
        output[i] = (Attribute){.name = column->name};
    }
    step->rel = rel_project(resolver, step->rel, exprs, output, step->column_count, origin);
    return true;
}

static bool resolve_recursive(Resolver *resolver, CteDefinition *definition, Error *err) {
    const UCte *cte = definition->source;
    const URel *both = union_of(cte->query);
    if (!both || both->set_op.kind != USET_UNION)
        return FAIL(err, cte->origin.span, ERR_INVALID_RECURSIVE_CTE);
    if (!both->set_op.all)
        return FAIL(err, cte->origin.span, ERR_UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE);
    Relation anchor, step;
    if (mentions(resolver, both->input, cte->name, 0))
        return FAIL(err, cte->origin.span, ERR_INVALID_RECURSIVE_CTE);
    if (!resolve_relation(resolver, both->input, &anchor, err)) return false;
    anchor = relation_visible(resolver, anchor, both->origin);
    if (cte->column_count && cte->column_count != anchor.column_count)
        return name_columns(resolver, cte, &anchor, err);
    definition->relation = anchor;
    definition->recursive_id = resolver->next_shared++;
    definition->is_recursive_self = true;
    bool ok = resolve_relation(resolver, both->right, &step, err);
    definition->is_recursive_self = false;
    if (!ok || !step_conform(resolver, &anchor, &step, both->origin, err)) return false;
    Rel *rel = rel_new(resolver, REL_RECURSIVE, NULL, cte->origin);
    rel->inputs = ARENA_ARRAY(resolver->arena, Rel *, 2);
    rel->inputs[0] = anchor.rel;
    rel->inputs[1] = step.rel;
    rel->input_count = 2;
    rel->recursive.id = definition->recursive_id;
    rel->recursive.row_limit = RECURSION_ROWS;
    rel->recursive.distinct = !both->set_op.all;
    if (!level_limit(resolver, cte, &rel->recursive.level_limit, err)) return false;
    recursion_columns(resolver, definition, &anchor, rel);
    relation_from_rel(resolver, rel, &definition->relation);
    return name_columns(resolver, cte, &definition->relation, err);
}

static bool use_recursion(Resolver *resolver, const CteDefinition *definition, const URel *source,
                          Relation *out) {
    Rel *rel = rel_new(resolver, REL_RECURSION, NULL, source->origin);
    rel->recursive.id = definition->recursive_id;
    recursion_columns(resolver, definition, &definition->relation, rel);
    relation_from_rel(resolver, rel, out);
    Slice *qualifier = ARENA_ARRAY(resolver->arena, Slice, 1);
    qualifier[0] = definition->name;
    relation_qualify(resolver, out, qualifier, 1);
    return true;
}

// --- uses
// ----------------------------------------------------------------------------------------------

static bool definition_resolve(Resolver *resolver, CteDefinition *definition, bool may_recurse,
                               Error *err) {
    const UCte *cte = definition->source;
    NameContext saved = resolver->names;
    bool recursive = may_recurse && mentions(resolver, cte->query, cte->name, 0);
    resolver->names.ctes = recursive ? definition : definition->next;
    bool ok = recursive ? resolve_recursive(resolver, definition, err)
                        : resolve_relation(resolver, cte->query, &definition->relation, err) &&
                              name_columns(resolver, cte, &definition->relation, err);
    resolver->names = saved;
    definition->is_resolved = ok;
    return ok;
}

bool resolve_cte_use(Resolver *resolver, const CteDefinition *found, const URel *source,
                     Relation *out, Error *err) {
    CteDefinition *definition = (CteDefinition *)found;
    (void)err;
    if (definition->is_recursive_self) return use_recursion(resolver, definition, source, out);
    const Relation *shared = &definition->relation;
    Rel *rel = rel_new(resolver, REL_SHARED, shared->rel, source->origin);
    rel->shared.id = definition->shared_id;
    uint32_t count = shared->column_count;
    rel->shared.ids = ARENA_ARRAY(resolver->arena, uint32_t, count + 1);
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, count + 1);
    rel->output_count = count;
    for (uint32_t i = 0; i < count; i++) {
        rel->shared.ids[i] = shared->columns[i].attribute.id;
        rel->output[i] = shared->columns[i].attribute;
        rel->output[i].id = resolver_id(resolver);
    }
    definition->use_count++;
    definition->last_use = rel;
    relation_from_rel(resolver, rel, out);
    Slice *qualifier = ARENA_ARRAY(resolver->arena, Slice, 1);
    qualifier[0] = definition->name;
    relation_qualify(resolver, out, qualifier, 1);
    return true;
}

bool resolve_with(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    if (!check_duplicates(resolver, source, err)) return false;
    NameContext saved = resolver->names;
    bool ok = true;
    for (uint32_t i = 0; i < source->with.count && ok; i++) {
        CteDefinition *definition = ARENA_NEW(resolver->arena, CteDefinition);
        definition->name = source->with.ctes[i].name;
        definition->source = &source->with.ctes[i];
        definition->next = resolver->names.ctes;
        definition->shared_id = resolver->next_shared++;
        ARENA_PUSH(resolver->arena, resolver->ctes, resolver->cte_count, definition);
        ok = definition_resolve(resolver, definition, source->with.recursive, err);
        resolver->names.ctes = definition;
    }
    ok = ok && resolve_relation(resolver, source->input, out, err);
    resolver->names = saved;
    return ok;
}
