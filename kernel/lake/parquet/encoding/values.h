// SPDX-License-Identifier: Apache-2.0
// The values of a page: every encoding, handed out as dense arrays of the stored form.
//
// The stored form of a physical type: BOOLEAN a byte, INT32 and FLOAT 4 bytes, INT64 and DOUBLE 8,
// INT96 12, BYTE_ARRAY and FIXED a StringView into the page (or into the arena, where values share
// prefixes or their bytes lie apart). Dictionary codes are read as uint32_t. Nothing here knows of
// nulls. The page's bytes are followed by BITS_PADDING readable ones.
#pragma once

#include "base/text.h"
#include "kernel/column/vector.h"
#include "kernel/lake/parquet/encoding/delta.h"
#include "kernel/lake/parquet/encoding/rle.h"
#include "kernel/lake/parquet/format/footer.h"

typedef enum ValueForm {
    VALUES_NONE,
    VALUES_FIXED,       // PLAIN, as they lie
    VALUES_BITS,        // PLAIN booleans
    VALUES_BYTES,       // PLAIN byte arrays
    VALUES_FIXED_BYTES, // PLAIN fixed byte arrays
    VALUES_RLE_BOOLEAN,
    VALUES_CODES, // of the dictionary
    VALUES_DELTA,
    VALUES_DELTA_LENGTH,
    VALUES_DELTA_PREFIX, // DELTA_BYTE_ARRAY
    VALUES_SPLIT,        // BYTE_STREAM_SPLIT
} ValueForm;

typedef struct ValueDecoder {
    ValueForm form;
    ParquetPhysical physical;
    uint32_t value_bytes; // of a fixed-size value, in the page
    const uint8_t *next;
    const uint8_t *end;
    size_t index;       // BITS, SPLIT: next value
    size_t split_count; // SPLIT: values of the page
    RleDecoder rle;
    DeltaDecoder lengths;  // DELTA, and lengths of (the rest of) strings
    DeltaDecoder prefixes; // lengths shared with the value before
    Text last;             // DELTA_PREFIX: the value before
} ValueDecoder;

size_t value_stored_bytes(ParquetPhysical physical);
void values_deinit(ValueDecoder *decoder);
// NULL, or why the page cannot be decoded. `decoder` is zero or was used before.
const char *values_init(ValueDecoder *decoder, ParquetPhysical physical, uint32_t fixed_bytes,
                        ParquetEncoding encoding, const uint8_t *data, size_t bytes) MUST_CHECK;
// False: fewer values than that, or malformed ones. Not for CODES.
bool values_read(ValueDecoder *decoder, uint32_t count, void *out, Arena *arena) MUST_CHECK;
bool values_read_codes(ValueDecoder *decoder, uint32_t count, uint32_t *out) MUST_CHECK;
bool values_skip(ValueDecoder *decoder, uint32_t count, Arena *arena) MUST_CHECK;
