// SPDX-License-Identifier: Apache-2.0
// A VARIANT's value as a value of a type: fails with INVALID_VARIANT_CAST.
#pragma once

#include "kernel/column/variant.h"
#include "kernel/exec/function.h"

bool cast_variant_value(CallFrame *frame, VariantView view, const Type *to, Value *out,
                        Error *err) MUST_CHECK;
