// SPDX-License-Identifier: Apache-2.0
// A list of row codes (rows/row_code.h) in an arena, each once if wished. Zero is the empty list;
// moved by memcpy, so that it can be part of an aggregate's state.
#pragma once

#include "base/arena.h"

typedef struct CodeList {
    Slice *codes;
    uint32_t *places; // hash table of numbers + 1; NULL until a code was to be there once
    uint32_t count;
    uint32_t room;
    uint32_t place_room; // a power of two, or 0
    uint32_t padding;
} CodeList;

// The code's number in the list, which is new when it equals the old count.
uint32_t code_list_add(CodeList *list, Slice code, Arena *arena);
// The same when the list may hold it already: its number then. A list uses one or the other.
uint32_t code_list_add_once(CodeList *list, Slice code, Arena *arena);
