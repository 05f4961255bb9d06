// SPDX-License-Identifier: Apache-2.0
#include "tests/support/plan_kit.h"

#include "base/hash.h"
#include "kernel/column/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

void kit_init(PlanKit *kit, uint32_t threads, uint64_t memory_bytes) {
    memset(kit, 0, sizeof *kit);
    kit->broker = memory_broker_new(memory_bytes ? memory_bytes : UINT64_C(1) << 32);
    kit->query.pool = thread_pool_new(threads);
    kit->query.thread_count = threads;
    kit->query.memory = memory_account_new(kit->broker, 0);
    kit->query.zone = time_zone_utc();
    kit->query.cancelled = &kit->cancelled;
    kit->query.temp_folder = SLICE("/tmp");
    kit->query.parameters = ARENA_ARRAY(&kit->arena, Value, 8);
    kit->query.parameter_count = 8;
}

void kit_deinit(PlanKit *kit) {
    thread_pool_free(kit->query.pool);
    memory_account_free(kit->query.memory);
    memory_broker_free(kit->broker);
    arena_deinit(&kit->arena);
}

uint64_t kit_seed(void) {
    const char *text = getenv("TARN_TEST_SEED");
    uint64_t seed =
        text ? strtoull(text, NULL, 10) : (uint64_t)time(NULL) * 1000 + (uint64_t)getpid() % 1000;
    printf("seed %llu\n", (unsigned long long)seed);
    return seed;
}

uint64_t kit_random(uint64_t *state) { return hash_u64(++*state * 0x9E3779B97F4A7C15u); }

Value kit_value(Arena *arena, TypeId type, int64_t number) {
    switch (type) {
    case TYPE_DOUBLE: return value_double((double)number * 0.25);
    case TYPE_STRING:
        return value_string(
            number % 3 ? arena_printf(arena, "s%05lld", (long long)number)
                       : arena_printf(arena, "a rather long string %05lld", (long long)number));
    case TYPE_DECIMAL: return value_decimal(type_decimal(30, 2), (Int128)number * 1000003);
    case TYPE_BOOLEAN: return value_bool(number & 1);
    case TYPE_ARRAY: {
        const Type *array = type_array(arena, type_of(TYPE_BIGINT), true);
        Value value = {.type = array, .item_count = (uint32_t)(number % 3) + 1};
        value.items = ARENA_ARRAY(arena, Value, 3);
        for (uint32_t i = 0; i < value.item_count; i++)
            value.items[i] = value_int(TYPE_BIGINT, number);
        return value;
    }
    default: return value_int(type, number);
    }
}

static const Type *kit_type(Arena *arena, TypeId type) {
    if (type == TYPE_DECIMAL) return type_decimal(30, 2);
    if (type == TYPE_ARRAY) return type_array(arena, type_of(TYPE_BIGINT), true);
    return type_of(type);
}

TestTable *kit_table(Arena *arena, const ColumnSpec *columns, uint32_t column_count, uint32_t rows,
                     uint32_t morsel_rows, uint64_t seed) {
    TestTable *table = ARENA_NEW(arena, TestTable);
    *table =
        (TestTable){.column_count = column_count, .row_count = rows, .morsel_rows = morsel_rows};
    table->types = ARENA_ARRAY(arena, const Type *, column_count);
    table->cells = ARENA_ARRAY(arena, Value, (size_t)rows * column_count + 1);
    for (uint32_t c = 0; c < column_count; c++) table->types[c] = kit_type(arena, columns[c].type);
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t c = 0; c < column_count; c++) {
            Value *cell = kit_cell(table, r, c);
            if (kit_random(&seed) % 100 < columns[c].null_percent)
                *cell = value_null(table->types[c]);
            else
                *cell = kit_value(arena, columns[c].type,
                                  (int64_t)(kit_random(&seed) % columns[c].distinct));
        }
    return table;
}

Value *kit_cell(const TestTable *table, uint32_t row, uint32_t column) {
    return &table->cells[(size_t)row * table->column_count + column];
}

// --- a table as a source
// ----------------------------------------------------------------------------------

