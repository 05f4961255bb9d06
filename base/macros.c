// SPDX-License-Identifier: Apache-2.0
#include "base/macros.h"

#include <stdio.h>
#include <stdlib.h>

void assert_failed(const char *condition, const char *file, int line) {
    fprintf(stderr, "tarn: internal error: %s does not hold (%s:%d)\n", condition, file, line);
    abort();
}

void out_of_memory(size_t bytes) {
    fprintf(stderr, "tarn: out of memory (%zu bytes)\n", bytes);
    abort();
}

void *xmalloc(size_t bytes) {
    void *block = malloc(bytes ? bytes : 1);
    if (UNLIKELY(!block)) out_of_memory(bytes);
    return block;
}

void *xcalloc(size_t count, size_t bytes) {
    void *block = calloc(count ? count : 1, bytes ? bytes : 1);
    if (UNLIKELY(!block)) out_of_memory(bytes);
    return block;
}

void *xrealloc(void *block, size_t bytes) {
    void *moved = realloc(block, bytes ? bytes : 1);
    if (UNLIKELY(!moved)) out_of_memory(bytes);
    return moved;
}
