// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/timeline.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PROTOCOL \
    "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":7,\"writerFeatures\":[]}}\n"
#define METADATA(configuration)                                                    \
    "{\"metaData\":{\"id\":\"x\",\"schemaString\":\"{}\",\"partitionColumns\":[]," \
    "\"configuration\":{" configuration "}}}\n"
#define IN_COMMIT(time) \
    "{\"commitInfo\":{\"inCommitTimestamp\":" time ",\"operation\":\"WRITE\"}}\n"
#define PLAIN "{\"commitInfo\":{\"timestamp\":1,\"operation\":\"WRITE\",\"readVersion\":4}}\n"

typedef struct Fixture {
    char folder[64];
    int count;
    Arena arena;
    DeltaLog log;
    DeltaSnapshot *latest;
    Error err;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    memcpy(f->folder, "/tmp/tarn-timeline-XXXXXX", sizeof "/tmp/tarn-timeline-XXXXXX");
    *state = f;
    if (!mkdtemp(f->folder)) return -1;
    AUTO(Text, path) = {0};
    text_printf(&path, "%s/_delta_log", f->folder);
    return mkdir(text_cstr(&path), 0700);
}

static int tear_down(void **state) {
    Fixture *f = *state;
    AUTO(Text, command) = {0};
    text_printf(&command, "rm -r %s", f->folder);
    int status = system(text_cstr(&command));
    delta_snapshot_unref(f->latest);
    arena_deinit(&f->arena);
    free(f);
    return status;
}

// A commit file with a modification time in seconds.
static void commit(Fixture *f, const char *content, time_t modified) {
    AUTO(Text, path) = {0};
    text_printf(&path, "%s/_delta_log/%020d.json", f->folder, f->count++);
    FILE *file = fopen(text_cstr(&path), "wb");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
    struct timespec times[2] = {{.tv_sec = modified}, {.tv_sec = modified}};
    assert_int_equal(utimensat(AT_FDCWD, text_cstr(&path), times, 0), 0);
}

static void open_log(Fixture *f) {
    assert_true(delta_log_list(&f->arena, slice_from_cstr(f->folder), &f->log, &f->err));
    f->latest = delta_snapshot_open(&f->log, -1, &f->err);
    assert_non_null(f->latest);
}

static void assert_version(Fixture *f, int64_t timestamp_ms, int64_t expected) {
    int64_t version = -1;
    if (!delta_timeline_version_at(&f->log, f->latest, timestamp_ms, time_zone_utc(), &version,
                                   &f->err))
        fail_msg("%s", error_class(&f->err));
    assert_int_equal(version, expected);
}

static void assert_no_version(Fixture *f, int64_t timestamp_ms, const char *class) {
    int64_t version;
    assert_false(delta_timeline_version_at(&f->log, f->latest, timestamp_ms, time_zone_utc(),
                                           &version, &f->err));
    assert_string_equal(error_class(&f->err), class);
}

#define EARLIER "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION"
#define GREATER "DELTA_TIMESTAMP_GREATER_THAN_COMMIT"

static void timeline__goes_by_modification_times(void **state) {
    Fixture *f = *state;
    commit(f, PROTOCOL METADATA(""), 1000);
    commit(f, PLAIN, 2000);
    commit(f, PLAIN, 3000);
    open_log(f);
    assert_no_version(f, 999999, EARLIER);
    assert_version(f, 1000000, 0);
    assert_version(f, 1999999, 0);
    assert_version(f, 2000000, 1);
    assert_version(f, 3000000, 2);
    assert_no_version(f, 3000001, GREATER);
}

// A copy may give all files one time, or times out of order: each is at least 1 ms after the last.
static void timeline__makes_times_monotone(void **state) {
    Fixture *f = *state;
    commit(f, PROTOCOL METADATA(""), 1000);
    commit(f, PLAIN, 1000);
    commit(f, PLAIN, 500);
    commit(f, PLAIN, 2000);
    open_log(f);
    assert_version(f, 1000000, 0);
    assert_version(f, 1000001, 1);
    assert_version(f, 1000002, 2);
    assert_version(f, 1999999, 2);
    assert_version(f, 2000000, 3);
}

static void timeline__goes_by_in_commit_timestamps(void **state) {
    Fixture *f = *state;
    commit(f, IN_COMMIT("1000") PROTOCOL METADATA("\"delta.enableInCommitTimestamps\":\"true\""),
           90);
    commit(f, IN_COMMIT("2000"), 80);
    commit(f, IN_COMMIT("3000"), 70);
    open_log(f);
    assert_no_version(f, 999, EARLIER);
    assert_version(f, 1000, 0);
    assert_version(f, 2999, 1);
    assert_version(f, 3000, 2);
    assert_no_version(f, 3001, GREATER);
}

static void timeline__changes_at_the_enablement(void **state) {
    Fixture *f = *state;
    commit(f, PROTOCOL METADATA(""), 1);
    commit(f, PLAIN, 2);
    commit(f,
           IN_COMMIT("5000") METADATA("\"delta.enableInCommitTimestamps\":\"true\","
                                      "\"delta.inCommitTimestampEnablementVersion\":\"2\","
                                      "\"delta.inCommitTimestampEnablementTimestamp\":\"5000\""),
           3);
    commit(f, IN_COMMIT("6000"), 4);
    open_log(f);
    assert_version(f, 1000, 0);
    assert_version(f, 4999, 1);
    assert_version(f, 5000, 2);
    assert_version(f, 6000, 3);
}

static void timeline__demands_in_commit_timestamps(void **state) {
    Fixture *f = *state;
    commit(f, IN_COMMIT("1000") PROTOCOL METADATA("\"delta.enableInCommitTimestamps\":\"true\""),
           90);
    commit(f, PLAIN, 80);
    open_log(f);
    assert_no_version(f, 1000, "DELTA_LOG_MALFORMED");
}

static void timeline__tells_the_history(void **state) {
    Fixture *f = *state;
    commit(f,
           "{\"commitInfo\":{\"operation\":\"CREATE TABLE\",\"operationParameters\":{\"a\":[1]},"
           "\"userName\":7,\"isBlindAppend\":true}}\n" PROTOCOL METADATA(""),
           1000);
    commit(f, PLAIN, 2000);
    commit(f, "", 3000);
    open_log(f);
    DeltaHistoryEntry *entries;
    uint32_t count;
    assert_true(
        delta_timeline_history(&f->log, f->latest, 0, &f->arena, &entries, &count, &f->err));
    assert_int_equal(count, 3);
    assert_int_equal(entries[0].version, 2);
    assert_null(entries[0].commit.operation.data);
    assert_int_equal(entries[1].timestamp_ms, 2000000);
    assert_int_equal(entries[1].commit.read_version, 4);
    assert_true(slice_equal(entries[2].commit.operation, SLICE("CREATE TABLE")));
    assert_true(slice_equal(entries[2].commit.parameters_json, SLICE("{\"a\":[1]}")));
    assert_true(slice_equal(entries[2].commit.user_name, SLICE("7")));
    assert_true(entries[2].commit.is_blind_append);
    assert_true(
        delta_timeline_history(&f->log, f->latest, 2, &f->arena, &entries, &count, &f->err));
    assert_int_equal(count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(timeline__goes_by_modification_times),   TEST(timeline__makes_times_monotone),
        TEST(timeline__goes_by_in_commit_timestamps), TEST(timeline__changes_at_the_enablement),
        TEST(timeline__demands_in_commit_timestamps), TEST(timeline__tells_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
