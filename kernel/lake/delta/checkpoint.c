// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/checkpoint.h"

#include "kernel/lake/delta/uri.h"
#include "kernel/lake/storage/storage.h"

// One read of a checkpoint.
typedef struct CheckpointRead {
    const DeltaLog *log;
    Arena *arena;
    DeltaActionVisitor visit;
    void *context;
    Slice *sidecars; // names seen so far
    size_t sidecar_count;
} CheckpointRead;

static bool read_parquet(CheckpointRead *read, Slice path, Error *err) {
    (void)read;
    error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", "Parquet checkpoints");
    error_add(err, "path", path);
    return false;
}

// Files of sidecars hold adds and removes alone; their names stand under _delta_log/_sidecars.
static bool read_sidecars(CheckpointRead *read, Error *err) {
    Slice folder = storage_join(read->arena, read->log->table_path, SLICE("_delta_log/_sidecars"));
    size_t count = read->sidecar_count;
    for (size_t i = 0; i < count; i++) {
        Slice path;
        if (!delta_uri_resolve(read->arena, folder, read->sidecars[i], &path, err)) return false;
        if (!read_parquet(read, path, err)) return false;
        if (read->sidecar_count == count) continue;
        error_set(err, ERR_DELTA_LOG_MALFORMED, "reason", "a sidecar names further sidecars");
        error_add(err, "path", path);
        return false;
    }
    return true;
}

static bool take_action(CheckpointRead *read, const DeltaAction *action, Error *err) {
    switch (action->kind) {
    case DELTA_ACTION_SIDECAR:
        ARENA_PUSH(read->arena, read->sidecars, read->sidecar_count, action->sidecar);
        return true;
    case DELTA_ACTION_ADD:
    case DELTA_ACTION_PROTOCOL:
    case DELTA_ACTION_METADATA:
    case DELTA_ACTION_DOMAIN: return read->visit(read->context, action, err);
    default: return true;
    }
}

static bool read_json(CheckpointRead *read, Slice path, Error *err) {
    DeltaActionReader reader;
    Slice text;
    if (!storage_read_all(read->arena, path, LIMIT_DELTA_COMMIT_BYTES, &text, err)) return false;
    if (!delta_action_reader_init(&reader, read->arena, path, text, err)) return false;
    for (;;) {
        DeltaAction action;
        bool done;
        if (!delta_action_next(&reader, &action, &done, err)) return false;
        if (done) return true;
        if (!take_action(read, &action, err)) return false;
    }
}

bool delta_checkpoint_read(const DeltaLog *log, const DeltaCheckpoint *checkpoint, Arena *arena,
                           DeltaActionVisitor visit, void *context, Error *err) {
    CheckpointRead read = {.log = log, .arena = arena, .visit = visit, .context = context};
    for (uint32_t i = 0; i < checkpoint->parts_found; i++) {
        Slice path = arena_copy(arena, checkpoint->parts[i]);
        bool ok =
            checkpoint->is_json ? read_json(&read, path, err) : read_parquet(&read, path, err);
        if (!ok) return false;
    }
    return read_sidecars(&read, err);
}
