// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/display/failure.h"
#include "base/quote.h"
#include "base/utf8.h"

#define RED "\x1b[1;31m"
#define DIM "\x1b[2m"
#define BOLD "\x1b[1m"
#define PLAIN "\x1b[0m"

enum { FRAGMENT_LINES_MAX = 12 };

static void append_line(Text *out, Text *line) {
    if (out->bytes > 1) text_append_char(out, ',');
    quote_json(out, text_slice(line));
    text_reset(line);
}

// Lines of the fragment, numbered; carets below the first one. The fragment starts in the middle
// of its first source line, so that line is padded to its column.
static void append_fragment(const Error *err, uint32_t first_line, Text *out) {
    AUTO(Text, line) = {0};
    Slice rest = error_fragment(err), part;
    for (uint32_t i = 0; slice_split(&rest, '\n', &part) && i < FRAGMENT_LINES_MAX; i++) {
        uint32_t indent = i == 0 ? err->column : 0;
        text_printf(&line, DIM "%5u |" PLAIN " ", first_line - 1 + err->line + i);
        if (indent) text_append_cstr(&line, DIM "…" PLAIN);
        text_append_repeat(&line, ' ', indent ? indent - 1 : 0);
        text_append(&line, part);
        append_line(out, &line);
        if (i > 0) continue;
        text_append_cstr(&line, DIM "      |" PLAIN " ");
        text_append_repeat(&line, ' ', indent);
        text_append_cstr(&line, RED);
        text_append_repeat(&line, '^', MAX(utf8_width(part), 1));
        text_append_cstr(&line, PLAIN);
        append_line(out, &line);
    }
}

void failure_append_traceback(const Error *err, uint32_t first_line, Text *out) {
    AUTO(Text, line) = {0};
    text_append_char(out, '[');
    text_printf(&line, RED "%s" PLAIN " " DIM "(SQLSTATE %s)" PLAIN, error_class(err),
                error_sqlstate(err));
    append_line(out, &line);
    error_sentence(err, &line);
    append_line(out, &line);
    if (err->line && error_fragment(err).bytes) append_fragment(err, first_line, out);
    text_append_char(out, ']');
}
