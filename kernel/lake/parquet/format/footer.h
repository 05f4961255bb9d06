// SPDX-License-Identifier: Apache-2.0
// A Parquet file's metadata as the format defines it, parsed straight into these structs.
//
// Only what a reader needs is kept; bytes (names, bounds) are borrowed from the footer's own bytes,
// which live in the same arena. Numbers are checked against the file where they are offsets and
// sizes, so that what follows may trust them.
#pragma once

#include "base/arena.h"
#include "base/error.h"

typedef enum ParquetPhysical {
    PARQUET_BOOLEAN,
    PARQUET_INT32,
    PARQUET_INT64,
    PARQUET_INT96,
    PARQUET_FLOAT,
    PARQUET_DOUBLE,
    PARQUET_BYTE_ARRAY,
    PARQUET_FIXED,
    PARQUET_PHYSICAL_COUNT,
    PARQUET_GROUP = PARQUET_PHYSICAL_COUNT, // no value of its own
} ParquetPhysical;

typedef enum ParquetRepetition {
    PARQUET_REQUIRED,
    PARQUET_OPTIONAL,
    PARQUET_REPEATED,
} ParquetRepetition;

typedef enum ParquetEncoding {
    PARQUET_PLAIN = 0,
    PARQUET_PLAIN_DICTIONARY = 2,
    PARQUET_RLE = 3,
    PARQUET_BIT_PACKED = 4,
    PARQUET_DELTA_BINARY_PACKED = 5,
    PARQUET_DELTA_LENGTH_BYTE_ARRAY = 6,
    PARQUET_DELTA_BYTE_ARRAY = 7,
    PARQUET_RLE_DICTIONARY = 8,
    PARQUET_BYTE_STREAM_SPLIT = 9,
} ParquetEncoding;

// Logical types and converted types in one list: what the annotation says, not how it was written.
typedef enum ParquetLogical {
    LOGICAL_NONE,
    LOGICAL_STRING,
    LOGICAL_ENUM,
    LOGICAL_JSON,
    LOGICAL_BSON,
    LOGICAL_UUID,
    LOGICAL_DECIMAL, // precision, scale
    LOGICAL_DATE,
    LOGICAL_TIME,      // unit
    LOGICAL_TIMESTAMP, // unit, is_utc
    LOGICAL_INTEGER,   // bit_width, is_signed
    LOGICAL_FLOAT16,
    LOGICAL_INTERVAL,
    LOGICAL_LIST,
    LOGICAL_MAP,
    LOGICAL_VOID, // always null
    LOGICAL_VARIANT,
    LOGICAL_GEOMETRY,
    LOGICAL_GEOGRAPHY,
} ParquetLogical;

typedef enum ParquetUnit { PARQUET_MILLIS, PARQUET_MICROS, PARQUET_NANOS } ParquetUnit;

// One line of the schema, which is a tree in depth-first order.
typedef struct ParquetElement {
    Slice name;
    ParquetPhysical physical;
    ParquetRepetition repetition;
    ParquetLogical logical;
    ParquetUnit unit;
    int32_t fixed_bytes; // PARQUET_FIXED
    int32_t precision, scale;
    int32_t field_id; // -1: none
    uint32_t child_count;
    uint8_t bit_width;
    bool is_signed;
    bool is_utc;
} ParquetElement;

// Bounds in the plain encoding of the column. `data` NULL: not known.
typedef struct ParquetStatistics {
    Slice min, max;
    int64_t null_count; // -1: not known
    bool is_legacy;     // bounds by the old fields: signed comparison, numbers only
} ParquetStatistics;

// One column of one row group.
typedef struct ParquetChunk {
    uint64_t offset; // of its first page
    uint64_t bytes;  // of all its pages
    int64_t value_count;
    ParquetStatistics statistics;
    uint64_t bloom_offset; // 0: none
    uint32_t bloom_bytes;  // 0: not known
    uint64_t column_index_offset, offset_index_offset;
    uint32_t column_index_bytes, offset_index_bytes; // 0: none
    uint8_t codec;
    bool is_encrypted;
    bool has_metadata;
} ParquetChunk;

typedef struct ParquetRowGroup {
    ParquetChunk *chunks; // one per leaf of the schema
    int64_t row_count;
    int64_t first_row; // within the file
    uint64_t offset;   // where its first chunk begins
    uint64_t bytes;    // of its chunks
} ParquetRowGroup;

typedef struct ParquetFooter {
    ParquetElement *elements; // [0] is the root
    uint32_t element_count;
    uint32_t leaf_count;
    ParquetRowGroup *row_groups;
    uint32_t row_group_count;
    int64_t row_count; // sum over the row groups
    Slice created_by;
    Slice spark_schema; // key org.apache.spark.sql.parquet.row.metadata, JSON
    uint8_t *unordered; // per leaf, 1: its order is not known, bounds mean nothing
    uint32_t unordered_count;
} ParquetFooter;

enum { PARQUET_TAIL_BYTES = 8 };

// CANNOT_READ_FILE for a path, with a formatted reason; false.
bool parquet_fail(Error *err, Slice path, const char *format, ...) PRINTF_LIKE(3, 4);
// Size of the metadata that ends before the tail, from the file's last PARQUET_TAIL_BYTES bytes.
bool footer_tail(Slice path, const uint8_t *tail, uint64_t file_bytes, uint32_t *bytes,
                 Error *err) MUST_CHECK;
// `data` lives as long as the arena.
bool footer_parse(Arena *arena, Slice path, Slice data, uint64_t file_bytes, ParquetFooter *footer,
                  Error *err) MUST_CHECK;
