// SPDX-License-Identifier: Apache-2.0
// A Delta table at one version: protocol, metadata and live files, rebuilt from its log.
//
// Replay goes from the newest action to the oldest and keeps the first word on everything: a set of
// the logical files seen decides which adds are live. Checkpoint rows come last and are only looked
// up, never inserted. Immutable once made, shared by reference count, thread-safe.
#pragma once

#include "kernel/lake/delta/action.h"
#include "kernel/lake/delta/log.h"

#include <stdatomic.h>

typedef struct DeltaFile {
    Slice path;  // as the log has it
    Slice stats; // JSON text, empty: none
    int64_t size_bytes;
    int64_t modified_ms;
    int64_t row_count;                   // stats' numRecords, deleted rows included; -1: unknown
    const DeltaVectorDescriptor *vector; // NULL: none
    uint32_t partition;                  // index of DeltaSnapshot.partitions
} DeltaFile;

typedef struct DeltaSnapshot {
    atomic_uint references;
    Arena arena;      // of everything below but `files`
    Slice table_path; // folder
    int64_t version;
    DeltaProtocol protocol;
    DeltaMetadata metadata;
    DeltaFile *files; // in log order: checkpoint, then commits as they came
    size_t file_count;
    Slice *partitions; // distinct partitionValues, JSON objects as they stand
    uint32_t partition_count;
    DeltaDomain *domains; // live ones
    uint32_t domain_count;
    int64_t last_modified_ms; // of the version's commit, -1: unknown
} DeltaSnapshot;

// Rebuilds a version (-1: the latest) and checks that it can be read: an unknown reader feature or
// version is refused before anything depends on it.
DeltaSnapshot *delta_snapshot_open(const DeltaLog *log, int64_t version, Error *err) MUST_CHECK;
// From actions alone, for tests: `texts` are commits 0, 1, ... of a table without folder.
DeltaSnapshot *delta_snapshot_from_commits(const Slice *texts, size_t count, Error *err) MUST_CHECK;
DeltaSnapshot *delta_snapshot_ref(DeltaSnapshot *snapshot);
void delta_snapshot_unref(DeltaSnapshot *snapshot); // accepts NULL

// Refuses what this reader does not know, by name.
bool delta_protocol_check_read(const DeltaProtocol *protocol, Slice table_path,
                               Error *err) MUST_CHECK;
// The feature is in force for readers: by version, or listed.
bool delta_protocol_supports(const DeltaProtocol *protocol, const char *feature);
// numRecords of a stats text, -1 when it has none.
int64_t delta_stats_row_count(Slice stats);

AUTO_PTR_DEFINE(DeltaSnapshot, delta_snapshot_unref)
