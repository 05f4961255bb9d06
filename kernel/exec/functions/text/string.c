// SPDX-License-Identifier: Apache-2.0
// Parts of text: lengths, substrings, trimming, padding, searching, concatenation. Positions count
// code points from 1; binary values count bytes.
#include "kernel/exec/functions/kernel.h"

#include "base/utf8.h"

static bool is_binary(const Vector *v) { return v->type->id == TYPE_BINARY; }

static int32_t count_units(const Vector *v, Slice s) {
    return (int32_t)(is_binary(v) ? s.bytes : utf8_count(s));
}

static bool length(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    int32_t *to = out->data;
    for (ROWS_EACH(rows, i, r)) to[r] = count_units(&args[0], arg_text(&args[0], r));
    return true;
}

static bool octet_length(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    int32_t *to = out->data;
    for (ROWS_EACH(rows, i, r)) to[r] = (int32_t)arg_text(&args[0], r).bytes;
    return true;
}

static bool bit_length(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    int32_t *to = out->data;
    for (ROWS_EACH(rows, i, r)) to[r] = (int32_t)arg_text(&args[0], r).bytes * 8;
    return true;
}

// Units [start, start + count) of the text, clamped; start may be negative.
static Slice units(const Vector *v, Slice s, int64_t start, int64_t count) {
    int64_t stop = start + count;
    if (start < 0) start = 0;
    if (stop <= start) return SLICE("");
    if (is_binary(v)) {
        if (start > (int64_t)s.bytes) start = (int64_t)s.bytes;
        if (stop > (int64_t)s.bytes) stop = (int64_t)s.bytes;
        return slice_of(s.data + start, (size_t)(stop - start));
    }
    size_t from = utf8_offset(s, (size_t)start);
    Slice rest = slice_from(s, from);
    return slice_first(rest, utf8_offset(rest, (size_t)(stop - start)));
}

static Slice substring_of(const Vector *v, Slice s, int64_t position, int64_t count) {
    int64_t start = position > 0 ? position - 1 : position;
    if (position < 0) start = count_units(v, s) + position;
    return units(v, s, start, count);
}

static bool substring(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool has_count = frame->call->arg_count == 3;
    for (ROWS_EACH(rows, i, r)) {
        int64_t count = has_count ? arg_i32(&args[2], r) : INT32_MAX;
        out_borrowed(out, r,
                     substring_of(&args[0], arg_text(&args[0], r), arg_i32(&args[1], r), count));
    }
    return true;
}

static bool left(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r))
        out_borrowed(out, r, units(&args[0], arg_text(&args[0], r), 0, arg_i32(&args[1], r)));
    return true;
}

static bool right(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        int64_t count = arg_i32(&args[1], r), total = count_units(&args[0], s);
        if (count < 0) count = 0;
        out_borrowed(out, r, units(&args[0], s, MAX(total - count, 0), count));
    }
    return true;
}

// --- trimming and padding ----------------------------------------------------------------------

static bool contains_code_point(Slice set, uint32_t c) {
    for (size_t i = 0; i < set.bytes;)
        if (utf8_next(set, &i) == c) return true;
    return false;
}

static Slice trim_left(Slice s, Slice set) {
    size_t i = 0;
    while (i < s.bytes) {
        size_t next = i;
        if (!contains_code_point(set, utf8_next(s, &next))) break;
        i = next;
    }
    return slice_from(s, i);
}

static Slice trim_right(Slice s, Slice set) {
    while (s.bytes) {
        size_t start = s.bytes - 1;
        while (start > 0 && utf8_is_continuation(s.data[start])) start--;
        size_t at = start;
        if (!contains_code_point(set, utf8_next(s, &at))) break;
        s.bytes = start;
    }
    return s;
}

static bool trim_sides(CallFrame *frame, const Vector *args, Rows rows, Vector *out, bool at_left,
                       bool at_right) {
    bool has_set = frame->call->arg_count == 2;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), set = has_set ? arg_text(&args[1], r) : SLICE(" ");
        if (at_left) s = trim_left(s, set);
        if (at_right) s = trim_right(s, set);
        out_borrowed(out, r, s);
    }
    return true;
}

static bool trim(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    return trim_sides(frame, args, rows, out, true, true);
}

static bool ltrim(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    return trim_sides(frame, args, rows, out, true, false);
}

static bool rtrim(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    return trim_sides(frame, args, rows, out, false, true);
}

static bool fail_too_long(Error *err) {
    return error_set(err, ERR_EXCEED_LIMIT_LENGTH, "limit", "2147483632");
}

