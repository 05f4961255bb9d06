// SPDX-License-Identifier: Apache-2.0
// Rewrites a resolved query in place into an equal, cheaper one, and lowers it to a physical plan.
#pragma once

#include "kernel/plan/logical.h"

// Subquery unnesting, predicate and projection pushdown, join ordering, TopN, metadata-only
// answers. Correlated subqueries that cannot be unnested fail with
// UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.*.
bool optimise(ResolvedQuery *query, Query *context, Arena *arena, Error *err) MUST_CHECK;
// Attribute ids become positions, scans become sources. plan_release frees the sources.
PhysNode *lower(const ResolvedQuery *query, Query *context, Arena *arena, Error *err) MUST_CHECK;
// Indented logical tree for EXPLAIN EXTENDED.
void rel_append_text(const Rel *rel, Text *out);
