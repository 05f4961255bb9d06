// SPDX-License-Identifier: Apache-2.0
// Rows on their way through a pipeline: vectors of the same rows, and which of them are selected.
#pragma once

#include "kernel/column/vector.h"

typedef struct Batch {
    Vector *columns;
    uint32_t column_count;
    uint32_t row_count;        // rows that exist, <= LIMIT_BATCH_ROWS
    const uint16_t *selection; // NULL: all rows are selected
    uint32_t selected_count;   // == row_count when selection is NULL
} Batch;

static inline Rows batch_rows(const Batch *batch) {
    return (Rows){batch->selection, batch->selected_count};
}
static inline void batch_select(Batch *batch, Rows rows) {
    batch->selection = rows.selection;
    batch->selected_count = rows.count;
}
// Packs the selected rows to the front of new flat vectors; the batch then has no selection.
void batch_compact(Batch *batch, Arena *arena);
