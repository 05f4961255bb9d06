// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/statement.h"
#include "base/quantity.h"
#include "base/quote.h"
#include "kernel/jupyter/comm/result_store.h"
#include "kernel/jupyter/display/bundle.h"
#include "kernel/jupyter/display/chart.h"
#include "kernel/jupyter/display/export.h"
#include "kernel/jupyter/display/html.h"
#include "kernel/sql/lexer.h"
#include "kernel/sql/sql_parser.h"

#include <time.h>

enum { DISPLAY_ROWS = 1000, LOCK_WAIT_MS = 50 };

// --- the session ---------------------------------------------------------------------------------

Session *statement_session(Kernel *kernel, Error *err) {
    Session *session = atomic_load(&kernel->session);
    if (session) return session;
    pthread_mutex_lock(&kernel->engine_lock);
    if (!kernel->engine) kernel->engine = engine_new(&kernel->engine_options, err);
    session = atomic_load(&kernel->session);
    if (kernel->engine && !session) {
        session = session_new(kernel->engine, &kernel->session_options, err);
        atomic_store(&kernel->session, session);
    }
    pthread_mutex_unlock(&kernel->engine_lock);
    return session;
}

void statement_close(Kernel *kernel) {
    session_free(atomic_load(&kernel->session));
    engine_free(kernel->engine);
}

void statement_cancel(Kernel *kernel) {
    Session *session = atomic_load(&kernel->session);
    if (session) session_cancel(session);
}

// A session executes one statement at a time; whoever waits for it can be interrupted.
static bool session_lock(Shell *shell, Error *err) {
    for (;;) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOCK_WAIT_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        if (pthread_mutex_timedlock(&shell->kernel->session_lock, &until) == 0) return true;
        if (atomic_load(&shell->interrupted)) return error_set(err, ERR_CANCELLED);
    }
}

static Result *execute_locked(Shell *shell, Session *session, Cell *cell, Slice sql,
                              uint64_t row_limit, Error *err) {
    if (!session_lock(shell, err)) return NULL;
    ExecuteOptions options = {.row_limit = row_limit,
                              .profile = cell && cell->govern == GOVERN_PROFILE};
    if (cell) cell_statement_begins(cell);
    Result *result = session_execute(session, sql, &options, err);
    if (cell) cell_statement_ended(cell);
    pthread_mutex_unlock(&shell->kernel->session_lock);
    return result;
}

Result *statement_execute(Shell *shell, Slice sql, uint64_t row_limit, Error *err) {
    Session *session = statement_session(shell->kernel, err);
    return session ? execute_locked(shell, session, NULL, sql, row_limit, err) : NULL;
}

bool statement_declare(Kernel *kernel, Slice name, const Value *value, Error *err) {
    Session *session = statement_session(kernel, err);
    if (!session) return false;
    pthread_mutex_lock(&kernel->session_lock);
    bool done = session_declare(session, name, value, err);
    pthread_mutex_unlock(&kernel->session_lock);
    return done;
}

bool statement_set(Kernel *kernel, Slice name, Slice value, Error *err) {
    Session *session = statement_session(kernel, err);
    if (!session) return false;
    pthread_mutex_lock(&kernel->session_lock);
    bool done = session_set(session, name, value, err);
    pthread_mutex_unlock(&kernel->session_lock);
    return done;
}

// What a statement may hardly end with, though the grammar takes some of these as names.
static bool asks_for_more(Slice sql, Token last) {
    static const char *const words[] = {"FROM", "WHERE", "JOIN",   "ON",    "AND",
                                        "OR",   "BY",    "HAVING", "UNION", "AS"};
    for (size_t i = 0; last.kind == TOKEN_IDENTIFIER && i < COUNT_OF(words); i++)
        if (slice_equal_ignore_case(token_text(sql, last), slice_from_cstr(words[i]))) return true;
    return last.kind == TOKEN_COMMA;
}

