// SPDX-License-Identifier: Apache-2.0
#include "kernel/catalog/local_catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define MAIN SLICE("spark_catalog")
#define DEFAULT SLICE("default")

typedef struct Fixture {
    char folder[64];
    Catalog *catalog;
    Arena arena;
    Error err;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    memcpy(f->folder, "/tmp/tarn-catalog-XXXXXX", sizeof "/tmp/tarn-catalog-XXXXXX");
    if (!mkdtemp(f->folder)) return -1;
    AUTO(Text, warehouse) = {0};
    text_printf(&warehouse, "%s/a/b", f->folder);
    f->catalog = local_catalog_new(text_slice(&warehouse));
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    f->catalog->ops->free(f->catalog);
    static const char *const left[] = {"a/b/catalog.db", "a/b/catalog.db-wal",
                                       "a/b/catalog.db-shm"};
    for (size_t i = 0; i < COUNT_OF(left); i++) {
        AUTO(Text, path) = {0};
        text_printf(&path, "%s/%s", f->folder, left[i]);
        unlink(text_cstr(&path));
    }
    static const char *const folders[] = {"/a/b", "/a", ""};
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        AUTO(Text, path) = {0};
        text_printf(&path, "%s%s", f->folder, folders[i]);
        rmdir(text_cstr(&path));
    }
    arena_deinit(&f->arena);
    free(f);
    return 0;
}

static void reopen(Fixture *f) {
    f->catalog->ops->free(f->catalog);
    AUTO(Text, warehouse) = {0};
    text_printf(&warehouse, "%s/a/b", f->folder);
    f->catalog = local_catalog_new(text_slice(&warehouse));
}

static bool file_exists(Fixture *f) {
    AUTO(Text, path) = {0};
    text_printf(&path, "%s/a/b/catalog.db", f->folder);
    return access(text_cstr(&path), F_OK) == 0;
}

static void assert_class(Fixture *f, const char *class) {
    assert_string_equal(error_class(&f->err), class);
}

static CatalogObject table_named(const char *name) {
    return (CatalogObject){.kind = CATALOG_TABLE,
                           .catalog = MAIN,
                           .schema = DEFAULT,
                           .name = slice_from_cstr(name),
                           .is_external = true,
                           .format = SLICE("delta"),
                           .location = SLICE("/lake/t")};
}

static bool create(Fixture *f, const CatalogObject *object) {
    return f->catalog->ops->create_object(f->catalog, object, false, false, &f->err);
}

static bool find(Fixture *f, Slice schema, Slice name, CatalogObject *out) {
    bool found = false;
    assert_true(
        f->catalog->ops->find(f->catalog, MAIN, schema, name, out, &found, &f->arena, &f->err));
    return found;
}

static void catalog__is_empty_without_a_file(void **state) {
    Fixture *f = *state;
    const CatalogOps *ops = f->catalog->ops;
    bool exists = false;
    CatalogObject object;
    assert_true(ops->schema_exists(f->catalog, MAIN, SLICE("DEFAULT"), &exists, &f->err));
    assert_true(exists);
    assert_true(ops->schema_exists(f->catalog, MAIN, SLICE("x"), &exists, &f->err));
    assert_false(exists);
    assert_true(ops->schema_exists(f->catalog, SLICE("other"), DEFAULT, &exists, &f->err));
    assert_false(exists);
    assert_false(find(f, DEFAULT, SLICE("t"), &object));
    CatalogSchema *schemas;
    CatalogObject *objects;
    uint32_t count;
    assert_true(ops->list_schemas(f->catalog, MAIN, &schemas, &count, &f->arena, &f->err));
    assert_int_equal(count, 1);
    assert_true(ops->list_objects(f->catalog, MAIN, DEFAULT, &objects, &count, &f->arena, &f->err));
    assert_int_equal(count, 0);
    assert_false(
        ops->list_objects(f->catalog, MAIN, SLICE("x"), &objects, &count, &f->arena, &f->err));
    assert_class(f, "SCHEMA_NOT_FOUND");
    assert_false(
        ops->drop_object(f->catalog, CATALOG_TABLE, MAIN, DEFAULT, SLICE("t"), false, &f->err));
    assert_class(f, "TABLE_OR_VIEW_NOT_FOUND");
    assert_true(
        ops->drop_object(f->catalog, CATALOG_TABLE, MAIN, DEFAULT, SLICE("t"), true, &f->err));
    assert_false(file_exists(f));
}

