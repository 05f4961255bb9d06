// SPDX-License-Identifier: Apache-2.0
// Data types as SQL writes them.
#include "kernel/sql/grammar.h"

#include <stdio.h>

typedef struct SimpleType {
    const char *name;
    TypeId id;
} SimpleType;

static const SimpleType simple_types[] = {
    {"BOOLEAN", TYPE_BOOLEAN},
    {"TINYINT", TYPE_TINYINT},
    {"BYTE", TYPE_TINYINT},
    {"SMALLINT", TYPE_SMALLINT},
    {"SHORT", TYPE_SMALLINT},
    {"INT", TYPE_INT},
    {"INTEGER", TYPE_INT},
    {"BIGINT", TYPE_BIGINT},
    {"LONG", TYPE_BIGINT},
    {"FLOAT", TYPE_FLOAT},
    {"REAL", TYPE_FLOAT},
    {"DOUBLE", TYPE_DOUBLE},
    {"DATE", TYPE_DATE},
    {"TIMESTAMP_NTZ", TYPE_TIMESTAMP_NTZ},
    {"TIMESTAMP_LTZ", TYPE_TIMESTAMP},
    {"BINARY", TYPE_BINARY},
    {"VOID", TYPE_VOID},
    {"VARIANT", TYPE_VARIANT},
};

static bool name_is(Slice name, const char *word) {
    return slice_equal_ignore_case(name, slice_from_cstr(word));
}

