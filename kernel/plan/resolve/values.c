// SPDX-License-Identifier: Apache-2.0
// Small relations: VALUES, rows with a schema, aliases, LIMIT, samples.
#include "base/text.h"
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/resolve/resolver_internal.h"

#include <stdio.h>

// --- VALUES
// ------------------------------------------------------------------------------------------

static bool values_types(Resolver *resolver, const URel *source, Expr ***rows, const Type **types,
                         Error *err) {
    for (uint32_t c = 0; c < source->values.column_count; c++) {
        Expr **column = ARENA_ARRAY(resolver->arena, Expr *, source->values.row_count + 1);
        for (uint32_t r = 0; r < source->values.row_count; r++) column[r] = rows[r][c];
        types[c] = coerce_common_of(resolver->arena, column, source->values.row_count,
                                    resolver->names.ansi);
        if (types[c]) continue;
        Slice name = arena_printf(resolver->arena, "`col%u`", c + 1);
        return FAIL(err, source->origin.span,
                    ERR_INVALID_INLINE_TABLE__INCOMPATIBLE_TYPES_IN_INLINE_TABLE, "colName",
                    slice_cstr(resolver, name));
    }
    return true;
}

static bool values_row(Resolver *resolver, const URel *source, uint32_t row, Expr ***out,
                       Error *err) {
    ExprScope scope;
    expr_scope_init(resolver, NULL, &scope);
    uint32_t width = source->values.column_count;
    *out = ARENA_ARRAY(resolver->arena, Expr *, width + 1);
    for (uint32_t c = 0; c < width; c++) {
        const UExpr *expr = source->values.rows[row][c];
        if (!expr) {
            Slice actual = arena_printf(resolver->arena, "%u", c);
            Slice wanted = arena_printf(resolver->arena, "%u", width);
            Slice index = arena_printf(resolver->arena, "%u", row);
            return FAIL(err, source->origin.span, ERR_INVALID_INLINE_TABLE__NUM_COLUMNS_MISMATCH,
                        "expectedNumCols", slice_cstr(resolver, wanted), "actualNumCols",
                        slice_cstr(resolver, actual), "rowIndex", slice_cstr(resolver, index));
        }
        (*out)[c] = resolve_expr(&scope, expr, err);
        if (!(*out)[c]) return false;
        ExprKind kind = expr_contains((*out)[c], EXPR_AGGREGATE)   ? EXPR_AGGREGATE
                        : expr_contains((*out)[c], EXPR_WINDOW)    ? EXPR_WINDOW
                        : expr_contains((*out)[c], EXPR_GENERATOR) ? EXPR_GENERATOR
                                                                   : EXPR_LITERAL;
        if (kind != EXPR_LITERAL)
            return FAIL(err, expr->origin.span,
                        ERR_INVALID_INLINE_TABLE__CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE,
                        "expr", expr_quoted(resolver->arena, (*out)[c]));
    }
    return true;
}

bool resolve_values(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    uint32_t width = source->values.column_count, count = source->values.row_count;
    Expr ***rows = ARENA_ARRAY(resolver->arena, Expr **, count + 1);
    for (uint32_t r = 0; r < count; r++)
        if (!values_row(resolver, source, r, &rows[r], err)) return false;
    const Type **types = ARENA_ARRAY(resolver->arena, const Type *, width + 1);
    if (!values_types(resolver, source, rows, types, err)) return false;
    Rel *rel = rel_new(resolver, REL_VALUES, NULL, source->origin);
    rel->values.rows = rows;
    rel->values.row_count = count;
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, width + 1);
    rel->output_count = width;
    for (uint32_t c = 0; c < width; c++) {
        rel->output[c] = (Attribute){.id = resolver_id(resolver),
                                     .name = arena_printf(resolver->arena, "col%u", c + 1),
                                     .type = types[c]};
        for (uint32_t r = 0; r < count; r++) {
            rows[r][c] = coerce_cast(resolver->arena, rows[r][c], types[c], resolver->names.ansi,
                                     rows[r][c]->origin);
            rel->output[c].nullable = rel->output[c].nullable || rows[r][c]->nullable;
        }
    }
    relation_from_rel(resolver, rel, out);
    return true;
}

bool resolve_local(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    (void)err;
    const Type *schema = source->local.schema;
    Rel *rel = rel_new(resolver, REL_VALUES, NULL, source->origin);
    uint32_t width = schema ? schema->field_count : 0;
    rel->values.rows = ARENA_ARRAY(resolver->arena, Expr **, source->local.row_count + 1);
    rel->values.row_count = source->local.row_count;
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, width + 1);
    rel->output_count = width;
    for (uint32_t c = 0; c < width; c++)
        rel->output[c] = (Attribute){.id = resolver_id(resolver),
                                     .name = schema->fields[c].name,
                                     .type = schema->fields[c].type,
                                     .nullable = schema->fields[c].nullable,
                                     .metadata = schema->fields[c].metadata};
    for (uint32_t r = 0; r < source->local.row_count; r++) {
        rel->values.rows[r] = ARENA_ARRAY(resolver->arena, Expr *, width + 1);
        for (uint32_t c = 0; c < width; c++)
            rel->values.rows[r][c] = expr_literal(resolver->arena, source->local.rows[r][c]);
    }
    relation_from_rel(resolver, rel, out);
    return true;
}

// --- aliases
// -----------------------------------------------------------------------------------------

