// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <stdlib.h>

uint64_t hash_bytes(const void *data, size_t bytes) {
    const unsigned char *at = data;
    uint64_t hash = 0x9E3779B97F4A7C15u ^ bytes;
    for (; bytes >= 8; at += 8, bytes -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = hash_combine(hash, word);
    }
    uint64_t tail = 0;
    if (bytes) memcpy(&tail, at, bytes);
    return hash_combine(hash, tail);
}

void slice_map_deinit(SliceMap *map) {
    free(map->entries);
    *map = (SliceMap){0};
}

// The key's entry, or the free one where it would go.
static SliceMapEntry *find(const SliceMap *map, Slice key, uint64_t hash) {
    size_t mask = map->capacity - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        SliceMapEntry *entry = &map->entries[i];
        if (!entry->key.data || (entry->hash == hash && slice_equal(entry->key, key))) return entry;
    }
}

uint64_t *slice_map_get(const SliceMap *map, Slice key) {
    if (!map->count) return NULL;
    SliceMapEntry *entry = find(map, key, hash_bytes(key.data, key.bytes));
    return entry->key.data ? &entry->value : NULL;
}

static void grow(SliceMap *map) {
    SliceMap bigger = {.capacity = map->capacity ? map->capacity * 2 : 16, .count = map->count};
    bigger.entries = xcalloc(bigger.capacity, sizeof *bigger.entries);
    for (size_t i = 0; i < map->capacity; i++) {
        SliceMapEntry *entry = &map->entries[i];
        if (entry->key.data) *find(&bigger, entry->key, entry->hash) = *entry;
    }
    free(map->entries);
    *map = bigger;
}

bool slice_map_put(SliceMap *map, Slice key, uint64_t value) {
    if (!key.data) key.data = "";
    if (map->count * 4 >= map->capacity * 3) grow(map);
    uint64_t hash = hash_bytes(key.data, key.bytes);
    SliceMapEntry *entry = find(map, key, hash);
    bool is_new = !entry->key.data;
    map->count += is_new;
    *entry = (SliceMapEntry){key, hash, value};
    return is_new;
}

bool slice_map_remove(SliceMap *map, Slice key) {
    if (!map->count) return false;
    SliceMapEntry *entry = find(map, key, hash_bytes(key.data, key.bytes));
    if (!entry->key.data) return false;
    // Close the gap: move later entries of the same run back (no tombstones).
    size_t mask = map->capacity - 1, gap = (size_t)(entry - map->entries);
    for (size_t i = (gap + 1) & mask; map->entries[i].key.data; i = (i + 1) & mask) {
        size_t home = map->entries[i].hash & mask;
        if (((i - home) & mask) < ((i - gap) & mask)) continue;
        map->entries[gap] = map->entries[i];
        gap = i;
    }
    map->entries[gap] = (SliceMapEntry){0};
    map->count--;
    return true;
}
