// SPDX-License-Identifier: Apache-2.0
// The control channel on its own thread: shutdown, interrupt, subshells, usage.
#pragma once

#include "kernel/jupyter/state.h"

// What a signal adds to the eventfd that the control thread watches: interrupts are counted below
// the first termination.
#define CONTROL_INTERRUPT ((uint64_t)1)
#define CONTROL_TERMINATE ((uint64_t)1 << 32)

// Body of the control thread; also watches signals and the parent process.
void *control_main(void *kernel);
// Answers a shutdown or interrupt request that came on the shell channel, as old clients do.
bool control_handle(Kernel *kernel, const Request *request);
