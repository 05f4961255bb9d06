// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/variant/variant.h"

#include "kernel/lake/parquet/variant/binary.h"

// --- the group's shape
// -----------------------------------------------------------------------------

static const ParquetNode *child_named(const ParquetNode *node, Slice name) {
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (slice_equal(node->children[i].name, name)) return &node->children[i];
    }
    return NULL;
}

static bool integer_encoding(const ParquetElement *element, VariantPrimitive *primitive) {
    bool wide = element->physical == PARQUET_INT64;
    *primitive = wide ? VARIANT_INT64 : VARIANT_INT32;
    if (element->logical == LOGICAL_NONE) return true;
    if (element->logical != LOGICAL_INTEGER || !element->is_signed) return false;
    if (element->bit_width == 8) *primitive = VARIANT_INT8;
    else if (element->bit_width == 16) *primitive = VARIANT_INT16;
    return wide == (element->bit_width == 64);
}

static bool int_encoding(const ParquetElement *element, VariantPrimitive *primitive) {
    bool wide = element->physical == PARQUET_INT64;
    switch (element->logical) {
    case LOGICAL_DATE: *primitive = VARIANT_DATE; return !wide;
    case LOGICAL_DECIMAL: *primitive = wide ? VARIANT_DECIMAL8 : VARIANT_DECIMAL4; return true;
    case LOGICAL_TIME: *primitive = VARIANT_TIME; return wide && element->unit == PARQUET_MICROS;
    case LOGICAL_TIMESTAMP:
        if (element->unit == PARQUET_NANOS) {
            *primitive = element->is_utc ? VARIANT_TIMESTAMP_NANOS : VARIANT_TIMESTAMP_NTZ_NANOS;
        } else {
            *primitive = element->is_utc ? VARIANT_TIMESTAMP : VARIANT_TIMESTAMP_NTZ;
        }
        return wide && element->unit != PARQUET_MILLIS;
    default: return integer_encoding(element, primitive);
    }
}

// How a shredded leaf is written in binary form. False: shredding does not know the type.
static bool leaf_encoding(const ParquetElement *element, VariantPrimitive *primitive) {
    bool fixed = element->physical == PARQUET_FIXED;
    switch (element->physical) {
    case PARQUET_BOOLEAN: *primitive = VARIANT_TRUE; return true;
    case PARQUET_INT32:
    case PARQUET_INT64: return int_encoding(element, primitive);
    case PARQUET_FLOAT: *primitive = VARIANT_FLOAT; return true;
    case PARQUET_DOUBLE: *primitive = VARIANT_DOUBLE; return true;
    case PARQUET_BYTE_ARRAY:
    case PARQUET_FIXED:
        *primitive = VARIANT_BINARY;
        if (element->logical == LOGICAL_DECIMAL) *primitive = VARIANT_DECIMAL16;
        else if (element->logical == LOGICAL_UUID) *primitive = VARIANT_UUID;
        else if (element->logical == LOGICAL_STRING) *primitive = VARIANT_STRING;
        else return element->logical == LOGICAL_NONE && !fixed;
        return *primitive == VARIANT_UUID ? fixed && element->fixed_bytes == 16
                                          : !fixed || *primitive == VARIANT_DECIMAL16;
    default: return false;
    }
}

static bool shape_fail(Slice path, const ParquetNode *node, Error *err) {
    AUTO(Text, type) = {0};
    if (node->type) type_append_catalog(node->type, &type);
    return parquet_fail(err, path,
                        "field %.*s of type %.100s (annotation %d) cannot stand in a "
                        "shredded variant",
                        SLICE_ARGS(slice_first(node->name, 100)), text_cstr(&type),
                        node->element ? (int)node->element->logical : 0);
}

// A group of value and typed_value; at the top metadata beside them.
static bool group_check(Slice path, const ParquetNode *group, bool top, Error *err);

static bool typed_check(Slice path, const ParquetNode *typed, Error *err) {
    VariantPrimitive primitive;
    switch (typed->kind) {
    case NODE_LEAF:
        return leaf_encoding(typed->element, &primitive) || shape_fail(path, typed, err);
    case NODE_LIST: return group_check(path, &typed->children[0], false, err);
    case NODE_MAP: return shape_fail(path, typed, err);
    case NODE_STRUCT: break;
    }
    for (uint32_t i = 0; i < typed->child_count; i++) {
        if (!group_check(path, &typed->children[i], false, err)) return false;
    }
    return true;
}

