// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/kernel.h"
#include "kernel/jupyter/comm/comm.h"
#include "kernel/jupyter/comm/result_store.h"
#include "kernel/jupyter/control.h"
#include "kernel/jupyter/info.h"
#include "kernel/jupyter/lookup/lookup.h"
#include "kernel/jupyter/shell.h"
#include "kernel/jupyter/statement.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// How often a running cell is looked at: for its progress and to repeat an interrupt.
enum { TICK_MS = 50 };

static const ZmqKind PORT_KINDS[PORT_COUNT] = {
    [PORT_SHELL] = ZMQ_KIND_ROUTER,  [PORT_IOPUB] = ZMQ_KIND_XPUB,
    [PORT_STDIN] = ZMQ_KIND_ROUTER,  [PORT_CONTROL] = ZMQ_KIND_ROUTER,
    [PORT_HEARTBEAT] = ZMQ_KIND_REP,
};

static void waker_raise(int waker) {
    uint64_t one = 1;
    if (write(waker, &one, sizeof one) < 0) return;
}

// --- messages ------------------------------------------------------------------------------------

void request_free(Request *request) {
    if (!request) return;
    message_deinit(&request->message);
    free(request);
}

bool kernel_receive(Kernel *kernel, ConnectionPort port, Request **request) {
    Error err = {0};
    Request *received = xcalloc(1, sizeof *received);
    pthread_mutex_lock(&kernel->guard_lock);
    bool any = message_receive(kernel->sockets[port], &kernel->sender.key, &kernel->guard,
                               &received->message, &err);
    received->serial = ++kernel->serial;
    pthread_mutex_unlock(&kernel->guard_lock);
    received->port = port;
    received->received_micros = message_now_micros();
    *request = received;
    if (any && received->message.header) return true;
    free(received);
    *request = NULL;
    if (any) {
        AUTO(Text, words) = {0};
        error_message(&err, &words);
        fprintf(stderr, "tarn kernel: %s\n", text_cstr(&words));
    }
    return any;
}

void kernel_reply(Kernel *kernel, const Request *request, const char *type, Slice content,
                  Slice metadata) {
    const WireParts *parts = &request->message.parts;
    MessageDraft draft = {.type = type,
                          .identities = parts->identities,
                          .identity_count = parts->identity_count,
                          .parent = parts->header,
                          .metadata = metadata,
                          .content = content};
    message_send(&kernel->sender, kernel->sockets[request->port], &draft, NULL);
}

void kernel_reply_error(Kernel *kernel, const Request *request, const char *type, const char *name,
                        const char *value) {
    AUTO(Text, content) = {0};
    text_printf(&content,
                "{\"status\":\"error\",\"ename\":\"%s\",\"evalue\":\"%s\",\"traceback\":[]}", name,
                value);
    kernel_reply(kernel, request, type, text_slice(&content), SLICE_NONE);
}

int64_t kernel_sent_micros(Kernel *kernel, const Message *message, int64_t received_micros) {
    int64_t date;
    if (!message_date_parse(message->date, &date)) return 0;
    int64_t offset = received_micros - date;
    for (size_t i = 0; i < CLIENT_CLOCKS; i++) {
        ClientClock *clock = &kernel->clocks[i];
        if (!slice_equal_cstr(message->session, clock->session)) continue;
        clock->offset_micros = MIN(clock->offset_micros, offset);
        return date + clock->offset_micros;
    }
    ClientClock *clock = &kernel->clocks[kernel->clock_next++ % CLIENT_CLOCKS];
    snprintf(clock->session, sizeof clock->session, "%.*s", SLICE_ARGS(message->session));
    clock->offset_micros = offset;
    return received_micros;
}

// --- the poller ----------------------------------------------------------------------------------

static Shell *subshell_find(Kernel *kernel, Slice id) {
    Shell *shell = kernel->subshells;
    while (shell && !slice_equal_cstr(id, shell->id)) shell = shell->next;
    return shell;
}

// Replies to what needs neither a shell nor a look-up.
static void answer_at_once(Kernel *kernel, Request *request) {
    Slice parent = request->message.parts.header, type = request->message.type;
    publish_begin(&kernel->publisher, parent, false);
    if (slice_equal(type, SLICE("comm_info_request"))) comm_info_reply(kernel, request);
    else if (slice_equal(type, SLICE("connect_request"))) info_connect_reply(kernel, request);
    else if (!control_handle(kernel, request))
        fprintf(stderr, "tarn kernel: ignored a message of unknown type %.*s\n", SLICE_ARGS(type));
    publish_end(&kernel->publisher, parent, false);
    request_free(request);
}

static bool is_for_shell(Slice type) {
    return slice_equal(type, SLICE("execute_request")) || slice_equal(type, SLICE("comm_open")) ||
           slice_equal(type, SLICE("comm_msg")) || slice_equal(type, SLICE("comm_close"));
}

