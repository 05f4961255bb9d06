// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/hash64.h"

#include <string.h>

static const uint64_t P1 = 0x9E3779B185EBCA87u, P2 = 0xC2B2AE3D27D4EB4Fu, P3 = 0x165667B19E3779F9u,
                      P4 = 0x85EBCA77C2B2AE63u, P5 = 0x27D4EB2F165667C5u;

static uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }
static uint64_t read64(const unsigned char *at) {
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
}
static uint64_t mix(uint64_t lane, uint64_t word) { return rotate(lane + word * P2, 31) * P1; }
static uint64_t merge(uint64_t hash, uint64_t lane) { return (hash ^ mix(0, lane)) * P1 + P4; }

static uint64_t hash_stripes(const unsigned char **at, const unsigned char *stop, uint64_t seed) {
    uint64_t a = seed + P1 + P2, b = seed + P2, c = seed, d = seed - P1;
    for (; stop - *at >= 32; *at += 32) {
        a = mix(a, read64(*at));
        b = mix(b, read64(*at + 8));
        c = mix(c, read64(*at + 16));
        d = mix(d, read64(*at + 24));
    }
    uint64_t hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    return merge(merge(merge(merge(hash, a), b), c), d);
}

uint64_t hash64(const void *data, size_t bytes, uint64_t seed) {
    const unsigned char *at = data, *stop = at + bytes;
    uint64_t hash = bytes >= 32 ? hash_stripes(&at, stop, seed) : seed + P5;
    hash += bytes;
    for (; stop - at >= 8; at += 8) hash = rotate(hash ^ mix(0, read64(at)), 27) * P1 + P4;
    if (stop - at >= 4) {
        uint32_t word;
        memcpy(&word, at, 4);
        hash = rotate(hash ^ word * P1, 23) * P2 + P3;
        at += 4;
    }
    for (; at < stop; at++) hash = rotate(hash ^ *at * P5, 11) * P1;
    hash = (hash ^ hash >> 33) * P2;
    hash = (hash ^ hash >> 29) * P3;
    return hash ^ hash >> 32;
}
