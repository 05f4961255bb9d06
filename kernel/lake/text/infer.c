// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/text/infer.h"

#include "kernel/column/parse.h"

#include <stdlib.h>

// --- CSV -----------------------------------------------------------------------------------------

// Digits of a whole number of any length, 0 when it is none.
static size_t whole_digits(Slice s) {
    size_t at = s.bytes && (s.data[0] == '-' || s.data[0] == '+');
    for (size_t i = at; i < s.bytes; i++)
        if (s.data[i] < '0' || s.data[i] > '9') return 0;
    while (at + 1 < s.bytes && s.data[at] == '0') at++;
    return s.bytes - at;
}

CsvShape csv_shape_of(const TextOptions *options, Slice value) {
    int64_t integer, micros;
    double real;
    int32_t days;
    bool had_zone;
    if (slice_equal(value, options->null_value)) return (CsvShape){CSV_KIND_NULL, 0};
    if (slice_to_i64(value, &integer))
        return (CsvShape){integer == (int32_t)integer ? CSV_KIND_INT : CSV_KIND_BIGINT, 0};
    size_t digits = whole_digits(value);
    if (digits && digits <= DECIMAL_MAX_PRECISION)
        return (CsvShape){CSV_KIND_DECIMAL, (uint8_t)digits};
    if (parse_double(value, &real) || slice_equal(value, options->nan_value) ||
        slice_equal(value, options->positive_infinity) ||
        slice_equal(value, options->negative_infinity))
        return (CsvShape){CSV_KIND_DOUBLE, 0};
    // A year alone is a number; a date has two dashes.
    if (value.bytes == 10 && parse_date(value, &days)) return (CsvShape){CSV_KIND_DATE, 0};
    if (value.bytes >= 8 && parse_timestamp(value, options->zone, &micros, &had_zone))
        return (CsvShape){CSV_KIND_TIMESTAMP, 0};
    if (slice_equal_ignore_case(value, SLICE("true")) ||
        slice_equal_ignore_case(value, SLICE("false")))
        return (CsvShape){CSV_KIND_BOOLEAN, 0};
    return (CsvShape){CSV_KIND_STRING, 0};
}

static bool is_number(CsvKind kind) { return kind >= CSV_KIND_INT && kind <= CSV_KIND_DOUBLE; }

CsvShape csv_shape_merge(CsvShape a, CsvShape b) {
    if (a.kind > b.kind) return csv_shape_merge(b, a);
    if (a.kind == CSV_KIND_NULL) return b;
    if (a.kind == b.kind) return (CsvShape){a.kind, MAX(a.digits, b.digits)};
    if (is_number(a.kind) && is_number(b.kind)) {
        // BIGINT counts with 20 digits, INT with 10.
        uint8_t least = a.kind == CSV_KIND_BIGINT ? 20 : 10;
        uint8_t digits = b.kind == CSV_KIND_DECIMAL ? (uint8_t)MAX(b.digits, least) : 0;
        return (CsvShape){b.kind, digits};
    }
    if (a.kind == CSV_KIND_DATE && b.kind == CSV_KIND_TIMESTAMP) return b;
    return (CsvShape){CSV_KIND_STRING, 0};
}

const Type *csv_shape_type(CsvShape shape) {
    switch (shape.kind) {
    case CSV_KIND_INT: return type_of(TYPE_INT);
    case CSV_KIND_BIGINT: return type_of(TYPE_BIGINT);
    case CSV_KIND_DECIMAL: return type_decimal(shape.digits, 0);
    case CSV_KIND_DOUBLE: return type_of(TYPE_DOUBLE);
    case CSV_KIND_DATE: return type_of(TYPE_DATE);
    case CSV_KIND_TIMESTAMP: return type_of(TYPE_TIMESTAMP);
    case CSV_KIND_BOOLEAN: return type_of(TYPE_BOOLEAN);
    case CSV_KIND_NULL:
    case CSV_KIND_STRING: break;
    }
    return type_of(TYPE_STRING);
}

// --- JSON ----------------------------------------------------------------------------------------

