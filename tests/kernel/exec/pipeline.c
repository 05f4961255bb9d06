// SPDX-License-Identifier: Apache-2.0
// Scans, filters, projections, limits, unions, subqueries as parameters: the same rows in the same
// order whatever the number of threads.
#include "tests/support/plan_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const ColumnSpec specs[] = {
    {TYPE_BIGINT, 1000, 10}, {TYPE_STRING, 50, 10}, {TYPE_DOUBLE, 100, 0},
    {TYPE_ARRAY, 20, 10},    {TYPE_DECIMAL, 30, 5},
};

static char *table_text(const TestTable *table, uint32_t from, uint32_t to) {
    Text text = {0};
    for (uint32_t r = from; r < MIN(to, table->row_count); r++)
        kit_append_row(&text, kit_cell(table, r, 0), table->column_count);
    return text_take(&text);
}

static void expect(char *got, char *wanted) {
    assert_string_equal(got, wanted);
    free(got);
    free(wanted);
}

static void pipeline__scans_keep_order(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    for (uint32_t threads = 1; threads <= 8; threads *= 2) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        TestTable *table = kit_table(&kit.arena, specs, 5, 20000, 3000, seed);
        expect(kit_run(&kit, kit_scan(&kit, table), 0), table_text(table, 0, 20000));
        expect(kit_run_into(&kit, kit_scan(&kit, table)), table_text(table, 0, 20000));
        kit_deinit(&kit);
    }
}

static void pipeline__limits_take_the_first_rows(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    for (uint32_t threads = 1; threads <= 8; threads *= 2) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        TestTable *table = kit_table(&kit.arena, specs, 2, 30000, 1000, seed);
        const uint64_t cases[][2] = {{0, 0}, {1, 0}, {5000, 3000}, {100, 29950}, {10, 40000}};
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            uint32_t limit = (uint32_t)cases[i][0], offset = (uint32_t)cases[i][1];
            PhysNode *node = kit_limit(&kit, kit_scan(&kit, table), limit, offset);
            expect(kit_run(&kit, node, 0), table_text(table, offset, offset + limit));
        }
        PhysNode *inner = kit_limit(&kit, kit_scan(&kit, table), 500, 100);
        expect(kit_run(&kit, kit_limit(&kit, inner, 1000, 450), 0), table_text(table, 550, 600));
        expect(kit_run(&kit, kit_limit(&kit, inner, 10, 20), 0), table_text(table, 120, 130));
        char *text = kit_run(&kit, kit_scan(&kit, table), 7);
        char *wanted = table_text(table, 0, 7);
        size_t bytes = strlen(wanted);
        assert_memory_equal(text, wanted, bytes);
        assert_string_equal(text + bytes, "more\n");
        free(text);
        free(wanted);
        kit_deinit(&kit);
    }
}

static void pipeline__filters_and_projects(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    for (uint32_t threads = 1; threads <= 2; threads++) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        TestTable *table = kit_table(&kit.arena, specs, 2, 10000, 1500, seed);
        PhysNode *scan = kit_scan(&kit, table);
        PhysNode *filter =
            kit_filter(&kit, scan, kit_less(&kit, kit_column(&kit, scan, 0), kit_int(&kit, 300)));
        Expr *exprs[] = {kit_column(&kit, scan, 1),
                         kit_add(&kit, kit_column(&kit, scan, 0), kit_int(&kit, 5))};
        Text wanted = {0};
        for (uint32_t r = 0; r < table->row_count; r++) {
            Value key = *kit_cell(table, r, 0);
            if (key.is_null || key.i64 >= 300) continue;
            Value row[] = {*kit_cell(table, r, 1), value_int(TYPE_BIGINT, key.i64 + 5)};
            kit_append_row(&wanted, row, 2);
        }
        expect(kit_run(&kit, kit_project(&kit, filter, exprs, 2), 0), text_take(&wanted));
        kit_deinit(&kit);
    }
}

static void pipeline__unions_come_in_order(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 4, 0);
    TestTable *a = kit_table(&kit.arena, specs, 2, 7000, 500, 1);
    TestTable *b = kit_table(&kit.arena, specs, 2, 300, 100, 2);
    PhysNode *node = kit_node(&kit, PHYS_UNION, kit_scan(&kit, a), kit_scan(&kit, b));
    Text wanted = {0};
    for (uint32_t i = 0; i < 2; i++) {
        char *part = table_text(i ? b : a, 0, UINT32_MAX);
        text_append_cstr(&wanted, part);
        free(part);
    }
    expect(kit_run(&kit, node, 0), text_take(&wanted));
    kit_deinit(&kit);
}

