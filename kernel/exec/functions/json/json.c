// SPDX-License-Identifier: Apache-2.0
// JSON text: paths, keys and lengths; values written as JSON and read back by a schema.
#include "kernel/exec/functions/kernel.h"

#include "base/json.h"
#include "kernel/column/format.h"
#include "kernel/column/parse.h"

#include <math.h>

// --- get_json_object ---------------------------------------------------------------------------

typedef struct PathStep {
    Slice name;    // of a field; data NULL: an index
    int64_t index; // -1: every element
} PathStep;

enum { PATH_STEPS_MAX = 64 };

typedef struct JsonPath {
    PathStep steps[PATH_STEPS_MAX];
    uint32_t count;
} JsonPath;

static bool path_parse(Slice s, JsonPath *path) {
    path->count = 0;
    if (!s.bytes || s.data[0] != '$') return false;
    for (size_t i = 1; i < s.bytes;) {
        PathStep step = {.index = -1};
        size_t stop;
        if (path->count == PATH_STEPS_MAX) return false;
        if (s.data[i] == '.') {
            stop = ++i;
            while (stop < s.bytes && s.data[stop] != '.' && s.data[stop] != '[') stop++;
            if (stop == i) return false;
            step.name = slice_of(s.data + i, stop - i);
            if (slice_equal_cstr(step.name, "*")) return false;
            i = stop;
        } else if (s.data[i] == '[') {
            stop = slice_find_char(s, ']', i);
            if (stop == SIZE_MAX) return false;
            Slice inner = slice_of(s.data + i + 1, stop - i - 1);
            if (inner.bytes >= 2 && inner.data[0] == '\'' && inner.data[inner.bytes - 1] == '\'')
                step.name = slice_of(inner.data + 1, inner.bytes - 2);
            else if (!slice_equal_cstr(inner, "*") &&
                     (!slice_to_i64(inner, &step.index) || step.index < 0))
                return false;
            i = stop + 1;
        } else {
            return false;
        }
        path->steps[path->count++] = step;
    }
    return true;
}

// What a path found: texts of JSON values.
typedef struct Found {
    Arena *arena;
    Slice *items;
    size_t count;
} Found;

static bool path_walk(JsonReader *reader, JsonToken token, const PathStep *step, uint32_t left,
                      Found *found) {
    if (left == 0) {
        Slice raw;
        if (!json_reader_raw_value(reader, token, &raw)) return false;
        ARENA_PUSH(found->arena, found->items, found->count, raw);
        return true;
    }
    if (step->name.data && token == JSON_TOKEN_OBJECT) {
        while (json_reader_next_key(reader)) {
            bool match = slice_equal(json_reader_string(reader, found->arena), step->name);
            JsonToken value = json_reader_next(reader);
            if (match ? !path_walk(reader, value, step + 1, left - 1, found)
                      : !json_reader_skip_value(reader, value))
                return false;
        }
        return !json_reader_failed(reader);
    }
    if (!step->name.data && token == JSON_TOKEN_ARRAY) {
        int64_t index = 0;
        for (JsonToken value; (value = json_reader_next(reader)) != JSON_TOKEN_ARRAY_END; index++) {
            bool match = step->index < 0 || step->index == index;
            if (match ? !path_walk(reader, value, step + 1, left - 1, found)
                      : !json_reader_skip_value(reader, value))
                return false;
        }
        return !json_reader_failed(reader);
    }
    return json_reader_skip_value(reader, token);
}

// A JSON value's text in normal form: no white space; a lone string without its quotes.
static bool append_normal(JsonReader *reader, JsonToken token, JsonWriter *writer, Arena *arena) {
    switch (token) {
    case JSON_TOKEN_OBJECT:
        json_writer_object(writer);
        while (json_reader_next_key(reader)) {
            json_writer_key(writer, json_reader_string(reader, arena));
            if (!append_normal(reader, json_reader_next(reader), writer, arena)) return false;
        }
        json_writer_object_end(writer);
        return !json_reader_failed(reader);
    case JSON_TOKEN_ARRAY:
        json_writer_array(writer);
        for (JsonToken t; (t = json_reader_next(reader)) != JSON_TOKEN_ARRAY_END;)
            if (!append_normal(reader, t, writer, arena)) return false;
        json_writer_array_end(writer);
        return true;
    case JSON_TOKEN_STRING:
        json_writer_string(writer, json_reader_string(reader, arena));
        return true;
    case JSON_TOKEN_NUMBER: json_writer_raw(writer, reader->text); return true;
    case JSON_TOKEN_TRUE:
    case JSON_TOKEN_FALSE: json_writer_bool(writer, token == JSON_TOKEN_TRUE); return true;
    case JSON_TOKEN_NULL: json_writer_null(writer); return true;
    default: return false;
    }
}

