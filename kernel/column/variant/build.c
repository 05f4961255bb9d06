// SPDX-License-Identifier: Apache-2.0
// Writing of Variant bytes: children first, then their container's header is moved in front.
#include "kernel/column/variant.h"

#include "base/hash.h"
#include "base/json.h"
#include "kernel/column/decimal.h"
#include "kernel/column/format.h"
#include "kernel/column/parse.h"
#include "kernel/column/variant/encoding_internal.h"

#include <stdlib.h>

typedef struct Builder {
    Arena arena;
    SliceMap ids; // name -> id
    Slice *names;
    size_t name_count;
    Text value;
    bool last_key_wins;
    Slice duplicate;
} Builder;

typedef struct Member {
    Slice name;
    uint32_t id;
    size_t offset; // from the container's data
    uint32_t order;
} Member;

static void builder_deinit(Builder *builder) {
    slice_map_deinit(&builder->ids);
    text_deinit(&builder->value);
    arena_deinit(&builder->arena);
}
AUTO_DEFINE(Builder, builder_deinit)

static uint32_t name_id(Builder *builder, Slice name) {
    uint64_t *known = slice_map_get(&builder->ids, name);
    if (known) return (uint32_t)*known;
    uint32_t id = (uint32_t)builder->name_count;
    (void)slice_map_put(&builder->ids, name, id);
    ARENA_PUSH(&builder->arena, builder->names, builder->name_count, name);
    return id;
}

static void put_uint(Text *out, uint64_t value, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++) text_append_char(out, (char)(value >> (8 * i)));
}

static void put_head(Text *out, unsigned basic, unsigned rest) {
    text_append_char(out, (char)(rest << 2 | basic));
}

static void put_int(Text *out, int64_t value) {
    static const uint8_t PRIMITIVES[] = {VARIANT_PRIMITIVE_INT8, VARIANT_PRIMITIVE_INT16,
                                         VARIANT_PRIMITIVE_INT32, VARIANT_PRIMITIVE_INT64};
    uint32_t log = value == (int8_t)value    ? 0
                   : value == (int16_t)value ? 1
                   : value == (int32_t)value ? 2
                                             : 3;
    put_head(out, VARIANT_BASIC_PRIMITIVE, PRIMITIVES[log]);
    put_uint(out, (uint64_t)value, 1u << log);
}

static void put_decimal(Text *out, Int128 unscaled, int scale) {
    int digits = decimal_digits(unscaled);
    if (digits <= 9 && scale <= 9) {
        put_head(out, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_DECIMAL4);
        text_append_char(out, (char)scale);
        put_uint(out, (uint64_t)unscaled, 4);
    } else if (digits <= 18 && scale <= 18) {
        put_head(out, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_DECIMAL8);
        text_append_char(out, (char)scale);
        put_uint(out, (uint64_t)unscaled, 8);
    } else {
        put_head(out, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_DECIMAL16);
        text_append_char(out, (char)scale);
        put_uint(out, (uint64_t)unscaled, 8);
        put_uint(out, (uint64_t)((UInt128)unscaled >> 64), 8);
    }
}

static void put_double(Text *out, double value) {
    put_head(out, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_DOUBLE);
    text_append(out, slice_of((const char *)&value, sizeof value));
}

static void put_float(Text *out, float value) {
    put_head(out, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_FLOAT);
    text_append(out, slice_of((const char *)&value, sizeof value));
}

static void put_string(Text *out, Slice s) {
    if (s.bytes <= 63) {
        put_head(out, VARIANT_BASIC_SHORT_STRING, (unsigned)s.bytes);
    } else {
        put_head(out, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_STRING);
        put_uint(out, s.bytes, 4);
    }
    text_append(out, s);
}

static uint32_t uint_bytes(uint64_t value) {
    return value < 1u << 8 ? 1 : value < 1u << 16 ? 2 : value < 1u << 24 ? 3 : 4;
}

