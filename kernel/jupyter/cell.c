// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/cell.h"
#include "base/quote.h"
#include "kernel/jupyter/display/failure.h"
#include "kernel/jupyter/lookup/lookup.h"
#include "kernel/jupyter/magic/magic.h"
#include "kernel/jupyter/magic/parameters.h"
#include "kernel/jupyter/statement.h"

#include <stdio.h>
#include <unistd.h>

enum {
    STREAM_DELAY_MICROS = 30 * 1000,
    STREAM_BYTES_MAX = 64 * 1024,
    PROGRESS_AFTER_MICROS = 500 * 1000,
    PROGRESS_EVERY_MICROS = 250 * 1000,
};

static void cell_init(Cell *cell, Shell *shell, const Request *request) {
    const json_t *content = request->message.content;
    *cell = (Cell){.kernel = shell->kernel, .shell = shell, .request = request};
    cell->parent = request->message.parts.header;
    cell->silent = message_flag(content, "silent", false);
    cell->store_history = !cell->silent && message_flag(content, "store_history", true);
    cell->allow_stdin = message_flag(content, "allow_stdin", false);
    cell->stop_on_error = message_flag(content, "stop_on_error", true);
}

static void cell_deinit(Cell *cell) {
    text_deinit(&cell->payload);
    text_deinit(&cell->reads);
    text_deinit(&cell->writes);
    text_deinit(&cell->output);
    text_deinit(&cell->stream);
    text_deinit(&cell->error_name);
    text_deinit(&cell->error_value);
    text_deinit(&cell->error_traceback);
}

AUTO_DEFINE(Cell, cell_deinit)

static void cell_publish(Cell *cell, const char *type, Slice content) {
    if (!cell->silent) publish(&cell->kernel->publisher, cell->parent, type, content, SLICE_NONE);
}

// --- output --------------------------------------------------------------------------------------

void cell_flush(Cell *cell) {
    if (!cell->stream.bytes) return;
    AUTO(Text, content) = {0};
    text_printf(&content, "{\"name\":\"%s\",\"text\":",
                cell->stream_name == STREAM_STDOUT ? "stdout" : "stderr");
    quote_json(&content, text_slice(&cell->stream));
    text_append_char(&content, '}');
    cell_publish(cell, "stream", text_slice(&content));
    text_reset(&cell->stream);
    cell->shown_count++;
}

void cell_write(Cell *cell, StreamName name, Slice text) {
    if (cell->stream_name != name) cell_flush(cell);
    int64_t now = message_now_micros();
    if (!cell->stream.bytes) cell->stream_since_micros = now;
    cell->stream_name = name;
    text_append(&cell->stream, text);
    if (cell->stream.bytes >= STREAM_BYTES_MAX ||
        now - cell->stream_since_micros >= STREAM_DELAY_MICROS)
        cell_flush(cell);
}

static void content_open(Text *content, Slice data, Slice metadata) {
    text_append_cstr(content, "{\"data\":");
    text_append(content, data.bytes ? data : SLICE("{}"));
    text_append_cstr(content, ",\"metadata\":");
    text_append(content, metadata.bytes ? metadata : SLICE("{}"));
}

void cell_display(Cell *cell, Slice data, Slice metadata, const char *display_id) {
    cell_flush(cell);
    AUTO(Text, content) = {0};
    content_open(&content, data, metadata);
    text_append_cstr(&content, ",\"transient\":{");
    if (display_id) text_printf(&content, "\"display_id\":\"%s\"", display_id);
    text_append_cstr(&content, "}}");
    cell_publish(cell, "display_data", text_slice(&content));
    cell->shown_count++;
}

void cell_update_display(Cell *cell, Slice data, const char *display_id) {
    AUTO(Text, content) = {0};
    content_open(&content, data, SLICE_NONE);
    text_printf(&content, ",\"transient\":{\"display_id\":\"%s\"}}", display_id);
    cell_publish(cell, "update_display_data", text_slice(&content));
}

void cell_result(Cell *cell, Slice data, Slice metadata, Slice plain) {
    cell_flush(cell);
    AUTO(Text, content) = {0};
    content_open(&content, data, metadata);
    text_printf(&content, ",\"execution_count\":%lld}", (long long)cell->number);
    cell_publish(cell, "execute_result", text_slice(&content));
    text_reset(&cell->output);
    text_append(&cell->output, plain);
    cell->shown_count++;
}

