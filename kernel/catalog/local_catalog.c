// SPDX-License-Identifier: Apache-2.0
#include "kernel/catalog/local_catalog.h"

#include "kernel/catalog/lists.h"
#include "platform/sqlite.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *const migrations[] = {
    "CREATE TABLE schemas ("
    " id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, comment TEXT NOT NULL,"
    " location TEXT NOT NULL, owner TEXT NOT NULL, properties TEXT NOT NULL);"
    "CREATE TABLE objects ("
    " id INTEGER PRIMARY KEY, schema INTEGER NOT NULL REFERENCES schemas ON DELETE CASCADE,"
    " name TEXT NOT NULL COLLATE NOCASE, kind INTEGER NOT NULL, is_external INTEGER NOT NULL,"
    " format TEXT NOT NULL, location TEXT NOT NULL, options TEXT NOT NULL,"
    " properties TEXT NOT NULL, partitions TEXT NOT NULL, columns TEXT NOT NULL,"
    " comment TEXT NOT NULL, owner TEXT NOT NULL, created INTEGER NOT NULL,"
    " view_text TEXT NOT NULL, view_catalog TEXT NOT NULL, view_schema TEXT NOT NULL,"
    " view_ansi INTEGER NOT NULL, row_filter TEXT NOT NULL, UNIQUE (schema, name));"
    "INSERT INTO schemas (name, comment, location, owner, properties)"
    " VALUES ('" LOCAL_CATALOG_SCHEMA "', 'Default database', '', '', '{}')",
};

typedef struct LocalCatalog {
    Catalog base;
    pthread_mutex_t lock; // around everything below
    char *folder;         // the warehouse
    char *path;           // of the file
    Sqlite *db;           // NULL: not opened yet
} LocalCatalog;

// --- opening -------------------------------------------------------------------------------------

static bool make_folders(const char *path, Error *err) {
    AUTO(Text, part) = {0};
    for (const char *at = path; *at; at++) {
        if (*at == '/' && part.bytes && mkdir(text_cstr(&part), 0777) != 0 && errno != EEXIST)
            return error_io(err, text_cstr(&part), errno);
        text_append_char(&part, *at);
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST) return error_io(err, path, errno);
    return true;
}

// False with the error set, or (when `make` is false) with no error when there is no file yet.
static bool open_file(LocalCatalog *catalog, bool make, Error *err) {
    if (catalog->db) return true;
    if (!make && access(catalog->path, F_OK) != 0) return false;
    if (make && !make_folders(catalog->folder, err)) return false;
    Sqlite *db = sqlite_open(catalog->path, SQLITE_MODE_CREATE, err);
    if (!db) return false;
    if (!sqlite_migrate(db, migrations, COUNT_OF(migrations), err)) {
        sqlite_close(db);
        return false;
    }
    catalog->db = db;
    return true;
}

// Opens for a question; *empty when there is no file: the answer is that of an empty catalog.
static bool open_to_read(LocalCatalog *catalog, bool *empty, Error *err) {
    error_reset(err);
    *empty = !open_file(catalog, false, err);
    return !*empty || !error_is_set(err);
}

static LocalCatalog *lock_catalog(Catalog *base) {
    LocalCatalog *catalog = (LocalCatalog *)base;
    pthread_mutex_lock(&catalog->lock);
    return catalog;
}

static bool unlock_catalog(LocalCatalog *catalog, bool result) {
    pthread_mutex_unlock(&catalog->lock);
    return result;
}

// --- names and errors ----------------------------------------------------------------------------

static void append_quoted(Text *out, Slice name) {
    if (out->bytes) text_append_char(out, '.');
    text_append_char(out, '`');
    for (size_t i = 0; i < name.bytes; i++) {
        if (name.data[i] == '`') text_append_char(out, '`');
        text_append_char(out, name.data[i]);
    }
    text_append_char(out, '`');
}

// Sets the error with `parameter` = `a`.`b`.`c`; empty parts are left out.
static bool fail_name(Error *err, ErrorCode code, const char *parameter, Slice catalog,
                      Slice schema, Slice name) {
    AUTO(Text, text) = {0};
    append_quoted(&text, catalog);
    if (schema.bytes) append_quoted(&text, schema);
    if (name.bytes) append_quoted(&text, name);
    error_set(err, code);
    error_add(err, parameter, text_slice(&text));
    return false;
}

