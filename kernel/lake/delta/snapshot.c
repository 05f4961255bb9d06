// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/snapshot.h"

#include "base/hash.h"
#include "kernel/lake/delta/checkpoint.h"
#include "kernel/lake/delta/deletion/deletion_vector.h"
#include "kernel/lake/delta/uri.h"
#include "kernel/lake/storage/storage.h"

#include <stdlib.h>

// Reader features that this program implements.
static const char *const reader_features[] = {
    "columnMapping",       "deletionVectors",      "timestampNtz",
    "typeWidening",        "typeWidening-preview", "v2Checkpoint",
    "vacuumProtocolCheck", "variantShredding",     "variantShredding-preview",
    "variantType",         "variantType-preview",
};

enum { READER_VERSION_MAX = 3, READER_VERSION_FEATURES = 3 };

// State of a replay; the snapshot's arena holds what stays.
typedef struct Replay {
    DeltaSnapshot *snapshot;
    SliceMap seen;       // keys of logical files that newer actions spoke of
    SliceMap partitions; // partitionValues text -> index
    SliceMap domains;    // names that newer actions spoke of
    Text key;
    size_t file_capacity;
    bool has_protocol;
    bool has_metadata;
    bool in_checkpoint; // rows there are unique: looked up in `seen`, not added
} Replay;

static void replay_deinit(Replay *replay) {
    slice_map_deinit(&replay->seen);
    slice_map_deinit(&replay->partitions);
    slice_map_deinit(&replay->domains);
    text_deinit(&replay->key);
}

AUTO_DEFINE(Replay, replay_deinit)

// --- protocol ------------------------------------------------------------------------------------

// A feature of readers counts in either list: there are tables whose writer named it only in its
// own.
bool delta_protocol_supports(const DeltaProtocol *protocol, const char *feature) {
    if (delta_protocol_lists(protocol->reader_features, protocol->reader_feature_count, feature) ||
        delta_protocol_lists(protocol->writer_features, protocol->writer_feature_count, feature))
        return true;
    return protocol->min_reader_version == 2 && slice_equal_cstr(SLICE("columnMapping"), feature);
}

static bool is_known_feature(Slice feature) {
    for (size_t i = 0; i < COUNT_OF(reader_features); i++)
        if (slice_equal_ignore_case(feature, slice_from_cstr(reader_features[i]))) return true;
    return false;
}

static bool fail_version(const DeltaProtocol *protocol, Slice table_path, Error *err) {
    error_set(err, ERR_DELTA_INVALID_PROTOCOL_VERSION, "supportedReaders", "1, 2, 3");
    error_add(err, "tableNameOrPath", table_path);
    error_add_format(err, "readerRequired", "%d", protocol->min_reader_version);
    error_add_format(err, "writerRequired", "%d", protocol->min_writer_version);
    return false;
}

bool delta_protocol_check_read(const DeltaProtocol *protocol, Slice table_path, Error *err) {
    int32_t version = protocol->min_reader_version;
    if (version < 1 || version > READER_VERSION_MAX) return fail_version(protocol, table_path, err);
    if (version < READER_VERSION_FEATURES) return true;
    AUTO(Text, unknown) = {0};
    for (uint32_t i = 0; i < protocol->reader_feature_count; i++) {
        if (is_known_feature(protocol->reader_features[i])) continue;
        if (unknown.bytes) text_append_cstr(&unknown, ", ");
        text_append(&unknown, protocol->reader_features[i]);
    }
    if (!unknown.bytes) return true;
    error_set(err, ERR_DELTA_UNSUPPORTED_FEATURES_FOR_READ, "unsupported", text_cstr(&unknown));
    error_add(err, "tableNameOrPath", table_path);
    return false;
}

// --- copies into the snapshot --------------------------------------------------------------------

// What a checkpoint or commit text holds lives in the snapshot's arena already: only arrays that
// the action reader made there are shared.

int64_t delta_stats_row_count(Slice stats) {
    JsonReader reader;
    json_reader_init(&reader, stats);
    if (json_reader_next(&reader) != JSON_TOKEN_OBJECT) return -1;
    while (json_reader_next_key(&reader)) {
        bool wanted = json_reader_text_is(&reader, "numRecords");
        JsonToken token = json_reader_next(&reader);
        int64_t rows;
        if (wanted)
            return token == JSON_TOKEN_NUMBER && slice_to_i64(reader.text, &rows) && rows >= 0
                       ? rows
                       : -1;
        if (!json_reader_skip_value(&reader, token)) return -1;
    }
    return -1;
}

// Texts of commits live as long as the snapshot, rows of a checkpoint only for their visit.
static Slice keep(Replay *replay, Slice s) {
    return replay->in_checkpoint && s.data ? arena_copy(&replay->snapshot->arena, s) : s;
}

