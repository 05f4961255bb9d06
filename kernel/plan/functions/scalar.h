// SPDX-License-Identifier: Apache-2.0
// Rows of scalar functions whose kernel is found by name and types (scalar_find).
#pragma once

#include "kernel/plan/functions/bind.h"
#include "kernel/plan/functions/tables.h"

#define SCALAR(name, min, max, signature, arguments, summary) \
    { name, FUNCTION_SCALAR, min, max, signature, NULL, NULL, 0, NULL, arguments, summary, NULL }
// Another way to call it, without documentation of its own.
#define OVERLOAD(name, min, max, signature) \
    { name, FUNCTION_SCALAR, min, max, signature, NULL, NULL, 0, NULL, NULL, NULL, NULL }
#define SCALAR_BY(name, min, max, variant, binder, arguments, summary) \
    { name, FUNCTION_SCALAR, min, max, NULL, NULL, NULL, variant, binder, arguments, summary, NULL }
#define SCALAR_AS(name, display, min, max, signature, arguments, summary) \
    { name, FUNCTION_SCALAR, min, max, signature, NULL, NULL, 0, NULL, arguments, summary, display }
#define SCALAR_END \
    { NULL, FUNCTION_SCALAR, 0, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL }
