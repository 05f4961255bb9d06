// SPDX-License-Identifier: Apache-2.0
// INTERVAL literals: INTERVAL 1 DAY 2 HOURS, INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 day'.
//
// All forms are first read as months, days and microseconds; the units that were written then
// decide whether that is a year-month or a day-time interval, and its fields. Mixed units are an
// error unless the legacy calendar interval is asked for.
#include "kernel/column/civil.h"
#include "kernel/sql/grammar.h"

#include <stdio.h>

typedef struct UnitName {
    Slice name; // singular, lower case
    IntervalUnit field;
    int64_t months, days, micros;
} UnitName;

static const UnitName unit_names[] = {
    {{"year", 4}, UNIT_YEAR, 12, 0, 0},
    {{"month", 5}, UNIT_MONTH, 1, 0, 0},
    {{"week", 4}, UNIT_DAY, 0, 7, 0},
    {{"day", 3}, UNIT_DAY, 0, 1, 0},
    {{"hour", 4}, UNIT_HOUR, 0, 0, 3600 * MICROS_PER_SECOND},
    {{"minute", 6}, UNIT_MINUTE, 0, 0, 60 * MICROS_PER_SECOND},
    {{"second", 6}, UNIT_SECOND, 0, 0, MICROS_PER_SECOND},
    {{"millisecond", 11}, UNIT_SECOND, 0, 0, 1000},
    {{"microsecond", 11}, UNIT_SECOND, 0, 0, 1},
};

static const UnitName *unit_find(Slice text) {
    if (text.bytes > 1 && (text.data[text.bytes - 1] | 32) == 's') text.bytes--;
    for (size_t i = 0; i < COUNT_OF(unit_names); i++)
        if (slice_equal_ignore_case(text, unit_names[i].name)) return &unit_names[i];
    return NULL;
}

// --- "1 day 2.5 seconds"
// -----------------------------------------------------------------------------

typedef struct IntervalText {
    Slice text;
    size_t at;
    Interval value;
    IntervalUnit first, last; // fields that were written
    bool has_fields;
    ErrorCode error; // what is wrong; ERR_NONE: nothing
} IntervalText;

static bool is_space(char c) { return (unsigned char)c <= 0x20; }

static void skip_spaces(IntervalText *t) {
    while (t->at < t->text.bytes && is_space(t->text.data[t->at])) t->at++;
}

static bool fail_text(IntervalText *t, ErrorCode code) {
    t->error = code;
    return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits, with up to nine of a fraction as nanoseconds.
static bool read_number(IntervalText *t, int64_t *whole, int64_t *nanos, bool *has_fraction) {
    size_t start = t->at;
    *whole = 0;
    for (; t->at < t->text.bytes && is_digit(t->text.data[t->at]); t->at++)
        if (__builtin_mul_overflow(*whole, 10, whole) ||
            __builtin_add_overflow(*whole, t->text.data[t->at] - '0', whole))
            return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__ARITHMETIC_EXCEPTION);
    *nanos = 0;
    *has_fraction = t->at < t->text.bytes && t->text.data[t->at] == '.';
    size_t digits = 0;
    if (*has_fraction) {
        for (t->at++; t->at < t->text.bytes && is_digit(t->text.data[t->at]); t->at++, digits++) {
            if (digits == 9) return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__INVALID_PRECISION);
            *nanos = *nanos * 10 + (t->text.data[t->at] - '0');
        }
        for (size_t i = digits; i < 9; i++) *nanos *= 10;
    }
    if (t->at == start || (*has_fraction && t->at == start + 1))
        return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__UNRECOGNIZED_NUMBER);
    if (t->at < t->text.bytes && !is_space(t->text.data[t->at]))
        return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__INVALID_VALUE);
    return true;
}

