// SPDX-License-Identifier: Apache-2.0
// The scan of a snapshot: picks the files that may have rows for the filters, and hands them with
// their partition values and deletion vectors to the Parquet scan.
//
// Files are picked when the query starts (scalar subqueries have their values then): by the exact
// value of filters over partition columns alone, once per distinct partition, then by partition
// values and statistics of each file. Deletion vectors are read when the first rows of their file
// are.
#include "kernel/lake/delta/deletion/deletion_vector.h"
#include "kernel/lake/delta/statistics.h"
#include "kernel/lake/delta/table_internal.h"
#include "kernel/lake/delta/uri.h"
#include "kernel/lake/parquet/source.h"

#include <stdlib.h>

// A file's deletion vector, read on first use.
typedef struct Deletions {
    pthread_mutex_t lock;
    const DeltaVectorDescriptor *vector;
    Slice table_path;
    Arena arena;
    DeletedRows rows;
    bool is_read;
} Deletions;

typedef struct DeltaScan {
    Source base;
    SourceOps ops; // of this scan: those for a ScanState become the inner source's
    DeltaTable *table;
    ScanRequest request_copy;
    const ScanRequest *request; // of the copy
    Source *inner;              // NULL until prepared
    Arena arena;
    ParquetSourceFile *files;
    uint32_t file_count;
    Deletions *deletions;
    uint32_t deletion_count;
    int64_t row_count; // of the files, -1: not known
} DeltaScan;

// --- deletion vectors ----------------------------------------------------------------------------

static bool mark_deleted(void *context, uint64_t first, uint32_t count, uint64_t *bits,
                         Error *err) {
    Deletions *deletions = context;
    pthread_mutex_lock(&deletions->lock);
    if (!deletions->is_read)
        deletions->is_read = delta_vector_read(deletions->vector, deletions->table_path,
                                               &deletions->arena, &deletions->rows, err);
    bool ok = deletions->is_read;
    pthread_mutex_unlock(&deletions->lock);
    if (ok) deleted_rows_mark(&deletions->rows, first, count, bits);
    return ok;
}

// --- picking files -------------------------------------------------------------------------------

// What pruning knows of the file at hand.
typedef struct FilePruner {
    DeltaTable *table;
    const ScanRequest *request;
    const Value *partition; // its partition's values
    uint32_t *data_columns; // schema columns that filters read
    uint32_t data_count;
    uint32_t *slot;               // per column of the request: its place in data_columns + 1, or 0
    DeltaColumnStatistics *known; // per data column
    int64_t row_count;
    Arena arena; // of the bounds
} FilePruner;

static bool value_is_nan(const Value *value) {
    bool is_float = value->type->id == TYPE_FLOAT || value->type->id == TYPE_DOUBLE;
    return is_float && __builtin_isnan(value->f64);
}

static void mark_columns(const Expr *expr, bool *used, bool *has_parameter) {
    if (expr->kind == EXPR_COLUMN) used[expr->column] = true;
    if (expr->kind == EXPR_PARAMETER) *has_parameter = true;
    for (uint32_t i = 0; i < expr->arg_count; i++) mark_columns(expr->args[i], used, has_parameter);
}

static bool lookup_bounds(void *context, uint32_t column, ColumnBounds *bounds) {
    const FilePruner *pruner = context;
    const DeltaColumn *c = &pruner->table->schema.columns[pruner->request->columns[column]];
    if (c->partition_index >= 0) {
        const Value *value = &pruner->partition[c->partition_index];
        bounds->all_null = value->is_null;
        bounds->no_nulls = !value->is_null;
        bounds->has_low = bounds->has_high = !value->is_null && !value_is_nan(value);
        bounds->low = bounds->high = *value;
        return true;
    }
    if (!pruner->slot[column]) return false;
    *bounds = pruner->known[pruner->slot[column] - 1].bounds;
    return true;
}

static void pruner_init(FilePruner *pruner, DeltaScan *scan) {
    const ScanRequest *request = scan->request;
    *pruner = (FilePruner){.table = scan->table, .request = request};
    bool *used = ARENA_ARRAY(&scan->arena, bool, request->column_count + 1), unused;
    pruner->slot = ARENA_ARRAY(&scan->arena, uint32_t, request->column_count + 1);
    pruner->data_columns = ARENA_ARRAY(&scan->arena, uint32_t, request->column_count + 1);
    for (uint32_t i = 0; i < request->filter_count; i++)
        mark_columns(request->filters[i], used, &unused);
    for (uint32_t i = 0; i < request->column_count; i++) {
        bool is_data = scan->table->schema.columns[request->columns[i]].partition_index < 0;
        if (!used[i] || !is_data) continue;
        pruner->data_columns[pruner->data_count++] = request->columns[i];
        pruner->slot[i] = pruner->data_count;
    }
    pruner->known = ARENA_ARRAY(&scan->arena, DeltaColumnStatistics, pruner->data_count + 1);
}

