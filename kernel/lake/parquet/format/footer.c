// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/format/footer.h"

#include "kernel/lake/parquet/format/thrift.h"

#include <stdio.h>

// The least bytes that an element and a chunk take in a real footer. Fewer are refused, so that a
// small footer cannot ask for much memory.
enum { ELEMENT_BYTES_MIN = 4, CHUNK_BYTES_MIN = 8 };

bool parquet_fail(Error *err, Slice path, const char *format, ...) {
    char name[1024], reason[512];
    snprintf(name, sizeof name, "%.*s", SLICE_ARGS(path));
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return error_set(err, ERR_CANNOT_READ_FILE, "path", name, "reason", reason);
}

bool footer_tail(Slice path, const uint8_t *tail, uint64_t file_bytes, uint32_t *bytes,
                 Error *err) {
    if (memcmp(tail + 4, "PARE", 4) == 0) {
        return parquet_fail(err, path, "its footer is encrypted, and Tarn has no keys for it");
    }
    if (memcmp(tail + 4, "PAR1", 4) != 0) {
        return parquet_fail(err, path, "it is not a Parquet file: it does not end in PAR1");
    }
    *bytes = (uint32_t)tail[0] | (uint32_t)tail[1] << 8 | (uint32_t)tail[2] << 16 |
             (uint32_t)tail[3] << 24;
    if (*bytes == 0 || *bytes > file_bytes - PARQUET_TAIL_BYTES) {
        return parquet_fail(err, path, "its footer of %u bytes does not fit into the file's %llu",
                            *bytes, (unsigned long long)file_bytes);
    }
    return true;
}

// --- schema
// -----------------------------------------------------------------------------------------

static void converted_apply(ParquetElement *element, int32_t converted) {
    static const struct {
        uint8_t logical, unit, bits, is_signed;
    } table[] = {
        {LOGICAL_STRING, 0, 0, 0},
        {LOGICAL_MAP, 0, 0, 0},
        {LOGICAL_MAP, 0, 0, 0}, // MAP_KEY_VALUE
        {LOGICAL_LIST, 0, 0, 0},
        {LOGICAL_ENUM, 0, 0, 0},
        {LOGICAL_DECIMAL, 0, 0, 0},
        {LOGICAL_DATE, 0, 0, 0},
        {LOGICAL_TIME, PARQUET_MILLIS, 0, 0},
        {LOGICAL_TIME, PARQUET_MICROS, 0, 0},
        {LOGICAL_TIMESTAMP, PARQUET_MILLIS, 0, 0},
        {LOGICAL_TIMESTAMP, PARQUET_MICROS, 0, 0},
        {LOGICAL_INTEGER, 0, 8, 0},
        {LOGICAL_INTEGER, 0, 16, 0},
        {LOGICAL_INTEGER, 0, 32, 0},
        {LOGICAL_INTEGER, 0, 64, 0},
        {LOGICAL_INTEGER, 0, 8, 1},
        {LOGICAL_INTEGER, 0, 16, 1},
        {LOGICAL_INTEGER, 0, 32, 1},
        {LOGICAL_INTEGER, 0, 64, 1},
        {LOGICAL_JSON, 0, 0, 0},
        {LOGICAL_BSON, 0, 0, 0},
        {LOGICAL_INTERVAL, 0, 0, 0},
    };
    if (element->logical != LOGICAL_NONE || converted < 0 || converted >= (int)COUNT_OF(table)) {
        return;
    }
    element->logical = (ParquetLogical)table[converted].logical;
    element->unit = (ParquetUnit)table[converted].unit;
    element->bit_width = table[converted].bits;
    element->is_signed = table[converted].is_signed;
    element->is_utc = true;
}

// The union member that stands for a time unit: 1 ms, 2 us, 3 ns.
static ParquetUnit unit_parse(ThriftReader *in) {
    ParquetUnit unit = PARQUET_MICROS;
    int32_t id = 0;
    uint32_t key;
    while (thrift_field(in, &id, &key)) {
        if (id >= 1 && id <= 3) unit = (ParquetUnit)(id - 1);
        thrift_skip(in, key);
    }
    return unit;
}

