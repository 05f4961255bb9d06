// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/table.h"

#include "base/text.h"
#include "kernel/lake/parquet/partition.h"
#include "kernel/lake/parquet/pruning.h"
#include "kernel/lake/parquet/source.h"

#include <stdlib.h>

typedef struct ParquetTable {
    Table base;
    Arena arena;
    ParquetCache *cache; // the engine's, or its own
    bool owns_cache;
    ParquetSourceFile *files;
    uint32_t file_count;
    uint64_t bytes;         // of all files
    ParquetFile *first;     // whose columns these are
    ParquetColumn *columns; // as the scan wants them
    Partitioning partitions;
    StorageListing listing;
} ParquetTable;

static void table_free(Table *base) {
    ParquetTable *table = (ParquetTable *)base;
    parquet_file_unref(table->first);
    if (table->owns_cache) parquet_cache_free(table->cache);
    arena_deinit(&table->arena);
    free(table);
}

// --- files
// -----------------------------------------------------------------------------------------

static bool listing_add(ParquetTable *table, const StorageEntry *entry, Slice *base, Error *err) {
    StorageListing below;
    StorageListing *listing = &table->listing;
    if (!entry->is_folder) {
        ARENA_PUSH(&table->arena, listing->entries, listing->count, *entry);
        return true;
    }
    if (!storage_walk(&table->arena, entry->path, &below, err)) return false;
    for (size_t i = 0; i < below.count; i++) {
        ARENA_PUSH(&table->arena, listing->entries, listing->count, below.entries[i]);
    }
    *base = entry->path;
    return true;
}

// All files behind one path, and the folder from which on names are partitions.
static bool path_list(ParquetTable *table, Slice path, Slice *base, Error *err) {
    StorageListing matches = {0};
    StorageEntry entry;
    bool found;
    if (!storage_stat(path, &entry, &found, err)) return false;
    if (found) return listing_add(table, &entry, base, err);
    if (storage_is_glob(path) && !storage_glob(&table->arena, path, &matches, err)) return false;
    for (size_t i = 0; i < matches.count; i++) {
        if (!listing_add(table, &matches.entries[i], base, err)) return false;
    }
    if (matches.count > 0) return true;
    return error_set(err, ERR_PATH_NOT_FOUND, "path", arena_cstr(&table->arena, path));
}

static bool files_find(ParquetTable *table, const TableRequest *request, Error *err) {
    Slice base = SLICE_NONE;
    for (uint32_t i = 0; i < request->path_count; i++) {
        Slice path;
        if (!storage_resolve(&table->arena, request->folder, request->paths[i], &path, err) ||
            !path_list(table, path, &base, err)) {
            return false;
        }
        if (i == 0) table->base.location = path;
    }
    size_t count = table->listing.count;
    bool one_folder =
        request->path_count == 1 && base.data && slice_equal(base, table->base.location);
    if (one_folder && !partitioning_find(&table->arena, base, &table->listing, request->schema,
                                         request->zone, &table->partitions, err)) {
        return false;
    }
    table->files = ARENA_ARRAY(&table->arena, ParquetSourceFile, count + 1);
    table->file_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        const StorageEntry *entry = &table->listing.entries[i];
        table->files[i] = (ParquetSourceFile){.path = entry->path, .bytes = entry->bytes};
        if (one_folder) table->files[i].constants = table->partitions.values[i];
        table->bytes += entry->bytes;
    }
    return true;
}

// --- columns
// ---------------------------------------------------------------------------------------

static int32_t partition_named(const ParquetTable *table, Slice name) {
    for (uint32_t i = 0; i < table->partitions.column_count; i++) {
        if (slice_equal_ignore_case(table->partitions.columns[i].name, name)) return (int32_t)i;
    }
    return -1;
}

static void column_add(ParquetTable *table, Slice name, const Type *type, Slice comment) {
    uint32_t at = table->base.column_count++;
    int32_t partition = partition_named(table, name);
    ParquetColumn *column = &table->columns[at];
    *column = (ParquetColumn){.field = {.name = name, .field_id = -1, .type = type}};
    if (partition >= 0) {
        column->kind = PARQUET_COLUMN_CONSTANT;
        column->constant = (uint32_t)partition;
        column->field.type = table->partitions.columns[partition].type;
    }
    table->base.columns[at] = (TableColumn){.name = name,
                                            .type = column->field.type,
                                            .nullable = true,
                                            .is_partition = partition >= 0,
                                            .comment = comment};
}