// Brackets that stand open at the end ask for more; one that closes nothing never fits.
static CompletionState check_tokens(Slice sql) {
    Lexer lexer;
    lexer_init(&lexer, sql);
    int64_t open = 0;
    bool in_order = true;
    Token last = {0};
    for (Token token; (token = lexer_next(&lexer)).kind != TOKEN_END;) {
        if (token.unclosed) return COMPLETE_NOT_YET;
        if (token.kind == TOKEN_LEFT_PAREN || token.kind == TOKEN_LEFT_BRACKET) open++;
        if (token.kind == TOKEN_RIGHT_PAREN || token.kind == TOKEN_RIGHT_BRACKET) open--;
        if (token.kind == TOKEN_SEMICOLON && open > 0) in_order = false;
        if (token.kind == TOKEN_UNKNOWN || open < 0) in_order = false;
        if (token.kind != TOKEN_COMMENT) last = token;
    }
    if (!in_order) return COMPLETE_NEVER;
    return open > 0 || asks_for_more(sql, last) ? COMPLETE_NOT_YET : COMPLETE_YES;
}

// A syntax error at the end of a statement that no ';' ends says that more is to come.
static CompletionState check_statement(Arena *arena, Slice sql, bool has_semicolon) {
    Error err = {0};
    ParserOptions options = {.ansi = true};
    if (sql_parser()->statement(arena, sql, &options, &err)) return COMPLETE_YES;
    if (err.code != ERR_PARSE_SYNTAX_ERROR) return COMPLETE_YES; // running it tells more
    bool at_end = err.span.start >= slice_trim(sql).bytes;
    return at_end && !has_semicolon ? COMPLETE_NOT_YET : COMPLETE_NEVER;
}

CompletionState statement_check(Slice sql) {
    AUTO(Arena, arena) = {0};
    uint32_t count;
    bool unfinished;
    StatementSpan *spans = session_split(&arena, sql, &count, &unfinished);
    CompletionState state = unfinished ? COMPLETE_NOT_YET : check_tokens(sql);
    for (uint32_t i = 0; i < count && state == COMPLETE_YES; i++) {
        Span span = spans[i].span;
        state = check_statement(&arena, slice_of(sql.data + span.start, span.stop - span.start),
                                spans[i].has_semicolon);
    }
    return state;
}

// --- showing -------------------------------------------------------------------------------------

static uint64_t row_limit_of(const Cell *cell, Session *session, bool governed) {
    if (governed && cell->govern == GOVERN_EXPORT) return 0;
    if (governed && cell->govern == GOVERN_CHART) return CHART_ROWS_MAX;
    uint64_t rows;
    pthread_mutex_lock(&cell->kernel->session_lock);
    bool set = slice_to_u64(session_setting(session, SLICE("tarn.display.rows")), &rows) && rows;
    pthread_mutex_unlock(&cell->kernel->session_lock);
    return set ? rows : DISPLAY_ROWS;
}

static void note_reads(Cell *cell, const Result *result) {
    uint32_t count;
    result_reads(result, &count);
    if (count && cell->reads.bytes) text_append_char(&cell->reads, ',');
    bundle_append_reads(result, &cell->reads);
}

static void show_table(Cell *cell, const BundleView *view, bool as_result) {
    AUTO(Text, plain) = {0};
    AUTO(Text, data) = {0};
    bundle_append_plain(view, &plain);
    bundle_append(view, text_slice(&plain), &data);
    if (as_result) cell_result(cell, text_slice(&data), SLICE_NONE, text_slice(&plain));
    else cell_display(cell, text_slice(&data), SLICE_NONE, NULL);
}

static void show_profile(Cell *cell, const Result *result) {
    AUTO(Text, text) = {0};
    result_append_profile(result, &text);
    if (!text.bytes) text_append_cstr(&text, "This statement has no operators.");
    text_append_char(&text, '\n');
    cell_write(cell, STREAM_STDOUT, text_slice(&text));
}

static bool show_chart(Cell *cell, const BundleView *view, bool as_result, Error *err) {
    AUTO(Text, plain) = {0};
    AUTO(Text, data) = {0};
    if (!chart_append(view, cell->govern_words, &plain, &data, err)) return false;
    if (as_result) cell_result(cell, text_slice(&data), SLICE_NONE, text_slice(&plain));
    else cell_display(cell, text_slice(&data), SLICE_NONE, NULL);
    return true;
}

