// SPDX-License-Identifier: Apache-2.0
// Thrift's compact protocol, written: fields in ascending order of their ids.
#pragma once

#include "base/text.h"
#include "kernel/lake/parquet/format/thrift.h"

typedef struct ThriftWriter {
    Text *out;
    int16_t last_id; // of the struct at hand
} ThriftWriter;

// A struct within a struct: keeps the outer one's last id until thrift_end_struct gives it back.
int16_t thrift_begin_struct(ThriftWriter *writer, int16_t id);
void thrift_end_struct(ThriftWriter *writer, int16_t outer_last_id);
void thrift_write_i32(ThriftWriter *writer, int16_t id, int32_t value);
void thrift_write_i64(ThriftWriter *writer, int16_t id, int64_t value);
void thrift_write_byte(ThriftWriter *writer, int16_t id, int8_t value);
void thrift_write_bool(ThriftWriter *writer, int16_t id, bool value);
void thrift_write_binary(ThriftWriter *writer, int16_t id, Slice value);
// The head of a list field; its elements follow.
void thrift_write_list(ThriftWriter *writer, int16_t id, ThriftType element, uint32_t count);
// Elements of lists.
void thrift_put_i32(ThriftWriter *writer, int32_t value);
void thrift_put_binary(ThriftWriter *writer, Slice value);
int16_t thrift_begin_element(ThriftWriter *writer);
