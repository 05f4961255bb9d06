// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/log.h"

#include "kernel/lake/storage/storage.h"

#include <stdlib.h>

enum { VERSION_DIGITS = 20, PART_DIGITS = 10, UUID_CHARACTERS = 36 };

// --- names ---------------------------------------------------------------------------------------

// Takes exactly `digits` decimal digits off the front.
static bool take_digits(Slice *rest, size_t digits, int64_t *value) {
    if (rest->bytes < digits) return false;
    for (size_t i = 0; i < digits; i++)
        if (rest->data[i] < '0' || rest->data[i] > '9') return false;
    if (!slice_to_i64(slice_first(*rest, digits), value)) return false;
    *rest = slice_from(*rest, digits);
    return true;
}

static bool take_text(Slice *rest, Slice text) {
    if (!slice_starts_with(*rest, text)) return false;
    *rest = slice_from(*rest, text.bytes);
    return true;
}

static bool is_uuid(Slice s) {
    if (s.bytes != UUID_CHARACTERS) return false;
    for (size_t i = 0; i < s.bytes; i++) {
        char c = s.data[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

// What follows "N.checkpoint.".
static void parse_checkpoint(Slice rest, DeltaLogName *name) {
    if (slice_equal(rest, SLICE("parquet"))) {
        name->kind = DELTA_LOG_FILE_CHECKPOINT;
        name->part = name->part_count = 1;
        return;
    }
    Slice tail = rest;
    int64_t part, count;
    if (take_digits(&tail, PART_DIGITS, &part) && take_text(&tail, SLICE(".")) &&
        take_digits(&tail, PART_DIGITS, &count) && slice_equal(tail, SLICE(".parquet"))) {
        if (part < 1 || part > count || count > UINT32_MAX) return;
        name->kind = DELTA_LOG_FILE_PART;
        name->part = (uint32_t)part;
        name->part_count = (uint32_t)count;
        return;
    }
    Slice uuid = slice_first(rest, UUID_CHARACTERS);
    Slice suffix = slice_from(rest, UUID_CHARACTERS);
    bool is_json = slice_equal(suffix, SLICE(".json"));
    if (!is_uuid(uuid) || (!is_json && !slice_equal(suffix, SLICE(".parquet")))) return;
    name->kind = DELTA_LOG_FILE_UUID;
    name->part = name->part_count = 1;
    name->is_json = is_json;
    name->uuid = uuid;
}

DeltaLogName delta_log_parse_name(Slice text) {
    DeltaLogName name = {.kind = DELTA_LOG_FILE_OTHER};
    Slice rest = text;
    if (!take_digits(&rest, VERSION_DIGITS, &name.version)) return name;
    name.stop_version = name.version;
    if (slice_equal(rest, SLICE(".json"))) {
        name.kind = DELTA_LOG_FILE_COMMIT;
    } else if (take_text(&rest, SLICE(".checkpoint."))) {
        parse_checkpoint(rest, &name);
    } else if (take_text(&rest, SLICE(".")) &&
               take_digits(&rest, VERSION_DIGITS, &name.stop_version) &&
               slice_equal(rest, SLICE(".compacted.json")) && name.stop_version > name.version) {
        name.kind = DELTA_LOG_FILE_COMPACTION;
    }
    return name;
}

// --- listing -------------------------------------------------------------------------------------

static void add_commit(Arena *arena, DeltaCommitFile **files, size_t *count, DeltaLogName name,
                       const StorageEntry *entry) {
    DeltaCommitFile file = {.version = name.version,
                            .stop_version = name.stop_version,
                            .modified_ms = entry->modified_micros / 1000,
                            .path = entry->path};
    ARENA_PUSH(arena, *files, *count, file);
}

// The checkpoint that a file belongs to, made when new. Listings are ordered by name, so parts of
// one checkpoint come in their order.
static void add_checkpoint(Arena *arena, DeltaLog *log, DeltaLogName name,
                           const StorageEntry *entry) {
    DeltaCheckpoint *checkpoint = NULL;
    if (name.kind == DELTA_LOG_FILE_PART) {
        for (size_t i = log->checkpoint_count; i-- > 0;) {
            DeltaCheckpoint *candidate = &log->checkpoints[i];
            if (candidate->version != name.version) break;
            if (candidate->part_count == name.part_count && !candidate->uuid.bytes &&
                candidate->parts_found + 1 == name.part && name.part > 1)
                checkpoint = candidate;
        }
    }
    if (!checkpoint) {
        DeltaCheckpoint made = {.version = name.version,
                                .part_count = name.part_count,
                                .is_json = name.is_json,
                                .uuid = name.uuid};
        ARENA_PUSH(arena, log->checkpoints, log->checkpoint_count, made);
        checkpoint = &log->checkpoints[log->checkpoint_count - 1];
    }
    if (name.part != checkpoint->parts_found + 1) return; // an earlier part is missing: incomplete
    ARENA_PUSH(arena, checkpoint->parts, checkpoint->parts_found, entry->path);
}

bool delta_log_list(Arena *arena, Slice table_path, DeltaLog *log, Error *err) {
    *log = (DeltaLog){.table_path = arena_copy(arena, table_path)};
    StorageListing listing;
    bool found = false;
    Slice folder = storage_join(arena, table_path, SLICE("_delta_log"));
    if (!storage_list(arena, folder, &listing, &found, err)) return false;
    for (size_t i = 0; found && i < listing.count; i++) {
        const StorageEntry *entry = &listing.entries[i];
        if (entry->is_folder) continue;
        DeltaLogName name = delta_log_parse_name(entry->name);
        switch (name.kind) {
        case DELTA_LOG_FILE_OTHER: break;
        case DELTA_LOG_FILE_COMMIT:
            add_commit(arena, &log->commits, &log->commit_count, name, entry);
            break;
        case DELTA_LOG_FILE_COMPACTION:
            add_commit(arena, &log->compactions, &log->compaction_count, name, entry);
            break;
        default: add_checkpoint(arena, log, name, entry);
        }
    }
    if (log->commit_count || log->checkpoint_count) return true;
    error_set(err, ERR_DELTA_PATH_DOES_NOT_EXIST);
    error_add(err, "path", table_path);
    return false;
}

static bool is_complete(const DeltaCheckpoint *checkpoint) {
    return checkpoint->parts_found == checkpoint->part_count;
}

int64_t delta_log_latest(const DeltaLog *log) {
    int64_t latest = log->commit_count ? log->commits[log->commit_count - 1].version : -1;
    for (size_t i = log->checkpoint_count; i-- > 0;)
        if (is_complete(&log->checkpoints[i])) return MAX(latest, log->checkpoints[i].version);
    return latest;
}

int64_t delta_log_earliest(const DeltaLog *log) {
    if (log->commit_count && log->commits[0].version == 0) return 0;
    for (size_t i = 0; i < log->checkpoint_count; i++)
        if (is_complete(&log->checkpoints[i])) return log->checkpoints[i].version;
    return -1;
}

// Index of the first commit with at least this version.
static size_t find_commit(const DeltaLog *log, int64_t version) {
    size_t low = 0, high = log->commit_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (log->commits[middle].version < version) low = middle + 1;
        else high = middle;
    }
    return low;
}

const DeltaCommitFile *delta_log_commit(const DeltaLog *log, int64_t version) {
    size_t index = find_commit(log, version);
    bool found = index < log->commit_count && log->commits[index].version == version;
    return found ? &log->commits[index] : NULL;
}

// --- segments ------------------------------------------------------------------------------------

// Newest complete checkpoint at or before the version; of several for one version, one with a UUID
// (v2), then the classic one. *incomplete is the version of a newer one that lacks parts, or -1.
static const DeltaCheckpoint *find_checkpoint(const DeltaLog *log, int64_t version,
                                              int64_t *incomplete) {
    const DeltaCheckpoint *best = NULL;
    *incomplete = -1;
    for (size_t i = log->checkpoint_count; i-- > 0;) {
        const DeltaCheckpoint *candidate = &log->checkpoints[i];
        if (candidate->version > version) continue;
        if (best && candidate->version < best->version) break;
        if (!is_complete(candidate)) {
            *incomplete = MAX(*incomplete, candidate->version);
            continue;
        }
        bool better = !best || (candidate->uuid.bytes && !best->uuid.bytes) ||
                      (!best->uuid.bytes && candidate->part_count < best->part_count);
        if (better) best = candidate;
    }
    return best;
}

// The widest compaction that starts at the version and ends at or before `stop`.
static const DeltaCommitFile *find_compaction(const DeltaLog *log, int64_t version, int64_t stop) {
    const DeltaCommitFile *best = NULL;
    for (size_t i = 0; i < log->compaction_count; i++) {
        const DeltaCommitFile *candidate = &log->compactions[i];
        if (candidate->version != version || candidate->stop_version > stop) continue;
        if (!best || candidate->stop_version > best->stop_version) best = candidate;
    }
    return best;
}

static bool fail_gap(const DeltaLog *log, int64_t missing, int64_t version, Error *err) {
    error_set(err, ERR_DELTA_VERSIONS_NOT_CONTIGUOUS);
    error_add(err, "path", log->table_path);
    error_add_format(err, "startVersion", "%lld", (long long)missing - 1);
    size_t next = find_commit(log, missing);
    int64_t stop = next < log->commit_count ? log->commits[next].version : missing + 1;
    error_add_format(err, "endVersion", "%lld", (long long)stop);
    error_add_format(err, "versionToLoad", "%lld", (long long)version);
    return false;
}

// No checkpoint at or before the version, and commit 0 is gone.
static bool fail_start(const DeltaLog *log, int64_t version, int64_t incomplete, Error *err) {
    if (incomplete >= 0) {
        error_set(err, ERR_DELTA_MISSING_PART_FILES);
        error_add_format(err, "version", "%lld", (long long)incomplete);
    } else {
        error_set(err, ERR_DELTA_TRUNCATED_LOG);
        error_add_format(err, "version", "%lld", (long long)version);
    }
    error_add(err, "path", log->table_path);
    return false;
}

static bool fail_version(const DeltaLog *log, int64_t version, Error *err) {
    error_set(err, ERR_DELTA_VERSION_NOT_FOUND);
    error_add_format(err, "userVersion", "%lld", (long long)version);
    error_add_format(err, "earliest", "%lld", (long long)MAX(delta_log_earliest(log), 0));
    error_add_format(err, "latest", "%lld", (long long)delta_log_latest(log));
    return false;
}

bool delta_log_segment(const DeltaLog *log, int64_t version, Arena *arena, DeltaSegment *segment,
                       Error *err) {
    int64_t latest = delta_log_latest(log);
    if (version > latest || version < -1) return fail_version(log, version, err);
    if (version == -1) version = latest;
    int64_t incomplete;
    const DeltaCheckpoint *checkpoint = find_checkpoint(log, version, &incomplete);
    *segment = (DeltaSegment){.version = version, .checkpoint = checkpoint};
    int64_t next = checkpoint ? checkpoint->version + 1 : 0;
    if (!checkpoint && (!log->commit_count || log->commits[0].version > 0)) {
        if (delta_log_earliest(log) > version) return fail_version(log, version, err);
        return fail_start(log, version, incomplete, err);
    }
    while (next <= version) {
        const DeltaCommitFile *file = find_compaction(log, next, version);
        if (!file) file = delta_log_commit(log, next);
        if (!file) return fail_gap(log, next, version, err);
        ARENA_PUSH(arena, segment->commits, segment->commit_count, file);
        next = file->stop_version + 1;
    }
    return true;
}
