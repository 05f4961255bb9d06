// SPDX-License-Identifier: Apache-2.0
// A table as planning sees it: columns, statistics, and a way to make a Source. lake/ implements
// it.
//
// A Table is one immutable snapshot (a Delta version, a file listing); shared by reference count
// between a statement and the caches. Thread-safe.
#pragma once

#include "kernel/exec/source.h"

typedef struct Table Table;

typedef struct TableColumn {
    Slice name;
    const Type *type;
    bool nullable;
    bool is_partition;
    bool is_metadata; // _metadata: hidden from *
    Slice comment;
    Slice default_sql; // CURRENT_DEFAULT, empty: none
    Slice generated_sql;
} TableColumn;

// Unknown numbers are negative, unknown bounds have type NULL.
typedef struct ColumnStatistics {
    double distinct_count;
    double null_fraction;
    double average_bytes;
    Value low, high;
} ColumnStatistics;

typedef struct TableOption {
    Slice name;
    Slice value;
} TableOption;

typedef struct TableHistoryEntry {
    int64_t version;
    int64_t timestamp_micros;
    Slice user_name, operation, parameters_json, metrics_json, engine_info, isolation_level,
        user_metadata;
    int64_t read_version; // -1: none
    bool is_blind_append, has_blind_append;
} TableHistoryEntry;

// DESCRIBE DETAIL
typedef struct TableDetail {
    Slice format, id, name, description, location;
    int64_t created_micros, last_modified_micros;
    Slice *partition_columns;
    uint32_t partition_count;
    Slice *clustering_columns;
    uint32_t clustering_count;
    uint64_t file_count, bytes;
    TableOption *properties;
    uint32_t property_count;
    int32_t min_reader_version, min_writer_version;
    Slice *features;
    uint32_t feature_count;
} TableDetail;

typedef struct TableOps {
    // A source that reads this snapshot as the request says. The request's arrays and expressions
    // outlive the source.
    Source *(*scan)(Table *table, const ScanRequest *request, Query *query, Error *err);
    double (*row_count)(Table *table); // negative: unknown
    void (*column_statistics)(Table *table, uint32_t column, ColumnStatistics *out, Arena *arena);
    // Exact answers from metadata alone (count(*), no deletion vectors in doubt); false: not known.
    bool (*exact_row_count)(Table *table, uint64_t *count);
    bool (*detail)(Table *table, TableDetail *out, Arena *arena, Error *err); // NULL: no detail
    // Newest first; limit 0: all. NULL: the format has no history.
    bool (*history)(Table *table, uint64_t limit, TableHistoryEntry **entries, uint32_t *count,
                    Arena *arena, Error *err);
    void (*free)(Table *table);
} TableOps;

struct Table {
    const TableOps *ops;
    _Atomic uint32_t references;
    Slice format;   // "delta", "parquet", "csv", "json"
    Slice location; // path or URI
    Slice comment;
    TableColumn *columns;
    uint32_t column_count;
    int64_t version; // Delta version; -1: none
    TableOption *properties;
    uint32_t property_count;
};

static inline Table *table_ref(Table *table) {
    table->references++;
    return table;
}
static inline void table_unref(Table *table) {
    if (table && --table->references == 0) table->ops->free(table);
}

// How a table by path is asked for: delta.`path`, spark.read.format(f).load(paths), CREATE TABLE
// USING.
typedef struct TableRequest {
    Slice format;
    const Slice *paths;
    uint32_t path_count;
    const TableOption *options;
    uint32_t option_count;
    const Type *schema; // struct; NULL: the table's own or inferred
    bool has_version;
    int64_t version;
    bool has_timestamp;
    int64_t timestamp_micros; // UTC
    const TimeZone *zone;     // of values without a zone
    Slice folder;             // relative paths resolve against it
    Query *query;             // threads, budget and cancel flag while inferring; never NULL
} TableRequest;

// What the engine keeps between statements for all sessions; made and freed by session, which hands
// lake the parts it knows. Query.caches.
typedef struct TableCaches {
    struct DeltaSnapshotCache *snapshots;
    struct ParquetCache *footers;
} TableCaches;

// lake's door, wired by session: opens a table by format and path.
typedef Table *(*TableOpener)(const TableRequest *request, Error *err);
