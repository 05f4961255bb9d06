// SPDX-License-Identifier: Apache-2.0
// A Parquet file of any bytes: its footer, and every column of every row group, under a budget.
#include "kernel/lake/parquet/format/bloom_filter.h"
#include "kernel/lake/parquet/format/page_index.h"
#include "kernel/lake/parquet/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum { BUDGET_BYTES = 64 << 20, BATCHES_MAX = 200 };

static void column_read_all(ParquetFile *file, StorageFile *storage, const ParquetField *field,
                            Query *query) {
    Error err = {0};
    AUTO_PTR(ParquetReader, reader) = parquet_reader_new(file, storage, field, 1, query, &err);
    for (uint32_t i = 0; reader && i < BATCHES_MAX; i++) {
        Batch batch;
        bool done;
        if (!parquet_reader_next(reader, &batch, &done, &err) || done) return;
        // A look at each value finds views that point nowhere.
        AUTO(Arena, arena) = {0};
        for (uint32_t r = 0; r < batch.row_count; r += 1 + batch.row_count / 16) {
            Value value = vector_value(&batch.columns[0], r, &arena);
            Value copy = value_copy(&arena, value);
            (void)copy;
        }
        // Skips take other ways than reads.
        if (i % 3 == 2) {
            uint32_t group = reader->row_group;
            int64_t left = file->footer.row_groups[group].row_count - reader->row;
            int64_t rows = MIN(left, 3000);
            parquet_reader_skip(reader, 0, (uint64_t)rows);
            reader->row += rows;
        }
    }
}

// What pruning reads: bounds of chunks and pages, Bloom filters.
static void statistics_read(const ParquetNode *node, const ParquetStatistics *statistics) {
    Conversion conversion;
    Value value;
    if (node->kind != NODE_LEAF || !conversion_init(&conversion, node, node->type)) return;
    if (statistics->min.data) {
        conversion_plain_value(&conversion, node->element, node->type, statistics->min, &value);
    }
    if (statistics->max.data) {
        conversion_plain_value(&conversion, node->element, node->type, statistics->max, &value);
    }
}

static void indexes_read(const ParquetFile *file, StorageFile *storage) {
    const ParquetFooter *footer = &file->footer;
    const ParquetNode *root = &file->schema.root;
    for (uint32_t g = 0; g < MIN(footer->row_group_count, 4u); g++) {
        const ParquetRowGroup *group = &footer->row_groups[g];
        for (uint32_t c = 0; c < MIN(root->child_count, 20u); c++) {
            const ParquetNode *node = &root->children[c];
            const ParquetChunk *chunk = &group->chunks[node->leaf];
            AUTO(Arena, arena) = {0};
            PageIndex index;
            statistics_read(node, &chunk->statistics);
            bloom_filter_may_contain(storage, chunk, SLICE("12345678"));
            if (!page_index_load(&arena, storage, chunk, group->row_count, &index)) continue;
            for (uint32_t p = 0; p < index.count; p++) {
                statistics_read(node, &index.pages[p].statistics);
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    Slice content = slice_of((const char *)data, bytes);
    StorageFile *storage = storage_open_memory(SLICE("fuzz"), content);
    Error err = {0};
    ParquetFile *file = parquet_file_load(storage, &err);
    if (file) indexes_read(file, storage);
    storage_close(storage);
    if (!file) return 0;
    MemoryBroker *broker = memory_broker_new(BUDGET_BYTES);
    atomic_bool cancelled = false;
    Query query = {.memory = memory_account_new(broker, 0), .cancelled = &cancelled};
    const ParquetNode *root = &file->schema.root;
    for (uint32_t i = 0; i < MIN(root->child_count, 20u); i++) {
        ParquetField field = {root->children[i].name, -1, root->children[i].type, NULL};
        atomic_fetch_add(&file->references, 1);
        column_read_all(file, storage_open_memory(SLICE("fuzz"), content), &field, &query);
    }
    parquet_file_unref(file);
    memory_account_free(query.memory);
    memory_broker_free(broker);
    return 0;
}
