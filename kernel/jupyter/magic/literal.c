// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/magic/literal.h"
#include "base/limits.h"
#include "kernel/column/parse.h"

typedef struct Reader {
    Slice text;
    size_t at;
    Arena *arena;
    uint32_t depth;
    const char *wrong; // NULL while all is well
} Reader;

static bool value_read(Reader *reader, Value *value);

static bool fail(Reader *reader, const char *reason) {
    if (!reader->wrong) reader->wrong = reason;
    return false;
}

static char peek(const Reader *reader) {
    return reader->at < reader->text.bytes ? reader->text.data[reader->at] : '\0';
}

// Blanks, line ends and comments inside of a literal.
static void skip_space(Reader *reader) {
    for (;; reader->at++) {
        char c = peek(reader);
        if (c == '#') {
            while (reader->at < reader->text.bytes && peek(reader) != '\n') reader->at++;
            continue;
        }
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return;
    }
}

static bool accept(Reader *reader, const char *word) {
    if (!slice_starts_with(slice_from(reader->text, reader->at), slice_from_cstr(word)))
        return false;
    reader->at += strlen(word);
    return true;
}

// --- strings -------------------------------------------------------------------------------------

static bool escape_code_point(Reader *reader, int digits, Text *out) {
    uint32_t code = 0;
    for (int i = 0; i < digits; i++, reader->at++) {
        char c = peek(reader);
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16) return fail(reader, "an escape of a string is not hexadecimal");
        code = code << 4 | digit;
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
    text_append_code_point(out, code);
    return true;
}

static bool escape_read(Reader *reader, Text *out) {
    char c = peek(reader);
    reader->at++;
    switch (c) {
    case 'n': text_append_char(out, '\n'); return true;
    case 't': text_append_char(out, '\t'); return true;
    case 'r': text_append_char(out, '\r'); return true;
    case 'b': text_append_char(out, '\b'); return true;
    case 'f': text_append_char(out, '\f'); return true;
    case 'v': text_append_char(out, '\v'); return true;
    case 'a': text_append_char(out, '\a'); return true;
    case '0': text_append_char(out, '\0'); return true;
    case 'x': return escape_code_point(reader, 2, out);
    case 'u': return escape_code_point(reader, 4, out);
    case 'U': return escape_code_point(reader, 8, out);
    case '\n': return true;
    case '\\':
    case '\'':
    case '"': text_append_char(out, c); return true;
    default:
        text_append_char(out, '\\');
        text_append_char(out, c);
        return true;
    }
}

static bool string_read(Reader *reader, Value *value) {
    AUTO(Text, out) = {0};
    char quote = peek(reader);
    char triple[] = {quote, quote, quote, '\0'}, single[] = {quote, '\0'};
    const char *end = accept(reader, triple) ? triple : single;
    if (end == single) reader->at++;
    while (!accept(reader, end)) {
        if (reader->at >= reader->text.bytes || (end == single && peek(reader) == '\n'))
            return fail(reader, "a string has no end");
        if (accept(reader, "\\")) {
            if (reader->at >= reader->text.bytes) return fail(reader, "a string has no end");
            if (!escape_read(reader, &out)) return false;
        } else {
            text_append_char(&out, peek(reader));
            reader->at++;
        }
    }
    *value = value_string(arena_copy(reader->arena, text_slice(&out)));
    return true;
}

// --- numbers -------------------------------------------------------------------------------------

static bool number_read(Reader *reader, Value *value) {
    AUTO(Text, digits) = {0};
    bool is_real = false;
    for (;; reader->at++) {
        char c = peek(reader);
        bool sign = (c == '-' || c == '+') &&
                    (!digits.bytes || (digits.data[digits.bytes - 1] | 0x20) == 'e');
        if (c == '.' || c == 'e' || c == 'E') is_real = true;
        else if (c == '_') continue;
        else if (!(c >= '0' && c <= '9') && !sign) break;
        text_append_char(&digits, c);
    }
    Slice text = text_slice(&digits);
    int64_t integer;
    double real;
    Int128 wide;
    bool overflow;
    if (!is_real && slice_to_i64(text, &integer)) {
        bool small = integer >= INT32_MIN && integer <= INT32_MAX;
        *value = value_int(small ? TYPE_INT : TYPE_BIGINT, integer);
    } else if (!is_real && parse_decimal(text, DECIMAL_MAX_PRECISION, 0, &wide, &overflow)) {
        *value = value_decimal(type_decimal(DECIMAL_MAX_PRECISION, 0), wide);
    } else if (parse_double(text, &real)) {
        *value = value_double(real);
    } else {
        return fail(reader, "a number is malformed");
    }
    return true;
}

// --- lists and dicts -----------------------------------------------------------------------------

// The type that holds both: the same, or the wider number.
static const Type *common_type(const Type *a, const Type *b) {
    if (!a || a->id == TYPE_VOID) return b;
    if (b->id == TYPE_VOID || type_equal(a, b)) return a;
    if (!type_is_numeric(a) || !type_is_numeric(b)) return NULL;
    if (type_is(a, TYPE_DOUBLE) || type_is(b, TYPE_DOUBLE)) return type_of(TYPE_DOUBLE);
    if (type_is(a, TYPE_DECIMAL)) return a;
    if (type_is(b, TYPE_DECIMAL)) return b;
    return type_of(TYPE_BIGINT);
}

