// SPDX-License-Identifier: Apache-2.0
// Names of tables and views: CTEs, temporary views, path tables, then the catalog; time travel.
#include "base/text.h"
#include "kernel/column/parse.h"
#include "kernel/plan/resolve/resolver_internal.h"

enum { VIEW_DEPTH_MAX = 100 };

static bool fail_not_found(Resolver *resolver, NameParts name, Span span, Error *err) {
    return FAIL(err, span, ERR_TABLE_OR_VIEW_NOT_FOUND, "relationName",
                name_quoted(resolver->arena, name.parts, name.count));
}

// --- scans
// -------------------------------------------------------------------------------------------

static void remember_table(Resolver *resolver, Slice name, Table *table) {
    struct TableUse use = {name, table};
    ARENA_PUSH(resolver->arena, resolver->out->tables, resolver->out->table_count, use);
}

static void scan_relation(Resolver *resolver, Table *table, Slice name, Origin origin,
                          Relation *out) {
    remember_table(resolver, name, table);
    Rel *rel = rel_new(resolver, REL_SCAN, NULL, origin);
    rel->scan.table = table;
    rel->scan.name = name;
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, table->column_count + 1);
    rel->scan.columns = ARENA_ARRAY(resolver->arena, uint32_t, table->column_count + 1);
    rel->output_count = table->column_count;
    for (uint32_t i = 0; i < table->column_count; i++) {
        const TableColumn *column = &table->columns[i];
        const Type *type = type_is_text(column->type) && column->type->id != TYPE_STRING
                               ? type_of(TYPE_STRING)
                               : column->type;
        rel->output[i] = (Attribute){.id = resolver_id(resolver),
                                     .name = arena_copy(resolver->arena, column->name),
                                     .type = type_copy(resolver->arena, type),
                                     .nullable = true};
        rel->output[i].nullable = column->nullable;
        rel->scan.columns[i] = i;
    }
    relation_from_rel(resolver, rel, out);
    for (uint32_t i = 0; i < table->column_count; i++)
        out->columns[i].is_hidden = table->columns[i].is_metadata;
}

static bool fold_text(Resolver *resolver, const UExpr *source, Value *value, Error *err) {
    ExprScope scope;
    expr_scope_init(resolver, NULL, &scope);
    scope.no_outer = true;
    Expr *expr = resolve_expr(&scope, source, err);
    return expr && fold_constant(resolver, expr, value, err);
}

static bool time_travel(Resolver *resolver, const URel *source, TableRequest *request, Error *err) {
    Value value;
    if (source->table.version) {
        if (!fold_text(resolver, source->table.version, &value, err)) return false;
        int64_t version = value.i64;
        bool valid =
            !value.is_null && (type_is_integer(value.type) ||
                               (type_is_text(value.type) && parse_i64(value.bytes, &version)));
        if (!valid) return FAIL(err, source->origin.span, ERR_INVALID_TIME_TRAVEL_SPEC);
        request->has_version = true;
        request->version = version;
    }
    if (source->table.timestamp) {
        Span span = source->table.timestamp->origin.span;
        if (!fold_text(resolver, source->table.timestamp, &value, err)) return false;
        bool had_zone, valid = !value.is_null;
        const TimeZone *zone = resolver->scope->query->zone;
        int64_t micros = 0;
        if (valid && type_is_text(value.type))
            valid = parse_timestamp(value.bytes, zone, &micros, &had_zone);
        else if (valid && value.type->id == TYPE_TIMESTAMP) micros = value.i64;
        else if (valid && value.type->id == TYPE_TIMESTAMP_NTZ)
            micros = time_zone_to_utc(zone, value.i64);
        else if (valid && value.type->id == TYPE_DATE)
            micros = time_zone_to_utc(zone, value.i64 * INT64_C(86400000000));
        else valid = false;
        if (!valid)
            return FAIL(err, span, ERR_INVALID_TIME_TRAVEL_TIMESTAMP_EXPR__INPUT, "expr", "\"\"");
        request->has_timestamp = true;
        request->timestamp_micros = micros;
    }
    return true;
}

static Table *open_request(Resolver *resolver, TableRequest *request, Span span, Error *err) {
    const ResolveScope *scope = resolver->scope;
    request->zone = scope->query->zone;
    request->folder = scope->query->folder;
    request->query = scope->query;
    if (!scope->open_table) {
        error_internal(err, "no tables can be opened here");
        return NULL;
    }
    Table *table = scope->open_table(request, err);
    if (!table) error_set_span(err, span);
    return table;
}

