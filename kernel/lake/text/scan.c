// SPDX-License-Identifier: Apache-2.0
// The scan of text files: records become rows of a batch, then the filters run over it.
#include "kernel/lake/text/table_internal.h"
#include "kernel/lake/text/values.h"

#include <stdlib.h>

typedef struct TextSource {
    Source base;
    TextTable *table;
    ScanRequest request;
    ExprProgram *filters; // NULL: none
    Arena arena;
} TextSource;

struct ScanState {
    TextSource *source;
    Query *query;
    RecordReader reader;
    CsvRecord record;
    ExprState *filters;
    Arena arena;            // of the batch
    Vector *vectors;        // per requested column
    int32_t *position;      // per table column: its place in the request, -1: not asked for
    uint32_t fields_wanted; // CSV: fields of a record up to the last wanted one, 0: all
    uint16_t *selection;
    JsonReader json; // within a record of several rows
    Slice json_record;
    bool json_open;  // json has further rows
    bool json_array; // elements of an array
    uint64_t bytes_counted;
};

// --- malformed records ---------------------------------------------------------------------------

static bool fail_record(Slice record, Error *err) {
    error_set(err, ERR_MALFORMED_RECORD_IN_PARSING, "failFastMode", "FAILFAST");
    error_add(err, "badRecord", slice_first(record, 1000));
    return false;
}

static Vector *requested(ScanState *state, uint32_t table_column) {
    int32_t at = state->position[table_column];
    return at < 0 ? NULL : &state->vectors[at];
}

// What a malformed record means: *keep tells whether its row stays.
static bool note_malformed(ScanState *state, uint32_t row, Slice record, bool *keep, Error *err) {
    const TextTable *table = state->source->table;
    *keep = table->options.mode == TEXT_MODE_PERMISSIVE;
    if (table->options.mode == TEXT_MODE_FAIL) return fail_record(record, err);
    Vector *corrupt = table->corrupt >= 0 ? requested(state, (uint32_t)table->corrupt) : NULL;
    if (!corrupt || !*keep) return true;
    Slice text = text_repair(record, &state->arena);
    if (corrupt->validity) bit_set(corrupt->validity, row);
    ((StringView *)corrupt->data)[row] = string_view_copy(&state->arena, text);
    return true;
}

static void begin_row(ScanState *state, uint32_t row) {
    for (uint32_t c = 0; c < state->source->request.column_count; c++)
        vector_put_null(&state->vectors[c], row, &state->arena);
}

// --- CSV rows ------------------------------------------------------------------------------------

// Fields follow the table's columns, without the corrupt one. False: some field does not fit.
static bool put_fields(ScanState *state, uint32_t row) {
    const TextTable *table = state->source->table;
    bool fits = true;
    uint32_t field = 0;
    for (uint32_t c = 0; c < table->base.column_count; c++) {
        if ((int32_t)c == table->corrupt) continue;
        uint32_t number = field++;
        Vector *vector = requested(state, c);
        if (!vector) continue;
        if (number >= state->record.count) {
            vector_put_null(vector, row, &state->arena);
            continue;
        }
        if (vector->validity) bit_set(vector->validity, row);
        Slice value =
            csv_field_value(&state->record.fields[number], &table->options, &state->arena);
        fits &= csv_put(&table->options, value, vector, row, &state->arena);
    }
    return fits && (state->fields_wanted || state->record.count == field);
}

static bool put_csv(ScanState *state, uint32_t row, Slice text, bool *keep, Error *err) {
    const TextTable *table = state->source->table;
    csv_record_split(&state->record, &table->options, text, state->fields_wanted);
    Vector *corrupt = table->corrupt >= 0 ? requested(state, (uint32_t)table->corrupt) : NULL;
    if (corrupt) vector_put_null(corrupt, row, &state->arena);
    *keep = true;
    return put_fields(state, row) || note_malformed(state, row, text, keep, err);
}

// --- JSON rows -----------------------------------------------------------------------------------

