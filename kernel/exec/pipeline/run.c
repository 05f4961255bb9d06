// SPDX-License-Identifier: Apache-2.0
// Steps of a run, and the loop that drives a pipeline.
//
// Every worker takes the next morsel of the source, in ascending order, until there are none. When
// a morsel fails, workers on later morsels give up and those on earlier ones go on, so that the
// error of the lowest failing morsel is the one reported, whatever the number of threads.
#include "kernel/exec/pipeline/pipeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

typedef enum StepKind { STEP_PIPELINE, STEP_FINISH, STEP_CALL } StepKind;

struct Step {
    StepKind kind;
    Step *next;
    Source *source; // PIPELINE
    bool owned;
    const PhysNode *node;
    Operator *op; // PIPELINE: first of the chain; FINISH: the sink
    bool (*call)(Run *run, void *context, Error *err);
    void *context;
};

static NodeMetrics ignored_metrics; // written, never read: nodes without metrics

NodeMetrics *operator_metrics(const Operator *op) {
    return op->node && op->node->metrics ? op->node->metrics : &ignored_metrics;
}

static NodeMetrics *node_metrics(const PhysNode *node) {
    return node && node->metrics ? node->metrics : &ignored_metrics;
}

static uint64_t clock_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// Charges the time since the last call to whom it was due, and turns to `next`.
static void worker_charge(Worker *worker, NodeMetrics *next) {
    uint64_t now = clock_ns();
    if (worker->charged != &ignored_metrics)
        atomic_fetch_add_explicit(&worker->charged->time_ns, now - worker->since_ns,
                                  memory_order_relaxed);
    worker->charged = next;
    worker->since_ns = now;
}

// --- building ---

Run *run_new(Query *query, Run *parent) {
    Run *run = xcalloc(1, sizeof *run);
    run->query = query;
    run->parent = parent;
    run->worker_count =
        query->pool ? MIN(query->thread_count, thread_pool_threads(query->pool)) : 1;
    if (run->worker_count == 0) run->worker_count = 1;
    run->last_step = &run->first_step;
    return run;
}

void run_free(Run *run) {
    if (!run) return;
    for (Operator *op = run->owned; op; op = op->next_owned)
        if (op->ops->release) op->ops->release(op);
    for (Step *step = run->first_step; step; step = step->next)
        if (step->owned) step->source->ops->free(step->source);
    arena_deinit(&run->arena);
    free(run);
}

Operator *run_operator(Run *run, const OperatorOps *ops, const PhysNode *node, Operator *above,
                       size_t bytes) {
    Operator *op = arena_alloc_raw(&run->arena, bytes, 64);
    memset(op, 0, bytes);
    op->ops = ops;
    op->node = node;
    op->above = above;
    op->is_sink = above == NULL;
    op->next_owned = run->owned;
    run->owned = op;
    return op;
}

static Step *add_step(Run *run, StepKind kind) {
    Step *step = ARENA_NEW(&run->arena, Step);
    step->kind = kind;
    *run->last_step = step;
    run->last_step = &step->next;
    return step;
}

void run_add_pipeline(Run *run, Source *source, bool owned, const PhysNode *node, Operator *first) {
    Step *step = add_step(run, STEP_PIPELINE);
    step->source = source;
    step->owned = owned;
    step->node = node;
    step->op = first;
}

void run_add_finish(Run *run, Operator *sink) { add_step(run, STEP_FINISH)->op = sink; }

void run_add_call(Run *run, bool (*call)(Run *run, void *context, Error *err), void *context) {
    Step *step = add_step(run, STEP_CALL);
    step->call = call;
    step->context = context;
}

ExprProgram *run_compile(Run *run, Expr *const *roots, uint32_t count, Error *err) {
    return expr_compile(&run->arena, roots, count, run->query, err);
}

void *stage_new(Operator *op, Worker *worker, size_t bytes) {
    Stage *stage = aligned_alloc(64, (bytes + 63) & ~(size_t)63);
    if (!stage) out_of_memory(bytes);
    memset(stage, 0, bytes);
    stage->op = op;
    stage->worker = worker;
    return stage;
}

bool stage_emit(Stage *stage, Batch *batch, Error *err) {
    if (batch->selected_count == 0) return true;
    stage->rows_out += batch->selected_count;
    Worker *worker = stage->worker;
    if (!query_check(worker->query, err)) return false;
    NodeMetrics *self = worker->charged;
    worker_charge(worker, operator_metrics(stage->next->op));
    bool ok = stage->next->op->ops->push(stage->next, batch, err);
    worker_charge(worker, self);
    return ok;
}

bool worker_is_obsolete(const Worker *worker) {
    return atomic_load_explicit(worker->failed_morsel, memory_order_relaxed) <
           worker->source_morsel;
}

// --- a pipeline ---

