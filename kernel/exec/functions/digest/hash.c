// SPDX-License-Identifier: Apache-2.0
// hash() is Murmur3 with 32 bits, xxhash64() XXH64; both chain over columns with seed 42, skip
// nulls and hash by physical value as Spark does.
#include "kernel/exec/functions/kernel.h"

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

static uint32_t mix_key(uint32_t k) { return rotate(k * 0xCC9E2D51u, 15) * 0x1B873593u; }

static uint32_t mix_hash(uint32_t h, uint32_t k) { return rotate(h ^ k, 13) * 5 + 0xE6546B64u; }

static uint32_t murmur_finish(uint32_t h, uint32_t bytes) {
    h ^= bytes;
    h = (h ^ h >> 16) * 0x85EBCA6Bu;
    h = (h ^ h >> 13) * 0xC2B2AE35u;
    return h ^ h >> 16;
}

static uint64_t murmur_int(int32_t value, uint64_t seed) {
    return murmur_finish(mix_hash((uint32_t)seed, mix_key((uint32_t)value)), 4);
}

static uint64_t murmur_long(int64_t value, uint64_t seed) {
    uint32_t h = mix_hash((uint32_t)seed, mix_key((uint32_t)value));
    return murmur_finish(mix_hash(h, mix_key((uint32_t)((uint64_t)value >> 32))), 8);
}

// Spark's own: words, then single bytes, each mixed as a word of its own.
static uint64_t murmur_bytes(Slice s, uint64_t seed) {
    uint32_t h = (uint32_t)seed;
    size_t whole = s.bytes / 4 * 4;
    for (size_t k = 0; k < whole; k += 4) {
        uint32_t word;
        memcpy(&word, s.data + k, 4);
        h = mix_hash(h, mix_key(word));
    }
    for (size_t k = whole; k < s.bytes; k++)
        h = mix_hash(h, mix_key((uint32_t)(int32_t)(int8_t)s.data[k]));
    return murmur_finish(h, (uint32_t)s.bytes);
}

// --- XXH64, after its specification ------------------------------------------------------------

#define PRIME_1 UINT64_C(0x9E3779B185EBCA87)
#define PRIME_2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define PRIME_3 UINT64_C(0x165667B19E3779F9)
#define PRIME_4 UINT64_C(0x85EBCA77C2B2AE63)
#define PRIME_5 UINT64_C(0x27D4EB2F165667C5)

static uint64_t rotate64(uint64_t x, int n) { return x << n | x >> (64 - n); }

static uint64_t xx_round(uint64_t lane, uint64_t input) {
    return rotate64(lane + input * PRIME_2, 31) * PRIME_1;
}

static uint64_t read64(const char *p) {
    uint64_t value;
    memcpy(&value, p, 8);
    return value;
}

static uint32_t read32(const char *p) {
    uint32_t value;
    memcpy(&value, p, 4);
    return value;
}

// Stripes of 32 bytes in four lanes.
static uint64_t xx_stripes(const char **p, const char *end, uint64_t seed) {
    uint64_t lanes[4] = {seed + PRIME_1 + PRIME_2, seed + PRIME_2, seed, seed - PRIME_1};
    for (; end - *p >= 32; *p += 32)
        for (int l = 0; l < 4; l++) lanes[l] = xx_round(lanes[l], read64(*p + 8 * l));
    uint64_t h = rotate64(lanes[0], 1) + rotate64(lanes[1], 7) + rotate64(lanes[2], 12) +
                 rotate64(lanes[3], 18);
    for (int l = 0; l < 4; l++) h = (h ^ xx_round(0, lanes[l])) * PRIME_1 + PRIME_4;
    return h;
}

static uint64_t xx_bytes(Slice s, uint64_t seed) {
    const char *p = s.data, *end = s.data + s.bytes;
    uint64_t h = s.bytes >= 32 ? xx_stripes(&p, end, seed) : seed + PRIME_5;
    h += s.bytes;
    for (; end - p >= 8; p += 8) h = rotate64(h ^ xx_round(0, read64(p)), 27) * PRIME_1 + PRIME_4;
    if (end - p >= 4) {
        h = rotate64(h ^ read32(p) * PRIME_1, 23) * PRIME_2 + PRIME_3;
        p += 4;
    }
    for (; p < end; p++) h = rotate64(h ^ (uint8_t)*p * PRIME_5, 11) * PRIME_1;
    h = (h ^ h >> 33) * PRIME_2;
    h = (h ^ h >> 29) * PRIME_3;
    return h ^ h >> 32;
}

static uint64_t xx_int(int32_t value, uint64_t seed) {
    return xx_bytes(slice_of((const char *)&value, 4), seed);
}

static uint64_t xx_long(int64_t value, uint64_t seed) {
    return xx_bytes(slice_of((const char *)&value, 8), seed);
}

