// SPDX-License-Identifier: Apache-2.0
// CREATE TABLE over files that exist (external), DROP TABLE.
#include "kernel/session/statement.h"

static Slice option_value(const UOption *options, uint32_t count, Slice name) {
    for (uint32_t i = 0; i < count; i++)
        if (slice_equal_ignore_case(options[i].name, name)) return options[i].value;
    return SLICE_NONE;
}

static void take_options(Arena *arena, const UOption *from, uint32_t count, TableOption **to) {
    *to = ARENA_ARRAY(arena, TableOption, count);
    for (uint32_t i = 0; i < count; i++) (*to)[i] = (TableOption){from[i].name, from[i].value};
}

static bool has_known_format(Slice format, Error *err) {
    static const char *const known[] = {"delta", "parquet", "csv", "json"};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (slice_equal_ignore_case(format, slice_from_cstr(known[i]))) return true;
    AUTO(Text, text) = {0};
    text_append(&text, format);
    return error_set(err, ERR_DATA_SOURCE_NOT_FOUND, "provider", text_cstr(&text));
}

// The files must be readable now, so that a typo shows at CREATE, not at the first query.
static bool check_files(Statement *statement, const CatalogObject *object, const Type *schema,
                        Error *err) {
    TableRequest request = {
        .format = object->format,
        .paths = &object->location,
        .path_count = 1,
        .options = object->options,
        .option_count = object->option_count,
        .schema = schema,
        .zone = statement->query->zone,
        .folder = statement->session->folder,
        .query = statement->query,
    };
    Table *table = session_open_table(&request, err);
    table_unref(table);
    return table != NULL;
}

static const Type *declared_schema(Arena *arena, const UCommand *command) {
    uint32_t count = command->table.column_count;
    if (!count) return NULL;
    TypeField *fields = ARENA_ARRAY(arena, TypeField, count);
    for (uint32_t i = 0; i < count; i++)
        fields[i] = (TypeField){.name = command->table.columns[i].name,
                                .type = command->table.columns[i].type,
                                .nullable = !command->table.columns[i].not_null,
                                .comment = command->table.columns[i].comment};
    return type_struct(arena, fields, count);
}

static void take_columns(Arena *arena, const UCommand *command, CatalogObject *object) {
    object->column_count = command->table.column_count;
    object->columns = ARENA_ARRAY(arena, CatalogColumn, object->column_count);
    for (uint32_t i = 0; i < object->column_count; i++) {
        const UColumnDef *column = &command->table.columns[i];
        object->columns[i] = (CatalogColumn){column->name, column->type, !column->not_null,
                                             column->comment, column->default_sql};
    }
}

static Slice absolute(Statement *statement, Slice path) {
    if (path.bytes && (path.data[0] == '/' || slice_find(path, SLICE("://"), 0) != SIZE_MAX))
        return path;
    return arena_printf(statement->arena, "%.*s/%.*s", SLICE_ARGS(statement->session->folder),
                        SLICE_ARGS(path));
}

static Result *create_table(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    Arena *arena = statement->arena;
    Slice location = command->table.location;
    if (!location.bytes)
        location = option_value(command->options, command->option_count, SLICE("path"));
    if (!location.bytes || command->query) {
        error_set(err, ERR_UNSUPPORTED_FEATURE, "feature",
                  command->query ? "CREATE TABLE AS SELECT" : "a managed table (no LOCATION)");
        return NULL;
    }
    CatalogObject object = {
        .kind = CATALOG_TABLE,
        .is_external = true,
        .format = command->table.format.bytes ? command->table.format : SLICE("delta"),
        .location = absolute(statement, location),
        .option_count = command->option_count,
        .property_count = command->property_count,
        .partition_columns = command->table.partition_columns,
        .partition_count = command->table.partition_count,
        .comment = command->comment,
        .owner = session->user,
        .created_micros = statement->query->now_micros,
    };
    take_options(arena, command->options, command->option_count, &object.options);
    take_options(arena, command->properties, command->property_count, &object.properties);
    take_columns(arena, command, &object);
    Catalog *catalog = session_catalog(session, err);
    if (!catalog || !has_known_format(object.format, err) ||
        !session_qualify(session, command->name, &object.catalog, &object.schema, &object.name,
                         err) ||
        !check_files(statement, &object, declared_schema(arena, command), err) ||
        !catalog->ops->create_object(catalog, &object, command->if_not_exists, command->or_replace,
                                     err))
        return NULL;
    return result_new();
}

Result *execute_table(Statement *statement, const UCommand *command, Error *err) {
    if (command->kind == UCMD_CREATE_TABLE) return create_table(statement, command, err);
    Session *session = statement->session;
    Slice catalog_name, schema, name;
    Catalog *catalog = session_catalog(session, err);
    if (!catalog || !session_qualify(session, command->name, &catalog_name, &schema, &name, err) ||
        !catalog->ops->drop_object(catalog, CATALOG_TABLE, catalog_name, schema, name,
                                   command->if_exists, err))
        return NULL;
    return result_new();
}
