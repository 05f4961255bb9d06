// SPDX-License-Identifier: Apache-2.0
// Spark's JSON form of types: names for simple types, objects for nested ones.
#include "kernel/column/type.h"

#include "base/json.h"

typedef struct JsonName {
    const char *json;
    TypeId id;
} JsonName;

// The names that differ from the catalog's.
static const JsonName JSON_NAMES[] = {
    {"byte", TYPE_TINYINT}, {"short", TYPE_SMALLINT}, {"integer", TYPE_INT}, {"long", TYPE_BIGINT}};

static void append_bool(Text *out, bool b) { text_append_cstr(out, b ? "true" : "false"); }

static bool has_comment(Slice metadata) {
    return slice_find(metadata, SLICE("\"comment\""), 0) != SIZE_MAX;
}

static void append_metadata(const TypeField *field, Text *out) {
    Slice metadata = slice_trim(field->metadata);
    if (metadata.bytes < 2) metadata = SLICE("{}");
    if (!field->comment.bytes || has_comment(metadata)) {
        text_append(out, metadata);
        return;
    }
    text_append_cstr(out, "{\"comment\":");
    json_writer_append_string(out, field->comment);
    Slice rest = slice_trim(slice_from(metadata, 1));
    if (rest.bytes > 1) text_append_char(out, ',');
    text_append(out, rest);
}

static void append_struct(const Type *type, Text *out) {
    text_append_cstr(out, "{\"type\":\"struct\",\"fields\":[");
    for (uint32_t i = 0; i < type->field_count; i++) {
        const TypeField *field = &type->fields[i];
        text_append_cstr(out, i ? ",{\"name\":" : "{\"name\":");
        json_writer_append_string(out, field->name);
        text_append_cstr(out, ",\"type\":");
        type_append_json(field->type, out);
        text_append_cstr(out, ",\"nullable\":");
        append_bool(out, field->nullable);
        text_append_cstr(out, ",\"metadata\":");
        append_metadata(field, out);
        text_append_char(out, '}');
    }
    text_append_cstr(out, "]}");
}

void type_append_json(const Type *type, Text *out) {
    const TypeField *fields = type->fields;
    switch (type->id) {
    case TYPE_STRUCT: append_struct(type, out); return;
    case TYPE_ARRAY:
        text_append_cstr(out, "{\"type\":\"array\",\"elementType\":");
        type_append_json(fields[0].type, out);
        text_append_cstr(out, ",\"containsNull\":");
        append_bool(out, fields[0].nullable);
        text_append_char(out, '}');
        return;
    case TYPE_MAP:
        text_append_cstr(out, "{\"type\":\"map\",\"keyType\":");
        type_append_json(fields[0].type, out);
        text_append_cstr(out, ",\"valueType\":");
        type_append_json(fields[1].type, out);
        text_append_cstr(out, ",\"valueContainsNull\":");
        append_bool(out, fields[1].nullable);
        text_append_char(out, '}');
        return;
    case TYPE_STRING: text_append_cstr(out, "\"string\""); return; // collations are metadata
    default: break;
    }
    text_append_char(out, '"');
    for (size_t i = 0; i < COUNT_OF(JSON_NAMES); i++)
        if (JSON_NAMES[i].id == type->id) {
            text_append_cstr(out, JSON_NAMES[i].json);
            text_append_char(out, '"');
            return;
        }
    type_append_catalog(type, out);
    text_append_char(out, '"');
}

static const Type *fail(Slice text, Error *err) {
    (void)error_set(err, ERR_INVALID_JSON_DATA_TYPE);
    error_add(err, "invalidType", text);
    return NULL;
}

// "(a)" or "(a,b)" behind a name; *count numbers found.
static bool parse_numbers(Slice s, uint32_t numbers[2], int *count) {
    s = slice_trim(s);
    *count = 0;
    if (s.bytes < 3 || s.data[0] != '(' || s.data[s.bytes - 1] != ')') return false;
    s = slice_of(s.data + 1, s.bytes - 2);
    Slice part;
    while (slice_split(&s, ',', &part)) {
        uint64_t number;
        if (*count == 2 || !slice_to_u64(slice_trim(part), &number) || number > UINT32_MAX)
            return false;
        numbers[(*count)++] = (uint32_t)number;
    }
    return *count > 0;
}

static bool unit_of(Slice word, IntervalUnit *unit) {
    static const char *const UNITS[] = {"year", "month", "day", "hour", "minute", "second"};
    for (size_t i = 0; i < COUNT_OF(UNITS); i++)
        if (slice_equal_cstr(word, UNITS[i])) {
            *unit = (IntervalUnit)i;
            return true;
        }
    return false;
}

