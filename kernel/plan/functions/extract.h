// SPDX-License-Identifier: Apache-2.0
// EXTRACT(field FROM x) and date_part: rewritten to the function of the field.
#pragma once

#include "kernel/plan/functions/bind.h"

Expr *bind_extract(const FunctionDefinition *definition, BindContext *context, Error *err);