static bool is_this_catalog(Slice name) {
    return !name.bytes || slice_equal_ignore_case(name, SLICE(LOCAL_CATALOG_NAME));
}

static bool check_catalog(Slice name, Error *err) {
    return is_this_catalog(name) ||
           fail_name(err, ERR_CATALOG_NOT_FOUND, "catalogName", name, SLICE_NONE, SLICE_NONE);
}

static bool fail_schema(Error *err, ErrorCode code, Slice schema) {
    return fail_name(err, code, "schemaName", SLICE(LOCAL_CATALOG_NAME), schema, SLICE_NONE);
}

static bool fail_object(Error *err, ErrorCode code, Slice schema, Slice name) {
    return fail_name(err, code, "relationName", SLICE(LOCAL_CATALOG_NAME), schema, name);
}

// --- schemas -------------------------------------------------------------------------------------

// Row id of a schema; 0 when there is none.
static bool find_schema(LocalCatalog *catalog, Slice name, int64_t *id, Error *err) {
    *id = 0;
    AUTO_PTR(SqliteStatement, query) =
        sqlite_prepare(catalog->db, "SELECT id FROM schemas WHERE name = ?1", err);
    if (!query) return false;
    sqlite_bind_text(query, 1, name);
    SqliteStep step = sqlite_step(query, err);
    if (step == SQLITE_STEP_ROW) *id = sqlite_column_i64(query, 0);
    return step != SQLITE_STEP_ERROR;
}

static bool schema_exists_locked(LocalCatalog *catalog, Slice name, bool *exists, Error *err) {
    bool empty;
    int64_t id;
    if (!open_to_read(catalog, &empty, err)) return false;
    *exists = slice_equal_ignore_case(name, SLICE(LOCAL_CATALOG_SCHEMA));
    if (empty) return true;
    if (!find_schema(catalog, name, &id, err)) return false;
    *exists = id != 0;
    return true;
}

static bool local_schema_exists(Catalog *base, Slice catalog_name, Slice schema, bool *exists,
                                Error *err) {
    *exists = false;
    if (!is_this_catalog(catalog_name)) return true;
    LocalCatalog *catalog = lock_catalog(base);
    return unlock_catalog(catalog, schema_exists_locked(catalog, schema, exists, err));
}

static bool local_list_catalogs(Catalog *base, Slice **names, uint32_t *count, Arena *arena,
                                Error *err) {
    (void)base;
    (void)err;
    *names = ARENA_NEW(arena, Slice);
    **names = SLICE(LOCAL_CATALOG_NAME);
    *count = 1;
    return true;
}

static bool read_schemas(LocalCatalog *catalog, CatalogSchema **schemas, uint32_t *count,
                         Arena *arena, Error *err) {
    AUTO_PTR(SqliteStatement, query) = sqlite_prepare(
        catalog->db, "SELECT name, comment, location, owner, properties FROM schemas ORDER BY name",
        err);
    if (!query) return false;
    SqliteStep step;
    while ((step = sqlite_step(query, err)) == SQLITE_STEP_ROW) {
        CatalogSchema schema = {.catalog = SLICE(LOCAL_CATALOG_NAME),
                                .name = arena_copy(arena, sqlite_column_text(query, 0)),
                                .comment = arena_copy(arena, sqlite_column_text(query, 1)),
                                .location = arena_copy(arena, sqlite_column_text(query, 2)),
                                .owner = arena_copy(arena, sqlite_column_text(query, 3))};
        if (!options_from_json(sqlite_column_text(query, 4), arena, &schema.properties,
                               &schema.property_count, err))
            return false;
        ARENA_PUSH(arena, *schemas, *count, schema);
    }
    return step == SQLITE_STEP_DONE;
}

static bool list_schemas_locked(LocalCatalog *catalog, CatalogSchema **schemas, uint32_t *count,
                                Arena *arena, Error *err) {
    bool empty;
    *schemas = NULL;
    *count = 0;
    if (!open_to_read(catalog, &empty, err)) return false;
    if (!empty) return read_schemas(catalog, schemas, count, arena, err);
    CatalogSchema schema = {.catalog = SLICE(LOCAL_CATALOG_NAME),
                            .name = SLICE(LOCAL_CATALOG_SCHEMA),
                            .comment = SLICE("Default database")};
    ARENA_PUSH(arena, *schemas, *count, schema);
    return true;
}

