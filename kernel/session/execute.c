// SPDX-License-Identifier: Apache-2.0
// The life of a statement: text, parsed command, resolved query, plan, rows.
#include "kernel/plan/optimiser.h"
#include "kernel/session/hints.h"
#include "kernel/session/statement.h"
#include "kernel/sql/split.h"

#include <stdlib.h>
#include <time.h>

static uint64_t clock_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

StatementSpan *session_split(Arena *arena, Slice text, uint32_t *count, bool *unfinished) {
    Splitter splitter;
    SplitStatement part;
    StatementSpan *spans = NULL;
    *count = 0;
    *unfinished = false;
    splitter_init(&splitter, text);
    while (splitter_next(&splitter, &part)) {
        *unfinished = part.end != SPLIT_AT_SEMICOLON && part.end != SPLIT_AT_END;
        if (part.is_empty) continue;
        StatementSpan span = {{part.start, part.start + (uint32_t)part.text.bytes},
                              part.end == SPLIT_AT_SEMICOLON};
        ARENA_PUSH(arena, spans, *count, span);
    }
    return spans;
}

bool statement_open_object(Statement *statement, const UCommand *command, CatalogObject *object,
                           const TempView **view, Table **table, Error *err) {
    statement->scope.catalog = session_catalog(statement->session, err);
    return statement->scope.catalog &&
           resolve_object(&statement->scope, command->name, command->origin.span, object, view,
                          table, err);
}

bool statement_resolve(Statement *statement, const URel *query, ResolvedQuery *out, Error *err) {
    *out = (ResolvedQuery){0};
    statement->scope.catalog = session_catalog(statement->session, err);
    if (!statement->scope.catalog) return false;
    if (resolve_query(&statement->scope, query, out, err)) return true;
    resolved_query_release(out);
    return false;
}

static void take_columns(Result *result, const ResolvedQuery *resolved) {
    result->kind = RESULT_ROWS;
    result->columns = ARENA_ARRAY(&result->arena, ResultColumn, resolved->column_count);
    result->column_count = resolved->column_count;
    for (uint32_t i = 0; i < resolved->column_count; i++) {
        const Attribute *attribute = &resolved->rel->output[i];
        result->columns[i] =
            (ResultColumn){resolved->names[i], attribute->type, attribute->nullable};
    }
}

// Types and names outlive the statement's arena.
static void keep_columns(Result *result) {
    ResultColumn *kept = ARENA_ARRAY(&result->arena, ResultColumn, result->column_count);
    for (uint32_t i = 0; i < result->column_count; i++) {
        ResultColumn *column = &result->columns[i];
        kept[i] = (ResultColumn){arena_copy(&result->arena, column->name),
                                 type_copy(&result->arena, column->type), column->nullable};
    }
    result->columns = kept;
}

static void take_reads(Result *result, const ResolvedQuery *resolved) {
    for (uint32_t i = 0; i < resolved->table_count; i++) {
        TableRead read = {arena_copy(&result->arena, resolved->tables[i].name),
                          resolved->tables[i].table->version};
        bool is_known = false;
        for (uint32_t j = 0; j < result->read_count; j++)
            is_known |= slice_equal(result->reads[j].name, read.name) &&
                        result->reads[j].version == read.version;
        if (!is_known) ARENA_PUSH(&result->arena, result->reads, result->read_count, read);
    }
}

static void take_metrics(Result *result, const Statement *statement, const PhysNode *plan) {
    const QueryCounters *counters = &statement->query->counters;
    result->metrics = (QueryMetrics){
        .rows_read = counters->rows_read,
        .bytes_read = counters->bytes_read,
        .files_read = counters->files_read,
        .files_pruned = counters->files_pruned,
        .row_groups_read = counters->row_groups_read,
        .row_groups_pruned = counters->row_groups_pruned,
        .peak_memory_bytes = memory_peak(statement->query->memory),
        .spilled_bytes = counters->spilled_bytes,
    };
    AUTO(Text, profile) = {0};
    plan_append_text(plan, true, &profile);
    result->profile = arena_copy(&result->arena, text_slice(&profile));
}

static bool run(Statement *statement, ResolvedQuery *resolved, Result *result, Error *err) {
    Query *query = statement->query;
    take_columns(result, resolved);
    if (!optimise(resolved, query, statement->arena, err)) return false;
    PhysNode *plan = lower(resolved, query, statement->arena, err);
    if (!plan) return false;
    const ExecuteOptions *options = statement->session->options;
    result->rows = plan_run(plan, query, options ? options->row_limit : 0, &result->has_more, err);
    if (result->rows) {
        result->is_ordered = resolved->is_ordered;
        take_metrics(result, statement, plan);
    }
    plan_release(plan);
    return result->rows != NULL;
}

