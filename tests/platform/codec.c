// SPDX-License-Identifier: Apache-2.0
// Every codec gives back what its library packed, and refuses what is cut off or of another size.
#include "platform/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <brotli/encode.h>
#include <cmocka.h>
#include <lz4.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

enum { BYTES = 100000, ROOM = 2 * BYTES };

static uint8_t plain[BYTES], out[BYTES + 1];
static char packed[ROOM];

static size_t gzip_pack(const uint8_t *in, size_t bytes, char *to, size_t room) {
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)in;
    stream.avail_in = (uInt)bytes;
    stream.next_out = (Bytef *)to;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return room - stream.avail_out;
}

static size_t hadoop_pack(const uint8_t *in, size_t bytes, char *to) {
    size_t at = 0;
    for (size_t from = 0; from < bytes; from += 30000) {
        int take = (int)MIN(bytes - from, (size_t)30000);
        int got = LZ4_compress_default((const char *)in + from, to + at + 8, take, 60000);
        uint32_t sizes[2] = {__builtin_bswap32((uint32_t)take), __builtin_bswap32((uint32_t)got)};
        memcpy(to + at, sizes, 8);
        at += 8 + (size_t)got;
    }
    return at;
}

static size_t pack(uint8_t codec) {
    size_t bytes = ROOM;
    switch (codec) {
    case CODEC_NONE: memcpy(packed, plain, BYTES); return BYTES;
    case CODEC_SNAPPY:
        assert_int_equal(snappy_compress((const char *)plain, BYTES, packed, &bytes), SNAPPY_OK);
        return bytes;
    case CODEC_GZIP: return gzip_pack(plain, BYTES, packed, ROOM);
    case CODEC_BROTLI:
        assert_true(BrotliEncoderCompress(4, 20, BROTLI_MODE_GENERIC, BYTES, plain, &bytes,
                                          (uint8_t *)packed));
        return bytes;
    case CODEC_LZ4: return hadoop_pack(plain, BYTES, packed);
    case CODEC_ZSTD: return ZSTD_compress(packed, ROOM, plain, BYTES, 1);
    default: return (size_t)LZ4_compress_default((const char *)plain, packed, BYTES, ROOM);
    }
}

static void plain_fill(void) {
    for (size_t i = 0; i < BYTES; i++) plain[i] = (uint8_t)(i % 251 * (i / 1000));
}

static void decompress__gives_back_what_was_packed(void **state) {
    (void)state;
    Decompressor d = {0};
    plain_fill();
    for (uint8_t codec = 0; codec < CODEC_COUNT; codec++) {
        if (codec == CODEC_LZO) continue;
        size_t bytes = pack(codec);
        for (int again = 0; again < 2; again++) {
            memset(out, 0, sizeof out);
            assert_true(decompress(&d, codec, slice_of(packed, bytes), out, BYTES));
            assert_memory_equal(out, plain, BYTES);
        }
        assert_false(decompress(&d, codec, slice_of(packed, bytes), out, BYTES - 1));
        assert_false(decompress(&d, codec, slice_of(packed, bytes), out, BYTES + 1));
        assert_false(decompress(&d, codec, slice_of(packed, bytes / 2), out, BYTES));
        assert_true(decompress(&d, codec, slice_of(packed, bytes), out, 0));
    }
    decompressor_deinit(&d);
}

static void decompress__joins_gzip_members(void **state) {
    (void)state;
    Decompressor d = {0};
    plain_fill();
    size_t first = gzip_pack(plain, 1000, packed, ROOM);
    size_t all = first + gzip_pack(plain + 1000, BYTES - 1000, packed + first, ROOM - first);
    assert_true(decompress(&d, CODEC_GZIP, slice_of(packed, all), out, BYTES));
    assert_memory_equal(out, plain, BYTES);
    decompressor_deinit(&d);
}

static void decompress__takes_raw_lz4_for_hadoop_lz4(void **state) {
    (void)state;
    Decompressor d = {0};
    plain_fill();
    size_t bytes = pack(CODEC_LZ4_RAW);
    assert_true(decompress(&d, CODEC_LZ4, slice_of(packed, bytes), out, BYTES));
    assert_memory_equal(out, plain, BYTES);
}

static void codec_is_known__refuses_lzo(void **state) {
    (void)state;
    assert_false(codec_is_known(CODEC_LZO));
    assert_false(codec_is_known(CODEC_COUNT));
    assert_false(codec_is_known(255));
    assert_true(codec_is_known(CODEC_NONE));
    assert_string_equal(codec_name(CODEC_LZO), "LZO");
    assert_string_equal(codec_name(200), "an unknown codec");
}

static void codec_crc32__is_that_of_gzip(void **state) {
    (void)state;
    assert_int_equal(codec_crc32(0, "123456789", 9), 0xCBF43926);
    assert_int_equal(codec_crc32(codec_crc32(0, "1234", 4), "56789", 5), 0xCBF43926);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decompress__gives_back_what_was_packed),
        cmocka_unit_test(decompress__joins_gzip_members),
        cmocka_unit_test(decompress__takes_raw_lz4_for_hadoop_lz4),
        cmocka_unit_test(codec_is_known__refuses_lzo),
        cmocka_unit_test(codec_crc32__is_that_of_gzip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