// Parameters of DECIMAL {1: scale, 2: precision}, TIME and TIMESTAMP {1: is UTC, 2: unit},
// INTEGER {1: bits, 2: signed}; other members are empty or hold what is not needed.
static void logical_parameters(ThriftReader *in, ParquetElement *element) {
    bool decimal = element->logical == LOGICAL_DECIMAL;
    int32_t id = 0;
    uint32_t key;
    while (thrift_field(in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(1, THRIFT_I32):
            if (decimal) element->scale = thrift_i32(in);
            else thrift_skip(in, key);
            break;
        case THRIFT_KEY(2, THRIFT_I32):
            if (decimal) element->precision = thrift_i32(in);
            else thrift_skip(in, key);
            break;
        case THRIFT_KEY(1, THRIFT_TRUE): element->is_utc = true; break;
        case THRIFT_KEY(1, THRIFT_FALSE): element->is_utc = false; break;
        case THRIFT_KEY(2, THRIFT_STRUCT): element->unit = unit_parse(in); break;
        case THRIFT_KEY(1, THRIFT_BYTE): element->bit_width = (uint8_t)thrift_byte(in); break;
        case THRIFT_KEY(2, THRIFT_TRUE): element->is_signed = true; break;
        case THRIFT_KEY(2, THRIFT_FALSE): element->is_signed = false; break;
        default: thrift_skip(in, key); break;
        }
    }
}

static void logical_parse(ThriftReader *in, ParquetElement *element) {
    static const uint8_t members[] = {
        [1] = LOGICAL_STRING,    [2] = LOGICAL_MAP,        [3] = LOGICAL_LIST,
        [4] = LOGICAL_ENUM,      [5] = LOGICAL_DECIMAL,    [6] = LOGICAL_DATE,
        [7] = LOGICAL_TIME,      [8] = LOGICAL_TIMESTAMP,  [10] = LOGICAL_INTEGER,
        [11] = LOGICAL_VOID,     [12] = LOGICAL_JSON,      [13] = LOGICAL_BSON,
        [14] = LOGICAL_UUID,     [15] = LOGICAL_FLOAT16,   [16] = LOGICAL_VARIANT,
        [17] = LOGICAL_GEOMETRY, [18] = LOGICAL_GEOGRAPHY,
    };
    int32_t id = 0;
    uint32_t key;
    while (thrift_field(in, &id, &key)) {
        if ((key & 15) != THRIFT_STRUCT || id >= (int)COUNT_OF(members) || !members[id]) {
            thrift_skip(in, key);
            continue;
        }
        element->logical = (ParquetLogical)members[id];
        logical_parameters(in, element);
    }
}

static void element_parse(ThriftReader *in, ParquetElement *element) {
    *element = (ParquetElement){.physical = PARQUET_GROUP, .field_id = -1, .is_signed = true};
    int32_t id = 0, converted = -1;
    uint32_t key;
    while (thrift_field(in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(1, THRIFT_I32): {
            int32_t physical = thrift_i32(in);
            in->failed |= physical < 0 || physical >= PARQUET_PHYSICAL_COUNT;
            element->physical = (ParquetPhysical)physical;
            break;
        }
        case THRIFT_KEY(2, THRIFT_I32): element->fixed_bytes = thrift_i32(in); break;
        case THRIFT_KEY(3, THRIFT_I32): {
            int32_t repetition = thrift_i32(in);
            in->failed |= repetition < 0 || repetition > PARQUET_REPEATED;
            element->repetition = (ParquetRepetition)repetition;
            break;
        }
        case THRIFT_KEY(4, THRIFT_BINARY): element->name = thrift_binary(in); break;
        case THRIFT_KEY(5, THRIFT_I32): {
            int32_t children = thrift_i32(in);
            in->failed |= children < 0;
            element->child_count = (uint32_t)children;
            break;
        }
        case THRIFT_KEY(6, THRIFT_I32): converted = thrift_i32(in); break;
        case THRIFT_KEY(7, THRIFT_I32): element->scale = thrift_i32(in); break;
        case THRIFT_KEY(8, THRIFT_I32): element->precision = thrift_i32(in); break;
        case THRIFT_KEY(9, THRIFT_I32): element->field_id = thrift_i32(in); break;
        case THRIFT_KEY(10, THRIFT_STRUCT): logical_parse(in, element); break;
        default: thrift_skip(in, key); break;
        }
    }
    converted_apply(element, converted);
}

