// SPDX-License-Identifier: Apache-2.0
// USE, CREATE SCHEMA, DROP SCHEMA.
#include "kernel/session/statement.h"

// catalog.schema or schema of a statement's name.
static void split_schema(const Session *session, NameParts name, Slice *catalog, Slice *schema) {
    *catalog = name.count > 1 ? name.parts[name.count - 2] : session->current_catalog;
    *schema = name.count ? name.parts[name.count - 1] : session->current_schema;
}

static Result *use(Session *session, Catalog *catalog, const UCommand *command, Error *err) {
    Slice catalog_name, schema;
    split_schema(session, command->name, &catalog_name, &schema);
    if (slice_equal_ignore_case(command->use.what, SLICE("CATALOG"))) {
        catalog_name = schema;
        schema = SLICE("default");
    }
    bool exists = false;
    if (!catalog->ops->schema_exists(catalog, catalog_name, schema, &exists, err)) return NULL;
    if (!exists) {
        AUTO(Text, text) = {0};
        text_printf(&text, "`%.*s`.`%.*s`", SLICE_ARGS(catalog_name), SLICE_ARGS(schema));
        error_set(err, ERR_SCHEMA_NOT_FOUND, "schemaName", text_cstr(&text));
        return NULL;
    }
    session_use(session, catalog_name, schema);
    return result_new();
}

Result *execute_schema(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    Catalog *catalog = session_catalog(session, err);
    if (!catalog) return NULL;
    if (command->kind == UCMD_USE) return use(session, catalog, command, err);
    CatalogSchema schema = {
        .comment = command->comment,
        .location = command->schema.location,
        .owner = session->user,
        .properties = ARENA_ARRAY(statement->arena, TableOption, command->property_count),
        .property_count = command->property_count,
    };
    for (uint32_t i = 0; i < command->property_count; i++)
        schema.properties[i] =
            (TableOption){command->properties[i].name, command->properties[i].value};
    split_schema(session, command->name, &schema.catalog, &schema.name);
    bool ok = command->kind == UCMD_CREATE_SCHEMA
                  ? catalog->ops->create_schema(catalog, &schema, command->if_not_exists, err)
                  : catalog->ops->drop_schema(catalog, schema.catalog, schema.name,
                                              command->if_exists, command->schema.cascade, err);
    return ok ? result_new() : NULL;
}
