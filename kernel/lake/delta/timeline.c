// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/timeline.h"

#include "kernel/column/format.h"
#include "kernel/lake/storage/storage.h"

// Where in-commit timestamps hold.
typedef struct Enablement {
    bool enabled;
    int64_t version;      // from this version on
    int64_t timestamp_ms; // of that version
} Enablement;

static bool config_i64(const DeltaMetadata *metadata, const char *name, int64_t *value) {
    return slice_to_i64(delta_metadata_get(metadata, name), value);
}

static Enablement find_enablement(const DeltaSnapshot *latest) {
    Enablement enablement = {.timestamp_ms = INT64_MIN};
    Slice on = delta_metadata_get(&latest->metadata, "delta.enableInCommitTimestamps");
    if (!slice_equal_ignore_case(on, SLICE("true"))) return enablement;
    enablement.enabled = true;
    int64_t version, timestamp;
    if (config_i64(&latest->metadata, "delta.inCommitTimestampEnablementVersion", &version) &&
        config_i64(&latest->metadata, "delta.inCommitTimestampEnablementTimestamp", &timestamp)) {
        enablement.version = version;
        enablement.timestamp_ms = timestamp;
    }
    return enablement;
}

// The commitInfo of a commit file; all empty when it has none.
static bool read_commit_info(const DeltaCommitFile *file, Arena *arena, DeltaCommitInfo *commit,
                             Error *err) {
    *commit =
        (DeltaCommitInfo){.timestamp_ms = -1, .in_commit_timestamp_ms = -1, .read_version = -1};
    Slice text;
    DeltaActionReader reader;
    if (!storage_read_all(arena, file->path, LIMIT_DELTA_COMMIT_BYTES, &text, err)) return false;
    if (!delta_action_reader_init(&reader, arena, file->path, text, err)) return false;
    for (;;) {
        DeltaAction action;
        bool done;
        if (!delta_action_next(&reader, &action, &done, err)) return false;
        if (done) return true;
        if (action.kind != DELTA_ACTION_COMMIT_INFO) continue;
        *commit = action.commit;
        return true;
    }
}

static bool in_commit_time(const DeltaCommitFile *file, int64_t *timestamp_ms, Error *err) {
    AUTO(Arena, scratch) = {0};
    DeltaCommitInfo commit;
    if (!read_commit_info(file, &scratch, &commit, err)) return false;
    *timestamp_ms = commit.in_commit_timestamp_ms;
    if (*timestamp_ms >= 0) return true;
    error_set(err, ERR_DELTA_LOG_MALFORMED, "reason",
              "it has no inCommitTimestamp, which the table's features demand");
    error_add(err, "path", file->path);
    return false;
}

// Modification times made monotone, one per commit of the log.
static int64_t *monotone_times(const DeltaLog *log, Arena *arena) {
    int64_t *times = ARENA_ARRAY(arena, int64_t, log->commit_count + 1);
    for (size_t i = 0; i < log->commit_count; i++) {
        times[i] = log->commits[i].modified_ms;
        if (i && times[i] <= times[i - 1]) times[i] = times[i - 1] + 1;
    }
    return times;
}

// --- time travel ---------------------------------------------------------------------------------

static void add_time(Error *err, const char *name, int64_t timestamp_ms, const TimeZone *zone) {
    AUTO(Text, text) = {0};
    text_append_timestamp(&text, timestamp_ms * 1000, zone);
    error_add(err, name, text_slice(&text));
}

static bool fail_earlier(int64_t timestamp_ms, int64_t first_ms, const TimeZone *zone, Error *err) {
    error_set(err, ERR_DELTA_TIMESTAMP_EARLIER);
    add_time(err, "userTimestamp", timestamp_ms, zone);
    add_time(err, "commitTs", first_ms, zone);
    add_time(err, "timestampString", first_ms, zone);
    return false;
}

