// SPDX-License-Identifier: Apache-2.0
// Functions of JSON text and VARIANT values; types given as text.
#include "kernel/plan/functions/scalar.h"

// --- types as DDL text -------------------------------------------------------------------------

typedef struct Ddl {
    Arena *arena;
    Slice rest;
    int depth;
} Ddl;

static void skip_space(Ddl *d) {
    while (d->rest.bytes && (uint8_t)d->rest.data[0] <= ' ') d->rest = slice_from(d->rest, 1);
}

static bool take(Ddl *d, char c) {
    skip_space(d);
    if (!d->rest.bytes || d->rest.data[0] != c) return false;
    d->rest = slice_from(d->rest, 1);
    return true;
}

static Slice take_word(Ddl *d) {
    size_t bytes = 0;
    skip_space(d);
    if (d->rest.bytes && d->rest.data[0] == '`') {
        size_t stop = slice_find_char(d->rest, '`', 1);
        if (stop == SIZE_MAX) return SLICE_NONE;
        Slice word = slice_of(d->rest.data + 1, stop - 1);
        d->rest = slice_from(d->rest, stop + 1);
        return word;
    }
    while (bytes < d->rest.bytes) {
        char c = d->rest.data[bytes];
        bool part =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!part) break;
        bytes++;
    }
    Slice word = slice_first(d->rest, bytes);
    d->rest = slice_from(d->rest, bytes);
    return word;
}

static const Type *ddl_type(Ddl *d);

// name[:] type, ... up to what ends the list
static const Type *ddl_fields(Ddl *d) {
    TypeField *fields = NULL;
    uint32_t count = 0;
    do {
        TypeField field = {.name = take_word(d), .nullable = true};
        (void)take(d, ':');
        field.type = field.name.bytes ? ddl_type(d) : NULL;
        if (!field.type) return NULL;
        ARENA_PUSH(d->arena, fields, count, field);
    } while (take(d, ','));
    return type_struct(d->arena, fields, count);
}

static const Type *ddl_nested(Ddl *d, Slice word) {
    const Type *key = NULL, *type = NULL;
    if (!take(d, '<') || ++d->depth > 100) return NULL;
    if (slice_equal_ignore_case(word, SLICE("array"))) {
        type = ddl_type(d);
        if (type) type = type_array(d->arena, type, true);
    } else if (slice_equal_ignore_case(word, SLICE("map"))) {
        key = ddl_type(d);
        if (key && take(d, ',')) type = ddl_type(d);
        if (type) type = type_map(d->arena, key, type, true);
    } else {
        type = ddl_fields(d);
    }
    d->depth--;
    return take(d, '>') ? type : NULL;
}

static const Type *ddl_decimal(Ddl *d) {
    uint64_t precision = 10, scale = 0;
    if (!take(d, '(')) return type_of(TYPE_DECIMAL);
    if (!slice_to_u64(take_word(d), &precision)) return NULL;
    if (take(d, ',') && !slice_to_u64(take_word(d), &scale)) return NULL;
    bool ok = take(d, ')') && precision >= 1 && precision <= 38 && scale <= precision;
    return ok ? type_decimal((int)precision, (int)scale) : NULL;
}

static const Type *ddl_type(Ddl *d) {
    static const struct {
        const char *name;
        TypeId id;
    } NAMES[] = {{"boolean", TYPE_BOOLEAN},
                 {"tinyint", TYPE_TINYINT},
                 {"byte", TYPE_TINYINT},
                 {"smallint", TYPE_SMALLINT},
                 {"short", TYPE_SMALLINT},
                 {"int", TYPE_INT},
                 {"integer", TYPE_INT},
                 {"bigint", TYPE_BIGINT},
                 {"long", TYPE_BIGINT},
                 {"float", TYPE_FLOAT},
                 {"real", TYPE_FLOAT},
                 {"double", TYPE_DOUBLE},
                 {"string", TYPE_STRING},
                 {"binary", TYPE_BINARY},
                 {"date", TYPE_DATE},
                 {"timestamp", TYPE_TIMESTAMP},
                 {"timestamp_ltz", TYPE_TIMESTAMP},
                 {"timestamp_ntz", TYPE_TIMESTAMP_NTZ},
                 {"variant", TYPE_VARIANT},
                 {"void", TYPE_VOID},
                 {"time", TYPE_TIME}};
    Slice word = take_word(d);
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        if (slice_equal_ignore_case(word, slice_from_cstr(NAMES[i].name)))
            return type_of(NAMES[i].id);
    if (slice_equal_ignore_case(word, SLICE("decimal")) ||
        slice_equal_ignore_case(word, SLICE("dec")) ||
        slice_equal_ignore_case(word, SLICE("numeric")))
        return ddl_decimal(d);
    bool nested = slice_equal_ignore_case(word, SLICE("array")) ||
                  slice_equal_ignore_case(word, SLICE("map")) ||
                  slice_equal_ignore_case(word, SLICE("struct"));
    return nested ? ddl_nested(d, word) : NULL;
}

