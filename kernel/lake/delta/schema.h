// SPDX-License-Identifier: Apache-2.0
// Columns of a Delta table: logical names for users, physical names for files, partition values,
// statistics and everything else that the log keys by column (column mapping).
#pragma once

#include "kernel/column/time_zone.h"
#include "kernel/column/value.h"
#include "kernel/lake/delta/action.h"
#include "kernel/lake/parquet/column.h"

typedef enum DeltaMapping {
    DELTA_MAPPING_NONE, // physical name = logical name
    DELTA_MAPPING_NAME, // files are read by physical name
    DELTA_MAPPING_ID,   // files are read by field id
} DeltaMapping;

typedef struct DeltaColumn {
    Slice name;
    Slice physical_name;
    const Type *type;
    ParquetField field; // how data files name it, at every depth
    bool nullable;
    int32_t partition_index; // position in metadata.partitionColumns, -1: a data column
    bool was_float;          // widened from FLOAT: statistics of old files are texts of floats
    Slice comment;
    Slice default_sql;   // CURRENT_DEFAULT, empty: none
    Slice generated_sql; // delta.generationExpression
} DeltaColumn;

typedef struct DeltaSchema {
    DeltaMapping mapping;
    DeltaColumn *columns;
    uint32_t column_count;
} DeltaSchema;

// Reads metaData.schemaString. A table without one is DELTA_SCHEMA_NOT_SET.
bool delta_schema_read(const DeltaProtocol *protocol, const DeltaMetadata *metadata,
                       Slice table_path, int64_t version, Arena *arena, DeltaSchema *schema,
                       Error *err) MUST_CHECK;
// Typed partition values: one per partition column, from a JSON object of strings keyed by physical
// name. The empty string is null, as is a missing name. Timestamps without a zone are in `zone`.
bool delta_partition_values(const DeltaSchema *schema, Slice json, const TimeZone *zone,
                            Arena *arena, Value *values, Error *err) MUST_CHECK;