static void schema_parse(Arena *arena, ThriftReader *in, ParquetFooter *footer) {
    ThriftType type;
    uint32_t count = thrift_list(in, &type);
    if (type != THRIFT_STRUCT || footer->elements) in->failed = true;
    if (count > (uint64_t)(in->end - in->next) / ELEMENT_BYTES_MIN) in->failed = true;
    if (in->failed) return;
    footer->elements = ARENA_ARRAY(arena, ParquetElement, (size_t)count + 1);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        const uint8_t *start = in->next;
        element_parse(in, &footer->elements[i]);
        in->failed |= in->next - start < ELEMENT_BYTES_MIN;
        if (i > 0 && footer->elements[i].physical != PARQUET_GROUP) footer->leaf_count++;
    }
    footer->element_count = count;
}

// --- row groups
// ------------------------------------------------------------------------------------

static void statistics_parse(ThriftReader *in, ParquetStatistics *statistics) {
    Slice old_min = SLICE_NONE, old_max = SLICE_NONE;
    int32_t id = 0;
    uint32_t key;
    *statistics = (ParquetStatistics){.null_count = -1};
    while (thrift_field(in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(1, THRIFT_BINARY): old_max = thrift_binary(in); break;
        case THRIFT_KEY(2, THRIFT_BINARY): old_min = thrift_binary(in); break;
        case THRIFT_KEY(3, THRIFT_I64): statistics->null_count = thrift_i64(in); break;
        case THRIFT_KEY(5, THRIFT_BINARY): statistics->max = thrift_binary(in); break;
        case THRIFT_KEY(6, THRIFT_BINARY): statistics->min = thrift_binary(in); break;
        default: thrift_skip(in, key); break;
        }
    }
    if (!statistics->min.data && !statistics->max.data && old_min.data && old_max.data) {
        statistics->min = old_min;
        statistics->max = old_max;
        statistics->is_legacy = true;
    }
}

// What the parser needs of a chunk before offsets are settled.
typedef struct ChunkOffsets {
    int64_t data_page, index_page, dictionary_page, compressed_bytes;
} ChunkOffsets;

static uint64_t offset_parse(ThriftReader *in) {
    int64_t value = thrift_i64(in);
    if (value < 0) in->failed = true;
    return value < 0 ? 0 : (uint64_t)value;
}

static uint32_t bytes_parse(ThriftReader *in) {
    int32_t value = thrift_i32(in);
    if (value < 0) in->failed = true;
    return value < 0 ? 0 : (uint32_t)value;
}

static void column_metadata_parse(ThriftReader *in, ParquetChunk *chunk, ChunkOffsets *offsets) {
    int32_t id = 0;
    uint32_t key;
    while (thrift_field(in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(4, THRIFT_I32): chunk->codec = (uint8_t)thrift_i32(in); break;
        case THRIFT_KEY(5, THRIFT_I64): chunk->value_count = thrift_i64(in); break;
        case THRIFT_KEY(7, THRIFT_I64): offsets->compressed_bytes = thrift_i64(in); break;
        case THRIFT_KEY(9, THRIFT_I64): offsets->data_page = thrift_i64(in); break;
        case THRIFT_KEY(10, THRIFT_I64): offsets->index_page = thrift_i64(in); break;
        case THRIFT_KEY(11, THRIFT_I64): offsets->dictionary_page = thrift_i64(in); break;
        case THRIFT_KEY(12, THRIFT_STRUCT): statistics_parse(in, &chunk->statistics); break;
        case THRIFT_KEY(14, THRIFT_I64): chunk->bloom_offset = offset_parse(in); break;
        case THRIFT_KEY(15, THRIFT_I32): chunk->bloom_bytes = bytes_parse(in); break;
        default: thrift_skip(in, key); break;
        }
    }
    chunk->has_metadata = true;
}