static void append_units(Text *to, const Vector *v, Slice pad, int64_t count) {
    int64_t each = count_units(v, pad);
    for (; count >= each && each > 0; count -= each) text_append(to, pad);
    if (count > 0) text_append(to, units(v, pad, 0, count));
}

static bool pad_side(CallFrame *frame, const Vector *args, Rows rows, Vector *out, bool at_left,
                     Error *err) {
    AUTO(Text, text) = {0};
    bool has_pad = frame->call->arg_count == 3;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        Slice pad = has_pad               ? arg_text(&args[2], r)
                    : is_binary(&args[0]) ? slice_of("", 1)
                                          : SLICE(" ");
        int64_t wanted = MAX(arg_i32(&args[1], r), 0), have = count_units(&args[0], s);
        if (wanted <= have || pad.bytes == 0) {
            out_borrowed(out, r, units(&args[0], s, 0, MIN(wanted, have)));
            continue;
        }
        if (wanted > (1 << 28)) return fail_too_long(err);
        text_reset(&text);
        if (at_left) append_units(&text, &args[0], pad, wanted - have);
        text_append(&text, s);
        if (!at_left) append_units(&text, &args[0], pad, wanted - have);
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool lpad(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return pad_side(frame, args, rows, out, true, err);
}

static bool rpad(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return pad_side(frame, args, rows, out, false, err);
}

static bool repeat(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        int64_t count = MAX(arg_i32(&args[1], r), 0);
        uint64_t bytes = s.bytes * (uint64_t)count;
        if (bytes > (1u << 30)) return fail_too_long(err);
        char *to = arena_alloc_raw(frame->arena, bytes + 1, 1);
        for (int64_t k = 0; k < count && s.bytes; k++)
            memcpy(to + (size_t)k * s.bytes, s.data, s.bytes);
        out_borrowed(out, r, slice_of(to, bytes));
    }
    return true;
}

static bool space(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int32_t count = MAX(arg_i32(&args[0], r), 0);
        if (count > (1 << 30)) return fail_too_long(err);
        char *to = arena_alloc_raw(frame->arena, (size_t)count + 1, 1);
        memset(to, ' ', (size_t)count);
        out_borrowed(out, r, slice_of(to, (size_t)count));
    }
    return true;
}

// --- searching ---------------------------------------------------------------------------------

static bool contains(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    uint8_t *to = out->data;
    for (ROWS_EACH(rows, i, r))
        to[r] = slice_find(arg_text(&args[0], r), arg_text(&args[1], r), 0) != SIZE_MAX;
    return true;
}

static bool starts_with(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    uint8_t *to = out->data;
    for (ROWS_EACH(rows, i, r))
        to[r] = slice_starts_with(arg_text(&args[0], r), arg_text(&args[1], r));
    return true;
}

static bool ends_with(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    uint8_t *to = out->data;
    for (ROWS_EACH(rows, i, r))
        to[r] = slice_ends_with(arg_text(&args[0], r), arg_text(&args[1], r));
    return true;
}

// 1-based position in code points at or after `from`, 0: none.
static int32_t find_from(Slice s, Slice needle, int64_t from) {
    if (from < 1) return 0;
    size_t start = utf8_offset(s, (size_t)(from - 1));
    if (needle.bytes == 0) return (int32_t)from;
    size_t at = slice_find(s, needle, start);
    return at == SIZE_MAX ? 0 : (int32_t)utf8_count(slice_first(s, at)) + 1;
}

static bool instr(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    int32_t *to = out->data;
    for (ROWS_EACH(rows, i, r)) to[r] = find_from(arg_text(&args[0], r), arg_text(&args[1], r), 1);
    return true;
}

// locate(needle, text[, from]): a null start counts as 0.
static bool locate(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    int32_t *to = out->data;
    bool has_from = frame->call->arg_count == 3;
    for (ROWS_EACH(rows, i, r)) {
        bool no_start = has_from && arg_is_null(&args[2], r);
        to[r] = 0;
        if (no_start) continue;
        if (arg_is_null(&args[0], r) || arg_is_null(&args[1], r)) out_null(frame, out, r);
        else
            to[r] = find_from(arg_text(&args[1], r), arg_text(&args[0], r),
                              has_from ? arg_i32(&args[2], r) : 1);
    }
    return true;
}

static bool find_in_set(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    int32_t *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        Slice word = arg_text(&args[0], r), set = arg_text(&args[1], r), part;
        to[r] = 0;
        if (slice_find_char(word, ',', 0) != SIZE_MAX) continue;
        if (!set.data) set = SLICE("");
        for (int32_t n = 1; slice_split(&set, ',', &part); n++)
            if (slice_equal(part, word)) {
                to[r] = n;
                break;
            }
    }
    return true;
}