typedef struct TableSource {
    Source source;
    const TestTable *table;
} TableSource;

typedef struct TableScan {
    const TestTable *table;
    Arena arena;
    uint32_t next, stop;
} TableScan;

static bool prepare(Source *base, Query *query, uint64_t *morsel_count, Error *err) {
    (void)query, (void)err;
    const TestTable *table = ((TableSource *)base)->table;
    *morsel_count = (table->row_count + table->morsel_rows - 1) / table->morsel_rows;
    return true;
}

static ScanState *scan_open(Source *base, Query *query, Error *err) {
    (void)query, (void)err;
    TableScan *scan = xcalloc(1, sizeof *scan);
    scan->table = ((TableSource *)base)->table;
    return (ScanState *)scan;
}

static bool scan_begin(ScanState *state, uint64_t morsel, Error *err) {
    (void)err;
    TableScan *scan = (TableScan *)state;
    scan->next = (uint32_t)morsel * scan->table->morsel_rows;
    scan->stop = MIN(scan->next + scan->table->morsel_rows, scan->table->row_count);
    return true;
}

// rows[i]: row of the table at place i, or UINT32_MAX for a row that is not selected.
static void make_column(TableScan *scan, uint32_t column, const uint32_t *rows, uint32_t count,
                        uint64_t shape, Vector *out) {
    const TestTable *table = scan->table;
    Vector flat;
    vector_init_flat(&flat, table->types[column], count + 1, &scan->arena);
    bool constant = true;
    const Value *first = NULL;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = rows[i] == UINT32_MAX ? scan->next : rows[i];
        const Value *cell = kit_cell(table, row, column);
        vector_set_value(&flat, i, cell, &scan->arena);
        if (rows[i] == UINT32_MAX) continue;
        if (first) constant &= value_equal(first, cell);
        else first = cell;
    }
    flat.count = count;
    *out = flat;
    if (constant && first && shape % 2) {
        vector_init_constant(out, first, count, &scan->arena);
    } else if (shape % 3 == 0) {
        uint32_t *codes = ARENA_ARRAY(&scan->arena, uint32_t, count + 1);
        uint32_t *reversed = ARENA_ARRAY(&scan->arena, uint32_t, count + 1);
        for (uint32_t i = 0; i < count; i++) codes[i] = reversed[i] = count - 1 - i;
        Vector *dictionary = ARENA_NEW(&scan->arena, Vector);
        vector_gather_indexes(&flat, reversed, count, &scan->arena, dictionary);
        *out = (Vector){.type = flat.type,
                        .form = VECTOR_DICTIONARY,
                        .count = count,
                        .codes = codes,
                        .dictionary = dictionary};
    }
}

static bool scan_next(ScanState *state, Batch *out, bool *done, Error *err) {
    (void)err;
    TableScan *scan = (TableScan *)state;
    *done = scan->next == scan->stop;
    if (*done) return true;
    arena_reset(&scan->arena);
    uint64_t shape = hash_u64(scan->next + 1);
    uint32_t wanted = shape % 5 == 0 ? 1 + (uint32_t)(shape >> 8) % 100 : LIMIT_BATCH_ROWS;
    bool holes = (shape >> 20) % 3 == 0;
    uint32_t *rows = ARENA_ARRAY(&scan->arena, uint32_t, LIMIT_BATCH_ROWS);
    uint16_t *selection = ARENA_ARRAY(&scan->arena, uint16_t, LIMIT_BATCH_ROWS);
    uint32_t count = 0, selected = 0, row = scan->next;
    while (row < scan->stop && count < wanted) {
        if (holes && hash_u64(shape + count) % 4 == 0) {
            rows[count++] = UINT32_MAX;
            continue;
        }
        selection[selected++] = (uint16_t)count;
        rows[count++] = row++;
    }
    uint32_t columns = scan->table->column_count;
    out->columns = ARENA_ARRAY(&scan->arena, Vector, columns + 1);
    for (uint32_t c = 0; c < columns; c++)
        make_column(scan, c, rows, count, hash_u64(shape + c), &out->columns[c]);
    out->column_count = columns;
    out->row_count = count;
    out->selection = holes ? selection : NULL;
    out->selected_count = selected;
    scan->next = row;
    return true;
}

