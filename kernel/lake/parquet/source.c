// SPDX-License-Identifier: Apache-2.0
// Filters run in stages: a stage is the conjuncts that become possible with some more columns.
// After each, a batch without rows left is over, and the columns not yet read only note that they
// skip it.
#include "kernel/lake/parquet/source.h"

#include "kernel/lake/parquet/pruning.h"
#include "kernel/lake/parquet/reader.h"

#include <math.h>
#include <stdlib.h>

enum {
    MORSEL_BYTES = 4 << 20,
    RUNTIME_TRIAL_ROWS = 50000, // after which a runtime filter must have dropped a fifth
};

typedef struct Stage {
    ExprProgram *program;
    uint32_t *columns; // read before it, and not before an earlier one
    uint32_t column_count;
} Stage;

typedef struct ParquetSource {
    Source base;
    ParquetSourceSpec spec;
    ScanRequest request; // spec.request
    Arena arena;
    ParquetCache *own_cache;
    uint64_t *morsel_ends; // of each file: number of the morsel behind its last
    Stage *stages;
    uint32_t stage_count;
    bool *filter_column; // columns that some stage reads
} ParquetSource;

// How a runtime filter did so far: one that keeps nearly all rows is not worth its hashes.
typedef struct RuntimeUse {
    uint64_t seen, kept;
} RuntimeUse;

struct ScanState {
    ParquetSource *source;
    Query *query;
    ExprState **filters; // one per stage
    Arena arena;         // of the current file: constants
    ParquetReader *reader;
    uint32_t file;           // of reader; UINT32_MAX: none
    uint32_t *reader_column; // per column: its number in the reader
    ParquetField *fields;
    Vector *vectors;
    int64_t *row_indexes;
    uint16_t *selection;
    bool *column_done; // read or skipped in this batch
    uint16_t *runtime_selection;
    RuntimeUse *runtime; // one per runtime filter
    uint64_t morsel;     // within the file
    uint64_t morsels;    // of the file
    Arena group_arena;   // of the current row group: ranges
    RowRange *ranges;    // rows of it to read
    uint32_t range_count;
    uint32_t range; // current
    uint32_t next_group;
    uint64_t group_morsel; // of the row groups before next_group
};

// --- stages
// ----------------------------------------------------------------------------------------

static void columns_mark(const Expr *expr, bool *used) {
    if (expr->kind == EXPR_COLUMN) used[expr->column] = true;
    for (uint32_t i = 0; i < expr->arg_count; i++) columns_mark(expr->args[i], used);
}

// Infallible conjuncts first, each group in the order given.
static Expr **filters_order(ParquetSource *source) {
    const ScanRequest *request = source->spec.request;
    Expr **ordered = ARENA_ARRAY(&source->arena, Expr *, (size_t)request->filter_count + 1);
    uint32_t count = 0;
    for (int may_fail = 0; may_fail < 2; may_fail++) {
        for (uint32_t i = 0; i < request->filter_count; i++) {
            if (request->filters[i]->may_fail == may_fail) ordered[count++] = request->filters[i];
        }
    }
    return ordered;
}

static bool stages_build(ParquetSource *source, Query *query, Error *err) {
    const ScanRequest *request = source->spec.request;
    Arena *arena = &source->arena;
    uint32_t columns = request->column_count;
    Expr **filters = filters_order(source);
    bool *used = ARENA_ARRAY(arena, bool, (size_t)columns + 1);
    source->filter_column = ARENA_ARRAY(arena, bool, (size_t)columns + 1);
    source->stages = ARENA_ARRAY(arena, Stage, (size_t)request->filter_count + 1);
    for (uint32_t first = 0, next; first < request->filter_count; first = next) {
        Stage *stage = &source->stages[source->stage_count++];
        stage->columns = ARENA_ARRAY(arena, uint32_t, (size_t)columns + 1);
        for (next = first; next < request->filter_count; next++) {
            bool joins = true;
            memset(used, 0, columns);
            columns_mark(filters[next], used);
            for (uint32_t c = 0; c < columns; c++) joins &= !used[c] || source->filter_column[c];
            if (!joins && next > first) break;
            for (uint32_t c = 0; c < columns; c++) {
                if (!used[c] || source->filter_column[c]) continue;
                source->filter_column[c] = true;
                stage->columns[stage->column_count++] = c;
            }
        }
        stage->program = expr_compile(arena, filters + first, next - first, query, err);
        if (!stage->program) return false;
    }
    return true;
}

