// SPDX-License-Identifier: Apache-2.0
// Decompression of pages, with the contexts that a thread reuses.
#pragma once

#include "base/slice.h"

typedef enum ParquetCodec {
    CODEC_NONE,
    CODEC_SNAPPY,
    CODEC_GZIP,
    CODEC_LZO,
    CODEC_BROTLI,
    CODEC_LZ4, // Hadoop's framing, or a raw block
    CODEC_ZSTD,
    CODEC_LZ4_RAW,
    CODEC_COUNT,
} ParquetCodec;

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
