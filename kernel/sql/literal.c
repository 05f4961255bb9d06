// SPDX-License-Identifier: Apache-2.0
// Literals: numbers, strings, booleans, NULL, typed ones (DATE'...') and parameter markers.
#include "kernel/column/civil.h"
#include "kernel/column/decimal.h"
#include "kernel/column/parse.h"
#include "kernel/sql/grammar.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

// --- numbers
// -----------------------------------------------------------------------------------------

// [-]digits[.digits][e[+-]digits] as an exact decimal; false: more than 38 digits.
static bool decimal_of_text(Slice text, Value *value) {
    bool negative = slice_starts_with(text, SLICE("-"));
    UInt128 unscaled = 0;
    int digits = 0, scale = 0;
    bool in_fraction = false;
    size_t at = negative ? 1 : 0;
    for (; at < text.bytes; at++) {
        char c = text.data[at];
        if (c == '.') {
            in_fraction = true;
            continue;
        }
        if (c < '0' || c > '9') break;
        if (digits || c != '0') digits++;
        if (digits > DECIMAL_MAX_PRECISION) return false;
        unscaled = unscaled * 10 + (unsigned)(c - '0');
        scale += in_fraction;
    }
    int64_t exponent = 0;
    if (at + 1 < text.bytes) {
        Slice rest = slice_from(text, at + 1 + (text.data[at + 1] == '+'));
        if (!slice_to_i64(rest, &exponent) || exponent > 1000 || exponent < -1000) return false;
    }
    int shifted = scale - (int)exponent;
    for (; shifted < 0; shifted++) {
        if (unscaled == 0) continue;
        if (++digits > DECIMAL_MAX_PRECISION) return false;
        unscaled *= 10;
    }
    int precision = MAX(MAX(digits, 1), shifted);
    if (precision > DECIMAL_MAX_PRECISION) return false;
    *value = value_decimal(type_decimal(precision, shifted),
                           negative ? -(Int128)unscaled : (Int128)unscaled);
    return true;
}

static void fail_range(Sql *s, uint32_t start, Slice raw, const char *low, const char *high,
                       const char *type_name) {
    sql_fail(s, start, ERR_INVALID_NUMERIC_LITERAL_RANGE, "rawStrippedQualifier", sql_cstr(s, raw),
             "minValue", low, "maxValue", high, "typeName", type_name);
}

static Value decimal_literal(Sql *s, uint32_t start, Slice raw, bool is_suffixed) {
    Value value = value_int(TYPE_INT, 0);
    if (decimal_of_text(raw, &value)) return value;
    if (!is_suffixed) {
        uint32_t digits = 0;
        for (size_t i = 0; i < raw.bytes; i++) digits += raw.data[i] >= '0' && raw.data[i] <= '9';
        Slice precision = arena_printf(s->arena, "%u", digits);
        sql_fail(s, start, ERR_DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION, "precision",
                 sql_cstr(s, precision), "maxPrecision", "38");
        sql_fail_plain(s, ERR_DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION);
    } else {
        sql_fail(s, start, ERR_LEGACY_0061, "msg",
                 "[DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION] Decimal precision exceeds max "
                 "precision 38. SQLSTATE: 22003");
    }
    return value;
}

static Value floating_literal(Sql *s, uint32_t start, Slice raw, bool is_float) {
    char *end;
    const char *text = sql_cstr(s, raw);
    double d = strtod(text, &end);
    if (is_float) {
        float f = strtof(text, &end);
        if (isinf(f))
            fail_range(s, start, raw, "-3.4028234663852886E+38", "3.4028234663852886E+38", "float");
        Value value = value_double((double)f);
        value.type = type_of(TYPE_FLOAT);
        return value;
    }
    if (isinf(d))
        fail_range(s, start, raw, "-1.7976931348623157E+308", "1.7976931348623157E+308", "double");
    return value_double(d);
}

