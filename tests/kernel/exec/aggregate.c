// SPDX-License-Identifier: Apache-2.0
// Grouping against a naive fold: keys of every type, few and many groups, DISTINCT, FILTER, order
// in the group, groups by first appearance, and the same bytes on any number of threads.
#include "tests/support/plan_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct Group {
    uint32_t row; // first
    uint64_t count;
    uint64_t values;
    int64_t sum;
    int64_t low;
    int64_t high;
    int64_t big; // rows where the value is at least 50
    bool seen[100];
} Group;

static bool same_key(const TestTable *table, uint32_t a, uint32_t b, uint32_t keys) {
    for (uint32_t k = 0; k < keys; k++)
        if (!value_equal(kit_cell(table, a, k), kit_cell(table, b, k))) return false;
    return true;
}

// Keys are columns 0..keys-1, the value (0..99) is column 2.
static char *expected(const TestTable *table, uint32_t keys) {
    Group *groups = xcalloc(table->row_count + 1, sizeof *groups);
    uint32_t count = keys == 0;
    for (uint32_t r = 0; r < table->row_count; r++) {
        uint32_t g = 0;
        while (g < count && keys && !same_key(table, groups[g].row, r, keys)) g++;
        if (g == count) groups[count++].row = r;
        Group *group = &groups[g];
        const Value *value = kit_cell(table, r, 2);
        group->count++;
        if (value->is_null) continue;
        if (group->values == 0 || value->i64 < group->low) group->low = value->i64;
        if (group->values == 0 || value->i64 > group->high) group->high = value->i64;
        group->values++;
        group->sum += value->i64;
        group->big += value->i64 >= 50;
        group->seen[value->i64] = true;
    }
    Text out = {0};
    for (uint32_t g = 0; g < count; g++) {
        const Group *group = &groups[g];
        int64_t distinct = 0;
        for (uint32_t i = 0; i < 100; i++) distinct += group->seen[i];
        Value row[9];
        uint32_t c = 0;
        for (; c < keys; c++) row[c] = *kit_cell(table, group->row, c);
        row[c++] = value_int(TYPE_BIGINT, (int64_t)group->count);
        row[c++] =
            group->values ? value_int(TYPE_BIGINT, group->sum) : value_null(type_of(TYPE_BIGINT));
        row[c++] =
            group->values ? value_int(TYPE_BIGINT, group->low) : value_null(type_of(TYPE_BIGINT));
        row[c++] =
            group->values ? value_int(TYPE_BIGINT, group->high) : value_null(type_of(TYPE_BIGINT));
        row[c++] = value_int(TYPE_BIGINT, distinct);
        row[c++] = value_int(TYPE_BIGINT, group->big);
        kit_append_row(&out, row, c);
    }
    free(groups);
    return text_take(&out);
}

static PhysNode *plan(PlanKit *kit, const TestTable *table, uint32_t keys) {
    const uint32_t columns[] = {0, 1};
    PhysNode *scan = kit_scan(kit, table);
    const Type *bigint = type_of(TYPE_BIGINT);
    AggregateCall **calls = ARENA_ARRAY(&kit->arena, AggregateCall *, 6);
    calls[0] = kit_call(kit, "count", scan, -1, bigint);
    calls[1] = kit_call(kit, "sum", scan, 2, bigint);
    calls[2] = kit_call(kit, "min", scan, 2, bigint);
    calls[3] = kit_call(kit, "max", scan, 2, bigint);
    calls[4] = kit_call(kit, "count", scan, 2, bigint);
    calls[4]->distinct = true;
    calls[5] = kit_call(kit, "count", scan, 2, bigint);
    calls[5]->filter = kit_less(kit, kit_int(kit, 49), kit_column(kit, scan, 2));
    return kit_aggregate(kit, scan, columns, keys, calls, 6);
}

static void check(const ColumnSpec *specs, uint32_t keys, uint32_t rows, uint64_t seed) {
    for (uint32_t threads = 1; threads <= 8; threads *= 2) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        TestTable *table = kit_table(&kit.arena, specs, 3, rows, 1 + rows / 7, seed);
        char *got = kit_run(&kit, plan(&kit, table, keys), 0), *wanted = expected(table, keys);
        assert_string_equal(got, wanted);
        free(got);
        free(wanted);
        kit_deinit(&kit);
    }
}

static void aggregate__agrees_with_a_fold(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    const TypeId types[] = {TYPE_BIGINT, TYPE_INT,  TYPE_STRING,  TYPE_DOUBLE,
                            TYPE_ARRAY,  TYPE_DATE, TYPE_DECIMAL, TYPE_BOOLEAN};
    for (uint32_t round = 0; round < 48; round++) {
        ColumnSpec specs[] = {
            {types[round % COUNT_OF(types)], round % 5 ? 13 : 500, round % 2 * 10},
            {types[round / 8 % COUNT_OF(types)], 5, round % 3 * 10},
            {TYPE_BIGINT, 100, 10}};
        check(specs, round % 3, round % 4 * 600, seed + round);
    }
}

