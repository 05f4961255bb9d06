// SPDX-License-Identifier: Apache-2.0
// Pruning: whether any row of a file, row group or page can pass a filter, by what is known of its
// columns (least and greatest value, nulls).
//
// One-sided: "no" is certain, "perhaps" costs a read. What an expression does is understood for
// comparisons of a column (also under a widening cast) with constants, IN, IS [NOT] NULL, prefixes,
// AND, OR and NOT over these; everything else is "perhaps".
#pragma once

#include "kernel/exec/expr.h"
#include "kernel/exec/source.h"

typedef struct ColumnBounds {
    bool has_low, has_high; // the bounds hold for all values that are not null and not NaN
    Value low, high;        // inclusive, of the column's type
    bool no_nulls;          // certain
    bool all_null;          // certain
    bool no_nan;            // certain: float columns only; NaN sorts above all numbers
} ColumnBounds;

// Fills *out (zeroed before) for a column of the filter; false: nothing is known.
typedef bool (*BoundsLookup)(void *context, uint32_t column, ColumnBounds *out);

// False: no row can make the filter true.
bool bounds_may_match(const Expr *filter, BoundsLookup lookup, void *context, const Query *query);
// The same for a join's filter.
bool bounds_may_match_runtime(const RuntimeFilter *filter, const ColumnBounds *bounds);