static void append_value(Slice raw, bool quoted, Arena *arena, Text *out) {
    JsonReader reader;
    JsonWriter writer;
    json_reader_init(&reader, raw);
    reader.leniency = JSON_ALLOW_SINGLE_QUOTES | JSON_ALLOW_CONTROLS;
    json_writer_init(&writer, out);
    JsonToken token = json_reader_next(&reader);
    if (token == JSON_TOKEN_STRING && !quoted) text_append(out, json_reader_string(&reader, arena));
    else (void)append_normal(&reader, token, &writer, arena);
}

static bool get_object(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        JsonPath path;
        JsonReader reader;
        Found found = {.arena = frame->arena};
        json_reader_init(&reader, arg_text(&args[0], r));
        reader.leniency = JSON_ALLOW_SINGLE_QUOTES | JSON_ALLOW_CONTROLS;
        bool ok = path_parse(arg_text(&args[1], r), &path) &&
                  path_walk(&reader, json_reader_next(&reader), path.steps, path.count, &found);
        bool many = false;
        for (uint32_t k = 0; ok && k < path.count; k++)
            many = many || (!path.steps[k].name.data && path.steps[k].index < 0);
        if (!ok || found.count == 0 || (!many && slice_equal_cstr(found.items[0], "null"))) {
            out_null(frame, out, r);
            continue;
        }
        text_reset(&text);
        if (found.count == 1) {
            append_value(found.items[0], many, frame->arena, &text);
        } else {
            text_append_char(&text, '[');
            for (size_t k = 0; k < found.count; k++) {
                if (k) text_append_char(&text, ',');
                append_value(found.items[k], true, frame->arena, &text);
            }
            text_append_char(&text, ']');
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool array_length(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        JsonReader reader;
        int32_t count = 0;
        json_reader_init(&reader, arg_text(&args[0], r));
        bool ok = json_reader_next(&reader) == JSON_TOKEN_ARRAY;
        for (JsonToken t; ok && (t = json_reader_next(&reader)) != JSON_TOKEN_ARRAY_END; count++)
            ok = json_reader_skip_value(&reader, t);
        if (ok) ((int32_t *)out->data)[r] = count;
        else out_null(frame, out, r);
    }
    return true;
}

static bool object_keys(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    StringView *keys = NULL;
    size_t count = 0;
    for (ROWS_EACH(rows, i, r)) {
        JsonReader reader;
        uint32_t start = (uint32_t)count;
        json_reader_init(&reader, arg_text(&args[0], r));
        bool ok = json_reader_next(&reader) == JSON_TOKEN_OBJECT;
        while (ok && json_reader_next_key(&reader)) {
            Slice key = json_reader_string(&reader, frame->arena);
            StringView view = string_view_of(key.data, (uint32_t)key.bytes);
            ARENA_PUSH(frame->arena, keys, count, view);
            ok = json_reader_skip_value(&reader, json_reader_next(&reader));
        }
        if (!ok || json_reader_failed(&reader)) out_null(frame, out, r);
        ((ListView *)out->data)[r] = (ListView){start, (uint32_t)count - start};
    }
    vector_init_flat(&out->children[0], out->type->fields[0].type, (uint32_t)count, frame->arena);
    if (count) memcpy(out->children[0].data, keys, sizeof *keys * count);
    return true;
}

// --- to_json -----------------------------------------------------------------------------------

static void append_key(const Vector *keys, uint32_t row, const TimeZone *zone, Text *out) {
    AUTO(Text, key) = {0};
    vector_append_text(keys, row, TEXT_CAST, zone, &key);
    json_writer_append_string(out, text_slice(&key));
}

// Null fields of structs are left out; timestamps carry milliseconds and zone.
static void append_json(const Vector *vector, uint32_t row, const TimeZone *zone, Text *out) {
    uint32_t at;
    if (vector_is_null(vector, row)) {
        text_append_cstr(out, "null");
        return;
    }
    const Vector *v = vector_base(vector, row, &at);
    const Type *type = vector->type;
    bool first = true;
    if (type->id == TYPE_STRUCT) {
        text_append_char(out, '{');
        for (uint32_t f = 0; f < type->field_count; f++) {
            if (vector_is_null(&v->children[f], at)) continue;
            if (!first) text_append_char(out, ',');
            first = false;
            json_writer_append_string(out, type->fields[f].name);
            text_append_char(out, ':');
            append_json(&v->children[f], at, zone, out);
        }
        text_append_char(out, '}');
    } else if (type->id == TYPE_ARRAY || type->id == TYPE_MAP) {
        ListView list = ((const ListView *)v->data)[at];
        bool map = type->id == TYPE_MAP;
        text_append_char(out, map ? '{' : '[');
        for (uint32_t k = list.offset; k < list.offset + list.count; k++) {
            if (k > list.offset) text_append_char(out, ',');
            if (map) {
                append_key(&v->children[0], k, zone, out);
                text_append_char(out, ':');
            }
            append_json(&v->children[map], k, zone, out);
        }
        text_append_char(out, map ? '}' : ']');
    } else if (type->id == TYPE_TIMESTAMP) {
        int64_t micros = ((const int64_t *)v->data)[at];
        AUTO(Text, stamp) = {0};
        text_append_timestamp(&stamp, micros, zone);
        Slice s = text_slice(&stamp);
        size_t dot = slice_find_char(s, '.', 0);
        text_printf(out, "\"%.10sT%.8s.%.3s", s.data, s.data + slice_find_char(s, ' ', 0) + 1,
                    dot == SIZE_MAX ? "000" : "");
        if (dot != SIZE_MAX) {
            Slice fraction = slice_from(s, dot + 1);
            text_append(out, fraction);
            if (fraction.bytes < 3) text_append_repeat(out, '0', 3 - fraction.bytes);
        }
        text_append_offset(out, time_zone_offset_seconds(zone, micros), true);
        text_append_char(out, '"');
    } else {
        vector_append_text(vector, row, TEXT_JSON, zone, out);
    }
}

static bool to_json(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        text_reset(&text);
        append_json(&args[0], arg_index(&args[0], r), frame->query->zone, &text);
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

// --- from_json ---------------------------------------------------------------------------------

static bool read_value(CallFrame *frame, JsonReader *reader, JsonToken token, const Type *type,
                       Value *out);

static bool read_struct(CallFrame *frame, JsonReader *reader, const Type *type, Value *out) {
    out->items = ARENA_ARRAY(frame->arena, Value, type->field_count + 1);
    out->item_count = type->field_count;
    for (uint32_t f = 0; f < type->field_count; f++)
        out->items[f] = value_null(type->fields[f].type);
    while (json_reader_next_key(reader)) {
        Slice key = json_reader_string(reader, frame->arena);
        JsonToken token = json_reader_next(reader);
        uint32_t f = 0;
        while (f < type->field_count && !slice_equal(type->fields[f].name, key)) f++;
        if (f == type->field_count
                ? !json_reader_skip_value(reader, token)
                : !read_value(frame, reader, token, type->fields[f].type, &out->items[f]))
            return false;
    }
    return !json_reader_failed(reader);
}

static bool read_items(CallFrame *frame, JsonReader *reader, const Type *type, Value *out) {
    Value *keys = NULL, *values = NULL;
    size_t key_count = 0, count = 0;
    bool map = type->id == TYPE_MAP;
    for (;;) {
        Value value;
        JsonToken token;
        if (map) {
            if (!json_reader_next_key(reader)) break;
            ARENA_PUSH(frame->arena, keys, key_count,
                       value_string(json_reader_string(reader, frame->arena)));
            token = json_reader_next(reader);
        } else {
            token = json_reader_next(reader);
            if (token == JSON_TOKEN_ARRAY_END) break;
        }
        if (!read_value(frame, reader, token, type->fields[map].type, &value)) return false;
        ARENA_PUSH(frame->arena, values, count, value);
    }
    if (json_reader_failed(reader)) return false;
    out->item_count = (uint32_t)count;
    out->items = ARENA_ARRAY(frame->arena, Value, 2 * count + 1);
    if (map && count) memcpy(out->items, keys, sizeof *keys * count);
    if (count) memcpy(out->items + (map ? count : 0), values, sizeof *values * count);
    return true;
}

static bool read_value(CallFrame *frame, JsonReader *reader, JsonToken token, const Type *type,
                       Value *out) {
    *out = (Value){.type = type};
    if (token == JSON_TOKEN_ERROR || token == JSON_TOKEN_END) return false;
    if (token == JSON_TOKEN_NULL) {
        out->is_null = true;
        return true;
    }
    if (type->id == TYPE_STRUCT && token == JSON_TOKEN_OBJECT)
        return read_struct(frame, reader, type, out);
    if (type->id == TYPE_MAP && token == JSON_TOKEN_OBJECT)
        return read_items(frame, reader, type, out);
    if (type->id == TYPE_ARRAY && token == JSON_TOKEN_ARRAY)
        return read_items(frame, reader, type, out);
    if (type_is_text(type)) {
        if (token == JSON_TOKEN_STRING) {
            out->bytes = json_reader_string(reader, frame->arena);
            return true;
        }
        Slice raw;
        if (!json_reader_raw_value(reader, token, &raw)) return false;
        AUTO(Text, text) = {0};
        append_value(raw, true, frame->arena, &text);
        out->bytes = arena_copy(frame->arena, text_slice(&text));
        return true;
    }
    bool scalar = token == JSON_TOKEN_STRING || token == JSON_TOKEN_NUMBER ||
                  token == JSON_TOKEN_TRUE || token == JSON_TOKEN_FALSE;
    bool number = type_is_numeric(type);
    Slice text = token == JSON_TOKEN_TRUE    ? SLICE("true")
                 : token == JSON_TOKEN_FALSE ? SLICE("false")
                                             : json_reader_string(reader, frame->arena);
    bool fits =
        scalar && !type_is_nested(type) &&
        (!number || token == JSON_TOKEN_NUMBER || token == JSON_TOKEN_STRING) &&
        (type->id == TYPE_BOOLEAN) == (token == JSON_TOKEN_TRUE || token == JSON_TOKEN_FALSE);
    if (number && token == JSON_TOKEN_STRING && type->id != TYPE_DOUBLE && type->id != TYPE_FLOAT)
        fits = false;
    if (!scalar) {
        if (!json_reader_skip_value(reader, token)) return false;
    }
    if (!fits || !parse_value(text, type, frame->query->zone, frame->arena, out))
        *out = value_null(type);
    return true;
}

// What a malformed record becomes: a struct of nulls, as Spark's PERMISSIVE mode has it.
static Value malformed_value(Arena *arena, const Type *type) {
    if (type->id != TYPE_STRUCT) return value_null(type);
    Value value = {.type = type, .item_count = type->field_count};
    value.items = ARENA_ARRAY(arena, Value, type->field_count + 1);
    for (uint32_t f = 0; f < type->field_count; f++)
        value.items[f] = value_null(type->fields[f].type);
    return value;
}

static bool from_json(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        JsonReader reader;
        Value value;
        json_reader_init(&reader, arg_text(&args[0], r));
        reader.leniency = JSON_ALLOW_SINGLE_QUOTES;
        JsonToken token = json_reader_next(&reader);
        if (token == JSON_TOKEN_END) value = value_null(out->type);
        else if (!read_value(frame, &reader, token, out->type, &value))
            value = malformed_value(frame->arena, out->type);
        vector_set_value(out, r, &value, frame->arena);
    }
    return true;
}

#define ENTRY(text, kernel_name) \
    { text, &(const ScalarFunction){.name = (text), .kernel = (kernel_name)}, NULL }
const ScalarEntry scalars_json[] = {
    ENTRY("get_json_object", get_object),   ENTRY("json_array_length", array_length),
    ENTRY("json_object_keys", object_keys), ENTRY("to_json", to_json),
    ENTRY("from_json", from_json),          {NULL, NULL, NULL},
};
