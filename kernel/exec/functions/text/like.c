// SPDX-License-Identifier: Apache-2.0
// LIKE and ILIKE.
//
// A pattern is cut at its percent signs into parts. One or two parts without underscores are
// equality, prefix, suffix or containment; otherwise the first part is anchored at the start, the
// last at the end, and each between takes its leftmost place, which is right because parts are of
// fixed length in characters.
#include "kernel/exec/functions/kernel.h"

#include "base/utf8.h"
#include "kernel/exec/functions/text/letter.h"

#include <stdlib.h>

enum { ANY_CHARACTER = 0x01 }; // stands for _ in a part; such bytes of the pattern are marked

typedef struct Part {
    Slice text; // ANY_CHARACTER where wild
    bool *wild; // per byte of text; NULL: none is
} Part;

typedef struct LikePattern {
    Arena arena;
    Text source; // pattern and escape it was made from
    Part *parts;
    uint32_t part_count;
    bool open_start; // begins with %
    bool open_stop;  // ends with %
} LikePattern;

static void pattern_free(void *state) {
    LikePattern *pattern = state;
    if (!pattern) return;
    arena_deinit(&pattern->arena);
    text_deinit(&pattern->source);
    free(pattern);
}

static bool pattern_fail(Slice pattern, Slice after, Error *err) {
    AUTO(Text, format) = {0};
    text_append_char(&format, '\'');
    text_append(&format, pattern);
    text_append_char(&format, '\'');
    if (after.bytes == 0)
        return error_set(err, ERR_INVALID_FORMAT__ESC_AT_THE_END, "format", text_cstr(&format));
    AUTO(Text, c) = {0};
    text_append_char(&c, '\'');
    text_append(&c, after);
    text_append_char(&c, '\'');
    return error_set(err, ERR_INVALID_FORMAT__ESC_IN_THE_MIDDLE, "format", text_cstr(&format),
                     "char", text_cstr(&c));
}

static Slice character_at(Slice s, size_t at) {
    size_t next = at;
    (void)utf8_next(s, &next);
    return slice_of(s.data + at, next - at);
}

static void part_end(LikePattern *pattern, const Text *text, const bool *wild, bool any_wild) {
    Part part = {.text = arena_copy(&pattern->arena, text_slice(text))};
    if (any_wild) {
        part.wild = ARENA_ARRAY(&pattern->arena, bool, text->bytes + 1);
        memcpy(part.wild, wild, text->bytes);
    }
    ARENA_PUSH(&pattern->arena, pattern->parts, pattern->part_count, part);
}

static bool pattern_parse(LikePattern *pattern, Slice s, Slice escape, Error *err) {
    AUTO(Text, text) = {0};
    bool *wild = ARENA_ARRAY(&pattern->arena, bool, s.bytes + 1);
    bool any_wild = false;
    pattern->open_start = pattern->open_stop = false;
    for (size_t i = 0; i < s.bytes;) {
        Slice c = character_at(s, i);
        i += c.bytes;
        pattern->open_stop = false;
        if (slice_equal(c, escape)) {
            Slice next = i < s.bytes ? character_at(s, i) : SLICE("");
            bool special = slice_equal_cstr(next, "_") || slice_equal_cstr(next, "%") ||
                           slice_equal(next, escape);
            if (!special || next.bytes == 0) return pattern_fail(s, next, err);
            memset(wild + text.bytes, 0, next.bytes);
            text_append(&text, next);
            i += next.bytes;
        } else if (slice_equal_cstr(c, "%")) {
            if (i == 1) pattern->open_start = true;
            else if (text.bytes) part_end(pattern, &text, wild, any_wild);
            text_reset(&text);
            any_wild = false;
            pattern->open_stop = true;
        } else {
            bool is_any = slice_equal_cstr(c, "_");
            memset(wild + text.bytes, is_any, c.bytes);
            any_wild = any_wild || is_any;
            text_append(&text, c);
        }
    }
    if (text.bytes) part_end(pattern, &text, wild, any_wild);
    return true;
}

// Whether the part stands at the offset; *stop is behind it.
static bool part_at(const Part *part, Slice s, size_t at, size_t *stop) {
    if (!part->wild) {
        *stop = at + part->text.bytes;
        return s.bytes - at >= part->text.bytes &&
               memcmp(s.data + at, part->text.data, part->text.bytes) == 0;
    }
    for (size_t p = 0; p < part->text.bytes; p++) {
        if (at >= s.bytes) return false;
        if (part->wild[p]) (void)utf8_next(s, &at);
        else if (s.data[at++] != part->text.data[p]) return false;
    }
    *stop = at;
    return true;
}