typedef struct Pipeline {
    Run *run;
    const Step *step;
    Operator *sink;
    uint64_t morsel_count;
    atomic_uint_fast64_t next_morsel;
    atomic_uint_fast64_t failed_morsel; // lowest that failed so far; UINT64_MAX: none
    pthread_mutex_t lock;               // guards error
    Error *error;
    uint64_t morsel_work; // added to QueryCounters.work_done at each morsel's end
} Pipeline;

static void pipeline_fail(Pipeline *pipeline, uint64_t morsel, const Error *err) {
    pthread_mutex_lock(&pipeline->lock);
    bool interrupted = !query_check(pipeline->run->query, NULL);
    if (morsel < atomic_load(&pipeline->failed_morsel) || interrupted) {
        error_copy(pipeline->error, err);
        atomic_store(&pipeline->failed_morsel, interrupted ? 0 : morsel);
    }
    pthread_mutex_unlock(&pipeline->lock);
}

static bool morsel_is_wanted(Pipeline *pipeline, uint64_t morsel) {
    return morsel <= atomic_load_explicit(&pipeline->failed_morsel, memory_order_relaxed) &&
           !atomic_load_explicit(&pipeline->sink->is_full, memory_order_relaxed);
}

static void stages_add_metrics(Stage *first) {
    for (Stage *stage = first; stage; stage = stage->next) {
        if (stage->rows_out == 0) continue;
        NodeMetrics *metrics = operator_metrics(stage->op);
        if (metrics != &ignored_metrics &&
            (!stage->next || stage->next->op->node != stage->op->node))
            atomic_fetch_add_explicit(&metrics->rows_out, stage->rows_out, memory_order_relaxed);
        stage->rows_out = 0;
    }
}

static bool stages_begin(Stage *first, Error *err) {
    for (Stage *stage = first; stage; stage = stage->next)
        if (stage->op->ops->begin && !stage->op->ops->begin(stage, err)) return false;
    return true;
}

static bool stages_end(Stage *first, Error *err) {
    for (Stage *stage = first; stage; stage = stage->next)
        if (stage->op->ops->end && !stage->op->ops->end(stage, err)) return false;
    stages_add_metrics(first);
    return true;
}

// stages[0] stands for the source.
static bool run_morsel(Pipeline *pipeline, Stage *source, ScanState *scan, uint64_t morsel,
                       Error *err) {
    const SourceOps *ops = pipeline->step->source->ops;
    Worker *worker = source->worker;
    bool stop = false, done = false;
    worker->morsel = pipeline->sink->morsel_base + morsel;
    worker->source_morsel = morsel;
    worker->failed_morsel = &pipeline->failed_morsel;
    worker->stop = &stop;
    if (!ops->scan_begin(scan, morsel, err) || !stages_begin(source, err)) return false;
    while (!done && !stop) {
        if (!query_check(worker->query, err)) return false;
        if (!morsel_is_wanted(pipeline, morsel)) return true;
        Batch batch = {0};
        if (!ops->scan_next(scan, &batch, &done, err)) return false;
        if (!done && !stage_emit(source, &batch, err)) return false;
    }
    return stages_end(source, err);
}

static void run_morsels(Pipeline *pipeline, Stage *source, ScanState *scan, Error *err) {
    for (;;) {
        uint64_t morsel = atomic_fetch_add(&pipeline->next_morsel, 1);
        if (morsel >= pipeline->morsel_count || !morsel_is_wanted(pipeline, morsel)) return;
        if (run_morsel(pipeline, source, scan, morsel, err)) {
            atomic_fetch_add_explicit(&pipeline->run->query->counters.work_done,
                                      pipeline->morsel_work, memory_order_relaxed);
            continue;
        }
        pipeline_fail(pipeline, morsel, err);
        return;
    }
}

static void stages_close(Stage *first) {
    for (Stage *stage = first, *next; stage; stage = next) {
        next = stage->next;
        if (stage->op->ops->close) stage->op->ops->close(stage);
        free(stage);
    }
}

static bool stages_open(Stage *first, Worker *worker, Error *err) {
    Stage *last = first;
    for (Operator *op = first->op->above; op; op = op->above) {
        last->next = op->ops->open(op, worker, err);
        if (!last->next) return false;
        last = last->next;
    }
    return true;
}

static const OperatorOps source_ops = {.name = "scan"};

static void pipeline_work(void *context, uint32_t index) {
    Pipeline *pipeline = context;
    Error error = {0}, *err = &error;
    Worker worker = {.run = pipeline->run, .query = pipeline->run->query, .index = index};
    worker.charged = node_metrics(pipeline->step->node);
    worker.since_ns = clock_ns();
    Operator source = {
        .ops = &source_ops, .node = pipeline->step->node, .above = pipeline->step->op};
    Stage *first = stage_new(&source, &worker, sizeof(Stage));
    const SourceOps *ops = pipeline->step->source->ops;
    ScanState *scan = ops->scan_open(pipeline->step->source, worker.query, err);
    if (scan && stages_open(first, &worker, err)) run_morsels(pipeline, first, scan, err);
    else pipeline_fail(pipeline, 0, err);
    stages_close(first);
    if (scan) ops->scan_close(scan);
    worker_charge(&worker, &ignored_metrics);
}

