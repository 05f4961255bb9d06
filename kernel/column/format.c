// SPDX-License-Identifier: Apache-2.0
// The styles: one walk over a value, with the differences in a few places.
#include "kernel/column/format.h"

#include "base/json.h"
#include "kernel/column/format_internal.h"
#include "kernel/column/variant.h"

#include <math.h>
#include <stdlib.h>

typedef struct Writer {
    TextStyle style;
    const TimeZone *zone;
    Text *out;
} Writer;

static void append_row(const Writer *w, const Vector *vector, uint32_t row, bool nested);

void text_append_json_string(Text *out, Slice s) { json_writer_append_string(out, s); }

static const char *null_text(const Writer *w, bool nested) {
    switch (w->style) {
    case TEXT_SHOW:
    case TEXT_SQL: return "NULL";
    case TEXT_CAST: return "null";
    case TEXT_HIVE: return nested ? "null" : "NULL";
    case TEXT_JSON: return "null";
    case TEXT_CSV: return nested ? "null" : "";
    }
    return "";
}

static void append_quoted(Text *out, Slice s) {
    text_append_char(out, '\'');
    for (size_t i = 0; i < s.bytes; i++) {
        if (s.data[i] == '\'' || s.data[i] == '\\') text_append_char(out, '\\');
        text_append_char(out, s.data[i]);
    }
    text_append_char(out, '\'');
}

static void append_base64(Text *out, Slice s) {
    static const char ALPHABET[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.bytes; i += 3) {
        uint32_t word = (uint32_t)(uint8_t)s.data[i] << 16;
        size_t left = s.bytes - i;
        if (left > 1) word |= (uint32_t)(uint8_t)s.data[i + 1] << 8;
        if (left > 2) word |= (uint8_t)s.data[i + 2];
        for (size_t k = 0; k < 4; k++)
            text_append_char(out, k <= left ? ALPHABET[word >> (18 - 6 * k) & 63] : '=');
    }
}

static void append_binary(const Writer *w, Slice s) {
    switch (w->style) {
    case TEXT_SHOW:
        text_append_char(w->out, '[');
        for (size_t i = 0; i < s.bytes; i++)
            text_printf(w->out, i ? " %02X" : "%02X", (unsigned)(uint8_t)s.data[i]);
        text_append_char(w->out, ']');
        return;
    case TEXT_JSON:
        text_append_char(w->out, '"');
        append_base64(w->out, s);
        text_append_char(w->out, '"');
        return;
    case TEXT_SQL:
        text_append_cstr(w->out, "X'");
        for (size_t i = 0; i < s.bytes; i++)
            text_printf(w->out, "%02X", (unsigned)(uint8_t)s.data[i]);
        text_append_char(w->out, '\'');
        return;
    default: text_append(w->out, s); return;
    }
}

static void append_bytes(const Writer *w, const Type *type, Slice s, bool nested) {
    if (type->id == TYPE_VARIANT) {
        if (!variant_append_json(s, w->zone, w->out)) text_append_cstr(w->out, "null");
        return;
    }
    if (type->id == TYPE_BINARY) {
        append_binary(w, s);
        return;
    }
    switch (w->style) {
    case TEXT_JSON: json_writer_append_string(w->out, s); return;
    case TEXT_SQL: append_quoted(w->out, s); return;
    case TEXT_HIVE:
        if (nested) text_append_char(w->out, '"');
        text_append(w->out, s);
        if (nested) text_append_char(w->out, '"');
        return;
    default: text_append(w->out, s); return;
    }
}

static void append_double(const Writer *w, double value, bool is_float) {
    bool quoted = w->style == TEXT_JSON && !isfinite(value);
    if (quoted) text_append_char(w->out, '"');
    if (w->style == TEXT_SQL && (is_float || !isfinite(value))) {
        text_append_cstr(w->out, isfinite(value) ? "CAST(" : "CAST('");
        text_append_double(w->out, value);
        text_append_cstr(w->out, isfinite(value) ? " AS " : "' AS ");
        text_append_cstr(w->out, is_float ? "FLOAT)" : "DOUBLE)");
        return;
    }
    if (is_float) text_append_float(w->out, (float)value);
    else text_append_double(w->out, value);
    if (quoted) text_append_char(w->out, '"');
    if (w->style == TEXT_SQL) text_append_char(w->out, 'D');
}

