// SPDX-License-Identifier: Apache-2.0
// RLIKE, the regexp_ functions and split. The last pattern is kept compiled.
#include "kernel/exec/functions/kernel.h"

#include "base/utf8.h"
#include "kernel/exec/functions/text/regex.h"

#include <stdlib.h>

typedef struct RegexState {
    Regex *regex;
    Text pattern;
} RegexState;

static void state_free(void *state) {
    RegexState *made = state;
    if (!made) return;
    regex_free(made->regex);
    text_deinit(&made->pattern);
    free(made);
}

static bool state_prepare(CallFrame *frame, Arena *arena, Error *err) {
    (void)arena, (void)err;
    frame->state = xcalloc(1, sizeof(RegexState));
    return true;
}

static bool fail_pattern(const CallFrame *frame, Slice pattern, Error *err) {
    AUTO(Text, function) = {0};
    AUTO(Text, value) = {0};
    text_printf(&function, "`%s`", frame->call->function->name);
    text_printf(&value, "'%.*s'", SLICE_ARGS(pattern));
    return error_set(err, ERR_INVALID_PARAMETER_VALUE__PATTERN, "functionName",
                     text_cstr(&function), "parameter", "`regexp`", "value", text_cstr(&value));
}

static Regex *regex_for(CallFrame *frame, Slice pattern, Error *err) {
    RegexState *state = frame->state;
    if (state->regex && slice_equal(text_slice(&state->pattern), pattern)) return state->regex;
    regex_free(state->regex);
    state->regex = regex_new(pattern);
    text_reset(&state->pattern);
    text_append(&state->pattern, pattern);
    if (!state->regex) (void)fail_pattern(frame, pattern, err);
    return state->regex;
}

// The next place to look behind a match; an empty one moves a character on.
static size_t behind(Slice s, const RegexMatch *match) {
    size_t next = match->stop[0];
    if (match->stop[0] > match->start[0]) return next;
    if (next >= s.bytes) return SIZE_MAX;
    (void)utf8_next(s, &next);
    return next;
}

static bool rlike(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    uint8_t *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        Regex *regex = regex_for(frame, arg_text(&args[1], r), err);
        if (!regex) return false;
        to[r] = regex_find(regex, arg_text(&args[0], r), 0, NULL);
    }
    return true;
}

// "$1", "${name}" and "\x" of a Java replacement.
static void append_replacement(Text *out, Slice with, Slice s, const Regex *regex,
                               const RegexMatch *match) {
    for (size_t i = 0; i < with.bytes; i++) {
        char c = with.data[i];
        int group = -1;
        if (c == '\\' && i + 1 < with.bytes) {
            text_append_char(out, with.data[++i]);
            continue;
        }
        if (c == '$' && i + 1 < with.bytes && with.data[i + 1] >= '0' && with.data[i + 1] <= '9') {
            group = with.data[++i] - '0';
            while (i + 1 < with.bytes && with.data[i + 1] >= '0' && with.data[i + 1] <= '9' &&
                   (uint32_t)(group * 10 + with.data[i + 1] - '0') < match->count)
                group = group * 10 + (with.data[++i] - '0');
        } else if (c == '$' && i + 1 < with.bytes && with.data[i + 1] == '{') {
            size_t close = slice_find_char(with, '}', i);
            if (close != SIZE_MAX) {
                group = regex_group_of(regex, slice_of(with.data + i + 2, close - i - 2));
                i = close;
            }
        } else {
            text_append_char(out, c);
            continue;
        }
        if (group >= 0 && (uint32_t)group < match->count && match->start[group] != SIZE_MAX)
            text_append(out, slice_of(s.data + match->start[group],
                                      match->stop[group] - match->start[group]));
    }
}

