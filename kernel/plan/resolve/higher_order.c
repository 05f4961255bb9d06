// SPDX-License-Identifier: Apache-2.0
// Functions with lambdas: the signature's letters, bound by the arguments before, type the
// parameters.
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/functions/signature.h"
#include "kernel/plan/resolve/resolver_internal.h"

static uint32_t lambda_arity(const Pattern *pattern) { return pattern->child_count - 1; }

static bool shape_fits(const Signature *signature, const UExpr *source) {
    if (source->arg_count > signature->arg_count && !signature->is_variadic) return false;
    for (uint32_t i = 0; i < source->arg_count; i++) {
        const Pattern *pattern = signature_arg(signature, i);
        bool lambda = source->args[i]->kind == UEXPR_LAMBDA;
        if (!pattern || lambda != (pattern->kind == PATTERN_LAMBDA)) return false;
        if (lambda && source->args[i]->lambda.count != lambda_arity(pattern)) return false;
    }
    return true;
}

static const FunctionDefinition *choose(Resolver *resolver, const FunctionDefinition *definition,
                                        const UExpr *source, Signature *signature) {
    for (; definition; definition = function_next(definition)) {
        if (!definition->signature || source->arg_count < definition->min_args) continue;
        if (definition->max_args != 255 && source->arg_count > definition->max_args) continue;
        signature_parse(resolver->arena, definition->signature, signature);
        if (shape_fits(signature, source)) return definition;
    }
    return NULL;
}

static Expr *resolve_lambda(ExprScope *scope, const UExpr *source, const Pattern *pattern,
                            const Bindings *bindings, Error *err) {
    Resolver *resolver = scope->resolver;
    uint32_t count = source->lambda.count;
    const Type **types = ARENA_ARRAY(resolver->arena, const Type *, count + 1);
    bool *nullable = ARENA_ARRAY(resolver->arena, bool, count + 1);
    const SqlText *names = sql_text(resolver->arena, SLICE(""));
    for (uint32_t i = 0; i < count; i++) {
        types[i] = pattern_type(resolver->arena, pattern->children[i], bindings);
        if (!types[i]) types[i] = type_of(TYPE_VOID);
        nullable[i] = true;
        names = sql_text_format(resolver->arena, "@, namedlambdavariable()", names);
        for (uint32_t k = 0; k < i; k++)
            if (names_match(resolver, source->lambda.names[i], source->lambda.names[k]))
                return FAIL_NULL(err, source->origin.span,
                                 ERR_INVALID_LAMBDA_FUNCTION_CALL__DUPLICATE_ARG_NAMES, "args", "",
                                 "caseSensitiveConfig", "\"spark.sql.caseSensitive\"");
    }
    LambdaFrame frame = {.parent = scope->lambda,
                         .names = source->lambda.names,
                         .types = types,
                         .nullable = nullable,
                         .count = count,
                         .first = resolver->next_lambda};
    resolver->next_lambda += count;
    ExprScope inner = *scope;
    inner.lambda = &frame;
    Expr *body = resolve_expr(&inner, source->args[0], err);
    if (!body) return NULL;
    const Type *wanted =
        pattern_type(resolver->arena, pattern->children[pattern->child_count - 1], bindings);
    const Pattern *result = pattern->children[pattern->child_count - 1];
    if (wanted && result->kind == PATTERN_TYPE)
        body = coerce_cast(resolver->arena, body, wanted, resolver->names.ansi, body->origin);
    else if (wanted && !type_equal(wanted, body->type) &&
             coerce_is_implicit(body->type, wanted, resolver->names.ansi, false))
        body = coerce_cast(resolver->arena, body, wanted, resolver->names.ansi, body->origin);
    Expr *expr = ARENA_NEW(resolver->arena, Expr);
    expr->kind = EXPR_LAMBDA;
    expr->type = body->type;
    expr->nullable = body->nullable;
    expr->args = ARENA_ARRAY(resolver->arena, Expr *, 1);
    expr->args[0] = body;
    expr->arg_count = 1;
    expr->lambda_first = frame.first;
    expr->lambda_count = count;
    expr->origin = source->origin.span;
    expr->text = sql_text_format(resolver->arena, "lambdafunction(@@)",
                                 expr_text(resolver->arena, body), names);
    expr_finish(expr);
    return expr;
}

