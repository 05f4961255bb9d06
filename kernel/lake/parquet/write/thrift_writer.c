// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/write/thrift_writer.h"

static void put_varint(Text *out, uint64_t value) {
    while (value >= 0x80) {
        text_append_char(out, (char)(value | 0x80));
        value >>= 7;
    }
    text_append_char(out, (char)value);
}

static void put_zigzag(Text *out, int64_t value) {
    put_varint(out, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63));
}

static void put_field(ThriftWriter *writer, int16_t id, ThriftType type) {
    int delta = id - writer->last_id;
    if (delta > 0 && delta <= 15) {
        text_append_char(writer->out, (char)(delta << 4 | (int)type));
    } else {
        text_append_char(writer->out, (char)type);
        put_zigzag(writer->out, id);
    }
    writer->last_id = id;
}

int16_t thrift_begin_element(ThriftWriter *writer) {
    int16_t outer = writer->last_id;
    writer->last_id = 0;
    return outer;
}

int16_t thrift_begin_struct(ThriftWriter *writer, int16_t id) {
    put_field(writer, id, THRIFT_STRUCT);
    return thrift_begin_element(writer);
}

void thrift_end_struct(ThriftWriter *writer, int16_t outer_last_id) {
    text_append_char(writer->out, THRIFT_STOP);
    writer->last_id = outer_last_id;
}

void thrift_write_i32(ThriftWriter *writer, int16_t id, int32_t value) {
    put_field(writer, id, THRIFT_I32);
    put_zigzag(writer->out, value);
}

void thrift_write_i64(ThriftWriter *writer, int16_t id, int64_t value) {
    put_field(writer, id, THRIFT_I64);
    put_zigzag(writer->out, value);
}

void thrift_write_byte(ThriftWriter *writer, int16_t id, int8_t value) {
    put_field(writer, id, THRIFT_BYTE);
    text_append_char(writer->out, (char)value);
}

void thrift_write_bool(ThriftWriter *writer, int16_t id, bool value) {
    put_field(writer, id, value ? THRIFT_TRUE : THRIFT_FALSE);
}

void thrift_put_binary(ThriftWriter *writer, Slice value) {
    put_varint(writer->out, value.bytes);
    text_append(writer->out, value);
}

void thrift_write_binary(ThriftWriter *writer, int16_t id, Slice value) {
    put_field(writer, id, THRIFT_BINARY);
    thrift_put_binary(writer, value);
}

void thrift_write_list(ThriftWriter *writer, int16_t id, ThriftType element, uint32_t count) {
    put_field(writer, id, THRIFT_LIST);
    if (count < 15) {
        text_append_char(writer->out, (char)(count << 4 | (uint32_t)element));
        return;
    }
    text_append_char(writer->out, (char)(0xF0 | (int)element));
    put_varint(writer->out, count);
}

void thrift_put_i32(ThriftWriter *writer, int32_t value) { put_zigzag(writer->out, value); }