// More rows than a chunk, nearly as many groups: pre-aggregation stops.
static void aggregate__passes_rows_through(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    char *first = NULL;
    for (uint32_t threads = 1; threads <= 4; threads *= 2) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        const ColumnSpec specs[] = {{TYPE_BIGINT, 300000, 0}, {TYPE_DOUBLE, 1000, 0}};
        TestTable *table = kit_table(&kit.arena, specs, 2, 400000, 200000, seed);
        PhysNode *scan = kit_scan(&kit, table);
        const uint32_t columns[] = {0};
        AggregateCall *calls[] = {kit_call(&kit, "sum", scan, 1, type_of(TYPE_DOUBLE)),
                                  kit_call(&kit, "count", scan, -1, type_of(TYPE_BIGINT))};
        char *got = kit_run(&kit, kit_aggregate(&kit, scan, columns, 1, calls, 2), 0);
        // The rows in order of their keys' first appearance.
        bool *seen = xcalloc(300000, 1);
        char *at = got;
        for (uint32_t r = 0; r < table->row_count; r++) {
            int64_t key = kit_cell(table, r, 0)->i64;
            if (seen[key]) continue;
            seen[key] = true;
            assert_int_equal(strtoll(at, NULL, 10), key);
            at = strchr(at, '\n') + 1;
        }
        assert_int_equal(*at, 0);
        free(seen);
        if (first) {
            assert_true(strcmp(first, got) == 0);
            free(got);
        } else {
            first = got;
        }
        kit_deinit(&kit);
    }
    free(first);
}

// Doubles of very different size: the sum depends on the order of additions, not on the threads.
static void aggregate__sums_do_not_depend_on_threads(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    char *first = NULL;
    for (uint32_t threads = 1; threads <= 8; threads *= 2) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        const ColumnSpec specs[] = {{TYPE_INT, 3, 0}, {TYPE_DOUBLE, 1000, 5}};
        TestTable *table = kit_table(&kit.arena, specs, 2, 50000, 1000, seed);
        for (uint32_t r = 0; r < table->row_count; r++) {
            Value *cell = kit_cell(table, r, 1);
            cell->f64 = cell->f64 * 0.1 + (r % 97 == 0 ? 1e15 : 0);
        }
        PhysNode *scan = kit_scan(&kit, table);
        const uint32_t columns[] = {0};
        AggregateCall *calls[] = {kit_call(&kit, "sum", scan, 1, type_of(TYPE_DOUBLE)),
                                  kit_call(&kit, "avg", scan, 1, type_of(TYPE_DOUBLE))};
        char *got = kit_run(&kit, kit_aggregate(&kit, scan, columns, 1, calls, 2), 0);
        if (first) {
            assert_string_equal(got, first);
            free(got);
        } else {
            first = got;
        }
        kit_deinit(&kit);
    }
    free(first);
}

static void aggregate__sum_overflow_is_an_error(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const ColumnSpec specs[] = {{TYPE_BIGINT, 3, 0}};
    TestTable *table = kit_table(&kit.arena, specs, 1, 3, 1, 1);
    for (uint32_t r = 0; r < 3; r++)
        *kit_cell(table, r, 0) = value_int(TYPE_BIGINT, r == 2 ? -5 : INT64_MAX - 1 + r);
    PhysNode *scan = kit_scan(&kit, table);
    AggregateCall *sum = kit_call(&kit, "sum", scan, 0, type_of(TYPE_BIGINT));
    PhysNode *node = kit_aggregate(&kit, scan, NULL, 0, &sum, 1);
    char *got = kit_run(&kit, node, 0);
    assert_string_equal(got, "ERROR ARITHMETIC_OVERFLOW");
    free(got);
    sum->function_data = &aggregate_legacy;
    got = kit_run(&kit, node, 0);
    assert_string_equal(got, "-8\n");
    free(got);
    sum->function = aggregate_find(SLICE("try_sum"), (const Type *const[]){type_of(TYPE_BIGINT)}, 1,
                                   type_of(TYPE_BIGINT));
    got = kit_run(&kit, node, 0);
    assert_string_equal(got, "NULL\n");
    free(got);
    kit_deinit(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aggregate__agrees_with_a_fold),
        cmocka_unit_test(aggregate__passes_rows_through),
        cmocka_unit_test(aggregate__sums_do_not_depend_on_threads),
        cmocka_unit_test(aggregate__sum_overflow_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
