// SPDX-License-Identifier: Apache-2.0
// Scalar, EXISTS and IN subqueries.
#include "base/text.h"
#include "kernel/plan/resolve/resolver_internal.h"

#include <stdio.h>

bool resolve_subquery_relation(Resolver *resolver, const URel *source, const ExprScope *outer,
                               QueryFrame *frame, Relation *out, Error *err) {
    NameContext saved = resolver->names;
    *frame = (QueryFrame){.parent = saved.frame};
    resolver->names.outer = outer;
    resolver->names.frame = frame;
    resolver->names.windows = NULL;
    bool ok = resolve_relation(resolver, source, out, err);
    resolver->names = saved;
    return ok;
}

static const SqlText *outer_text(Resolver *resolver, const char *name, const QueryFrame *frame) {
    const SqlText *list = sql_text(resolver->arena, SLICE(""));
    for (uint32_t i = 0; i < frame->outer_text_count; i++)
        list = sql_text_format(resolver->arena, i ? "@, @" : "@@", list, frame->outer_texts[i]);
    return sql_text_format(resolver->arena, "$(@)", name, list);
}

// Columns that a user sees; hidden ones stay below a projection.
static Relation visible_only(Resolver *resolver, Relation relation, Origin origin) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < relation.column_count; i++) count += !relation.columns[i].is_hidden;
    if (count == relation.rel->output_count) return relation;
    Expr **exprs = ARENA_ARRAY(resolver->arena, Expr *, count + 1);
    Attribute *output = ARENA_ARRAY(resolver->arena, Attribute, count + 1);
    Column *columns = ARENA_ARRAY(resolver->arena, Column, count + 1);
    uint32_t used = 0;
    for (uint32_t i = 0; i < relation.column_count; i++) {
        if (relation.columns[i].is_hidden) continue;
        exprs[used] = attribute_ref(resolver, &relation.columns[i].attribute);
        output[used] = relation.columns[i].attribute;
        columns[used++] = relation.columns[i];
    }
    Rel *rel = rel_project(resolver, relation.rel, exprs, output, count, origin);
    return (Relation){rel, columns, count};
}

Relation relation_visible(Resolver *resolver, Relation relation, Origin origin) {
    return visible_only(resolver, relation, origin);
}

static Expr *subquery_expr(Resolver *resolver, const UExpr *source, const Relation *relation,
                           const QueryFrame *frame) {
    Subquery *subquery = ARENA_NEW(resolver->arena, Subquery);
    subquery->kind = source->subquery.kind;
    subquery->negated = source->subquery.negated;
    subquery->rel = relation->rel;
    subquery->outer_ids = frame->outer_ids;
    subquery->outer_count = frame->outer_count;
    Expr *expr = ARENA_NEW(resolver->arena, Expr);
    expr->kind = EXPR_SUBQUERY;
    expr->type = type_of(TYPE_BOOLEAN);
    expr->may_fail = true;
    expr->subquery = subquery;
    expr->origin = source->origin.span;
    return expr;
}

static Expr *scalar(Resolver *resolver, const UExpr *source, Relation *relation,
                    const QueryFrame *frame, Error *err) {
    if (relation->column_count != 1) {
        char number[16];
        snprintf(number, sizeof number, "%u", relation->column_count);
        return FAIL_NULL(
            err, source->origin.span,
            ERR_INVALID_SUBQUERY_EXPRESSION__SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN,
            "number", number);
    }
    Expr *expr = subquery_expr(resolver, source, relation, frame);
    expr->type = relation->columns[0].attribute.type;
    expr->nullable = true;
    expr->text = outer_text(resolver, "scalarsubquery", frame);
    return expr;
}

// The left side as a list: a row constructor or struct gives its fields.
static bool left_values(ExprScope *scope, const UExpr *source, uint32_t wanted, Expr ***args,
                        uint32_t *count, Error *err) {
    Resolver *resolver = scope->resolver;
    UExpr *const *sources = source->args;
    *count = source->arg_count;
    bool row = *count == 1 && sources[0]->kind == UEXPR_FUNCTION && wanted > 1 &&
               sources[0]->name.count == 1 && slice_equal_cstr(sources[0]->name.parts[0], "struct");
    if (row) {
        *count = sources[0]->arg_count;
        sources = sources[0]->args;
    }
    *args = ARENA_ARRAY(resolver->arena, Expr *, *count + 1);
    for (uint32_t i = 0; i < *count; i++) {
        (*args)[i] = resolve_expr(scope, sources[i], err);
        if (!(*args)[i]) return false;
    }
    return true;
}

static bool fail_in_length(Resolver *resolver, const UExpr *source, Expr **args, uint32_t count,
                           const Relation *relation, Error *err) {
    AUTO(Text, left) = {0};
    AUTO(Text, right) = {0};
    for (uint32_t i = 0; i < count; i++) {
        text_append_cstr(&left, i ? ", " : "");
        text_append_cstr(&left, expr_quoted(resolver->arena, args[i]));
    }
    for (uint32_t i = 0; i < relation->column_count; i++) {
        Slice name = relation->columns[i].attribute.name;
        text_printf(&right, "%s\"%.*s\"", i ? ", " : "", SLICE_ARGS(name));
    }
    char left_length[16], right_length[16];
    snprintf(left_length, sizeof left_length, "%u", count);
    snprintf(right_length, sizeof right_length, "%u", relation->column_count);
    return FAIL(err, source->origin.span, ERR_DATATYPE_MISMATCH__IN_SUBQUERY_LENGTH_MISMATCH,
                "sqlExpr", "\"\"", "leftLength", left_length, "rightLength", right_length,
                "leftColumns", text_cstr(&left), "rightColumns", text_cstr(&right));
}

