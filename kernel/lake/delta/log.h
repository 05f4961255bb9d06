// SPDX-License-Identifier: Apache-2.0
// The files of a Delta log: which there are, and which of them make up a version.
//
// The folder's listing is the truth; `_last_checkpoint` is a hint that an embedded reader, which
// lists anyway, has no use for. A version is the newest complete checkpoint at or before it plus
// the commits behind that, where a compacted file may stand for a run of commits.
#pragma once

#include "base/arena.h"
#include "base/error.h"

typedef struct DeltaCommitFile {
    int64_t version;
    int64_t stop_version; // last version that it covers; version for a plain commit
    int64_t modified_ms;
    Slice path;
} DeltaCommitFile;

typedef struct DeltaCheckpoint {
    int64_t version;
    uint32_t part_count;  // 1 unless multi-part
    uint32_t parts_found; // == part_count when complete
    bool is_json;         // v2, N.checkpoint.<uuid>.json
    Slice *parts;         // paths in order
    Slice uuid;           // empty: classic name
} DeltaCheckpoint;

typedef struct DeltaLog {
    Slice table_path;         // folder of the table
    DeltaCommitFile *commits; // ascending by version
    size_t commit_count;
    DeltaCommitFile *compactions; // ascending by first version, wider ones first
    size_t compaction_count;
    DeltaCheckpoint *checkpoints; // ascending by version; incomplete ones included
    size_t checkpoint_count;
} DeltaLog;

typedef enum DeltaLogFileKind {
    DELTA_LOG_FILE_OTHER,
    DELTA_LOG_FILE_COMMIT,     // N.json
    DELTA_LOG_FILE_COMPACTION, // X.Y.compacted.json
    DELTA_LOG_FILE_CHECKPOINT, // N.checkpoint.parquet
    DELTA_LOG_FILE_PART,       // N.checkpoint.O.P.parquet
    DELTA_LOG_FILE_UUID,       // N.checkpoint.<uuid>.parquet or .json
} DeltaLogFileKind;

typedef struct DeltaLogName {
    DeltaLogFileKind kind;
    int64_t version;
    int64_t stop_version; // COMPACTION
    uint32_t part;        // PART: from 1
    uint32_t part_count;
    bool is_json; // UUID
    Slice uuid;
} DeltaLogName;

// By the exact patterns of the protocol; everything else (hidden files, .crc, temporary ones) is
// OTHER.
DeltaLogName delta_log_parse_name(Slice name);

// Lists <table_path>/_delta_log. DELTA_PATH_DOES_NOT_EXIST when there is no log in it.
bool delta_log_list(Arena *arena, Slice table_path, DeltaLog *log, Error *err) MUST_CHECK;
int64_t delta_log_latest(const DeltaLog *log);
// First version that can be rebuilt: 0, or the oldest complete checkpoint; -1 when none can.
int64_t delta_log_earliest(const DeltaLog *log);
// The commit file of a version, NULL when there is none.
const DeltaCommitFile *delta_log_commit(const DeltaLog *log, int64_t version);

// What rebuilds a version.
typedef struct DeltaSegment {
    int64_t version;
    const DeltaCheckpoint *checkpoint; // NULL: commits from 0 on
    const DeltaCommitFile **commits;   // ascending, compactions among them
    size_t commit_count;
} DeltaSegment;

// version -1: the latest. Errors: DELTA_VERSION_NOT_FOUND, DELTA_VERSIONS_NOT_CONTIGUOUS,
// DELTA_TRUNCATED_TRANSACTION_LOG, DELTA_MISSING_PART_FILES.
bool delta_log_segment(const DeltaLog *log, int64_t version, Arena *arena, DeltaSegment *segment,
                       Error *err) MUST_CHECK;
