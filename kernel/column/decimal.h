// SPDX-License-Identifier: Apache-2.0
// Decimal arithmetic on unscaled 128-bit integers, with 256-bit intermediates where decimal(38)
// needs them. Rounding is HALF_UP unless said otherwise. false: the result has more than
// `precision` digits.
#pragma once

#include "kernel/column/type.h"

Int128 decimal_power_of_ten(int exponent); // 0..38
int decimal_digits(Int128 unscaled);       // 1..39
bool decimal_fits(Int128 unscaled, int precision);
// To another scale; rounds HALF_UP when the scale shrinks.
bool decimal_rescale(Int128 in, int from_scale, int to_scale, int to_precision,
                     Int128 *out) MUST_CHECK;
bool decimal_add(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result,
                 Int128 *out) MUST_CHECK;
bool decimal_subtract(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result,
                      Int128 *out) MUST_CHECK;
bool decimal_multiply(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result,
                      Int128 *out) MUST_CHECK;
bool decimal_divide(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result,
                    Int128 *out) MUST_CHECK; // b != 0
bool decimal_remainder(Int128 a, int scale_a, Int128 b, int scale_b, const Type *result,
                       Int128 *out) MUST_CHECK; // b != 0; sign of the dividend
int decimal_compare(Int128 a, int scale_a, Int128 b, int scale_b);
double decimal_to_double(Int128 unscaled, int scale);
bool decimal_from_double(double value, const Type *result, Int128 *out) MUST_CHECK;
