// SPDX-License-Identifier: Apache-2.0
// Columns in the names of folders: their types by all values, escapes, nulls, conflicts.
#include "kernel/lake/parquet/partition.h"

#include "base/text.h"
#include "kernel/column/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

// Types and values of files below /t, "name:type ... | value ... | value ...".
static void assert_partitions(const char *const *paths, size_t count, const Type *schema,
                              const char *expected) {
    AUTO(Arena, arena) = {0};
    AUTO(Text, text) = {0};
    StorageEntry entries[8] = {0};
    Partitioning out;
    Error err = {0};
    for (size_t i = 0; i < count; i++) entries[i].path = slice_from_cstr(paths[i]);
    StorageListing files = {entries, count};
    if (!partitioning_find(&arena, SLICE("/t"), &files, schema, time_zone_utc(), &out, &err)) {
        assert_string_equal(error_class(&err), expected);
        return;
    }
    for (uint32_t c = 0; c < out.column_count; c++) {
        text_append(&text, out.columns[c].name);
        text_append_char(&text, ':');
        type_append_catalog(out.columns[c].type, &text);
        text_append_char(&text, ' ');
    }
    for (size_t f = 0; f < count; f++) {
        text_append_cstr(&text, "|");
        for (uint32_t c = 0; c < out.column_count; c++) {
            text_append_char(&text, ' ');
            value_append_text(&out.values[f][c], TEXT_SHOW, time_zone_utc(), &text);
        }
    }
    assert_string_equal(text_cstr(&text), expected);
}

#define PATHS(...) \
    (const char *const[]){__VA_ARGS__}, COUNT_OF(((const char *const[]){__VA_ARGS__}))

static void partition__infers_types(void **state) {
    (void)state;
    assert_partitions(PATHS("/t/f.parquet"), NULL, "|");
    assert_partitions(PATHS("/t/a=1/f", "/t/a=-2/f"), NULL, "a:int | 1| -2");
    assert_partitions(PATHS("/t/a=1/f", "/t/a=3000000000/f"), NULL, "a:bigint | 1| 3000000000");
    assert_partitions(PATHS("/t/a=1/f", "/t/a=1.5/f"), NULL, "a:double | 1.0| 1.5");
    assert_partitions(PATHS("/t/a=2024-01-02/f", "/t/a=2024-12-31/f"), NULL,
                      "a:date | 2024-01-02| 2024-12-31");
    assert_partitions(PATHS("/t/a=2024-01-02/f", "/t/a=2024-12-31 10%3A00%3A00/f"), NULL,
                      "a:timestamp | 2024-01-02 00:00:00| 2024-12-31 10:00:00");
    assert_partitions(PATHS("/t/a=1/f", "/t/a=x/f"), NULL, "a:string | 1| x");
    assert_partitions(PATHS("/t/a=1d/f"), NULL, "a:string | 1d");
}

static void partition__reads_nulls_and_escapes(void **state) {
    (void)state;
    assert_partitions(PATHS("/t/a=__HIVE_DEFAULT_PARTITION__/f", "/t/a=7/f"), NULL,
                      "a:int | NULL| 7");
    assert_partitions(PATHS("/t/a=__HIVE_DEFAULT_PARTITION__/f"), NULL, "a:string | NULL");
    assert_partitions(PATHS("/t/a%3Db=x%2Fy%zz/c=%C3%A9/f"), NULL,
                      "a=b:string c:string | x/y%zz \u00e9");
    assert_partitions(PATHS("/t/plain/a=1/f"), NULL, "a:int | 1");
}

static void partition__takes_declared_types(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    TypeField field = {.name = SLICE("A"), .type = type_of(TYPE_STRING), .nullable = true};
    const Type *schema = type_struct(&arena, &field, 1);
    assert_partitions(PATHS("/t/a=007/f"), schema, "a:string | 007");
    field.type = type_of(TYPE_INT);
    schema = type_struct(&arena, &field, 1);
    assert_partitions(PATHS("/t/a=x/f"), schema, "CANNOT_READ_FILE");
}

static void partition__refuses_conflicts(void **state) {
    (void)state;
    assert_partitions(PATHS("/t/a=1/f", "/t/b=1/f"), NULL, "CANNOT_READ_FILE");
    assert_partitions(PATHS("/t/a=1/f", "/t/f"), NULL, "CANNOT_READ_FILE");
    assert_partitions(PATHS("/t/a=1/b=2/f", "/t/a=1/f"), NULL, "CANNOT_READ_FILE");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partition__infers_types),
        cmocka_unit_test(partition__reads_nulls_and_escapes),
        cmocka_unit_test(partition__takes_declared_types),
        cmocka_unit_test(partition__refuses_conflicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
