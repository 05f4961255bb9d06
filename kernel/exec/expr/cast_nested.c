// SPDX-License-Identifier: Apache-2.0
// Casts of arrays, maps, structs and variants: element by element.
#include "kernel/column/variant.h"
#include "kernel/exec/expr/cast_internal.h"
#include "kernel/exec/expr/cast_variant.h"

// The rows of a child vector that the given lists use, in order; elements that no row uses must
// not be cast, they might fail.
static bool cast_elements(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    const ListView *from = args[0].data;
    ListView *to = out->data;
    uint32_t total = 0;
    for (ROWS_EACH(rows, i, r)) total += from[value_index(&args[0], r)].count;
    uint32_t *indexes = arena_alloc_raw(frame->arena, sizeof *indexes * (total + 1), 8);
    uint32_t next = 0;
    for (ROWS_EACH(rows, i, r)) {
        ListView list = from[value_index(&args[0], r)];
        to[r] = (ListView){next, list.count};
        for (uint32_t e = 0; e < list.count; e++) indexes[next++] = list.offset + e;
    }
    for (uint32_t f = 0; f < out->type->field_count; f++) {
        Vector packed;
        vector_gather_indexes(&args[0].children[f], indexes, total, frame->arena, &packed);
        if (!cast_vector(frame, &packed, out->type->fields[f].type, (Rows){NULL, total},
                         &out->children[f], err))
            return false;
    }
    return true;
}

static bool cast_fields(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (uint32_t f = 0; f < out->type->field_count; f++) {
        Vector child = args[0].children[f];
        if (args[0].form == VECTOR_CONSTANT) {
            child.form = VECTOR_CONSTANT;
            child.count = out->count;
        }
        if (!cast_vector(frame, &child, out->type->fields[f].type, rows, &out->children[f], err))
            return false;
    }
    return true;
}

static bool to_variant(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    AUTO(Text, bytes) = {0};
    StringView *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        Value value = vector_value(&args[0], value_index(&args[0], r), frame->arena);
        text_reset(&bytes);
        if (variant_from_value(&value, &bytes) != VARIANT_PARSE_OK)
            return error_set(err, ERR_MALFORMED_VARIANT);
        to[r] = string_view_copy(frame->arena, text_slice(&bytes));
    }
    return true;
}

static bool fail_variant(VariantView view, const Type *to, Error *err) {
    AUTO(Text, json) = {0};
    AUTO(Text, type) = {0};
    (void)!variant_view_append_json(view, NULL, &json);
    text_append_char(&type, '"');
    type_append_sql(to, &type);
    text_append_char(&type, '"');
    return error_set(err, ERR_INVALID_VARIANT_CAST, "value", text_cstr(&json), "dataType",
                     text_cstr(&type));
}

static bool is_castable_scalar(const Type *from, const Type *to) {
    if (from->id == TYPE_BINARY) return to->id == TYPE_BINARY || type_is_text(to);
    return cast_is_allowed(from, to, CAST_ANSI) ||
           (from->id == TYPE_BOOLEAN && type_is_numeric(to));
}

static bool variant_scalar(CallFrame *frame, VariantView view, const Type *to, Value *out,
                           Error *err) {
    Value value;
    if (!variant_value(view, &value)) return error_set(err, ERR_MALFORMED_VARIANT);
    if (!is_castable_scalar(value.type, to)) return fail_variant(view, to, err);
    Vector in, result;
    vector_init_constant(&in, &value, 1, frame->arena);
    Error ignored = {0};
    if (!cast_vector(frame, &in, to, (Rows){NULL, 1}, &result, &ignored))
        return fail_variant(view, to, err);
    *out = vector_value(&result, 0, frame->arena);
    if (out->is_null) return fail_variant(view, to, err);
    return true;
}