static TableOption *table_options(Resolver *resolver, const URel *source, uint32_t extra) {
    TableOption *options =
        ARENA_ARRAY(resolver->arena, TableOption, source->table.option_count + extra + 1);
    for (uint32_t i = 0; i < source->table.option_count; i++)
        options[i] = (TableOption){source->table.options[i].name, source->table.options[i].value};
    return options;
}

// --- views
// -------------------------------------------------------------------------------------------

// A view's columns: its query's under the names it declares.
static bool view_columns(Resolver *resolver, Relation *relation, const Slice *names, uint32_t count,
                         Slice view, Span span, Error *err) {
    *relation = relation_visible(resolver, *relation, (Origin){.span = span});
    if (!count) return true;
    if (count != relation->column_count)
        return FAIL(err, span, ERR_INCOMPATIBLE_VIEW_SCHEMA_CHANGE, "viewName",
                    name_quoted(resolver->arena, &view, 1), "colName", "", "expectedNum", "",
                    "actualCols", "", "suggestion", "");
    for (uint32_t i = 0; i < count; i++) relation->columns[i].attribute.name = names[i];
    return true;
}

// Same shape as an alias: names above, ids from below.
static bool resolve_view_query(Resolver *resolver, const URel *query, const NameContext *names,
                               Relation *out, Error *err) {
    if (resolver->view_depth >= VIEW_DEPTH_MAX)
        return error_set(err, ERR_VIEW_EXCEED_MAX_NESTED_DEPTH, "viewName", "", "maxNestedDepth",
                         "100");
    NameContext saved = resolver->names;
    resolver->names = *names;
    resolver->view_depth++;
    bool ok = resolve_relation(resolver, query, out, err);
    resolver->view_depth--;
    resolver->names = saved;
    return ok;
}

static bool resolve_catalog_view(Resolver *resolver, const CatalogObject *object,
                                 const URel *source, Relation *out, Error *err) {
    ParserOptions options = {.ansi = object->view_ansi, .zone = resolver->scope->query->zone};
    if (!resolver->scope->parser) return error_internal(err, "no parser for views");
    URel *query = resolver->scope->parser->query(resolver->arena, object->view_text, &options, err);
    if (!query) return false;
    NameContext names = {.catalog = object->view_catalog,
                         .schema = object->view_schema,
                         .ansi = object->view_ansi,
                         .in_view = true};
    if (!names.catalog.bytes) names.catalog = object->catalog;
    if (!names.schema.bytes) names.schema = object->schema;
    if (!resolve_view_query(resolver, query, &names, out, err)) {
        err->span = (Span){0, 0};
        error_set_span(err, source->origin.span);
        return false;
    }
    Slice *columns = ARENA_ARRAY(resolver->arena, Slice, object->column_count + 1);
    for (uint32_t i = 0; i < object->column_count; i++) columns[i] = object->columns[i].name;
    if (!view_columns(resolver, out, columns, object->column_count, object->name,
                      source->origin.span, err))
        return false;
    Slice *qualifier = ARENA_ARRAY(resolver->arena, Slice, 3);
    qualifier[0] = object->catalog;
    qualifier[1] = object->schema;
    qualifier[2] = object->name;
    relation_qualify(resolver, out, qualifier, 3);
    return true;
}

static bool resolve_temp_view(Resolver *resolver, const struct TempView *view, const URel *source,
                              NameParts name, Relation *out, Error *err) {
    NameContext names = {
        .catalog = view->catalog, .schema = view->schema, .ansi = view->ansi, .in_view = true};
    const URel *query = view->query;
    if (!query && resolver->scope->parser) {
        ParserOptions options = {.ansi = view->ansi, .zone = resolver->scope->query->zone};
        query = resolver->scope->parser->query(resolver->arena, view->text, &options, err);
    }
    if (!query || !resolve_view_query(resolver, query, &names, out, err)) {
        err->span = (Span){0, 0};
        error_set_span(err, source->origin.span);
        return false;
    }
    if (!view_columns(resolver, out, view->columns, view->column_count, view->name,
                      source->origin.span, err))
        return false;
    Slice *qualifier = ARENA_ARRAY(resolver->arena, Slice, 2);
    qualifier[0] = name.count == 2 ? name.parts[0] : view->name;
    qualifier[1] = view->name;
    bool global = name.count == 2;
    relation_qualify(resolver, out, global ? qualifier : qualifier + 1, global ? 2 : 1);
    return true;
}

// --- tables
// ------------------------------------------------------------------------------------------

static bool is_path_format(Slice word) {
    static const char *const FORMATS[] = {"delta", "parquet", "csv", "json", "text", "orc"};
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++)
        if (slice_equal_ignore_case(word, slice_from_cstr(FORMATS[i]))) return true;
    return false;
}

