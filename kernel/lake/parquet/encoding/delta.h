// SPDX-License-Identifier: Apache-2.0
// DELTA_BINARY_PACKED: blocks of miniblocks of bit-packed differences to a smallest difference.
//
// Arithmetic is modulo 2^64; 32-bit values are the low halves. The bytes are followed by
// BITS_PADDING readable ones.
#pragma once

#include "kernel/lake/parquet/encoding/bits.h"

typedef struct DeltaDecoder {
    const uint8_t *next; // next miniblock's values, or next block
    const uint8_t *end;
    const uint8_t *widths;    // of the current block's miniblocks, from the next one on
    const uint8_t *packed;    // current miniblock
    uint64_t left;            // values left in all
    uint64_t value;           // last value (or the first, before it was handed out)
    uint64_t min_delta;       // of the current block
    uint32_t miniblock_count; // of a block
    uint32_t miniblock_values;
    uint32_t miniblocks_left; // in the current block
    uint32_t packed_index;    // next value of the current miniblock
    uint32_t packed_width;
    bool at_first;
} DeltaDecoder;

// False: the header is malformed.
bool delta_init(DeltaDecoder *decoder, const uint8_t *data, size_t bytes) MUST_CHECK;
// False: fewer values, or malformed.
bool delta_read(DeltaDecoder *decoder, uint64_t *out, size_t count) MUST_CHECK;
// Where the bytes behind all of the values begin, without decoding them; NULL: malformed. The
// decoder must be fresh.
const uint8_t *delta_end(const DeltaDecoder *decoder);