static void refuse_subshell(Kernel *kernel, Request *request) {
    Slice type = request->message.type, parent = request->message.parts.header;
    char reply[64];
    if (slice_ends_with(type, SLICE("_request"))) type.bytes -= sizeof "request" - 1;
    snprintf(reply, sizeof reply, "%.*s%s", (int)MIN(type.bytes, 40), type.data, "reply");
    publish_begin(&kernel->publisher, parent, false);
    kernel_reply_error(kernel, request, reply, "UnknownSubshellError",
                       "There is no such subshell.");
    publish_end(&kernel->publisher, parent, false);
    request_free(request);
}

static void dispatch(Kernel *kernel, Request *request) {
    Slice id = request->message.subshell_id;
    pthread_mutex_lock(&kernel->shells_lock);
    Shell *shell = id.bytes ? subshell_find(kernel, id) : kernel->main_shell;
    bool queued = shell && is_for_shell(request->message.type);
    if (queued) shell_enqueue(shell, request);
    pthread_mutex_unlock(&kernel->shells_lock);
    if (queued) return;
    if (!shell) refuse_subshell(kernel, request);
    else if (lookup_accepts(request->message.type)) lookup_enqueue(kernel->lookup, request);
    else answer_at_once(kernel, request);
}

static void receive_shell(Kernel *kernel) {
    Request *request;
    while (kernel_receive(kernel, PORT_SHELL, &request)) {
        if (!request) continue;
        request->sent_micros =
            kernel_sent_micros(kernel, &request->message, request->received_micros);
        dispatch(kernel, request);
    }
}

static void receive_input(Kernel *kernel) {
    Request *request;
    while (kernel_receive(kernel, PORT_STDIN, &request)) {
        if (!request) continue;
        bool given = false;
        if (slice_equal(request->message.type, SLICE("input_reply"))) {
            pthread_mutex_lock(&kernel->shells_lock);
            given = shell_give_input(kernel->main_shell, request);
            for (Shell *shell = kernel->subshells; shell && !given; shell = shell->next)
                given = shell_give_input(shell, request);
            pthread_mutex_unlock(&kernel->shells_lock);
        }
        if (!given) request_free(request);
    }
}

static void receive_subscriptions(Kernel *kernel) {
    for (;;) {
        AUTO(Arena, arena) = {0};
        Slice *frames;
        uint32_t count;
        if (!zmq_socket_receive(kernel->sockets[PORT_IOPUB], &arena, &frames, &count)) return;
        if (count == 1 && frames[0].bytes && frames[0].data[0] == 1)
            publish_welcome(&kernel->publisher, slice_from(frames[0], 1));
    }
}

static bool shells_tick(Kernel *kernel) {
    pthread_mutex_lock(&kernel->shells_lock);
    bool any = shell_is_executing(kernel->main_shell);
    if (any) shell_tick(kernel->main_shell);
    for (Shell *shell = kernel->subshells; shell; shell = shell->next) {
        if (!shell_is_executing(shell)) continue;
        shell_tick(shell);
        any = true;
    }
    pthread_mutex_unlock(&kernel->shells_lock);
    return any;
}

static void poller_run(Kernel *kernel) {
    struct pollfd waits[] = {
        {.fd = zmq_socket_descriptor(kernel->sockets[PORT_SHELL]), .events = POLLIN},
        {.fd = zmq_socket_descriptor(kernel->sockets[PORT_IOPUB]), .events = POLLIN},
        {.fd = zmq_socket_descriptor(kernel->sockets[PORT_STDIN]), .events = POLLIN},
        {.fd = kernel->poller_waker, .events = POLLIN},
    };
    while (!atomic_load(&kernel->stopping)) {
        receive_shell(kernel);
        receive_subscriptions(kernel);
        receive_input(kernel);
        int timeout_ms = shells_tick(kernel) ? TICK_MS : -1;
        if (poll(waits, COUNT_OF(waits), timeout_ms) < 0) continue;
        uint64_t count;
        if (waits[3].revents && read(kernel->poller_waker, &count, sizeof count) < 0) continue;
    }
}

// --- start and end -------------------------------------------------------------------------------

void kernel_interrupt(Kernel *kernel) {
    pthread_mutex_lock(&kernel->shells_lock);
    shell_interrupt(kernel->main_shell);
    for (Shell *shell = kernel->subshells; shell; shell = shell->next) shell_interrupt(shell);
    pthread_mutex_unlock(&kernel->shells_lock);
}

void kernel_stop(Kernel *kernel) {
    atomic_store(&kernel->stopping, true);
    waker_raise(kernel->poller_waker);
    waker_raise(kernel->control_waker);
}

