// SPDX-License-Identifier: Apache-2.0
// Attributes and assertions that every room uses.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first) __attribute__((format(printf, format_index, first)))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

// AUTO(Text, text) = {0}; calls text_deinit when the scope ends. A module takes part by one
// AUTO_DEFINE(Type, deinit) line in its header; deinit accepts a zeroed object.
#define AUTO(Type, name) __attribute__((cleanup(auto_##Type))) Type name
#define AUTO_DEFINE(Type, deinit) \
    static inline void auto_##Type(Type *object) { deinit(object); }
// The same for pointers: AUTO_PTR(Session, session) = session_new(...); frees accept NULL.
#define AUTO_PTR(Type, name) __attribute__((cleanup(auto_ptr_##Type))) Type *name
#define AUTO_PTR_DEFINE(Type, release) \
    static inline void auto_ptr_##Type(Type **object) { release(*object); }

// Stays on in release. States what must hold at a module's door; never about user input.
#define ASSERT(condition)                                                          \
    do {                                                                           \
        if (UNLIKELY(!(condition))) assert_failed(#condition, __FILE__, __LINE__); \
    } while (0)

_Noreturn void assert_failed(const char *condition, const char *file, int line);
// Ends the process: a small allocation failed.
_Noreturn void out_of_memory(size_t bytes);
// malloc, calloc and realloc for small sizes of our own: abort on exhaustion. Sizes that data or a
// client chose go through a memory budget instead (exec/memory.h).
void *xmalloc(size_t bytes) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t bytes) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *block, size_t bytes) __attribute__((returns_nonnull));