static bool fail_in_types(Resolver *resolver, const UExpr *source, Expr **args, uint32_t count,
                          const Relation *relation, uint32_t at, const SqlText *text, Error *err) {
    AUTO(Text, left) = {0};
    AUTO(Text, right) = {0};
    AUTO(Text, mismatch) = {0};
    for (uint32_t i = 0; i < count; i++) {
        text_printf(&left, "%s%s", i ? ", " : "", type_quoted(resolver->arena, args[i]->type));
        text_printf(&right, "%s%s", i ? ", " : "",
                    type_quoted(resolver->arena, relation->columns[i].attribute.type));
    }
    text_printf(&mismatch, "(%s:%s)", expr_quoted(resolver->arena, args[at]),
                type_quoted(resolver->arena, relation->columns[at].attribute.type));
    const SqlText *quoted = sql_text_format(resolver->arena, "\"@\"", text);
    return FAIL(err, source->origin.span, ERR_DATATYPE_MISMATCH__IN_SUBQUERY_DATA_TYPE_MISMATCH,
                "sqlExpr", arena_cstr(resolver->arena, sql_text_slice(resolver->arena, quoted)),
                "leftType", text_cstr(&left), "rightType", text_cstr(&right), "mismatchedColumns",
                text_cstr(&mismatch));
}

// Both sides get the common type of each pair: the query's by a projection on top.
static bool in_coerce(Resolver *resolver, const UExpr *source, Expr **args, uint32_t count,
                      Relation *relation, const SqlText *text, Error *err) {
    bool project = false;
    Expr **exprs = ARENA_ARRAY(resolver->arena, Expr *, count + 1);
    Attribute *output = ARENA_ARRAY(resolver->arena, Attribute, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        Attribute *column = &relation->columns[i].attribute;
        const Type *common =
            coerce_common(resolver->arena, args[i]->type, column->type, resolver->names.ansi);
        if (!common) return fail_in_types(resolver, source, args, count, relation, i, text, err);
        args[i] = coerce_cast(resolver->arena, args[i], common, resolver->names.ansi,
                              source->origin.span);
        exprs[i] = column_cast(resolver, column, common);
        output[i] = *column;
        if (exprs[i]->kind != EXPR_COLUMN) {
            project = true;
            output[i].id = 0;
        }
    }
    if (project)
        relation->rel = rel_project(resolver, relation->rel, exprs, output, count, source->origin);
    return true;
}

static Expr *in_query(ExprScope *scope, const UExpr *source, Relation *relation,
                      const QueryFrame *frame, Error *err) {
    Resolver *resolver = scope->resolver;
    Expr **args;
    uint32_t count;
    if (!left_values(scope, source, relation->column_count, &args, &count, err)) return NULL;
    bool unpack = count == 1 && args[0]->type->id == TYPE_STRUCT &&
                  args[0]->type->field_count == relation->column_count &&
                  relation->column_count > 1;
    if (unpack) {
        Expr *base = args[0];
        count = relation->column_count;
        args = ARENA_ARRAY(resolver->arena, Expr *, count);
        for (uint32_t i = 0; i < count; i++) {
            args[i] = extract_field(resolver, expr_copy(resolver->arena, base),
                                    base->type->fields[i].name, source->origin.span, err);
            if (!args[i]) return NULL;
        }
    }
    const SqlText *left = sql_text_list(resolver->arena, ", ", args, count);
    if (count > 1) left = sql_text_format(resolver->arena, "named_struct(@)", left);
    const SqlText *text = sql_text_format(resolver->arena, "(@ IN (@))", left,
                                          outer_text(resolver, "listquery", frame));
    if (count != relation->column_count) {
        fail_in_length(resolver, source, args, count, relation, err);
        return NULL;
    }
    bool nullable = false;
    for (uint32_t i = 0; i < count; i++)
        nullable = nullable || args[i]->nullable || relation->columns[i].attribute.nullable;
    if (!in_coerce(resolver, source, args, count, relation, text, err)) return NULL;
    Expr *expr = subquery_expr(resolver, source, relation, frame);
    expr->args = args;
    expr->arg_count = count;
    expr->nullable = nullable;
    expr->text = text;
    return expr;
}

Expr *resolve_subquery(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    QueryFrame *frame = ARENA_NEW(resolver->arena, QueryFrame);
    Relation relation;
    if (!resolve_subquery_relation(resolver, source->subquery.query, scope, frame, &relation, err))
        return NULL;
    relation = visible_only(resolver, relation, source->origin);
    if (source->subquery.kind == SUBQUERY_SCALAR)
        return scalar(resolver, source, &relation, frame, err);
    if (source->subquery.kind == SUBQUERY_IN) return in_query(scope, source, &relation, frame, err);
    Expr *expr = subquery_expr(resolver, source, &relation, frame);
    expr->text = outer_text(resolver, "exists", frame);
    return expr;
}
