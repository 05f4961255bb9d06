// SPDX-License-Identifier: Apache-2.0
// Fields of structs, elements of arrays and values of maps; fields changed or dropped.
#include "base/text.h"
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/resolve/resolver_internal.h"

#include <stdio.h>

static Expr *internal_call(Resolver *resolver, const char *name, Expr **args, uint32_t count,
                           const Type *type, bool nullable, const SqlText *text, Span origin) {
    const FunctionDefinition *definition = function_find(slice_from_cstr(name));
    ASSERT(definition);
    BindContext context = {.arena = resolver->arena,
                           .name = slice_from_cstr(name),
                           .args = args,
                           .arg_count = count,
                           .ansi = resolver->names.ansi,
                           .origin = origin,
                           .text = text};
    return bind_scalar(definition, &context, definition->scalar, type, nullable);
}

static Expr *fail_field(Resolver *resolver, const Type *type, Slice field, Span origin,
                        Error *err) {
    AUTO(Text, names) = {0};
    for (uint32_t i = 0; i < type->field_count; i++)
        text_printf(&names, "%s%s", i ? ", " : "",
                    name_quoted(resolver->arena, &type->fields[i].name, 1));
    return FAIL_NULL(err, origin, ERR_FIELD_NOT_FOUND, "fieldName",
                     name_quoted(resolver->arena, &field, 1), "fields", text_cstr(&names));
}

static bool find_field(Resolver *resolver, const Type *type, Slice field, uint32_t *index,
                       Span origin, Error *err) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < type->field_count; i++) {
        if (!names_match(resolver, type->fields[i].name, field)) continue;
        if (!found++) *index = i;
    }
    if (found == 1) return true;
    if (!found) return fail_field(resolver, type, field, origin, err) != NULL;
    char count[16];
    snprintf(count, sizeof count, "%u", found);
    return FAIL(err, origin, ERR_AMBIGUOUS_REFERENCE_TO_FIELDS, "field",
                name_quoted(resolver->arena, &field, 1), "count", count);
}

static const uint32_t *index_data(Resolver *resolver, uint32_t index) {
    uint32_t *data = ARENA_NEW(resolver->arena, uint32_t);
    *data = index;
    return data;
}

Expr *extract_field(Resolver *resolver, Expr *base, Slice field, Span origin, Error *err) {
    Arena *arena = resolver->arena;
    const Type *type = base->type;
    const SqlText *text =
        sql_text_format(arena, "@.@", expr_text(arena, base), sql_text(arena, field));
    Expr **args = ARENA_ARRAY(arena, Expr *, 2);
    args[0] = base;
    uint32_t index = 0;
    if (type->id == TYPE_STRUCT) {
        if (!find_field(resolver, type, field, &index, origin, err)) return NULL;
        const TypeField *found = &type->fields[index];
        Expr *expr = internal_call(resolver, "$field", args, 1, found->type,
                                   base->nullable || found->nullable, text, origin);
        expr->function_data = index_data(resolver, index);
        return expr;
    }
    if (type->id == TYPE_ARRAY && type->fields[0].type->id == TYPE_STRUCT) {
        const Type *element = type->fields[0].type;
        if (!find_field(resolver, element, field, &index, origin, err)) return NULL;
        const TypeField *found = &element->fields[index];
        const Type *result =
            type_array(arena, found->type, type->fields[0].nullable || found->nullable);
        Expr *expr =
            internal_call(resolver, "$array_field", args, 1, result, base->nullable, text, origin);
        expr->function_data = index_data(resolver, index);
        return expr;
    }
    if (type->id == TYPE_MAP) {
        args[1] = expr_literal(arena, value_string(field));
        args[1] = coerce_cast(arena, args[1], type->fields[0].type, resolver->names.ansi, origin);
        text = sql_text_format(arena, "@[@]", expr_text(arena, base), sql_text(arena, field));
        return internal_call(resolver, "$map_value", args, 2, type->fields[1].type, true, text,
                             origin);
    }
    return FAIL_NULL(err, origin, ERR_INVALID_EXTRACT_BASE_FIELD_TYPE, "base",
                     expr_quoted(arena, base), "other", type_quoted(arena, type));
}