static bool show_export(Cell *cell, const BundleView *view, Error *err) {
    AUTO(Text, words) = {0};
    ExportView all = {.result = view->result, .zone = view->zone};
    if (!export_result(&all, cell->govern_words, &words, err)) return false;
    text_append_char(&words, '\n');
    cell_write(cell, STREAM_STDOUT, text_slice(&words));
    return true;
}

static bool show(Cell *cell, const StoredResult *stored, Session *session, bool governed,
                 bool as_result, Error *err) {
    BundleView view = {.id = slice_from_cstr(stored->id),
                       .result = stored->result,
                       .zone = session_time_zone(session),
                       .elapsed_ns = result_metrics(stored->result)->elapsed_ns};
    CellGovern govern = governed ? cell->govern : GOVERN_NONE;
    bool has_rows = result_kind(stored->result) == RESULT_ROWS;
    if (has_rows && govern == GOVERN_CHART) return show_chart(cell, &view, as_result, err);
    if (has_rows && govern == GOVERN_EXPORT) return show_export(cell, &view, err);
    if (has_rows) show_table(cell, &view, as_result);
    if (govern == GOVERN_PROFILE) show_profile(cell, stored->result);
    return true;
}

static bool run_one(Cell *cell, Session *session, Slice sql, bool is_final, bool is_last,
                    Error *err) {
    uint64_t limit = row_limit_of(cell, session, is_final);
    Result *result = execute_locked(cell->shell, session, cell, sql, limit, err);
    if (!result) return false;
    note_reads(cell, result);
    AUTO_PTR(StoredResult, stored) = result_store_add(cell->kernel->results, result, sql);
    return show(cell, stored, session, is_final, is_final && is_last, err);
}

static uint32_t line_of(Slice text, size_t offset) {
    uint32_t line = 0;
    for (size_t i = 0; i < offset; i++) line += text.data[i] == '\n';
    return line;
}

bool statement_run_all(Cell *cell, Slice sql, uint32_t first_line, bool is_last) {
    Error err = {0};
    if (!slice_trim(sql).bytes) {
        bool alone = cell->govern != GOVERN_NONE;
        return !alone || statement_show_last(cell, &err) || cell_fail(cell, &err, sql, first_line);
    }
    Session *session = statement_session(cell->kernel, &err);
    if (!session) return cell_fail(cell, &err, sql, first_line);
    AUTO(Arena, arena) = {0};
    uint32_t count;
    bool unfinished;
    StatementSpan *spans = session_split(&arena, sql, &count, &unfinished);
    for (uint32_t i = 0; i < count; i++) {
        Span span = spans[i].span;
        Slice statement = slice_of(sql.data + span.start, span.stop - span.start);
        bool is_final = i + 1 == count;
        bool ran = cell_is_interrupted(cell)
                       ? error_set(&err, ERR_CANCELLED)
                       : run_one(cell, session, statement, is_final, is_last, &err);
        if (!ran) return cell_fail(cell, &err, statement, first_line + line_of(sql, span.start));
    }
    cell->govern = GOVERN_NONE;
    return true;
}

bool statement_show_last(Cell *cell, Error *err) {
    Session *session = statement_session(cell->kernel, err);
    if (!session) return false;
    AUTO_PTR(StoredResult, last) = result_store_last(cell->kernel->results);
    if (!last)
        return error_set(err, ERR_INVALID_MAGIC, "name", "chart, %export, %profile", "reason",
                         "there is no result yet", "grammar", "the magic above a query");
    if (cell->govern == GOVERN_PROFILE) {
        show_profile(cell, last->result);
        return true;
    }
    uint64_t limit = row_limit_of(cell, session, true);
    if (!result_has_more(last->result)) return show(cell, last, session, true, true, err);
    // What is held was cut for display: all rows are asked for again.
    Slice sql = slice_from_cstr(last->sql);
    Result *whole = execute_locked(cell->shell, session, cell, sql, limit, err);
    if (!whole) return false;
    AUTO_PTR(StoredResult, stored) = result_store_add(cell->kernel->results, whole, sql);
    return show(cell, stored, session, true, true, err);
}

