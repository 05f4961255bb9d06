// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/schema.h"

#include "kernel/column/parse.h"
#include "kernel/lake/delta/snapshot.h"

#define KEY_PHYSICAL_NAME "delta.columnMapping.physicalName"
#define KEY_ID "delta.columnMapping.id"
#define KEY_CHAR_VARCHAR "__CHAR_VARCHAR_TYPE_STRING"

// What a field's metadata says; absent members stay empty.
typedef struct FieldMetadata {
    Slice physical_name, comment, default_sql, generated_sql, char_varchar;
    int64_t field_id; // -1: none
} FieldMetadata;

static void read_metadata_value(JsonReader *reader, Arena *arena, FieldMetadata *out) {
    Slice *text = NULL;
    bool is_id = false;
    if (json_reader_text_is(reader, KEY_PHYSICAL_NAME)) text = &out->physical_name;
    else if (json_reader_text_is(reader, "comment")) text = &out->comment;
    else if (json_reader_text_is(reader, "CURRENT_DEFAULT")) text = &out->default_sql;
    else if (json_reader_text_is(reader, "delta.generationExpression")) text = &out->generated_sql;
    else if (json_reader_text_is(reader, KEY_CHAR_VARCHAR)) text = &out->char_varchar;
    else is_id = json_reader_text_is(reader, KEY_ID);
    JsonToken token = json_reader_next(reader);
    if (text && token == JSON_TOKEN_STRING) {
        *text = json_reader_string(reader, arena);
    } else if (is_id && token == JSON_TOKEN_NUMBER) {
        if (!slice_to_i64(reader->text, &out->field_id)) out->field_id = -1;
    } else if (!json_reader_skip_value(reader, token)) {
        return;
    }
}

// Of metadata that type_from_json has accepted; what is malformed all the same counts as absent.
static FieldMetadata read_field_metadata(Slice json, Arena *arena) {
    FieldMetadata metadata = {.field_id = -1};
    JsonReader reader;
    json_reader_init(&reader, json);
    if (json_reader_next(&reader) != JSON_TOKEN_OBJECT) return metadata;
    while (json_reader_next_key(&reader)) read_metadata_value(&reader, arena, &metadata);
    if (metadata.field_id < 0 || metadata.field_id > INT32_MAX) metadata.field_id = -1;
    return metadata;
}

// How files name a field. Names of list elements, map keys and values are not mapped.
static ParquetField physical_field(Arena *arena, DeltaMapping mapping, Slice name, Slice metadata,
                                   const Type *type) {
    ParquetField field = {.name = name, .field_id = -1, .type = type};
    if (mapping == DELTA_MAPPING_NONE) return field;
    FieldMetadata extra = read_field_metadata(metadata, arena);
    if (extra.physical_name.bytes) field.name = extra.physical_name;
    if (mapping == DELTA_MAPPING_ID) field.field_id = (int32_t)extra.field_id;
    if (!type_is_nested(type)) return field;
    ParquetField *children = ARENA_ARRAY(arena, ParquetField, MAX(type->field_count, 1));
    for (uint32_t i = 0; i < type->field_count; i++) {
        const TypeField *child = &type->fields[i];
        Slice child_metadata = type->id == TYPE_STRUCT ? child->metadata : SLICE_NONE;
        children[i] = physical_field(arena, mapping, child->name, child_metadata, child->type);
    }
    field.children = children;
    return field;
}

// "char(5)" or "varchar(20)", which the schema string itself calls string.
static const Type *char_varchar_type(Arena *arena, Slice text, const Type *fallback) {
    TypeId id;
    if (slice_starts_with(text, SLICE("char("))) id = TYPE_CHAR;
    else if (slice_starts_with(text, SLICE("varchar("))) id = TYPE_VARCHAR;
    else return fallback;
    size_t open = slice_find_char(text, '(', 0), close = slice_find_char(text, ')', open);
    if (close == SIZE_MAX || fallback->id != TYPE_STRING) return fallback;
    int64_t length;
    if (!slice_to_i64(slice_of(text.data + open + 1, close - open - 1), &length) || length < 1 ||
        length > INT32_MAX)
        return fallback;
    return type_char(arena, id, (uint32_t)length);
}

static DeltaMapping mapping_of(const DeltaProtocol *protocol, const DeltaMetadata *metadata) {
    if (!delta_protocol_supports(protocol, "columnMapping")) return DELTA_MAPPING_NONE;
    Slice mode = delta_metadata_get(metadata, "delta.columnMapping.mode");
    if (slice_equal_ignore_case(mode, SLICE("name"))) return DELTA_MAPPING_NAME;
    if (slice_equal_ignore_case(mode, SLICE("id"))) return DELTA_MAPPING_ID;
    return DELTA_MAPPING_NONE;
}

static int32_t partition_index(const DeltaMetadata *metadata, Slice name) {
    for (uint32_t i = 0; i < metadata->partition_column_count; i++)
        if (slice_equal_ignore_case(metadata->partition_columns[i], name)) return (int32_t)i;
    return -1;
}

