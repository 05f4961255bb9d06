// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/text/values.h"

#include "base/utf8.h"
#include "kernel/column/parse.h"
#include "kernel/column/variant.h"

void vector_put_null(Vector *vector, uint32_t row, Arena *arena) {
    bit_clear(vector_make_validity(vector, arena), row);
}

Slice text_repair(Slice text, Arena *arena) {
    if (utf8_valid(text)) return text;
    AUTO(Text, out) = {0};
    for (size_t offset = 0; offset < text.bytes;)
        text_append_code_point(&out, utf8_next(text, &offset));
    return arena_copy(arena, text_slice(&out));
}

static void put_string(Vector *vector, uint32_t row, Slice s, Arena *arena) {
    ((StringView *)vector->data)[row] = string_view_copy(arena, s);
}

// Stores an integer of any width; false: out of the type's range.
static bool put_integer(Vector *vector, uint32_t row, int64_t value) {
    switch (type_physical(vector->type)) {
    case PHYSICAL_INT8:
        ((int8_t *)vector->data)[row] = (int8_t)value;
        return value == (int8_t)value;
    case PHYSICAL_INT16:
        ((int16_t *)vector->data)[row] = (int16_t)value;
        return value == (int16_t)value;
    case PHYSICAL_INT32:
        ((int32_t *)vector->data)[row] = (int32_t)value;
        return value == (int32_t)value;
    case PHYSICAL_INT64: ((int64_t *)vector->data)[row] = value; return true;
    default: return false;
    }
}

static bool put_double(Vector *vector, uint32_t row, double value) {
    if (vector->type->id == TYPE_FLOAT) ((float *)vector->data)[row] = (float)value;
    else ((double *)vector->data)[row] = value;
    return true;
}

static bool put_decimal(Vector *vector, uint32_t row, Slice text) {
    Int128 value;
    bool overflow;
    const Type *type = vector->type;
    if (!parse_decimal(text, type->precision, type->scale, &value, &overflow)) return false;
    if (type_physical(type) == PHYSICAL_INT64) ((int64_t *)vector->data)[row] = (int64_t)value;
    else ((Int128 *)vector->data)[row] = value;
    return true;
}

static bool put_timestamp(const TextOptions *options, Slice text, Vector *vector, uint32_t row) {
    int64_t micros;
    bool had_zone;
    bool ok = vector->type->id == TYPE_TIMESTAMP
                  ? parse_timestamp(text, options->zone, &micros, &had_zone)
                  : parse_timestamp_ntz(text, false, &micros);
    if (ok) ((int64_t *)vector->data)[row] = micros;
    return ok;
}

static bool put_date(Slice text, Vector *vector, uint32_t row) {
    int32_t days;
    if (!parse_date(text, &days)) return false;
    ((int32_t *)vector->data)[row] = days;
    return true;
}

static bool put_bool(Slice text, Vector *vector, uint32_t row) {
    bool is_true = slice_equal_ignore_case(text, SLICE("true"));
    ((uint8_t *)vector->data)[row] = is_true;
    return is_true || slice_equal_ignore_case(text, SLICE("false"));
}

// Types without a rule of their own here.
static bool put_other(const TextOptions *options, Slice text, Vector *vector, uint32_t row,
                      Arena *arena) {
    Value value;
    if (!parse_value(text, vector->type, options->zone, arena, &value)) return false;
    vector_set_value(vector, row, &value, arena);
    return true;
}

// --- CSV -----------------------------------------------------------------------------------------

bool csv_type_is_supported(const Type *type) {
    return !type_is_nested(type) && type->id != TYPE_VARIANT;
}

static bool put_csv_double(const TextOptions *options, Slice text, Vector *vector, uint32_t row) {
    double value;
    if (slice_equal(text, options->nan_value)) value = __builtin_nan("");
    else if (slice_equal(text, options->positive_infinity)) value = __builtin_inf();
    else if (slice_equal(text, options->negative_infinity)) value = -__builtin_inf();
    else if (!parse_double(text, &value)) return false;
    return put_double(vector, row, value);
}

static bool put_csv_value(const TextOptions *options, Slice text, Vector *vector, uint32_t row,
                          Arena *arena) {
    int64_t value;
    switch (vector->type->id) {
    case TYPE_STRING:
    case TYPE_CHAR:
    case TYPE_VARCHAR: put_string(vector, row, text_repair(text, arena), arena); return true;
    case TYPE_BINARY: put_string(vector, row, text, arena); return true;
    case TYPE_BOOLEAN: return put_bool(text, vector, row);
    case TYPE_TINYINT:
    case TYPE_SMALLINT:
    case TYPE_INT:
    case TYPE_BIGINT: return parse_i64(text, &value) && put_integer(vector, row, value);
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return put_csv_double(options, text, vector, row);
    case TYPE_DECIMAL: return put_decimal(vector, row, text);
    case TYPE_DATE: return put_date(text, vector, row);
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_NTZ: return put_timestamp(options, text, vector, row);
    default: return put_other(options, text, vector, row, arena);
    }
}

