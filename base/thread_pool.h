// SPDX-License-Identifier: Apache-2.0
// Worker threads that run tasks; made once per process, started on first use.
#pragma once

#include "base/macros.h"

typedef struct ThreadPool ThreadPool;

// `threads` workers at most (the caller of thread_pool_run works too, so threads - 1 are started).
ThreadPool *thread_pool_new(uint32_t threads);
void thread_pool_free(ThreadPool *pool); // waits for running tasks
uint32_t thread_pool_threads(const ThreadPool *pool);
// Runs task(context, i) for i in 0..count-1, one worker each, the caller among them (i = 0), and
// returns when all have. Several callers may do so at once; a nested call runs on its own thread.
void thread_pool_run(ThreadPool *pool, void (*task)(void *context, uint32_t index), void *context,
                     uint32_t count);