static const Type *interval_from_name(Slice units) {
    size_t to = slice_find(units, SLICE(" to "), 0);
    Slice first = slice_first(units, to), last = to == SIZE_MAX ? units : slice_from(units, to + 4);
    IntervalUnit start, stop;
    if (!unit_of(first, &start) || !unit_of(last, &stop) || start > stop ||
        (start <= UNIT_MONTH) != (stop <= UNIT_MONTH))
        return NULL;
    return type_interval(start, stop);
}

static const Type *parameterised_from_name(Arena *arena, Slice name, size_t open) {
    uint32_t n[2] = {0, 0};
    int count;
    Slice word = slice_trim(slice_first(name, open));
    if (!parse_numbers(slice_from(name, open), n, &count)) return NULL;
    if (slice_equal_cstr(word, "decimal") && n[0] >= 1 && n[0] <= DECIMAL_MAX_PRECISION &&
        n[1] <= n[0])
        return type_decimal((int)n[0], (int)n[1]);
    if (count != 1) return NULL;
    if (slice_equal_cstr(word, "char")) return type_char(arena, TYPE_CHAR, n[0]);
    if (slice_equal_cstr(word, "varchar")) return type_char(arena, TYPE_VARCHAR, n[0]);
    if (slice_equal_cstr(word, "time") && n[0] <= 6) return type_time((int)n[0]);
    return NULL;
}

static const Type *simple_from_name(Arena *arena, Slice name) {
    for (size_t i = 0; i < COUNT_OF(JSON_NAMES); i++)
        if (slice_equal_cstr(name, JSON_NAMES[i].json)) return type_of(JSON_NAMES[i].id);
    if (slice_equal_cstr(name, "timestamp_ltz")) return type_of(TYPE_TIMESTAMP);
    if (slice_equal_cstr(name, "calendar_interval")) return type_of(TYPE_INTERVAL);
    if (slice_equal_cstr(name, "null")) return type_of(TYPE_VOID);
    if (slice_starts_with(name, SLICE("interval "))) return interval_from_name(slice_from(name, 9));
    if (slice_starts_with(name, SLICE("string collate ")))
        return type_string_collated(arena, slice_from(name, 15));
    size_t open = slice_find_char(name, '(', 0);
    if (open != SIZE_MAX) return parameterised_from_name(arena, name, open);
    AUTO(Text, catalog) = {0};
    for (TypeId id = 0; id < TYPE_COUNT; id++) {
        if (id == TYPE_ARRAY || id == TYPE_MAP || id == TYPE_STRUCT || id == TYPE_CHAR ||
            id == TYPE_VARCHAR || id == TYPE_INTERVAL_YEAR_MONTH || id == TYPE_INTERVAL_DAY_TIME)
            continue;
        text_reset(&catalog);
        type_append_catalog(type_of(id), &catalog);
        Slice text = text_slice(&catalog);
        size_t stop = slice_find_char(text, '(', 0);
        if (slice_equal(slice_first(text, stop), name)) return type_of(id);
    }
    return NULL;
}

// What an object form of a type may hold, of whatever kind it is.
typedef struct TypeParts {
    Slice kind;
    Slice fields, element, key, value; // raw JSON
    bool contains_null;
} TypeParts;

static const Type *read_type(Arena *arena, Slice json, int depth, Error *err);

static bool raw_value(JsonReader *reader, Slice *raw) {
    return json_reader_raw_value(reader, json_reader_next(reader), raw);
}

static Slice string_of(Arena *arena, Slice json) {
    JsonReader reader;
    json_reader_init(&reader, json);
    if (json_reader_next(&reader) != JSON_TOKEN_STRING) return SLICE_NONE;
    return arena_copy(arena, json_reader_string(&reader, arena));
}

static void read_comment(Arena *arena, TypeField *field) {
    JsonReader reader;
    Slice value;
    json_reader_init(&reader, field->metadata);
    if (json_reader_next(&reader) != JSON_TOKEN_OBJECT) return;
    while (json_reader_next_key(&reader)) {
        bool is_comment = json_reader_text_is(&reader, "comment");
        if (!raw_value(&reader, &value)) return;
        if (is_comment) field->comment = string_of(arena, value);
    }
}

