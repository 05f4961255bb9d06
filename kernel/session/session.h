// SPDX-License-Identifier: Apache-2.0
// One user's engine, a value: catalog, settings, variables, temporary views, running queries.
//
// A session executes one statement at a time (session_execute may not be entered twice at once);
// session_cancel, session_progress and the read-only look-ups of completion (session/complete.h)
// may be called from other threads meanwhile. Everything a session makes dies with it; results
// outlive later statements until result_free. The process's threads, memory budget and caches are
// leased from the Engine, of which there is one per process, made by cli.
#pragma once

#include "kernel/column/batch.h"
#include "kernel/column/format.h"

typedef struct Engine Engine;
typedef struct Session Session;
typedef struct Result Result;

typedef struct EngineOptions {
    uint32_t threads;      // 0: all cores
    uint64_t memory_bytes; // 0: 60 % of the machine or its cgroup
    Slice temp_folder;     // spill; empty: TARN_TEMP, else TMPDIR, else /tmp
} EngineOptions;

Engine *engine_new(const EngineOptions *options, Error *err) MUST_CHECK;
void engine_free(Engine *engine);

typedef struct SessionOptions {
    Slice warehouse; // folder; empty: TARN_WAREHOUSE, nearest .tarn/warehouse upward, XDG
    Slice folder;    // relative paths resolve against it; empty: the current one
    bool golden;     // registers udf(x) and masks as the golden format wants
} SessionOptions;

Session *session_new(Engine *engine, const SessionOptions *options, Error *err) MUST_CHECK;
void session_free(Session *session);

// Splits a text at ';' (the real lexer: quotes, comments and BEGIN..END count) into statements;
// spans are of the text. The last one needs no ';'. Empty statements are left out. *unfinished is
// set when the text ends inside a quote, comment or BEGIN block; no error for that.
typedef struct StatementSpan {
    Span span;
    bool has_semicolon;
} StatementSpan;
StatementSpan *session_split(Arena *arena, Slice text, uint32_t *count, bool *unfinished);

// What the caller wants of one execution.
typedef struct ExecuteOptions {
    uint64_t row_limit; // rows of a final SELECT to produce; 0: all. One more is fetched to tell
                        // `more`
    const struct NamedValue *parameters; // for :name markers
    uint32_t parameter_count;
    bool profile; // keep operator metrics (always kept for the last query; this adds time)
} ExecuteOptions;

typedef struct NamedValue {
    Slice name;
    Value value;
} NamedValue;

// Executes one statement. NULL on error; err then has its context set from `statement`.
Result *session_execute(Session *session, Slice statement, const ExecuteOptions *options,
                        Error *err) MUST_CHECK;

// Thread-safe: makes the running statement fail with CANCELLED within 100 ms; nothing when idle.
void session_cancel(Session *session);

// --- results: rows in memory, limited by row_limit and the budget --------------------------------

typedef struct ResultColumn {
    Slice name;
    const Type *type;
    bool nullable;
} ResultColumn;

typedef enum ResultKind {
    RESULT_NONE, // DDL, SET VAR, USE: schema struct<>
    RESULT_ROWS, // a query, or a command that answers rows (SHOW, DESCRIBE, EXPLAIN)
} ResultKind;

typedef struct TableRead {
    Slice name;      // three-level name, or format.`path`
    int64_t version; // Delta version; -1: no versions
} TableRead;

typedef struct QueryMetrics {
    uint64_t elapsed_ns;
    uint64_t rows_read;
    uint64_t bytes_read;
    uint64_t files_read;
    uint64_t files_pruned;
    uint64_t row_groups_read;
    uint64_t row_groups_pruned;
    uint64_t peak_memory_bytes;
    uint64_t spilled_bytes;
} QueryMetrics;

ResultKind result_kind(const Result *result);
// How Spark's own suite prints the rows of some commands (hive and golden formats).
typedef enum ResultForm {
    RESULT_FORM_PLAIN,
    RESULT_FORM_NAMES,       // SHOW TABLES, SHOW VIEWS: the name column alone
    RESULT_FORM_DESCRIPTION, // DESCRIBE: cells padded to 20 characters
} ResultForm;
ResultForm result_form(const Result *result);
const ResultColumn *result_columns(const Result *result, uint32_t *count);
uint64_t result_row_count(const Result *result); // rows held
bool result_has_more(const Result *result);      // row_limit cut it
bool result_is_ordered(const Result *result);    // a global ORDER BY is on top
uint32_t result_batch_count(const Result *result);
const Batch *result_batch(const Result *result,
                          uint32_t index); // no selection; owned by the result
const TableRead *result_reads(const Result *result, uint32_t *count);
const QueryMetrics *result_metrics(const Result *result);
// The operator tree with rows, time, bytes read, files pruned, as text (%profile); empty for
// commands.
void result_append_profile(const Result *result, Text *out);
void result_free(Result *result);

AUTO_PTR_DEFINE(Result, result_free)
AUTO_PTR_DEFINE(Session, session_free)

// --- what runs now ------------------------------------------------------------------------------

typedef struct Progress {
    bool running;
    double fraction; // 0..1 of the work known; negative: unknown
    uint64_t rows;   // read from tables so far
    uint64_t bytes;
    uint64_t elapsed_ns;
    double seconds_left; // negative: unknown
} Progress;

// Thread-safe.
Progress session_progress(const Session *session);

// --- settings, variables and names ---------------------------------------------------------------

const TimeZone *session_time_zone(const Session *session);
// Current value of a setting ("tarn.display.rows", "spark.sql.ansi.enabled"), SLICE_NONE if
// unknown. Valid until the setting changes.
Slice session_setting(const Session *session, Slice name);
bool session_set(Session *session, Slice name, Slice value, Error *err) MUST_CHECK;
// DECLARE OR REPLACE VARIABLE name DEFAULT value; also fills :name markers.
bool session_declare(Session *session, Slice name, const Value *value, Error *err) MUST_CHECK;