static void chunk_parse(ThriftReader *in, ParquetChunk *chunk) {
    ChunkOffsets offsets = {0, 0, 0, 0};
    int32_t id = 0;
    uint32_t key;
    chunk->statistics.null_count = -1;
    while (thrift_field(in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(3, THRIFT_STRUCT): column_metadata_parse(in, chunk, &offsets); break;
        case THRIFT_KEY(4, THRIFT_I64): chunk->offset_index_offset = offset_parse(in); break;
        case THRIFT_KEY(5, THRIFT_I32): chunk->offset_index_bytes = bytes_parse(in); break;
        case THRIFT_KEY(6, THRIFT_I64): chunk->column_index_offset = offset_parse(in); break;
        case THRIFT_KEY(7, THRIFT_I32): chunk->column_index_bytes = bytes_parse(in); break;
        case THRIFT_KEY(8, THRIFT_STRUCT):
            chunk->is_encrypted = true;
            thrift_skip(in, key);
            break;
        default: thrift_skip(in, key); break;
        }
    }
    // The first page is the dictionary's, unless its offset is absent, 0 or behind the data.
    int64_t start = offsets.data_page;
    if (offsets.dictionary_page > 0 && offsets.dictionary_page < start) {
        start = offsets.dictionary_page;
    }
    if (start < 0 || offsets.compressed_bytes < 0 || chunk->value_count < 0) in->failed = true;
    chunk->offset = (uint64_t)start;
    chunk->bytes = (uint64_t)offsets.compressed_bytes;
}

static void row_group_parse(Arena *arena, ThriftReader *in, uint32_t leaf_count,
                            ParquetRowGroup *group) {
    int32_t id = 0;
    uint32_t key;
    ThriftType type;
    while (thrift_field(in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(1, THRIFT_LIST):
            if (thrift_list(in, &type) != leaf_count || type != THRIFT_STRUCT || group->chunks ||
                leaf_count > (uint64_t)(in->end - in->next) / CHUNK_BYTES_MIN) {
                in->failed = true;
                return;
            }
            group->chunks = ARENA_ARRAY(arena, ParquetChunk, (size_t)leaf_count + 1);
            for (uint32_t i = 0; i < leaf_count && !in->failed; i++) {
                const uint8_t *start = in->next;
                chunk_parse(in, &group->chunks[i]);
                in->failed |= in->next - start < CHUNK_BYTES_MIN;
            }
            break;
        case THRIFT_KEY(3, THRIFT_I64): group->row_count = thrift_i64(in); break;
        default: thrift_skip(in, key); break;
        }
    }
    if (!group->chunks || group->row_count < 0) in->failed = true;
}

static void row_groups_parse(Arena *arena, ThriftReader *in, ParquetFooter *footer) {
    ThriftType type;
    uint32_t count = thrift_list(in, &type);
    if (count > 0 && (type != THRIFT_STRUCT || footer->row_groups)) in->failed = true;
    if (in->failed) return;
    footer->row_groups = ARENA_ARRAY(arena, ParquetRowGroup, (size_t)count + 1);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        row_group_parse(arena, in, footer->leaf_count, &footer->row_groups[i]);
    }
    footer->row_group_count = count;
}

// --- the rest
// --------------------------------------------------------------------------------------