static bool regexp_replace(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), with = arg_text(&args[2], r);
        Regex *regex = regex_for(frame, arg_text(&args[1], r), err);
        if (!regex) return false;
        int32_t position = frame->call->arg_count == 4 ? arg_i32(&args[3], r) : 1;
        size_t from = utf8_offset(s, (size_t)MAX(position - 1, 0)), copied = 0;
        RegexMatch match;
        text_reset(&text);
        while (from != SIZE_MAX && regex_find(regex, s, from, &match)) {
            text_append(&text, slice_of(s.data + copied, match.start[0] - copied));
            append_replacement(&text, with, s, regex, &match);
            copied = match.stop[0];
            from = behind(s, &match);
        }
        text_append(&text, slice_from(s, copied));
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool group_check(const CallFrame *frame, const Regex *regex, int32_t group, Error *err) {
    uint32_t count = regex_group_count(regex);
    if (group >= 0 && (uint32_t)group <= count && group < REGEX_GROUPS_MAX) return true;
    AUTO(Text, function) = {0};
    text_printf(&function, "`%s`", frame->call->function->name);
    (void)error_set(err, ERR_INVALID_PARAMETER_VALUE__REGEX_GROUP_INDEX, "functionName",
                    text_cstr(&function), "parameter", "`idx`");
    error_add_format(err, "groupCount", "%u", count);
    error_add_format(err, "groupIndex", "%d", group);
    return false;
}

static Slice group_text(Slice s, const RegexMatch *match, int32_t group) {
    if (match->start[group] == SIZE_MAX) return SLICE("");
    return slice_of(s.data + match->start[group], match->stop[group] - match->start[group]);
}

static bool regexp_extract(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        Regex *regex = regex_for(frame, arg_text(&args[1], r), err);
        int32_t group = frame->call->arg_count == 3 ? arg_i32(&args[2], r) : 1;
        RegexMatch match;
        if (!regex) return false;
        if (!regex_find(regex, s, 0, &match)) {
            out_borrowed(out, r, SLICE(""));
            continue;
        }
        if (!group_check(frame, regex, group, err)) return false;
        out_borrowed(out, r, group_text(s, &match, group));
    }
    return true;
}

static bool regexp_substr(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        Regex *regex = regex_for(frame, arg_text(&args[1], r), err);
        RegexMatch match;
        if (!regex) return false;
        if (regex_find(regex, s, 0, &match)) out_borrowed(out, r, group_text(s, &match, 0));
        else out_null(frame, out, r);
    }
    return true;
}

static bool regexp_count(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        Regex *regex = regex_for(frame, arg_text(&args[1], r), err);
        RegexMatch match;
        int32_t count = 0;
        if (!regex) return false;
        for (size_t from = 0; from != SIZE_MAX && regex_find(regex, s, from, &match); count++)
            from = behind(s, &match);
        ((int32_t *)out->data)[r] = count;
    }
    return true;
}

static bool regexp_instr(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        Regex *regex = regex_for(frame, arg_text(&args[1], r), err);
        RegexMatch match;
        if (!regex) return false;
        bool found = regex_find(regex, s, 0, &match);
        ((int32_t *)out->data)[r] =
            found ? (int32_t)utf8_count(slice_first(s, match.start[0])) + 1 : 0;
    }
    return true;
}

// Strings of the lists that a kernel makes, row by row.
typedef struct ListMaker {
    Arena *arena;
    StringView *items;
    size_t count;
} ListMaker;

static void list_add(ListMaker *maker, Slice s) {
    StringView view = string_view_of(s.data, (uint32_t)s.bytes);
    ARENA_PUSH(maker->arena, maker->items, maker->count, view);
}

static void list_finish(ListMaker *maker, Vector *out) {
    Vector *child = &out->children[0];
    vector_init_flat(child, out->type->fields[0].type, (uint32_t)maker->count, maker->arena);
    if (maker->count) memcpy(child->data, maker->items, sizeof *maker->items * maker->count);
}