// Date, times and intervals: quoted in JSON, typed literals in SQL.
static void append_temporal(const Writer *w, const Type *type, int64_t value) {
    static const char *const WORDS[] = {[TYPE_DATE] = "DATE '",
                                        [TYPE_TIME] = "TIME '",
                                        [TYPE_TIMESTAMP] = "TIMESTAMP '",
                                        [TYPE_TIMESTAMP_NTZ] = "TIMESTAMP_NTZ '"};
    bool interval = type->id == TYPE_INTERVAL_YEAR_MONTH || type->id == TYPE_INTERVAL_DAY_TIME;
    bool json = w->style == TEXT_JSON;
    if (json) text_append_char(w->out, '"');
    if (w->style == TEXT_SQL && !interval) text_append_cstr(w->out, WORDS[type->id]);
    if (interval && w->style == TEXT_HIVE) format_interval_hive(w->out, type, value);
    else if (interval) format_interval(w->out, type, value);
    else if (type->id == TYPE_DATE) text_append_date(w->out, (int32_t)value);
    else if (type->id == TYPE_TIME && json) format_iso_time(w->out, value);
    else if (type->id == TYPE_TIME) text_append_time(w->out, value);
    else if (json) format_iso_timestamp(w->out, value, type->id == TYPE_TIMESTAMP ? w->zone : NULL);
    else text_append_timestamp(w->out, value, type->id == TYPE_TIMESTAMP ? w->zone : NULL);
    if (w->style == TEXT_SQL && !interval) text_append_char(w->out, '\'');
    if (json) text_append_char(w->out, '"');
}

static void append_integer(const Writer *w, const Type *type, int64_t value) {
    switch (type->id) {
    case TYPE_BOOLEAN: text_append_cstr(w->out, value ? "true" : "false"); return;
    case TYPE_TINYINT:
    case TYPE_SMALLINT:
    case TYPE_INT:
    case TYPE_BIGINT: {
        static const char SUFFIX[] = {
            [TYPE_TINYINT] = 'Y', [TYPE_SMALLINT] = 'S', [TYPE_INT] = 0, [TYPE_BIGINT] = 'L'};
        text_append_i64(w->out, value);
        if (w->style == TEXT_SQL && SUFFIX[type->id]) text_append_char(w->out, SUFFIX[type->id]);
        return;
    }
    default: append_temporal(w, type, value); return;
    }
}

static void append_decimal(const Writer *w, const Type *type, Int128 unscaled) {
    text_append_decimal(w->out, unscaled, type->scale);
    if (w->style == TEXT_SQL) text_append_cstr(w->out, "BD");
}

static void append_array(const Writer *w, const Vector *base, ListView list) {
    text_append_cstr(w->out, w->style == TEXT_SQL ? "ARRAY(" : "[");
    bool tight = w->style == TEXT_HIVE || w->style == TEXT_JSON;
    for (uint32_t i = 0; i < list.count; i++) {
        if (i) text_append_cstr(w->out, tight ? "," : ", ");
        append_row(w, &base->children[0], list.offset + i, true);
    }
    text_append_char(w->out, w->style == TEXT_SQL ? ')' : ']');
}

static void append_json_key(const Writer *w, const Vector *keys, uint32_t row) {
    if (type_is_text(keys->type)) {
        append_row(w, keys, row, true);
        return;
    }
    AUTO(Text, key) = {0};
    Writer plain = {TEXT_CAST, w->zone, &key};
    append_row(&plain, keys, row, true);
    json_writer_append_string(w->out, text_slice(&key));
}

static int compare_slices(const void *a, const void *b) {
    return slice_compare(*(const Slice *)a, *(const Slice *)b);
}

// Spark's suite sorts a map's entries as text.
static void append_hive_map(const Writer *w, const Vector *base, ListView list) {
    AUTO(Arena, arena) = {0};
    Slice *entries = ARENA_ARRAY(&arena, Slice, list.count + 1);
    AUTO(Text, entry) = {0};
    Writer part = {TEXT_HIVE, w->zone, &entry};
    for (uint32_t i = 0; i < list.count; i++) {
        text_reset(&entry);
        append_row(&part, &base->children[0], list.offset + i, true);
        text_append_char(&entry, ':');
        append_row(&part, &base->children[1], list.offset + i, true);
        entries[i] = arena_copy(&arena, text_slice(&entry));
    }
    if (list.count) qsort(entries, list.count, sizeof *entries, compare_slices);
    text_append_char(w->out, '{');
    for (uint32_t i = 0; i < list.count; i++) {
        if (i) text_append_char(w->out, ',');
        text_append(w->out, entries[i]);
    }
    text_append_char(w->out, '}');
}

static void append_map(const Writer *w, const Vector *base, ListView list) {
    if (w->style == TEXT_HIVE) {
        append_hive_map(w, base, list);
        return;
    }
    bool json = w->style == TEXT_JSON, sql = w->style == TEXT_SQL;
    text_append_cstr(w->out, sql ? "MAP(" : "{");
    for (uint32_t i = 0; i < list.count; i++) {
        if (i) text_append_cstr(w->out, json ? "," : ", ");
        if (json) append_json_key(w, &base->children[0], list.offset + i);
        else append_row(w, &base->children[0], list.offset + i, true);
        text_append_cstr(w->out, json ? ":" : sql ? ", " : " -> ");
        append_row(w, &base->children[1], list.offset + i, true);
    }
    text_append_char(w->out, sql ? ')' : '}');
}