// --- replacing ---------------------------------------------------------------------------------

static bool replace(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), search = arg_text(&args[1], r);
        Slice with = frame->call->arg_count == 3 ? arg_text(&args[2], r) : SLICE("");
        size_t at = search.bytes ? slice_find(s, search, 0) : SIZE_MAX, start = 0;
        if (at == SIZE_MAX) {
            out_borrowed(out, r, s);
            continue;
        }
        text_reset(&text);
        for (; at != SIZE_MAX; at = slice_find(s, search, start)) {
            text_append(&text, slice_of(s.data + start, at - start));
            text_append(&text, with);
            start = at + search.bytes;
        }
        text_append(&text, slice_from(s, start));
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool translate(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), from = arg_text(&args[1], r), to = arg_text(&args[2], r);
        text_reset(&text);
        for (size_t k = 0; k < s.bytes;) {
            uint32_t c = utf8_next(s, &k);
            size_t index = 0, f = 0;
            bool found = false;
            for (; f < from.bytes && !found; index++) found = utf8_next(from, &f) == c;
            if (!found) {
                text_append_code_point(&text, c);
                continue;
            }
            size_t at = utf8_offset(to, index - 1);
            if (at < to.bytes) text_append_code_point(&text, utf8_next(to, &at));
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool reverse(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        char *to = arena_alloc_raw(frame->arena, s.bytes + 1, 1);
        for (size_t k = 0; k < s.bytes;) {
            size_t next = k;
            (void)utf8_next(s, &next);
            if (is_binary(&args[0])) next = k + 1;
            memcpy(to + s.bytes - next, s.data + k, next - k);
            k = next;
        }
        out_borrowed(out, r, slice_of(to, s.bytes));
    }
    return true;
}

// overlay(text, with, position[, count]); a negative count is the replacement's length.
static bool overlay(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), with = arg_text(&args[1], r);
        int64_t position = arg_i32(&args[2], r);
        int64_t count = frame->call->arg_count == 4 ? arg_i32(&args[3], r) : -1;
        if (count < 0) count = count_units(&args[0], with);
        text_reset(&text);
        text_append(&text, substring_of(&args[0], s, 1, position - 1));
        text_append(&text, with);
        text_append(&text, substring_of(&args[0], s, position + count, INT32_MAX));
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

// --- putting together --------------------------------------------------------------------------

static bool concat(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    uint32_t count = frame->call->arg_count;
    for (ROWS_EACH(rows, i, r)) {
        uint64_t bytes = 0;
        for (uint32_t a = 0; a < count; a++) bytes += arg_text(&args[a], r).bytes;
        if (bytes > (1u << 30)) return fail_too_long(err);
        char *to = arena_alloc_raw(frame->arena, bytes + 1, 1), *at = to;
        for (uint32_t a = 0; a < count; a++) {
            Slice s = arg_text(&args[a], r);
            if (s.bytes) memcpy(at, s.data, s.bytes);
            at += s.bytes;
        }
        out_borrowed(out, r, slice_of(to, bytes));
    }
    return true;
}

// Nulls and nulls within arrays are left out; a null separator makes null.
static bool concat_ws(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[0], r)) {
            out_null(frame, out, r);
            continue;
        }
        Slice separator = arg_text(&args[0], r);
        bool first = true;
        text_reset(&text);
        for (uint32_t a = 1; a < frame->call->arg_count; a++) {
            if (arg_is_null(&args[a], r)) continue;
            bool is_array = args[a].type->id == TYPE_ARRAY;
            ListView list = is_array ? arg_list(&args[a], r) : (ListView){r, 1};
            const Vector *from = is_array ? &args[a].children[0] : &args[a];
            for (uint32_t k = 0; k < list.count; k++) {
                if (vector_is_null(from, list.offset + k)) continue;
                if (!first) text_append(&text, separator);
                first = false;
                text_append(&text, arg_text(from, list.offset + k));
            }
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool elt(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    uint32_t count = frame->call->arg_count;
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[0], r)) {
            out_null(frame, out, r);
            continue;
        }
        int32_t index = arg_i32(&args[0], r);
        if (index >= 1 && (uint32_t)index < count) {
            if (arg_is_null(&args[index], r)) out_null(frame, out, r);
            else out_borrowed(out, r, arg_text(&args[index], r));
        } else if (!out_refused(frame, out, r)) {
            (void)error_set(err, ERR_INVALID_ARRAY_INDEX);
            error_add_format(err, "indexValue", "%d", index);
            error_add_format(err, "arraySize", "%u", count - 1);
            return false;
        }
    }
    return true;
}

