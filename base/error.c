// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    const char *sqlstate;
    const char *sentence;
} classes[ERR_COUNT] = {
    [ERR_NONE] = {"", "00000", ""},
#define ERROR(ident, name, sqlstate, message) [ERR_##ident] = {name, sqlstate, message},
#include "base/error_list.inc"
#undef ERROR
};

// Copies text into the error's storage, cut at a UTF-8 boundary when it does not fit; returns its
// offset.
static uint16_t store(Error *err, Slice s) {
    size_t room = ERROR_STORAGE_BYTES - err->storage_bytes;
    if (room == 0) return (uint16_t)(ERROR_STORAGE_BYTES - 1);
    size_t bytes = MIN(s.bytes, room - 1);
    if (bytes < s.bytes)
        while (bytes && ((unsigned char)s.data[bytes] & 0xC0) == 0x80) bytes--;
    uint16_t offset = err->storage_bytes;
    if (bytes) memcpy(err->storage + offset, s.data, bytes);
    err->storage[offset + bytes] = '\0';
    err->storage_bytes = (uint16_t)(offset + bytes + 1);
    return offset;
}

void error_reset(Error *err) {
    if (!err) return;
    memset(err, 0, offsetof(Error, storage));
}

void error_copy(Error *to, const Error *from) {
    if (!to) return;
    memcpy(to, from, offsetof(Error, storage));
    memcpy(to->storage, from->storage, from->storage_bytes);
}

void error_add(Error *err, const char *name, Slice value) {
    if (!err || err->parameter_count == ERROR_PARAMETERS_MAX) return;
    uint16_t name_at = store(err, slice_from_cstr(name));
    uint16_t value_at = store(err, value);
    err->parameters[err->parameter_count].name = name_at;
    err->parameters[err->parameter_count++].value = value_at;
}

bool error_set_list(Error *err, ErrorCode code, ...) {
    ASSERT(code > ERR_NONE && code < ERR_COUNT);
    if (!err) return false;
    error_reset(err);
    err->code = code;
    va_list args;
    va_start(args, code);
    for (const char *name; (name = va_arg(args, const char *));)
        error_add(err, name, slice_from_cstr(va_arg(args, const char *)));
    va_end(args);
    return false;
}

static void add_vformat(Error *err, const char *name, const char *format, va_list args) {
    AUTO(Text, value) = {0};
    text_vprintf(&value, format, args);
    error_add(err, name, text_slice(&value));
}

void error_add_format(Error *err, const char *name, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add_vformat(err, name, format, args);
    va_end(args);
}

bool error_internal(Error *err, const char *format, ...) {
    error_set(err, ERR_INTERNAL_ERROR);
    va_list args;
    va_start(args, format);
    add_vformat(err, "message", format, args);
    va_end(args);
    return false;
}

bool error_io(Error *err, const char *path, int number) {
    char reason[128];
    const char *words = strerror_r(number, reason, sizeof reason);
    return error_set(err, ERR_IO_ERROR, "path", path, "reason", words);
}

void error_set_note(Error *err, Slice note) {
    if (err) err->note = (uint16_t)(store(err, note) + 1);
}

void error_set_span(Error *err, Span span) {
    if (err && err->span.stop == 0) err->span = span;
}

void error_set_context(Error *err, Slice statement) {
    if (!err || err->line || err->span.stop == 0 || err->span.stop > statement.bytes ||
        err->span.start > err->span.stop)
        return;
    uint32_t line = 1, column = 0;
    for (uint32_t i = 0; i < err->span.start; i++) {
        if (statement.data[i] == '\n') {
            line++;
            column = 0;
        } else if (((unsigned char)statement.data[i] & 0xC0) != 0x80) {
            column++;
        }
    }
    err->line = line;
    err->column = column;
    Slice fragment = {statement.data + err->span.start, err->span.stop - err->span.start};
    err->fragment = (uint16_t)(store(err, fragment) + 1);
}

const char *error_class_of(ErrorCode code) { return classes[code].name; }
const char *error_class(const Error *err) { return classes[err->code].name; }
const char *error_sqlstate(const Error *err) { return classes[err->code].sqlstate; }

Slice error_parameter(const Error *err, const char *name) {
    for (int i = 0; i < err->parameter_count; i++)
        if (strcmp(err->storage + err->parameters[i].name, name) == 0)
            return slice_from_cstr(err->storage + err->parameters[i].value);
    return SLICE_NONE;
}

