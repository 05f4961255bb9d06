// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/checkpoint.h"

#include "kernel/column/format.h"
#include "kernel/lake/delta/uri.h"
#include "kernel/lake/parquet/reader.h"
#include "kernel/lake/storage/storage.h"

// One read of a checkpoint.
typedef struct CheckpointRead {
    const DeltaLog *log;
    Arena *arena;
    DeltaActionVisitor visit;
    void *context;
    Slice *sidecars; // names seen so far
    size_t sidecar_count;
    Text partitions; // of the row at hand
    Text stats;
} CheckpointRead;

static void checkpoint_read_deinit(CheckpointRead *read) {
    text_deinit(&read->partitions);
    text_deinit(&read->stats);
}

AUTO_DEFINE(CheckpointRead, checkpoint_read_deinit)

static bool take_action(CheckpointRead *read, const DeltaAction *action, Error *err);

// --- rows of a Parquet checkpoint
// -----------------------------------------------------------------

// Columns that are read, in this order; what a file lacks is null.
typedef enum CheckpointColumn {
    COLUMN_PROTOCOL,
    COLUMN_METADATA,
    COLUMN_DOMAIN,
    COLUMN_SIDECAR,
    COLUMN_ADD,
    COLUMN_COUNT,
} CheckpointColumn;

// Children of the structs, in the order of the types below.
enum { PROTOCOL_READER, PROTOCOL_WRITER, PROTOCOL_READER_FEATURES, PROTOCOL_WRITER_FEATURES };
enum {
    METADATA_ID,
    METADATA_NAME,
    METADATA_DESCRIPTION,
    METADATA_FORMAT,
    METADATA_SCHEMA,
    METADATA_PARTITIONS,
    METADATA_CONFIGURATION,
    METADATA_CREATED,
};
enum { DOMAIN_NAME, DOMAIN_CONFIGURATION, DOMAIN_REMOVED };
enum { ADD_PATH, ADD_PARTITIONS, ADD_SIZE, ADD_MODIFIED, ADD_STATS, ADD_VECTOR, ADD_STATS_PARSED };
enum { VECTOR_STORAGE, VECTOR_PATH, VECTOR_OFFSET, VECTOR_SIZE, VECTOR_CARDINALITY };

static TypeField field(const char *name, const Type *type) {
    return (TypeField){.name = slice_from_cstr(name), .type = type, .nullable = true};
}

#define STRUCT_OF(arena, fields) type_struct((arena), (fields), COUNT_OF(fields))

static const Type *add_type(Arena *arena, const Type *stats_parsed) {
    const Type *text = type_of(TYPE_STRING), *number = type_of(TYPE_BIGINT);
    const TypeField vector[] = {field("storageType", text), field("pathOrInlineDv", text),
                                field("offset", type_of(TYPE_INT)),
                                field("sizeInBytes", type_of(TYPE_INT)),
                                field("cardinality", number)};
    const TypeField add[] = {field("path", text),
                             field("partitionValues", type_map(arena, text, text, true)),
                             field("size", number),
                             field("modificationTime", number),
                             field("stats", text),
                             field("deletionVector", STRUCT_OF(arena, vector)),
                             field("stats_parsed", stats_parsed)};
    return type_struct(arena, add, (uint32_t)COUNT_OF(add) - (stats_parsed ? 0 : 1));
}

static const Type *metadata_type(Arena *arena) {
    const Type *text = type_of(TYPE_STRING);
    const TypeField format[] = {field("provider", text)};
    const TypeField metadata[] = {field("id", text),
                                  field("name", text),
                                  field("description", text),
                                  field("format", STRUCT_OF(arena, format)),
                                  field("schemaString", text),
                                  field("partitionColumns", type_array(arena, text, true)),
                                  field("configuration", type_map(arena, text, text, true)),
                                  field("createdTime", type_of(TYPE_BIGINT))};
    return STRUCT_OF(arena, metadata);
}

