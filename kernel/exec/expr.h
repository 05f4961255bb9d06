// SPDX-License-Identifier: Apache-2.0
// Typed expressions: the tree that plan/ builds and the program that exec/ runs.
//
// The tree is immutable and lives in the statement's arena. Columns are attribute ids while in
// plan/ and positions of the input batch once lowered. Every implicit conversion is an explicit
// EXPR_CAST. Compiling folds constants and makes a flat program; an ExprState is one thread's
// registers.
#pragma once

#include "kernel/exec/function.h"

typedef enum ExprKind {
    EXPR_COLUMN,  // column
    EXPR_LITERAL, // literal
    EXPR_CALL,    // function(args)
    EXPR_CAST,    // args[0] to type, by cast_mode
    EXPR_AND,     // args, two or more; three-valued
    EXPR_OR,
    EXPR_CASE,            // args: when, then, when, then, ... [else]; no else: NULL
    EXPR_COALESCE,        // args, first not null; later ones evaluated only where needed
    EXPR_IN,              // args[0] IN (args[1..]); all of one type
    EXPR_LAMBDA,          // args[0] body; lambda_first: column number of its first parameter
    EXPR_LAMBDA_VARIABLE, // column: parameter's number, unique in the statement
    EXPR_PARAMETER,       // column: slot of Query.parameters
    // Only in plan/; gone after lowering:
    EXPR_AGGREGATE, // aggregate
    EXPR_WINDOW,    // window
    EXPR_SUBQUERY,  // subquery (plan/logical.h): scalar, EXISTS or IN with args as left side
    EXPR_GENERATOR, // function by name in generator (explode, ...): becomes REL_GENERATE
} ExprKind;

typedef enum CastMode { CAST_ANSI, CAST_TRY, CAST_LEGACY } CastMode;

struct Expr {
    ExprKind kind;
    CastMode cast_mode;
    const Type *type;
    bool nullable;
    bool may_fail;    // this node or one below can set an error
    bool is_volatile; // this node or one below
    Span origin;      // in the statement's text, {0,0} unknown
    uint32_t column;
    uint32_t lambda_first;
    uint32_t lambda_count;
    uint32_t arg_count;
    Expr **args;
    const ScalarFunction *function;
    const void
        *function_data; // extra constant for the kernel (ANSI flag, format, ...); may be NULL
    Value literal;
    AggregateCall *aggregate;
    struct WindowCall *window;
    struct Subquery *subquery;
    struct GeneratorCall *generator;
    const struct SqlText *text; // how Spark prints it (plan/pretty.h); NULL: made from the tree
};

struct AggregateCall {
    const AggregateFunction *function;
    const Type *type;       // of the result
    const Type *state_type; // extra type a function may need (e.g. sum's), or NULL
    bool nullable;
    bool distinct;
    Expr **args;
    uint32_t arg_count;
    Expr *filter;          // FILTER (WHERE ...), or NULL
    struct SortKey *order; // WITHIN GROUP (ORDER BY ...), else NULL
    uint32_t order_count;
    bool ignore_nulls; // first, last, any_value ...
    const void *function_data;
    Span origin;
    Slice name; // SQL name, for EXPLAIN and errors
};

typedef struct SortKey {
    Expr *expr;
    bool descending;
    bool nulls_last;
} SortKey;

typedef enum FrameUnit { FRAME_ROWS, FRAME_RANGE } FrameUnit;
typedef enum FrameBound {
    BOUND_UNBOUNDED_PRECEDING,
    BOUND_PRECEDING, // by offset
    BOUND_CURRENT,
    BOUND_FOLLOWING, // by offset
    BOUND_UNBOUNDED_FOLLOWING,
} FrameBound;

typedef enum WindowKind {
    WINDOW_AGGREGATE, // aggregate over the frame
    WINDOW_ROW_NUMBER,
    WINDOW_RANK,
    WINDOW_DENSE_RANK,
    WINDOW_PERCENT_RANK,
    WINDOW_CUME_DIST,
    WINDOW_NTILE, // args[0]: constant buckets
    WINDOW_LAG,
    WINDOW_LEAD, // args: value, offset (constant), default
    WINDOW_FIRST_VALUE,
    WINDOW_LAST_VALUE,
    WINDOW_NTH_VALUE, // args: value[, n constant]
} WindowKind;

typedef struct WindowCall {
    WindowKind kind;
    const Type *type;
    bool nullable;
    AggregateCall *aggregate; // WINDOW_AGGREGATE
    Expr **args;
    uint32_t arg_count;
    bool ignore_nulls;
    Expr **partition;
    uint32_t partition_count;
    SortKey *order;
    uint32_t order_count;
    FrameUnit unit;
    FrameBound start, stop;
    Expr *start_offset, *stop_offset; // constant, not negative; RANGE: type fits the order key
    Slice name;
    Span origin;
} WindowCall;

// --- compiling and running ---

typedef struct ExprProgram ExprProgram;
typedef struct ExprState ExprState;

// Immutable once made; shared by threads. Lives in the arena.
ExprProgram *expr_compile(Arena *arena, Expr *const *roots, uint32_t count, Query *query,
                          Error *err) MUST_CHECK;
// Registers of one thread (heap).
ExprState *expr_state_new(const ExprProgram *program, Query *query, Error *err) MUST_CHECK;
void expr_state_free(ExprState *state);
// out[i] = roots[i] for the batch's selected rows (others unspecified), at the batch's row
// positions. Results are borrowed until the next call with this state, and may share memory with
// the batch.
bool expr_eval(ExprState *state, const Batch *batch, Vector *out, Error *err) MUST_CHECK;
// Narrows the batch's selection to rows where every root (conjuncts) is true. Roots are tried in
// the order given, except that infallible ones may be reordered by measured selectivity. The
// selection is borrowed until the next call.
bool expr_filter(ExprState *state, Batch *batch, Error *err) MUST_CHECK;
// For kernels with lambda arguments: evaluates call->args[lambda]'s body over `count` elements
// (any number; done in chunks). parameters[k] is the vector of the k-th lambda parameter; outer
// columns are read at row rows_of[i] of the batch under evaluation. *out is flat in frame->arena.
bool expr_call_lambda(CallFrame *frame, uint32_t lambda, const Vector *parameters,
                      const uint16_t *rows_of, uint32_t count, Vector *out, Error *err) MUST_CHECK;
// A constant expression's value (no columns); nested in the arena.
bool expr_constant(const Expr *expr, Query *query, Arena *arena, Value *value,
                   Error *err) MUST_CHECK;

// --- building ---

Expr *expr_column(Arena *arena, uint32_t column, const Type *type, bool nullable);
Expr *expr_literal(Arena *arena, Value value);
Expr *expr_call(Arena *arena, const ScalarFunction *function, const Type *type, bool nullable,
                Expr **args, uint32_t arg_count);
Expr *expr_cast(Arena *arena, Expr *operand, const Type *type, CastMode mode);
Expr *expr_and(Arena *arena, Expr **args, uint32_t arg_count); // one argument: that argument
// Sets may_fail and is_volatile from the node's own kind and its arguments.
void expr_finish(Expr *expr);
bool expr_equal(const Expr *a, const Expr *b);
// Whether Spark's CAST from one type to the other exists in the mode, and whether it can fail.
bool cast_is_allowed(const Type *from, const Type *to, CastMode mode);
bool cast_may_fail(const Type *from, const Type *to, CastMode mode);
// SQL-like text for EXPLAIN: names[column] when given, else #column.
void expr_append_text(const Expr *expr, const Slice *names, uint32_t name_count, Text *out);
