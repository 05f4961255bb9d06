// SPDX-License-Identifier: Apache-2.0
// A session, its statements and results from the inside, for the files of this room.
#pragma once

#include "kernel/plan/resolver.h"
#include "kernel/session/session.h"
#include "kernel/session/settings.h"

#include <pthread.h>

struct Engine {
    ThreadPool *pool;
    MemoryBroker *broker;
    TableCaches caches;
    Slice temp_folder; // heap
};

typedef struct SessionView {
    TempView view;
    Arena arena; // holds the view's tree and texts
    bool is_global;
} SessionView;

typedef struct Variable {
    Slice name;  // in the arena
    Value value; // type and value, in the arena
    Arena arena;
    Slice default_text;
} Variable;

struct Session {
    Engine *engine;
    Settings settings;
    Catalog *catalog; // opened on first use (session_catalog)
    Slice folder;     // heap texts
    Slice warehouse;
    Slice current_catalog, current_schema;
    Slice user;
    bool golden;
    SessionView **views;
    uint32_t view_count;
    Variable **variables;
    uint32_t variable_count;
    // Of the running statement:
    const ExecuteOptions *options;
    atomic_bool cancelled;
    pthread_mutex_t names_lock; // guards names (views, variables, current schema, settings) between
                                // the statement's thread, which changes them, and completion
    pthread_mutex_t lock;       // guards `running` for session_progress
    Query *running;             // NULL: idle
    uint64_t started_ns;
    Slice statement; // text of the running statement
};

// A statement on its way: what commands get.
typedef struct Statement {
    Session *session;
    Arena *arena; // of the statement; moves to the result when it has one
    Query *query;
    Slice text;
    uint32_t immediate_depth; // of EXECUTE IMMEDIATE in EXECUTE IMMEDIATE
    ResolveScope scope;
} Statement;

struct Result {
    ResultKind kind;
    ResultForm form;
    ResultColumn *columns;
    uint32_t column_count;
    bool has_more;
    bool is_ordered;
    RowSet *rows;   // of queries
    Batch *batches; // of commands
    uint32_t batch_count;
    TableRead *reads;
    uint32_t read_count;
    QueryMetrics metrics;
    Slice profile;
    Arena arena;
};

// --- results of commands
// ---------------------------------------------------------------------------

// An empty RESULT_NONE.
Result *result_new(void);
// Columns of a command's answer: (name, type, nullable) each added once, then rows of values.
void result_add_column(Result *result, const char *name, TypeId type, bool nullable);
// One row; as many values as there are columns. Texts are copied.
void result_add_row(Result *result, const Value *values);
// The same for texts only: a slice with data NULL is NULL.
void result_add_texts(Result *result, const Slice *texts);

// --- the session's parts
// ---------------------------------------------------------------------------

Slice heap_copy(Slice s); // NUL-terminated; freed by free((void *)s.data)

// The catalog, opened on first use.
Catalog *session_catalog(Session *session, Error *err) MUST_CHECK;
// The engine's caches of table metadata.
void caches_init(TableCaches *caches);
void caches_deinit(TableCaches *caches);
// Tables by format and path (lake), with relative paths against the session's folder.
Table *session_open_table(const TableRequest *request, Error *err) MUST_CHECK;
void session_fill_scope(Session *session, Statement *statement);
// What the session's settings say of the grammar.
ParserOptions session_parser_options(Session *session, const Query *query);
// Value of a marker (:name, or the position-th ?) of the running statement.
bool session_find_parameter(void *session, Slice name, uint32_t position, Value *value);
Variable *session_find_variable(Session *session, Slice name);
void session_drop_variable(Session *session, Variable *variable);
void session_use(Session *session, Slice catalog, Slice schema);
SessionView *session_find_view(Session *session, NameParts name);
void session_drop_view_at(Session *session, SessionView *view);
void session_add_view(Session *session, SessionView *view);
// Catalog and schema of a one- to three-part object name; NULL parts filled from the session.
bool session_qualify(Session *session, NameParts name, Slice *catalog, Slice *schema, Slice *object,
                     Error *err) MUST_CHECK;

// --- executing
// -----------------------------------------------------------------------------------------

Result *execute_command(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
Result *execute_query(Statement *statement, const URel *query, Error *err) MUST_CHECK;
Result *execute_explain(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
Result *execute_show(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
Result *execute_describe(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
Result *execute_schema(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
Result *execute_table(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
Result *execute_view(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
Result *execute_setting(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
Result *execute_variable(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
// BEGIN ... END: the result of its last query.
Result *execute_script(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
// EXECUTE IMMEDIATE.
Result *execute_immediate(Statement *statement, const UCommand *command, Error *err) MUST_CHECK;
// The table, view or temporary view behind a name; the caller unrefs the table.
bool statement_open_object(Statement *statement, const UCommand *command, CatalogObject *object,
                           const TempView **view, Table **table, Error *err) MUST_CHECK;
// Output columns of a query without running it.
bool statement_resolve(Statement *statement, const URel *query, ResolvedQuery *out,
                       Error *err) MUST_CHECK;
