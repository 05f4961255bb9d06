// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

void text_deinit(Text *text) {
    free(text->data);
    *text = (Text){0};
}

void text_reset(Text *text) {
    text->bytes = 0;
    if (text->data) text->data[0] = '\0';
}

char *text_reserve(Text *text, size_t bytes) {
    ASSERT(bytes < SIZE_MAX / 4);
    if (text->bytes + bytes + 1 > text->capacity) {
        size_t capacity = text->capacity ? text->capacity * 2 : 64;
        if (capacity < text->bytes + bytes + 1) capacity = text->bytes + bytes + 1;
        text->data = xrealloc(text->data, capacity);
        text->capacity = capacity;
    }
    return text->data + text->bytes;
}

void text_added(Text *text, size_t bytes) {
    text->bytes += bytes;
    ASSERT(text->bytes < text->capacity);
    text->data[text->bytes] = '\0';
}

void text_append(Text *text, Slice s) {
    char *at = text_reserve(text, s.bytes);
    if (s.bytes) memcpy(at, s.data, s.bytes);
    text_added(text, s.bytes);
}

void text_append_cstr(Text *text, const char *s) { text_append(text, slice_from_cstr(s)); }

void text_append_char(Text *text, char c) {
    *text_reserve(text, 1) = c;
    text_added(text, 1);
}

void text_append_repeat(Text *text, char c, size_t count) {
    memset(text_reserve(text, count), c, count);
    text_added(text, count);
}

void text_append_u64(Text *text, uint64_t value) {
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    text_append(text, (Slice){digits + at, sizeof digits - at});
}

void text_append_i64(Text *text, int64_t value) {
    if (value < 0) text_append_char(text, '-');
    text_append_u64(text, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void text_append_code_point(Text *text, uint32_t c) {
    char *at = text_reserve(text, 4);
    size_t bytes;
    if (c < 0x80) {
        at[0] = (char)c;
        bytes = 1;
    } else if (c < 0x800) {
        at[0] = (char)(0xC0 | (c >> 6));
        at[1] = (char)(0x80 | (c & 0x3F));
        bytes = 2;
    } else if (c < 0x10000) {
        at[0] = (char)(0xE0 | (c >> 12));
        at[1] = (char)(0x80 | ((c >> 6) & 0x3F));
        at[2] = (char)(0x80 | (c & 0x3F));
        bytes = 3;
    } else {
        at[0] = (char)(0xF0 | (c >> 18));
        at[1] = (char)(0x80 | ((c >> 12) & 0x3F));
        at[2] = (char)(0x80 | ((c >> 6) & 0x3F));
        at[3] = (char)(0x80 | (c & 0x3F));
        bytes = 4;
    }
    text_added(text, bytes);
}

void text_vprintf(Text *text, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int bytes = vsnprintf(NULL, 0, format, args);
    ASSERT(bytes >= 0);
    vsnprintf(text_reserve(text, (size_t)bytes), (size_t)bytes + 1, format, again);
    va_end(again);
    text_added(text, (size_t)bytes);
}

void text_printf(Text *text, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_vprintf(text, format, args);
    va_end(args);
}

const char *text_cstr(Text *text) { return text->data ? text->data : ""; }

char *text_take(Text *text) {
    text_reserve(text, 0);
    text->data[text->bytes] = '\0';
    char *data = text->data;
    *text = (Text){0};
    return data;
}
