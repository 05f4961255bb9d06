// SPDX-License-Identifier: Apache-2.0
// Expressions one by one: what kind of node becomes what.
#include "kernel/plan/resolve/resolver_internal.h"

#include "base/text.h"

static Expr *resolve_literal(ExprScope *scope, const UExpr *source) {
    Expr *expr = expr_literal(scope->resolver->arena, source->literal.value);
    expr->origin = source->origin.span;
    expr->text = sql_text_value(scope->resolver->arena, &source->literal.value,
                                scope->resolver->scope->query->zone);
    return expr;
}

static Expr *resolve_attribute(ExprScope *scope, const UExpr *source, Error *err) {
    Expr *expr = resolve_name(scope, source, source->name.parts, source->name.count, err);
    if (expr) {
        if (!expr->origin.stop) expr->origin = source->origin.span;
        return expr;
    }
    if (error_is_set(err)) {
        error_set_span(err, source->origin.span);
        return NULL;
    }
    return fail_unresolved_column(scope, source->name.parts, source->name.count,
                                  source->origin.span, err);
}

// --- casts
// -------------------------------------------------------------------------------------------

static CastMode cast_mode(const Resolver *resolver, UCastMode mode) {
    switch (mode) {
    case UCAST_ANSI: return CAST_ANSI;
    case UCAST_TRY: return CAST_TRY;
    case UCAST_LEGACY: return CAST_LEGACY;
    default: return resolver->names.ansi ? CAST_ANSI : CAST_LEGACY;
    }
}

static const Type *cast_target(const Resolver *resolver, const Type *type) {
    if (type->id == TYPE_CHAR || type->id == TYPE_VARCHAR) return type_of(TYPE_STRING);
    (void)resolver;
    return type;
}

static Expr *fail_cast(Resolver *resolver, const Expr *operand, const Type *target,
                       const SqlText *text, Span span, CastMode mode, Error *err) {
    const char *source_type = type_quoted(resolver->arena, operand->type);
    const char *target_type = type_quoted(resolver->arena, target);
    const char *sql = arena_cstr(
        resolver->arena,
        sql_text_slice(resolver->arena, sql_text_format(resolver->arena, "\"@\"", text)));
    if (mode != CAST_LEGACY && cast_is_allowed(operand->type, target, CAST_LEGACY)) {
        if (type_is_numeric(operand->type) || type_is_numeric(target) || mode == CAST_TRY ||
            operand->type->id == TYPE_BOOLEAN)
            return FAIL_NULL(err, span, ERR_DATATYPE_MISMATCH__CAST_WITH_CONF_SUGGESTION, "sqlExpr",
                             sql, "srcType", source_type, "targetType", target_type, "config",
                             "\"spark.sql.ansi.enabled\"", "configVal", "'false'");
    }
    return FAIL_NULL(err, span, ERR_DATATYPE_MISMATCH__CAST_WITHOUT_SUGGESTION, "sqlExpr", sql,
                     "srcType", source_type, "targetType", target_type);
}

static Expr *resolve_cast(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    Expr *operand = resolve_expr(scope, source->args[0], err);
    if (!operand) return NULL;
    const Type *type = source->cast.type;
    CastMode mode = cast_mode(resolver, source->cast.mode);
    AUTO(Text, name) = {0};
    type_append_sql(cast_target(resolver, type), &name);
    const SqlText *text =
        sql_text_format(resolver->arena, "$(@ AS @)", mode == CAST_TRY ? "TRY_CAST" : "CAST",
                        expr_text(resolver->arena, operand),
                        sql_text(resolver->arena, arena_copy(resolver->arena, text_slice(&name))));
    const Type *target = cast_target(resolver, type);
    if (type_is_nested(target) && operand->kind == EXPR_LITERAL && operand->literal.is_null)
        text = expr_text(resolver->arena, operand);
    if (!type_equal(operand->type, target) && operand->type->id != TYPE_VOID &&
        !cast_is_allowed(operand->type, target, mode))
        return fail_cast(resolver, operand, target, text, source->origin.span, mode, err);
    Expr *cast = expr_cast(resolver->arena, operand, target, mode);
    if (cast == operand) cast = expr_copy(resolver->arena, operand);
    cast->origin = source->origin.span;
    cast->text = text;
    return cast;
}

