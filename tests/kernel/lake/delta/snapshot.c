// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/snapshot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PROTOCOL "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}\n"
#define METADATA                                                                        \
    "{\"metaData\":{\"id\":\"x\",\"format\":{\"provider\":\"parquet\",\"options\":{}}," \
    "\"schemaString\":\"{\\\"type\\\":\\\"struct\\\",\\\"fields\\\":[]}\","             \
    "\"partitionColumns\":[\"p\"],\"configuration\":{\"a\":\"b\",\"n\":1},\"createdTime\":5}}\n"
#define ADD(path)                                                                   \
    "{\"add\":{\"path\":\"" path "\",\"partitionValues\":{\"p\":\"1\"},\"size\":7," \
    "\"modificationTime\":9,\"dataChange\":true,\"stats\":\"{\\\"numRecords\\\":3}\"}}\n"
#define REMOVE(path) "{\"remove\":{\"path\":\"" path "\",\"dataChange\":true}}\n"
#define VECTOR(path, id, offset)                                                                 \
    "{\"add\":{\"path\":\"" path "\",\"partitionValues\":{},\"size\":1,\"modificationTime\":1,"  \
    "\"deletionVector\":{\"storageType\":\"u\",\"pathOrInlineDv\":\"" id "\",\"offset\":" offset \
    ",\"sizeInBytes\":34,\"cardinality\":2}}}\n"
#define REMOVE_VECTOR(path, id, offset)                                             \
    "{\"remove\":{\"path\":\"" path "\",\"deletionVector\":{\"storageType\":\"u\"," \
    "\"pathOrInlineDv\":\"" id "\",\"offset\":" offset ",\"sizeInBytes\":34,"       \
    "\"cardinality\":2}}}\n"

static DeltaSnapshot *open_commits(const char *first, const char *second, const char *third) {
    Slice texts[] = {slice_from_cstr(first), slice_from_cstr(second), slice_from_cstr(third)};
    Error err = {0};
    DeltaSnapshot *snapshot = delta_snapshot_from_commits(texts, third ? 3 : second ? 2 : 1, &err);
    if (!snapshot) fail_msg("%s", error_class(&err));
    return snapshot;
}

// Paths of the live files, joined by commas.
static void assert_files(const DeltaSnapshot *snapshot, const char *expected) {
    AUTO(Text, text) = {0};
    for (size_t i = 0; i < snapshot->file_count; i++) {
        if (i) text_append_char(&text, ',');
        text_append(&text, snapshot->files[i].path);
    }
    assert_string_equal(text_cstr(&text), expected);
}

static void assert_fails(const char *text, const char *class, const char *reason) {
    Slice texts[] = {slice_from_cstr(text)};
    Error err = {0};
    assert_null(delta_snapshot_from_commits(texts, 1, &err));
    assert_string_equal(error_class(&err), class);
    if (!reason) return;
    AUTO(Text, message) = {0};
    error_sentence(&err, &message);
    if (!strstr(text_cstr(&message), reason)) fail_msg("%s", text_cstr(&message));
}

static void snapshot__keeps_log_order(void **state) {
    (void)state;
    AUTO_PTR(DeltaSnapshot, s) =
        open_commits(PROTOCOL METADATA ADD("a") ADD("b"), ADD("c") REMOVE("a"), ADD("d"));
    assert_files(s, "b,c,d");
    assert_int_equal(s->version, 2);
    assert_int_equal(s->files[0].row_count, 3);
    assert_int_equal(s->files[0].size_bytes, 7);
    assert_int_equal(s->partition_count, 1);
    assert_true(slice_equal(s->partitions[0], SLICE("{\"p\":\"1\"}")));
    assert_true(slice_equal(delta_metadata_get(&s->metadata, "a"), SLICE("b")));
    assert_true(slice_equal(delta_metadata_get(&s->metadata, "n"), SLICE("1")));
    assert_null(delta_metadata_get(&s->metadata, "c").data);
}

