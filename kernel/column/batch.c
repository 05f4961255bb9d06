// SPDX-License-Identifier: Apache-2.0
#include "kernel/column/batch.h"

void batch_compact(Batch *batch, Arena *arena) {
    Rows rows = batch_rows(batch);
    if (!rows.selection) return;
    for (uint32_t i = 0; i < batch->column_count; i++) {
        Vector packed;
        vector_gather(&batch->columns[i], rows, arena, &packed);
        vector_flatten(&packed, (Rows){NULL, rows.count}, arena, &batch->columns[i]);
    }
    batch->row_count = rows.count;
    batch->selection = NULL;
    batch->selected_count = rows.count;
}
