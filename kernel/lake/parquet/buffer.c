// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/buffer.h"

#include "kernel/lake/parquet/encoding/bits.h"

#include <stdlib.h>

enum { BUFFER_ALIGN = 64, BUFFER_MIN_BYTES = 4096 };

void buffer_deinit(Buffer *buffer, MemoryAccount *account) {
    if (account && buffer->capacity) memory_release(account, buffer->capacity);
    free(buffer->data);
    *buffer = (Buffer){0};
}

bool buffer_reserve(Buffer *buffer, size_t bytes, size_t kept, MemoryAccount *account, Error *err) {
    if (LIKELY(bytes <= buffer->capacity && buffer->data)) return true;
    size_t capacity = MAX(bytes, (size_t)BUFFER_MIN_BYTES);
    // What grows while it is filled grows geometrically.
    if (kept > 0) capacity = MAX(capacity, buffer->capacity + buffer->capacity / 2);
    if (account && !memory_reserve(account, capacity)) {
        return memory_fail(account, "Parquet scan", err);
    }
    size_t whole = (capacity + BITS_PADDING + BUFFER_ALIGN - 1) / BUFFER_ALIGN * BUFFER_ALIGN;
    uint8_t *data = aligned_alloc(BUFFER_ALIGN, whole);
    if (!data) {
        if (account) memory_release(account, capacity);
        return error_internal(err, "no memory for a Parquet page of %zu bytes", bytes);
    }
    if (kept > 0) memcpy(data, buffer->data, kept);
    memset(data + kept, 0, MIN(whole - kept, (size_t)BUFFER_MIN_BYTES));
    memset(data + whole - BUFFER_ALIGN, 0, BUFFER_ALIGN);
    buffer_deinit(buffer, account);
    *buffer = (Buffer){data, capacity};
    return true;
}
