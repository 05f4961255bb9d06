// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/display/bundle.h"
#include "base/quote.h"
#include "kernel/jupyter/display/html.h"
#include "kernel/session/render/table_text.h"

enum { VALUE_WIDTH = 100 }; // columns of a value in the plain table

void bundle_append_plain(const BundleView *view, Text *out) {
    TableTextOptions options = {.value_width = VALUE_WIDTH};
    table_text_append(view->result, view->zone, &options, out);
    while (out->bytes && out->data[out->bytes - 1] == '\n') out->bytes--;
    text_added(out, 0);
}

void bundle_append_rows(const Result *result, const TimeZone *zone, uint64_t start, uint64_t count,
                        Text *out) {
    uint32_t columns;
    result_columns(result, &columns);
    uint64_t at = 0, stop = start + count;
    bool follows = false;
    for (uint32_t b = 0; b < result_batch_count(result) && at < stop; b++) {
        const Batch *batch = result_batch(result, b);
        for (uint32_t row = 0; row < batch->row_count && at < stop; row++, at++) {
            if (at < start) continue;
            text_append_cstr(out, follows ? ",[" : "[");
            follows = true;
            for (uint32_t c = 0; c < columns; c++) {
                if (c) text_append_char(out, ',');
                vector_append_text(&batch->columns[c], row, TEXT_JSON, zone, out);
            }
            text_append_char(out, ']');
        }
    }
}

void bundle_append_schema(const Result *result, Text *out) {
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    AUTO(Text, type) = {0};
    for (uint32_t c = 0; c < count; c++) {
        text_reset(&type);
        type_append_catalog(columns[c].type, &type);
        text_append_cstr(out, c ? ",{\"name\":" : "{\"name\":");
        quote_json(out, columns[c].name);
        text_append_cstr(out, ",\"type\":");
        quote_json(out, text_slice(&type));
        text_printf(out, ",\"nullable\":%s}", columns[c].nullable ? "true" : "false");
    }
}

void bundle_append_reads(const Result *result, Text *out) {
    uint32_t count;
    const TableRead *reads = result_reads(result, &count);
    for (uint32_t i = 0; i < count; i++) {
        text_append_cstr(out, i ? ",{\"table\":" : "{\"table\":");
        quote_json(out, reads[i].name);
        text_append_cstr(out, ",\"version\":");
        if (reads[i].version < 0) text_append_cstr(out, "null");
        else text_append_i64(out, reads[i].version);
        text_append_char(out, '}');
    }
}

// Type names of the data resource's table schema (Frictionless).
static const char *resource_type(const Type *type) {
    if (type_is_integer(type)) return "integer";
    if (type_is_numeric(type)) return "number";
    switch (type->id) {
    case TYPE_BOOLEAN: return "boolean";
    case TYPE_DATE: return "date";
    case TYPE_TIME: return "time";
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_NTZ: return "datetime";
    case TYPE_ARRAY: return "array";
    case TYPE_MAP:
    case TYPE_STRUCT: return "object";
    case TYPE_VARIANT: return "any";
    default: return "string";
    }
}

// Names as object keys: a repeated one gets a number.
static Slice *keys_make(Arena *arena, const ResultColumn *columns, uint32_t count) {
    Slice *keys = ARENA_ARRAY(arena, Slice, count + 1);
    for (uint32_t c = 0; c < count; c++) {
        keys[c] = columns[c].name;
        uint32_t same = 0;
        for (uint32_t i = 0; i < c; i++) same += slice_equal(columns[i].name, columns[c].name);
        if (same) keys[c] = arena_printf(arena, "%.*s_%u", SLICE_ARGS(columns[c].name), same + 1);
        AUTO(Text, quoted) = {0};
        quote_json(&quoted, keys[c]);
        keys[c] = arena_copy(arena, text_slice(&quoted));
    }
    return keys;
}

static void append_resource(const BundleView *view, Text *out) {
    AUTO(Arena, arena) = {0};
    uint32_t count;
    const ResultColumn *columns = result_columns(view->result, &count);
    Slice *keys = keys_make(&arena, columns, count);
    text_append_cstr(out, "{\"schema\":{\"fields\":[");
    AUTO(Text, sql_type) = {0};
    for (uint32_t c = 0; c < count; c++) {
        text_reset(&sql_type);
        type_append_catalog(columns[c].type, &sql_type);
        text_append_cstr(out, c ? ",{\"name\":" : "{\"name\":");
        text_append(out, keys[c]);
        text_printf(out, ",\"type\":\"%s\",\"sqlType\":", resource_type(columns[c].type));
        quote_json(out, text_slice(&sql_type));
        text_append_char(out, '}');
    }
    text_append_cstr(out, "]},\"data\":[");
    bool follows = false;
    for (uint32_t b = 0; b < result_batch_count(view->result); b++) {
        const Batch *batch = result_batch(view->result, b);
        for (uint32_t row = 0; row < batch->row_count; row++, follows = true) {
            text_append_cstr(out, follows ? ",{" : "{");
            for (uint32_t c = 0; c < count; c++) {
                if (c) text_append_char(out, ',');
                text_append(out, keys[c]);
                text_append_char(out, ':');
                vector_append_text(&batch->columns[c], row, TEXT_JSON, view->zone, out);
            }
            text_append_char(out, '}');
        }
    }
    text_append_cstr(out, "]}");
}

static void append_own(const BundleView *view, Text *out) {
    text_append_cstr(out, "{\"id\":");
    quote_json(out, view->id);
    text_append_cstr(out, ",\"schema\":[");
    bundle_append_schema(view->result, out);
    text_append_cstr(out, "],\"rows\":[");
    bundle_append_rows(view->result, view->zone, 0, result_row_count(view->result), out);
    text_printf(out, "],\"more\":%s,\"reads\":[", result_has_more(view->result) ? "true" : "false");
    bundle_append_reads(view->result, out);
    text_append_cstr(out, "]}");
}

void bundle_append(const BundleView *view, Slice plain, Text *out) {
    AUTO(Text, html) = {0};
    html_append_table(view, &html);
    text_append_cstr(out, "{\"text/plain\":");
    quote_json(out, plain);
    text_append_cstr(out, ",\"text/html\":");
    quote_json(out, text_slice(&html));
    text_append_cstr(out, ",\"application/vnd.dataresource+json\":");
    append_resource(view, out);
    text_append_cstr(out, ",\"application/vnd.tarn.result+json\":");
    append_own(view, out);
    text_append_char(out, '}');
}
