// SPDX-License-Identifier: Apache-2.0
// Bit packing, the run-length hybrid and DELTA_BINARY_PACKED against naive encoders on seeded
// random input of every width.
#include "kernel/lake/parquet/encoding/delta.h"
#include "kernel/lake/parquet/encoding/rle.h"
#include "tests/support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { COUNT = 3000, BYTES = COUNT * 8 + 4096 };

static uint8_t packed[BYTES + BITS_PADDING];
static uint64_t values[COUNT], out[COUNT];

static uint64_t mask_of(uint32_t width) {
    return width >= 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
}

static size_t pack(uint8_t *to, const uint64_t *from, size_t count, uint32_t width) {
    size_t bytes = (count * width + 7) / 8;
    memset(to, 0, bytes);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t b = 0; b < width; b++) {
            size_t bit = i * width + b;
            to[bit >> 3] |= (uint8_t)((from[i] >> b & 1) << (bit & 7));
        }
    }
    return bytes;
}

static size_t varint_put(uint8_t *to, uint64_t value) {
    size_t n = 0;
    for (; value >= 0x80; value >>= 7) to[n++] = (uint8_t)(value | 0x80);
    to[n++] = (uint8_t)value;
    return n;
}

// 1..limit, and no more than what is left.
static size_t portion(Random *random, size_t limit, size_t left) {
    size_t size = 1 + random_below(random, limit);
    return MIN(size, left);
}

static void fill(Random *random, uint32_t width) {
    for (size_t i = 0; i < COUNT; i++) values[i] = random_u64(random) & mask_of(width);
}

static void bits_unpack__gives_back_every_width(void **state) {
    Random random = random_new();
    (void)state;
    for (uint32_t width = 0; width <= 64; width++) {
        fill(&random, width);
        memset(packed, 0xFF, sizeof packed);
        pack(packed, values, COUNT, width);
        for (int round = 0; round < 20; round++) {
            size_t first = random_below(&random, COUNT),
                   count = random_below(&random, COUNT - first);
            bits_unpack_u64(packed, first, width, count, out);
            assert_memory_equal(out, values + first, count * 8);
            if (width > 32) continue;
            static uint32_t out32[COUNT];
            bits_unpack_u32(packed, first, width, count, out32);
            for (size_t i = 0; i < count; i++) assert_int_equal(out32[i], values[first + i]);
            if (width > 8) continue;
            static uint8_t out8[COUNT];
            bits_unpack_u8(packed, first, width, count, out8);
            for (size_t i = 0; i < count; i++) assert_int_equal(out8[i], values[first + i]);
        }
    }
}

static void bits_copy__moves_any_range(void **state) {
    Random random = random_new();
    (void)state;
    fill(&random, 1);
    pack(packed, values, COUNT, 1);
    for (int round = 0; round < 300; round++) {
        size_t count = random_below(&random, 300), from = random_below(&random, COUNT - 300);
        size_t to = random_below(&random, 200);
        uint64_t bits[16], before[16];
        for (int i = 0; i < 16; i++) bits[i] = before[i] = random_u64(&random);
        bits_copy(packed, from, bits, to, count);
        size_t ones = 0;
        for (size_t b = 0; b < 16 * 64; b++) {
            bool inside = b >= to && b < to + count;
            uint64_t want = inside ? values[from + b - to] : before[b / 64] >> b % 64 & 1;
            assert_int_equal(bits[b / 64] >> b % 64 & 1, want);
            ones += inside ? want : 0;
        }
        assert_int_equal(bits_count(bits, to, count), ones);
        bits_fill(bits, to, count, round & 1);
        assert_int_equal(bits_count(bits, to, count), round & 1 ? count : 0);
    }
}

// Runs of random kinds and lengths.
static size_t rle_encode(Random *random, uint32_t width, uint8_t *to) {
    size_t at = 0, i = 0;
    while (i < COUNT) {
        if (random_below(random, 2)) {
            size_t run = portion(random, 100, COUNT - i);
            for (size_t k = 1; k < run; k++) values[i + k] = values[i];
            at += varint_put(to + at, run << 1);
            for (uint32_t b = 0; b < (width + 7) / 8; b++) to[at++] = (uint8_t)(values[i] >> 8 * b);
            i += run;
        } else {
            size_t groups = 1 + random_below(random, 20), count = groups * 8;
            uint64_t padded[160] = {0};
            for (size_t k = 0; k < count && i + k < COUNT; k++) padded[k] = values[i + k];
            at += varint_put(to + at, groups << 1 | 1);
            at += pack(to + at, padded, count, width);
            i += count;
        }
    }
    return at;
}

static void rle_read__gives_back_mixed_runs(void **state) {
    Random random = random_new();
    (void)state;
    for (uint32_t width = 0; width <= 32; width++) {
        fill(&random, width);
        size_t bytes = rle_encode(&random, width, packed);
        assert_true(bytes < BYTES);
        RleDecoder decoder;
        rle_init(&decoder, packed, bytes, width);
        for (size_t at = 0; at < COUNT;) {
            static uint32_t out32[COUNT];
            size_t take = portion(&random, 200, COUNT - at);
            if (random_below(&random, 4) == 0) {
                assert_int_equal(rle_skip(&decoder, take), take);
            } else {
                assert_int_equal(rle_read_u32(&decoder, out32, take), take);
                for (size_t i = 0; i < take; i++) assert_int_equal(out32[i], values[at + i]);
            }
            at += take;
        }
    }
}