static bool socket_open(Kernel *kernel, ConnectionPort port, Error *err) {
    Connection *connection = &kernel->connection;
    ZmqSocket *socket = zmq_socket_open(kernel->context, PORT_KINDS[port], err);
    kernel->sockets[port] = socket;
    return socket &&
           (!connection->secret_key.bytes ||
            zmq_socket_encrypt_server(socket, connection->public_key, connection->secret_key,
                                      err)) &&
           zmq_socket_bind(socket, connection_endpoint(connection, port), err);
}

static void *heartbeat_main(void *argument) {
    zmq_socket_echo(argument);
    return NULL;
}

// A signal's handler may only write to a descriptor; it finds it here.
static volatile sig_atomic_t signal_descriptor = -1;

static void on_signal(int number) {
    int saved = errno;
    uint64_t value = number == SIGTERM ? CONTROL_TERMINATE : CONTROL_INTERRUPT;
    if (write((int)signal_descriptor, &value, sizeof value) < 0) errno = saved;
    errno = saved;
}

static void signals_install(Kernel *kernel) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    signal_descriptor = kernel->signal_waker;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

// A descriptor that becomes readable when the process that started this kernel ends.
static int parent_watch(void) {
    const char *text = getenv("JPY_PARENT_PID");
    int64_t pid;
    if (!text || !slice_to_i64(slice_from_cstr(text), &pid) || pid <= 1) return -1;
    return (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
}

static bool kernel_open(Kernel *kernel, const KernelOptions *options, Error *err) {
    kernel->parent_descriptor = -1;
    kernel->engine_options = options->engine;
    kernel->session_options = options->session;
    kernel->poller_waker = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    kernel->control_waker = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    kernel->signal_waker = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&kernel->guard_lock, NULL);
    pthread_mutex_init(&kernel->shells_lock, NULL);
    pthread_mutex_init(&kernel->session_lock, NULL);
    pthread_mutex_init(&kernel->engine_lock, NULL);
    if (!connection_read(&kernel->connection, options->connection_file, err)) return false;
    message_sender_init(&kernel->sender, kernel->connection.key, "tarn");
    if (!(kernel->context = zmq_context_open(err))) return false;
    for (ConnectionPort port = 0; port < PORT_COUNT; port++)
        if (!socket_open(kernel, port, err)) return false;
    publisher_init(&kernel->publisher, kernel->sockets[PORT_IOPUB], &kernel->sender);
    return true;
}

static void kernel_start(Kernel *kernel) {
    static const ConnectionPort polled[] = {PORT_SHELL, PORT_IOPUB, PORT_STDIN};
    for (size_t i = 0; i < COUNT_OF(polled); i++)
        zmq_socket_set_waker(kernel->sockets[polled[i]], kernel->poller_waker);
    signals_install(kernel);
    kernel->parent_descriptor = parent_watch();
    kernel->comms = comm_table_new();
    kernel->results = result_store_new();
    kernel->lookup = lookup_new(kernel);
    kernel->main_shell = shell_new(kernel);
    pthread_create(&kernel->heartbeat_thread, NULL, heartbeat_main,
                   kernel->sockets[PORT_HEARTBEAT]);
    pthread_create(&kernel->control_thread, NULL, control_main, kernel);
}

// Joins the threads in the order in which they depend on each other.
static void kernel_finish(Kernel *kernel) {
    pthread_join(kernel->control_thread, NULL);
    while (kernel->subshells) {
        Shell *shell = kernel->subshells;
        kernel->subshells = shell->next;
        shell_free(shell);
    }
    shell_free(kernel->main_shell);
    lookup_free(kernel->lookup);
    zmq_socket_set_waker(kernel->sockets[PORT_IOPUB], -1);
}

static void kernel_close(Kernel *kernel) {
    result_store_free(kernel->results);
    comm_table_free(kernel->comms);
    statement_close(kernel);
    for (int port = 0; port < PORT_COUNT; port++)
        if (port != PORT_HEARTBEAT) zmq_socket_close(kernel->sockets[port]);
    zmq_context_stop(kernel->context);
    if (kernel->heartbeat_thread) pthread_join(kernel->heartbeat_thread, NULL);
    zmq_socket_close(kernel->sockets[PORT_HEARTBEAT]);
    zmq_context_close(kernel->context);
    connection_deinit(&kernel->connection);
    wire_guard_deinit(&kernel->guard);
    publisher_deinit(&kernel->publisher);
    close(kernel->poller_waker);
    close(kernel->control_waker);
    close(kernel->signal_waker);
    if (kernel->parent_descriptor >= 0) close(kernel->parent_descriptor);
}

int kernel_serve(const KernelOptions *options, Error *err) {
    Kernel *kernel = xcalloc(1, sizeof *kernel);
    bool open = kernel_open(kernel, options, err);
    if (open) {
        kernel_start(kernel);
        poller_run(kernel);
        kernel_finish(kernel);
    }
    kernel_close(kernel);
    free(kernel);
    return open ? 0 : 1;
}
