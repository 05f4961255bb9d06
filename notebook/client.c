// SPDX-License-Identifier: Apache-2.0
#include "notebook/client.h"
#include "base/quote.h"
#include "notebook/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    START_TIMEOUT_MS = 60000,
    STOP_TIMEOUT_MS = 3000,
    PAUSE_MS = 100,
    IDLE_WAIT_MS = 4000, // for status idle after the reply
};

struct Client {
    char name[64];
    bool interrupts_by_message;
    char folder[64]; // private, holds the connection file
    char file[96];
    Connection connection;
    Process *process;
    ZmqContext *context;
    ZmqSocket *shell;
    ZmqSocket *control;
    ZmqSocket *iopub;
    MessageSender sender;
    Message info; // kernel_info_reply
};

static bool died(const Client *client, Error *err, const char *reason) {
    return error_set(err, ERR_KERNEL_DIED, "name", client->name, "reason", reason);
}

// --- starting ------------------------------------------------------------------------------------

// Ports that are free now, all held until the last one is known.
static bool ports_choose(int ports[PORT_COUNT], Error *err) {
    int held[PORT_COUNT];
    bool chosen = true;
    for (int i = 0; i < PORT_COUNT; i++) {
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t bytes = sizeof address;
        held[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        chosen = chosen && held[i] >= 0 &&
                 bind(held[i], (struct sockaddr *)&address, sizeof address) == 0 &&
                 getsockname(held[i], (struct sockaddr *)&address, &bytes) == 0;
        ports[i] = ntohs(address.sin_port);
    }
    int number = errno;
    for (int i = 0; i < PORT_COUNT; i++)
        if (held[i] >= 0) close(held[i]);
    return chosen || error_io(err, "127.0.0.1", number);
}

static bool connection_make(Client *client, Error *err) {
    char key[CRYPTO_UUID_BYTES + 1];
    const char *base = getenv("XDG_RUNTIME_DIR");
    snprintf(client->folder, sizeof client->folder, "%s/tarn-XXXXXX",
             base && strlen(base) < 32 ? base : "/tmp");
    if (!mkdtemp(client->folder)) {
        int number = errno;
        bool failed = error_io(err, client->folder, number);
        client->folder[0] = '\0';
        return failed;
    }
    snprintf(client->file, sizeof client->file, "%s/kernel.json", client->folder);
    crypto_uuid(key);
    Arena *arena = &client->connection.arena;
    client->connection.ip = SLICE("127.0.0.1");
    client->connection.key = arena_copy(arena, slice_from_cstr(key));
    message_sender_init(&client->sender, client->connection.key, "tarn");
    return ports_choose(client->connection.ports, err) &&
           connection_write(&client->connection, client->file, client->name, err);
}

static ZmqSocket *socket_connect(Client *client, ZmqKind kind, ConnectionPort port, Error *err) {
    ZmqSocket *socket = zmq_socket_open(client->context, kind, err);
    if (!socket) return NULL;
    if (kind == ZMQ_KIND_SUB) zmq_socket_subscribe(socket, SLICE(""));
    if (kind == ZMQ_KIND_DEALER)
        zmq_socket_set_identity(socket, slice_from_cstr(client->sender.session));
    if (zmq_socket_connect(socket, connection_endpoint(&client->connection, port), err))
        return socket;
    zmq_socket_close(socket);
    return NULL;
}

// libzmq waits 100 ms between two tries to connect: so the port is tried first.
static bool port_wait(Client *client, Error *err) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port =
                                      htons((uint16_t)client->connection.ports[PORT_HEARTBEAT])};
    for (int waited_ms = 0; waited_ms < START_TIMEOUT_MS; waited_ms += 2) {
        int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bool open = connect(probe, (struct sockaddr *)&address, sizeof address) == 0;
        close(probe);
        if (open) return true;
        if (process_wait(client->process, 2) >= 0) return died(client, err, "ended at its start");
    }
    return died(client, err, "did not start to listen");
}

static bool request_send(Client *client, ZmqSocket *socket, const char *type, Slice content,
                         Slice metadata, char *id) {
    MessageDraft draft = {.type = type, .content = content, .metadata = metadata};
    return message_send(&client->sender, socket, &draft, id);
}

static bool answers(const Message *message, const char *id) {
    return slice_equal_cstr(message_text(message->parent, "msg_id"), id);
}

// The next message within the time; false: none.
static bool receive(Client *client, ZmqSocket *socket, int timeout_ms, Message *message) {
    Error ignored = {0};
    if (!zmq_socket_wait(socket, timeout_ms)) return false;
    return message_receive(socket, &client->sender.key, NULL, message, &ignored) && message->header;
}

// kernel_info until it is answered and iopub has said something, so that no output is lost.
static bool info_wait(Client *client, Error *err) {
    bool published = false;
    char id[MESSAGE_ID_BYTES] = "";
    for (int waited_ms = 0; waited_ms < START_TIMEOUT_MS; waited_ms += PAUSE_MS) {
        Message message;
        if (!client->info.header || !published)
            request_send(client, client->shell, "kernel_info_request", SLICE_NONE, SLICE_NONE, id);
        while (!client->info.header && receive(client, client->shell, PAUSE_MS, &message)) {
            if (slice_equal(message.type, SLICE("kernel_info_reply"))) client->info = message;
            else message_deinit(&message);
        }
        while (!published && receive(client, client->iopub, PAUSE_MS, &message)) {
            published = true;
            message_deinit(&message);
        }
        if (client->info.header && published) return true;
        if (process_wait(client->process, 0) >= 0) return died(client, err, "ended at its start");
    }
    return died(client, err, "does not answer");
}

