// SPDX-License-Identifier: Apache-2.0
// UTF-8 at the edges: validation, code points, UTF-16 lengths (Unicode 15, RFC 3629).
#pragma once

#include "base/slice.h"

// Whole slice is well-formed UTF-8 (no surrogates, no overlong forms). Fast for ASCII.
bool utf8_valid(Slice s);
// Decodes the code point at *offset of valid UTF-8 and moves *offset behind it. At malformed
// bytes returns 0xFFFD and moves one byte on.
uint32_t utf8_next(Slice s, size_t *offset);
// Number of code points of valid UTF-8.
size_t utf8_count(Slice s);
// Byte offset of code point `index`, or s.bytes when there are fewer.
size_t utf8_offset(Slice s, size_t index);
static inline bool utf8_is_continuation(char c) { return ((unsigned char)c & 0xC0) == 0x80; }
// Columns in a terminal: East Asian wide and emoji count 2, combining marks 0.
size_t utf8_width(Slice s);
