// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/magic/magic.h"
#include "base/quote.h"

static const Magic ALL_MAGICS[] = {
#define MAGIC(name, reach, grammar, summary, errors) \
    {#name, reach, grammar, summary, errors, magic_##name},
#include "kernel/jupyter/magic/magic_list.inc"
#undef MAGIC
};

const Magic *magic_all(uint32_t *count) {
    *count = COUNT_OF(ALL_MAGICS);
    return ALL_MAGICS;
}

const Magic *magic_find(Slice name) {
    for (size_t i = 0; i < COUNT_OF(ALL_MAGICS); i++)
        if (slice_equal_cstr(name, ALL_MAGICS[i].name)) return &ALL_MAGICS[i];
    return NULL;
}

bool magic_refuse(Error *err, const char *name, const char *reason) {
    const Magic *magic = magic_find(slice_from_cstr(name));
    return error_set(err, ERR_INVALID_MAGIC, "name", name, "reason", reason, "grammar",
                     magic ? magic->grammar : "%help lists the magics");
}

bool magic_next_word(Slice *words, Slice *word) {
    Slice rest = slice_trim(*words);
    if (!rest.bytes) return false;
    char quote = rest.data[0];
    if (quote == '\'' || quote == '"') {
        size_t end = slice_find_char(rest, quote, 1);
        if (end == SIZE_MAX) end = rest.bytes;
        *word = slice_of(rest.data + 1, end - 1);
        *words = slice_from(rest, end + 1);
        return true;
    }
    size_t end = 0;
    while (end < rest.bytes && (unsigned char)rest.data[end] > 0x20) end++;
    *word = slice_first(rest, end);
    *words = slice_from(rest, end);
    return true;
}

static bool run_one(Cell *cell, Slice line, Slice below, const Magic **ran, Error *err) {
    Slice text = line, name;
    while (text.bytes && text.data[0] == '%') text = slice_from(text, 1);
    if (text.bytes && (unsigned char)text.data[0] <= 0x20)
        return magic_refuse(err, "", "no name follows the %");
    if (!magic_next_word(&text, &name)) return magic_refuse(err, "", "no name follows the %");
    const Magic *magic = *ran = magic_find(name);
    if (!magic) {
        Text word = {0};
        text_append(&word, name);
        magic_refuse(err, text_cstr(&word), "there is no such magic");
        text_deinit(&word);
        return false;
    }
    MagicCall call = {
        .words = slice_trim(text), .body = below, .is_last = slice_trim(below).bytes == 0};
    return magic->run(cell, &call, err);
}

// Blank lines and -- comments before a magic are read over.
static bool is_magic_next(Slice *code, uint32_t *first_line) {
    Slice rest = *code;
    uint32_t line_number = *first_line;
    while (rest.bytes) {
        size_t end = slice_find_char(rest, '\n', 0);
        Slice line = slice_trim(slice_first(rest, MIN(end, rest.bytes)));
        if (line.bytes && line.data[0] == '%') {
            *code = rest;
            *first_line = line_number;
            return true;
        }
        if (line.bytes && !slice_starts_with(line, SLICE("--"))) return false;
        if (end == SIZE_MAX) return false;
        rest = slice_from(rest, end + 1);
        line_number++;
    }
    return false;
}

bool magic_run_leading(Cell *cell, Slice *code, uint32_t *first_line, bool is_last) {
    (void)is_last;
    while (is_magic_next(code, first_line)) {
        size_t end = slice_find_char(*code, '\n', 0);
        Slice line = slice_trim(slice_first(*code, MIN(end, code->bytes)));
        Slice below = end == SIZE_MAX ? SLICE("") : slice_from(*code, end + 1);
        const Magic *magic = NULL;
        Error err = {0};
        if (!run_one(cell, line, below, &magic, &err)) {
            // Its cells have told their own failure already when %run fails.
            return cell_fail(cell, &err, line, *first_line);
        }
        bool takes_all = magic->reach == MAGIC_CELL && magic->run != magic_sql;
        *code = takes_all ? SLICE("") : below;
        *first_line += 1;
        if (cell_is_interrupted(cell)) {
            error_set(&err, ERR_CANCELLED);
            return cell_fail(cell, &err, line, *first_line);
        }
    }
    return true;
}
