// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/lookup/lookup.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "kernel/jupyter/lookup/completion.h"
#include "kernel/jupyter/lookup/history.h"

#include <stdio.h>
#include <stdlib.h>

// Work of the thread: a request, or a cell for the history.
typedef struct Job {
    struct Job *next;
    Request *request; // NULL: a cell
    int64_t line;
    Text input;
    Text output;
} Job;

struct Lookup {
    Kernel *kernel;
    pthread_t thread;
    pthread_mutex_t lock; // of what is below
    pthread_cond_t changed;
    Job *first, *last;
    bool started;
    bool stopping;
    History *history; // the thread's, opened on first use
};

// The code's part before the cursor, which counts code points.
static size_t cursor_offset(const json_t *content, Slice code) {
    int64_t cursor = message_number(content, "cursor_pos", -1);
    return cursor < 0 ? code.bytes : utf8_offset(code, (size_t)cursor);
}

static void answer_complete(Lookup *lookup, const Request *request) {
    const json_t *content = request->message.content;
    Slice code = message_text(content, "code");
    AUTO(Text, reply) = {0};
    completion_append(lookup->kernel, code, cursor_offset(content, code), &reply);
    kernel_reply(lookup->kernel, request, "complete_reply", text_slice(&reply), SLICE_NONE);
}

static void answer_inspect(Lookup *lookup, const Request *request) {
    const json_t *content = request->message.content;
    Slice code = message_text(content, "code");
    AUTO(Text, reply) = {0};
    completion_append_inspection(lookup->kernel, code, cursor_offset(content, code),
                                 message_number(content, "detail_level", 0) > 0, &reply);
    kernel_reply(lookup->kernel, request, "inspect_reply", text_slice(&reply), SLICE_NONE);
}

static void answer_is_complete(Lookup *lookup, const Request *request) {
    Slice code = message_text(request->message.content, "code");
    static const char *const replies[] = {
        [COMPLETE_YES] = "{\"status\":\"complete\"}",
        [COMPLETE_NOT_YET] = "{\"status\":\"incomplete\",\"indent\":\"  \"}",
        [COMPLETE_NEVER] = "{\"status\":\"invalid\"}",
    };
    Slice content = slice_from_cstr(replies[completion_check(lookup->kernel, code)]);
    kernel_reply(lookup->kernel, request, "is_complete_reply", content, SLICE_NONE);
}

static History *history_of(Lookup *lookup) {
    if (lookup->history) return lookup->history;
    Error err = {0};
    lookup->history = history_open(&err);
    if (error_is_set(&err)) {
        AUTO(Text, words) = {0};
        error_message(&err, &words);
        fprintf(stderr, "tarn kernel: the history is not kept: %s\n", text_cstr(&words));
    }
    return lookup->history;
}

static void answer_history(Lookup *lookup, const Request *request) {
    const json_t *content = request->message.content;
    Slice access = message_text(content, "hist_access_type");
    HistoryQuery query = {
        .access = slice_equal(access, SLICE("range"))    ? HISTORY_RANGE
                  : slice_equal(access, SLICE("search")) ? HISTORY_SEARCH
                                                         : HISTORY_TAIL,
        .session = message_number(content, "session", 0),
        .start = message_number(content, "start", 0),
        .stop = message_number(content, "stop", 0),
        .count = message_number(content, "n", -1),
        .pattern = message_text(content, "pattern"),
        .with_output = message_flag(content, "output", false),
        .unique = message_flag(content, "unique", false),
    };
    if (!query.pattern.bytes) query.pattern = SLICE("*");
    AUTO(Text, reply) = {0};
    Error err = {0};
    text_append_cstr(&reply, "{\"status\":\"ok\",\"history\":[");
    History *history = history_of(lookup);
    if (history && !history_append(history, &query, &reply, &err)) {
        kernel_reply_error(lookup->kernel, request, "history_reply", error_class(&err),
                           "The history could not be read.");
        return;
    }
    text_append_cstr(&reply, "]}");
    kernel_reply(lookup->kernel, request, "history_reply", text_slice(&reply), SLICE_NONE);
}

static const struct {
    const char *type;
    void (*answer)(Lookup *lookup, const Request *request);
} answers[] = {
    {"complete_request", answer_complete},
    {"inspect_request", answer_inspect},
    {"is_complete_request", answer_is_complete},
    {"history_request", answer_history},
};

bool lookup_accepts(Slice message_type) {
    for (size_t i = 0; i < COUNT_OF(answers); i++)
        if (slice_equal_cstr(message_type, answers[i].type)) return true;
    return false;
}

static void job_free(Job *job) {
    request_free(job->request);
    text_deinit(&job->input);
    text_deinit(&job->output);
    free(job);
}

static void job_run(Lookup *lookup, Job *job) {
    if (!job->request) {
        History *history = history_of(lookup);
        if (history)
            history_add(history, job->line, text_slice(&job->input), text_slice(&job->output));
        return;
    }
    Publisher *publisher = &lookup->kernel->publisher;
    Slice parent = job->request->message.parts.header;
    publish_begin(publisher, parent, false);
    for (size_t i = 0; i < COUNT_OF(answers); i++)
        if (slice_equal_cstr(job->request->message.type, answers[i].type))
            answers[i].answer(lookup, job->request);
    publish_end(publisher, parent, false);
}

static Job *job_take(Lookup *lookup) {
    pthread_mutex_lock(&lookup->lock);
    while (!lookup->first && !lookup->stopping) pthread_cond_wait(&lookup->changed, &lookup->lock);
    Job *job = lookup->first;
    if (job) {
        lookup->first = job->next;
        if (!lookup->first) lookup->last = NULL;
    }
    pthread_mutex_unlock(&lookup->lock);
    return job;
}

static void *lookup_main(void *argument) {
    Lookup *lookup = argument;
    for (Job *job; (job = job_take(lookup));) {
        job_run(lookup, job);
        job_free(job);
    }
    return NULL;
}

Lookup *lookup_new(Kernel *kernel) {
    Lookup *lookup = xcalloc(1, sizeof *lookup);
    lookup->kernel = kernel;
    pthread_mutex_init(&lookup->lock, NULL);
    pthread_cond_init(&lookup->changed, NULL);
    return lookup;
}

void lookup_free(Lookup *lookup) {
    if (!lookup) return;
    pthread_mutex_lock(&lookup->lock);
    lookup->stopping = true;
    pthread_cond_signal(&lookup->changed);
    pthread_mutex_unlock(&lookup->lock);
    if (lookup->started) pthread_join(lookup->thread, NULL);
    history_close(lookup->history);
    pthread_cond_destroy(&lookup->changed);
    pthread_mutex_destroy(&lookup->lock);
    free(lookup);
}

static void job_add(Lookup *lookup, Job *job) {
    pthread_mutex_lock(&lookup->lock);
    if (lookup->last) lookup->last->next = job;
    else lookup->first = job;
    lookup->last = job;
    if (!lookup->started)
        lookup->started = pthread_create(&lookup->thread, NULL, lookup_main, lookup) == 0;
    pthread_cond_signal(&lookup->changed);
    pthread_mutex_unlock(&lookup->lock);
}

void lookup_enqueue(Lookup *lookup, Request *request) {
    Job *job = xcalloc(1, sizeof *job);
    job->request = request;
    job_add(lookup, job);
}

void lookup_remember(Lookup *lookup, int64_t line, Slice input, Slice output) {
    if (!slice_trim(input).bytes) return;
    Job *job = xcalloc(1, sizeof *job);
    job->line = line;
    text_append(&job->input, input);
    text_append(&job->output, output);
    job_add(lookup, job);
}
