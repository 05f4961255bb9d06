// SPDX-License-Identifier: Apache-2.0
// Per-file statistics of a Delta log: bounds of columns from an add's `stats` text, read on demand.
#pragma once

#include "kernel/lake/bounds/bounds.h"
#include "kernel/lake/delta/schema.h"
#include "kernel/lake/delta/snapshot.h"

// What a file's statistics say of a column.
typedef struct DeltaColumnStatistics {
    ColumnBounds bounds;
    int64_t null_count; // of the physical rows, -1: unknown
} DeltaColumnStatistics;

// Fills out[i] for columns[i], positions in the schema (nested columns stay unknown). Malformed
// text counts as no statistics. Strings are borrowed from the text or made in the arena. Maxima of
// timestamps are widened by the millisecond that writers cut off.
void delta_statistics_read(const DeltaFile *file, const DeltaSchema *schema,
                           const uint32_t *columns, uint32_t column_count, Arena *arena,
                           DeltaColumnStatistics *out);