// Puts the header of a container in front of its data, which starts at `start`.
static void put_container(Builder *builder, size_t start, const Member *members, uint32_t count,
                          bool is_object) {
    AUTO(Text, head) = {0};
    Text *out = &builder->value;
    size_t data_bytes = out->bytes - start;
    uint32_t offset_bytes = uint_bytes(data_bytes), id_bytes = 1;
    bool is_large = count > 255;
    for (uint32_t i = 0; i < count && is_object; i++)
        id_bytes = MAX(id_bytes, uint_bytes(members[i].id));
    unsigned flags = offset_bytes - 1;
    if (is_object) flags |= (id_bytes - 1) << 2 | (unsigned)is_large << 4;
    else flags |= (unsigned)is_large << 2;
    put_head(&head, is_object ? VARIANT_BASIC_OBJECT : VARIANT_BASIC_ARRAY, flags);
    put_uint(&head, count, is_large ? 4 : 1);
    for (uint32_t i = 0; i < count && is_object; i++) put_uint(&head, members[i].id, id_bytes);
    for (uint32_t i = 0; i < count; i++) put_uint(&head, members[i].offset, offset_bytes);
    put_uint(&head, data_bytes, offset_bytes);
    (void)text_reserve(out, head.bytes);
    text_added(out, head.bytes);
    memmove(out->data + start + head.bytes, out->data + start, data_bytes);
    memcpy(out->data + start, head.data, head.bytes);
}

static int compare_members(const void *a, const void *b) {
    const Member *x = a, *y = b;
    int order = slice_compare(x->name, y->name);
    return order ? order : x->order < y->order ? -1 : 1;
}

// Sorts by name; of equal names the last stays, or the object is refused.
static VariantParse sort_members(Builder *builder, Member *members, uint32_t *count) {
    uint32_t kept = 0;
    if (*count) qsort(members, *count, sizeof *members, compare_members);
    for (uint32_t i = 0; i < *count; i++) {
        if (i && slice_equal(members[i].name, members[i - 1].name)) {
            if (!builder->last_key_wins) {
                builder->duplicate = members[i].name;
                return VARIANT_PARSE_DUPLICATE_KEY;
            }
            kept--;
        }
        members[kept++] = members[i];
    }
    *count = kept;
    return VARIANT_PARSE_OK;
}

static VariantParse read_value(Builder *builder, JsonReader *reader, JsonToken token, int depth);

static VariantParse read_object(Builder *builder, JsonReader *reader, int depth) {
    Member *members = NULL;
    uint32_t count = 0;
    size_t start = builder->value.bytes;
    while (json_reader_next_key(reader)) {
        Slice name = json_reader_string(reader, &builder->arena);
        Member member = {name, name_id(builder, name), builder->value.bytes - start, count};
        ARENA_PUSH(&builder->arena, members, count, member);
        VariantParse result = read_value(builder, reader, json_reader_next(reader), depth + 1);
        if (result != VARIANT_PARSE_OK) return result;
    }
    if (json_reader_failed(reader)) return VARIANT_PARSE_MALFORMED;
    VariantParse result = sort_members(builder, members, &count);
    if (result == VARIANT_PARSE_OK) put_container(builder, start, members, count, true);
    return result;
}

static VariantParse read_array(Builder *builder, JsonReader *reader, int depth) {
    Member *members = NULL;
    uint32_t count = 0;
    size_t start = builder->value.bytes;
    for (JsonToken token; (token = json_reader_next(reader)) != JSON_TOKEN_ARRAY_END;) {
        Member member = {.offset = builder->value.bytes - start};
        ARENA_PUSH(&builder->arena, members, count, member);
        VariantParse result = read_value(builder, reader, token, depth + 1);
        if (result != VARIANT_PARSE_OK) return result;
    }
    put_container(builder, start, members, count, false);
    return VARIANT_PARSE_OK;
}

static VariantParse read_number(Builder *builder, Slice text) {
    int64_t whole;
    if (parse_i64(text, &whole)) {
        put_int(&builder->value, whole);
        return VARIANT_PARSE_OK;
    }
    size_t dot = slice_find_char(text, '.', 0);
    int scale = dot == SIZE_MAX ? 0 : (int)MIN(text.bytes - dot - 1, 100u);
    Int128 unscaled;
    bool overflow = false;
    bool plain =
        slice_find_char(text, 'e', 0) == SIZE_MAX && slice_find_char(text, 'E', 0) == SIZE_MAX;
    if (plain && scale <= DECIMAL_MAX_PRECISION &&
        parse_decimal(text, DECIMAL_MAX_PRECISION, scale, &unscaled, &overflow)) {
        put_decimal(&builder->value, unscaled, scale);
        return VARIANT_PARSE_OK;
    }
    double value;
    if (!parse_double(text, &value)) return VARIANT_PARSE_MALFORMED;
    put_double(&builder->value, value);
    return VARIANT_PARSE_OK;
}

