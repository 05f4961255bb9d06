// SPDX-License-Identifier: Apache-2.0
// The iopub channel: what every client sees.
//
// Any thread publishes; what one thread publishes arrives in that order. publish_begin and
// publish_end stand around every request. A client's busy light is the last status it saw, so when
// a request ends while others still execute, busy is said again on behalf of one of those.
#pragma once

#include "notebook/message.h"

#include <pthread.h>

enum { PUBLISH_RUNNING_MAX = 64 };

typedef struct Publisher {
    ZmqSocket *socket;
    MessageSender *sender;
    char topic[CRYPTO_UUID_BYTES + 16]; // "kernel.<uuid>."
    pthread_mutex_t lock;               // guards what is below and the order of statuses
    bool has_spoken;                    // a status was published
    Slice running[PUBLISH_RUNNING_MAX]; // headers of the requests that execute, oldest first
    uint32_t running_count;
} Publisher;

void publisher_init(Publisher *publisher, ZmqSocket *socket, MessageSender *sender);
void publisher_deinit(Publisher *publisher);

// JSON texts; `parent` is the header of the request, empty for none.
void publish(Publisher *publisher, Slice parent, const char *type, Slice content, Slice metadata);
void publish_buffers(Publisher *publisher, Slice parent, const char *type, Slice content,
                     const Slice *buffers, uint32_t buffer_count);
// Status busy; an execution counts as running until its end.
void publish_begin(Publisher *publisher, Slice parent, bool is_execution);
void publish_end(Publisher *publisher, Slice parent, bool is_execution);
// iopub_welcome for a new subscription to `topic`; behind the first one, where nothing was said
// before, status starting.
void publish_welcome(Publisher *publisher, Slice topic);
