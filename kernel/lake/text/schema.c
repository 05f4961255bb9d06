// SPDX-License-Identifier: Apache-2.0
// Inference of a table's columns: workers take morsels, each has shapes of its own, which are
// merged.
#include "kernel/lake/text/infer.h"
#include "kernel/lake/text/table_internal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

// What one worker has seen.
typedef struct ShapeWorker {
    Arena arena;
    CsvShape *csv; // per column of the header
    JsonShape json;
    bool has_corrupt; // some record is malformed
    bool ok;
    Error err;
} ShapeWorker;

typedef struct Inference {
    TextTable *table;
    Query *query;
    uint32_t column_count; // CSV
    ShapeWorker *workers;
    atomic_uint_fast64_t next_morsel;
} Inference;

static void add_csv(const Inference *inference, ShapeWorker *worker, CsvRecord *record,
                    Slice text) {
    const TextOptions *options = &inference->table->options;
    csv_record_split(record, options, text, inference->column_count);
    for (uint32_t i = 0; i < MIN(record->count, inference->column_count); i++) {
        if (worker->csv[i].kind == CSV_KIND_STRING) continue;
        Slice value = csv_field_value(&record->fields[i], options, &worker->arena);
        worker->csv[i] = csv_shape_merge(worker->csv[i], csv_shape_of(options, value));
    }
}

// A record is an object, or an array of them; anything else is malformed.
static void add_json(const Inference *inference, ShapeWorker *worker, Slice text) {
    const TextOptions *options = &inference->table->options;
    JsonReader reader;
    json_reader_init(&reader, text);
    reader.leniency = options->leniency;
    JsonToken token = json_reader_next(&reader);
    bool in_array = token == JSON_TOKEN_ARRAY;
    if (in_array) token = json_reader_next(&reader);
    while (token == JSON_TOKEN_OBJECT) {
        if (!json_shape_add(&reader, token, options, &worker->arena, &worker->json)) break;
        token = json_reader_next(&reader);
        if (!in_array && !options->multi_line) return; // what follows on the line does not count
    }
    if (token != JSON_TOKEN_END && !(in_array && token == JSON_TOKEN_ARRAY_END))
        worker->has_corrupt = true;
}

static bool read_morsel(const Inference *inference, ShapeWorker *worker, RecordReader *reader,
                        CsvRecord *record, uint64_t morsel) {
    if (!record_reader_begin(reader, morsel, &worker->err)) return false;
    for (;;) {
        Slice text;
        bool done;
        if (!query_check(inference->query, &worker->err)) return false;
        if (!record_reader_next(reader, &text, &done, &worker->err)) return false;
        if (done) return true;
        if (inference->table->options.format == TEXT_FORMAT_CSV)
            add_csv(inference, worker, record, text);
        else add_json(inference, worker, text);
    }
}

static void run_worker(void *context, uint32_t index) {
    Inference *inference = context;
    ShapeWorker *worker = &inference->workers[index];
    const TextTable *table = inference->table;
    AUTO(RecordReader, reader) = {.files = &table->files, .options = &table->options};
    AUTO(CsvRecord, record) = {0};
    worker->csv = ARENA_ARRAY(&worker->arena, CsvShape, inference->column_count + 1);
    worker->ok = true;
    while (worker->ok) {
        uint64_t morsel = atomic_fetch_add(&inference->next_morsel, 1);
        if (morsel >= table->files.morsel_count) return;
        worker->ok = read_morsel(inference, worker, &reader, &record, morsel);
    }
}

// Runs the workers; false with the error of the first that failed. The caller frees the workers.
static bool run_workers(Inference *inference, uint32_t *worker_count, Error *err) {
    Query *query = inference->query;
    uint64_t useful = MAX(inference->table->files.morsel_count, 1);
    uint32_t count = query->pool ? MAX(query->thread_count, 1) : 1;
    count = (uint32_t)MIN((uint64_t)count, useful);
    inference->workers = xcalloc(count, sizeof *inference->workers);
    *worker_count = count;
    if (query->pool) thread_pool_run(query->pool, run_worker, inference, count);
    else run_worker(inference, 0);
    for (uint32_t i = 0; i < count; i++) {
        if (inference->workers[i].ok) continue;
        error_copy(err, &inference->workers[i].err);
        return false;
    }
    return true;
}

static void free_workers(Inference *inference, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) arena_deinit(&inference->workers[i].arena);
    free(inference->workers);
}

// --- CSV -----------------------------------------------------------------------------------------

