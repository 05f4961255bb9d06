// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/functions/predicates.h"

#include "base/text.h"
#include "kernel/plan/functions/arithmetic.h"

// --- comparisons
// -------------------------------------------------------------------------------------

static void cast_both(BindContext *context, const Type *type) {
    bind_cast(context, 0, type);
    bind_cast(context, 1, type);
}

// The legacy rules compare a string as the other side's type.
static const Type *legacy_common(const Type *a, const Type *b) {
    if (type_is_text(b)) return legacy_common(b, a);
    if (!type_is_text(a) || type_is_text(b) || type_is_nested(b) || b->id == TYPE_VOID) return NULL;
    if (b->id == TYPE_INTERVAL_YEAR_MONTH || b->id == TYPE_INTERVAL_DAY_TIME) return NULL;
    if (b->id == TYPE_BINARY) return NULL;
    return b;
}

bool comparison_coerce(BindContext *context) {
    Expr *a = context->args[0], *b = context->args[1];
    if ((a->type->id == TYPE_DECIMAL) != (b->type->id == TYPE_DECIMAL)) {
        uint32_t other = a->type->id == TYPE_DECIMAL;
        const Type *digits = coerce_literal_decimal(context->args[other]);
        if (digits) bind_cast(context, other, digits);
    }
    const Type *left = context->args[0]->type, *right = context->args[1]->type;
    if (type_equal(left, right)) return true;
    const Type *common = context->ansi ? NULL : legacy_common(left, right);
    if (!common) common = coerce_common(context->arena, left, right, context->ansi);
    if (!common && !context->ansi &&
        ((left->id == TYPE_BOOLEAN && type_is_numeric(right)) ||
         (right->id == TYPE_BOOLEAN && type_is_numeric(left))))
        common = left->id == TYPE_BOOLEAN ? right : left;
    if (!common) return false;
    cast_both(context, common);
    return true;
}

static Expr *fail_ordering(BindContext *context, const char *name, Error *err) {
    Slice quoted = slice_from_cstr(name);
    error_set(err, ERR_DATATYPE_MISMATCH__INVALID_ORDERING_TYPE, "functionName",
              name_quoted(context->arena, &quoted, 1), "dataType",
              type_quoted(context->arena, context->args[0]->type), "sqlExpr", bind_quoted(context));
    error_set_span(err, context->origin);
    return NULL;
}

static Expr *compare(const FunctionDefinition *definition, BindContext *context) {
    const FunctionDefinition *row =
        bind_exact(definition, context->arena, context->args, context->arg_count);
    bool null_safe = strcmp(definition->name, "<=>") == 0;
    return bind_scalar(row ? row : definition, context, row ? row->scalar : NULL,
                       type_of(TYPE_BOOLEAN), !null_safe && bind_any_nullable(context));
}

Expr *bind_comparison(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    if (!context->text)
        context->text = sql_text_format(arena, "(@ $ @)", expr_text(arena, context->args[0]),
                                        definition->name, expr_text(arena, context->args[1]));
    if (!comparison_coerce(context)) return bind_fail_operands(context, err);
    const Type *type = context->args[0]->type;
    if (!type_is_orderable(type)) {
        bool equality = strchr(definition->name, '=') && !strpbrk(definition->name, "<>");
        bool comparable = type->id == TYPE_INTERVAL && equality;
        if (!comparable) return fail_ordering(context, definition->name, err);
    }
    return compare(definition, context);
}

// --- logic
// -------------------------------------------------------------------------------------------

static bool boolean_args(BindContext *context) {
    for (uint32_t i = 0; i < context->arg_count; i++) {
        const Type *type = context->args[i]->type;
        if (type->id == TYPE_VOID || (type_is_text(type) && context->ansi))
            bind_cast(context, i, type_of(TYPE_BOOLEAN));
        if (context->args[i]->type->id != TYPE_BOOLEAN) return false;
    }
    return true;
}

Expr *bind_logic(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    bool is_and = definition->variant == 'a';
    const SqlText *text = expr_text(arena, context->args[0]);
    for (uint32_t i = 1; i < context->arg_count; i++)
        text = sql_text_format(arena, is_and ? "(@ AND @)" : "(@ OR @)", text,
                               expr_text(arena, context->args[i]));
    context->text = text;
    if (!boolean_args(context)) {
        if (!type_equal(context->args[0]->type, context->args[1]->type))
            return bind_fail_operands(context, err);
        return bind_fail_operator(context, "\"BOOLEAN\"", err);
    }
    Expr *expr = ARENA_NEW(arena, Expr);
    expr->kind = is_and ? EXPR_AND : EXPR_OR;
    expr->type = type_of(TYPE_BOOLEAN);
    expr->nullable = bind_any_nullable(context);
    expr->args = context->args;
    expr->arg_count = context->arg_count;
    expr->origin = context->origin;
    expr->text = text;
    expr_finish(expr);
    return expr;
}

