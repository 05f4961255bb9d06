// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/publish.h"
#include "base/quote.h"
#include "base/utf8.h"

#include <stdio.h>

void publisher_init(Publisher *publisher, ZmqSocket *socket, MessageSender *sender) {
    *publisher = (Publisher){.socket = socket, .sender = sender};
    snprintf(publisher->topic, sizeof publisher->topic, "kernel.%s.", sender->session);
    pthread_mutex_init(&publisher->lock, NULL);
}

void publisher_deinit(Publisher *publisher) { pthread_mutex_destroy(&publisher->lock); }

static void send_draft(Publisher *publisher, MessageDraft *draft, const char *topic_end) {
    char topic[sizeof publisher->topic + 48];
    snprintf(topic, sizeof topic, "%s%s", publisher->topic, topic_end);
    Slice frame = slice_from_cstr(topic);
    draft->identities = &frame;
    draft->identity_count = 1;
    message_send(publisher->sender, publisher->socket, draft, NULL);
}

void publish(Publisher *publisher, Slice parent, const char *type, Slice content, Slice metadata) {
    MessageDraft draft = {.type = type, .parent = parent, .metadata = metadata, .content = content};
    send_draft(publisher, &draft, type);
}

void publish_buffers(Publisher *publisher, Slice parent, const char *type, Slice content,
                     const Slice *buffers, uint32_t buffer_count) {
    MessageDraft draft = {.type = type,
                          .parent = parent,
                          .content = content,
                          .buffers = buffers,
                          .buffer_count = buffer_count};
    send_draft(publisher, &draft, type);
}

static void status(Publisher *publisher, Slice parent, const char *state) {
    char content[48];
    int bytes = snprintf(content, sizeof content, "{\"execution_state\":\"%s\"}", state);
    publisher->has_spoken = true;
    publish(publisher, parent, "status", slice_of(content, (size_t)bytes), SLICE_NONE);
}

void publish_begin(Publisher *publisher, Slice parent, bool is_execution) {
    pthread_mutex_lock(&publisher->lock);
    if (is_execution && publisher->running_count < PUBLISH_RUNNING_MAX)
        publisher->running[publisher->running_count++] = parent;
    status(publisher, parent, "busy");
    pthread_mutex_unlock(&publisher->lock);
}

void publish_end(Publisher *publisher, Slice parent, bool is_execution) {
    pthread_mutex_lock(&publisher->lock);
    if (is_execution) {
        uint32_t at = 0, count = publisher->running_count;
        while (at < count && publisher->running[at].data != parent.data) at++;
        if (at < count) {
            memmove(publisher->running + at, publisher->running + at + 1,
                    (count - at - 1) * sizeof *publisher->running);
            publisher->running_count--;
        }
    }
    status(publisher, parent, "idle");
    if (publisher->running_count) status(publisher, publisher->running[0], "busy");
    pthread_mutex_unlock(&publisher->lock);
}

void publish_welcome(Publisher *publisher, Slice topic) {
    if (!utf8_valid(topic)) return;
    AUTO(Text, content) = {0};
    text_append_cstr(&content, "{\"subscription\":");
    quote_json(&content, topic);
    text_append_char(&content, '}');
    MessageDraft draft = {.type = "iopub_welcome",
                          .identities = &topic,
                          .identity_count = 1,
                          .content = text_slice(&content)};
    message_send(publisher->sender, publisher->socket, &draft, NULL);
    pthread_mutex_lock(&publisher->lock);
    if (!publisher->has_spoken) status(publisher, SLICE_NONE, "starting");
    pthread_mutex_unlock(&publisher->lock);
}
