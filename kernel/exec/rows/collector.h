// SPDX-License-Identifier: Apache-2.0
// Rows of many threads, kept apart by morsel and put in morsel order at the end.
#pragma once

#include "kernel/exec/rows/row_store.h"

typedef struct CollectorPart CollectorPart;

typedef struct Collector {
    const Type *const *types; // borrowed
    uint32_t column_count;
    MemoryAccount *memory;
    CollectorPart *parts; // one per worker
    uint32_t part_count;
} Collector;

void collector_init(Collector *collector, const Type *const *types, uint32_t column_count,
                    MemoryAccount *memory, uint32_t workers);
void collector_deinit(Collector *collector);
// On the worker's thread; a worker's morsels ascend. As row_store_append.
bool collector_append(Collector *collector, uint32_t worker, uint64_t morsel, const Vector *columns,
                      Rows rows) MUST_CHECK;
// The store of the worker's current morsel, or NULL when it has no rows yet.
RowStore *collector_store(Collector *collector, uint32_t worker, uint64_t morsel);
// Bytes of the worker's rows.
uint64_t collector_bytes(const Collector *collector, uint32_t worker);
// Takes the worker's rows out, in order. morsels[0..count) (heap) say which rows are whose: up to
// row `stop`, they are of the morsel.
typedef struct MorselRows {
    uint64_t morsel;
    uint64_t stop;
} MorselRows;
MorselRows *collector_take(Collector *collector, uint32_t worker, RowStore *out);
uint64_t collector_rows(const Collector *collector);
// Moves all rows, in morsel order, behind those of `out`. After all workers have ended.
void collector_finish(Collector *collector, RowStore *out);
