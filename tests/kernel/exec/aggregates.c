// SPDX-License-Identifier: Apache-2.0
// Aggregate functions on small inputs with known answers, merged from one-row morsels and in one
// go; sketches on larger ones; the hash against its published vectors.
#include "kernel/exec/hash64.h"
#include "tests/support/plan_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// The result of name(column 0[, column 1 ...]) over the table, for both ways of cutting it.
static void expect_call(const char *name, TestTable *table, PlanKit *kit, const Type *result,
                        SortKey *order, bool distinct, bool ignore_nulls, const char *wanted) {
    for (uint32_t rows = 1; rows < 2000; rows *= 1000) {
        table->morsel_rows = rows;
        PhysNode *scan = kit_scan(kit, table);
        AggregateCall *call = ARENA_NEW(&kit->arena, AggregateCall);
        const Type *types[4];
        call->args = ARENA_ARRAY(&kit->arena, Expr *, 4);
        for (uint32_t a = 0; a < table->column_count; a++) {
            call->args[a] = kit_column(kit, scan, a);
            types[a] = table->types[a];
        }
        call->arg_count = table->column_count;
        call->type = result;
        call->distinct = distinct;
        call->ignore_nulls = ignore_nulls;
        call->order = order;
        call->order_count = order != NULL;
        call->function = aggregate_find(slice_from_cstr(name), types, call->arg_count, result);
        assert_non_null(call->function);
        char *got = kit_run(kit, kit_aggregate(kit, scan, NULL, 0, &call, 1), 0);
        assert_string_equal(got, wanted);
        free(got);
    }
}

static TestTable *doubles(PlanKit *kit, const double *values, uint32_t count, uint32_t columns) {
    TestTable *table = ARENA_NEW(&kit->arena, TestTable);
    *table = (TestTable){.column_count = columns, .row_count = count / columns, .morsel_rows = 1};
    table->types = ARENA_ARRAY(&kit->arena, const Type *, columns);
    table->cells = ARENA_ARRAY(&kit->arena, Value, count + 1);
    for (uint32_t c = 0; c < columns; c++) table->types[c] = type_of(TYPE_DOUBLE);
    for (uint32_t i = 0; i < count; i++)
        table->cells[i] =
            values[i] == -999 ? value_null(type_of(TYPE_DOUBLE)) : value_double(values[i]);
    return table;
}

static void aggregates__moments(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const Type *real = type_of(TYPE_DOUBLE);
    TestTable *table = doubles(&kit, (const double[]){1, -999, 3}, 3, 1);
    expect_call("stddev_pop", table, &kit, real, NULL, false, false, "1.0\n");
    expect_call("var_samp", table, &kit, real, NULL, false, false, "2.0\n");
    TestTable *twice = doubles(&kit, (const double[]){1, 3, 1, 1}, 4, 1);
    expect_call("var_pop", twice, &kit, real, NULL, true, false, "1.0\n");
    TestTable *one = doubles(&kit, (const double[]){3}, 1, 1);
    expect_call("stddev", one, &kit, real, NULL, false, false, "NULL\n");
    expect_call("var_pop", one, &kit, real, NULL, false, false, "0.0\n");
    expect_call("skewness", one, &kit, real, NULL, false, false, "NULL\n");
    kit_deinit(&kit);
}

static void aggregates__pairs(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const Type *real = type_of(TYPE_DOUBLE);
    TestTable *table = doubles(&kit, (const double[]){1, 2, 2, 4, 3, 6, -999, 1}, 8, 2);
    expect_call("corr", table, &kit, real, NULL, false, false, "1.0\n");
    expect_call("regr_slope", table, &kit, real, NULL, false, false, "0.5\n");
    expect_call("regr_intercept", table, &kit, real, NULL, false, false, "0.0\n");
    expect_call("regr_avgx", table, &kit, real, NULL, false, false, "4.0\n");
    expect_call("regr_avgy", table, &kit, real, NULL, false, false, "2.0\n");
    expect_call("regr_count", table, &kit, type_of(TYPE_BIGINT), NULL, false, false, "3\n");
    expect_call("covar_pop", doubles(&kit, (const double[]){1, 2, 3, 4}, 4, 2), &kit, real, NULL,
                false, false, "1.0\n");
    kit_deinit(&kit);
}

static void aggregates__percentiles(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const Type *real = type_of(TYPE_DOUBLE);
    TestTable *table = doubles(&kit, (const double[]){10, 1, 7, -999, 3}, 5, 1);
    expect_call("median", table, &kit, real, NULL, false, false, "5.0\n");
    TestTable *quarter =
        doubles(&kit, (const double[]){10, .25, 1, .25, 7, .25, -999, .25, 3, .25}, 10, 2);
    expect_call("percentile", quarter, &kit, real, NULL, false, false, "2.5\n");
    expect_call("percentile_disc", quarter, &kit, real, NULL, false, false, "1.0\n");
    SortKey down = {kit_column(&kit, kit_scan(&kit, quarter), 0), true, true};
    expect_call("percentile_cont", quarter, &kit, real, &down, false, false, "7.75\n");
    expect_call("percentile_disc", quarter, &kit, real, &down, false, false, "10.0\n");
    expect_call("percentile_approx", quarter, &kit, real, NULL, false, false, "1.0\n");
    TestTable *none = doubles(&kit, (const double[]){-999}, 1, 1);
    expect_call("median", none, &kit, real, NULL, false, false, "NULL\n");
    expect_call("mode", doubles(&kit, (const double[]){1, 2, 2, 1, 3}, 5, 1), &kit, real, NULL,
                false, false, "1.0\n");
    kit_deinit(&kit);
}

