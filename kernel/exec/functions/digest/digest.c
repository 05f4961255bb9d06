// SPDX-License-Identifier: Apache-2.0
// MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4), CRC-32: digests as lower-case hex.
#include "kernel/exec/functions/kernel.h"

#include <math.h>

static uint32_t rotate_left(uint32_t x, int n) { return x << n | x >> (32 - n); }
static uint32_t rotate_right(uint32_t x, int n) { return x >> n | x << (32 - n); }
static uint64_t rotate_right64(uint64_t x, int n) { return x >> n | x << (64 - n); }

typedef void (*BlockStep)(void *state, const uint8_t *block);

// Runs the step over the message with its padding: 0x80, zeros, and the length in bits.
static void run_blocks(Slice s, size_t block, bool little, BlockStep step, void *state) {
    uint8_t tail[256] = {0};
    size_t whole = s.bytes / block * block, rest = s.bytes - whole, length_bytes = block / 8;
    for (size_t at = 0; at < whole; at += block) step(state, (const uint8_t *)s.data + at);
    if (rest) memcpy(tail, s.data + whole, rest);
    tail[rest] = 0x80;
    size_t total = rest + 1 + length_bytes <= block ? block : 2 * block;
    uint64_t bits = (uint64_t)s.bytes * 8;
    for (size_t k = 0; k < 8; k++)
        tail[little ? total - 8 + k : total - 1 - k] = (uint8_t)(bits >> (8 * k));
    for (size_t at = 0; at < total; at += block) step(state, tail + at);
}

static uint32_t big32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void md5_step(void *state, const uint8_t *block) {
    static const uint8_t SHIFTS[] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};
    uint32_t *h = state, a = h[0], b = h[1], c = h[2], d = h[3], words[16];
    memcpy(words, block, 64);
    for (uint32_t i = 0; i < 64; i++) {
        uint32_t f, g;
        switch (i / 16) {
        case 0: f = (b & c) | (~b & d), g = i; break;
        case 1: f = (d & b) | (~d & c), g = (5 * i + 1) % 16; break;
        case 2: f = b ^ c ^ d, g = (3 * i + 5) % 16; break;
        default: f = c ^ (b | ~d), g = 7 * i % 16; break;
        }
        uint32_t constant = (uint32_t)floor(fabs(sin((double)(i + 1))) * 4294967296.0);
        f += a + constant + words[g];
        a = d, d = c, c = b;
        b += rotate_left(f, SHIFTS[i / 16 * 4 + i % 4]);
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d;
}

static void sha1_step(void *state, const uint8_t *block) {
    uint32_t *h = state, w[80], v[5];
    for (int i = 0; i < 16; i++) w[i] = big32(block + 4 * i);
    for (int i = 16; i < 80; i++)
        w[i] = rotate_left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 80; i++) {
        static const uint32_t K[] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
        uint32_t f = i < 20   ? (v[1] & v[2]) | (~v[1] & v[3])
                     : i < 40 ? v[1] ^ v[2] ^ v[3]
                     : i < 60 ? (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3])
                              : v[1] ^ v[2] ^ v[3];
        uint32_t next = rotate_left(v[0], 5) + f + v[4] + K[i / 20] + w[i];
        v[4] = v[3], v[3] = v[2], v[2] = rotate_left(v[1], 30), v[1] = v[0], v[0] = next;
    }
    for (int i = 0; i < 5; i++) h[i] += v[i];
}

// Fractional bits of square and cube roots of primes, as the standard defines its constants: made
// once per call by integer roots, so that no table can hold a typing error.
static UInt128 integer_root(UInt128 value, int power) {
    UInt128 low = 0, high = (UInt128)1 << (power == 2 ? 64 : 43);
    while (low + 1 < high) {
        UInt128 middle = (low + high) / 2;
        UInt128 product = power == 2 ? middle * middle : middle * middle * middle;
        if (product <= value) low = middle;
        else high = middle;
    }
    return low;
}

typedef struct Sha2 {
    uint64_t h[8];
    uint64_t k[80];
} Sha2;