static Expr *array_item(Resolver *resolver, Expr *base, Expr *key, Span origin, Error *err) {
    Arena *arena = resolver->arena;
    const SqlText *text =
        sql_text_format(arena, "@[@]", expr_text(arena, base), expr_text(arena, key));
    if (!type_is_integer(key->type)) {
        if (key->type->id != TYPE_VOID && !(type_is_text(key->type) && expr_is_foldable(key)))
            return FAIL_NULL(
                err, origin, ERR_DATATYPE_MISMATCH__UNEXPECTED_INPUT_TYPE, "sqlExpr",
                arena_cstr(arena, sql_text_slice(arena, sql_text_format(arena, "\"@\"", text))),
                "paramIndex", "second", "requiredType", "\"INTEGRAL\"", "inputSql",
                expr_quoted(arena, key), "inputType", type_quoted(arena, key->type));
    }
    Expr **args = ARENA_ARRAY(arena, Expr *, 2);
    args[0] = base;
    args[1] =
        coerce_cast(arena, key, type_of(key->type->id == TYPE_BIGINT ? TYPE_BIGINT : TYPE_INT),
                    resolver->names.ansi, origin);
    return internal_call(resolver, "$item", args, 2, base->type->fields[0].type, true, text,
                         origin);
}

static Expr *map_value(Resolver *resolver, Expr *base, Expr *key, Span origin, Error *err) {
    Arena *arena = resolver->arena;
    const SqlText *text =
        sql_text_format(arena, "@[@]", expr_text(arena, base), expr_text(arena, key));
    const Type *wanted = base->type->fields[0].type;
    if (!type_equal(wanted, key->type) &&
        !coerce_is_implicit(key->type, wanted, resolver->names.ansi, expr_is_foldable(key)))
        return FAIL_NULL(
            err, origin, ERR_DATATYPE_MISMATCH__UNEXPECTED_INPUT_TYPE, "sqlExpr",
            arena_cstr(arena, sql_text_slice(arena, sql_text_format(arena, "\"@\"", text))),
            "paramIndex", "second", "requiredType", type_quoted(arena, wanted), "inputSql",
            expr_quoted(arena, key), "inputType", type_quoted(arena, key->type));
    Expr **args = ARENA_ARRAY(arena, Expr *, 2);
    args[0] = base;
    args[1] = coerce_cast(arena, key, wanted, resolver->names.ansi, origin);
    return internal_call(resolver, "$map_value", args, 2, base->type->fields[1].type, true, text,
                         origin);
}

Expr *resolve_extract(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    Expr *base = resolve_expr(scope, source->args[0], err);
    if (!base) return NULL;
    Span origin = source->origin.span;
    const UExpr *field = source->args[1];
    bool named = field->kind == UEXPR_LITERAL && !field->literal.value.is_null &&
                 type_is_text(field->literal.value.type);
    bool of_structs =
        base->type->id == TYPE_STRUCT ||
        (base->type->id == TYPE_ARRAY && base->type->fields[0].type->id == TYPE_STRUCT);
    if (named && (of_structs || base->type->id != TYPE_ARRAY) && base->type->id != TYPE_MAP)
        return extract_field(resolver, base, field->literal.value.bytes, origin, err);
    Expr *key = resolve_expr(scope, field, err);
    if (!key) return NULL;
    if (base->type->id == TYPE_ARRAY) return array_item(resolver, base, key, origin, err);
    if (base->type->id == TYPE_MAP) return map_value(resolver, base, key, origin, err);
    if (base->type->id == TYPE_STRUCT)
        return FAIL_NULL(err, origin, ERR_INVALID_EXTRACT_FIELD_TYPE, "extraction",
                         expr_quoted(resolver->arena, key));
    return FAIL_NULL(err, origin, ERR_INVALID_EXTRACT_BASE_FIELD_TYPE, "base",
                     expr_quoted(resolver->arena, base), "other",
                     type_quoted(resolver->arena, base->type));
}

