// SPDX-License-Identifier: Apache-2.0
// A queue of jobs; a job is one task to be run for each of its indexes.
//
// Workers take the next index of the oldest job that has one left. The caller takes indexes of its
// own job too, so a job ends even when every worker is busy elsewhere. A call from within a task
// runs all indexes on its own thread. Tasks must therefore not wait for one another's start.
#include "base/thread_pool.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct Job {
    void (*task)(void *context, uint32_t index);
    void *context;
    uint32_t count;
    uint32_t taken;    // indexes given out
    uint32_t finished; // indexes that have run
    struct Job *next;
} Job;

struct ThreadPool {
    pthread_mutex_t lock;   // guards everything below
    pthread_cond_t arrived; // a job came, or the pool closes
    pthread_cond_t done;    // some job's last index has run
    Job *first;             // jobs with indexes left, oldest first
    bool is_closing;
    uint32_t threads;
    uint32_t started; // workers that exist
    pthread_t workers[LIMIT_THREADS];
};

static _Thread_local bool inside_task;

ThreadPool *thread_pool_new(uint32_t threads) {
    ThreadPool *pool = xcalloc(1, sizeof *pool);
    pool->threads = threads < 1 ? 1 : MIN(threads, (uint32_t)LIMIT_THREADS);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->arrived, NULL);
    pthread_cond_init(&pool->done, NULL);
    return pool;
}

void thread_pool_free(ThreadPool *pool) {
    if (!pool) return;
    pthread_mutex_lock(&pool->lock);
    pool->is_closing = true;
    pthread_cond_broadcast(&pool->arrived);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i < pool->started; i++) pthread_join(pool->workers[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->arrived);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

uint32_t thread_pool_threads(const ThreadPool *pool) { return pool->threads; }

// With the lock held: the next index of the job; unlinks it when that was the last.
static uint32_t job_take(ThreadPool *pool, Job *job) {
    uint32_t index = job->taken++;
    if (job->taken < job->count) return index;
    Job **link = &pool->first;
    while (*link && *link != job) link = &(*link)->next;
    if (*link) *link = job->next;
    return index;
}

// With the lock held, which is given up while the task runs.
static void job_run_one(ThreadPool *pool, Job *job) {
    uint32_t index = job_take(pool, job);
    pthread_mutex_unlock(&pool->lock);
    inside_task = true;
    job->task(job->context, index);
    inside_task = false;
    pthread_mutex_lock(&pool->lock);
    if (++job->finished == job->count) pthread_cond_broadcast(&pool->done);
}

static void *worker_main(void *argument) {
    ThreadPool *pool = argument;
    pthread_mutex_lock(&pool->lock);
    while (!pool->is_closing) {
        if (pool->first) job_run_one(pool, pool->first);
        else pthread_cond_wait(&pool->arrived, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

// With the lock held. A thread that cannot be started is not missed: the caller does its share.
static void start_workers(ThreadPool *pool, uint32_t wanted) {
    wanted = MIN(wanted, pool->threads - 1);
    while (pool->started < wanted &&
           pthread_create(&pool->workers[pool->started], NULL, worker_main, pool) == 0)
        pool->started++;
}

void thread_pool_run(ThreadPool *pool, void (*task)(void *context, uint32_t index), void *context,
                     uint32_t count) {
    if (inside_task || count <= 1 || pool->threads == 1) {
        for (uint32_t i = 0; i < count; i++) task(context, i);
        return;
    }
    Job job = {.task = task, .context = context, .count = count};
    pthread_mutex_lock(&pool->lock);
    start_workers(pool, count - 1);
    Job **link = &pool->first;
    while (*link) link = &(*link)->next;
    *link = &job;
    pthread_cond_broadcast(&pool->arrived);
    while (job.taken < job.count) job_run_one(pool, &job);
    while (job.finished < job.count) pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}
