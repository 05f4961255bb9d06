// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/magic/parameters.h"
#include "kernel/jupyter/magic/literal.h"
#include "kernel/jupyter/statement.h"

static const Slice HEAD = {"# Parameters", 12};

static bool has_tag(const json_t *metadata) {
    const json_t *tags = json_object_get(metadata, "tags");
    for (size_t i = 0; i < json_array_size(tags); i++) {
        const char *tag = json_string_value(json_array_get(tags, i));
        if (tag && strcmp(tag, "injected-parameters") == 0) return true;
    }
    return false;
}

static bool is_name_char(char c, bool first) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!first && c >= '0' && c <= '9');
}

// A name, an optional ": type", and "=" at *offset, which moves behind them.
static bool name_read(Slice text, size_t *offset, Slice *name) {
    size_t at = *offset, start = at;
    while (at < text.bytes && is_name_char(text.data[at], at == start)) at++;
    *name = slice_of(text.data + start, at - start);
    size_t line_end = slice_find_char(text, '\n', at);
    size_t equals = slice_find_char(text, '=', at);
    if (!name->bytes || equals == SIZE_MAX || equals > line_end) return false;
    Slice between = slice_trim(slice_of(text.data + at, equals - at));
    if (between.bytes && between.data[0] != ':') return false;
    *offset = equals + 1;
    return true;
}

bool parameters_match(Slice code, const json_t *metadata, Slice *assignments) {
    Slice text = slice_trim(code), name;
    size_t offset = 0;
    *assignments = code;
    if (slice_starts_with(text, HEAD)) {
        Slice rest = slice_from(text, HEAD.bytes);
        if (!rest.bytes || (unsigned char)rest.data[0] <= 0x20) return true;
    }
    return has_tag(metadata) &&
           (slice_starts_with(text, SLICE("#")) || name_read(text, &offset, &name));
}

static bool assignment_fail(Cell *cell, Slice text, size_t offset, const char *reason) {
    Error err = {0};
    error_set(&err, ERR_INVALID_PARAMETERS, "reason", reason);
    size_t stop = slice_find_char(text, '\n', offset);
    error_set_span(&err, (Span){(uint32_t)offset, (uint32_t)MIN(stop, text.bytes)});
    error_set_context(&err, text);
    return cell_fail(cell, &err, text, 1);
}

bool parameters_declare(Cell *cell, Slice text) {
    size_t at = 0;
    while (at < text.bytes) {
        if ((unsigned char)text.data[at] <= 0x20 || text.data[at] == ';') {
            at++;
            continue;
        }
        if (text.data[at] == '#') {
            at = MIN(slice_find_char(text, '\n', at), text.bytes);
            continue;
        }
        AUTO(Arena, arena) = {0};
        size_t start = at;
        Slice name;
        Value value;
        if (!name_read(text, &at, &name))
            return assignment_fail(cell, text, start, "name = literal is expected");
        const char *wrong = literal_read(text, &at, &arena, &value);
        if (wrong) return assignment_fail(cell, text, start, wrong);
        Error err = {0};
        if (!statement_declare(cell->kernel, name, &value, &err))
            return cell_fail(cell, &err, text, 1);
    }
    return true;
}