// --- source
// ----------------------------------------------------------------------------------------

static bool source_prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    ParquetSource *source = (ParquetSource *)base;
    const ParquetSourceSpec *spec = &source->spec;
    uint64_t count = 0;
    source->morsel_ends = ARENA_ARRAY(&source->arena, uint64_t, (size_t)spec->file_count + 1);
    for (uint32_t f = 0; f < spec->file_count; f++) {
        uint64_t bytes = spec->files[f].bytes;
        if (bytes == 0) {
            StorageEntry entry;
            bool found;
            if (!storage_stat(spec->files[f].path, &entry, &found, err)) return false;
            bytes = found ? entry.bytes : 0; // what is missing fails when it is opened
        }
        count += MAX((bytes + MORSEL_BYTES - 1) / MORSEL_BYTES, 1);
        source->morsel_ends[f] = count;
    }
    if (spec->row_count > 0) query->counters.work_total += (uint64_t)spec->row_count;
    *morsel_count = count;
    return stages_build(source, query, err);
}

static void source_free(Source *base) {
    ParquetSource *source = (ParquetSource *)base;
    parquet_cache_free(source->own_cache);
    arena_deinit(&source->arena);
    free(source);
}

static void source_describe(const Source *base, Text *out) {
    const ParquetSource *source = (const ParquetSource *)base;
    text_append(out, source->spec.description);
}

static void scan_close(ScanState *state) {
    if (!state) return;
    for (uint32_t i = 0; i < state->source->stage_count; i++) expr_state_free(state->filters[i]);
    parquet_reader_free(state->reader);
    arena_deinit(&state->arena);
    arena_deinit(&state->group_arena);
    free(state->filters);
    free(state->reader_column);
    free(state->fields);
    free(state->vectors);
    free(state->row_indexes);
    free(state->selection);
    free(state->column_done);
    free(state->runtime_selection);
    free(state->runtime);
    free(state);
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    ParquetSource *source = (ParquetSource *)base;
    uint32_t columns = source->spec.request->column_count;
    ScanState *state = xcalloc(1, sizeof *state);
    state->source = source;
    state->query = query;
    state->file = UINT32_MAX;
    arena_init(&state->arena);
    arena_init(&state->group_arena);
    state->filters = xcalloc(source->stage_count + 1, sizeof(ExprState *));
    state->reader_column = xcalloc(columns + 1, sizeof(uint32_t));
    state->fields = xcalloc(columns + 1, sizeof(ParquetField));
    state->vectors = xcalloc(columns + 1, sizeof(Vector));
    state->column_done = xcalloc(columns + 1, sizeof(bool));
    state->row_indexes = xcalloc(LIMIT_BATCH_ROWS, sizeof(int64_t));
    state->selection = xcalloc(LIMIT_BATCH_ROWS, sizeof(uint16_t));
    state->runtime_selection = xcalloc(LIMIT_BATCH_ROWS, sizeof(uint16_t));
    state->runtime = xcalloc(source->request.runtime_filter_count + 1, sizeof(RuntimeUse));
    for (uint32_t i = 0; i < source->stage_count; i++) {
        state->filters[i] = expr_state_new(source->stages[i].program, query, err);
        if (!state->filters[i]) {
            scan_close(state);
            return NULL;
        }
    }
    return state;
}

// --- files
// -----------------------------------------------------------------------------------------

static const ParquetSourceFile *scan_file(const ScanState *state) {
    return &state->source->spec.files[state->file];
}

// Bounds of constants alone, before the file is opened.
static bool constant_bounds(void *context, uint32_t column, ColumnBounds *bounds) {
    const ScanState *state = context;
    const ParquetColumn *c = &state->source->spec.columns[column];
    if (c->kind != PARQUET_COLUMN_CONSTANT) return false;
    const Value *value = &scan_file(state)->constants[c->constant];
    bool real = type_is(value->type, TYPE_FLOAT) || type_is(value->type, TYPE_DOUBLE);
    bounds->all_null = value->is_null;
    bounds->no_nulls = !value->is_null;
    bounds->has_low = bounds->has_high = !value->is_null && !(real && isnan(value->f64));
    bounds->low = bounds->high = *value;
    return true;
}

