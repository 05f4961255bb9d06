// SPDX-License-Identifier: Apache-2.0
// The SHOW commands: names of catalogs, schemas, tables, views, columns, functions, settings.
#include "kernel/plan/function_registry.h"
#include "kernel/session/statement.h"

// SHOW ... LIKE patterns: '*' any run, '|' alternatives, ignoring case (Spark's StringUtils).
static bool matches_one(Slice pattern, Slice name) {
    size_t p = 0, n = 0, star = SIZE_MAX, mark = 0;
    while (n < name.bytes) {
        char c = p < pattern.bytes ? pattern.data[p] : '\0';
        if (p < pattern.bytes && c == '*') {
            star = p++;
            mark = n;
        } else if (p < pattern.bytes && (c == '.' || (c | 0x20) == (name.data[n] | 0x20))) {
            p++;
            n++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            n = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.bytes && pattern.data[p] == '*') p++;
    return p == pattern.bytes;
}

static bool matches(Slice pattern, Slice name) {
    if (!pattern.data) return true;
    Slice part;
    while (slice_split(&pattern, '|', &part))
        if (matches_one(slice_trim(part), name)) return true;
    return false;
}

static void schema_of(const Session *session, NameParts in, Slice *catalog, Slice *schema) {
    *catalog = in.count > 1 ? in.parts[in.count - 2] : session->current_catalog;
    *schema = in.count ? in.parts[in.count - 1] : session->current_schema;
}

static Result *show_catalogs(Statement *statement, Catalog *catalog, const UCommand *command,
                             Error *err) {
    Slice *names;
    uint32_t count;
    if (!catalog->ops->list_catalogs(catalog, &names, &count, statement->arena, err)) return NULL;
    Result *result = result_new();
    result_add_column(result, "catalog", TYPE_STRING, false);
    for (uint32_t i = 0; i < count; i++)
        if (matches(command->show.pattern, names[i])) result_add_texts(result, &names[i]);
    return result;
}

static Result *show_schemas(Statement *statement, Catalog *catalog, const UCommand *command,
                            Error *err) {
    NameParts in = command->show.in;
    Slice name = in.count ? in.parts[0] : statement->session->current_catalog;
    CatalogSchema *schemas;
    uint32_t count;
    if (!catalog->ops->list_schemas(catalog, name, &schemas, &count, statement->arena, err))
        return NULL;
    Result *result = result_new();
    result_add_column(result, "namespace", TYPE_STRING, false);
    for (uint32_t i = 0; i < count; i++)
        if (matches(command->show.pattern, schemas[i].name))
            result_add_texts(result, &schemas[i].name);
    return result;
}

static void add_object(Result *result, Slice schema, Slice name, bool is_temporary) {
    Value values[3] = {value_string(schema), value_string(name), value_bool(is_temporary)};
    result_add_row(result, values);
}

static Result *show_objects(Statement *statement, Catalog *catalog, const UCommand *command,
                            Error *err) {
    Session *session = statement->session;
    bool views_only = slice_equal(command->show.what, SLICE("VIEWS"));
    Slice catalog_name, schema;
    schema_of(session, command->show.in, &catalog_name, &schema);
    bool is_global = slice_equal_ignore_case(schema, SLICE("global_temp"));
    CatalogObject *objects = NULL;
    uint32_t count = 0;
    if (!is_global && !catalog->ops->list_objects(catalog, catalog_name, schema, &objects, &count,
                                                  statement->arena, err))
        return NULL;
    Result *result = result_new();
    result->form = RESULT_FORM_NAMES;
    result_add_column(result, "namespace", TYPE_STRING, false);
    result_add_column(result, views_only ? "viewName" : "tableName", TYPE_STRING, false);
    result_add_column(result, "isTemporary", TYPE_BOOLEAN, false);
    for (uint32_t i = 0; i < count; i++)
        if ((!views_only || objects[i].kind == CATALOG_VIEW) &&
            matches(command->show.pattern, objects[i].name))
            add_object(result, objects[i].schema, objects[i].name, false);
    for (uint32_t i = 0; i < session->view_count; i++) {
        const SessionView *view = session->views[i];
        if ((!view->is_global || is_global) && matches(command->show.pattern, view->view.name))
            add_object(result, view->is_global ? SLICE("global_temp") : SLICE(""), view->view.name,
                       true);
    }
    return result;
}

static Result *show_columns(Statement *statement, const UCommand *command, Error *err) {
    ResolvedQuery resolved;
    NameParts name = command->name;
    if (command->show.in.count == 1 && name.count == 1) {
        Slice *parts = ARENA_ARRAY(statement->arena, Slice, 2);
        parts[0] = command->show.in.parts[0];
        parts[1] = name.parts[0];
        name = (NameParts){parts, 2};
    }
    URel table = {.kind = UREL_TABLE, .origin = command->origin, .plan_id = -1};
    table.table.name = name;
    UExpr star = {.kind = UEXPR_STAR, .plan_id = -1};
    URel all = {.kind = UREL_PROJECT,
                .origin = command->origin,
                .plan_id = -1,
                .input = &table,
                .exprs = (UExpr *[]){&star},
                .expr_count = 1};
    if (!statement_resolve(statement, &all, &resolved, err)) return NULL;
    Result *result = result_new();
    result_add_column(result, "col_name", TYPE_STRING, false);
    for (uint32_t i = 0; i < resolved.column_count; i++)
        result_add_texts(result, &resolved.names[i]);
    resolved_query_release(&resolved);
    return result;
}

static Result *show_functions(const UCommand *command) {
    Result *result = result_new();
    result_add_column(result, "function", TYPE_STRING, false);
    if (slice_equal_ignore_case(command->show.scope, SLICE("USER"))) return result;
    uint32_t count;
    const FunctionDefinition *const *all = function_all(&count);
    for (uint32_t i = 0; i < count; i++) {
        Slice name = slice_from_cstr(all[i]->name);
        if (matches(command->show.pattern, name)) result_add_texts(result, &name);
    }
    return result;
}

static Result *show_properties(Statement *statement, const UCommand *command, Error *err) {
    CatalogObject object = {0};
    const TempView *view = NULL;
    Table *table = NULL;
    if (!statement_open_object(statement, command, &object, &view, &table, err)) return NULL;
    const TableOption *properties = table ? table->properties : object.properties;
    uint32_t count = table ? table->property_count : object.property_count;
    Result *result = result_new();
    result_add_column(result, "key", TYPE_STRING, false);
    result_add_column(result, "value", TYPE_STRING, false);
    for (uint32_t i = 0; i < count; i++)
        if (!command->show.property.data || slice_equal(command->show.property, properties[i].name))
            result_add_texts(result, (Slice[]){properties[i].name, properties[i].value});
    table_unref(table);
    return result;
}

static void append_name(Text *text, Slice name) { text_printf(text, "`%.*s`", SLICE_ARGS(name)); }

static void append_string(Text *text, Slice value) {
    text_append_char(text, '\'');
    for (size_t i = 0; i < value.bytes; i++) {
        if (value.data[i] == '\'' || value.data[i] == '\\') text_append_char(text, '\\');
        text_append_char(text, value.data[i]);
    }
    text_append_char(text, '\'');
}

static void append_view_sql(const CatalogObject *object, Text *text) {
    text_append(text, SLICE(" (\n"));
    for (uint32_t i = 0; i < object->column_count; i++) {
        text_append_cstr(text, i ? ",\n  " : "  ");
        text_append(text, object->columns[i].name);
        if (object->columns[i].comment.bytes) {
            text_append(text, SLICE(" COMMENT "));
            append_string(text, object->columns[i].comment);
        }
    }
    text_append(text, SLICE(")"));
    if (object->comment.bytes) {
        text_append(text, SLICE("\nCOMMENT "));
        append_string(text, object->comment);
    }
    text_printf(text, "\nAS %.*s\n", SLICE_ARGS(object->view_text));
}

static void append_table_sql(const CatalogObject *object, const Table *table, Text *text) {
    text_append(text, SLICE(" (\n"));
    for (uint32_t i = 0; i < table->column_count; i++) {
        text_append_cstr(text, i ? ",\n  " : "  ");
        text_append(text, table->columns[i].name);
        text_append_char(text, ' ');
        type_append_sql(table->columns[i].type, text);
        if (!table->columns[i].nullable) text_append(text, SLICE(" NOT NULL"));
        if (!table->columns[i].comment.bytes) continue;
        text_append(text, SLICE(" COMMENT "));
        append_string(text, table->columns[i].comment);
    }
    text_printf(text, ")\nUSING %.*s\n", SLICE_ARGS(object->format));
    bool has_partition = false;
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (!table->columns[i].is_partition) continue;
        text_append_cstr(text, has_partition ? ", " : "PARTITIONED BY (");
        text_append(text, table->columns[i].name);
        has_partition = true;
    }
    if (has_partition) text_append(text, SLICE(")\n"));
    text_append(text, SLICE("LOCATION "));
    append_string(text, object->location);
    text_append_char(text, '\n');
}

