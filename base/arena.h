// SPDX-License-Identifier: Apache-2.0
// Memory that is freed at once: per query, per batch, per message.
//
// Blocks grow geometrically; an allocation never moves. Confined to one thread. Allocation aborts
// on exhaustion, so sizes chosen by data or a client are checked against a limit or budget first.
#pragma once

#include "base/slice.h"

#include <stdarg.h>

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *block; // newest block, the others behind it
    char *next;        // free bytes of the newest block: [next, end)
    char *end;
    size_t total_bytes; // of all blocks
} Arena;

void arena_init(Arena *arena);
void arena_deinit(Arena *arena);
// Forgets all allocations and keeps the largest block.
void arena_reset(Arena *arena);
// Zeroed memory, aligned to 16.
void *arena_alloc(Arena *arena, size_t bytes) __attribute__((malloc, returns_nonnull));
// The same, not zeroed, with an alignment (a power of two up to 64).
void *arena_alloc_raw(Arena *arena, size_t bytes, size_t align)
    __attribute__((malloc, returns_nonnull));
// Copies end in a NUL byte that the slice does not count.
Slice arena_copy(Arena *arena, Slice s);
char *arena_cstr(Arena *arena, Slice s);
Slice arena_printf(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
Slice arena_vprintf(Arena *arena, const char *format, va_list args);
// Concatenation of two slices.
Slice arena_join(Arena *arena, Slice a, Slice b);

#define ARENA_NEW(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_alloc((arena), sizeof(Type) * (count)))

// Grows an arena array that has room for powers of two: call before writing element `count`.
// items = arena_grow(arena, items, count, sizeof *items);
void *arena_grow(Arena *arena, void *items, size_t count, size_t item_bytes);
#define ARENA_PUSH(arena, items, count, value)                            \
    do {                                                                  \
        (items) = arena_grow((arena), (items), (count), sizeof *(items)); \
        (items)[(count)++] = (value);                                     \
    } while (0)

AUTO_DEFINE(Arena, arena_deinit)
