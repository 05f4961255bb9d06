// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/log.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static DeltaLogFileKind kind_of(const char *name) {
    return delta_log_parse_name(slice_from_cstr(name)).kind;
}

#define V0 "00000000000000000000"
#define V1 "00000000000000000001"
#define V5 "00000000000000000005"
#define UUID "6374b053-df23-479b-b2cf-c9c550132b49"

static void log__knows_names(void **state) {
    (void)state;
    assert_int_equal(kind_of(V5 ".json"), DELTA_LOG_FILE_COMMIT);
    assert_int_equal(kind_of(V5 ".checkpoint.parquet"), DELTA_LOG_FILE_CHECKPOINT);
    DeltaLogName part = delta_log_parse_name(SLICE(V5 ".checkpoint.0000000002.0000000003.parquet"));
    assert_int_equal(part.kind, DELTA_LOG_FILE_PART);
    assert_int_equal(part.version, 5);
    assert_int_equal(part.part, 2);
    assert_int_equal(part.part_count, 3);
    DeltaLogName uuid = delta_log_parse_name(SLICE(V5 ".checkpoint." UUID ".json"));
    assert_int_equal(uuid.kind, DELTA_LOG_FILE_UUID);
    assert_true(uuid.is_json);
    assert_int_equal(kind_of(V5 ".checkpoint." UUID ".parquet"), DELTA_LOG_FILE_UUID);
    DeltaLogName compaction = delta_log_parse_name(SLICE(V1 "." V5 ".compacted.json"));
    assert_int_equal(compaction.kind, DELTA_LOG_FILE_COMPACTION);
    assert_int_equal(compaction.stop_version, 5);
}