static bool filters_may_match(const ScanState *state, BoundsLookup lookup, void *context) {
    const ScanRequest *request = state->source->spec.request;
    for (uint32_t i = 0; i < request->filter_count; i++) {
        if (request->filters[i]->may_fail) continue;
        if (!bounds_may_match(request->filters[i], lookup, context, state->query)) return false;
    }
    for (uint32_t i = 0; i < request->runtime_filter_count; i++) {
        const RuntimeFilter *filter = request->runtime_filters[i];
        ColumnBounds bounds = {0};
        if (!filter->is_ready || !lookup(context, filter->column, &bounds)) continue;
        if (!bounds_may_match_runtime(filter, &bounds)) return false;
    }
    return true;
}

static void file_close(ScanState *state) {
    parquet_reader_free(state->reader);
    state->reader = NULL;
    state->file = UINT32_MAX;
}

static void constants_init(ScanState *state) {
    const ParquetSourceSpec *spec = &state->source->spec;
    arena_reset(&state->arena);
    for (uint32_t c = 0; c < spec->request->column_count; c++) {
        const ParquetColumn *column = &spec->columns[c];
        Vector *vector = &state->vectors[c];
        if (column->kind == PARQUET_COLUMN_CONSTANT) {
            const Value *value = &scan_file(state)->constants[column->constant];
            vector_init_constant(vector, value, LIMIT_BATCH_ROWS, &state->arena);
        } else {
            vector_init_null(vector, column->field.type, LIMIT_BATCH_ROWS, &state->arena);
        }
    }
}

// Opens the reader of the current file. The reader stays NULL where constants exclude the file.
static bool file_open(ScanState *state, Error *err) {
    ParquetSource *source = state->source;
    const ParquetSourceSpec *spec = &source->spec;
    QueryCounters *counters = &state->query->counters;
    if (scan_file(state)->constants && !filters_may_match(state, constant_bounds, state)) {
        if (state->morsel == 0) counters->files_pruned++;
        return true;
    }
    uint32_t count = 0;
    for (uint32_t c = 0; c < spec->request->column_count; c++) {
        state->reader_column[c] = UINT32_MAX;
        if (spec->columns[c].kind != PARQUET_COLUMN_DATA) continue;
        state->reader_column[c] = count;
        state->fields[count++] = spec->columns[c].field;
    }
    ParquetCache *cache = spec->cache ? spec->cache : source->own_cache;
    state->reader =
        parquet_reader_open(cache, scan_file(state)->path, state->fields, count, state->query, err);
    if (!state->reader) return false;
    if (state->morsel == 0) counters->files_read++;
    constants_init(state);
    return true;
}

// --- row groups
// ------------------------------------------------------------------------------------

typedef struct GroupContext {
    const ScanState *state;
    uint32_t row_group;
} GroupContext;

static bool group_bounds(void *context, uint32_t column, ColumnBounds *bounds) {
    const GroupContext *group = context;
    const ScanState *state = group->state;
    switch (state->source->spec.columns[column].kind) {
    case PARQUET_COLUMN_CONSTANT: return constant_bounds((void *)(uintptr_t)state, column, bounds);
    case PARQUET_COLUMN_DATA:
        return pruning_column_bounds(state->reader, state->reader_column[column], group->row_group,
                                     bounds);
    case PARQUET_COLUMN_ROW_INDEX: break;
    }
    return false;
}

static bool group_may_match(const ScanState *state, uint32_t row_group) {
    const ScanRequest *request = state->source->spec.request;
    GroupContext group = {state, row_group};
    if (!filters_may_match(state, group_bounds, &group)) return false;
    for (uint32_t i = 0; i < request->filter_count; i++) {
        if (!pruning_bloom_may_match(state->reader, request->filters[i], state->reader_column,
                                     row_group)) {
            return false;
        }
    }
    return true;
}

// The rows that the page index leaves over.
static void ranges_find(ScanState *state, uint32_t row_group) {
    const ScanRequest *request = state->source->spec.request;
    arena_reset(&state->group_arena);
    state->range = 0;
    state->ranges = pruning_row_ranges(state->reader, request->filters, request->filter_count,
                                       state->reader_column, row_group, state->query,
                                       &state->group_arena, &state->range_count);
}

// The morsel that a row group belongs to: where its middle lies, and never before its
// predecessor's.
static uint64_t group_morsel(ScanState *state, const ParquetRowGroup *group) {
    uint64_t own = (group->offset + group->bytes / 2) / MORSEL_BYTES;
    state->group_morsel = MAX(state->group_morsel, own);
    return MIN(state->group_morsel, state->morsels - 1);
}

