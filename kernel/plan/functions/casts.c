// SPDX-License-Identifier: Apache-2.0
// Casts written as functions.
#include "base/text.h"
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/functions/tables.h"

// bigint(x) is CAST(x AS BIGINT), but prints as x.
static Expr *bind_cast_function(const FunctionDefinition *definition, BindContext *context,
                                Error *err) {
    Expr *arg = context->args[0];
    const Type *type = type_of((TypeId)definition->variant);
    CastMode mode = context->ansi ? CAST_ANSI : CAST_LEGACY;
    if (arg->type->id != TYPE_VOID && !type_equal(arg->type, type) &&
        !cast_is_allowed(arg->type, type, mode)) {
        AUTO(Text, name) = {0};
        type_append_sql(type, &name);
        Slice sql = arena_printf(context->arena, "\"CAST(%.*s AS %s)\"",
                                 SLICE_ARGS(expr_pretty(context->arena, arg)), text_cstr(&name));
        error_set(err, ERR_DATATYPE_MISMATCH__CAST_WITHOUT_SUGGESTION, "sqlExpr",
                  arena_cstr(context->arena, sql), "srcType",
                  type_quoted(context->arena, arg->type), "targetType",
                  type_quoted(context->arena, type));
        error_set_span(err, context->origin);
        return NULL;
    }
    if (type_equal(arg->type, type)) return arg;
    Expr *cast = expr_cast(context->arena, arg, type, mode);
    cast->origin = context->origin;
    cast->text = expr_text(context->arena, arg);
    return cast;
}

#define BY(name, min, max, variant, binder, arguments, summary) \
    { name, FUNCTION_SCALAR, min, max, NULL, NULL, NULL, variant, binder, arguments, summary, NULL }
#define CAST_TO(name, id) \
    BY(name, 1, 1, TYPE_##id, bind_cast_function, "expr", "The value as another type.")

const FunctionDefinition functions_casts[] = {
    CAST_TO("bigint", BIGINT),
    CAST_TO("binary", BINARY),
    CAST_TO("boolean", BOOLEAN),
    CAST_TO("date", DATE),
    CAST_TO("decimal", DECIMAL),
    CAST_TO("double", DOUBLE),
    CAST_TO("float", FLOAT),
    CAST_TO("int", INT),
    CAST_TO("smallint", SMALLINT),
    CAST_TO("string", STRING),
    CAST_TO("time", TIME),
    CAST_TO("timestamp", TIMESTAMP),
    CAST_TO("tinyint", TINYINT),
    {NULL, FUNCTION_SCALAR, 0, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
