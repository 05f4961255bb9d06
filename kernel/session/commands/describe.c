// SPDX-License-Identifier: Apache-2.0
// DESCRIBE of tables, queries, functions, schemas; DESCRIBE DETAIL and HISTORY; EXPLAIN.
#include "kernel/plan/function_registry.h"
#include "kernel/plan/optimiser.h"
#include "kernel/session/statement.h"

static Result *new_description(void) {
    Result *result = result_new();
    result->form = RESULT_FORM_DESCRIPTION;
    result_add_column(result, "col_name", TYPE_STRING, false);
    result_add_column(result, "data_type", TYPE_STRING, false);
    result_add_column(result, "comment", TYPE_STRING, true);
    return result;
}

static void add_line(Result *result, Slice name, Slice type, Slice comment) {
    result_add_texts(result, (Slice[]){name, type.data ? type : SLICE(""), comment});
}

static void add_typed(Result *result, Slice name, const Type *type, Slice comment) {
    AUTO(Text, text) = {0};
    type_append_catalog(type, &text);
    add_line(result, name, text_slice(&text), comment.bytes ? comment : SLICE_NONE);
}

static void add_pair(Result *result, const char *name, Slice value) {
    if (value.bytes) add_line(result, slice_from_cstr(name), value, SLICE(""));
}

static void add_partitions(Result *result, const Table *table) {
    bool is_first = true;
    for (uint32_t i = 0; i < table->column_count; i++) {
        const TableColumn *column = &table->columns[i];
        if (!column->is_partition) continue;
        if (is_first) {
            add_line(result, SLICE("# Partition Information"), SLICE(""), SLICE(""));
            add_line(result, SLICE("# col_name"), SLICE("data_type"), SLICE("comment"));
        }
        is_first = false;
        add_typed(result, column->name, column->type, column->comment);
    }
}

static void add_details(Statement *statement, Result *result, const CatalogObject *object,
                        const Table *table) {
    add_line(result, SLICE(""), SLICE(""), SLICE(""));
    add_line(result, SLICE("# Detailed Table Information"), SLICE(""), SLICE(""));
    add_pair(result, "Catalog", object->catalog);
    add_pair(result, "Database", object->schema);
    add_pair(result, "Table", object->name);
    add_pair(result, "Owner", object->owner);
    AUTO(Text, created) = {0};
    if (object->created_micros)
        text_append_timestamp(&created, object->created_micros, statement->query->zone);
    add_pair(result, "Created Time", text_slice(&created));
    bool is_view = object->kind == CATALOG_VIEW;
    add_pair(result, "Type",
             is_view               ? SLICE("VIEW")
             : object->is_external ? SLICE("EXTERNAL")
                                   : SLICE("MANAGED"));
    add_pair(result, "Provider", table ? table->format : SLICE(""));
    add_pair(result, "Comment",
             object->comment.bytes ? object->comment
             : table               ? table->comment
                                   : SLICE(""));
    add_pair(result, "Location", table ? table->location : SLICE(""));
    if (table && table->version >= 0) {
        AUTO(Text, version) = {0};
        text_append_i64(&version, table->version);
        add_pair(result, "Version", text_slice(&version));
    }
    add_pair(result, "View Text", object->view_text);
}

static Result *describe_relation(Statement *statement, const URel *query, Error *err) {
    ResolvedQuery resolved;
    if (!statement_resolve(statement, query, &resolved, err)) return NULL;
    Result *result = new_description();
    for (uint32_t i = 0; i < resolved.column_count; i++)
        add_typed(result, resolved.names[i], resolved.rel->output[i].type, SLICE_NONE);
    resolved_query_release(&resolved);
    return result;
}

static Result *describe_column(Result *table, Slice name, Error *err) {
    Result *result = result_new();
    result_add_column(result, "info_name", TYPE_STRING, false);
    result_add_column(result, "info_value", TYPE_STRING, false);
    Slice words[3] = {SLICE("col_name"), SLICE("data_type"), SLICE("comment")};
    bool found = false;
    for (uint32_t b = 0; b < table->batch_count && !found; b++)
        for (uint32_t r = 0; r < table->batches[b].row_count && !found; r++) {
            Value values[3];
            for (int i = 0; i < 3; i++)
                values[i] = vector_value(&table->batches[b].columns[i], r, &result->arena);
            if (!slice_equal_ignore_case(values[0].bytes, name)) continue;
            found = true;
            for (int i = 0; i < 3; i++)
                result_add_texts(result, (Slice[]){words[i], values[i].is_null ? SLICE("NULL")
                                                                               : values[i].bytes});
        }
    result_free(table);
    if (found) return result;
    result_free(result);
    AUTO(Text, text) = {0};
    text_printf(&text, "`%.*s`", SLICE_ARGS(name));
    error_set(err, ERR_UNRESOLVED_COLUMN__WITHOUT_SUGGESTION, "objectName", text_cstr(&text));
    return NULL;
}

