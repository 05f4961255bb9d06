// SPDX-License-Identifier: Apache-2.0
// Building blocks of the bind functions in this folder.
//
// A bind function gets resolved arguments, converts them in place and returns the bound expression,
// or NULL with an error that carries Spark's class and parameters and the call's span.
#pragma once

#include "kernel/plan/coercion.h"
#include "kernel/plan/function_registry.h"
#include "kernel/plan/pretty.h"

// Binds by the signatures of the definition and its overloads.
Expr *bind_by_signature(const FunctionDefinition *definition, BindContext *context,
                        Error *err) MUST_CHECK;
// A call of a kernel over the context's arguments. A NULL kernel makes one that fails when it runs.
Expr *bind_scalar(const FunctionDefinition *definition, BindContext *context,
                  const ScalarFunction *scalar, const Type *type, bool nullable);
// EXPR_AGGREGATE with the context's arguments, DISTINCT, FILTER and order.
Expr *bind_aggregate(const FunctionDefinition *definition, BindContext *context,
                     const AggregateFunction *aggregate, const Type *type, bool nullable);
// Another function over given arguments, by name; its kernel from its own row. Text and span are
// the context's.
Expr *bind_other(BindContext *context, const char *name, Expr **args, uint32_t count,
                 Error *err) MUST_CHECK;
// The overload of the definition's name whose signature takes exactly these types, or NULL.
const FunctionDefinition *bind_exact(const FunctionDefinition *definition, Arena *arena,
                                     Expr *const *args, uint32_t count);

// Implicit conversion, without a check that it is allowed.
void bind_cast(BindContext *context, uint32_t index, const Type *type);
// Converts argument `index` as a signature's pattern would; UNEXPECTED_INPUT_TYPE otherwise.
bool bind_arg(BindContext *context, uint32_t index, const char *pattern, Error *err) MUST_CHECK;
bool bind_any_nullable(const BindContext *context);
// The argument's constant value; NON_FOLDABLE_INPUT naming it `input` when it has none.
bool bind_constant(BindContext *context, uint32_t index, const char *input, Value *value,
                   Error *err) MUST_CHECK;
// The call as Spark prints it (context->text, else name(args)).
const SqlText *bind_text(BindContext *context);
const char *bind_quoted(BindContext *context);      // in double quotes, for sqlExpr
const char *bind_name_quoted(BindContext *context); // `name`

// A copy for a second use: nodes of a bound tree are never shared. Aggregates, windows and
// subqueries inside are.
Expr *expr_duplicate(Arena *arena, const Expr *expr);

// Failures; each returns NULL.
Expr *bind_fail_input(BindContext *context, uint32_t index, const char *required, Error *err);
Expr *bind_fail_data_types(BindContext *context, Error *err);
Expr *bind_fail_count(BindContext *context, const char *expected, Error *err);
// Spark's words for argument positions: "first", "second", ...
const char *bind_ordinal(uint32_t index);
