// SPDX-License-Identifier: Apache-2.0
// Columns that stand in the names of folders: "year=2024/month=1/part-0.parquet".
#pragma once

#include "kernel/column/time_zone.h"
#include "kernel/column/value.h"
#include "kernel/lake/storage/storage.h"

typedef struct PartitionColumn {
    Slice name;
    const Type *type;
} PartitionColumn;

typedef struct Partitioning {
    PartitionColumn *columns;
    uint32_t column_count;
    Value **values; // of each file: one per column
} Partitioning;

// Columns by the folders between `base` and each file, their types by all their values as Spark
// infers them (INT, BIGINT, DOUBLE, DATE, TIMESTAMP, else STRING). Types of `schema` (a struct, may
// be NULL) come first. All files must have the same columns. Memory is the arena's.
bool partitioning_find(Arena *arena, Slice base, const StorageListing *files, const Type *schema,
                       const TimeZone *zone, Partitioning *out, Error *err) MUST_CHECK;
