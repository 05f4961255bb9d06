// SPDX-License-Identifier: Apache-2.0
// Every kind of join against nested loops over the same random rows: with one or two keys of
// several types, null-safe keys, residual conditions, either side built.
#include "tests/support/plan_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct Case {
    JoinKind kind;
    uint32_t key_count;
    bool null_safe;
    bool residual;
    bool build_left;
    bool mark_is_in;
    TypeId key_type;
} Case;

typedef enum Truth { NO, YES, UNKNOWN } Truth;

static Truth keys_match(const Case *c, const TestTable *a, uint32_t i, const TestTable *b,
                        uint32_t j) {
    Truth truth = YES;
    for (uint32_t k = 0; k < c->key_count; k++) {
        const Value *x = kit_cell(a, i, k), *y = kit_cell(b, j, k);
        if (c->null_safe && (x->is_null || y->is_null)) {
            if (x->is_null != y->is_null) return NO;
        } else if (x->is_null || y->is_null) {
            truth = UNKNOWN;
        } else if (!value_equal(x, y)) {
            return NO;
        }
    }
    return truth;
}

// The residual: left column 2 < right column 2.
static bool residual_holds(const Case *c, const TestTable *a, uint32_t i, const TestTable *b,
                           uint32_t j) {
    if (!c->residual) return true;
    const Value *x = kit_cell(a, i, 2), *y = kit_cell(b, j, 2);
    return !x->is_null && !y->is_null && x->i64 < y->i64;
}

static void append_pair(Text *out, const TestTable *a, const Value *left, const TestTable *b,
                        const Value *right) {
    Value row[16];
    for (uint32_t c = 0; c < a->column_count; c++)
        row[c] = left ? left[c] : value_null(a->types[c]);
    for (uint32_t c = 0; c < b->column_count; c++)
        row[a->column_count + c] = right ? right[c] : value_null(b->types[c]);
    kit_append_row(out, row, a->column_count + b->column_count);
}

static void append_unpaired(Text *out, const Case *c, const TestTable *a, const TestTable *b,
                            uint32_t i, bool found, bool unknown) {
    Value *left = kit_cell(a, i, 0);
    Value row[16];
    memcpy(row, left, a->column_count * sizeof *row);
    switch (c->kind) {
    case JOIN_LEFT:
    case JOIN_FULL:
        if (!found) append_pair(out, a, left, b, NULL);
        break;
    case JOIN_LEFT_SEMI:
        if (found) kit_append_row(out, row, a->column_count);
        break;
    case JOIN_LEFT_ANTI:
        if (!found) kit_append_row(out, row, a->column_count);
        break;
    case JOIN_LEFT_ANTI_NULL_AWARE:
        if (!found && !unknown) kit_append_row(out, row, a->column_count);
        break;
    case JOIN_LEFT_MARK:
        row[a->column_count] = value_bool(found);
        if (!found && unknown && c->mark_is_in)
            row[a->column_count] = value_null(type_of(TYPE_BOOLEAN));
        kit_append_row(out, row, a->column_count + 1);
        break;
    default: break;
    }
}

static bool has_pairs(JoinKind kind) {
    return kind == JOIN_INNER || kind == JOIN_LEFT || kind == JOIN_RIGHT || kind == JOIN_FULL ||
           kind == JOIN_CROSS;
}

static char *expected(const Case *c, const TestTable *a, const TestTable *b) {
    Text out = {0};
    bool *matched = xcalloc(b->row_count + 1, sizeof *matched);
    for (uint32_t i = 0; i < a->row_count; i++) {
        bool found = false, unknown = false;
        for (uint32_t j = 0; j < b->row_count; j++) {
            Truth truth = keys_match(c, a, i, b, j);
            if (truth == NO || !residual_holds(c, a, i, b, j)) continue;
            unknown |= truth == UNKNOWN;
            if (truth == UNKNOWN) continue;
            found = matched[j] = true;
            if (has_pairs(c->kind)) append_pair(&out, a, kit_cell(a, i, 0), b, kit_cell(b, j, 0));
        }
        append_unpaired(&out, c, a, b, i, found, unknown);
    }
    for (uint32_t j = 0; j < b->row_count; j++)
        if (!matched[j] && (c->kind == JOIN_RIGHT || c->kind == JOIN_FULL))
            append_pair(&out, a, NULL, b, kit_cell(b, j, 0));
    free(matched);
    return kit_sorted_lines(text_take(&out));
}