static bool prepare_chain(Run *run, Operator *first, Error *err) {
    for (Operator *op = first; op; op = op->above) {
        if (op->is_prepared) continue;
        if (op->ops->prepare && !op->ops->prepare(op, run, err)) return false;
        op->is_prepared = true;
    }
    return true;
}

static Operator *sink_of(Operator *first) {
    while (first->above) first = first->above;
    return first;
}

// Rows that a scan is expected to read, the unit of the progress bar; 0: no scan of a table.
static uint64_t step_work(const Step *step) {
    if (step->kind != STEP_PIPELINE || !step->node || step->node->kind != PHYS_SCAN) return 0;
    double rows = step->node->estimated_rows;
    return rows >= 1 && rows < 1e18 ? (uint64_t)rows : 1;
}

static bool run_pipeline(Run *run, const Step *step, Error *err) {
    Pipeline pipeline = {.run = run, .step = step, .sink = sink_of(step->op), .error = err};
    if (!prepare_chain(run, step->op, err)) return false;
    if (atomic_load(&pipeline.sink->is_full)) return true;
    if (!step->source->ops->prepare(step->source, run->query, &pipeline.morsel_count, err))
        return false;
    uint64_t count = pipeline.morsel_count;
    if (count) pipeline.morsel_work = step_work(step) / count;
    atomic_init(&pipeline.failed_morsel, UINT64_MAX);
    pthread_mutex_init(&pipeline.lock, NULL);
    uint32_t tasks = (uint32_t)MIN((uint64_t)run->worker_count, count);
    if (tasks > 1) thread_pool_run(run->query->pool, pipeline_work, &pipeline, tasks);
    else if (tasks == 1) pipeline_work(&pipeline, 0);
    pthread_mutex_destroy(&pipeline.lock);
    uint64_t failed = atomic_load(&pipeline.failed_morsel);
    uint64_t base = pipeline.sink->morsel_base;
    pipeline.sink->morsel_base += count;
    if (failed == UINT64_MAX) return true;
    bool was_enough = atomic_load(&pipeline.sink->is_full) &&
                      pipeline.sink->full_morsels <= base + failed && err->code != ERR_CANCELLED;
    if (was_enough) error_reset(err);
    return was_enough;
}

static bool run_step(Run *run, const Step *step, Error *err) {
    if (!query_check(run->query, err)) return false;
    switch (step->kind) {
    case STEP_PIPELINE: return run_pipeline(run, step, err);
    case STEP_FINISH: return !step->op->ops->finish || step->op->ops->finish(step->op, run, err);
    case STEP_CALL: return step->call(run, step->context, err);
    }
    return true;
}

bool run_steps(Run *run, Error *err) {
    for (const Step *step = run->first_step; step; step = step->next)
        atomic_fetch_add(&run->query->counters.work_total, step_work(step));
    for (const Step *step = run->first_step; step; step = step->next)
        if (!run_step(run, step, err)) return false;
    return true;
}

// --- tasks ---

typedef struct Tasks {
    Query *query;
    RunTask task;
    void *context;
    uint64_t count;
    atomic_uint_fast64_t next;
    atomic_uint_fast64_t failed;
    pthread_mutex_t lock; // guards error
    Error *error;
} Tasks;

static void tasks_work(void *context, uint32_t worker) {
    Tasks *tasks = context;
    Error error = {0};
    for (;;) {
        uint64_t index = atomic_fetch_add(&tasks->next, 1);
        if (index >= tasks->count || index > atomic_load(&tasks->failed)) return;
        if (query_check(tasks->query, &error) && tasks->task(tasks->context, index, worker, &error))
            continue;
        pthread_mutex_lock(&tasks->lock);
        if (index < atomic_load(&tasks->failed)) {
            error_copy(tasks->error, &error);
            atomic_store(&tasks->failed, index);
        }
        pthread_mutex_unlock(&tasks->lock);
        return;
    }
}

bool run_parallel(Query *query, RunTask task, void *context, uint64_t count, Error *err) {
    Tasks tasks = {.query = query, .task = task, .context = context, .count = count, .error = err};
    atomic_init(&tasks.failed, UINT64_MAX);
    pthread_mutex_init(&tasks.lock, NULL);
    uint32_t threads = query->pool ? MIN(query->thread_count, thread_pool_threads(query->pool)) : 1;
    uint32_t wanted = (uint32_t)MIN((uint64_t)threads, count);
    if (wanted > 1) thread_pool_run(query->pool, tasks_work, &tasks, wanted);
    else if (wanted == 1) tasks_work(&tasks, 0);
    pthread_mutex_destroy(&tasks.lock);
    return atomic_load(&tasks.failed) == UINT64_MAX;
}