static int32_t find_column(const TextTable *table, Slice name, uint32_t hint) {
    if (hint < table->base.column_count && slice_equal(table->base.columns[hint].name, name))
        return (int32_t)hint;
    for (uint32_t i = 0; i < table->base.column_count; i++)
        if (slice_equal(table->base.columns[i].name, name)) return (int32_t)i;
    return -1;
}

// The members of the object that is open. False: malformed.
static bool put_members(ScanState *state, uint32_t row, bool *mismatch) {
    const TextTable *table = state->source->table;
    JsonReader *reader = &state->json;
    for (uint32_t hint = 0; json_reader_next_key(reader); hint++) {
        int32_t column = find_column(table, json_reader_string(reader, &state->arena), hint);
        if (column >= 0) hint = (uint32_t)column;
        JsonToken token = json_reader_next(reader);
        Vector *vector = column >= 0 ? requested(state, (uint32_t)column) : NULL;
        bool ok =
            vector ? json_put(reader, token, &table->options, vector, row, &state->arena, mismatch)
                   : json_reader_skip_value(reader, token);
        if (!ok) return false;
    }
    return !json_reader_failed(reader);
}

// One row of the open record; *keep false when there was none after all.
static bool put_json(ScanState *state, uint32_t row, bool *keep, Error *err) {
    const TextOptions *options = &state->source->table->options;
    JsonToken token = json_reader_next(&state->json);
    *keep = false;
    if (token == JSON_TOKEN_ARRAY && !state->json_array && state->json.depth == 1) {
        state->json_array = true;
        token = json_reader_next(&state->json);
    }
    bool at_end = token == JSON_TOKEN_END || (state->json_array && token == JSON_TOKEN_ARRAY_END);
    if (at_end) {
        state->json_open = false;
        return true;
    }
    begin_row(state, row);
    *keep = true;
    bool mismatch = false;
    if (token == JSON_TOKEN_OBJECT && put_members(state, row, &mismatch)) {
        // A line has one object: what follows it does not count.
        if (!state->json_array && !options->multi_line) state->json_open = false;
        return !mismatch || note_malformed(state, row, state->json_record, keep, err);
    }
    state->json_open = false;
    begin_row(state, row);
    return note_malformed(state, row, state->json_record, keep, err);
}

static void open_json(ScanState *state, Slice record) {
    json_reader_init(&state->json, record);
    state->json.leniency = state->source->table->options.leniency;
    state->json_record = record;
    state->json_open = true;
    state->json_array = false;
}

// --- batches -------------------------------------------------------------------------------------

// Fills the next row. *done: the morsel has no more; *keep: the row counts.
static bool next_row(ScanState *state, uint32_t row, bool *keep, bool *done, Error *err) {
    Slice record;
    *keep = false;
    if (state->json_open) return put_json(state, row, keep, err);
    if (!record_reader_next(&state->reader, &record, done, err)) return false;
    if (*done) return true;
    if (state->source->table->options.format == TEXT_FORMAT_CSV)
        return put_csv(state, row, record, keep, err);
    open_json(state, record);
    return put_json(state, row, keep, err);
}

static bool apply_filters(ScanState *state, Batch *batch, Error *err) {
    const ScanRequest *request = &state->source->request;
    if (state->filters && !expr_filter(state->filters, batch, err)) return false;
    for (uint32_t i = 0; i < request->runtime_filter_count; i++) {
        const RuntimeFilter *filter = request->runtime_filters[i];
        if (filter->is_ready) runtime_filter_apply(filter, batch, filter->column, state->selection);
    }
    return true;
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    const TextTable *table = state->source->table;
    const ScanRequest *request = &state->source->request;
    *done = false;
    if (!query_check(state->query, err)) return false;
    arena_reset(&state->arena);
    for (uint32_t c = 0; c < request->column_count; c++)
        vector_init_flat(&state->vectors[c], table->base.columns[request->columns[c]].type,
                         LIMIT_BATCH_ROWS, &state->arena);
    uint32_t rows = 0;
    bool ended = false;
    while (rows < LIMIT_BATCH_ROWS && !ended) {
        bool keep;
        if (!next_row(state, rows, &keep, &ended, err)) return false;
        rows += keep;
    }
    *out = (Batch){.columns = state->vectors,
                   .column_count = request->column_count,
                   .row_count = rows,
                   .selected_count = rows};
    for (uint32_t c = 0; c < request->column_count; c++) state->vectors[c].count = rows;
    *done = rows == 0;
    uint64_t bytes = state->reader.input.bytes_read;
    state->query->counters.bytes_read += bytes - state->bytes_counted;
    state->bytes_counted = bytes;
    state->query->counters.rows_read += rows;
    return *done || apply_filters(state, out, err);
}

