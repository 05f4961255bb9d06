// SPDX-License-Identifier: Apache-2.0
// Booleans and numbers from text, and the dispatch by type.
#include "kernel/column/parse.h"

#include "kernel/column/decimal.h"

#include <math.h>
#include <stdlib.h>

bool parse_bool(Slice s, bool *value) {
    static const char *const TRUE_WORDS[] = {"t", "true", "y", "yes", "1"};
    static const char *const FALSE_WORDS[] = {"f", "false", "n", "no", "0"};
    s = slice_trim(s);
    for (size_t i = 0; i < COUNT_OF(TRUE_WORDS); i++) {
        *value = slice_equal_ignore_case(s, slice_from_cstr(TRUE_WORDS[i]));
        if (*value || slice_equal_ignore_case(s, slice_from_cstr(FALSE_WORDS[i]))) return true;
    }
    return false;
}

bool parse_i64(Slice s, int64_t *value) { return slice_to_i64(slice_trim(s), value); }

bool parse_i64_truncated(Slice s, int64_t *value) {
    s = slice_trim(s);
    size_t dot = slice_find_char(s, '.', 0);
    if (dot == SIZE_MAX) return slice_to_i64(s, value);
    for (size_t i = dot + 1; i < s.bytes; i++)
        if (s.data[i] < '0' || s.data[i] > '9') return false;
    Slice whole = slice_first(s, dot);
    bool bare_sign = whole.bytes == 1 && (whole.data[0] == '-' || whole.data[0] == '+');
    *value = 0;
    if (whole.bytes == 0 || bare_sign) return s.bytes > dot + 1;
    return slice_to_i64(whole, value);
}

// A number's text taken apart: [+-]digits[.digits][e[+-]digits]
typedef struct Number {
    bool negative;
    Slice whole;
    Slice fraction;
    int32_t exponent; // cut at +-99999
    Slice rest;       // behind the number
} Number;

static Slice take_digits(Slice *s) {
    size_t bytes = 0;
    while (bytes < s->bytes && s->data[bytes] >= '0' && s->data[bytes] <= '9') bytes++;
    Slice digits = slice_first(*s, bytes);
    *s = slice_from(*s, bytes);
    return digits;
}

static bool take_sign(Slice *s) {
    bool negative = s->bytes && s->data[0] == '-';
    if (negative || (s->bytes && s->data[0] == '+')) *s = slice_from(*s, 1);
    return negative;
}

static bool take_number(Slice s, Number *n) {
    *n = (Number){0};
    n->negative = take_sign(&s);
    n->whole = take_digits(&s);
    if (s.bytes && s.data[0] == '.') {
        s = slice_from(s, 1);
        n->fraction = take_digits(&s);
    }
    if (n->whole.bytes + n->fraction.bytes == 0) return false;
    if (s.bytes && (s.data[0] | 0x20) == 'e') {
        Slice t = slice_from(s, 1);
        bool negative = take_sign(&t);
        Slice digits = take_digits(&t);
        if (digits.bytes == 0) return false;
        for (size_t i = 0; i < digits.bytes && n->exponent < 99999; i++)
            n->exponent = n->exponent * 10 + (digits.data[i] - '0');
        if (n->exponent > 99999) n->exponent = 99999;
        if (negative) n->exponent = -n->exponent;
        s = t;
    }
    n->rest = s;
    return true;
}

static bool special_double(Slice s, double *value) {
    bool negative = take_sign(&s);
    if (slice_equal_ignore_case(s, SLICE("inf")) || slice_equal_ignore_case(s, SLICE("infinity")))
        *value = negative ? -INFINITY : INFINITY;
    else if (slice_equal_ignore_case(s, SLICE("nan"))) *value = NAN;
    else return false;
    return true;
}

static bool is_suffix(Slice s) {
    return s.bytes == 0 || (s.bytes == 1 && strchr("dDfF", s.data[0]) && s.data[0]);
}

// A checked number's text needs a NUL for strtod.
static double convert(Slice s, bool is_float) {
    char small[64];
    char *text = s.bytes < sizeof small ? small : xmalloc(s.bytes + 1);
    memcpy(text, s.data, s.bytes);
    text[s.bytes] = 0;
    double value = is_float ? (double)strtof(text, NULL) : strtod(text, NULL);
    if (text != small) free(text);
    return value;
}

// Few digits and a small power of ten are exact in a double: one operation rounds once.
static bool convert_fast(const Number *n, double *value) {
    static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (n->whole.bytes + n->fraction.bytes > 15) return false;
    int32_t exponent = n->exponent - (int32_t)n->fraction.bytes;
    if (exponent < -22 || exponent > 22) return false;
    int64_t digits = 0;
    for (size_t i = 0; i < n->whole.bytes; i++) digits = digits * 10 + (n->whole.data[i] - '0');
    for (size_t i = 0; i < n->fraction.bytes; i++)
        digits = digits * 10 + (n->fraction.data[i] - '0');
    double d = (double)digits;
    d = exponent < 0 ? d / POWERS[-exponent] : d * POWERS[exponent];
    *value = n->negative ? -d : d;
    return true;
}

