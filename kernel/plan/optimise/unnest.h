// SPDX-License-Identifier: Apache-2.0
// The two halves of subquery unnesting: pulling conjuncts up (unnest.c) and evaluating a query for
// the distinct values of its outer references (domain.c).
#pragma once

#include "kernel/plan/optimise/rewrite.h"

// Rewrites *inner so that it reads nothing of `left`: it gets the columns of left's that it read
// (distinct values of them are joined in below), and *pulled the null-safe equalities between those
// and left's. Returns left (NULL: error set).
Rel *unnest_by_domain(Optimiser *o, Rel *left, Rel **inner, const IdSet *outer,
                      ExprList *pulled) MUST_CHECK;
// A lateral join becomes a plain one.
Rel *unnest_lateral(Optimiser *o, Rel *join) MUST_CHECK;
// Subqueries in ON: an inner join becomes a filter over a cross join; other kinds are refused.
Rel *unnest_join_condition(Optimiser *o, Rel *join) MUST_CHECK;
// Clones the subtree and pulls correlated conjuncts out of it; false: left as it is.
bool unnest_try_pull(Optimiser *o, Rel *rel, const IdSet *outer, Rel **result, ExprList *pulled);

// Calls of built-in operators on arguments of one type; NULL: error set.
Expr *optimiser_call(Optimiser *o, const char *name, Expr **args, uint32_t count) MUST_CHECK;
Expr *optimiser_equal(Optimiser *o, Expr *a, Expr *b) MUST_CHECK;
Expr *optimiser_not(Optimiser *o, Expr *a) MUST_CHECK;
Rel *optimiser_one_row(Optimiser *o);
// VALUES as a union of projections over one row each.
Rel *optimiser_project_values(Optimiser *o, Rel *values) MUST_CHECK;
