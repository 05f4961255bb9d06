// SPDX-License-Identifier: Apache-2.0
// Shredded variants come out as the binary values that the published cases state; broken ones are
// refused.
#include "base/text.h"
#include "kernel/column/format.h"
#include "kernel/lake/parquet/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static Slice cases_folder(Arena *arena) {
    const char *data = getenv("TARN_TEST_DATA");
    return storage_join(arena, slice_from_cstr(data ? data : "../shared/data"),
                        SLICE("parquet/shredded_variant"));
}

static void text_of_variant(Slice bytes, Text *out) {
    StringView view = string_view_of(bytes.data, (uint32_t)bytes.bytes);
    Vector vector = {.type = type_of(TYPE_VARIANT), .form = VECTOR_FLAT, .count = 1};
    vector.data = &view;
    vector_append_text(&vector, 0, TEXT_JSON, time_zone_utc(), out);
}

// The same bytes, or the same value in another but equal encoding.
static void assert_variant(Slice got, Slice want, Slice path) {
    if (slice_equal(got, want)) return;
    AUTO(Text, a) = {0};
    AUTO(Text, b) = {0};
    text_of_variant(got, &a);
    text_of_variant(want, &b);
    if (strcmp(text_cstr(&a), text_cstr(&b)) != 0) {
        fail_msg("%.*s: got %s, want %s", SLICE_ARGS(path), text_cstr(&a), text_cstr(&b));
    }
}

static void batch_check(Arena *arena, const Batch *batch, Slice path, uint32_t *rows) {
    for (uint32_t r = 0; r < batch->row_count; r++, (*rows)++) {
        Slice stem = slice_first(path, path.bytes - strlen(".parquet"));
        Slice expected = arena_printf(arena, "%.*s_row-%u.variant.bin", SLICE_ARGS(stem), *rows);
        Error err = {0};
        Slice want;
        bool has = storage_read_all(arena, expected, 1 << 20, &want, &err);
        assert_int_equal(has, !vector_is_null(&batch->columns[0], r));
        if (!has) continue;
        Value value = vector_value(&batch->columns[0], r, arena);
        assert_variant(value.bytes, want, path);
    }
}

static bool case_read(Arena *arena, Slice path, uint32_t *rows, Error *err) {
    ParquetField field = {SLICE("var"), -1, type_of(TYPE_VARIANT), NULL};
    AUTO_PTR(ParquetReader, reader) = parquet_reader_open(NULL, path, &field, 1, NULL, err);
    *rows = 0;
    for (bool done = false; reader && !done;) {
        Batch batch;
        if (!parquet_reader_next(reader, &batch, &done, err)) return false;
        batch_check(arena, &batch, path, rows);
    }
    return reader != NULL;
}

static bool case_is_error(Slice name) {
    static const char *const errors[] = {"case-042.parquet", "case-087.parquet", "case-127.parquet",
                                         "case-137.parquet"};
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        if (slice_equal_cstr(name, errors[i])) return true;
    }
    return false;
}

static void shredded_variant__reads_every_case(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    StorageListing files;
    bool found;
    Error err = {0};
    assert_true(storage_list(&arena, cases_folder(&arena), &files, &found, &err));
    if (!found) skip();
    uint32_t read = 0, refused = 0;
    for (size_t i = 0; i < files.count; i++) {
        const StorageEntry *file = &files.entries[i];
        uint32_t rows;
        if (!slice_ends_with(file->name, SLICE(".parquet"))) continue;
        error_reset(&err);
        bool ok = case_read(&arena, file->path, &rows, &err);
        if (ok == case_is_error(file->name)) fail_msg("%.*s: %d", SLICE_ARGS(file->path), ok);
        read += ok;
        refused += !ok;
        if (!ok) assert_string_equal(error_class(&err), "CANNOT_READ_FILE");
    }
    assert_int_equal(refused, 4);
    assert_true(read >= 79);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(shredded_variant__reads_every_case)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
