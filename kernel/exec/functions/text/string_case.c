// SPDX-License-Identifier: Apache-2.0
// Case of text. ASCII goes byte by byte; the rest by utf8proc's tables and the few letters whose
// other case is more than one letter.
#include "kernel/exec/functions/kernel.h"

#include "base/utf8.h"
#include "kernel/exec/functions/text/letter.h"

typedef struct SpecialCase {
    uint32_t letter;
    const char *upper;
} SpecialCase;

static const SpecialCase SPECIALS[] = {
    {0x00DF, "SS"}, {0x0149, "\xCA\xBCN"}, {0x01F0, "J\xCC\x8C"}, {0xFB00, "FF"}, {0xFB01, "FI"},
    {0xFB02, "FL"}, {0xFB03, "FFI"},       {0xFB04, "FFL"},       {0xFB05, "ST"}, {0xFB06, "ST"},
};

static bool is_ascii(Slice s) {
    for (size_t i = 0; i < s.bytes; i++)
        if ((uint8_t)s.data[i] >= 0x80) return false;
    return true;
}

static char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }
static char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static void append_upper(Text *out, uint32_t letter) {
    for (size_t i = 0; i < COUNT_OF(SPECIALS); i++)
        if (SPECIALS[i].letter == letter) {
            text_append_cstr(out, SPECIALS[i].upper);
            return;
        }
    text_append_code_point(out, letter_upper(letter));
}

static void append_lower(Text *out, Slice s, size_t at, size_t next, uint32_t letter) {
    if (letter == 0x0130) { // I with a dot
        text_append_cstr(out, "i\xCC\x87");
        return;
    }
    if (letter == 0x03A3) { // a sigma at a word's end
        size_t peek = next;
        bool last = next >= s.bytes || !letter_is(utf8_next(s, &peek));
        bool first = at == 0;
        text_append_code_point(out, last && !first ? 0x03C2 : 0x03C3);
        return;
    }
    text_append_code_point(out, letter_lower(letter));
}

static void text_case(CallFrame *frame, Vector *out, uint32_t row, Slice s, bool upper,
                      Text *scratch) {
    if (is_ascii(s)) {
        char *to = arena_alloc_raw(frame->arena, s.bytes + 1, 1);
        for (size_t i = 0; i < s.bytes; i++)
            to[i] = upper ? ascii_upper(s.data[i]) : ascii_lower(s.data[i]);
        out_borrowed(out, row, slice_of(to, s.bytes));
        return;
    }
    text_reset(scratch);
    for (size_t i = 0; i < s.bytes;) {
        size_t at = i;
        uint32_t letter = utf8_next(s, &i);
        if (upper) append_upper(scratch, letter);
        else append_lower(scratch, s, at, i, letter);
    }
    out_text(frame, out, row, text_slice(scratch));
}

static bool upper(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, scratch) = {0};
    for (ROWS_EACH(rows, i, r)) text_case(frame, out, r, arg_text(&args[0], r), true, &scratch);
    return true;
}

static bool lower(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, scratch) = {0};
    for (ROWS_EACH(rows, i, r)) text_case(frame, out, r, arg_text(&args[0], r), false, &scratch);
    return true;
}

// Words begin behind spaces only.
static bool initcap(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, scratch) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        bool start = true;
        text_reset(&scratch);
        for (size_t k = 0; k < s.bytes;) {
            size_t at = k;
            uint32_t letter = utf8_next(s, &k);
            if (start) text_append_code_point(&scratch, letter_title(letter));
            else append_lower(&scratch, s, at, k, letter);
            start = letter == ' ';
        }
        out_text(frame, out, r, text_slice(&scratch));
    }
    return true;
}

#define KERNEL(name_text, kernel_name)                                       \
    {                                                                        \
        .name = (name_text), .kernel = (kernel_name), .nulls = NULLS_STRICT, \
        .is_cheap_on_dictionary = true                                       \
    }

static const ScalarFunction UPPER = KERNEL("upper", upper);
static const ScalarFunction LOWER = KERNEL("lower", lower);
static const ScalarFunction INITCAP = KERNEL("initcap", initcap);

const ScalarEntry scalars_string_case[] = {
    {"upper", &UPPER, NULL}, {"ucase", &UPPER, NULL},     {"lower", &LOWER, NULL},
    {"lcase", &LOWER, NULL}, {"initcap", &INITCAP, NULL}, {NULL, NULL, NULL},
};
