// SPDX-License-Identifier: Apache-2.0
// A shell executes requests one after the other on its own thread: the main one, and subshells.
//
// When a cell fails and its request asked to stop on error, execute requests that came before the
// failure was told are answered "aborted". "Run all" over a websocket may still be on its way then,
// so a request that arrives later but is dated before the failure is aborted too.
#pragma once

#include "kernel/jupyter/state.h"

typedef struct Cell Cell;

struct Shell {
    Kernel *kernel;
    Shell *next;                    // subshells are a list
    char id[CRYPTO_UUID_BYTES + 1]; // "" is the main shell
    pthread_t thread;
    pthread_mutex_t lock; // of what is below
    pthread_cond_t changed;
    Request *first, *last;       // queue
    uint64_t last_serial;        // of the newest request that was queued
    uint64_t abort_serial;       // execute requests up to it are aborted
    int64_t abort_before_micros; // and those dated before it; 0: none
    bool stopping;
    Request *running;
    Cell *cell;                      // what executes, for progress
    bool wants_input;                // an input_request was sent
    char input_id[MESSAGE_ID_BYTES]; // its id
    Request *input;                  // its reply
    atomic_bool interrupted;         // the running request shall end
    int interrupt_waker;             // eventfd, readable while interrupted
};

Shell *shell_new(Kernel *kernel);
// Lets the running request end by an interrupt and drops the queued ones.
void shell_free(Shell *shell);
// Takes the request.
void shell_enqueue(Shell *shell, Request *request);
void shell_interrupt(Shell *shell);
bool shell_is_executing(Shell *shell);
// To be called every quarter of a second while it executes: progress of a long query.
void shell_tick(Shell *shell);
// Aborts the execute requests that are queued or on their way; call before the failure is told.
void shell_abort_queue(Shell *shell);

// Sends an input_request on stdin and then takes replies. A reply that nobody waits for, or that
// names another request as its parent, is not taken; await gives NULL when interrupted.
void shell_request_input(Shell *shell, const MessageDraft *draft);
bool shell_give_input(Shell *shell, Request *reply);
Request *shell_await_input(Shell *shell);
