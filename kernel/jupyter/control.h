// SPDX-License-Identifier: Apache-2.0
// The control channel on its own thread: shutdown, interrupt, subshells, usage.
#pragma once

#include "kernel/jupyter/state.h"

// Body of the control thread; also watches SIGINT and the parent process.
void *control_main(void *kernel);
// Answers a shutdown or interrupt request that came on the shell channel, as old clients do.
bool control_handle(Kernel *kernel, const Request *request);
