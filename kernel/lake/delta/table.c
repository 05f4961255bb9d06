// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/table.h"

#include "kernel/column/parse.h"
#include "kernel/lake/delta/statistics.h"
#include "kernel/lake/delta/table_internal.h"
#include "kernel/lake/delta/timeline.h"
#include "kernel/lake/storage/storage.h"

#include <stdlib.h>

// Files whose statistics are read for an estimate: more of them change little.
enum { STATISTICS_FILES_MAX = 2000 };

// --- rows and statistics -------------------------------------------------------------------------

static int64_t live_rows(const DeltaFile *file) {
    if (file->row_count < 0) return -1;
    int64_t deleted = file->vector ? file->vector->cardinality : 0;
    return MAX(file->row_count - deleted, 0);
}

static bool table_exact_row_count(Table *base, uint64_t *count) {
    const DeltaSnapshot *snapshot = ((DeltaTable *)base)->snapshot;
    *count = 0;
    for (size_t i = 0; i < snapshot->file_count; i++) {
        int64_t rows = live_rows(&snapshot->files[i]);
        if (rows < 0) return false;
        *count += (uint64_t)rows;
    }
    return true;
}

// Files without a count are taken for as dense as those with one, or as 100 bytes a row.
static double table_row_count(Table *base) {
    const DeltaSnapshot *snapshot = ((DeltaTable *)base)->snapshot;
    double rows = 0, bytes = 0, bytes_without = 0;
    for (size_t i = 0; i < snapshot->file_count; i++) {
        int64_t count = live_rows(&snapshot->files[i]);
        if (count < 0) {
            bytes_without += (double)snapshot->files[i].size_bytes;
        } else {
            rows += (double)count;
            bytes += (double)snapshot->files[i].size_bytes;
        }
    }
    double per_row = rows > 0 && bytes > 0 ? bytes / rows : 100;
    return rows + bytes_without / per_row;
}

static bool fail_partition(const DeltaTable *table, Error *err) {
    error_add(err, "table", table->base.location);
    return false;
}

static bool compute_partition_values(DeltaTable *table, Error *err) {
    const DeltaSnapshot *snapshot = table->snapshot;
    uint32_t width = table->partition_column_count;
    Value *values =
        ARENA_ARRAY(&table->arena, Value, (size_t)snapshot->partition_count * width + 1);
    for (uint32_t p = 0; p < snapshot->partition_count; p++)
        if (!delta_partition_values(&table->schema, snapshot->partitions[p], table->zone,
                                    &table->arena, values + (size_t)p * width, err))
            return fail_partition(table, err);
    table->partition_values = values;
    return true;
}

const Value *delta_table_partition_values(DeltaTable *table, Error *err) {
    pthread_mutex_lock(&table->lock);
    if (!table->partition_values) (void)!compute_partition_values(table, err);
    const Value *values = table->partition_values;
    pthread_mutex_unlock(&table->lock);
    return values;
}

// Bounds of one more file taken in; `first`: there were none before.
static void widen(ColumnStatistics *out, const ColumnBounds *bounds, bool first) {
    if (first || !bounds->has_low) out->low = bounds->has_low ? bounds->low : (Value){0};
    else if (out->low.type && value_compare(&bounds->low, &out->low) < 0) out->low = bounds->low;
    if (first || !bounds->has_high) out->high = bounds->has_high ? bounds->high : (Value){0};
    else if (out->high.type && value_compare(&bounds->high, &out->high) > 0)
        out->high = bounds->high;
}

static void file_statistics(DeltaTable *table, const DeltaFile *file, uint32_t column,
                            DeltaColumnStatistics *out) {
    int32_t partition = table->schema.columns[column].partition_index;
    if (partition < 0) {
        delta_statistics_read(file, &table->schema, &column, 1, &table->arena, out);
        return;
    }
    size_t row = (size_t)file->partition * table->partition_column_count;
    const Value *value = &table->partition_values[row + (uint32_t)partition];
    *out = (DeltaColumnStatistics){.null_count = value->is_null ? file->row_count : 0};
    out->bounds.all_null = value->is_null;
    out->bounds.has_low = out->bounds.has_high = !value->is_null;
    out->bounds.low = out->bounds.high = *value;
}