static bool group_check(Slice path, const ParquetNode *group, bool top, Error *err) {
    if (group->kind != NODE_STRUCT) return shape_fail(path, group, err);
    const ParquetNode *value = child_named(group, SLICE("value"));
    const ParquetNode *typed = child_named(group, SLICE("typed_value"));
    const ParquetNode *metadata = child_named(group, SLICE("metadata"));
    if (value && (value->kind != NODE_LEAF || !type_is(value->type, TYPE_BINARY))) {
        return shape_fail(path, value, err);
    }
    if (top &&
        (!metadata || metadata->kind != NODE_LEAF || !type_is(metadata->type, TYPE_BINARY))) {
        return shape_fail(path, group, err);
    }
    if (!value && !typed) return shape_fail(path, group, err);
    return !typed || typed_check(path, typed, err);
}

bool variant_shape_check(Slice path, const ParquetNode *node, Error *err) {
    return group_check(path, node, true, err);
}

// --- raw types
// -------------------------------------------------------------------------------------

static void raw_leaf(Arena *arena, ParquetNode *node) {
    const ParquetElement *element = node->element;
    bool nanos = element->logical == LOGICAL_TIMESTAMP && element->unit == PARQUET_NANOS;
    if (!nanos) return;
    ParquetElement *raw = ARENA_NEW(arena, ParquetElement);
    *raw = *element;
    raw->logical = LOGICAL_NONE;
    node->element = raw;
    node->type = type_of(TYPE_BIGINT);
}

const ParquetNode *variant_raw_node(Arena *arena, const ParquetNode *node) {
    ParquetNode *raw = ARENA_NEW(arena, ParquetNode);
    *raw = *node;
    raw->is_variant = false;
    if (node->kind == NODE_LEAF) {
        raw_leaf(arena, raw);
        return raw;
    }
    raw->children = ARENA_ARRAY(arena, ParquetNode, node->child_count);
    TypeField *fields = ARENA_ARRAY(arena, TypeField, node->child_count);
    for (uint32_t i = 0; i < node->child_count; i++) {
        raw->children[i] = *variant_raw_node(arena, &node->children[i]);
        const ParquetNode *child = &raw->children[i];
        fields[i] = (TypeField){.name = child->name, .type = child->type, .nullable = true};
    }
    raw->type = node->kind == NODE_LIST ? type_array(arena, fields[0].type, true)
                                        : type_struct(arena, fields, node->child_count);
    return raw;
}

// --- values
// ----------------------------------------------------------------------------------------

typedef struct Assembler {
    Arena *arena;
    VariantNames names;
    const char *failure;
} Assembler;

static const Vector *vector_named(const ParquetNode *node, const Vector *group, Slice name) {
    const ParquetNode *child = child_named(node, name);
    return child ? &group->children[child - node->children] : NULL;
}

// The value that a group's row stands for; bytes 0: there is none.
static Slice group_value(Assembler *a, const ParquetNode *node, const Vector *group, uint32_t row);

static Int128 decimal_at(const Vector *vector, uint32_t row) {
    if (type_physical(vector->type) == PHYSICAL_INT64) return ((const int64_t *)vector->data)[row];
    return ((const Int128 *)vector->data)[row];
}

static Slice leaf_value(Assembler *a, const ParquetNode *node, const Vector *v, uint32_t row) {
    VariantPrimitive primitive;
    if (!leaf_encoding(node->element, &primitive)) return SLICE_NONE;
    size_t bytes = physical_bytes(type_physical(v->type));
    const char *data = (const char *)v->data + row * bytes;
    switch (primitive) {
    case VARIANT_TRUE:
        return variant_fixed(a->arena, *data ? VARIANT_TRUE : VARIANT_FALSE, NULL, 0);
    case VARIANT_DECIMAL4:
    case VARIANT_DECIMAL8:
    case VARIANT_DECIMAL16:
        return variant_decimal(a->arena, primitive, v->type->scale, decimal_at(v, row));
    case VARIANT_BINARY:
        return variant_binary(a->arena, string_view_slice((const StringView *)v->data + row));
    case VARIANT_STRING:
        return variant_string(a->arena, string_view_slice((const StringView *)v->data + row));
    case VARIANT_UUID: {
        Slice uuid = string_view_slice((const StringView *)v->data + row);
        return variant_fixed(a->arena, primitive, uuid.data, uuid.bytes);
    }
    case VARIANT_TIME: {
        int64_t micros = ((const int64_t *)v->data)[row] / 1000;
        return variant_fixed(a->arena, primitive, &micros, 8);
    }
    default: return variant_fixed(a->arena, primitive, data, bytes);
    }
}

