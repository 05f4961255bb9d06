// SPDX-License-Identifier: Apache-2.0
// Grouping, in the files of this folder.
//
// Phase 1: each thread aggregates chunks of a fixed number of a morsel's rows into its own table,
// so which rows share a partial state does not depend on the threads. Phase 2: each partition takes
// the threads' rows in morsel order into one table, combining states. Groups then come out by first
// appearance.
#pragma once

#include "kernel/exec/aggregate/group_table.h"
#include "kernel/exec/pipeline/pipeline.h"

enum { CHUNK_ROWS = 1 << 16 };

typedef struct GroupWorker {
    _Alignas(64) bool is_ready;
    GroupTable table;
    Arena arena; // of keys and states
    AggregateFrame *frames;
    uint64_t charged_bytes;
} GroupWorker;

// Where the columns of one call stand in the programs' results.
typedef struct CallColumns {
    uint32_t first_arg;   // of the shared program; of `program` when the call has a filter
    ExprProgram *filter;  // NULL: none
    ExprProgram *program; // arguments, for the rows that pass the filter
} CallColumns;

typedef struct GroupOperator {
    Operator op;
    GroupLayout layout;
    AggregateCall **calls;
    ExprProgram *program; // keys, then arguments of calls without a filter
    uint32_t root_count;
    CallColumns *columns;
    GroupWorker *workers;
    uint32_t worker_count;
    bool keeps_order; // first appearance matters above
    // After phase 2:
    GroupRow **groups;
    uint64_t group_count;
    uint64_t charged_bytes;
    Query *query;
    Source source;
} GroupOperator;

// exec/aggregate/aggregate.c
bool group_charge(GroupWorker *worker, Query *query, Error *err) MUST_CHECK;
void group_worker_start(GroupOperator *op, GroupWorker *worker, Query *query);
// exec/aggregate/merge.c
bool groups_merge(GroupOperator *op, Query *query, Error *err) MUST_CHECK;
// exec/aggregate/group_source.c
void group_source_init(GroupOperator *op);
// exec/aggregate/collected.c: the function that keeps a call's rows and feeds them to its own
// function at the end, for DISTINCT and for WITHIN GROUP order.
bool call_is_collected(const AggregateCall *call);
const AggregateFunction *collected_function(void);
