// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/comm/result_comm.h"
#include "base/quote.h"
#include "kernel/jupyter/comm/comm.h"
#include "kernel/jupyter/comm/result_rows.h"
#include "kernel/jupyter/comm/result_store.h"
#include "kernel/jupyter/display/bundle.h"
#include "kernel/jupyter/display/export.h"
#include "kernel/jupyter/statement.h"

#include <stdlib.h>

enum { PAGE_ROWS = 100, PAGE_ROWS_MAX = 10000, CONDITIONS_MAX = 64, WHOLE_ROWS_MAX = 1000000 };

// One question on its way to its answer.
typedef struct Question {
    Shell *shell;
    StoredResult *stored;
    const json_t *data;
    const TimeZone *zone;
    Arena arena;
    ResultRows rows; // filtered and sorted as asked
    Text answer;     // members of the answer behind op and request
} Question;

// --- what is asked -------------------------------------------------------------------------------

static bool refuse(Error *err, const char *reason) {
    return error_set(err, ERR_INVALID_PARAMETERS, "reason", reason);
}

// A column by its name or its number.
static bool column_read(const Result *result, const json_t *member, uint32_t *column, Error *err) {
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    if (json_is_integer(member)) {
        json_int_t number = json_integer_value(member);
        *column = (uint32_t)number;
        return (number >= 0 && number < (json_int_t)count) ||
               refuse(err, "there is no column of this number");
    }
    Slice name = slice_of(json_string_value(member), json_string_length(member));
    for (*column = 0; name.data && *column < count; ++*column)
        if (slice_equal(columns[*column].name, name)) return true;
    return refuse(err, "there is no such column");
}

static bool test_read(const json_t *condition, RowTest *test, Error *err) {
    static const char *const names[] = {
        [TEST_EQUAL] = "=",           [TEST_NOT_EQUAL] = "!=", [TEST_LESS] = "<",
        [TEST_LESS_EQUAL] = "<=",     [TEST_GREATER] = ">",    [TEST_GREATER_EQUAL] = ">=",
        [TEST_CONTAINS] = "contains", [TEST_NULL] = "null",    [TEST_NOT_NULL] = "notnull"};
    Slice name = message_text(condition, "test");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!slice_equal_cstr(name, names[i])) continue;
        *test = (RowTest)i;
        return true;
    }
    return refuse(err, "the test of a filter is unknown");
}

// A value of JSON as the text that its column's type reads.
static Slice value_text(Arena *arena, const json_t *value) {
    if (json_is_string(value)) return slice_of(json_string_value(value), json_string_length(value));
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) : NULL;
    Slice copy = text ? arena_copy(arena, slice_from_cstr(text)) : SLICE("");
    free(text);
    return copy;
}

static bool filters_apply(Question *question, Error *err) {
    const json_t *list = json_object_get(question->data, "filter");
    if (json_array_size(list) > CONDITIONS_MAX) return refuse(err, "there are too many filters");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *condition = json_array_get(list, i);
        RowFilter filter;
        if (!column_read(question->rows.result, json_object_get(condition, "column"),
                         &filter.column, err) ||
            !test_read(condition, &filter.test, err))
            return false;
        filter.value = value_text(&question->arena, json_object_get(condition, "value"));
        if (!result_rows_filter(&question->rows, &filter, question->zone, &question->arena, err))
            return false;
    }
    return true;
}

static bool order_apply(Question *question, Error *err) {
    const json_t *list = json_object_get(question->data, "sort");
    RowOrder orders[CONDITIONS_MAX];
    uint32_t count = 0, columns;
    if (json_array_size(list) > CONDITIONS_MAX) return refuse(err, "there are too many orders");
    const ResultColumn *column = result_columns(question->rows.result, &columns);
    for (; count < json_array_size(list); count++) {
        const json_t *order = json_array_get(list, count);
        if (!column_read(question->rows.result, json_object_get(order, "column"),
                         &orders[count].column, err))
            return false;
        if (!type_is_orderable(column[orders[count].column].type))
            return refuse(err, "values of this column have no order");
        orders[count].descending = message_flag(order, "descending", false);
    }
    result_rows_sort(&question->rows, orders, count);
    return true;
}

// All rows of the result, or as many as a comm may hold: fetched once when the display cut them.
static const Result *whole_result(Question *question, Error *err) {
    StoredResult *stored = question->stored;
    if (!result_has_more(stored->result)) return stored->result;
    pthread_mutex_lock(&stored->lock);
    if (!stored->whole)
        stored->whole =
            statement_execute(question->shell, slice_from_cstr(stored->sql), WHOLE_ROWS_MAX, err);
    const Result *whole = stored->whole;
    pthread_mutex_unlock(&stored->lock);
    return whole;
}

static bool reads_changed(const Result *shown, const Result *whole) {
    uint32_t before, after;
    const TableRead *old = result_reads(shown, &before), *now = result_reads(whole, &after);
    if (before != after) return true;
    for (uint32_t i = 0; i < before; i++)
        if (old[i].version != now[i].version || !slice_equal(old[i].name, now[i].name)) return true;
    return false;
}