// Positions at the morsel's next row group that may have rows to give.
static bool group_next(ScanState *state, bool *done, Error *err) {
    const ParquetFooter *footer = &state->reader->file->footer;
    QueryCounters *counters = &state->query->counters;
    for (; state->next_group < footer->row_group_count; state->next_group++) {
        uint32_t g = state->next_group;
        uint64_t morsel = group_morsel(state, &footer->row_groups[g]);
        if (morsel > state->morsel) break;
        if (morsel < state->morsel || footer->row_groups[g].row_count == 0) continue;
        if (!group_may_match(state, g)) {
            counters->row_groups_pruned++;
            counters->work_done += (uint64_t)footer->row_groups[g].row_count;
            continue;
        }
        state->next_group++;
        counters->row_groups_read++;
        ranges_find(state, g);
        *done = false;
        return parquet_reader_begin(state->reader, g,
                                    ((uint64_t)state->file + 1) << 40 | (uint64_t)g << 20, err);
    }
    *done = true;
    return true;
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    const uint64_t *ends = state->source->morsel_ends;
    uint32_t low = 0, high = state->source->spec.file_count - 1;
    while (low < high) { // the first file that ends behind the morsel
        uint32_t middle = low + (high - low) / 2;
        if (ends[middle] > morsel) high = middle;
        else low = middle + 1;
    }
    uint64_t first = low > 0 ? ends[low - 1] : 0;
    bool same = state->file == low && state->reader;
    state->morsel = morsel - first;
    state->morsels = ends[low] - first;
    state->next_group = 0;
    state->group_morsel = 0;
    if (!same) {
        file_close(state);
        state->file = low;
        if (!file_open(state, err)) return false;
    }
    if (state->reader) state->reader->row_group = UINT32_MAX;
    return true;
}

// --- batches
// ---------------------------------------------------------------------------------------

static bool column_fill(ScanState *state, uint32_t column, const Batch *batch, Error *err) {
    const ParquetColumn *c = &state->source->spec.columns[column];
    ParquetReader *reader = state->reader;
    Vector *vector = &state->vectors[column];
    uint32_t rows = batch->row_count;
    if (state->column_done[column]) return true;
    state->column_done[column] = true;
    if (c->kind == PARQUET_COLUMN_DATA) {
        return parquet_reader_read(reader, state->reader_column[column], rows, batch_rows(batch),
                                   vector, err);
    }
    if (c->kind == PARQUET_COLUMN_CONSTANT) {
        vector->count = rows;
        return true;
    }
    int64_t first = reader->file->footer.row_groups[reader->row_group].first_row + reader->row;
    for (uint32_t i = 0; i < rows; i++) state->row_indexes[i] = first + i;
    *vector = (Vector){.type = c->field.type, .form = VECTOR_FLAT, .count = rows};
    vector->data = state->row_indexes;
    return true;
}

static bool deletions_apply(ScanState *state, Batch *batch, Error *err) {
    void *deletions = scan_file(state)->deletions;
    const ParquetReader *reader = state->reader;
    if (!deletions) return true;
    uint64_t bits[LIMIT_BATCH_ROWS / 64] = {0};
    int64_t first = reader->file->footer.row_groups[reader->row_group].first_row + reader->row;
    if (!state->source->spec.deleted_rows(deletions, (uint64_t)first, batch->row_count, bits,
                                          err)) {
        return false;
    }
    uint32_t kept = 0;
    for (uint32_t r = 0; r < batch->row_count; r++) {
        state->selection[kept] = (uint16_t)r;
        kept += !bit_get(bits, r);
    }
    if (kept < batch->row_count) batch_select(batch, (Rows){state->selection, kept});
    return true;
}

static bool stages_run(ScanState *state, Batch *batch, Error *err) {
    ParquetSource *source = state->source;
    for (uint32_t s = 0; s < source->stage_count && batch->selected_count > 0; s++) {
        const Stage *stage = &source->stages[s];
        for (uint32_t i = 0; i < stage->column_count; i++) {
            if (!column_fill(state, stage->columns[i], batch, err)) return false;
        }
        if (!expr_filter(state->filters[s], batch, err)) return false;
    }
    return true;
}