static bool add_field(IntervalText *t, const UnitName *unit, int64_t whole, int64_t nanos) {
    int64_t months, days, micros;
    bool overflow = __builtin_mul_overflow(whole, unit->months, &months);
    overflow |= __builtin_mul_overflow(whole, unit->days, &days);
    overflow |= __builtin_mul_overflow(whole, unit->micros, &micros);
    overflow |= __builtin_add_overflow(micros, nanos / 1000, &micros);
    overflow |= __builtin_add_overflow(months, t->value.months, &months);
    overflow |= __builtin_add_overflow(days, t->value.days, &days);
    overflow |= __builtin_add_overflow(t->value.micros, micros, &t->value.micros);
    t->value.months = (int32_t)months;
    t->value.days = (int32_t)days;
    if (overflow || months != t->value.months || days != t->value.days)
        return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__ARITHMETIC_EXCEPTION);
    if (!t->has_fields || unit->field < t->first) t->first = unit->field;
    if (!t->has_fields || unit->field > t->last) t->last = unit->field;
    t->has_fields = true;
    return true;
}

// [sign] number unit
static bool read_field(IntervalText *t) {
    bool negative = t->text.data[t->at] == '-';
    if (negative || t->text.data[t->at] == '+') {
        t->at++;
        skip_spaces(t);
    }
    int64_t whole, nanos;
    bool has_fraction;
    if (!read_number(t, &whole, &nanos, &has_fraction)) return false;
    skip_spaces(t);
    size_t start = t->at;
    while (t->at < t->text.bytes && !is_space(t->text.data[t->at])) t->at++;
    if (t->at == start) return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__MISSING_UNIT);
    const UnitName *unit = unit_find((Slice){t->text.data + start, t->at - start});
    if (!unit) return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__INVALID_UNIT);
    if (has_fraction && unit->micros != MICROS_PER_SECOND)
        return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__INVALID_FRACTION);
    return add_field(t, unit, negative ? -whole : whole, negative ? -nanos : nanos);
}

static bool interval_text_read(IntervalText *t) {
    t->text = slice_trim(t->text);
    Slice prefix = SLICE("interval");
    if (slice_equal_ignore_case(slice_first(t->text, prefix.bytes), prefix)) {
        t->at = prefix.bytes;
        if (t->at < t->text.bytes && !is_space(t->text.data[t->at]))
            return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__INVALID_PREFIX);
    }
    for (skip_spaces(t); t->at < t->text.bytes; skip_spaces(t))
        if (!read_field(t)) return false;
    if (!t->has_fields) return fail_text(t, ERR_INVALID_INTERVAL_FORMAT__INPUT_IS_EMPTY);
    return true;
}

// --- literals
// ----------------------------------------------------------------------------------------

static UExpr *calendar_literal(Sql *s, uint32_t start, Interval interval) {
    Value value = value_null(type_of(TYPE_INTERVAL));
    value.is_null = false;
    value.interval = interval;
    return sql_literal_new(s, value, start);
}

static UExpr *interval_literal(Sql *s, uint32_t start, Interval interval, IntervalUnit first,
                               IntervalUnit last) {
    if (s->options->legacy_interval) return calendar_literal(s, start, interval);
    Value value = value_int(TYPE_INTERVAL_YEAR_MONTH, interval.months);
    if (first > UNIT_MONTH) {
        Int128 micros = (Int128)interval.days * MICROS_PER_DAY + interval.micros;
        if (micros != (int64_t)micros) {
            sql_fail(s, start, ERR_INTERVAL_ARITHMETIC_OVERFLOW__WITHOUT_SUGGESTION);
            sql_fail_plain(s, ERR_INTERVAL_ARITHMETIC_OVERFLOW__WITHOUT_SUGGESTION);
        }
        value = value_int(TYPE_INTERVAL_DAY_TIME, (int64_t)micros);
    } else if (last > UNIT_MONTH) {
        sql_fail(s, start, ERR_LEGACY_0029, "literal", sql_cstr(s, sql_text_from(s, start)));
        last = UNIT_MONTH;
    }
    value.type = type_interval(first, last);
    return sql_literal_new(s, value, start);
}