static bool regexp_extract_all(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                               Error *err) {
    ListMaker maker = {.arena = frame->arena};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        Regex *regex = regex_for(frame, arg_text(&args[1], r), err);
        int32_t group = frame->call->arg_count == 3 ? arg_i32(&args[2], r) : 1;
        uint32_t start = (uint32_t)maker.count;
        RegexMatch match;
        if (!regex) return false;
        for (size_t from = 0; from != SIZE_MAX && regex_find(regex, s, from, &match);) {
            if (!group_check(frame, regex, group, err)) return false;
            list_add(&maker, group_text(s, &match, group));
            from = behind(s, &match);
        }
        ((ListView *)out->data)[r] = (ListView){start, (uint32_t)maker.count - start};
    }
    list_finish(&maker, out);
    return true;
}

// Java's split: an empty match at the start is skipped. limit > 0: at most so many parts; otherwise
// all, trailing empty ones kept (0 counts as -1).
static void split_text(ListMaker *maker, Regex *regex, Slice s, int32_t limit) {
    size_t from = 0, part = 0;
    RegexMatch match;
    int32_t parts = 1;
    while (from != SIZE_MAX && (limit <= 0 || parts < limit) &&
           regex_find(regex, s, from, &match)) {
        from = behind(s, &match);
        if (match.stop[0] == 0 || (match.start[0] == match.stop[0] && match.start[0] >= s.bytes))
            continue;
        list_add(maker, slice_of(s.data + part, match.start[0] - part));
        part = match.stop[0];
        parts++;
    }
    list_add(maker, slice_from(s, part));
}

static void split_letters(ListMaker *maker, Slice s, int32_t limit) {
    int32_t parts = 1;
    size_t at = 0;
    while (at < s.bytes && (limit <= 0 || parts < limit)) {
        size_t next = at;
        (void)utf8_next(s, &next);
        if (next >= s.bytes) break;
        list_add(maker, slice_of(s.data + at, next - at));
        at = next;
        parts++;
    }
    list_add(maker, slice_from(s, at));
}

static bool split(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    ListMaker maker = {.arena = frame->arena};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), pattern = arg_text(&args[1], r);
        int32_t limit = frame->call->arg_count == 3 ? arg_i32(&args[2], r) : -1;
        uint32_t start = (uint32_t)maker.count;
        if (pattern.bytes == 0) {
            split_letters(&maker, s, limit);
        } else {
            Regex *regex = regex_for(frame, pattern, err);
            if (!regex) return false;
            split_text(&maker, regex, s, limit);
        }
        ((ListView *)out->data)[r] = (ListView){start, (uint32_t)maker.count - start};
    }
    list_finish(&maker, out);
    return true;
}

#define REGEX_KERNEL(id, text, kernel_name)                     \
    static const ScalarFunction id = {.name = (text),           \
                                      .kernel = (kernel_name),  \
                                      .nulls = NULLS_STRICT,    \
                                      .may_fail = true,         \
                                      .prepare = state_prepare, \
                                      .release = state_free};
REGEX_KERNEL(RLIKE, "rlike", rlike)
REGEX_KERNEL(REPLACE, "regexp_replace", regexp_replace)
REGEX_KERNEL(EXTRACT, "regexp_extract", regexp_extract)
REGEX_KERNEL(EXTRACT_ALL, "regexp_extract_all", regexp_extract_all)
REGEX_KERNEL(SUBSTR, "regexp_substr", regexp_substr)
REGEX_KERNEL(COUNT, "regexp_count", regexp_count)
REGEX_KERNEL(INSTR, "regexp_instr", regexp_instr)
REGEX_KERNEL(SPLIT, "split", split)

const ScalarEntry scalars_regexp[] = {
    {"rlike", &RLIKE, NULL},
    {"regexp", &RLIKE, NULL},
    {"regexp_like", &RLIKE, NULL},
    {"regexp_replace", &REPLACE, NULL},
    {"regexp_extract", &EXTRACT, NULL},
    {"regexp_extract_all", &EXTRACT_ALL, NULL},
    {"regexp_substr", &SUBSTR, NULL},
    {"regexp_count", &COUNT, NULL},
    {"regexp_instr", &INSTR, NULL},
    {"split", &SPLIT, NULL},
    {NULL, NULL, NULL},
};
