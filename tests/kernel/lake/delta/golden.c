// SPDX-License-Identifier: Apache-2.0
// Every table of the test data at every version: the row count that its log and footers give, or
// the refusal, is what MANIFEST.tsv says.
#include "kernel/lake/delta/snapshot.h"
#include "kernel/lake/delta/table.h"
#include "kernel/lake/delta/uri.h"
#include "kernel/lake/parquet/file.h"
#include "tests/support/table_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PATH, KIND, FEATURE, PROTOCOL, VERSIONS, ROWS, BASIS, BY_VERSION, FILES, NOTE, FIELD_COUNT };

static const char *data_folder(void) {
    const char *folder = getenv("TARN_TEST_DATA");
    return folder ? folder : "../shared/data";
}

// Rows of a file by its footer; -1 when it is not there.
static int64_t footer_rows(const DeltaSnapshot *snapshot, const DeltaFile *file, Arena *arena) {
    Error err = {0};
    Slice path;
    if (!delta_uri_resolve(arena, snapshot->table_path, file->path, &path, &err)) return -1;
    StorageFile *storage = NULL;
    ParquetFile *parquet = parquet_file_open(NULL, path, &storage, &err);
    if (!parquet) return -1;
    int64_t rows = 0;
    for (uint32_t i = 0; i < parquet->footer.row_group_count; i++)
        rows += parquet->footer.row_groups[i].row_count;
    parquet_file_unref(parquet);
    storage_close(storage);
    return rows;
}

// Live rows of a snapshot, -1 when a data file is missing.
static int64_t live_rows(const DeltaSnapshot *snapshot, bool from_footers) {
    AUTO(Arena, arena) = {0};
    int64_t rows = 0;
    for (size_t i = 0; i < snapshot->file_count; i++) {
        const DeltaFile *file = &snapshot->files[i];
        int64_t physical = from_footers ? footer_rows(snapshot, file, &arena) : file->row_count;
        if (physical < 0) physical = footer_rows(snapshot, file, &arena);
        if (physical < 0) return -1;
        if (from_footers && file->row_count >= 0) assert_int_equal(physical, file->row_count);
        rows += physical - (file->vector ? file->vector->cardinality : 0);
    }
    return rows;
}

// Rows that a scan without columns gives; -1 when it fails.
static int64_t scanned_rows(Slice path, int64_t version, Error *err) {
    Query query = {.thread_count = 1, .zone = time_zone_utc()};
    TableRequest request = {.format = SLICE("delta"),
                            .paths = &path,
                            .path_count = 1,
                            .has_version = version >= 0,
                            .version = version,
                            .zone = time_zone_utc(),
                            .query = &query};
    char *folder = realpath(".", NULL);
    request.folder = slice_from_cstr(folder);
    Table *table = delta_table_open(&request, NULL, NULL, err);
    free(folder);
    if (!table) return -1;
    AUTO(Lines, lines) = {0};
    ScanRequest none = {0};
    bool ok = lines_read_table(&lines, table, &none, &query, err);
    table_unref(table);
    return ok ? (int64_t)lines.count : -1;
}

static int failures;

static void complain(Slice table, int64_t version, const char *what, int64_t got, Slice expected) {
    failures++;
    print_message("%.*s v%lld: %s: %lld, expected %.*s\n", SLICE_ARGS(table), (long long)version,
                  what, (long long)got, SLICE_ARGS(expected));
}

static void check_version(const DeltaLog *log, Slice table, int64_t version, Slice expected,
                          bool from_footers) {
    Error err = {0};
    AUTO_PTR(DeltaSnapshot, snapshot) = delta_snapshot_open(log, version, &err);
    if (!snapshot) {
        AUTO(Text, text) = {0};
        error_message(&err, &text);
        complain(table, version, text_cstr(&text), -1, expected);
        return;
    }
    int64_t wanted, rows = live_rows(snapshot, from_footers);
    if (!slice_to_i64(expected, &wanted) || rows != wanted)
        complain(table, version, "rows", rows, expected);
    if (!from_footers) return; // data files are missing
    rows = scanned_rows(log->table_path, version, &err);
    if (rows == wanted) return;
    // Vectors that the test data has under a name which the log does not give.
    Slice path = error_parameter(&err, "path");
    if (rows < 0 && slice_find(path, SLICE("/deletion_vector_"), 0) != SIZE_MAX) return;
    if (err.code == ERR_DELTA_SCHEMA_NOT_SET) return; // a version without columns: no rows
    AUTO(Text, text) = {0};
    error_message(&err, &text);
    complain(table, version, text_cstr(&text), rows, expected);
}