static Slice list_value(Assembler *a, const ParquetNode *node, const Vector *v, uint32_t row) {
    ListView list = ((const ListView *)v->data)[row];
    Slice *items = ARENA_ARRAY(a->arena, Slice, (size_t)list.count + 1);
    for (uint32_t i = 0; i < list.count; i++) {
        items[i] = group_value(a, &node->children[0], &v->children[0], list.offset + i);
        if (items[i].bytes == 0) items[i] = variant_fixed(a->arena, VARIANT_NULL, NULL, 0);
    }
    return variant_array(a->arena, items, list.count);
}

// Shredded fields, and those that `rest` (an object, or nothing) has beside them.
static Slice object_value(Assembler *a, const ParquetNode *node, const Vector *v, uint32_t row,
                          Slice rest) {
    VariantField *fields = NULL, *others = NULL;
    uint32_t count = 0, other_count = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        VariantField field = {.name = node->children[i].name};
        field.value = group_value(a, &node->children[i], &v->children[i], row);
        if (field.value.bytes == 0) continue;
        if (!variant_name_find(&a->names, field.name, &field.id)) {
            a->failure = "a shredded field's name is not in the metadata";
        }
        ARENA_PUSH(a->arena, fields, count, field);
    }
    if (rest.data && !variant_object_fields(rest, &a->names, a->arena, &others, &other_count)) {
        a->failure = "a value with shredded fields is no object";
    }
    for (uint32_t i = 0; i < other_count; i++) {
        if (child_named(node, others[i].name)) continue;
        ARENA_PUSH(a->arena, fields, count, others[i]);
    }
    return variant_object(a->arena, fields, count);
}

static Slice group_value(Assembler *a, const ParquetNode *node, const Vector *group, uint32_t row) {
    const Vector *value = vector_named(node, group, SLICE("value"));
    const Vector *typed = vector_named(node, group, SLICE("typed_value"));
    const ParquetNode *typed_node = child_named(node, SLICE("typed_value"));
    Slice rest = SLICE_NONE;
    if (value && !vector_is_null(value, row)) {
        rest = string_view_slice((const StringView *)value->data + row);
    }
    if (!typed || vector_is_null(typed, row)) return rest;
    if (typed_node->kind == NODE_STRUCT) return object_value(a, typed_node, typed, row, rest);
    if (rest.data) a->failure = "value and typed_value conflict";
    if (typed_node->kind == NODE_LIST) return list_value(a, typed_node, typed, row);
    return leaf_value(a, typed_node, typed, row);
}

static bool row_assemble(Assembler *a, const ParquetNode *node, const Vector *group, uint32_t row,
                         StringView *out) {
    const Vector *metadata = vector_named(node, group, SLICE("metadata"));
    if (vector_is_null(metadata, row)) {
        a->failure = "its metadata is null";
        return false;
    }
    Slice names = string_view_slice((const StringView *)metadata->data + row);
    if (!variant_names_init(&a->names, names)) {
        a->failure = "its metadata is malformed";
        return false;
    }
    Slice value = group_value(a, node, group, row);
    if (value.bytes == 0) value = variant_fixed(a->arena, VARIANT_NULL, NULL, 0);
    if (names.bytes + value.bytes > UINT32_MAX) a->failure = "a value is larger than 4 GiB";
    if (a->failure) return false;
    Slice whole = arena_join(a->arena, names, value);
    *out = string_view_of(whole.data, (uint32_t)whole.bytes);
    return true;
}

bool variant_from_group(StorageFile *file, const ParquetNode *node, const Vector *group,
                        Arena *arena, Vector *out, Error *err) {
    Assembler assembler = {.arena = arena};
    vector_init_flat(out, type_of(TYPE_VARIANT), group->count, arena);
    out->validity = group->validity;
    for (uint32_t row = 0; row < group->count; row++) {
        if (vector_is_null(group, row)) continue;
        if (!row_assemble(&assembler, node, group, row, &((StringView *)out->data)[row])) {
            return parquet_fail(err, storage_file_path(file), "variant column %.*s: %s",
                                SLICE_ARGS(slice_first(node->name, 100)), assembler.failure);
        }
    }
    return true;
}