Expr *bind_not(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    context->text = sql_text_format(arena, "(NOT @)", expr_text(arena, context->args[0]));
    if (!boolean_args(context)) return bind_fail_input(context, 0, "\"BOOLEAN\"", err);
    return bind_scalar(definition, context, definition->scalar, type_of(TYPE_BOOLEAN),
                       context->args[0]->nullable);
}

Expr *bind_is_null(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)err;
    static const struct {
        char variant;
        const char *format;
    } FORMATS[] = {{'n', "(@ IS NOT NULL)"}, {'u', "(@ IS UNKNOWN)"}, {'k', "(@ IS NOT UNKNOWN)"}};
    const char *format = "(@ IS NULL)";
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++)
        if (definition->variant == FORMATS[i].variant) format = FORMATS[i].format;
    context->text =
        sql_text_format(context->arena, format, expr_text(context->arena, context->args[0]));
    return bind_scalar(definition, context, definition->scalar, type_of(TYPE_BOOLEAN), false);
}

// --- IN, BETWEEN, LIKE
// -------------------------------------------------------------------------------

Expr *bind_in(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition;
    Arena *arena = context->arena;
    context->text =
        sql_text_format(arena, "(@ IN (@))", expr_text(arena, context->args[0]),
                        sql_text_list(arena, ", ", context->args + 1, context->arg_count - 1));
    const Type *common = coerce_common_of(arena, context->args, context->arg_count, context->ansi);
    if (!common) {
        context->name = SLICE("in");
        bind_fail_data_types(context, err);
        AUTO(Text, types) = {0};
        for (uint32_t i = 0; i < context->arg_count; i++)
            text_printf(&types, "%s%s", i ? ", " : "[", type_quoted(arena, context->args[i]->type));
        text_append_char(&types, ']');
        error_set(err, ERR_DATATYPE_MISMATCH__DATA_DIFF_TYPES, "functionName", "`in`", "dataType",
                  text_cstr(&types), "sqlExpr", bind_quoted(context));
        return NULL;
    }
    for (uint32_t i = 0; i < context->arg_count; i++) bind_cast(context, i, common);
    if (!type_is_orderable(common) && common->id != TYPE_VOID)
        return fail_ordering(context, "in", err);
    Expr *expr = ARENA_NEW(arena, Expr);
    expr->kind = EXPR_IN;
    expr->type = type_of(TYPE_BOOLEAN);
    expr->nullable = bind_any_nullable(context);
    expr->args = context->args;
    expr->arg_count = context->arg_count;
    expr->origin = context->origin;
    expr->text = context->text;
    expr_finish(expr);
    return expr;
}

Expr *bind_between(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition;
    Arena *arena = context->arena;
    context->text = sql_text_call(arena, SLICE("between"), context->args, 3);
    Expr **sides = ARENA_ARRAY(arena, Expr *, 2);
    for (uint32_t i = 0; i < 2; i++) {
        Expr **args = ARENA_ARRAY(arena, Expr *, 2);
        args[0] = i ? expr_duplicate(arena, context->args[0]) : context->args[0];
        args[1] = context->args[i + 1];
        BindContext side = *context;
        side.name = slice_from_cstr(i ? "<=" : ">=");
        side.args = args;
        side.arg_count = 2;
        side.text = NULL;
        sides[i] = function_bind(&side, err);
        if (!sides[i]) return NULL;
    }
    Expr *expr = expr_and(arena, sides, 2);
    expr->origin = context->origin;
    expr->text = context->text;
    return expr;
}

Expr *bind_like(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    const SqlText *left = expr_text(arena, context->args[0]);
    const SqlText *right = expr_text(arena, context->args[1]);
    if (definition->variant == 'l') {
        context->text = sql_text_format(arena, "@ LIKE @", left, right);
        if (context->arg_count == 3)
            context->text = sql_text_format(arena, "@ LIKE @ ESCAPE '@'", left, right,
                                            expr_text(arena, context->args[2]));
    } else if (definition->variant == 'i') {
        context->text = sql_text_format(arena, "ilike(@, @)", left, right);
    } else {
        const char *name = strcmp(definition->name, "rlike") == 0    ? "RLIKE"
                           : strcmp(definition->name, "regexp") == 0 ? "REGEXP"
                                                                     : "REGEXP_LIKE";
        context->text = sql_text_format(arena, "$(@, @)", name, left, right);
    }
    for (uint32_t i = 0; i < context->arg_count; i++)
        if (!bind_arg(context, i, "string", err)) return NULL;
    return bind_scalar(definition, context, definition->scalar, type_of(TYPE_BOOLEAN),
                       bind_any_nullable(context));
}