static void scan_close(ScanState *state) {
    TableScan *scan = (TableScan *)state;
    if (!scan) return;
    arena_deinit(&scan->arena);
    free(scan);
}

static void describe(const Source *base, Text *out) {
    (void)base;
    text_append_cstr(out, "test table");
}

static void release(Source *base) { (void)base; }

static const SourceOps table_ops = {.prepare = prepare,
                                    .scan_open = scan_open,
                                    .scan_begin = scan_begin,
                                    .scan_next = scan_next,
                                    .scan_close = scan_close,
                                    .describe = describe,
                                    .free = release};

// --- nodes
// ------------------------------------------------------------------------------------------------

PhysNode *kit_node(PlanKit *kit, PhysKind kind, PhysNode *left, PhysNode *right) {
    PhysNode *node = ARENA_NEW(&kit->arena, PhysNode);
    node->kind = kind;
    node->id = kit->next_id++;
    node->inputs = ARENA_ARRAY(&kit->arena, PhysNode *, 4);
    node->input_count = (left != NULL) + (right != NULL);
    node->inputs[0] = left;
    node->inputs[1] = right;
    node->estimated_rows = -1;
    node->metrics = ARENA_NEW(&kit->arena, NodeMetrics);
    if (left) kit_output(kit, node, (const Type *const *)left->types, left->column_count);
    return node;
}

void kit_output(PlanKit *kit, PhysNode *node, const Type *const *types, uint32_t count) {
    node->types = ARENA_ARRAY(&kit->arena, const Type *, count + 1);
    node->nullable = ARENA_ARRAY(&kit->arena, bool, count + 1);
    node->column_count = count;
    for (uint32_t c = 0; c < count; c++) {
        node->types[c] = types[c];
        node->nullable[c] = true;
    }
}

PhysNode *kit_scan(PlanKit *kit, const TestTable *table) {
    PhysNode *node = kit_node(kit, PHYS_SCAN, NULL, NULL);
    TableSource *source = ARENA_NEW(&kit->arena, TableSource);
    *source = (TableSource){{&table_ops}, table};
    node->scan.source = &source->source;
    kit_output(kit, node, table->types, table->column_count);
    return node;
}

PhysNode *kit_filter(PlanKit *kit, PhysNode *input, Expr *condition) {
    PhysNode *node = kit_node(kit, PHYS_FILTER, input, NULL);
    node->filter.conjuncts = ARENA_NEW(&kit->arena, Expr *);
    node->filter.conjuncts[0] = condition;
    node->filter.count = 1;
    return node;
}

PhysNode *kit_project(PlanKit *kit, PhysNode *input, Expr **exprs, uint32_t count) {
    PhysNode *node = kit_node(kit, PHYS_PROJECT, input, NULL);
    const Type **types = ARENA_ARRAY(&kit->arena, const Type *, count + 1);
    for (uint32_t i = 0; i < count; i++) types[i] = exprs[i]->type;
    kit_output(kit, node, types, count);
    node->project.exprs = ARENA_ARRAY(&kit->arena, Expr *, count + 1);
    memcpy(node->project.exprs, exprs, count * sizeof *exprs);
    return node;
}

PhysNode *kit_limit(PlanKit *kit, PhysNode *input, uint64_t limit, uint64_t offset) {
    PhysNode *node = kit_node(kit, PHYS_LIMIT, input, NULL);
    node->sort.limit = limit;
    node->sort.offset = offset;
    return node;
}

PhysNode *kit_sort(PlanKit *kit, PhysNode *input, SortKey *keys, uint32_t count, uint64_t limit,
                   uint64_t offset) {
    PhysNode *node = kit_node(kit, limit == UINT64_MAX ? PHYS_SORT : PHYS_TOPN, input, NULL);
    node->sort.keys = keys;
    node->sort.key_count = count;
    node->sort.limit = limit;
    node->sort.offset = offset;
    return node;
}

