// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/comm/comm.h"
#include "base/quote.h"
#include "kernel/jupyter/comm/result_comm.h"

#include <stdlib.h>

typedef struct Comm {
    struct Comm *next;
    char *id;
    char *result_id; // the result it is about
} Comm;

struct CommTable {
    pthread_mutex_t lock;
    Comm *first;
    uint32_t count;
};

static const Slice TARGET = {"tarn.result", 11};

enum { COMMS_MAX = 10000 };

CommTable *comm_table_new(void) {
    CommTable *table = xcalloc(1, sizeof *table);
    pthread_mutex_init(&table->lock, NULL);
    return table;
}

static void comm_free(Comm *comm) {
    free(comm->id);
    free(comm->result_id);
    free(comm);
}

void comm_table_free(CommTable *table) {
    if (!table) return;
    while (table->first) {
        Comm *comm = table->first;
        table->first = comm->next;
        comm_free(comm);
    }
    pthread_mutex_destroy(&table->lock);
    free(table);
}

static Comm **comm_place(CommTable *table, Slice id) {
    Comm **place = &table->first;
    while (*place && !slice_equal_cstr(id, (*place)->id)) place = &(*place)->next;
    return place;
}

static char *slice_dup(Slice s) {
    Text text = {0};
    text_append(&text, s);
    return text_take(&text);
}

void comm_send(Kernel *kernel, Slice parent, const char *type, Slice comm_id, Slice data) {
    AUTO(Text, content) = {0};
    text_append_cstr(&content, "{\"comm_id\":");
    quote_json(&content, comm_id);
    text_append_cstr(&content, ",\"data\":");
    text_append(&content, data.bytes ? data : SLICE("{}"));
    text_append_char(&content, '}');
    publish(&kernel->publisher, parent, type, text_slice(&content), SLICE_NONE);
}

static void comm_opened(Shell *shell, const Request *request, Slice id) {
    Kernel *kernel = shell->kernel;
    const json_t *content = request->message.content;
    Slice parent = request->message.parts.header;
    Slice result = message_text(json_object_get(content, "data"), "id");
    CommTable *table = kernel->comms;
    pthread_mutex_lock(&table->lock);
    bool known = slice_equal(message_text(content, "target_name"), TARGET) && id.bytes &&
                 !*comm_place(table, id) && table->count < COMMS_MAX;
    if (known) {
        Comm *comm = xcalloc(1, sizeof *comm);
        comm->id = slice_dup(id);
        comm->result_id = slice_dup(result);
        comm->next = table->first;
        table->first = comm;
        table->count++;
    }
    pthread_mutex_unlock(&table->lock);
    if (!known) comm_send(kernel, parent, "comm_close", id, SLICE_NONE);
    else result_comm_opened(shell, parent, id, result);
}

// The result a comm is about, copied; false when there is no such comm.
static bool comm_find(CommTable *table, Slice id, bool remove, Text *result_id) {
    pthread_mutex_lock(&table->lock);
    Comm **place = comm_place(table, id), *comm = *place;
    if (comm) text_append_cstr(result_id, comm->result_id);
    if (comm && remove) {
        *place = comm->next;
        table->count--;
        comm_free(comm);
    }
    pthread_mutex_unlock(&table->lock);
    return comm != NULL;
}

void comm_receive(Shell *shell, const Request *request) {
    const Message *message = &request->message;
    Slice id = message_text(message->content, "comm_id");
    if (slice_equal(message->type, SLICE("comm_open"))) {
        comm_opened(shell, request, id);
        return;
    }
    AUTO(Text, result_id) = {0};
    bool closes = slice_equal(message->type, SLICE("comm_close"));
    if (!comm_find(shell->kernel->comms, id, closes, &result_id) || closes) return;
    result_comm_asked(shell, message->parts.header, id, text_slice(&result_id),
                      json_object_get(message->content, "data"));
}

void comm_info_reply(Kernel *kernel, const Request *request) {
    Slice target = message_text(request->message.content, "target_name");
    AUTO(Text, content) = {0};
    text_append_cstr(&content, "{\"status\":\"ok\",\"comms\":{");
    pthread_mutex_lock(&kernel->comms->lock);
    bool wanted = !target.bytes || slice_equal(target, TARGET);
    for (Comm *comm = kernel->comms->first; comm && wanted; comm = comm->next) {
        if (comm != kernel->comms->first) text_append_char(&content, ',');
        quote_json(&content, slice_from_cstr(comm->id));
        text_append_cstr(&content, ":{\"target_name\":\"tarn.result\"}");
    }
    pthread_mutex_unlock(&kernel->comms->lock);
    text_append_cstr(&content, "}}");
    kernel_reply(kernel, request, "comm_info_reply", text_slice(&content), SLICE_NONE);
}