static ColumnStatistics compute_statistics(DeltaTable *table, uint32_t column) {
    const DeltaSnapshot *snapshot = table->snapshot;
    ColumnStatistics out = {.distinct_count = -1, .null_fraction = -1, .average_bytes = -1};
    double rows = 0, nulls = 0;
    bool nulls_known = true, first = true;
    size_t step = snapshot->file_count / STATISTICS_FILES_MAX + 1;
    for (size_t i = 0; i < snapshot->file_count; i += step) {
        const DeltaFile *file = &snapshot->files[i];
        DeltaColumnStatistics known;
        file_statistics(table, file, column, &known);
        bool counted = known.null_count >= 0 && file->row_count >= 0;
        nulls_known &= counted;
        if (counted) {
            rows += (double)file->row_count;
            nulls += (double)known.null_count;
        }
        if (known.bounds.all_null) continue;
        widen(&out, &known.bounds, first);
        first = false;
    }
    if (nulls_known && rows > 0) out.null_fraction = nulls / rows;
    bool is_only =
        table->schema.columns[column].partition_index == 0 && table->partition_column_count == 1;
    if (is_only) out.distinct_count = snapshot->partition_count;
    return out;
}

static void table_column_statistics(Table *base, uint32_t column, ColumnStatistics *out,
                                    Arena *arena) {
    (void)arena; // the values live as long as the table
    DeltaTable *table = (DeltaTable *)base;
    Error err = {0};
    *out = (ColumnStatistics){.distinct_count = -1, .null_fraction = -1, .average_bytes = -1};
    if (!delta_table_partition_values(table, &err)) return;
    pthread_mutex_lock(&table->lock);
    if (!table->statistics_known[column]) {
        table->statistics[column] = compute_statistics(table, column);
        table->statistics_known[column] = true;
    }
    *out = table->statistics[column];
    pthread_mutex_unlock(&table->lock);
}

// --- detail and history --------------------------------------------------------------------------

static Slice logical_name(const DeltaSchema *schema, Slice physical_name) {
    for (uint32_t i = 0; i < schema->column_count; i++)
        if (slice_equal(schema->columns[i].physical_name, physical_name))
            return schema->columns[i].name;
    return physical_name;
}

// {"clusteringColumns": [["c1"], ["a", "b"]]}: each an array of physical name parts, or plain text.
static void read_clustering(const DeltaTable *table, Slice json, Arena *arena, TableDetail *out) {
    JsonReader reader;
    json_reader_init(&reader, json);
    AUTO(Text, name) = {0};
    for (;;) {
        JsonToken token = json_reader_next(&reader);
        if (token == JSON_TOKEN_END || token == JSON_TOKEN_ERROR) return;
        if (token == JSON_TOKEN_STRING && reader.depth >= 2) {
            Slice part = json_reader_string(&reader, arena);
            if (name.bytes) text_append_char(&name, '.');
            text_append(&name, name.bytes ? part : logical_name(&table->schema, part));
        }
        if (!name.bytes || reader.depth > 2) continue;
        Slice column = arena_copy(arena, text_slice(&name));
        ARENA_PUSH(arena, out->clustering_columns, out->clustering_count, column);
        text_reset(&name);
    }
}

static void add_features(const DeltaProtocol *protocol, Arena *arena, TableDetail *out) {
    for (uint32_t i = 0; i < protocol->writer_feature_count; i++)
        ARENA_PUSH(arena, out->features, out->feature_count, protocol->writer_features[i]);
    for (uint32_t i = 0; i < protocol->reader_feature_count; i++) {
        Slice name = protocol->reader_features[i];
        bool known = false;
        for (uint32_t k = 0; k < out->feature_count && !known; k++)
            known = slice_equal_ignore_case(out->features[k], name);
        if (!known) ARENA_PUSH(arena, out->features, out->feature_count, name);
    }
}

static bool table_detail(Table *base, TableDetail *out, Arena *arena, Error *err) {
    (void)err;
    const DeltaTable *table = (DeltaTable *)base;
    const DeltaSnapshot *snapshot = table->snapshot;
    const DeltaMetadata *metadata = &snapshot->metadata;
    *out = (TableDetail){
        .format = SLICE("delta"),
        .id = metadata->id,
        .name = metadata->name,
        .description = metadata->description,
        .location = arena_printf(arena, "file:%.*s", SLICE_ARGS(snapshot->table_path)),
        .created_micros = metadata->created_ms * 1000,
        .last_modified_micros = snapshot->last_modified_ms * 1000,
        .partition_columns = metadata->partition_columns,
        .partition_count = metadata->partition_column_count,
        .file_count = snapshot->file_count,
        .min_reader_version = snapshot->protocol.min_reader_version,
        .min_writer_version = snapshot->protocol.min_writer_version,
    };
    for (size_t i = 0; i < snapshot->file_count; i++)
        out->bytes += (uint64_t)MAX(snapshot->files[i].size_bytes, 0);
    for (uint32_t i = 0; i < metadata->configuration_count; i++) {
        TableOption property = {metadata->configuration[i].name, metadata->configuration[i].value};
        ARENA_PUSH(arena, out->properties, out->property_count, property);
    }
    add_features(&snapshot->protocol, arena, out);
    for (uint32_t i = 0; i < snapshot->domain_count; i++)
        if (slice_equal(snapshot->domains[i].domain, SLICE("delta.clustering")))
            read_clustering(table, snapshot->domains[i].configuration, arena, out);
    return true;
}