static bool start(Client *client, const ProcessOptions *options, Error *err) {
    return (client->process = process_start(options, err)) && port_wait(client, err) &&
           (client->context = zmq_context_open(err)) &&
           (client->shell = socket_connect(client, ZMQ_KIND_DEALER, PORT_SHELL, err)) &&
           (client->control = socket_connect(client, ZMQ_KIND_DEALER, PORT_CONTROL, err)) &&
           (client->iopub = socket_connect(client, ZMQ_KIND_SUB, PORT_IOPUB, err)) &&
           info_wait(client, err);
}

static Client *client_new(const char *name) {
    Client *client = xcalloc(1, sizeof *client);
    snprintf(client->name, sizeof client->name, "%s", name);
    return client;
}

Client *client_start(const Kernelspec *spec, const char *folder, Error *err) {
    AUTO(Arena, arena) = {0};
    const char *slash = strrchr(spec->folder.data, '/');
    Client *client = client_new(slash ? slash + 1 : "kernel");
    client->interrupts_by_message = kernelspec_interrupts_by_message(spec);
    const char **argv = NULL;
    if (connection_make(client, err)) argv = kernelspec_argv(spec, client->file, &arena, err);
    ProcessOptions options = {.argv = argv, .folder = folder};
    options.environment = kernelspec_environment(spec, &arena);
    if (argv && start(client, &options, err)) return client;
    client_free(client);
    return NULL;
}

Client *client_start_command(const char *const *argv_before_file, const char *name,
                             const char *folder, Error *err) {
    AUTO(Arena, arena) = {0};
    Client *client = client_new(name);
    client->interrupts_by_message = true;
    const char **argv = NULL;
    size_t count = 0;
    for (const char *word; (word = argv_before_file[count]);) ARENA_PUSH(&arena, argv, count, word);
    bool made = connection_make(client, err);
    ARENA_PUSH(&arena, argv, count, client->file);
    ARENA_PUSH(&arena, argv, count, NULL);
    ProcessOptions options = {.argv = argv, .folder = folder};
    if (made && start(client, &options, err)) return client;
    client_free(client);
    return NULL;
}

const json_t *client_kernel_info(const Client *client) { return client->info.content; }

// --- cells ---------------------------------------------------------------------------------------

static void interrupt(Client *client) {
    if (client->interrupts_by_message)
        request_send(client, client->control, "interrupt_request", SLICE_NONE, SLICE_NONE, NULL);
    else process_signal(client->process, SIGINT);
}

typedef struct Run {
    char id[MESSAGE_ID_BYTES];
    bool replied;
    bool idle;
    bool failed;
} Run;

static void take_published(Client *client, Run *run, const ClientEvents *events) {
    Message message;
    while (receive(client, client->iopub, 0, &message)) {
        if (answers(&message, run->id)) {
            Slice state = message_text(message.content, "execution_state");
            run->idle |=
                slice_equal(message.type, SLICE("status")) && slice_equal(state, SLICE("idle"));
            events->published(events->context, &message);
        }
        message_deinit(&message);
    }
}

static void take_replies(Client *client, Run *run) {
    Message message;
    while (receive(client, client->shell, 0, &message)) {
        if (answers(&message, run->id)) {
            run->replied = true;
            run->failed = !slice_equal(message_text(message.content, "status"), SLICE("ok"));
        }
        message_deinit(&message);
    }
}

static bool run_wait(Client *client, Run *run, const ClientEvents *events, Error *err) {
    struct pollfd waits[] = {
        {.fd = zmq_socket_descriptor(client->iopub), .events = POLLIN},
        {.fd = zmq_socket_descriptor(client->shell), .events = POLLIN},
    };
    bool cancelled = false;
    for (int after_reply_ms = 0; !run->replied || !run->idle;) {
        take_published(client, run, events);
        take_replies(client, run);
        if (run->replied && run->idle) break;
        if (poll(waits, COUNT_OF(waits), PAUSE_MS) == 0 && run->replied &&
            (after_reply_ms += PAUSE_MS) > IDLE_WAIT_MS)
            break;
        if (!cancelled && events->is_cancelled && events->is_cancelled(events->context)) {
            cancelled = true;
            interrupt(client);
        }
        if (!run->replied && process_wait(client->process, 0) >= 0)
            return died(client, err, "died while it ran a cell");
    }
    return true;
}

bool client_execute(Client *client, Slice code, const json_t *metadata, const ClientEvents *events,
                    bool *failed, Error *err) {
    AUTO(Text, content) = {0};
    text_append_cstr(&content, "{\"code\":");
    quote_json(&content, code);
    text_append_cstr(&content, ",\"silent\":false,\"store_history\":true,\"user_expressions\":{},"
                               "\"allow_stdin\":false,\"stop_on_error\":true}");
    char *given = metadata ? json_dumps(metadata, JSON_COMPACT) : NULL;
    Run run = {0};
    request_send(client, client->shell, "execute_request", text_slice(&content),
                 slice_from_cstr(given), run.id);
    free(given);
    bool ended = run_wait(client, &run, events, err);
    *failed = run.failed;
    return ended;
}

void client_free(Client *client) {
    if (!client) return;
    if (client->process && client->control && process_wait(client->process, 0) < 0) {
        request_send(client, client->control, "shutdown_request", SLICE("{\"restart\":false}"),
                     SLICE_NONE, NULL);
        if (process_wait(client->process, STOP_TIMEOUT_MS) < 0)
            process_signal(client->process, SIGTERM);
    }
    process_free(client->process);
    message_deinit(&client->info);
    zmq_socket_close(client->shell);
    zmq_socket_close(client->control);
    zmq_socket_close(client->iopub);
    zmq_context_close(client->context);
    if (client->file[0]) unlink(client->file);
    if (client->folder[0]) rmdir(client->folder);
    connection_deinit(&client->connection);
    free(client);
}
