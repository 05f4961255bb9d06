// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/encoding/rle.h"

void rle_init(RleDecoder *decoder, const uint8_t *data, size_t bytes, uint32_t width) {
    *decoder = (RleDecoder){.next = data, .end = data + bytes, .width = width};
}

void rle_init_msb(RleDecoder *decoder, const uint8_t *data, size_t bytes, uint32_t width) {
    *decoder = (RleDecoder){
        .next = data + bytes, .end = data + bytes, .packed = data, .width = width, .is_msb = true};
    decoder->left = width ? bytes * 8 / width : UINT64_MAX;
}

static bool header_read(RleDecoder *decoder, uint64_t *header) {
    uint64_t value = 0;
    for (uint32_t shift = 0; shift < 35; shift += 7) {
        if (decoder->next == decoder->end) return false;
        uint8_t byte = *decoder->next++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            *header = value;
            return true;
        }
    }
    return false;
}

// Positions at the next run that has values; false: there is none (or it is malformed).
static bool run_next(RleDecoder *decoder) {
    while (decoder->left == 0) {
        uint64_t header;
        if (decoder->is_msb || !header_read(decoder, &header)) return false;
        size_t bytes_left = (size_t)(decoder->end - decoder->next);
        if (header & 1) {
            // The last run of some writers is shorter than its header says.
            uint64_t groups = header >> 1, bytes = groups * decoder->width;
            decoder->left = groups * 8;
            if (bytes > bytes_left) {
                bytes = bytes_left;
                decoder->left = bytes * 8 / decoder->width;
            }
            decoder->packed = decoder->next;
            decoder->packed_index = 0;
            decoder->next += bytes;
        } else {
            uint32_t bytes = (decoder->width + 7) / 8, value = 0;
            if (bytes > bytes_left) return false;
            for (uint32_t i = 0; i < bytes; i++) value |= (uint32_t)decoder->next[i] << (8 * i);
            decoder->next += bytes;
            decoder->packed = NULL;
            decoder->value = value;
            decoder->left = header >> 1;
        }
    }
    return true;
}

static uint32_t msb_value(const RleDecoder *decoder, size_t index) {
    uint32_t value = 0;
    for (uint32_t b = 0; b < decoder->width; b++) {
        size_t bit = index * decoder->width + b;
        value = value << 1 | ((uint32_t)decoder->packed[bit >> 3] >> (7 - (bit & 7)) & 1u);
    }
    return value;
}

size_t rle_read_u32(RleDecoder *decoder, uint32_t *out, size_t count) {
    size_t done = 0;
    while (done < count && run_next(decoder)) {
        size_t take = MIN(count - done, decoder->left);
        if (!decoder->packed) {
            uint32_t value = decoder->value;
            for (size_t i = 0; i < take; i++) out[done + i] = value;
        } else {
            bits_unpack_u32(decoder->packed, decoder->packed_index, decoder->width, take,
                            out + done);
            decoder->packed_index += take;
        }
        decoder->left -= take;
        done += take;
    }
    return done;
}

size_t rle_read_u8(RleDecoder *decoder, uint8_t *out, size_t count) {
    size_t done = 0;
    while (done < count && run_next(decoder)) {
        size_t take = MIN(count - done, decoder->left);
        if (!decoder->packed) {
            memset(out + done, (int)(decoder->value & 0xFF), take);
        } else {
            size_t from = decoder->packed_index;
            if (decoder->is_msb) {
                for (size_t i = 0; i < take; i++) {
                    out[done + i] = (uint8_t)msb_value(decoder, from + i);
                }
            } else {
                bits_unpack_u8(decoder->packed, from, decoder->width, take, out + done);
            }
            decoder->packed_index += take;
        }
        decoder->left -= take;
        done += take;
    }
    return done;
}

size_t rle_read_bits(RleDecoder *decoder, uint64_t *out, size_t to, size_t count, size_t *ones) {
    size_t done = 0;
    while (done < count && run_next(decoder)) {
        size_t take = MIN(count - done, decoder->left);
        if (!decoder->packed) {
            bits_fill(out, to + done, take, decoder->value & 1);
            *ones += decoder->value & 1 ? take : 0;
        } else {
            size_t from = decoder->packed_index;
            if (decoder->is_msb) {
                for (size_t i = 0; i < take; i++) {
                    bits_fill(out, to + done + i, 1, msb_value(decoder, from + i));
                }
            } else {
                bits_copy(decoder->packed, from, out, to + done, take);
            }
            *ones += bits_count(out, to + done, take);
            decoder->packed_index += take;
        }
        decoder->left -= take;
        done += take;
    }
    return done;
}

size_t rle_skip(RleDecoder *decoder, size_t count) {
    size_t done = 0;
    while (done < count && run_next(decoder)) {
        size_t take = MIN(count - done, decoder->left);
        decoder->packed_index += decoder->packed ? take : 0;
        decoder->left -= take;
        done += take;
    }
    return done;
}