static bool rows_prepare(Question *question, bool sorted, Error *err) {
    const Result *result = whole_result(question, err);
    if (!result) return false;
    result_rows_init(&question->rows, result, &question->arena);
    return filters_apply(question, err) && (!sorted || order_apply(question, err));
}

// --- answers -------------------------------------------------------------------------------------

static bool answer_page(Question *question, Error *err) {
    if (!rows_prepare(question, true, err)) return false;
    const ResultRows *rows = &question->rows;
    int64_t offset = message_number(question->data, "offset", 0);
    int64_t limit = message_number(question->data, "limit", PAGE_ROWS);
    if (offset < 0 || limit < 0) return refuse(err, "offset and limit are not negative");
    uint64_t start = MIN((uint64_t)offset, rows->count);
    Text *out = &question->answer;
    text_append_cstr(out, ",\"rows\":[");
    result_rows_append(rows, start, MIN((uint64_t)limit, (uint64_t)PAGE_ROWS_MAX), question->zone,
                       out);
    text_printf(out, "],\"offset\":%llu,\"total\":%llu,\"more\":%s,\"changed\":%s",
                (unsigned long long)start, (unsigned long long)rows->count,
                result_has_more(rows->result) ? "true" : "false",
                reads_changed(question->stored->result, rows->result) ? "true" : "false");
    return true;
}

static bool answer_statistics(Question *question, Error *err) {
    uint32_t column;
    if (!rows_prepare(question, false, err) ||
        !column_read(question->rows.result, json_object_get(question->data, "column"), &column,
                     err))
        return false;
    text_append_char(&question->answer, ',');
    result_rows_append_statistics(&question->rows, column, question->zone, &question->arena,
                                  &question->answer);
    return true;
}

static bool answer_export(Question *question, Error *err) {
    if (!rows_prepare(question, true, err)) return false;
    ExportView view = {.result = question->rows.result,
                       .zone = question->zone,
                       .places = question->rows.places,
                       .count = question->rows.count};
    AUTO(Text, words) = {0};
    if (!export_result(&view, message_text(question->data, "path"), &words, err)) return false;
    text_append_cstr(&question->answer, ",\"words\":");
    quote_json(&question->answer, text_slice(&words));
    return true;
}

static const struct {
    const char *op;
    bool (*answer)(Question *question, Error *err);
} answers[] = {{"page", answer_page}, {"statistics", answer_statistics}, {"export", answer_export}};

static bool answer(Question *question, Error *err) {
    Slice op = message_text(question->data, "op");
    for (size_t i = 0; i < COUNT_OF(answers); i++)
        if (slice_equal_cstr(op, answers[i].op)) return answers[i].answer(question, err);
    return refuse(err, "the op is unknown");
}

static void append_request(const json_t *data, const char *op, Text *out) {
    json_t *request = json_object_get(data, "request");
    char *text = request ? json_dumps(request, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    text_append_cstr(out, "{\"op\":");
    quote_json(out, slice_from_cstr(op));
    text_append_cstr(out, ",\"request\":");
    text_append_cstr(out, text ? text : "null");
    free(text);
}

void result_comm_asked(Shell *shell, Slice parent, Slice comm_id, Slice result_id,
                       const json_t *data) {
    AUTO_PTR(StoredResult, stored) = result_store_find(shell->kernel->results, result_id);
    if (!stored) {
        comm_send(shell->kernel, parent, "comm_close", comm_id, SLICE_NONE);
        return;
    }
    Error err = {0};
    AUTO(Text, reply) = {0};
    Question question = {.shell = shell, .stored = stored, .data = data};
    Session *session = statement_session(shell->kernel, &err);
    question.zone = session ? session_time_zone(session) : NULL;
    if (session && answer(&question, &err)) {
        append_request(data, json_string_value(json_object_get(data, "op")), &reply);
        text_append(&reply, text_slice(&question.answer));
    } else {
        AUTO(Text, sentence) = {0};
        error_sentence(&err, &sentence);
        append_request(data, "error", &reply);
        text_printf(&reply, ",\"ename\":\"%s\",\"evalue\":", error_class(&err));
        quote_json(&reply, text_slice(&sentence));
    }
    text_append_char(&reply, '}');
    comm_send(shell->kernel, parent, "comm_msg", comm_id, text_slice(&reply));
    text_deinit(&question.answer);
    arena_deinit(&question.arena);
}

void result_comm_opened(Shell *shell, Slice parent, Slice comm_id, Slice result_id) {
    AUTO_PTR(StoredResult, stored) = result_store_find(shell->kernel->results, result_id);
    if (!stored) {
        comm_send(shell->kernel, parent, "comm_close", comm_id, SLICE_NONE);
        return;
    }
    AUTO(Text, reply) = {0};
    text_append_cstr(&reply, "{\"op\":\"opened\",\"schema\":[");
    bundle_append_schema(stored->result, &reply);
    text_printf(&reply, "],\"rows\":%llu,\"more\":%s}",
                (unsigned long long)result_row_count(stored->result),
                result_has_more(stored->result) ? "true" : "false");
    comm_send(shell->kernel, parent, "comm_msg", comm_id, text_slice(&reply));
}