static bool local_list_schemas(Catalog *base, Slice catalog_name, CatalogSchema **schemas,
                               uint32_t *count, Arena *arena, Error *err) {
    if (!check_catalog(catalog_name, err)) return false;
    LocalCatalog *catalog = lock_catalog(base);
    return unlock_catalog(catalog, list_schemas_locked(catalog, schemas, count, arena, err));
}

static bool create_schema_locked(LocalCatalog *catalog, const CatalogSchema *schema,
                                 bool if_not_exists, Error *err) {
    int64_t id;
    if (!open_file(catalog, true, err) || !find_schema(catalog, schema->name, &id, err))
        return false;
    if (id) return if_not_exists || fail_schema(err, ERR_SCHEMA_ALREADY_EXISTS, schema->name);
    AUTO_PTR(SqliteStatement, insert) =
        sqlite_prepare(catalog->db,
                       "INSERT INTO schemas (name, comment, location, owner, properties)"
                       " VALUES (?1, ?2, ?3, ?4, ?5)",
                       err);
    if (!insert) return false;
    AUTO(Text, properties) = {0};
    options_append_json(schema->properties, schema->property_count, &properties);
    sqlite_bind_text(insert, 1, schema->name);
    sqlite_bind_text(insert, 2, schema->comment);
    sqlite_bind_text(insert, 3, schema->location);
    sqlite_bind_text(insert, 4, schema->owner);
    sqlite_bind_text(insert, 5, text_slice(&properties));
    return sqlite_run(insert, err);
}

static bool local_create_schema(Catalog *base, const CatalogSchema *schema, bool if_not_exists,
                                Error *err) {
    if (!check_catalog(schema->catalog, err)) return false;
    LocalCatalog *catalog = lock_catalog(base);
    return unlock_catalog(catalog, create_schema_locked(catalog, schema, if_not_exists, err));
}

static bool has_objects(LocalCatalog *catalog, int64_t schema, bool *has, Error *err) {
    AUTO_PTR(SqliteStatement, query) =
        sqlite_prepare(catalog->db, "SELECT 1 FROM objects WHERE schema = ?1 LIMIT 1", err);
    if (!query) return false;
    sqlite_bind_i64(query, 1, schema);
    SqliteStep step = sqlite_step(query, err);
    *has = step == SQLITE_STEP_ROW;
    return step != SQLITE_STEP_ERROR;
}

static bool drop_schema_locked(LocalCatalog *catalog, Slice name, bool if_exists, bool cascade,
                               Error *err) {
    bool empty, has = false;
    int64_t id = 0;
    if (slice_equal_ignore_case(name, SLICE(LOCAL_CATALOG_SCHEMA)))
        return fail_schema(err, ERR_UNSUPPORTED_FEATURE__DROP_DATABASE, name);
    if (!open_to_read(catalog, &empty, err)) return false;
    if (!empty && !find_schema(catalog, name, &id, err)) return false;
    if (!id) return if_exists || fail_schema(err, ERR_SCHEMA_NOT_FOUND, name);
    if (!cascade && !has_objects(catalog, id, &has, err)) return false;
    if (has) return fail_schema(err, ERR_SCHEMA_NOT_EMPTY, name);
    AUTO_PTR(SqliteStatement, remove) =
        sqlite_prepare(catalog->db, "DELETE FROM schemas WHERE id = ?1", err);
    if (!remove) return false;
    sqlite_bind_i64(remove, 1, id);
    return sqlite_run(remove, err);
}

static bool local_drop_schema(Catalog *base, Slice catalog_name, Slice schema, bool if_exists,
                              bool cascade, Error *err) {
    if (!check_catalog(catalog_name, err)) return false;
    LocalCatalog *catalog = lock_catalog(base);
    return unlock_catalog(catalog, drop_schema_locked(catalog, schema, if_exists, cascade, err));
}

// --- objects -------------------------------------------------------------------------------------