static Expr *like_one(BindContext *context, uint32_t index, const char *like, bool negated,
                      Error *err) {
    Expr **pair = ARENA_ARRAY(context->arena, Expr *, 2);
    pair[0] = expr_duplicate(context->arena, context->args[0]);
    pair[1] = context->args[index];
    BindContext one = *context;
    one.name = slice_from_cstr(like);
    one.args = pair;
    one.arg_count = 2;
    one.text = NULL;
    Expr *match = function_bind(&one, err);
    return match && negated ? bind_other(context, "not", &match, 1, err) : match;
}

Expr *bind_like_many(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    const char *name = definition->name;
    bool negated = name[0] == 'n';
    bool ignore_case = name[negated ? 3 : 0] == 'i';
    bool all = name[strlen(name) - 1] == 'l';
    context->text =
        sql_text_format(arena, "$(@, @)", definition->name, expr_text(arena, context->args[0]),
                        sql_text_list(arena, ", ", context->args + 1, context->arg_count - 1));
    const SqlText *text = context->text;
    uint32_t count = context->arg_count - 1;
    Expr **matches = ARENA_ARRAY(arena, Expr *, count);
    for (uint32_t i = 0; i < count; i++) {
        matches[i] = like_one(context, i + 1, ignore_case ? "ilike" : "like", negated, err);
        if (!matches[i]) return NULL;
    }
    if (count == 1) return matches[0];
    Expr *expr = bind_other(context, all ? "and" : "or", matches, count, err);
    if (expr) expr->text = text;
    return expr;
}

// --- conditionals
// --------------------------------------------------------------------------------------

static Expr *make(BindContext *context, ExprKind kind, const Type *type, bool nullable) {
    Expr *expr = ARENA_NEW(context->arena, Expr);
    expr->kind = kind;
    expr->type = type;
    expr->nullable = nullable;
    expr->args = context->args;
    expr->arg_count = context->arg_count;
    expr->origin = context->origin;
    expr->text = bind_text(context);
    expr_finish(expr);
    return expr;
}

Expr *bind_coalesce(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition;
    bind_text(context);
    const Type *common =
        coerce_common_of(context->arena, context->args, context->arg_count, context->ansi);
    if (!common) {
        if (context->arg_count == 2 && definition->name[0] != 'c')
            context->name = SLICE("coalesce");
        return bind_fail_data_types(context, err);
    }
    bool nullable = true;
    for (uint32_t i = 0; i < context->arg_count; i++) {
        bind_cast(context, i, common);
        nullable = nullable && context->args[i]->nullable;
    }
    return make(context, EXPR_COALESCE, common, nullable);
}

static Expr *fail_branches(BindContext *context, const char *name, Expr **branches, uint32_t count,
                           Error *err) {
    AUTO(Text, types) = {0};
    for (uint32_t i = 0; i < count; i++)
        text_printf(&types, "%s%s", i ? ", " : "[", type_quoted(context->arena, branches[i]->type));
    text_append_char(&types, ']');
    error_set(err, ERR_DATATYPE_MISMATCH__DATA_DIFF_TYPES, "functionName", name, "dataType",
              text_cstr(&types), "sqlExpr", bind_quoted(context));
    error_set_span(err, context->origin);
    return NULL;
}

Expr *bind_if(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition;
    context->text = sql_text_format(
        context->arena, "(IF(@, @, @))", expr_text(context->arena, context->args[0]),
        expr_text(context->arena, context->args[1]), expr_text(context->arena, context->args[2]));
    const Type *common = coerce_common_of(context->arena, context->args + 1, 2, context->ansi);
    if (!common) return fail_branches(context, "`if`", context->args + 1, 2, err);
    if (!bind_arg(context, 0, "boolean", err)) return NULL;
    bind_cast(context, 1, common);
    bind_cast(context, 2, common);
    return make(context, EXPR_CASE, common,
                context->args[1]->nullable || context->args[2]->nullable);
}

