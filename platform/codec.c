// SPDX-License-Identifier: Apache-2.0
#include "platform/codec.h"

#include <brotli/decode.h>
#include <limits.h>
#include <lz4.h>
#include <snappy-c.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

void decompressor_deinit(Decompressor *decompressor) {
    ZSTD_freeDCtx(decompressor->zstd);
    if (decompressor->gzip) inflateEnd(decompressor->gzip);
    free(decompressor->gzip);
    *decompressor = (Decompressor){0};
}

bool codec_is_known(uint8_t codec) { return codec < CODEC_COUNT && codec != CODEC_LZO; }

const char *codec_name(uint8_t codec) {
    static const char *const names[] = {"none",   "snappy", "gzip", "LZO",
                                        "brotli", "LZ4",    "zstd", "LZ4_RAW"};
    return codec < CODEC_COUNT ? names[codec] : "an unknown codec";
}

static bool snappy_decompress(Slice in, uint8_t *out, size_t out_bytes) {
    size_t bytes;
    if (snappy_uncompressed_length(in.data, in.bytes, &bytes) != SNAPPY_OK || bytes != out_bytes) {
        return false;
    }
    return snappy_uncompress(in.data, in.bytes, (char *)out, &bytes) == SNAPPY_OK;
}

static bool zstd_decompress(Decompressor *decompressor, Slice in, uint8_t *out, size_t out_bytes) {
    if (!decompressor->zstd) decompressor->zstd = ZSTD_createDCtx();
    if (!decompressor->zstd) out_of_memory(0);
    size_t got = ZSTD_decompressDCtx(decompressor->zstd, out, out_bytes, in.data, in.bytes);
    return got == out_bytes; // an error code is larger than any size
}

// Members of a gzip file may follow one another.
static bool gzip_decompress(Decompressor *decompressor, Slice in, uint8_t *out, size_t out_bytes) {
    enum { ZLIB_OR_GZIP = 15 + 32 };
    if (!decompressor->gzip) {
        decompressor->gzip = xcalloc(1, sizeof *decompressor->gzip);
        if (inflateInit2(decompressor->gzip, ZLIB_OR_GZIP) != Z_OK) out_of_memory(0);
    }
    z_stream *stream = decompressor->gzip;
    if (in.bytes > UINT_MAX || out_bytes > UINT_MAX) return false;
    stream->next_in = (Bytef *)(uintptr_t)in.data;
    stream->avail_in = (uInt)in.bytes;
    stream->next_out = out;
    stream->avail_out = (uInt)out_bytes;
    do {
        if (inflateReset2(stream, ZLIB_OR_GZIP) != Z_OK) return false;
        if (inflate(stream, Z_FINISH) != Z_STREAM_END) return false;
    } while (stream->avail_in > 0 && stream->avail_out > 0);
    return stream->avail_out == 0;
}

static bool lz4_raw_decompress(Slice in, uint8_t *out, size_t out_bytes) {
    if (in.bytes > INT_MAX || out_bytes > INT_MAX) return false;
    int got = LZ4_decompress_safe(in.data, (char *)out, (int)in.bytes, (int)out_bytes);
    return got >= 0 && (size_t)got == out_bytes;
}

static uint32_t big_endian_u32(const char *data) {
    uint32_t value;
    memcpy(&value, data, 4);
    return __builtin_bswap32(value);
}

// Hadoop's framing: unpacked and packed size before each block, big-endian.
static bool lz4_hadoop_decompress(Slice in, uint8_t *out, size_t out_bytes) {
    while (out_bytes > 0) {
        if (in.bytes < 8) return false;
        size_t unpacked = big_endian_u32(in.data), packed = big_endian_u32(in.data + 4);
        if (packed > in.bytes - 8 || unpacked > out_bytes) return false;
        if (!lz4_raw_decompress(slice_of(in.data + 8, packed), out, unpacked)) return false;
        in = slice_from(in, packed + 8);
        out += unpacked;
        out_bytes -= unpacked;
    }
    return in.bytes == 0;
}

bool decompress(Decompressor *decompressor, uint8_t codec, Slice in, uint8_t *out,
                size_t out_bytes) {
    // Some writers leave nothing at all for a body of no bytes, others an empty frame.
    if (out_bytes == 0) return true;
    switch (codec) {
    case CODEC_NONE:
        if (in.bytes != out_bytes) return false;
        memcpy(out, in.data, out_bytes);
        return true;
    case CODEC_SNAPPY: return snappy_decompress(in, out, out_bytes);
    case CODEC_GZIP: return gzip_decompress(decompressor, in, out, out_bytes);
    case CODEC_BROTLI: {
        size_t bytes = out_bytes;
        return BrotliDecoderDecompress(in.bytes, (const uint8_t *)in.data, &bytes, out) ==
                   BROTLI_DECODER_RESULT_SUCCESS &&
               bytes == out_bytes;
    }
    case CODEC_LZ4:
        return lz4_hadoop_decompress(in, out, out_bytes) || lz4_raw_decompress(in, out, out_bytes);
    case CODEC_ZSTD: return zstd_decompress(decompressor, in, out, out_bytes);
    case CODEC_LZ4_RAW: return lz4_raw_decompress(in, out, out_bytes);
    default: return false;
    }
}

uint32_t codec_crc32(uint32_t crc, const void *data, size_t bytes) {
    return (uint32_t)crc32_z(crc, data, bytes);
}
