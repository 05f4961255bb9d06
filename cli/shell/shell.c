// SPDX-License-Identifier: Apache-2.0
#include "cli/shell/shell.h"

#include "base/utf8.h"
#include "cli/shell/progress.h"
#include "kernel/session/complete.h"
#include "kernel/session/render/table_text.h"
#include "platform/line_editor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

// --- showing
// -------------------------------------------------------------------------------------------

static bool fits_terminal(Slice text) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_row) return true;
    uint32_t lines = 0;
    Slice rest = text, line;
    while (slice_split(&rest, '\n', &line)) {
        if (utf8_width(line) > size.ws_col || ++lines >= size.ws_row) return false;
    }
    return true;
}

void shell_show(const Shell *shell, Slice text) {
    if (shell->output_path) {
        FILE *file = fopen(shell->output_path, "ae");
        bool ok = file && fwrite(text.data, 1, text.bytes, file) == text.bytes;
        if (file && fclose(file) != 0) ok = false;
        if (!ok) fprintf(stderr, "cannot write %s: %s\n", shell->output_path, strerror(errno));
        return;
    }
    FILE *pager = NULL;
    if (shell->use_pager && isatty(STDOUT_FILENO) && !fits_terminal(text)) {
        const char *wished = getenv("PAGER");
        setenv("LESS", "-FRSX", 0);
        signal(SIGPIPE, SIG_IGN);
        pager = popen(wished && *wished ? wished : "less", "w");
    }
    fwrite(text.data, 1, text.bytes, pager ? pager : stdout);
    if (pager) pclose(pager);
    fflush(stdout);
}

static void append_expanded(const Result *result, const TimeZone *zone, Text *out) {
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    size_t widest = 0;
    for (uint32_t i = 0; i < count; i++) widest = MAX(widest, utf8_width(columns[i].name));
    uint64_t number = 1;
    for (uint32_t b = 0; b < result_batch_count(result); b++) {
        const Batch *batch = result_batch(result, b);
        for (uint32_t r = 0; r < batch->row_count; r++) {
            text_printf(out, "-- row %llu --\n", (unsigned long long)number++);
            for (uint32_t i = 0; i < count; i++) {
                text_append(out, columns[i].name);
                text_append_repeat(out, ' ', widest - utf8_width(columns[i].name));
                text_append(out, SLICE(" \u2502 "));
                vector_append_text(&batch->columns[i], r, TEXT_SHOW, zone, out);
                text_append_char(out, '\n');
            }
        }
    }
    text_append_char(out, '(');
    table_text_append_count(result, out);
    text_append(out, SLICE(")\n"));
}

static void show_result(const Shell *shell, const Result *result) {
    AUTO(Text, out) = {0};
    const TimeZone *zone = session_time_zone(shell->session);
    uint64_t width = 0;
    Slice setting = session_setting(shell->session, SLICE("tarn.display.cell.width"));
    if (!slice_to_u64(setting, &width)) width = 80;
    TableTextOptions options = {.value_width = (uint32_t)width};
    if (result_kind(result) == RESULT_ROWS) {
        if (shell->is_expanded) append_expanded(result, zone, &out);
        else if (shell->format == OUTPUT_TABLE) table_text_append(result, zone, &options, &out);
        else output_append(result, shell->format, zone, &out);
    } else {
        text_append(&out, SLICE("OK\n"));
    }
    if (shell->is_timing)
        text_printf(&out, "Time: %.3f ms\n", (double)result_metrics(result)->elapsed_ns / 1e6);
    shell_show(shell, text_slice(&out));
}

// --- running
// -------------------------------------------------------------------------------------------

static Session *running_session;

static void cancel_running(int number) {
    (void)number;
    if (running_session) session_cancel(running_session);
}

