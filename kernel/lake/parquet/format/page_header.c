// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/format/page_header.h"

#include "kernel/lake/parquet/format/thrift.h"

// Sizes and counts are never negative.
static uint32_t size_parse(ThriftReader *in, bool *bad) {
    int32_t value = thrift_i32(in);
    if (value < 0) *bad = true;
    return value < 0 ? 0 : (uint32_t)value;
}

static ParquetEncoding encoding_parse(ThriftReader *in) {
    int32_t value = thrift_i32(in);
    return value < 0 ? (ParquetEncoding)INT8_MAX : (ParquetEncoding)value;
}

static void data_parse(ThriftReader *in, PageHeader *header, bool *bad) {
    int32_t id = 0;
    uint32_t key;
    while (thrift_field(in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(1, THRIFT_I32): header->value_count = size_parse(in, bad); break;
        case THRIFT_KEY(2, THRIFT_I32): header->encoding = encoding_parse(in); break;
        case THRIFT_KEY(3, THRIFT_I32): header->def_encoding = encoding_parse(in); break;
        case THRIFT_KEY(4, THRIFT_I32): header->rep_encoding = encoding_parse(in); break;
        default: thrift_skip(in, key); break;
        }
    }
}

static void data_v2_parse(ThriftReader *in, PageHeader *header, bool *bad) {
    int32_t id = 0;
    uint32_t key;
    header->is_compressed = true;
    while (thrift_field(in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(1, THRIFT_I32): header->value_count = size_parse(in, bad); break;
        case THRIFT_KEY(2, THRIFT_I32): header->null_count = size_parse(in, bad); break;
        case THRIFT_KEY(3, THRIFT_I32): header->row_count = size_parse(in, bad); break;
        case THRIFT_KEY(4, THRIFT_I32): header->encoding = encoding_parse(in); break;
        case THRIFT_KEY(5, THRIFT_I32): header->def_bytes = size_parse(in, bad); break;
        case THRIFT_KEY(6, THRIFT_I32): header->rep_bytes = size_parse(in, bad); break;
        case THRIFT_KEY(7, THRIFT_TRUE): header->is_compressed = true; break;
        case THRIFT_KEY(7, THRIFT_FALSE): header->is_compressed = false; break;
        default: thrift_skip(in, key); break;
        }
    }
}

PageHeaderResult page_header_parse(Slice data, PageHeader *header) {
    ThriftReader in = thrift_reader(data);
    int32_t id = 0, kind = -1;
    uint32_t key, seen = 0;
    bool bad = false;
    *header = (PageHeader){.is_compressed = true};
    while (thrift_field(&in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(1, THRIFT_I32): kind = thrift_i32(&in); break;
        case THRIFT_KEY(2, THRIFT_I32): header->unpacked_bytes = size_parse(&in, &bad); break;
        case THRIFT_KEY(3, THRIFT_I32): header->bytes = size_parse(&in, &bad); break;
        case THRIFT_KEY(4, THRIFT_I32):
            header->crc = (uint32_t)thrift_i32(&in);
            header->has_crc = true;
            break;
        case THRIFT_KEY(5, THRIFT_STRUCT): // and the dictionary's, which has the same first fields
        case THRIFT_KEY(7, THRIFT_STRUCT):
            data_parse(&in, header, &bad);
            seen |= id == 5 ? 1u << PAGE_DATA : 1u << PAGE_DICTIONARY;
            break;
        case THRIFT_KEY(8, THRIFT_STRUCT):
            data_v2_parse(&in, header, &bad);
            seen |= 1u << PAGE_DATA_V2;
            break;
        default: thrift_skip(&in, key); break;
        }
    }
    if (bad) return PAGE_HEADER_BAD;
    if (in.failed) return PAGE_HEADER_SHORT;
    if (kind < 0 || kind > PAGE_DATA_V2) return PAGE_HEADER_BAD;
    header->kind = (PageKind)kind;
    header->has_data_header = seen >> kind & 1;
    header->header_bytes = (uint32_t)(in.next - (const uint8_t *)data.data);
    return PAGE_HEADER_OK;
}
