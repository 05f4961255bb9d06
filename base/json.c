// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

// What the reader may meet next.
enum {
    STATE_VALUE,         // a value; at depth 0 also the end
    STATE_FIRST_ELEMENT, // a value or ']'
    STATE_FIRST_KEY,     // a key or '}'
    STATE_MEMBER_VALUE,  // ':' and a value
    STATE_AFTER_ELEMENT, // ',' or ']' or '}'
};

void json_reader_init(JsonReader *reader, Slice input) {
    *reader = (JsonReader){.start = input.data ? input.data : ""};
    reader->at = reader->begin = reader->start;
    reader->end = reader->start + input.bytes;
}

static JsonToken fail(JsonReader *reader, const char *reason) {
    if (!reader->reason) reader->reason = reason;
    return JSON_TOKEN_ERROR;
}

// --- white space ---------------------------------------------------------------------------------

static bool skip_comment(JsonReader *reader) {
    const char *at = reader->at;
    if (reader->end - at < 2) return false;
    if (at[1] == '/') {
        while (at < reader->end && *at != '\n') at++;
        reader->at = at;
        return true;
    }
    if (at[1] != '*') return false;
    for (at += 2; reader->end - at >= 2; at++) {
        if (at[0] != '*' || at[1] != '/') continue;
        reader->at = at + 2;
        return true;
    }
    return false;
}

static void skip_space(JsonReader *reader) {
    for (;;) {
        const char *at = reader->at;
        while (at < reader->end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++;
        reader->at = at;
        if (!(reader->leniency & JSON_ALLOW_COMMENTS) || at >= reader->end || *at != '/') return;
        if (!skip_comment(reader)) return;
    }
}

// --- strings -------------------------------------------------------------------------------------

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// True when a byte of the word is `quote`, a backslash or below 0x20. The zero-byte test may also
// report a byte above a true hit, never miss one: the caller looks closer byte by byte.
static inline bool word_needs_a_look(uint64_t word, uint64_t quotes) {
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t q = word ^ quotes, b = word ^ (ones * '\\');
    uint64_t hits = ((q - ones) & ~q) | ((b - ones) & ~b) | ((word - ones * 0x20) & ~word);
    return (hits & highs) != 0;
}

// `at` stands behind a backslash; NULL when the escape is malformed.
static const char *scan_escape(const JsonReader *reader, const char *at, char quote) {
    if (at >= reader->end) return NULL;
    if (*at != 'u') {
        bool known = memchr("\"\\/bfnrt", *at, 8) != NULL || (quote == '\'' && *at == '\'');
        return known ? at + 1 : NULL;
    }
    if (reader->end - at < 5) return NULL;
    for (int i = 1; i <= 4; i++)
        if (hex_digit(at[i]) < 0) return NULL;
    return at + 5;
}

// reader->at stands at the opening quote.
static bool scan_string(JsonReader *reader) {
    char quote = *reader->at;
    const char *start = reader->at + 1, *at = start;
    uint64_t quotes = 0x0101010101010101u * (unsigned char)quote;
    reader->escaped = false;
    for (;;) {
        while (reader->end - at >= 8) {
            uint64_t word;
            memcpy(&word, at, 8);
            if (word_needs_a_look(word, quotes)) break;
            at += 8;
        }
        const char *stop = reader->end - at >= 8 ? at + 8 : reader->end;
        for (; at < stop; at++) {
            unsigned char c = (unsigned char)*at;
            if (c == (unsigned char)quote || c == '\\') break;
            if (c < 0x20 && !(reader->leniency & JSON_ALLOW_CONTROLS)) {
                reader->at = at;
                return fail(reader, "unescaped control character in a string"), false;
            }
        }
        if (at >= reader->end) {
            reader->at = reader->end;
            return fail(reader, "string without its closing quote"), false;
        }
        if (*at == quote) break;
        if (*at != '\\') continue;
        reader->escaped = true;
        const char *behind = scan_escape(reader, at + 1, quote);
        if (!behind) {
            reader->at = at;
            return fail(reader, "invalid escape in a string"), false;
        }
        at = behind;
    }
    reader->text = slice_of(start, (size_t)(at - start));
    reader->at = at + 1;
    return true;
}

static uint32_t escape_unit(const char *digits) {
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) unit = unit << 4 | (uint32_t)hex_digit(digits[i]);
    return unit;
}