// Fields of the first record: the header, or as many columns as it has.
static bool read_first_record(TextTable *table, CsvRecord *record, Arena *arena, bool *found,
                              Error *err) {
    TextOptions options = table->options;
    options.header = false; // not to be read over
    AUTO(RecordReader, reader) = {.files = &table->files, .options = &options};
    *found = false;
    for (uint32_t i = 0; i < table->files.count && !*found; i++) {
        Slice text;
        bool done;
        if (!record_reader_begin(&reader, table->files.files[i].first_morsel, err)) return false;
        if (!record_reader_next(&reader, &text, &done, err)) return false;
        *found = !done;
        if (done) continue;
        csv_record_split(record, &options, arena_copy(arena, text), 0);
    }
    return true;
}

// A header's names: empty ones are _c<position>, names that occur twice get their position behind.
static Slice header_name(const CsvRecord *record, const TextOptions *options, uint32_t index,
                         Arena *arena) {
    Slice name = csv_field_value(&record->fields[index], options, arena);
    if (!options->header || !name.bytes || slice_equal(name, options->null_value))
        return arena_printf(arena, "_c%u", index);
    for (uint32_t i = 0; i < record->count; i++) {
        if (i == index) continue;
        Slice other = csv_field_value(&record->fields[i], options, arena);
        if (slice_equal_ignore_case(other, name))
            return arena_printf(arena, "%.*s%u", SLICE_ARGS(name), index);
    }
    return arena_copy(arena, name);
}

static bool infer_csv_types(TextTable *table, Query *query, TypeField *fields, uint32_t count,
                            Error *err) {
    Inference inference = {.table = table, .query = query, .column_count = count};
    uint32_t workers;
    bool ok = run_workers(&inference, &workers, err);
    for (uint32_t i = 0; ok && i < count; i++) {
        CsvShape shape = {0};
        for (uint32_t w = 0; w < workers; w++)
            shape = csv_shape_merge(shape, inference.workers[w].csv[i]);
        fields[i].type = csv_shape_type(shape);
    }
    free_workers(&inference, workers);
    return ok;
}

static const Type *infer_csv(TextTable *table, Query *query, Error *err) {
    Arena *arena = &table->arena;
    AUTO(CsvRecord, record) = {0};
    bool found;
    if (!read_first_record(table, &record, arena, &found, err)) return NULL;
    TypeField *fields = ARENA_ARRAY(arena, TypeField, record.count + 1);
    for (uint32_t i = 0; i < record.count; i++)
        fields[i] = (TypeField){.name = header_name(&record, &table->options, i, arena),
                                .type = type_of(TYPE_STRING),
                                .nullable = true};
    bool infer = found && table->options.infer_schema;
    if (infer && !infer_csv_types(table, query, fields, record.count, err)) return NULL;
    return type_struct(arena, fields, record.count);
}

// --- JSON ----------------------------------------------------------------------------------------

// Adds the corrupt column, in its place among the names, when some record needs it.
static const Type *with_corrupt(TextTable *table, const Type *type) {
    Arena *arena = &table->arena;
    Slice name = table->options.corrupt_column;
    uint32_t count = type ? type->field_count : 0, at = 0;
    TypeField *fields = ARENA_ARRAY(arena, TypeField, count + 1);
    while (at < count && slice_compare(type->fields[at].name, name) < 0) at++;
    for (uint32_t i = 0; i < count; i++) fields[i + (i >= at)] = type->fields[i];
    fields[at] = (TypeField){.name = name, .type = type_of(TYPE_STRING), .nullable = true};
    return type_struct(arena, fields, count + 1);
}

static const Type *infer_json(TextTable *table, Query *query, Error *err) {
    Inference inference = {.table = table, .query = query};
    uint32_t workers;
    const Type *type = NULL;
    if (run_workers(&inference, &workers, err)) {
        JsonShape shape = {.kind = JSON_KIND_STRUCT};
        AUTO(Arena, arena) = {0};
        bool has_corrupt = false;
        for (uint32_t i = 0; i < workers; i++) {
            json_shape_merge(&arena, &shape, &inference.workers[i].json);
            has_corrupt |= inference.workers[i].has_corrupt;
        }
        type = json_shape_type(&shape, &table->options, &table->arena);
        if (has_corrupt && table->options.mode == TEXT_MODE_PERMISSIVE)
            type = with_corrupt(table, type);
        if (!type) type = type_struct(&table->arena, NULL, 0);
    }
    free_workers(&inference, workers);
    return type;
}

const Type *text_table_infer(TextTable *table, Query *query, Error *err) {
    return table->options.format == TEXT_FORMAT_CSV ? infer_csv(table, query, err)
                                                    : infer_json(table, query, err);
}
