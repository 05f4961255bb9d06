// SPDX-License-Identifier: Apache-2.0
// The physical plan: the tree that lowering builds and the scheduler runs.
//
// Read-only while it runs (state lives beside it, per operator and thread). Expressions refer to
// columns of the node's input by position; with two inputs, the left one's columns come first.
// Children are inputs[0..input_count).
#pragma once

#include "kernel/exec/source.h"

typedef enum PhysKind {
    PHYS_SCAN,      // source -> scan.column_count columns (output_count of them)
    PHYS_VALUES,    // literal rows
    PHYS_RANGE,     // start, stop, step -> one BIGINT column
    PHYS_FILTER,    // conjuncts
    PHYS_PROJECT,   // exprs
    PHYS_AGGREGATE, // output: group keys, then aggregates. No keys: one row, always
    PHYS_JOIN,      // hash join on equal keys, or nested loop without keys
    PHYS_SORT,
    PHYS_TOPN,     // sort with limit (+ offset)
    PHYS_LIMIT,    // in input order
    PHYS_WINDOW,   // output: input columns, then one per call; calls share partition and order
    PHYS_UNION,    // ALL: rows of inputs[0], then inputs[1], ...
    PHYS_SET_OP,   // INTERSECT / EXCEPT, ALL or DISTINCT, nulls equal
    PHYS_EXPAND,   // one output row per projection and input row (grouping sets)
    PHYS_GENERATE, // explode and its kin: input columns, then the generator's
    PHYS_SAMPLE,
    PHYS_ONE_ROW,   // asserts at most one row (scalar subquery); empty: one row of nulls
    PHYS_PARAMETER, // runs inputs[1..] first, each a scalar subquery, into Query.parameters
                    // [slot]; then passes inputs[0] through
    PHYS_SHARED,    // a subplan used several times: materialised once, read by all uses
    PHYS_RECURSIVE, // recursive CTE: inputs[0] anchor, inputs[1] step
    PHYS_RECURSION, // within the step: the rows of the previous round
} PhysKind;

typedef enum JoinKind {
    JOIN_INNER,
    JOIN_LEFT,
    JOIN_RIGHT,
    JOIN_FULL,
    JOIN_LEFT_SEMI,
    JOIN_LEFT_ANTI,
    JOIN_LEFT_ANTI_NULL_AWARE, // NOT IN: no row at all when the right side has a null key; a left
                               // row with a null key only when the right side is empty
    JOIN_LEFT_MARK,            // left columns, then a BOOLEAN: EXISTS (or three-valued IN)
    JOIN_LEFT_SINGLE,          // LEFT, an error when a row finds more than one partner
    JOIN_CROSS,
} JoinKind;

typedef enum SetOpKind { SET_OP_INTERSECT, SET_OP_EXCEPT } SetOpKind;

typedef struct PhysNode PhysNode;

// What several PHYS_SHARED nodes stand for; made by lowering, in the arena. The nodes have no
// inputs.
typedef struct SharedPlan {
    PhysNode *plan;
} SharedPlan;

// Filled by exec while the query runs; read for %profile.
typedef struct NodeMetrics {
    atomic_uint_fast64_t rows_out;
    atomic_uint_fast64_t time_ns;      // summed over threads
    atomic_uint_fast64_t memory_bytes; // peak
    atomic_uint_fast64_t spilled_bytes;
} NodeMetrics;

