// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/format/bloom_filter.h"

#include "kernel/lake/parquet/format/thrift.h"

#include <xxhash.h>

enum { HEADER_BYTES = 64, BLOCK_WORDS = 8, BLOCK_BYTES = 32 };

// A union whose first member is the only one known: block algorithm, XXH64, no compression.
static bool first_member(ThriftReader *in) {
    int32_t id = 0, member = 0;
    uint32_t key;
    while (thrift_field(in, &id, &key)) {
        member = id;
        thrift_skip(in, key);
    }
    return member == 1;
}

// Size of the bit set that follows the header; 0: no filter that is known.
static uint32_t header_parse(Slice data, size_t *header_bytes) {
    ThriftReader in = thrift_reader(data);
    int32_t id = 0, bytes = 0;
    uint32_t key;
    bool known = true;
    while (thrift_field(&in, &id, &key)) {
        if (key == THRIFT_KEY(1, THRIFT_I32)) bytes = thrift_i32(&in);
        else if (id >= 2 && id <= 4 && (key & 15) == THRIFT_STRUCT) known &= first_member(&in);
        else thrift_skip(&in, key);
    }
    *header_bytes = (size_t)(in.next - (const uint8_t *)data.data);
    return known && !in.failed && bytes >= BLOCK_BYTES ? (uint32_t)bytes : 0;
}

bool bloom_filter_may_contain(StorageFile *file, const ParquetChunk *chunk, Slice plain) {
    static const uint32_t salts[BLOCK_WORDS] = {0x47b6137bU, 0x44974d91U, 0x8824ad5bU, 0xa2b7289dU,
                                                0x705495c7U, 0x2df1424bU, 0x9efc4947U, 0x5c6bfb31U};
    uint64_t file_bytes = storage_file_bytes(file);
    char header[HEADER_BYTES];
    uint32_t block[BLOCK_WORDS];
    Error ignored = {0};
    if (chunk->bloom_offset == 0 || chunk->bloom_offset >= file_bytes) return true;
    size_t bytes = (size_t)MIN(file_bytes - chunk->bloom_offset, (uint64_t)HEADER_BYTES), used;
    if (!storage_read(file, chunk->bloom_offset, bytes, header, &ignored)) return true;
    uint32_t set_bytes = header_parse(slice_of(header, bytes), &used);
    if (set_bytes == 0) return true;
    uint64_t hash = XXH64(plain.data, plain.bytes, 0);
    uint64_t number = (hash >> 32) * (set_bytes / BLOCK_BYTES) >> 32;
    uint64_t offset = chunk->bloom_offset + used + number * BLOCK_BYTES;
    if (!storage_read(file, offset, BLOCK_BYTES, block, &ignored)) return true;
    for (uint32_t i = 0; i < BLOCK_WORDS; i++) {
        uint32_t bit = (uint32_t)hash * salts[i] >> 27;
        if (!(block[i] >> bit & 1)) return false;
    }
    return true;
}