bool csv_put(const TextOptions *options, Slice value, Vector *vector, uint32_t row, Arena *arena) {
    bool is_null = slice_equal(value, options->null_value);
    if (!is_null && put_csv_value(options, value, vector, row, arena)) return true;
    vector_put_null(vector, row, arena);
    return is_null;
}

// --- JSON ----------------------------------------------------------------------------------------

// The text of a value for a STRING column: a string's own, anything else as it stands.
static bool json_text(JsonReader *reader, JsonToken token, Arena *arena, Slice *text) {
    if (token == JSON_TOKEN_STRING) {
        *text = text_repair(json_reader_string(reader, arena), arena);
        return true;
    }
    if (!json_reader_raw_value(reader, token, text)) return false;
    *text = text_repair(*text, arena);
    return true;
}

static bool json_number(Slice text, const Type *type, Vector *vector, uint32_t row) {
    int64_t integer;
    double real;
    switch (type->id) {
    case TYPE_TINYINT:
    case TYPE_SMALLINT:
    case TYPE_INT:
    case TYPE_BIGINT: return slice_to_i64(text, &integer) && put_integer(vector, row, integer);
    case TYPE_FLOAT:
    case TYPE_DOUBLE:
        if (slice_equal(text, SLICE("INF")) || slice_equal(text, SLICE("+INF")))
            return put_double(vector, row, __builtin_inf());
        if (slice_equal(text, SLICE("-INF"))) return put_double(vector, row, -__builtin_inf());
        return parse_double(text, &real) && put_double(vector, row, real);
    case TYPE_DECIMAL: return put_decimal(vector, row, text);
    case TYPE_TIMESTAMP:
        if (!slice_to_i64(text, &integer)) return false;
        return !__builtin_mul_overflow(integer, 1000000, &((int64_t *)vector->data)[row]);
    default: return false;
    }
}

static bool json_string(const TextOptions *options, Slice text, Vector *vector, uint32_t row,
                        Arena *arena) {
    static const char *const numbers[] = {"NaN", "Infinity", "-Infinity", "+Infinity",
                                          "INF", "-INF",     "+INF"};
    switch (vector->type->id) {
    case TYPE_DATE: return put_date(text, vector, row);
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_NTZ: return put_timestamp(options, text, vector, row);
    case TYPE_DECIMAL: return put_decimal(vector, row, text);
    case TYPE_FLOAT:
    case TYPE_DOUBLE:
        for (size_t i = 0; i < COUNT_OF(numbers); i++)
            if (slice_equal_cstr(text, numbers[i]))
                return json_number(text, vector->type, vector, row);
        return false;
    case TYPE_BOOLEAN:
    case TYPE_TINYINT:
    case TYPE_SMALLINT:
    case TYPE_INT:
    case TYPE_BIGINT: return false;
    default: return put_other(options, text, vector, row, arena);
    }
}

static bool json_value(JsonReader *reader, JsonToken token, const TextOptions *options,
                       const Type *type, Arena *arena, Value *out, bool *mismatch);

static bool json_struct(JsonReader *reader, const TextOptions *options, const Type *type,
                        Arena *arena, Value *out, bool *mismatch) {
    out->item_count = type->field_count;
    out->items = ARENA_ARRAY(arena, Value, type->field_count + 1);
    for (uint32_t i = 0; i < type->field_count; i++)
        out->items[i] = value_null(type->fields[i].type);
    while (json_reader_next_key(reader)) {
        Slice name = json_reader_string(reader, arena);
        uint32_t at = 0;
        while (at < type->field_count && !slice_equal(type->fields[at].name, name)) at++;
        JsonToken token = json_reader_next(reader);
        bool ok = at == type->field_count
                      ? json_reader_skip_value(reader, token)
                      : json_value(reader, token, options, type->fields[at].type, arena,
                                   &out->items[at], mismatch);
        if (!ok) return false;
    }
    return !json_reader_failed(reader);
}

static bool json_array(JsonReader *reader, const TextOptions *options, const Type *type,
                       Arena *arena, Value *out, bool *mismatch) {
    for (;;) {
        JsonToken token = json_reader_next(reader);
        if (token == JSON_TOKEN_ARRAY_END) return true;
        Value item;
        if (!json_value(reader, token, options, type->fields[0].type, arena, &item, mismatch))
            return false;
        ARENA_PUSH(arena, out->items, out->item_count, item);
    }
}

