// SPDX-License-Identifier: Apache-2.0
// What a file's metadata says of a column's values in a row group, for lake/bounds.
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