// --- CASE
// --------------------------------------------------------------------------------------------

static Expr *resolve_case(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    uint32_t skip = source->case_when.has_operand;
    uint32_t count = source->arg_count - skip;
    Expr **args = ARENA_ARRAY(resolver->arena, Expr *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        bool is_when = i % 2 == 0 && i + 1 < count + !source->case_when.has_else;
        args[i] = resolve_expr(scope, source->args[skip + i], err);
        if (!args[i]) return NULL;
        if (!skip || !is_when) continue;
        Expr **sides = ARENA_ARRAY(resolver->arena, Expr *, 2);
        sides[0] = resolve_expr(scope, source->args[0], err);
        sides[1] = args[i];
        if (!sides[0]) return NULL;
        args[i] = call_function(resolver, "=", sides, 2, source->origin.span, err);
        if (!args[i]) return NULL;
    }
    return call_function(resolver, "when", args, count, source->origin.span, err);
}

// --- parameters
// ----------------------------------------------------------------------------------------

static Expr *resolve_parameter(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    Slice name = source->name.count ? source->name.parts[0] : SLICE_NONE;
    Value value;
    bool given = resolver->scope->find_parameter &&
                 resolver->scope->find_parameter(resolver->scope->session, name,
                                                 source->parameter.position, &value);
    if (!given) {
        const char *shown =
            name.bytes ? slice_cstr(resolver, name)
                       : arena_cstr(resolver->arena, arena_printf(resolver->arena, "_%u",
                                                                  source->origin.span.start));
        return FAIL_NULL(err, source->origin.span, ERR_UNBOUND_SQL_PARAMETER, "name", shown);
    }
    Expr *expr = expr_literal(resolver->arena, value_copy(resolver->arena, value));
    expr->origin = source->origin.span;
    expr->text = sql_text_value(resolver->arena, &value, resolver->scope->query->zone);
    return expr;
}

static Expr *resolve_sql_text(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    ParserOptions options = {.ansi = resolver->names.ansi, .zone = resolver->scope->query->zone};
    if (!resolver->scope->parser) {
        error_internal(err, "no parser for an expression given as text");
        return NULL;
    }
    UExpr *parsed =
        resolver->scope->parser->expression(resolver->arena, source->text.text, &options, err);
    if (!parsed) return NULL;
    return resolve_expr(scope, parsed, err);
}

static Expr *resolve_named_identifier(ExprScope *scope, const UExpr *source, Error *err) {
    NameParts parts;
    if (!resolve_identifier(scope->resolver, source->args[0], &parts, err)) return NULL;
    Expr *expr = resolve_name(scope, source, parts.parts, parts.count, err);
    if (expr || error_is_set(err)) return expr;
    return fail_unresolved_column(scope, parts.parts, parts.count, source->origin.span, err);
}

static Expr *fail_star(ExprScope *scope, const UExpr *source, Error *err) {
    (void)scope;
    return FAIL_NULL(err, source->origin.span, ERR_INVALID_USAGE_OF_STAR_OR_REGEX, "elem", "'*'",
                     "prettyName", "expression `unresolvedstar`");
}

static Expr *resolve_kind(ExprScope *scope, const UExpr *source, Error *err) {
    switch (source->kind) {
    case UEXPR_LITERAL: return resolve_literal(scope, source);
    case UEXPR_ATTRIBUTE:
    case UEXPR_LAMBDA_VARIABLE: return resolve_attribute(scope, source, err);
    case UEXPR_FUNCTION: return resolve_function(scope, source, err);
    case UEXPR_ALIAS: return resolve_expr(scope, source->args[0], err);
    case UEXPR_CAST: return resolve_cast(scope, source, err);
    case UEXPR_EXTRACT: return resolve_extract(scope, source, err);
    case UEXPR_UPDATE_FIELDS: return resolve_update_fields(scope, source, err);
    case UEXPR_WINDOW: return resolve_window(scope, source, err);
    case UEXPR_CASE: return resolve_case(scope, source, err);
    case UEXPR_SUBQUERY: return resolve_subquery(scope, source, err);
    case UEXPR_SORT_ORDER:
    case UEXPR_NAMED_ARGUMENT: return resolve_expr(scope, source->args[0], err);
    case UEXPR_PARAMETER: return resolve_parameter(scope, source, err);
    case UEXPR_TEXT: return resolve_sql_text(scope, source, err);
    case UEXPR_IDENTIFIER: return resolve_named_identifier(scope, source, err);
    case UEXPR_STAR:
    case UEXPR_REGEX: return fail_star(scope, source, err);
    case UEXPR_LAMBDA:
        return FAIL_NULL(err, source->origin.span,
                         ERR_INVALID_LAMBDA_FUNCTION_CALL__NON_HIGHER_ORDER_FUNCTION, "class", "");
    case UEXPR_DEFAULT: return FAIL_NULL(err, source->origin.span, ERR_DEFAULT_PLACEMENT_INVALID);
    case UEXPR_TABLE_ARGUMENT: break;
    }
    return FAIL_NULL(err, source->origin.span, ERR_UNSUPPORTED_FEATURE, "feature",
                     "a table argument here");
}

