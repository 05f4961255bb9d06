// SPDX-License-Identifier: Apache-2.0
// Numbers as text. Doubles print the shortest digits that read back, as Java does since 19.
//
// Most doubles are short decimals m / 10^k: a division of two exact numbers rounds once, so the
// first k for which it gives the double back is the shortest form. The rest try 2 to 17 digits.
#include "kernel/column/decimal.h"
#include "kernel/column/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// Decimal digits d1 d2 ... of the value 0.d1d2... * 10^exponent.
typedef struct Digits {
    char digit[24];
    int count;
    int exponent;
} Digits;

static void digits_of_integer(uint64_t m, int scale, Digits *out) {
    char reversed[24];
    int count = 0;
    while (m) {
        reversed[count++] = (char)('0' + m % 10);
        m /= 10;
    }
    out->exponent = count - scale;
    out->count = count;
    for (int i = 0; i < count; i++) out->digit[i] = reversed[count - 1 - i];
    while (out->count > 1 && out->digit[out->count - 1] == '0') out->count--;
}

static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// value > 0. `limit`: integers below it have few enough digits to be unique.
static bool digits_fast(double value, bool is_float, double limit, Digits *out) {
    for (int k = 0; k <= 12; k++) {
        double scaled = value * POWERS[k];
        if (scaled >= limit) return false;
        double whole = nearbyint(scaled);
        double back = whole / POWERS[k];
        bool same = is_float ? (double)(float)back == value : back == value;
        if (whole > 0 && same) {
            digits_of_integer((uint64_t)whole, k, out);
            return true;
        }
    }
    return false;
}

static void digits_slow(double value, bool is_float, Digits *out) {
    char text[40];
    int most = is_float ? 9 : 17;
    for (int precision = 2; precision <= most; precision++) {
        (void)snprintf(text, sizeof text, "%.*e", precision - 1, value);
        bool same = is_float ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value;
        if (same) break;
    }
    out->count = 0;
    const char *p = text;
    for (; *p && *p != 'e'; p++)
        if (*p != '.') out->digit[out->count++] = *p;
    out->exponent = (int)strtol(p + 1, NULL, 10) + 1;
    while (out->count > 1 && out->digit[out->count - 1] == '0') out->count--;
}

static void append_digits(Text *out, const Digits *digits, bool negative) {
    if (negative) text_append_char(out, '-');
    int exponent = digits->exponent;
    if (exponent > -3 && exponent <= 7) { // 1e-3 <= value < 1e7
        if (exponent <= 0) {
            text_append_cstr(out, "0.");
            text_append_repeat(out, '0', (size_t)-exponent);
            text_append(out, slice_of(digits->digit, (size_t)digits->count));
            return;
        }
        int whole = MIN(exponent, digits->count);
        text_append(out, slice_of(digits->digit, (size_t)whole));
        text_append_repeat(out, '0', (size_t)(exponent - whole));
        text_append_char(out, '.');
        if (digits->count > whole)
            text_append(out, slice_of(digits->digit + whole, (size_t)(digits->count - whole)));
        else text_append_char(out, '0');
        return;
    }
    text_append_char(out, digits->digit[0]);
    text_append_char(out, '.');
    if (digits->count > 1)
        text_append(out, slice_of(digits->digit + 1, (size_t)(digits->count - 1)));
    else text_append_char(out, '0');
    text_append_char(out, 'E');
    text_append_i64(out, exponent - 1);
}

static void append_floating(Text *out, double value, bool is_float) {
    if (isnan(value)) {
        text_append_cstr(out, "NaN");
        return;
    }
    if (isinf(value)) {
        text_append_cstr(out, value < 0 ? "-Infinity" : "Infinity");
        return;
    }
    bool negative = signbit(value);
    value = fabs(value);
    if (value == 0) {
        text_append_cstr(out, negative ? "-0.0" : "0.0");
        return;
    }
    Digits digits;
    if (value < 1e-5 || !digits_fast(value, is_float, is_float ? 1e6 : 1e15, &digits))
        digits_slow(value, is_float, &digits);
    append_digits(out, &digits, negative);
}

void text_append_double(Text *out, double value) { append_floating(out, value, false); }

void text_append_float(Text *out, float value) { append_floating(out, (double)value, true); }

void text_append_decimal(Text *out, Int128 unscaled, int scale) {
    char reversed[64];
    int count = 0;
    UInt128 m = unscaled < 0 ? -(UInt128)unscaled : (UInt128)unscaled;
    while (m > UINT64_MAX) {
        reversed[count++] = (char)('0' + (int)(m % 10));
        m /= 10;
    }
    for (uint64_t rest = (uint64_t)m; rest; rest /= 10) reversed[count++] = (char)('0' + rest % 10);
    while (count <= scale) reversed[count++] = '0';
    char *to = text_reserve(out, (size_t)count + 2);
    size_t bytes = 0;
    if (unscaled < 0) to[bytes++] = '-';
    while (count) {
        if (count == scale) to[bytes++] = '.';
        to[bytes++] = reversed[--count];
    }
    text_added(out, bytes);
}
