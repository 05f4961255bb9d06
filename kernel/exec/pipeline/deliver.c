// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/pipeline/deliver.h"

#include "kernel/exec/rows/row_store.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

enum { HELD_ROWS_MAX = 65536, WAIT_MS = 20 };

typedef struct DeliverSink {
    Operator op;
    RowSink *to;
    pthread_mutex_t lock; // guards turn
    pthread_cond_t turned;
    uint64_t turn; // morsel whose rows come next
    atomic_bool failed;
} DeliverSink;

typedef struct DeliverStage {
    Stage stage;
    RowStore held; // rows of the current morsel that wait for their turn
} DeliverStage;

static Stage *open(Operator *op, Worker *worker, Error *err) {
    (void)err;
    DeliverStage *self = stage_new(op, worker, sizeof *self);
    const PhysNode *node = op->node;
    row_store_init(&self->held, node->types, node->column_count, worker->query->memory);
    return &self->stage;
}

static void close(Stage *stage) { row_store_deinit(&((DeliverStage *)stage)->held); }

static bool is_turn(DeliverSink *sink, uint64_t morsel) {
    pthread_mutex_lock(&sink->lock);
    bool turn = sink->turn == morsel;
    pthread_mutex_unlock(&sink->lock);
    return turn;
}

// Waits; an interrupt or another thread's failure ends it with an error.
static bool wait_turn(DeliverSink *sink, const Worker *worker, Error *err) {
    bool ok = true;
    pthread_mutex_lock(&sink->lock);
    while (ok && sink->turn != worker->morsel) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += WAIT_MS * 1000000L;
        if (until.tv_nsec >= 1000000000L) {
            until.tv_nsec -= 1000000000L;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&sink->turned, &sink->lock, &until);
        ok = query_check(worker->query, err);
        if (ok && worker_is_obsolete(worker)) ok = error_set(err, ERR_CANCELLED);
    }
    pthread_mutex_unlock(&sink->lock);
    return ok;
}

static bool hand_on(DeliverSink *sink, const Batch *batch, Error *err) {
    return sink->to->push(sink->to, batch, err);
}

static bool hand_on_held(DeliverSink *sink, DeliverStage *self, Error *err) {
    for (uint32_t i = 0; i < self->held.chunk_count; i++)
        if (!hand_on(sink, &self->held.chunks[i]->batch, err)) return false;
    row_store_deinit(&self->held);
    return true;
}

static bool push(Stage *stage, Batch *batch, Error *err) {
    DeliverSink *sink = (DeliverSink *)stage->op;
    DeliverStage *self = (DeliverStage *)stage;
    if (!is_turn(sink, stage->worker->morsel)) {
        bool within = row_store_append(&self->held, batch->columns, batch_rows(batch));
        if (within && self->held.row_count < HELD_ROWS_MAX) return true;
        return wait_turn(sink, stage->worker, err) && hand_on_held(sink, self, err);
    }
    return hand_on_held(sink, self, err) && hand_on(sink, batch, err);
}

static bool end(Stage *stage, Error *err) {
    DeliverSink *sink = (DeliverSink *)stage->op;
    if (!wait_turn(sink, stage->worker, err)) return false;
    if (!hand_on_held(sink, (DeliverStage *)stage, err)) return false;
    pthread_mutex_lock(&sink->lock);
    sink->turn++;
    pthread_cond_broadcast(&sink->turned);
    pthread_mutex_unlock(&sink->lock);
    return true;
}

static void release(Operator *op) {
    DeliverSink *sink = (DeliverSink *)op;
    pthread_mutex_destroy(&sink->lock);
    pthread_cond_destroy(&sink->turned);
}

static const OperatorOps deliver_ops = {
    .name = "deliver",
    .open = open,
    .push = push,
    .end = end,
    .close = close,
    .release = release,
};

Operator *deliver_sink_new(Run *run, const PhysNode *node, RowSink *to) {
    DeliverSink *sink =
        (DeliverSink *)run_operator(run, &deliver_ops, node, NULL, sizeof(DeliverSink));
    sink->to = to;
    pthread_mutex_init(&sink->lock, NULL);
    pthread_cond_init(&sink->turned, NULL);
    return &sink->op;
}