static Result *describe_table(Statement *statement, const UCommand *command, Error *err) {
    CatalogObject object = {0};
    const TempView *view = NULL;
    Table *table = NULL;
    if (!statement_open_object(statement, command, &object, &view, &table, err)) return NULL;
    Result *result;
    if (view) {
        URel relation = {.kind = UREL_TABLE, .origin = command->origin, .plan_id = -1};
        relation.table.name = command->name;
        UExpr star = {.kind = UEXPR_STAR, .plan_id = -1};
        URel all = {.kind = UREL_PROJECT,
                    .plan_id = -1,
                    .input = &relation,
                    .exprs = (UExpr *[]){&star},
                    .expr_count = 1};
        result = describe_relation(statement, &all, err);
    } else {
        result = new_description();
        for (uint32_t i = 0; !table && i < object.column_count; i++)
            add_typed(result, object.columns[i].name, object.columns[i].type,
                      object.columns[i].comment);
        for (uint32_t i = 0; table && i < table->column_count; i++)
            if (!table->columns[i].is_metadata)
                add_typed(result, table->columns[i].name, table->columns[i].type,
                          table->columns[i].comment);
        if (table) add_partitions(result, table);
        if (command->describe.extended) add_details(statement, result, &object, table);
    }
    table_unref(table);
    if (!result || !command->describe.column.count) return result;
    NameParts column = command->describe.column;
    return describe_column(result, column.parts[column.count - 1], err);
}

static Result *describe_function(const UCommand *command, Error *err) {
    Slice name = command->name.count ? command->name.parts[command->name.count - 1] : SLICE("");
    const FunctionDefinition *definition = function_find(name);
    AUTO(Text, text) = {0};
    if (!definition) {
        text_printf(&text, "`%.*s`", SLICE_ARGS(name));
        error_set(err, ERR_UNRESOLVED_ROUTINE, "routineName", text_cstr(&text), "searchPath",
                  "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]");
        return NULL;
    }
    Result *result = result_new();
    result_add_column(result, "function_desc", TYPE_STRING, false);
    text_printf(&text, "Function: %s", definition->name);
    Slice line = text_slice(&text);
    result_add_texts(result, &line);
    for (const FunctionDefinition *each = definition; each; each = function_next(each)) {
        text_reset(&text);
        text_printf(&text, "Usage: %s(%s) - %s", each->name, each->arguments ?: "",
                    each->summary ?: "");
        line = text_slice(&text);
        result_add_texts(result, &line);
        if (!command->describe.extended) break;
    }
    return result;
}

static Result *describe_schema(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    NameParts name = command->name;
    Slice catalog_name = name.count > 1 ? name.parts[name.count - 2] : session->current_catalog;
    Slice schema = name.count ? name.parts[name.count - 1] : session->current_schema;
    Catalog *catalog = session_catalog(session, err);
    CatalogSchema *schemas;
    uint32_t count;
    if (!catalog ||
        !catalog->ops->list_schemas(catalog, catalog_name, &schemas, &count, statement->arena, err))
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (!slice_equal_ignore_case(schemas[i].name, schema)) continue;
        Result *result = result_new();
        result_add_column(result, "info_name", TYPE_STRING, false);
        result_add_column(result, "info_value", TYPE_STRING, true);
        Slice rows[][2] = {{SLICE("Catalog Name"), catalog_name},
                           {SLICE("Namespace Name"), schemas[i].name},
                           {SLICE("Comment"), schemas[i].comment},
                           {SLICE("Location"), schemas[i].location},
                           {SLICE("Owner"), schemas[i].owner}};
        for (size_t r = 0; r < COUNT_OF(rows); r++) {
            if (!rows[r][1].data) rows[r][1] = SLICE("");
            result_add_texts(result, rows[r]);
        }
        return result;
    }
    AUTO(Text, text) = {0};
    text_printf(&text, "`%.*s`.`%.*s`", SLICE_ARGS(catalog_name), SLICE_ARGS(schema));
    error_set(err, ERR_SCHEMA_NOT_FOUND, "schemaName", text_cstr(&text));
    return NULL;
}