PhysNode *kit_join(PlanKit *kit, JoinKind kind, PhysNode *left, PhysNode *right,
                   const uint32_t *left_keys, const uint32_t *right_keys, uint32_t key_count) {
    PhysNode *node = kit_node(kit, PHYS_JOIN, left, right);
    const Type **types =
        ARENA_ARRAY(&kit->arena, const Type *, left->column_count + right->column_count + 1);
    uint32_t count = 0;
    for (uint32_t c = 0; c < left->column_count; c++) types[count++] = left->types[c];
    if (kind == JOIN_LEFT_MARK) types[count++] = type_of(TYPE_BOOLEAN);
    else if (kind != JOIN_LEFT_SEMI && kind != JOIN_LEFT_ANTI && kind != JOIN_LEFT_ANTI_NULL_AWARE)
        for (uint32_t c = 0; c < right->column_count; c++) types[count++] = right->types[c];
    kit_output(kit, node, types, count);
    node->join.kind = kind;
    node->join.key_count = key_count;
    node->join.left_keys = ARENA_ARRAY(&kit->arena, Expr *, key_count + 1);
    node->join.right_keys = ARENA_ARRAY(&kit->arena, Expr *, key_count + 1);
    for (uint32_t k = 0; k < key_count; k++) {
        node->join.left_keys[k] = kit_column(kit, left, left_keys[k]);
        node->join.right_keys[k] = kit_column(kit, right, right_keys[k]);
    }
    return node;
}

PhysNode *kit_aggregate(PlanKit *kit, PhysNode *input, const uint32_t *keys, uint32_t key_count,
                        AggregateCall **calls, uint32_t call_count) {
    PhysNode *node = kit_node(kit, PHYS_AGGREGATE, input, NULL);
    const Type **types = ARENA_ARRAY(&kit->arena, const Type *, key_count + call_count + 1);
    node->aggregate.keys = ARENA_ARRAY(&kit->arena, Expr *, key_count + 1);
    for (uint32_t k = 0; k < key_count; k++) {
        node->aggregate.keys[k] = kit_column(kit, input, keys[k]);
        types[k] = input->types[keys[k]];
    }
    for (uint32_t c = 0; c < call_count; c++) types[key_count + c] = calls[c]->type;
    node->aggregate.key_count = key_count;
    node->aggregate.calls = calls;
    node->aggregate.call_count = call_count;
    kit_output(kit, node, types, key_count + call_count);
    return node;
}

AggregateCall *kit_call(PlanKit *kit, const char *name, const PhysNode *input, int column,
                        const Type *result) {
    AggregateCall *call = ARENA_NEW(&kit->arena, AggregateCall);
    call->args = ARENA_ARRAY(&kit->arena, Expr *, 4);
    const Type *types[1] = {NULL};
    if (column >= 0) {
        call->args[0] = kit_column(kit, input, (uint32_t)column);
        call->arg_count = 1;
        types[0] = call->args[0]->type;
    }
    call->type = result;
    call->function = aggregate_find(slice_from_cstr(name), types, call->arg_count, result);
    ASSERT(call->function);
    call->nullable = true;
    return call;
}

Expr *kit_column(PlanKit *kit, const PhysNode *input, uint32_t column) {
    return expr_column(&kit->arena, column, input->types[column], true);
}

static bool less_kernel(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r))
        ((uint8_t *)out->data)[r] = vector_compare_rows(&args[0], r, &args[1], r) < 0;
    return true;
}

static bool add_kernel(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame;
    for (ROWS_EACH(rows, i, r)) {
        uint32_t ia, ib;
        const Vector *a = vector_base(&args[0], r, &ia), *b = vector_base(&args[1], r, &ib);
        int64_t x = ((const int64_t *)a->data)[ia], y = ((const int64_t *)b->data)[ib];
        if (x == -1000 && y == 13) return error_set(err, ERR_DIVIDE_BY_ZERO, "config", "x");
        ((int64_t *)out->data)[r] = x + y;
    }
    return true;
}

