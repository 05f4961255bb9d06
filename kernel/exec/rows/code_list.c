// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/rows/code_list.h"

#include "kernel/exec/rows/keys.h"

static void grow_places(CodeList *list, Arena *arena) {
    uint32_t room = list->place_room ? list->place_room * 2 : 8;
    uint32_t *places = arena_alloc(arena, room * sizeof *places);
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t at = (uint32_t)hash_key_bytes(list->codes[i].data, list->codes[i].bytes);
        while (places[at & (room - 1)]) at++;
        places[at & (room - 1)] = i + 1;
    }
    list->places = places;
    list->place_room = room;
}

uint32_t code_list_add(CodeList *list, Slice code, Arena *arena) {
    if (list->count == list->room) {
        uint32_t room = list->room ? list->room * 2 : 4;
        Slice *codes = arena_alloc_raw(arena, room * sizeof *codes, 8);
        if (list->count) memcpy(codes, list->codes, list->count * sizeof *codes);
        list->codes = codes;
        list->room = room;
    }
    char *copy = arena_alloc_raw(arena, code.bytes + 1, 1);
    if (code.bytes) memcpy(copy, code.data, code.bytes);
    list->codes[list->count] = slice_of(copy, code.bytes);
    return list->count++;
}

uint32_t code_list_add_once(CodeList *list, Slice code, Arena *arena) {
    if (list->count * 2 >= list->place_room) grow_places(list, arena);
    uint32_t mask = list->place_room - 1;
    uint32_t place = (uint32_t)hash_key_bytes(code.data, code.bytes);
    for (; list->places[place & mask]; place++) {
        uint32_t number = list->places[place & mask] - 1;
        if (slice_equal(list->codes[number], code)) return number;
    }
    list->places[place & mask] = list->count + 1;
    return code_list_add(list, code, arena);
}