Result *execute_query(Statement *statement, const URel *query, Error *err) {
    ResolvedQuery resolved;
    if (!statement_resolve(statement, query, &resolved, err)) return NULL;
    Result *result = result_new();
    take_reads(result, &resolved);
    bool ok = run(statement, &resolved, result, err);
    keep_columns(result);
    resolved_query_release(&resolved);
    if (ok) return result;
    result_free(result);
    return NULL;
}

static void set_running(Session *session, Query *query) {
    pthread_mutex_lock(&session->lock);
    session->running = query;
    session->started_ns = clock_ns(CLOCK_MONOTONIC);
    pthread_mutex_unlock(&session->lock);
}

static uint32_t query_threads(const Session *session) {
    uint64_t wanted = settings_u64(&session->settings, SETTING_THREADS);
    uint32_t threads = thread_pool_threads(session->engine->pool);
    return wanted && wanted < threads ? (uint32_t)wanted : threads;
}

static void prepare_query(Session *session, Query *query) {
    Slice temp = settings_text(&session->settings, SETTING_TEMP);
    query->pool = session->engine->pool;
    query->thread_count = query_threads(session);
    query->memory = memory_account_new(session->engine->broker,
                                       settings_u64(&session->settings, SETTING_MEMORY_LIMIT));
    query->zone = session_time_zone(session);
    query->now_micros = (int64_t)(clock_ns(CLOCK_REALTIME) / 1000);
    query->user = session->user;
    query->catalog = session->current_catalog;
    query->schema = session->current_schema;
    query->temp_folder = temp.bytes ? temp : session->engine->temp_folder;
    query->folder = session->folder;
    query->caches = &session->engine->caches;
    query->cancelled = &session->cancelled;
}

static bool is_set(const Session *session, Slice name) {
    return slice_equal_ignore_case(session_setting(session, name), SLICE("true"));
}

ParserOptions session_parser_options(Session *session, const Query *query) {
    Slice timestamp = settings_text(&session->settings, SETTING_TIMESTAMP_TYPE);
    bool has_parameters = session->options && session->options->parameter_count;
    return (ParserOptions){
        .ansi = settings_bool(&session->settings, SETTING_ANSI),
        .double_quoted_identifiers = settings_bool(&session->settings, SETTING_DOUBLE_QUOTED),
        .enforce_reserved_keywords = settings_bool(&session->settings, SETTING_RESERVED_KEYWORDS),
        .legacy_interval = is_set(session, SLICE("spark.sql.legacy.interval.enabled")),
        .legacy_identifier_clause = is_set(session, SLICE("spark.sql.legacy.identifierClause")),
        .legacy_exponent_decimal =
            is_set(session, SLICE("spark.sql.legacy.exponentLiteralAsDecimal.enabled")),
        .legacy_bang_not = is_set(session, SLICE("spark.sql.legacy.bangEqualsNot")),
        .timestamp_ntz = slice_equal_ignore_case(timestamp, SLICE("TIMESTAMP_NTZ")),
        .zone = query->zone,
        .parameter = has_parameters ? session_find_parameter : NULL,
        .parameter_data = session,
    };
}

static Result *parse_and_run(Statement *statement, Error *err) {
    ParserOptions options = session_parser_options(statement->session, statement->query);
    UCommand *command =
        statement->scope.parser->statement(statement->arena, statement->text, &options, err);
    return command ? execute_command(statement, command, err) : NULL;
}

Result *session_execute(Session *session, Slice text, const ExecuteOptions *options, Error *err) {
    uint64_t started = clock_ns(CLOCK_MONOTONIC);
    AUTO(Arena, arena) = {0};
    Query query = {0};
    Statement statement = {.session = session, .arena = &arena, .query = &query, .text = text};
    session->cancelled = false;
    session->options = options;
    prepare_query(session, &query);
    session_fill_scope(session, &statement);
    set_running(session, &query);
    Result *result = parse_and_run(&statement, err);
    set_running(session, NULL);
    memory_account_free(query.memory);
    session->options = NULL;
    if (result) result->metrics.elapsed_ns = clock_ns(CLOCK_MONOTONIC) - started;
    else {
        error_set_context(err, text);
        hint_add(session, err);
    }
    return result;
}