static TableHistoryEntry history_entry(const DeltaHistoryEntry *from) {
    const DeltaCommitInfo *commit = &from->commit;
    return (TableHistoryEntry){.version = from->version,
                               .timestamp_micros = from->timestamp_ms * 1000,
                               .user_name = commit->user_name,
                               .operation = commit->operation,
                               .parameters_json = commit->parameters_json,
                               .metrics_json = commit->metrics_json,
                               .engine_info = commit->engine_info,
                               .isolation_level = commit->isolation_level,
                               .user_metadata = commit->user_metadata,
                               .read_version = commit->read_version,
                               .is_blind_append = commit->is_blind_append,
                               .has_blind_append = commit->has_blind_append};
}

static bool table_history(Table *base, uint64_t limit, TableHistoryEntry **entries, uint32_t *count,
                          Arena *arena, Error *err) {
    DeltaTable *table = (DeltaTable *)base;
    DeltaLog log;
    DeltaHistoryEntry *found;
    if (!delta_log_list(arena, table->snapshot->table_path, &log, err)) return false;
    if (!delta_timeline_history(&log, table->snapshot, limit, arena, &found, count, err))
        return false;
    *entries = ARENA_ARRAY(arena, TableHistoryEntry, *count + 1);
    for (uint32_t i = 0; i < *count; i++) (*entries)[i] = history_entry(&found[i]);
    return true;
}

// --- opening -------------------------------------------------------------------------------------

static void table_free(Table *base) {
    DeltaTable *table = (DeltaTable *)base;
    delta_snapshot_unref(table->snapshot);
    pthread_mutex_destroy(&table->lock);
    arena_deinit(&table->arena);
    free(table);
}

static const TableOps delta_table_ops = {
    .scan = delta_table_scan,
    .row_count = table_row_count,
    .column_statistics = table_column_statistics,
    .exact_row_count = table_exact_row_count,
    .detail = table_detail,
    .history = table_history,
    .free = table_free,
};

static void add_property(DeltaTable *table, Slice name, Slice value) {
    TableOption property = {name, value};
    ARENA_PUSH(&table->arena, table->base.properties, table->base.property_count, property);
}

// The configuration, and the protocol as SHOW TBLPROPERTIES has it.
static void fill_properties(DeltaTable *table) {
    const DeltaProtocol *protocol = &table->snapshot->protocol;
    const DeltaMetadata *metadata = &table->snapshot->metadata;
    Arena *arena = &table->arena;
    for (uint32_t i = 0; i < metadata->configuration_count; i++)
        add_property(table, metadata->configuration[i].name, metadata->configuration[i].value);
    for (uint32_t i = 0; i < protocol->writer_feature_count; i++)
        add_property(table,
                     arena_join(arena, SLICE("delta.feature."), protocol->writer_features[i]),
                     SLICE("supported"));
    add_property(table, SLICE("delta.minReaderVersion"),
                 arena_printf(arena, "%d", protocol->min_reader_version));
    add_property(table, SLICE("delta.minWriterVersion"),
                 arena_printf(arena, "%d", protocol->min_writer_version));
}

static void fill_columns(DeltaTable *table) {
    const DeltaSchema *schema = &table->schema;
    Arena *arena = &table->arena;
    table->base.columns = ARENA_ARRAY(arena, TableColumn, schema->column_count + 1);
    table->base.column_count = schema->column_count;
    for (uint32_t i = 0; i < schema->column_count; i++) {
        const DeltaColumn *column = &schema->columns[i];
        table->base.columns[i] = (TableColumn){.name = column->name,
                                               .type = column->type,
                                               .nullable = column->nullable,
                                               .is_partition = column->partition_index >= 0,
                                               .comment = column->comment,
                                               .default_sql = column->default_sql,
                                               .generated_sql = column->generated_sql};
    }
    table->statistics = ARENA_ARRAY(arena, ColumnStatistics, schema->column_count + 1);
    table->statistics_known = ARENA_ARRAY(arena, bool, schema->column_count + 1);
}

