// SPDX-License-Identifier: Apache-2.0
// One running query: what every operator, kernel and scan of it shares.
//
// Made by the session before planning, freed after the result is collected. The fields above the
// line are immutable while the query runs; the counters are atomics that any thread adds to
// (once per batch or rarer, never per row).
#pragma once

#include "base/thread_pool.h"
#include "kernel/column/time_zone.h"
#include "kernel/column/value.h"
#include "kernel/exec/memory.h"

#include <stdatomic.h>

typedef struct QueryCounters {
    atomic_uint_fast64_t rows_read;  // rows that scans decoded
    atomic_uint_fast64_t bytes_read; // bytes read from storage
    atomic_uint_fast64_t files_read;
    atomic_uint_fast64_t files_pruned;
    atomic_uint_fast64_t row_groups_read;
    atomic_uint_fast64_t row_groups_pruned;
    atomic_uint_fast64_t work_done;  // in the unit of work_total (rows of planned scans)
    atomic_uint_fast64_t work_total; // 0: unknown
    atomic_uint_fast64_t spilled_bytes;
} QueryCounters;

typedef struct Query {
    ThreadPool *pool;
    uint32_t thread_count;      // threads this query may use
    MemoryAccount *memory;      // lease of the engine's budget, checked by blocking operators
    const TimeZone *zone;       // session time zone
    int64_t now_micros;         // start of the statement, UTC: current_timestamp()
    Slice user;                 // current_user()
    Slice catalog;              // current_catalog()
    Slice schema;               // current_schema()
    Slice temp_folder;          // for spill files
    Slice folder;               // relative paths resolve against it
    struct TableCaches *caches; // the engine's, shared by sessions (plan/table.h); NULL: none
    Value *parameters;          // slots of EXPR_PARAMETER: uncorrelated scalar subqueries fill them
    uint32_t parameter_count;   // before the operators that read them start
    // --- shared and changing -----------------------------------------------------------------
    atomic_bool *cancelled; // set by session_cancel from another thread
    QueryCounters counters;
} Query;

// The one test for interrupts: at least once per batch. False: err is CANCELLED.
bool query_check(const Query *query, Error *err) MUST_CHECK;
