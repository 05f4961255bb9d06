// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/display/failure.h"
#include "base/quote.h"
#include "base/utf8.h"

#define RED "\x1b[1;31m"
#define DIM "\x1b[2m"
#define BOLD "\x1b[1m"
#define PLAIN "\x1b[0m"

enum { LINES_MAX = 6, LINE_BYTES_MAX = 400 };

static void append_line(Text *out, Text *line) {
    if (out->bytes > 1) text_append_char(out, ',');
    quote_json(out, text_slice(line));
    text_reset(line);
}

// One source line and, where the span touches it, carets below.
static void append_source_line(Slice line, size_t line_start, Span span, uint32_t number,
                               Text *out) {
    AUTO(Text, text) = {0};
    text_printf(&text, DIM "%5u |" PLAIN " ", number);
    text_append(&text, slice_first(line, LINE_BYTES_MAX));
    append_line(out, &text);
    size_t from = MAX(span.start, line_start) - line_start;
    size_t to = MIN(span.stop - line_start, line.bytes);
    if (from > LINE_BYTES_MAX || from > line.bytes) return;
    to = MIN(to, (size_t)LINE_BYTES_MAX);
    text_append_cstr(&text, DIM "      |" PLAIN " ");
    text_append_repeat(&text, ' ', utf8_width(slice_first(line, from)));
    text_append_cstr(&text, BOLD); // red would drown in the red of an error's background
    size_t width = to > from ? utf8_width(slice_of(line.data + from, to - from)) : 1;
    text_append_repeat(&text, '^', MAX(width, 1));
    text_append_cstr(&text, PLAIN);
    append_line(out, &text);
}

static void append_source(Slice source, Span span, uint32_t first_line, Text *out) {
    uint32_t shown = 0, number = first_line;
    Slice rest = source, line;
    while (slice_split(&rest, '\n', &line) && shown < LINES_MAX) {
        size_t start = (size_t)(line.data - source.data);
        bool touched = span.start <= start + line.bytes && MAX(span.stop, span.start + 1) > start;
        if (touched) {
            append_source_line(line, start, span, number, out);
            shown++;
        }
        number++;
    }
}

void failure_append_traceback(const Error *err, Slice source, uint32_t first_line, Text *out) {
    AUTO(Text, line) = {0};
    text_append_char(out, '[');
    text_printf(&line, RED "%s" PLAIN " " DIM "(SQLSTATE %s)" PLAIN, error_class(err),
                error_sqlstate(err));
    append_line(out, &line);
    error_sentence(err, &line);
    append_line(out, &line);
    bool placed =
        err->span.stop > 0 && err->span.stop <= source.bytes && err->span.start <= err->span.stop;
    if (placed) append_source(source, err->span, first_line, out);
    text_append_char(out, ']');
}