static char *put_code_point(char *out, uint32_t c) {
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xC0 | (c >> 6));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | (c >> 12));
        *out++ = (char)(0x80 | ((c >> 6) & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else {
        *out++ = (char)(0xF0 | (c >> 18));
        *out++ = (char)(0x80 | ((c >> 12) & 0x3F));
        *out++ = (char)(0x80 | ((c >> 6) & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    }
    return out;
}

// The code point of the \u escape at `at` (behind the u); *used counts bytes behind the u.
static uint32_t escape_code_point(const char *at, const char *end, size_t *used) {
    uint32_t unit = escape_unit(at);
    *used = 4;
    if (unit < 0xD800 || unit > 0xDFFF) return unit;
    if (unit > 0xDBFF || end - at < 10 || at[4] != '\\' || at[5] != 'u') return 0xFFFD;
    uint32_t low = escape_unit(at + 6);
    if (low < 0xDC00 || low > 0xDFFF) return 0xFFFD;
    *used = 10;
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

size_t json_reader_unescape(Slice raw, char *out) {
    const char *at = raw.data, *end = raw.data + raw.bytes;
    char *to = out;
    while (at < end) {
        if (*at != '\\' || at + 1 >= end) {
            *to++ = *at++;
            continue;
        }
        char c = at[1];
        at += 2;
        switch (c) {
        case 'b': *to++ = '\b'; break;
        case 'f': *to++ = '\f'; break;
        case 'n': *to++ = '\n'; break;
        case 'r': *to++ = '\r'; break;
        case 't': *to++ = '\t'; break;
        case 'u': {
            if (end - at < 4) return (size_t)(to - out);
            size_t used = 0;
            to = put_code_point(to, escape_code_point(at, end, &used));
            at += used;
            break;
        }
        default: *to++ = c;
        }
    }
    return (size_t)(to - out);
}

Slice json_reader_string(const JsonReader *reader, Arena *arena) {
    if (!reader->escaped) return reader->text;
    char *out = arena_alloc_raw(arena, reader->text.bytes + 1, 1);
    size_t bytes = json_reader_unescape(reader->text, out);
    out[bytes] = '\0';
    return slice_of(out, bytes);
}

bool json_reader_text_is(const JsonReader *reader, const char *literal) {
    size_t bytes = strlen(literal);
    if (!reader->escaped) return slice_equal(reader->text, slice_of(literal, bytes));
    if (reader->text.bytes > 6 * bytes) return false;
    char out[256];
    if (reader->text.bytes > sizeof out) return false;
    return slice_equal(slice_of(out, json_reader_unescape(reader->text, out)),
                       slice_of(literal, bytes));
}

// --- numbers and words ---------------------------------------------------------------------------

static bool is_digit(const JsonReader *reader, const char *at) {
    return at < reader->end && *at >= '0' && *at <= '9';
}

static bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

static JsonToken scan_number(JsonReader *reader) {
    const char *at = reader->at;
    if (*at == '-') at++;
    if (!is_digit(reader, at)) return fail(reader, "malformed number");
    if (*at == '0' && is_digit(reader, at + 1) && !(reader->leniency & JSON_ALLOW_LEADING_ZEROS))
        return fail(reader, "number with a leading zero");
    while (is_digit(reader, at)) at++;
    if (at < reader->end && *at == '.') {
        if (!is_digit(reader, ++at)) return fail(reader, "malformed number");
        while (is_digit(reader, at)) at++;
    }
    if (at < reader->end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < reader->end && (*at == '+' || *at == '-')) at++;
        if (!is_digit(reader, at)) return fail(reader, "malformed number");
        while (is_digit(reader, at)) at++;
    }
    if (at < reader->end && is_word_byte(*at)) return fail(reader, "malformed number");
    reader->text = slice_of(reader->at, (size_t)(at - reader->at));
    reader->escaped = false;
    reader->at = at;
    return JSON_TOKEN_NUMBER;
}

static bool take_word(JsonReader *reader, const char *word) {
    size_t bytes = strlen(word), room = (size_t)(reader->end - reader->at);
    if (room < bytes || memcmp(reader->at, word, bytes) != 0) return false;
    if (room > bytes && is_word_byte(reader->at[bytes])) return false;
    reader->text = slice_of(reader->at, bytes);
    reader->escaped = false;
    reader->at += bytes;
    return true;
}

static JsonToken scan_word(JsonReader *reader) {
    if (take_word(reader, "true")) return JSON_TOKEN_TRUE;
    if (take_word(reader, "false")) return JSON_TOKEN_FALSE;
    if (take_word(reader, "null")) return JSON_TOKEN_NULL;
    if (reader->leniency & JSON_ALLOW_NON_NUMBERS) {
        static const char *const words[] = {"NaN",  "Infinity", "-Infinity", "+Infinity", "INF",
                                            "-INF", "+INF",     "+NaN",      "-NaN"};
        for (size_t i = 0; i < COUNT_OF(words); i++)
            if (take_word(reader, words[i])) return JSON_TOKEN_NUMBER;
    }
    return fail(reader, "unexpected character");
}

// --- structure -----------------------------------------------------------------------------------

static bool in_object(const JsonReader *reader) {
    uint32_t top = reader->depth - 1;
    return reader->kinds[top / 64] >> (top % 64) & 1;
}

static JsonToken open_container(JsonReader *reader, bool object) {
    if (reader->depth >= LIMIT_NESTING_DEPTH) return fail(reader, "nested too deeply");
    uint64_t bit = (uint64_t)1 << (reader->depth % 64);
    uint64_t *word = &reader->kinds[reader->depth / 64];
    *word = object ? *word | bit : *word & ~bit;
    reader->depth++;
    reader->at++;
    reader->state = object ? STATE_FIRST_KEY : STATE_FIRST_ELEMENT;
    return object ? JSON_TOKEN_OBJECT : JSON_TOKEN_ARRAY;
}

static void value_done(JsonReader *reader) {
    reader->state = reader->depth ? STATE_AFTER_ELEMENT : STATE_VALUE;
}

static JsonToken close_container(JsonReader *reader) {
    JsonToken token = in_object(reader) ? JSON_TOKEN_OBJECT_END : JSON_TOKEN_ARRAY_END;
    reader->at++;
    reader->depth--;
    value_done(reader);
    return token;
}

static JsonToken read_value(JsonReader *reader) {
    JsonToken token;
    switch (*reader->at) {
    case '{': return open_container(reader, true);
    case '[': return open_container(reader, false);
    case '\'':
        if (!(reader->leniency & JSON_ALLOW_SINGLE_QUOTES))
            return fail(reader, "unexpected character");
        __attribute__((fallthrough));
    case '"': token = scan_string(reader) ? JSON_TOKEN_STRING : JSON_TOKEN_ERROR; break;
    case '-':
        if (reader->end - reader->at > 1 && is_word_byte(reader->at[1]) &&
            !is_digit(reader, reader->at + 1)) {
            token = scan_word(reader);
            break;
        }
        __attribute__((fallthrough));
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': token = scan_number(reader); break;
    default: token = scan_word(reader);
    }
    if (token != JSON_TOKEN_ERROR) value_done(reader);
    return token;
}

static JsonToken read_key(JsonReader *reader) {
    char c = *reader->at;
    if (c == '"' || (c == '\'' && reader->leniency & JSON_ALLOW_SINGLE_QUOTES)) {
        if (!scan_string(reader)) return JSON_TOKEN_ERROR;
    } else if (reader->leniency & JSON_ALLOW_UNQUOTED_KEYS && is_word_byte(c)) {
        const char *start = reader->at;
        while (reader->at < reader->end && is_word_byte(*reader->at)) reader->at++;
        reader->text = slice_of(start, (size_t)(reader->at - start));
        reader->escaped = false;
    } else {
        return fail(reader, "expected a member name");
    }
    reader->state = STATE_MEMBER_VALUE;
    return JSON_TOKEN_KEY;
}

// Behind an element: a comma and the next one, or the container's end.
static JsonToken read_after_element(JsonReader *reader) {
    char c = *reader->at;
    if (c == (in_object(reader) ? '}' : ']')) return close_container(reader);
    if (c != ',') return fail(reader, "expected a comma or the end of the object or array");
    reader->at++;
    skip_space(reader);
    reader->begin = reader->at;
    if (reader->at >= reader->end) return fail(reader, "unexpected end of input");
    return in_object(reader) ? read_key(reader) : read_value(reader);
}

JsonToken json_reader_next(JsonReader *reader) {
    if (reader->reason) return JSON_TOKEN_ERROR;
    skip_space(reader);
    reader->begin = reader->at;
    if (reader->at >= reader->end) {
        if (reader->depth == 0) return JSON_TOKEN_END;
        return fail(reader, "unexpected end of input");
    }
    switch (reader->state) {
    case STATE_FIRST_ELEMENT:
        return *reader->at == ']' ? close_container(reader) : read_value(reader);
    case STATE_FIRST_KEY: return *reader->at == '}' ? close_container(reader) : read_key(reader);
    case STATE_MEMBER_VALUE:
        if (*reader->at != ':') return fail(reader, "expected a colon");
        reader->at++;
        skip_space(reader);
        reader->begin = reader->at;
        if (reader->at >= reader->end) return fail(reader, "unexpected end of input");
        return read_value(reader);
    case STATE_AFTER_ELEMENT: return read_after_element(reader);
    default: return read_value(reader);
    }
}

bool json_reader_skip_value(JsonReader *reader, JsonToken token) {
    if (token == JSON_TOKEN_ERROR) return false;
    if (token != JSON_TOKEN_OBJECT && token != JSON_TOKEN_ARRAY) return true;
    for (uint32_t depth = reader->depth - 1; reader->depth > depth;)
        if (json_reader_next(reader) == JSON_TOKEN_ERROR) return false;
    return true;
}

bool json_reader_raw_value(JsonReader *reader, JsonToken token, Slice *raw) {
    const char *start = reader->begin;
    if (!json_reader_skip_value(reader, token)) return false;
    *raw = slice_of(start, (size_t)(reader->at - start));
    return true;
}

bool json_reader_next_key(JsonReader *reader) { return json_reader_next(reader) == JSON_TOKEN_KEY; }

void json_reader_append_reason(const JsonReader *reader, Text *out) {
    const char *line_start = reader->start;
    uint64_t line = 1;
    for (const char *at = reader->start; at < reader->at; at++) {
        if (*at != '\n') continue;
        line++;
        line_start = at + 1;
    }
    text_append_cstr(out, reader->reason ? reader->reason : "no error");
    if (reader->at < reader->end && (unsigned char)*reader->at > 0x20 &&
        (unsigned char)*reader->at < 0x7F)
        text_printf(out, " '%c'", *reader->at);
    if (line > 1)
        text_printf(out, " at line %llu, byte %zu", (unsigned long long)line,
                    (size_t)(reader->at - line_start) + 1);
    else text_printf(out, " at byte %zu", json_reader_offset(reader) + 1);
}

// --- writing -------------------------------------------------------------------------------------

void json_writer_init(JsonWriter *writer, Text *out) { *writer = (JsonWriter){.out = out}; }

static void before_value(JsonWriter *writer) {
    if (writer->follows) text_append_char(writer->out, ',');
    writer->follows = true;
}

static void open_with(JsonWriter *writer, char c) {
    before_value(writer);
    text_append_char(writer->out, c);
    writer->follows = false;
}

static void close_with(JsonWriter *writer, char c) {
    text_append_char(writer->out, c);
    writer->follows = true;
}

void json_writer_object(JsonWriter *writer) { open_with(writer, '{'); }
void json_writer_object_end(JsonWriter *writer) { close_with(writer, '}'); }
void json_writer_array(JsonWriter *writer) { open_with(writer, '['); }
void json_writer_array_end(JsonWriter *writer) { close_with(writer, ']'); }

void json_writer_key(JsonWriter *writer, Slice name) {
    before_value(writer);
    json_writer_append_string(writer->out, name);
    text_append_char(writer->out, ':');
    writer->follows = false;
}

void json_writer_key_cstr(JsonWriter *writer, const char *name) {
    json_writer_key(writer, slice_from_cstr(name));
}

void json_writer_string(JsonWriter *writer, Slice s) {
    before_value(writer);
    json_writer_append_string(writer->out, s);
}

void json_writer_i64(JsonWriter *writer, int64_t value) {
    before_value(writer);
    text_append_i64(writer->out, value);
}

void json_writer_u64(JsonWriter *writer, uint64_t value) {
    before_value(writer);
    text_append_u64(writer->out, value);
}

void json_writer_double(JsonWriter *writer, double value) {
    before_value(writer);
    if (__builtin_isnan(value)) {
        text_append_cstr(writer->out, "\"NaN\"");
    } else if (__builtin_isinf(value)) {
        text_append_cstr(writer->out, value < 0 ? "\"-Infinity\"" : "\"Infinity\"");
    } else {
        char text[40];
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, value);
            if (strtod(text, NULL) == value) break;
        }
        text_append_cstr(writer->out, text);
    }
}

void json_writer_bool(JsonWriter *writer, bool value) {
    json_writer_raw(writer, value ? SLICE("true") : SLICE("false"));
}

void json_writer_null(JsonWriter *writer) { json_writer_raw(writer, SLICE("null")); }

void json_writer_raw(JsonWriter *writer, Slice json) {
    before_value(writer);
    text_append(writer->out, json);
}

static void append_escaped(Text *out, unsigned char c) {
    switch (c) {
    case '"': text_append_cstr(out, "\\\""); break;
    case '\\': text_append_cstr(out, "\\\\"); break;
    case '\b': text_append_cstr(out, "\\b"); break;
    case '\f': text_append_cstr(out, "\\f"); break;
    case '\n': text_append_cstr(out, "\\n"); break;
    case '\r': text_append_cstr(out, "\\r"); break;
    case '\t': text_append_cstr(out, "\\t"); break;
    default: text_printf(out, "\\u%04x", c);
    }
}

void json_writer_append_string(Text *out, Slice s) {
    text_append_char(out, '"');
    size_t start = 0;
    for (size_t i = 0; i < s.bytes; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        text_append(out, slice_of(s.data + start, i - start));
        append_escaped(out, c);
        start = i + 1;
    }
    text_append(out, slice_from(s, start));
    text_append_char(out, '"');
}
