// SPDX-License-Identifier: Apache-2.0
// Kernels of operators by type; each answers NULL for what it has none.
#pragma once

#include "kernel/exec/functions/kernel.h"

const ScalarFunction *arithmetic_decimal(const ScalarQuery *query);
const ScalarFunction *arithmetic_interval(const ScalarQuery *query);
const ScalarFunction *arithmetic_negate(const ScalarQuery *query);
const ScalarFunction *arithmetic_invert(const ScalarQuery *query);