static DeltaColumn read_column(const DeltaMetadata *metadata, DeltaMapping mapping,
                               const TypeField *field, Arena *arena) {
    FieldMetadata extra = read_field_metadata(field->metadata, arena);
    DeltaColumn column = {.name = field->name,
                          .type = char_varchar_type(arena, extra.char_varchar, field->type),
                          .nullable = field->nullable,
                          .partition_index = partition_index(metadata, field->name),
                          .was_float =
                              field->type->id == TYPE_DOUBLE &&
                              slice_find(field->metadata, SLICE("\"float\""), 0) != SIZE_MAX,
                          .comment = extra.comment,
                          .default_sql = extra.default_sql,
                          .generated_sql = extra.generated_sql};
    column.field = physical_field(arena, mapping, field->name, field->metadata, column.type);
    column.physical_name = column.field.name;
    return column;
}

static bool check_partition_columns(const DeltaMetadata *metadata, const DeltaSchema *schema,
                                    Slice table_path, Error *err) {
    for (uint32_t i = 0; i < metadata->partition_column_count; i++) {
        bool found = false;
        for (uint32_t k = 0; k < schema->column_count && !found; k++)
            found = schema->columns[k].partition_index == (int32_t)i;
        if (found) continue;
        AUTO(Text, reason) = {0};
        text_printf(&reason, "the partition column %.*s is not in the schema",
                    SLICE_ARGS(metadata->partition_columns[i]));
        error_set(err, ERR_DELTA_LOG_MALFORMED, "reason", text_cstr(&reason));
        error_add(err, "path", table_path);
        return false;
    }
    return true;
}

bool delta_schema_read(const DeltaProtocol *protocol, const DeltaMetadata *metadata,
                       Slice table_path, int64_t version, Arena *arena, DeltaSchema *schema,
                       Error *err) {
    *schema = (DeltaSchema){.mapping = mapping_of(protocol, metadata)};
    if (!metadata->schema_string.bytes) {
        error_set(err, ERR_DELTA_SCHEMA_NOT_SET);
        error_add(err, "path", table_path);
        error_add_format(err, "version", "%lld", (long long)version);
        return false;
    }
    const Type *type = type_from_json(arena, metadata->schema_string, err);
    if (!type) return false;
    if (type->id != TYPE_STRUCT) {
        error_set(err, ERR_DELTA_LOG_MALFORMED, "reason", "the schema is not a struct");
        error_add(err, "path", table_path);
        return false;
    }
    schema->column_count = type->field_count;
    schema->columns = ARENA_ARRAY(arena, DeltaColumn, MAX(type->field_count, 1));
    for (uint32_t i = 0; i < type->field_count; i++)
        schema->columns[i] = read_column(metadata, schema->mapping, &type->fields[i], arena);
    return check_partition_columns(metadata, schema, table_path, err);
}

// --- partition values ----------------------------------------------------------------------------

static const DeltaColumn *find_partition_column(const DeltaSchema *schema, Slice physical_name) {
    for (uint32_t i = 0; i < schema->column_count; i++) {
        const DeltaColumn *column = &schema->columns[i];
        if (column->partition_index >= 0 &&
            slice_equal_ignore_case(column->physical_name, physical_name))
            return column;
    }
    return NULL;
}

static bool fail_value(const DeltaColumn *column, Slice text, Error *err) {
    AUTO(Text, reason) = {0};
    text_append_cstr(&reason, "the partition value '");
    text_append(&reason, text);
    text_append_cstr(&reason, "' is not of the type ");
    type_append_sql(column->type, &reason);
    error_set(err, ERR_DELTA_LOG_MALFORMED, "reason", text_cstr(&reason));
    error_add(err, "path", column->name);
    return false;
}

static bool read_partition_value(const DeltaColumn *column, Slice text, const TimeZone *zone,
                                 Arena *arena, Value *value, Error *err) {
    if (!text.bytes) return true; // null stays
    if (parse_value(text, column->type, zone, arena, value)) return true;
    return fail_value(column, text, err);
}

bool delta_partition_values(const DeltaSchema *schema, Slice json, const TimeZone *zone,
                            Arena *arena, Value *values, Error *err) {
    for (uint32_t i = 0; i < schema->column_count; i++)
        if (schema->columns[i].partition_index >= 0)
            values[schema->columns[i].partition_index] = value_null(schema->columns[i].type);
    JsonReader reader;
    json_reader_init(&reader, json);
    if (json_reader_next(&reader) != JSON_TOKEN_OBJECT) return true;
    while (json_reader_next_key(&reader)) {
        Slice name = json_reader_string(&reader, arena);
        const DeltaColumn *column = find_partition_column(schema, name);
        JsonToken token = json_reader_next(&reader);
        // Values are strings by the protocol; a number or boolean of another writer is its text.
        Slice text = SLICE_NONE;
        if (token == JSON_TOKEN_STRING) text = json_reader_string(&reader, arena);
        else if (token != JSON_TOKEN_NULL && !json_reader_raw_value(&reader, token, &text)) break;
        if (!column) continue;
        if (!read_partition_value(column, text, zone, arena, &values[column->partition_index], err))
            return false;
    }
    return true;
}