static Result *show_create(Statement *statement, const UCommand *command, Error *err) {
    CatalogObject object = {0};
    const TempView *view = NULL;
    Table *table = NULL;
    if (!statement_open_object(statement, command, &object, &view, &table, err)) return NULL;
    AUTO(Text, text) = {0};
    if (view) {
        text_append(&text, SLICE("CREATE TEMPORARY VIEW "));
        append_name(&text, view->name);
        text_printf(&text, " AS %.*s\n", SLICE_ARGS(view->text));
    } else {
        text_append_cstr(&text, object.kind == CATALOG_VIEW ? "CREATE VIEW " : "CREATE TABLE ");
        text_printf(&text, "%.*s.%.*s.%.*s", SLICE_ARGS(object.catalog), SLICE_ARGS(object.schema),
                    SLICE_ARGS(object.name));
        if (object.kind == CATALOG_VIEW) append_view_sql(&object, &text);
        else append_table_sql(&object, table, &text);
    }
    table_unref(table);
    Result *result = result_new();
    result_add_column(result, "createtab_stmt", TYPE_STRING, false);
    Slice sql = text_slice(&text);
    result_add_texts(result, &sql);
    return result;
}

static Result *show_current(const Session *session) {
    Result *result = result_new();
    result_add_column(result, "catalog", TYPE_STRING, false);
    result_add_column(result, "namespace", TYPE_STRING, false);
    result_add_texts(result, (Slice[]){session->current_catalog, session->current_schema});
    return result;
}

