// SPDX-License-Identifier: Apache-2.0
// What a scalar or aggregate function is to the engine: kernels over vectors.
//
// The drivers (exec/expr, aggregation) do the null handling, flattening and row selection that a
// descriptor asks for; a kernel is a loop over rows. Descriptors are static and immutable. The SQL
// side (names, overloads, result types) is plan/function_registry.h.
#pragma once

#include "kernel/column/batch.h"
#include "kernel/exec/query.h"

typedef struct Expr Expr;
typedef struct ScalarFunction ScalarFunction;
typedef struct AggregateFunction AggregateFunction;
typedef struct AggregateCall AggregateCall;

// --- scalar functions ----------------------------------------------------------------------------

// What a kernel call sees beside its arguments. One frame per call site and thread.
typedef struct CallFrame {
    const Expr *call; // type, arguments' types, literals, origin
    Query *query;
    Arena *arena; // for string bytes and nested values of the result: lives as long as the
                  // batch that the result belongs to
    void *state;  // what prepare made; NULL without prepare
    struct ExprState *expr; // to evaluate lambda arguments (expr_call_lambda)
    uint32_t node;          // of the program: private to exec/expr
} CallFrame;

// Computes out[r] for the rows given. `out` is a FLAT vector with room for every row of the batch
// (strings and lists: point into frame->arena or into the arguments). NULLS_STRICT: no argument is
// null in `rows`, and the driver sets out's nulls; the kernel may still make a row null by clearing
// its bit after vector_make_validity(out, frame->arena). Arguments are FLAT or CONSTANT (index 0).
typedef bool (*ScalarKernel)(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                             Error *err);

typedef enum NullRule {
    NULLS_STRICT,  // any null argument makes the result null; the kernel never sees nulls
    NULLS_HANDLED, // the kernel reads and writes validity itself
} NullRule;

// Which comparison a function is: what joins take as keys, and scans prune by.
typedef enum CompareOp {
    COMPARE_NONE,
    COMPARE_EQ,
    COMPARE_NULL_SAFE_EQ,
    COMPARE_NE,
    COMPARE_LT,
    COMPARE_LE,
    COMPARE_GT,
    COMPARE_GE,
    COMPARE_IS_NULL,     // unary
    COMPARE_IS_NOT_NULL, // unary
} CompareOp;

struct ScalarFunction {
    CompareOp comparison; // COMPARE_NONE for all but the six comparisons, IS [NOT] NULL
    const char *name;     // for EXPLAIN and errors
    ScalarKernel kernel;
    NullRule nulls;
    bool may_fail;               // can set an error for some input: runs only on selected rows and
                                 // never moves across a filter or join
    bool is_volatile;            // rand, uuid, monotonically_increasing_id: never folded or shared
    bool is_cheap_on_dictionary; // unary (other arguments constant): evaluate once per entry
    bool runs_on_nulls; // STRICT and infallible: may run on the (initialised) values of null rows,
                        // which spares the driver a selection
    // Once per call site and thread, before the first batch: compiled patterns, parsed constants.
    bool (*prepare)(CallFrame *frame, Arena *arena, Error *err);
    void (*release)(void *state); // NULL: state lives in the arena
};

// The constant value of a call's argument, for prepare: false when it is not constant. Borrowed
// from the state.
bool call_constant(CallFrame *frame, uint32_t index, Value *value, Error *err) MUST_CHECK;

// --- aggregate functions ---

typedef struct AggregateFrame {
    const AggregateCall *call;
    Query *query;
    Arena *arena; // lives as long as the states: strings of min/max, collected values
    MemoryAccount *memory;
} AggregateFrame;

// States are `state_bytes` each (a multiple of 8, aligned to 16 when it is one of 16), zeroed
// before init, moved by memcpy. Merging is done in row order, so that order-sensitive and
// floating-point results do not depend on the number of threads.
struct AggregateFunction {
    const char *name;
    uint32_t state_bytes;
    bool skips_null_rows;    // the driver passes only rows where all arguments are not null
    bool takes_order;        // WITHIN GROUP decides the order of its rows; else the function reads
                             // call->order itself
    bool ignores_duplicates; // DISTINCT changes nothing
    void (*init)(const AggregateFrame *frame, void *state); // NULL: zero is the initial state
    // states[i] belongs to the i-th selected row. Rows come in order.
    bool (*update)(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                   Error *err);
    // All rows into one state.
    bool (*update_one)(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                       Error *err);
    // into[i] takes in from[i], whose rows come after it.
    bool (*combine)(AggregateFrame *frame, void *const *into, void *const *from, uint32_t count,
                    Error *err);
    // out[i] for i < count; out is FLAT, nulls by vector_make_validity.
    bool (*finalize)(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                     Arena *arena, Error *err);
};