static bool plain_argument(ExprScope *scope, const UExpr *source, uint32_t index,
                           const Pattern *pattern, Expr **args, Bindings *bindings, Error *err) {
    Resolver *resolver = scope->resolver;
    args[index] = resolve_expr(scope, source->args[index], err);
    if (!args[index]) return false;
    const Type *type = pattern_convert(resolver->arena, pattern, args[index]->type,
                                       resolver->names.ansi, expr_is_foldable(args[index]));
    if (!type) return true; // the binder reports it
    if (!type_equal(type, args[index]->type))
        args[index] = coerce_cast(resolver->arena, args[index], type, resolver->names.ansi,
                                  source->origin.span);
    if (!pattern_unify(resolver->arena, pattern, type, resolver->names.ansi, bindings))
        bindings->types[0] = bindings->types[0]; // the binder reports it
    return true;
}

Expr *resolve_higher_order(ExprScope *scope, const UExpr *source,
                           const FunctionDefinition *definition, Error *err) {
    Resolver *resolver = scope->resolver;
    Signature signature;
    const FunctionDefinition *chosen = choose(resolver, definition, source, &signature);
    if (!chosen) {
        bool any = definition->signature && strchr(definition->signature, '(');
        if (!any)
            return FAIL_NULL(err, source->origin.span,
                             ERR_INVALID_LAMBDA_FUNCTION_CALL__NON_HIGHER_ORDER_FUNCTION, "class",
                             definition->name);
        return FAIL_NULL(err, source->origin.span,
                         ERR_INVALID_LAMBDA_FUNCTION_CALL__NUM_ARGS_MISMATCH, "expectedNumArgs", "",
                         "actualNumArgs", "");
    }
    Expr **args = ARENA_ARRAY(resolver->arena, Expr *, source->arg_count + 1);
    Bindings bindings = {0};
    for (uint32_t i = 0; i < source->arg_count; i++) {
        const Pattern *pattern = signature_arg(&signature, i);
        if (pattern->kind != PATTERN_LAMBDA) {
            if (!plain_argument(scope, source, i, pattern, args, &bindings, err)) return NULL;
            continue;
        }
        args[i] = resolve_lambda(scope, source->args[i], pattern, &bindings, err);
        if (!args[i]) return NULL;
        const Pattern *result = pattern->children[pattern->child_count - 1];
        if (!pattern_unify(resolver->arena, result, args[i]->type, resolver->names.ansi, &bindings))
            break;
    }
    BindContext context = {.arena = resolver->arena,
                           .name = slice_from_cstr(chosen->name),
                           .args = args,
                           .arg_count = source->arg_count,
                           .ansi = resolver->names.ansi,
                           .zone = resolver->scope->query->zone,
                           .query = resolver->scope->query,
                           .origin = source->origin.span};
    return chosen->bind ? chosen->bind(chosen, &context, err)
                        : bind_by_signature(chosen, &context, err);
}

// Every overload of this many arguments wants a lambda at `index`; *arity of the first.
static bool wants_lambda(Resolver *resolver, const FunctionDefinition *definition, uint32_t count,
                         uint32_t index, uint32_t *arity) {
    bool any = false;
    for (; definition; definition = function_next(definition)) {
        Signature signature;
        bool fits = count >= definition->min_args &&
                    (definition->max_args == 255 || count <= definition->max_args);
        if (!fits || !definition->signature) continue;
        signature_parse(resolver->arena, definition->signature, &signature);
        const Pattern *pattern = signature_arg(&signature, index);
        if (!pattern || pattern->kind != PATTERN_LAMBDA) return false;
        if (!any) *arity = lambda_arity(pattern);
        any = true;
    }
    return any;
}

void wrap_constant_lambdas(Resolver *resolver, const FunctionDefinition *definition, UExpr **exprs,
                           uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t arity;
        if (!exprs[i] || exprs[i]->kind == UEXPR_LAMBDA || exprs[i]->kind == UEXPR_STAR ||
            !wants_lambda(resolver, definition, count, i, &arity))
            continue;
        UExpr *lambda = ARENA_NEW(resolver->arena, UExpr);
        *lambda = (UExpr){.kind = UEXPR_LAMBDA, .origin = exprs[i]->origin, .plan_id = -1};
        lambda->args = ARENA_ARRAY(resolver->arena, UExpr *, 1);
        lambda->args[0] = exprs[i];
        lambda->arg_count = 1;
        lambda->lambda.count = arity;
        lambda->lambda.names = ARENA_ARRAY(resolver->arena, Slice, arity);
        for (uint32_t k = 0; k < arity; k++) // no name that could be written
            lambda->lambda.names[k] = arena_printf(resolver->arena, "\x01%u", k);
        exprs[i] = lambda;
    }
}
