// SPDX-License-Identifier: Apache-2.0
// Arithmetic goes by magnitude and sign. A product of two 38-digit numbers, or a dividend scaled up
// for division, needs up to 256 bits: Wide holds four 64-bit limbs, least first.
#include "kernel/column/decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Wide {
    uint64_t limb[4];
} Wide;

Int128 decimal_power_of_ten(int exponent) {
    static const uint64_t SMALL[] = {1,
                                     10,
                                     100,
                                     1000,
                                     10000,
                                     100000,
                                     1000000,
                                     10000000,
                                     100000000,
                                     1000000000,
                                     10000000000,
                                     100000000000,
                                     1000000000000,
                                     10000000000000,
                                     100000000000000,
                                     1000000000000000,
                                     10000000000000000,
                                     100000000000000000,
                                     1000000000000000000,
                                     10000000000000000000u};
    ASSERT(exponent >= 0 && exponent <= DECIMAL_MAX_PRECISION);
    if (exponent < 20) return (Int128)SMALL[exponent];
    return (Int128)SMALL[19] * (Int128)SMALL[exponent - 19];
}

static UInt128 magnitude(Int128 value) { return value < 0 ? -(UInt128)value : (UInt128)value; }

int decimal_digits(Int128 unscaled) {
    UInt128 m = magnitude(unscaled);
    int digits = 1;
    while (digits <= DECIMAL_MAX_PRECISION && m >= (UInt128)decimal_power_of_ten(digits)) digits++;
    return digits;
}

bool decimal_fits(Int128 unscaled, int precision) {
    return magnitude(unscaled) < (UInt128)decimal_power_of_ten(precision);
}

static Wide wide_of(UInt128 value) {
    return (Wide){{(uint64_t)value, (uint64_t)(value >> 64), 0, 0}};
}

static Wide wide_multiply(UInt128 a, UInt128 b) {
    uint64_t x[2] = {(uint64_t)a, (uint64_t)(a >> 64)}, y[2] = {(uint64_t)b, (uint64_t)(b >> 64)};
    Wide out = {{0}};
    for (int i = 0; i < 2; i++) {
        UInt128 carry = 0;
        for (int j = 0; j < 2; j++) {
            carry += (UInt128)x[i] * y[j] + out.limb[i + j];
            out.limb[i + j] = (uint64_t)carry;
            carry >>= 64;
        }
        out.limb[i + 2] = (uint64_t)carry;
    }
    return out;
}