static Value integer_literal(Sql *s, uint32_t start, Slice raw) {
    int64_t i64;
    if (!slice_to_i64(raw, &i64)) return decimal_literal(s, start, raw, false);
    return value_int(i64 >= INT32_MIN && i64 <= INT32_MAX ? TYPE_INT : TYPE_BIGINT, i64);
}

static Value sized_literal(Sql *s, uint32_t start, Slice raw, char suffix) {
    static const struct {
        char suffix;
        TypeId id;
        int64_t low, high;
        const char *low_text, *high_text, *name;
    } sizes[] = {
        {'y', TYPE_TINYINT, INT8_MIN, INT8_MAX, "-128", "127", "tinyint"},
        {'s', TYPE_SMALLINT, INT16_MIN, INT16_MAX, "-32768", "32767", "smallint"},
        {'l', TYPE_BIGINT, INT64_MIN, INT64_MAX, "-9223372036854775808", "9223372036854775807",
         "bigint"},
    };
    size_t i = suffix == 'y' ? 0 : suffix == 's' ? 1 : 2;
    int64_t i64 = 0;
    if (!slice_to_i64(raw, &i64) || i64 < sizes[i].low || i64 > sizes[i].high)
        fail_range(s, start, raw, sizes[i].low_text, sizes[i].high_text, sizes[i].name);
    return value_int(sizes[i].id, i64);
}

UExpr *sql_number(Sql *s, bool negative, uint32_t start) {
    const Token *token = sql_advance(s);
    Slice raw = token_text(s->text, *token);
    if (negative) raw = arena_join(s->arena, SLICE("-"), raw);
    char last = (char)(raw.data[raw.bytes - 1] | 32);
    Value value;
    switch (token->kind) {
    case TOKEN_INTEGER: value = integer_literal(s, start, raw); break;
    case TOKEN_DECIMAL: value = decimal_literal(s, start, raw, false); break;
    case TOKEN_EXPONENT:
        value = s->options->legacy_exponent_decimal ? decimal_literal(s, start, raw, false)
                                                    : floating_literal(s, start, raw, false);
        break;
    default: {
        bool is_decimal = last == 'd' && (raw.data[raw.bytes - 2] | 32) == 'b';
        Slice digits = slice_first(raw, raw.bytes - (is_decimal ? 2 : 1));
        if (is_decimal) value = decimal_literal(s, start, digits, true);
        else if (last == 'f' || last == 'd')
            value = floating_literal(s, start, digits, last == 'f');
        else value = sized_literal(s, start, digits, last);
    }
    }
    UExpr *expr = sql_literal_new(s, value, start);
    expr->literal.text = raw;
    return expr;
}

static bool is_number_token(const Token *token) {
    return token->kind >= TOKEN_INTEGER && token->kind <= TOKEN_SUFFIXED;
}

// --- typed literals
// ----------------------------------------------------------------------------------

static void fail_typed(Sql *s, uint32_t start, Slice value, const char *type_name) {
    Slice quoted = arena_printf(s->arena, "'%.*s'", SLICE_ARGS(value));
    Slice name = arena_printf(s->arena, "\"%s\"", type_name);
    sql_fail(s, start, ERR_INVALID_TYPED_LITERAL, "valueType", sql_cstr(s, name), "value",
             sql_cstr(s, quoted));
}

static const TimeZone *zone_of(const Sql *s) {
    return s->options->zone ? s->options->zone : time_zone_utc();
}

static int64_t now_micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * MICROS_PER_SECOND + now.tv_nsec / 1000;
}

// 'epoch', 'now', 'today', 'tomorrow', 'yesterday', with a zone or not, as local microseconds.
static bool special_local_micros(const Sql *s, Slice text, const TimeZone **zone, int64_t *micros) {
    Slice word = slice_trim(text);
    *zone = zone_of(s);
    size_t space = slice_find_char(word, ' ', 0);
    if (space != SIZE_MAX) {
        Error ignored = {0};
        *zone = time_zone_find(slice_trim(slice_from(word, space)), &ignored);
        word = slice_first(word, space);
        if (!*zone) return false;
    }
    if (slice_equal_ignore_case(word, SLICE("epoch"))) {
        *micros = 0;
        return true;
    }
    static const struct {
        Slice word;
        int64_t days;
    } words[] = {{{"today", 5}, 0}, {{"tomorrow", 8}, 1}, {{"yesterday", 9}, -1}};
    int64_t local = time_zone_to_local(*zone, now_micros()), of_day;
    if (slice_equal_ignore_case(word, SLICE("now"))) {
        *micros = local;
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!slice_equal_ignore_case(word, words[i].word)) continue;
        *micros = (micros_to_days(local, &of_day) + words[i].days) * MICROS_PER_DAY;
        return true;
    }
    return false;
}