// --- progress and expressions --------------------------------------------------------------------

bool statement_append_progress(Kernel *kernel, Text *data) {
    Session *session = atomic_load(&kernel->session);
    if (!session) return false;
    Progress progress = session_progress(session);
    if (!progress.running) return false;
    AUTO(Text, words) = {0};
    AUTO(Text, html) = {0};
    if (progress.fraction >= 0) text_printf(&words, "%.0f %% · ", progress.fraction * 100);
    if (progress.rows) {
        quantity_append_count(&words, progress.rows);
        text_append_cstr(&words, " rows · ");
    }
    if (progress.bytes) {
        quantity_append_bytes(&words, progress.bytes);
        text_append_cstr(&words, " · ");
    }
    quantity_append_duration(&words, progress.elapsed_ns);
    if (progress.seconds_left >= 0) {
        text_append_cstr(&words, " · ");
        quantity_append_duration(&words, (uint64_t)(progress.seconds_left * 1e9));
        text_append_cstr(&words, " left");
    }
    html_append_progress(progress.fraction, text_slice(&words), &html);
    text_append_cstr(data, "{\"text/plain\":");
    quote_json(data, text_slice(&words));
    text_append_cstr(data, ",\"text/html\":");
    quote_json(data, text_slice(&html));
    text_printf(data,
                ",\"application/vnd.tarn.progress+json\":{\"fraction\":%.4f,\"rows\":%llu,"
                "\"bytes\":%llu,\"elapsed_ms\":%llu}}",
                progress.fraction, (unsigned long long)progress.rows,
                (unsigned long long)progress.bytes,
                (unsigned long long)(progress.elapsed_ns / 1000000));
    return true;
}

// A query stays as it is; anything else is taken as an expression.
static void expression_query(Slice sql, Text *out) {
    static const char *const heads[] = {"SELECT", "WITH", "VALUES", "SHOW", "DESCRIBE", "FROM"};
    Slice text = slice_trim(sql);
    size_t bytes = 0;
    while (bytes < text.bytes && ((text.data[bytes] | 0x20) >= 'a') &&
           ((text.data[bytes] | 0x20) <= 'z'))
        bytes++;
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        if (!slice_equal_ignore_case(slice_first(text, bytes), slice_from_cstr(heads[i]))) continue;
        text_append(out, text);
        return;
    }
    text_append_cstr(out, "SELECT ");
    text_append(out, text);
}

static void append_value(const BundleView *view, Text *plain) {
    uint32_t columns;
    result_columns(view->result, &columns);
    if (columns == 1 && result_row_count(view->result) == 1)
        vector_append_text(&result_batch(view->result, 0)->columns[0], 0, TEXT_SHOW, view->zone,
                           plain);
    else bundle_append_plain(view, plain);
}

void statement_append_expression(Shell *shell, Slice sql, Text *out) {
    AUTO(Text, query) = {0};
    AUTO(Text, plain) = {0};
    Error err = {0};
    expression_query(sql, &query);
    AUTO_PTR(Result, result) = statement_execute(shell, text_slice(&query), DISPLAY_ROWS, &err);
    if (!result) {
        error_sentence(&err, &plain);
        text_printf(out, "{\"status\":\"error\",\"ename\":\"%s\",\"evalue\":", error_class(&err));
        quote_json(out, text_slice(&plain));
        text_append_cstr(out, ",\"traceback\":[]}");
        return;
    }
    BundleView view = {.result = result,
                       .zone = session_time_zone(atomic_load(&shell->kernel->session))};
    append_value(&view, &plain);
    text_append_cstr(out, "{\"status\":\"ok\",\"data\":{\"text/plain\":");
    quote_json(out, text_slice(&plain));
    text_append_cstr(out, "},\"metadata\":{}}");
}