static void check_rows(const DeltaLog *log, const Slice *fields) {
    bool from_footers = slice_find(fields[BASIS], SLICE("absent"), 0) == SIZE_MAX;
    int64_t count;
    if (slice_to_i64(fields[ROWS], &count))
        check_version(log, fields[PATH], -1, fields[ROWS], from_footers);
    Slice rest = fields[BY_VERSION], pair;
    while (rest.bytes && slice_split(&rest, ',', &pair)) {
        Slice version_text = {0};
        int64_t version;
        if (!slice_split(&pair, ':', &version_text) || !slice_to_i64(version_text, &version))
            continue;
        check_version(log, fields[PATH], version, pair, from_footers);
    }
}

static void check_error(const Slice *fields, Slice path, const char *class) {
    AUTO(Arena, arena) = {0};
    Error err = {0};
    DeltaLog log;
    DeltaSnapshot *snapshot = NULL;
    if (delta_log_list(&arena, path, &log, &err)) snapshot = delta_snapshot_open(&log, -1, &err);
    if (snapshot || strcmp(error_class(&err), class) != 0)
        complain(fields[PATH], -1, snapshot ? "no error" : error_class(&err), 0,
                 slice_from_cstr(class));
    delta_snapshot_unref(snapshot);
}

// Tables that must be refused, and how.
static const char *expected_error(Slice table) {
    static const char *const errors[][2] = {
        {"deltalog-invalid-protocol-version", "DELTA_INVALID_PROTOCOL_VERSION"},
        {"deltalog-state-reconstruction-without-protocol", "DELTA_STATE_RECOVER_ERROR"},
        {"no-delta-log-folder", "DELTA_PATH_DOES_NOT_EXIST"},
        {"versions-not-contiguous", "DELTA_VERSIONS_NOT_CONTIGUOUS"},
        {"table-with-geo", "DELTA_UNSUPPORTED_FEATURES_FOR_READ"},
        {"catalog_managed_0", "DELTA_UNSUPPORTED_FEATURES_FOR_READ"},
        {"catalog-owned-preview", "DELTA_UNSUPPORTED_FEATURES_FOR_READ"},
        {"table_e", "DELTA_UNSUPPORTED_FEATURES_FOR_READ"},
        {"table_h", "DELTA_UNSUPPORTED_FEATURES_FOR_READ"},
        {"data-reader-absolute-paths-escaped-chars", "DELTA_STATE_RECOVER_ERROR"},
        {"crc-malformed", "DELTA_PATH_DOES_NOT_EXIST"},
    };
    for (size_t i = 0; i < COUNT_OF(errors); i++)
        if (slice_ends_with(table, slice_from_cstr(errors[i][0]))) return errors[i][1];
    return NULL;
}

static void check_table(const Slice *fields, Arena *arena) {
    Slice path =
        arena_printf(arena, "%s/delta/%.*s/delta", data_folder(), SLICE_ARGS(fields[PATH]));
    Error err = {0};
    DeltaLog log;
    if (expected_error(fields[PATH])) {
        check_error(fields, path, expected_error(fields[PATH]));
        return;
    }
    if (!delta_log_list(arena, path, &log, &err)) {
        complain(fields[PATH], -1, error_class(&err), 0, fields[VERSIONS]);
        return;
    }
    check_rows(&log, fields);
    // Whatever rows are said: the newest version can be rebuilt.
    DeltaSnapshot *snapshot = delta_snapshot_open(&log, -1, &err);
    if (!snapshot) complain(fields[PATH], -1, error_class(&err), 0, fields[NOTE]);
    delta_snapshot_unref(snapshot);
}

static void golden__rows_of_every_version(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    Slice manifest, line;
    Slice path = arena_printf(&arena, "%s/delta/MANIFEST.tsv", data_folder());
    if (!storage_read_all(&arena, path, 1 << 20, &manifest, &err)) skip();
    int tables = 0;
    slice_split(&manifest, '\n', &line); // the header
    while (slice_split(&manifest, '\n', &line)) {
        Slice fields[FIELD_COUNT] = {0};
        int count = 0;
        while (count < FIELD_COUNT && slice_split(&line, '\t', &fields[count])) count++;
        if (count < FIELD_COUNT || !slice_equal(fields[KIND], SLICE("delta"))) continue;
        check_table(fields, &arena);
        tables++;
    }
    print_message("%d tables\n", tables);
    assert_true(tables > 100);
    assert_int_equal(failures, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden__rows_of_every_version)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