static PhysNode *join_plan(PlanKit *kit, const Case *c, const TestTable *a, const TestTable *b) {
    const uint32_t keys[] = {0, 1};
    PhysNode *left = kit_scan(kit, a), *right = kit_scan(kit, b);
    PhysNode *node = kit_join(kit, c->kind, left, right, keys, keys, c->key_count);
    node->join.build_left = c->build_left;
    node->join.mark_is_in = c->mark_is_in;
    if (c->null_safe) {
        node->join.null_safe = ARENA_ARRAY(&kit->arena, bool, 2);
        node->join.null_safe[0] = node->join.null_safe[1] = true;
    }
    if (c->residual)
        node->join.residual =
            kit_less(kit, expr_column(&kit->arena, 2, type_of(TYPE_BIGINT), true),
                     expr_column(&kit->arena, left->column_count + 2, type_of(TYPE_BIGINT), true));
    return node;
}

static void check(const Case *c, uint32_t left_rows, uint32_t right_rows, uint64_t seed) {
    char *first = NULL;
    for (uint32_t threads = 1; threads <= 8; threads *= 2) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        const ColumnSpec specs[] = {{c->key_type, 40, c->null_safe ? 20 : 3},
                                    {TYPE_INT, 3, 5},
                                    {TYPE_BIGINT, 100, 5},
                                    {TYPE_STRING, 100, 5}};
        TestTable *a = kit_table(&kit.arena, specs, 4, left_rows, 97, seed);
        TestTable *b = kit_table(&kit.arena, specs, 4, right_rows, 61, seed + 1);
        char *got = kit_run(&kit, join_plan(&kit, c, a, b), 0);
        if (first) {
            assert_string_equal(got, first);
            free(got);
        } else {
            first = got;
            char *sorted = kit_sorted_lines(strdup(got)), *wanted = expected(c, a, b);
            if (strcmp(sorted, wanted) != 0)
                printf(
                    "kind %d keys %u safe %d residual %d build_left %d in %d type %d rows %u %u\n",
                    (int)c->kind, c->key_count, c->null_safe, c->residual, c->build_left,
                    c->mark_is_in, (int)c->key_type, left_rows, right_rows);
            assert_string_equal(sorted, wanted);
            free(sorted);
            free(wanted);
        }
        kit_deinit(&kit);
    }
    free(first);
}

static void join__agrees_with_nested_loops(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    const TypeId types[] = {TYPE_BIGINT, TYPE_STRING, TYPE_DOUBLE,
                            TYPE_INT,    TYPE_ARRAY,  TYPE_DECIMAL};
    const uint32_t rows[][2] = {{150, 120}, {130, 0}, {0, 120}, {20, 400}};
    uint32_t round = 0;
    for (JoinKind kind = JOIN_INNER; kind <= JOIN_CROSS; kind++) {
        if (kind == JOIN_LEFT_SINGLE) continue;
        for (uint32_t shape = 0; shape < 48; shape++, round++) {
            Case c = {.kind = kind,
                      .key_count = shape % 3,
                      .residual = shape / 3 % 2,
                      .build_left = shape / 6 % 2,
                      .mark_is_in = shape / 12 % 2,
                      .null_safe = shape / 24 % 2,
                      .key_type = types[round % COUNT_OF(types)]};
            bool in = kind == JOIN_LEFT_ANTI_NULL_AWARE || c.mark_is_in;
            if (in && (c.key_count == 0 || c.null_safe)) continue;
            uint32_t size = (round / 5) % COUNT_OF(rows);
            check(&c, rows[size][0], rows[size][1], seed + round);
        }
    }
}

