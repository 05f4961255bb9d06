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

// --- streams -------------------------------------------------------------------------------------

enum { UNPACK_INPUT_BYTES = 256 << 10 };

struct Unpacker {
    UnpackFormat format;
    z_stream gzip;
    ZSTD_DStream *zstd;
    bool within;       // a member or frame has begun and not ended
    size_t start, end; // unread bytes of input
    char input[UNPACK_INPUT_BYTES];
};

Unpacker *unpacker_new(UnpackFormat format) {
    ASSERT(format != UNPACK_NONE);
    Unpacker *unpacker = xcalloc(1, sizeof *unpacker);
    unpacker->format = format;
    if (format == UNPACK_ZSTD) {
        unpacker->zstd = ZSTD_createDStream();
        if (!unpacker->zstd) out_of_memory(0);
    } else if (inflateInit2(&unpacker->gzip, 15 + 32) != Z_OK) {
        out_of_memory(0); // 15 + 32: any window, gzip's or zlib's header
    }
    return unpacker;
}

void unpacker_free(Unpacker *unpacker) {
    if (!unpacker) return;
    if (unpacker->format == UNPACK_ZSTD) ZSTD_freeDStream(unpacker->zstd);
    else inflateEnd(&unpacker->gzip);
    free(unpacker);
}

char *unpacker_input(Unpacker *unpacker, size_t *room) {
    if (unpacker->start == unpacker->end) unpacker->start = unpacker->end = 0;
    *room = UNPACK_INPUT_BYTES - unpacker->end;
    return unpacker->input + unpacker->end;
}

void unpacker_fed(Unpacker *unpacker, size_t bytes) {
    ASSERT(bytes <= UNPACK_INPUT_BYTES - unpacker->end);
    unpacker->end += bytes;
}

static UnpackResult read_gzip(Unpacker *unpacker, char *out, size_t room, size_t *got) {
    z_stream *stream = &unpacker->gzip;
    if (!unpacker->within && inflateReset(stream) != Z_OK) return UNPACK_CORRUPT;
    unpacker->within = true;
    stream->next_in = (Bytef *)unpacker->input + unpacker->start;
    stream->avail_in = (uInt)(unpacker->end - unpacker->start);
    stream->next_out = (Bytef *)out;
    stream->avail_out = (uInt)MIN(room, (size_t)1 << 30);
    uInt before = stream->avail_out;
    int status = inflate(stream, Z_NO_FLUSH);
    unpacker->start = unpacker->end - stream->avail_in;
    *got = before - stream->avail_out;
    if (status == Z_STREAM_END) unpacker->within = false;
    bool ok = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
    return ok ? UNPACK_MORE : UNPACK_CORRUPT;
}

static UnpackResult read_zstd(Unpacker *unpacker, char *out, size_t room, size_t *got) {
    ZSTD_inBuffer in = {unpacker->input, unpacker->end, unpacker->start};
    ZSTD_outBuffer to = {out, room, 0};
    size_t status = ZSTD_decompressStream(unpacker->zstd, &to, &in);
    if (ZSTD_isError(status)) return UNPACK_CORRUPT;
    unpacker->within = status != 0;
    unpacker->start = in.pos;
    *got = to.pos;
    return UNPACK_MORE;
}

UnpackResult unpacker_read(Unpacker *unpacker, char *out, size_t room, bool is_last, size_t *got) {
    *got = 0;
    bool has_input = unpacker->start < unpacker->end;
    if (!has_input && !unpacker->within) return is_last ? UNPACK_END : UNPACK_MORE;
    size_t start = unpacker->start;
    UnpackResult result = unpacker->format == UNPACK_ZSTD ? read_zstd(unpacker, out, room, got)
                                                          : read_gzip(unpacker, out, room, got);
    bool stuck = *got == 0 && unpacker->start == start;
    if (result == UNPACK_MORE && is_last && stuck && unpacker->within) return UNPACK_CUT;
    return result;
}

bool compress_zstd(Slice in, Text *out) {
    size_t bound = ZSTD_compressBound(in.bytes);
    char *at = text_reserve(out, bound);
    size_t bytes = ZSTD_compress(at, bound, in.data, in.bytes, 3);
    if (ZSTD_isError(bytes)) return false;
    text_added(out, bytes);
    return true;
}
