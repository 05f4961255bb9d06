// SPDX-License-Identifier: Apache-2.0
// Binders of comparisons, logic, IN, BETWEEN, LIKE and the conditional functions.
#pragma once

#include "kernel/plan/functions/bind.h"

Expr *bind_comparison(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_logic(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_not(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_is_null(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_in(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_between(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_like(const FunctionDefinition *definition, BindContext *context, Error *err);
// LIKE ALL, LIKE ANY and their kin, by the definition's name.
Expr *bind_like_many(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_coalesce(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_if(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_nvl2(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_nullif(const FunctionDefinition *definition, BindContext *context, Error *err);
// CASE WHEN: args are when, then, ..., [else].
Expr *bind_case(const FunctionDefinition *definition, BindContext *context, Error *err);
// Converts both sides of a comparison; false when they cannot be compared (no error set).
bool comparison_coerce(BindContext *context);
Expr *bind_zero(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_decode(const FunctionDefinition *definition, BindContext *context, Error *err);