static bool execute_one(Shell *shell, Slice statement) {
    struct sigaction action = {.sa_handler = cancel_running}, before;
    sigemptyset(&action.sa_mask);
    uint64_t limit = 0;
    Slice rows = session_setting(shell->session, SLICE("tarn.display.rows"));
    if (!slice_to_u64(rows, &limit)) limit = 1000;
    ExecuteOptions options = {.row_limit = shell->format == OUTPUT_TABLE ? limit : 0};
    Error err = {0};
    ProgressBar bar;
    running_session = shell->session;
    sigaction(SIGINT, &action, &before);
    progress_bar_start(&bar, shell->session);
    AUTO_PTR(Result, result) = session_execute(shell->session, statement, &options, &err);
    progress_bar_stop(&bar);
    sigaction(SIGINT, &before, NULL);
    running_session = NULL;
    if (result) {
        show_result(shell, result);
        return true;
    }
    AUTO(Text, message) = {0};
    error_message(&err, &message);
    bool colour = isatty(STDERR_FILENO);
    fprintf(stderr, "%s%s%s\n", colour ? "\033[31m" : "", text_cstr(&message),
            colour ? "\033[0m" : "");
    return false;
}

bool shell_execute(Shell *shell, Slice text) {
    AUTO(Arena, arena) = {0};
    uint32_t count;
    bool unfinished;
    StatementSpan *spans = session_split(&arena, text, &count, &unfinished);
    for (uint32_t i = 0; i < count; i++) {
        Span span = spans[i].span;
        if (!execute_one(shell, slice_of(text.data + span.start, span.stop - span.start)))
            return false;
    }
    return true;
}

// --- reading
// -------------------------------------------------------------------------------------------

typedef struct Reading {
    Shell *shell;
    Text pending; // lines of an unfinished statement
} Reading;

static void complete(void *user, Slice line, size_t cursor, size_t *start,
                     void (*add)(void *context, Slice text), void *context) {
    Reading *reading = user;
    AUTO(Arena, arena) = {0};
    Slice text = arena_join(&arena, text_slice(&reading->pending), line);
    CompletionList list;
    session_complete(reading->shell->session, &arena, text, reading->pending.bytes + cursor, &list);
    *start = list.start >= reading->pending.bytes ? list.start - reading->pending.bytes : cursor;
    for (uint32_t i = 0; i < list.count; i++) add(context, list.items[i].text);
}

static bool is_whole(Slice text) {
    AUTO(Arena, arena) = {0};
    uint32_t count;
    bool unfinished;
    StatementSpan *spans = session_split(&arena, text, &count, &unfinished);
    return !unfinished && (!count || spans[count - 1].has_semicolon);
}

static void history_path(Text *path) {
    const char *data = getenv("XDG_DATA_HOME");
    if (data && *data) text_printf(path, "%s/tarn/shell_history", data);
    else text_printf(path, "%s/.local/share/tarn/shell_history", getenv("HOME") ?: ".");
}

static void take_line(Reading *reading, LineEditor *editor, Slice line) {
    Text *pending = &reading->pending;
    if (!pending->bytes) {
        Slice trimmed = slice_trim(line);
        if (!trimmed.bytes) return;
        if (trimmed.data[0] == '\\' || slice_equal(trimmed, SLICE("quit")) ||
            slice_equal(trimmed, SLICE("exit"))) {
            line_editor_remember(editor, trimmed);
            shell_command(reading->shell, trimmed);
            return;
        }
    }
    text_append(pending, line);
    text_append_char(pending, '\n');
    if (!is_whole(text_slice(pending))) return;
    line_editor_remember(editor, slice_trim(text_slice(pending)));
    shell_execute(reading->shell, text_slice(pending));
    text_reset(pending);
}

bool shell_run(Session *session, bool timing) {
    Shell shell = {.session = session, .is_timing = timing, .use_pager = true};
    Reading reading = {.shell = &shell};
    AUTO(Text, path) = {0};
    history_path(&path);
    LineEditor *editor = line_editor_new(text_cstr(&path), complete, &reading);
    puts("Tarn " TARN_VERSION ". Statements end at ';', \\? helps, \\q leaves.");
    while (!shell.done) {
        AUTO(Text, line) = {0};
        bool interrupted;
        bool more = line_editor_read(editor, reading.pending.bytes ? "   -> " : "tarn> ", &line,
                                     &interrupted);
        if (interrupted) text_reset(&reading.pending);
        else if (!more) break;
        else take_line(&reading, editor, text_slice(&line));
    }
    line_editor_free(editor);
    text_deinit(&reading.pending);
    free(shell.output_path);
    return true;
}
