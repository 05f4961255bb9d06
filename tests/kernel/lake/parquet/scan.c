// SPDX-License-Identifier: Apache-2.0
// Tables by path and their scans: filters in stages give the rows that a plain look at every row
// gives, whatever pages and row groups they pass over; partitions, deletions, row numbers.
#include "base/text.h"
#include "kernel/column/format.h"
#include "kernel/exec/functions/functions.h"
#include "kernel/lake/parquet/source.h"
#include "kernel/lake/parquet/table.h"
#include "tests/support/plan_kit.h"
#include "tests/support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct Fixture {
    PlanKit kit;
    Error err;
    Table *table;
} Fixture;

static int fixture_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    kit_init(&f->kit, 1, 0);
    *state = f;
    return 0;
}

static int fixture_down(void **state) {
    Fixture *f = *state;
    table_unref(f->table);
    kit_deinit(&f->kit);
    free(f);
    return 0;
}

static void table_open(Fixture *f, Slice path) {
    TableRequest request = {.format = SLICE("parquet"),
                            .paths = &path,
                            .path_count = 1,
                            .zone = time_zone_utc(),
                            .folder = SLICE("/"),
                            .query = &f->kit.query};
    table_unref(f->table);
    error_reset(&f->err);
    f->table = parquet_table_open(&request, &f->err);
}

static bool data_open(Fixture *f, const char *name) {
    const char *data = getenv("TARN_TEST_DATA");
    char folder[4096], *real = realpath(data ? data : "../shared/data", folder);
    if (!real) return false;
    table_open(f, storage_join(&f->kit.arena, slice_from_cstr(folder), slice_from_cstr(name)));
    if (!f->table) fail_msg("%s: %s", name, error_class(&f->err));
    return true;
}

static const Type *column_type(Fixture *f, uint32_t column) {
    return f->table->columns[column].type;
}

static Expr *compare(Fixture *f, const char *sign, uint32_t column, Value value) {
    Arena *arena = &f->kit.arena;
    const Type *type = column_type(f, column);
    const Type *types[] = {type, type};
    value.type = type;
    Expr **args = ARENA_ARRAY(arena, Expr *, 2);
    args[0] = expr_column(arena, column, type, true);
    args[1] = expr_literal(arena, value);
    const ScalarFunction *function = scalar_find(sign, types, 2, type_of(TYPE_BOOLEAN));
    assert_non_null(function);
    return expr_call(arena, function, type_of(TYPE_BOOLEAN), true, args, 2);
}

static void rows_append(const Batch *batch, uint32_t columns, Text *out) {
    for (ROWS_EACH(batch_rows(batch), i, r)) {
        for (uint32_t c = 0; c < columns; c++) {
            vector_append_text(&batch->columns[c], r, TEXT_JSON, time_zone_utc(), out);
            text_append_char(out, '|');
        }
        text_append_char(out, '\n');
    }
}

static void source_run(Fixture *f, Source *source, uint32_t columns, Text *out) {
    uint64_t morsels;
    assert_true(source->ops->prepare(source, &f->kit.query, &morsels, &f->err));
    ScanState *scan = source->ops->scan_open(source, &f->kit.query, &f->err);
    assert_non_null(scan);
    for (uint64_t m = 0; m < morsels; m++) {
        assert_true(source->ops->scan_begin(scan, m, &f->err));
        for (bool done = false; !done;) {
            Batch batch;
            assert_true(source->ops->scan_next(scan, &batch, &done, &f->err));
            rows_append(&batch, columns, out);
        }
    }
    source->ops->scan_close(scan);
    source->ops->free(source);
}

// All columns of the table, by the filters.
static char *table_run(Fixture *f, Expr *const *filters, uint32_t count) {
    uint32_t columns = f->table->column_count;
    uint32_t *all = ARENA_ARRAY(&f->kit.arena, uint32_t, columns + 1);
    for (uint32_t i = 0; i < columns; i++) all[i] = i;
    ScanRequest request = {.columns = all,
                           .column_count = columns,
                           .filters = filters,
                           .filter_count = count,
                           .output_count = columns};
    Source *source = f->table->ops->scan(f->table, &request, &f->kit.query, &f->err);
    assert_non_null(source);
    Text out = {0};
    source_run(f, source, columns, &out);
    return text_take(&out);
}

// What the filters leave of all rows, one batch of one row at a time.
static char *table_run_plainly(Fixture *f, Expr *const *filters, uint32_t count) {
    uint32_t columns = f->table->column_count;
    uint32_t *all = ARENA_ARRAY(&f->kit.arena, uint32_t, columns + 1);
    for (uint32_t i = 0; i < columns; i++) all[i] = i;
    ScanRequest request = {.columns = all, .column_count = columns, .output_count = columns};
    Source *source = f->table->ops->scan(f->table, &request, &f->kit.query, &f->err);
    ExprProgram *program = expr_compile(&f->kit.arena, filters, count, &f->kit.query, &f->err);
    ExprState *state = expr_state_new(program, &f->kit.query, &f->err);
    Text out = {0};
    uint64_t morsels;
    assert_true(source->ops->prepare(source, &f->kit.query, &morsels, &f->err));
    ScanState *scan = source->ops->scan_open(source, &f->kit.query, &f->err);
    for (uint64_t m = 0; m < morsels; m++) {
        assert_true(source->ops->scan_begin(scan, m, &f->err));
        for (bool done = false; !done;) {
            Batch batch;
            assert_true(source->ops->scan_next(scan, &batch, &done, &f->err));
            if (done) break;
            assert_true(expr_filter(state, &batch, &f->err));
            rows_append(&batch, columns, &out);
        }
    }
    source->ops->scan_close(scan);
    source->ops->free(source);
    expr_state_free(state);
    return text_take(&out);
}

static void assert_same_rows(Fixture *f, Expr *const *filters, uint32_t count) {
    char *got = table_run(f, filters, count), *want = table_run_plainly(f, filters, count);
    assert_string_equal(got, want);
    free(got);
    free(want);
}

static void scan__filters_over_tiny_pages(void **state) {
    Fixture *f = *state;
    Random random = random_new();
    if (!data_open(f, "parquet/data/alltypes_tiny_pages.parquet")) skip();
    enum { ID, BOOL, TINY, SMALL, INT, BIG, FLOAT, DOUBLE, DATE_TEXT, TEXT };
    for (int round = 0; round < 40; round++) {
        int64_t low = (int64_t)random_below(&random, 7300), width = 1 << random_below(&random, 13);
        Expr *range[] = {compare(f, ">=", ID, (Value){.i64 = low}),
                         compare(f, "<", ID, (Value){.i64 = low + width})};
        assert_same_rows(f, range, 2);
        char digit = (char)('0' + random_below(&random, 10));
        Slice text = arena_copy(&f->kit.arena, slice_of(&digit, 1));
        Expr *both[] = {compare(f, "=", TEXT, (Value){.bytes = text}), range[0], range[1]};
        assert_same_rows(f, both, 1 + (uint32_t)random_below(&random, 3));
        Expr *none[] = {compare(f, ">", BIG, (Value){.i64 = 1000}), range[1]};
        assert_same_rows(f, none, 2);
    }
}

static void scan__filters_over_row_groups(void **state) {
    Fixture *f = *state;
    if (!data_open(f, "parquet/delta-kernel/row_index_multiple_row_groups.parquet")) skip();
    for (int64_t low = -5; low < 20010; low += 1999) {
        Expr *range[] = {compare(f, ">", 0, (Value){.i64 = low}),
                         compare(f, "<=", 0, (Value){.i64 = low + 700})};
        assert_same_rows(f, range, 2);
    }
    Expr *none[] = {compare(f, ">", 0, (Value){.i64 = 100000})};
    uint64_t pruned = f->kit.query.counters.row_groups_pruned;
    char *got = table_run(f, none, 1);
    assert_string_equal(got, "");
    free(got);
    assert_int_equal(f->kit.query.counters.row_groups_pruned - pruned, 4);
}

static void scan__prunes_by_bloom_filter(void **state) {
    Fixture *f = *state;
    if (!data_open(f, "parquet/data/data_index_bloom_encoding_stats.parquet")) skip();
    uint64_t pruned = f->kit.query.counters.row_groups_pruned;
    Expr *there[] = {compare(f, "=", 0, (Value){.bytes = SLICE("Hello")})};
    assert_same_rows(f, there, 1);
    assert_int_equal(f->kit.query.counters.row_groups_pruned, pruned);
    Expr *missing[] = {compare(f, "=", 0, (Value){.bytes = SLICE("are you sure")})};
    assert_same_rows(f, missing, 1);
    assert_int_equal(f->kit.query.counters.row_groups_pruned, pruned + 1);
}

static void scan__reads_only_pages_that_can_match(void **state) {
    Fixture *f = *state;
    if (!data_open(f, "parquet/data/alltypes_tiny_pages.parquet")) skip();
    Expr *filters[] = {compare(f, "=", 0, (Value){.i64 = 1200})};
    uint64_t read = f->kit.query.counters.rows_read;
    char *got = table_run(f, filters, 1);
    assert_memory_equal(got, "1200|", 5);
    free(got);
    assert_true(f->kit.query.counters.rows_read - read <= 3000);
}

static void scan__filters_over_tpch(void **state) {
    Fixture *f = *state;
    if (!data_open(f, "tpch/sf0.01/lineitem.parquet")) skip();
    enum { ORDERKEY, QUANTITY = 4, SHIPDATE = 10, SHIPMODE = 14 };
    Expr *filters[] = {compare(f, "<", SHIPDATE, (Value){.i64 = 8100}),
                       compare(f, "=", SHIPMODE, (Value){.bytes = SLICE("AIR")}),
                       compare(f, ">=", QUANTITY, (Value){.i128 = 4900})};
    assert_same_rows(f, filters, 1);
    assert_same_rows(f, filters, 2);
    assert_same_rows(f, filters, 3);
    uint64_t count;
    assert_true(f->table->ops->exact_row_count(f->table, &count));
    assert_int_equal(count, 60175);
    ColumnStatistics statistics;
    f->table->ops->column_statistics(f->table, ORDERKEY, &statistics, &f->kit.arena);
    assert_non_null(statistics.low.type);
    assert_int_equal(statistics.low.i64, 1);
    assert_int_equal(statistics.high.i64, 60000);
}