void cell_clear_output(Cell *cell, bool wait) {
    cell_flush(cell);
    cell_publish(cell, "clear_output", wait ? SLICE("{\"wait\":true}") : SLICE("{\"wait\":false}"));
    cell->shown_count = 0;
}

void cell_page(Cell *cell, Slice text) {
    Text *payload = &cell->payload;
    if (payload->bytes) text_append_char(payload, ',');
    text_append_cstr(payload, "{\"source\":\"page\",\"start\":0,\"data\":{\"text/plain\":");
    quote_json(payload, text);
    text_append_cstr(payload, "}}");
}

bool cell_ask(Cell *cell, Slice prompt, bool password, Text *answer, Error *err) {
    if (!cell->allow_stdin)
        return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature",
                         "input from a client that does not allow it; it is not here");
    cell_flush(cell);
    AUTO(Text, content) = {0};
    text_append_cstr(&content, "{\"prompt\":");
    quote_json(&content, prompt);
    text_printf(&content, ",\"password\":%s}", password ? "true" : "false");
    const WireParts *parts = &cell->request->message.parts;
    MessageDraft draft = {.type = "input_request",
                          .identities = parts->identities,
                          .identity_count = parts->identity_count,
                          .parent = cell->parent,
                          .content = text_slice(&content)};
    shell_request_input(cell->shell, &draft);
    Request *reply = shell_await_input(cell->shell);
    if (!reply) return error_set(err, ERR_CANCELLED);
    Slice value = message_text(reply->message.content, "value");
    bool ended = slice_equal(value, SLICE("\x04"));
    if (!ended) text_append(answer, value);
    request_free(reply);
    return !ended || error_internal(err, "the input ended before an answer was given");
}

// --- failure -------------------------------------------------------------------------------------

bool cell_is_interrupted(const Cell *cell) { return atomic_load(&cell->shell->interrupted); }

bool cell_fail(Cell *cell, const Error *err, Slice source, uint32_t first_line) {
    if (cell->failed) return false;
    cell->failed = true;
    text_append_cstr(&cell->error_name, error_class(err));
    error_sentence(err, &cell->error_value);
    failure_append_traceback(err, source, first_line, &cell->error_traceback);
    return false;
}

static void failure_append(const Cell *cell, Text *out) {
    text_append_cstr(out, "\"ename\":");
    quote_json(out, text_slice(&cell->error_name));
    text_append_cstr(out, ",\"evalue\":");
    quote_json(out, text_slice(&cell->error_value));
    text_append_cstr(out, ",\"traceback\":");
    text_append(out, text_slice(&cell->error_traceback));
}

// --- progress ------------------------------------------------------------------------------------

void cell_statement_begins(Cell *cell) {
    cell_flush(cell);
    pthread_mutex_lock(&cell->shell->lock);
    cell->statement_running = true;
    cell->statement_since_micros = message_now_micros();
    cell->progress_micros = 0;
    cell->progress_shown = false;
    pthread_mutex_unlock(&cell->shell->lock);
}

void cell_statement_ended(Cell *cell) {
    pthread_mutex_lock(&cell->shell->lock);
    cell->statement_running = false;
    bool shown = cell->progress_shown;
    pthread_mutex_unlock(&cell->shell->lock);
    if (!shown) return;
    // The bar is alone in the cell as a rule: then it goes without leaving an empty output.
    if (cell->shown_count == 0) cell_clear_output(cell, true);
    else cell_update_display(cell, SLICE("{\"text/plain\":\"\"}"), cell->progress_id);
}

void cell_show_progress(Cell *cell) {
    int64_t now = message_now_micros();
    if (!cell->statement_running || cell->silent ||
        now - cell->statement_since_micros < PROGRESS_AFTER_MICROS ||
        now - cell->progress_micros < PROGRESS_EVERY_MICROS)
        return;
    AUTO(Text, data) = {0};
    if (!statement_append_progress(cell->kernel, &data)) return;
    cell->progress_micros = now;
    if (cell->progress_shown) {
        cell_update_display(cell, text_slice(&data), cell->progress_id);
        return;
    }
    crypto_uuid(cell->progress_id);
    cell->progress_shown = true;
    uint32_t shown = cell->shown_count;
    cell_display(cell, text_slice(&data), SLICE_NONE, cell->progress_id);
    cell->shown_count = shown;
}

