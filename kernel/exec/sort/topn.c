// SPDX-License-Identifier: Apache-2.0
// ORDER BY ... LIMIT: each thread keeps candidates and now and then cuts them to the best ones.
//
// Where a row came from (morsel, place in the morsel) stands in two more columns and is the last
// sort key, so ties fall as in a full sort. After a cut the first key of the worst candidate turns
// away rows before they are copied.
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/sort/order.h"
#include "kernel/exec/sort/sorted.h"

#include <stdlib.h>

enum { CANDIDATES_MIN = 8192, LIMIT_FOR_SORT = 1 << 18 };

typedef struct TopWorker {
    _Alignas(64) RowStore store;
    bool has_bound;
    uint64_t bound; // rows with a greater first word cannot be among the best
} TopWorker;

typedef struct TopOperator {
    Operator op;
    KeyedColumns keyed; // with the two columns of origin
    TopWorker *workers;
    uint32_t worker_count;
    uint64_t wanted; // offset + limit
    SortedRows sorted;
} TopOperator;

typedef struct TopStage {
    Stage stage;
    KeyedState keyed;
    Vector *columns;
    int64_t morsel;
    int64_t place; // of the morsel's next row
    int64_t *places;
    uint64_t *words;
    uint16_t *selection;
} TopStage;

static bool prepare(Operator *op, Run *run, Error *err) {
    return keyed_columns_prepare(&((TopOperator *)op)->keyed, run, err);
}

static Stage *open(Operator *op, Worker *worker, Error *err) {
    TopOperator *self = (TopOperator *)op;
    TopStage *stage = stage_new(op, worker, sizeof *stage);
    if (!keyed_state_init(&stage->keyed, &self->keyed, worker->query, err)) {
        free(stage);
        return NULL;
    }
    stage->columns = xcalloc(self->keyed.column_count, sizeof(Vector));
    stage->places = xmalloc(LIMIT_BATCH_ROWS * sizeof(int64_t));
    stage->words = xmalloc(LIMIT_BATCH_ROWS * sizeof(uint64_t));
    stage->selection = xmalloc(LIMIT_BATCH_ROWS * sizeof(uint16_t));
    return &stage->stage;
}

static void close(Stage *base) {
    TopStage *stage = (TopStage *)base;
    keyed_state_deinit(&stage->keyed);
    free(stage->columns);
    free(stage->places);
    free(stage->words);
    free(stage->selection);
}

static bool begin(Stage *base, Error *err) {
    (void)err;
    TopStage *stage = (TopStage *)base;
    stage->morsel = (int64_t)base->worker->morsel;
    stage->place = 0;
    return true;
}

static void key_vectors(const KeyedColumns *keyed, const Vector *columns, Vector *keys) {
    for (uint32_t k = 0; k < keyed->key_count; k++) keys[k] = columns[keyed->key_columns[k]];
}

// Replaces the store by its best rows, in order.
static bool cut(const TopOperator *self, TopWorker *worker, Query *query, Error *err) {
    const KeyedColumns *keyed = &self->keyed;
    AUTO(Arena, arena) = {0};
    Vector *columns = ARENA_ARRAY(&arena, Vector, keyed->column_count);
    Vector *keys = ARENA_ARRAY(&arena, Vector, keyed->key_count);
    uint32_t count = (uint32_t)worker->store.row_count;
    uint32_t *order = arena_alloc_raw(&arena, sizeof *order * ((size_t)count + 1), 8);
    row_store_concat(&worker->store, &arena, columns);
    key_vectors(keyed, columns, keys);
    if (!sort_order(query, keyed->keys, keyed->key_count, keys, count, order, true, err))
        return false;
    uint32_t kept = (uint32_t)MIN((uint64_t)count, self->wanted);
    RowStore best;
    row_store_init(&best, keyed->types, keyed->column_count, query->memory);
    bool within = true;
    for (uint32_t done = 0; done < kept;) {
        uint32_t part = MIN(kept - done, (uint32_t)LIMIT_BATCH_ROWS);
        Vector *packed = ARENA_ARRAY(&arena, Vector, keyed->column_count);
        for (uint32_t c = 0; c < keyed->column_count; c++)
            packed[c] = (Vector){.type = columns[c].type,
                                 .form = VECTOR_DICTIONARY,
                                 .count = part,
                                 .codes = order + done,
                                 .dictionary = &columns[c]};
        within &= row_store_append(&best, packed, (Rows){NULL, part});
        done += part;
    }
    if (kept == self->wanted && kept) {
        uint16_t zero = 0;
        Vector worst = {.type = keys[0].type,
                        .form = VECTOR_DICTIONARY,
                        .count = 1,
                        .codes = order + kept - 1,
                        .dictionary = &keys[0]};
        sort_first_word(&keyed->keys[0], &worst, (Rows){&zero, 1}, &worker->bound);
        worker->has_bound = true;
    }
    row_store_deinit(&worker->store);
    worker->store = best;
    return within || memory_fail(query->memory, "top rows", err);
}