// The columns to read, COLUMN_COUNT of them.
static ParquetField *wanted_columns(Arena *arena, const Type *stats_parsed) {
    const Type *text = type_of(TYPE_STRING), *number = type_of(TYPE_INT);
    const Type *texts = type_array(arena, text, true);
    const TypeField protocol[] = {field("minReaderVersion", number),
                                  field("minWriterVersion", number), field("readerFeatures", texts),
                                  field("writerFeatures", texts)};
    const TypeField domain[] = {field("domain", text), field("configuration", text),
                                field("removed", type_of(TYPE_BOOLEAN))};
    const TypeField sidecar[] = {field("path", text)};
    const ParquetField columns[COLUMN_COUNT] = {
        [COLUMN_PROTOCOL] = {.name = SLICE("protocol"), .type = STRUCT_OF(arena, protocol)},
        [COLUMN_METADATA] = {.name = SLICE("metaData"), .type = metadata_type(arena)},
        [COLUMN_DOMAIN] = {.name = SLICE("domainMetadata"), .type = STRUCT_OF(arena, domain)},
        [COLUMN_SIDECAR] = {.name = SLICE("sidecar"), .type = STRUCT_OF(arena, sidecar)},
        [COLUMN_ADD] = {.name = SLICE("add"), .type = add_type(arena, stats_parsed)},
    };
    ParquetField *fields = ARENA_ARRAY(arena, ParquetField, COLUMN_COUNT);
    for (uint32_t i = 0; i < COLUMN_COUNT; i++) {
        fields[i] = columns[i];
        fields[i].field_id = -1;
    }
    return fields;
}

// Empty (data NULL) when the row is null. Borrowed from the vector.
static Slice string_at(const Vector *vector, uint32_t row) {
    if (vector_is_null(vector, row)) return SLICE_NONE;
    uint32_t index;
    const Vector *base = vector_base(vector, row, &index);
    return string_view_slice(&((const StringView *)base->data)[index]);
}

static int64_t number_at(const Vector *vector, uint32_t row, int64_t fallback) {
    if (vector_is_null(vector, row)) return fallback;
    uint32_t index;
    const Vector *base = vector_base(vector, row, &index);
    switch (type_physical(base->type)) {
    case PHYSICAL_INT32: return ((const int32_t *)base->data)[index];
    case PHYSICAL_INT64: return ((const int64_t *)base->data)[index];
    case PHYSICAL_BOOL: return ((const uint8_t *)base->data)[index];
    default: return fallback;
    }
}

// The elements of a list or map row.
static ListView list_at(const Vector *vector, uint32_t row) {
    if (vector_is_null(vector, row)) return (ListView){0};
    uint32_t index;
    const Vector *base = vector_base(vector, row, &index);
    return ((const ListView *)base->data)[index];
}

static Slice copy_string_at(const Vector *vector, uint32_t row, Arena *arena) {
    Slice s = string_at(vector, row);
    return s.data ? arena_copy(arena, s) : s;
}

static void copy_strings(const Vector *vector, uint32_t row, Arena *arena, Slice **items,
                         uint32_t *count) {
    ListView list = list_at(vector, row);
    for (uint32_t i = 0; i < list.count; i++) {
        Slice item = copy_string_at(&vector->children[0], list.offset + i, arena);
        ARENA_PUSH(arena, *items, *count, item);
    }
}

static DeltaAction protocol_at(const Vector *vector, uint32_t row, Arena *arena) {
    DeltaAction action = {.kind = DELTA_ACTION_PROTOCOL};
    DeltaProtocol *protocol = &action.protocol;
    const Vector *fields = vector->children;
    protocol->min_reader_version = (int32_t)number_at(&fields[PROTOCOL_READER], row, 0);
    protocol->min_writer_version = (int32_t)number_at(&fields[PROTOCOL_WRITER], row, 0);
    const Vector *reader = &fields[PROTOCOL_READER_FEATURES];
    const Vector *writer = &fields[PROTOCOL_WRITER_FEATURES];
    protocol->has_reader_features = !vector_is_null(reader, row);
    protocol->has_writer_features = !vector_is_null(writer, row);
    copy_strings(reader, row, arena, &protocol->reader_features, &protocol->reader_feature_count);
    copy_strings(writer, row, arena, &protocol->writer_features, &protocol->writer_feature_count);
    return action;
}

static DeltaAction metadata_at(const Vector *vector, uint32_t row, Arena *arena) {
    DeltaAction action = {.kind = DELTA_ACTION_METADATA};
    DeltaMetadata *metadata = &action.metadata;
    const Vector *fields = vector->children;
    metadata->id = copy_string_at(&fields[METADATA_ID], row, arena);
    metadata->name = copy_string_at(&fields[METADATA_NAME], row, arena);
    metadata->description = copy_string_at(&fields[METADATA_DESCRIPTION], row, arena);
    metadata->schema_string = copy_string_at(&fields[METADATA_SCHEMA], row, arena);
    metadata->created_ms = number_at(&fields[METADATA_CREATED], row, -1);
    if (!vector_is_null(&fields[METADATA_FORMAT], row))
        metadata->provider = copy_string_at(&fields[METADATA_FORMAT].children[0], row, arena);
    copy_strings(&fields[METADATA_PARTITIONS], row, arena, &metadata->partition_columns,
                 &metadata->partition_column_count);
    const Vector *map = &fields[METADATA_CONFIGURATION];
    ListView entries = list_at(map, row);
    for (uint32_t i = 0; i < entries.count; i++) {
        DeltaPair pair = {.name = copy_string_at(&map->children[0], entries.offset + i, arena),
                          .value = copy_string_at(&map->children[1], entries.offset + i, arena)};
        ARENA_PUSH(arena, metadata->configuration, metadata->configuration_count, pair);
    }
    return action;
}

