// SPDX-License-Identifier: Apache-2.0
// Function calls: the name, stars and named arguments, then the registry binds.
#include "base/text.h"
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/resolve/resolver_internal.h"

// grouping() and grouping_id() before the block knows the grouping sets.
static const ScalarFunction GROUPING = {.name = "grouping"};
static const ScalarFunction GROUPING_ID = {.name = "grouping_id"};

bool expr_is_grouping(const Expr *expr) {
    return expr->kind == EXPR_CALL && expr->function == &GROUPING;
}
bool expr_is_grouping_id(const Expr *expr) {
    return expr->kind == EXPR_CALL && expr->function == &GROUPING_ID;
}

static Expr *fail_routine(Resolver *resolver, const Slice *parts, uint32_t count, Span span,
                          Error *err) {
    Slice path[2] = {resolver->names.catalog, resolver->names.schema};
    const char *current = name_quoted(resolver->arena, path, 2);
    Slice search =
        arena_printf(resolver->arena, "[`system`.`builtin`, `system`.`session`, %s]", current);
    return FAIL_NULL(err, span, ERR_UNRESOLVED_ROUTINE, "routineName",
                     name_quoted(resolver->arena, parts, count), "searchPath",
                     slice_cstr(resolver, search));
}

// The last part of f, builtin.f, system.builtin.f; other qualified names are no built-in functions.
static Slice builtin_name(const NameParts *name) {
    if (name->count == 1) return name->parts[0];
    if (name->count == 2 && slice_equal_ignore_case(name->parts[0], SLICE("builtin")))
        return name->parts[1];
    if (name->count == 3 && slice_equal_ignore_case(name->parts[0], SLICE("system")) &&
        slice_equal_ignore_case(name->parts[1], SLICE("builtin")))
        return name->parts[2];
    return SLICE_NONE;
}

// --- arguments
// ---------------------------------------------------------------------------------------

typedef struct Args {
    Expr **items;
    const UExpr **sources;
    uint32_t count;
} Args;

static bool args_add(Resolver *resolver, Args *args, Expr *expr, const UExpr *source) {
    if (!expr) return false;
    uint32_t at = args->count;
    ARENA_PUSH(resolver->arena, args->sources, at, source);
    ARENA_PUSH(resolver->arena, args->items, args->count, expr);
    return true;
}

static bool args_add_star(ExprScope *scope, const UExpr *source, Args *args, Error *err) {
    SelectItem *items = NULL;
    uint32_t count = 0;
    if (!expand_star(scope, source, &items, &count, err)) return false;
    for (uint32_t i = 0; i < count; i++)
        if (!args_add(scope->resolver, args, items[i].expr, NULL)) return false;
    return true;
}

static bool args_resolve(ExprScope *scope, UExpr *const *exprs, uint32_t count, Args *args,
                         Error *err) {
    *args = (Args){0};
    for (uint32_t i = 0; i < count; i++) {
        if (exprs[i]->kind == UEXPR_STAR) {
            if (!args_add_star(scope, exprs[i], args, err)) return false;
        } else if (!args_add(scope->resolver, args, resolve_expr(scope, exprs[i], err), exprs[i])) {
            return false;
        }
    }
    return true;
}

// The position of a parameter in "str, pos[, len]"; UINT32_MAX when there is none.
static uint32_t parameter_index(const FunctionDefinition *definition, Slice name) {
    if (!definition->arguments) return UINT32_MAX;
    Slice rest = slice_from_cstr(definition->arguments);
    Slice part;
    for (uint32_t i = 0; slice_split(&rest, ',', &part); i++) {
        while (part.bytes && (part.data[0] == ' ' || part.data[0] == '['))
            part = slice_from(part, 1);
        while (part.bytes && strchr(" []", part.data[part.bytes - 1])) part.bytes--;
        if (slice_equal_ignore_case(part, name)) return i;
    }
    return UINT32_MAX;
}

// Positional arguments first, then those by name in their places.
static bool args_reorder(Resolver *resolver, const FunctionDefinition *definition,
                         const UExpr *source, UExpr ***exprs, Error *err) {
    uint32_t count = source->arg_count;
    UExpr **ordered = ARENA_ARRAY(resolver->arena, UExpr *, count + 1);
    bool named = false;
    for (uint32_t i = 0; i < count; i++) {
        UExpr *arg = source->args[i];
        Slice function = slice_from_cstr(definition->name);
        const char *quoted = name_quoted(resolver->arena, &function, 1);
        if (arg->kind != UEXPR_NAMED_ARGUMENT) {
            if (named)
                return FAIL(err, source->origin.span, ERR_UNEXPECTED_POSITIONAL_ARGUMENT,
                            "routineName", quoted, "parameterName",
                            name_quoted(resolver->arena, source->args[i - 1]->name.parts, 1));
            ordered[i] = arg;
            continue;
        }
        named = true;
        Slice name = arg->name.parts[0];
        uint32_t at = parameter_index(definition, name);
        if (at >= count)
            return FAIL(err, source->origin.span, ERR_UNRECOGNIZED_PARAMETER_NAME, "routineName",
                        quoted, "argumentName", name_quoted(resolver->arena, &name, 1), "proposal",
                        "");
        if (ordered[at])
            return FAIL(err, source->origin.span,
                        ERR_DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT__BOTH_POSITIONAL_AND_NAMED,
                        "routineName", quoted, "parameterName",
                        name_quoted(resolver->arena, &name, 1));
        ordered[at] = arg->args[0];
    }
    *exprs = ordered;
    return true;
}

