// SPDX-License-Identifier: Apache-2.0
// The Jupyter wire format: identities, "<IDS|MSG>", signature, four JSON texts, buffers.
//
// The signature (HMAC-SHA256 in hex) covers the bytes of the four texts as they were sent, in
// order, and not the buffers. An empty key means unsigned on both sides. Every signature is
// accepted once: WireGuard remembers the last LIMIT_WIRE_REPLAY of them (by their first eight
// bytes).
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "platform/crypto.h"

typedef struct WireKey {
    bool is_signed; // the key is not empty
    CryptoHmac hmac;
} WireKey;

// A message's frames, borrowed from the frames it was parsed from.
typedef struct WireParts {
    const Slice *identities;
    uint32_t identity_count;
    Slice header;
    Slice parent;
    Slice metadata;
    Slice content;
    const Slice *buffers;
    uint32_t buffer_count;
} WireParts;

typedef struct WireGuard {
    uint64_t *ring;    // accepted signatures, oldest overwritten first
    uint64_t *slots;   // open addressing over them; 0 is free
    uint32_t capacity; // of slots, a power of two
    uint32_t count;    // in ring
    uint32_t next;     // place in ring to write
} WireGuard;

void wire_key_init(WireKey *key, Slice secret);

// Cuts frames into parts and checks the signature; a NULL guard does not look for replays.
// WIRE_MESSAGE_REFUSED says why not.
bool wire_parse(const Slice *frames, uint32_t count, const WireKey *key, WireGuard *guard,
                WireParts *parts, Error *err) MUST_CHECK;

// The frames of a message, in an array from the arena.
Slice *wire_frames(const WireParts *parts, const WireKey *key, Arena *arena, uint32_t *count);

void wire_guard_deinit(WireGuard *guard);
// Remembers the signature; false when it was seen before.
bool wire_guard_admit(WireGuard *guard, const unsigned char digest[CRYPTO_HMAC_BYTES]);

AUTO_DEFINE(WireGuard, wire_guard_deinit)
