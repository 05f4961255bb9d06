// SPDX-License-Identifier: Apache-2.0
// What the parts of a join share: which side is built, what becomes of rows with and without
// partner.
//
// The build side's rows are kept in contiguous columns; partners are row numbers, and build columns
// go on as dictionary vectors with these numbers as codes, so that only what is used above is
// fetched.
#pragma once

#include "kernel/exec/join/join_table.h"
#include "kernel/exec/pipeline/contiguous.h"
#include "kernel/exec/rows/collector.h"

// One side's key columns.
typedef struct JoinSide {
    const PhysNode *input;
    Expr **keys;
    uint32_t *key_columns; // UINT32_MAX: computed
    ExprProgram *program;  // of the computed ones, NULL: none
    Expr **computed;
    uint32_t computed_count;
} JoinSide;

typedef enum ProbeResult {
    PROBE_PAIRS,   // partners; rows without one only when keep_probe
    PROBE_SEMI,    // probe rows with a partner
    PROBE_ANTI,    // probe rows without one
    PROBE_MARK,    // all probe rows and whether they have one
    PROBE_NOTHING, // only marks build rows
} ProbeResult;

typedef enum BuildResult {
    BUILD_NONE,
    BUILD_WITHOUT_PARTNER, // after the probe: build rows that had no partner, with nulls beside
                           // them
    BUILD_ONLY_WITH,       // swapped semi join: build columns of rows with a partner
    BUILD_ONLY_WITHOUT,    // swapped anti join
} BuildResult;

typedef struct Join {
    Operator op; // the probe
    const PhysNode *node;
    Operator *build_op;
    bool is_swapped; // the left side is built
    bool keep_probe;
    bool is_single;
    bool is_null_aware;
    ProbeResult result;
    BuildResult build_result;
    uint32_t key_count;
    JoinSide probe;
    JoinSide build;
    uint32_t left_count; // columns
    uint32_t right_count;
    ExprProgram *residual; // NULL: none
    // Build side, once it is there:
    Collector collector;
    const Type **build_types; // columns and computed keys
    uint32_t build_column_count;
    RowStore rows;
    ContiguousRows contiguous;
    Vector *columns; // of contiguous
    Arena arena;     // of keys and bounds
    Vector *keys;    // packed
    uint32_t row_count;
    uint64_t charged_bytes;
    JoinTable table;
    uint8_t *matched;     // per build row; NULL when nobody asks
    struct Bloom *blooms; // per key
    Source unmatched;     // build rows for build_result
} Join;

void join_side_init(JoinSide *side, Run *run, const PhysNode *input, Expr **keys,
                    uint32_t key_count);
bool join_side_prepare(JoinSide *side, Run *run, Error *err) MUST_CHECK;

// exec/join/build.c
Operator *join_build_operator(Run *run, Join *join);
void join_release(Join *join);
// exec/join/probe.c
extern const OperatorOps join_probe_ops;
// exec/join/unmatched.c
void join_unmatched_init(Join *join);
// exec/join/filters.c: fills the node's runtime filters from the build side.
bool join_make_filters(Join *join, Query *query, Error *err) MUST_CHECK;
