// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/bounds/bounds.h"

#include "kernel/exec/functions/functions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

// Column c of the filters has these bounds; type NULL: nothing is known.
typedef struct Known {
    ColumnBounds bounds[4];
    bool known[4];
} Known;

static bool lookup(void *context, uint32_t column, ColumnBounds *out) {
    const Known *known = context;
    if (!known->known[column]) return false;
    *out = known->bounds[column];
    return true;
}

static Arena arena;

static Expr *column(TypeId id) { return expr_column(&arena, 0, type_of(id), true); }
static Expr *integer(int64_t i) { return expr_literal(&arena, value_int(TYPE_INT, i)); }
static Expr *real(double d) { return expr_literal(&arena, value_double(d)); }
static Expr *text(const char *s) { return expr_literal(&arena, value_string(slice_from_cstr(s))); }

static Expr *call(const char *name, Expr *a, Expr *b) {
    const Type *types[] = {a->type, b ? b->type : NULL};
    uint32_t count = b ? 2 : 1;
    const ScalarFunction *function = scalar_find(name, types, count, type_of(TYPE_BOOLEAN));
    if (!function) fail_msg("no function %s", name);
    Expr **args = ARENA_ARRAY(&arena, Expr *, 2);
    args[0] = a;
    args[1] = b;
    return expr_call(&arena, function, type_of(TYPE_BOOLEAN), true, args, count);
}

static Expr *node(ExprKind kind, Expr *a, Expr *b, Expr *c) {
    Expr *expr = ARENA_NEW(&arena, Expr);
    expr->kind = kind;
    expr->type = type_of(TYPE_BOOLEAN);
    expr->args = ARENA_ARRAY(&arena, Expr *, 3);
    expr->args[0] = a;
    expr->args[1] = b;
    expr->args[2] = c;
    expr->arg_count = c ? 3 : 2;
    return expr;
}

static Known range(Value low, Value high) {
    Known known = {.known = {true}};
    known.bounds[0] = (ColumnBounds){
        .has_low = true, .has_high = true, .low = low, .high = high, .no_nulls = true};
    return known;
}

static Known ints(int64_t low, int64_t high) {
    return range(value_int(TYPE_INT, low), value_int(TYPE_INT, high));
}

static void assert_may(Known known, const Expr *filter, bool expected) {
    if (bounds_may_match(filter, lookup, &known, NULL) == expected) return;
    AUTO(Text, out) = {0};
    expr_append_text(filter, NULL, 0, &out);
    fail_msg("%s: expected %d", text_cstr(&out), expected);
}

static void bounds__compare(void **state) {
    (void)state;
    static const struct {
        const char *op;
        bool at[5]; // against 4, 5, 7, 9, 10 for a column within 5..9
    } cases[] = {
        {"=", {0, 1, 1, 1, 0}}, {"<", {0, 0, 1, 1, 1}},  {"<=", {0, 1, 1, 1, 1}},
        {">", {1, 1, 1, 0, 0}}, {">=", {1, 1, 1, 1, 0}}, {"<=>", {0, 1, 1, 1, 0}},
    };
    static const int64_t values[] = {4, 5, 7, 9, 10};
    static const char *const mirrors[][2] = {{"<", ">"}, {"<=", ">="}, {">", "<"}, {">=", "<="}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (size_t k = 0; k < COUNT_OF(values); k++) {
            assert_may(ints(5, 9), call(cases[i].op, column(TYPE_INT), integer(values[k])),
                       cases[i].at[k]);
            const char *mirror = cases[i].op;
            for (size_t m = 0; m < COUNT_OF(mirrors); m++)
                if (strcmp(mirrors[m][0], cases[i].op) == 0) mirror = mirrors[m][1];
            assert_may(ints(5, 9), call(mirror, integer(values[k]), column(TYPE_INT)),
                       cases[i].at[k]);
        }
    }
}

static void bounds__know_nothing_without_bounds(void **state) {
    (void)state;
    Known nothing = {0};
    assert_may(nothing, call("=", column(TYPE_INT), integer(1)), true);
    Known half = ints(5, 9);
    half.bounds[0].has_high = false;
    assert_may(half, call("=", column(TYPE_INT), integer(4)), false);
    assert_may(half, call("=", column(TYPE_INT), integer(400)), true);
}

