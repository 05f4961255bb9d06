// SPDX-License-Identifier: Apache-2.0
// Whether rows of a part of a table (file, row group, page) can satisfy a filter, told from bounds.
//
// The answer is one-sided: false is certain, true means "perhaps". What is not understood is true.
#pragma once

#include "kernel/exec/expr.h"

// What is known of a column in the part. Unknown bounds have type NULL, unknown counts are -1.
// Bounds need not be tight. `low` and `high` have the column's type.
typedef struct PruneBounds {
    Value low, high;
    int64_t null_count;
    int64_t row_count;
} PruneBounds;

// Fills *bounds (unknown when called) for a column as EXPR_COLUMN counts them.
typedef void (*PruneLookup)(void *context, uint32_t column, PruneBounds *bounds);
// Whether an equal value may occur although the bounds allow it (a Bloom filter); NULL: perhaps.
typedef bool (*PruneContains)(void *context, uint32_t column, const Value *value);

typedef struct PruneSource {
    PruneLookup lookup;
    PruneContains contains;
    void *context;
    const Query *query; // parameters of scalar subqueries; NULL: none
} PruneSource;

bool prune_may_match(const PruneSource *source, const Expr *filter);
// The same for bounds of values that the column must lie in (a join's keys).
bool prune_may_overlap(const PruneSource *source, uint32_t column, const Value *low,
                       const Value *high);
