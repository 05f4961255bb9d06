// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK_BYTES = 4096, LARGEST_BLOCK_BYTES = 1 << 20 };

struct ArenaBlock {
    ArenaBlock *before;
    size_t bytes; // of the payload
    _Alignas(64) char payload[];
};

void arena_init(Arena *arena) { *arena = (Arena){0}; }

void arena_deinit(Arena *arena) {
    for (ArenaBlock *block = arena->block, *before; block; block = before) {
        before = block->before;
        free(block);
    }
    *arena = (Arena){0};
}

void arena_reset(Arena *arena) {
    ArenaBlock *kept = arena->block;
    for (ArenaBlock *block = arena->block; block; block = block->before)
        if (block->bytes > kept->bytes) kept = block;
    for (ArenaBlock *block = arena->block, *before; block; block = before) {
        before = block->before;
        if (block != kept) free(block);
    }
    *arena = (Arena){0};
    if (!kept) return;
    kept->before = NULL;
    *arena = (Arena){kept, kept->payload, kept->payload + kept->bytes, kept->bytes};
}

static void add_block(Arena *arena, size_t need) {
    size_t bytes = arena->block ? arena->block->bytes * 2 : FIRST_BLOCK_BYTES;
    if (bytes > LARGEST_BLOCK_BYTES) bytes = LARGEST_BLOCK_BYTES;
    if (bytes < need) bytes = need;
    ArenaBlock *block = aligned_alloc(64, (sizeof(ArenaBlock) + bytes + 63) & ~(size_t)63);
    if (UNLIKELY(!block)) out_of_memory(bytes);
    *block = (ArenaBlock){.before = arena->block, .bytes = bytes};
    arena->block = block;
    arena->next = block->payload;
    arena->end = block->payload + bytes;
    arena->total_bytes += bytes;
}

void *arena_alloc_raw(Arena *arena, size_t bytes, size_t align) {
    ASSERT(align && align <= 64 && (align & (align - 1)) == 0);
    ASSERT(bytes < SIZE_MAX / 4);
    size_t padding = (size_t)(-(uintptr_t)arena->next & (align - 1));
    if (!arena->block || bytes + padding > (size_t)(arena->end - arena->next)) {
        add_block(arena, bytes);
        padding = 0;
    }
    char *start = arena->next + padding;
    arena->next = start + bytes;
    return start;
}

void *arena_alloc(Arena *arena, size_t bytes) {
    return memset(arena_alloc_raw(arena, bytes, 16), 0, bytes);
}

char *arena_cstr(Arena *arena, Slice s) {
    char *copy = arena_alloc_raw(arena, s.bytes + 1, 1);
    if (s.bytes) memcpy(copy, s.data, s.bytes);
    copy[s.bytes] = '\0';
    return copy;
}

Slice arena_copy(Arena *arena, Slice s) { return (Slice){arena_cstr(arena, s), s.bytes}; }

Slice arena_vprintf(Arena *arena, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int bytes = vsnprintf(NULL, 0, format, args);
    ASSERT(bytes >= 0);
    char *text = arena_alloc_raw(arena, (size_t)bytes + 1, 1);
    vsnprintf(text, (size_t)bytes + 1, format, again);
    va_end(again);
    return (Slice){text, (size_t)bytes};
}

Slice arena_printf(Arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Slice text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

Slice arena_join(Arena *arena, Slice a, Slice b) {
    char *text = arena_alloc_raw(arena, a.bytes + b.bytes + 1, 1);
    if (a.bytes) memcpy(text, a.data, a.bytes);
    if (b.bytes) memcpy(text + a.bytes, b.data, b.bytes);
    text[a.bytes + b.bytes] = '\0';
    return (Slice){text, a.bytes + b.bytes};
}

void *arena_grow(Arena *arena, void *items, size_t count, size_t item_bytes) {
    if (count && (count & (count - 1))) return items;
    if (items && count && count < 4) return items;
    size_t room = count < 4 ? 4 : count * 2;
    void *moved = arena_alloc(arena, room * item_bytes);
    if (count) memcpy(moved, items, count * item_bytes);
    return moved;
}
