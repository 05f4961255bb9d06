// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/control.h"
#include "base/quote.h"
#include "kernel/jupyter/shell.h"
#include "kernel/jupyter/usage.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static const Slice STATUS_OK = {"{\"status\":\"ok\"}", 15};

static void answer_shutdown(Kernel *kernel, const Request *request) {
    bool restart = message_flag(request->message.content, "restart", false);
    Slice content = restart ? SLICE("{\"status\":\"ok\",\"restart\":true}")
                            : SLICE("{\"status\":\"ok\",\"restart\":false}");
    publish(&kernel->publisher, request->message.parts.header, "shutdown_reply", content,
            SLICE_NONE);
    kernel_reply(kernel, request, "shutdown_reply", content, SLICE_NONE);
    kernel_stop(kernel);
}

static void answer_interrupt(Kernel *kernel, const Request *request) {
    kernel_interrupt(kernel);
    kernel_reply(kernel, request, "interrupt_reply", STATUS_OK, SLICE_NONE);
}

static void answer_create_subshell(Kernel *kernel, const Request *request) {
    Shell *shell = shell_new(kernel);
    crypto_uuid(shell->id);
    pthread_mutex_lock(&kernel->shells_lock);
    shell->next = kernel->subshells;
    kernel->subshells = shell;
    pthread_mutex_unlock(&kernel->shells_lock);
    AUTO(Text, content) = {0};
    text_printf(&content, "{\"status\":\"ok\",\"subshell_id\":\"%s\"}", shell->id);
    kernel_reply(kernel, request, "create_subshell_reply", text_slice(&content), SLICE_NONE);
}

static void answer_delete_subshell(Kernel *kernel, const Request *request) {
    Slice id = message_text(request->message.content, "subshell_id");
    pthread_mutex_lock(&kernel->shells_lock);
    Shell **place = &kernel->subshells;
    while (*place && !slice_equal_cstr(id, (*place)->id)) place = &(*place)->next;
    Shell *shell = *place;
    if (shell) *place = shell->next;
    pthread_mutex_unlock(&kernel->shells_lock);
    if (!shell) {
        kernel_reply_error(kernel, request, "delete_subshell_reply", "UnknownSubshellError",
                           "There is no such subshell.");
        return;
    }
    shell_free(shell);
    kernel_reply(kernel, request, "delete_subshell_reply", STATUS_OK, SLICE_NONE);
}

static void answer_list_subshell(Kernel *kernel, const Request *request) {
    AUTO(Text, content) = {0};
    text_append_cstr(&content, "{\"status\":\"ok\",\"subshell_id\":[");
    pthread_mutex_lock(&kernel->shells_lock);
    for (Shell *shell = kernel->subshells; shell; shell = shell->next)
        text_printf(&content, "%s\"%s\"", shell == kernel->subshells ? "" : ",", shell->id);
    pthread_mutex_unlock(&kernel->shells_lock);
    text_append_cstr(&content, "]}");
    kernel_reply(kernel, request, "list_subshell_reply", text_slice(&content), SLICE_NONE);
}

static void answer_usage(Kernel *kernel, const Request *request) {
    AUTO(Text, content) = {0};
    usage_append(&kernel->usage, &content);
    kernel_reply(kernel, request, "usage_reply", text_slice(&content), SLICE_NONE);
}

static void answer_debug(Kernel *kernel, const Request *request) {
    AUTO(Text, content) = {0};
    const json_t *asked = request->message.content;
    text_printf(&content,
                "{\"type\":\"response\",\"request_seq\":%lld,\"success\":false,\"command\":",
                (long long)message_number(asked, "seq", 0));
    quote_json(&content, message_text(asked, "command"));
    text_append_cstr(&content, ",\"message\":\"SQL cells have no debugger\",\"body\":{}}");
    kernel_reply(kernel, request, "debug_reply", text_slice(&content), SLICE_NONE);
}

static const struct {
    const char *type;
    void (*answer)(Kernel *kernel, const Request *request);
} answers[] = {
    {"kernel_info_request", kernel_info_reply},
    {"interrupt_request", answer_interrupt},
    {"shutdown_request", answer_shutdown},
    {"create_subshell_request", answer_create_subshell},
    {"delete_subshell_request", answer_delete_subshell},
    {"list_subshell_request", answer_list_subshell},
    {"usage_request", answer_usage},
    {"debug_request", answer_debug},
};

bool control_handle(Kernel *kernel, const Request *request) {
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        if (!slice_equal_cstr(request->message.type, answers[i].type)) continue;
        answers[i].answer(kernel, request);
        return true;
    }
    return false;
}

static void receive_all(Kernel *kernel) {
    Request *request;
    while (kernel_receive(kernel, PORT_CONTROL, &request)) {
        if (!request) continue;
        Slice parent = request->message.parts.header;
        publish_begin(&kernel->publisher, parent, false);
        control_handle(kernel, request);
        publish_end(&kernel->publisher, parent, false);
        request_free(request);
    }
}

void *control_main(void *argument) {
    Kernel *kernel = argument;
    struct pollfd waits[] = {
        {.fd = zmq_socket_descriptor(kernel->sockets[PORT_CONTROL]), .events = POLLIN},
        {.fd = kernel->control_waker, .events = POLLIN},
        {.fd = kernel->signal_waker, .events = POLLIN},
        {.fd = kernel->parent_descriptor, .events = POLLIN},
    };
    while (!atomic_load(&kernel->stopping)) {
        receive_all(kernel);
        if (poll(waits, COUNT_OF(waits), -1) < 0) continue;
        uint64_t count;
        if (waits[2].revents && read(kernel->signal_waker, &count, sizeof count) > 0) {
            if (count >= CONTROL_TERMINATE) kernel_stop(kernel);
            else kernel_interrupt(kernel);
        }
        if (waits[3].revents) kernel_stop(kernel);
    }
    return NULL;
}