bool resolve_alias(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    if (!resolve_relation(resolver, source->input, out, err)) return false;
    *out = relation_visible(resolver, *out, source->origin);
    if (source->alias.column_count && source->alias.column_count != out->column_count) {
        Slice columns = arena_printf(resolver->arena, "%u", out->column_count);
        Slice aliases = arena_printf(resolver->arena, "%u", source->alias.column_count);
        if (source->input->kind == UREL_TABLE_FUNCTION)
            return FAIL(err, source->origin.span, ERR_NUM_TABLE_VALUE_ALIASES_MISMATCH, "funcName",
                        name_quoted(resolver->arena, source->input->function.name.parts,
                                    source->input->function.name.count),
                        "aliasesNum", slice_cstr(resolver, aliases), "outColsNum",
                        slice_cstr(resolver, columns));
        return FAIL(err, source->origin.span, ERR_ASSIGNMENT_ARITY_MISMATCH, "numExpr",
                    slice_cstr(resolver, aliases), "numTarget", slice_cstr(resolver, columns));
    }
    for (uint32_t i = 0; i < source->alias.column_count; i++)
        out->columns[i].attribute.name = source->alias.columns[i];
    Slice *qualifier = ARENA_ARRAY(resolver->arena, Slice, 1);
    qualifier[0] = source->alias.name;
    if (source->alias.qualifier.count)
        relation_qualify(resolver, out, source->alias.qualifier.parts,
                         source->alias.qualifier.count);
    else if (source->alias.name.bytes) relation_qualify(resolver, out, qualifier, 1);
    else relation_qualify(resolver, out, NULL, 0);
    return true;
}

// --- LIMIT, OFFSET
// -------------------------------------------------------------------------------------

static bool fail_limit(Resolver *resolver, const Expr *expr, ErrorCode code, const char *name,
                       Span span, Error *err) {
    return FAIL(err, span, code, "name", name, "expr", expr_quoted(resolver->arena, expr));
}

static bool limit_value(Resolver *resolver, const UExpr *source, const char *name, int64_t *out,
                        Error *err) {
    ExprScope scope;
    expr_scope_init(resolver, NULL, &scope);
    scope.no_outer = true;
    Error lookup = {0};
    Expr *expr = resolve_expr(&scope, source, &lookup);
    Span span = source->origin.span;
    if (!expr && lookup.code == ERR_UNRESOLVED_COLUMN__WITHOUT_SUGGESTION) {
        Expr shown = {.kind = EXPR_LITERAL, .type = type_of(TYPE_VOID)};
        Slice text = source->name.count ? source->name.parts[source->name.count - 1] : SLICE("");
        shown.text = sql_text(resolver->arena, text);
        return fail_limit(resolver, &shown, ERR_INVALID_LIMIT_LIKE_EXPRESSION__IS_UNFOLDABLE, name,
                          span, err);
    }
    if (!expr) return error_copy(err, &lookup), false;
    if (!expr_is_foldable(expr))
        return fail_limit(resolver, expr, ERR_INVALID_LIMIT_LIKE_EXPRESSION__IS_UNFOLDABLE, name,
                          span, err);
    if (expr->type->id != TYPE_INT && expr->type->id != TYPE_TINYINT &&
        expr->type->id != TYPE_SMALLINT) {
        fail_limit(resolver, expr, ERR_INVALID_LIMIT_LIKE_EXPRESSION__DATA_TYPE, name, span, err);
        error_add(err, "dataType", slice_from_cstr(type_quoted(resolver->arena, expr->type)));
        return false;
    }
    Value value;
    if (!fold_constant(resolver, expr, &value, err)) return false;
    if (value.is_null)
        return fail_limit(resolver, expr, ERR_INVALID_LIMIT_LIKE_EXPRESSION__IS_NULL, name, span,
                          err);
    if (value.i64 < 0) {
        fail_limit(resolver, expr, ERR_INVALID_LIMIT_LIKE_EXPRESSION__IS_NEGATIVE, name, span, err);
        error_add_format(err, "v", "%lld", (long long)value.i64);
        return false;
    }
    *out = value.i64;
    return true;
}

bool resolve_limit(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    if (source->kind == UREL_TAIL)
        return FAIL(err, source->origin.span, ERR_UNSUPPORTED_FEATURE, "feature", "tail");
    if (!resolve_relation(resolver, source->input, out, err)) return false;
    bool is_limit = source->kind == UREL_LIMIT;
    int64_t value;
    if (!limit_value(resolver, source->limit.count, is_limit ? "limit" : "offset", &value, err))
        return false;
    Rel *rel = rel_new(resolver, REL_LIMIT, out->rel, source->origin);
    rel->limit.limit = is_limit ? (uint64_t)value : UINT64_MAX;
    rel->limit.offset = is_limit ? 0 : (uint64_t)value;
    out->rel = rel;
    return true;
}

// --- samples
// -------------------------------------------------------------------------------------------

bool resolve_sample(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    if (!resolve_relation(resolver, source->input, out, err)) return false;
    if (source->sample.is_rows) {
        int64_t rows = source->sample.rows;
        if (source->sample.count &&
            !limit_value(resolver, source->sample.count, "limit", &rows, err))
            return false;
        Rel *limit = rel_new(resolver, REL_LIMIT, out->rel, source->origin);
        limit->limit.limit = rows < 0 ? 0 : (uint64_t)rows;
        out->rel = limit;
        return true;
    }
    Rel *rel = rel_new(resolver, REL_SAMPLE, out->rel, source->origin);
    rel->sample.fraction = source->sample.upper - source->sample.lower;
    rel->sample.with_replacement = source->sample.with_replacement;
    rel->sample.seed =
        source->sample.has_seed ? source->sample.seed : resolver->scope->query->now_micros;
    out->rel = rel;
    return true;
}
