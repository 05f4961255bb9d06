// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/statistics.h"

#include "kernel/column/parse.h"

// What is wanted of a stats text.
typedef struct Request {
    const DeltaSchema *schema;
    const uint32_t *columns;
    uint32_t column_count;
    Arena *arena;
    DeltaColumnStatistics *out;
    bool tight; // tightBounds: false when only the physical rows are bounded
} Request;

// The text of a float, or of a double that was one: the bound that holds for both readings.
static bool parse_real(Slice text, const DeltaColumn *column, bool is_high, double *value) {
    float single;
    if (!parse_double(text, value)) return false;
    bool is_float = column->type->id == TYPE_FLOAT;
    if (!is_float && !column->was_float) return true;
    if (!parse_float(text, &single)) return false;
    bool further = is_high ? (double)single > *value : (double)single < *value;
    if (is_float || further) *value = (double)single;
    return true;
}

static bool parse_number(const JsonReader *reader, const DeltaColumn *column, bool is_high,
                         Value *value) {
    const Type *type = column->type;
    bool overflow;
    *value = (Value){.type = type};
    switch (type->id) {
    case TYPE_TINYINT:
    case TYPE_SMALLINT:
    case TYPE_INT:
    case TYPE_BIGINT: return slice_to_i64(reader->text, &value->i64);
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return parse_real(reader->text, column, is_high, &value->f64);
    case TYPE_DECIMAL:
        return parse_decimal(reader->text, type->precision, type->scale, &value->i128, &overflow);
    default: return false;
    }
}

static bool parse_string(const JsonReader *reader, const Type *type, Arena *arena, Value *value) {
    *value = (Value){.type = type};
    bool had_zone;
    int32_t days;
    Slice text = json_reader_string(reader, arena);
    switch (type->id) {
    case TYPE_STRING:
    case TYPE_VARCHAR: value->bytes = text; return true;
    case TYPE_DATE:
        if (!parse_date(text, &days)) return false;
        value->i64 = days;
        return true;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_NTZ: return parse_timestamp(text, time_zone_utc(), &value->i64, &had_zone);
    default: return false; // also NaN and infinities, which some writers give as strings
    }
}

static int32_t find_column(const Request *request, const JsonReader *reader) {
    char buffer[512];
    Slice key = reader->text;
    if (reader->escaped) {
        if (key.bytes > sizeof buffer) return -1;
        key = slice_of(buffer, json_reader_unescape(reader->text, buffer));
    }
    for (uint32_t i = 0; i < request->column_count; i++) {
        const DeltaColumn *column = &request->schema->columns[request->columns[i]];
        if (slice_equal(column->physical_name, key)) return (int32_t)i;
    }
    return -1;
}

static bool read_bound(const Request *request, JsonReader *reader, int32_t index, bool is_high) {
    JsonToken token = json_reader_next(reader);
    if (index >= 0) {
        const DeltaColumn *column = &request->schema->columns[request->columns[index]];
        const Type *type = column->type;
        Value value;
        bool ok =
            (token == JSON_TOKEN_NUMBER && parse_number(reader, column, is_high, &value)) ||
            (token == JSON_TOKEN_STRING && parse_string(reader, type, request->arena, &value));
        bool cut = ok && (type->id == TYPE_TIMESTAMP || type->id == TYPE_TIMESTAMP_NTZ);
        if (cut && is_high && __builtin_add_overflow(value.i64, 999, &value.i64)) ok = false;
        ColumnBounds *bounds = &request->out[index].bounds;
        if (ok) *(is_high ? &bounds->high : &bounds->low) = value;
        if (ok) *(is_high ? &bounds->has_high : &bounds->has_low) = true;
    }
    return json_reader_skip_value(reader, token);
}

static bool read_null_count(const Request *request, JsonReader *reader, int32_t index) {
    JsonToken token = json_reader_next(reader);
    int64_t count;
    if (index >= 0 && token == JSON_TOKEN_NUMBER && slice_to_i64(reader->text, &count) &&
        count >= 0)
        request->out[index].null_count = count;
    return json_reader_skip_value(reader, token);
}

typedef enum Section { SECTION_OTHER, SECTION_MIN, SECTION_MAX, SECTION_NULLS } Section;

static bool read_section(const Request *request, JsonReader *reader, Section section) {
    JsonToken token = json_reader_next(reader);
    if (section == SECTION_OTHER || token != JSON_TOKEN_OBJECT)
        return json_reader_skip_value(reader, token);
    while (json_reader_next_key(reader)) {
        int32_t index = find_column(request, reader);
        bool ok = section == SECTION_NULLS
                      ? read_null_count(request, reader, index)
                      : read_bound(request, reader, index, section == SECTION_MAX);
        if (!ok) return false;
    }
    return !json_reader_failed(reader);
}

static bool read_tight(JsonReader *reader, bool *tight) {
    JsonToken token = json_reader_next(reader);
    if (token == JSON_TOKEN_FALSE) *tight = false;
    return json_reader_skip_value(reader, token);
}

static bool read_stats(Request *request, Slice stats) {
    JsonReader reader;
    json_reader_init(&reader, stats);
    if (json_reader_next(&reader) != JSON_TOKEN_OBJECT) return false;
    while (json_reader_next_key(&reader)) {
        bool ok;
        if (json_reader_text_is(&reader, "tightBounds")) {
            ok = read_tight(&reader, &request->tight);
        } else {
            Section section = json_reader_text_is(&reader, "minValues")   ? SECTION_MIN
                              : json_reader_text_is(&reader, "maxValues") ? SECTION_MAX
                              : json_reader_text_is(&reader, "nullCount") ? SECTION_NULLS
                                                                          : SECTION_OTHER;
            ok = read_section(request, &reader, section);
        }
        if (!ok) return false;
    }
    return !json_reader_failed(&reader);
}

void delta_statistics_read(const DeltaFile *file, const DeltaSchema *schema,
                           const uint32_t *columns, uint32_t column_count, Arena *arena,
                           DeltaColumnStatistics *out) {
    Request request = {.schema = schema,
                       .columns = columns,
                       .column_count = column_count,
                       .arena = arena,
                       .out = out,
                       .tight = true};
    const DeltaColumnStatistics unknown = {.null_count = -1};
    for (uint32_t i = 0; i < column_count; i++) out[i] = unknown;
    bool ok = read_stats(&request, file->stats);
    for (uint32_t i = 0; i < column_count; i++) {
        if (!ok) out[i] = unknown;
        int64_t nulls = out[i].null_count, rows = file->row_count;
        out[i].bounds.no_nulls = nulls == 0;
        out[i].bounds.all_null = nulls > 0 && nulls == rows;
        // Without tight bounds only "none" and "all of the physical rows" still hold.
        bool exact = request.tight || nulls == 0 || nulls == rows;
        if (!exact || (rows >= 0 && nulls > rows)) out[i].null_count = -1;
    }
}
