// SPDX-License-Identifier: Apache-2.0
// What a file's metadata says of a column's values in a row group or page, and which rows are left.
#pragma once

#include "kernel/lake/bounds/bounds.h"
#include "kernel/lake/parquet/reader.h"

// What the statistics of a row group say of a leaf without nesting whose values are `type`; false:
// nothing. *bounds is zero.
bool pruning_leaf_bounds(const ParquetFile *file, const ParquetNode *leaf, const Type *type,
                         uint32_t row_group, ColumnBounds *bounds);
// The same for a reader's column.
bool pruning_column_bounds(const ParquetReader *reader, uint32_t column, uint32_t row_group,
                           ColumnBounds *bounds);
// False: a Bloom filter of the row group excludes all values that the filter (column = constant,
// IN) asks of a reader's column. `columns[c]` is the reader's column of the filter's column c, or
// UINT32_MAX.
bool pruning_bloom_may_match(const ParquetReader *reader, const Expr *filter,
                             const uint32_t *columns, uint32_t row_group);

// Rows [start, end) of a row group.
typedef struct RowRange {
    int64_t start, end;
} RowRange;

// The ranges of rows, in order, that pages' bounds leave over for all of the filters. At least one
// range comes out unless no row is left; gaps that are not worth a skip are closed. Memory is the
// arena's.
RowRange *pruning_row_ranges(const ParquetReader *reader, Expr *const *filters,
                             uint32_t filter_count, const uint32_t *columns, uint32_t row_group,
                             const Query *query, Arena *arena, uint32_t *count);