static DeltaAction domain_at(const Vector *vector, uint32_t row, Arena *arena) {
    const Vector *fields = vector->children;
    return (DeltaAction){
        .kind = DELTA_ACTION_DOMAIN,
        .domain = {.domain = copy_string_at(&fields[DOMAIN_NAME], row, arena),
                   .configuration = copy_string_at(&fields[DOMAIN_CONFIGURATION], row, arena),
                   .removed = number_at(&fields[DOMAIN_REMOVED], row, 0) != 0}};
}

// The map as the JSON object that a commit would have.
static void append_partition_values(const Vector *map, uint32_t row, Text *out) {
    ListView entries = list_at(map, row);
    JsonWriter writer;
    json_writer_init(&writer, out);
    json_writer_object(&writer);
    for (uint32_t i = 0; i < entries.count; i++) {
        json_writer_key(&writer, string_at(&map->children[0], entries.offset + i));
        Slice value = string_at(&map->children[1], entries.offset + i);
        if (value.data) json_writer_string(&writer, value);
        else json_writer_null(&writer);
    }
    json_writer_object_end(&writer);
}

static bool vector_at(const Vector *vector, uint32_t row, DeltaVectorDescriptor *out) {
    if (vector_is_null(vector, row)) return true;
    const Vector *fields = vector->children;
    Slice storage = string_at(&fields[VECTOR_STORAGE], row);
    // Some writers give a struct of nulls where there is no vector.
    if (!storage.data && !string_at(&fields[VECTOR_PATH], row).data) return true;
    if (storage.bytes != 1) return false;
    *out = (DeltaVectorDescriptor){
        .storage = storage.data[0],
        .path_or_inline = string_at(&fields[VECTOR_PATH], row),
        .has_offset = !vector_is_null(&fields[VECTOR_OFFSET], row),
        .offset = (int32_t)number_at(&fields[VECTOR_OFFSET], row, 0),
        .size_bytes = (int32_t)number_at(&fields[VECTOR_SIZE], row, -1),
        .cardinality = number_at(&fields[VECTOR_CARDINALITY], row, -1),
    };
    return out->path_or_inline.data && out->offset >= 0;
}

static bool fail_row(Slice path, const char *reason, Error *err) {
    error_set(err, ERR_DELTA_LOG_MALFORMED, "reason", reason);
    error_add(err, "path", path);
    return false;
}

// An add; its texts are in read->partitions and read->stats, or borrowed from the batch.
static bool visit_add(CheckpointRead *read, Slice path, const Vector *vector, uint32_t row,
                      Error *err) {
    const Vector *fields = vector->children;
    DeltaAction action = {.kind = DELTA_ACTION_ADD};
    DeltaFileAction *file = &action.file;
    file->path = string_at(&fields[ADD_PATH], row);
    if (!file->path.data) return fail_row(path, "an add has no path", err);
    text_reset(&read->partitions);
    append_partition_values(&fields[ADD_PARTITIONS], row, &read->partitions);
    file->partition_values = text_slice(&read->partitions);
    file->size_bytes = number_at(&fields[ADD_SIZE], row, 0);
    file->modified_ms = number_at(&fields[ADD_MODIFIED], row, 0);
    file->stats = string_at(&fields[ADD_STATS], row);
    bool parsed = !file->stats.data && vector->type->field_count > ADD_STATS_PARSED;
    if (parsed && !vector_is_null(&fields[ADD_STATS_PARSED], row)) {
        text_reset(&read->stats);
        vector_append_text(&fields[ADD_STATS_PARSED], row, TEXT_JSON, time_zone_utc(),
                           &read->stats);
        file->stats = text_slice(&read->stats);
    }
    if (!vector_at(&fields[ADD_VECTOR], row, &file->vector))
        return fail_row(path, "the deletion vector of an add is incomplete", err);
    return read->visit(read->context, &action, err);
}