static void bounds__compare_with_null(void **state) {
    (void)state;
    Expr *null = expr_literal(&arena, value_null(type_of(TYPE_INT)));
    assert_may(ints(5, 9), call("=", column(TYPE_INT), null), false);
    assert_may(ints(5, 9), call("<=>", column(TYPE_INT), null), false);
    Known with_nulls = ints(5, 9);
    with_nulls.bounds[0].no_nulls = false;
    assert_may(with_nulls, call("<=>", column(TYPE_INT), null), true);
    Known all_null = {.known = {true}};
    all_null.bounds[0].all_null = true;
    assert_may(all_null, call("=", column(TYPE_INT), integer(5)), false);
    assert_may(all_null, call("isnull", column(TYPE_INT), NULL), true);
    assert_may(all_null, call("isnotnull", column(TYPE_INT), NULL), false);
    assert_may(ints(5, 9), call("isnull", column(TYPE_INT), NULL), false);
    assert_may(with_nulls, call("isnull", column(TYPE_INT), NULL), true);
}

static void bounds__combine(void **state) {
    (void)state;
    Expr *low = call("<", column(TYPE_INT), integer(3));
    Expr *in = call("=", column(TYPE_INT), integer(6));
    assert_may(ints(5, 9), node(EXPR_AND, in, low, NULL), false);
    assert_may(ints(5, 9), node(EXPR_OR, in, low, NULL), true);
    assert_may(ints(5, 9), node(EXPR_OR, low, low, NULL), false);
    assert_may(ints(5, 9), call("not", low, NULL), true);
    assert_may(ints(5, 9), call("not", call(">", column(TYPE_INT), integer(3)), NULL), false);
    assert_may(ints(5, 5), call("not", call("=", column(TYPE_INT), integer(5)), NULL), false);
    assert_may(ints(5, 9),
               call("not", node(EXPR_OR, call(">", column(TYPE_INT), integer(3)), in, NULL), NULL),
               false);
    assert_may(ints(5, 9), node(EXPR_IN, column(TYPE_INT), integer(1), integer(10)), false);
    assert_may(ints(5, 9), node(EXPR_IN, column(TYPE_INT), integer(1), integer(7)), true);
    assert_may(ints(5, 5),
               call("not", node(EXPR_IN, column(TYPE_INT), integer(5), integer(7)), NULL), false);
    assert_may(ints(5, 9), expr_literal(&arena, value_bool(false)), false);
    assert_may(ints(5, 9), expr_literal(&arena, value_null(type_of(TYPE_BOOLEAN))), false);
}

static void bounds__respect_nan(void **state) {
    (void)state;
    Known known = range(value_double(1), value_double(2));
    double nan = __builtin_nan("");
    assert_may(known, call(">", column(TYPE_DOUBLE), real(5)), true); // a NaN may be there
    assert_may(known, call("<", column(TYPE_DOUBLE), real(0)), false);
    assert_may(known, call("=", column(TYPE_DOUBLE), real(5)), false);
    assert_may(known, call("=", column(TYPE_DOUBLE), real(nan)), true);
    assert_may(known, call("<", column(TYPE_DOUBLE), real(nan)), true);
    assert_may(known, call(">", column(TYPE_DOUBLE), real(nan)), false);
    known.bounds[0].no_nan = true;
    assert_may(known, call(">", column(TYPE_DOUBLE), real(5)), false);
    assert_may(known, call("=", column(TYPE_DOUBLE), real(nan)), false);
    Known zero = range(value_double(-0.0), value_double(-0.0));
    assert_may(zero, call("=", column(TYPE_DOUBLE), real(0.0)), true);
}