static void catalog__keeps_a_table_whole(void **state) {
    Fixture *f = *state;
    TableOption options[] = {{SLICE("sep"), SLICE(";\"")}, {SLICE("header"), SLICE("true")}};
    TableOption properties[] = {{SLICE("k"), SLICE("v")}};
    Slice partitions[] = {SLICE("p")};
    CatalogColumn columns[] = {
        {.name = SLICE("Id"), .type = type_of(TYPE_BIGINT), .comment = SLICE("the \"key\"")},
        {.name = SLICE("p"),
         .type = type_decimal(10, 2),
         .nullable = true,
         .default_sql = SLICE("1.5")},
        {.name = SLICE("l"),
         .type = type_array(&f->arena, type_of(TYPE_STRING), true),
         .nullable = true},
    };
    CatalogObject made = table_named("Events");
    made.options = options;
    made.option_count = 2;
    made.properties = properties;
    made.property_count = 1;
    made.partition_columns = partitions;
    made.partition_count = 1;
    made.columns = columns;
    made.column_count = 3;
    made.comment = SLICE("all events");
    made.owner = SLICE("me");
    made.created_micros = 5;
    assert_true(create(f, &made));
    reopen(f);
    CatalogObject got;
    assert_true(find(f, SLICE("Default"), SLICE("EVENTS"), &got));
    assert_int_equal(got.kind, CATALOG_TABLE);
    assert_true(slice_equal(got.name, SLICE("Events")));
    assert_true(slice_equal(got.schema, DEFAULT));
    assert_true(got.is_external);
    assert_true(slice_equal(got.format, SLICE("delta")));
    assert_true(slice_equal(got.location, SLICE("/lake/t")));
    assert_int_equal(got.option_count, 2);
    assert_true(slice_equal(got.options[0].value, SLICE(";\"")));
    assert_true(slice_equal(got.properties[0].name, SLICE("k")));
    assert_true(slice_equal(got.partition_columns[0], SLICE("p")));
    assert_int_equal(got.column_count, 3);
    assert_false(got.columns[0].nullable);
    assert_true(slice_equal(got.columns[0].comment, SLICE("the \"key\"")));
    assert_true(type_equal(got.columns[1].type, type_decimal(10, 2)));
    assert_true(slice_equal(got.columns[1].default_sql, SLICE("1.5")));
    assert_true(type_equal(got.columns[2].type, columns[2].type));
    assert_true(slice_equal(got.comment, SLICE("all events")));
    assert_true(slice_equal(got.owner, SLICE("me")));
    assert_int_equal(got.created_micros, 5);
}

static void catalog__keeps_a_view(void **state) {
    Fixture *f = *state;
    CatalogColumn columns[] = {{.name = SLICE("a"), .type = type_of(TYPE_INT), .nullable = true}};
    CatalogObject view = {.kind = CATALOG_VIEW,
                          .catalog = MAIN,
                          .schema = DEFAULT,
                          .name = SLICE("v"),
                          .columns = columns,
                          .column_count = 1,
                          .view_text = SLICE("SELECT 1 AS a"),
                          .view_catalog = MAIN,
                          .view_schema = SLICE("other"),
                          .view_ansi = true};
    assert_true(create(f, &view));
    CatalogObject got;
    assert_true(find(f, DEFAULT, SLICE("v"), &got));
    assert_int_equal(got.kind, CATALOG_VIEW);
    assert_true(slice_equal(got.view_text, SLICE("SELECT 1 AS a")));
    assert_true(slice_equal(got.view_schema, SLICE("other")));
    assert_true(got.view_ansi);
    assert_true(got.created_micros > 0);
}

static void catalog__replaces_only_when_told(void **state) {
    Fixture *f = *state;
    const CatalogOps *ops = f->catalog->ops;
    CatalogObject first = table_named("t"), second = table_named("T"), got;
    second.location = SLICE("/lake/u");
    assert_true(create(f, &first));
    assert_false(create(f, &second));
    assert_class(f, "TABLE_OR_VIEW_ALREADY_EXISTS");
    assert_true(slice_equal(error_parameter(&f->err, "relationName"),
                            SLICE("`spark_catalog`.`default`.`T`")));
    assert_true(ops->create_object(f->catalog, &second, true, false, &f->err));
    assert_true(find(f, DEFAULT, SLICE("t"), &got));
    assert_true(slice_equal(got.location, SLICE("/lake/t")));
    assert_true(ops->create_object(f->catalog, &second, false, true, &f->err));
    assert_true(find(f, DEFAULT, SLICE("t"), &got));
    assert_true(slice_equal(got.location, SLICE("/lake/u")));
    CatalogObject view = table_named("t");
    view.kind = CATALOG_VIEW;
    assert_false(ops->create_object(f->catalog, &view, false, true, &f->err));
    assert_class(f, "TABLE_OR_VIEW_ALREADY_EXISTS");
}