// --- the source ----------------------------------------------------------------------------------

static bool scan_prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    TextSource *source = (TextSource *)base;
    *morsel_count = source->table->files.morsel_count;
    query->counters.files_read += source->table->files.count;
    if (!source->request.filter_count) return true;
    source->filters = expr_compile(&source->arena, source->request.filters,
                                   source->request.filter_count, query, err);
    return source->filters != NULL;
}

static void scan_close(ScanState *state) {
    if (!state) return;
    record_reader_close(&state->reader);
    csv_record_deinit(&state->record);
    expr_state_free(state->filters);
    arena_deinit(&state->arena);
    free(state->vectors);
    free(state->position);
    free(state->selection);
    free(state);
}

static void fill_positions(ScanState *state) {
    const TextTable *table = state->source->table;
    const ScanRequest *request = &state->source->request;
    uint32_t count = table->base.column_count, wanted = 0;
    for (uint32_t i = 0; i < count; i++) state->position[i] = -1;
    for (uint32_t i = 0; i < request->column_count; i++) {
        state->position[request->columns[i]] = (int32_t)i;
        wanted = MAX(wanted, request->columns[i] + 1);
    }
    // Every field must be seen where the number of them matters.
    bool all = table->corrupt >= 0 || table->options.mode != TEXT_MODE_PERMISSIVE;
    state->fields_wanted = all || wanted == count ? 0 : MAX(wanted, 1);
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    TextSource *source = (TextSource *)base;
    ScanState *state = xcalloc(1, sizeof *state);
    state->source = source;
    state->query = query;
    state->reader =
        (RecordReader){.files = &source->table->files, .options = &source->table->options};
    arena_init(&state->arena);
    state->vectors = xcalloc(source->request.column_count + 1, sizeof *state->vectors);
    state->position = xcalloc(source->table->base.column_count + 1, sizeof *state->position);
    state->selection = xcalloc(LIMIT_BATCH_ROWS, sizeof *state->selection);
    fill_positions(state);
    if (!source->filters) return state;
    state->filters = expr_state_new(source->filters, query, err);
    if (state->filters) return state;
    scan_close(state);
    return NULL;
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    state->json_open = false;
    state->bytes_counted = 0;
    return record_reader_begin(&state->reader, morsel, err);
}

static void scan_describe(const Source *base, Text *out) {
    const TextTable *table = ((const TextSource *)base)->table;
    text_printf(out, "%.*s %.*s, %u files", SLICE_ARGS(table->base.format),
                SLICE_ARGS(table->base.location), table->files.count);
}

static void scan_free(Source *base) {
    TextSource *source = (TextSource *)base;
    table_unref(&source->table->base);
    arena_deinit(&source->arena);
    free(source);
}

static const SourceOps text_source_ops = {
    .prepare = scan_prepare,
    .scan_open = scan_open,
    .scan_begin = scan_begin,
    .scan_next = scan_next,
    .scan_close = scan_close,
    .describe = scan_describe,
    .free = scan_free,
};

Source *text_table_scan(Table *table, const ScanRequest *request, Query *query, Error *err) {
    (void)query;
    (void)err;
    TextSource *source = xcalloc(1, sizeof *source);
    source->base.ops = &text_source_ops;
    source->table = (TextTable *)table_ref(table);
    source->request = *request;
    arena_init(&source->arena);
    return &source->base;
}