static void snapshot__reads_a_file_that_came_back(void **state) {
    (void)state;
    AUTO_PTR(DeltaSnapshot, s) =
        open_commits(PROTOCOL METADATA ADD("a"), REMOVE("a"), ADD("a") ADD("b"));
    assert_files(s, "a,b");
}

static void snapshot__sees_one_file_in_all_spellings(void **state) {
    (void)state;
    AUTO_PTR(DeltaSnapshot, s) =
        open_commits(PROTOCOL METADATA ADD("/x/a%20b") ADD("file:/x/c") ADD("p=1%252F/d"),
                     REMOVE("file:///x/a b") REMOVE("/x/c") REMOVE("p=1%2F/d"), NULL);
    assert_files(s, "p=1%252F/d"); // decoded once, not twice
}

static void snapshot__tells_deletion_vectors_apart(void **state) {
    (void)state;
    AUTO_PTR(DeltaSnapshot, s) = open_commits(
        PROTOCOL METADATA ADD("a"), REMOVE("a") VECTOR("a", "vBn[lx{q8@P<9BNH/isA", "1"),
        REMOVE_VECTOR("a", "vBn[lx{q8@P<9BNH/isA", "1") VECTOR("a", "vBn[lx{q8@P<9BNH/isA", "43"));
    assert_files(s, "a");
    assert_int_equal(s->files[0].vector->offset, 43);
    assert_int_equal(s->files[0].vector->cardinality, 2);
    assert_int_equal(s->files[0].row_count, -1);
}

static void snapshot__takes_the_newest_protocol_and_metadata(void **state) {
    (void)state;
    AUTO_PTR(DeltaSnapshot, s) = open_commits(
        PROTOCOL METADATA,
        "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":"
        "[\"deletionVectors\"],\"writerFeatures\":[\"deletionVectors\",\"appendOnly\"]}}\n"
        "{\"metaData\":{\"id\":\"y\",\"schemaString\":\"{}\",\"partitionColumns\":[]}}",
        NULL);
    assert_int_equal(s->protocol.min_reader_version, 3);
    assert_true(delta_protocol_supports(&s->protocol, "deletionvectors"));
    assert_false(delta_protocol_supports(&s->protocol, "columnMapping"));
    assert_true(slice_equal(s->metadata.id, SLICE("y")));
    assert_int_equal(s->protocol.writer_feature_count, 2);
}

static void snapshot__keeps_live_domains(void **state) {
    (void)state;
#define DOMAIN(name, removed)                                                                   \
    "{\"domainMetadata\":{\"domain\":\"" name "\",\"configuration\":\"c\",\"removed\":" removed \
    "}}\n"
    AUTO_PTR(DeltaSnapshot, s) = open_commits(
        PROTOCOL METADATA DOMAIN("a", "false") DOMAIN("b", "false"), DOMAIN("a", "true"), NULL);
    assert_int_equal(s->domain_count, 1);
    assert_true(slice_equal(s->domains[0].domain, SLICE("b")));
}

static void snapshot__tolerates_other_writers(void **state) {
    (void)state;
    // Blank lines, CRLF, no last line end, pretty printing, unknown actions and members, nulls.
    AUTO_PTR(DeltaSnapshot, s) = open_commits(
        PROTOCOL "\r\n\n" METADATA "{\"add\":\n {\"path\":\"a\",\n \"size\": 1.0,\"new\":[{}],"
                 "\"stats\":null,\"partitionValues\":null}}\r\n{\"future\":{\"x\":1}}\n"
                 "{\"add\":null,\"remove\":null}\n{\"commitInfo\":{\"operation\":3}}",
        "", NULL);
    assert_files(s, "a");
    assert_true(slice_equal(s->partitions[0], SLICE("{}")));
}