static bool part_find(const Part *part, Slice s, size_t from, size_t *stop) {
    if (!part->wild) {
        size_t at = slice_find(s, part->text, from);
        *stop = at + part->text.bytes;
        return at != SIZE_MAX;
    }
    for (size_t at = from; at < s.bytes; at++) {
        if (utf8_is_continuation(s.data[at])) continue;
        if (part_at(part, s, at, stop)) return true;
    }
    return false;
}

// The part at the end of the text, not before `from`.
static bool part_ends(const Part *part, Slice s, size_t from) {
    size_t stop;
    if (!part->wild)
        return s.bytes - from >= part->text.bytes &&
               slice_ends_with(slice_from(s, from), part->text);
    size_t characters = utf8_count(part->text), at = s.bytes;
    for (; characters && at > from; characters--) {
        at--;
        while (at > from && utf8_is_continuation(s.data[at])) at--;
    }
    return characters == 0 && part_at(part, s, at, &stop) && stop == s.bytes;
}

static bool pattern_matches(const LikePattern *pattern, Slice s) {
    uint32_t first = 0, count = pattern->part_count;
    size_t at = 0;
    if (count == 0) return pattern->open_start || pattern->open_stop || s.bytes == 0;
    if (!pattern->open_start) {
        if (!part_at(&pattern->parts[0], s, 0, &at)) return false;
        if (count == 1) return pattern->open_stop || at == s.bytes;
        first = 1;
    }
    uint32_t last = pattern->open_stop ? count : count - 1;
    for (uint32_t p = first; p < last; p++)
        if (!part_find(&pattern->parts[p], s, at, &at)) return false;
    return pattern->open_stop || part_ends(&pattern->parts[count - 1], s, at);
}

static Slice lower_text(Slice s, Text *out) {
    text_reset(out);
    for (size_t i = 0; i < s.bytes;) text_append_code_point(out, letter_lower(utf8_next(s, &i)));
    return text_slice(out);
}

static bool pattern_set(CallFrame *frame, Slice s, Slice escape, Error *err) {
    LikePattern *pattern = frame->state;
    if (pattern && pattern->source.data &&
        slice_equal(slice_from(text_slice(&pattern->source), escape.bytes), s) &&
        slice_starts_with(text_slice(&pattern->source), escape))
        return true;
    pattern_free(pattern);
    frame->state = pattern = xcalloc(1, sizeof *pattern);
    if (!pattern_parse(pattern, s, escape, err)) return false;
    text_append(&pattern->source, escape);
    text_append(&pattern->source, s);
    return true;
}

static bool like_rows(CallFrame *frame, const Vector *args, Rows rows, Vector *out, bool folded,
                      Error *err) {
    AUTO(Text, pattern) = {0};
    AUTO(Text, subject) = {0};
    bool constant = args[1].form == VECTOR_CONSTANT;
    uint8_t *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        Slice escape = frame->call->arg_count == 3 ? arg_text(&args[2], r) : SLICE("\\");
        Slice s = arg_text(&args[0], r), p = arg_text(&args[1], r);
        if (i == 0 || !constant) {
            if (folded) p = lower_text(p, &pattern);
            if (!pattern_set(frame, p, escape, err)) return false;
        }
        if (folded) s = lower_text(s, &subject);
        to[r] = pattern_matches(frame->state, s);
    }
    return true;
}

static bool like(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return like_rows(frame, args, rows, out, false, err);
}

static bool ilike(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return like_rows(frame, args, rows, out, true, err);
}

static bool prepare_nothing(CallFrame *frame, Arena *arena, Error *err) {
    (void)frame, (void)arena, (void)err;
    return true;
}

static const ScalarFunction LIKE = {.name = "like",
                                    .kernel = like,
                                    .nulls = NULLS_STRICT,
                                    .is_cheap_on_dictionary = true,
                                    .prepare = prepare_nothing,
                                    .release = pattern_free};
static const ScalarFunction ILIKE = {.name = "ilike",
                                     .kernel = ilike,
                                     .nulls = NULLS_STRICT,
                                     .is_cheap_on_dictionary = true,
                                     .prepare = prepare_nothing,
                                     .release = pattern_free};

const ScalarEntry scalars_like[] = {
    {"like", &LIKE, NULL}, {"ilike", &ILIKE, NULL}, {NULL, NULL, NULL}};
