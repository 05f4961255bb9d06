// SPDX-License-Identifier: Apache-2.0
// Functions of arrays, maps and structs.
#include "base/text.h"
#include "kernel/plan/functions/scalar.h"

static Expr *bind_array(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    const Type *type = type_of(TYPE_VOID);
    if (context->arg_count)
        type = coerce_common_of(context->arena, context->args, context->arg_count, context->ansi);
    if (!type) return bind_fail_data_types(context, err);
    for (uint32_t i = 0; i < context->arg_count; i++) bind_cast(context, i, type);
    bool nullable = bind_any_nullable(context);
    const Type *array = type_array(context->arena, type, nullable);
    if (context->arg_count == 0) {
        Expr *empty = expr_literal(
            context->arena, (Value){.type = array, .items = ARENA_NEW(context->arena, Value)});
        empty->text = bind_text(context);
        return empty;
    }
    return bind_scalar(definition, context, NULL, array, false);
}

// The common type of every second argument from `first`.
static const Type *side_type(BindContext *context, uint32_t first) {
    Expr **side = ARENA_ARRAY(context->arena, Expr *, context->arg_count + 1);
    uint32_t count = 0;
    for (uint32_t i = first; i < context->arg_count; i += 2) side[count++] = context->args[i];
    return coerce_common_of(context->arena, side, count, context->ansi);
}

static Expr *bind_map(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    if (context->arg_count % 2) return bind_fail_count(context, "2n (n > 0)", err);
    if (context->arg_count == 0) {
        const Type *empty = type_map(context->arena, type_of(TYPE_VOID), type_of(TYPE_VOID), false);
        Expr *literal = expr_literal(
            context->arena, (Value){.type = empty, .items = ARENA_NEW(context->arena, Value)});
        literal->text = bind_text(context);
        return literal;
    }
    const Type *key = side_type(context, 0), *value = side_type(context, 1);
    if (!key || !value) return bind_fail_data_types(context, err);
    bool nullable = false;
    for (uint32_t i = 0; i < context->arg_count; i++) {
        bind_cast(context, i, i % 2 ? value : key);
        nullable = nullable || (i % 2 && context->args[i]->nullable);
    }
    return bind_scalar(definition, context, NULL, type_map(context->arena, key, value, nullable),
                       false);
}

// A field is named by its column or alias, else col1, col2, ...
static Slice field_name(BindContext *context, const Expr *arg, uint32_t index) {
    if (arg->kind == EXPR_COLUMN || (arg->kind == EXPR_CALL && arg->function->name[0] == '$' &&
                                     strcmp(arg->function->name, "$field") == 0)) {
        Slice text = expr_pretty(context->arena, arg);
        size_t dot = SIZE_MAX;
        for (size_t at = slice_find_char(text, '.', 0); at != SIZE_MAX;
             at = slice_find_char(text, '.', at + 1))
            dot = at;
        return dot == SIZE_MAX ? text : slice_from(text, dot + 1);
    }
    return arena_printf(context->arena, "col%u", index + 1);
}

static Expr *bind_struct(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)err;
    bind_text(context);
    TypeField *fields = ARENA_ARRAY(context->arena, TypeField, context->arg_count + 1);
    for (uint32_t i = 0; i < context->arg_count; i++)
        fields[i] = (TypeField){.name = field_name(context, context->args[i], i),
                                .type = context->args[i]->type,
                                .nullable = context->args[i]->nullable};
    return bind_scalar(definition, context, NULL,
                       type_struct(context->arena, fields, context->arg_count), false);
}

static Expr *bind_named_struct(const FunctionDefinition *definition, BindContext *context,
                               Error *err) {
    bind_text(context);
    if (context->arg_count % 2) return bind_fail_count(context, "2n (n > 0)", err);
    uint32_t count = context->arg_count / 2;
    TypeField *fields = ARENA_ARRAY(context->arena, TypeField, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        Value name;
        if (!bind_constant(context, 2 * i, "name", &name, err)) return NULL;
        if (name.is_null || !type_is_text(name.type))
            return bind_fail_input(context, 2 * i, "\"STRING\"", err);
        fields[i] = (TypeField){.name = name.bytes,
                                .type = context->args[2 * i + 1]->type,
                                .nullable = context->args[2 * i + 1]->nullable};
    }
    return bind_scalar(definition, context, NULL, type_struct(context->arena, fields, count),
                       false);
}