static void append_struct(const Writer *w, const Vector *base, uint32_t row) {
    const Type *type = base->type;
    bool tight = w->style == TEXT_HIVE || w->style == TEXT_JSON;
    text_append_cstr(w->out, w->style == TEXT_SQL ? "NAMED_STRUCT(" : "{");
    for (uint32_t i = 0; i < type->field_count; i++) {
        if (i) text_append_cstr(w->out, tight ? "," : ", ");
        if (w->style == TEXT_JSON) {
            json_writer_append_string(w->out, type->fields[i].name);
            text_append_char(w->out, ':');
        } else if (w->style == TEXT_HIVE) {
            text_append_char(w->out, '"');
            text_append(w->out, type->fields[i].name);
            text_append_cstr(w->out, "\":");
        } else if (w->style == TEXT_SQL) {
            append_quoted(w->out, type->fields[i].name);
            text_append_cstr(w->out, ", ");
        }
        append_row(w, &base->children[i], row, true);
    }
    text_append_char(w->out, w->style == TEXT_SQL ? ')' : '}');
}

static void append_row(const Writer *w, const Vector *vector, uint32_t row, bool nested) {
    if (vector_is_null(vector, row) || vector->type->id == TYPE_VOID) {
        text_append_cstr(w->out, null_text(w, nested));
        return;
    }
    uint32_t i;
    const Vector *base = vector_base(vector, row, &i);
    const Type *type = vector->type;
    const void *data = base->data;
    switch (type_physical(type)) {
    case PHYSICAL_BOOL: append_integer(w, type, ((const uint8_t *)data)[i]); break;
    case PHYSICAL_INT8: append_integer(w, type, ((const int8_t *)data)[i]); break;
    case PHYSICAL_INT16: append_integer(w, type, ((const int16_t *)data)[i]); break;
    case PHYSICAL_INT32: append_integer(w, type, ((const int32_t *)data)[i]); break;
    case PHYSICAL_INT64:
        if (type->id == TYPE_DECIMAL) append_decimal(w, type, ((const int64_t *)data)[i]);
        else append_integer(w, type, ((const int64_t *)data)[i]);
        break;
    case PHYSICAL_INT128: append_decimal(w, type, ((const Int128 *)data)[i]); break;
    case PHYSICAL_FLOAT: append_double(w, (double)((const float *)data)[i], true); break;
    case PHYSICAL_DOUBLE: append_double(w, ((const double *)data)[i], false); break;
    case PHYSICAL_STRING:
        append_bytes(w, type, string_view_slice((const StringView *)data + i), nested);
        break;
    case PHYSICAL_INTERVAL:
        if (w->style == TEXT_JSON) text_append_char(w->out, '"');
        text_append_interval(w->out, ((const Interval *)data)[i]);
        if (w->style == TEXT_JSON) text_append_char(w->out, '"');
        break;
    case PHYSICAL_LIST: append_array(w, base, ((const ListView *)data)[i]); break;
    case PHYSICAL_MAP: append_map(w, base, ((const ListView *)data)[i]); break;
    case PHYSICAL_STRUCT: append_struct(w, base, i); break;
    case PHYSICAL_VOID:
    case PHYSICAL_COUNT: break;
    }
}

static bool csv_needs_quotes(Slice s) {
    for (size_t i = 0; i < s.bytes; i++)
        if (s.data[i] == ',' || s.data[i] == '"' || s.data[i] == '\n' || s.data[i] == '\r')
            return true;
    return s.bytes == 0;
}

void vector_append_text(const Vector *vector, uint32_t row, TextStyle style, const TimeZone *zone,
                        Text *out) {
    Writer writer = {style, zone ? zone : time_zone_utc(), out};
    if (style != TEXT_CSV || vector_is_null(vector, row)) {
        append_row(&writer, vector, row, false);
        return;
    }
    AUTO(Text, field) = {0};
    writer.out = &field;
    append_row(&writer, vector, row, false);
    Slice s = text_slice(&field);
    if (!csv_needs_quotes(s)) {
        text_append(out, s);
        return;
    }
    text_append_char(out, '"');
    for (size_t i = 0; i < s.bytes; i++) {
        if (s.data[i] == '"') text_append_char(out, '"');
        text_append_char(out, s.data[i]);
    }
    text_append_char(out, '"');
}

void value_append_text(const Value *value, TextStyle style, const TimeZone *zone, Text *out) {
    AUTO(Arena, arena) = {0};
    Vector vector;
    vector_init_constant(&vector, value, 1, &arena);
    vector_append_text(&vector, 0, style, zone, out);
}
