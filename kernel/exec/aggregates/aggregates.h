// SPDX-License-Identifier: Apache-2.0
// Aggregate functions by name and type: what plan/'s registry binds AggregateCall.function to.
//
// An instance is chosen by the SQL name and the types of the arguments, which must already be the
// ones the function works on (see aggregate_list.inc for what each name takes): the registry casts
// and decides the result type by Spark's rules. DISTINCT, FILTER, WITHIN GROUP and IGNORE NULLS are
// fields of the AggregateCall and need no instance of their own.
#pragma once

#include "kernel/exec/expr.h"

// NULL: no such function for these types. `name` in lower case. count(*) is "count" without
// arguments.
const AggregateFunction *aggregate_find(Slice name, const Type *const *arg_types,
                                        uint32_t arg_count, const Type *result);

// AggregateCall.function_data of sum and avg under ANSI off: integers wrap, decimals give NULL.
extern const char aggregate_legacy;