Expr *bind_case(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition;
    Arena *arena = context->arena;
    uint32_t count = context->arg_count;
    Expr **branches = ARENA_ARRAY(arena, Expr *, count + 1);
    uint32_t branch_count = 0;
    bool nullable = count % 2 == 0;
    const SqlText *text = sql_text(arena, SLICE("CASE"));
    for (uint32_t i = 0; i < count; i++) {
        const SqlText *part = expr_text(arena, context->args[i]);
        if (i % 2 || i + 1 == count) branches[branch_count++] = context->args[i];
        if (i % 2) text = sql_text_format(arena, "@ THEN @", text, part);
        else text = sql_text_format(arena, i + 1 == count ? "@ ELSE @" : "@ WHEN @", text, part);
    }
    context->text = sql_text_format(arena, "@ END", text);
    const Type *common = coerce_common_of(arena, branches, branch_count, context->ansi);
    if (!common) return fail_branches(context, "`casewhen`", branches, branch_count, err);
    for (uint32_t i = 0; i < count; i++) {
        bool is_then = i % 2 || i + 1 == count;
        if (is_then) bind_cast(context, i, common);
        else if (!bind_arg(context, i, "boolean", err)) return NULL;
        nullable = nullable || (is_then && context->args[i]->nullable);
    }
    return make(context, EXPR_CASE, common, nullable);
}

Expr *bind_nvl2(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition;
    bind_text(context);
    Expr **args = ARENA_ARRAY(context->arena, Expr *, 3);
    args[0] = bind_other(context, "isnotnull", context->args, 1, err);
    if (!args[0]) return NULL;
    args[1] = context->args[1];
    args[2] = context->args[2];
    const SqlText *text = context->text;
    Expr *expr = bind_other(context, "if", args, 3, err);
    if (expr) expr->text = text;
    return expr;
}

Expr *bind_nullif(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition;
    Arena *arena = context->arena;
    const SqlText *text = bind_text(context);
    Expr **pair = ARENA_ARRAY(arena, Expr *, 2);
    pair[0] = expr_duplicate(arena, context->args[0]);
    pair[1] = context->args[1];
    BindContext equal = *context;
    equal.name = SLICE("=");
    equal.args = pair;
    equal.text = NULL;
    Expr **args = ARENA_ARRAY(arena, Expr *, 3);
    args[0] = function_bind(&equal, err);
    if (!args[0]) return NULL;
    args[1] = expr_literal(arena, value_null(context->args[0]->type));
    args[2] = context->args[0];
    Expr *expr = bind_other(context, "if", args, 3, err);
    if (expr) expr->text = text;
    return expr;
}

// nullifzero(x) and zeroifnull(x): the variant is 'n' or 'z'.
Expr *bind_zero(const FunctionDefinition *definition, BindContext *context, Error *err) {
    const SqlText *text = bind_text(context);
    Expr **args = ARENA_ARRAY(context->arena, Expr *, 2);
    args[0] = context->args[0];
    args[1] = expr_literal(context->arena, value_int(TYPE_INT, 0));
    BindContext other = *context;
    other.name = slice_from_cstr(definition->variant == 'n' ? "nullif" : "coalesce");
    other.args = args;
    other.arg_count = 2;
    Expr *expr = function_bind(&other, err);
    if (expr) expr->text = text;
    return expr;
}

// decode(expr, search, result, ... [, default]) with more than two arguments: a CASE that takes
// NULL as equal to NULL.
Expr *bind_decode(const FunctionDefinition *definition, BindContext *context, Error *err) {
    if (context->arg_count == 2) return bind_by_signature(definition, context, err);
    const SqlText *text = bind_text(context);
    uint32_t pairs = (context->arg_count - 1) / 2, count = 0;
    Expr **args = ARENA_ARRAY(context->arena, Expr *, context->arg_count);
    for (uint32_t p = 0; p < pairs; p++) {
        BindContext equal = *context;
        Expr **sides = ARENA_ARRAY(context->arena, Expr *, 2);
        sides[0] = context->args[0];
        sides[1] = context->args[1 + 2 * p];
        equal.name = SLICE("<=>");
        equal.args = sides;
        equal.arg_count = 2;
        equal.text = NULL;
        args[count] = function_bind(&equal, err);
        if (!args[count++]) return NULL;
        args[count++] = context->args[2 + 2 * p];
    }
    if (context->arg_count % 2 == 0) args[count++] = context->args[context->arg_count - 1];
    BindContext cases = *context;
    cases.name = SLICE("when");
    cases.args = args;
    cases.arg_count = count;
    Expr *expr = function_bind(&cases, err);
    if (expr) expr->text = text;
    return expr;
}
