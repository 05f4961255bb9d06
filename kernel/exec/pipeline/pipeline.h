// SPDX-License-Identifier: Apache-2.0
// How a plan runs: pipelines of operators, driven morsel by morsel.
//
// A Run cuts the plan at its blocking operators into steps that are done one after another. A
// pipeline step takes morsels from a Source on all threads and pushes batches through a chain of
// operators (Operator.above) into the operator that ends it, the sink, which keeps rows apart by
// morsel; a finish step then puts the sink's parts together. Several pipelines may feed one sink
// (UNION, rows without a partner of an outer join): their morsels are numbered on.
//
// An Operator is shared by all threads and immutable while a pipeline runs, but for atomics and
// what it keeps per worker. A Stage is one thread's instance of an operator in one pipeline.
#pragma once

#include "kernel/exec/plan.h"

typedef struct Run Run;
typedef struct Operator Operator;
typedef struct Stage Stage;
typedef struct Step Step;

// One thread at work on a pipeline.
typedef struct Worker {
    Run *run;
    Query *query;
    uint32_t index;                            // < Run.worker_count
    uint64_t morsel;                           // that it works on, as the sink counts them
    const atomic_uint_fast64_t *failed_morsel; // of the pipeline
    uint64_t source_morsel;                    // as the source counts them
    bool *stop;           // of this worker: the sink wants no more rows of this morsel
    NodeMetrics *charged; // whom the time goes to now
    uint64_t since_ns;
} Worker;

typedef struct OperatorOps {
    const char *name;
    // Before the first pipeline that uses it, on the calling thread: compiles expressions.
    bool (*prepare)(Operator *op, Run *run, Error *err);
    Stage *(*open)(Operator *op, Worker *worker, Error *err); // heap; see stage_new
    bool (*begin)(Stage *stage, Error *err);                  // a morsel starts; may be NULL
    bool (*push)(Stage *stage, Batch *batch, Error *err);
    bool (*end)(Stage *stage, Error *err);              // the morsel ended; may be NULL
    void (*close)(Stage *stage);                        // accepts a half-open stage; may be NULL
    bool (*finish)(Operator *op, Run *run, Error *err); // sinks: all pipelines are through
    void (*release)(Operator *op);                      // the end of the run; may be NULL
} OperatorOps;

struct Operator {
    const OperatorOps *ops;
    const PhysNode *node; // whose metrics it adds to
    Operator *above;      // next in the chain; NULL for a sink
    bool is_prepared;
    bool is_sink;
    atomic_bool is_full;   // sinks: rows of further morsels are not wanted
    uint64_t full_morsels; // sinks: that many morsels were enough; written before is_full
    uint64_t morsel_base;  // sinks: number of the next pipeline's first morsel
    Operator *next_owned;
};

struct Stage {
    Operator *op;
    Worker *worker;
    Stage *next;       // NULL for a sink
    uint64_t rows_out; // added to the metrics at each morsel's end
};

struct Run {
    Query *query;
    Run *parent; // of a run within a run: shared plans and recursions are looked up there
    Arena arena; // operators, programs: as long as the run
    uint32_t worker_count;
    Step *first_step;
    Step **last_step;
    Operator *owned;
    uint64_t row_goal;  // while building: rows that a LIMIT above will take, 0: all
    bool order_is_free; // while building: rows may come in any order that threads do not decide
    struct SharedRows *shared;
    struct RecursionRows *recursions;
};

// --- building a run ---

// Steps that compute the node's rows and push them into `above`.
bool run_build(Run *run, const PhysNode *node, Operator *above, Error *err) MUST_CHECK;
// The same for a node whose rows' order does not show above.
bool run_build_unordered(Run *run, const PhysNode *node, Operator *above, Error *err) MUST_CHECK;
// Zeroed, `bytes` large (an Operator first), released at the run's end.
Operator *run_operator(Run *run, const OperatorOps *ops, const PhysNode *node, Operator *above,
                       size_t bytes);
// The source must live as long as the run; its `free` is not called unless `owned`.
void run_add_pipeline(Run *run, Source *source, bool owned, const PhysNode *node, Operator *first);
void run_add_finish(Run *run, Operator *sink);
void run_add_call(Run *run, bool (*call)(Run *run, void *context, Error *err), void *context);

// --- running ---

Run *run_new(Query *query, Run *parent);
void run_free(Run *run);
bool run_steps(Run *run, Error *err) MUST_CHECK;

// Tasks 0..count-1 on the query's threads, in ascending order of start; the error of the lowest
// task that failed. Tasks see the index of the worker that they run on.
typedef bool (*RunTask)(void *context, uint64_t task, uint32_t worker, Error *err);
bool run_parallel(Query *query, RunTask task, void *context, uint64_t count, Error *err) MUST_CHECK;

// --- for operators ---

// A zeroed stage of `bytes` (a Stage first).
void *stage_new(Operator *op, Worker *worker, size_t bytes);
// Hands a batch on to the next operator and checks for interrupts; an empty one goes nowhere.
bool stage_emit(Stage *stage, Batch *batch, Error *err) MUST_CHECK;
// Whether an earlier morsel has failed: this worker's rows will never be asked for.
bool worker_is_obsolete(const Worker *worker);
// Where the node's metrics live; never NULL.
NodeMetrics *operator_metrics(const Operator *op);

ExprProgram *run_compile(Run *run, Expr *const *roots, uint32_t count, Error *err) MUST_CHECK;
