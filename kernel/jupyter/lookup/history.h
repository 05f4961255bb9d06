// SPDX-License-Identifier: Apache-2.0
// What was executed, across restarts: a SQLite file in the user's data folder. For one thread.
#pragma once

#include "base/error.h"

typedef struct History History;

// Opens $XDG_DATA_HOME/tarn/history.db (~/.local/share without it) and starts a new session in it.
// When the file cannot be opened the history lives in memory only, and `err` says why.
History *history_open(Error *err);
void history_close(History *history);
// An executed cell; output may be empty.
void history_add(History *history, int64_t line, Slice input, Slice output);

typedef struct HistoryQuery {
    enum { HISTORY_TAIL, HISTORY_RANGE, HISTORY_SEARCH } access;
    int64_t session;  // RANGE: 0 is the current one, -1 the one before
    int64_t start;    // RANGE: first line
    int64_t stop;     // RANGE: line behind the last; 0: to the end
    int64_t count;    // TAIL, SEARCH: the newest ones; negative: all
    Slice pattern;    // SEARCH: with * and ?
    bool with_output; // [session, line, [input, output]]
    bool unique;      // each input once, where it is newest
} HistoryQuery;

// Appends the JSON items [session, line, input], oldest first.
bool history_append(History *history, const HistoryQuery *query, Text *out, Error *err) MUST_CHECK;
