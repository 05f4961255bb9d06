// SPDX-License-Identifier: Apache-2.0
#include "platform/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const scripts[] = {
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, body BLOB, weight REAL)",
    "CREATE TABLE u (t INTEGER REFERENCES t)",
};

static Sqlite *open_memory(void) {
    Error err = {0};
    Sqlite *db = sqlite_open(":memory:", SQLITE_MODE_CREATE, &err);
    assert_non_null(db);
    assert_true(sqlite_migrate(db, scripts, 2, &err));
    return db;
}

static int64_t count_rows(Sqlite *db) {
    Error err = {0};
    AUTO_PTR(SqliteStatement, count) = sqlite_prepare(db, "SELECT count(*) FROM t", &err);
    assert_int_equal(sqlite_step(count, &err), SQLITE_STEP_ROW);
    return sqlite_column_i64(count, 0);
}

static void sqlite__keeps_values(void **state) {
    (void)state;
    Error err = {0};
    AUTO_PTR(Sqlite, db) = open_memory();
    AUTO_PTR(SqliteStatement, insert) =
        sqlite_prepare(db, "INSERT INTO t (name, body, weight) VALUES (?1, ?2, ?3)", &err);
    sqlite_bind_text(insert, 1, SLICE("na\0me"));
    sqlite_bind_blob(insert, 2, SLICE_NONE);
    sqlite_bind_double(insert, 3, 0.5);
    assert_true(sqlite_run(insert, &err));
    assert_int_equal(sqlite_last_row_id(db), 1);
    sqlite_bind_null(insert, 1);
    assert_true(sqlite_run(insert, &err));

    AUTO_PTR(SqliteStatement, query) =
        sqlite_prepare(db, "SELECT id, name, body, weight FROM t ORDER BY id", &err);
    assert_int_equal(sqlite_step(query, &err), SQLITE_STEP_ROW);
    assert_int_equal(sqlite_column_i64(query, 0), 1);
    assert_true(slice_equal(sqlite_column_text(query, 1), SLICE("na\0me")));
    assert_false(sqlite_column_is_null(query, 2));
    assert_int_equal(sqlite_column_blob(query, 2).bytes, 0);
    assert_true(sqlite_column_double(query, 3) == 0.5);
    assert_int_equal(sqlite_step(query, &err), SQLITE_STEP_ROW);
    assert_true(sqlite_column_is_null(query, 1));
    assert_null(sqlite_column_text(query, 1).data);
    assert_int_equal(sqlite_step(query, &err), SQLITE_STEP_DONE);
}

static void sqlite__rolls_back(void **state) {
    (void)state;
    Error err = {0};
    AUTO_PTR(Sqlite, db) = open_memory();
    assert_true(sqlite_begin(db, &err));
    assert_true(sqlite_execute(db, "INSERT INTO t (name) VALUES ('a'), ('b')", &err));
    assert_int_equal(sqlite_changed_rows(db), 2);
    sqlite_rollback(db);
    sqlite_rollback(db);
    assert_int_equal(count_rows(db), 0);
    assert_true(sqlite_begin(db, &err));
    assert_true(sqlite_execute(db, "INSERT INTO t (name) VALUES ('a')", &err));
    assert_true(sqlite_commit(db, &err));
    assert_int_equal(count_rows(db), 1);
}

static void sqlite__names_what_failed(void **state) {
    (void)state;
    Error err = {0};
    AUTO_PTR(Sqlite, db) = open_memory();
    assert_false(sqlite_execute(db, "SELEC", &err));
    assert_string_equal(error_class(&err), "DATABASE_ERROR");
    assert_true(slice_equal(error_parameter(&err, "path"), SLICE(":memory:")));
    assert_null(sqlite_prepare(db, "SELECT * FROM nothing", &err));
    assert_false(sqlite_execute(db, "INSERT INTO u VALUES (7)", &err)); // foreign keys are on
    AUTO_PTR(SqliteStatement, select) = sqlite_prepare(db, "SELECT ?1", &err);
    sqlite_bind_i64(select, 2, 1); // there is no ?2
    assert_int_equal(sqlite_step(select, &err), SQLITE_STEP_ERROR);
    assert_null(sqlite_open("/no/such/folder/x.db", SQLITE_MODE_CREATE, &err));
    assert_true(slice_equal(error_parameter(&err, "path"), SLICE("/no/such/folder/x.db")));
}

static void sqlite__refuses_what_is_no_database(void **state) {
    (void)state;
    char path[] = "/tmp/tarn-sqlite-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "this is no database, whatever it may say it is", 46), 46);
    close(fd);
    Error err = {0};
    assert_null(sqlite_open(path, SQLITE_MODE_CREATE, &err));
    assert_int_equal(err.code, ERR_DATABASE_ERROR);
    unlink(path);
    assert_null(sqlite_open(path, SQLITE_MODE_WRITE, &err));
    assert_null(sqlite_open(path, SQLITE_MODE_READ, &err));
}

static void sqlite__migrates_in_steps(void **state) {
    (void)state;
    Error err = {0};
    AUTO_PTR(Sqlite, db) = sqlite_open(":memory:", SQLITE_MODE_CREATE, &err);
    assert_true(sqlite_migrate(db, scripts, 1, &err));
    assert_true(sqlite_migrate(db, scripts, 2, &err));
    assert_true(sqlite_migrate(db, scripts, 2, &err));
    assert_false(sqlite_migrate(db, scripts, 1, &err)); // an older program on a newer file
    static const char *const broken[] = {"", "", "CREATE TABLE v (x); CREATE TABLE v (x)"};
    assert_false(sqlite_migrate(db, broken, 3, &err));
    assert_false(sqlite_execute(db, "SELECT * FROM v", &err)); // nothing of the step is left
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite__keeps_values),
        cmocka_unit_test(sqlite__rolls_back),
        cmocka_unit_test(sqlite__names_what_failed),
        cmocka_unit_test(sqlite__refuses_what_is_no_database),
        cmocka_unit_test(sqlite__migrates_in_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
