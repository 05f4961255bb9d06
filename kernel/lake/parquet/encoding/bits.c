// SPDX-License-Identifier: Apache-2.0
// Eight values of width w take w bytes, so every group of eight begins at a byte and looks alike.
// With AVX2 a group is two 16-byte loads, one byte shuffle that puts each value's bytes into its
// lane, one shift per lane and a mask. Other widths and the ends go by 8-byte loads.
#include "kernel/lake/parquet/encoding/bits.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

static inline uint64_t load_u64(const uint8_t *in) {
    uint64_t value;
    memcpy(&value, in, 8);
    return value;
}

static inline uint64_t mask_of(uint32_t width) {
    return width >= 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
}

// One value of width <= 57.
static inline uint64_t unpack_one(const uint8_t *in, size_t bit, uint64_t mask) {
    return load_u64(in + (bit >> 3)) >> (bit & 7) & mask;
}

#if defined(__AVX2__)
enum { SHUFFLE_WIDTH_MAX = 25 }; // a value that begins within a byte lies in 4 bytes

static size_t unpack_groups(const uint8_t *in, uint32_t width, size_t count, uint32_t *out) {
    uint8_t order[32];
    uint32_t shifts[8];
    for (uint32_t i = 0; i < 8; i++) {
        uint32_t bit = i * width - (i < 4 ? 0 : 4 * width / 8 * 8);
        shifts[i] = bit & 7;
        for (uint32_t b = 0; b < 4; b++) order[i * 4 + b] = (uint8_t)((bit >> 3) + b);
    }
    __m256i shuffle = _mm256_loadu_si256((const __m256i *)order);
    __m256i shift = _mm256_loadu_si256((const __m256i *)shifts);
    __m256i mask = _mm256_set1_epi32((int)mask_of(width));
    size_t half = 4 * width / 8, i = 0;
    for (; i + 8 <= count; i += 8, in += width) {
        __m256i bytes = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)in));
        bytes = _mm256_inserti128_si256(bytes, _mm_loadu_si128((const __m128i *)(in + half)), 1);
        bytes = _mm256_shuffle_epi8(bytes, shuffle);
        bytes = _mm256_and_si256(_mm256_srlv_epi32(bytes, shift), mask);
        _mm256_storeu_si256((__m256i *)(out + i), bytes);
    }
    return i;
}
#endif

void bits_unpack_u32(const uint8_t *in, size_t first, uint32_t width, size_t count, uint32_t *out) {
    if (width == 0) {
        memset(out, 0, count * sizeof *out);
        return;
    }
    uint64_t mask = mask_of(width);
    size_t i = 0;
#if defined(__AVX2__)
    if (width <= SHUFFLE_WIDTH_MAX) {
        for (; i < count && (first + i) % 8 != 0; i++) {
            out[i] = (uint32_t)unpack_one(in, (first + i) * width, mask);
        }
        if (i < count) i += unpack_groups(in + (first + i) / 8 * width, width, count - i, out + i);
    }
#endif
    for (; i < count; i++) out[i] = (uint32_t)unpack_one(in, (first + i) * width, mask);
}

void bits_unpack_u64(const uint8_t *in, size_t first, uint32_t width, size_t count, uint64_t *out) {
    uint64_t mask = mask_of(width);
    if (width <= 57) {
        for (size_t i = 0; i < count; i++) out[i] = unpack_one(in, (first + i) * width, mask);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        size_t bit = (first + i) * width;
        uint64_t value = load_u64(in + (bit >> 3)) >> (bit & 7);
        if (bit & 7) value |= (uint64_t)in[(bit >> 3) + 8] << (64 - (bit & 7));
        out[i] = value & mask;
    }
}

void bits_unpack_u8(const uint8_t *in, size_t first, uint32_t width, size_t count, uint8_t *out) {
    uint64_t mask = mask_of(width);
    size_t i = 0;
    for (; i < count && (first + i) % 8 != 0; i++) {
        out[i] = (uint8_t)unpack_one(in, (first + i) * width, mask);
    }
    // Eight values of up to 7 bits lie in one load: deposit each into a byte.
    if (width > 0 && width < 8) {
        const uint8_t *from = in + (first + i) / 8 * width;
        for (; i + 8 <= count; i += 8, from += width) {
            uint64_t packed = load_u64(from), spread = 0;
            for (uint32_t b = 0; b < 8; b++) spread |= (packed >> (b * width) & mask) << (b * 8);
            memcpy(out + i, &spread, 8);
        }
    }
    for (; i < count; i++) out[i] = (uint8_t)unpack_one(in, (first + i) * width, mask);
}

void bits_copy(const uint8_t *in, size_t from, uint64_t *out, size_t to, size_t count) {
    while (count > 0) {
        size_t room = MIN(64 - (to & 63), count);
        room = MIN(room, (size_t)57);
        uint64_t value = unpack_one(in, from, mask_of((uint32_t)room));
        uint64_t *word = &out[to >> 6];
        *word = (*word & ~(mask_of((uint32_t)room) << (to & 63))) | value << (to & 63);
        from += room;
        to += room;
        count -= room;
    }
}

void bits_fill(uint64_t *out, size_t from, size_t count, bool value) {
    while (count > 0) {
        size_t room = MIN(64 - (from & 63), count);
        uint64_t mask = mask_of((uint32_t)room) << (from & 63);
        uint64_t *word = &out[from >> 6];
        *word = value ? *word | mask : *word & ~mask;
        from += room;
        count -= room;
    }
}

size_t bits_count(const uint64_t *bits, size_t from, size_t count) {
    size_t ones = 0;
    while (count > 0) {
        size_t room = MIN(64 - (from & 63), count);
        uint64_t mask = mask_of((uint32_t)room);
        ones += (size_t)__builtin_popcountll(bits[from >> 6] >> (from & 63) & mask);
        from += room;
        count -= room;
    }
    return ones;
}
