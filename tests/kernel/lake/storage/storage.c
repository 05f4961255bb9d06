// SPDX-License-Identifier: Apache-2.0
// Paths, reads, listings and globs over local files.
#include "kernel/lake/storage/storage.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct Fixture {
    Arena arena;
    Error err;
    Slice root;
} Fixture;

static void file_write(Fixture *f, const char *name, const char *content) {
    Slice path = storage_join(&f->arena, f->root, slice_from_cstr(name));
    for (size_t i = f->root.bytes + 1; i < path.bytes; i++) {
        if (path.data[i] == '/') mkdir(arena_cstr(&f->arena, slice_first(path, i)), 0700);
    }
    FILE *file = fopen(arena_cstr(&f->arena, path), "wb");
    assert_non_null(file);
    fwrite(content, 1, strlen(content), file);
    fclose(file);
}

static int fixture_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    char folder[] = "/tmp/tarn-storage-XXXXXX";
    assert_non_null(mkdtemp(folder));
    f->root = arena_copy(&f->arena, slice_from_cstr(folder));
    *state = f;
    return 0;
}

static int fixture_down(void **state) {
    Fixture *f = *state;
    char command[200];
    snprintf(command, sizeof command, "rm -rf '%.*s'", SLICE_ARGS(f->root));
    int failed = system(command);
    arena_deinit(&f->arena);
    free(f);
    return failed;
}

static const char *resolved(Fixture *f, const char *folder, const char *uri) {
    Slice path;
    error_reset(&f->err);
    if (!storage_resolve(&f->arena, slice_from_cstr(folder), slice_from_cstr(uri), &path,
                         &f->err)) {
        return error_class(&f->err);
    }
    return arena_cstr(&f->arena, path);
}

static void storage_resolve__makes_absolute_paths(void **state) {
    Fixture *f = *state;
    assert_string_equal(resolved(f, "/a/b", "c.parquet"), "/a/b/c.parquet");
    assert_string_equal(resolved(f, "/a/b", "../c//d/./e/"), "/a/c/d/e");
    assert_string_equal(resolved(f, "/a", "/x/../../y"), "/y");
    assert_string_equal(resolved(f, "/a", "file:/x/y%20z"), "/x/y%20z");
    assert_string_equal(resolved(f, "/a", "file:///x"), "/x");
    assert_string_equal(resolved(f, "/a", "FILE://localhost/x"), "/x");
    assert_string_equal(resolved(f, "/a", "file:rel"), "/a/rel");
    assert_string_equal(resolved(f, "/a", ""), "/a");
    assert_string_equal(resolved(f, "", "/"), "/");
    assert_string_equal(resolved(f, "/a", "c:x"), "/a/c:x");
}

static void storage_resolve__refuses_other_schemes(void **state) {
    Fixture *f = *state;
    assert_string_equal(resolved(f, "/", "s3://bucket/key"), "UNSUPPORTED_FEATURE");
    assert_string_equal(resolved(f, "/", "hdfs:/x"), "UNSUPPORTED_FEATURE");
}

static void storage_read__reads_ranges(void **state) {
    Fixture *f = *state;
    file_write(f, "x", "0123456789");
    Slice path = storage_join(&f->arena, f->root, SLICE("x"));
    AUTO_PTR(StorageFile, file) = storage_open(path, &f->err);
    assert_non_null(file);
    assert_int_equal(storage_file_bytes(file), 10);
    char out[11] = "";
    assert_true(storage_read(file, 3, 4, out, &f->err));
    assert_memory_equal(out, "3456", 4);
    assert_true(storage_read(file, 10, 0, out, &f->err));
    assert_false(storage_read(file, 7, 4, out, &f->err));
    assert_string_equal(error_class(&f->err), "CANNOT_READ_FILE");
    assert_false(storage_read(file, UINT64_MAX, 2, out, &f->err));
    assert_int_equal(truncate(arena_cstr(&f->arena, path), 5), 0);
    assert_false(storage_read(file, 3, 4, out, &f->err));
}

static void storage_read_all__holds_to_its_limit(void **state) {
    Fixture *f = *state;
    file_write(f, "x", "0123456789");
    Slice path = storage_join(&f->arena, f->root, SLICE("x")), data;
    assert_true(storage_read_all(&f->arena, path, 10, &data, &f->err));
    assert_true(slice_equal(data, SLICE("0123456789")));
    assert_false(storage_read_all(&f->arena, path, 9, &data, &f->err));
}