static void bounds__look_through_widening_casts(void **state) {
    (void)state;
    Expr *wide = expr_cast(&arena, column(TYPE_INT), type_of(TYPE_BIGINT), CAST_ANSI);
    Expr *big = expr_literal(&arena, value_int(TYPE_BIGINT, 10));
    assert_may(ints(5, 9), call(">=", wide, big), false);
    Expr *as_double = expr_cast(&arena, column(TYPE_INT), type_of(TYPE_DOUBLE), CAST_ANSI);
    assert_may(ints(5, 9), call("<", as_double, real(4.5)), false);
    assert_may(ints(5, 9), call("<", as_double, real(5.5)), true);
    Expr *as_decimal = expr_cast(&arena, column(TYPE_INT), type_decimal(12, 2), CAST_ANSI);
    Expr *cents = expr_literal(&arena, value_decimal(type_decimal(12, 2), 900));
    assert_may(ints(5, 9), call(">=", as_decimal, cents), true);
    assert_may(ints(5, 9), call(">", as_decimal, cents), false);
    // Rounding keeps order: 1.236 reads as 1.24.
    Known fine =
        range(value_decimal(type_decimal(10, 3), 1236), value_decimal(type_decimal(10, 3), 1238));
    Expr *source = expr_column(&arena, 0, type_decimal(10, 3), true);
    Expr *rounded = expr_cast(&arena, source, type_decimal(10, 2), CAST_ANSI);
    Expr *coarse = expr_literal(&arena, value_decimal(type_decimal(10, 2), 124));
    assert_may(fine, call("=", rounded, coarse), true);
    Expr *narrow = expr_cast(&arena, column(TYPE_INT), type_of(TYPE_TINYINT), CAST_ANSI);
    Expr *tiny = expr_literal(&arena, value_int(TYPE_TINYINT, 1));
    assert_may(ints(300, 900), call("=", narrow, tiny), true);
}

static void bounds__compare_strings(void **state) {
    (void)state;
    Known known = range(value_string(SLICE("delta")), value_string(SLICE("gamma")));
    assert_may(known, call("=", column(TYPE_STRING), text("alpha")), false);
    assert_may(known, call("=", column(TYPE_STRING), text("epsilon")), true);
    assert_may(known, call("startswith", column(TYPE_STRING), text("de")), true);
    assert_may(known, call("startswith", column(TYPE_STRING), text("da")), false);
    assert_may(known, call("startswith", column(TYPE_STRING), text("gamma ray")), false);
    assert_may(known, call("startswith", column(TYPE_STRING), text("")), true);
    Expr *padded = expr_column(&arena, 0, type_char(&arena, TYPE_CHAR, 9), true);
    assert_may(known, call("=", padded, text("alpha")), true);
    Expr *folded = expr_column(&arena, 0, type_string_collated(&arena, SLICE("UTF8_LCASE")), true);
    assert_may(known, call("=", folded, text("DELTA")), true);
}

static void bounds__overlap_with_a_join(void **state) {
    (void)state;
    Known known = ints(5, 9);
    RuntimeFilter filter = {.is_ready = true, .has_range = true};
    static const int64_t ranges[][3] = {{0, 4, 0}, {0, 5, 1}, {6, 7, 1}, {9, 20, 1}, {10, 20, 0}};
    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        filter.low = value_int(TYPE_INT, ranges[i][0]);
        filter.high = value_int(TYPE_INT, ranges[i][1]);
        assert_int_equal(bounds_may_match_runtime(&filter, &known.bounds[0]), ranges[i][2]);
    }
    filter.is_ready = false;
    assert_true(bounds_may_match_runtime(&filter, &known.bounds[0]));
    filter = (RuntimeFilter){.is_ready = true, .is_empty = true};
    assert_false(bounds_may_match_runtime(&filter, &known.bounds[0]));
}

static int release(void **state) {
    (void)state;
    arena_deinit(&arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds__compare),
        cmocka_unit_test(bounds__know_nothing_without_bounds),
        cmocka_unit_test(bounds__compare_with_null),
        cmocka_unit_test(bounds__combine),
        cmocka_unit_test(bounds__respect_nan),
        cmocka_unit_test(bounds__look_through_widening_casts),
        cmocka_unit_test(bounds__compare_strings),
        cmocka_unit_test(bounds__overlap_with_a_join),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
