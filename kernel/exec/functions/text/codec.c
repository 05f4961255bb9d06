// SPDX-License-Identifier: Apache-2.0
// Hex, base64, number bases, character codes and character sets.
#include "kernel/exec/functions/kernel.h"

#include "base/utf8.h"

#include <stdlib.h>

static bool hex_integer(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        AUTO(Text, text) = {0};
        text_printf(&text, "%llX", (unsigned long long)arg_i64(&args[0], r));
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool hex_bytes(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    static const char DIGITS[] = "0123456789ABCDEF";
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        char *to = arena_alloc_raw(frame->arena, s.bytes * 2 + 1, 1);
        for (size_t k = 0; k < s.bytes; k++) {
            to[2 * k] = DIGITS[(uint8_t)s.data[k] >> 4];
            to[2 * k + 1] = DIGITS[(uint8_t)s.data[k] & 15];
        }
        out_borrowed(out, r, slice_of(to, s.bytes * 2));
    }
    return true;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// An odd number of digits counts as if a zero stood before.
static bool unhex(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        size_t bytes = (s.bytes + 1) / 2, odd = s.bytes % 2;
        char *to = arena_alloc(frame->arena, bytes + 1);
        bool ok = true;
        for (size_t k = 0; k < s.bytes && ok; k++) {
            int digit = hex_digit(s.data[k]);
            ok = digit >= 0;
            to[(k + odd) / 2] = (char)(to[(k + odd) / 2] << 4 | (digit & 15));
        }
        if (ok) out_borrowed(out, r, slice_of(to, bytes));
        else out_null(frame, out, r);
    }
    return true;
}

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool base64(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        char *to = arena_alloc_raw(frame->arena, (s.bytes + 2) / 3 * 4 + 1, 1);
        size_t bytes = 0;
        for (size_t k = 0; k < s.bytes; k += 3) {
            uint32_t word = (uint32_t)(uint8_t)s.data[k] << 16;
            size_t left = s.bytes - k;
            if (left > 1) word |= (uint32_t)(uint8_t)s.data[k + 1] << 8;
            if (left > 2) word |= (uint8_t)s.data[k + 2];
            for (size_t d = 0; d < 4; d++)
                to[bytes++] = d <= left ? BASE64[word >> (18 - 6 * d) & 63] : '=';
        }
        out_borrowed(out, r, slice_of(to, bytes));
    }
    return true;
}

// MIME's base64: other characters are skipped. NULL-terminated output; false: malformed end.
static bool base64_decode(Slice s, char *to, size_t *bytes, bool strict) {
    uint32_t word = 0, count = 0, padding = 0;
    *bytes = 0;
    for (size_t k = 0; k < s.bytes; k++) {
        char c = s.data[k];
        const char *digit = c ? strchr(BASE64, c) : NULL;
        if (c == '=') {
            padding++;
            continue;
        }
        if (!digit) {
            if (strict && (uint8_t)c > ' ') return false;
            continue;
        }
        if (padding) return false;
        word = word << 6 | (uint32_t)(digit - BASE64);
        if (++count % 4 == 0) {
            to[(*bytes)++] = (char)(word >> 16);
            to[(*bytes)++] = (char)(word >> 8);
            to[(*bytes)++] = (char)word;
            word = 0;
        }
    }
    uint32_t rest = count % 4;
    if (rest == 1 || padding > 2 || (padding && (rest + padding) % 4 != 0)) return false;
    if (rest == 2) to[(*bytes)++] = (char)(word >> 4);
    if (rest == 3) {
        to[(*bytes)++] = (char)(word >> 10);
        to[(*bytes)++] = (char)(word >> 2);
    }
    return true;
}

static bool fail_conversion(Slice s, const char *format, Error *err) {
    AUTO(Text, quoted) = {0};
    AUTO(Text, fmt) = {0};
    text_printf(&quoted, "'%.*s'", SLICE_ARGS(s));
    text_printf(&fmt, "'%s'", format);
    return error_set(err, ERR_CONVERSION_INVALID_INPUT, "str", text_cstr(&quoted), "fmt",
                     text_cstr(&fmt), "targetType", "\"BINARY\"", "suggestion", "`try_to_binary`");
}

static bool unbase64(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        char *to = arena_alloc_raw(frame->arena, s.bytes + 4, 1);
        size_t bytes;
        if (!base64_decode(s, to, &bytes, false)) return fail_conversion(s, "BASE64", err);
        out_borrowed(out, r, slice_of(to, bytes));
    }
    return true;
}