#define OBJECT_COLUMNS                                                                      \
    "s.name, o.name, o.kind, o.is_external, o.format, o.location, o.options, o.properties," \
    " o.partitions, o.columns, o.comment, o.owner, o.created, o.view_text, o.view_catalog," \
    " o.view_schema, o.view_ansi, o.row_filter FROM objects o JOIN schemas s ON s.id = o.schema"

static Slice copy_column(SqliteStatement *query, int column, Arena *arena) {
    return arena_copy(arena, sqlite_column_text(query, column));
}

static bool read_object(SqliteStatement *query, CatalogObject *out, Arena *arena, Error *err) {
    *out = (CatalogObject){
        .catalog = SLICE(LOCAL_CATALOG_NAME),
        .schema = copy_column(query, 0, arena),
        .name = copy_column(query, 1, arena),
        .kind = sqlite_column_i64(query, 2) ? CATALOG_VIEW : CATALOG_TABLE,
        .is_external = sqlite_column_i64(query, 3) != 0,
        .format = copy_column(query, 4, arena),
        .location = copy_column(query, 5, arena),
        .comment = copy_column(query, 10, arena),
        .owner = copy_column(query, 11, arena),
        .created_micros = sqlite_column_i64(query, 12),
        .view_text = copy_column(query, 13, arena),
        .view_catalog = copy_column(query, 14, arena),
        .view_schema = copy_column(query, 15, arena),
        .view_ansi = sqlite_column_i64(query, 16) != 0,
        .row_filter_sql = copy_column(query, 17, arena),
    };
    return options_from_json(sqlite_column_text(query, 6), arena, &out->options, &out->option_count,
                             err) &&
           options_from_json(sqlite_column_text(query, 7), arena, &out->properties,
                             &out->property_count, err) &&
           names_from_json(sqlite_column_text(query, 8), arena, &out->partition_columns,
                           &out->partition_count, err) &&
           columns_from_json(sqlite_column_text(query, 9), arena, &out->columns, &out->column_count,
                             err);
}

static bool find_locked(LocalCatalog *catalog, Slice schema, Slice name, CatalogObject *out,
                        bool *found, Arena *arena, Error *err) {
    bool empty;
    *found = false;
    if (!open_to_read(catalog, &empty, err)) return false;
    if (empty) return true;
    AUTO_PTR(SqliteStatement, query) = sqlite_prepare(
        catalog->db, "SELECT " OBJECT_COLUMNS " WHERE s.name = ?1 AND o.name = ?2", err);
    if (!query) return false;
    sqlite_bind_text(query, 1, schema);
    sqlite_bind_text(query, 2, name);
    SqliteStep step = sqlite_step(query, err);
    *found = step == SQLITE_STEP_ROW;
    return *found ? read_object(query, out, arena, err) : step == SQLITE_STEP_DONE;
}

static bool local_find(Catalog *base, Slice catalog_name, Slice schema, Slice name,
                       CatalogObject *out, bool *found, Arena *arena, Error *err) {
    *found = false;
    if (!is_this_catalog(catalog_name)) return true;
    LocalCatalog *catalog = lock_catalog(base);
    return unlock_catalog(catalog, find_locked(catalog, schema, name, out, found, arena, err));
}

static bool list_objects_locked(LocalCatalog *catalog, Slice schema, CatalogObject **objects,
                                uint32_t *count, Arena *arena, Error *err) {
    bool exists = false;
    *objects = NULL;
    *count = 0;
    if (!schema_exists_locked(catalog, schema, &exists, err)) return false;
    if (!exists) return fail_schema(err, ERR_SCHEMA_NOT_FOUND, schema);
    if (!catalog->db) return true;
    AUTO_PTR(SqliteStatement, query) = sqlite_prepare(
        catalog->db, "SELECT " OBJECT_COLUMNS " WHERE s.name = ?1 ORDER BY o.name", err);
    if (!query) return false;
    sqlite_bind_text(query, 1, schema);
    SqliteStep step;
    while ((step = sqlite_step(query, err)) == SQLITE_STEP_ROW) {
        CatalogObject object;
        if (!read_object(query, &object, arena, err)) return false;
        ARENA_PUSH(arena, *objects, *count, object);
    }
    return step == SQLITE_STEP_DONE;
}