// --- spec
// ------------------------------------------------------------------------------------------

static bool every_third(void *deletions, uint64_t first, uint32_t count, uint64_t *bits,
                        Error *err) {
    (void)err;
    for (uint32_t i = 0; i < count; i++) {
        if ((first + i) % *(uint64_t *)deletions == 0) bit_set(bits, i);
    }
    return true;
}

static void scan__leaves_out_deleted_rows(void **state) {
    Fixture *f = *state;
    if (!data_open(f, "parquet/delta-kernel/row_index_multiple_row_groups.parquet")) skip();
    uint64_t third = 3;
    Value constant = value_string(SLICE("part"));
    ParquetSourceFile file = {f->table->location, 0, &constant, &third};
    const Type *bigint = type_of(TYPE_BIGINT);
    ParquetColumn columns[] = {
        {PARQUET_COLUMN_ROW_INDEX, 0, {SLICE(""), -1, bigint, NULL}},
        {PARQUET_COLUMN_DATA, 0, {f->table->columns[0].name, -1, bigint, NULL}},
        {PARQUET_COLUMN_CONSTANT, 0, {SLICE("p"), -1, constant.type, NULL}},
        {PARQUET_COLUMN_DATA, 0, {SLICE("not there"), -1, type_of(TYPE_DATE), NULL}},
    };
    uint32_t positions[] = {0, 1, 2, 3};
    ScanRequest request = {.columns = positions, .column_count = 4, .output_count = 4};
    ParquetSourceSpec spec = {.files = &file,
                              .file_count = 1,
                              .columns = columns,
                              .request = &request,
                              .deleted_rows = every_third,
                              .row_count = -1};
    AUTO(Text, out) = {0};
    AUTO(Text, want) = {0};
    source_run(f, parquet_source_new(&spec), 4, &out);
    for (int i = 0; i < 20000; i++) {
        if (i % 3) text_printf(&want, "%d|%d|\"part\"|null|\n", i, i);
    }
    assert_string_equal(text_cstr(&out), text_cstr(&want));
}

// --- folders
// ---------------------------------------------------------------------------------------

static void file_copy(Fixture *f, const char *folder, const char *name) {
    char path[512], command[2000];
    const char *data = getenv("TARN_TEST_DATA");
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(command, sizeof command, "mkdir -p \"$(dirname '%s')\" && cp '%s/%s' '%s'", path,
             data ? data : "../shared/data", "parquet/data/alltypes_plain.parquet", path);
    (void)f;
    assert_int_equal(system(command), 0);
}

static void table__reads_partition_folders(void **state) {
    Fixture *f = *state;
    char folder[] = "/tmp/tarn-parquet-XXXXXX";
    if (!data_open(f, "parquet/data/alltypes_plain.parquet")) skip();
    assert_non_null(mkdtemp(folder));
    file_copy(f, folder, "year=2024/name=a%2Fb/1.parquet");
    file_copy(f, folder, "year=2025/name=__HIVE_DEFAULT_PARTITION__/2.parquet");
    file_copy(f, folder, "_ignored/x=1/3.parquet");
    table_open(f, slice_from_cstr(folder));
    assert_non_null(f->table);
    uint32_t count = f->table->column_count;
    assert_int_equal(count, 13);
    const TableColumn *year = &f->table->columns[count - 2], *name = year + 1;
    assert_true(year->is_partition && name->is_partition && !f->table->columns[0].is_partition);
    assert_int_equal(year->type->id, TYPE_INT);
    assert_int_equal(name->type->id, TYPE_STRING);
    Expr *filters[] = {compare(f, "=", count - 2, (Value){.i64 = 2024}),
                       compare(f, "=", 0, (Value){.i64 = 4})};
    uint64_t pruned = f->kit.query.counters.files_pruned;
    char *got = table_run(f, filters, 2);
    assert_non_null(strstr(got, "|2024|\"a/b\"|\n"));
    assert_null(strstr(got, "2025"));
    assert_int_equal(f->kit.query.counters.files_pruned - pruned, 1);
    free(got);
    assert_same_rows(f, filters, 1);
    table_open(f, arena_printf(&f->kit.arena, "%s/*/*/*.parquet", folder));
    assert_non_null(f->table);
    assert_int_equal(f->table->column_count, 11);
    table_open(f, arena_printf(&f->kit.arena, "%s/nothing*", folder));
    assert_null(f->table);
    assert_string_equal(error_class(&f->err), "PATH_NOT_FOUND");
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void) {
#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(scan__filters_over_tiny_pages),
        FIXTURE_TEST(scan__filters_over_row_groups),
        FIXTURE_TEST(scan__prunes_by_bloom_filter),
        FIXTURE_TEST(scan__reads_only_pages_that_can_match),
        FIXTURE_TEST(scan__filters_over_tpch),
        FIXTURE_TEST(scan__leaves_out_deleted_rows),
        FIXTURE_TEST(table__reads_partition_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
