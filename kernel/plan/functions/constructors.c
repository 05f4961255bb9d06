// SPDX-License-Identifier: Apache-2.0
// Arrays, maps and structs from their parts; casts written as functions; typeof.
#include "base/text.h"
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/functions/tables.h"

static Expr *bind_array(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    const Type *common =
        coerce_common_of(context->arena, context->args, context->arg_count, context->ansi);
    if (!common) return bind_fail_data_types(context, err);
    bool contains_null = false;
    for (uint32_t i = 0; i < context->arg_count; i++) {
        bind_cast(context, i, common);
        contains_null = contains_null || context->args[i]->nullable;
    }
    return bind_scalar(definition, context, NULL, type_array(context->arena, common, contains_null),
                       false);
}

static const Type *common_of_each_second(const BindContext *context, uint32_t first) {
    Expr **items = ARENA_ARRAY(context->arena, Expr *, context->arg_count + 1);
    uint32_t count = 0;
    for (uint32_t i = first; i < context->arg_count; i += 2) items[count++] = context->args[i];
    return coerce_common_of(context->arena, items, count, context->ansi);
}

static Expr *bind_map(const FunctionDefinition *definition, BindContext *context, Error *err) {
    if (context->arg_count % 2) return bind_fail_count(context, "2n (n > 0)", err);
    bind_text(context);
    const Type *key = common_of_each_second(context, 0);
    const Type *value = common_of_each_second(context, 1);
    if (!key || !value) return bind_fail_data_types(context, err);
    if (key->id == TYPE_MAP || key->id == TYPE_VARIANT) {
        error_set(err, ERR_DATATYPE_MISMATCH__INVALID_MAP_KEY_TYPE, "keyType",
                  type_quoted(context->arena, key), "sqlExpr", bind_quoted(context));
        return NULL;
    }
    bool contains_null = false;
    for (uint32_t i = 0; i < context->arg_count; i++) {
        bind_cast(context, i, i % 2 ? value : key);
        contains_null = contains_null || (i % 2 && context->args[i]->nullable);
    }
    return bind_scalar(definition, context, NULL,
                       type_map(context->arena, key, value, contains_null), false);
}

// Arguments: name, value, name, value, ...
static Expr *bind_named_struct(const FunctionDefinition *definition, BindContext *context,
                               Error *err) {
    if (context->arg_count % 2) return bind_fail_count(context, "2n (n > 0)", err);
    bind_text(context);
    uint32_t count = context->arg_count / 2;
    TypeField *fields = ARENA_ARRAY(context->arena, TypeField, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        Value name;
        if (!type_is_text(context->args[2 * i]->type) || !expr_is_foldable(context->args[2 * i])) {
            error_set(err, ERR_DATATYPE_MISMATCH__CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING,
                      "inputExprs", expr_quoted(context->arena, context->args[2 * i]), "sqlExpr",
                      bind_quoted(context));
            return NULL;
        }
        if (!bind_constant(context, 2 * i, "name", &name, err)) return NULL;
        const Expr *value = context->args[2 * i + 1];
        fields[i] = (TypeField){.name = name.is_null ? SLICE("") : name.bytes,
                                .type = value->type,
                                .nullable = value->nullable};
    }
    return bind_scalar(definition, context, NULL, type_struct(context->arena, fields, count),
                       false);
}

// struct(a, b): names were made by the resolver (it sees the arguments' names), else col1, col2,
// ...
static Expr *bind_struct(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition;
    Expr **args = ARENA_ARRAY(context->arena, Expr *, 2 * (size_t)context->arg_count + 1);
    for (uint32_t i = 0; i < context->arg_count; i++) {
        args[2 * i] = expr_literal(context->arena,
                                   value_string(arena_printf(context->arena, "col%u", i + 1)));
        args[2 * i + 1] = context->args[i];
    }
    return bind_other(context, "named_struct", args, 2 * context->arg_count, err);
}

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

static Expr *bind_typeof(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition, (void)err;
    AUTO(Text, name) = {0};
    type_append_catalog(context->args[0]->type, &name);
    Expr *literal =
        expr_literal(context->arena, value_string(arena_copy(context->arena, text_slice(&name))));
    literal->text = bind_text(context);
    literal->origin = context->origin;
    return literal;
}

#define BY(name, min, max, variant, binder, arguments, summary) \
    { name, FUNCTION_SCALAR, min, max, NULL, NULL, NULL, variant, binder, arguments, summary, NULL }
#define CAST_TO(name, id) \
    BY(name, 1, 1, TYPE_##id, bind_cast_function, "expr", "The value as another type.")

const FunctionDefinition functions_constructors[] = {
    BY("array", 0, 255, 0, bind_array, "expr, ...", "An array of the values."),
    BY("map", 0, 255, 0, bind_map, "key, value, ...", "A map of the pairs."),
    BY("named_struct", 0, 255, 0, bind_named_struct, "name, value, ...",
       "A struct of named fields."),
    BY("struct", 0, 255, 0, bind_struct, "expr, ...", "A struct of the values."),
    BY("typeof", 1, 1, 0, bind_typeof, "expr", "The name of the value's type."),
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
