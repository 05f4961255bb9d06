// SPDX-License-Identifier: Apache-2.0
// The doors, and which file resolves which kind of relation.
#include "kernel/plan/resolver.h"

#include "base/text.h"
#include "kernel/plan/resolve/resolver_internal.h"

typedef struct Misplaced {
    Resolver *resolver;
    Text *list;
} Misplaced;

static bool collect_misplaced(void *data, const Expr *expr) {
    const Misplaced *misplaced = data;
    if (expr->kind != EXPR_AGGREGATE && expr->kind != EXPR_WINDOW && expr->kind != EXPR_GENERATOR)
        return false;
    if (misplaced->list->bytes) text_append_cstr(misplaced->list, ", ");
    text_append(misplaced->list, expr_pretty(misplaced->resolver->arena, expr));
    return false;
}

static bool resolve_filter(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    if (!resolve_relation(resolver, source->input, out, err)) return false;
    ExprScope scope;
    expr_scope_init(resolver, out, &scope);
    Expr *condition = resolve_condition(&scope, source->filter.condition, "WHERE", err);
    if (!condition) return false;
    AUTO(Text, list) = {0};
    Misplaced misplaced = {resolver, &list};
    expr_any(condition, collect_misplaced, &misplaced);
    if (list.bytes)
        return FAIL(err, source->origin.span, ERR_INVALID_WHERE_CONDITION, "condition",
                    expr_quoted(resolver->arena, condition), "expressionList", text_cstr(&list));
    out->rel = filter_over(resolver, out->rel, condition, source->origin);
    return true;
}

static bool resolve_range(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    (void)err;
    Rel *rel = rel_new(resolver, REL_RANGE, NULL, source->origin);
    rel->range.start = source->range.start;
    rel->range.stop = source->range.stop;
    rel->range.step = source->range.step;
    rel->output = ARENA_NEW(resolver->arena, Attribute);
    rel->output[0] =
        (Attribute){.id = resolver_id(resolver), .name = SLICE("id"), .type = type_of(TYPE_BIGINT)};
    rel->output_count = 1;
    relation_from_rel(resolver, rel, out);
    return true;
}

static bool resolve_one_row(Resolver *resolver, const URel *source, Relation *out) {
    Rel *rel = rel_new(resolver, REL_VALUES, NULL, source->origin);
    rel->values.rows = ARENA_ARRAY(resolver->arena, Expr **, 1);
    rel->values.row_count = 1;
    *out = (Relation){.rel = rel};
    return true;
}

static bool resolve_sql(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    ParserOptions options = {.ansi = resolver->names.ansi, .zone = resolver->scope->query->zone};
    if (!resolver->scope->parser) return error_internal(err, "no parser for SQL text");
    URel *query = resolver->scope->parser->query(resolver->arena, source->sql.text, &options, err);
    return query && resolve_relation(resolver, query, out, err);
}

static bool resolve_kind(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    switch (source->kind) {
    case UREL_TABLE: return resolve_table(resolver, source, out, err);
    case UREL_DATA_SOURCE: return resolve_data_source(resolver, source, out, err);
    case UREL_FILTER: return resolve_filter(resolver, source, out, err);
    case UREL_PROJECT:
    case UREL_AGGREGATE:
    case UREL_SORT:
    case UREL_HAVING:
    case UREL_QUALIFY:
    case UREL_NAMED_WINDOWS: return resolve_block(resolver, source, out, err);
    case UREL_DEDUPLICATE:
        if (source->columns.count) return resolve_dataframe(resolver, source, out, err);
        return resolve_block(resolver, source, out, err);
    case UREL_JOIN: return resolve_join(resolver, source, out, err);
    case UREL_SET_OP: return resolve_set_op(resolver, source, out, err);
    case UREL_LIMIT:
    case UREL_OFFSET:
    case UREL_TAIL: return resolve_limit(resolver, source, out, err);
    case UREL_VALUES: return resolve_values(resolver, source, out, err);
    case UREL_LOCAL: return resolve_local(resolver, source, out, err);
    case UREL_ONE_ROW: return resolve_one_row(resolver, source, out);
    case UREL_SAMPLE: return resolve_sample(resolver, source, out, err);
    case UREL_RANGE: return resolve_range(resolver, source, out, err);
    case UREL_SUBQUERY_ALIAS: return resolve_alias(resolver, source, out, err);
    case UREL_REPARTITION:
    case UREL_HINT:
    case UREL_WATERMARK: return resolve_relation(resolver, source->input, out, err);
    case UREL_WITH: return resolve_with(resolver, source, out, err);
    case UREL_TABLE_FUNCTION: return resolve_table_function(resolver, source, out, err);
    case UREL_LATERAL_VIEW: return resolve_lateral_view(resolver, source, out, err);
    case UREL_PIVOT: return resolve_pivot(resolver, source, out, err);
    case UREL_UNPIVOT: return resolve_unpivot(resolver, source, out, err);
    case UREL_SQL: return resolve_sql(resolver, source, out, err);
    default: return resolve_dataframe(resolver, source, out, err);
    }
}