static bool local_list_objects(Catalog *base, Slice catalog_name, Slice schema,
                               CatalogObject **objects, uint32_t *count, Arena *arena, Error *err) {
    if (!check_catalog(catalog_name, err)) return false;
    LocalCatalog *catalog = lock_catalog(base);
    return unlock_catalog(catalog,
                          list_objects_locked(catalog, schema, objects, count, arena, err));
}

static int64_t now_micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// Kind and row id of an object; id 0 when there is none.
static bool probe_object(LocalCatalog *catalog, int64_t schema, Slice name, int64_t *id,
                         CatalogObjectKind *kind, Error *err) {
    *id = 0;
    AUTO_PTR(SqliteStatement, query) = sqlite_prepare(
        catalog->db, "SELECT id, kind FROM objects WHERE schema = ?1 AND name = ?2", err);
    if (!query) return false;
    sqlite_bind_i64(query, 1, schema);
    sqlite_bind_text(query, 2, name);
    SqliteStep step = sqlite_step(query, err);
    if (step == SQLITE_STEP_ROW) {
        *id = sqlite_column_i64(query, 0);
        *kind = sqlite_column_i64(query, 1) ? CATALOG_VIEW : CATALOG_TABLE;
    }
    return step != SQLITE_STEP_ERROR;
}

static bool delete_object(LocalCatalog *catalog, int64_t id, Error *err) {
    AUTO_PTR(SqliteStatement, remove) =
        sqlite_prepare(catalog->db, "DELETE FROM objects WHERE id = ?1", err);
    if (!remove) return false;
    sqlite_bind_i64(remove, 1, id);
    return sqlite_run(remove, err);
}

static void bind_lists(SqliteStatement *insert, const CatalogObject *object) {
    AUTO(Text, json) = {0};
    options_append_json(object->options, object->option_count, &json);
    sqlite_bind_text(insert, 7, text_slice(&json));
    text_reset(&json);
    options_append_json(object->properties, object->property_count, &json);
    sqlite_bind_text(insert, 8, text_slice(&json));
    text_reset(&json);
    names_append_json(object->partition_columns, object->partition_count, &json);
    sqlite_bind_text(insert, 9, text_slice(&json));
    text_reset(&json);
    columns_append_json(object->columns, object->column_count, &json);
    sqlite_bind_text(insert, 10, text_slice(&json));
}

static bool insert_object(LocalCatalog *catalog, int64_t schema, const CatalogObject *object,
                          Error *err) {
    AUTO_PTR(SqliteStatement, insert) =
        sqlite_prepare(catalog->db,
                       "INSERT INTO objects (schema, name, kind, is_external, format, location,"
                       " options, properties, partitions, columns, comment, owner, created,"
                       " view_text, view_catalog, view_schema, view_ansi, row_filter)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
                       " ?15, ?16, ?17, ?18)",
                       err);
    if (!insert) return false;
    sqlite_bind_i64(insert, 1, schema);
    sqlite_bind_text(insert, 2, object->name);
    sqlite_bind_i64(insert, 3, object->kind == CATALOG_VIEW);
    sqlite_bind_i64(insert, 4, object->is_external);
    sqlite_bind_text(insert, 5, object->format);
    sqlite_bind_text(insert, 6, object->location);
    bind_lists(insert, object);
    sqlite_bind_text(insert, 11, object->comment);
    sqlite_bind_text(insert, 12, object->owner);
    sqlite_bind_i64(insert, 13, object->created_micros ? object->created_micros : now_micros());
    sqlite_bind_text(insert, 14, object->view_text);
    sqlite_bind_text(insert, 15, object->view_catalog);
    sqlite_bind_text(insert, 16, object->view_schema);
    sqlite_bind_i64(insert, 17, object->view_ansi);
    sqlite_bind_text(insert, 18, object->row_filter_sql);
    return sqlite_run(insert, err);
}

// Within a transaction.
static bool replace_object(LocalCatalog *catalog, const CatalogObject *object, bool if_not_exists,
                           bool or_replace, Error *err) {
    int64_t schema, id;
    CatalogObjectKind kind = object->kind;
    if (!find_schema(catalog, object->schema, &schema, err)) return false;
    if (!schema) return fail_schema(err, ERR_SCHEMA_NOT_FOUND, object->schema);
    if (!probe_object(catalog, schema, object->name, &id, &kind, err)) return false;
    if (id && if_not_exists) return true;
    if (id && (!or_replace || kind != object->kind))
        return fail_object(err, ERR_TABLE_OR_VIEW_ALREADY_EXISTS, object->schema, object->name);
    if (id && !delete_object(catalog, id, err)) return false;
    return insert_object(catalog, schema, object, err);
}