// One type, or a list of fields.
static const Type *ddl_parse(Arena *arena, Slice text) {
    Ddl d = {.arena = arena, .rest = text};
    const Type *type = ddl_type(&d);
    skip_space(&d);
    if (type && d.rest.bytes == 0) return type;
    d = (Ddl){.arena = arena, .rest = text};
    type = ddl_fields(&d);
    skip_space(&d);
    return d.rest.bytes == 0 ? type : NULL;
}

static const Type *type_arg(BindContext *context, uint32_t index, Error *err) {
    Value value;
    if (!bind_constant(context, index, "schema", &value, err)) return NULL;
    const Type *type =
        value.is_null || !type_is_text(value.type) ? NULL : ddl_parse(context->arena, value.bytes);
    if (type) return type;
    bind_fail_input(context, index, "\"STRING\" with a type", err);
    return NULL;
}

// --- functions ---------------------------------------------------------------------------------

static Expr *bind_from_json(const FunctionDefinition *definition, BindContext *context,
                            Error *err) {
    context->text = context->text ? context->text
                                  : sql_text_format(context->arena, "from_json(@)",
                                                    expr_text(context->arena, context->args[0]));
    if (!bind_arg(context, 0, "string", err)) return NULL;
    const Type *type = type_arg(context, 1, err);
    if (!type) return NULL;
    context->arg_count = 1;
    return bind_scalar(definition, context, NULL, type, true);
}

static Expr *bind_to_json(const FunctionDefinition *definition, BindContext *context, Error *err) {
    context->text = context->text ? context->text
                                  : sql_text_format(context->arena, "to_json(@)",
                                                    expr_text(context->arena, context->args[0]));
    const Type *type = context->args[0]->type;
    if (!type_is_nested(type) && type->id != TYPE_VARIANT)
        return bind_fail_input(context, 0, "\"STRUCT\", \"ARRAY\", \"MAP\" or \"VARIANT\"", err);
    context->arg_count = 1;
    return bind_scalar(definition, context, NULL, type_of(TYPE_STRING), true);
}

// variant_get(v, path[, type]) and v:path
static Expr *bind_variant_get(const FunctionDefinition *definition, BindContext *context,
                              Error *err) {
    if (!context->text && definition->name[0] != ':')
        context->text = sql_text_format(context->arena, "$(@, @)", definition->name,
                                        expr_text(context->arena, context->args[0]),
                                        expr_text(context->arena, context->args[1]));
    if (definition->name[0] == ':')
        context->text = sql_text_format(context->arena, "variant_get(@, $@)",
                                        expr_text(context->arena, context->args[0]), "$.",
                                        expr_text(context->arena, context->args[1]));
    if (!bind_arg(context, 0, "variant", err) || !bind_arg(context, 1, "string", err)) return NULL;
    const Type *type = type_of(TYPE_VARIANT);
    if (context->arg_count == 3 && !(type = type_arg(context, 2, err))) return NULL;
    context->arg_count = 2;
    return bind_scalar(definition, context, NULL, type, true);
}

static Expr *bind_to_variant(const FunctionDefinition *definition, BindContext *context,
                             Error *err) {
    bind_text(context);
    if (!type_is_nested(context->args[0]->type))
        return bind_fail_input(context, 0, "\"STRUCT\", \"ARRAY\" or \"MAP\"", err);
    return bind_scalar(definition, context, NULL, type_of(TYPE_VARIANT),
                       context->args[0]->nullable);
}

const FunctionDefinition functions_semi[] = {
    SCALAR("get_json_object", 2, 2, "string,string -> string?", "json_txt, path",
           "The value at a path."),
    SCALAR("json_array_length", 1, 1, "string -> int?", "jsonArray", "Number of elements."),
    SCALAR("json_object_keys", 1, 1, "string -> array<string>?", "json_object",
           "The object's keys."),
    SCALAR_BY("from_json", 2, 3, 0, bind_from_json, "jsonStr, schema[, options]",
              "A value of JSON text."),
    SCALAR_BY("to_json", 1, 2, 0, bind_to_json, "expr[, options]", "The value as JSON text."),
    SCALAR("parse_json", 1, 1, "string -> variant", "jsonStr", "A VARIANT of JSON text."),
    SCALAR("try_parse_json", 1, 1, "string -> variant?", "jsonStr",
           "A VARIANT of JSON text, or NULL."),
    SCALAR_BY("variant_get", 2, 3, 0, bind_variant_get, "v, path[, type]", "The value at a path."),
    SCALAR_BY("try_variant_get", 2, 3, 0, bind_variant_get, "v, path[, type]",
              "The value at a path, or NULL."),
    SCALAR_BY(":", 2, 2, 0, bind_variant_get, "v, path", "The value at a path."),
    SCALAR("is_variant_null", 1, 1, "variant -> boolean!", "expr",
           "Whether the VARIANT is a JSON null."),
    SCALAR("schema_of_variant", 1, 1, "variant -> string", "v", "The value's type."),
    SCALAR_BY("to_variant_object", 1, 1, 0, bind_to_variant, "expr", "The value as a VARIANT."),
    SCALAR_END,
};
