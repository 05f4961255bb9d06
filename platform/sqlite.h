// SPDX-License-Identifier: Apache-2.0
// SQLite: the one adapter. A connection and its statements belong to one thread at a time; the
// owner locks. Every failure is DATABASE_ERROR with the file's path and SQLite's reason.
#pragma once

#include "base/error.h"

typedef struct Sqlite Sqlite;                   // a connection
typedef struct SqliteStatement SqliteStatement; // a prepared statement of it

// What to do when the file is not there, and whether it may change.
typedef enum SqliteMode {
    SQLITE_MODE_CREATE, // read and write, made when missing (its folder must exist)
    SQLITE_MODE_WRITE,  // read and write, must exist
    SQLITE_MODE_READ,   // must exist
} SqliteMode;

// WAL journal, synchronous=NORMAL, foreign keys on, a busy writer is waited for (10 s).
// ":memory:" is a private database in memory.
Sqlite *sqlite_open(const char *path, SqliteMode mode, Error *err) MUST_CHECK;
// Closes the statements that are left, too. NULL is accepted.
void sqlite_close(Sqlite *db);
// Brings the schema up to date: runs scripts[user_version..count), each in a transaction of its
// own, and counts user_version up. A file of a newer program is refused.
bool sqlite_migrate(Sqlite *db, const char *const *scripts, uint32_t count, Error *err) MUST_CHECK;

// Any statements without parameters; rows are dropped.
bool sqlite_execute(Sqlite *db, const char *sql, Error *err) MUST_CHECK;
// BEGIN IMMEDIATE; waits for another writer.
bool sqlite_begin(Sqlite *db, Error *err) MUST_CHECK;
bool sqlite_commit(Sqlite *db, Error *err) MUST_CHECK; // rolls back when it fails
void sqlite_rollback(Sqlite *db);                      // harmless when no transaction is open
int64_t sqlite_last_row_id(const Sqlite *db);
int64_t sqlite_changed_rows(const Sqlite *db); // by the last statement

// One statement. Parameters are ?1, ?2 ... and stay bound over a reset.
SqliteStatement *sqlite_prepare(Sqlite *db, const char *sql, Error *err) MUST_CHECK;
void sqlite_statement_close(SqliteStatement *statement);
// The bytes are copied. A slice without data is bound as the empty text resp. blob.
void sqlite_bind_text(SqliteStatement *statement, int index, Slice text);
void sqlite_bind_blob(SqliteStatement *statement, int index, Slice bytes);
void sqlite_bind_i64(SqliteStatement *statement, int index, int64_t value);
void sqlite_bind_double(SqliteStatement *statement, int index, double value);
void sqlite_bind_null(SqliteStatement *statement, int index);

typedef enum SqliteStep { SQLITE_STEP_ERROR, SQLITE_STEP_ROW, SQLITE_STEP_DONE } SqliteStep;

SqliteStep sqlite_step(SqliteStatement *statement, Error *err) MUST_CHECK;
// Steps to the end, then resets: for INSERT, UPDATE, DELETE.
bool sqlite_run(SqliteStatement *statement, Error *err) MUST_CHECK;
void sqlite_reset(SqliteStatement *statement);

// Columns of the current row, from 0. Text and blobs are borrowed until the next step or reset;
// NULL reads as the empty slice with data == NULL, 0, or 0.0.
bool sqlite_column_is_null(SqliteStatement *statement, int column);
Slice sqlite_column_text(SqliteStatement *statement, int column);
Slice sqlite_column_blob(SqliteStatement *statement, int column);
int64_t sqlite_column_i64(SqliteStatement *statement, int column);
double sqlite_column_double(SqliteStatement *statement, int column);

AUTO_PTR_DEFINE(Sqlite, sqlite_close)
AUTO_PTR_DEFINE(SqliteStatement, sqlite_statement_close)
