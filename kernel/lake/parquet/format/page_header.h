// SPDX-License-Identifier: Apache-2.0
// The header before each page of a column chunk.
#pragma once

#include "kernel/lake/parquet/format/footer.h"

typedef enum PageKind {
    PAGE_DATA = 0,
    PAGE_INDEX = 1,
    PAGE_DICTIONARY = 2,
    PAGE_DATA_V2 = 3
} PageKind;

typedef struct PageHeader {
    PageKind kind;
    uint32_t header_bytes;
    uint32_t bytes;          // of the body as stored
    uint32_t unpacked_bytes; // of the body once decompressed, levels included
    uint32_t value_count;    // nulls included; dictionary: entries
    uint32_t row_count;      // V2 only
    uint32_t null_count;     // V2 only
    uint32_t rep_bytes;      // V2 only: levels before the values, never compressed
    uint32_t def_bytes;
    uint32_t crc;
    ParquetEncoding encoding;
    ParquetEncoding rep_encoding, def_encoding; // V1 only
    bool has_crc;
    bool is_compressed;   // V2: the values are
    bool has_data_header; // the header that its kind asks for is there
} PageHeader;

typedef enum PageHeaderResult {
    PAGE_HEADER_OK,
    PAGE_HEADER_SHORT,
    PAGE_HEADER_BAD
} PageHeaderResult;

// SHORT: malformed, or longer than `data`; the caller knows whether there is more.
PageHeaderResult page_header_parse(Slice data, PageHeader *header);