bool parse_double(Slice s, double *value) {
    Number number;
    s = slice_trim(s);
    if (!take_number(s, &number)) return special_double(s, value);
    if (!is_suffix(number.rest)) return false;
    if (!convert_fast(&number, value))
        *value = convert(slice_first(s, s.bytes - number.rest.bytes), false);
    return true;
}

bool parse_float(Slice s, float *value) {
    Number number;
    double wide;
    s = slice_trim(s);
    if (take_number(s, &number)) {
        if (!is_suffix(number.rest)) return false;
        wide = convert(slice_first(s, s.bytes - number.rest.bytes), true);
    } else if (!special_double(s, &wide)) {
        return false;
    }
    *value = (float)wide;
    return true;
}

// Digit i of whole followed by fraction.
static int digit_at(const Number *n, size_t i) {
    return i < n->whole.bytes ? n->whole.data[i] - '0' : n->fraction.data[i - n->whole.bytes] - '0';
}

bool parse_decimal(Slice s, int precision, int scale, Int128 *unscaled, bool *overflow) {
    Number n;
    s = slice_trim(s);
    *overflow = false;
    if (!take_number(s, &n) || n.rest.bytes) return false;
    size_t total = n.whole.bytes + n.fraction.bytes;
    // Digits before the cut: those of value * 10^scale.
    int64_t keep = (int64_t)n.whole.bytes + n.exponent + scale;
    UInt128 limit = (UInt128)decimal_power_of_ten(precision), m = 0;
    for (int64_t i = 0; i < keep; i++) {
        int digit = i < (int64_t)total ? digit_at(&n, (size_t)i) : 0;
        if (m == 0 && i >= (int64_t)total) break; // zeros only
        m = m * 10 + (unsigned)digit;
        if (m >= limit) {
            *overflow = true;
            return false;
        }
    }
    if (keep >= 0 && keep < (int64_t)total && digit_at(&n, (size_t)keep) >= 5) m++;
    if (m >= limit) {
        *overflow = true;
        return false;
    }
    *unscaled = n.negative ? -(Int128)m : (Int128)m;
    return true;
}

static bool parse_integer(Slice s, const Type *type, Value *value) {
    static const int64_t LIMITS[] = {[TYPE_TINYINT] = INT8_MAX,
                                     [TYPE_SMALLINT] = INT16_MAX,
                                     [TYPE_INT] = INT32_MAX,
                                     [TYPE_BIGINT] = INT64_MAX};
    int64_t limit = LIMITS[type->id];
    return parse_i64(s, &value->i64) && value->i64 <= limit && value->i64 >= -limit - 1;
}

static bool parse_floating(Slice s, const Type *type, Value *value) {
    if (type->id == TYPE_DOUBLE) return parse_double(s, &value->f64);
    float narrow;
    if (!parse_float(s, &narrow)) return false;
    value->f64 = (double)narrow;
    return true;
}

bool parse_value(Slice s, const Type *type, const TimeZone *zone, Arena *arena, Value *value) {
    (void)arena;
    *value = (Value){.type = type};
    bool flag;
    int32_t days;
    switch (type->id) {
    case TYPE_BOOLEAN:
        if (!parse_bool(s, &flag)) return false;
        value->i64 = flag;
        return true;
    case TYPE_TINYINT:
    case TYPE_SMALLINT:
    case TYPE_INT:
    case TYPE_BIGINT: return parse_integer(s, type, value);
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return parse_floating(s, type, value);
    case TYPE_DECIMAL: return parse_decimal(s, type->precision, type->scale, &value->i128, &flag);
    case TYPE_STRING:
    case TYPE_CHAR:
    case TYPE_VARCHAR:
    case TYPE_BINARY: value->bytes = s; return true;
    case TYPE_DATE:
        if (!parse_date(s, &days)) return false;
        value->i64 = days;
        return true;
    case TYPE_TIME: return parse_time(s, &value->i64);
    case TYPE_TIMESTAMP: return parse_timestamp(s, zone, &value->i64, &flag);
    case TYPE_TIMESTAMP_NTZ: return parse_timestamp_ntz(s, true, &value->i64);
    case TYPE_INTERVAL_YEAR_MONTH:
    case TYPE_INTERVAL_DAY_TIME: return parse_interval(s, type, &value->i64);
    case TYPE_INTERVAL: return parse_calendar_interval(s, &value->interval);
    default: return false;
    }
}