static bool resolve_path_table(Resolver *resolver, const URel *source, NameParts name,
                               Relation *out, Error *err) {
    Slice *paths = ARENA_ARRAY(resolver->arena, Slice, 1);
    paths[0] = name.parts[1];
    char *format = arena_cstr(resolver->arena, name.parts[0]);
    for (char *c = format; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + 32);
    TableRequest request = {.format = slice_from_cstr(format), .paths = paths, .path_count = 1};
    request.options = table_options(resolver, source, 0);
    request.option_count = source->table.option_count;
    if (!time_travel(resolver, source, &request, err)) return false;
    Table *table = open_request(resolver, &request, source->origin.span, err);
    if (!table) return false;
    Slice shown = arena_printf(resolver->arena, "%s.`%.*s`", format, SLICE_ARGS(name.parts[1]));
    scan_relation(resolver, table, shown, source->origin, out);
    relation_qualify(resolver, out, name.parts, 2);
    return true;
}

static const Type *declared_schema(Resolver *resolver, const CatalogObject *object) {
    if (!object->column_count) return NULL;
    TypeField *fields = ARENA_ARRAY(resolver->arena, TypeField, object->column_count);
    for (uint32_t i = 0; i < object->column_count; i++)
        fields[i] = (TypeField){.name = object->columns[i].name,
                                .type = object->columns[i].type,
                                .nullable = object->columns[i].nullable};
    return type_struct(resolver->arena, fields, object->column_count);
}

static Table *open_object(Resolver *resolver, const CatalogObject *object, TableRequest *request,
                          Span span, Error *err) {
    Slice *paths = ARENA_ARRAY(resolver->arena, Slice, 1);
    paths[0] = object->location;
    request->format = object->format;
    request->paths = paths;
    request->path_count = 1;
    if (!request->option_count) {
        request->options = object->options;
        request->option_count = object->option_count;
    }
    if (!slice_equal_ignore_case(object->format, SLICE("delta")))
        request->schema = declared_schema(resolver, object);
    return open_request(resolver, request, span, err);
}

static bool find_object(Resolver *resolver, NameParts name, CatalogObject *object, bool *found,
                        Error *err) {
    *found = false;
    Catalog *catalog = resolver->scope->catalog;
    if (!catalog || name.count > 3 || !name.count) return true;
    Slice catalog_name = name.count == 3 ? name.parts[0] : resolver->names.catalog;
    Slice schema = name.count >= 2 ? name.parts[name.count - 2] : resolver->names.schema;
    return catalog->ops->find(catalog, catalog_name, schema, name.parts[name.count - 1], object,
                              found, resolver->arena, err);
}

static bool resolve_catalog_table(Resolver *resolver, const URel *source, NameParts name,
                                  Relation *out, Error *err) {
    CatalogObject object = {0};
    bool found;
    if (!find_object(resolver, name, &object, &found, err)) {
        error_set_span(err, source->origin.span);
        return false;
    }
    if (!found && name.count == 2 && is_path_format(name.parts[0]))
        return resolve_path_table(resolver, source, name, out, err);
    if (!found) return fail_not_found(resolver, name, source->origin.span, err);
    if (object.kind == CATALOG_VIEW)
        return resolve_catalog_view(resolver, &object, source, out, err);
    TableRequest request = {.options = table_options(resolver, source, 0),
                            .option_count = source->table.option_count};
    if (!time_travel(resolver, source, &request, err)) return false;
    Table *table = open_object(resolver, &object, &request, source->origin.span, err);
    if (!table) return false;
    Slice *qualifier = ARENA_ARRAY(resolver->arena, Slice, 3);
    qualifier[0] = object.catalog;
    qualifier[1] = object.schema;
    qualifier[2] = object.name;
    Slice shown = arena_printf(resolver->arena, "%.*s.%.*s.%.*s", SLICE_ARGS(object.catalog),
                               SLICE_ARGS(object.schema), SLICE_ARGS(object.name));
    scan_relation(resolver, table, shown, source->origin, out);
    relation_qualify(resolver, out, qualifier, 3);
    return true;
}