// The child for a field, made when new. `hint`: where it is likely to be.
static JsonShape *struct_field(Arena *arena, JsonShape *shape, Slice name, uint32_t hint) {
    if (hint < shape->count && slice_equal(shape->names[hint], name)) return &shape->children[hint];
    for (uint32_t i = 0; i < shape->count; i++)
        if (slice_equal(shape->names[i], name)) return &shape->children[i];
    uint32_t count = shape->count;
    Slice copy = arena_copy(arena, name);
    ARENA_PUSH(arena, shape->names, count, copy);
    ARENA_PUSH(arena, shape->children, shape->count, (JsonShape){0});
    return &shape->children[shape->count - 1];
}

static JsonShape number_shape(Slice text, const TextOptions *options) {
    int64_t value;
    if (slice_to_i64(text, &value)) return (JsonShape){.kind = JSON_KIND_BIGINT};
    size_t digits = whole_digits(text);
    if (digits && digits <= DECIMAL_MAX_PRECISION)
        return (JsonShape){.kind = JSON_KIND_DECIMAL, .precision = (uint8_t)digits};
    size_t dot = slice_find_char(text, '.', 0);
    bool plain = dot != SIZE_MAX && slice_find_char(text, 'e', 0) == SIZE_MAX &&
                 slice_find_char(text, 'E', 0) == SIZE_MAX;
    if (options->prefers_decimal && plain) {
        size_t scale = text.bytes - dot - 1, whole = dot - (text.data[0] == '-');
        if (whole == 1 && text.data[dot - 1] == '0') whole = 0;
        if (whole + scale <= DECIMAL_MAX_PRECISION)
            return (JsonShape){.kind = JSON_KIND_DECIMAL,
                               .precision = (uint8_t)MAX(whole + scale, 1),
                               .scale = (uint8_t)scale};
    }
    return (JsonShape){.kind = JSON_KIND_DOUBLE};
}

static bool add_struct(JsonReader *reader, const TextOptions *options, Arena *arena,
                       JsonShape *shape) {
    for (uint32_t hint = 0; json_reader_next_key(reader); hint++) {
        Slice name = json_reader_string(reader, arena);
        JsonShape *child = struct_field(arena, shape, name, hint);
        if (!json_shape_add(reader, json_reader_next(reader), options, arena, child)) return false;
    }
    return !json_reader_failed(reader);
}

static bool add_array(JsonReader *reader, const TextOptions *options, Arena *arena,
                      JsonShape *shape) {
    if (!shape->count) ARENA_PUSH(arena, shape->children, shape->count, (JsonShape){0});
    for (;;) {
        JsonToken token = json_reader_next(reader);
        if (token == JSON_TOKEN_ARRAY_END) return true;
        if (!json_shape_add(reader, token, options, arena, &shape->children[0])) return false;
    }
}

bool json_shape_add(JsonReader *reader, JsonToken token, const TextOptions *options, Arena *arena,
                    JsonShape *shape) {
    JsonShape own = {.kind = JSON_KIND_NULL};
    bool ok = true;
    switch (token) {
    case JSON_TOKEN_OBJECT:
    case JSON_TOKEN_ARRAY: {
        bool is_object = token == JSON_TOKEN_OBJECT;
        own.kind = is_object ? JSON_KIND_STRUCT : JSON_KIND_ARRAY;
        // Of the same kind, or the first: fill in place.
        JsonShape *to = shape->kind == own.kind || shape->kind == JSON_KIND_NULL ? shape : &own;
        to->kind = own.kind;
        ok = is_object ? add_struct(reader, options, arena, to)
                       : add_array(reader, options, arena, to);
        if (to == shape) return ok;
        break;
    }
    case JSON_TOKEN_STRING:
        // Empty strings stand for nulls in some generators: they decide nothing.
        if (reader->text.bytes) own.kind = JSON_KIND_STRING;
        break;
    case JSON_TOKEN_NUMBER:
        own = options->primitives_as_string ? (JsonShape){.kind = JSON_KIND_STRING}
                                            : number_shape(reader->text, options);
        break;
    case JSON_TOKEN_TRUE:
    case JSON_TOKEN_FALSE:
        own.kind = options->primitives_as_string ? JSON_KIND_STRING : JSON_KIND_BOOLEAN;
        break;
    case JSON_TOKEN_NULL: break;
    default: return false;
    }
    if (ok) json_shape_merge(arena, shape, &own);
    return ok;
}