// Takes the snapshot.
static Table *table_new(DeltaSnapshot *snapshot, const TableRequest *request, ParquetCache *footers,
                        Error *err) {
    DeltaTable *table = xcalloc(1, sizeof *table);
    arena_init(&table->arena);
    pthread_mutex_init(&table->lock, NULL);
    table->snapshot = snapshot;
    table->zone = request->zone ? request->zone : time_zone_utc();
    table->footers = footers;
    table->partition_column_count = snapshot->metadata.partition_column_count;
    table->base = (Table){.ops = &delta_table_ops,
                          .references = 1,
                          .format = SLICE("delta"),
                          .location = snapshot->table_path,
                          .comment = snapshot->metadata.description,
                          .version = snapshot->version};
    if (!delta_schema_read(&snapshot->protocol, &snapshot->metadata, snapshot->table_path,
                           snapshot->version, &table->arena, &table->schema, err)) {
        table_free(&table->base);
        return NULL;
    }
    fill_columns(table);
    fill_properties(table);
    return &table->base;
}

// Which state of the table is wanted.
typedef struct TravelTarget {
    int64_t version; // -1: the latest, or by time
    bool has_time;
    int64_t timestamp_ms;
} TravelTarget;

static bool fail_option(const TableOption *option, Error *err) {
    error_set(err, ERR_INVALID_CONFIGURATION, "reason", "it is neither a version nor a time");
    error_add(err, "confName", option->name);
    error_add(err, "confValue", option->value);
    return false;
}

static bool read_target(const TableRequest *request, TravelTarget *target, Error *err) {
    *target = (TravelTarget){.version = request->has_version ? request->version : -1,
                             .has_time = request->has_timestamp};
    target->timestamp_ms = request->timestamp_micros / 1000;
    for (uint32_t i = 0; i < request->option_count; i++) {
        const TableOption *option = &request->options[i];
        if (slice_equal_ignore_case(option->name, SLICE("versionAsOf"))) {
            if (!slice_to_i64(option->value, &target->version) || target->version < 0)
                return fail_option(option, err);
        } else if (slice_equal_ignore_case(option->name, SLICE("timestampAsOf"))) {
            int64_t micros;
            bool had_zone;
            const TimeZone *zone = request->zone ? request->zone : time_zone_utc();
            if (!parse_timestamp(option->value, zone, &micros, &had_zone))
                return fail_option(option, err);
            target->has_time = true;
            target->timestamp_ms = micros / 1000;
        }
    }
    return true;
}

// "path@v12": takes the version off the path.
static void read_path_version(Slice *path, TravelTarget *target) {
    for (size_t i = path->bytes; i-- > 1;) {
        if (path->data[i] >= '0' && path->data[i] <= '9') continue;
        int64_t version;
        if (path->data[i] != 'v' || path->data[i - 1] != '@' ||
            !slice_to_i64(slice_from(*path, i + 1), &version))
            return;
        target->version = version;
        path->bytes = i - 1;
        return;
    }
}

static DeltaSnapshot *open_target(const DeltaLog *log, const TravelTarget *target,
                                  const TableRequest *request, DeltaSnapshotCache *snapshots,
                                  Error *err) {
    if (!target->has_time) return delta_snapshot_cache_open(snapshots, log, target->version, err);
    AUTO_PTR(DeltaSnapshot, latest) = delta_snapshot_cache_open(snapshots, log, -1, err);
    int64_t version;
    if (!latest ||
        !delta_timeline_version_at(log, latest, target->timestamp_ms, request->zone, &version, err))
        return NULL;
    return delta_snapshot_cache_open(snapshots, log, version, err);
}

static bool list_log(Arena *arena, const TableRequest *request, Slice path, TravelTarget *target,
                     DeltaLog *log, Error *err) {
    Slice folder;
    if (!storage_resolve(arena, request->folder, path, &folder, err)) return false;
    if (delta_log_list(arena, folder, log, err)) return true;
    if (err->code != ERR_DELTA_PATH_DOES_NOT_EXIST) return false;
    read_path_version(&path, target);
    Slice shorter;
    if (!storage_resolve(arena, request->folder, path, &shorter, err)) return false;
    if (slice_equal(shorter, folder) || !delta_log_list(arena, shorter, log, err)) {
        error_set(err, ERR_DELTA_PATH_DOES_NOT_EXIST);
        error_add(err, "path", folder);
        return false;
    }
    error_reset(err);
    return true;
}

Table *delta_table_open(const TableRequest *request, DeltaSnapshotCache *snapshots,
                        ParquetCache *footers, Error *err) {
    AUTO(Arena, arena) = {0};
    TravelTarget target;
    DeltaLog log;
    if (request->path_count != 1) {
        error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", "several paths for one Delta table");
        return NULL;
    }
    if (!read_target(request, &target, err) ||
        !list_log(&arena, request, request->paths[0], &target, &log, err))
        return NULL;
    DeltaSnapshot *snapshot = open_target(&log, &target, request, snapshots, err);
    return snapshot ? table_new(snapshot, request, footers, err) : NULL;
}
