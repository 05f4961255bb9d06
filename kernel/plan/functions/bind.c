// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/functions/bind.h"

#include "base/text.h"
#include "kernel/exec/aggregates/aggregates.h"
#include "kernel/exec/functions/functions.h"
#include "kernel/plan/functions/signature.h"

// --- texts
// -------------------------------------------------------------------------------------------

const SqlText *bind_text(BindContext *context) {
    if (context->text) return context->text;
    Slice name = arena_copy(context->arena, context->name);
    const FunctionDefinition *definition = function_find(name);
    if (definition && definition->display) {
        name = slice_from_cstr(definition->display);
    } else {
        for (size_t i = 0; i < name.bytes; i++)
            if (name.data[i] >= 'A' && name.data[i] <= 'Z')
                ((char *)name.data)[i] = (char)(name.data[i] + 32);
    }
    bool symbol = name.bytes && strchr("<>=!+-*/%&|^~", name.data[0]);
    if (symbol && context->arg_count == 2) {
        context->text = sql_text_format(
            context->arena, "(@ @ @)", expr_text(context->arena, context->args[0]),
            sql_text(context->arena, name), expr_text(context->arena, context->args[1]));
    } else if (symbol && context->arg_count == 1) {
        context->text = sql_text_format(context->arena, "@@", sql_text(context->arena, name),
                                        expr_text(context->arena, context->args[0]));
    } else if (context->distinct) {
        context->text =
            sql_text_format(context->arena, "@(DISTINCT @)", sql_text(context->arena, name),
                            sql_text_list(context->arena, ", ", context->args, context->arg_count));
    } else {
        context->text = sql_text_call(context->arena, name, context->args, context->arg_count);
    }
    return context->text;
}

const char *bind_quoted(BindContext *context) {
    return arena_cstr(context->arena,
                      sql_text_slice(context->arena,
                                     sql_text_format(context->arena, "\"@\"", bind_text(context))));
}

const char *bind_name_quoted(BindContext *context) {
    const FunctionDefinition *definition = function_find(context->name);
    Slice name = context->name;
    if (definition)
        name = slice_from_cstr(definition->display ? definition->display : definition->name);
    return name_quoted(context->arena, &name, 1);
}

const char *bind_ordinal(uint32_t index) {
    static const char *const WORDS[] = {"first", "second",  "third",  "fourth", "fifth",
                                        "sixth", "seventh", "eighth", "ninth",  "tenth"};
    return index < COUNT_OF(WORDS) ? WORDS[index] : "last";
}

// --- failures
// ------------------------------------------------------------------------------------------

Expr *bind_fail_input(BindContext *context, uint32_t index, const char *required, Error *err) {
    error_set(err, ERR_DATATYPE_MISMATCH__UNEXPECTED_INPUT_TYPE, "sqlExpr", bind_quoted(context),
              "paramIndex", bind_ordinal(index), "requiredType", required, "inputSql",
              expr_quoted(context->arena, context->args[index]), "inputType",
              type_quoted(context->arena, context->args[index]->type));
    error_set_span(err, context->origin);
    return NULL;
}

Expr *bind_fail_data_types(BindContext *context, Error *err) {
    AUTO(Text, types) = {0};
    text_append_char(&types, '(');
    for (uint32_t i = 0; i < context->arg_count; i++) {
        if (i) text_append_cstr(&types, " or ");
        text_append_cstr(&types, type_quoted(context->arena, context->args[i]->type));
    }
    text_append_char(&types, ')');
    error_set(err, ERR_DATATYPE_MISMATCH__DATA_DIFF_TYPES, "functionName",
              bind_name_quoted(context), "dataType", text_cstr(&types), "sqlExpr",
              bind_quoted(context));
    error_set_span(err, context->origin);
    return NULL;
}

Expr *bind_fail_count(BindContext *context, const char *expected, Error *err) {
    Slice name = context->name;
    error_set(err, ERR_WRONG_NUM_ARGS__WITHOUT_SUGGESTION, "functionName",
              name_quoted(context->arena, &name, 1), "expectedNum", expected);
    error_add_format(err, "actualNum", "%u", context->arg_count);
    error_add(err, "docroot", SLICE("https://spark.apache.org/docs/latest"));
    error_set_span(err, context->origin);
    return NULL;
}

// --- results
// -------------------------------------------------------------------------------------------

static bool kernel_missing(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    (void)args, (void)rows, (void)out;
    AUTO(Text, feature) = {0};
    text_printf(&feature, "the function %s", frame->call->function->name);
    return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", text_cstr(&feature));
}