// false: the product has more than 256 bits.
static bool wide_scale(Wide *value, uint64_t factor) {
    UInt128 carry = 0;
    for (int i = 0; i < 4; i++) {
        carry += (UInt128)value->limb[i] * factor;
        value->limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
    return carry == 0;
}

static bool wide_scale_ten(Wide *value, int exponent) {
    for (; exponent > 19; exponent -= 19)
        if (!wide_scale(value, (uint64_t)decimal_power_of_ten(19))) return false;
    return wide_scale(value, (uint64_t)decimal_power_of_ten(exponent));
}

static int wide_compare(const Wide *a, const Wide *b) {
    for (int i = 3; i >= 0; i--)
        if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

static bool wide_is_narrow(const Wide *value) { return value->limb[2] == 0 && value->limb[3] == 0; }

static UInt128 wide_narrow(const Wide *value) {
    return (UInt128)value->limb[1] << 64 | value->limb[0];
}

static void wide_shift_in(Wide *value, uint64_t bit) {
    for (int i = 0; i < 4; i++) {
        uint64_t out = value->limb[i] >> 63;
        value->limb[i] = value->limb[i] << 1 | bit;
        bit = out;
    }
}

static void wide_subtract(Wide *a, const Wide *b) {
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        UInt128 difference = (UInt128)a->limb[i] - b->limb[i] - borrow;
        a->limb[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
}

static bool wide_is_zero(const Wide *v) {
    return (v->limb[0] | v->limb[1] | v->limb[2] | v->limb[3]) == 0;
}

// a / b by schoolbook bits; only when the operands do not fit 128 bits.
static Wide wide_divide(const Wide *a, const Wide *b, Wide *remainder) {
    if (wide_is_narrow(a) && wide_is_narrow(b)) {
        UInt128 x = wide_narrow(a), y = wide_narrow(b);
        *remainder = wide_of(x % y);
        return wide_of(x / y);
    }
    Wide quotient = {{0}}, rest = {{0}};
    for (int bit = 255; bit >= 0; bit--) {
        wide_shift_in(&rest, a->limb[bit >> 6] >> (bit & 63) & 1);
        bool fits = wide_compare(&rest, b) >= 0;
        if (fits) wide_subtract(&rest, b);
        wide_shift_in(&quotient, fits);
    }
    *remainder = rest;
    return quotient;
}

// quotient rounded HALF_UP: up when twice the remainder reaches the divisor.
static Wide wide_divide_round(const Wide *a, const Wide *b) {
    Wide rest, quotient = wide_divide(a, b, &rest);
    bool top = rest.limb[3] >> 63;
    wide_shift_in(&rest, 0);
    if (top || wide_compare(&rest, b) >= 0)
        for (int i = 0; i < 4; i++)
            if (++quotient.limb[i]) break;
    return quotient;
}

static bool finish(const Wide *value, bool negative, int precision, Int128 *out) {
    *out = 0;
    if (!wide_is_narrow(value)) return false;
    UInt128 m = wide_narrow(value);
    if (m >= (UInt128)decimal_power_of_ten(precision)) return false;
    *out = negative ? -(Int128)m : (Int128)m;
    return true;
}

// value * 10^(to - from), rounded.
static bool wide_rescale(Wide *value, int from, int to) {
    if (to >= from) return wide_scale_ten(value, to - from);
    while (from - to > DECIMAL_MAX_PRECISION) { // digits that far right never round up to one
        if (wide_is_zero(value)) return true;
        Wide ten = wide_of(10), rest;
        *value = wide_divide(value, &ten, &rest);
        from--;
    }
    Wide divisor = wide_of((UInt128)decimal_power_of_ten(from - to));
    *value = wide_divide_round(value, &divisor);
    return true;
}

bool decimal_rescale(Int128 in, int from_scale, int to_scale, int to_precision, Int128 *out) {
    if (from_scale == to_scale) {
        *out = in;
        return decimal_fits(in, to_precision);
    }
    UInt128 m = magnitude(in);
    int up = to_scale - from_scale;
    if (up > 0 && up <= 18 && m < (UInt128)decimal_power_of_ten(19)) {
        UInt128 scaled = m * (UInt128)decimal_power_of_ten(up);
        if (scaled >= (UInt128)decimal_power_of_ten(to_precision)) return false;
        *out = in < 0 ? -(Int128)scaled : (Int128)scaled;
        return true;
    }
    Wide wide = wide_of(m);
    return wide_rescale(&wide, from_scale, to_scale) && finish(&wide, in < 0, to_precision, out);
}

// Sum in the larger of both scales (at most 77 digits), then rounded to the result's.
bool decimal_add(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result, Int128 *out) {
    int scale = MAX(scale_a, scale_b);
    Wide x = wide_of(magnitude(a)), y = wide_of(magnitude(b));
    if (!wide_scale_ten(&x, scale - scale_a) || !wide_scale_ten(&y, scale - scale_b)) return false;
    bool negative = a < 0;
    if ((a < 0) == (b < 0)) {
        UInt128 carry = 0;
        for (int i = 0; i < 4; i++) {
            carry += (UInt128)x.limb[i] + y.limb[i];
            x.limb[i] = (uint64_t)carry;
            carry >>= 64;
        }
    } else if (wide_compare(&x, &y) >= 0) {
        wide_subtract(&x, &y);
    } else {
        wide_subtract(&y, &x);
        x = y;
        negative = b < 0;
    }
    return wide_rescale(&x, scale, result->scale) && finish(&x, negative, result->precision, out);
}

bool decimal_subtract(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result,
                      Int128 *out) {
    return decimal_add(a, scale_a, -b, scale_b, result, out);
}

bool decimal_multiply(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result,
                      Int128 *out) {
    Wide product = wide_multiply(magnitude(a), magnitude(b));
    return wide_rescale(&product, scale_a + scale_b, result->scale) &&
           finish(&product, (a < 0) != (b < 0), result->precision, out);
}

bool decimal_divide(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result, Int128 *out) {
    // a / b with `scale` digits: a * 10^(scale + scale_b - scale_a) / b
    Wide x = wide_of(magnitude(a)), y = wide_of(magnitude(b));
    int shift = result->scale + scale_b - scale_a;
    if (shift >= 0 ? !wide_scale_ten(&x, shift) : !wide_scale_ten(&y, -shift)) return false;
    Wide quotient = wide_divide_round(&x, &y);
    return finish(&quotient, (a < 0) != (b < 0), result->precision, out);
}

bool decimal_remainder(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result,
                       Int128 *out) {
    int scale = MAX(scale_a, scale_b);
    Wide x = wide_of(magnitude(a)), y = wide_of(magnitude(b)), rest;
    if (!wide_scale_ten(&x, scale - scale_a) || !wide_scale_ten(&y, scale - scale_b)) return false;
    (void)wide_divide(&x, &y, &rest);
    return wide_rescale(&rest, scale, result->scale) &&
           finish(&rest, a < 0, result->precision, out);
}

int decimal_compare(Int128 a, int scale_a, Int128 b, int scale_b) {
    if (scale_a == scale_b) return a < b ? -1 : a > b;
    if ((a < 0) != (b < 0)) return a < 0 ? -1 : 1;
    int scale = MAX(scale_a, scale_b);
    Wide x = wide_of(magnitude(a)), y = wide_of(magnitude(b));
    // 38 digits times 10^38 stay below 2^256.
    (void)wide_scale_ten(&x, scale - scale_a);
    (void)wide_scale_ten(&y, scale - scale_b);
    int order = wide_compare(&x, &y);
    return a < 0 ? -order : order;
}

double decimal_to_double(Int128 unscaled, int scale) {
    // Both operands exact: one division rounds once. Otherwise by text, as exactly.
    if (scale <= 22 && magnitude(unscaled) <= (UInt128)1 << 53)
        return (double)unscaled / (double)decimal_power_of_ten(scale);
    char digits[64];
    int length = 0;
    UInt128 m = magnitude(unscaled);
    char reversed[48];
    do {
        reversed[length++] = (char)('0' + (int)(m % 10));
        m /= 10;
    } while (m);
    int at = 0;
    if (unscaled < 0) digits[at++] = '-';
    while (length) digits[at++] = reversed[--length];
    (void)snprintf(digits + at, sizeof digits - (size_t)at, "e-%d", scale);
    return strtod(digits, NULL);
}

bool decimal_from_double(double value, const Type *result, Int128 *out) {
    *out = 0;
    if (!isfinite(value) || fabs(value) >= 1e39) return false;
    // Spark goes by the shortest decimal text of the double.
    char text[40];
    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(text, sizeof text, "%.*e", precision - 1, value);
        if (strtod(text, NULL) == value) break;
    }
    Int128 digits = 0;
    int scale = 0;
    bool fraction = false;
    const char *p = text;
    bool negative = *p == '-';
    if (negative) p++;
    for (; *p && *p != 'e'; p++) {
        if (*p == '.') {
            fraction = true;
            continue;
        }
        digits = digits * 10 + (*p - '0');
        scale += fraction;
    }
    scale -= (int)strtol(p + 1, NULL, 10);
    Wide wide = wide_of((UInt128)digits);
    return wide_rescale(&wide, scale, result->scale) &&
           finish(&wide, negative, result->precision, out);
}