static bool variant_members(CallFrame *frame, VariantView view, VariantKind kind, const Type *to,
                            Value *out, Error *err) {
    uint32_t count;
    if (!variant_count(view, &count)) return error_set(err, ERR_MALFORMED_VARIANT);
    bool is_struct = to->id == TYPE_STRUCT, is_map = to->id == TYPE_MAP;
    if ((kind == VARIANT_ARRAY) != (to->id == TYPE_ARRAY)) return fail_variant(view, to, err);
    if (is_map && !type_is_text(to->fields[0].type)) return fail_variant(view, to, err);
    *out = (Value){.type = to, .item_count = is_struct ? to->field_count : count};
    out->items = ARENA_ARRAY(frame->arena, Value, (size_t)out->item_count * 2 + 1);
    for (uint32_t i = 0; i < out->item_count; i++) {
        VariantView member;
        Slice name = SLICE_NONE;
        const Type *type = is_struct ? to->fields[i].type : to->fields[is_map].type;
        if (is_struct ? !variant_field(view, to->fields[i].name, &member)
                      : !variant_member(view, i, &name, &member)) {
            if (!is_struct) return error_set(err, ERR_MALFORMED_VARIANT);
            out->items[i] = value_null(type);
            continue;
        }
        if (is_map) out->items[i] = value_string(name);
        if (!cast_variant_value(frame, member, type, &out->items[is_map ? count + i : i], err))
            return false;
    }
    return true;
}

bool cast_variant_value(CallFrame *frame, VariantView view, const Type *to, Value *out,
                        Error *err) {
    VariantKind kind;
    if (!variant_kind(view, &kind)) return error_set(err, ERR_MALFORMED_VARIANT);
    if (to->id == TYPE_VARIANT ||
        (kind != VARIANT_SCALAR && kind != VARIANT_NULL && type_is_text(to))) {
        AUTO(Text, bytes) = {0};
        bool ok = to->id == TYPE_VARIANT
                      ? variant_append_bytes(view, &bytes)
                      : variant_view_append_json(view, frame->query->zone, &bytes);
        if (!ok) return error_set(err, ERR_MALFORMED_VARIANT);
        *out = (Value){.type = to, .bytes = arena_copy(frame->arena, text_slice(&bytes))};
        return true;
    }
    if (kind == VARIANT_NULL) {
        *out = value_null(to);
        return true;
    }
    if (kind == VARIANT_SCALAR)
        return type_is_nested(to) ? fail_variant(view, to, err)
                                  : variant_scalar(frame, view, to, out, err);
    if (!type_is_nested(to)) return fail_variant(view, to, err);
    return variant_members(frame, view, kind, to, out, err);
}

static bool from_variant(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    const StringView *from = args[0].data;
    for (ROWS_EACH(rows, i, r)) {
        VariantView view;
        Value value;
        Slice bytes = string_view_slice(&from[value_index(&args[0], r)]);
        if (!variant_view(bytes, &view)) return error_set(err, ERR_MALFORMED_VARIANT);
        if (cast_variant_value(frame, view, out->type, &value, err)) {
            vector_set_value(out, r, &value, frame->arena);
        } else {
            if (!cast_refuse(frame, out, r)) return false;
            error_reset(err);
        }
    }
    return true;
}

static const ScalarFunction ELEMENTS = {
    .name = "cast", .kernel = cast_elements, .nulls = NULLS_STRICT, .may_fail = true};
static const ScalarFunction FIELDS = {
    .name = "cast", .kernel = cast_fields, .nulls = NULLS_STRICT, .may_fail = true};
static const ScalarFunction TO_VARIANT = {
    .name = "cast", .kernel = to_variant, .nulls = NULLS_STRICT, .may_fail = true};
static const ScalarFunction FROM_VARIANT = {
    .name = "cast", .kernel = from_variant, .nulls = NULLS_STRICT, .may_fail = true};

const ScalarFunction *cast_nested_function(const Type *from, const Type *to, CastMode mode) {
    if (to->id == TYPE_VARIANT) {
        if (from->id == TYPE_MAP && !type_is_text(from->fields[0].type)) return NULL;
        return &TO_VARIANT;
    }
    if (from->id == TYPE_VARIANT) return &FROM_VARIANT;
    if (from->id != to->id || !type_is_nested(from) || from->field_count != to->field_count)
        return NULL;
    for (uint32_t i = 0; i < from->field_count; i++)
        if (!type_equal(from->fields[i].type, to->fields[i].type) &&
            !cast_is_allowed(from->fields[i].type, to->fields[i].type, mode))
            return NULL;
    return from->id == TYPE_STRUCT ? &FIELDS : &ELEMENTS;
}