bool resolve_relation(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    *out = (Relation){0};
    if (!source) return error_internal(err, "a relation without input");
    if (!resolver_enter(resolver, source->origin.span, err)) return false;
    bool ok = resolve_kind(resolver, source, out, err);
    resolver_leave(resolver);
    return ok;
}

// --- doors
// -----------------------------------------------------------------------------------------

static void resolver_init(const ResolveScope *scope, ResolvedQuery *out, Resolver *resolver) {
    *out = (ResolvedQuery){0};
    *resolver = (Resolver){.scope = scope, .arena = scope->arena, .out = out};
    resolver->next_id = 1;
    resolver->next_lambda = 1;
    resolver->next_shared = 1;
    resolver->names.catalog = scope->current_catalog;
    resolver->names.schema = scope->current_schema;
    resolver->names.ansi = scope->ansi;
}

// A CTE with one use needs no sharing: its SHARED node becomes a projection of the query.
static void settle_ctes(Resolver *resolver) {
    for (uint32_t i = 0; i < resolver->cte_count; i++) {
        CteDefinition *cte = resolver->ctes[i];
        if (cte->use_count != 1 || !cte->last_use) continue;
        Rel *rel = cte->last_use;
        Rel *input = rel->inputs[0];
        Expr **exprs = ARENA_ARRAY(resolver->arena, Expr *, rel->output_count + 1);
        for (uint32_t c = 0; c < rel->output_count; c++) {
            Attribute source = rel->output[c];
            source.id = rel->shared.ids[c];
            exprs[c] = attribute_ref(resolver, &source);
        }
        (void)input;
        rel->kind = REL_PROJECT;
        rel->project.exprs = exprs;
    }
}

// Whether a sort on top still decides the order of the result.
static bool rel_is_ordered(const Rel *rel) {
    while (rel->kind == REL_PROJECT || rel->kind == REL_LIMIT || rel->kind == REL_FILTER)
        rel = rel->inputs[0];
    return rel->kind == REL_SORT;
}

bool resolve_query(const ResolveScope *scope, const URel *query, ResolvedQuery *out, Error *err) {
    Resolver resolver;
    resolver_init(scope, out, &resolver);
    Relation relation;
    if (!resolve_relation(&resolver, query, &relation, err)) {
        resolved_query_release(out);
        return false;
    }
    relation = relation_visible(&resolver, relation, query->origin);
    settle_ctes(&resolver);
    out->rel = relation.rel;
    out->column_count = relation.column_count;
    out->names = ARENA_ARRAY(scope->arena, Slice, relation.column_count + 1);
    for (uint32_t i = 0; i < relation.column_count; i++)
        out->names[i] = relation.columns[i].attribute.name;
    out->is_ordered = rel_is_ordered(relation.rel);
    out->next_id = resolver.next_id;
    return true;
}

bool resolve_constant(const ResolveScope *scope, const UExpr *source, Value *out, Error *err) {
    ResolvedQuery query;
    Resolver resolver;
    resolver_init(scope, &query, &resolver);
    ExprScope names;
    expr_scope_init(&resolver, NULL, &names);
    Expr *expr = resolve_expr(&names, source, err);
    bool ok = expr && fold_constant(&resolver, expr, out, err);
    resolved_query_release(&query);
    return ok;
}

bool resolve_identifier_clause(const ResolveScope *scope, const UExpr *identifier, NameParts *out,
                               Error *err) {
    ResolvedQuery query;
    Resolver resolver;
    resolver_init(scope, &query, &resolver);
    bool ok = resolve_identifier(&resolver, identifier, out, err);
    resolved_query_release(&query);
    return ok;
}

void resolved_query_release(ResolvedQuery *query) {
    for (uint32_t i = 0; i < query->table_count; i++) table_unref(query->tables[i].table);
    query->tables = NULL;
    query->table_count = 0;
}
