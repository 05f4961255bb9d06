// SPDX-License-Identifier: Apache-2.0
// The flat program behind expr.h: nodes in evaluation order, children before parents.
//
// Nodes run by recursion over node numbers, once per batch, each for a set of rows; what a node has
// computed for the same rows of the same batch is kept. Nodes without inputs (constants, foldable
// calls, parameters) are evaluated once per state. A lambda body is a program of its own whose
// input columns are what it captures from around it, then its parameters.
#pragma once

#include "kernel/exec/expr.h"

typedef enum NodeKind {
    NODE_INPUT,    // input column
    NODE_CONSTANT, // expr->literal
    NODE_PARAMETER,
    NODE_CALL, // function over args (casts too)
    NODE_AND,
    NODE_OR,
    NODE_CASE,
    NODE_COALESCE,
    NODE_IN,
    NODE_LAMBDA,
} NodeKind;

typedef struct Capture {
    ExprKind kind; // EXPR_COLUMN or EXPR_LAMBDA_VARIABLE
    uint32_t column;
    uint32_t node; // of the outer program
} Capture;

typedef struct Node {
    NodeKind kind;
    const Expr *expr;
    const ScalarFunction *function;
    uint32_t input; // NODE_INPUT
    uint32_t *args;
    uint32_t arg_count;
    bool is_constant;         // no inputs below, not volatile
    struct ExprProgram *body; // NODE_LAMBDA
} Node;

struct ExprProgram {
    Arena *arena;
    Node *nodes;
    uint32_t node_count;
    uint32_t *roots;
    uint32_t root_count;
    // Of a lambda body:
    struct ExprProgram *outer;
    const Expr *lambda;
    Capture *captures;
    uint32_t capture_count;
};

// What a state knows about a node.
typedef struct Register {
    Vector vector;
    uint64_t batch; // the batch for which vector is right; UINT64_MAX: for all
    Rows rows;      // the rows for which it is right
    CallFrame frame;
    bool is_prepared;
    struct InSet *in_set;   // NODE_IN
    ExprState *body;        // NODE_LAMBDA
    uint64_t dictionary_id; // a result per dictionary entry is kept for it
    const Vector *dictionary;
    Vector *dictionary_result;
    Arena dictionary_arena;
} Register;

struct ExprState {
    const ExprProgram *program;
    Query *query;
    Arena arena;    // of the batch
    Arena constant; // of the state
    Arena *target;  // where results go: one of the two
    Register *registers;
    const Batch *batch;
    uint64_t batch_number;
    ExprState *outer; // of a lambda body's state
};

// The node's vector for the rows, valid until the next batch.
bool node_eval(ExprState *state, uint32_t node, Rows rows, Vector **out, Error *err) MUST_CHECK;
bool node_eval_call(ExprState *state, uint32_t node, Rows rows, Vector *out, Error *err) MUST_CHECK;
bool node_eval_logic(ExprState *state, uint32_t node, Rows rows, Vector *out,
                     Error *err) MUST_CHECK;
bool node_eval_case(ExprState *state, uint32_t node, Rows rows, Vector *out, Error *err) MUST_CHECK;
bool node_eval_coalesce(ExprState *state, uint32_t node, Rows rows, Vector *out,
                        Error *err) MUST_CHECK;
bool node_eval_in(ExprState *state, uint32_t node, Rows rows, Vector *out, Error *err) MUST_CHECK;
void in_set_free(struct InSet *set);

// Rows of `rows` where the boolean vector is true; memory for rows.count entries at `selection`.
Rows rows_where_true(const Vector *condition, Rows rows, uint16_t *selection);
// Rows where the vector is not null.
Rows rows_where_valid(const Vector *vector, Rows rows, uint16_t *selection);
// Rows of batch under evaluation: how long vectors are.
uint32_t state_row_count(const ExprState *state);
// A cast may make NULL of a value that is not: TRY and LEGACY ones that would fail.
bool cast_may_null(const Type *from, const Type *to, CastMode mode);
// The static descriptor of a cast, NULL when there is none.
const ScalarFunction *cast_function(const Type *from, const Type *to, CastMode mode);
