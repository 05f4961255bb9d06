// SPDX-License-Identifier: Apache-2.0
// The look-up thread: answers complete, inspect, is_complete and history requests in order, beside
// a running query, and writes the history. It starts with its first work.
#pragma once

#include "kernel/jupyter/state.h"

Lookup *lookup_new(Kernel *kernel);
// Finishes what is queued.
void lookup_free(Lookup *lookup);
bool lookup_accepts(Slice message_type);
// Takes the request.
void lookup_enqueue(Lookup *lookup, Request *request);
// Adds an executed cell to the history; copies.
void lookup_remember(Lookup *lookup, int64_t line, Slice input, Slice output);
