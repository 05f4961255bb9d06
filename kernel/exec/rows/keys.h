// SPDX-License-Identifier: Apache-2.0
// Key columns of joins and groups: packed, brought to one bit pattern per value, hashed, compared.
//
// A packed key vector is FLAT with the selected rows only. NaN has one pattern, -0.0 is 0.0, and
// nested values are codes (rows/row_code.h), so that equal keys have equal bytes (strings: equal
// text).
#pragma once

#include "kernel/column/batch.h"

#include <math.h>

static inline float float_key(float value) {
    return value != value ? __builtin_nanf("") : value == 0 ? 0.0F : value;
}
static inline double double_key(double value) {
    return value != value ? __builtin_nan("") : value == 0 ? 0.0 : value;
}

static inline uint64_t hash_fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}
uint64_t hash_key_bytes(const char *data, size_t bytes);

// Physical type of a packed key of this type: nested ones become STRING.
PhysicalType key_physical(const Type *type);
// Memory from the arena; may alias `in`.
void key_pack(const Vector *in, Rows rows, Arena *arena, Vector *out);
// hashes[i] of count rows over all keys; nulls hash alike.
void keys_hash(const Vector *keys, uint32_t key_count, uint32_t count, uint64_t *hashes);
// Keeps those of candidates[0..count) (positions i) for which row left_rows[i] of `left` equals
// row right_rows[i] of `right`; both packed keys. Nulls are equal when null_equal, else never.
// Returns how many are kept.
uint32_t key_match(const Vector *left, const uint32_t *left_rows, const Vector *right,
                   const uint32_t *right_rows, bool null_equal, uint32_t *candidates,
                   uint32_t count);
// Back from the stored form of a packed key: writes row `row` of a flat vector of `type`.
void key_unpack_nested(const StringView *code, Vector *out, uint32_t row, Arena *arena);
