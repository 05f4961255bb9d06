// SPDX-License-Identifier: Apache-2.0
// The Jupyter kernel: serves a connection file until it is told to shut down.
#pragma once

#include "kernel/session/session.h"

typedef struct KernelOptions {
    const char *connection_file;
    EngineOptions engine;
    SessionOptions session;
} KernelOptions;

// Returns the exit status; a kernel that cannot start sets err.
int kernel_serve(const KernelOptions *options, Error *err);
