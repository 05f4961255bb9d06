// SPDX-License-Identifier: Apache-2.0
// CREATE VIEW (permanent, temporary, global temporary) and DROP VIEW.
#include "kernel/session/statement.h"

#include <stdlib.h>

static void fail_exists(const Session *session, NameParts name, Error *err) {
    AUTO(Text, text) = {0};
    if (name.count == 1 && session) text_printf(&text, "`%.*s`", SLICE_ARGS(name.parts[0]));
    else
        for (uint32_t i = 0; i < name.count; i++)
            text_printf(&text, "%s`%.*s`", i ? "." : "", SLICE_ARGS(name.parts[i]));
    error_set(err, ERR_TEMP_TABLE_OR_VIEW_ALREADY_EXISTS, "relationName", text_cstr(&text));
}

// The view's own copy of the parsed query: parsed again into an arena that lives with the view.
static bool parse_into(Statement *statement, const UCommand *command, SessionView *view,
                       Error *err) {
    ParserOptions options = session_parser_options(statement->session, statement->query);
    view->view.text = arena_copy(&view->arena, command->query_text);
    view->view.query = statement->scope.parser->query(&view->arena, view->view.text, &options, err);
    return view->view.query != NULL;
}

static bool check_columns(const UCommand *command, const ResolvedQuery *resolved, Error *err) {
    uint32_t count = command->view.column_count;
    if (!count || count == resolved->column_count) return true;
    AUTO(Text, name) = {0};
    for (uint32_t i = 0; i < command->name.count; i++)
        text_printf(&name, "%s`%.*s`", i ? "." : "", SLICE_ARGS(command->name.parts[i]));
    AUTO(Text, view_columns) = {0};
    for (uint32_t i = 0; i < count; i++)
        text_printf(&view_columns, "%s`%.*s`", i ? ", " : "",
                    SLICE_ARGS(command->view.columns[i].name));
    AUTO(Text, data_columns) = {0};
    for (uint32_t i = 0; i < resolved->column_count; i++)
        text_printf(&data_columns, "%s`%.*s`", i ? ", " : "", SLICE_ARGS(resolved->names[i]));
    ErrorCode code = count > resolved->column_count
                         ? ERR_CREATE_VIEW_COLUMN_ARITY_MISMATCH__NOT_ENOUGH_DATA_COLUMNS
                         : ERR_CREATE_VIEW_COLUMN_ARITY_MISMATCH__TOO_MANY_DATA_COLUMNS;
    return error_set(err, code, "viewName", text_cstr(&name), "viewColumns",
                     text_cstr(&view_columns), "dataColumns", text_cstr(&data_columns));
}

static Result *create_temporary(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    Slice parts[2] = {SLICE("global_temp"), command->name.parts[command->name.count - 1]};
    NameParts name = command->view.is_global ? (NameParts){parts, 2} : (NameParts){parts + 1, 1};
    SessionView *before = session_find_view(session, name);
    if (before && !command->or_replace) {
        if (command->if_not_exists) return result_new();
        fail_exists(session, name, err);
        return NULL;
    }
    ResolvedQuery resolved;
    if (!statement_resolve(statement, command->query, &resolved, err)) return NULL;
    bool ok = check_columns(command, &resolved, err);
    resolved_query_release(&resolved);
    if (!ok) return NULL;
    SessionView *view = xcalloc(1, sizeof *view);
    view->is_global = command->view.is_global;
    view->view.name = arena_copy(&view->arena, parts[1]);
    view->view.ansi = statement->scope.ansi;
    view->view.catalog = arena_copy(&view->arena, session->current_catalog);
    view->view.schema = arena_copy(&view->arena, session->current_schema);
    view->view.columns = ARENA_ARRAY(&view->arena, Slice, command->view.column_count);
    view->view.column_count = command->view.column_count;
    for (uint32_t i = 0; i < command->view.column_count; i++)
        view->view.columns[i] = arena_copy(&view->arena, command->view.columns[i].name);
    if (!parse_into(statement, command, view, err)) {
        arena_deinit(&view->arena);
        free(view);
        return NULL;
    }
    if (before) session_drop_view_at(session, before);
    session_add_view(session, view);
    return result_new();
}

