// SPDX-License-Identifier: Apache-2.0
// Plans by hand: tables of values as sources, nodes, and results as lines of text.
//
// A table serves its rows in batches of uneven size, in flat, constant and dictionary vectors, with
// rows in between that are not selected, all decided by the row number.
#pragma once

#include "kernel/exec/aggregates/aggregates.h"
#include "kernel/exec/plan.h"

typedef struct PlanKit {
    Arena arena;
    MemoryBroker *broker;
    Query query;
    atomic_bool cancelled;
    uint32_t next_id;
} PlanKit;

typedef struct TestTable {
    const Type **types;
    uint32_t column_count;
    uint32_t row_count;
    uint32_t morsel_rows;
    Value *cells; // [row * column_count + column]
} TestTable;

// One column of a random table.
typedef struct ColumnSpec {
    TypeId type;
    uint32_t distinct; // values
    uint32_t null_percent;
} ColumnSpec;

void kit_init(PlanKit *kit, uint32_t threads, uint64_t memory_bytes);
void kit_deinit(PlanKit *kit);
// TARN_TEST_SEED, else the time; printed.
uint64_t kit_seed(void);
uint64_t kit_random(uint64_t *state);

TestTable *kit_table(Arena *arena, const ColumnSpec *columns, uint32_t column_count, uint32_t rows,
                     uint32_t morsel_rows, uint64_t seed);
Value *kit_cell(const TestTable *table, uint32_t row, uint32_t column);
// The value of a number in a type: equal numbers, equal values; order kept for most types.
Value kit_value(Arena *arena, TypeId type, int64_t number);

PhysNode *kit_node(PlanKit *kit, PhysKind kind, PhysNode *left, PhysNode *right);
void kit_output(PlanKit *kit, PhysNode *node, const Type *const *types, uint32_t count);
PhysNode *kit_scan(PlanKit *kit, const TestTable *table);
PhysNode *kit_filter(PlanKit *kit, PhysNode *input, Expr *condition);
PhysNode *kit_project(PlanKit *kit, PhysNode *input, Expr **exprs, uint32_t count);
PhysNode *kit_limit(PlanKit *kit, PhysNode *input, uint64_t limit, uint64_t offset);
PhysNode *kit_sort(PlanKit *kit, PhysNode *input, SortKey *keys, uint32_t count, uint64_t limit,
                   uint64_t offset);
PhysNode *kit_join(PlanKit *kit, JoinKind kind, PhysNode *left, PhysNode *right,
                   const uint32_t *left_keys, const uint32_t *right_keys, uint32_t key_count);
PhysNode *kit_aggregate(PlanKit *kit, PhysNode *input, const uint32_t *keys, uint32_t key_count,
                        AggregateCall **calls, uint32_t call_count);
AggregateCall *kit_call(PlanKit *kit, const char *name, const PhysNode *input, int column,
                        const Type *result);
Expr *kit_column(PlanKit *kit, const PhysNode *input, uint32_t column);
Expr *kit_less(PlanKit *kit, Expr *a, Expr *b); // a < b, any orderable type
Expr *kit_int(PlanKit *kit, int64_t number);    // a BIGINT literal
// a + b of BIGINT; 0 - b fails when b is 13.
Expr *kit_add(PlanKit *kit, Expr *a, Expr *b);

// The result as lines "a|b|c"; on an error "ERROR <class>". Free with free().
char *kit_run(PlanKit *kit, PhysNode *root, uint64_t limit);
// The same through plan_run_into.
char *kit_run_into(PlanKit *kit, PhysNode *root);
void kit_append_row(Text *out, const Value *values, uint32_t count);
// Lines sorted, for results whose order is of no interest.
char *kit_sorted_lines(char *text);
