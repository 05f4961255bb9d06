// SPDX-License-Identifier: Apache-2.0
// Parts by delimiters, distances, masks and formatted text.
#include "kernel/exec/functions/kernel.h"

#include "base/utf8.h"
#include "kernel/column/decimal.h"
#include "kernel/column/format.h"
#include "kernel/exec/functions/text/letter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool split_part(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), delimiter = arg_text(&args[1], r);
        int32_t part = arg_i32(&args[2], r), count = 1;
        if (part == 0) return error_set(err, ERR_INVALID_INDEX_OF_ZERO);
        if (delimiter.bytes == 0) {
            out_borrowed(out, r, part == 1 || part == -1 ? s : SLICE(""));
            continue;
        }
        for (size_t at = 0; (at = slice_find(s, delimiter, at)) != SIZE_MAX; count++)
            at += delimiter.bytes;
        int32_t wanted = part > 0 ? part : count + part + 1;
        size_t start = 0, stop = 0;
        for (int32_t n = 1; n <= wanted && wanted <= count; n++) {
            start = n == 1 ? 0 : stop + delimiter.bytes;
            stop = slice_find(s, delimiter, start);
            if (stop == SIZE_MAX) stop = s.bytes;
        }
        bool inside = wanted >= 1 && wanted <= count;
        out_borrowed(out, r, inside ? slice_of(s.data + start, stop - start) : SLICE(""));
    }
    return true;
}

// What stands before the nth delimiter, counted from the end when n is negative.
static bool substring_index(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                            Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), delimiter = arg_text(&args[1], r), result = s;
        int64_t count = arg_i32(&args[2], r);
        if (count == 0 || delimiter.bytes == 0) {
            out_borrowed(out, r, SLICE(""));
            continue;
        }
        if (count > 0) {
            size_t at = 0;
            for (int64_t n = 0; n < count && at != SIZE_MAX; n++) {
                at = slice_find(s, delimiter, at);
                if (at == SIZE_MAX) break;
                if (n + 1 == count) result = slice_first(s, at);
                else at += delimiter.bytes;
            }
        } else {
            for (size_t at = s.bytes; at-- > 0 && count < 0;)
                if (slice_starts_with(slice_from(s, at), delimiter) && ++count == 0)
                    result = slice_from(s, at + delimiter.bytes);
        }
        out_borrowed(out, r, result);
    }
    return true;
}

static int32_t *code_points(Arena *arena, Slice s, uint32_t *count) {
    int32_t *out = arena_alloc_raw(arena, sizeof *out * (s.bytes + 1), 8);
    *count = 0;
    for (size_t i = 0; i < s.bytes;) out[(*count)++] = (int32_t)utf8_next(s, &i);
    return out;
}

static bool levenshtein(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool limited = frame->call->arg_count == 3;
    for (ROWS_EACH(rows, i, r)) {
        uint32_t n, m;
        int32_t *a = code_points(frame->arena, arg_text(&args[0], r), &n);
        int32_t *b = code_points(frame->arena, arg_text(&args[1], r), &m);
        int32_t *line = arena_alloc_raw(frame->arena, sizeof *line * (m + 1), 8);
        for (uint32_t j = 0; j <= m; j++) line[j] = (int32_t)j;
        for (uint32_t k = 1; k <= n; k++) {
            int32_t corner = line[0];
            line[0] = (int32_t)k;
            for (uint32_t j = 1; j <= m; j++) {
                int32_t change = corner + (a[k - 1] != b[j - 1]);
                corner = line[j];
                line[j] = MIN(change, MIN(line[j], line[j - 1]) + 1);
            }
        }
        bool over = limited && line[m] > arg_i32(&args[2], r);
        ((int32_t *)out->data)[r] = over ? -1 : line[m];
    }
    return true;
}

static bool soundex(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    static const char CODES[] = "01230127022455012623010202"; // 7: h and w do not separate
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        char first = s.bytes ? (char)(s.data[0] & ~0x20) : 0;
        if (first < 'A' || first > 'Z') {
            out_borrowed(out, r, s);
            continue;
        }
        char code[4] = {first, '0', '0', '0'}, last = CODES[first - 'A'];
        uint32_t count = 1;
        for (size_t k = 1; k < s.bytes && count < 4; k++) {
            char c = (char)(s.data[k] & ~0x20);
            if (c < 'A' || c > 'Z') {
                last = '0';
                continue;
            }
            if (c == 'H' || c == 'W') continue;
            char digit = CODES[c - 'A'];
            if (digit != '0' && digit != last && digit != '7') code[count++] = digit;
            last = digit;
        }
        out_text(frame, out, r, slice_of(code, 4));
    }
    return true;
}

static bool luhn(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        uint32_t sum = 0;
        bool ok = s.bytes > 0;
        for (size_t k = 0; k < s.bytes && ok; k++) {
            char c = s.data[s.bytes - 1 - k];
            ok = c >= '0' && c <= '9';
            uint32_t digit = (uint32_t)(c - '0') * (uint32_t)(k % 2 + 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        ((uint8_t *)out->data)[r] = ok && sum % 10 == 0;
    }
    return true;
}

static bool quote(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        text_reset(&text);
        text_append_char(&text, '\'');
        for (size_t k = 0; k < s.bytes; k++) {
            if (s.data[k] == '\'') text_append_char(&text, '\\');
            text_append_char(&text, s.data[k]);
        }
        text_append_char(&text, '\'');
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

// mask(input, upper, lower, digit, other): a null replacement keeps the character.
static bool mask(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    static const char *const DEFAULTS[] = {"X", "x", "n", NULL};
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[0], r)) {
            out_null(frame, out, r);
            continue;
        }
        Slice s = arg_text(&args[0], r), with[4];
        for (uint32_t k = 0; k < 4; k++) {
            with[k] = slice_from_cstr(DEFAULTS[k]);
            if (k + 1 < frame->call->arg_count)
                with[k] = arg_is_null(&args[k + 1], r) ? SLICE_NONE : arg_text(&args[k + 1], r);
        }
        text_reset(&text);
        for (size_t k = 0; k < s.bytes;) {
            size_t at = k;
            uint32_t c = utf8_next(s, &k);
            uint32_t kind = letter_is_upper(c)   ? 0
                            : letter_is_lower(c) ? 1
                            : letter_is_digit(c) ? 2
                                                 : 3;
            text_append(&text, with[kind].data ? with[kind] : slice_of(s.data + at, k - at));
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

// --- UTF-8 -------------------------------------------------------------------------------------

static bool is_valid(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) ((uint8_t *)out->data)[r] = utf8_valid(arg_text(&args[0], r));
    return true;
}

static bool make_valid(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        AUTO(Text, text) = {0};
        for (size_t k = 0; k < s.bytes;) text_append_code_point(&text, utf8_next(s, &k));
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool validate(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        if (utf8_valid(s)) {
            out_borrowed(out, r, s);
        } else if (call_is_try(frame)) {
            out_null(frame, out, r);
        } else {
            AUTO(Text, hex) = {0};
            for (size_t k = 0; k < s.bytes; k++) text_printf(&hex, "\\x%02X", (uint8_t)s.data[k]);
            return error_set(err, ERR_INVALID_UTF8_STRING, "str", text_cstr(&hex));
        }
    }
    return true;
}

// --- formats -----------------------------------------------------------------------------------

static void append_grouped(Text *out, Slice digits) {
    for (size_t k = 0; k < digits.bytes; k++) {
        if (k && (digits.bytes - k) % 3 == 0) text_append_char(out, ',');
        text_append_char(out, digits.data[k]);
    }
}

// The number with `places` decimals, halves to even, thousands separated.
static void append_number(Text *out, const Vector *v, uint32_t row, int places) {
    AUTO(Text, plain) = {0};
    const Type *type = v->type;
    if (type->id == TYPE_DOUBLE || type->id == TYPE_FLOAT) {
        double x = type->id == TYPE_FLOAT ? (double)((const float *)v->data)[arg_index(v, row)]
                                          : arg_f64(v, row);
        if (!isfinite(x)) {
            text_append_cstr(out, isnan(x) ? "NaN" : x < 0 ? "-\xE2\x88\x9E" : "\xE2\x88\x9E");
            return;
        }
        text_printf(&plain, "%.*f", places, x);
    } else {
        bool decimal = type->id == TYPE_DECIMAL;
        Int128 value = decimal ? arg_decimal(v, row) : arg_integer(v, row);
        int scale = decimal ? type->scale : 0;
        if (scale > places) {
            Int128 divisor = decimal_power_of_ten(scale - places), rest = value % divisor;
            Int128 twice = (rest < 0 ? -rest : rest) * 2;
            value /= divisor;
            if (twice > divisor || (twice == divisor && value % 2 != 0)) value += rest < 0 ? -1 : 1;
            scale = places;
        }
        text_append_decimal(&plain, value, scale);
        if (scale == 0 && places) text_append_char(&plain, '.');
        text_append_repeat(&plain, '0', (size_t)(places - scale));
    }
    Slice s = text_slice(&plain);
    if (s.data[0] == '-') {
        text_append_char(out, '-');
        s = slice_from(s, 1);
    }
    size_t dot = slice_find_char(s, '.', 0);
    append_grouped(out, slice_first(s, dot == SIZE_MAX ? s.bytes : dot));
    if (dot != SIZE_MAX) text_append(out, slice_from(s, dot));
}

static bool format_number(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        int32_t places = 0;
        text_reset(&text);
        if (type_is_text(args[1].type)) { // "##,###.###": the places behind the point
            Slice pattern = arg_text(&args[1], r);
            size_t dot = slice_find_char(pattern, '.', 0);
            places = dot == SIZE_MAX ? 0 : (int32_t)(pattern.bytes - dot - 1);
        } else {
            places = arg_i32(&args[1], r);
        }
        if (places < 0 || places > 300) {
            out_null(frame, out, r);
            continue;
        }
        append_number(&text, &args[0], r, places);
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

// One conversion of java.util.Formatter: %[index$][flags][width][.precision]letter
typedef struct Conversion {
    uint32_t index; // 0: the next
    char flags[8];
    int width, precision;
    char letter;
} Conversion;

static size_t take_conversion(Slice s, size_t at, Conversion *c) {
    *c = (Conversion){.width = -1, .precision = -1};
    size_t flag_count = 0, k = at;
    int number = 0;
    while (k < s.bytes && s.data[k] >= '0' && s.data[k] <= '9' && number < 10000)
        number = number * 10 + (s.data[k++] - '0');
    if (k < s.bytes && s.data[k] == '$' && number) {
        c->index = (uint32_t)number;
        k++;
    } else {
        k = at;
    }
    while (k < s.bytes && s.data[k] && strchr("-+ 0,(#", s.data[k]) && flag_count < 6)
        c->flags[flag_count++] = s.data[k++];
    for (; k < s.bytes && s.data[k] >= '0' && s.data[k] <= '9' && c->width < 100000; k++)
        c->width = MAX(c->width, 0) * 10 + (s.data[k] - '0');
    if (k < s.bytes && s.data[k] == '.') {
        c->precision = 0;
        for (k++; k < s.bytes && s.data[k] >= '0' && s.data[k] <= '9' && c->precision < 1000; k++)
            c->precision = c->precision * 10 + (s.data[k] - '0');
    }
    if (k < s.bytes) c->letter = s.data[k++];
    return k;
}

static void append_signed(Text *out, const Conversion *c, bool negative, Slice digits) {
    size_t sign = negative || strchr(c->flags, '+') || strchr(c->flags, ' ');
    if (strchr(c->flags, '0') && c->width > 0 && digits.bytes + sign < (size_t)c->width) {
        if (sign) text_append_char(out, negative ? '-' : strchr(c->flags, '+') ? '+' : ' ');
        text_append_repeat(out, '0', (size_t)c->width - digits.bytes - sign);
    } else if (sign) {
        text_append_char(out, negative ? '-' : strchr(c->flags, '+') ? '+' : ' ');
    }
    text_append(out, digits);
}

static void append_integer(Text *out, const Conversion *c, Int128 value) {
    AUTO(Text, digits) = {0};
    AUTO(Text, grouped) = {0};
    text_append_decimal(&digits, value < 0 ? -value : value, 0);
    if (strchr(c->flags, ',')) append_grouped(&grouped, text_slice(&digits));
    else text_append(&grouped, text_slice(&digits));
    append_signed(out, c, value < 0, text_slice(&grouped));
}

static void append_real(Text *out, const Conversion *c, double value) {
    AUTO(Text, digits) = {0};
    AUTO(Text, grouped) = {0};
    char format[] = {'%', '.', '*', (char)(c->letter | 0x20), 0};
    text_printf(&digits, format, c->precision < 0 ? 6 : c->precision, fabs(value));
    Slice s = text_slice(&digits);
    if (strchr(c->flags, ',')) {
        size_t dot = slice_find_char(s, '.', 0);
        append_grouped(&grouped, slice_first(s, dot));
        if (dot != SIZE_MAX) text_append(&grouped, slice_from(s, dot));
        s = text_slice(&grouped);
    }
    append_signed(out, c, signbit(value), s);
}

static double arg_real(const Vector *v, uint32_t row) {
    switch (v->type->id) {
    case TYPE_FLOAT: return (double)((const float *)v->data)[arg_index(v, row)];
    case TYPE_DOUBLE: return arg_f64(v, row);
    case TYPE_DECIMAL: return decimal_to_double(arg_decimal(v, row), v->type->scale);
    default: return (double)arg_integer(v, row);
    }
}

static bool append_conversion(Text *out, const Conversion *c, const Vector *v, uint32_t row,
                              const TimeZone *zone) {
    AUTO(Text, piece) = {0};
    char letter = (char)(c->letter | 0x20);
    const Type *type = v->type;
    bool null = arg_is_null(v, row) || type->id == TYPE_VOID;
    bool integral = type_is_integer(type);
    if (null) {
        text_append_cstr(&piece, letter == 'b' ? "false" : "null");
    } else if (letter == 'd') {
        if (!integral) return false;
        append_integer(&piece, c, arg_integer(v, row));
    } else if (letter == 'f' || letter == 'e' || letter == 'g') {
        if (!type_is_numeric(type) || integral) return false;
        append_real(&piece, c, arg_real(v, row));
    } else if (letter == 'x' || letter == 'o') {
        if (!integral) return false;
        uint64_t value = (uint64_t)arg_integer(v, row);
        if (type->id != TYPE_BIGINT) value &= UINT32_MAX;
        char format[] = {'%', 'l', 'l', letter, 0};
        AUTO(Text, digits) = {0};
        text_printf(&digits, format, (unsigned long long)value);
        append_signed(&piece, c, false, text_slice(&digits));
    } else if (letter == 'c') {
        if (!integral) return false;
        text_append_code_point(&piece, (uint32_t)arg_integer(v, row));
    } else if (letter == 's' || letter == 'b') {
        vector_append_text(v, arg_index(v, row), TEXT_CAST, zone, &piece);
    } else {
        return false;
    }
    Slice s = text_slice(&piece);
    if ((letter == 's' || letter == 'b') && c->precision >= 0)
        s = slice_first(s, utf8_offset(s, (size_t)c->precision));
    size_t pad =
        c->width > 0 && utf8_count(s) < (size_t)c->width ? (size_t)c->width - utf8_count(s) : 0;
    bool left = strchr(c->flags, '-') != NULL;
    if (!left) text_append_repeat(out, ' ', pad);
    for (size_t k = 0; k < s.bytes; k++) {
        bool upper = c->letter >= 'A' && c->letter <= 'Z' && s.data[k] >= 'a' && s.data[k] <= 'z';
        text_append_char(out, upper ? (char)(s.data[k] - 32) : s.data[k]);
    }
    if (left) text_append_repeat(out, ' ', pad);
    return true;
}

static bool format_string(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[0], r)) {
            out_null(frame, out, r);
            continue;
        }
        Slice s = arg_text(&args[0], r);
        uint32_t next = 1;
        text_reset(&text);
        for (size_t k = 0; k < s.bytes;) {
            Conversion c;
            if (s.data[k] != '%') {
                text_append_char(&text, s.data[k++]);
                continue;
            }
            k = take_conversion(s, k + 1, &c);
            if (c.letter == '%' || c.letter == 'n') {
                text_append_char(&text, c.letter == 'n' ? '\n' : '%');
                continue;
            }
            uint32_t index = c.index ? c.index : next++;
            if (index >= frame->call->arg_count ||
                !append_conversion(&text, &c, &args[index], r, frame->query->zone))
                return error_internal(err, "the format %.*s does not fit its arguments",
                                      SLICE_ARGS(s));
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

// --- character sets ----------------------------------------------------------------------------

typedef enum Charset {
    CHARSET_UTF8,
    CHARSET_ASCII,
    CHARSET_LATIN1,
    CHARSET_UTF16,
    CHARSET_UTF16BE,
    CHARSET_UTF16LE,
    CHARSET_UTF32,
    CHARSET_COUNT
} Charset;

static bool charset_of(CallFrame *frame, Slice name, Charset *charset, Error *err) {
    static const char *const NAMES[] = {"UTF-8",    "US-ASCII", "ISO-8859-1", "UTF-16",
                                        "UTF-16BE", "UTF-16LE", "UTF-32"};
    for (int c = 0; c < CHARSET_COUNT; c++)
        if (slice_equal_ignore_case(name, slice_from_cstr(NAMES[c]))) {
            *charset = (Charset)c;
            return true;
        }
    AUTO(Text, function) = {0};
    AUTO(Text, given) = {0};
    text_printf(&function, "`%s`", frame->call->function->name);
    text_append(&given, name);
    return error_set(err, ERR_INVALID_PARAMETER_VALUE__CHARSET, "functionName",
                     text_cstr(&function), "parameter", "`charset`", "charset", text_cstr(&given),
                     "charsets", "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8");
}

static bool fail_coding(CallFrame *frame, Slice charset, Error *err) {
    AUTO(Text, function) = {0};
    AUTO(Text, name) = {0};
    text_printf(&function, "`%s`", frame->call->function->name);
    text_append(&name, charset);
    return error_set(err, ERR_MALFORMED_CHARACTER_CODING, "function", text_cstr(&function),
                     "charset", text_cstr(&name));
}

static void append_unit(Text *out, uint32_t unit, int bytes, bool little) {
    for (int k = 0; k < bytes; k++)
        text_append_char(out, (char)(unit >> (8 * (little ? k : bytes - 1 - k))));
}

static bool encode(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), name = arg_text(&args[1], r);
        Charset charset;
        if (!charset_of(frame, name, &charset, err)) return false;
        text_reset(&text);
        if (charset == CHARSET_UTF16 && s.bytes) append_unit(&text, 0xFEFF, 2, false);
        for (size_t k = 0; k < s.bytes;) {
            uint32_t c = utf8_next(s, &k);
            bool little = charset == CHARSET_UTF16LE;
            if (charset == CHARSET_UTF8) text_append_code_point(&text, c);
            else if (charset == CHARSET_UTF32) append_unit(&text, c, 4, false);
            else if (charset <= CHARSET_LATIN1) {
                if (c > (charset == CHARSET_ASCII ? 0x7Fu : 0xFFu))
                    return fail_coding(frame, name, err);
                text_append_char(&text, (char)c);
            } else if (c > 0xFFFF) {
                append_unit(&text, 0xD800 + ((c - 0x10000) >> 10), 2, little);
                append_unit(&text, 0xDC00 + ((c - 0x10000) & 0x3FF), 2, little);
            } else {
                append_unit(&text, c, 2, little);
            }
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static uint32_t take_unit(Slice s, size_t at, size_t bytes, bool little) {
    uint32_t unit = 0;
    for (size_t k = 0; k < bytes && at + k < s.bytes; k++)
        unit |= (uint32_t)(uint8_t)s.data[at + k] << (8 * (little ? k : bytes - 1 - k));
    return unit;
}

static bool decode(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), name = arg_text(&args[1], r);
        Charset charset;
        if (!charset_of(frame, name, &charset, err)) return false;
        bool little = charset == CHARSET_UTF16LE;
        size_t width = charset <= CHARSET_LATIN1 ? 1 : charset == CHARSET_UTF32 ? 4 : 2, k = 0;
        text_reset(&text);
        if (charset == CHARSET_UTF8) {
            if (!utf8_valid(s)) return fail_coding(frame, name, err);
            text_append(&text, s);
            k = s.bytes;
        }
        if (charset == CHARSET_UTF16 && s.bytes >= 2) {
            uint32_t mark = take_unit(s, 0, 2, false);
            little = mark == 0xFFFE;
            if (mark == 0xFFFE || mark == 0xFEFF) k = 2;
        }
        for (; k < s.bytes; k += width) {
            uint32_t c = take_unit(s, k, width, little);
            if (charset == CHARSET_ASCII && c > 0x7F) return fail_coding(frame, name, err);
            if (width == 2 && c >= 0xD800 && c < 0xDC00 && k + 4 <= s.bytes) {
                c = 0x10000 + ((c - 0xD800) << 10) + (take_unit(s, k + 2, 2, little) - 0xDC00);
                k += 2;
            }
            text_append_code_point(&text, c > 0x10FFFF ? 0xFFFD : c);
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

#define ENTRY(text, kernel_name, null_rule, fails)           \
    {                                                        \
        text,                                                \
            &(const ScalarFunction){.name = (text),          \
                                    .kernel = (kernel_name), \
                                    .nulls = (null_rule),    \
                                    .may_fail = (fails)},    \
            NULL                                             \
    }
const ScalarEntry scalars_words[] = {
    ENTRY("split_part", split_part, NULLS_STRICT, true),
    ENTRY("substring_index", substring_index, NULLS_STRICT, false),
    ENTRY("levenshtein", levenshtein, NULLS_STRICT, false),
    ENTRY("soundex", soundex, NULLS_STRICT, false),
    ENTRY("luhn_check", luhn, NULLS_STRICT, false),
    ENTRY("quote", quote, NULLS_STRICT, false),
    ENTRY("mask", mask, NULLS_HANDLED, false),
    ENTRY("is_valid_utf8", is_valid, NULLS_STRICT, false),
    ENTRY("make_valid_utf8", make_valid, NULLS_STRICT, false),
    ENTRY("validate_utf8", validate, NULLS_STRICT, true),
    ENTRY("try_validate_utf8", validate, NULLS_STRICT, false),
    ENTRY("format_number", format_number, NULLS_STRICT, false),
    ENTRY("format_string", format_string, NULLS_HANDLED, true),
    ENTRY("printf", format_string, NULLS_HANDLED, true),
    ENTRY("encode", encode, NULLS_STRICT, true),
    ENTRY("decode", decode, NULLS_STRICT, true),
    {NULL, NULL, NULL},
};