static bool file_may_match(FilePruner *pruner, const DeltaFile *file, const Value *partition,
                           const Query *query) {
    arena_reset(&pruner->arena);
    pruner->partition = partition;
    if (pruner->data_count)
        delta_statistics_read(file, &pruner->table->schema, pruner->data_columns,
                              pruner->data_count, &pruner->arena, pruner->known);
    for (uint32_t i = 0; i < pruner->request->filter_count; i++) {
        const Expr *filter = pruner->request->filters[i];
        if (!filter->may_fail && !bounds_may_match(filter, lookup_bounds, pruner, query))
            return false;
    }
    return true;
}

// Conjuncts that can be decided by partition values alone.
static Expr **partition_filters(DeltaScan *scan, uint32_t *count) {
    const ScanRequest *request = scan->request;
    Expr **filters = ARENA_ARRAY(&scan->arena, Expr *, request->filter_count + 1);
    bool *used = ARENA_ARRAY(&scan->arena, bool, request->column_count + 1);
    *count = 0;
    for (uint32_t i = 0; i < request->filter_count; i++) {
        Expr *filter = request->filters[i];
        bool has_parameter = false, decidable = true;
        memset(used, 0, request->column_count);
        mark_columns(filter, used, &has_parameter);
        for (uint32_t c = 0; c < request->column_count; c++)
            decidable &=
                !used[c] || scan->table->schema.columns[request->columns[c]].partition_index >= 0;
        if (decidable && !has_parameter && !filter->may_fail && !filter->is_volatile)
            filters[(*count)++] = filter;
    }
    return filters;
}

// A batch with the partition columns of partitions [first, first + count); the others are null.
static Batch partition_batch(const DeltaScan *scan, const Value *values, uint32_t first,
                             uint32_t count, Arena *arena) {
    const ScanRequest *request = scan->request;
    Batch batch = {
        .column_count = request->column_count, .row_count = count, .selected_count = count};
    batch.columns = ARENA_ARRAY(arena, Vector, request->column_count + 1);
    for (uint32_t c = 0; c < request->column_count; c++) {
        const DeltaColumn *column = &scan->table->schema.columns[request->columns[c]];
        if (column->partition_index < 0) {
            vector_init_null(&batch.columns[c], column->type, count, arena);
            continue;
        }
        vector_init_flat(&batch.columns[c], column->type, count, arena);
        for (uint32_t i = 0; i < count; i++) {
            size_t row = (size_t)(first + i) * scan->table->partition_column_count;
            vector_set_value(&batch.columns[c], i, &values[row + (uint32_t)column->partition_index],
                             arena);
        }
    }
    return batch;
}

// Sets keep[p] for every distinct partition that passes the filters over partition columns.
static bool pick_partitions(DeltaScan *scan, const Value *values, Query *query, bool *keep,
                            Error *err) {
    uint32_t partitions = scan->table->snapshot->partition_count, count;
    Expr **filters = partition_filters(scan, &count);
    if (count == 0) {
        memset(keep, true, partitions);
        return true;
    }
    ExprProgram *program = expr_compile(&scan->arena, filters, count, query, err);
    ExprState *state = program ? expr_state_new(program, query, err) : NULL;
    if (!state) return false;
    AUTO(Arena, arena) = {0};
    bool ok = true;
    for (uint32_t first = 0; ok && first < partitions; first += LIMIT_BATCH_ROWS) {
        arena_reset(&arena);
        uint32_t rows = MIN(partitions - first, (uint32_t)LIMIT_BATCH_ROWS);
        Batch batch = partition_batch(scan, values, first, rows, &arena);
        ok = expr_filter(state, &batch, err);
        if (!ok) break;
        for (ROWS_EACH(batch_rows(&batch), i, r)) keep[first + r] = true;
    }
    expr_state_free(state);
    return ok;
}

static bool add_file(DeltaScan *scan, const DeltaFile *file, const Value *values, Error *err) {
    const DeltaTable *table = scan->table;
    Slice table_path = table->snapshot->table_path;
    ParquetSourceFile *out = &scan->files[scan->file_count];
    size_t row = (size_t)file->partition * table->partition_column_count;
    *out =
        (ParquetSourceFile){.bytes = (uint64_t)MAX(file->size_bytes, 0), .constants = values + row};
    if (!delta_uri_resolve(&scan->arena, table_path, file->path, &out->path, err)) return false;
    if (file->vector) {
        Deletions *deletions = &scan->deletions[scan->deletion_count++];
        *deletions = (Deletions){.vector = file->vector, .table_path = table_path};
        pthread_mutex_init(&deletions->lock, NULL);
        out->deletions = deletions;
    }
    scan->file_count++;
    return true;
}

static int64_t rows_of(const DeltaFile *file) {
    if (file->row_count < 0) return -1;
    return file->row_count - (file->vector ? file->vector->cardinality : 0);
}

