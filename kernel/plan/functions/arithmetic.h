// SPDX-License-Identifier: Apache-2.0
// Binders of the arithmetic operators. A definition's variant is its operator as a character:
// + - * / %, d for DIV, p for pmod, & for the bitwise ones.
#pragma once

#include "kernel/plan/functions/bind.h"

Expr *bind_arithmetic(const FunctionDefinition *definition, BindContext *context, Error *err);
Expr *bind_sign(const FunctionDefinition *definition, BindContext *context, Error *err);
// Spark's result type of an operation on two decimals.
const Type *arithmetic_decimal_type(char op, const Type *a, const Type *b);
// Converts both arguments as the operator does before it checks them.
void arithmetic_coerce(BindContext *context, char op);
const char *arithmetic_input_types(char op);

// BINARY_OP_DIFF_TYPES and BINARY_OP_WRONG_TYPE for the context's two arguments.
Expr *bind_fail_operands(BindContext *context, Error *err);
Expr *bind_fail_operator(BindContext *context, const char *input_types, Error *err);