// --- calls
// -------------------------------------------------------------------------------------------

static Expr *identity_udf(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    if (source->arg_count != 1) {
        Slice name = SLICE("udf");
        return FAIL_NULL(err, source->origin.span, ERR_WRONG_NUM_ARGS__WITHOUT_SUGGESTION,
                         "functionName", name_quoted(resolver->arena, &name, 1), "expectedNum",
                         "1");
    }
    Expr *arg = resolve_expr(scope, source->args[0], err);
    if (!arg) return NULL;
    Expr *copy = expr_copy(resolver->arena, arg);
    copy->text = sql_text_call(resolver->arena, SLICE("udf"), &arg, 1);
    return copy;
}

static Expr *resolve_grouping(ExprScope *scope, const UExpr *source, bool is_id, Error *err) {
    Resolver *resolver = scope->resolver;
    Args args;
    if (!args_resolve(scope, source->args, source->arg_count, &args, err)) return NULL;
    Expr *expr =
        expr_call(resolver->arena, is_id ? &GROUPING_ID : &GROUPING,
                  type_of(is_id ? TYPE_BIGINT : TYPE_TINYINT), false, args.items, args.count);
    expr->origin = source->origin.span;
    expr->text = sql_text_call(resolver->arena, is_id ? SLICE("grouping_id") : SLICE("grouping"),
                               args.items, args.count);
    return expr;
}

static const char *syntax_used(const UExpr *source) {
    if (source->function.distinct) return "DISTINCT";
    if (source->function.filter) return "FILTER CLAUSE";
    if (source->function.ignore_nulls) return "IGNORE NULLS";
    if (source->function.respect_nulls) return "RESPECT NULLS";
    if (source->function.within_count) return "WITHIN GROUP (ORDER BY ...)";
    return NULL;
}

static bool syntax_check(Resolver *resolver, const FunctionDefinition *definition,
                         const UExpr *source, Error *err) {
    bool aggregate = definition->function_class == FUNCTION_AGGREGATE;
    bool window = definition->function_class == FUNCTION_WINDOW;
    const char *syntax = syntax_used(source);
    if (!syntax || aggregate) return true;
    if (window && (source->function.ignore_nulls || source->function.respect_nulls)) return true;
    Slice name = slice_from_cstr(definition->display ? definition->display : definition->name);
    return FAIL(err, source->origin.span, ERR_INVALID_SQL_SYNTAX__FUNCTION_WITH_UNSUPPORTED_SYNTAX,
                "prettyName", name_quoted(resolver->arena, &name, 1), "syntax", syntax);
}

static bool aggregate_extras(ExprScope *scope, const UExpr *source, BindContext *context,
                             Error *err) {
    context->distinct = source->function.distinct;
    context->ignore_nulls = source->function.ignore_nulls;
    if (source->function.within_count) {
        if (!resolve_sort_keys(scope, source->function.within, source->function.within_count,
                               &context->order, err))
            return false;
        context->order_count = source->function.within_count;
    }
    if (!source->function.filter) return true;
    context->filter = resolve_condition(scope, source->function.filter, "FILTER", err);
    if (!context->filter) return false;
    if (expr_contains(context->filter, EXPR_AGGREGATE))
        return FAIL(err, source->origin.span, ERR_INVALID_AGGREGATE_FILTER__CONTAINS_AGGREGATE,
                    "filterExpr", expr_quoted(scope->resolver->arena, context->filter), "aggExpr",
                    "");
    return true;
}

static void aggregate_text(Resolver *resolver, Expr *expr) {
    const AggregateCall *call = expr->aggregate;
    if (call->filter)
        expr->text = sql_text_format(resolver->arena, "@ FILTER (WHERE @)", expr->text,
                                     expr_text(resolver->arena, call->filter));
}

static Expr *check_aggregate(ExprScope *scope, const UExpr *source, Expr *expr, Error *err) {
    const AggregateCall *call = expr->aggregate;
    for (uint32_t i = 0; i < call->arg_count; i++) {
        if (expr_contains(call->args[i], EXPR_AGGREGATE) && !scope->inside_window)
            return FAIL_NULL(err, source->origin.span, ERR_NESTED_AGGREGATE_FUNCTION);
    }
    return expr;
}

