// SPDX-License-Identifier: Apache-2.0
// The rows that a scan of each table gives are those of the Parquet files that the upstream test
// data expects, value by value.
#include "kernel/lake/delta/table.h"
#include "kernel/lake/storage/storage.h"
#include "tests/support/table_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static int failures;

static const char *data_folder(void) {
    const char *folder = getenv("TARN_TEST_DATA");
    return folder ? folder : "../shared/data";
}

static void complain(Slice name, const char *what, const Error *err) {
    AUTO(Text, text) = {0};
    if (err) error_message(err, &text);
    failures++;
    print_message("%.*s: %s %s\n", SLICE_ARGS(name), what, text_cstr(&text));
}

static bool read_expected(Lines *lines, Slice folder, const Table *table, Error *err) {
    AUTO(Arena, arena) = {0};
    ParquetField *fields = ARENA_ARRAY(&arena, ParquetField, table->column_count + 1);
    for (uint32_t i = 0; i < table->column_count; i++)
        fields[i] = (ParquetField){
            .name = table->columns[i].name, .field_id = -1, .type = table->columns[i].type};
    StorageListing listing;
    if (!storage_walk(&arena, folder, &listing, err)) return false;
    for (size_t i = 0; i < listing.count; i++)
        if (slice_ends_with(listing.entries[i].name, SLICE(".parquet")) &&
            !lines_read_parquet(lines, listing.entries[i].path, fields, table->column_count, err))
            return false;
    return true;
}

static void compare_lines(Slice name, Lines *got, Lines *expected) {
    lines_sort(got);
    lines_sort(expected);
    for (size_t i = 0; i < got->count || i < expected->count; i++) {
        Slice a = i < got->count ? got->items[i] : SLICE("(no row)");
        Slice b = i < expected->count ? expected->items[i] : SLICE("(no row)");
        if (slice_equal(a, b)) continue;
        complain(name, "rows differ", NULL);
        print_message("  got      %.*s\n  expected %.*s\n", SLICE_ARGS(slice_first(a, 400)),
                      SLICE_ARGS(slice_first(b, 400)));
        return;
    }
}

// Zone of partition values without a zone that the upstream expectation was made in.
static const TimeZone *zone_of(Slice name) {
    Error err = {0};
    if (!slice_ends_with(name, SLICE("data-reader-partition-values"))) return time_zone_utc();
    return time_zone_find(SLICE("America/Los_Angeles"), &err);
}

static void check_table(Slice name, Slice expected_folder, int64_t version) {
    AUTO(Arena, arena) = {0};
    Error err = {0};
    Query query = {.thread_count = 1, .zone = time_zone_utc()};
    Slice path = arena_printf(&arena, "%s/delta/%.*s/delta", data_folder(), SLICE_ARGS(name));
    TableRequest request = {.format = SLICE("delta"),
                            .paths = &path,
                            .path_count = 1,
                            .has_version = version >= 0,
                            .version = version,
                            .zone = zone_of(name),
                            .folder = SLICE("."),
                            .query = &query};
    char *cwd = realpath(".", NULL);
    request.folder = slice_from_cstr(cwd);
    Table *table = delta_table_open(&request, NULL, NULL, &err);
    free(cwd);
    if (!table) {
        complain(name, "open", &err);
        return;
    }
    AUTO(Lines, got) = {0};
    AUTO(Lines, expected) = {0};
    if (!lines_read_table(&got, table, NULL, &query, &err)) complain(name, "scan", &err);
    else if (!read_expected(&expected, expected_folder, table, &err))
        complain(name, "expected files", &err);
    else compare_lines(name, &got, &expected);
    table_unref(table);
}

// Expected rows lie in expected/ itself, or below it as latest/, v0/, v1/ ... table_content.
static int compare_expected(Slice name, Arena *arena) {
    Slice folder = arena_printf(arena, "%s/delta/%.*s/expected", data_folder(), SLICE_ARGS(name));
    StorageListing listing;
    bool found = false;
    Error err = {0};
    if (!storage_list(arena, folder, &listing, &found, &err) || !found) return 0;
    int versions = 0;
    for (size_t i = 0; i < listing.count; i++) {
        Slice entry = listing.entries[i].name;
        if (!listing.entries[i].is_folder) continue;
        int64_t version = -1;
        bool numbered =
            slice_starts_with(entry, SLICE("v")) && slice_to_i64(slice_from(entry, 1), &version);
        if (!numbered && !slice_equal(entry, SLICE("latest"))) continue;
        check_table(name, storage_join(arena, listing.entries[i].path, SLICE("table_content")),
                    version);
        versions++;
    }
    if (!versions) check_table(name, folder, -1);
    return 1;
}

static void golden__values_of_every_table(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    int tables = 0;
    static const char *const families[] = {"delta-golden", "delta-dat"};
    for (size_t f = 0; f < COUNT_OF(families); f++) {
        StorageListing listing;
        bool found = false;
        Slice folder = arena_printf(&arena, "%s/delta/%s", data_folder(), families[f]);
        assert_true(storage_list(&arena, folder, &listing, &found, &err));
        for (size_t i = 0; found && i < listing.count; i++)
            tables += compare_expected(
                arena_printf(&arena, "%s/%.*s", families[f], SLICE_ARGS(listing.entries[i].name)),
                &arena);
    }
    print_message("%d tables with expected rows\n", tables);
    assert_int_equal(failures, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden__values_of_every_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