// to_binary(text[, 'hex' | 'utf-8' | 'base64'])
static bool to_binary(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        Slice format = frame->call->arg_count == 2 ? arg_text(&args[1], r) : SLICE("hex");
        char *to = arena_alloc(frame->arena, s.bytes + 4);
        size_t bytes = (s.bytes + 1) / 2, odd = s.bytes % 2;
        bool ok = true;
        if (slice_equal_ignore_case(format, SLICE("hex"))) {
            for (size_t k = 0; k < s.bytes && ok; k++) {
                int digit = hex_digit(s.data[k]);
                ok = digit >= 0;
                to[(k + odd) / 2] = (char)(to[(k + odd) / 2] << 4 | (digit & 15));
            }
        } else if (slice_equal_ignore_case(format, SLICE("base64"))) {
            ok = base64_decode(s, to, &bytes, true);
        } else {
            memcpy(to, s.data, s.bytes);
            bytes = s.bytes;
        }
        if (ok) {
            out_borrowed(out, r, slice_of(to, bytes));
        } else if (call_is_try(frame)) {
            out_null(frame, out, r);
        } else {
            bool hex = slice_equal_ignore_case(format, SLICE("hex"));
            return fail_conversion(s, hex ? "HEX" : "BASE64", err);
        }
    }
    return true;
}

static bool bin(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        uint64_t value = (uint64_t)arg_i64(&args[0], r);
        char digits[64];
        size_t at = sizeof digits;
        do digits[--at] = (char)('0' + (value & 1));
        while (value >>= 1);
        out_text(frame, out, r, slice_of(digits + at, sizeof digits - at));
    }
    return true;
}

// conv(text, from, to): a negative `to` means that the result has a sign; overflow clamps.
static bool conv(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = slice_trim(arg_text(&args[0], r));
        int32_t from = arg_i32(&args[1], r), to = arg_i32(&args[2], r);
        if (from < 2 || from > 36 || abs(to) < 2 || abs(to) > 36 || s.bytes == 0) {
            out_null(frame, out, r);
            continue;
        }
        bool negative = s.data[0] == '-', overflow = false;
        uint64_t value = 0;
        for (size_t k = negative; k < s.bytes; k++) {
            char c = (char)(s.data[k] | 0x20);
            int digit = c >= 'a' && c <= 'z' ? c - 'a' + 10 : s.data[k] - '0';
            if (digit < 0 || digit >= from) break;
            overflow |= __builtin_mul_overflow(value, (uint64_t)from, &value) ||
                        __builtin_add_overflow(value, (uint64_t)digit, &value);
        }
        if (overflow) {
            if (call_is_ansi(frame)) return fail_overflow(err, "Overflow in function conv()", "");
            value = UINT64_MAX;
        }
        if (negative && to > 0 && !overflow) value = value > INT64_MAX ? UINT64_MAX : 0 - value;
        if (negative && to > 0 && overflow) value = UINT64_MAX;
        bool minus = to < 0 && (negative || (int64_t)value < 0);
        if (to < 0 && !negative && (int64_t)value < 0) value = 0 - value;
        char digits[68];
        size_t at = sizeof digits;
        uint64_t base = (uint64_t)abs(to);
        do digits[--at] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[value % base];
        while (value /= base);
        if (minus) digits[--at] = '-';
        out_text(frame, out, r, slice_of(digits + at, sizeof digits - at));
    }
    return true;
}

static bool ascii(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        size_t at = 0;
        ((int32_t *)out->data)[r] = s.bytes ? (int32_t)utf8_next(s, &at) : 0;
    }
    return true;
}

static bool character(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        int64_t code = arg_i64(&args[0], r);
        AUTO(Text, text) = {0};
        if (code > 0 || (code & 0xFF) == 0) {
            if (code >= 0) text_append_code_point(&text, (uint32_t)(code & 0xFF));
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

#define KERNEL(id, text, kernel_name, fails)                   \
    static const ScalarFunction id = {.name = (text),          \
                                      .kernel = (kernel_name), \
                                      .nulls = NULLS_STRICT,   \
                                      .may_fail = (fails),     \
                                      .is_cheap_on_dictionary = !(fails)};
KERNEL(HEX_INTEGER, "hex", hex_integer, false)
KERNEL(HEX_BYTES, "hex", hex_bytes, false)
KERNEL(UNHEX, "unhex", unhex, false)
KERNEL(TO_BASE64, "base64", base64, false)
KERNEL(UNBASE64, "unbase64", unbase64, true)
KERNEL(TO_BINARY, "to_binary", to_binary, true)
KERNEL(TRY_TO_BINARY, "try_to_binary", to_binary, false)
KERNEL(BIN, "bin", bin, false)
KERNEL(CONV, "conv", conv, true)
KERNEL(ASCII, "ascii", ascii, false)
KERNEL(CHARACTER, "char", character, false)

static const ScalarFunction *select_hex(const ScalarQuery *query) {
    return query->types[0]->id == TYPE_BIGINT ? &HEX_INTEGER : &HEX_BYTES;
}

const ScalarEntry scalars_codec[] = {
    {"hex", NULL, select_hex},
    {"unhex", &UNHEX, NULL},
    {"base64", &TO_BASE64, NULL},
    {"unbase64", &UNBASE64, NULL},
    {"to_binary", &TO_BINARY, NULL},
    {"try_to_binary", &TRY_TO_BINARY, NULL},
    {"bin", &BIN, NULL},
    {"conv", &CONV, NULL},
    {"ascii", &ASCII, NULL},
    {"char", &CHARACTER, NULL},
    {"chr", &CHARACTER, NULL},
    {NULL, NULL, NULL},
};
