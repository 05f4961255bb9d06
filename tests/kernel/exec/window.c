// SPDX-License-Identifier: Apache-2.0
// Window functions against a naive evaluation of every frame, over random rows, partitions and
// frames: the same on any number of threads.
#include "tests/support/plan_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

// Column 0: partition, 1: order (BIGINT), 2: value (BIGINT with nulls).
typedef struct Case {
    const TestTable *table;
    FrameUnit unit;
    FrameBound start, stop;
    int64_t start_offset, stop_offset;
    bool descending;
    bool nulls_last;
    bool ignore_nulls;
    uint32_t *rows; // in order
} Case;

static int compare_cells(const Value *x, const Value *y, bool descending, bool nulls_last) {
    if (x->is_null || y->is_null) {
        if (x->is_null == y->is_null) return 0;
        return x->is_null == nulls_last ? 1 : -1;
    }
    int order = value_compare(x, y);
    return descending ? -order : order;
}

static int compare_rows(const void *a, const void *b, void *context) {
    const Case *c = context;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int order = compare_cells(kit_cell(c->table, i, 0), kit_cell(c->table, j, 0), false, false);
    if (!order)
        order = compare_cells(kit_cell(c->table, i, 1), kit_cell(c->table, j, 1), c->descending,
                              c->nulls_last);
    return order ? order : i < j ? -1 : i > j;
}

static const Value *cell(const Case *c, uint32_t position, uint32_t column) {
    return kit_cell(c->table, c->rows[position], column);
}

static bool same(const Case *c, uint32_t a, uint32_t b, uint32_t column) {
    return compare_cells(cell(c, a, column), cell(c, b, column), false, false) == 0;
}

// Whether position j lies at or behind the bound that position i sets (is_stop: at or before it).
static bool within(const Case *c, uint32_t i, uint32_t j, bool is_stop) {
    FrameBound bound = is_stop ? c->stop : c->start;
    int64_t offset = is_stop ? c->stop_offset : c->start_offset;
    if (bound == BOUND_UNBOUNDED_PRECEDING || bound == BOUND_UNBOUNDED_FOLLOWING) return true;
    int64_t away = bound == BOUND_CURRENT ? 0 : bound == BOUND_PRECEDING ? -offset : offset;
    int64_t distance;
    if (c->unit == FRAME_ROWS) {
        distance = (int64_t)j - i;
    } else {
        const Value *x = cell(c, i, 1), *y = cell(c, j, 1);
        if (x->is_null || y->is_null) {
            if (x->is_null && y->is_null) return true;
            return is_stop ? j < i : j > i;
        }
        distance = c->descending ? x->i64 - y->i64 : y->i64 - x->i64;
    }
    return is_stop ? distance <= away : distance >= away;
}

static void put_null(Text *out) { text_append_cstr(out, "|NULL"); }
static void put(Text *out, const Value *value) {
    if (!value || value->is_null) put_null(out);
    else text_printf(out, "|%lld", (long long)value->i64);
}

static void expect_frame(const Case *c, uint32_t i, uint32_t first, uint32_t last, Text *out) {
    int64_t sum = 0, count = 0;
    const Value *head = NULL, *tail = NULL, *least = NULL;
    for (uint32_t j = first; j < last; j++) {
        if (!within(c, i, j, false) || !within(c, i, j, true)) continue;
        const Value *value = cell(c, j, 2);
        if (!(c->ignore_nulls && value->is_null)) {
            if (!head) head = value;
            tail = value;
        }
        if (value->is_null) continue;
        if (!least || value->i64 < least->i64) least = value;
        sum += value->i64;
        count++;
    }
    Value total = count ? value_int(TYPE_BIGINT, sum) : value_null(type_of(TYPE_BIGINT));
    put(out, &total);
    put(out, least);
    text_printf(out, "|%lld", (long long)count);
    put(out, head);
    put(out, tail);
}

static const Value *shifted(const Case *c, uint32_t i, uint32_t first, uint32_t last, int step,
                            int64_t count) {
    for (int64_t j = (int64_t)i + step; j >= first && j < last; j += step) {
        const Value *value = cell(c, (uint32_t)j, 2);
        if (c->ignore_nulls && value->is_null) continue;
        if (--count == 0) return value;
    }
    return NULL;
}

static char *expected(Case *c) {
    uint32_t count = c->table->row_count;
    c->rows = xmalloc(sizeof(uint32_t) * (count + 1));
    for (uint32_t r = 0; r < count; r++) c->rows[r] = r;
    qsort_r(c->rows, count, sizeof(uint32_t), compare_rows, c);
    Text out = {0};
    for (uint32_t first = 0, last; first < count; first = last) {
        for (last = first; last < count && same(c, first, last, 0);) last++;
        uint32_t rank = 0, dense = 0;
        for (uint32_t i = first; i < last; i++) {
            bool is_new = i == first || !same(c, i - 1, i, 1);
            if (is_new) {
                rank = i - first + 1;
                dense++;
            }
            Text line = {0};
            kit_append_row(&line, cell(c, i, 0), 3);
            line.bytes--;
            text_append(&out, text_slice(&line));
            text_deinit(&line);
            text_printf(&out, "|%u|%u|%u", i - first + 1, rank, dense);
            put(&out, shifted(c, i, first, last, -1, 2));
            put(&out, shifted(c, i, first, last, 1, 1));
            expect_frame(c, i, first, last, &out);
            text_append_char(&out, '\n');
        }
    }
    free(c->rows);
    return text_take(&out);
}

