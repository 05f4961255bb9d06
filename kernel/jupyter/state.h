// SPDX-License-Identifier: Apache-2.0
// What the kernel's threads share.
//
// The threads: the poller (kernel.c) receives on shell, stdin and iopub and hands requests on; the
// control thread (control.c); the heartbeat; the look-up thread (lookup.c) answers completion,
// inspection and history beside a running query; each shell (shell.c), the main one and one per
// subshell, executes its requests in order. Every thread sends by itself: sockets lock.
#pragma once

#include "kernel/jupyter/publish.h"
#include "kernel/jupyter/usage.h"
#include "kernel/session/session.h"
#include "notebook/connection.h"

typedef struct Shell Shell;
typedef struct Lookup Lookup;
typedef struct CommTable CommTable;
typedef struct ResultStore ResultStore;

// A received message on its way through a queue.
typedef struct Request Request;
struct Request {
    Request *next;
    Message message;
    ConnectionPort port;
    int64_t received_micros; // unix time
    int64_t sent_micros;     // the header's date on our clock; 0: unknown
    uint64_t serial;         // order of arrival
};

// Clock of a client, to compare its dates with ours: the least (received - date) seen.
typedef struct ClientClock {
    char session[64];
    int64_t offset_micros;
} ClientClock;

enum { CLIENT_CLOCKS = 16 };

typedef struct Kernel {
    Connection connection;
    ZmqContext *context;
    ZmqSocket *sockets[PORT_COUNT];
    MessageSender sender;
    Publisher publisher;
    pthread_mutex_t guard_lock; // of guard
    WireGuard guard;
    int poller_waker; // eventfds
    int control_waker;
    int signal_waker;      // raised by SIGINT and SIGTERM
    int parent_descriptor; // pidfd of the parent, or -1
    pthread_t control_thread;
    pthread_t heartbeat_thread;
    atomic_bool stopping;
    Usage usage;                       // the control thread's
    ClientClock clocks[CLIENT_CLOCKS]; // the poller's
    uint32_t clock_next;
    uint64_t serial;

    pthread_mutex_t shells_lock; // of the list of subshells
    Shell *main_shell;
    Shell *subshells;
    Lookup *lookup;
    CommTable *comms;
    ResultStore *results;
    atomic_int_fast64_t execution_count;

    pthread_mutex_t session_lock; // held while a statement executes
    pthread_mutex_t engine_lock;  // guards making engine and session
    Engine *engine;               // made at the first statement
    _Atomic(Session *) session;
    EngineOptions engine_options;
    SessionOptions session_options;
} Kernel;

// Sends a reply on the socket the request came from.
void kernel_reply(Kernel *kernel, const Request *request, const char *type, Slice content,
                  Slice metadata);
// {"status":"error","ename":...}: ename and evalue as given, an empty traceback.
void kernel_reply_error(Kernel *kernel, const Request *request, const char *type, const char *name,
                        const char *value);
// Interrupts whatever executes.
void kernel_interrupt(Kernel *kernel);
// When a client's message was sent, by our clock; 0 without a date. For the poller only.
int64_t kernel_sent_micros(Kernel *kernel, const Message *message, int64_t received_micros);
// Ends the process's work: every thread comes to its end. Any thread may call it.
void kernel_stop(Kernel *kernel);
// kernel_info_reply, on shell and control.
void kernel_info_reply(Kernel *kernel, const Request *request);
// Receives one message of a port; false: none. A refused one is logged and dropped: *request NULL.
bool kernel_receive(Kernel *kernel, ConnectionPort port, Request **request);
void request_free(Request *request);