void cell_cancel(Cell *cell) {
    if (cell->statement_running) statement_cancel(cell->kernel);
}

// --- the request ---------------------------------------------------------------------------------

bool cell_run(Cell *cell, Slice code, bool is_last) {
    Slice parameters;
    if (parameters_match(code, cell->request->message.metadata, &parameters))
        return parameters_declare(cell, parameters);
    Slice sql = code;
    uint32_t first_line = 1;
    if (!magic_run_leading(cell, &sql, &first_line, is_last)) return false;
    return statement_run_all(cell, sql, first_line, is_last);
}

static void answer_expressions(Cell *cell, Text *out) {
    const json_t *wanted = json_object_get(cell->request->message.content, "user_expressions");
    const char *name;
    json_t *expression;
    bool follows = false;
    text_append_cstr(out, ",\"user_expressions\":{");
    json_object_foreach((json_t *)(uintptr_t)wanted, name, expression) {
        if (!json_is_string(expression)) continue;
        if (follows) text_append_char(out, ',');
        follows = true;
        quote_json(out, slice_from_cstr(name));
        text_append_char(out, ':');
        statement_append_expression(
            cell->shell, slice_of(json_string_value(expression), json_string_length(expression)),
            out);
    }
    text_append_char(out, '}');
}

static void reply_send(Cell *cell, int64_t started_micros) {
    char started[MESSAGE_DATE_BYTES];
    message_date(started_micros, started);
    AUTO(Text, content) = {0};
    AUTO(Text, metadata) = {0};
    text_printf(&content, "{\"status\":\"%s\",\"execution_count\":%lld",
                cell->failed ? "error" : "ok", (long long)cell->number);
    if (cell->failed) {
        text_append_char(&content, ',');
        failure_append(cell, &content);
    } else {
        answer_expressions(cell, &content);
    }
    text_append_cstr(&content, ",\"payload\":[");
    text_append(&content, text_slice(&cell->payload));
    text_append_cstr(&content, "]}");
    text_printf(&metadata, "{\"started\":\"%s\",\"tarn\":{\"reads\":[", started);
    text_append(&metadata, text_slice(&cell->reads));
    text_append_cstr(&metadata, "],\"writes\":[");
    text_append(&metadata, text_slice(&cell->writes));
    text_append_cstr(&metadata, "]}}");
    kernel_reply(cell->kernel, cell->request, "execute_reply", text_slice(&content),
                 text_slice(&metadata));
}

static void publish_input(Cell *cell, Slice code) {
    AUTO(Text, content) = {0};
    text_append_cstr(&content, "{\"code\":");
    quote_json(&content, code);
    text_printf(&content, ",\"execution_count\":%lld}", (long long)cell->number);
    cell_publish(cell, "execute_input", text_slice(&content));
}

static void publish_failure(Cell *cell) {
    AUTO(Text, content) = {0};
    text_append_char(&content, '{');
    failure_append(cell, &content);
    text_append_char(&content, '}');
    cell_publish(cell, "error", text_slice(&content));
}

static void cell_set_running(Shell *shell, Cell *cell) {
    pthread_mutex_lock(&shell->lock);
    shell->cell = cell;
    pthread_mutex_unlock(&shell->lock);
}

void cell_execute(Shell *shell, const Request *request) {
    AUTO(Cell, cell);
    cell_init(&cell, shell, request);
    Kernel *kernel = shell->kernel;
    Slice code = message_text(request->message.content, "code");
    int64_t started = message_now_micros();
    publish_begin(&kernel->publisher, cell.parent, true);
    cell.number = cell.store_history ? atomic_fetch_add(&kernel->execution_count, 1) + 1
                                     : atomic_load(&kernel->execution_count);
    publish_input(&cell, code);
    cell_set_running(shell, &cell);
    cell_run(&cell, code, true);
    cell_set_running(shell, NULL);
    cell_flush(&cell);
    if (cell.failed) publish_failure(&cell);
    if (cell.store_history)
        lookup_remember(kernel->lookup, cell.number, code, text_slice(&cell.output));
    if (cell.failed && cell.stop_on_error && !cell.silent) shell_abort_queue(shell);
    reply_send(&cell, started);
    publish_end(&kernel->publisher, cell.parent, true);
}