static CompareOp compare_of_name(const char *name) {
    static const char *const NAMES[] = {
        [COMPARE_EQ] = "=",
        [COMPARE_NULL_SAFE_EQ] = "<=>",
        [COMPARE_NE] = "!=",
        [COMPARE_LT] = "<",
        [COMPARE_LE] = "<=",
        [COMPARE_GT] = ">",
        [COMPARE_GE] = ">=",
        [COMPARE_IS_NULL] = "isnull",
        [COMPARE_IS_NOT_NULL] = "isnotnull",
    };
    for (size_t i = 1; i < COUNT_OF(NAMES); i++)
        if (strcmp(NAMES[i], name) == 0) return (CompareOp)i;
    return COMPARE_NONE;
}

static const ScalarFunction *scalar_missing(Arena *arena, const char *name) {
    ScalarFunction *scalar = ARENA_NEW(arena, ScalarFunction);
    scalar->comparison = compare_of_name(name);
    scalar->name = name;
    scalar->kernel = kernel_missing;
    scalar->nulls = NULLS_HANDLED;
    scalar->may_fail = true;
    scalar->is_volatile = true; // not folded, so that only running it fails
    return scalar;
}

static bool missing_update(AggregateFrame *frame, const Vector *args, Rows rows,
                           void *const *states, Error *err) {
    (void)args, (void)rows, (void)states;
    AUTO(Text, feature) = {0};
    text_printf(&feature, "the aggregate function %s", frame->call->function->name);
    return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", text_cstr(&feature));
}

static bool missing_update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                               Error *err) {
    return missing_update(frame, args, rows, &state, err);
}

static bool missing_combine(AggregateFrame *frame, void *const *into, void *const *from,
                            uint32_t count, Error *err) {
    (void)from, (void)count;
    return missing_update(frame, NULL, (Rows){0}, into, err);
}

static bool missing_finalize(AggregateFrame *frame, void *const *states, uint32_t count,
                             Vector *out, Arena *arena, Error *err) {
    (void)count, (void)out, (void)arena;
    return missing_update(frame, NULL, (Rows){0}, states, err);
}

static const AggregateFunction *aggregate_missing(Arena *arena, const char *name) {
    AggregateFunction *function = ARENA_NEW(arena, AggregateFunction);
    *function = (AggregateFunction){.name = name,
                                    .state_bytes = 8,
                                    .update = missing_update,
                                    .update_one = missing_update_one,
                                    .combine = missing_combine,
                                    .finalize = missing_finalize};
    return function;
}

static const bool ANSI_CALL = true;

static const ScalarFunction *scalar_for(const char *name, BindContext *context, const Type *type) {
    const Type **types = ARENA_ARRAY(context->arena, const Type *, context->arg_count + 1);
    for (uint32_t i = 0; i < context->arg_count; i++) types[i] = context->args[i]->type;
    return scalar_find(name, types, context->arg_count, type);
}

Expr *bind_scalar(const FunctionDefinition *definition, BindContext *context,
                  const ScalarFunction *scalar, const Type *type, bool nullable) {
    if (!scalar) scalar = scalar_for(definition->name, context, type);
    if (!scalar) scalar = scalar_missing(context->arena, definition->name);
    Expr *call =
        expr_call(context->arena, scalar, type, nullable, context->args, context->arg_count);
    call->origin = context->origin;
    call->text = bind_text(context);
    call->function_data = context->ansi ? &ANSI_CALL : NULL;
    return call;
}

Expr *bind_aggregate(const FunctionDefinition *definition, BindContext *context,
                     const AggregateFunction *aggregate, const Type *type, bool nullable) {
    AggregateCall *call = ARENA_NEW(context->arena, AggregateCall);
    const Type **types = ARENA_ARRAY(context->arena, const Type *, context->arg_count + 1);
    for (uint32_t i = 0; i < context->arg_count; i++) types[i] = context->args[i]->type;
    call->function = aggregate;
    if (!aggregate)
        call->function =
            aggregate_find(slice_from_cstr(definition->name), types, context->arg_count, type);
    if (!call->function) call->function = aggregate_missing(context->arena, definition->name);
    call->type = type;
    call->nullable = nullable;
    call->distinct = context->distinct;
    call->args = context->args;
    call->arg_count = context->arg_count;
    call->filter = context->filter;
    call->order = context->order;
    call->order_count = context->order_count;
    call->ignore_nulls = context->ignore_nulls;
    call->origin = context->origin;
    call->name = slice_from_cstr(definition->name);
    call->function_data = context->ansi ? &ANSI_CALL : NULL;
    Expr *expr = ARENA_NEW(context->arena, Expr);
    expr->kind = EXPR_AGGREGATE;
    expr->type = type;
    expr->nullable = nullable;
    expr->may_fail = true;
    expr->aggregate = call;
    expr->origin = context->origin;
    expr->text = bind_text(context);
    return expr;
}

