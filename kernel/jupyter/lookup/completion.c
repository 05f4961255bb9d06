// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/lookup/completion.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "kernel/jupyter/magic/magic.h"
#include "kernel/jupyter/statement.h"
#include "kernel/session/complete.h"

enum { MATCHES_MAX = 1000 };

static uint32_t code_points(Slice code, size_t bytes) {
    return (uint32_t)utf8_count(slice_first(code, bytes));
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The line of the cursor, and where the word that ends at the cursor starts.
typedef struct Place {
    size_t line; // offset of the line
    size_t word; // offset of the word
} Place;

static Place place_of(Slice code, size_t cursor) {
    Place place = {.line = cursor, .word = cursor};
    while (place.line > 0 && code.data[place.line - 1] != '\n') place.line--;
    while (place.word > place.line && is_word(code.data[place.word - 1])) place.word--;
    return place;
}

// On a magic's line nothing is SQL.
static bool is_magic_line(Slice code, size_t line) {
    Slice rest = slice_from(code, line);
    return slice_starts_with(slice_trim(slice_first(rest, slice_find_char(rest, '\n', 0))),
                             SLICE("%"));
}

static void append_match(Text *matches, Text *types, Slice text, const char *type, Slice signature,
                         uint32_t start, uint32_t stop) {
    if (matches->bytes) text_append_char(matches, ',');
    if (types->bytes) text_append_char(types, ',');
    quote_json(matches, text);
    text_printf(types, "{\"start\":%u,\"end\":%u,\"text\":", start, stop);
    quote_json(types, text);
    text_printf(types, ",\"type\":\"%s\",\"signature\":", type);
    quote_json(types, signature);
    text_append_char(types, '}');
}

static void append_magics(Slice code, size_t word, size_t cursor, Text *matches, Text *types) {
    Slice prefix = slice_of(code.data + word, cursor - word);
    uint32_t count;
    const Magic *magics = magic_all(&count);
    for (uint32_t i = 0; i < count; i++) {
        Slice name = slice_from_cstr(magics[i].name);
        if (slice_starts_with(name, prefix))
            append_match(matches, types, name, "magic", slice_from_cstr(magics[i].grammar),
                         code_points(code, word), code_points(code, cursor));
    }
}

// A keyword that is also the name of something else is shown as that.
static bool is_doubled(const CompletionList *list, const Completion *item) {
    if (item->kind != COMPLETION_KEYWORD) return false;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].kind != COMPLETION_KEYWORD &&
            slice_equal_ignore_case(list->items[i].text, item->text))
            return true;
    return false;
}

static void append_names(Kernel *kernel, Slice code, size_t cursor, Text *matches, Text *types,
                         size_t *start, size_t *stop) {
    Error err = {0};
    Session *session = statement_session(kernel, &err);
    if (!session) return;
    AUTO(Arena, arena) = {0};
    CompletionList list = {0};
    session_complete(session, &arena, code, cursor, &list);
    *start = list.start;
    *stop = list.stop;
    for (uint32_t i = 0; i < MIN(list.count, (uint32_t)MATCHES_MAX); i++) {
        const Completion *item = &list.items[i];
        if (is_doubled(&list, item)) continue;
        append_match(matches, types, item->text, completion_kind_name(item->kind), item->detail,
                     code_points(code, list.start), code_points(code, list.stop));
    }
}

void completion_append(Kernel *kernel, Slice code, size_t cursor, Text *out) {
    Place place = place_of(code, cursor);
    size_t start = place.word, stop = cursor;
    AUTO(Text, matches) = {0};
    AUTO(Text, types) = {0};
    if (!is_magic_line(code, place.line))
        append_names(kernel, code, cursor, &matches, &types, &start, &stop);
    else if (place.word > 0 && code.data[place.word - 1] == '%')
        append_magics(code, place.word, cursor, &matches, &types);
    text_append_cstr(out, "{\"status\":\"ok\",\"matches\":[");
    text_append(out, text_slice(&matches));
    text_printf(out, "],\"cursor_start\":%u,\"cursor_end\":%u,\"metadata\":{",
                code_points(code, start), code_points(code, stop));
    text_append_cstr(out, "\"_jupyter_types_experimental\":[");
    text_append(out, text_slice(&types));
    text_append_cstr(out, "]}}");
}

// --- inspection ----------------------------------------------------------------------------------

static bool describe_magic(Slice code, Place place, size_t cursor, Text *plain, Text *markdown) {
    size_t stop = cursor;
    while (stop < code.bytes && is_word(code.data[stop])) stop++;
    const Magic *magic = magic_find(slice_of(code.data + place.word, stop - place.word));
    if (!magic) return false;
    text_printf(plain, "%s\n%s\nErrors: %s.", magic->grammar, magic->summary, magic->errors);
    text_printf(markdown, "`%s`\n\n%s\n\nErrors: %s.", magic->grammar, magic->summary,
                magic->errors);
    return true;
}

static bool describe_name(Kernel *kernel, Slice code, size_t cursor, bool detailed, Text *plain,
                          Text *markdown) {
    Error err = {0};
    Session *session = statement_session(kernel, &err);
    if (!session) return false;
    AUTO(Arena, arena) = {0};
    return session_inspect(session, &arena, code, cursor, detailed, plain, markdown);
}

void completion_append_inspection(Kernel *kernel, Slice code, size_t cursor, bool detailed,
                                  Text *out) {
    AUTO(Text, plain) = {0};
    AUTO(Text, markdown) = {0};
    Place place = place_of(code, cursor);
    bool found = is_magic_line(code, place.line)
                     ? describe_magic(code, place, cursor, &plain, &markdown)
                     : describe_name(kernel, code, cursor, detailed, &plain, &markdown);
    text_printf(out, "{\"status\":\"ok\",\"found\":%s,\"data\":{", found ? "true" : "false");
    if (found) {
        text_append_cstr(out, "\"text/plain\":");
        quote_json(out, text_slice(&plain));
    }
    if (found && markdown.bytes) {
        text_append_cstr(out, ",\"text/markdown\":");
        quote_json(out, text_slice(&markdown));
    }
    text_append_cstr(out, "},\"metadata\":{}}");
}

CompletionState completion_check(Kernel *kernel, Slice code) {
    (void)kernel;
    Slice text = slice_trim(code);
    if (!text.bytes) return COMPLETE_YES;
    // A magic's line is read over; an unknown magic can never run.
    while (text.bytes && text.data[0] == '%') {
        Slice rest = text, name;
        while (rest.bytes && rest.data[0] == '%') rest = slice_from(rest, 1);
        const Magic *magic = magic_next_word(&rest, &name) ? magic_find(name) : NULL;
        if (!magic) return COMPLETE_NEVER;
        if (magic->reach == MAGIC_CELL && strcmp(magic->name, "sql") != 0) return COMPLETE_YES;
        size_t end = slice_find_char(text, '\n', 0);
        text = slice_trim(slice_from(text, end == SIZE_MAX ? text.bytes : end + 1));
    }
    return text.bytes ? statement_check(text) : COMPLETE_YES;
}
