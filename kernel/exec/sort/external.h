// SPDX-License-Identifier: Apache-2.0
// Sorting more rows than fit into memory: sorted runs in files, merged as they are read.
//
// Each run is one worker's rows, sorted; a column behind the others says which morsel a row comes
// from. Equal rows fall by morsel, then by run: as in a sort in memory.
#pragma once

#include "kernel/exec/rows/collector.h"
#include "kernel/exec/rows/spill.h"
#include "kernel/exec/sort/sorted.h"

#include <pthread.h>

typedef struct ExternalSort {
    Source source; // one morsel
    const KeyedColumns *keyed;
    const Type **types; // with the morsel
    uint32_t output_count;
    uint64_t offset;
    uint64_t limit;
    pthread_mutex_t lock; // guards the runs while they are written
    SpillFile **runs;     // by number of the run
    uint32_t run_count;
} ExternalSort;

void external_sort_init(ExternalSort *sort, Run *run, const KeyedColumns *keyed,
                        uint32_t output_count, uint64_t offset, uint64_t limit);
void external_sort_deinit(ExternalSort *sort);
// Sorts the worker's rows into a new run. On the worker's thread.
bool external_sort_spill(ExternalSort *sort, Collector *collector, uint32_t worker, Query *query,
                         Error *err) MUST_CHECK;