Expr *bind_other(BindContext *context, const char *name, Expr **args, uint32_t count, Error *err) {
    BindContext other = *context;
    other.name = slice_from_cstr(name);
    other.args = args;
    other.arg_count = count;
    other.text = bind_text(context);
    return function_bind(&other, err);
}

// --- arguments
// -----------------------------------------------------------------------------------------

Expr *expr_duplicate(Arena *arena, const Expr *expr) {
    Expr *copy = ARENA_NEW(arena, Expr);
    *copy = *expr;
    if (!expr->arg_count) return copy;
    copy->args = ARENA_ARRAY(arena, Expr *, expr->arg_count);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        copy->args[i] = expr_duplicate(arena, expr->args[i]);
    return copy;
}

void bind_cast(BindContext *context, uint32_t index, const Type *type) {
    context->args[index] =
        coerce_cast(context->arena, context->args[index], type, context->ansi, context->origin);
}

static bool arg_convert(BindContext *context, uint32_t index, const Pattern *pattern, Error *err) {
    const Expr *arg = context->args[index];
    const Type *to =
        pattern_convert(context->arena, pattern, arg->type, context->ansi, expr_is_foldable(arg));
    if (to) {
        if (!type_equal(to, arg->type)) bind_cast(context, index, to);
        return true;
    }
    AUTO(Text, required) = {0};
    pattern_append_required(pattern, &required);
    bind_fail_input(context, index, text_cstr(&required), err);
    return false;
}

bool bind_arg(BindContext *context, uint32_t index, const char *pattern, Error *err) {
    Signature signature;
    signature_parse(context->arena,
                    arena_cstr(context->arena, arena_printf(context->arena, "%s->any", pattern)),
                    &signature);
    return arg_convert(context, index, signature.args[0], err);
}

bool bind_any_nullable(const BindContext *context) {
    for (uint32_t i = 0; i < context->arg_count; i++)
        if (context->args[i]->nullable) return true;
    return false;
}

bool bind_constant(BindContext *context, uint32_t index, const char *input, Value *value,
                   Error *err) {
    Expr *arg = context->args[index];
    if (arg->kind == EXPR_LITERAL) {
        *value = arg->literal;
        return true;
    }
    if (expr_is_foldable(arg) && context->query)
        return expr_constant(arg, context->query, context->arena, value, err);
    Slice name = slice_from_cstr(input);
    error_set(err, ERR_DATATYPE_MISMATCH__NON_FOLDABLE_INPUT, "inputName",
              name_quoted(context->arena, &name, 1), "inputType",
              type_quoted(context->arena, arg->type), "inputExpr", expr_quoted(context->arena, arg),
              "sqlExpr", bind_quoted(context));
    error_set_span(err, context->origin);
    return false;
}

// --- signatures
// ----------------------------------------------------------------------------------------

static bool arity_fits(const FunctionDefinition *definition, uint32_t count) {
    return count >= definition->min_args &&
           (definition->max_args == 255 || count <= definition->max_args);
}

static bool accepts_all(const Signature *signature, Expr *const *args, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const Pattern *pattern = signature_arg(signature, i);
        if (!pattern || !pattern_accepts(pattern, args[i]->type)) return false;
    }
    return true;
}

const FunctionDefinition *bind_exact(const FunctionDefinition *definition, Arena *arena,
                                     Expr *const *args, uint32_t count) {
    for (; definition; definition = function_next(definition)) {
        if (!definition->signature || !arity_fits(definition, count)) continue;
        Signature signature;
        signature_parse(arena, definition->signature, &signature);
        if (accepts_all(&signature, args, count)) return definition;
    }
    return NULL;
}

static bool converts_all(const Signature *signature, const BindContext *context) {
    for (uint32_t i = 0; i < context->arg_count; i++) {
        const Pattern *pattern = signature_arg(signature, i);
        const Expr *arg = context->args[i];
        if (!pattern || !pattern_convert(context->arena, pattern, arg->type, context->ansi,
                                         expr_is_foldable(arg)))
            return false;
    }
    return true;
}

// The overload that the arguments convert to; the last of fitting arity when none does.
static const FunctionDefinition *overload_choose(const FunctionDefinition *definition,
                                                 const BindContext *context) {
    const FunctionDefinition *exact =
        bind_exact(definition, context->arena, context->args, context->arg_count);
    if (exact) return exact;
    const FunctionDefinition *last = NULL;
    for (; definition; definition = function_next(definition)) {
        if (!definition->signature || !arity_fits(definition, context->arg_count)) continue;
        Signature signature;
        signature_parse(context->arena, definition->signature, &signature);
        if (converts_all(&signature, context)) return definition;
        if (!last) last = definition;
    }
    return last;
}