static bool visit_row(CheckpointRead *read, Slice path, const Batch *batch, uint32_t row,
                      Error *err) {
    const Vector *columns = batch->columns;
    if (!vector_is_null(&columns[COLUMN_ADD], row) &&
        !visit_add(read, path, &columns[COLUMN_ADD], row, err))
        return false;
    DeltaAction action = {.kind = DELTA_ACTION_OTHER};
    if (!vector_is_null(&columns[COLUMN_PROTOCOL], row)) {
        action = protocol_at(&columns[COLUMN_PROTOCOL], row, read->arena);
    } else if (!vector_is_null(&columns[COLUMN_METADATA], row)) {
        action = metadata_at(&columns[COLUMN_METADATA], row, read->arena);
    } else if (!vector_is_null(&columns[COLUMN_DOMAIN], row)) {
        action = domain_at(&columns[COLUMN_DOMAIN], row, read->arena);
    } else if (!vector_is_null(&columns[COLUMN_SIDECAR], row)) {
        action.kind = DELTA_ACTION_SIDECAR;
        action.sidecar = copy_string_at(&columns[COLUMN_SIDECAR].children[0], row, read->arena);
        if (!action.sidecar.data) return fail_row(path, "a sidecar has no path", err);
    }
    return take_action(read, &action, err);
}

// The file's own type of add.stats_parsed, NULL when it has none that can be read.
static const Type *stats_parsed_type(const ParquetFile *file) {
    const ParquetNode *node = schema_child(&file->schema.root, SLICE("add"), -1);
    if (node) node = schema_child(node, SLICE("stats_parsed"), -1);
    bool readable = node && !node->refusal && node->type && node->type->id == TYPE_STRUCT;
    return readable ? node->type : NULL;
}

static ParquetReader *open_parquet(CheckpointRead *read, Slice path, Error *err) {
    StorageFile *storage = NULL;
    ParquetFile *file = parquet_file_open(NULL, path, &storage, err);
    if (!file) return NULL;
    ParquetField *fields = wanted_columns(read->arena, stats_parsed_type(file));
    return parquet_reader_new(file, storage, fields, COLUMN_COUNT, NULL, err);
}

static bool read_parquet(CheckpointRead *read, Slice path, Error *err) {
    AUTO_PTR(ParquetReader, reader) = open_parquet(read, path, err);
    if (!reader) return false;
    for (;;) {
        Batch batch;
        bool done = false;
        if (!parquet_reader_next(reader, &batch, &done, err)) return false;
        if (done) return true;
        for (uint32_t row = 0; row < batch.row_count; row++)
            if (!visit_row(read, path, &batch, row, err)) return false;
    }
}

// --- whole checkpoints
// -----------------------------------------------------------------------------

// Files of sidecars hold adds and removes alone; their names stand under _delta_log/_sidecars.
static bool read_sidecars(CheckpointRead *read, Error *err) {
    Slice folder = storage_join(read->arena, read->log->table_path, SLICE("_delta_log/_sidecars"));
    size_t count = read->sidecar_count;
    for (size_t i = 0; i < count; i++) {
        Slice path;
        if (!delta_uri_resolve(read->arena, folder, read->sidecars[i], &path, err)) return false;
        if (!read_parquet(read, path, err)) return false;
        if (read->sidecar_count == count) continue;
        error_set(err, ERR_DELTA_LOG_MALFORMED, "reason", "a sidecar names further sidecars");
        error_add(err, "path", path);
        return false;
    }
    return true;
}

static bool take_action(CheckpointRead *read, const DeltaAction *action, Error *err) {
    switch (action->kind) {
    case DELTA_ACTION_SIDECAR:
        ARENA_PUSH(read->arena, read->sidecars, read->sidecar_count, action->sidecar);
        return true;
    case DELTA_ACTION_ADD:
    case DELTA_ACTION_PROTOCOL:
    case DELTA_ACTION_METADATA:
    case DELTA_ACTION_DOMAIN: return read->visit(read->context, action, err);
    default: return true;
    }
}

static bool read_json(CheckpointRead *read, Slice path, Error *err) {
    DeltaActionReader reader;
    Slice text;
    if (!storage_read_all(read->arena, path, LIMIT_DELTA_COMMIT_BYTES, &text, err)) return false;
    if (!delta_action_reader_init(&reader, read->arena, path, text, err)) return false;
    for (;;) {
        DeltaAction action;
        bool done;
        if (!delta_action_next(&reader, &action, &done, err)) return false;
        if (done) return true;
        if (!take_action(read, &action, err)) return false;
    }
}

bool delta_checkpoint_read(const DeltaLog *log, const DeltaCheckpoint *checkpoint, Arena *arena,
                           DeltaActionVisitor visit, void *context, Error *err) {
    AUTO(CheckpointRead, read) = {.log = log, .arena = arena, .visit = visit, .context = context};
    for (uint32_t i = 0; i < checkpoint->parts_found; i++) {
        Slice path = arena_copy(arena, checkpoint->parts[i]);
        bool ok =
            checkpoint->is_json ? read_json(&read, path, err) : read_parquet(&read, path, err);
        if (!ok) return false;
    }
    return read_sidecars(&read, err);
}
