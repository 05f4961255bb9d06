// SPDX-License-Identifier: Apache-2.0
// What the kernel and its host use, for usage_reply (read by jupyter-resource-usage).
#pragma once

#include "base/text.h"

// What was measured last, to tell the load since then. Zero at the start.
typedef struct Usage {
    double wall_seconds;
    double cpu_seconds;
} Usage;

// The content of usage_reply, a JSON object.
void usage_append(Usage *last, Text *out);
