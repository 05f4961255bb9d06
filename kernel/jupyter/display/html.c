// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/display/html.h"
#include "base/quantity.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "kernel/session/render/table_text.h"

enum { VALUE_BYTES_MAX = 4000 };

#define TEXT_COLOUR "var(--jp-ui-font-color1,var(--vscode-foreground,inherit))"
#define QUIET_COLOUR "var(--jp-ui-font-color2,var(--vscode-descriptionForeground,#8a8a8a))"
#define LINE_COLOUR "var(--jp-border-color2,var(--vscode-panel-border,rgba(128,128,128,.3)))"
#define PAGE_COLOUR "var(--jp-layout-color0,var(--vscode-editor-background,Canvas))"
#define HOVER_COLOUR "var(--jp-layout-color2,rgba(128,128,128,.12))"

// Text is left-aligned but for columns of numbers. JupyterLab's own rules for tables are as
// specific as two classes and an element: these must not be less.
static void append_style(const char *name, const Result *result, Text *out) {
    text_printf(
        out,
        "<style>.%s{display:inline-block;max-width:100%%;color:" TEXT_COLOUR ";font-size:13px}"
        ".%s .s{max-height:32em;overflow:auto;border:1px solid " LINE_COLOUR ";border-radius:4px}"
        ".%s table{border-collapse:collapse;border:0;margin:0;table-layout:auto;"
        "font-variant-numeric:tabular-nums}"
        ".%s th{position:sticky;top:0;background:" PAGE_COLOUR
        ";font-weight:600;box-shadow:inset 0 -1px " LINE_COLOUR "}",
        name, name, name, name);
    text_printf(
        out,
        ".%s .s th,.%s .s td{text-align:left;padding:3px 12px;max-width:40em;overflow:hidden;"
        "text-overflow:ellipsis;white-space:pre;border:0}"
        ".%s .s tbody tr{background:transparent;border-top:1px solid " LINE_COLOUR "}"
        ".%s .s tbody tr:hover{background:" HOVER_COLOUR "}"
        ".%s i{color:" QUIET_COLOUR ";opacity:.75}"
        ".%s .f{color:" QUIET_COLOUR ";font-size:12px;padding:4px 2px}",
        name, name, name, name, name, name);
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    for (uint32_t c = 0; c < count; c++)
        if (type_is_numeric(columns[c].type))
            text_printf(out, ".%s .s tr>:nth-child(%u){text-align:right}", name, c + 1);
    text_append_cstr(out, "</style>");
}

static void append_head(const Result *result, Text *out) {
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    AUTO(Text, type) = {0};
    text_append_cstr(out, "<thead><tr>");
    for (uint32_t c = 0; c < count; c++) {
        text_reset(&type);
        type_append_catalog(columns[c].type, &type);
        text_append_cstr(out, "<th title=\"");
        quote_html(out, text_slice(&type));
        text_append_cstr(out, "\">");
        quote_html(out, columns[c].name);
        text_append_cstr(out, "</th>");
    }
    text_append_cstr(out, "</tr></thead>");
}

// A long value is cut, at a character: the whole of it is in the other forms of the bundle.
static void append_value(Slice value, Text *out) {
    size_t bytes = MIN(value.bytes, (size_t)VALUE_BYTES_MAX);
    while (bytes && bytes < value.bytes && utf8_is_continuation(value.data[bytes])) bytes--;
    quote_html(out, slice_first(value, bytes));
    if (bytes < value.bytes) text_append_cstr(out, "…");
}

static void append_body(const BundleView *view, Text *out) {
    uint32_t count;
    result_columns(view->result, &count);
    AUTO(Text, value) = {0};
    text_append_cstr(out, "<tbody>");
    for (uint32_t b = 0; b < result_batch_count(view->result); b++) {
        const Batch *batch = result_batch(view->result, b);
        for (uint32_t row = 0; row < batch->row_count; row++) {
            text_append_cstr(out, "<tr>");
            for (uint32_t c = 0; c < count; c++) {
                if (vector_is_null(&batch->columns[c], row)) {
                    text_append_cstr(out, "<td><i>NULL</i></td>");
                    continue;
                }
                text_reset(&value);
                vector_append_text(&batch->columns[c], row, TEXT_SHOW, view->zone, &value);
                text_append_cstr(out, "<td>");
                append_value(text_slice(&value), out);
                text_append_cstr(out, "</td>");
            }
            text_append_cstr(out, "</tr>");
        }
    }
    text_append_cstr(out, "</tbody>");
}

void html_append_table(const BundleView *view, Text *out) {
    char name[20] = "tarn-";
    size_t bytes = MIN(view->id.bytes, (size_t)8);
    if (bytes) memcpy(name + 5, view->id.data, bytes);
    text_printf(out, "<div class=\"%s\">", name);
    append_style(name, view->result, out);
    text_append_cstr(out, "<div class=\"s\"><table>");
    append_head(view->result, out);
    append_body(view, out);
    text_append_cstr(out, "</table></div><div class=\"f\">");
    table_text_append_count(view->result, out);
    text_append_cstr(out, " · ");
    quantity_append_duration(out, view->elapsed_ns);
    text_append_cstr(out, "</div></div>");
}

void html_append_progress(double fraction, Slice words, Text *out) {
    text_append_cstr(out, "<div style=\"max-width:28em;color:" TEXT_COLOUR ";font-size:12px\">"
                          "<progress style=\"width:100%;height:8px\" max=\"1\"");
    if (fraction >= 0) text_printf(out, " value=\"%.4f\"", MIN(fraction, 1.0));
    text_append_cstr(out, "></progress><div style=\"color:" QUIET_COLOUR "\">");
    quote_html(out, words);
    text_append_cstr(out, "</div></div>");
}