// The type that Spark's own schema gives a column, where the file's annotations cannot say it.
static const Type *spark_type(const Type *spark, const ParquetNode *node, Slice *comment) {
    for (uint32_t i = 0; spark && i < spark->field_count; i++) {
        const TypeField *field = &spark->fields[i];
        Conversion conversion;
        if (!slice_equal(field->name, node->name)) continue;
        *comment = field->comment;
        bool interval = type_is_interval(field->type) && node->kind == NODE_LEAF;
        if (interval && conversion_init(&conversion, node, field->type)) return field->type;
        if (type_is(field->type, TYPE_VARIANT) && node->kind == NODE_STRUCT) return field->type;
    }
    return node->type;
}

static bool first_open(ParquetTable *table, Error *err) {
    StorageFile *storage;
    if (table->file_count == 0) {
        return parquet_fail(err, table->base.location,
                            "it has no Parquet files to take a schema from");
    }
    table->first = parquet_file_open(table->cache, table->files[0].path, &storage, err);
    if (table->first) storage_close(storage);
    return table->first != NULL;
}

static bool file_columns_add(ParquetTable *table, Error *err) {
    if (!first_open(table, err)) return false;
    const ParquetNode *root = &table->first->schema.root;
    Slice json = table->first->footer.spark_schema;
    Error ignored = {0}; // a schema of Spark's that does not parse is no help, and no harm
    const Type *spark = json.data ? type_from_json(&table->arena, json, &ignored) : NULL;
    if (spark && !type_is(spark, TYPE_STRUCT)) spark = NULL;
    for (uint32_t i = 0; i < root->child_count; i++) {
        Slice comment = SLICE_NONE;
        const Type *type = spark_type(spark, &root->children[i], &comment);
        column_add(table, root->children[i].name, type, comment);
    }
    return true;
}

static bool columns_find(ParquetTable *table, const TableRequest *request, Error *err) {
    const Type *schema = request->schema;
    uint32_t most = table->partitions.column_count + (schema ? schema->field_count : 0);
    if (!schema) {
        if (!first_open(table, err)) return false;
        most += table->first->schema.root.child_count;
        parquet_file_unref(table->first);
        table->first = NULL;
    }
    table->columns = ARENA_ARRAY(&table->arena, ParquetColumn, (size_t)most + 1);
    table->base.columns = ARENA_ARRAY(&table->arena, TableColumn, (size_t)most + 1);
    if (schema) {
        schema = type_copy(&table->arena, schema);
        for (uint32_t i = 0; i < schema->field_count; i++) {
            const TypeField *field = &schema->fields[i];
            column_add(table, field->name, field->type, field->comment);
        }
    } else if (!file_columns_add(table, err)) {
        return false;
    }
    uint32_t data_columns = table->base.column_count;
    for (uint32_t p = 0; p < table->partitions.column_count; p++) {
        const PartitionColumn *partition = &table->partitions.columns[p];
        bool has = false;
        for (uint32_t c = 0; c < data_columns; c++) {
            has |= slice_equal_ignore_case(table->base.columns[c].name, partition->name);
        }
        if (!has) column_add(table, partition->name, partition->type, SLICE_NONE);
    }
    return true;
}

// --- operations
// ------------------------------------------------------------------------------------

static Source *table_scan(Table *base, const ScanRequest *request, Query *query, Error *err) {
    ParquetTable *table = (ParquetTable *)base;
    (void)query;
    (void)err;
    AUTO(Arena, arena) = {0};
    ParquetColumn *columns = ARENA_ARRAY(&arena, ParquetColumn, (size_t)request->column_count + 1);
    for (uint32_t i = 0; i < request->column_count; i++) {
        columns[i] = table->columns[request->columns[i]];
    }
    double rows = base->ops->row_count(base);
    ParquetSourceSpec spec = {.files = table->files,
                              .file_count = table->file_count,
                              .columns = columns,
                              .request = request,
                              .cache = table->cache,
                              .row_count = rows < 0 ? -1 : (int64_t)rows};
    spec.description = arena_printf(&arena, "parquet %.*s, %u file%s", SLICE_ARGS(base->location),
                                    table->file_count, table->file_count == 1 ? "" : "s");
    return parquet_source_new(&spec);
}

