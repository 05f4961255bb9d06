// SPDX-License-Identifier: Apache-2.0
// Signatures, random bytes and comparison in constant time, by libsodium.
#pragma once

#include "base/slice.h"

enum { CRYPTO_HMAC_BYTES = 32, CRYPTO_HMAC_HEX_BYTES = 64, CRYPTO_UUID_BYTES = 36 };

// HMAC-SHA256 with its key already absorbed: signing copies it, so one is shared by all threads.
typedef struct CryptoHmac {
    _Alignas(16) unsigned char state[256];
} CryptoHmac;

void crypto_hmac_init(CryptoHmac *hmac, Slice key);
void crypto_hmac_sign(const CryptoHmac *hmac, const Slice *parts, size_t count,
                      unsigned char digest[CRYPTO_HMAC_BYTES]);
// Lower-case hexadecimal and a NUL: out has 2 * bytes + 1.
void crypto_hex(const void *data, size_t bytes, char *out);
// False also when s is not exactly `bytes` bytes of hexadecimal.
bool crypto_from_hex(Slice s, void *out, size_t bytes) MUST_CHECK;
// In time that depends on the length only.
bool crypto_same(const void *a, const void *b, size_t bytes);
void crypto_random(void *out, size_t bytes);
// A random (version 4) UUID with its NUL.
void crypto_uuid(char out[CRYPTO_UUID_BYTES + 1]);
