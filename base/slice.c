// SPDX-License-Identifier: Apache-2.0
#include "base/slice.h"

static inline unsigned char fold(char c) {
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

bool slice_equal_ignore_case(Slice a, Slice b) {
    if (a.bytes != b.bytes) return false;
    for (size_t i = 0; i < a.bytes; i++)
        if (fold(a.data[i]) != fold(b.data[i])) return false;
    return true;
}

int slice_compare(Slice a, Slice b) {
    size_t common = MIN(a.bytes, b.bytes);
    int order = common ? memcmp(a.data, b.data, common) : 0;
    if (order) return order;
    return (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

bool slice_starts_with(Slice s, Slice prefix) {
    return s.bytes >= prefix.bytes && slice_equal(slice_first(s, prefix.bytes), prefix);
}

bool slice_ends_with(Slice s, Slice suffix) {
    return s.bytes >= suffix.bytes && slice_equal(slice_from(s, s.bytes - suffix.bytes), suffix);
}

size_t slice_find(Slice s, Slice needle, size_t start) {
    if (start > s.bytes) return SIZE_MAX;
    if (needle.bytes == 0) return start;
    const char *at = memmem(s.data + start, s.bytes - start, needle.data, needle.bytes);
    return at ? (size_t)(at - s.data) : SIZE_MAX;
}

size_t slice_find_char(Slice s, char c, size_t start) {
    if (start >= s.bytes) return SIZE_MAX;
    const char *at = memchr(s.data + start, c, s.bytes - start);
    return at ? (size_t)(at - s.data) : SIZE_MAX;
}

Slice slice_trim(Slice s) {
    while (s.bytes && (unsigned char)s.data[0] <= 0x20) s = slice_from(s, 1);
    while (s.bytes && (unsigned char)s.data[s.bytes - 1] <= 0x20) s.bytes--;
    return s;
}

bool slice_split(Slice *rest, char separator, Slice *part) {
    if (!rest->data) return false;
    size_t at = slice_find_char(*rest, separator, 0);
    if (at == SIZE_MAX) {
        *part = *rest;
        *rest = SLICE_NONE;
        return true;
    }
    *part = slice_first(*rest, at);
    *rest = slice_from(*rest, at + 1);
    return true;
}

bool slice_to_u64(Slice s, uint64_t *value) {
    if (s.bytes == 0) return false;
    uint64_t sum = 0;
    for (size_t i = 0; i < s.bytes; i++) {
        unsigned digit = (unsigned char)s.data[i] - (unsigned)'0';
        if (digit > 9) return false;
        if (__builtin_mul_overflow(sum, (uint64_t)10, &sum)) return false;
        if (__builtin_add_overflow(sum, (uint64_t)digit, &sum)) return false;
    }
    *value = sum;
    return true;
}

bool slice_to_i64(Slice s, int64_t *value) {
    bool negative = s.bytes && s.data[0] == '-';
    if (s.bytes && (s.data[0] == '-' || s.data[0] == '+')) s = slice_from(s, 1);
    uint64_t magnitude;
    if (!slice_to_u64(s, &magnitude)) return false;
    uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (magnitude > limit) return false;
    *value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}
