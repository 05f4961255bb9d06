// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/write/writer.h"

#include "kernel/lake/parquet/write/leaf_writer.h"
#include "platform/codec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// A row group ends at either; a page holds a whole column chunk and its sizes are 32 bits.
enum { GROUP_ROWS = 122880, GROUP_LEAF_BYTES = 64 << 20 };
enum { ENCODING_PLAIN = 0, ENCODING_RLE = 3 };

struct ParquetWriter {
    FILE *file;
    char *path;
    WriteTree tree;
    uint64_t offset; // bytes written
    uint64_t group_rows;
    uint64_t total_rows;
    Text groups; // RowGroup structs of the footer
    uint32_t group_count;
    Text page, packed;
};

static bool put(ParquetWriter *w, Slice bytes, Error *err) {
    if (fwrite(bytes.data, 1, bytes.bytes, w->file) != bytes.bytes)
        return error_io(err, w->path, errno);
    w->offset += bytes.bytes;
    return true;
}

ParquetWriter *parquet_writer_open(const char *path, const TypeField *fields, uint32_t count,
                                   Error *err) {
    FILE *file = fopen(path, "we");
    if (!file) {
        error_io(err, path, errno);
        return NULL;
    }
    ParquetWriter *w = xcalloc(1, sizeof *w);
    w->file = file;
    w->path = xmalloc(strlen(path) + 1);
    memcpy(w->path, path, strlen(path) + 1);
    write_tree_init(&w->tree, fields, count);
    if (put(w, SLICE("PAR1"), err)) return w;
    parquet_writer_free(w);
    return NULL;
}

void parquet_writer_free(ParquetWriter *w) {
    if (!w) return;
    if (w->file) fclose(w->file);
    write_tree_deinit(&w->tree);
    text_deinit(&w->groups);
    text_deinit(&w->page);
    text_deinit(&w->packed);
    free(w->path);
    free(w);
}

// --- pages
// -----------------------------------------------------------------------------------------

static uint32_t bit_width(uint8_t max) {
    uint32_t width = 0;
    while (max >> width) width++;
    return width;
}

// Levels by the RLE/bit-packed hybrid, runs only, with the length before them.
static void append_levels(Text *out, const Text *levels, uint8_t max) {
    if (!max) return;
    uint32_t width_bytes = (bit_width(max) + 7) / 8;
    size_t start = out->bytes;
    text_append(out, slice_of("\0\0\0\0", 4));
    for (size_t i = 0; i < levels->bytes;) {
        size_t run = i;
        while (run < levels->bytes && levels->data[run] == levels->data[i]) run++;
        for (uint64_t head = (uint64_t)(run - i) << 1;; head >>= 7) {
            text_append_char(out, (char)(head >= 0x80 ? head | 0x80 : head));
            if (head < 0x80) break;
        }
        text_append(out, slice_of(&levels->data[i], width_bytes));
        i = run;
    }
    uint32_t bytes = (uint32_t)(out->bytes - start - 4);
    memcpy(out->data + start, &bytes, 4);
}

static void append_booleans(Text *out, const Text *values) {
    for (size_t i = 0; i < values->bytes; i += 8) {
        unsigned byte = 0;
        for (size_t k = 0; k < 8 && i + k < values->bytes; k++)
            byte |= (unsigned)(values->data[i + k] != 0) << k;
        text_append_char(out, (char)byte);
    }
}

static void append_page_header(Text *out, const WriteLeaf *leaf, size_t raw, size_t packed) {
    ThriftWriter w = {out, 0};
    thrift_write_i32(&w, 1, 0); // DATA_PAGE
    thrift_write_i32(&w, 2, (int32_t)raw);
    thrift_write_i32(&w, 3, (int32_t)packed);
    int16_t outer = thrift_begin_struct(&w, 5);
    thrift_write_i32(&w, 1, (int32_t)leaf->value_count);
    thrift_write_i32(&w, 2, ENCODING_PLAIN);
    thrift_write_i32(&w, 3, ENCODING_RLE);
    thrift_write_i32(&w, 4, ENCODING_RLE);
    thrift_end_struct(&w, outer);
    text_append_char(out, THRIFT_STOP);
}

static void append_chunk(ThriftWriter *w, const WriteLeaf *leaf, uint64_t at, uint64_t raw_bytes,
                         uint64_t bytes) {
    int16_t outer = thrift_begin_element(w);
    thrift_write_i64(w, 2, (int64_t)at);
    int16_t chunk = thrift_begin_struct(w, 3);
    thrift_write_i32(w, 1, write_node_physical(leaf->node));
    thrift_write_list(w, 2, THRIFT_I32, 2);
    thrift_put_i32(w, ENCODING_PLAIN);
    thrift_put_i32(w, ENCODING_RLE);
    thrift_write_list(w, 3, THRIFT_BINARY, leaf->path_count);
    for (uint32_t i = 0; i < leaf->path_count; i++) thrift_put_binary(w, leaf->path[i]);
    thrift_write_i32(w, 4, CODEC_ZSTD);
    thrift_write_i64(w, 5, (int64_t)leaf->value_count);
    thrift_write_i64(w, 6, (int64_t)raw_bytes);
    thrift_write_i64(w, 7, (int64_t)bytes);
    thrift_write_i64(w, 9, (int64_t)at);
    int16_t statistics = thrift_begin_struct(w, 12);
    thrift_write_i64(w, 3, (int64_t)leaf->null_count);
    thrift_end_struct(w, statistics);
    thrift_end_struct(w, chunk);
    thrift_end_struct(w, outer);
}