UExpr *sql_interval_typed(Sql *s, uint32_t start, Slice text) {
    IntervalText t = {.text = text};
    if (!interval_text_read(&t)) {
        Slice quoted = arena_printf(s->arena, "'%.*s'", SLICE_ARGS(text));
        sql_fail(s, start, ERR_INVALID_TYPED_LITERAL, "valueType", "\"INTERVAL\"", "value",
                 sql_cstr(s, quoted));
    }
    return interval_literal(s, start, t.value, t.first, t.last);
}

// --- '1-2' YEAR TO MONTH
// -----------------------------------------------------------------------------

typedef struct RangeText {
    Slice text;
    size_t at;
} RangeText;

static bool read_digits(RangeText *t, size_t max, int64_t *value) {
    size_t start = t->at;
    *value = 0;
    while (t->at < t->text.bytes && is_digit(t->text.data[t->at]) && t->at - start < max)
        *value = *value * 10 + (t->text.data[t->at++] - '0');
    return t->at > start && (t->at == t->text.bytes || !is_digit(t->text.data[t->at]));
}

static bool read_char(RangeText *t, char c) {
    if (t->at >= t->text.bytes || t->text.data[t->at] != c) return false;
    t->at++;
    return true;
}

static bool read_fraction(RangeText *t, int64_t *nanos) {
    *nanos = 0;
    if (!read_char(t, '.')) return true;
    size_t start = t->at;
    if (!read_digits(t, 9, nanos)) return false;
    for (size_t i = t->at - start; i < 9; i++) *nanos *= 10;
    return true;
}

// The fields from `first` to `last`: y-m, or d h:m:s.n; the first one may have any size.
static bool read_fields(RangeText *t, IntervalUnit first, IntervalUnit last, int64_t *fields,
                        int64_t *nanos) {
    for (int unit = (int)first; unit <= (int)last; unit++) {
        if (unit > (int)first) {
            char separator = unit == UNIT_MONTH ? '-' : unit == UNIT_HOUR ? ' ' : ':';
            if (!read_char(t, separator)) return false;
            while (separator == ' ' && read_char(t, ' ')) continue;
        }
        if (!read_digits(t, unit == (int)first ? 18 : 2, &fields[unit])) return false;
    }
    if (last == UNIT_SECOND && !read_fraction(t, nanos)) return false;
    return t->at == t->text.bytes;
}

