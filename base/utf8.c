// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

// Length of the well-formed sequence at data, or 0 (table 3-7 of the Unicode standard).
static size_t sequence_bytes(const unsigned char *data, size_t room) {
    unsigned char lead = data[0];
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (room < bytes) return 0;
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (data[1] < low || data[1] > high) return 0;
    for (size_t i = 2; i < bytes; i++)
        if ((data[i] & 0xC0) != 0x80) return 0;
    return bytes;
}

bool utf8_valid(Slice s) {
    const unsigned char *data = (const unsigned char *)s.data;
    size_t i = 0;
    while (i < s.bytes) {
        while (i + 8 <= s.bytes) {
            uint64_t word;
            memcpy(&word, data + i, 8);
            if (word & 0x8080808080808080u) break;
            i += 8;
        }
        if (i >= s.bytes) break;
        size_t bytes = sequence_bytes(data + i, s.bytes - i);
        if (!bytes) return false;
        i += bytes;
    }
    return true;
}

uint32_t utf8_next(Slice s, size_t *offset) {
    const unsigned char *data = (const unsigned char *)s.data + *offset;
    size_t bytes = sequence_bytes(data, s.bytes - *offset);
    if (bytes == 0) {
        *offset += 1;
        return 0xFFFD;
    }
    *offset += bytes;
    if (bytes == 1) return data[0];
    uint32_t c = data[0] & (0xFFu >> (bytes + 1));
    for (size_t i = 1; i < bytes; i++) c = c << 6 | (data[i] & 0x3F);
    return c;
}

size_t utf8_count(Slice s) {
    size_t count = 0;
    for (size_t i = 0; i < s.bytes; i++) count += !utf8_is_continuation(s.data[i]);
    return count;
}

size_t utf8_offset(Slice s, size_t index) {
    size_t offset = 0;
    while (offset < s.bytes && index) {
        offset++;
        while (offset < s.bytes && utf8_is_continuation(s.data[offset])) offset++;
        index--;
    }
    return offset;
}

// First and last code points of the ranges that take two columns (East Asian Width W and F).
static const uint32_t wide[][2] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26A1, 0x26A1},
    {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26D4, 0x26D4},   {0x2705, 0x2705},
    {0x270A, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274C},   {0x2753, 0x2755},
    {0x2795, 0x2797},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2E80, 0x303E},
    {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
    {0xA960, 0xA97C},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},
    {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x17000, 0x18CFF},
    {0x1B000, 0x1B2FB}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7EB},
    {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

static size_t code_point_width(uint32_t c) {
    if (c < 0x300) return 1;
    if (c <= 0x36F || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x200B && c <= 0x200C))
        return 0;
    size_t low = 0, high = COUNT_OF(wide);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > wide[middle][1]) low = middle + 1;
        else high = middle;
    }
    return low < COUNT_OF(wide) && c >= wide[low][0] ? 2 : 1;
}

size_t utf8_width(Slice s) {
    size_t width = 0;
    for (size_t offset = 0; offset < s.bytes;) width += code_point_width(utf8_next(s, &offset));
    return width;
}