static bool fail_greater(const DeltaLog *log, int64_t timestamp_ms, int64_t last_ms,
                         const TimeZone *zone, Error *err) {
    error_set(err, ERR_DELTA_TIMESTAMP_GREATER);
    error_add(err, "tableName", log->table_path);
    add_time(err, "providedTimestamp", timestamp_ms, zone);
    add_time(err, "maximumTimestamp", last_ms, zone);
    return false;
}

// Time of commit `index`.
static bool commit_time(const DeltaLog *log, const Enablement *enablement, const int64_t *times,
                        size_t index, int64_t *timestamp_ms, Error *err) {
    const DeltaCommitFile *file = &log->commits[index];
    *timestamp_ms = times[index];
    if (!enablement->enabled || file->version < enablement->version) return true;
    return in_commit_time(file, timestamp_ms, err);
}

// Last commit in [low, high) at or before the instant; its times are monotone there. `low` holds.
static bool search(const DeltaLog *log, const Enablement *enablement, const int64_t *times,
                   size_t low, size_t high, int64_t timestamp_ms, size_t *index, Error *err) {
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        int64_t time;
        if (!commit_time(log, enablement, times, middle, &time, err)) return false;
        if (time <= timestamp_ms) low = middle;
        else high = middle;
    }
    *index = low;
    return true;
}

bool delta_timeline_version_at(const DeltaLog *log, const DeltaSnapshot *latest,
                               int64_t timestamp_ms, const TimeZone *zone, int64_t *version,
                               Error *err) {
    AUTO(Arena, scratch) = {0};
    int64_t *times = monotone_times(log, &scratch);
    Enablement enablement = find_enablement(latest);
    size_t first = 0, stop = log->commit_count;
    int64_t earliest = delta_log_earliest(log);
    while (first < stop && log->commits[first].version < earliest) first++;
    if (first == stop) {
        error_set(err, ERR_DELTA_STATE_RECOVER_ERROR, "operation", "commit with a timestamp");
        error_add(err, "path", log->table_path);
        error_add_format(err, "version", "%lld", (long long)latest->version);
        return false;
    }
    int64_t first_ms, last_ms;
    if (!commit_time(log, &enablement, times, first, &first_ms, err) ||
        !commit_time(log, &enablement, times, stop - 1, &last_ms, err))
        return false;
    if (timestamp_ms < first_ms) return fail_earlier(timestamp_ms, first_ms, zone, err);
    if (timestamp_ms > last_ms) return fail_greater(log, timestamp_ms, last_ms, zone, err);
    if (enablement.enabled) {
        // Either side of the enablement is monotone in itself.
        size_t split = first;
        while (split < stop && log->commits[split].version < enablement.version) split++;
        bool after = timestamp_ms >= enablement.timestamp_ms || split == first;
        if (after && split < stop) first = split;
        else stop = split;
    }
    size_t index;
    if (!search(log, &enablement, times, first, stop, timestamp_ms, &index, err)) return false;
    *version = log->commits[index].version;
    return true;
}

// --- history -------------------------------------------------------------------------------------

bool delta_timeline_history(const DeltaLog *log, const DeltaSnapshot *latest, uint64_t limit,
                            Arena *arena, DeltaHistoryEntry **entries, uint32_t *count,
                            Error *err) {
    AUTO(Arena, scratch) = {0};
    int64_t *times = monotone_times(log, &scratch);
    Enablement enablement = find_enablement(latest);
    *entries = NULL;
    *count = 0;
    for (size_t i = log->commit_count; i-- > 0 && (limit == 0 || *count < limit);) {
        const DeltaCommitFile *file = &log->commits[i];
        if (file->version > latest->version) continue;
        DeltaHistoryEntry entry = {.version = file->version, .timestamp_ms = times[i]};
        if (!read_commit_info(file, arena, &entry.commit, err)) return false;
        bool in_commit = enablement.enabled && file->version >= enablement.version;
        if (in_commit && entry.commit.in_commit_timestamp_ms >= 0)
            entry.timestamp_ms = entry.commit.in_commit_timestamp_ms;
        ARENA_PUSH(arena, *entries, *count, entry);
    }
    return true;
}