#define KERNEL(id, name_text, kernel_name, null_rule, fails)   \
    static const ScalarFunction id = {.name = (name_text),     \
                                      .kernel = (kernel_name), \
                                      .nulls = (null_rule),    \
                                      .may_fail = (fails),     \
                                      .is_cheap_on_dictionary = !(fails)};
KERNEL(LENGTH, "length", length, NULLS_STRICT, false)
KERNEL(OCTET_LENGTH, "octet_length", octet_length, NULLS_STRICT, false)
KERNEL(BIT_LENGTH, "bit_length", bit_length, NULLS_STRICT, false)
KERNEL(SUBSTRING, "substring", substring, NULLS_STRICT, false)
KERNEL(LEFT, "left", left, NULLS_STRICT, false)
KERNEL(RIGHT, "right", right, NULLS_STRICT, false)
KERNEL(TRIM, "trim", trim, NULLS_STRICT, false)
KERNEL(LTRIM, "ltrim", ltrim, NULLS_STRICT, false)
KERNEL(RTRIM, "rtrim", rtrim, NULLS_STRICT, false)
KERNEL(LPAD, "lpad", lpad, NULLS_STRICT, true)
KERNEL(RPAD, "rpad", rpad, NULLS_STRICT, true)
KERNEL(REPEAT, "repeat", repeat, NULLS_STRICT, true)
KERNEL(SPACE, "space", space, NULLS_STRICT, true)
KERNEL(CONTAINS, "contains", contains, NULLS_STRICT, false)
KERNEL(STARTS_WITH, "startswith", starts_with, NULLS_STRICT, false)
KERNEL(ENDS_WITH, "endswith", ends_with, NULLS_STRICT, false)
KERNEL(INSTR, "instr", instr, NULLS_STRICT, false)
KERNEL(LOCATE, "locate", locate, NULLS_HANDLED, false)
KERNEL(FIND_IN_SET, "find_in_set", find_in_set, NULLS_STRICT, false)
KERNEL(REPLACE, "replace", replace, NULLS_STRICT, false)
KERNEL(TRANSLATE, "translate", translate, NULLS_STRICT, false)
KERNEL(REVERSE, "reverse", reverse, NULLS_STRICT, false)
KERNEL(OVERLAY, "overlay", overlay, NULLS_STRICT, false)
KERNEL(CONCAT, "concat", concat, NULLS_STRICT, true)
KERNEL(CONCAT_WS, "concat_ws", concat_ws, NULLS_HANDLED, false)
KERNEL(ELT, "elt", elt, NULLS_HANDLED, true)

static const ScalarFunction *select_bytes(const ScalarQuery *query) {
    if (query->types[0]->id == TYPE_ARRAY) return NULL; // concat and reverse of arrays
    return strcmp(query->name, "reverse") == 0 ? &REVERSE : &CONCAT;
}

const ScalarEntry scalars_string[] = {
    {"length", &LENGTH, NULL},
    {"len", &LENGTH, NULL},
    {"char_length", &LENGTH, NULL},
    {"character_length", &LENGTH, NULL},
    {"octet_length", &OCTET_LENGTH, NULL},
    {"bit_length", &BIT_LENGTH, NULL},
    {"substring", &SUBSTRING, NULL},
    {"substr", &SUBSTRING, NULL},
    {"left", &LEFT, NULL},
    {"right", &RIGHT, NULL},
    {"trim", &TRIM, NULL},
    {"btrim", &TRIM, NULL},
    {"ltrim", &LTRIM, NULL},
    {"rtrim", &RTRIM, NULL},
    {"lpad", &LPAD, NULL},
    {"rpad", &RPAD, NULL},
    {"repeat", &REPEAT, NULL},
    {"space", &SPACE, NULL},
    {"contains", &CONTAINS, NULL},
    {"startswith", &STARTS_WITH, NULL},
    {"endswith", &ENDS_WITH, NULL},
    {"instr", &INSTR, NULL},
    {"locate", &LOCATE, NULL},
    {"position", &LOCATE, NULL},
    {"find_in_set", &FIND_IN_SET, NULL},
    {"replace", &REPLACE, NULL},
    {"translate", &TRANSLATE, NULL},
    {"reverse", NULL, select_bytes},
    {"overlay", &OVERLAY, NULL},
    {"concat", NULL, select_bytes},
    {"concat_ws", &CONCAT_WS, NULL},
    {"elt", &ELT, NULL},
    {NULL, NULL, NULL},
};
