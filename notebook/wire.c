// SPDX-License-Identifier: Apache-2.0
#include "notebook/wire.h"
#include "base/limits.h"

#include <stdlib.h>

enum { TEXTS = 4, GUARD_SLOTS_MIN = 256 };

static const Slice DELIMITER = {"<IDS|MSG>", 9};

void wire_key_init(WireKey *key, Slice secret) {
    key->is_signed = secret.bytes > 0;
    if (key->is_signed) crypto_hmac_init(&key->hmac, secret);
}

static bool refuse(Error *err, const char *reason) {
    return error_set(err, ERR_WIRE_MESSAGE_REFUSED, "reason", reason);
}

static bool signature_check(const WireKey *key, Slice signature, const Slice *texts,
                            WireGuard *guard, Error *err) {
    unsigned char claimed[CRYPTO_HMAC_BYTES], digest[CRYPTO_HMAC_BYTES];
    if (!crypto_from_hex(signature, claimed, sizeof claimed))
        return refuse(err, "the signature is not 64 hexadecimal digits");
    crypto_hmac_sign(&key->hmac, texts, TEXTS, digest);
    if (!crypto_same(claimed, digest, sizeof digest))
        return refuse(err, "the signature does not match");
    if (guard && !wire_guard_admit(guard, digest))
        return refuse(err, "this message was received before");
    return true;
}

bool wire_parse(const Slice *frames, uint32_t count, const WireKey *key, WireGuard *guard,
                WireParts *parts, Error *err) {
    uint32_t at = 0;
    while (at < count && !slice_equal(frames[at], DELIMITER)) at++;
    if (at == count) return refuse(err, "there is no <IDS|MSG> frame");
    if (count - at < 2 + TEXTS) return refuse(err, "it is truncated");
    const Slice *texts = frames + at + 2;
    if (key->is_signed && !signature_check(key, frames[at + 1], texts, guard, err)) return false;
    *parts = (WireParts){
        .identities = frames,
        .identity_count = at,
        .header = texts[0],
        .parent = texts[1],
        .metadata = texts[2],
        .content = texts[3],
        .buffers = texts + TEXTS,
        .buffer_count = count - at - 2 - TEXTS,
    };
    return true;
}

Slice *wire_frames(const WireParts *parts, const WireKey *key, Arena *arena, uint32_t *count) {
    uint32_t total = parts->identity_count + 2 + TEXTS + parts->buffer_count;
    Slice *frames = ARENA_ARRAY(arena, Slice, total);
    if (parts->identity_count)
        memcpy(frames, parts->identities, parts->identity_count * sizeof *frames);
    Slice *at = frames + parts->identity_count;
    at[0] = DELIMITER;
    at[1] = SLICE("");
    at[2] = parts->header;
    at[3] = parts->parent;
    at[4] = parts->metadata;
    at[5] = parts->content;
    if (parts->buffer_count) memcpy(at + 6, parts->buffers, parts->buffer_count * sizeof *frames);
    if (key->is_signed) {
        unsigned char digest[CRYPTO_HMAC_BYTES];
        crypto_hmac_sign(&key->hmac, at + 2, TEXTS, digest);
        char *hex = arena_alloc(arena, CRYPTO_HMAC_HEX_BYTES + 1);
        crypto_hex(digest, sizeof digest, hex);
        at[1] = slice_of(hex, CRYPTO_HMAC_HEX_BYTES);
    }
    *count = total;
    return frames;
}

// --- replays -------------------------------------------------------------------------------------

void wire_guard_deinit(WireGuard *guard) {
    free(guard->ring);
    free(guard->slots);
    *guard = (WireGuard){0};
}

static uint32_t slot_of(const WireGuard *guard, uint64_t mark) {
    uint32_t mask = guard->capacity - 1;
    uint32_t at = (uint32_t)mark & mask;
    while (guard->slots[at] && guard->slots[at] != mark) at = (at + 1) & mask;
    return at;
}

// Slots are at most half full: they are rebuilt from the ring when they grow.
static void rebuild(WireGuard *guard, uint32_t capacity) {
    free(guard->slots);
    guard->capacity = capacity;
    guard->slots = xcalloc(capacity, sizeof *guard->slots);
    for (uint32_t i = 0; i < guard->count; i++)
        guard->slots[slot_of(guard, guard->ring[i])] = guard->ring[i];
}

static void slot_remove(WireGuard *guard, uint64_t mark) {
    uint32_t mask = guard->capacity - 1, hole = slot_of(guard, mark);
    guard->slots[hole] = 0;
    for (uint32_t at = (hole + 1) & mask; guard->slots[at]; at = (at + 1) & mask) {
        uint64_t moved = guard->slots[at];
        guard->slots[at] = 0;
        guard->slots[slot_of(guard, moved)] = moved;
    }
}

bool wire_guard_admit(WireGuard *guard, const unsigned char digest[CRYPTO_HMAC_BYTES]) {
    uint64_t mark;
    memcpy(&mark, digest, sizeof mark);
    if (mark == 0) mark = 1;
    if (!guard->capacity) rebuild(guard, GUARD_SLOTS_MIN);
    if (guard->slots[slot_of(guard, mark)]) return false;
    if (guard->count == LIMIT_WIRE_REPLAY) {
        slot_remove(guard, guard->ring[guard->next]);
    } else {
        if ((guard->count & (guard->count - 1)) == 0)
            guard->ring = xrealloc(guard->ring, MAX(guard->count * 2, 1) * sizeof *guard->ring);
        guard->count++;
        if (guard->count * 2 > guard->capacity) {
            guard->count--;
            rebuild(guard, guard->capacity * 2);
            guard->count++;
        }
    }
    guard->ring[guard->next] = mark;
    guard->next = (guard->next + 1) % LIMIT_WIRE_REPLAY;
    guard->slots[slot_of(guard, mark)] = mark;
    return true;
}