static uint32_t intern_partition(Replay *replay, Slice values) {
    DeltaSnapshot *snapshot = replay->snapshot;
    if (!values.data) values = SLICE("{}");
    uint64_t *known = slice_map_get(&replay->partitions, values);
    if (known) return (uint32_t)*known;
    values = keep(replay, values);
    uint32_t index = snapshot->partition_count;
    ARENA_PUSH(&snapshot->arena, snapshot->partitions, snapshot->partition_count, values);
    slice_map_put(&replay->partitions, values, index);
    return index;
}

static void append_file(Replay *replay, const DeltaFileAction *action) {
    DeltaSnapshot *snapshot = replay->snapshot;
    if (snapshot->file_count == replay->file_capacity) {
        replay->file_capacity = replay->file_capacity ? replay->file_capacity * 2 : 64;
        snapshot->files =
            xrealloc(snapshot->files, replay->file_capacity * sizeof *snapshot->files);
    }
    DeltaFile file = {.path = keep(replay, action->path),
                      .stats = keep(replay, action->stats),
                      .size_bytes = action->size_bytes,
                      .modified_ms = action->modified_ms,
                      .row_count = delta_stats_row_count(action->stats),
                      .partition = intern_partition(replay, action->partition_values)};
    if (action->vector.storage) {
        DeltaVectorDescriptor *vector = ARENA_NEW(&snapshot->arena, DeltaVectorDescriptor);
        *vector = action->vector;
        vector->path_or_inline = keep(replay, vector->path_or_inline);
        file.vector = vector;
    }
    snapshot->files[snapshot->file_count++] = file;
}

// --- reconciliation ------------------------------------------------------------------------------

// Key of a logical file: its canonical path, NUL, its deletion vector's id.
static Slice file_key(Replay *replay, const DeltaFileAction *file, Arena *scratch) {
    text_reset(&replay->key);
    text_append(&replay->key, delta_uri_key(scratch, file->path));
    if (file->vector.storage) {
        text_append_char(&replay->key, '\0');
        delta_vector_append_id(&file->vector, &replay->key);
    }
    return text_slice(&replay->key);
}

static void replay_file(Replay *replay, const DeltaAction *action) {
    Arena *arena = &replay->snapshot->arena;
    Slice key = file_key(replay, &action->file, arena);
    if (slice_map_get(&replay->seen, key)) return;
    if (!replay->in_checkpoint) slice_map_put(&replay->seen, arena_copy(arena, key), 1);
    if (action->kind == DELTA_ACTION_ADD) append_file(replay, &action->file);
}

static void replay_domain(Replay *replay, const DeltaDomain *domain) {
    DeltaSnapshot *snapshot = replay->snapshot;
    if (!slice_map_put(&replay->domains, domain->domain, 1) || domain->removed) return;
    ARENA_PUSH(&snapshot->arena, snapshot->domains, snapshot->domain_count, *domain);
}

static bool replay_action(void *context, const DeltaAction *action, Error *err) {
    (void)err;
    Replay *replay = context;
    switch (action->kind) {
    case DELTA_ACTION_ADD:
    case DELTA_ACTION_REMOVE: replay_file(replay, action); break;
    case DELTA_ACTION_PROTOCOL:
        if (!replay->has_protocol) replay->snapshot->protocol = action->protocol;
        replay->has_protocol = true;
        break;
    case DELTA_ACTION_METADATA:
        if (!replay->has_metadata) replay->snapshot->metadata = action->metadata;
        replay->has_metadata = true;
        break;
    case DELTA_ACTION_DOMAIN: replay_domain(replay, &action->domain); break;
    default: break;
    }
    return true;
}

// Actions of one commit, the last one first: within a commit, too, the later word holds.
static bool replay_commit(Replay *replay, Slice path, Slice text, Error *err) {
    AUTO(Arena, scratch) = {0};
    DeltaActionReader reader;
    Arena *arena = &replay->snapshot->arena;
    if (!delta_action_reader_init(&reader, arena, path, text, err)) return false;
    DeltaAction *actions = NULL;
    size_t count = 0;
    for (;;) {
        DeltaAction action;
        bool done;
        if (!delta_action_next(&reader, &action, &done, err)) return false;
        if (done) break;
        if (action.kind != DELTA_ACTION_OTHER && action.kind != DELTA_ACTION_COMMIT_INFO)
            ARENA_PUSH(&scratch, actions, count, action);
    }
    while (count) replay_action(replay, &actions[--count], err);
    return true;
}

