// SPDX-License-Identifier: Apache-2.0
// Hashing and the hash map that maps byte keys to indexes or pointers.
#pragma once

#include "base/slice.h"

// Finaliser with full avalanche for 64-bit integers (MurmurHash3's fmix64, public domain).
static inline uint64_t hash_u64(uint64_t x) {
    x ^= x >> 33;
    x *= 0xFF51AFD7ED558CCDu;
    x ^= x >> 33;
    x *= 0xC4CEB9FE1A85EC53u;
    return x ^ (x >> 33);
}
static inline uint64_t hash_combine(uint64_t a, uint64_t b) {
    return hash_u64(a * 0x9E3779B97F4A7C15u + b);
}
uint64_t hash_bytes(const void *data, size_t bytes);

// Slice -> uint64_t (an index or a pointer). Open addressing, grows by doubling; keys are borrowed:
// they outlive the map. Zero is the empty map. Confined to one thread.
typedef struct SliceMapEntry {
    Slice key; // key.data == NULL: free
    uint64_t hash;
    uint64_t value;
} SliceMapEntry;

typedef struct SliceMap {
    SliceMapEntry *entries;
    size_t capacity; // power of two, or 0
    size_t count;
} SliceMap;

void slice_map_deinit(SliceMap *map);
// The value's place, or NULL. Valid until the next put.
uint64_t *slice_map_get(const SliceMap *map, Slice key);
// Sets the value; true when the key is new.
bool slice_map_put(SliceMap *map, Slice key, uint64_t value);
bool slice_map_remove(SliceMap *map, Slice key);

AUTO_DEFINE(SliceMap, slice_map_deinit)
