// SPDX-License-Identifier: Apache-2.0
// One SELECT: the clauses around a PROJECT or AGGREGATE, resolved together.
//
// Expressions are resolved with their aggregates, windows and generators inside. Then the algebra
// is built from the bottom: input, grouping sets (EXPAND), AGGREGATE, HAVING, GENERATE, WINDOW,
// QUALIFY, PROJECT, DISTINCT, SORT; each step takes its nodes out of all expressions above it and
// leaves columns.
#pragma once

#include "kernel/plan/resolve/resolver_internal.h"

typedef struct GroupSet {
    bool *has; // per key
} GroupSet;

typedef struct Block {
    Resolver *resolver;
    const URel *sort, *distinct, *qualify_clause, *having_clause, *select;
    Relation input;
    ExprScope scope; // over the input
    SelectItem *items;
    uint32_t item_count;
    Column *output; // of items, for ORDER BY and HAVING
    bool is_aggregate;
    // GROUP BY
    Expr **keys;
    uint32_t key_count;
    Slice *key_names;
    Attribute *key_attributes;
    bool has_sets;
    uint32_t set_count;
    GroupSet *sets;
    uint32_t grouping_id; // attribute of the grouping id
    AggregateCall **calls;
    Attribute *call_attributes;
    uint32_t call_count;
    Expr *having, *qualify;
    SortKey *sort_keys;
    uint32_t sort_count;
    bool *sort_on_output; // per key: over the output's columns only
    Rel *rel;             // built so far
    Error *err;           // of the current step, for callbacks
    bool failed;
    bool in_clause; // rewriting HAVING, QUALIFY or ORDER BY: what is not grouped by is unknown
} Block;

// A PROJECT or AGGREGATE whose input is resolved already (its own input is not looked at).
bool resolve_block_over(Resolver *resolver, const Relation *input, const URel *select,
                        Relation *out, Error *err) MUST_CHECK;

bool block_group(Block *block, Error *err) MUST_CHECK;     // keys and sets (grouping.c)
bool block_aggregate(Block *block, Error *err) MUST_CHECK; // builds EXPAND and AGGREGATE
// All expressions that stand above the aggregate, each replaced by `replace` (may set failed).
bool block_rewrite(Block *block, TreeReplace replace, Error *err) MUST_CHECK;
bool block_windows(Block *block, Error *err) MUST_CHECK;    // block_windows.c
bool block_generators(Block *block, Error *err) MUST_CHECK; // generate.c
