// SPDX-License-Identifier: Apache-2.0
// Decompression by the codecs of table formats, with the contexts that a thread reuses, and CRC-32.
#pragma once

#include "base/slice.h"

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
