// SPDX-License-Identifier: Apache-2.0
// Scalar kernels by SQL name and argument types.
//
// An area is a table of entries. An entry serves a name for all types, or picks a kernel by types.
// Names beside Spark's: the operators' signs and the "$..." names that operators are rewritten to.
#pragma once

#include "kernel/exec/expr.h"

// What a kernel is wanted for.
typedef struct ScalarQuery {
    const char *name;
    const Type *const *types;
    uint32_t count;
    const Type *result;
} ScalarQuery;

typedef struct ScalarEntry {
    const char *name; // NULL ends a table
    const ScalarFunction *function;
    const ScalarFunction *(*select)(const ScalarQuery *query); // NULL: function serves all types
} ScalarEntry;

// NULL: there is no kernel. Static.
const ScalarFunction *scalar_find(const char *name, const Type *const *types, uint32_t count,
                                  const Type *result);

#define SCALARS(area) extern const ScalarEntry scalars_##area[];
#include "kernel/exec/functions/area_list.inc"
#undef SCALARS
