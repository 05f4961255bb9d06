// SPDX-License-Identifier: Apache-2.0
#include "kernel/catalog/lists.h"

#include "base/json.h"

// Name of a column default in a field's metadata, as Spark has it.
#define KEY_DEFAULT "CURRENT_DEFAULT"

static bool malformed(Error *err) {
    return error_set(err, ERR_DATABASE_ERROR, "path", "catalog", "reason",
                     "an entry of the catalog is malformed");
}

void options_append_json(const TableOption *options, uint32_t count, Text *out) {
    JsonWriter writer;
    json_writer_init(&writer, out);
    json_writer_object(&writer);
    for (uint32_t i = 0; i < count; i++) {
        json_writer_key(&writer, options[i].name);
        json_writer_string(&writer, options[i].value);
    }
    json_writer_object_end(&writer);
}

bool options_from_json(Slice json, Arena *arena, TableOption **options, uint32_t *count,
                       Error *err) {
    *options = NULL;
    *count = 0;
    JsonReader reader;
    json_reader_init(&reader, json);
    if (json_reader_next(&reader) != JSON_TOKEN_OBJECT) return malformed(err);
    while (json_reader_next_key(&reader)) {
        TableOption option = {.name = arena_copy(arena, json_reader_string(&reader, arena))};
        if (json_reader_next(&reader) != JSON_TOKEN_STRING) return malformed(err);
        option.value = arena_copy(arena, json_reader_string(&reader, arena));
        ARENA_PUSH(arena, *options, *count, option);
    }
    return !json_reader_failed(&reader) || malformed(err);
}

void names_append_json(const Slice *names, uint32_t count, Text *out) {
    JsonWriter writer;
    json_writer_init(&writer, out);
    json_writer_array(&writer);
    for (uint32_t i = 0; i < count; i++) json_writer_string(&writer, names[i]);
    json_writer_array_end(&writer);
}

bool names_from_json(Slice json, Arena *arena, Slice **names, uint32_t *count, Error *err) {
    *names = NULL;
    *count = 0;
    JsonReader reader;
    json_reader_init(&reader, json);
    if (json_reader_next(&reader) != JSON_TOKEN_ARRAY) return malformed(err);
    JsonToken token;
    while ((token = json_reader_next(&reader)) == JSON_TOKEN_STRING) {
        Slice name = arena_copy(arena, json_reader_string(&reader, arena));
        ARENA_PUSH(arena, *names, *count, name);
    }
    return token == JSON_TOKEN_ARRAY_END || malformed(err);
}

// {"comment": ..., "CURRENT_DEFAULT": ...} of a column.
static Slice column_metadata(const CatalogColumn *column, Arena *arena) {
    AUTO(Text, text) = {0};
    JsonWriter writer;
    json_writer_init(&writer, &text);
    json_writer_object(&writer);
    if (column->comment.bytes) {
        json_writer_key_cstr(&writer, "comment");
        json_writer_string(&writer, column->comment);
    }
    if (column->default_sql.bytes) {
        json_writer_key_cstr(&writer, KEY_DEFAULT);
        json_writer_string(&writer, column->default_sql);
    }
    json_writer_object_end(&writer);
    return arena_copy(arena, text_slice(&text));
}

void columns_append_json(const CatalogColumn *columns, uint32_t count, Text *out) {
    AUTO(Arena, arena) = {0};
    TypeField *fields = ARENA_ARRAY(&arena, TypeField, MAX(count, 1));
    for (uint32_t i = 0; i < count; i++)
        fields[i] = (TypeField){.name = columns[i].name,
                                .type = columns[i].type,
                                .nullable = columns[i].nullable,
                                .metadata = column_metadata(&columns[i], &arena)};
    type_append_json(type_struct(&arena, fields, count), out);
}

static void read_metadata(Slice metadata, Arena *arena, CatalogColumn *column) {
    JsonReader reader;
    json_reader_init(&reader, metadata);
    if (json_reader_next(&reader) != JSON_TOKEN_OBJECT) return;
    while (json_reader_next_key(&reader)) {
        Slice *to = json_reader_text_is(&reader, "comment")     ? &column->comment
                    : json_reader_text_is(&reader, KEY_DEFAULT) ? &column->default_sql
                                                                : NULL;
        JsonToken token = json_reader_next(&reader);
        if (to && token == JSON_TOKEN_STRING)
            *to = arena_copy(arena, json_reader_string(&reader, arena));
        else if (!json_reader_skip_value(&reader, token)) return;
    }
}

bool columns_from_json(Slice json, Arena *arena, CatalogColumn **columns, uint32_t *count,
                       Error *err) {
    // The type borrows from its text: copy first, the caller's may be a row of the database.
    const Type *type = type_from_json(arena, arena_copy(arena, json), err);
    if (!type) return false;
    if (type->id != TYPE_STRUCT) return malformed(err);
    *count = type->field_count;
    *columns = ARENA_ARRAY(arena, CatalogColumn, MAX(type->field_count, 1));
    for (uint32_t i = 0; i < type->field_count; i++) {
        const TypeField *field = &type->fields[i];
        (*columns)[i] =
            (CatalogColumn){.name = field->name, .type = field->type, .nullable = field->nullable};
        read_metadata(field->metadata, arena, &(*columns)[i]);
    }
    return true;
}
