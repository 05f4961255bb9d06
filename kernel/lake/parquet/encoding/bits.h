// SPDX-License-Identifier: Apache-2.0
// Unpacking of little-endian bit-packed integers.
//
// The input is read in blocks: BITS_PADDING bytes behind its end must be readable (any content).
#pragma once

#include "base/slice.h"

enum { BITS_PADDING = 32 };

// out[i] = the `width` bits (0..32) from bit (first + i) * width of `in`.
void bits_unpack_u32(const uint8_t *in, size_t first, uint32_t width, size_t count, uint32_t *out);
// The same for widths up to 64.
void bits_unpack_u64(const uint8_t *in, size_t first, uint32_t width, size_t count, uint64_t *out);
void bits_unpack_u8(const uint8_t *in, size_t first, uint32_t width, size_t count, uint8_t *out);
// Copies `count` bits from bit `from` of `in` to bit `to` of `out`; other bits of `out` stay.
void bits_copy(const uint8_t *in, size_t from, uint64_t *out, size_t to, size_t count);
// Sets or clears bits [from, from + count).
void bits_fill(uint64_t *out, size_t from, size_t count, bool value);
// How many of bits [from, from + count) are 1.
size_t bits_count(const uint64_t *bits, size_t from, size_t count);