static int nth_prime(int n) {
    int prime = 1;
    for (int count = 0; count <= n;) {
        bool is_prime = ++prime > 1;
        for (int d = 2; d * d <= prime && is_prime; d++) is_prime = prime % d != 0;
        count += is_prime;
    }
    return prime;
}

// The first `bits` fractional bits of a prime's root, bit by bit: a bit stays when the power of
// what is known does not exceed the prime. Numbers are in limbs of 32 bits.
static uint64_t fraction_bits(int prime, int power, int bits) {
    uint64_t whole = (uint64_t)integer_root((UInt128)(unsigned)prime, power), fraction = 0;
    for (int bit = 63; bit >= 64 - bits; bit--) {
        uint64_t trial = fraction | (uint64_t)1 << bit;
        // (whole + trial / 2^64)^power <= prime, in limbs of 32 bits.
        uint64_t x[3] = {trial & UINT32_MAX, trial >> 32, whole}, product[10] = {0},
                 square[7] = {0};
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++) {
                uint64_t part = x[a] * x[b], carry = 0;
                uint64_t low = (square[a + b] & UINT32_MAX) + (part & UINT32_MAX);
                square[a + b] = low & UINT32_MAX;
                carry = (low >> 32) + (part >> 32);
                for (int at = a + b + 1; carry && at < 7; at++) {
                    uint64_t sum = square[at] + carry;
                    square[at] = sum & UINT32_MAX;
                    carry = sum >> 32;
                }
            }
        memcpy(product, square, sizeof square);
        if (power == 3) {
            memset(product, 0, sizeof product);
            for (int a = 0; a < 6; a++)
                for (int b = 0; b < 3; b++) {
                    uint64_t part = square[a] * x[b];
                    uint64_t low = product[a + b] + (part & UINT32_MAX), carry;
                    product[a + b] = low & UINT32_MAX;
                    carry = (low >> 32) + (part >> 32);
                    for (int at = a + b + 1; carry && at < 10; at++) {
                        uint64_t sum = product[at] + carry;
                        product[at] = sum & UINT32_MAX;
                        carry = sum >> 32;
                    }
                }
        }
        int point = power * 2; // limbs below the point
        uint64_t integral = product[point] | product[point + 1] << 32;
        if (integral < (uint64_t)prime) fraction = trial;
    }
    return bits == 64 ? fraction : fraction >> (64 - bits);
}

static void sha2_init(Sha2 *sha, int bits) {
    static const uint64_t SHA224[] = {0xC1059ED8, 0x367CD507, 0x3070DD17, 0xF70E5939,
                                      0xFFC00B31, 0x68581511, 0x64F98FA7, 0xBEFA4FA4};
    int width = bits <= 256 ? 32 : 64;
    for (int i = 0; i < (width == 32 ? 64 : 80); i++)
        sha->k[i] = fraction_bits(nth_prime(i), 3, width);
    for (int i = 0; i < 8; i++) {
        sha->h[i] = fraction_bits(nth_prime(bits == 384 ? i + 8 : i), 2, width);
        if (bits == 224) sha->h[i] = SHA224[i];
    }
}

static void sha256_step(void *state, const uint8_t *block) {
    Sha2 *sha = state;
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++) w[i] = big32(block + 4 * i);
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (rotate_right(a, 7) ^ rotate_right(a, 18) ^ a >> 3) + w[i - 7] +
               (rotate_right(b, 17) ^ rotate_right(b, 19) ^ b >> 10);
    }
    for (int i = 0; i < 8; i++) v[i] = (uint32_t)sha->h[i];
    for (int i = 0; i < 64; i++) {
        uint32_t s1 = rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
        uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + (uint32_t)sha->k[i] + w[i];
        uint32_t s0 = rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
        uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, sizeof v - sizeof *v);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) sha->h[i] = (uint32_t)(sha->h[i] + v[i]);
}

