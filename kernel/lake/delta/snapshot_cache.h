// SPDX-License-Identifier: Apache-2.0
// Snapshots by table and version, shared by all sessions. Thread-safe.
#pragma once

#include "kernel/lake/delta/snapshot.h"

typedef struct DeltaSnapshotCache DeltaSnapshotCache;

DeltaSnapshotCache *delta_snapshot_cache_new(void);
void delta_snapshot_cache_free(DeltaSnapshotCache *cache); // accepts NULL

// A version of the table (-1: the latest) from the cache, else rebuilt and kept. An entry counts
// only while the version's commit file has the time it had: a table made anew is not mistaken. The
// caller unrefs. `cache` may be NULL.
DeltaSnapshot *delta_snapshot_cache_open(DeltaSnapshotCache *cache, const DeltaLog *log,
                                         int64_t version, Error *err) MUST_CHECK;
