// SPDX-License-Identifier: Apache-2.0
// Aggregate functions: argument and result types; the kernels are found by aggregate_find.
#include "kernel/plan/functions/arithmetic.h"
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/functions/tables.h"

// count(*) is the call without arguments and prints as count(1).
static Expr *bind_count(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)err;
    if (context->arg_count == 0) context->text = sql_text(context->arena, SLICE("count(1)"));
    bind_text(context);
    bool constant = context->arg_count == 1 && !context->distinct &&
                    context->args[0]->kind == EXPR_LITERAL && !context->args[0]->literal.is_null;
    if (constant) context->arg_count = 0;
    return bind_aggregate(definition, context, NULL, type_of(TYPE_BIGINT), false);
}

static const char SUMMABLE[] =
    "(\"NUMERIC\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")";

// Numbers and intervals; strings and NULL count as DOUBLE.
static bool summable_arg(BindContext *context, Error *err) {
    bind_text(context);
    const Type *type = context->args[0]->type;
    if (type_is_text(type) || type->id == TYPE_VOID) bind_cast(context, 0, type_of(TYPE_DOUBLE));
    type = context->args[0]->type;
    if (type_is_numeric(type) || type->id == TYPE_INTERVAL_YEAR_MONTH ||
        type->id == TYPE_INTERVAL_DAY_TIME)
        return true;
    bind_fail_input(context, 0, SUMMABLE, err);
    return false;
}

static Expr *bind_sum(const FunctionDefinition *definition, BindContext *context, Error *err) {
    if (!summable_arg(context, err)) return NULL;
    const Type *type = context->args[0]->type;
    const Type *result = type_of(TYPE_DOUBLE);
    if (type_is_integer(type)) result = type_of(TYPE_BIGINT);
    if (type->id == TYPE_DECIMAL)
        result = coerce_decimal_bounded(type->precision + 10, type->scale);
    if (type_is_interval(type)) result = type;
    if (type_is_integer(type)) bind_cast(context, 0, type_of(TYPE_BIGINT));
    if (type->id == TYPE_FLOAT) bind_cast(context, 0, type_of(TYPE_DOUBLE));
    return bind_aggregate(definition, context, NULL, result, true);
}

static Expr *bind_avg(const FunctionDefinition *definition, BindContext *context, Error *err) {
    if (!summable_arg(context, err)) return NULL;
    const Type *type = context->args[0]->type;
    const Type *result = type_of(TYPE_DOUBLE);
    if (type->id == TYPE_DECIMAL)
        result = coerce_decimal_bounded(type->precision + 4, type->scale + 4);
    if (type->id == TYPE_INTERVAL_YEAR_MONTH) result = type_interval(UNIT_YEAR, UNIT_MONTH);
    if (type->id == TYPE_INTERVAL_DAY_TIME) result = type_interval(UNIT_DAY, UNIT_SECOND);
    if (type_is_numeric(type) && type->id != TYPE_DECIMAL)
        bind_cast(context, 0, type_of(TYPE_DOUBLE));
    return bind_aggregate(definition, context, NULL, result, true);
}

#define AGGREGATE(name, min, max, signature, arguments, summary) \
    { name, FUNCTION_AGGREGATE, min, max, signature, NULL, NULL, 0, NULL, arguments, summary, NULL }
#define AGGREGATE_BY(name, min, max, binder, arguments, summary) \
    { name, FUNCTION_AGGREGATE, min, max, NULL, NULL, NULL, 0, binder, arguments, summary, NULL }

const FunctionDefinition functions_aggregates[] = {
    AGGREGATE_BY("count", 0, 255, bind_count, "* | expr, ...",
                 "Number of rows, or of those where no expression is NULL."),
    AGGREGATE_BY("sum", 1, 1, bind_sum, "expr", "The sum."),
    AGGREGATE_BY("avg", 1, 1, bind_avg, "expr", "The mean."),
    AGGREGATE_BY("mean", 1, 1, bind_avg, "expr", "The mean."),
    AGGREGATE("min", 1, 1, "T -> T?", "expr", "The smallest value."),
    AGGREGATE("max", 1, 1, "T -> T?", "expr", "The largest value."),
    {NULL, FUNCTION_AGGREGATE, 0, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