static void sha512_step(void *state, const uint8_t *block) {
    Sha2 *sha = state;
    uint64_t w[80], v[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint64_t)big32(block + 8 * i) << 32 | big32(block + 8 * i + 4);
    for (int i = 16; i < 80; i++) {
        uint64_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (rotate_right64(a, 1) ^ rotate_right64(a, 8) ^ a >> 7) + w[i - 7] +
               (rotate_right64(b, 19) ^ rotate_right64(b, 61) ^ b >> 6);
    }
    memcpy(v, sha->h, sizeof v);
    for (int i = 0; i < 80; i++) {
        uint64_t s1 =
            rotate_right64(v[4], 14) ^ rotate_right64(v[4], 18) ^ rotate_right64(v[4], 41);
        uint64_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + sha->k[i] + w[i];
        uint64_t s0 =
            rotate_right64(v[0], 28) ^ rotate_right64(v[0], 34) ^ rotate_right64(v[0], 39);
        uint64_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, sizeof v - sizeof *v);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) sha->h[i] += v[i];
}

static void out_hex(CallFrame *frame, Vector *out, uint32_t row, const uint64_t *words,
                    int word_bytes, int bytes, bool little) {
    char text[160];
    for (int k = 0; k < bytes; k++) {
        int in = k % word_bytes, shift = 8 * (little ? in : word_bytes - 1 - in);
        uint8_t byte = (uint8_t)(words[k / word_bytes] >> shift);
        text[2 * k] = "0123456789abcdef"[byte >> 4];
        text[2 * k + 1] = "0123456789abcdef"[byte & 15];
    }
    out_text(frame, out, row, slice_of(text, (size_t)bytes * 2));
}

static bool md5(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        uint32_t h[4] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
        run_blocks(arg_text(&args[0], r), 64, true, md5_step, h);
        uint64_t words[4] = {h[0], h[1], h[2], h[3]};
        out_hex(frame, out, r, words, 4, 16, true);
    }
    return true;
}

static bool sha1(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
        run_blocks(arg_text(&args[0], r), 64, false, sha1_step, h);
        uint64_t words[5] = {h[0], h[1], h[2], h[3], h[4]};
        out_hex(frame, out, r, words, 4, 20, false);
    }
    return true;
}

static bool sha2(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    Sha2 start = {{0}, {0}};
    int known = 0;
    for (ROWS_EACH(rows, i, r)) {
        int bits = arg_i32(&args[1], r);
        if (bits == 0) bits = 256;
        if (bits != 224 && bits != 256 && bits != 384 && bits != 512) {
            out_null(frame, out, r);
            continue;
        }
        if (known != bits) sha2_init(&start, bits);
        known = bits;
        Sha2 sha = start;
        bool small = bits <= 256;
        run_blocks(arg_text(&args[0], r), small ? 64 : 128, false,
                   small ? sha256_step : sha512_step, &sha);
        out_hex(frame, out, r, sha.h, small ? 4 : 8, bits / 8, false);
    }
    return true;
}

static bool crc32(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    uint32_t table[256];
    for (uint32_t n = 0; n < 256; n++) {
        table[n] = n;
        for (int k = 0; k < 8; k++)
            table[n] = table[n] & 1 ? 0xEDB88320u ^ table[n] >> 1 : table[n] >> 1;
    }
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        uint32_t crc = UINT32_MAX;
        for (size_t k = 0; k < s.bytes; k++)
            crc = table[(crc ^ (uint8_t)s.data[k]) & 255] ^ crc >> 8;
        ((int64_t *)out->data)[r] = crc ^ UINT32_MAX;
    }
    return true;
}

#define ENTRY(text, kernel_name)                                                          \
    {                                                                                     \
        text,                                                                             \
            &(const ScalarFunction){                                                      \
                .name = (text), .kernel = (kernel_name), .is_cheap_on_dictionary = true}, \
            NULL                                                                          \
    }
const ScalarEntry scalars_digest[] = {
    ENTRY("md5", md5),   ENTRY("sha", sha1),    ENTRY("sha1", sha1),
    ENTRY("sha2", sha2), ENTRY("crc32", crc32), {NULL, NULL, NULL},
};
