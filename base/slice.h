// SPDX-License-Identifier: Apache-2.0
// A borrowed run of bytes, passed by value everywhere. Text slices are valid UTF-8 once past the
// edge where they came in (utf8.h); a slice is never NUL-terminated by promise.
#pragma once

#include "base/macros.h"

#include <string.h>

typedef struct Slice {
    const char *data; // may be NULL only when bytes is 0
    size_t bytes;
} Slice;

#define SLICE(literal) ((Slice){("" literal ""), sizeof(literal) - 1})
#define SLICE_NONE ((Slice){NULL, 0})
// For printf("%.*s", SLICE_ARGS(s)).
#define SLICE_ARGS(slice) (int)(slice).bytes, (slice).data

static inline Slice slice_of(const char *data, size_t bytes) { return (Slice){data, bytes}; }
static inline Slice slice_from_cstr(const char *text) {
    return (Slice){text, text ? strlen(text) : 0};
}
// The bytes from start (clamped) to the end.
static inline Slice slice_from(Slice s, size_t start) {
    if (start > s.bytes) start = s.bytes;
    return (Slice){s.data + start, s.bytes - start};
}
static inline Slice slice_first(Slice s, size_t bytes) {
    return (Slice){s.data, bytes < s.bytes ? bytes : s.bytes};
}
static inline bool slice_equal(Slice a, Slice b) {
    return a.bytes == b.bytes && (a.bytes == 0 || memcmp(a.data, b.data, a.bytes) == 0);
}
static inline bool slice_equal_cstr(Slice a, const char *b) {
    return slice_equal(a, slice_from_cstr(b));
}
// ASCII letters fold, other bytes compare as they are.
bool slice_equal_ignore_case(Slice a, Slice b);
// Bytewise order, a prefix before what it begins: <0, 0, >0.
int slice_compare(Slice a, Slice b);
bool slice_starts_with(Slice s, Slice prefix);
bool slice_ends_with(Slice s, Slice suffix);
// Offset of the first occurrence at or after `start`, or SIZE_MAX.
size_t slice_find(Slice s, Slice needle, size_t start);
size_t slice_find_char(Slice s, char c, size_t start);
// Without ASCII white space (bytes <= 0x20) at both ends.
Slice slice_trim(Slice s);
// Takes the part before the next separator off *rest; false when *rest is used up
// (rest->data == NULL). "a,,b" gives "a", "", "b"; "" gives one "".
bool slice_split(Slice *rest, char separator, Slice *part);
// Strict decimal integers: the whole slice, optional sign, no white space, no overflow.
bool slice_to_i64(Slice s, int64_t *value) MUST_CHECK;
bool slice_to_u64(Slice s, uint64_t *value) MUST_CHECK;