static bool runtime_run(ScanState *state, Batch *batch, Error *err) {
    const ScanRequest *request = state->source->spec.request;
    for (uint32_t i = 0; i < request->runtime_filter_count && batch->selected_count > 0; i++) {
        const RuntimeFilter *filter = request->runtime_filters[i];
        RuntimeUse *use = &state->runtime[i];
        bool idle = use->seen > RUNTIME_TRIAL_ROWS && use->kept > use->seen / 10 * 8;
        if (!filter->is_ready || idle) continue;
        if (!column_fill(state, filter->column, batch, err)) return false;
        use->seen += batch->selected_count;
        runtime_filter_apply(filter, batch, filter->column, state->runtime_selection);
        use->kept += batch->selected_count;
    }
    return true;
}

// One batch of the current row group; it may come out without rows.
static bool batch_read(ScanState *state, Batch *batch, Error *err) {
    const ParquetSourceSpec *spec = &state->source->spec;
    ParquetReader *reader = state->reader;
    uint32_t columns = spec->request->column_count;
    memset(state->column_done, 0, columns);
    parquet_reader_batch_begin(reader);
    if (!deletions_apply(state, batch, err) || !stages_run(state, batch, err) ||
        !runtime_run(state, batch, err)) {
        return false;
    }
    if (batch->selected_count > 0) {
        for (uint32_t c = 0; c < spec->request->output_count; c++) {
            if (!column_fill(state, c, batch, err)) return false;
        }
    }
    for (uint32_t c = 0; c < columns; c++) {
        if (state->column_done[c] || spec->columns[c].kind != PARQUET_COLUMN_DATA) continue;
        parquet_reader_skip(reader, state->reader_column[c], batch->row_count);
    }
    reader->row += batch->row_count;
    return true;
}

// Rows that can be read at once from where the row group stands, past gaps; 0: it is used up.
static uint32_t rows_next(ScanState *state) {
    ParquetReader *reader = state->reader;
    const ParquetFooter *footer = &reader->file->footer;
    if (reader->row_group >= footer->row_group_count) return 0;
    while (state->range < state->range_count && reader->row >= state->ranges[state->range].end) {
        state->range++;
    }
    int64_t all = footer->row_groups[reader->row_group].row_count;
    bool more = state->range < state->range_count;
    int64_t start = more ? state->ranges[state->range].start : all;
    if (reader->row < start) {
        uint64_t gap = (uint64_t)(start - reader->row);
        for (uint32_t c = 0; c < reader->column_count; c++) parquet_reader_skip(reader, c, gap);
        reader->row = start;
        state->query->counters.work_done += gap;
    }
    if (!more) return 0;
    int64_t left = state->ranges[state->range].end - reader->row;
    return (uint32_t)MIN(left, (int64_t)reader->batch_rows);
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    QueryCounters *counters = &state->query->counters;
    *out = (Batch){.columns = state->vectors,
                   .column_count = state->source->spec.request->column_count};
    *done = state->reader == NULL;
    while (!*done) {
        if (!query_check(state->query, err)) return false;
        uint32_t rows = rows_next(state);
        if (rows == 0) {
            if (!group_next(state, done, err)) return false;
            continue;
        }
        out->row_count = rows;
        batch_select(out, (Rows){NULL, rows});
        if (!batch_read(state, out, err)) return false;
        counters->rows_read += rows;
        counters->work_done += rows;
        if (out->selected_count > 0) return true;
    }
    batch_select(out, (Rows){NULL, 0});
    out->row_count = 0;
    return true;
}

static const SourceOps parquet_source_ops = {.prepare = source_prepare,
                                             .scan_open = scan_open,
                                             .scan_begin = scan_begin,
                                             .scan_next = scan_next,
                                             .scan_close = scan_close,
                                             .describe = source_describe,
                                             .free = source_free};

Source *parquet_source_new(const ParquetSourceSpec *spec) {
    ParquetSource *source = xcalloc(1, sizeof *source);
    source->base.ops = &parquet_source_ops;
    source->spec = *spec;
    arena_init(&source->arena);
    source->request = *spec->request;
    source->spec.request = &source->request;
    size_t columns = spec->request->column_count;
    ParquetColumn *copy = ARENA_ARRAY(&source->arena, ParquetColumn, columns + 1);
    if (columns) memcpy(copy, spec->columns, columns * sizeof *copy);
    source->spec.columns = copy;
    source->spec.description = arena_copy(&source->arena, spec->description);
    if (!spec->cache) source->own_cache = parquet_cache_new();
    return &source->base;
}
