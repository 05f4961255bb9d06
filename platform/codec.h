// SPDX-License-Identifier: Apache-2.0
// Decompression by the codecs of table formats: of blocks, with the contexts that a thread reuses,
// and of streams; CRC-32.
#pragma once

#include "base/text.h"

// Numbered as Parquet does.
typedef enum Codec {
    CODEC_NONE,
    CODEC_SNAPPY,
    CODEC_GZIP,
    CODEC_LZO,
    CODEC_BROTLI,
    CODEC_LZ4, // Hadoop's framing, or a raw block
    CODEC_ZSTD,
    CODEC_LZ4_RAW,
    CODEC_COUNT,
} Codec;

// Zero is valid. Confined to one thread.
typedef struct Decompressor {
    struct ZSTD_DCtx_s *zstd;
    struct z_stream_s *gzip;
} Decompressor;

void decompressor_deinit(Decompressor *decompressor);
// False: a codec that Tarn cannot decompress.
bool codec_is_known(uint8_t codec);
const char *codec_name(uint8_t codec);
// Exactly `out_bytes` come out; false otherwise.
bool decompress(Decompressor *decompressor, uint8_t codec, Slice in, uint8_t *out,
                size_t out_bytes) MUST_CHECK;
// CRC-32 (ISO 3309, as gzip's) of bytes that follow those of `crc`; 0 at the start.
uint32_t codec_crc32(uint32_t crc, const void *data, size_t bytes);

// --- streams unpacked piece by piece: gzip (several members, or zlib's own header), zstd ---------

typedef enum UnpackFormat { UNPACK_NONE, UNPACK_GZIP, UNPACK_ZSTD } UnpackFormat;

typedef enum UnpackResult {
    UNPACK_MORE,    // perhaps bytes came; feed and read on
    UNPACK_END,     // the stream is complete
    UNPACK_CUT,     // the input ended within it
    UNPACK_CORRUPT, // it is no such stream
} UnpackResult;

typedef struct Unpacker Unpacker;

Unpacker *unpacker_new(UnpackFormat format);
void unpacker_free(Unpacker *unpacker); // accepts NULL
// Where to put the next compressed bytes, and how many there is room for (0: read first).
char *unpacker_input(Unpacker *unpacker, size_t *room);
void unpacker_fed(Unpacker *unpacker, size_t bytes);
// Up to `room` bytes into `out`; `is_last`: nothing will be fed any more.
UnpackResult unpacker_read(Unpacker *unpacker, char *out, size_t room, bool is_last, size_t *got);

AUTO_PTR_DEFINE(Unpacker, unpacker_free)
// Appends the compressed bytes (level 3).
bool compress_zstd(Slice in, Text *out) MUST_CHECK;
