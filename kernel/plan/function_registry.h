// SPDX-License-Identifier: Apache-2.0
// SQL functions by name: overloads, argument conversion, result types, documentation.
//
// Static tables in plan/functions/*.c, one per area, joined in function_registry.c. The resolver
// asks for a name, gives argument types, and gets a bound call with its arguments cast. Names are
// lower case.
#pragma once

#include "kernel/plan/logical.h"

typedef enum FunctionClass {
    FUNCTION_SCALAR,
    FUNCTION_AGGREGATE,
    FUNCTION_WINDOW,
    FUNCTION_GENERATOR,
    FUNCTION_TABLE,
} FunctionClass;

// What a binder sees: resolved arguments (before conversion), session flags.
typedef struct BindContext {
    Arena *arena;
    Slice name; // as written
    Expr **args;
    uint32_t arg_count;
    bool ansi;
    bool distinct;
    bool is_operator;
    const TimeZone *zone;
    Query *query; // to fold constants (formats, patterns); may be NULL while only typing
    Span origin;
    bool ignore_nulls;     // aggregates and window functions: IGNORE NULLS
    Expr *filter;          // aggregates: FILTER (WHERE ...), or NULL
    struct SortKey *order; // aggregates: WITHIN GROUP (ORDER BY ...)
    uint32_t order_count;
    const struct SqlText *text; // as Spark prints the call; NULL: name(arguments)
} BindContext;

typedef struct FunctionDefinition {
    const char *name;
    FunctionClass function_class;
    uint8_t min_args;
    uint8_t max_args; // 255: any number
    // Arguments and result by patterns, e.g. "string,int -> string", "T,T -> boolean",
    // "array<T>,T -> boolean", "numeric -> double"; grammar at the head of
    // plan/functions/signature.h. Implicit conversions follow the session's rules (ANSI or not).
    // NULL: bind decides all.
    const char *signature;
    const ScalarFunction *scalar; // when one kernel serves the signature
    const AggregateFunction *aggregate;
    int variant; // WindowKind or GeneratorKind; else free for bind
    // Full control: casts args in place and returns the bound expression (EXPR_CALL, EXPR_CAST,
    // EXPR_CASE, EXPR_AGGREGATE with its AggregateCall, ...). NULL when the columns above say it
    // all.
    Expr *(*bind)(const struct FunctionDefinition *definition, BindContext *context, Error *err);
    const char *arguments; // "str, pos[, len]": for signature help
    const char *summary;   // one sentence
    const char *display;   // the name in column names and messages; NULL: lower-case as called
} FunctionDefinition;

// First definition of the name, NULL unknown. Overloads follow while the name is the same.
const FunctionDefinition *function_find(Slice name);
const FunctionDefinition *function_next(const FunctionDefinition *definition);
// Every name once, sorted.
const FunctionDefinition *const *function_all(uint32_t *count);
// Up to `limit` names near to an unknown one (edit distance), for error messages.
uint32_t function_suggest(Slice name, Slice *out, uint32_t limit);
// Picks the overload and binds; errors are WRONG_NUM_ARGS, DATATYPE_MISMATCH.* with Spark's
// parameters.
Expr *function_bind(BindContext *context, Error *err) MUST_CHECK;