static VariantParse read_value(Builder *builder, JsonReader *reader, JsonToken token, int depth) {
    if (builder->value.bytes > VARIANT_BYTES_MAX) return VARIANT_PARSE_TOO_LARGE;
    switch (token) {
    case JSON_TOKEN_OBJECT: return read_object(builder, reader, depth);
    case JSON_TOKEN_ARRAY: return read_array(builder, reader, depth);
    case JSON_TOKEN_STRING:
        put_string(&builder->value, json_reader_string(reader, &builder->arena));
        return VARIANT_PARSE_OK;
    case JSON_TOKEN_NUMBER: return read_number(builder, reader->text);
    case JSON_TOKEN_TRUE:
        put_head(&builder->value, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_TRUE);
        return VARIANT_PARSE_OK;
    case JSON_TOKEN_FALSE:
        put_head(&builder->value, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_FALSE);
        return VARIANT_PARSE_OK;
    case JSON_TOKEN_NULL:
        put_head(&builder->value, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_NULL);
        return VARIANT_PARSE_OK;
    default: return VARIANT_PARSE_MALFORMED;
    }
}

// The metadata, then the value.
static VariantParse finish(Builder *builder, Text *out) {
    size_t chars = 0;
    for (size_t i = 0; i < builder->name_count; i++) chars += builder->names[i].bytes;
    uint32_t width = uint_bytes(MAX(chars, builder->name_count));
    if (chars > VARIANT_BYTES_MAX || builder->value.bytes > VARIANT_BYTES_MAX)
        return VARIANT_PARSE_TOO_LARGE;
    text_append_char(out, (char)(VARIANT_VERSION | (width - 1) << 6));
    put_uint(out, builder->name_count, width);
    size_t offset = 0;
    for (size_t i = 0; i <= builder->name_count; i++) {
        put_uint(out, offset, width);
        if (i < builder->name_count) offset += builder->names[i].bytes;
    }
    for (size_t i = 0; i < builder->name_count; i++) text_append(out, builder->names[i]);
    text_append(out, text_slice(&builder->value));
    return VARIANT_PARSE_OK;
}

VariantParse variant_from_json(Slice json, bool last_key_wins, Text *out, Slice *duplicate) {
    AUTO(Builder, builder) = {.last_key_wins = last_key_wins};
    JsonReader reader;
    json_reader_init(&reader, json);
    VariantParse result = read_value(&builder, &reader, json_reader_next(&reader), 0);
    if (result == VARIANT_PARSE_OK && json_reader_next(&reader) != JSON_TOKEN_END)
        result = VARIANT_PARSE_MALFORMED;
    if (result == VARIANT_PARSE_DUPLICATE_KEY && duplicate) {
        // The name may live in the arena: point into the input when it stands there.
        size_t at = slice_find(json, builder.duplicate, 0);
        *duplicate =
            at == SIZE_MAX ? SLICE_NONE : slice_of(json.data + at, builder.duplicate.bytes);
    }
    return result == VARIANT_PARSE_OK ? finish(&builder, out) : result;
}

static VariantParse put_value(Builder *builder, const Value *value, int depth);

static VariantParse put_items(Builder *builder, const Value *value, int depth) {
    bool is_map = value->type->id == TYPE_MAP, is_array = value->type->id == TYPE_ARRAY;
    size_t start = builder->value.bytes;
    uint32_t count = value->item_count;
    Member *members = ARENA_ARRAY(&builder->arena, Member, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        members[i] = (Member){.offset = builder->value.bytes - start, .order = i};
        if (!is_array) {
            members[i].name = is_map ? value->items[i].bytes : value->type->fields[i].name;
            members[i].id = name_id(builder, members[i].name);
        }
        VariantParse result = put_value(builder, &value->items[is_map ? count + i : i], depth + 1);
        if (result != VARIANT_PARSE_OK) return result;
    }
    if (!is_array) {
        VariantParse result = sort_members(builder, members, &count);
        if (result != VARIANT_PARSE_OK) return result;
    }
    put_container(builder, start, members, count, !is_array);
    return VARIANT_PARSE_OK;
}