// --- DETAIL and HISTORY
// ------------------------------------------------------------------------------

static Value text_list(Arena *arena, const Slice *texts, uint32_t count) {
    Value list = {.type = type_array(arena, type_of(TYPE_STRING), false), .item_count = count};
    list.items = ARENA_ARRAY(arena, Value, count);
    for (uint32_t i = 0; i < count; i++) list.items[i] = value_string(texts[i]);
    return list;
}

static Value text_map(Arena *arena, const TableOption *pairs, uint32_t count) {
    const Type *text = type_of(TYPE_STRING);
    Value map = {.type = type_map(arena, text, text, true), .item_count = count};
    map.items = ARENA_ARRAY(arena, Value, (size_t)count * 2);
    for (uint32_t i = 0; i < count; i++) {
        map.items[i] = value_string(pairs[i].name);
        map.items[count + i] = value_string(pairs[i].value);
    }
    return map;
}

static Value text_or_null(Slice text) {
    return text.data ? value_string(text) : value_null(type_of(TYPE_STRING));
}

static void add_value_column(Result *result, const char *name, const Type *type) {
    result->kind = RESULT_ROWS;
    ResultColumn column = {slice_from_cstr(name), type_copy(&result->arena, type), true};
    ARENA_PUSH(&result->arena, result->columns, result->column_count, column);
}

typedef struct NamedCell {
    const char *name;
    Value value;
} NamedCell;

static Result *one_row(const NamedCell *cells, uint32_t count) {
    Result *result = result_new();
    Value *values = ARENA_ARRAY(&result->arena, Value, count);
    for (uint32_t i = 0; i < count; i++) {
        add_value_column(result, cells[i].name, cells[i].value.type);
        values[i] = cells[i].value;
    }
    result_add_row(result, values);
    return result;
}

static Result *describe_detail(Arena *arena, Table *table, Error *err) {
    TableDetail d = {0};
    if (!table->ops->detail) {
        error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", "DESCRIBE DETAIL of this format");
        return NULL;
    }
    if (!table->ops->detail(table, &d, arena, err)) return NULL;
    NamedCell cells[] = {
        {"format", value_string(d.format)},
        {"id", text_or_null(d.id)},
        {"name", text_or_null(d.name)},
        {"description", text_or_null(d.description)},
        {"location", value_string(d.location)},
        {"createdAt", value_int(TYPE_TIMESTAMP, d.created_micros)},
        {"lastModified", value_int(TYPE_TIMESTAMP, d.last_modified_micros)},
        {"partitionColumns", text_list(arena, d.partition_columns, d.partition_count)},
        {"clusteringColumns", text_list(arena, d.clustering_columns, d.clustering_count)},
        {"numFiles", value_int(TYPE_BIGINT, (int64_t)d.file_count)},
        {"sizeInBytes", value_int(TYPE_BIGINT, (int64_t)d.bytes)},
        {"properties", text_map(arena, d.properties, d.property_count)},
        {"minReaderVersion", value_int(TYPE_INT, d.min_reader_version)},
        {"minWriterVersion", value_int(TYPE_INT, d.min_writer_version)},
        {"tableFeatures", text_list(arena, d.features, d.feature_count)},
    };
    return one_row(cells, COUNT_OF(cells));
}

