// SPDX-License-Identifier: Apache-2.0
// A block of memory whose size a file decides: charged to the query's budget, reused from page to
// page, and never abort: a refusal is an error.
#pragma once

#include "kernel/exec/memory.h"

typedef struct Buffer {
    uint8_t *data;   // aligned to 64
    size_t capacity; // bytes that may be used; BITS_PADDING more are readable
} Buffer;

void buffer_deinit(Buffer *buffer, MemoryAccount *account);
// Room for `bytes`, of which the first `kept` keep their content; the rest is initialised but
// unspecified. `account` may be NULL.
bool buffer_reserve(Buffer *buffer, size_t bytes, size_t kept, MemoryAccount *account,
                    Error *err) MUST_CHECK;
