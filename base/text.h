// SPDX-License-Identifier: Apache-2.0
// Text that grows: a heap buffer for building output. Zero is the empty text.
#pragma once

#include "base/slice.h"

#include <stdarg.h>

typedef struct Text {
    char *data;   // NULL while empty; NUL-terminated otherwise
    size_t bytes; // without the NUL
    size_t capacity;
} Text;

void text_deinit(Text *text);
void text_reset(Text *text); // keeps the buffer
// Room for `bytes` more; returns where they start. The caller writes, then adds to text->bytes
// (text_added keeps the NUL).
char *text_reserve(Text *text, size_t bytes);
void text_added(Text *text, size_t bytes);
void text_append(Text *text, Slice s);
void text_append_cstr(Text *text, const char *s);
void text_append_char(Text *text, char c);
void text_append_repeat(Text *text, char c, size_t count);
void text_append_i64(Text *text, int64_t value);
void text_append_u64(Text *text, uint64_t value);
// One Unicode scalar value as UTF-8.
void text_append_code_point(Text *text, uint32_t code_point);
void text_printf(Text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_vprintf(Text *text, const char *format, va_list args);
// Borrowed until the next append.
static inline Slice text_slice(const Text *text) { return (Slice){text->data, text->bytes}; }
// Never NULL; borrowed until the next append.
const char *text_cstr(Text *text);
// Ownership of the heap block moves to the caller (free); the text is empty again. Never NULL.
char *text_take(Text *text);

AUTO_DEFINE(Text, text_deinit)
