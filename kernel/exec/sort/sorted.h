// SPDX-License-Identifier: Apache-2.0
// Rows with their sort keys beside them, put in order, and read in that order.
#pragma once

#include "kernel/exec/pipeline/contiguous.h"
#include "kernel/exec/rows/row_store.h"
#include "kernel/exec/sort/sort_key.h"

// A node's input columns and, behind them, the keys that are no plain columns.
typedef struct KeyedColumns {
    const Type **types;
    uint32_t input_count;
    uint32_t column_count; // with the keys
    SortKey *keys;
    uint32_t key_count;
    uint32_t *key_columns; // column of each key
    Expr **computed;       // the keys that are columns input_count..
    uint32_t computed_count;
    ExprProgram *program;
} KeyedColumns;

void keyed_columns_init(KeyedColumns *keyed, Run *run, const PhysNode *input, SortKey *keys,
                        uint32_t key_count);
// A further column for an expression, not a key; its number. Before prepare.
uint32_t keyed_columns_add(KeyedColumns *keyed, Run *run, Expr *expr);
bool keyed_columns_prepare(KeyedColumns *keyed, Run *run, Error *err) MUST_CHECK;

// One thread's evaluation of them.
typedef struct KeyedState {
    const KeyedColumns *keyed;
    ExprState *state;
    Vector *columns;
} KeyedState;

bool keyed_state_init(KeyedState *state, const KeyedColumns *keyed, Query *query,
                      Error *err) MUST_CHECK;
void keyed_state_deinit(KeyedState *state);
// All columns for the batch's rows, borrowed until the next call; NULL on an error.
const Vector *keyed_state_eval(KeyedState *state, const Batch *batch, Error *err) MUST_CHECK;

typedef struct SortedRows {
    Source source; // reads rows offset.. in order, at most limit
    RowStore rows;
    ContiguousRows contiguous;
    Vector *columns; // of contiguous
    Arena arena;     // of keys
    uint32_t *order;
    uint32_t count;
    uint32_t output_count; // columns to read
    uint64_t offset;
    uint64_t limit;
    uint64_t charged_bytes;
    MemoryAccount *memory;
} SortedRows;

void sorted_rows_init(SortedRows *sorted, uint32_t output_count, uint64_t offset, uint64_t limit);
void sorted_rows_deinit(SortedRows *sorted);
// Takes the rows of the store over and sorts them.
bool sorted_rows_make(SortedRows *sorted, RowStore *rows, const KeyedColumns *keyed, Query *query,
                      Error *err) MUST_CHECK;