static WindowCall *add_call(PlanKit *kit, PhysNode *node, WindowKind kind, const WindowCall *shape,
                            const Type *type) {
    WindowCall *call = ARENA_NEW(&kit->arena, WindowCall);
    *call = *shape;
    call->kind = kind;
    call->type = type;
    node->window.calls[node->window.call_count++] = call;
    return call;
}

static PhysNode *plan(PlanKit *kit, const Case *c) {
    PhysNode *scan = kit_scan(kit, c->table);
    PhysNode *node = kit_node(kit, PHYS_WINDOW, scan, NULL);
    node->window.calls = ARENA_ARRAY(&kit->arena, WindowCall *, 16);
    SortKey *order = ARENA_NEW(&kit->arena, SortKey);
    *order = (SortKey){kit_column(kit, scan, 1), c->descending, c->nulls_last};
    Expr **partition = ARENA_NEW(&kit->arena, Expr *);
    partition[0] = kit_column(kit, scan, 0);
    WindowCall shape = {.partition = partition,
                        .partition_count = 1,
                        .order = order,
                        .order_count = 1,
                        .unit = c->unit,
                        .start = c->start,
                        .stop = c->stop,
                        .ignore_nulls = c->ignore_nulls};
    shape.start_offset = kit_int(kit, c->start_offset);
    shape.stop_offset = kit_int(kit, c->stop_offset);
    const Type *bigint = type_of(TYPE_BIGINT), *number = type_of(TYPE_INT);
    Expr **value = ARENA_ARRAY(&kit->arena, Expr *, 2);
    value[0] = kit_column(kit, scan, 2);
    value[1] = kit_int(kit, 2);
    add_call(kit, node, WINDOW_ROW_NUMBER, &shape, number);
    add_call(kit, node, WINDOW_RANK, &shape, number);
    add_call(kit, node, WINDOW_DENSE_RANK, &shape, number);
    shape.args = value;
    shape.arg_count = 2;
    add_call(kit, node, WINDOW_LAG, &shape, bigint);
    shape.arg_count = 1;
    add_call(kit, node, WINDOW_LEAD, &shape, bigint);
    static const char *const names[] = {"sum", "min", "count"};
    for (uint32_t n = 0; n < 3; n++)
        add_call(kit, node, WINDOW_AGGREGATE, &shape, bigint)->aggregate =
            kit_call(kit, names[n], scan, 2, bigint);
    add_call(kit, node, WINDOW_FIRST_VALUE, &shape, bigint);
    add_call(kit, node, WINDOW_LAST_VALUE, &shape, bigint);
    const Type **types = ARENA_ARRAY(&kit->arena, const Type *, 16);
    for (uint32_t i = 0; i < 3; i++) types[i] = scan->types[i];
    for (uint32_t i = 0; i < 10; i++) types[3 + i] = node->window.calls[i]->type;
    kit_output(kit, node, types, 13);
    return node;
}

static void check(Case c, uint32_t rows, uint32_t partitions, uint64_t seed) {
    for (uint32_t threads = 1; threads <= 4; threads *= 4) {
        PlanKit kit;
        kit_init(&kit, threads, 0);
        const ColumnSpec specs[] = {
            {TYPE_STRING, partitions, 10}, {TYPE_BIGINT, 60, 10}, {TYPE_BIGINT, 100, 20}};
        c.table = kit_table(&kit.arena, specs, 3, rows, 1 + rows / 5, seed);
        char *got = kit_run(&kit, plan(&kit, &c), 0), *wanted = expected(&c);
        if (strcmp(got, wanted) != 0)
            printf("unit %d bounds %d %lld %d %lld descending %d last %d ignore %d\n", (int)c.unit,
                   (int)c.start, (long long)c.start_offset, (int)c.stop, (long long)c.stop_offset,
                   c.descending, c.nulls_last, c.ignore_nulls);
        assert_string_equal(got, wanted);
        free(got);
        free(wanted);
        kit_deinit(&kit);
    }
}

static void window__agrees_with_every_frame_by_itself(void **state) {
    (void)state;
    uint64_t seed = kit_seed(), random = seed;
    for (uint32_t round = 0; round < 60; round++) {
        Case c = {.unit = round % 2 ? FRAME_RANGE : FRAME_ROWS,
                  .start = (FrameBound)(kit_random(&random) % 4),
                  .stop = (FrameBound)(1 + kit_random(&random) % 4),
                  .start_offset = (int64_t)(kit_random(&random) % 8),
                  .stop_offset = (int64_t)(kit_random(&random) % 8),
                  .descending = kit_random(&random) % 2,
                  .nulls_last = kit_random(&random) % 2,
                  .ignore_nulls = kit_random(&random) % 2};
        check(c, 1 + (uint32_t)(kit_random(&random) % 200), 1 + round % 4, seed + round);
    }
}

// Frames wide enough for the tree of states.
static void window__folds_wide_frames(void **state) {
    (void)state;
    uint64_t seed = kit_seed();
    for (uint32_t round = 0; round < 3; round++) {
        Case c = {.unit = FRAME_ROWS,
                  .start = BOUND_PRECEDING,
                  .stop = BOUND_FOLLOWING,
                  .start_offset = 150 + round * 333,
                  .stop_offset = 200};
        check(c, 2500, 1 + round, seed + round);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(window__agrees_with_every_frame_by_itself),
        cmocka_unit_test(window__folds_wide_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