static Result *describe_history(Arena *arena, Table *table, int64_t limit, Error *err) {
    TableHistoryEntry *entries = NULL;
    uint32_t count = 0;
    if (!table->ops->history) {
        error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", "DESCRIBE HISTORY of this format");
        return NULL;
    }
    if (!table->ops->history(table, limit > 0 ? (uint64_t)limit : 0, &entries, &count, arena, err))
        return NULL;
    static const struct {
        const char *name;
        TypeId type;
    } columns[] = {{"version", TYPE_BIGINT},
                   {"timestamp", TYPE_TIMESTAMP},
                   {"userName", TYPE_STRING},
                   {"operation", TYPE_STRING},
                   {"operationParameters", TYPE_STRING},
                   {"readVersion", TYPE_BIGINT},
                   {"isolationLevel", TYPE_STRING},
                   {"isBlindAppend", TYPE_BOOLEAN},
                   {"operationMetrics", TYPE_STRING},
                   {"userMetadata", TYPE_STRING},
                   {"engineInfo", TYPE_STRING}};
    Result *result = result_new();
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        result_add_column(result, columns[i].name, columns[i].type, true);
    for (uint32_t i = 0; i < count; i++) {
        const TableHistoryEntry *e = &entries[i];
        Value values[] = {
            value_int(TYPE_BIGINT, e->version),
            value_int(TYPE_TIMESTAMP, e->timestamp_micros),
            text_or_null(e->user_name),
            text_or_null(e->operation),
            text_or_null(e->parameters_json),
            e->read_version < 0 ? value_null(type_of(TYPE_BIGINT))
                                : value_int(TYPE_BIGINT, e->read_version),
            text_or_null(e->isolation_level),
            e->has_blind_append ? value_bool(e->is_blind_append)
                                : value_null(type_of(TYPE_BOOLEAN)),
            text_or_null(e->metrics_json),
            text_or_null(e->user_metadata),
            text_or_null(e->engine_info),
        };
        result_add_row(result, values);
    }
    return result;
}

static Result *describe_files(Statement *statement, const UCommand *command, Error *err) {
    CatalogObject object = {0};
    const TempView *view = NULL;
    Table *table = NULL;
    if (!statement_open_object(statement, command, &object, &view, &table, err)) return NULL;
    if (!table) {
        error_set(err, ERR_EXPECT_TABLE_NOT_VIEW__NO_ALTERNATIVE, "operation", "DESCRIBE");
        return NULL;
    }
    Result *result = slice_equal(command->describe.what, SLICE("DETAIL"))
                         ? describe_detail(statement->arena, table, err)
                         : describe_history(statement->arena, table, command->describe.limit, err);
    table_unref(table);
    return result;
}

Result *execute_describe(Statement *statement, const UCommand *command, Error *err) {
    Slice what = command->describe.what;
    if (slice_equal(what, SLICE("QUERY"))) return describe_relation(statement, command->query, err);
    if (slice_equal(what, SLICE("FUNCTION"))) return describe_function(command, err);
    if (slice_equal(what, SLICE("SCHEMA"))) return describe_schema(statement, command, err);
    if (slice_equal(what, SLICE("DETAIL")) || slice_equal(what, SLICE("HISTORY")))
        return describe_files(statement, command, err);
    return describe_table(statement, command, err);
}

// --- EXPLAIN
// -----------------------------------------------------------------------------------------

static bool explain_query(Statement *statement, const UCommand *command, Text *out, Error *err) {
    ResolvedQuery resolved;
    const URel *query = command->query ? command->query : command->statement->query;
    if (!statement_resolve(statement, query, &resolved, err)) return false;
    bool is_extended = slice_equal_ignore_case(command->explain.mode, SLICE("EXTENDED"));
    if (is_extended) {
        text_append(out, SLICE("== Analyzed Logical Plan ==\n"));
        rel_append_text(resolved.rel, out);
    }
    bool ok = optimise(&resolved, statement->query, statement->arena, err);
    if (ok && is_extended) {
        text_append(out, SLICE("\n== Optimized Logical Plan ==\n"));
        rel_append_text(resolved.rel, out);
        text_append_char(out, '\n');
    }
    PhysNode *plan = ok ? lower(&resolved, statement->query, statement->arena, err) : NULL;
    if (plan) {
        text_append(out, SLICE("== Physical Plan ==\n"));
        plan_append_text(plan, false, out);
        plan_release(plan);
    }
    resolved_query_release(&resolved);
    return plan != NULL;
}

Result *execute_explain(Statement *statement, const UCommand *command, Error *err) {
    AUTO(Text, text) = {0};
    bool is_query = command->query || (command->statement && command->statement->query &&
                                       command->statement->kind == UCMD_QUERY);
    if (!is_query) text_append(&text, SLICE("== Physical Plan ==\nExecute a command\n"));
    else if (!explain_query(statement, command, &text, err)) return NULL;
    Result *result = result_new();
    result_add_column(result, "plan", TYPE_STRING, false);
    Slice plan = text_slice(&text);
    result_add_texts(result, &plan);
    return result;
}
