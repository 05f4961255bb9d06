// SPDX-License-Identifier: Apache-2.0
#include "cli/golden.h"
#include "cli/output.h"

#include <stdio.h>

static bool is_marker(Slice line) { return slice_starts_with(line, SLICE("-- !query")); }

static void append_error(const Error *err, Text *out) {
    text_append(out, SLICE("-- !query schema\nstruct<>\n-- !query output\ntarn.Error\n"));
    error_json(err, out);
}

static bool answer(Session *session, Slice statement) {
    AUTO(Text, out) = {0};
    Error err = {0};
    text_printf(&out, "-- !query\n%.*s\n", SLICE_ARGS(statement));
    AUTO_PTR(Result, result) = session_execute(session, statement, NULL, &err);
    if (!result) {
        append_error(&err, &out);
    } else {
        text_append(&out, SLICE("-- !query schema\n"));
        output_append_schema(result, &out);
        text_append(&out, SLICE("\n-- !query output\n"));
        output_append(result, OUTPUT_GOLDEN, session_time_zone(session), &out);
        while (out.bytes && out.data[out.bytes - 1] == '\n') out.bytes--;
    }
    text_append(&out, SLICE("\n\n\n"));
    return fwrite(out.data, 1, out.bytes, stdout) == out.bytes && fflush(stdout) == 0;
}

bool golden_run(Session *session, Slice text) {
    Slice rest = text, line;
    const char *start = NULL;
    bool ok = true;
    while (ok && slice_split(&rest, '\n', &line)) {
        if (!is_marker(line)) continue;
        if (start) ok = answer(session, slice_trim(slice_of(start, (size_t)(line.data - start))));
        start = rest.data;
        if (!start) return ok;
    }
    if (ok && start)
        ok = answer(session, slice_trim(slice_of(start, (size_t)(text.data + text.bytes - start))));
    return ok;
}
