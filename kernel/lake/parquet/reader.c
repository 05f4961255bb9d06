// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/reader.h"

#include <stdlib.h>

// Elements of nested columns that a batch should stay under.
enum { BATCH_ELEMENTS = 1 << 18 };

static bool columns_build(ParquetReader *reader, const ParquetField *fields, Error *err) {
    for (uint32_t c = 0; c < reader->column_count; c++) {
        if (!column_build(&reader->set, &reader->file->schema.root, &fields[c], &reader->columns[c],
                          err)) {
            return false;
        }
        reader->leaf_ends[c] = reader->set.leaf_count;
    }
    return true;
}

ParquetReader *parquet_reader_new(ParquetFile *file, StorageFile *storage,
                                  const ParquetField *fields, uint32_t field_count, Query *query,
                                  Error *err) {
    ParquetReader *reader = xcalloc(1, sizeof *reader);
    arena_init(&reader->arena);
    arena_init(&reader->batch_arena);
    reader->file = file;
    reader->storage = storage;
    reader->query = query;
    reader->set = (ColumnSet){&reader->arena, query, &reader->decompressor, file->path, NULL, 0};
    reader->column_count = field_count;
    reader->columns = ARENA_ARRAY(&reader->arena, ColumnReader, (size_t)field_count + 1);
    reader->leaf_ends = ARENA_ARRAY(&reader->arena, uint32_t, (size_t)field_count + 1);
    reader->vectors = ARENA_ARRAY(&reader->arena, Vector, (size_t)field_count + 1);
    reader->row_group = UINT32_MAX; // before the first
    if (columns_build(reader, fields, err)) return reader;
    parquet_reader_free(reader);
    return NULL;
}

ParquetReader *parquet_reader_open(ParquetCache *cache, Slice path, const ParquetField *fields,
                                   uint32_t field_count, Query *query, Error *err) {
    StorageFile *storage;
    ParquetFile *file = parquet_file_open(cache, path, &storage, err);
    if (!file) return NULL;
    return parquet_reader_new(file, storage, fields, field_count, query, err);
}

void parquet_reader_free(ParquetReader *reader) {
    if (!reader) return;
    column_set_deinit(&reader->set);
    decompressor_deinit(&reader->decompressor);
    arena_deinit(&reader->arena);
    arena_deinit(&reader->batch_arena);
    storage_close(reader->storage);
    parquet_file_unref(reader->file);
    free(reader);
}

// Fewer rows than usual where they have many elements each.
static uint32_t batch_rows_of(const ParquetReader *reader, const ParquetRowGroup *group) {
    uint64_t most = 0, rows = (uint64_t)MAX(group->row_count, 1);
    for (uint32_t i = 0; i < reader->set.leaf_count; i++) {
        const ParquetNode *node = reader->set.leaves[i]->node;
        if (node->rep > 0) most = MAX(most, (uint64_t)group->chunks[node->leaf].value_count);
    }
    uint64_t per_row = most / rows + 1, fit = BATCH_ELEMENTS / per_row;
    return (uint32_t)MAX(MIN(fit, (uint64_t)LIMIT_BATCH_ROWS), 1);
}

bool parquet_reader_begin(ParquetReader *reader, uint32_t row_group, uint64_t dictionary_id,
                          Error *err) {
    const ParquetRowGroup *group = &reader->file->footer.row_groups[row_group];
    reader->row_group = row_group;
    reader->row = 0;
    reader->batch_rows = batch_rows_of(reader, group);
    for (uint32_t i = 0; i < reader->set.leaf_count; i++) {
        LeafReader *leaf = reader->set.leaves[i];
        const ParquetChunk *chunk = &group->chunks[leaf->node->leaf];
        if (!leaf_begin(leaf, reader->storage, chunk, dictionary_id + i, err)) return false;
    }
    return true;
}

void parquet_reader_batch_begin(ParquetReader *reader) {
    if (reader->batch_arena.total_bytes > 0) arena_reset(&reader->batch_arena);
    for (uint32_t i = 0; i < reader->set.leaf_count; i++) leaf_batch_begin(reader->set.leaves[i]);
}

bool parquet_reader_read(ParquetReader *reader, uint32_t column, uint32_t rows, Rows wanted,
                         Vector *out, Error *err) {
    ColumnReader *c = &reader->columns[column];
    if (c->kind != COLUMN_MISSING)
        return column_read(c, rows, wanted, &reader->batch_arena, out, err);
    vector_init_null(out, c->type, rows, &reader->batch_arena);
    return true;
}

void parquet_reader_skip(ParquetReader *reader, uint32_t column, uint64_t rows) {
    uint32_t from = column > 0 ? reader->leaf_ends[column - 1] : 0;
    for (uint32_t i = from; i < reader->leaf_ends[column]; i++) {
        leaf_skip(reader->set.leaves[i], rows);
    }
}

// Moves to a row group with rows left; *done: there is none.
static bool group_next(ParquetReader *reader, bool *done, Error *err) {
    const ParquetFooter *footer = &reader->file->footer;
    *done = false;
    if (reader->row_group < footer->row_group_count &&
        reader->row < footer->row_groups[reader->row_group].row_count) {
        return true;
    }
    uint32_t next = reader->row_group + 1;
    while (next < footer->row_group_count && footer->row_groups[next].row_count == 0) next++;
    *done = next >= footer->row_group_count;
    return *done || parquet_reader_begin(reader, next, ((uint64_t)next + 1) << 32, err);
}

bool parquet_reader_next(ParquetReader *reader, Batch *out, bool *done, Error *err) {
    *out = (Batch){.columns = reader->vectors, .column_count = reader->column_count};
    if (reader->query && !query_check(reader->query, err)) return false;
    if (!group_next(reader, done, err)) return false;
    if (*done) return true;
    const ParquetRowGroup *group = &reader->file->footer.row_groups[reader->row_group];
    uint32_t rows = (uint32_t)MIN(group->row_count - reader->row, (int64_t)reader->batch_rows);
    parquet_reader_batch_begin(reader);
    for (uint32_t c = 0; c < reader->column_count; c++) {
        Rows all = {NULL, rows};
        if (!parquet_reader_read(reader, c, rows, all, &reader->vectors[c], err)) return false;
    }
    reader->row += rows;
    out->row_count = out->selected_count = rows;
    return true;
}
