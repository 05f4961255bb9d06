// SPDX-License-Identifier: Apache-2.0
#include "platform/crypto.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_auth_hmacsha256_state) <= sizeof((CryptoHmac *)0)->state,
               "an HMAC state fits");

void crypto_hmac_init(CryptoHmac *hmac, Slice key) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.data, key.bytes);
    memcpy(hmac->state, &state, sizeof state);
    sodium_memzero(&state, sizeof state);
}

void crypto_hmac_sign(const CryptoHmac *hmac, const Slice *parts, size_t count,
                      unsigned char digest[CRYPTO_HMAC_BYTES]) {
    crypto_auth_hmacsha256_state state;
    memcpy(&state, hmac->state, sizeof state);
    for (size_t i = 0; i < count; i++) {
        crypto_auth_hmacsha256_update(&state, (const unsigned char *)parts[i].data, parts[i].bytes);
    }
    crypto_auth_hmacsha256_final(&state, digest);
}

void crypto_hex(const void *data, size_t bytes, char *out) {
    sodium_bin2hex(out, bytes * 2 + 1, data, bytes);
}

bool crypto_from_hex(Slice s, void *out, size_t bytes) {
    if (s.bytes != bytes * 2) return false;
    size_t got = 0;
    const char *end = NULL;
    return sodium_hex2bin(out, bytes, s.data, s.bytes, NULL, &got, &end) == 0 && got == bytes &&
           end == s.data + s.bytes;
}

bool crypto_same(const void *a, const void *b, size_t bytes) {
    return sodium_memcmp(a, b, bytes) == 0;
}

void crypto_random(void *out, size_t bytes) { randombytes_buf(out, bytes); }

void crypto_uuid(char out[CRYPTO_UUID_BYTES + 1]) {
    unsigned char raw[16];
    crypto_random(raw, sizeof raw);
    raw[6] = (unsigned char)((raw[6] & 0x0F) | 0x40);
    raw[8] = (unsigned char)((raw[8] & 0x3F) | 0x80);
    char hex[33];
    crypto_hex(raw, sizeof raw, hex);
    char *at = out;
    for (int i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20) *at++ = '-';
        *at++ = hex[i];
    }
    *at = '\0';
}
