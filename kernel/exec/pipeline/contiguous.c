// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/pipeline/contiguous.h"

#include <stdlib.h>

typedef struct Concat {
    ContiguousRows *rows;
    const RowStore *store;
} Concat;

static bool concat_column(void *context, uint64_t column, uint32_t worker, Error *err) {
    (void)worker, (void)err;
    Concat *concat = context;
    row_store_concat_column(concat->store, (uint32_t)column, &concat->rows->arenas[column],
                            &concat->rows->columns[column]);
    return true;
}

bool contiguous_rows_make(ContiguousRows *rows, const RowStore *store, Query *query,
                          const char *what, Error *err) {
    *rows = (ContiguousRows){.column_count = store->column_count, .memory = query->memory};
    uint64_t bytes = store->chunk_count > 1 ? row_store_concat_bytes(store) : 0;
    if (store->row_count >= UINT32_MAX || !memory_reserve(query->memory, bytes))
        return memory_fail(query->memory, what, err);
    rows->charged_bytes = bytes;
    rows->row_count = (uint32_t)store->row_count;
    rows->columns = xcalloc(store->column_count + 1, sizeof(Vector));
    rows->arenas = xcalloc(store->column_count + 1, sizeof(Arena));
    Concat concat = {rows, store};
    return run_parallel(query, concat_column, &concat, store->column_count, err);
}

void contiguous_rows_deinit(ContiguousRows *rows) {
    for (uint32_t c = 0; rows->arenas && c < rows->column_count; c++)
        arena_deinit(&rows->arenas[c]);
    free(rows->arenas);
    free(rows->columns);
    if (rows->charged_bytes) memory_release(rows->memory, rows->charged_bytes);
    *rows = (ContiguousRows){0};
}
