// SPDX-License-Identifier: Apache-2.0
// Thrift's compact protocol, read in place.
//
// A reader that meets malformed bytes or the end fails for good: every later read gives zero and
// every list and struct ends. So a parser runs through and asks once, at the end, if it `failed`.
#pragma once

#include "base/slice.h"

typedef struct ThriftReader {
    const uint8_t *next;
    const uint8_t *end;
    bool failed;
} ThriftReader;

typedef enum ThriftType {
    THRIFT_STOP,
    THRIFT_TRUE,
    THRIFT_FALSE,
    THRIFT_BYTE,
    THRIFT_I16,
    THRIFT_I32,
    THRIFT_I64,
    THRIFT_DOUBLE,
    THRIFT_BINARY,
    THRIFT_LIST,
    THRIFT_SET,
    THRIFT_MAP,
    THRIFT_STRUCT,
    THRIFT_UUID,
} ThriftType;

// A field's number and type in one value, so that a switch takes a field only in its right type.
#define THRIFT_KEY(id, type) (((uint32_t)(id) << 4) | (uint32_t)(type))

static inline ThriftReader thrift_reader(Slice bytes) {
    const uint8_t *data = (const uint8_t *)bytes.data;
    return (ThriftReader){data, data ? data + bytes.bytes : data, false};
}

// The next field of a struct: false at its end. *last_id starts at 0 for each struct. *key is 0 for
// what no parser wants.
bool thrift_field(ThriftReader *reader, int32_t *last_id, uint32_t *key);
uint64_t thrift_varint(ThriftReader *reader);
int64_t thrift_i64(ThriftReader *reader);
// Out of range fails.
int32_t thrift_i32(ThriftReader *reader);
int8_t thrift_byte(ThriftReader *reader);
// Borrowed from the reader's bytes.
Slice thrift_binary(ThriftReader *reader);
// The number of elements (never more than there are bytes left) and their type.
uint32_t thrift_list(ThriftReader *reader, ThriftType *element);
// An element of a list of booleans.
bool thrift_list_bool(ThriftReader *reader);
// A value of the type of `key` (THRIFT_KEY) or type.
void thrift_skip(ThriftReader *reader, uint32_t key);