static void reverse_files(DeltaSnapshot *snapshot) {
    for (size_t i = 0, k = snapshot->file_count; i + 1 < k; i++) {
        DeltaFile file = snapshot->files[--k];
        snapshot->files[k] = snapshot->files[i];
        snapshot->files[i] = file;
    }
}

// The commits' files were collected newest first; the checkpoint's stand behind them in their order
// and belong before them.
static void order_files(DeltaSnapshot *snapshot, size_t from_commits) {
    size_t from_checkpoint = snapshot->file_count - from_commits;
    if (from_checkpoint == 0) {
        reverse_files(snapshot);
        return;
    }
    DeltaFile *files = xmalloc(snapshot->file_count * sizeof *files);
    memcpy(files, snapshot->files + from_commits, from_checkpoint * sizeof *files);
    for (size_t i = 0; i < from_commits; i++)
        files[from_checkpoint + i] = snapshot->files[from_commits - 1 - i];
    free(snapshot->files);
    snapshot->files = files;
}

static bool check_state(const Replay *replay, Error *err) {
    const DeltaSnapshot *snapshot = replay->snapshot;
    if (replay->has_protocol &&
        !delta_protocol_check_read(&snapshot->protocol, snapshot->table_path, err))
        return false;
    if (replay->has_protocol && replay->has_metadata) return true;
    error_set(err, ERR_DELTA_STATE_RECOVER_ERROR, "operation",
              replay->has_protocol ? "metadata" : "protocol");
    error_add(err, "path", snapshot->table_path);
    error_add_format(err, "version", "%lld", (long long)snapshot->version);
    return false;
}

// --- opening -------------------------------------------------------------------------------------

static DeltaSnapshot *snapshot_new(Slice table_path, int64_t version) {
    DeltaSnapshot *snapshot = xcalloc(1, sizeof *snapshot);
    snapshot->references = 1;
    arena_init(&snapshot->arena);
    snapshot->table_path = arena_copy(&snapshot->arena, table_path);
    snapshot->version = version;
    snapshot->last_modified_ms = -1;
    return snapshot;
}

static bool replay_segment(Replay *replay, const DeltaLog *log, const DeltaSegment *segment,
                           Error *err) {
    Arena *arena = &replay->snapshot->arena;
    for (size_t i = segment->commit_count; i-- > 0;) {
        Slice path = arena_copy(arena, segment->commits[i]->path), text;
        if (!storage_read_all(arena, path, LIMIT_DELTA_COMMIT_BYTES, &text, err)) return false;
        if (!replay_commit(replay, path, text, err)) return false;
    }
    size_t from_commits = replay->snapshot->file_count;
    replay->in_checkpoint = true;
    if (segment->checkpoint &&
        !delta_checkpoint_read(log, segment->checkpoint, arena, replay_action, replay, err))
        return false;
    order_files(replay->snapshot, from_commits);
    return check_state(replay, err);
}

DeltaSnapshot *delta_snapshot_open(const DeltaLog *log, int64_t version, Error *err) {
    AUTO(Arena, scratch) = {0};
    DeltaSegment segment;
    if (!delta_log_segment(log, version, &scratch, &segment, err)) return NULL;
    AUTO(Replay, replay) = {.snapshot = snapshot_new(log->table_path, segment.version)};
    const DeltaCommitFile *commit = delta_log_commit(log, segment.version);
    if (commit) replay.snapshot->last_modified_ms = commit->modified_ms;
    if (replay_segment(&replay, log, &segment, err)) return replay.snapshot;
    delta_snapshot_unref(replay.snapshot);
    return NULL;
}

DeltaSnapshot *delta_snapshot_from_commits(const Slice *texts, size_t count, Error *err) {
    AUTO(Replay, replay) = {.snapshot = snapshot_new(SLICE("memory"), (int64_t)count - 1)};
    bool ok = true;
    for (size_t i = count; ok && i-- > 0;) {
        Arena *arena = &replay.snapshot->arena;
        Slice path = arena_printf(arena, "%020zu.json", i);
        ok = replay_commit(&replay, path, arena_copy(arena, texts[i]), err);
    }
    if (ok) order_files(replay.snapshot, replay.snapshot->file_count);
    if (ok && check_state(&replay, err)) return replay.snapshot;
    delta_snapshot_unref(replay.snapshot);
    return NULL;
}

DeltaSnapshot *delta_snapshot_ref(DeltaSnapshot *snapshot) {
    atomic_fetch_add(&snapshot->references, 1);
    return snapshot;
}

void delta_snapshot_unref(DeltaSnapshot *snapshot) {
    if (!snapshot || atomic_fetch_sub(&snapshot->references, 1) != 1) return;
    free(snapshot->files);
    arena_deinit(&snapshot->arena);
    free(snapshot);
}