static void pipeline__ranges_count(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    PhysNode *range = kit_node(&kit, PHYS_RANGE, NULL, NULL);
    const Type *types[] = {type_of(TYPE_BIGINT)};
    kit_output(&kit, range, types, 1);
    range->range.start = 10;
    range->range.stop = 0;
    range->range.step = -3;
    expect(kit_run(&kit, range, 0), strdup("10\n7\n4\n1\n"));
    range->range.step = 3;
    expect(kit_run(&kit, range, 0), strdup(""));
    range->range.start = INT64_MIN;
    range->range.stop = INT64_MAX;
    range->range.step = INT64_MAX;
    expect(kit_run(&kit, range, 0), strdup("-9223372036854775808\n-1\n9223372036854775806\n"));
    kit_deinit(&kit);
}

static void pipeline__reports_the_first_error(void **state) {
    (void)state;
    for (uint32_t threads = 1; threads <= 4; threads *= 2) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        TestTable *table = kit_table(&kit.arena, specs, 1, 5000, 100, 3);
        PhysNode *scan = kit_scan(&kit, table);
        for (uint32_t r = 0; r < 5000; r++) *kit_cell(table, r, 0) = value_int(TYPE_BIGINT, r);
        Expr *exprs[] = {kit_add(&kit, kit_int(&kit, -1000), kit_column(&kit, scan, 0))};
        PhysNode *project = kit_project(&kit, scan, exprs, 1);
        expect(kit_run(&kit, project, 0), strdup("ERROR DIVIDE_BY_ZERO"));
        // The first 13 rows are not in the failing row's way, but in its morsel.
        atomic_store(&kit.cancelled, true);
        expect(kit_run(&kit, project, 0), strdup("ERROR OPERATION_CANCELED"));
        kit_deinit(&kit);
    }
}

static void pipeline__one_row_and_parameters(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    TestTable *table = kit_table(&kit.arena, specs, 1, 10, 100, 4);
    PhysNode *none = kit_limit(&kit, kit_scan(&kit, table), 0, 0);
    expect(kit_run(&kit, kit_node(&kit, PHYS_ONE_ROW, none, NULL), 0), strdup("NULL\n"));
    PhysNode *many = kit_node(&kit, PHYS_ONE_ROW, kit_scan(&kit, table), NULL);
    expect(kit_run(&kit, many, 0), strdup("ERROR SCALAR_SUBQUERY_TOO_MANY_ROWS"));
    *kit_cell(table, 0, 0) = value_int(TYPE_BIGINT, 42);
    PhysNode *one = kit_limit(&kit, kit_scan(&kit, table), 1, 0);
    PhysNode *range = kit_node(&kit, PHYS_RANGE, NULL, NULL);
    kit_output(&kit, range, (const Type *const[]){type_of(TYPE_BIGINT)}, 1);
    range->range.stop = 2;
    range->range.step = 1;
    Expr *parameter = kit_int(&kit, 0);
    parameter->kind = EXPR_PARAMETER;
    parameter->column = 3;
    Expr *exprs[] = {kit_add(&kit, kit_column(&kit, range, 0), parameter)};
    PhysNode *node = kit_node(&kit, PHYS_PARAMETER, kit_project(&kit, range, exprs, 1), one);
    uint32_t slots[] = {3};
    node->parameter.slots = slots;
    expect(kit_run(&kit, node, 0), strdup("42\n43\n"));
    kit_deinit(&kit);
}

static void pipeline__memory_limit_is_an_error(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 100000);
    TestTable *table = kit_table(&kit.arena, specs, 2, 20000, 1000, 5);
    expect(kit_run(&kit, kit_scan(&kit, table), 0), strdup("ERROR MEMORY_LIMIT_EXCEEDED"));
    kit_deinit(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipeline__scans_keep_order),
        cmocka_unit_test(pipeline__limits_take_the_first_rows),
        cmocka_unit_test(pipeline__filters_and_projects),
        cmocka_unit_test(pipeline__unions_come_in_order),
        cmocka_unit_test(pipeline__ranges_count),
        cmocka_unit_test(pipeline__reports_the_first_error),
        cmocka_unit_test(pipeline__one_row_and_parameters),
        cmocka_unit_test(pipeline__memory_limit_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