static Expr *binary(PlanKit *kit, const ScalarFunction *function, const Type *type, Expr *a,
                    Expr *b) {
    Expr **args = ARENA_ARRAY(&kit->arena, Expr *, 2);
    args[0] = a;
    args[1] = b;
    return expr_call(&kit->arena, function, type, true, args, 2);
}

Expr *kit_less(PlanKit *kit, Expr *a, Expr *b) {
    static const ScalarFunction less = {.name = "less", .kernel = less_kernel};
    return binary(kit, &less, type_of(TYPE_BOOLEAN), a, b);
}

Expr *kit_add(PlanKit *kit, Expr *a, Expr *b) {
    static const ScalarFunction add = {.name = "add", .kernel = add_kernel, .may_fail = true};
    return binary(kit, &add, type_of(TYPE_BIGINT), a, b);
}

Expr *kit_int(PlanKit *kit, int64_t number) {
    return expr_literal(&kit->arena, value_int(TYPE_BIGINT, number));
}

// --- results
// -----------------------------------------------------------------------------------------------

static void append_batch(const Batch *batch, Text *out) {
    for (ROWS_EACH(batch_rows(batch), i, r)) {
        for (uint32_t c = 0; c < batch->column_count; c++) {
            if (c) text_append_char(out, '|');
            if (vector_is_null(&batch->columns[c], r)) text_append_cstr(out, "NULL");
            else vector_append_text(&batch->columns[c], r, TEXT_CAST, time_zone_utc(), out);
        }
        text_append_char(out, '\n');
    }
}

static char *finish(bool ok, Text *out, const Error *err) {
    if (!ok) {
        text_reset(out);
        text_printf(out, "ERROR %s", error_class(err));
    }
    return text_take(out);
}

char *kit_run(PlanKit *kit, PhysNode *root, uint64_t limit) {
    static _Thread_local Error err;
    error_reset(&err);
    bool more = false;
    Text out = {0};
    RowSet *rows = plan_run(root, &kit->query, limit, &more, &err);
    for (uint32_t i = 0; rows && i < row_set_batch_count(rows); i++)
        append_batch(row_set_batch(rows, i), &out);
    if (rows && more) text_append_cstr(&out, "more\n");
    bool ok = rows != NULL;
    row_set_free(rows);
    ASSERT(memory_used(kit->query.memory) == 0);
    return finish(ok, &out, &err);
}

typedef struct TextSink {
    RowSink sink;
    Text out;
} TextSink;

static bool push_text(RowSink *sink, const Batch *batch, Error *err) {
    (void)err;
    append_batch(batch, &((TextSink *)sink)->out);
    return true;
}

char *kit_run_into(PlanKit *kit, PhysNode *root) {
    static _Thread_local Error err;
    error_reset(&err);
    TextSink sink = {.sink = {push_text}};
    bool ok = plan_run_into(root, &kit->query, &sink.sink, &err);
    return finish(ok, &sink.out, &err);
}

void kit_append_row(Text *out, const Value *values, uint32_t count) {
    for (uint32_t c = 0; c < count; c++) {
        if (c) text_append_char(out, '|');
        if (values[c].is_null) text_append_cstr(out, "NULL");
        else value_append_text(&values[c], TEXT_CAST, time_zone_utc(), out);
    }
    text_append_char(out, '\n');
}

static int compare_lines(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char *kit_sorted_lines(char *text) {
    size_t count = 0, bytes = strlen(text);
    char **lines = xcalloc(bytes + 1, sizeof *lines);
    char *copy = xmalloc(bytes + 1);
    memcpy(copy, text, bytes + 1);
    for (char *at = copy; *at;) {
        lines[count++] = at;
        char *end = strchr(at, '\n');
        if (!end) break;
        *end = '\0';
        at = end + 1;
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    Text out = {0};
    for (size_t i = 0; i < count; i++) {
        text_append_cstr(&out, lines[i]);
        text_append_char(&out, '\n');
    }
    free(lines);
    free(copy);
    free(text);
    return text_take(&out);
}
