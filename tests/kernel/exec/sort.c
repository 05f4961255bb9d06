// SPDX-License-Identifier: Apache-2.0
// ORDER BY and its limit: stable, for every type, nulls where they belong, on any number of
// threads.
#include "tests/support/plan_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct Order {
    const TestTable *table;
    const SortKey *keys;
    uint32_t key_count;
} Order;

static int compare(const Order *order, uint32_t a, uint32_t b) {
    for (uint32_t k = 0; k < order->key_count; k++) {
        const SortKey *key = &order->keys[k];
        const Value *x = kit_cell(order->table, a, key->expr->column);
        const Value *y = kit_cell(order->table, b, key->expr->column);
        if (x->is_null || y->is_null) {
            if (x->is_null == y->is_null) continue;
            return x->is_null == key->nulls_last ? 1 : -1;
        }
        int result = value_compare(x, y);
        if (result) return key->descending ? -result : result;
    }
    return a < b ? -1 : a > b;
}

static int compare_rows(const void *a, const void *b, void *order) {
    return compare(order, *(const uint32_t *)a, *(const uint32_t *)b);
}

static char *expected(const Order *order, uint64_t limit, uint64_t offset) {
    uint32_t count = order->table->row_count;
    uint32_t *rows = xmalloc(sizeof *rows * (count + 1));
    for (uint32_t i = 0; i < count; i++) rows[i] = i;
    qsort_r(rows, count, sizeof *rows, compare_rows, (void *)(uintptr_t)order);
    Text out = {0};
    for (uint64_t i = offset; i < count && i - offset < limit; i++)
        kit_append_row(&out, kit_cell(order->table, rows[i], 0), order->table->column_count);
    free(rows);
    return text_take(&out);
}

static void check(uint32_t rows, uint32_t distinct, uint64_t limit, uint64_t offset,
                  uint64_t seed) {
    const TypeId types[] = {TYPE_STRING, TYPE_DOUBLE,  TYPE_TINYINT, TYPE_BIGINT,
                            TYPE_ARRAY,  TYPE_DECIMAL, TYPE_BOOLEAN, TYPE_DATE};
    for (uint32_t threads = 1; threads <= 8; threads *= 2) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        uint64_t random = seed;
        ColumnSpec specs[3];
        for (uint32_t c = 0; c < 3; c++)
            specs[c] = (ColumnSpec){types[kit_random(&random) % COUNT_OF(types)], distinct,
                                    c == 2 ? 0 : 10};
        for (uint32_t c = 0; c < 3; c++)
            if (specs[c].type == TYPE_TINYINT) specs[c].distinct = MIN(distinct, 100);
        TestTable *table = kit_table(&kit.arena, specs, 3, rows, 1 + rows / 10, seed);
        PhysNode *scan = kit_scan(&kit, table);
        SortKey keys[3];
        uint32_t key_count = 1 + (uint32_t)(kit_random(&random) % 3);
        for (uint32_t k = 0; k < key_count; k++)
            keys[k] = (SortKey){kit_column(&kit, scan, (uint32_t)(kit_random(&random) % 3)),
                                kit_random(&random) % 2, kit_random(&random) % 2};
        Order order = {table, keys, key_count};
        char *got = kit_run(&kit, kit_sort(&kit, scan, keys, key_count, limit, offset), 0);
        char *wanted = expected(&order, limit, offset);
        assert_string_equal(got, wanted);
        free(got);
        free(wanted);
        kit_deinit(&kit);
    }
}

static void sort__is_stable_for_all_types(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    for (uint32_t round = 0; round < 40; round++)
        check(round % 7 * 150, round % 3 ? 7 : 2000, UINT64_MAX, 0, seed + round);
}

static void sort__top_rows_are_those_of_a_full_sort(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    for (uint32_t round = 0; round < 20; round++)
        check(round % 5 * 400, round % 2 ? 5 : 3000, round % 4 * 50, round % 3 * 11, seed + round);
    for (uint32_t round = 0; round < 3; round++) check(30000, 10000, 100, 3, seed + 100 + round);
}

