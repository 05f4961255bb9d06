// SPDX-License-Identifier: Apache-2.0
// What could stand at the cursor, what stands there, and whether a cell is whole.
//
// For the look-up thread: reads names while a query may run.
#pragma once

#include "kernel/jupyter/statement.h"

// The content of complete_reply; `cursor` is a byte offset.
void completion_append(Kernel *kernel, Slice code, size_t cursor, Text *out);
// The content of inspect_reply.
void completion_append_inspection(Kernel *kernel, Slice code, size_t cursor, bool detailed,
                                  Text *out);

CompletionState completion_check(Kernel *kernel, Slice code);
