// SPDX-License-Identifier: Apache-2.0
#include "platform/sqlite.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>

enum { BUSY_TIMEOUT_MS = 10000 };

struct Sqlite {
    sqlite3 *handle;
    char *path; // for messages
};

struct SqliteStatement {
    Sqlite *db;
    sqlite3_stmt *handle;
    int bind_status; // first failure of a bind, reported by the next step
};

static bool fail(const Sqlite *db, int status, Error *err) {
    const char *reason = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(status);
    return error_set(err, ERR_DATABASE_ERROR, "path", db->path, "reason", reason);
}

static int open_flags(SqliteMode mode) {
    switch (mode) {
    case SQLITE_MODE_CREATE: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case SQLITE_MODE_WRITE: return SQLITE_OPEN_READWRITE;
    case SQLITE_MODE_READ: break;
    }
    return SQLITE_OPEN_READONLY;
}

Sqlite *sqlite_open(const char *path, SqliteMode mode, Error *err) {
    Sqlite *db = xcalloc(1, sizeof *db);
    size_t bytes = strlen(path) + 1;
    db->path = xmalloc(bytes);
    memcpy(db->path, path, bytes);
    int flags = open_flags(mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int status = sqlite3_open_v2(path, &db->handle, flags, NULL);
    bool ok = status == SQLITE_OK || fail(db, status, err);
    if (ok) sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
    if (ok) ok = sqlite_execute(db, "PRAGMA foreign_keys=ON", err);
    if (ok && mode != SQLITE_MODE_READ)
        ok = sqlite_execute(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", err);
    if (ok) return db;
    sqlite_close(db);
    return NULL;
}

void sqlite_close(Sqlite *db) {
    if (!db) return;
    if (db->handle) {
        for (sqlite3_stmt *left; (left = sqlite3_next_stmt(db->handle, NULL));)
            sqlite3_finalize(left);
        sqlite3_close(db->handle);
    }
    free(db->path);
    free(db);
}

bool sqlite_execute(Sqlite *db, const char *sql, Error *err) {
    int status = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return status == SQLITE_OK || fail(db, status, err);
}

bool sqlite_begin(Sqlite *db, Error *err) { return sqlite_execute(db, "BEGIN IMMEDIATE", err); }

bool sqlite_commit(Sqlite *db, Error *err) {
    if (sqlite_execute(db, "COMMIT", err)) return true;
    sqlite_rollback(db);
    return false;
}

void sqlite_rollback(Sqlite *db) {
    if (!sqlite3_get_autocommit(db->handle)) sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

int64_t sqlite_last_row_id(const Sqlite *db) { return sqlite3_last_insert_rowid(db->handle); }
int64_t sqlite_changed_rows(const Sqlite *db) { return sqlite3_changes64(db->handle); }

static bool read_user_version(Sqlite *db, int64_t *version, Error *err) {
    AUTO_PTR(SqliteStatement, statement) = sqlite_prepare(db, "PRAGMA user_version", err);
    if (!statement || sqlite_step(statement, err) != SQLITE_STEP_ROW) return false;
    *version = sqlite_column_i64(statement, 0);
    return true;
}

static bool run_script(Sqlite *db, const char *script, int64_t version, Error *err) {
    AUTO(Text, set_version) = {0};
    text_printf(&set_version, "PRAGMA user_version=%lld", (long long)version);
    if (sqlite_execute(db, script, err) && sqlite_execute(db, text_cstr(&set_version), err))
        return sqlite_commit(db, err);
    sqlite_rollback(db);
    return false;
}

bool sqlite_migrate(Sqlite *db, const char *const *scripts, uint32_t count, Error *err) {
    for (;;) {
        int64_t version = 0;
        if (!read_user_version(db, &version, err)) return false;
        if (version == (int64_t)count) return true;
        if (version < 0 || version > (int64_t)count)
            return error_set(err, ERR_DATABASE_ERROR, "path", db->path, "reason",
                             "the file was written by a newer version of this program");
        // Another process may migrate at the same time: look again under the write lock.
        if (!sqlite_begin(db, err)) return false;
        int64_t locked = 0;
        if (!read_user_version(db, &locked, err)) {
            sqlite_rollback(db);
            return false;
        }
        if (locked != version) {
            sqlite_rollback(db);
            continue;
        }
        if (!run_script(db, scripts[version], version + 1, err)) return false;
    }
}

// --- statements ----------------------------------------------------------------------------------

SqliteStatement *sqlite_prepare(Sqlite *db, const char *sql, Error *err) {
    sqlite3_stmt *handle = NULL;
    int status = sqlite3_prepare_v2(db->handle, sql, -1, &handle, NULL);
    if (status != SQLITE_OK) {
        fail(db, status, err);
        return NULL;
    }
    SqliteStatement *statement = xcalloc(1, sizeof *statement);
    *statement = (SqliteStatement){.db = db, .handle = handle};
    return statement;
}

void sqlite_statement_close(SqliteStatement *statement) {
    if (!statement) return;
    sqlite3_finalize(statement->handle);
    free(statement);
}

static void note_bind(SqliteStatement *statement, int status) {
    if (statement->bind_status == SQLITE_OK) statement->bind_status = status;
}

void sqlite_bind_text(SqliteStatement *statement, int index, Slice text) {
    note_bind(statement, sqlite3_bind_text64(statement->handle, index, text.data ? text.data : "",
                                             text.bytes, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void sqlite_bind_blob(SqliteStatement *statement, int index, Slice bytes) {
    note_bind(statement, sqlite3_bind_blob64(statement->handle, index, bytes.data ? bytes.data : "",
                                             bytes.bytes, SQLITE_TRANSIENT));
}

void sqlite_bind_i64(SqliteStatement *statement, int index, int64_t value) {
    note_bind(statement, sqlite3_bind_int64(statement->handle, index, value));
}

void sqlite_bind_double(SqliteStatement *statement, int index, double value) {
    note_bind(statement, sqlite3_bind_double(statement->handle, index, value));
}

void sqlite_bind_null(SqliteStatement *statement, int index) {
    note_bind(statement, sqlite3_bind_null(statement->handle, index));
}

SqliteStep sqlite_step(SqliteStatement *statement, Error *err) {
    if (statement->bind_status != SQLITE_OK) {
        error_set(err, ERR_DATABASE_ERROR, "path", statement->db->path, "reason",
                  sqlite3_errstr(statement->bind_status));
        return SQLITE_STEP_ERROR;
    }
    int status = sqlite3_step(statement->handle);
    if (status == SQLITE_ROW) return SQLITE_STEP_ROW;
    if (status == SQLITE_DONE) return SQLITE_STEP_DONE;
    fail(statement->db, status, err);
    sqlite3_reset(statement->handle);
    return SQLITE_STEP_ERROR;
}

bool sqlite_run(SqliteStatement *statement, Error *err) {
    SqliteStep step;
    do step = sqlite_step(statement, err);
    while (step == SQLITE_STEP_ROW);
    sqlite_reset(statement);
    return step == SQLITE_STEP_DONE;
}

void sqlite_reset(SqliteStatement *statement) {
    sqlite3_reset(statement->handle);
    statement->bind_status = SQLITE_OK;
}

bool sqlite_column_is_null(SqliteStatement *statement, int column) {
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

Slice sqlite_column_text(SqliteStatement *statement, int column) {
    const char *data = (const char *)sqlite3_column_text(statement->handle, column);
    return slice_of(data, data ? (size_t)sqlite3_column_bytes(statement->handle, column) : 0);
}

Slice sqlite_column_blob(SqliteStatement *statement, int column) {
    const char *data = sqlite3_column_blob(statement->handle, column);
    return slice_of(data, data ? (size_t)sqlite3_column_bytes(statement->handle, column) : 0);
}

int64_t sqlite_column_i64(SqliteStatement *statement, int column) {
    return sqlite3_column_int64(statement->handle, column);
}

double sqlite_column_double(SqliteStatement *statement, int column) {
    return sqlite3_column_double(statement->handle, column);
}