static Expr *bind_arrays_zip(const FunctionDefinition *definition, BindContext *context,
                             Error *err) {
    bind_text(context);
    TypeField *fields = ARENA_ARRAY(context->arena, TypeField, context->arg_count + 1);
    for (uint32_t i = 0; i < context->arg_count; i++) {
        if (context->args[i]->type->id != TYPE_ARRAY)
            return bind_fail_input(context, i, "\"ARRAY\"", err);
        Slice name = field_name(context, context->args[i], i);
        if (slice_starts_with(name, SLICE("col"))) name = arena_printf(context->arena, "%u", i);
        fields[i] = (TypeField){
            .name = name, .type = context->args[i]->type->fields[0].type, .nullable = true};
    }
    const Type *entry = type_struct(context->arena, fields, context->arg_count);
    return bind_scalar(definition, context, NULL, type_array(context->arena, entry, false),
                       bind_any_nullable(context));
}

// element_at of a map takes a key, of an array a place.
static Expr *bind_element_at(const FunctionDefinition *definition, BindContext *context,
                             Error *err) {
    bind_text(context);
    const Type *type = context->args[0]->type;
    if (type->id == TYPE_MAP) {
        const Type *key = type->fields[0].type;
        if (!type_equal(key, context->args[1]->type)) bind_cast(context, 1, key);
        return bind_scalar(definition, context, NULL, type->fields[1].type, true);
    }
    if (type->id != TYPE_ARRAY) return bind_fail_input(context, 0, "(\"ARRAY\" or \"MAP\")", err);
    if (!bind_arg(context, 1, "int", err)) return NULL;
    return bind_scalar(definition, context, NULL, type->fields[0].type, true);
}

static Expr *bind_map_entries(const FunctionDefinition *definition, BindContext *context,
                              Error *err) {
    bind_text(context);
    const Type *type = context->args[0]->type;
    if (type->id != TYPE_MAP) return bind_fail_input(context, 0, "\"MAP\"", err);
    TypeField fields[] = {{.name = SLICE("key"), .type = type->fields[0].type},
                          {.name = SLICE("value"),
                           .type = type->fields[1].type,
                           .nullable = type->fields[1].nullable}};
    const Type *entry = type_struct(context->arena, fields, 2);
    return bind_scalar(definition, context, NULL, type_array(context->arena, entry, false),
                       context->args[0]->nullable);
}

static Expr *bind_map_from_entries(const FunctionDefinition *definition, BindContext *context,
                                   Error *err) {
    bind_text(context);
    const Type *type = context->args[0]->type;
    const Type *entry = type->id == TYPE_ARRAY ? type->fields[0].type : NULL;
    if (!entry || entry->id != TYPE_STRUCT || entry->field_count != 2)
        return bind_fail_input(context, 0, "\"ARRAY\" of pair \"STRUCT\"", err);
    const Type *map = type_map(context->arena, entry->fields[0].type, entry->fields[1].type,
                               entry->fields[1].nullable);
    return bind_scalar(definition, context, NULL, map,
                       context->args[0]->nullable || type->fields[0].nullable);
}

static Expr *bind_map_concat(const FunctionDefinition *definition, BindContext *context,
                             Error *err) {
    bind_text(context);
    if (context->arg_count == 0) return bind_map(definition, context, err);
    const Type *type =
        coerce_common_of(context->arena, context->args, context->arg_count, context->ansi);
    if (!type || type->id != TYPE_MAP) return bind_fail_data_types(context, err);
    for (uint32_t i = 0; i < context->arg_count; i++) bind_cast(context, i, type);
    return bind_scalar(definition, context, NULL, type, bind_any_nullable(context));
}