static void catalog__drops(void **state) {
    Fixture *f = *state;
    const CatalogOps *ops = f->catalog->ops;
    CatalogObject table = table_named("t"), got;
    assert_true(create(f, &table));
    assert_false(
        ops->drop_object(f->catalog, CATALOG_VIEW, MAIN, DEFAULT, SLICE("t"), false, &f->err));
    assert_class(f, "WRONG_COMMAND_FOR_OBJECT_TYPE");
    assert_true(
        ops->drop_object(f->catalog, CATALOG_TABLE, MAIN, DEFAULT, SLICE("T"), false, &f->err));
    assert_false(find(f, DEFAULT, SLICE("t"), &got));
    assert_false(
        ops->drop_object(f->catalog, CATALOG_TABLE, MAIN, SLICE("x"), SLICE("t"), false, &f->err));
    assert_class(f, "TABLE_OR_VIEW_NOT_FOUND");
}

static void catalog__has_schemas(void **state) {
    Fixture *f = *state;
    const CatalogOps *ops = f->catalog->ops;
    TableOption properties[] = {{SLICE("a"), SLICE("b")}};
    CatalogSchema made = {.catalog = MAIN,
                          .name = SLICE("Sales`"),
                          .comment = SLICE("c"),
                          .properties = properties,
                          .property_count = 1};
    assert_true(ops->create_schema(f->catalog, &made, false, &f->err));
    assert_false(ops->create_schema(f->catalog, &made, false, &f->err));
    assert_class(f, "SCHEMA_ALREADY_EXISTS");
    assert_true(
        slice_equal(error_parameter(&f->err, "schemaName"), SLICE("`spark_catalog`.`Sales```")));
    assert_true(ops->create_schema(f->catalog, &made, true, &f->err));
    CatalogSchema *schemas;
    uint32_t count;
    assert_true(ops->list_schemas(f->catalog, SLICE_NONE, &schemas, &count, &f->arena, &f->err));
    assert_int_equal(count, 2);
    assert_true(slice_equal(schemas[0].name, DEFAULT));
    assert_true(slice_equal(schemas[1].properties[0].value, SLICE("b")));

    CatalogObject table = table_named("t");
    table.schema = SLICE("SALES`");
    assert_true(create(f, &table));
    assert_false(ops->drop_schema(f->catalog, MAIN, SLICE("sales`"), false, false, &f->err));
    assert_class(f, "SCHEMA_NOT_EMPTY");
    assert_true(ops->drop_schema(f->catalog, MAIN, SLICE("sales`"), false, true, &f->err));
    assert_false(ops->drop_schema(f->catalog, MAIN, SLICE("sales`"), false, true, &f->err));
    assert_class(f, "SCHEMA_NOT_FOUND");
    assert_true(ops->drop_schema(f->catalog, MAIN, SLICE("sales`"), true, true, &f->err));
    assert_false(ops->drop_schema(f->catalog, MAIN, DEFAULT, true, true, &f->err));
    assert_class(f, "UNSUPPORTED_FEATURE.DROP_DATABASE");
    CatalogObject got;
    assert_false(find(f, SLICE("Sales`"), SLICE("t"), &got));
    assert_false(create(f, &table));
    assert_class(f, "SCHEMA_NOT_FOUND");
}

static void catalog__refuses_other_catalogs(void **state) {
    Fixture *f = *state;
    const CatalogOps *ops = f->catalog->ops;
    CatalogObject table = table_named("t");
    table.catalog = SLICE("other");
    assert_false(create(f, &table));
    assert_class(f, "CATALOG_NOT_FOUND");
    CatalogSchema *schemas;
    uint32_t count;
    assert_false(ops->list_schemas(f->catalog, SLICE("x"), &schemas, &count, &f->arena, &f->err));
    Slice *names;
    assert_true(ops->list_catalogs(f->catalog, &names, &count, &f->arena, &f->err));
    assert_int_equal(count, 1);
    assert_true(slice_equal(names[0], MAIN));
}

static void catalog__says_when_its_folder_cannot_be(void **state) {
    Fixture *f = *state;
    Catalog *catalog = local_catalog_new(SLICE("/dev/null/x"));
    CatalogObject table = table_named("t");
    assert_false(catalog->ops->create_object(catalog, &table, false, false, &f->err));
    assert_class(f, "IO_ERROR");
    catalog->ops->free(catalog);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(catalog__is_empty_without_a_file),
        TEST(catalog__keeps_a_table_whole),
        TEST(catalog__keeps_a_view),
        TEST(catalog__replaces_only_when_told),
        TEST(catalog__drops),
        TEST(catalog__has_schemas),
        TEST(catalog__refuses_other_catalogs),
        TEST(catalog__says_when_its_folder_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