// struct(a, t.b AS c, 1): fields take the names that their arguments have, else col1, col2, ...
static Expr *struct_call(Resolver *resolver, const UExpr *source, const Args *args, Error *err) {
    Expr **pairs = ARENA_ARRAY(resolver->arena, Expr *, 2 * (size_t)args->count + 1);
    for (uint32_t i = 0; i < args->count; i++) {
        const UExpr *arg = args->sources[i];
        const Expr *expr = args->items[i];
        Slice name = arena_printf(resolver->arena, "col%u", i + 1);
        if (arg && arg->kind == UEXPR_ALIAS) name = arg->alias.names[0];
        else if (arg && arg->kind == UEXPR_ATTRIBUTE) name = arg->name.parts[arg->name.count - 1];
        else if (!arg && expr->kind == EXPR_COLUMN) name = expr_pretty(resolver->arena, expr);
        else if (arg && arg->kind == UEXPR_EXTRACT && arg->args[1]->kind == UEXPR_LITERAL &&
                 type_is_text(arg->args[1]->literal.value.type))
            name = arg->args[1]->literal.value.bytes;
        pairs[2 * i] = expr_literal(resolver->arena, value_string(name));
        pairs[2 * i + 1] = args->items[i];
    }
    Expr *made =
        call_function(resolver, "named_struct", pairs, 2 * args->count, source->origin.span, err);
    if (made)
        made->text = sql_text_call(resolver->arena, SLICE("struct"), args->items, args->count);
    return made;
}

// A CASE or comparison over aggregates keeps them inside; only direct nesting is wrong.
static Expr *bind_registered(ExprScope *scope, const UExpr *source,
                             const FunctionDefinition *definition, Error *err) {
    Resolver *resolver = scope->resolver;
    if (!syntax_check(resolver, definition, source, err)) return NULL;
    UExpr **exprs;
    if (!args_reorder(resolver, definition, source, &exprs, err)) return NULL;
    uint32_t count = source->arg_count;
    wrap_constant_lambdas(resolver, definition, exprs, count);
    for (uint32_t i = 0; i < count; i++)
        if (exprs[i] && exprs[i]->kind == UEXPR_LAMBDA) {
            UExpr *call = ARENA_NEW(resolver->arena, UExpr);
            *call = *source;
            call->args = exprs;
            return resolve_higher_order(scope, call, definition, err);
        }
    bool aggregate = definition->function_class == FUNCTION_AGGREGATE;
    bool count_star = count == 1 && exprs[0] && exprs[0]->kind == UEXPR_STAR &&
                      exprs[0]->name.count == 0 && strcmp(definition->name, "count") == 0 &&
                      !exprs[0]->star.except_count && !source->function.distinct;
    ExprScope inner = *scope;
    if (aggregate) inner.inside_aggregate = true;
    inner.inside_window = false;
    Args args = {0};
    if (!count_star && !args_resolve(&inner, exprs, count, &args, err)) return NULL;
    if (strcmp(definition->name, "struct") == 0) return struct_call(resolver, source, &args, err);
    BindContext context = {.arena = resolver->arena,
                           .name = builtin_name(&source->name),
                           .args = args.items,
                           .arg_count = args.count,
                           .ansi = resolver->names.ansi,
                           .is_operator = source->is_operator,
                           .zone = resolver->scope->query->zone,
                           .query = resolver->scope->query,
                           .origin = source->origin.span};
    if (!aggregate_extras(&inner, source, &context, err)) return NULL;
    if (count_star) context.arg_count = 0;
    else if (count == 0 && strcmp(definition->name, "count") == 0)
        return FAIL_NULL(err, source->origin.span, ERR_WRONG_NUM_ARGS__WITHOUT_SUGGESTION,
                         "functionName", "`count`", "expectedNum", "> 0", "actualNum", "0",
                         "docroot", "https://spark.apache.org/docs/latest");
    Expr *expr = function_bind(&context, err);
    if (!expr || expr->kind != EXPR_AGGREGATE) return expr;
    aggregate_text(resolver, expr);
    return check_aggregate(scope, source, expr, err);
}

Expr *resolve_function(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    if (source->function.identifier) {
        NameParts parts;
        if (!resolve_identifier(resolver, source->function.identifier, &parts, err)) return NULL;
        UExpr *named = ARENA_NEW(resolver->arena, UExpr);
        *named = *source;
        named->name = parts;
        named->function.identifier = NULL;
        return resolve_function(scope, named, err);
    }
    Slice name = builtin_name(&source->name);
    if (resolver->scope->golden && slice_equal_ignore_case(name, SLICE("udf")))
        return identity_udf(scope, source, err);
    if (slice_equal_ignore_case(name, SLICE("grouping")))
        return resolve_grouping(scope, source, false, err);
    if (slice_equal_ignore_case(name, SLICE("grouping_id")))
        return resolve_grouping(scope, source, true, err);
    const FunctionDefinition *definition = name.bytes ? function_find(name) : NULL;
    if (!definition || definition->name[0] == '$')
        return fail_routine(resolver, source->name.parts, source->name.count, source->origin.span,
                            err);
    return bind_registered(scope, source, definition, err);
}