static Result *show_variables(const Session *session) {
    Result *result = result_new();
    result_add_column(result, "name", TYPE_STRING, false);
    result_add_column(result, "type", TYPE_STRING, false);
    result_add_column(result, "value", TYPE_STRING, true);
    for (uint32_t i = 0; i < session->variable_count; i++) {
        const Variable *variable = session->variables[i];
        AUTO(Text, type) = {0};
        AUTO(Text, value) = {0};
        type_append_catalog(variable->value.type, &type);
        value_append_text(&variable->value, TEXT_SHOW, session_time_zone(session), &value);
        result_add_texts(result,
                         (Slice[]){variable->name, text_slice(&type),
                                   variable->value.is_null ? SLICE_NONE : text_slice(&value)});
    }
    return result;
}

Result *execute_show(Statement *statement, const UCommand *command, Error *err) {
    Slice what = command->show.what;
    if (slice_equal(what, SLICE("FUNCTIONS"))) return show_functions(command);
    if (slice_equal(what, SLICE("VARIABLES"))) return show_variables(statement->session);
    if (slice_equal(what, SLICE("CURRENT SCHEMA"))) return show_current(statement->session);
    if (slice_equal(what, SLICE("COLUMNS"))) return show_columns(statement, command, err);
    if (slice_equal(what, SLICE("TBLPROPERTIES"))) return show_properties(statement, command, err);
    if (slice_equal(what, SLICE("CREATE TABLE"))) return show_create(statement, command, err);
    Catalog *catalog = session_catalog(statement->session, err);
    if (!catalog) return NULL;
    if (slice_equal(what, SLICE("CATALOGS")))
        return show_catalogs(statement, catalog, command, err);
    if (slice_equal(what, SLICE("SCHEMAS"))) return show_schemas(statement, catalog, command, err);
    if (slice_equal(what, SLICE("TABLES")) || slice_equal(what, SLICE("VIEWS")))
        return show_objects(statement, catalog, command, err);
    AUTO(Text, feature) = {0};
    text_printf(&feature, "SHOW %.*s", SLICE_ARGS(what));
    error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", text_cstr(&feature));
    return NULL;
}
