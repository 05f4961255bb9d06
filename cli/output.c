// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include "kernel/session/render/table_text.h"

bool output_format_parse(Slice name, OutputFormat *format) {
    static const char *const names[] = {"table", "csv", "json", "ndjson", "hive", "golden"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!slice_equal_cstr(name, names[i])) continue;
        *format = (OutputFormat)i;
        return true;
    }
    return false;
}

void output_append_schema(const Result *result, Text *out) {
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    text_append(out, SLICE("struct<"));
    for (uint32_t i = 0; i < count; i++) {
        text_printf(out, "%s%.*s:", i ? "," : "", SLICE_ARGS(columns[i].name));
        type_append_catalog(columns[i].type, out);
    }
    text_append_char(out, '>');
}

static void append_object(const Result *result, const Batch *batch, uint32_t row,
                          const TimeZone *zone, Text *out) {
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    text_append_char(out, '{');
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_append_char(out, ',');
        text_append_json_string(out, columns[i].name);
        text_append_char(out, ':');
        vector_append_text(&batch->columns[i], row, TEXT_JSON, zone, out);
    }
    text_append_char(out, '}');
}

static void append_json(const Result *result, bool is_array, const TimeZone *zone, Text *out) {
    bool is_first = true;
    if (is_array) text_append_char(out, '[');
    for (uint32_t b = 0; b < result_batch_count(result); b++) {
        const Batch *batch = result_batch(result, b);
        for (uint32_t r = 0; r < batch->row_count; r++) {
            if (is_array && !is_first) text_append_char(out, ',');
            append_object(result, batch, r, zone, out);
            if (!is_array) text_append_char(out, '\n');
            is_first = false;
        }
    }
    if (is_array) text_append(out, SLICE("]\n"));
}

static void append_csv_name(Text *out, Slice name) {
    bool quoted = memchr(name.data, ',', name.bytes) || memchr(name.data, '"', name.bytes) ||
                  memchr(name.data, '\n', name.bytes) || memchr(name.data, '\r', name.bytes);
    if (!quoted) {
        text_append(out, name);
        return;
    }
    text_append_char(out, '"');
    for (size_t i = 0; i < name.bytes; i++) {
        if (name.data[i] == '"') text_append_char(out, '"');
        text_append_char(out, name.data[i]);
    }
    text_append_char(out, '"');
}

static void append_separated(const Result *result, TextStyle style, char separator,
                             const TimeZone *zone, Text *out) {
    for (uint32_t b = 0; b < result_batch_count(result); b++) {
        const Batch *batch = result_batch(result, b);
        for (uint32_t r = 0; r < batch->row_count; r++) {
            for (uint32_t i = 0; i < batch->column_count; i++) {
                if (i) text_append_char(out, separator);
                vector_append_text(&batch->columns[i], r, style, zone, out);
            }
            text_append_char(out, '\n');
        }
    }
}

// Commands as Spark's own suite prints them.
static void append_hive(const Result *result, const TimeZone *zone, Text *out) {
    ResultForm form = result_form(result);
    if (form == RESULT_FORM_PLAIN) {
        append_separated(result, TEXT_HIVE, '\t', zone, out);
        return;
    }
    for (uint32_t b = 0; b < result_batch_count(result); b++) {
        const Batch *batch = result_batch(result, b);
        for (uint32_t r = 0; r < batch->row_count; r++) {
            for (uint32_t i = 0; i < batch->column_count; i++) {
                if (form == RESULT_FORM_NAMES && i != 1) continue;
                size_t start = out->bytes;
                if (form == RESULT_FORM_DESCRIPTION && i) text_append_char(out, '\t');
                bool is_null = vector_is_null(&batch->columns[i], r);
                if (form == RESULT_FORM_NAMES || !is_null)
                    vector_append_text(&batch->columns[i], r, TEXT_HIVE, zone, out);
                size_t width = out->bytes - start - (form == RESULT_FORM_DESCRIPTION && i);
                if (form == RESULT_FORM_DESCRIPTION && width < 20)
                    text_append_repeat(out, ' ', 20 - width);
            }
            text_append_char(out, '\n');
        }
    }
}

void output_append(const Result *result, OutputFormat format, const TimeZone *zone, Text *out) {
    if (result_kind(result) == RESULT_NONE) return;
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    switch (format) {
    case OUTPUT_TABLE: table_text_append(result, zone, &(TableTextOptions){0}, out); break;
    case OUTPUT_JSON: append_json(result, true, zone, out); break;
    case OUTPUT_NDJSON: append_json(result, false, zone, out); break;
    case OUTPUT_CSV:
        for (uint32_t i = 0; i < count; i++) {
            if (i) text_append_char(out, ',');
            append_csv_name(out, columns[i].name);
        }
        text_append_char(out, '\n');
        append_separated(result, TEXT_CSV, ',', zone, out);
        break;
    case OUTPUT_HIVE:
    case OUTPUT_GOLDEN: append_hive(result, zone, out); break;
    }
}
