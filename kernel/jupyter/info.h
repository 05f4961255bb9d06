// SPDX-License-Identifier: Apache-2.0
// What the kernel says of itself.
#pragma once

#include "kernel/jupyter/state.h"

// connect_reply: the five ports (deprecated, cheap).
void info_connect_reply(Kernel *kernel, const Request *request);
