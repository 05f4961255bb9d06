// SPDX-License-Identifier: Apache-2.0
// When each version of a Delta table was committed: time travel by timestamp, and DESCRIBE HISTORY.
//
// A commit's time is its file's modification time, moved forward where it is not after the one
// before, or the in-commit timestamp from the version on where that feature was enabled.
#pragma once

#include "kernel/column/time_zone.h"
#include "kernel/lake/delta/snapshot.h"

// The newest version at or before the instant. `latest` is the table's newest snapshot (it says
// whether in-commit timestamps are on). Errors: DELTA_TIMESTAMP_EARLIER..., _GREATER....
bool delta_timeline_version_at(const DeltaLog *log, const DeltaSnapshot *latest,
                               int64_t timestamp_ms, const TimeZone *zone, int64_t *version,
                               Error *err) MUST_CHECK;

typedef struct DeltaHistoryEntry {
    int64_t version;
    int64_t timestamp_ms;
    DeltaCommitInfo commit; // strings in the arena; all empty when the commit has no commitInfo
} DeltaHistoryEntry;

// Newest first; limit 0: all. Versions whose commit file is gone are left out.
bool delta_timeline_history(const DeltaLog *log, const DeltaSnapshot *latest, uint64_t limit,
                            Arena *arena, DeltaHistoryEntry **entries, uint32_t *count,
                            Error *err) MUST_CHECK;
