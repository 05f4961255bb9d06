// SPDX-License-Identifier: Apache-2.0
// The client's side of the Jupyter protocol: starts a kernel and runs cells on it.
//
// The kernel listens on loopback ports; its connection file lies in a private folder. For one
// thread.
#pragma once

#include "notebook/kernelspec.h"
#include "platform/process.h"

typedef struct Client Client;

// What happens while a cell runs.
typedef struct ClientEvents {
    void *context;
    // An iopub message of the cell, status included.
    void (*published)(void *context, const Message *message);
    // Asked every ClientEvents.pause_ms (100): true interrupts the cell.
    bool (*is_cancelled)(void *context);
} ClientEvents;

// Starts a kernel in `folder` (NULL: the current one) and waits until it answers.
Client *client_start(const Kernelspec *spec, const char *folder, Error *err) MUST_CHECK;
// The same with a command of our own.
Client *client_start_command(const char *const *argv_before_file, const char *name,
                             const char *folder, Error *err) MUST_CHECK;
// Content of its kernel_info_reply.
const json_t *client_kernel_info(const Client *client);
// Runs a cell to its end: reply and status idle have come. `metadata` may be NULL. False: the
// kernel is gone.
bool client_execute(Client *client, Slice code, const json_t *metadata, const ClientEvents *events,
                    bool *failed, Error *err) MUST_CHECK;
// Asks the kernel to shut down, and ends it when it does not.
void client_free(Client *client);

AUTO_PTR_DEFINE(Client, client_free)