static bool read_field(Arena *arena, Slice json, TypeField *field, int depth, Error *err) {
    JsonReader reader;
    Slice value;
    *field = (TypeField){.nullable = true};
    json_reader_init(&reader, json);
    if (json_reader_next(&reader) != JSON_TOKEN_OBJECT) return fail(json, err) != NULL;
    while (json_reader_next_key(&reader)) {
        Slice key = reader.text;
        if (!raw_value(&reader, &value)) return fail(json, err) != NULL;
        if (slice_equal_cstr(key, "name")) field->name = string_of(arena, value);
        if (slice_equal_cstr(key, "nullable")) field->nullable = slice_equal_cstr(value, "true");
        if (slice_equal_cstr(key, "metadata")) field->metadata = arena_copy(arena, value);
        if (slice_equal_cstr(key, "type")) {
            field->type = read_type(arena, value, depth + 1, err);
            if (!field->type) return false;
        }
    }
    if (json_reader_failed(&reader) || !field->type || !field->name.data)
        return fail(json, err) != NULL;
    read_comment(arena, field);
    return true;
}

static const Type *read_struct(Arena *arena, Slice json, int depth, Error *err) {
    JsonReader reader;
    TypeField *fields = NULL;
    uint32_t count = 0;
    json_reader_init(&reader, json);
    if (json_reader_next(&reader) != JSON_TOKEN_ARRAY) return fail(json, err);
    for (JsonToken token; (token = json_reader_next(&reader)) != JSON_TOKEN_ARRAY_END;) {
        TypeField field;
        Slice value;
        if (!json_reader_raw_value(&reader, token, &value)) return fail(json, err);
        if (!read_field(arena, value, &field, depth, err)) return NULL;
        ARENA_PUSH(arena, fields, count, field);
    }
    return type_struct(arena, fields, count);
}

static bool read_parts(Arena *arena, Slice json, TypeParts *parts) {
    JsonReader reader;
    Slice value;
    json_reader_init(&reader, json);
    if (json_reader_next(&reader) != JSON_TOKEN_OBJECT) return false;
    while (json_reader_next_key(&reader)) {
        Slice key = reader.text;
        if (!raw_value(&reader, &value)) return false;
        if (slice_equal_cstr(key, "type")) parts->kind = string_of(arena, value);
        if (slice_equal_cstr(key, "fields")) parts->fields = value;
        if (slice_equal_cstr(key, "elementType") || slice_equal_cstr(key, "sqlType"))
            parts->element = value;
        if (slice_equal_cstr(key, "keyType")) parts->key = value;
        if (slice_equal_cstr(key, "valueType")) parts->value = value;
        if (slice_equal_cstr(key, "containsNull") || slice_equal_cstr(key, "valueContainsNull"))
            parts->contains_null = slice_equal_cstr(value, "true");
    }
    return !json_reader_failed(&reader);
}

static const Type *read_object(Arena *arena, Slice json, int depth, Error *err) {
    TypeParts parts = {.contains_null = true};
    if (!read_parts(arena, json, &parts)) return fail(json, err);
    if (slice_equal_cstr(parts.kind, "struct") && parts.fields.data)
        return read_struct(arena, parts.fields, depth, err);
    if (slice_equal_cstr(parts.kind, "udt") && parts.element.data)
        return read_type(arena, parts.element, depth + 1, err);
    if (slice_equal_cstr(parts.kind, "array") && parts.element.data) {
        const Type *element = read_type(arena, parts.element, depth + 1, err);
        return element ? type_array(arena, element, parts.contains_null) : NULL;
    }
    if (slice_equal_cstr(parts.kind, "map") && parts.key.data && parts.value.data) {
        const Type *k = read_type(arena, parts.key, depth + 1, err);
        const Type *v = k ? read_type(arena, parts.value, depth + 1, err) : NULL;
        return v ? type_map(arena, k, v, parts.contains_null) : NULL;
    }
    return fail(json, err);
}

static const Type *read_type(Arena *arena, Slice json, int depth, Error *err) {
    if (depth > LIMIT_NESTING_DEPTH / 4) return fail(SLICE("nested too deeply"), err);
    JsonReader reader;
    json_reader_init(&reader, json);
    switch (json_reader_next(&reader)) {
    case JSON_TOKEN_STRING: {
        Slice name = json_reader_string(&reader, arena);
        const Type *type = simple_from_name(arena, name);
        return type ? type : fail(name, err);
    }
    case JSON_TOKEN_OBJECT: return read_object(arena, json, depth, err);
    default: return fail(json, err);
    }
}

const Type *type_from_json(Arena *arena, Slice json, Error *err) {
    JsonReader reader;
    Slice value;
    json_reader_init(&reader, json);
    if (!raw_value(&reader, &value) || json_reader_next(&reader) != JSON_TOKEN_END)
        return fail(json, err);
    return read_type(arena, value, 0, err);
}