static void log__ignores_other_names(void **state) {
    (void)state;
    static const char *const names[] = {
        "",
        "_last_checkpoint",
        "." V5 ".json.crc",
        V5 ".crc",
        V5 ".json.tmp",
        "5.json",
        "0" V5 ".json",
        "-0000000000000000005.json",
        V5 ".checkpoint.parquet.tmp",
        V5 ".checkpoint.0000000000.0000000003.parquet",
        V5 ".checkpoint.0000000004.0000000003.parquet",
        V5 ".checkpoint." UUID ".txt",
        V5 ".checkpoint.x" UUID ".json",
        V5 ".checkpoint.json",
        V5 "." V1 ".compacted.json",
        V5 "." V5 ".compacted.json",
        V5 ".JSON",
        "99999999999999999999.json",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (kind_of(names[i]) != DELTA_LOG_FILE_OTHER) fail_msg("%s", names[i]);
}

// A log made of names alone.
static DeltaLog log_of(Arena *arena, const int64_t *commits, size_t count) {
    DeltaLog log = {.table_path = SLICE("/t")};
    for (size_t i = 0; i < count; i++) {
        DeltaCommitFile file = {.version = commits[i], .stop_version = commits[i]};
        ARENA_PUSH(arena, log.commits, log.commit_count, file);
    }
    return log;
}

static void add_checkpoint(DeltaLog *log, Arena *arena, int64_t version, uint32_t parts,
                           uint32_t found) {
    DeltaCheckpoint made = {.version = version, .part_count = parts, .parts_found = found};
    ARENA_PUSH(arena, log->checkpoints, log->checkpoint_count, made);
}

static void log__takes_the_newest_complete_checkpoint(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    const int64_t versions[] = {0, 1, 2, 3, 4, 5};
    DeltaLog log = log_of(&arena, versions, 6);
    add_checkpoint(&log, &arena, 2, 1, 1);
    add_checkpoint(&log, &arena, 4, 3, 2);
    DeltaSegment segment;
    assert_true(delta_log_segment(&log, -1, &arena, &segment, &err));
    assert_int_equal(segment.version, 5);
    assert_int_equal(segment.checkpoint->version, 2);
    assert_int_equal(segment.commit_count, 3);
    assert_true(delta_log_segment(&log, 1, &arena, &segment, &err));
    assert_null(segment.checkpoint);
    assert_int_equal(segment.commit_count, 2);
}

static void log__uses_compactions_within_the_range(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    const int64_t versions[] = {0, 1, 2, 3, 4, 5};
    DeltaLog log = log_of(&arena, versions, 6);
    DeltaCommitFile short_one = {.version = 1, .stop_version = 2};
    DeltaCommitFile long_one = {.version = 1, .stop_version = 4};
    ARENA_PUSH(&arena, log.compactions, log.compaction_count, short_one);
    ARENA_PUSH(&arena, log.compactions, log.compaction_count, long_one);
    DeltaSegment segment;
    assert_true(delta_log_segment(&log, 5, &arena, &segment, &err));
    assert_int_equal(segment.commit_count, 3);
    assert_int_equal(segment.commits[1]->stop_version, 4);
    assert_true(delta_log_segment(&log, 3, &arena, &segment, &err));
    assert_int_equal(segment.commit_count, 3); // 0, 1-2, 3
    add_checkpoint(&log, &arena, 1, 1, 1);
    assert_true(delta_log_segment(&log, 5, &arena, &segment, &err));
    assert_int_equal(segment.commit_count, 4); // 2, 3, 4, 5: the compactions begin too early
}

static void log__refuses_gaps(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    const int64_t versions[] = {0, 2, 3};
    DeltaLog log = log_of(&arena, versions, 3);
    DeltaSegment segment;
    assert_false(delta_log_segment(&log, -1, &arena, &segment, &err));
    assert_string_equal(error_class(&err), "DELTA_VERSIONS_NOT_CONTIGUOUS");
    assert_true(slice_equal(error_parameter(&err, "startVersion"), SLICE("0")));
    assert_true(slice_equal(error_parameter(&err, "endVersion"), SLICE("2")));
    assert_true(delta_log_segment(&log, 0, &arena, &segment, &err));
    add_checkpoint(&log, &arena, 1, 1, 1);
    assert_true(delta_log_segment(&log, -1, &arena, &segment, &err));
}

static void log__refuses_what_is_not_there(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    const int64_t versions[] = {3, 4};
    DeltaLog log = log_of(&arena, versions, 2);
    DeltaSegment segment;
    assert_false(delta_log_segment(&log, -1, &arena, &segment, &err));
    assert_string_equal(error_class(&err), "DELTA_TRUNCATED_TRANSACTION_LOG");
    add_checkpoint(&log, &arena, 3, 2, 1);
    assert_false(delta_log_segment(&log, -1, &arena, &segment, &err));
    assert_string_equal(error_class(&err), "DELTA_MISSING_PART_FILES");
    log.checkpoints[0].parts_found = 2;
    assert_true(delta_log_segment(&log, -1, &arena, &segment, &err));
    assert_int_equal(delta_log_earliest(&log), 3);
    assert_false(delta_log_segment(&log, 2, &arena, &segment, &err));
    assert_string_equal(error_class(&err), "DELTA_VERSION_NOT_FOUND");
    assert_true(slice_equal(error_parameter(&err, "earliest"), SLICE("3")));
    assert_false(delta_log_segment(&log, 5, &arena, &segment, &err));
    assert_true(slice_equal(error_parameter(&err, "latest"), SLICE("4")));
}

static void log__lives_from_a_checkpoint_alone(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    DeltaLog log = {.table_path = SLICE("/t")};
    add_checkpoint(&log, &arena, 7, 1, 1);
    DeltaSegment segment;
    assert_true(delta_log_segment(&log, -1, &arena, &segment, &err));
    assert_int_equal(segment.version, 7);
    assert_int_equal(segment.commit_count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log__knows_names),
        cmocka_unit_test(log__ignores_other_names),
        cmocka_unit_test(log__takes_the_newest_complete_checkpoint),
        cmocka_unit_test(log__uses_compactions_within_the_range),
        cmocka_unit_test(log__refuses_gaps),
        cmocka_unit_test(log__refuses_what_is_not_there),
        cmocka_unit_test(log__lives_from_a_checkpoint_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
