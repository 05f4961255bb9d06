// SPDX-License-Identifier: Apache-2.0
// The tables of function definitions, one per area.
#pragma once

#include "kernel/plan/function_registry.h"

#define FUNCTIONS(area) extern const FunctionDefinition functions_##area[];
#include "kernel/plan/functions/function_list.inc"
#undef FUNCTIONS