// --- withField, dropFields
// --------------------------------------------------------------------------

static Expr *rebuild_struct(Resolver *resolver, Expr *base, Slice *names, Expr **values,
                            uint32_t count, Span origin, Error *err) {
    Expr **args = ARENA_ARRAY(resolver->arena, Expr *, 2 * (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) {
        args[2 * i] = expr_literal(resolver->arena, value_string(names[i]));
        args[2 * i + 1] = values[i];
    }
    Expr *made = call_function(resolver, "named_struct", args, 2 * count, origin, err);
    if (!made || !base->nullable) return made;
    Expr **guard = ARENA_ARRAY(resolver->arena, Expr *, 3);
    guard[0] = call_function(resolver, "isnull", &base, 1, origin, err);
    guard[1] = expr_literal(resolver->arena, value_null(made->type));
    guard[2] = made;
    return guard[0] ? call_function(resolver, "if", guard, 3, origin, err) : NULL;
}

static Expr *update_path(Resolver *resolver, Expr *base, const Slice *path, uint32_t count,
                         Expr *value, Span origin, Error *err) {
    if (base->type->id != TYPE_STRUCT)
        return FAIL_NULL(err, origin, ERR_DATATYPE_MISMATCH__UNEXPECTED_INPUT_TYPE, "sqlExpr",
                         expr_quoted(resolver->arena, base), "paramIndex", "first", "requiredType",
                         "\"STRUCT\"", "inputSql", expr_quoted(resolver->arena, base), "inputType",
                         type_quoted(resolver->arena, base->type));
    uint32_t field_count = base->type->field_count, used = 0;
    Slice *names = ARENA_ARRAY(resolver->arena, Slice, field_count + 1);
    Expr **values = ARENA_ARRAY(resolver->arena, Expr *, field_count + 1);
    bool found = false;
    for (uint32_t i = 0; i < field_count; i++) {
        Slice name = base->type->fields[i].name;
        Expr *field = extract_field(resolver, expr_copy(resolver->arena, base), name, origin, err);
        if (!field) return NULL;
        if (names_match(resolver, name, path[0])) {
            found = true;
            if (count == 1 && !value) continue;
            field = count == 1
                        ? value
                        : update_path(resolver, field, path + 1, count - 1, value, origin, err);
            if (!field) return NULL;
        }
        names[used] = name;
        values[used++] = field;
    }
    if (!found && value && count == 1) {
        names[used] = path[0];
        values[used++] = value;
    } else if (!found && count > 1) {
        return fail_field(resolver, base->type, path[0], origin, err);
    }
    if (!used)
        return FAIL_NULL(err, origin, ERR_DATATYPE_MISMATCH__CANNOT_DROP_ALL_FIELDS, "sqlExpr",
                         expr_quoted(resolver->arena, base));
    return rebuild_struct(resolver, base, names, values, used, origin, err);
}

Expr *resolve_update_fields(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    Expr *base = resolve_expr(scope, source->args[0], err);
    if (!base) return NULL;
    NameParts path;
    if (!parse_name_parts(resolver, source->update.field, &path, err)) return NULL;
    Expr *value = NULL;
    if (!source->update.drop) {
        value = resolve_expr(scope, source->args[1], err);
        if (!value) return NULL;
    }
    Expr *made =
        update_path(resolver, base, path.parts, path.count, value, source->origin.span, err);
    if (made)
        made->text =
            sql_text_format(resolver->arena, "update_fields(@)", expr_text(resolver->arena, base));
    return made;
}