// sequence(start, stop[, step]): whole numbers, dates or timestamps.
static Expr *bind_sequence(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    const Type *common = coerce_common(context->arena, context->args[0]->type,
                                       context->args[1]->type, context->ansi);
    if (!common) return bind_fail_data_types(context, err);
    if (type_is_integer(common) && context->arg_count == 3) {
        common = coerce_common(context->arena, common, context->args[2]->type, context->ansi);
        if (common) bind_cast(context, 2, common);
    }
    bool ok = common && (type_is_integer(common) || common->id == TYPE_DATE ||
                         common->id == TYPE_TIMESTAMP || common->id == TYPE_TIMESTAMP_NTZ);
    if (!ok) return bind_fail_data_types(context, err);
    if (context->arg_count == 3 && type_is_text(context->args[2]->type))
        bind_cast(context, 2, type_of(TYPE_INTERVAL));
    bind_cast(context, 0, common);
    bind_cast(context, 1, common);
    return bind_scalar(definition, context, NULL, type_array(context->arena, common, false),
                       bind_any_nullable(context));
}

const FunctionDefinition functions_collections[] = {
    SCALAR("aggregate", 4, 4, "array<T>,U,(U,T)=>U,(U)=>V -> V?", "expr, start, merge[, finish]",
           "The array folded to one value."),
    OVERLOAD("aggregate", 3, 3, "array<T>,U,(U,T)=>U -> U?"),
    SCALAR_BY("array", 0, 255, 0, bind_array, "expr, ...", "An array of the values."),
    SCALAR("array_append", 2, 2, "array<T>,T -> array<T>", "array, element",
           "With the element at the end."),
    SCALAR("array_compact", 1, 1, "array<T> -> array<T>", "array", "Without NULLs."),
    SCALAR("array_contains", 2, 2, "array<T>,T -> boolean", "array, value",
           "Whether the value is an element."),
    SCALAR("array_distinct", 1, 1, "array<T> -> array<T>", "array", "Without repetitions."),
    SCALAR("array_except", 2, 2, "array<T>,array<T> -> array<T>", "array1, array2",
           "Elements of the first that are not in the second."),
    SCALAR("array_insert", 3, 3, "array<T>,int,T -> array<T>", "x, pos, val",
           "With the value put in."),
    SCALAR("array_intersect", 2, 2, "array<T>,array<T> -> array<T>", "array1, array2",
           "Elements in both."),
    SCALAR("array_join", 2, 3, "array<string>,string,string -> string",
           "array, delimiter[, nullReplacement]", "The elements as one text."),
    SCALAR("array_max", 1, 1, "array<T> -> T?", "array", "The greatest element."),
    SCALAR("array_min", 1, 1, "array<T> -> T?", "array", "The least element."),
    SCALAR("array_position", 2, 2, "array<T>,T -> bigint", "array, element",
           "Place of the element, 0: none."),
    SCALAR("array_prepend", 2, 2, "array<T>,T -> array<T>", "array, element",
           "With the element at the start."),
    SCALAR("array_remove", 2, 2, "array<T>,T -> array<T>", "array, element",
           "Without the element."),
    SCALAR("array_repeat", 2, 2, "T,int -> array<T>", "element, count", "An array of one value."),
    SCALAR("array_size", 1, 1, "array -> int", "expr", "Number of elements."),
    SCALAR("array_sort", 1, 2, "array<T>,(T,T)=>int -> array<T>", "expr[, func]",
           "Sorted, NULLs last."),
    SCALAR("array_union", 2, 2, "array<T>,array<T> -> array<T>", "array1, array2",
           "Elements of either, once."),
    SCALAR("arrays_overlap", 2, 2, "array<T>,array<T> -> boolean", "a1, a2",
           "Whether they share an element."),
    SCALAR_BY("arrays_zip", 0, 255, 0, bind_arrays_zip, "a1, a2, ...",
              "An array of structs of the nth elements."),
    SCALAR("cardinality", 1, 1, "array|map -> int", "expr", "Number of elements."),
    SCALAR_BY("element_at", 2, 2, 0, bind_element_at, "array | map, index | key",
              "The element at a place from 1, or of a key."),
    SCALAR("exists", 2, 2, "array<T>,(T)=>boolean -> boolean", "expr, pred",
           "Whether some element fulfils it."),
    SCALAR("filter", 2, 2, "array<T>,(T)=>boolean -> array<T>", "expr, func",
           "The elements that fulfil it."),
    OVERLOAD("filter", 2, 2, "array<T>,(T,int)=>boolean -> array<T>"),
    SCALAR("flatten", 1, 1, "array<array<T>> -> array<T>", "arrayOfArrays",
           "One array of all elements."),
    SCALAR("forall", 2, 2, "array<T>,(T)=>boolean -> boolean", "expr, pred",
           "Whether all elements fulfil it."),
    SCALAR("get", 2, 2, "array<T>,int -> T?", "array, index",
           "The element at a place from 0, or NULL."),
    SCALAR_BY("map", 0, 255, 0, bind_map, "key, value, ...", "A map of its entries."),
    SCALAR_BY("map_concat", 0, 255, 0, bind_map_concat, "map, ...", "The entries of all."),
    SCALAR("map_contains_key", 2, 2, "map<K,V>,K -> boolean", "map, key",
           "Whether there is such a key."),
    SCALAR_BY("map_entries", 1, 1, 0, bind_map_entries, "map", "An array of its entries."),
    SCALAR("map_filter", 2, 2, "map<K,V>,(K,V)=>boolean -> map<K,V>", "expr, func",
           "The entries that fulfil it."),
    SCALAR("map_from_arrays", 2, 2, "array<K>,array<V> -> map<K,V>", "keys, values",
           "A map of keys and values."),
    SCALAR_BY("map_from_entries", 1, 1, 0, bind_map_from_entries, "arrayOfEntries",
              "A map of its entries."),
    SCALAR("map_keys", 1, 1, "map<K,V> -> array<K>", "map", "The keys."),
    SCALAR("map_values", 1, 1, "map<K,V> -> array<V>", "map", "The values."),
    SCALAR_BY("named_struct", 1, 255, 0, bind_named_struct, "name1, val1, ...",
              "A struct of named fields."),
    SCALAR("reduce", 4, 4, "array<T>,U,(U,T)=>U,(U)=>V -> V?", "expr, start, merge[, finish]",
           "The array folded to one value."),
    OVERLOAD("reduce", 3, 3, "array<T>,U,(U,T)=>U -> U?"),
    SCALAR("reverse", 1, 1, "string -> string", "array | str", "Backwards."),
    OVERLOAD("reverse", 1, 1, "array<T> -> array<T>"),
    SCALAR_BY("sequence", 2, 3, 0, bind_sequence, "start, stop[, step]",
              "The numbers or moments from start to stop."),
    SCALAR("size", 1, 1, "array|map -> int", "expr", "Number of elements."),
    SCALAR("slice", 3, 3, "array<T>,int,int -> array<T>", "x, start, length",
           "A part of the array."),
    SCALAR("sort_array", 1, 2, "array<T>,boolean -> array<T>", "array[, ascendingOrder]",
           "Sorted, NULLs first."),
    SCALAR_BY("struct", 1, 255, 0, bind_struct, "col1, col2, ...", "A struct of the values."),
    SCALAR("transform", 2, 2, "array<T>,(T)=>U -> array<U>", "expr, func", "Each element changed."),
    OVERLOAD("transform", 2, 2, "array<T>,(T,int)=>U -> array<U>"),
    SCALAR("transform_keys", 2, 2, "map<K,V>,(K,V)=>W -> map<W,V>", "expr, func",
           "Each key changed."),
    SCALAR("transform_values", 2, 2, "map<K,V>,(K,V)=>W -> map<K,W>", "expr, func",
           "Each value changed."),
    SCALAR_BY("try_element_at", 2, 2, 0, bind_element_at, "array | map, index | key",
              "As element_at, NULL where there is none."),
    SCALAR("zip_with", 3, 3, "array<T>,array<U>,(T,U)=>V -> array<V>", "left, right, func",
           "Two arrays merged."),
    SCALAR_END,
};