typedef struct Hasher {
    uint64_t (*of_int)(int32_t value, uint64_t seed);
    uint64_t (*of_long)(int64_t value, uint64_t seed);
    uint64_t (*of_bytes)(Slice s, uint64_t seed);
} Hasher;

static uint64_t hash_row(const Hasher *h, const Vector *v, uint32_t row, uint64_t seed);

// A wide decimal hashes as BigInteger's bytes: big-endian, as few as hold the sign.
static uint64_t hash_wide(const Hasher *h, Int128 value, uint64_t seed) {
    char bytes[16];
    for (int k = 0; k < 16; k++) bytes[k] = (char)(value >> (8 * (15 - k)));
    size_t start = 0;
    while (start < 15 && ((bytes[start] == 0 && bytes[start + 1] >= 0) ||
                          (bytes[start] == -1 && bytes[start + 1] < 0)))
        start++;
    return h->of_bytes(slice_of(bytes + start, 16 - start), seed);
}

static uint64_t hash_double(const Hasher *h, double value, uint64_t seed) {
    int64_t bits;
    if (value == 0) value = 0.0;
    if (value != value) bits = 0x7FF8000000000000;
    else memcpy(&bits, &value, 8);
    return h->of_long(bits, seed);
}

static uint64_t hash_float(const Hasher *h, float value, uint64_t seed) {
    int32_t bits;
    if (value == 0) value = 0.0f;
    if (value != value) bits = 0x7FC00000;
    else memcpy(&bits, &value, 4);
    return h->of_int(bits, seed);
}

static uint64_t hash_nested(const Hasher *h, const Vector *v, uint32_t row, uint64_t seed) {
    if (v->type->id == TYPE_STRUCT) {
        for (uint32_t f = 0; f < v->type->field_count; f++)
            seed = hash_row(h, &v->children[f], v->form == VECTOR_CONSTANT ? 0 : row, seed);
        return seed;
    }
    ListView list = ((const ListView *)v->data)[row];
    for (uint32_t k = list.offset; k < list.offset + list.count; k++)
        for (uint32_t f = 0; f < v->type->field_count; f++)
            seed = hash_row(h, &v->children[f], k, seed);
    return seed;
}

static uint64_t hash_row(const Hasher *h, const Vector *vector, uint32_t row, uint64_t seed) {
    if (vector_is_null(vector, row) || vector->type->id == TYPE_VOID) return seed;
    uint32_t i;
    const Vector *v = vector_base(vector, row, &i);
    switch (type_physical(vector->type)) {
    case PHYSICAL_BOOL:
    case PHYSICAL_INT8:
    case PHYSICAL_INT16:
    case PHYSICAL_INT32: {
        Vector flat = *v;
        flat.form = VECTOR_FLAT;
        return h->of_int((int32_t)arg_integer(&flat, i), seed);
    }
    case PHYSICAL_INT64: return h->of_long(((const int64_t *)v->data)[i], seed);
    case PHYSICAL_INT128: return hash_wide(h, ((const Int128 *)v->data)[i], seed);
    case PHYSICAL_FLOAT: return hash_float(h, ((const float *)v->data)[i], seed);
    case PHYSICAL_DOUBLE: return hash_double(h, ((const double *)v->data)[i], seed);
    case PHYSICAL_STRING:
        return h->of_bytes(string_view_slice((const StringView *)v->data + i), seed);
    case PHYSICAL_INTERVAL: {
        const Interval *x = (const Interval *)v->data + i;
        seed = h->of_long(x->micros, seed);
        return h->of_int(x->months, h->of_int(x->days, seed));
    }
    default: return hash_nested(h, v, i, seed);
    }
}

static bool murmur(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    static const Hasher HASHER = {murmur_int, murmur_long, murmur_bytes};
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        uint64_t seed = 42;
        for (uint32_t a = 0; a < frame->call->arg_count; a++)
            seed = hash_row(&HASHER, &args[a], r, seed);
        ((int32_t *)out->data)[r] = (int32_t)seed;
    }
    return true;
}

static bool xxhash(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    static const Hasher HASHER = {xx_int, xx_long, xx_bytes};
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        uint64_t seed = 42;
        for (uint32_t a = 0; a < frame->call->arg_count; a++)
            seed = hash_row(&HASHER, &args[a], r, seed);
        ((int64_t *)out->data)[r] = (int64_t)seed;
    }
    return true;
}

static const ScalarFunction MURMUR = {.name = "hash", .kernel = murmur, .nulls = NULLS_HANDLED};
static const ScalarFunction XXHASH = {.name = "xxhash64", .kernel = xxhash, .nulls = NULLS_HANDLED};

const ScalarEntry scalars_hash[] = {
    {"hash", &MURMUR, NULL}, {"xxhash64", &XXHASH, NULL}, {NULL, NULL, NULL}};
