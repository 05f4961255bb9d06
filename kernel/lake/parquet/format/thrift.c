// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/format/thrift.h"

enum { SKIP_DEPTH_MAX = 32 };

static void reader_fail(ThriftReader *reader) {
    reader->failed = true;
    reader->next = reader->end;
}

static uint8_t byte_next(ThriftReader *reader) {
    if (UNLIKELY(reader->next == reader->end)) {
        reader_fail(reader);
        return 0;
    }
    return *reader->next++;
}

uint64_t thrift_varint(ThriftReader *reader) {
    uint64_t value = 0;
    for (uint32_t shift = 0; shift < 64; shift += 7) {
        uint8_t byte = byte_next(reader);
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return reader->failed ? 0 : value;
    }
    reader_fail(reader);
    return 0;
}

int64_t thrift_i64(ThriftReader *reader) {
    uint64_t raw = thrift_varint(reader);
    return (int64_t)(raw >> 1 ^ (0 - (raw & 1)));
}

int32_t thrift_i32(ThriftReader *reader) {
    int64_t value = thrift_i64(reader);
    if (value >= INT32_MIN && value <= INT32_MAX) return (int32_t)value;
    reader_fail(reader);
    return 0;
}

int8_t thrift_byte(ThriftReader *reader) { return (int8_t)byte_next(reader); }

static const uint8_t *bytes_take(ThriftReader *reader, uint64_t bytes) {
    if (bytes > (uint64_t)(reader->end - reader->next)) {
        reader_fail(reader);
        return NULL;
    }
    const uint8_t *start = reader->next;
    reader->next += bytes;
    return start;
}

Slice thrift_binary(ThriftReader *reader) {
    uint64_t bytes = thrift_varint(reader);
    const uint8_t *data = bytes_take(reader, bytes);
    return data && !reader->failed ? slice_of((const char *)data, bytes) : SLICE_NONE;
}

bool thrift_field(ThriftReader *reader, int32_t *last_id, uint32_t *key) {
    uint8_t head = byte_next(reader);
    uint32_t type = head & 0x0F;
    if (reader->failed || type == THRIFT_STOP) return false;
    if (type > THRIFT_UUID) {
        reader_fail(reader);
        return false;
    }
    int32_t id = head >> 4 ? *last_id + (head >> 4) : thrift_i32(reader);
    if (id < 0 || id > INT16_MAX || reader->failed) {
        reader_fail(reader);
        return false;
    }
    *last_id = id;
    *key = THRIFT_KEY(id, type);
    return true;
}

uint32_t thrift_list(ThriftReader *reader, ThriftType *element) {
    uint8_t head = byte_next(reader);
    *element = (ThriftType)(head & 0x0F);
    uint64_t count = head >> 4;
    if (count == 15) count = thrift_varint(reader);
    if (count > (uint64_t)(reader->end - reader->next) || count > UINT32_MAX) {
        reader_fail(reader);
        return 0;
    }
    return (uint32_t)count;
}

bool thrift_list_bool(ThriftReader *reader) { return byte_next(reader) == THRIFT_TRUE; }

static void skip_value(ThriftReader *reader, uint32_t type, bool in_list, int depth);

static void skip_struct(ThriftReader *reader, int depth) {
    int32_t id = 0;
    uint32_t key;
    while (thrift_field(reader, &id, &key)) skip_value(reader, key & 0x0F, false, depth);
}

static void skip_list(ThriftReader *reader, int depth) {
    ThriftType element;
    uint32_t count = thrift_list(reader, &element);
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        skip_value(reader, element, true, depth);
    }
}

static void skip_map(ThriftReader *reader, int depth) {
    uint64_t count = thrift_varint(reader);
    if (count == 0) return;
    uint8_t types = byte_next(reader);
    for (uint64_t i = 0; i < count && !reader->failed; i++) {
        skip_value(reader, types >> 4, true, depth);
        skip_value(reader, types & 0x0F, true, depth);
    }
}

static void skip_value(ThriftReader *reader, uint32_t type, bool in_list, int depth) {
    if (depth > SKIP_DEPTH_MAX) {
        reader_fail(reader);
        return;
    }
    switch (type) {
    case THRIFT_TRUE:
    case THRIFT_FALSE:
        if (in_list) byte_next(reader);
        break;
    case THRIFT_BYTE: byte_next(reader); break;
    case THRIFT_I16:
    case THRIFT_I32:
    case THRIFT_I64: thrift_varint(reader); break;
    case THRIFT_DOUBLE: bytes_take(reader, 8); break;
    case THRIFT_BINARY: thrift_binary(reader); break;
    case THRIFT_LIST:
    case THRIFT_SET: skip_list(reader, depth + 1); break;
    case THRIFT_MAP: skip_map(reader, depth + 1); break;
    case THRIFT_STRUCT: skip_struct(reader, depth + 1); break;
    case THRIFT_UUID: bytes_take(reader, 16); break;
    default: reader_fail(reader); break;
    }
}

void thrift_skip(ThriftReader *reader, uint32_t key) { skip_value(reader, key & 0x0F, false, 0); }