// Keys are the members' names as values of the key type; all keys stand before all values.
static bool json_map(JsonReader *reader, const TextOptions *options, const Type *type, Arena *arena,
                     Value *out, bool *mismatch) {
    Value *keys = NULL, *values = NULL;
    uint32_t count = 0, value_count = 0;
    while (json_reader_next_key(reader)) {
        Value key, value;
        Slice name = json_reader_string(reader, arena);
        bool fits = parse_value(name, type->fields[0].type, options->zone, arena, &key);
        if (!json_value(reader, json_reader_next(reader), options, type->fields[1].type, arena,
                        &value, mismatch))
            return false;
        *mismatch |= !fits;
        if (!fits) continue;
        ARENA_PUSH(arena, keys, count, key);
        ARENA_PUSH(arena, values, value_count, value);
    }
    out->item_count = count;
    out->items = ARENA_ARRAY(arena, Value, 2 * (size_t)count + 1);
    if (count) memcpy(out->items, keys, count * sizeof *keys);
    if (count) memcpy(out->items + count, values, count * sizeof *values);
    return !json_reader_failed(reader);
}

static bool json_variant(JsonReader *reader, JsonToken token, Arena *arena, Value *out,
                         bool *mismatch) {
    Slice raw;
    AUTO(Text, bytes) = {0};
    if (!json_reader_raw_value(reader, token, &raw)) return false;
    out->is_null = variant_from_json(raw, false, &bytes, NULL) != VARIANT_PARSE_OK;
    if (!out->is_null) out->bytes = arena_copy(arena, text_slice(&bytes));
    *mismatch |= out->is_null;
    return true;
}

static bool json_value(JsonReader *reader, JsonToken token, const TextOptions *options,
                       const Type *type, Arena *arena, Value *out, bool *mismatch) {
    *out = (Value){.type = type};
    if (type->id == TYPE_VARIANT) return json_variant(reader, token, arena, out, mismatch);
    if (type->id == TYPE_STRUCT && token == JSON_TOKEN_OBJECT)
        return json_struct(reader, options, type, arena, out, mismatch);
    if (type->id == TYPE_MAP && token == JSON_TOKEN_OBJECT)
        return json_map(reader, options, type, arena, out, mismatch);
    if (type->id == TYPE_ARRAY && token == JSON_TOKEN_ARRAY)
        return json_array(reader, options, type, arena, out, mismatch);
    if (type_is_nested(type)) {
        *out = value_null(type);
        *mismatch |= token != JSON_TOKEN_NULL;
        return json_reader_skip_value(reader, token);
    }
    Vector cell;
    vector_init_flat(&cell, type, 1, arena);
    if (!json_put(reader, token, options, &cell, 0, arena, mismatch)) return false;
    *out = vector_value(&cell, 0, arena);
    return true;
}

bool json_put(JsonReader *reader, JsonToken token, const TextOptions *options, Vector *vector,
              uint32_t row, Arena *arena, bool *mismatch) {
    const Type *type = vector->type;
    bool fits = false;
    if (token == JSON_TOKEN_ERROR) return false;
    if (vector->validity) bit_set(vector->validity, row); // rows begin as null
    if (token == JSON_TOKEN_NULL) {
        vector_put_null(vector, row, arena);
        return true;
    }
    if (type_is_nested(type) || type->id == TYPE_VARIANT) {
        Value value;
        if (!json_value(reader, token, options, type, arena, &value, mismatch)) return false;
        if (value.is_null) vector_put_null(vector, row, arena);
        else vector_set_value(vector, row, &value, arena);
        return true;
    }
    if (type_is_text(type)) {
        Slice text;
        if (!json_text(reader, token, arena, &text)) return false;
        put_string(vector, row, text, arena);
        return true;
    }
    if (token == JSON_TOKEN_NUMBER) fits = json_number(reader->text, type, vector, row);
    else if (token == JSON_TOKEN_STRING)
        fits = json_string(options, json_reader_string(reader, arena), vector, row, arena);
    else if (token == JSON_TOKEN_TRUE || token == JSON_TOKEN_FALSE) {
        fits = type->id == TYPE_BOOLEAN;
        if (fits) ((uint8_t *)vector->data)[row] = token == JSON_TOKEN_TRUE;
    }
    if (!fits) {
        vector_put_null(vector, row, arena);
        *mismatch = true;
    }
    return json_reader_skip_value(reader, token);
}