// CREATE TEMP VIEW v USING format OPTIONS (path '...'): a query over the files.
static void use_source(Statement *statement, UCommand *command) {
    URel *source = ARENA_NEW(statement->arena, URel);
    *source = (URel){.kind = UREL_DATA_SOURCE, .origin = command->origin, .plan_id = -1};
    source->source.format = command->view.format;
    source->source.options = command->options;
    source->source.option_count = command->option_count;
    for (uint32_t i = 0; i < command->option_count; i++)
        if (slice_equal_ignore_case(command->options[i].name, SLICE("path")))
            source->source.paths = &command->options[i].value, source->source.path_count = 1;
    command->query = source;
    // The text with which the view is made again.
    AUTO(Text, text) = {0};
    text_printf(&text, "SELECT * FROM %.*s.`", SLICE_ARGS(command->view.format));
    if (source->source.path_count) text_append(&text, source->source.paths[0]);
    text_append_char(&text, '`');
    if (source->source.option_count > 1) text_append(&text, SLICE(" WITH ("));
    bool is_first = true;
    for (uint32_t i = 0; i < command->option_count && source->source.option_count > 1; i++) {
        if (&command->options[i].value == source->source.paths) continue;
        text_printf(&text, "%s'%.*s' = '%.*s'", is_first ? "" : ", ",
                    SLICE_ARGS(command->options[i].name), SLICE_ARGS(command->options[i].value));
        is_first = false;
    }
    if (source->source.option_count > 1) text_append_char(&text, ')');
    command->query_text = arena_copy(statement->arena, text_slice(&text));
}

static Result *create_permanent(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    ResolvedQuery resolved;
    if (!statement_resolve(statement, command->query, &resolved, err)) return NULL;
    CatalogObject object = {
        .kind = CATALOG_VIEW,
        .comment = command->comment,
        .owner = session->user,
        .created_micros = statement->query->now_micros,
        .view_text = command->query_text,
        .view_catalog = session->current_catalog,
        .view_schema = session->current_schema,
        .view_ansi = statement->scope.ansi,
        .column_count = resolved.column_count,
        .columns = ARENA_ARRAY(statement->arena, CatalogColumn, resolved.column_count),
        .properties = ARENA_ARRAY(statement->arena, TableOption, command->property_count),
        .property_count = command->property_count,
    };
    for (uint32_t i = 0; i < command->property_count; i++)
        object.properties[i] =
            (TableOption){command->properties[i].name, command->properties[i].value};
    bool ok = check_columns(command, &resolved, err);
    for (uint32_t i = 0; ok && i < resolved.column_count; i++) {
        const UColumnDef *given = command->view.column_count ? &command->view.columns[i] : NULL;
        object.columns[i] = (CatalogColumn){
            .name = given ? given->name : resolved.names[i],
            .type = resolved.rel->output[i].type,
            .nullable = true,
            .comment = given ? given->comment : SLICE_NONE,
        };
    }
    ok = ok && session_qualify(session, command->name, &object.catalog, &object.schema,
                               &object.name, err);
    Catalog *catalog = ok ? session_catalog(session, err) : NULL;
    ok = catalog && catalog->ops->create_object(catalog, &object, command->if_not_exists,
                                                command->or_replace, err);
    resolved_query_release(&resolved);
    return ok ? result_new() : NULL;
}

static Result *drop_view(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    SessionView *view = session_find_view(session, command->name);
    if (view) {
        session_drop_view_at(session, view);
        return result_new();
    }
    Slice catalog_name, schema, name;
    Catalog *catalog = session_catalog(session, err);
    if (!catalog || !session_qualify(session, command->name, &catalog_name, &schema, &name, err) ||
        !catalog->ops->drop_object(catalog, CATALOG_VIEW, catalog_name, schema, name,
                                   command->if_exists, err))
        return NULL;
    return result_new();
}

Result *execute_view(Statement *statement, const UCommand *command, Error *err) {
    if (command->kind == UCMD_DROP_VIEW) return drop_view(statement, command, err);
    UCommand create = *command;
    if (!create.query && create.view.format.bytes) use_source(statement, &create);
    if (create.view.is_temporary || create.view.is_global)
        return create_temporary(statement, &create, err);
    return create_permanent(statement, &create, err);
}
