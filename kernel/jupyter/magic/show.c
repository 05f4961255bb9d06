// SPDX-License-Identifier: Apache-2.0
// Magics that only show something: %sql, %md, %echo, %clear, %help, %input.
#include "base/quote.h"
#include "kernel/jupyter/magic/magic.h"
#include "kernel/jupyter/statement.h"

#include <stdlib.h>

bool magic_sql(Cell *cell, const MagicCall *call, Error *err) {
    (void)cell;
    if (!call->words.bytes) return true;
    return magic_refuse(err, "sql", "SQL starts on the line below it");
}

bool magic_md(Cell *cell, const MagicCall *call, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    AUTO(Text, data) = {0};
    text_append(&text, call->words);
    if (call->words.bytes && call->body.bytes) text_append_char(&text, '\n');
    text_append(&text, call->body);
    text_append_cstr(&data, "{\"text/markdown\":");
    quote_json(&data, text_slice(&text));
    text_append_cstr(&data, ",\"text/plain\":");
    quote_json(&data, text_slice(&text));
    text_append_char(&data, '}');
    cell_display(cell, text_slice(&data), SLICE_NONE, NULL);
    return true;
}

// A mime type as documents may carry it: letters, digits, - + . and one slash.
static bool is_mime(Slice s) {
    size_t slashes = 0;
    for (size_t i = 0; i < s.bytes; i++) {
        char c = s.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '+' || c == '.' || c == '_';
        if (c == '/' && i > 0 && i + 1 < s.bytes) slashes++;
        else if (!plain) return false;
    }
    return slashes == 1;
}

static bool echo_as(Cell *cell, Slice mime, Slice text, Error *err) {
    if (!is_mime(mime)) return magic_refuse(err, "echo", "-m needs a mime type, as text/html");
    AUTO(Text, data) = {0};
    text_append_char(&data, '{');
    if (!slice_equal(mime, SLICE("text/plain"))) {
        quote_json(&data, mime);
        text_append_char(&data, ':');
        quote_json(&data, text);
        text_append_char(&data, ',');
    }
    text_append_cstr(&data, "\"text/plain\":");
    quote_json(&data, text);
    text_append_char(&data, '}');
    cell_display(cell, text_slice(&data), SLICE_NONE, NULL);
    return true;
}

bool magic_echo(Cell *cell, const MagicCall *call, Error *err) {
    Slice text = call->words, rest = text, word;
    StreamName stream = STREAM_STDOUT;
    if (magic_next_word(&rest, &word) && slice_equal(word, SLICE("-e"))) {
        stream = STREAM_STDERR;
        text = slice_trim(rest);
    } else if (slice_equal(word, SLICE("-m")) && text.bytes) {
        if (!magic_next_word(&rest, &word)) return magic_refuse(err, "echo", "-m needs a type");
        return echo_as(cell, word, slice_trim(rest), err);
    }
    cell_write(cell, stream, text);
    cell_write(cell, stream, SLICE("\n"));
    return true;
}

bool magic_clear(Cell *cell, const MagicCall *call, Error *err) {
    bool wait = slice_equal(call->words, SLICE("-w"));
    if (call->words.bytes && !wait) return magic_refuse(err, "clear", "only -w may follow");
    cell_clear_output(cell, wait);
    return true;
}

static void append_magic(const Magic *magic, Text *out) {
    text_printf(out, "%s\n    %s\n    Errors: %s.\n", magic->grammar, magic->summary,
                magic->errors);
}

bool magic_help(Cell *cell, const MagicCall *call, Error *err) {
    AUTO(Text, text) = {0};
    Slice name = call->words;
    while (name.bytes && name.data[0] == '%') name = slice_from(name, 1);
    if (name.bytes) {
        const Magic *magic = magic_find(name);
        if (!magic) return magic_refuse(err, "help", "there is no magic of this name");
        append_magic(magic, &text);
        cell_page(cell, text_slice(&text));
        return true;
    }
    text_append_cstr(
        &text, "A cell is SQL: one statement, or several with ; between them. Each result is "
               "shown in turn.\nLines that start with % at the head of a cell are magics. "
               "%chart, %export and %profile on\nthe first line govern the query below; alone "
               "they act on the last result.\nValues go in as :name markers, from DECLARE, "
               "from notebook parameters\n(papermill -l python, tarn run -p name=value).\n\n");
    uint32_t count;
    const Magic *magics = magic_all(&count);
    for (uint32_t i = 0; i < count; i++) append_magic(&magics[i], &text);
    cell_page(cell, text_slice(&text));
    return true;
}

static bool declare_text(Kernel *kernel, Slice name, Slice text, Error *err) {
    Value value = value_string(text);
    return statement_declare(kernel, name, &value, err);
}

bool magic_input(Cell *cell, const MagicCall *call, Error *err) {
    Slice rest = call->words, name = SLICE_NONE;
    bool password = false;
    if (magic_next_word(&rest, &name) && slice_equal(name, SLICE("--password"))) {
        password = true;
        name = SLICE_NONE;
        if (!magic_next_word(&rest, &name)) name = SLICE_NONE;
    }
    if (!name.bytes) return magic_refuse(err, "input", "it needs the name of a variable");
    Slice prompt = slice_trim(rest);
    if (!prompt.bytes) prompt = name;
    AUTO(Text, answer) = {0};
    return cell_ask(cell, prompt, password, &answer, err) &&
           declare_text(cell->kernel, name, text_slice(&answer), err);
}
