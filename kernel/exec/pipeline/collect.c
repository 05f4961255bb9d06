// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/pipeline/collect.h"

#include <pthread.h>
#include <stdlib.h>

struct CollectSink {
    Operator op;
    Collector collector;
    uint64_t offset;
    uint64_t limit;
    uint64_t wanted;       // offset + limit, UINT64_MAX: all
    pthread_mutex_t lock;  // guards what follows
    uint64_t *morsel_rows; // rows + 1 of each morsel that has ended, 0: not yet
    uint64_t morsel_room;
    uint64_t prefix_morsels; // that many from the first on have ended
    uint64_t prefix_rows;
    RowStore rows;
};

typedef struct CollectStage {
    Stage stage;
    uint64_t rows; // of this morsel
} CollectStage;

static Stage *open(Operator *op, Worker *worker, Error *err) {
    (void)err;
    return stage_new(op, worker, sizeof(CollectStage));
}

static bool begin(Stage *stage, Error *err) {
    (void)err;
    ((CollectStage *)stage)->rows = 0;
    return true;
}

static bool push(Stage *stage, Batch *batch, Error *err) {
    CollectStage *self = (CollectStage *)stage;
    CollectSink *sink = (CollectSink *)stage->op;
    Rows rows = batch_rows(batch);
    if (rows.count >= sink->wanted - self->rows) {
        rows.count = (uint32_t)(sink->wanted - self->rows);
        *stage->worker->stop = true;
    }
    if (rows.count == 0) return true;
    self->rows += rows.count;
    Worker *worker = stage->worker;
    if (collector_append(&sink->collector, worker->index, worker->morsel, batch->columns, rows))
        return true;
    return memory_fail(worker->query->memory, "result", err);
}

static void note_morsel(CollectSink *sink, uint64_t morsel, uint64_t rows) {
    if (morsel >= sink->morsel_room) {
        uint64_t room = MAX(sink->morsel_room * 2, morsel + 16);
        sink->morsel_rows = xrealloc(sink->morsel_rows, room * sizeof(uint64_t));
        memset(sink->morsel_rows + sink->morsel_room, 0,
               (room - sink->morsel_room) * sizeof(uint64_t));
        sink->morsel_room = room;
    }
    sink->morsel_rows[morsel] = rows + 1;
    while (sink->prefix_morsels < sink->morsel_room && sink->morsel_rows[sink->prefix_morsels] &&
           sink->prefix_rows < sink->wanted)
        sink->prefix_rows += sink->morsel_rows[sink->prefix_morsels++] - 1;
}

static bool end(Stage *stage, Error *err) {
    (void)err;
    CollectSink *sink = (CollectSink *)stage->op;
    if (sink->wanted == UINT64_MAX) return true;
    pthread_mutex_lock(&sink->lock);
    note_morsel(sink, stage->worker->morsel, ((CollectStage *)stage)->rows);
    if (sink->prefix_rows >= sink->wanted && !atomic_load(&sink->op.is_full)) {
        sink->op.full_morsels = sink->prefix_morsels;
        atomic_store(&sink->op.is_full, true);
    }
    pthread_mutex_unlock(&sink->lock);
    return true;
}

static bool finish(Operator *op, Run *run, Error *err) {
    (void)run, (void)err;
    CollectSink *sink = (CollectSink *)op;
    collector_finish(&sink->collector, &sink->rows);
    if (sink->wanted != UINT64_MAX) row_store_trim(&sink->rows, sink->offset, sink->limit);
    else if (sink->offset) row_store_trim(&sink->rows, sink->offset, UINT64_MAX);
    return true;
}

static void release(Operator *op) {
    CollectSink *sink = (CollectSink *)op;
    collector_deinit(&sink->collector);
    row_store_deinit(&sink->rows);
    free(sink->morsel_rows);
    pthread_mutex_destroy(&sink->lock);
}

static const OperatorOps collect_ops = {
    .name = "collect",
    .open = open,
    .begin = begin,
    .push = push,
    .end = end,
    .finish = finish,
    .release = release,
};

CollectSink *collect_sink_new(Run *run, const PhysNode *node, const Type *const *types,
                              uint32_t column_count, uint64_t offset, uint64_t limit) {
    CollectSink *sink =
        (CollectSink *)run_operator(run, &collect_ops, node, NULL, sizeof(CollectSink));
    MemoryAccount *memory = run->query->memory;
    collector_init(&sink->collector, types, column_count, memory, run->worker_count);
    row_store_init(&sink->rows, types, column_count, memory);
    pthread_mutex_init(&sink->lock, NULL);
    sink->offset = offset;
    sink->limit = limit;
    sink->wanted = limit > UINT64_MAX - offset ? UINT64_MAX : offset + limit;
    if (sink->wanted == 0) atomic_store(&sink->op.is_full, true);
    return sink;
}

Operator *collect_sink_operator(CollectSink *sink) { return &sink->op; }
RowStore *collect_sink_rows(CollectSink *sink) { return &sink->rows; }
