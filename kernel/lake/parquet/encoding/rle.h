// SPDX-License-Identifier: Apache-2.0
// The hybrid of run-length and bit-packed runs: levels, dictionary codes, booleans.
//
// A decoder hands out values in any portions. Values past the last run are an error: it returns how
// many there were. The bytes are followed by BITS_PADDING readable ones.
#pragma once

#include "kernel/lake/parquet/encoding/bits.h"

typedef struct RleDecoder {
    const uint8_t *next; // next run's header
    const uint8_t *end;
    const uint8_t *packed; // values of the current run; NULL: a repeated value
    size_t packed_index;   // next value of it
    uint64_t left;         // values left in the current run
    uint32_t value;        // repeated value
    uint32_t width;        // bits of a value, 0..32
    bool is_msb;           // legacy BIT_PACKED levels: one run, most significant bit first
} RleDecoder;

void rle_init(RleDecoder *decoder, const uint8_t *data, size_t bytes, uint32_t width);
// Legacy BIT_PACKED levels of `count` values.
void rle_init_msb(RleDecoder *decoder, const uint8_t *data, size_t bytes, uint32_t width);
size_t rle_read_u32(RleDecoder *decoder, uint32_t *out, size_t count);
size_t rle_read_u8(RleDecoder *decoder, uint8_t *out, size_t count); // width <= 8
// Width 1: values as bits from bit `to` of `out`; *ones grows by the number of 1s.
size_t rle_read_bits(RleDecoder *decoder, uint64_t *out, size_t to, size_t count, size_t *ones);
size_t rle_skip(RleDecoder *decoder, size_t count);