// t@v12: the version as part of the last name.
static bool split_version(Resolver *resolver, const URel *source, NameParts *name,
                          URel *versioned) {
    *versioned = *source;
    if (source->table.version || source->table.timestamp || !name->count) return false;
    Slice last = name->parts[name->count - 1];
    size_t at = slice_find(last, SLICE("@v"), 0);
    int64_t version;
    if (at == SIZE_MAX || at == 0 || !slice_to_i64(slice_from(last, at + 2), &version))
        return false;
    NameParts cut = {ARENA_ARRAY(resolver->arena, Slice, name->count), name->count};
    for (uint32_t i = 0; i < name->count; i++) cut.parts[i] = name->parts[i];
    cut.parts[name->count - 1] = slice_first(last, at);
    UExpr *literal = ARENA_NEW(resolver->arena, UExpr);
    literal->kind = UEXPR_LITERAL;
    literal->origin = source->origin;
    literal->literal.value = value_int(TYPE_BIGINT, version);
    versioned->table.version = literal;
    *name = cut;
    return true;
}

static bool resolve_plain_name(Resolver *resolver, const URel *source, NameParts name,
                               Relation *out, Error *err) {
    bool travels = source->table.version || source->table.timestamp;
    if (name.count == 1 && !travels)
        for (const CteDefinition *cte = resolver->names.ctes; cte; cte = cte->next)
            if (names_match(resolver, cte->name, name.parts[0]))
                return resolve_cte_use(resolver, cte, source, out, err);
    const ResolveScope *scope = resolver->scope;
    if (scope->find_temp_view && name.count <= 2) {
        const struct TempView *view = scope->find_temp_view(scope->session, name);
        if (view) return resolve_temp_view(resolver, view, source, name, out, err);
    }
    return resolve_catalog_table(resolver, source, name, out, err);
}

bool resolve_table(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    NameParts name = source->table.name;
    if (source->table.identifier &&
        !resolve_identifier(resolver, source->table.identifier, &name, err))
        return false;
    URel *versioned = ARENA_NEW(resolver->arena, URel);
    if (!split_version(resolver, source, &name, versioned))
        return resolve_plain_name(resolver, source, name, out, err);
    Error plain = {0}; // a table whose own name looks like that comes first
    if (resolve_plain_name(resolver, source, source->table.name, out, &plain)) return true;
    if (plain.code != ERR_TABLE_OR_VIEW_NOT_FOUND && plain.code != ERR_PATH_NOT_FOUND)
        return error_copy(err, &plain), false;
    return resolve_plain_name(resolver, versioned, name, out, err);
}

bool resolve_data_source(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    TableOption *options =
        ARENA_ARRAY(resolver->arena, TableOption, source->source.option_count + 1);
    for (uint32_t i = 0; i < source->source.option_count; i++)
        options[i] = (TableOption){source->source.options[i].name, source->source.options[i].value};
    TableRequest request = {.format = source->source.format,
                            .paths = source->source.paths,
                            .path_count = source->source.path_count,
                            .options = options,
                            .option_count = source->source.option_count,
                            .schema = source->source.schema};
    Table *table = open_request(resolver, &request, source->origin.span, err);
    if (!table) return false;
    Slice shown = source->source.format;
    if (source->source.path_count)
        shown = arena_printf(resolver->arena, "%.*s.`%.*s`", SLICE_ARGS(shown),
                             SLICE_ARGS(source->source.paths[0]));
    scan_relation(resolver, table, shown, source->origin, out);
    return true;
}

// --- commands
// ------------------------------------------------------------------------------------------

static void resolver_for_names(const ResolveScope *scope, ResolvedQuery *query,
                               Resolver *resolver) {
    *query = (ResolvedQuery){0};
    *resolver = (Resolver){.scope = scope, .arena = scope->arena, .out = query, .next_id = 1};
    resolver->names.catalog = scope->current_catalog;
    resolver->names.schema = scope->current_schema;
    resolver->names.ansi = scope->ansi;
}

bool resolve_object(const ResolveScope *scope, NameParts name, Span span, CatalogObject *object,
                    const TempView **temp_view, Table **table, Error *err) {
    *object = (CatalogObject){0};
    *temp_view = NULL;
    *table = NULL;
    ResolvedQuery query;
    Resolver resolver;
    resolver_for_names(scope, &query, &resolver);
    if (scope->find_temp_view && name.count <= 2)
        *temp_view = scope->find_temp_view(scope->session, name);
    if (*temp_view) return true;
    bool found;
    if (!find_object(&resolver, name, object, &found, err)) {
        error_set_span(err, span);
        return false;
    }
    if (found && object->kind == CATALOG_VIEW) return true;
    if (found) {
        TableRequest request = {0};
        *table = open_object(&resolver, object, &request, span, err);
        return *table != NULL;
    }
    if (name.count != 2 || !is_path_format(name.parts[0]))
        return fail_not_found(&resolver, name, span, err);
    TableRequest request = {.format = name.parts[0], .paths = &name.parts[1], .path_count = 1};
    *table = open_request(&resolver, &request, span, err);
    return *table != NULL;
}