static void put_fixed(Text *out, unsigned primitive, int64_t value, uint32_t bytes) {
    put_head(out, VARIANT_BASIC_PRIMITIVE, primitive);
    put_uint(out, (uint64_t)value, bytes);
}

// A variant inside a value is written anew: its names go to this dictionary.
static VariantParse put_variant(Builder *builder, VariantView view, int depth) {
    VariantKind kind;
    Value scalar;
    uint32_t count;
    if (depth > LIMIT_NESTING_DEPTH || !variant_kind(view, &kind)) return VARIANT_PARSE_MALFORMED;
    if (kind == VARIANT_NULL || kind == VARIANT_SCALAR)
        return variant_value(view, &scalar) ? put_value(builder, &scalar, depth)
                                            : VARIANT_PARSE_MALFORMED;
    if (!variant_count(view, &count)) return VARIANT_PARSE_MALFORMED;
    size_t start = builder->value.bytes;
    Member *members = ARENA_ARRAY(&builder->arena, Member, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        VariantView member;
        members[i] = (Member){.offset = builder->value.bytes - start, .order = i};
        if (!variant_member(view, i, &members[i].name, &member)) return VARIANT_PARSE_MALFORMED;
        if (kind == VARIANT_OBJECT) members[i].id = name_id(builder, members[i].name);
        VariantParse result = put_variant(builder, member, depth + 1);
        if (result != VARIANT_PARSE_OK) return result;
    }
    put_container(builder, start, members, count, kind == VARIANT_OBJECT);
    return VARIANT_PARSE_OK;
}

static void put_scalar(Text *out, const Value *value) {
    switch (value->type->id) {
    case TYPE_BOOLEAN:
        put_head(out, VARIANT_BASIC_PRIMITIVE,
                 value->i64 ? VARIANT_PRIMITIVE_TRUE : VARIANT_PRIMITIVE_FALSE);
        break;
    case TYPE_FLOAT: put_float(out, (float)value->f64); break;
    case TYPE_DOUBLE: put_double(out, value->f64); break;
    case TYPE_DECIMAL: put_decimal(out, value->i128, value->type->scale); break;
    case TYPE_DATE: put_fixed(out, VARIANT_PRIMITIVE_DATE, value->i64, 4); break;
    case TYPE_TIMESTAMP: put_fixed(out, VARIANT_PRIMITIVE_TIMESTAMP, value->i64, 8); break;
    case TYPE_TIMESTAMP_NTZ: put_fixed(out, VARIANT_PRIMITIVE_TIMESTAMP_NTZ, value->i64, 8); break;
    case TYPE_TIME: put_fixed(out, VARIANT_PRIMITIVE_TIME, value->i64 / 1000, 8); break;
    case TYPE_BINARY:
        put_fixed(out, VARIANT_PRIMITIVE_BINARY, (int64_t)value->bytes.bytes, 4);
        text_append(out, value->bytes);
        break;
    case TYPE_STRING:
    case TYPE_CHAR:
    case TYPE_VARCHAR: put_string(out, value->bytes); break;
    default: put_int(out, value->i64); break;
    }
}

static VariantParse put_value(Builder *builder, const Value *value, int depth) {
    if (builder->value.bytes > VARIANT_BYTES_MAX) return VARIANT_PARSE_TOO_LARGE;
    if (value->is_null || value->type->id == TYPE_VOID) {
        put_head(&builder->value, VARIANT_BASIC_PRIMITIVE, VARIANT_PRIMITIVE_NULL);
        return VARIANT_PARSE_OK;
    }
    if (type_is_nested(value->type)) return put_items(builder, value, depth);
    if (value->type->id == TYPE_VARIANT) {
        VariantView view;
        if (!variant_view(value->bytes, &view)) return VARIANT_PARSE_MALFORMED;
        return put_variant(builder, view, depth);
    }
    put_scalar(&builder->value, value);
    return VARIANT_PARSE_OK;
}

VariantParse variant_from_value(const Value *value, Text *out) {
    AUTO(Builder, builder) = {.last_key_wins = false};
    VariantParse result = put_value(&builder, value, 0);
    return result == VARIANT_PARSE_OK ? finish(&builder, out) : result;
}