static Value date_value(Sql *s, uint32_t start, Slice text) {
    int32_t days = 0;
    int64_t special, of_day;
    const TimeZone *zone;
    if (special_local_micros(s, text, &zone, &special)) days = micros_to_days(special, &of_day);
    else if (!parse_date(text, &days)) fail_typed(s, start, text, "DATE");
    return value_int(TYPE_DATE, days);
}

static Value timestamp_value(Sql *s, uint32_t start, Slice text, Word word) {
    int64_t micros = 0;
    bool had_zone = false;
    bool ntz = word == WORD_TIMESTAMP_NTZ || (word == WORD_TIMESTAMP && s->options->timestamp_ntz);
    const char *name = word == WORD_TIMESTAMP_NTZ   ? "TIMESTAMP_NTZ"
                       : word == WORD_TIMESTAMP_LTZ ? "TIMESTAMP_LTZ"
                                                    : "TIMESTAMP";
    const TimeZone *zone;
    if (special_local_micros(s, text, &zone, &micros)) {
        bool is_epoch = slice_equal_ignore_case(slice_first(slice_trim(text), 5), SLICE("epoch"));
        if (!ntz && !is_epoch) micros = time_zone_to_utc(zone, micros);
        return value_int(ntz ? TYPE_TIMESTAMP_NTZ : TYPE_TIMESTAMP, micros);
    }
    if (!parse_timestamp(text, ntz ? time_zone_utc() : zone_of(s), &micros, &had_zone))
        fail_typed(s, start, text, name);
    if (ntz && had_zone && word == WORD_TIMESTAMP) return value_int(TYPE_TIMESTAMP, micros);
    return value_int(ntz ? TYPE_TIMESTAMP_NTZ : TYPE_TIMESTAMP, micros);
}

