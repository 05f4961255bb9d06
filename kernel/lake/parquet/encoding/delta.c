// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/encoding/delta.h"

enum { BLOCK_VALUES_MAX = 1 << 24 };

static bool varint_read(const uint8_t **next, const uint8_t *end, uint64_t *value) {
    *value = 0;
    for (uint32_t shift = 0; shift < 64; shift += 7) {
        if (*next == end) return false;
        uint8_t byte = *(*next)++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

static uint64_t zigzag(uint64_t raw) { return raw >> 1 ^ (0 - (raw & 1)); }

bool delta_init(DeltaDecoder *decoder, const uint8_t *data, size_t bytes) {
    uint64_t block, miniblocks, total, first;
    *decoder = (DeltaDecoder){.next = data, .end = data + bytes, .at_first = true};
    if (!varint_read(&decoder->next, decoder->end, &block) ||
        !varint_read(&decoder->next, decoder->end, &miniblocks) ||
        !varint_read(&decoder->next, decoder->end, &total) ||
        !varint_read(&decoder->next, decoder->end, &first)) {
        return false;
    }
    if (miniblocks == 0 || miniblocks > block || block > BLOCK_VALUES_MAX ||
        block % miniblocks != 0 || block / miniblocks % 8 != 0) {
        return false;
    }
    decoder->miniblock_count = (uint32_t)miniblocks;
    decoder->miniblock_values = (uint32_t)(block / miniblocks);
    decoder->packed_index = decoder->miniblock_values;
    decoder->left = total;
    decoder->value = zigzag(first);
    return true;
}

static bool block_begin(DeltaDecoder *decoder) {
    uint64_t raw;
    if (!varint_read(&decoder->next, decoder->end, &raw)) return false;
    if ((size_t)(decoder->end - decoder->next) < decoder->miniblock_count) return false;
    decoder->min_delta = zigzag(raw);
    decoder->widths = decoder->next;
    decoder->next += decoder->miniblock_count;
    decoder->miniblocks_left = decoder->miniblock_count;
    return true;
}

// Moves to the next miniblock. The file's last one may lack the bytes of values that do not exist.
static bool miniblock_begin(DeltaDecoder *decoder) {
    if (decoder->miniblocks_left == 0 && !block_begin(decoder)) return false;
    uint32_t width = *decoder->widths++;
    if (width > 64) return false;
    uint64_t values = MIN(decoder->left, decoder->miniblock_values);
    size_t bytes_left = (size_t)(decoder->end - decoder->next);
    if ((values * width + 7) / 8 > bytes_left) return false;
    decoder->packed = decoder->next;
    decoder->packed_width = width;
    decoder->packed_index = 0;
    decoder->miniblocks_left--;
    decoder->next += MIN((size_t)decoder->miniblock_values / 8 * width, bytes_left);
    return true;
}

bool delta_read(DeltaDecoder *decoder, uint64_t *out, size_t count) {
    if (count > decoder->left) return false;
    if (count == 0) return true;
    size_t done = 0;
    if (decoder->at_first) {
        out[done++] = decoder->value;
        decoder->at_first = false;
        decoder->left--;
    }
    while (done < count) {
        if (decoder->packed_index == decoder->miniblock_values && !miniblock_begin(decoder)) {
            return false;
        }
        size_t take = MIN(count - done, decoder->miniblock_values - decoder->packed_index);
        bits_unpack_u64(decoder->packed, decoder->packed_index, decoder->packed_width, take,
                        out + done);
        uint64_t value = decoder->value, min_delta = decoder->min_delta;
        for (size_t i = done; i < done + take; i++) {
            value += out[i] + min_delta;
            out[i] = value;
        }
        decoder->value = value;
        decoder->packed_index += (uint32_t)take;
        decoder->left -= take;
        done += take;
    }
    return true;
}

const uint8_t *delta_end(const DeltaDecoder *decoder) {
    DeltaDecoder scan = *decoder;
    if (scan.left > 0) scan.left--;
    while (scan.left > 0) {
        if (!miniblock_begin(&scan)) return NULL;
        scan.left -= MIN(scan.left, scan.miniblock_values);
    }
    return scan.next;
}