static void key_values_parse(ThriftReader *in, ParquetFooter *footer) {
    ThriftType type;
    uint32_t count = thrift_list(in, &type);
    if (count > 0 && type != THRIFT_STRUCT) in->failed = true;
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        Slice name = SLICE_NONE, value = SLICE_NONE;
        int32_t id = 0;
        uint32_t key;
        while (thrift_field(in, &id, &key)) {
            if (key == THRIFT_KEY(1, THRIFT_BINARY)) name = thrift_binary(in);
            else if (key == THRIFT_KEY(2, THRIFT_BINARY)) value = thrift_binary(in);
            else thrift_skip(in, key);
        }
        if (slice_equal_cstr(name, "org.apache.spark.sql.parquet.row.metadata")) {
            footer->spark_schema = value;
        }
    }
}

// Members of ColumnOrder: 1 is the order that the types define; others are newer than this reader.
static void column_orders_parse(Arena *arena, ThriftReader *in, ParquetFooter *footer) {
    ThriftType type;
    uint32_t count = thrift_list(in, &type);
    if (count > 0 && type != THRIFT_STRUCT) in->failed = true;
    if (in->failed) return;
    footer->unordered = ARENA_ARRAY(arena, uint8_t, (size_t)count + 1);
    footer->unordered_count = count;
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        int32_t id = 0;
        uint32_t key;
        footer->unordered[i] = 1;
        while (thrift_field(in, &id, &key)) {
            if (id == 1) footer->unordered[i] = 0;
            thrift_skip(in, key);
        }
    }
}

static bool chunks_check(Slice path, uint64_t file_bytes, ParquetFooter *footer, Error *err) {
    int64_t first_row = 0;
    for (uint32_t g = 0; g < footer->row_group_count; g++) {
        ParquetRowGroup *group = &footer->row_groups[g];
        group->first_row = first_row;
        group->offset = UINT64_MAX;
        if (__builtin_add_overflow(first_row, group->row_count, &first_row)) {
            return parquet_fail(err, path, "its row groups claim more rows than can be counted");
        }
        for (uint32_t c = 0; c < footer->leaf_count; c++) {
            ParquetChunk *chunk = &group->chunks[c];
            if (chunk->has_metadata && !chunk->is_encrypted &&
                (chunk->offset > file_bytes || chunk->bytes > file_bytes - chunk->offset)) {
                return parquet_fail(err, path,
                                    "column %u of row group %u lies at bytes %llu + %llu, past the "
                                    "file's end at %llu",
                                    c, g, (unsigned long long)chunk->offset,
                                    (unsigned long long)chunk->bytes,
                                    (unsigned long long)file_bytes);
            }
            if (chunk->has_metadata) group->offset = MIN(group->offset, chunk->offset);
            group->bytes += MIN(chunk->bytes, file_bytes);
        }
        if (group->offset == UINT64_MAX) group->offset = 0;
    }
    footer->row_count = first_row;
    return true;
}

bool footer_parse(Arena *arena, Slice path, Slice data, uint64_t file_bytes, ParquetFooter *footer,
                  Error *err) {
    ThriftReader in = thrift_reader(data);
    int32_t id = 0;
    uint32_t key;
    *footer = (ParquetFooter){0};
    while (thrift_field(&in, &id, &key)) {
        switch (key) {
        case THRIFT_KEY(2, THRIFT_LIST): schema_parse(arena, &in, footer); break;
        case THRIFT_KEY(4, THRIFT_LIST): row_groups_parse(arena, &in, footer); break;
        case THRIFT_KEY(5, THRIFT_LIST): key_values_parse(&in, footer); break;
        case THRIFT_KEY(6, THRIFT_BINARY): footer->created_by = thrift_binary(&in); break;
        case THRIFT_KEY(7, THRIFT_LIST): column_orders_parse(arena, &in, footer); break;
        default: thrift_skip(&in, key); break;
        }
        if (in.failed) break;
    }
    if (in.failed || footer->element_count == 0) {
        return parquet_fail(err, path, "its footer is corrupt (at byte %zu of %zu, field %d)",
                            (size_t)(in.next - (const uint8_t *)data.data), data.bytes, id);
    }
    return chunks_check(path, file_bytes, footer, err);
}