static void aggregates__picks_and_lists(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const Type *real = type_of(TYPE_DOUBLE);
    const Type *list = type_array(&kit.arena, real, true);
    TestTable *table = doubles(&kit, (const double[]){-999, 3, 1, 3, -999}, 5, 1);
    expect_call("first", table, &kit, real, NULL, false, false, "NULL\n");
    expect_call("first", table, &kit, real, NULL, false, true, "3.0\n");
    expect_call("last", table, &kit, real, NULL, false, false, "NULL\n");
    expect_call("last", table, &kit, real, NULL, false, true, "3.0\n");
    expect_call("collect_list", table, &kit, list, NULL, false, false, "[3.0, 1.0, 3.0]\n");
    expect_call("collect_list", table, &kit, list, NULL, true, false, "[3.0, 1.0]\n");
    expect_call("collect_set", table, &kit, list, NULL, false, false, "[3.0, 1.0]\n");
    SortKey up = {kit_column(&kit, kit_scan(&kit, table), 0), false, false};
    expect_call("collect_list", table, &kit, list, &up, false, false, "[1.0, 3.0, 3.0]\n");
    TestTable *by = doubles(&kit, (const double[]){1, 5, 2, 9, 3, 9, 4, -999}, 8, 2);
    expect_call("max_by", by, &kit, real, NULL, false, false, "3.0\n");
    expect_call("min_by", by, &kit, real, NULL, false, false, "1.0\n");
    kit_deinit(&kit);
}

static void aggregates__join_text(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const ColumnSpec specs[] = {{TYPE_STRING, 5, 0}, {TYPE_STRING, 1, 0}};
    TestTable *table = kit_table(&kit.arena, specs, 2, 4, 1, 1);
    const char *words[] = {"pear", NULL, "a long name of an apple", "fig"};
    for (uint32_t r = 0; r < 4; r++) {
        *kit_cell(table, r, 0) =
            words[r] ? value_string(slice_from_cstr(words[r])) : value_null(type_of(TYPE_STRING));
        *kit_cell(table, r, 1) = value_string(SLICE(", "));
    }
    const Type *string = type_of(TYPE_STRING);
    expect_call("listagg", table, &kit, string, NULL, false, false,
                "pear, a long name of an apple, fig\n");
    SortKey up = {kit_column(&kit, kit_scan(&kit, table), 0), false, false};
    expect_call("string_agg", table, &kit, string, &up, false, false,
                "a long name of an apple, fig, pear\n");
    table->column_count = 1;
    TestTable *column = kit_table(&kit.arena, specs, 1, 4, 1, 1);
    for (uint32_t r = 0; r < 4; r++) *kit_cell(column, r, 0) = table->cells[r * 2];
    expect_call("min", column, &kit, string, NULL, false, false, "a long name of an apple\n");
    expect_call("max", column, &kit, string, NULL, false, false, "pear\n");
    expect_call("approx_count_distinct", column, &kit, type_of(TYPE_BIGINT), NULL, false, false,
                "3\n");
    kit_deinit(&kit);
}

static void aggregates__sketches_are_near(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const ColumnSpec specs[] = {{TYPE_BIGINT, 100000, 0}};
    TestTable *table = kit_table(&kit.arena, specs, 1, 120000, 7000, 5);
    for (uint32_t r = 0; r < 120000; r++)
        *kit_cell(table, r, 0) = value_int(TYPE_BIGINT, (int64_t)r * 7919 % 120000);
    PhysNode *scan = kit_scan(&kit, table);
    Expr *fraction = expr_literal(&kit.arena, value_double(0.25));
    AggregateCall *call = ARENA_NEW(&kit.arena, AggregateCall);
    Expr *args[] = {kit_column(&kit, scan, 0), fraction};
    const Type *types[] = {type_of(TYPE_BIGINT), type_of(TYPE_DOUBLE)};
    *call = (AggregateCall){.args = args, .arg_count = 2, .type = type_of(TYPE_BIGINT)};
    call->function = aggregate_find(SLICE("percentile_approx"), types, 2, call->type);
    AggregateCall *count = kit_call(&kit, "approx_count_distinct", scan, 0, type_of(TYPE_BIGINT));
    AggregateCall *calls[] = {call, count};
    char *got = kit_run(&kit, kit_aggregate(&kit, scan, NULL, 0, calls, 2), 0);
    long long quarter = strtoll(got, NULL, 10), distinct = strtoll(strchr(got, '|') + 1, NULL, 10);
    assert_in_range(quarter, 30000 - 40, 30000 + 40);
    assert_in_range(distinct, 105000, 135000);
    free(got);
    kit_deinit(&kit);
}

static void aggregates__hash64_has_its_vectors(void **state) {
    (void)state;
    assert_true(hash64("", 0, 0) == 0xEF46DB3751D8E999u);
    assert_true(hash64("abc", 3, 0) == 0x44BC2CF5AD770999u);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aggregates__moments),
        cmocka_unit_test(aggregates__pairs),
        cmocka_unit_test(aggregates__percentiles),
        cmocka_unit_test(aggregates__picks_and_lists),
        cmocka_unit_test(aggregates__join_text),
        cmocka_unit_test(aggregates__sketches_are_near),
        cmocka_unit_test(aggregates__hash64_has_its_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
