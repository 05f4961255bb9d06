// SPDX-License-Identifier: Apache-2.0
// The SQL parser on any text: the first byte chooses the options. What parses is printed; the text
// must also split and lex without losing a byte.
#include "kernel/plan/unresolved_text.h"
#include "kernel/sql/split.h"
#include "kernel/sql/sql_parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void split(Slice text) {
    Splitter splitter;
    splitter_init(&splitter, text);
    uint32_t at = 0;
    for (SplitStatement statement; splitter_next(&splitter, &statement);) {
        ASSERT(statement.start >= at && statement.start + statement.text.bytes <= text.bytes);
        at = (uint32_t)(statement.start + statement.text.bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    static Error err;
    if (bytes == 0) return 0;
    AUTO(Arena, arena) = {0};
    AUTO(Text, out) = {0};
    Slice text = slice_of((const char *)data + 1, bytes - 1);
    split(text);
    ParserOptions options = {
        .ansi = data[0] & 1,
        .double_quoted_identifiers = data[0] & 2,
        .enforce_reserved_keywords = data[0] & 4,
        .legacy_interval = data[0] & 8,
        .legacy_identifier_clause = data[0] & 16,
    };
    const UCommand *command = sql_parser()->statement(&arena, text, &options, &err);
    if (command) {
        ucommand_append_text(command, &out);
    } else {
        ASSERT(error_is_set(&err));
        ASSERT(err.span.start <= err.span.stop && err.span.stop <= text.bytes);
        error_set_context(&err, text);
        error_json(&err, &out);
        error_message(&err, &out);
    }
    const UExpr *expr = sql_parser()->expression(&arena, text, &options, &err);
    if (expr) uexpr_append_text(expr, &out);
    (void)sql_parser()->type(&arena, text, &err);
    return 0;
}
