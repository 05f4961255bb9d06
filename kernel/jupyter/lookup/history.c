// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/lookup/history.h"
#include "base/limits.h"
#include "base/quote.h"
#include "platform/sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

struct History {
    Sqlite *db;
    SqliteStatement *insert;
    int64_t session; // of this process
};

static const char *const SCHEMA[] = {
    "CREATE TABLE sessions(session INTEGER PRIMARY KEY AUTOINCREMENT,"
    " started TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE history(session INTEGER NOT NULL, line INTEGER NOT NULL, input TEXT NOT NULL,"
    " output TEXT NOT NULL, PRIMARY KEY(session, line)) WITHOUT ROWID;",
};

// The file's path with its folder made; false when there is no home either.
static bool path_find(Text *path, Error *err) {
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && *data) text_append_cstr(path, data);
    else if (home && *home) text_printf(path, "%s/.local/share", home);
    else return error_internal(err, "neither XDG_DATA_HOME nor HOME is set");
    text_append_cstr(path, "/tarn");
    for (size_t i = 1; i <= path->bytes; i++) {
        if (path->data[i] != '/' && i != path->bytes) continue;
        char kept = path->data[i];
        path->data[i] = '\0';
        int made = mkdir(path->data, 0700);
        if (made != 0 && errno != EEXIST && i == path->bytes)
            return error_io(err, path->data, errno);
        path->data[i] = kept;
    }
    text_append_cstr(path, "/history.db");
    return true;
}

static bool session_start(History *history, Error *err) {
    if (!sqlite_migrate(history->db, SCHEMA, COUNT_OF(SCHEMA), err) ||
        !sqlite_execute(history->db, "INSERT INTO sessions DEFAULT VALUES", err))
        return false;
    history->session = sqlite_last_row_id(history->db);
    history->insert =
        sqlite_prepare(history->db, "INSERT OR REPLACE INTO history VALUES(?,?,?,?)", err);
    return history->insert != NULL;
}

static bool open_file(History *history, Error *err) {
    AUTO(Text, path) = {0};
    if (!path_find(&path, err)) return false;
    history->db = sqlite_open(text_cstr(&path), SQLITE_MODE_CREATE, err);
    return history->db && session_start(history, err);
}

History *history_open(Error *err) {
    History *history = xcalloc(1, sizeof *history);
    if (open_file(history, err)) return history;
    sqlite_close(history->db);
    Error second = {0};
    history->db = sqlite_open(":memory:", SQLITE_MODE_CREATE, &second);
    if (history->db && session_start(history, &second)) return history;
    history_close(history);
    return NULL;
}

void history_close(History *history) {
    if (!history) return;
    sqlite_statement_close(history->insert);
    sqlite_close(history->db);
    free(history);
}

void history_add(History *history, int64_t line, Slice input, Slice output) {
    Error err = {0};
    sqlite_bind_i64(history->insert, 1, history->session);
    sqlite_bind_i64(history->insert, 2, line);
    sqlite_bind_text(history->insert, 3, input);
    sqlite_bind_text(history->insert, 4, slice_first(output, LIMIT_HISTORY_OUTPUT_BYTES));
    // A full disk costs the entry, not the cell.
    if (!sqlite_run(history->insert, &err)) sqlite_reset(history->insert);
}

// Of equal inputs only the newest line; a window would need SQLite to sort all, NOT EXISTS does not
// help without an index on input either: the table is small.
#define NEWEST                                                                                \
    " AND (NOT ?4 OR (session, line) = (SELECT session, line FROM history AS h WHERE h.input" \
    " = history.input ORDER BY session DESC, line DESC LIMIT 1))"
#define COLUMNS "SELECT session, line, input, output FROM "

static const char *const QUERIES[] = {
    [HISTORY_TAIL] = COLUMNS "(SELECT * FROM history WHERE ?1 IS NULL" NEWEST
                             " ORDER BY session DESC, line DESC LIMIT ?2)"
                             " ORDER BY session, line",
    [HISTORY_SEARCH] = COLUMNS "(SELECT * FROM history WHERE input GLOB ?1" NEWEST
                               " ORDER BY session DESC, line DESC LIMIT ?2)"
                               " ORDER BY session, line",
    [HISTORY_RANGE] = COLUMNS "history WHERE session = ?1 AND line >= ?2"
                              " AND (?3 <= 0 OR line < ?3) AND ?4 IS NOT NULL ORDER BY line",
};

static void row_append(SqliteStatement *statement, bool with_output, Text *out) {
    text_printf(out, "[%lld,%lld,", (long long)sqlite_column_i64(statement, 0),
                (long long)sqlite_column_i64(statement, 1));
    if (with_output) text_append_char(out, '[');
    quote_json(out, sqlite_column_text(statement, 2));
    if (with_output) {
        Slice output = sqlite_column_text(statement, 3);
        text_append_char(out, ',');
        if (output.bytes) quote_json(out, output);
        else text_append_cstr(out, "null");
        text_append_char(out, ']');
    }
    text_append_char(out, ']');
}

static void parameters_bind(const History *history, const HistoryQuery *query,
                            SqliteStatement *statement) {
    sqlite_bind_i64(statement, 4, query->unique);
    if (query->access == HISTORY_RANGE) {
        int64_t session = query->session;
        if (session <= 0) session += history->session;
        sqlite_bind_i64(statement, 1, session);
        sqlite_bind_i64(statement, 2, query->start);
        sqlite_bind_i64(statement, 3, query->stop);
        return;
    }
    if (query->access == HISTORY_SEARCH) sqlite_bind_text(statement, 1, query->pattern);
    else sqlite_bind_null(statement, 1);
    sqlite_bind_i64(statement, 2, query->count);
}

bool history_append(History *history, const HistoryQuery *query, Text *out, Error *err) {
    AUTO_PTR(SqliteStatement, statement) = sqlite_prepare(history->db, QUERIES[query->access], err);
    if (!statement) return false;
    parameters_bind(history, query, statement);
    SqliteStep step;
    for (bool follows = false; (step = sqlite_step(statement, err)) == SQLITE_STEP_ROW;
         follows = true) {
        if (follows) text_append_char(out, ',');
        row_append(statement, query->with_output, out);
    }
    return step == SQLITE_STEP_DONE;
}
