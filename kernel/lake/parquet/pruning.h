// SPDX-License-Identifier: Apache-2.0
// What a file's metadata says of a column's values in a row group, for lake/prune.h.
#pragma once

#include "kernel/lake/parquet/reader.h"
#include "kernel/lake/prune.h"

// Bounds and null count by the footer's statistics. `column` is the reader's.
void pruning_group_bounds(const ParquetReader *reader, uint32_t column, uint32_t row_group,
                          PruneBounds *bounds);
// False: the chunk's Bloom filter excludes the value.
bool pruning_group_contains(const ParquetReader *reader, uint32_t column, uint32_t row_group,
                            const Value *value);
