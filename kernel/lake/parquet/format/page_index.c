// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/format/page_index.h"

#include "kernel/lake/parquet/format/thrift.h"

enum { INDEX_BYTES_MAX = 16 << 20 };

static bool index_read(Arena *arena, StorageFile *file, uint64_t offset, uint32_t bytes,
                       ThriftReader *in) {
    Error ignored = {0};
    if (bytes == 0 || bytes > INDEX_BYTES_MAX) return false;
    if (offset > storage_file_bytes(file) || bytes > storage_file_bytes(file) - offset)
        return false;
    char *data = arena_alloc_raw(arena, bytes, 16);
    if (!storage_read(file, offset, bytes, data, &ignored)) return false;
    *in = thrift_reader(slice_of(data, bytes));
    return true;
}

static void location_parse(ThriftReader *in, PageEntry *page) {
    int32_t id = 0;
    uint32_t key;
    page->statistics.null_count = -1;
    while (thrift_field(in, &id, &key)) {
        if (key == THRIFT_KEY(1, THRIFT_I64)) page->offset = (uint64_t)thrift_i64(in);
        else if (key == THRIFT_KEY(3, THRIFT_I64)) page->first_row = thrift_i64(in);
        else thrift_skip(in, key);
    }
}

static bool locations_load(Arena *arena, StorageFile *file, const ParquetChunk *chunk,
                           int64_t row_count, PageIndex *index) {
    ThriftReader in;
    int32_t id = 0;
    uint32_t key;
    ThriftType type;
    if (!index_read(arena, file, chunk->offset_index_offset, chunk->offset_index_bytes, &in)) {
        return false;
    }
    while (thrift_field(&in, &id, &key)) {
        if (key != THRIFT_KEY(1, THRIFT_LIST) || index->pages) {
            thrift_skip(&in, key);
            continue;
        }
        index->count = thrift_list(&in, &type);
        if (type != THRIFT_STRUCT) return false;
        index->pages = ARENA_ARRAY(arena, PageEntry, (size_t)index->count + 1);
        for (uint32_t i = 0; i < index->count && !in.failed; i++) {
            location_parse(&in, &index->pages[i]);
        }
    }
    if (in.failed || index->count == 0 || index->pages[0].first_row != 0) return false;
    for (uint32_t i = 0; i < index->count; i++) {
        const PageEntry *page = &index->pages[i];
        if (page->offset < chunk->offset || page->offset >= chunk->offset + chunk->bytes)
            return false;
        if (page->first_row >= row_count) return false;
        if (i > 0 && (page->first_row <= page[-1].first_row || page->offset <= page[-1].offset)) {
            return false;
        }
    }
    return true;
}

// One list of the column index, an element per page. `id` says which.
static void bounds_list_parse(ThriftReader *in, int32_t id, PageIndex *index) {
    ThriftType type;
    uint32_t count = thrift_list(in, &type);
    if (count != index->count) in->failed = true;
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        PageEntry *page = &index->pages[i];
        switch (id) {
        case 1: page->is_null_page = thrift_list_bool(in); break;
        case 2: page->statistics.min = thrift_binary(in); break;
        case 3: page->statistics.max = thrift_binary(in); break;
        default: page->statistics.null_count = thrift_i64(in); break;
        }
    }
}

static bool bounds_load(Arena *arena, StorageFile *file, const ParquetChunk *chunk,
                        PageIndex *index) {
    ThriftReader in;
    int32_t id = 0;
    uint32_t key, seen = 0;
    if (!index_read(arena, file, chunk->column_index_offset, chunk->column_index_bytes, &in)) {
        return false;
    }
    while (thrift_field(&in, &id, &key)) {
        bool wanted = (key & 15) == THRIFT_LIST && ((id >= 1 && id <= 3) || id == 5);
        if (!wanted) {
            thrift_skip(&in, key);
            continue;
        }
        bounds_list_parse(&in, id, index);
        seen |= 1u << id;
    }
    return !in.failed && (seen & 0xE) == 0xE;
}

bool page_index_load(Arena *arena, StorageFile *file, const ParquetChunk *chunk, int64_t row_count,
                     PageIndex *index) {
    *index = (PageIndex){0};
    if (chunk->is_encrypted || !locations_load(arena, file, chunk, row_count, index)) return false;
    index->has_bounds = bounds_load(arena, file, chunk, index);
    return true;
}
