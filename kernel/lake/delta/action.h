// SPDX-License-Identifier: Apache-2.0
// Actions of a Delta log: what one JSON line of a commit says.
//
// Strings are slices of the line or, where they had escapes, of the arena. What the reader does not
// know is left out, as the protocol demands; a known member of a wrong type is an error.
#pragma once

#include "base/json.h"

typedef struct DeltaProtocol {
    int32_t min_reader_version;
    int32_t min_writer_version;
    bool has_reader_features;
    bool has_writer_features;
    Slice *reader_features;
    uint32_t reader_feature_count;
    Slice *writer_features;
    uint32_t writer_feature_count;
} DeltaProtocol;

typedef struct DeltaPair {
    Slice name;
    Slice value; // value.data NULL: null
} DeltaPair;

typedef struct DeltaMetadata {
    Slice id, name, description;
    Slice provider;      // format.provider
    Slice schema_string; // JSON; data NULL: not set
    Slice *partition_columns;
    uint32_t partition_column_count;
    DeltaPair *configuration;
    uint32_t configuration_count;
    int64_t created_ms; // -1: unknown
} DeltaMetadata;

typedef struct DeltaVectorDescriptor {
    char storage; // 'u', 'p', 'i'; 0: no deletion vector
    bool has_offset;
    int32_t offset;       // bytes into the file
    int32_t size_bytes;   // of the serialised set
    int64_t cardinality;  // deleted rows
    Slice path_or_inline; // as the log has it
} DeltaVectorDescriptor;

// An add or remove.
typedef struct DeltaFileAction {
    Slice path;             // as the log has it: percent-encoded, relative to the table or absolute
    Slice partition_values; // JSON object; data NULL: none
    Slice stats;            // JSON text; data NULL: none
    int64_t size_bytes;
    int64_t modified_ms;
    DeltaVectorDescriptor vector;
} DeltaFileAction;

typedef struct DeltaTransaction {
    Slice app_id;
    int64_t version;
} DeltaTransaction;

typedef struct DeltaDomain {
    Slice domain;
    Slice configuration;
    bool removed;
} DeltaDomain;

typedef struct DeltaCommitInfo {
    int64_t timestamp_ms;           // -1: none
    int64_t in_commit_timestamp_ms; // -1: none
    int64_t read_version;           // -1: none
    Slice user_id, user_name, operation, isolation_level, user_metadata, engine_info;
    Slice parameters_json, metrics_json; // as they stand, data NULL: none
    bool has_blind_append, is_blind_append;
} DeltaCommitInfo;

typedef enum DeltaActionKind {
    DELTA_ACTION_OTHER, // unknown, cdc, checkpointMetadata
    DELTA_ACTION_ADD,
    DELTA_ACTION_REMOVE,
    DELTA_ACTION_METADATA,
    DELTA_ACTION_PROTOCOL,
    DELTA_ACTION_TRANSACTION,
    DELTA_ACTION_DOMAIN,
    DELTA_ACTION_COMMIT_INFO,
    DELTA_ACTION_SIDECAR, // path: a file under _sidecars/; only in v2 checkpoints
} DeltaActionKind;

typedef struct DeltaAction {
    DeltaActionKind kind;
    union {
        DeltaFileAction file; // ADD, REMOVE
        DeltaMetadata metadata;
        DeltaProtocol protocol;
        DeltaTransaction transaction;
        DeltaDomain domain;
        DeltaCommitInfo commit;
        Slice sidecar;
    };
} DeltaAction;

// Reads the actions of a log file one by one (JSON lines; values spread over lines are accepted).
typedef struct DeltaActionReader {
    JsonReader json;
    Arena *arena;
    Slice path;         // for messages
    const char *member; // member whose type was wrong, for messages
} DeltaActionReader;

// Checks UTF-8 of the whole text. `path`, `text` and the arena outlive what is read.
bool delta_action_reader_init(DeltaActionReader *reader, Arena *arena, Slice path, Slice text,
                              Error *err) MUST_CHECK;
// Next action; *done at the end. The error names path and place.
bool delta_action_next(DeltaActionReader *reader, DeltaAction *action, bool *done,
                       Error *err) MUST_CHECK;

// Value of a configuration entry, data NULL when absent.
Slice delta_metadata_get(const DeltaMetadata *metadata, const char *name);
// Looks for the feature in a list, ignoring case.
bool delta_protocol_lists(const Slice *features, uint32_t count, const char *feature);