static void fail_range_format(Sql *s, uint32_t start, Slice text, IntervalUnit first,
                              IntervalUnit last) {
    static const char *const names[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
    static const char *const letters[] = {"y", "-m", "d", " h", ":m", ":s.n"};
    AUTO(Text, form) = {0};
    for (int unit = (int)first; unit <= (int)last; unit++)
        text_append_cstr(&form, letters[unit] + (unit == (int)first && unit > UNIT_DAY ? 1 : 0));
    const char *format = text_cstr(&form);
    Slice supported = arena_printf(s->arena, "`[+|-]%s`, `INTERVAL [+|-]'[+|-]%s' %s TO %s`",
                                   format, format, names[first], names[last]);
    AUTO(Text, type_name) = {0};
    type_append_catalog(type_interval(first, last), &type_name);
    bool year_month = first == UNIT_YEAR;
    sql_fail(s, start,
             year_month ? ERR_INVALID_INTERVAL_FORMAT__UNMATCHED_FORMAT_STRING
                        : ERR_INVALID_INTERVAL_FORMAT__UNMATCHED_FORMAT_STRING_WITH_NOTICE,
             "typeName", text_cstr(&type_name), "intervalStr",
             year_month ? "year-month" : "day-time", "supportedFormat", sql_cstr(s, supported),
             "input", sql_cstr(s, text));
}

static bool check_range_field(Sql *s, uint32_t start, const char *name, int64_t value,
                              int64_t max) {
    if (value <= max) return true;
    Slice message = arena_printf(s->arena, "requirement failed: %s %lld outside range [0, %lld]",
                                 name, (long long)value, (long long)max);
    sql_fail(s, start, ERR_LEGACY_0063, "msg", sql_cstr(s, message));
    return false;
}

static Interval range_value(Sql *s, uint32_t start, Slice text, IntervalUnit first,
                            const int64_t *f, int64_t nanos, bool negative) {
    static const char *const names[] = {"year", "month", "day", "hour", "minute", "second"};
    static const int64_t first_max[] = {178956970, 0, 106751991, 2562047788, 153722867280, 0};
    static const int64_t rest_max[] = {0, 11, 0, 23, 59, 59};
    Interval value = {0};
    for (int unit = 0; unit <= UNIT_SECOND; unit++)
        if (f[unit] && !check_range_field(s, start, names[unit], f[unit],
                                          unit == (int)first ? first_max[unit] : rest_max[unit]))
            return value;
    int64_t sign = negative ? -1 : 1;
    int64_t months = sign * (f[UNIT_YEAR] * 12 + f[UNIT_MONTH]);
    if (months != (int32_t)months)
        sql_fail(s, start, ERR_INVALID_INTERVAL_FORMAT__INTERVAL_PARSING, "interval", "year-month",
                 "input", sql_cstr(s, text));
    value.months = (int32_t)months;
    value.days = (int32_t)(sign * f[UNIT_DAY]);
    Int128 micros = ((Int128)f[UNIT_HOUR] * 3600 + (Int128)f[UNIT_MINUTE] * 60 + f[UNIT_SECOND]) *
                        MICROS_PER_SECOND +
                    nanos / 1000;
    micros *= sign;
    if (micros != (int64_t)micros)
        sql_fail(s, start, ERR_INVALID_INTERVAL_FORMAT__INTERVAL_PARSING, "interval", "day-time",
                 "input", sql_cstr(s, text));
    value.micros = (int64_t)micros;
    return value;
}

static UExpr *range_literal(Sql *s, uint32_t start, uint32_t value_start, Slice text, bool negated,
                            IntervalUnit first, IntervalUnit last) {
    RangeText t = {slice_trim(text), 0};
    bool negative = read_char(&t, '-');
    if (!negative) (void)read_char(&t, '+');
    int64_t fields[6] = {0}, nanos = 0;
    Interval value = {0};
    if (!read_fields(&t, first, last, fields, &nanos))
        fail_range_format(s, value_start, text, first, last);
    else value = range_value(s, value_start, text, first, fields, nanos, negative != negated);
    return interval_literal(s, start, value, first, last);
}

// --- the clause
// --------------------------------------------------------------------------------------

static bool is_unit_word(Slice text) {
    if (unit_find(text)) return true;
    if (text.bytes > 1 && (text.data[text.bytes - 1] | 32) == 's') text.bytes--;
    return slice_equal_ignore_case(text, SLICE("nanosecond"));
}

static bool is_unit_at(const Sql *s, uint32_t ahead) {
    return sql_is_at(s, ahead, TOKEN_IDENTIFIER) &&
           is_unit_word(token_text(s->text, *sql_peek_at(s, ahead)));
}

static bool is_value_at(const Sql *s, uint32_t ahead) {
    TokenKind kind = (TokenKind)sql_peek_at(s, ahead)->kind;
    return kind == TOKEN_INTEGER || kind == TOKEN_DECIMAL || kind == TOKEN_STRING ||
           (kind == TOKEN_DOUBLE_STRING && !s->options->double_quoted_identifiers);
}

static uint32_t value_tokens_at(const Sql *s, uint32_t ahead) {
    uint32_t sign = sql_is_at(s, ahead, TOKEN_MINUS) || sql_is_at(s, ahead, TOKEN_PLUS);
    return is_value_at(s, ahead + sign) ? sign + 1 : 0;
}

bool sql_at_interval(const Sql *s) {
    if (!sql_is_word(s, WORD_INTERVAL)) return false;
    uint32_t count = value_tokens_at(s, 1);
    if (count == 0) return false;
    // INTERVAL - 1 is a subtraction, INTERVAL '1 day' a typed literal.
    bool is_number = sql_is_at(s, count, TOKEN_INTEGER) || sql_is_at(s, count, TOKEN_DECIMAL);
    return (count == 1 && is_number) || is_unit_at(s, count + 1);
}

typedef struct IntervalPart {
    Slice text; // sign applied
    bool negated, is_string;
    uint32_t start;
} IntervalPart;

static IntervalPart read_part(Sql *s) {
    IntervalPart part = {.start = sql_start(s)};
    part.negated = sql_is(s, TOKEN_MINUS);
    if (sql_is(s, TOKEN_MINUS) || sql_is(s, TOKEN_PLUS)) sql_advance(s);
    part.is_string = sql_at_string(s);
    part.text = part.is_string ? sql_string(s) : token_text(s->text, *sql_advance(s));
    return part;
}

static bool has_letter(Slice text) {
    for (size_t i = 0; i < text.bytes; i++)
        if ((text.data[i] | 32) >= 'a' && (text.data[i] | 32) <= 'z') return true;
    return false;
}

// value unit value unit ... behind the first value.
static UExpr *multi_unit(Sql *s, uint32_t start, IntervalPart part) {
    AUTO(Text, all) = {0};
    uint32_t body_start = part.start;
    for (;;) {
        if (!is_unit_at(s, 0)) {
            sql_fail_expected(s, "a unit of time (YEAR ... MICROSECOND)");
            break;
        }
        Slice unit = token_text(s->text, *sql_advance(s));
        if (part.is_string && has_letter(part.text)) {
            while (value_tokens_at(s, 0) && is_unit_at(s, value_tokens_at(s, 0))) {
                (void)read_part(s);
                sql_advance(s);
            }
            sql_fail(s, body_start, ERR_LEGACY_0026, "value", sql_cstr(s, part.text));
        }
        bool minus = part.negated;
        Slice text = slice_trim(part.text);
        if (minus && slice_starts_with(text, SLICE("-"))) {
            text = slice_from(text, 1);
            minus = false;
        }
        text_printf(&all, " %s%.*s %.*s", minus ? "-" : "", SLICE_ARGS(text), SLICE_ARGS(unit));
        uint32_t count = value_tokens_at(s, 0);
        if (!count || !is_unit_at(s, count)) break;
        if (sql_word_at(s, count + 1) == WORD_TO) break;
        part = read_part(s);
    }
    IntervalText t = {.text = text_slice(&all)};
    if (!s->failed && !interval_text_read(&t))
        sql_fail(s, body_start, t.error, "input", sql_cstr(s, slice_trim(t.text)));
    return interval_literal(s, start, t.value, t.first, t.last);
}

// A second literal glued to the first one: INTERVAL 1 YEAR '2-1' YEAR TO MONTH.
static void refuse_second(Sql *s, uint32_t start) {
    uint32_t count = value_tokens_at(s, 0);
    if (!count || !is_unit_at(s, count)) return;
    (void)read_part(s);
    sql_advance(s);
    if (sql_accept_word(s, WORD_TO)) sql_advance(s);
    sql_fail(s, start, ERR_LEGACY_0024);
}

UExpr *sql_interval(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    IntervalPart part = read_part(s);
    UExpr *expr;
    if (is_unit_at(s, 0) && sql_word_at(s, 1) == WORD_TO) {
        Slice from_text = token_text(s->text, *sql_advance(s));
        const UnitName *from = unit_find(from_text);
        sql_advance(s);
        Slice to_text = token_text(s->text, *sql_peek(s));
        const UnitName *to = is_unit_at(s, 0) ? unit_find(to_text) : NULL;
        if (!to) sql_fail_expected(s, "a unit of time");
        sql_advance(s);
        bool fits = from && to && from->field < to->field &&
                    (from->field > UNIT_MONTH) == (to->field > UNIT_MONTH);
        if (!fits) {
            sql_fail(s, part.start, ERR_LEGACY_0028, "from", sql_cstr(s, from_text), "to",
                     sql_cstr(s, to_text));
            return calendar_literal(s, start, (Interval){0});
        }
        if (!part.is_string) sql_fail(s, part.start, ERR_LEGACY_0027);
        expr = range_literal(s, start, part.start, part.text, part.negated, from->field, to->field);
    } else {
        expr = multi_unit(s, start, part);
    }
    refuse_second(s, start);
    return expr;
}