static bool write_leaf(ParquetWriter *w, WriteLeaf *leaf, ThriftWriter *footer, uint64_t *raw_bytes,
                       Error *err) {
    text_reset(&w->page);
    append_levels(&w->page, &leaf->repetitions, leaf->max_repetition);
    append_levels(&w->page, &leaf->definitions, leaf->max_definition);
    if (leaf->node->type->id == TYPE_BOOLEAN) append_booleans(&w->page, &leaf->values);
    else text_append(&w->page, text_slice(&leaf->values));
    text_reset(&w->packed);
    if (!compress_zstd(text_slice(&w->page), &w->packed))
        return error_internal(err, "ZSTD cannot compress %zu bytes", w->page.bytes);
    AUTO(Text, header) = {0};
    append_page_header(&header, leaf, w->page.bytes, w->packed.bytes);
    uint64_t at = w->offset, raw = header.bytes + w->page.bytes;
    if (!put(w, text_slice(&header), err) || !put(w, text_slice(&w->packed), err)) return false;
    append_chunk(footer, leaf, at, raw, w->offset - at);
    *raw_bytes += raw;
    text_reset(&leaf->definitions);
    text_reset(&leaf->repetitions);
    text_reset(&leaf->values);
    leaf->value_count = leaf->null_count = 0;
    return true;
}

static bool end_group(ParquetWriter *w, Error *err) {
    if (!w->group_rows) return true;
    ThriftWriter footer = {&w->groups, 0};
    uint64_t raw_bytes = 0;
    int16_t outer = thrift_begin_element(&footer);
    thrift_write_list(&footer, 1, THRIFT_STRUCT, w->tree.leaf_count);
    for (uint32_t i = 0; i < w->tree.leaf_count; i++)
        if (!write_leaf(w, w->tree.leaves[i], &footer, &raw_bytes, err)) return false;
    thrift_write_i64(&footer, 2, (int64_t)raw_bytes);
    thrift_write_i64(&footer, 3, (int64_t)w->group_rows);
    thrift_end_struct(&footer, outer);
    w->total_rows += w->group_rows;
    w->group_rows = 0;
    w->group_count++;
    return true;
}

static bool is_full(const ParquetWriter *w) {
    if (w->group_rows >= GROUP_ROWS) return true;
    for (uint32_t i = 0; i < w->tree.leaf_count; i++)
        if (w->tree.leaves[i]->values.bytes >= GROUP_LEAF_BYTES) return true;
    return false;
}

bool parquet_writer_add(ParquetWriter *w, const Batch *batch, Rows rows, Error *err) {
    ASSERT(batch->column_count == w->tree.column_count);
    for (ROWS_EACH(rows, i, r)) {
        for (uint32_t c = 0; c < batch->column_count; c++)
            write_node_add(&w->tree.columns[c], &batch->columns[c], r, 0);
        w->group_rows++;
        if (is_full(w) && !end_group(w, err)) return false;
    }
    return true;
}

static void append_footer(const ParquetWriter *w, Text *out) {
    ThriftWriter footer = {out, 0};
    thrift_write_i32(&footer, 1, 2);
    thrift_write_list(&footer, 2, THRIFT_STRUCT, write_tree_elements(&w->tree));
    write_tree_append_schema(&w->tree, &footer);
    thrift_write_i64(&footer, 3, (int64_t)w->total_rows);
    thrift_write_list(&footer, 4, THRIFT_STRUCT, w->group_count);
    text_append(out, text_slice(&w->groups));
    thrift_write_binary(&footer, 6, SLICE("tarn version " TARN_VERSION));
    text_append_char(out, THRIFT_STOP);
}

bool parquet_writer_close(ParquetWriter *w, Error *err) {
    AUTO(Text, footer) = {0};
    bool ok = end_group(w, err);
    if (ok) {
        append_footer(w, &footer);
        uint32_t bytes = (uint32_t)footer.bytes;
        text_append(&footer, slice_of((const char *)&bytes, 4));
        text_append(&footer, SLICE("PAR1"));
        ok = put(w, text_slice(&footer), err);
    }
    if (fclose(w->file) != 0 && ok) ok = error_io(err, w->path, errno);
    w->file = NULL;
    parquet_writer_free(w);
    return ok;
}