Expr *resolve_expr(ExprScope *scope, const UExpr *source, Error *err) {
    if (!resolver_enter(scope->resolver, source->origin.span, err)) return NULL;
    Expr *expr = resolve_kind(scope, source, err);
    resolver_leave(scope->resolver);
    if (!expr) error_set_span(err, source->origin.span);
    return expr;
}

// --- conditions, constants, sort keys
// ---------------------------------------------------------------

Expr *resolve_condition(ExprScope *scope, const UExpr *source, const char *clause, Error *err) {
    Expr *expr = resolve_expr(scope, source, err);
    if (!expr) return NULL;
    Resolver *resolver = scope->resolver;
    const Type *type = expr->type;
    if (type->id == TYPE_VOID || (type_is_text(type) && !resolver->names.ansi))
        expr = coerce_cast(resolver->arena, expr, type_of(TYPE_BOOLEAN), resolver->names.ansi,
                           source->origin.span);
    if (expr->type->id == TYPE_BOOLEAN) return expr;
    if (clause[0] == 'J')
        return FAIL_NULL(err, source->origin.span, ERR_JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE,
                         "conditionType", type_quoted(resolver->arena, type), "joinCondition",
                         expr_quoted(resolver->arena, expr));
    return FAIL_NULL(err, source->origin.span, ERR_DATATYPE_MISMATCH__FILTER_NOT_BOOLEAN, "sqlExpr",
                     expr_quoted(resolver->arena, expr), "filter",
                     expr_quoted(resolver->arena, expr), "type",
                     type_quoted(resolver->arena, type));
}

bool fold_constant(Resolver *resolver, const Expr *expr, Value *value, Error *err) {
    if (expr->kind == EXPR_LITERAL) {
        *value = expr->literal;
        return true;
    }
    if (expr_constant(expr, resolver->scope->query, resolver->arena, value, err)) return true;
    error_set_span(err, expr->origin);
    return false;
}

bool resolve_sort_keys(ExprScope *scope, UExpr *const *exprs, uint32_t count, SortKey **keys,
                       Error *err) {
    Resolver *resolver = scope->resolver;
    *keys = ARENA_ARRAY(resolver->arena, SortKey, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const UExpr *source = exprs[i];
        bool is_order = source->kind == UEXPR_SORT_ORDER;
        SortKey *key = &(*keys)[i];
        key->expr = resolve_expr(scope, is_order ? source->args[0] : source, err);
        if (!key->expr) return false;
        key->descending = is_order && source->sort.descending;
        NullOrder nulls = is_order ? source->sort.nulls : NULLS_DEFAULT;
        key->nulls_last = nulls == NULLS_DEFAULT ? key->descending : nulls == NULLS_LAST;
        if (!type_is_orderable(key->expr->type) && key->expr->type->id != TYPE_VOID) {
            const SqlText *text = sql_text_format(
                resolver->arena, "\"@ $ $\"", expr_text(resolver->arena, key->expr),
                key->descending ? "DESC" : "ASC", key->nulls_last ? "NULLS LAST" : "NULLS FIRST");
            return FAIL(
                err, source->origin.span, ERR_DATATYPE_MISMATCH__INVALID_ORDERING_TYPE, "sqlExpr",
                arena_cstr(resolver->arena, sql_text_slice(resolver->arena, text)), "functionName",
                "`sortorder`", "dataType", type_quoted(resolver->arena, key->expr->type));
        }
    }
    return true;
}