static Value time_value(Sql *s, uint32_t start, Slice text) {
    int64_t nanos = 0;
    if (!parse_time(text, &nanos)) fail_typed(s, start, text, "TIME");
    return value_int(TYPE_TIME, nanos);
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// An odd number of digits gets a leading zero.
static Value binary_value(Sql *s, uint32_t start, Slice text) {
    size_t odd = text.bytes & 1, bytes = (text.bytes + odd) / 2;
    char *data = arena_alloc(s->arena, bytes + 1);
    for (size_t i = 0; i < text.bytes; i++) {
        int digit = hex_digit(text.data[i]);
        if (digit < 0) {
            fail_typed(s, start, text, "X");
            break;
        }
        char *byte = data + (i + odd) / 2;
        *byte = (char)(*byte * 16 + digit);
    }
    Value value = value_string((Slice){data, bytes});
    value.type = type_of(TYPE_BINARY);
    return value;
}

static UExpr *typed_literal(Sql *s) {
    uint32_t start = sql_start(s);
    const Token *type = sql_advance(s);
    Slice text = sql_string(s);
    Value value = value_string(text);
    switch (type->word) {
    case WORD_DATE: value = date_value(s, start, text); break;
    case WORD_TIMESTAMP:
    case WORD_TIMESTAMP_NTZ:
    case WORD_TIMESTAMP_LTZ: value = timestamp_value(s, start, text, (Word)type->word); break;
    case WORD_TIME: value = time_value(s, start, text); break;
    case WORD_X: value = binary_value(s, start, text); break;
    case WORD_INTERVAL: return sql_interval_typed(s, start, text);
    default: {
        AUTO(Text, name) = {0};
        Slice written = token_name(s->arena, s->text, *type);
        text_append_char(&name, '"');
        for (size_t i = 0; i < written.bytes; i++) {
            char c = written.data[i];
            text_append_char(&name, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
        }
        text_append_char(&name, '"');
        sql_fail(s, start, ERR_UNSUPPORTED_TYPED_LITERAL, "unsupportedType", text_cstr(&name),
                 "supportedTypes",
                 "\"DATE\", \"TIMESTAMP_NTZ\", \"TIMESTAMP_LTZ\", \"TIMESTAMP\", \"INTERVAL\", "
                 "\"X\", \"TIME\"");
    }
    }
    return sql_literal_new(s, value, start);
}

// --- all of them
// -------------------------------------------------------------------------------------

bool sql_at_marker(const Sql *s) {
    if (sql_is(s, TOKEN_QUESTION)) return true;
    return sql_is(s, TOKEN_COLON) && sql_is_identifier(s, sql_peek_at(s, 1));
}

UExpr *sql_marker(Sql *s) {
    uint32_t start = sql_start(s);
    NameParts name = {0};
    uint32_t position = s->marker_count;
    if (sql_accept(s, TOKEN_QUESTION)) {
        s->marker_count++;
    } else {
        sql_expect(s, TOKEN_COLON);
        s->has_named_markers = true;
        ARENA_PUSH(s->arena, name.parts, name.count, sql_identifier(s));
    }
    UExpr *expr = sql_expr_new(s, UEXPR_PARAMETER, start);
    expr->name = name;
    expr->parameter.position = position;
    return expr;
}

static bool at_typed(const Sql *s) {
    if (!sql_is(s, TOKEN_IDENTIFIER) && !sql_is(s, TOKEN_QUOTED)) return false;
    const Token *next = sql_peek_at(s, 1);
    return next->kind == TOKEN_STRING ||
           (next->kind == TOKEN_DOUBLE_STRING && !s->options->double_quoted_identifiers);
}

bool sql_at_literal(const Sql *s) {
    const Token *token = sql_peek(s);
    if (is_number_token(token)) return true;
    if (token->kind == TOKEN_MINUS) return is_number_token(sql_peek_at(s, 1));
    if (token->kind == TOKEN_STRING) return true;
    if (token->kind == TOKEN_DOUBLE_STRING) return !s->options->double_quoted_identifiers;
    Word word = (Word)token->word;
    if (word == WORD_NULL || word == WORD_TRUE || word == WORD_FALSE)
        return !sql_is_at(s, 1, TOKEN_LEFT_PAREN);
    return at_typed(s) || sql_at_interval(s);
}

static UExpr *string_literal(Sql *s) {
    uint32_t start = sql_start(s);
    // "x"(...) was meant as a function: the quotes are what is wrong.
    if (sql_is(s, TOKEN_DOUBLE_STRING) && sql_is_at(s, 1, TOKEN_LEFT_PAREN))
        sql_fail_expected(s, "a name in backticks");
    return sql_string_literal(s, sql_string(s), start);
}

UExpr *sql_literal(Sql *s) {
    uint32_t start = sql_start(s);
    const Token *token = sql_peek(s);
    if (token->kind == TOKEN_MINUS) {
        sql_advance(s);
        return sql_number(s, true, start);
    }
    if (is_number_token(token)) return sql_number(s, false, start);
    if (token->kind == TOKEN_STRING || token->kind == TOKEN_DOUBLE_STRING) return string_literal(s);
    if (sql_at_interval(s)) return sql_interval(s);
    if (at_typed(s)) return typed_literal(s);
    sql_advance(s);
    Value value = token->word == WORD_NULL ? value_null(type_of(TYPE_VOID))
                                           : value_bool(token->word == WORD_TRUE);
    return sql_literal_new(s, value, start);
}

UExpr *sql_literal_or_marker(Sql *s) {
    if (sql_at_marker(s)) return sql_marker(s);
    if (!sql_at_literal(s)) sql_fail_expected(s, "a literal");
    return sql_literal(s);
}
