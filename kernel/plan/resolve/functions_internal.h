// SPDX-License-Identifier: Apache-2.0
// grouping() and grouping_id() as the SELECT block finds them in expressions.
#pragma once

#include "kernel/plan/resolve/resolver_internal.h"

bool expr_is_grouping(const Expr *expr);
bool expr_is_grouping_id(const Expr *expr);

static inline UExpr *arena_copy_uexpr(Arena *arena, const UExpr *expr) {
    UExpr *copy = ARENA_NEW(arena, UExpr);
    *copy = *expr;
    return copy;
}