static void sort__merges_runs(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    for (uint32_t threads = 1; threads <= 4; threads *= 4) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        const ColumnSpec specs[] = {{TYPE_BIGINT, 100000, 1}, {TYPE_INT, 4, 0}};
        TestTable *table = kit_table(&kit.arena, specs, 2, 290000, 50000, seed);
        PhysNode *scan = kit_scan(&kit, table);
        SortKey keys[] = {{kit_column(&kit, scan, 1), false, false},
                          {kit_column(&kit, scan, 0), true, true}};
        Order order = {table, keys, 2};
        char *got = kit_run(&kit, kit_sort(&kit, scan, keys, 2, UINT64_MAX, 0), 0);
        char *wanted = expected(&order, UINT64_MAX, 0);
        assert_true(strcmp(got, wanted) == 0);
        free(got);
        free(wanted);
        kit_deinit(&kit);
    }
}

// Far more rows than memory: runs in files. -0.0 stays what it is.
static void sort__spills_what_does_not_fit(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    for (uint32_t threads = 1; threads <= 4; threads *= 4) {
        PlanKit kit;
        kit_init(&kit, threads, 4 << 20);
        const ColumnSpec specs[] = {
            {TYPE_DOUBLE, 50, 5}, {TYPE_STRING, 1000, 5}, {TYPE_ARRAY, 9, 5}, {TYPE_BIGINT, 7, 0}};
        TestTable *table = kit_table(&kit.arena, specs, 4, 60000, 5000, seed);
        for (uint32_t r = 0; r < 60000; r += 5) *kit_cell(table, r, 0) = value_double(-0.0);
        PhysNode *scan = kit_scan(&kit, table);
        SortKey keys[] = {{kit_column(&kit, scan, 3), true, false},
                          {kit_column(&kit, scan, 0), false, true}};
        Order order = {table, keys, 2};
        for (uint32_t round = 0; round < 2; round++) {
            uint64_t limit = round ? 300000 : UINT64_MAX, offset = round ? 59000 : 0;
            char *got = kit_run_into(&kit, kit_sort(&kit, scan, keys, 2, limit, offset));
            char *wanted = expected(&order, limit, offset);
            assert_true(strcmp(got, wanted) == 0);
            free(got);
            free(wanted);
        }
        assert_true(atomic_load(&kit.query.counters.spilled_bytes) > 1000000);
        kit.query.temp_folder = SLICE("/nowhere/at/all");
        char *got = kit_run_into(&kit, kit_sort(&kit, scan, keys, 2, UINT64_MAX, 0));
        assert_string_equal(got, "ERROR IO_ERROR");
        free(got);
        assert_int_equal(memory_used(kit.query.memory), 0);
        kit_deinit(&kit);
    }
}

// Keys that are no columns, and one whose text is longer than what is encoded.
static void sort__by_expressions_and_long_text(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const ColumnSpec specs[] = {{TYPE_BIGINT, 50, 10}, {TYPE_STRING, 5, 0}};
    TestTable *table = kit_table(&kit.arena, specs, 2, 500, 100, 9);
    for (uint32_t r = 0; r < 500; r++)
        *kit_cell(table, r, 1) = value_string(arena_printf(
            &kit.arena, "%.*s%u", (int)(r % 3 * 20 + 30),
            "the same beginning of a text that goes on for longer than others do", r % 7));
    PhysNode *scan = kit_scan(&kit, table);
    SortKey keys[] = {{kit_column(&kit, scan, 1), true, true},
                      {kit_add(&kit, kit_column(&kit, scan, 0), kit_int(&kit, 1)), false, false}};
    SortKey plain[] = {keys[0], {kit_column(&kit, scan, 0), false, false}};
    Order order = {table, plain, 2};
    char *got = kit_run(&kit, kit_sort(&kit, scan, keys, 2, UINT64_MAX, 0), 0);
    char *wanted = expected(&order, UINT64_MAX, 0);
    assert_string_equal(got, wanted);
    free(got);
    free(wanted);
    got = kit_run(&kit, kit_sort(&kit, scan, keys, 2, 17, 5), 0);
    wanted = expected(&order, 17, 5);
    assert_string_equal(got, wanted);
    free(got);
    free(wanted);
    kit_deinit(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sort__is_stable_for_all_types),
        cmocka_unit_test(sort__top_rows_are_those_of_a_full_sort),
        cmocka_unit_test(sort__merges_runs),
        cmocka_unit_test(sort__spills_what_does_not_fit),
        cmocka_unit_test(sort__by_expressions_and_long_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
