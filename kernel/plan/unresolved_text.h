// SPDX-License-Identifier: Apache-2.0
// The unresolved plan as text, one S-expression: for EXPLAIN EXTENDED's parsed plan and for tests.
//
// (project [a (+ b 1)] (filter (= a 1) (table t))); operators stand in parentheses, called
// functions as f(a, b); literals other than int and string carry their type: 1.5:decimal(2,1).
#pragma once

#include "kernel/plan/unresolved.h"

void uexpr_append_text(const UExpr *expr, Text *out);
void urel_append_text(const URel *rel, Text *out);
void ucommand_append_text(const UCommand *command, Text *out);