static bool letters_bind(BindContext *context, const Signature *signature, Bindings *bindings,
                         Error *err) {
    for (uint32_t i = 0; i < context->arg_count; i++) {
        const Pattern *pattern = signature_arg(signature, i);
        const Type *type = context->args[i]->type;
        if (pattern->kind == PATTERN_LAMBDA) pattern = pattern->children[pattern->child_count - 1];
        if (!pattern_unify(context->arena, pattern, type, context->ansi, bindings)) {
            bind_fail_data_types(context, err);
            return false;
        }
    }
    for (uint32_t i = 0; i < context->arg_count; i++) {
        const Pattern *pattern = signature_arg(signature, i);
        const Type *type = pattern_type(context->arena, pattern, bindings);
        if (type && pattern->kind != PATTERN_LAMBDA && pattern->kind != PATTERN_TYPE &&
            !type_equal(type, context->args[i]->type))
            bind_cast(context, i, type);
    }
    return true;
}

// decimal, time and letters in the result take their type from the argument of the same pattern.
static const Type *result_type(BindContext *context, const Signature *signature,
                               const Bindings *bindings) {
    const Type *type = pattern_type(context->arena, signature->result, bindings);
    for (uint32_t i = 0; !type && i < context->arg_count; i++)
        if (signature_arg(signature, i)->kind == signature->result->kind ||
            pattern_accepts(signature->result, context->args[i]->type))
            type = context->args[i]->type;
    if (type) return type;
    switch (signature->result->kind) { // nothing to take it from: the family's own default
    case PATTERN_TIME: return type_time(6);
    case PATTERN_INTERVAL_YM: return type_interval(UNIT_YEAR, UNIT_MONTH);
    case PATTERN_INTERVAL_DT: return type_interval(UNIT_DAY, UNIT_SECOND);
    case PATTERN_DECIMAL: return type_decimal(38, 18);
    case PATTERN_NUMERIC:
    case PATTERN_FRACTIONAL: return type_of(TYPE_DOUBLE);
    case PATTERN_INTEGRAL: return type_of(TYPE_BIGINT);
    case PATTERN_TIMESTAMPS: return type_of(TYPE_TIMESTAMP);
    default: return type_of(TYPE_VOID);
    }
}

static Expr *bind_result(const FunctionDefinition *definition, BindContext *context,
                         const Type *type, bool nullable) {
    Expr *expr = NULL;
    switch (definition->function_class) {
    case FUNCTION_SCALAR:
        return bind_scalar(definition, context, definition->scalar, type, nullable);
    case FUNCTION_AGGREGATE:
        return bind_aggregate(definition, context, definition->aggregate, type, nullable);
    case FUNCTION_WINDOW:
        expr = ARENA_NEW(context->arena, Expr);
        expr->kind = EXPR_WINDOW;
        expr->window = ARENA_NEW(context->arena, WindowCall);
        *expr->window = (WindowCall){.kind = (WindowKind)definition->variant,
                                     .type = type,
                                     .nullable = nullable,
                                     .args = context->args,
                                     .arg_count = context->arg_count,
                                     .ignore_nulls = context->ignore_nulls,
                                     .name = slice_from_cstr(definition->name),
                                     .origin = context->origin};
        break;
    case FUNCTION_GENERATOR:
    case FUNCTION_TABLE:
        expr = ARENA_NEW(context->arena, Expr);
        expr->kind = EXPR_GENERATOR;
        expr->generator = ARENA_NEW(context->arena, GeneratorCall);
        expr->generator->kind = (GeneratorKind)definition->variant;
        expr->generator->args = context->args;
        expr->generator->arg_count = context->arg_count;
        break;
    }
    expr->type = type;
    expr->nullable = nullable;
    expr->may_fail = true;
    expr->origin = context->origin;
    expr->text = bind_text(context);
    return expr;
}

Expr *bind_by_signature(const FunctionDefinition *definition, BindContext *context, Error *err) {
    const FunctionDefinition *overload = overload_choose(definition, context);
    if (!overload) {
        error_internal(err, "no signature of %s takes %u arguments", definition->name,
                       context->arg_count);
        return NULL;
    }
    bind_text(context); // before conversions
    Signature signature;
    signature_parse(context->arena, overload->signature, &signature);
    for (uint32_t i = 0; i < context->arg_count; i++)
        if (!arg_convert(context, i, signature_arg(&signature, i), err)) return NULL;
    Bindings bindings = {0};
    if (!letters_bind(context, &signature, &bindings, err)) return NULL;
    bool nullable =
        signature.always_nullable || (!signature.never_nullable && bind_any_nullable(context));
    return bind_result(overload, context, result_type(context, &signature, &bindings), nullable);
}