static void merge_decimals(JsonShape *into, const JsonShape *from) {
    int scale = MAX(into->scale, from->scale);
    int whole = MAX(into->precision - into->scale, from->precision - from->scale);
    if (scale + whole > DECIMAL_MAX_PRECISION) {
        *into = (JsonShape){.kind = JSON_KIND_DOUBLE};
        return;
    }
    *into = (JsonShape){
        .kind = JSON_KIND_DECIMAL, .precision = (uint8_t)(scale + whole), .scale = (uint8_t)scale};
}

void json_shape_merge(Arena *arena, JsonShape *into, const JsonShape *from) {
    if (from->kind == JSON_KIND_NULL) return;
    if (into->kind == JSON_KIND_NULL && from->kind < JSON_KIND_ARRAY) {
        *into = *from;
    } else if (into->kind == from->kind || into->kind == JSON_KIND_NULL) {
        into->kind = from->kind;
        if (from->kind == JSON_KIND_DECIMAL) merge_decimals(into, from);
        if (from->kind == JSON_KIND_ARRAY && !into->count && from->count)
            ARENA_PUSH(arena, into->children, into->count, (JsonShape){0});
        for (uint32_t i = 0; i < from->count; i++) {
            JsonShape *child = from->kind == JSON_KIND_ARRAY
                                   ? &into->children[0]
                                   : struct_field(arena, into, from->names[i], i);
            json_shape_merge(arena, child, &from->children[i]);
        }
    } else {
        JsonKind low = MIN(into->kind, from->kind), high = MAX(into->kind, from->kind);
        bool numbers = low >= JSON_KIND_BIGINT && high <= JSON_KIND_DOUBLE;
        JsonShape integer = {.kind = JSON_KIND_DECIMAL, .precision = 20};
        JsonShape decimal = into->kind == JSON_KIND_DECIMAL ? *into : *from;
        *into = (JsonShape){.kind = numbers ? high : JSON_KIND_STRING};
        if (into->kind != JSON_KIND_DECIMAL) return;
        *into = decimal;
        merge_decimals(into, &integer);
    }
}

static int compare_fields(const void *a, const void *b) {
    return slice_compare(((const TypeField *)a)->name, ((const TypeField *)b)->name);
}

static const Type *struct_type(const JsonShape *shape, const TextOptions *options, Arena *arena) {
    TypeField *fields = ARENA_ARRAY(arena, TypeField, shape->count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < shape->count; i++) {
        if (options->drop_all_null && shape->children[i].kind == JSON_KIND_NULL) continue;
        const Type *type = json_shape_type(&shape->children[i], options, arena);
        if (!type) continue;
        fields[count++] =
            (TypeField){.name = arena_copy(arena, shape->names[i]), .type = type, .nullable = true};
    }
    if (count == 0) return NULL;
    qsort(fields, count, sizeof *fields, compare_fields);
    return type_struct(arena, fields, count);
}

const Type *json_shape_type(const JsonShape *shape, const TextOptions *options, Arena *arena) {
    const Type *element;
    switch (shape->kind) {
    case JSON_KIND_BOOLEAN: return type_of(TYPE_BOOLEAN);
    case JSON_KIND_BIGINT: return type_of(TYPE_BIGINT);
    case JSON_KIND_DECIMAL: return type_decimal(shape->precision, shape->scale);
    case JSON_KIND_DOUBLE: return type_of(TYPE_DOUBLE);
    case JSON_KIND_STRUCT: return struct_type(shape, options, arena);
    case JSON_KIND_ARRAY:
        element = shape->count ? json_shape_type(&shape->children[0], options, arena)
                               : type_of(TYPE_STRING);
        return element ? type_array(arena, element, true) : NULL;
    case JSON_KIND_NULL:
    case JSON_KIND_STRING: break;
    }
    return type_of(TYPE_STRING);
}
