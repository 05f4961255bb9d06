// SPDX-License-Identifier: Apache-2.0
// Where rows come from: the interface that table scans implement above exec/.
//
// A source is divided into morsels, numbered in the order in which its rows are to appear. Threads
// take morsels in ascending order; each thread has a ScanState of its own and reads one morsel at a
// time, batch by batch. The split must not depend on the number of threads.
#pragma once

#include "kernel/exec/expr.h"

typedef struct Source Source;
typedef struct ScanState ScanState;
typedef struct RuntimeFilter RuntimeFilter;

// What lowering asks of a scan.
typedef struct ScanRequest {
    const uint32_t *columns; // positions in the table's columns, in output order
    uint32_t column_count;
    Expr *const *filters;  // conjuncts; EXPR_COLUMN counts in `columns` (output positions). The
    uint32_t filter_count; // scan applies all of them exactly, and prunes by them what it can
    uint32_t output_count; // the first output_count columns are needed above the scan; the rest
                           // only by the filters and may be left unset in batches
    const RuntimeFilter *const *runtime_filters; // of joins above; may be used to prune, and must
    uint32_t runtime_filter_count;               // only drop rows that they reject
    uint64_t limit_hint;                         // rows that are enough, 0: all (no filter above)
} ScanRequest;

typedef struct SourceOps {
    // Number of morsels; opens what is needed to know it (footers, logs). Called once, first.
    bool (*prepare)(Source *source, Query *query, uint64_t *morsel_count, Error *err);
    ScanState *(*scan_open)(Source *source, Query *query, Error *err);
    // Positions at a morsel.
    bool (*scan_begin)(ScanState *state, uint64_t morsel, Error *err);
    // Next batch of the morsel; *done at its end (out then has no rows). A batch with no selected
    // rows is allowed. Borrowed until the next call with this state.
    bool (*scan_next)(ScanState *state, Batch *out, bool *done, Error *err);
    void (*scan_close)(ScanState *state); // accepts NULL
    // One line for EXPLAIN and %profile: "delta /lake/orders v12, 3 of 10 files".
    void (*describe)(const Source *source, Text *out);
    void (*free)(Source *source);
} SourceOps;

struct Source {
    const SourceOps *ops;
};

// A filter that a join's build side makes at run time for the probe side's scans: bounds and a
// Bloom filter of the keys. Ready before the probe pipeline starts. Owned by exec.
struct RuntimeFilter {
    uint32_t column; // of ScanRequest.columns
    bool is_ready;   // false: no filtering
    bool has_range;
    Value low, high;   // inclusive bounds of the build keys
    bool is_empty;     // no build rows: nothing can match
    const void *bloom; // exec/bloom.h, NULL: none
};
// Narrows the batch's selection by the Bloom filter and bounds on column `position` of the batch.
void runtime_filter_apply(const RuntimeFilter *filter, Batch *batch, uint32_t position,
                          uint16_t *selection_storage);