static bool create_object_locked(LocalCatalog *catalog, const CatalogObject *object,
                                 bool if_not_exists, bool or_replace, Error *err) {
    if (!open_file(catalog, true, err) || !sqlite_begin(catalog->db, err)) return false;
    if (replace_object(catalog, object, if_not_exists, or_replace, err))
        return sqlite_commit(catalog->db, err);
    sqlite_rollback(catalog->db);
    return false;
}

static bool local_create_object(Catalog *base, const CatalogObject *object, bool if_not_exists,
                                bool or_replace, Error *err) {
    if (!check_catalog(object->catalog, err)) return false;
    LocalCatalog *catalog = lock_catalog(base);
    return unlock_catalog(catalog,
                          create_object_locked(catalog, object, if_not_exists, or_replace, err));
}

static bool fail_kind(Error *err, CatalogObjectKind wanted, Slice schema, Slice name) {
    bool view = wanted == CATALOG_VIEW;
    fail_name(err, ERR_WRONG_COMMAND_FOR_OBJECT_TYPE, "objectName", SLICE(LOCAL_CATALOG_NAME),
              schema, name);
    error_add_format(err, "operation", view ? "DROP VIEW" : "DROP TABLE");
    error_add_format(err, "requiredType", view ? "VIEW" : "EXTERNAL or MANAGED");
    error_add_format(err, "foundType", view ? "TABLE" : "VIEW");
    error_add_format(err, "alternative", view ? "DROP TABLE" : "DROP VIEW");
    return false;
}

static bool drop_object_locked(LocalCatalog *catalog, CatalogObjectKind kind, Slice schema,
                               Slice name, bool if_exists, Error *err) {
    bool empty;
    int64_t schema_id = 0, id = 0;
    CatalogObjectKind found = kind;
    if (!open_to_read(catalog, &empty, err)) return false;
    if (!empty && !find_schema(catalog, schema, &schema_id, err)) return false;
    if (schema_id && !probe_object(catalog, schema_id, name, &id, &found, err)) return false;
    if (!id) return if_exists || fail_object(err, ERR_TABLE_OR_VIEW_NOT_FOUND, schema, name);
    if (found != kind) return fail_kind(err, kind, schema, name);
    return delete_object(catalog, id, err);
}

static bool local_drop_object(Catalog *base, CatalogObjectKind kind, Slice catalog_name,
                              Slice schema, Slice name, bool if_exists, Error *err) {
    if (!check_catalog(catalog_name, err)) return false;
    LocalCatalog *catalog = lock_catalog(base);
    return unlock_catalog(catalog, drop_object_locked(catalog, kind, schema, name, if_exists, err));
}

// --- life ----------------------------------------------------------------------------------------

static void local_free(Catalog *base) {
    LocalCatalog *catalog = (LocalCatalog *)base;
    if (!catalog) return;
    sqlite_close(catalog->db);
    pthread_mutex_destroy(&catalog->lock);
    free(catalog->folder);
    free(catalog->path);
    free(catalog);
}

static const CatalogOps local_ops = {
    .find = local_find,
    .schema_exists = local_schema_exists,
    .list_catalogs = local_list_catalogs,
    .list_schemas = local_list_schemas,
    .list_objects = local_list_objects,
    .create_schema = local_create_schema,
    .drop_schema = local_drop_schema,
    .create_object = local_create_object,
    .drop_object = local_drop_object,
    .free = local_free,
};

Catalog *local_catalog_new(Slice warehouse) {
    LocalCatalog *catalog = xcalloc(1, sizeof *catalog);
    catalog->base.ops = &local_ops;
    pthread_mutex_init(&catalog->lock, NULL);
    AUTO(Text, text) = {0};
    text_append(&text, warehouse);
    catalog->folder = text_take(&text);
    text_append(&text, warehouse);
    text_append_cstr(&text, "/" LOCAL_CATALOG_FILE);
    catalog->path = text_take(&text);
    return &catalog->base;
}