static void fail_unsupported(Sql *s, uint32_t start) {
    AUTO(Text, name) = {0};
    Slice text = sql_text_from(s, start);
    text_append_char(&name, '"');
    for (size_t i = 0; i < text.bytes; i++) {
        char c = text.data[i];
        text_append_char(&name, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
    }
    text_append_char(&name, '"');
    sql_fail(s, start, ERR_UNSUPPORTED_DATATYPE, "typeName", text_cstr(&name));
}

// (n), (n, m): how many were written.
static uint32_t type_arguments(Sql *s, int64_t *first, int64_t *second) {
    if (!sql_accept(s, TOKEN_LEFT_PAREN)) return 0;
    if (sql_accept_word(s, WORD_ANY)) { // GEOMETRY(ANY)
        sql_expect(s, TOKEN_RIGHT_PAREN);
        return 3;
    }
    *first = sql_integer(s);
    uint32_t count = 1;
    if (sql_accept(s, TOKEN_COMMA)) {
        *second = sql_integer(s);
        count = 2;
    }
    if (sql_is(s, TOKEN_COMMA)) {
        while (sql_accept(s, TOKEN_COMMA)) (void)sql_integer(s);
        count = 3;
    }
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return count;
}

static const Type *decimal_type(Sql *s, uint32_t start) {
    int64_t precision = 10, scale = 0;
    if (type_arguments(s, &precision, &scale) > 2) fail_unsupported(s, start);
    char text[32];
    if (precision > DECIMAL_MAX_PRECISION) {
        snprintf(text, sizeof text, "%lld", (long long)precision);
        sql_fail(s, start, ERR_DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION, "precision", text,
                 "maxPrecision", "38");
        return type_decimal(38, 0);
    }
    if (scale > precision || precision < 1) {
        char scale_text[32];
        snprintf(text, sizeof text, "%lld", (long long)precision);
        snprintf(scale_text, sizeof scale_text, "%lld", (long long)scale);
        sql_fail(s, start, ERR_INVALID_DECIMAL_SCALE, "scale", scale_text, "precision", text);
        return type_decimal(10, 0);
    }
    return type_decimal((int)precision, (int)scale);
}

static const Type *char_type(Sql *s, uint32_t start, TypeId id) {
    int64_t length = 0;
    uint32_t count = type_arguments(s, &length, &length);
    if (count == 0) {
        sql_fail(s, start, ERR_DATATYPE_MISSING_SIZE, "type",
                 id == TYPE_CHAR ? "\"CHAR\"" : "\"VARCHAR\"");
    } else if (count > 1 || length < 1 || length > INT32_MAX) {
        fail_unsupported(s, start);
    }
    const Type *type = type_char(s->arena, id, (uint32_t)MAX(length, 1));
    if (sql_accept_word(s, WORD_COLLATE)) (void)sql_name_parts(s);
    return type;
}

static const Type *string_type(Sql *s) {
    if (!sql_accept_word(s, WORD_COLLATE)) return type_of(TYPE_STRING);
    NameParts name = sql_name_parts(s);
    Slice collation = name.count ? name.parts[name.count - 1] : SLICE("");
    return type_string_collated(s->arena, collation);
}

static const Type *time_type(Sql *s, uint32_t start) {
    int64_t precision = 6;
    uint32_t count = type_arguments(s, &precision, &precision);
    if (sql_are_words(s, WORD_WITHOUT, WORD_TIME)) {
        sql_advance(s);
        sql_advance(s);
        sql_expect_word(s, WORD_ZONE);
    }
    if (count > 1 || precision > 6) {
        char text[32];
        snprintf(text, sizeof text, "%lld", (long long)precision);
        sql_fail(s, start, ERR_UNSUPPORTED_TIME_PRECISION, "precision", text);
        precision = 6;
    }
    return type_time((int)precision);
}

static const Type *timestamp_type(Sql *s) {
    if (sql_are_words(s, WORD_WITHOUT, WORD_TIME)) {
        sql_advance(s);
        sql_advance(s);
        sql_expect_word(s, WORD_ZONE);
        return type_of(TYPE_TIMESTAMP_NTZ);
    }
    return type_of(s->options->timestamp_ntz ? TYPE_TIMESTAMP_NTZ : TYPE_TIMESTAMP);
}

static bool interval_unit(Word word, IntervalUnit *unit) {
    switch (word) {
    case WORD_YEAR: *unit = UNIT_YEAR; return true;
    case WORD_MONTH: *unit = UNIT_MONTH; return true;
    case WORD_DAY: *unit = UNIT_DAY; return true;
    case WORD_HOUR: *unit = UNIT_HOUR; return true;
    case WORD_MINUTE: *unit = UNIT_MINUTE; return true;
    case WORD_SECOND: *unit = UNIT_SECOND; return true;
    default: return false;
    }
}

// INTERVAL alone is the calendar interval.
static const Type *interval_type(Sql *s, uint32_t start) {
    IntervalUnit first, last;
    if (!interval_unit(sql_word(s), &first)) return type_of(TYPE_INTERVAL);
    sql_advance(s);
    last = first;
    if (sql_accept_word(s, WORD_TO)) {
        bool known = interval_unit(sql_word(s), &last);
        sql_advance(s);
        bool fits = known && first < last && (first > UNIT_MONTH) == (last > UNIT_MONTH);
        if (!fits) {
            Slice text = sql_text_from(s, start);
            sql_fail(s, start, ERR_LEGACY_0028, "intervalInput", sql_cstr(s, text));
            last = first;
        }
    }
    return type_interval(first, last);
}

static const Type *array_type(Sql *s) {
    sql_expect(s, TOKEN_LESS);
    const Type *element = sql_type(s);
    sql_expect(s, TOKEN_GREATER);
    return type_array(s->arena, element, true);
}

static const Type *map_type(Sql *s) {
    sql_expect(s, TOKEN_LESS);
    const Type *key = sql_type(s);
    sql_expect(s, TOKEN_COMMA);
    const Type *value = sql_type(s);
    sql_expect(s, TOKEN_GREATER);
    return type_map(s->arena, key, value, true);
}

// name [:] type [NOT NULL] [DEFAULT e] [COMMENT 'c']
static TypeField struct_field(Sql *s) {
    TypeField field = {.name = sql_checked_identifier(s), .nullable = true};
    (void)sql_accept(s, TOKEN_COLON);
    field.type = sql_type(s);
    for (;;) {
        if (sql_accept_words(s, WORD_NOT, WORD_NULL)) field.nullable = false;
        else if (sql_accept_word(s, WORD_DEFAULT)) (void)sql_expression(s);
        else if (sql_accept_word(s, WORD_COMMENT)) field.comment = sql_string(s);
        else return field;
    }
}

const Type *sql_struct_fields(Sql *s, TokenKind close) {
    TypeField *fields = NULL;
    uint32_t count = 0;
    if (!sql_is(s, close)) do
            ARENA_PUSH(s->arena, fields, count, struct_field(s));
        while (sql_accept(s, TOKEN_COMMA));
    if (close != TOKEN_END) sql_expect(s, close);
    else if (!sql_at_end(s)) sql_expect(s, TOKEN_END);
    return type_struct(s->arena, fields, count);
}

static const Type *struct_type(Sql *s) {
    if (sql_accept(s, TOKEN_NOT_EQUAL)) return type_struct(s->arena, NULL, 0);
    sql_expect(s, TOKEN_LESS);
    return sql_struct_fields(s, TOKEN_GREATER);
}

static const Type *named_type(Sql *s, uint32_t start, Slice name) {
    if (name_is(name, "STRING")) return string_type(s);
    if (name_is(name, "DECIMAL") || name_is(name, "DEC") || name_is(name, "NUMERIC"))
        return decimal_type(s, start);
    if (name_is(name, "CHAR") || name_is(name, "CHARACTER")) return char_type(s, start, TYPE_CHAR);
    if (name_is(name, "VARCHAR")) return char_type(s, start, TYPE_VARCHAR);
    if (name_is(name, "TIME")) return time_type(s, start);
    if (name_is(name, "TIMESTAMP")) return timestamp_type(s);
    if (name_is(name, "INTERVAL")) return interval_type(s, start);
    for (size_t i = 0; i < COUNT_OF(simple_types); i++) {
        if (!name_is(name, simple_types[i].name)) continue;
        int64_t ignored;
        if (type_arguments(s, &ignored, &ignored)) fail_unsupported(s, start);
        return type_of(simple_types[i].id);
    }
    return NULL;
}

const Type *sql_type(Sql *s) {
    uint32_t start = sql_start(s);
    const Type *type = type_of(TYPE_VOID);
    if (!sql_enter(s)) return type;
    Word word = sql_word(s);
    bool angle = sql_is_at(s, 1, TOKEN_LESS) || sql_is_at(s, 1, TOKEN_NOT_EQUAL);
    if (angle && (word == WORD_ARRAY || word == WORD_MAP || word == WORD_STRUCT)) {
        sql_advance(s);
        type = word == WORD_ARRAY ? array_type(s) : word == WORD_MAP ? map_type(s) : struct_type(s);
    } else if (word == WORD_ARRAY || word == WORD_MAP || word == WORD_STRUCT) {
        sql_advance(s);
        if (word == WORD_ARRAY)
            sql_fail(s, start, ERR_INCOMPLETE_TYPE_DEFINITION__ARRAY, "elementType", "<INT>");
        else
            sql_fail(s, start,
                     word == WORD_MAP ? ERR_INCOMPLETE_TYPE_DEFINITION__MAP
                                      : ERR_INCOMPLETE_TYPE_DEFINITION__STRUCT);
    } else {
        Slice name = sql_identifier(s);
        const Type *found = s->failed ? NULL : named_type(s, start, name);
        if (found) {
            type = found;
        } else {
            int64_t ignored;
            (void)type_arguments(s, &ignored, &ignored);
            fail_unsupported(s, start);
        }
    }
    sql_leave(s);
    return type;
}