// The files to read, in the snapshot's order; as few as a LIMIT without filters needs.
static bool pick_files(DeltaScan *scan, const Value *values, Query *query, Error *err) {
    const DeltaSnapshot *snapshot = scan->table->snapshot;
    const ScanRequest *request = scan->request;
    bool *keep = ARENA_ARRAY(&scan->arena, bool, snapshot->partition_count + 1);
    if (!pick_partitions(scan, values, query, keep, err)) return false;
    FilePruner pruner;
    pruner_init(&pruner, scan);
    bool may_stop = request->limit_hint && !request->filter_count && !request->runtime_filter_count;
    uint64_t certain_rows = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < snapshot->file_count; i++) {
        const DeltaFile *file = &snapshot->files[i];
        if (may_stop && certain_rows >= request->limit_hint) break;
        size_t row = (size_t)file->partition * scan->table->partition_column_count;
        if (!keep[file->partition]) continue;
        if (request->filter_count && !file_may_match(&pruner, file, values + row, query)) continue;
        int64_t rows = rows_of(file);
        if (rows > 0) certain_rows += (uint64_t)rows;
        scan->row_count = rows < 0 || scan->row_count < 0 ? -1 : scan->row_count + rows;
        ok = add_file(scan, file, values, err) && query_check(query, err);
    }
    arena_deinit(&pruner.arena);
    query->counters.files_pruned += snapshot->file_count - scan->file_count;
    return ok;
}

// --- the source ----------------------------------------------------------------------------------

static void append_description(const DeltaScan *scan, Text *out) {
    const DeltaTable *table = scan->table;
    text_printf(out, "delta %.*s v%lld", SLICE_ARGS(table->base.location),
                (long long)table->snapshot->version);
    if (scan->inner)
        text_printf(out, ", %u of %zu files", scan->file_count, table->snapshot->file_count);
}

static ParquetColumn *request_columns(DeltaScan *scan) {
    const ScanRequest *request = scan->request;
    ParquetColumn *columns = ARENA_ARRAY(&scan->arena, ParquetColumn, request->column_count + 1);
    for (uint32_t i = 0; i < request->column_count; i++) {
        const DeltaColumn *column = &scan->table->schema.columns[request->columns[i]];
        bool is_data = column->partition_index < 0;
        columns[i] = (ParquetColumn){
            .kind = is_data ? PARQUET_COLUMN_DATA : PARQUET_COLUMN_CONSTANT,
            .constant = is_data ? 0 : (uint32_t)column->partition_index,
            .field = column->field,
        };
    }
    return columns;
}

static bool scan_prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    DeltaScan *scan = (DeltaScan *)base;
    const DeltaSnapshot *snapshot = scan->table->snapshot;
    const Value *values = delta_table_partition_values(scan->table, err);
    if (!values) return false;
    scan->files = xcalloc(snapshot->file_count + 1, sizeof *scan->files);
    size_t vectors = 0;
    for (size_t i = 0; i < snapshot->file_count; i++) vectors += snapshot->files[i].vector != NULL;
    scan->deletions = xcalloc(vectors + 1, sizeof *scan->deletions);
    if (!pick_files(scan, values, query, err)) return false;
    ParquetSourceSpec spec = {.files = scan->files,
                              .file_count = scan->file_count,
                              .columns = request_columns(scan),
                              .request = scan->request,
                              .cache = scan->table->footers,
                              .row_count = scan->row_count,
                              .deleted_rows = mark_deleted};
    scan->inner = parquet_source_new(&spec);
    scan->ops.scan_begin = scan->inner->ops->scan_begin;
    scan->ops.scan_next = scan->inner->ops->scan_next;
    scan->ops.scan_close = scan->inner->ops->scan_close;
    return scan->inner->ops->prepare(scan->inner, query, morsel_count, err);
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    DeltaScan *scan = (DeltaScan *)base;
    return scan->inner->ops->scan_open(scan->inner, query, err);
}

static void scan_describe(const Source *base, Text *out) {
    append_description((const DeltaScan *)base, out);
}

static void scan_free(Source *base) {
    DeltaScan *scan = (DeltaScan *)base;
    if (scan->inner) scan->inner->ops->free(scan->inner);
    for (uint32_t i = 0; i < scan->deletion_count; i++) {
        pthread_mutex_destroy(&scan->deletions[i].lock);
        arena_deinit(&scan->deletions[i].arena);
    }
    free(scan->deletions);
    free(scan->files);
    table_unref(&scan->table->base);
    arena_deinit(&scan->arena);
    free(scan);
}

Source *delta_table_scan(Table *table, const ScanRequest *request, Query *query, Error *err) {
    (void)query;
    (void)err;
    DeltaScan *scan = xcalloc(1, sizeof *scan);
    arena_init(&scan->arena);
    scan->table = (DeltaTable *)table_ref(table);
    scan->request_copy = *request;
    scan->request = &scan->request_copy;
    scan->ops = (SourceOps){.prepare = scan_prepare,
                            .scan_open = scan_open,
                            .describe = scan_describe,
                            .free = scan_free};
    scan->base.ops = &scan->ops;
    return &scan->base;
}