static void snapshot__refuses_unknown_features_by_name(void **state) {
    (void)state;
    assert_fails(
        "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":"
        "[\"deletionVectors\",\"catalogOwned\",\"geospatial\"],\"writerFeatures\":[]}}\n" METADATA,
        "DELTA_UNSUPPORTED_FEATURES_FOR_READ", "catalogOwned, geospatial");
    assert_fails("{\"protocol\":{\"minReaderVersion\":99,\"minWriterVersion\":7}}\n" METADATA,
                 "DELTA_INVALID_PROTOCOL_VERSION", "99");
    assert_fails("{\"protocol\":{\"minReaderVersion\":0,\"minWriterVersion\":7}}\n" METADATA,
                 "DELTA_INVALID_PROTOCOL_VERSION", NULL);
}

static void snapshot__refuses_incomplete_logs(void **state) {
    (void)state;
    assert_fails(METADATA, "DELTA_STATE_RECOVER_ERROR", "protocol");
    assert_fails(PROTOCOL, "DELTA_STATE_RECOVER_ERROR", "metadata");
    assert_fails("", "DELTA_STATE_RECOVER_ERROR", "protocol");
}

static void snapshot__refuses_malformed_commits(void **state) {
    (void)state;
    const char *class = "DELTA_LOG_MALFORMED";
    assert_fails(PROTOCOL "{\"add\":{\"path\":\"a\"", class, "unexpected end");
    assert_fails(PROTOCOL "nonsense", class, "00000000000000000000.json");
    assert_fails("[1]", class, "action");
    assert_fails("{\"add\":{\"size\":1}}", class, "path");
    assert_fails("{\"add\":{\"path\":7}}", class, "path");
    assert_fails("{\"add\":{\"path\":\"a\",\"size\":\"1\"}}", class, "size");
    assert_fails("{\"add\":{\"path\":\"a\",\"size\":1.5}}", class, "size");
    assert_fails("{\"add\":[]}", class, "add");
    assert_fails("{\"protocol\":{\"minReaderVersion\":1}}", class, "minWriterVersion");
    assert_fails("{\"metaData\":{\"partitionColumns\":\"a\"}}", class, "partitionColumns");
    assert_fails("{\"add\":{\"path\":\"a\",\"deletionVector\":{\"offset\":-1,"
                 "\"storageType\":\"u\"}}}",
                 class, "offset");
    assert_fails("{\"add\":{\"path\":\"\xFF\"}}", class, "UTF-8");
}

static void stats__finds_the_row_count(void **state) {
    (void)state;
    assert_int_equal(delta_stats_row_count(SLICE("{\"numRecords\":12}")), 12);
    assert_int_equal(delta_stats_row_count(SLICE("{\"a\":{\"b\":[1]},\"numRecords\":0}")), 0);
    assert_int_equal(delta_stats_row_count(SLICE("{\"numRecords\":-1}")), -1);
    assert_int_equal(delta_stats_row_count(SLICE("{\"numRecords\":\"1\"}")), -1);
    assert_int_equal(delta_stats_row_count(SLICE("{\"a\":1}")), -1);
    assert_int_equal(delta_stats_row_count(SLICE("{")), -1);
    assert_int_equal(delta_stats_row_count(SLICE_NONE), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshot__keeps_log_order),
        cmocka_unit_test(snapshot__reads_a_file_that_came_back),
        cmocka_unit_test(snapshot__sees_one_file_in_all_spellings),
        cmocka_unit_test(snapshot__tells_deletion_vectors_apart),
        cmocka_unit_test(snapshot__takes_the_newest_protocol_and_metadata),
        cmocka_unit_test(snapshot__keeps_live_domains),
        cmocka_unit_test(snapshot__tolerates_other_writers),
        cmocka_unit_test(snapshot__refuses_unknown_features_by_name),
        cmocka_unit_test(snapshot__refuses_incomplete_logs),
        cmocka_unit_test(snapshot__refuses_malformed_commits),
        cmocka_unit_test(stats__finds_the_row_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