static void rle_read__stops_at_the_end(void **state) {
    (void)state;
    uint8_t data[1 + 1 + BITS_PADDING] = {10 << 1, 1};
    uint32_t out32[20];
    RleDecoder decoder;
    rle_init(&decoder, data, 2, 1);
    assert_int_equal(rle_read_u32(&decoder, out32, 20), 10);
    assert_int_equal(rle_read_u32(&decoder, out32, 20), 0);
    rle_init(&decoder, data, 1, 1); // the run's value is cut off
    assert_int_equal(rle_read_u32(&decoder, out32, 20), 0);
    uint8_t endless[8 + BITS_PADDING] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    rle_init(&decoder, endless, 8, 1);
    assert_int_equal(rle_read_u32(&decoder, out32, 20), 0);
    uint8_t cut[3 + BITS_PADDING] = {0xC9, 0x01, 0xFF}; // 100 groups, one byte of them
    rle_init(&decoder, cut, 3, 1);
    assert_int_equal(rle_skip(&decoder, 800), 8);
}

static void rle_read__takes_bits_most_significant_first(void **state) {
    (void)state;
    uint8_t data[2 + BITS_PADDING] = {0x1B, 0xE0}; // 00 01 10 11 11 10 00 00
    uint8_t out8[8];
    RleDecoder decoder;
    rle_init_msb(&decoder, data, 2, 2);
    assert_int_equal(rle_read_u8(&decoder, out8, 3), 3);
    assert_int_equal(rle_read_u8(&decoder, out8 + 3, 5), 5);
    assert_memory_equal(out8, ((uint8_t[]){0, 1, 2, 3, 3, 2, 0, 0}), 8);
    uint64_t bits = 0;
    size_t ones = 0;
    rle_init_msb(&decoder, data, 2, 1);
    assert_int_equal(rle_read_bits(&decoder, &bits, 0, 16, &ones), 16);
    assert_int_equal(ones, 7);
    assert_int_equal(bits, 0x07D8);
}

static uint64_t zigzag(int64_t v) { return (uint64_t)v << 1 ^ (uint64_t)(v >> 63); }

static size_t delta_encode(size_t count, size_t block, size_t miniblocks, uint8_t *to) {
    size_t at = varint_put(to, block), mini = block / miniblocks;
    at += varint_put(to + at, miniblocks);
    at += varint_put(to + at, count);
    at += varint_put(to + at, count ? zigzag((int64_t)values[0]) : 0);
    for (size_t i = 1; i < count; i += block) {
        static uint64_t deltas[4096];
        size_t n = MIN(block, count - i);
        int64_t least = INT64_MAX;
        for (size_t k = 0; k < n; k++) {
            deltas[k] = values[i + k] - values[i + k - 1];
            least = MIN(least, (int64_t)deltas[k]);
        }
        at += varint_put(to + at, zigzag(least));
        uint8_t *widths = to + at;
        at += miniblocks;
        for (size_t m = 0; m < miniblocks; m++) {
            uint64_t any = 0;
            widths[m] = 0;
            if (m * mini >= n) continue;
            for (size_t k = m * mini; k < (m + 1) * mini; k++) {
                deltas[k] = k < n ? deltas[k] - (uint64_t)least : 0;
                any |= deltas[k];
            }
            widths[m] = (uint8_t)(any ? 64 - __builtin_clzll(any) : 0);
            at += pack(to + at, deltas + m * mini, mini, widths[m]);
        }
    }
    return at;
}

static void delta_read__gives_back_all_widths(void **state) {
    Random random = random_new();
    (void)state;
    for (uint32_t width = 0; width <= 64; width += 1 + (uint32_t)random_below(&random, 3)) {
        static const size_t counts[] = {0, 1, 2, 33, 128, 129, COUNT / 2};
        for (size_t c = 0; c < COUNT_OF(counts); c++) {
            size_t count = counts[c], block = random_below(&random, 2) ? 128 : 256;
            fill(&random, width);
            size_t bytes = delta_encode(count, block, 4, packed);
            packed[bytes] = 0xAB;
            DeltaDecoder decoder;
            assert_true(delta_init(&decoder, packed, bytes + 1));
            assert_ptr_equal(delta_end(&decoder), packed + bytes);
            for (size_t at = 0; at < count;) {
                size_t take = portion(&random, 300, count - at);
                assert_true(delta_read(&decoder, out, take));
                assert_memory_equal(out, values + at, take * 8);
                at += take;
            }
            assert_false(delta_read(&decoder, out, 1));
        }
    }
}

static void delta_read__refuses_malformed_input(void **state) {
    Random random = random_new();
    (void)state;
    DeltaDecoder decoder;
    assert_false(delta_init(&decoder, (const uint8_t *)"\x80", 1));
    assert_false(delta_init(&decoder, (const uint8_t *)"\x80\x01\x00\x05\x02", 5)); // no miniblocks
    assert_false(delta_init(&decoder, (const uint8_t *)"\x80\x01\x03\x05\x02", 5)); // uneven
    fill(&random, 20);
    size_t bytes = delta_encode(500, 128, 4, packed);
    for (size_t cut = 0; cut < bytes; cut++) {
        if (!delta_init(&decoder, packed, cut)) continue;
        bool all = delta_read(&decoder, out, 500);
        // Only bytes that pad the last miniblock may be missing.
        assert_true(!all || cut + 16 * 20 / 8 > bytes - 100);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_unpack__gives_back_every_width),
        cmocka_unit_test(bits_copy__moves_any_range),
        cmocka_unit_test(rle_read__gives_back_mixed_runs),
        cmocka_unit_test(rle_read__stops_at_the_end),
        cmocka_unit_test(rle_read__takes_bits_most_significant_first),
        cmocka_unit_test(delta_read__gives_back_all_widths),
        cmocka_unit_test(delta_read__refuses_malformed_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