static void storage_open__names_what_is_missing(void **state) {
    Fixture *f = *state;
    assert_null(storage_open(storage_join(&f->arena, f->root, SLICE("none")), &f->err));
    assert_string_equal(error_class(&f->err), "PATH_NOT_FOUND");
    assert_null(storage_open(f->root, &f->err));
    assert_string_equal(error_class(&f->err), "CANNOT_READ_FILE");
    StorageEntry entry;
    bool found = true;
    assert_true(
        storage_stat(storage_join(&f->arena, f->root, SLICE("none/x")), &entry, &found, &f->err));
    assert_false(found);
}

static void storage_open_memory__reads_its_bytes(void **state) {
    Fixture *f = *state;
    AUTO_PTR(StorageFile, file) = storage_open_memory(SLICE("mem"), SLICE("abc"));
    char out[3];
    assert_true(storage_read(file, 0, 3, out, &f->err));
    assert_memory_equal(out, "abc", 3);
    assert_false(storage_read(file, 1, 3, out, &f->err));
}

static void assert_names(Fixture *f, const StorageListing *listing, const char *expected) {
    AUTO(Text, names) = {0};
    for (size_t i = 0; i < listing->count; i++) {
        Slice path = listing->entries[i].path;
        text_append(&names, slice_from(path, f->root.bytes + 1));
        text_append_char(&names, ' ');
    }
    assert_string_equal(text_cstr(&names), expected);
}

static void tree_make(Fixture *f) {
    file_write(f, "b/1.parquet", "1");
    file_write(f, "b/_SUCCESS", "");
    file_write(f, "b/.hidden", "");
    file_write(f, "a=1/_p=x/2.parquet", "22");
    file_write(f, "_log/0.json", "");
    file_write(f, "c.csv", "333");
}

static void storage_walk__finds_files_at_any_depth(void **state) {
    Fixture *f = *state;
    tree_make(f);
    StorageListing listing;
    assert_true(storage_walk(&f->arena, f->root, &listing, &f->err));
    assert_names(f, &listing, "a=1/_p=x/2.parquet b/1.parquet c.csv ");
    assert_int_equal(listing.entries[0].bytes, 2);
}

static void storage_list__tells_a_level(void **state) {
    Fixture *f = *state;
    tree_make(f);
    StorageListing listing;
    bool found;
    assert_true(storage_list(&f->arena, f->root, &listing, &found, &f->err));
    assert_true(found);
    assert_names(f, &listing, "_log a=1 b c.csv ");
    assert_true(listing.entries[0].is_folder);
    assert_true(slice_equal(listing.entries[3].name, SLICE("c.csv")));
    assert_true(storage_list(&f->arena, storage_join(&f->arena, f->root, SLICE("zz")), &listing,
                             &found, &f->err));
    assert_false(found);
}

static void assert_glob(Fixture *f, const char *pattern, const char *expected) {
    StorageListing listing;
    Slice whole = storage_join(&f->arena, f->root, slice_from_cstr(pattern));
    assert_true(storage_glob(&f->arena, whole, &listing, &f->err));
    assert_names(f, &listing, expected);
}

static void storage_glob__matches_part_by_part(void **state) {
    Fixture *f = *state;
    tree_make(f);
    assert_glob(f, "*", "_log a=1 b c.csv ");
    assert_glob(f, "*.csv", "c.csv ");
    assert_glob(f, "b/*", "b/1.parquet b/_SUCCESS ");
    assert_glob(f, "b/.h*", "b/.hidden ");
    assert_glob(f, "?/[0-9].par*et", "b/1.parquet ");
    assert_glob(f, "[^a]/1.parquet", "b/1.parquet ");
    assert_glob(f, "{b,a=1/*}/*.parquet", "a=1/_p=x/2.parquet b/1.parquet ");
    assert_glob(f, "{b,{b,c.csv}}", "b c.csv ");
    assert_glob(f, "*q*", "");
    assert_true(storage_is_glob(SLICE("/a/{b}")));
    assert_false(storage_is_glob(SLICE("/a=1/b")));
}

int main(void) {
#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(storage_resolve__makes_absolute_paths),
        FIXTURE_TEST(storage_resolve__refuses_other_schemes),
        FIXTURE_TEST(storage_read__reads_ranges),
        FIXTURE_TEST(storage_read_all__holds_to_its_limit),
        FIXTURE_TEST(storage_open__names_what_is_missing),
        FIXTURE_TEST(storage_open_memory__reads_its_bytes),
        FIXTURE_TEST(storage_walk__finds_files_at_any_depth),
        FIXTURE_TEST(storage_list__tells_a_level),
        FIXTURE_TEST(storage_glob__matches_part_by_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