static Value widen(Value value, const Type *type) {
    if (value.is_null) return value_null(type);
    if (type_equal(value.type, type)) return value;
    if (type_is(type, TYPE_DOUBLE))
        return value_double(type_is(value.type, TYPE_DECIMAL) ? (double)value.i128
                                                              : (double)value.i64);
    if (type_is(type, TYPE_DECIMAL)) return value_decimal(type, value.i64);
    return value_int(type->id, value.i64);
}

static bool items_widen(Reader *reader, Value *items, size_t count, const Type **type) {
    *type = type_of(TYPE_VOID);
    for (size_t i = 0; i < count; i++) {
        *type = common_type(*type, items[i].type);
        if (!*type) return fail(reader, "the items of a list are of different types");
    }
    for (size_t i = 0; i < count; i++) items[i] = widen(items[i], *type);
    return true;
}

static bool list_read(Reader *reader, const char *end, Value *value) {
    Value *items = NULL;
    size_t count = 0;
    for (skip_space(reader); !accept(reader, end); skip_space(reader)) {
        Value item;
        if (!value_read(reader, &item)) return false;
        ARENA_PUSH(reader->arena, items, count, item);
        skip_space(reader);
        if (accept(reader, end)) break;
        if (!accept(reader, ",")) return fail(reader, "a comma is missing in a list");
    }
    const Type *type;
    if (!items_widen(reader, items, count, &type)) return false;
    *value = (Value){.type = type_array(reader->arena, type, true),
                     .item_count = (uint32_t)count,
                     .items = items};
    return true;
}

static bool dict_read(Reader *reader, Value *value) {
    Value *keys = NULL, *values = NULL;
    size_t count = 0;
    for (skip_space(reader); !accept(reader, "}"); skip_space(reader)) {
        Value key, item;
        if (!value_read(reader, &key)) return false;
        skip_space(reader);
        if (!accept(reader, ":")) return fail(reader, "a colon is missing in a dict");
        if (!value_read(reader, &item)) return false;
        size_t at = count;
        ARENA_PUSH(reader->arena, keys, at, key);
        ARENA_PUSH(reader->arena, values, count, item);
        skip_space(reader);
        if (accept(reader, "}")) break;
        if (!accept(reader, ",")) return fail(reader, "a comma is missing in a dict");
    }
    const Type *key_type, *value_type;
    if (!items_widen(reader, keys, count, &key_type) ||
        !items_widen(reader, values, count, &value_type))
        return false;
    if (key_type->id == TYPE_VOID) key_type = type_of(TYPE_STRING);
    Value *items = ARENA_ARRAY(reader->arena, Value, count * 2 + 1);
    for (size_t i = 0; i < count; i++) {
        items[i] = keys[i];
        items[count + i] = values[i];
    }
    *value = (Value){.type = type_map(reader->arena, key_type, value_type, true),
                     .item_count = (uint32_t)count,
                     .items = items};
    return true;
}

// --- any -----------------------------------------------------------------------------------------

static bool special_float(Reader *reader, Value *value) {
    static const struct {
        const char *text;
        double value;
    } specials[] = {{"float('nan')", __builtin_nan("")}, {"float(\"nan\")", __builtin_nan("")},
                    {"float('-inf')", -__builtin_inf()}, {"float(\"-inf\")", -__builtin_inf()},
                    {"float('inf')", __builtin_inf()},   {"float(\"inf\")", __builtin_inf()}};
    for (size_t i = 0; i < COUNT_OF(specials); i++) {
        if (!accept(reader, specials[i].text)) continue;
        *value = value_double(specials[i].value);
        return true;
    }
    return false;
}

static bool plain_read(Reader *reader, Value *value) {
    char c = peek(reader);
    if (c == '"' || c == '\'') return string_read(reader, value);
    if (accept(reader, "[")) return list_read(reader, "]", value);
    if (accept(reader, "(")) return list_read(reader, ")", value);
    if (accept(reader, "{")) return dict_read(reader, value);
    if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.')
        return number_read(reader, value);
    if (accept(reader, "None")) *value = value_null(type_of(TYPE_VOID));
    else if (accept(reader, "True")) *value = value_bool(true);
    else if (accept(reader, "False")) *value = value_bool(false);
    else return special_float(reader, value) || fail(reader, "this is not a literal of Python");
    return true;
}

static bool value_read(Reader *reader, Value *value) {
    if (++reader->depth > LIMIT_NESTING_DEPTH) return fail(reader, "it nests too deeply");
    skip_space(reader);
    bool read = plain_read(reader, value);
    reader->depth--;
    return read;
}

const char *literal_read(Slice text, size_t *offset, Arena *arena, Value *value) {
    Reader reader = {.text = text, .at = *offset, .arena = arena};
    value_read(&reader, value);
    *offset = reader.at;
    return reader.wrong;
}

Value literal_of_word(Slice word, Arena *arena) {
    size_t offset = 0;
    Value value;
    if (!literal_read(word, &offset, arena, &value) && !slice_trim(slice_from(word, offset)).bytes)
        return value;
    return value_string(arena_copy(arena, word));
}