struct PhysNode {
    PhysKind kind;
    uint32_t id; // unique in the plan
    PhysNode **inputs;
    uint32_t input_count;
    const Type **types; // output columns
    bool *nullable;
    Slice *names; // for EXPLAIN
    uint32_t column_count;
    double estimated_rows; // negative: unknown
    NodeMetrics *metrics;
    union {
        struct {
            Source *source; // owned by the plan
            ScanRequest request;
            Slice table;
        } scan;
        struct {
            Value **rows; // rows[r][c]
            uint32_t row_count;
        } values;
        struct {
            int64_t start, stop, step;
        } range;
        struct {
            Expr **conjuncts;
            uint32_t count;
        } filter;
        struct {
            Expr **exprs; // column_count of them
        } project;
        struct {
            Expr **keys; // over the input's columns
            uint32_t key_count;
            AggregateCall **calls;
            uint32_t call_count;
        } aggregate;
        struct {
            JoinKind kind;
            Expr **left_keys;  // over the left input
            Expr **right_keys; // over the right input
            uint32_t key_count;
            bool *null_safe; // per key: <=> instead of =; NULL: none
            Expr *residual;  // over left ++ right columns, or NULL
            bool build_left; // hash table on the left input; INNER and where exec can
            bool mark_is_in; // JOIN_LEFT_MARK: IN's three-valued answer over the keys
            RuntimeFilter **runtime_filters; // per key, NULL: none; made from the build side
        } join;
        struct {
            SortKey *keys;
            uint32_t key_count;
            uint64_t limit; // TOPN, LIMIT; UINT64_MAX: none
            uint64_t offset;
        } sort; // SORT, TOPN; LIMIT uses limit and offset
        struct {
            WindowCall **calls;
            uint32_t call_count;
        } window;
        struct {
            SetOpKind kind;
            bool all;
        } set_op;
        struct {
            Expr ***projections; // projections[p][c]
            uint32_t projection_count;
        } expand;
        struct {
            struct GeneratorCall *call;
            bool outer; // a row of nulls where the generator gives none
        } generate;
        struct {
            double fraction;
            bool with_replacement;
            int64_t seed;
        } sample;
        struct {
            uint32_t *slots; // of inputs[1..]
        } parameter;
        struct {
            SharedPlan *shared; // uses point to the same one
        } shared;
        struct {
            uint32_t id; // RECURSION names its RECURSIVE
            uint32_t level_limit;
            uint64_t row_limit;
            bool distinct; // UNION instead of UNION ALL
        } recursive;
    };
};

typedef enum GeneratorKind {
    GENERATE_EXPLODE,         // args[0]: ARRAY -> col, MAP -> key, value
    GENERATE_POSEXPLODE,      // pos first
    GENERATE_INLINE,          // ARRAY<STRUCT> -> its fields
    GENERATE_STACK,           // args: n constant, then values
    GENERATE_JSON_TUPLE,      // args: text, names -> strings
    GENERATE_VARIANT_EXPLODE, // pos, key, value
    GENERATE_RANGE,
} GeneratorKind;

typedef struct GeneratorCall {
    GeneratorKind kind;
    Expr **args; // over the input's columns
    uint32_t arg_count;
    const Type **types; // output columns
    uint32_t column_count;
} GeneratorCall;

// --- running ---

// Rows collected in order: batches without selection, deep copies in an arena of their own.
typedef struct RowSet RowSet;

// Runs the plan on the query's threads and collects at most row_limit rows (0: all); *more tells
// whether there were further ones. Blocks. On an error or interrupt nothing is returned.
RowSet *plan_run(PhysNode *root, Query *query, uint64_t row_limit, bool *more,
                 Error *err) MUST_CHECK;
uint64_t row_set_rows(const RowSet *rows);
uint32_t row_set_batch_count(const RowSet *rows);
const Batch *row_set_batch(const RowSet *rows, uint32_t index);
void row_set_free(RowSet *rows);

// Rows handed on as they come (export, spooling): called on one thread at a time, in order.
typedef struct RowSink {
    bool (*push)(struct RowSink *sink, const Batch *batch, Error *err);
} RowSink;
bool plan_run_into(PhysNode *root, Query *query, RowSink *sink, Error *err) MUST_CHECK;

// Frees the sources of a plan (the nodes are in an arena).
void plan_release(PhysNode *root);
// Indented tree; with metrics when `profile`.
void plan_append_text(const PhysNode *root, bool profile, Text *out);
