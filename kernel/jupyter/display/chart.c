// SPDX-License-Identifier: Apache-2.0
// Fields are named c0, c1… in the specification, because Vega reads dots and brackets in names as
// paths; titles carry the columns' own names.
#include "kernel/jupyter/display/chart.h"
#include "base/quote.h"
#include "kernel/jupyter/magic/magic.h"

enum { LEVEL_LABELS_MAX = 12 }; // bars with labels that stand level

typedef struct Encoding {
    const char *channel; // of Vega-Lite
    uint32_t column;
} Encoding;

static const struct {
    const char *kind;
    const char *mark;
    const char *channels[3];
} kinds[] = {
    {"bar", "\"bar\"", {"x", "y", "color"}},
    {"line", "{\"type\":\"line\",\"point\":true}", {"x", "y", "color"}},
    {"area", "{\"type\":\"area\",\"opacity\":0.7}", {"x", "y", "color"}},
    {"point", "{\"type\":\"point\",\"filled\":true}", {"x", "y", "color"}},
    {"pie", "{\"type\":\"arc\",\"innerRadius\":0}", {"color", "theta", "facet"}},
};

static bool column_find(const Result *result, Slice name, uint32_t *column) {
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    for (*column = 0; *column < count; ++*column)
        if (slice_equal_ignore_case(columns[*column].name, name)) return true;
    return false;
}

static const char *scale_of(const Type *type) {
    if (type_is_numeric(type)) return "quantitative";
    switch (type->id) {
    case TYPE_DATE:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_NTZ: return "temporal";
    default: return "nominal";
    }
}

// Bars stand in the order of the rows, and on discrete places also when x is a number or date.
static void append_encoding(const Result *result, const Encoding *encoding, bool is_bar,
                            Text *out) {
    uint32_t count;
    const ResultColumn *column = &result_columns(result, &count)[encoding->column];
    bool discrete = is_bar && strcmp(encoding->channel, "x") == 0;
    const char *scale = scale_of(column->type);
    if (strcmp(encoding->channel, "color") == 0 && strcmp(scale, "temporal") == 0)
        scale = "nominal";
    text_printf(out, "\"%s\":{\"field\":\"c%u\",\"type\":\"%s\",\"title\":", encoding->channel,
                encoding->column, discrete ? "ordinal" : scale);
    quote_json(out, column->name);
    int angle = result_row_count(result) <= LEVEL_LABELS_MAX ? 0 : -40;
    if (discrete) text_printf(out, ",\"sort\":null,\"axis\":{\"labelAngle\":%d}", angle);
    text_append_char(out, '}');
}

static void append_values(const BundleView *view, const Encoding *encodings, uint32_t used,
                          Text *out) {
    bool follows = false;
    for (uint32_t b = 0; b < result_batch_count(view->result); b++) {
        const Batch *batch = result_batch(view->result, b);
        for (uint32_t row = 0; row < batch->row_count; row++, follows = true) {
            text_append_cstr(out, follows ? ",{" : "{");
            for (uint32_t i = 0; i < used; i++) {
                uint32_t c = encodings[i].column;
                text_printf(out, "%s\"c%u\":", i ? "," : "", c);
                vector_append_text(&batch->columns[c], row, TEXT_JSON, view->zone, out);
            }
            text_append_char(out, '}');
        }
    }
}

static void append_spec(const BundleView *view, size_t kind, const Encoding *encodings,
                        uint32_t used, Text *out) {
    text_append_cstr(out, "{\"$schema\":\"https://vega.github.io/schema/vega-lite/v5.json\","
                          "\"width\":480,\"height\":280,\"background\":null,\"data\":"
                          "{\"values\":[");
    append_values(view, encodings, used, out);
    text_printf(out, "]},\"mark\":%s,\"encoding\":{", kinds[kind].mark);
    for (uint32_t i = 0; i < used; i++) {
        if (i) text_append_char(out, ',');
        append_encoding(view->result, &encodings[i], kind == 0, out);
    }
    text_append_cstr(out,
                     "},\"config\":{\"view\":{\"stroke\":null},\"mark\":{\"color\":\"#2f8aa8\"},"
                     "\"axis\":{\"labelColor\":"
                     "\"#888\",\"titleColor\":\"#888\",\"gridColor\":\"#8883\","
                     "\"domainColor\":\"#8888\",\"tickColor\":\"#8888\"},\"legend\":{"
                     "\"labelColor\":\"#888\",\"titleColor\":\"#888\"}}}");
}

static bool encodings_read(const Result *result, Slice words, size_t kind, Encoding *encodings,
                           uint32_t *used, Error *err) {
    Slice word;
    for (*used = 0; magic_next_word(&words, &word); ++*used) {
        if (*used == 3) return magic_refuse(err, "chart", "more columns than it draws");
        encodings[*used].channel = kinds[kind].channels[*used];
        if (column_find(result, word, &encodings[*used].column)) continue;
        AUTO(Text, reason) = {0};
        text_printf(&reason, "the result has no column %.*s", SLICE_ARGS(word));
        return magic_refuse(err, "chart", text_cstr(&reason));
    }
    return *used >= 2 || magic_refuse(err, "chart", "two columns are needed");
}

bool chart_append(const BundleView *view, Slice words, Text *plain, Text *data, Error *err) {
    Slice word = SLICE_NONE;
    size_t kind = 0;
    magic_next_word(&words, &word);
    while (kind < COUNT_OF(kinds) && !slice_equal_cstr(word, kinds[kind].kind)) kind++;
    if (kind == COUNT_OF(kinds)) return magic_refuse(err, "chart", "the kind is unknown");
    Encoding encodings[3];
    uint32_t used;
    if (!encodings_read(view->result, words, kind, encodings, &used, err)) return false;
    bundle_append_plain(view, plain);
    text_append_cstr(data, "{\"application/vnd.vegalite.v5+json\":");
    append_spec(view, kind, encodings, used, data);
    text_append_cstr(data, ",\"text/plain\":");
    quote_json(data, text_slice(plain));
    text_append_char(data, '}');
    return true;
}
