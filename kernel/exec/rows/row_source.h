// SPDX-License-Identifier: Apache-2.0
// A row store as a source: its chunks in order, in morsels of a fixed number of rows.
#pragma once

#include "kernel/exec/rows/row_store.h"
#include "kernel/exec/source.h"

enum { MORSEL_ROWS = 32768 }; // of sources in memory

typedef struct RowSource {
    Source source;
    const RowStore *store; // filled before the pipeline starts; borrowed
    uint32_t *morsels;     // first chunk of each morsel, and the end
    uint64_t morsel_count;
} RowSource;

void row_source_init(RowSource *source, const RowStore *store);
void row_source_deinit(RowSource *source);
