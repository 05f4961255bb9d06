// SPDX-License-Identifier: Apache-2.0
// A row store's columns as one flat vector each, put together on all threads.
#pragma once

#include "kernel/exec/pipeline/pipeline.h"
#include "kernel/exec/rows/row_store.h"

typedef struct ContiguousRows {
    Vector *columns;
    uint32_t column_count;
    uint32_t row_count;
    Arena *arenas; // one per column
    uint64_t charged_bytes;
    MemoryAccount *memory;
} ContiguousRows;

// The store must outlive the columns: bytes of strings are its own. `what` names the operator in
// the error of a budget that is too small.
bool contiguous_rows_make(ContiguousRows *rows, const RowStore *store, Query *query,
                          const char *what, Error *err) MUST_CHECK;
void contiguous_rows_deinit(ContiguousRows *rows);