Slice error_fragment(const Error *err) {
    return err->fragment ? slice_from_cstr(err->storage + err->fragment - 1) : SLICE_NONE;
}

void error_sentence(const Error *err, Text *out) {
    const char *at = classes[err->code].sentence;
    while (*at) {
        const char *stop = *at == '<' ? strchr(at, '>') : NULL;
        if (!stop) {
            text_append_char(out, *at++);
            continue;
        }
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(stop - at - 1), at + 1);
        text_append(out, error_parameter(err, name));
        at = stop + 1;
    }
    if (err->note) text_printf(out, " %s", err->storage + err->note - 1);
}

static void append_context(const Error *err, Text *out) {
    Slice fragment = error_fragment(err);
    text_printf(out, "\n== SQL (line %u, position %u) ==\n", err->line, err->column + 1);
    text_append(out, fragment);
    Slice first_line = slice_first(fragment, slice_find_char(fragment, '\n', 0));
    size_t width = 0;
    for (size_t i = 0; i < first_line.bytes; i++)
        if (((unsigned char)first_line.data[i] & 0xC0) != 0x80) width++;
    text_append_char(out, '\n');
    text_append_repeat(out, '^', width ? width : 1);
}

void error_message(const Error *err, Text *out) {
    text_printf(out, "[%s] ", error_class(err));
    error_sentence(err, out);
    if (*error_sqlstate(err)) text_printf(out, " SQLSTATE: %s", error_sqlstate(err));
    if (err->line) append_context(err, out);
}

static void append_json_string(Text *out, Slice s) {
    text_append_char(out, '"');
    for (size_t i = 0; i < s.bytes; i++) {
        unsigned char c = (unsigned char)s.data[i];
        switch (c) {
        case '"': text_append(out, SLICE("\\\"")); break;
        case '\\': text_append(out, SLICE("\\\\")); break;
        case '\n': text_append(out, SLICE("\\n")); break;
        case '\r': text_append(out, SLICE("\\r")); break;
        case '\t': text_append(out, SLICE("\\t")); break;
        case '\b': text_append(out, SLICE("\\b")); break;
        case '\f': text_append(out, SLICE("\\f")); break;
        default:
            if (c < 0x20) text_printf(out, "\\u%04X", c);
            else text_append_char(out, (char)c);
        }
    }
    text_append_char(out, '"');
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void append_parameters(const Error *err, Text *out) {
    const char *names[ERROR_PARAMETERS_MAX];
    int count = 0;
    // Names that begin with '_' are ours alone, for the sentence.
    for (int i = 0; i < err->parameter_count; i++)
        if (err->storage[err->parameters[i].name] != '_')
            names[count++] = err->storage + err->parameters[i].name;
    qsort(names, (size_t)count, sizeof *names, by_name);
    text_append(out, SLICE(",\n  \"messageParameters\" : {"));
    for (int i = 0; i < count; i++) {
        text_append_cstr(out, i ? ",\n    " : "\n    ");
        append_json_string(out, slice_from_cstr(names[i]));
        text_append(out, SLICE(" : "));
        append_json_string(out, error_parameter(err, names[i]));
    }
    text_append(out, SLICE("\n  }"));
}

void error_json(const Error *err, Text *out) {
    text_append(out, SLICE("{\n  \"errorClass\" : "));
    append_json_string(out, slice_from_cstr(error_class(err)));
    if (*error_sqlstate(err)) { // Spark's oldest classes have none
        text_append(out, SLICE(",\n  \"sqlState\" : "));
        append_json_string(out, slice_from_cstr(error_sqlstate(err)));
    }
    if (err->parameter_count) append_parameters(err, out);
    if (err->line && !err->plain) {
        text_printf(
            out,
            ",\n  \"queryContext\" : [ {\n    \"objectType\" : \"\",\n    \"objectName\" : \"\","
            "\n    \"startIndex\" : %u,\n    \"stopIndex\" : %u,\n    \"fragment\" : ",
            err->span.start + 1, err->span.stop);
        append_json_string(out, error_fragment(err));
        text_append(out, SLICE("\n  } ]"));
    }
    text_append(out, SLICE("\n}"));
}