static void join__single_rejects_a_second_partner(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const ColumnSpec specs[] = {{TYPE_BIGINT, 50, 0}};
    TestTable *a = kit_table(&kit.arena, specs, 1, 100, 10, 1);
    TestTable *b = kit_table(&kit.arena, specs, 1, 3, 10, 1);
    for (uint32_t r = 0; r < 3; r++) *kit_cell(b, r, 0) = value_int(TYPE_BIGINT, r == 2 ? 1 : r);
    for (uint32_t r = 0; r < 100; r++) *kit_cell(a, r, 0) = value_int(TYPE_BIGINT, 0);
    const uint32_t keys[] = {0};
    PhysNode *node =
        kit_join(&kit, JOIN_LEFT_SINGLE, kit_scan(&kit, a), kit_scan(&kit, b), keys, keys, 1);
    char *text = kit_run(&kit, node, 1);
    assert_string_equal(text, "0|0\nmore\n");
    free(text);
    *kit_cell(a, 57, 0) = value_int(TYPE_BIGINT, 1);
    text = kit_run(&kit, node, 0);
    assert_string_equal(text, "ERROR SCALAR_SUBQUERY_TOO_MANY_ROWS");
    free(text);
    kit_deinit(&kit);
}

// A build side of several blocks and partitions, many partners per row, and an interrupt in
// between.
static void join__large_build_sides(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    char *first = NULL;
    for (uint32_t threads = 1; threads <= 4; threads *= 2) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        const ColumnSpec specs[] = {{TYPE_BIGINT, 30000, 2}};
        TestTable *a = kit_table(&kit.arena, specs, 1, 20000, 3000, seed);
        TestTable *b = kit_table(&kit.arena, specs, 1, 150000, 20000, seed + 7);
        const uint32_t keys[] = {0};
        PhysNode *node =
            kit_join(&kit, JOIN_INNER, kit_scan(&kit, a), kit_scan(&kit, b), keys, keys, 1);
        uint32_t *counts = xcalloc(30000, sizeof *counts);
        uint64_t wanted = 0;
        for (uint32_t r = 0; r < b->row_count; r++)
            if (!kit_cell(b, r, 0)->is_null) counts[kit_cell(b, r, 0)->i64]++;
        for (uint32_t r = 0; r < a->row_count; r++)
            if (!kit_cell(a, r, 0)->is_null) wanted += counts[kit_cell(a, r, 0)->i64];
        char *text = kit_run(&kit, node, 0);
        uint64_t lines = 0;
        for (char *at = text; (at = strchr(at, '\n')); at++) lines++;
        assert_int_equal(lines, wanted);
        if (first) {
            assert_string_equal(text, first);
            free(text);
        } else {
            first = text;
        }
        atomic_store(&kit.cancelled, true);
        text = kit_run(&kit, node, 0);
        assert_string_equal(text, "ERROR OPERATION_CANCELED");
        free(text);
        free(counts);
        kit_deinit(&kit);
    }
    free(first);
}

static void join__fills_runtime_filters(void **state) {
    (void)state;
    PlanKit kit;
    kit_init(&kit, 2, 0);
    const ColumnSpec specs[] = {{TYPE_BIGINT, 1000, 10}};
    TestTable *a = kit_table(&kit.arena, specs, 1, 5000, 500, 1);
    TestTable *b = kit_table(&kit.arena, specs, 1, 20, 10, 2);
    const uint32_t keys[] = {0};
    RuntimeFilter filter = {0}, *filters[] = {&filter};
    PhysNode *probe = kit_scan(&kit, a);
    PhysNode *node = kit_join(&kit, JOIN_INNER, probe, kit_scan(&kit, b), keys, keys, 1);
    node->join.runtime_filters = filters;
    char *text = kit_run(&kit, node, 0);
    assert_true(filter.has_range);
    assert_true(filter.low.i64 <= filter.high.i64);
    assert_false(filter.is_ready); // once the run is over
    free(text);
    kit_deinit(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(join__agrees_with_nested_loops),
        cmocka_unit_test(join__single_rejects_a_second_partner),
        cmocka_unit_test(join__large_build_sides),
        cmocka_unit_test(join__fills_runtime_filters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
