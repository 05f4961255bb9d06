// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/snapshot_cache.h"

#include <pthread.h>
#include <stdlib.h>

// Few and large: what a notebook works with, and some versions of it. The oldest use goes first.
enum { ENTRIES_MAX = 32 };

struct DeltaSnapshotCache {
    pthread_mutex_t lock; // around the entries
    DeltaSnapshot *entries[ENTRIES_MAX];
    uint64_t used[ENTRIES_MAX]; // tick of the last use
    uint64_t tick;
};

DeltaSnapshotCache *delta_snapshot_cache_new(void) {
    DeltaSnapshotCache *cache = xcalloc(1, sizeof *cache);
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void delta_snapshot_cache_free(DeltaSnapshotCache *cache) {
    if (!cache) return;
    for (int i = 0; i < ENTRIES_MAX; i++) delta_snapshot_unref(cache->entries[i]);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static bool is_same(const DeltaSnapshot *snapshot, const DeltaLog *log, int64_t version) {
    const DeltaCommitFile *commit = delta_log_commit(log, version);
    return snapshot->version == version && slice_equal(snapshot->table_path, log->table_path) &&
           snapshot->last_modified_ms == (commit ? commit->modified_ms : -1);
}

static DeltaSnapshot *find(DeltaSnapshotCache *cache, const DeltaLog *log, int64_t version) {
    DeltaSnapshot *found = NULL;
    pthread_mutex_lock(&cache->lock);
    for (int i = 0; i < ENTRIES_MAX && !found; i++) {
        if (!cache->entries[i] || !is_same(cache->entries[i], log, version)) continue;
        cache->used[i] = ++cache->tick;
        found = delta_snapshot_ref(cache->entries[i]);
    }
    pthread_mutex_unlock(&cache->lock);
    return found;
}

static void keep(DeltaSnapshotCache *cache, DeltaSnapshot *snapshot) {
    pthread_mutex_lock(&cache->lock);
    int place = 0;
    for (int i = 0; i < ENTRIES_MAX; i++)
        if (cache->used[i] < cache->used[place]) place = i;
    DeltaSnapshot *old = cache->entries[place];
    cache->entries[place] = delta_snapshot_ref(snapshot);
    cache->used[place] = ++cache->tick;
    pthread_mutex_unlock(&cache->lock);
    delta_snapshot_unref(old);
}

DeltaSnapshot *delta_snapshot_cache_open(DeltaSnapshotCache *cache, const DeltaLog *log,
                                         int64_t version, Error *err) {
    if (version == -1) version = delta_log_latest(log);
    DeltaSnapshot *snapshot = cache ? find(cache, log, version) : NULL;
    if (snapshot) return snapshot;
    snapshot = delta_snapshot_open(log, version, err);
    if (snapshot && cache) keep(cache, snapshot);
    return snapshot;
}