// The batch's rows that may be among the best.
static Rows within_bound(const TopOperator *self, const TopWorker *worker, TopStage *stage,
                         const Vector *columns, Rows rows) {
    if (!worker->has_bound) return rows;
    sort_first_word(&self->keyed.keys[0], &columns[self->keyed.key_columns[0]], rows, stage->words);
    uint32_t kept = 0;
    for (ROWS_EACH(rows, i, r)) {
        stage->selection[kept] = (uint16_t)r;
        kept += stage->words[i] <= worker->bound;
    }
    return (Rows){stage->selection, kept};
}

static bool push(Stage *base, Batch *batch, Error *err) {
    TopStage *stage = (TopStage *)base;
    TopOperator *self = (TopOperator *)base->op;
    TopWorker *worker = &self->workers[base->worker->index];
    Query *query = base->worker->query;
    uint32_t origin = self->keyed.column_count - 2;
    Batch input = *batch;
    const Vector *columns = keyed_state_eval(&stage->keyed, &input, err);
    if (!columns) return false;
    memcpy(stage->columns, columns, origin * sizeof(Vector));
    for (ROWS_EACH(batch_rows(batch), i, r)) stage->places[r] = stage->place + i;
    stage->place += batch->selected_count;
    stage->columns[origin] = (Vector){.type = type_of(TYPE_BIGINT),
                                      .form = VECTOR_CONSTANT,
                                      .count = batch->row_count,
                                      .data = &stage->morsel};
    stage->columns[origin + 1] =
        (Vector){.type = type_of(TYPE_BIGINT), .count = batch->row_count, .data = stage->places};
    Rows rows = within_bound(self, worker, stage, stage->columns, batch_rows(batch));
    if (rows.count == 0) return true;
    bool within = row_store_append(&worker->store, stage->columns, rows);
    if (within && worker->store.row_count < MAX(2 * self->wanted, (uint64_t)CANDIDATES_MIN))
        return true;
    return cut(self, worker, query, err);
}

static bool finish(Operator *op, Run *run, Error *err) {
    TopOperator *self = (TopOperator *)op;
    RowStore rows;
    row_store_init(&rows, self->keyed.types, self->keyed.column_count, run->query->memory);
    for (uint32_t w = 0; w < self->worker_count; w++)
        row_store_move(&rows, &self->workers[w].store);
    return sorted_rows_make(&self->sorted, &rows, &self->keyed, run->query, err);
}

static void release(Operator *op) {
    TopOperator *self = (TopOperator *)op;
    for (uint32_t w = 0; w < self->worker_count; w++) row_store_deinit(&self->workers[w].store);
    free(self->workers);
    sorted_rows_deinit(&self->sorted);
}

static const OperatorOps top_ops = {
    .name = "top rows",
    .prepare = prepare,
    .open = open,
    .begin = begin,
    .push = push,
    .close = close,
    .finish = finish,
    .release = release,
};

// The node's keys, then the row's origin.
static void add_origin(TopOperator *op, Run *run, const PhysNode *node) {
    KeyedColumns *keyed = &op->keyed;
    uint32_t count = node->sort.key_count;
    SortKey *keys = ARENA_ARRAY(&run->arena, SortKey, count + 2);
    memcpy(keys, node->sort.keys, count * sizeof *keys);
    keyed_columns_init(keyed, run, node->inputs[0], node->sort.keys, count);
    uint32_t *columns = ARENA_ARRAY(&run->arena, uint32_t, count + 2);
    const Type **types = ARENA_ARRAY(&run->arena, const Type *, keyed->column_count + 2);
    memcpy(columns, keyed->key_columns, count * sizeof *columns);
    memcpy(types, keyed->types, keyed->column_count * sizeof *types);
    for (uint32_t i = 0; i < 2; i++) {
        columns[count + i] = keyed->column_count;
        types[keyed->column_count++] = type_of(TYPE_BIGINT);
        keys[count + i] = (SortKey){0};
    }
    keyed->keys = keys;
    keyed->key_count = count + 2;
    keyed->key_columns = columns;
    keyed->types = types;
}

bool build_topn(Run *run, const PhysNode *node, Operator *above, Error *err) {
    uint64_t limit = node->sort.limit, offset = node->sort.offset;
    if (node->sort.key_count == 0) return build_limit(run, node, above, err);
    if (limit > LIMIT_FOR_SORT || offset > LIMIT_FOR_SORT) return build_sort(run, node, above, err);
    TopOperator *op = (TopOperator *)run_operator(run, &top_ops, node, NULL, sizeof *op);
    add_origin(op, run, node);
    op->wanted = offset + limit;
    op->worker_count = run->worker_count;
    op->workers = aligned_alloc(64, run->worker_count * sizeof *op->workers);
    if (!op->workers) out_of_memory(run->worker_count * sizeof *op->workers);
    for (uint32_t w = 0; w < run->worker_count; w++) {
        op->workers[w] = (TopWorker){0};
        row_store_init(&op->workers[w].store, op->keyed.types, op->keyed.column_count,
                       run->query->memory);
    }
    sorted_rows_init(&op->sorted, node->column_count, offset, limit);
    if (!run_build_unordered(run, node->inputs[0], &op->op, err)) return false;
    run_add_finish(run, &op->op);
    run_add_pipeline(run, &op->sorted.source, false, node, above);
    return true;
}