static double table_row_count(Table *base) {
    const ParquetTable *table = (ParquetTable *)base;
    if (table->file_count == 0) return 0;
    if (!table->first || table->files[0].bytes == 0) return -1;
    double rows = (double)table->first->footer.row_count;
    return rows * ((double)table->bytes / (double)table->files[0].bytes);
}

static bool table_exact_row_count(Table *base, uint64_t *count) {
    const ParquetTable *table = (ParquetTable *)base;
    *count = 0;
    for (uint32_t i = 0; i < table->file_count; i++) {
        StorageFile *storage;
        Error err = {0};
        AUTO_PTR(ParquetFile, file) =
            parquet_file_open(table->cache, table->files[i].path, &storage, &err);
        if (!file) return false; // the scan says why
        storage_close(storage);
        *count += (uint64_t)file->footer.row_count;
    }
    return true;
}

// Least and greatest of all row groups; unknown where one of them does not say.
static void bounds_join(const ParquetTable *table, const ParquetNode *node, const Type *type,
                        ColumnStatistics *out, Arena *arena) {
    uint32_t groups = table->first->footer.row_group_count;
    int64_t nulls = 0;
    bool known = groups > 0, nulls_known = true;
    Value low = {0}, high = {0};
    for (uint32_t g = 0; g < groups; g++) {
        ColumnBounds bounds = {0};
        const ParquetChunk *chunk = &table->first->footer.row_groups[g].chunks[node->leaf];
        known = known && pruning_leaf_bounds(table->first, node, type, g, &bounds);
        nulls_known = nulls_known && (chunk->statistics.null_count >= 0 || bounds.no_nulls);
        nulls += bounds.no_nulls ? 0 : chunk->statistics.null_count;
        if (bounds.all_null) continue;
        known = known && bounds.has_low && bounds.has_high;
        if (!known) continue;
        if (!low.type || value_compare(&bounds.low, &low) < 0) low = bounds.low;
        if (!high.type || value_compare(&bounds.high, &high) > 0) high = bounds.high;
    }
    double rows = (double)table->first->footer.row_count;
    if (nulls_known && rows > 0) out->null_fraction = (double)nulls / rows;
    if (known && low.type) {
        out->low = value_copy(arena, low);
        out->high = value_copy(arena, high);
    }
}

static void table_column_statistics(Table *base, uint32_t column, ColumnStatistics *out,
                                    Arena *arena) {
    const ParquetTable *table = (ParquetTable *)base;
    const ParquetColumn *c = &table->columns[column];
    *out = (ColumnStatistics){.distinct_count = -1, .null_fraction = -1, .average_bytes = -1};
    if (table->file_count != 1 || !table->first || c->kind != PARQUET_COLUMN_DATA) return;
    const ParquetNode *node = schema_child(&table->first->schema.root, c->field.name, -1);
    if (!node || node->kind != NODE_LEAF) return;
    bounds_join(table, node, c->field.type, out, arena);
}

static const TableOps parquet_table_ops = {.scan = table_scan,
                                           .row_count = table_row_count,
                                           .column_statistics = table_column_statistics,
                                           .exact_row_count = table_exact_row_count,
                                           .free = table_free};

static bool options_check(const TableRequest *request, Error *err) {
    for (uint32_t i = 0; i < request->option_count; i++) {
        const TableOption *option = &request->options[i];
        if (slice_equal_ignore_case(option->name, SLICE("mergeSchema")) &&
            slice_equal_ignore_case(option->value, SLICE("true"))) {
            return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature",
                             "the option mergeSchema of Parquet tables");
        }
    }
    return true;
}

Table *parquet_table_open(const TableRequest *request, Error *err) {
    if (!options_check(request, err)) return NULL;
    ParquetTable *table = xcalloc(1, sizeof *table);
    table->base.ops = &parquet_table_ops;
    table->base.references = 1;
    table->base.format = SLICE("parquet");
    table->base.version = -1;
    arena_init(&table->arena);
    const TableCaches *caches = request->query->caches;
    table->owns_cache = !caches;
    table->cache = caches ? caches->footers : parquet_cache_new();
    if (files_find(table, request, err) && columns_find(table, request, err)) return &table->base;
    table_free(&table->base);
    return NULL;
}
