// SPDX-License-Identifier: Apache-2.0
// The table's inside, for its scan.
#pragma once

#include "kernel/lake/delta/schema.h"
#include "kernel/lake/delta/table.h"

#include <pthread.h>

typedef struct DeltaTable {
    Table base;
    Arena arena; // schema, columns, texts; values below
    DeltaSnapshot *snapshot;
    DeltaSchema schema;
    const TimeZone *zone;  // of partition values without a zone
    ParquetCache *footers; // NULL: none
    uint32_t partition_column_count;
    pthread_mutex_t lock;    // around what follows and the arena, once the table is open
    Value *partition_values; // of distinct partition p: from p * partition_column_count; NULL: not
                             // computed yet
    ColumnStatistics *statistics; // per column
    bool *statistics_known;
} DeltaTable;

// Typed values of all distinct partitions, computed once.
const Value *delta_table_partition_values(DeltaTable *table, Error *err) MUST_CHECK;
// TableOps.scan
Source *delta_table_scan(Table *table, const ScanRequest *request, Query *query, Error *err);
