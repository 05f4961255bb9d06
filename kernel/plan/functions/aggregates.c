// SPDX-License-Identifier: Apache-2.0
// Aggregate functions: argument and result types; the kernels are found by aggregate_find.
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

// --- sums ----------------------------------------------------------------------------------------

static const char SUMMABLE[] =
    "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\")";

// Numbers and intervals; strings and NULL count as DOUBLE.
static bool summable_arg(BindContext *context, Error *err) {
    bind_text(context);
    const Type *type = context->args[0]->type;
    bool text = type_is_text(type);
    if (text || type->id == TYPE_VOID) bind_cast(context, 0, type_of(TYPE_DOUBLE));
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
    if (type->id == TYPE_INTERVAL_YEAR_MONTH || type->id == TYPE_INTERVAL_DAY_TIME) result = type;
    if (type_is_integer(type)) bind_cast(context, 0, type_of(TYPE_BIGINT));
    if (type->id == TYPE_FLOAT) bind_cast(context, 0, type_of(TYPE_DOUBLE));
    return bind_aggregate(definition, context, NULL, result, true);
}

static Expr *bind_avg(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    if (context->args[0]->type->id == TYPE_TIMESTAMP) bind_cast(context, 0, type_of(TYPE_DOUBLE));
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

// --- order --------------------------------------------------------------------------------------

static Expr *fail_ordering(BindContext *context, uint32_t index, Error *err) {
    error_set(err, ERR_DATATYPE_MISMATCH__INVALID_ORDERING_TYPE, "functionName",
              bind_name_quoted(context), "dataType",
              type_quoted(context->arena, context->args[index]->type), "sqlExpr",
              bind_quoted(context));
    error_set_span(err, context->origin);
    return NULL;
}

static Expr *bind_extreme(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    uint32_t key = context->arg_count - 1;
    const Type *type = context->args[key]->type;
    if (!type_is_orderable(type) && type->id != TYPE_VOID) return fail_ordering(context, key, err);
    return bind_aggregate(definition, context, NULL, context->args[0]->type, true);
}

// first(x[, ignore nulls]) and its kin.
static Expr *bind_pick(const FunctionDefinition *definition, BindContext *context, Error *err) {
    if (context->arg_count == 2) {
        Value value;
        bind_text(context);
        if (!bind_arg(context, 1, "boolean", err)) return NULL;
        if (!bind_constant(context, 1, "ignoreNulls", &value, err)) return NULL;
        context->ignore_nulls = !value.is_null && value.i64;
        context->arg_count = 1;
        context->text = NULL;
    }
    bind_text(context);
    return bind_aggregate(definition, context, NULL, context->args[0]->type, true);
}

static Expr *fail_within_group(BindContext *context, ErrorCode code, Error *err) {
    error_set(err, code, "funcName", bind_name_quoted(context));
    error_set_span(err, context->origin);
    return NULL;
}

static Expr *bind_mode(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    if (context->order_count && context->distinct)
        return fail_within_group(context, ERR_INVALID_WITHIN_GROUP_EXPRESSION__DISTINCT_UNSUPPORTED,
                                 err);
    if (!context->arg_count && !context->order_count)
        return fail_within_group(context, ERR_INVALID_WITHIN_GROUP_EXPRESSION__WITHIN_GROUP_MISSING,
                                 err);
    if (context->order_count) {
        SortKey *key = &context->order[0];
        context->text =
            sql_text_format(arena, "mode() WITHIN GROUP (ORDER BY @$)", expr_text(arena, key->expr),
                            key->descending ? "" : " DESC"); // as Spark prints it
        context->args = ARENA_ARRAY(arena, Expr *, 1);
        context->args[0] = key->expr;
        key->expr = expr_duplicate(arena, key->expr);
    } else if (context->arg_count == 2) {
        Value value;
        bind_text(context);
        if (!bind_constant(context, 1, "deterministic", &value, err)) return NULL;
        if (value.is_null || !value.i64) context->text = NULL;
    }
    context->arg_count = 1;
    bind_text(context);
    return bind_aggregate(definition, context, NULL, context->args[0]->type, true);
}

// --- percentiles
// -----------------------------------------------------------------------------------

static const Type *percentile_result(const Type *value) {
    if (value->id == TYPE_INTERVAL_YEAR_MONTH) return type_interval(UNIT_YEAR, UNIT_MONTH);
    if (value->id == TYPE_INTERVAL_DAY_TIME) return type_interval(UNIT_DAY, UNIT_SECOND);
    return type_of(TYPE_DOUBLE);
}

static bool percentile_value(BindContext *context, Error *err) {
    if (!bind_arg(context, 0, "numeric|ym|dt", err)) return false;
    if (type_is_numeric(context->args[0]->type)) bind_cast(context, 0, type_of(TYPE_DOUBLE));
    return true;
}

static Expr *percentile_call(const FunctionDefinition *definition, BindContext *context,
                             Error *err) {
    if (!percentile_value(context, err)) return NULL;
    const Type *result = percentile_result(context->args[0]->type);
    if (context->arg_count > 1) {
        if (!bind_arg(context, 1, "double|array<double>", err)) return NULL;
        if (context->args[1]->type->id == TYPE_ARRAY)
            result = type_array(context->arena, result, false);
        if (!expr_is_foldable(context->args[1])) {
            Value unused;
            if (!bind_constant(context, 1, "percentage", &unused, err)) return NULL;
        }
    }
    if (context->arg_count > 2 && !bind_arg(context, 2, "integral", err)) return NULL;
    return bind_aggregate(definition, context, NULL, result, true);
}

static Expr *bind_percentile(const FunctionDefinition *definition, BindContext *context,
                             Error *err) {
    Arena *arena = context->arena;
    const char *frequency = definition->variant == 'a' ? "10000" : "1";
    if (context->arg_count == 2)
        context->text = sql_text_format(arena, "$($@, $)", definition->name,
                                        context->distinct ? "DISTINCT " : "",
                                        sql_text_list(arena, ", ", context->args, 2), frequency);
    bind_text(context);
    if (definition->variant != 'a') return percentile_call(definition, context, err);
    if (!bind_arg(context, 0, "numeric|date|timestamps|ym|dt", err) ||
        !bind_arg(context, 1, "double|array<double>", err) ||
        (context->arg_count > 2 && !bind_arg(context, 2, "integral", err)))
        return NULL;
    const Type *result = context->args[0]->type;
    if (context->args[1]->type->id == TYPE_ARRAY) result = type_array(arena, result, false);
    return bind_aggregate(definition, context, NULL, result, true);
}

static Expr *bind_median(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    return percentile_call(definition, context, err);
}

// percentile_cont(fraction) WITHIN GROUP (ORDER BY value)
static Expr *bind_inverse(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    if (context->distinct)
        return fail_within_group(context, ERR_INVALID_WITHIN_GROUP_EXPRESSION__DISTINCT_UNSUPPORTED,
                                 err);
    if (!context->order_count)
        return fail_within_group(context, ERR_INVALID_WITHIN_GROUP_EXPRESSION__WITHIN_GROUP_MISSING,
                                 err);
    if (context->order_count != 1) {
        fail_within_group(context, ERR_INVALID_WITHIN_GROUP_EXPRESSION__WRONG_NUM_ORDERINGS, err);
        error_add(err, "expectedNum", SLICE("1"));
        error_add_format(err, "actualNum", "%u", context->order_count);
        return NULL;
    }
    SortKey *key = &context->order[0];
    context->text = sql_text_format(arena, "$(@) WITHIN GROUP (ORDER BY @$)", definition->name,
                                    expr_text(arena, context->args[0]), expr_text(arena, key->expr),
                                    key->descending ? " DESC" : "");
    Expr **args = ARENA_ARRAY(arena, Expr *, 2);
    args[0] = key->expr;
    args[1] = context->args[0];
    key->expr = expr_duplicate(arena, key->expr);
    context->args = args;
    context->arg_count = 2;
    return percentile_call(definition, context, err);
}

// --- lists --------------------------------------------------------------------------------------

static Expr *bind_collect(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    const Type *type = context->args[0]->type;
    if (definition->variant == 's' && type->id == TYPE_MAP) return fail_ordering(context, 0, err);
    return bind_aggregate(definition, context, NULL, type_array(context->arena, type, false),
                          false);
}

static const SqlText *order_text(Arena *arena, const SortKey *keys, uint32_t count) {
    const SqlText *text = sql_text(arena, SLICE(""));
    for (uint32_t i = 0; i < count; i++)
        text = sql_text_format(arena, "@$@ $ $", text, i ? ", " : "",
                               expr_text(arena, keys[i].expr), keys[i].descending ? "DESC" : "ASC",
                               keys[i].nulls_last ? "NULLS LAST" : "NULLS FIRST");
    return text;
}

static Expr *bind_listagg(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    const SqlText *delimiter = context->arg_count > 1 ? expr_text(arena, context->args[1])
                                                      : sql_text(arena, SLICE("NULL"));
    context->text = sql_text_format(arena, "listagg($@, @)", context->distinct ? "DISTINCT " : "",
                                    expr_text(arena, context->args[0]), delimiter);
    if (context->order_count)
        context->text = sql_text_format(arena, "@ WITHIN GROUP (ORDER BY @)", context->text,
                                        order_text(arena, context->order, context->order_count));
    context->name = SLICE("listagg");
    bool same = context->order_count == 1 && expr_equal(context->order[0].expr, context->args[0]);
    if (context->distinct && context->order_count && !same) {
        error_set(err, ERR_INVALID_WITHIN_GROUP_EXPRESSION__MISMATCH_WITH_DISTINCT_INPUT,
                  "funcName", bind_name_quoted(context), "funcArg",
                  expr_quoted(arena, context->args[0]), "orderingExpr",
                  expr_quoted(arena, context->order[0].expr));
        return NULL;
    }
    if (!bind_arg(context, 0, "string|binary", err)) return NULL;
    const Type *type = context->args[0]->type;
    if (context->arg_count > 1) {
        if (!bind_arg(context, 1, "string|binary", err)) return NULL;
        Value unused;
        if (!expr_is_foldable(context->args[1]) &&
            !bind_constant(context, 1, "delimiter", &unused, err))
            return NULL;
    }
    return bind_aggregate(definition, context, NULL, type, true);
}

static Expr *bind_histogram(const FunctionDefinition *definition, BindContext *context,
                            Error *err) {
    bind_text(context);
    if (!bind_arg(context, 0, "numeric|date|timestamps|ym|dt", err) ||
        !bind_arg(context, 1, "int", err))
        return NULL;
    TypeField fields[2] = {
        {.name = SLICE("x"), .type = context->args[0]->type, .nullable = true},
        {.name = SLICE("y"), .type = type_of(TYPE_DOUBLE), .nullable = true},
    };
    const Type *result = type_array(context->arena, type_struct(context->arena, fields, 2), true);
    return bind_aggregate(definition, context, NULL, result, true);
}

#define AGGREGATE(name, min, max, signature, arguments, summary) \
    { name, FUNCTION_AGGREGATE, min, max, signature, NULL, NULL, 0, NULL, arguments, summary, NULL }
#define AGGREGATE_BY(name, min, max, variant, binder, arguments, summary)                          \
    {                                                                                              \
        name, FUNCTION_AGGREGATE, min, max, NULL, NULL, NULL, variant, binder, arguments, summary, \
            NULL                                                                                   \
    }

const FunctionDefinition functions_aggregates[] = {
    AGGREGATE_BY("count", 0, 255, 0, bind_count, "* | expr, ...",
                 "Number of rows, or of those where no expression is NULL."),
    AGGREGATE("count_if", 1, 1, "boolean -> bigint!", "condition",
              "Number of rows where the condition is true."),
    AGGREGATE("approx_count_distinct", 1, 2, "any,double -> bigint!", "expr[, relativeSD]",
              "Estimated number of different values."),
    AGGREGATE_BY("sum", 1, 1, 0, bind_sum, "expr", "The sum."),
    AGGREGATE_BY("try_sum", 1, 1, 0, bind_sum, "expr", "The sum, NULL on overflow."),
    AGGREGATE_BY("avg", 1, 1, 0, bind_avg, "expr", "The mean."),
    AGGREGATE_BY("mean", 1, 1, 0, bind_avg, "expr", "The mean."),
    AGGREGATE_BY("try_avg", 1, 1, 0, bind_avg, "expr", "The mean, NULL on overflow."),
    AGGREGATE_BY("min", 1, 1, 0, bind_extreme, "expr", "The smallest value."),
    AGGREGATE_BY("max", 1, 1, 0, bind_extreme, "expr", "The largest value."),
    AGGREGATE_BY("min_by", 2, 2, 0, bind_extreme, "x, y", "The x of the row with the smallest y."),
    AGGREGATE_BY("max_by", 2, 2, 0, bind_extreme, "x, y", "The x of the row with the largest y."),
    AGGREGATE_BY("first", 1, 2, 0, bind_pick, "expr[, isIgnoreNull]", "The first value."),
    AGGREGATE_BY("first_value", 1, 2, 0, bind_pick, "expr[, isIgnoreNull]", "The first value."),
    AGGREGATE_BY("last", 1, 2, 0, bind_pick, "expr[, isIgnoreNull]", "The last value."),
    AGGREGATE_BY("last_value", 1, 2, 0, bind_pick, "expr[, isIgnoreNull]", "The last value."),
    AGGREGATE_BY("any_value", 1, 2, 0, bind_pick, "expr[, isIgnoreNull]", "Some value."),
    AGGREGATE_BY("mode", 0, 2, 0, bind_mode, "expr[, deterministic]", "The most frequent value."),
    AGGREGATE("bool_and", 1, 1, "boolean -> boolean?", "expr", "Whether all are true."),
    AGGREGATE("every", 1, 1, "boolean -> boolean?", "expr", "Whether all are true."),
    AGGREGATE("bool_or", 1, 1, "boolean -> boolean?", "expr", "Whether one is true."),
    AGGREGATE("any", 1, 1, "boolean -> boolean?", "expr", "Whether one is true."),
    AGGREGATE("some", 1, 1, "boolean -> boolean?", "expr", "Whether one is true."),
    AGGREGATE("bit_and", 1, 1, "integral -> integral?", "expr", "Bitwise AND of all values."),
    AGGREGATE("bit_or", 1, 1, "integral -> integral?", "expr", "Bitwise OR of all values."),
    AGGREGATE("bit_xor", 1, 1, "integral -> integral?", "expr",
              "Bitwise exclusive OR of all values."),
    AGGREGATE("stddev", 1, 1, "double -> double?", "expr", "Standard deviation of a sample."),
    AGGREGATE("std", 1, 1, "double -> double?", "expr", "Standard deviation of a sample."),
    AGGREGATE("stddev_samp", 1, 1, "double -> double?", "expr", "Standard deviation of a sample."),
    AGGREGATE("stddev_pop", 1, 1, "double -> double?", "expr",
              "Standard deviation of a population."),
    AGGREGATE("variance", 1, 1, "double -> double?", "expr", "Variance of a sample."),
    AGGREGATE("var_samp", 1, 1, "double -> double?", "expr", "Variance of a sample."),
    AGGREGATE("var_pop", 1, 1, "double -> double?", "expr", "Variance of a population."),
    AGGREGATE("skewness", 1, 1, "double -> double?", "expr", "Skewness."),
    AGGREGATE("kurtosis", 1, 1, "double -> double?", "expr", "Excess kurtosis."),
    AGGREGATE("corr", 2, 2, "double,double -> double?", "expr1, expr2",
              "Pearson's coefficient of correlation."),
    AGGREGATE("covar_pop", 2, 2, "double,double -> double?", "expr1, expr2",
              "Covariance of a population."),
    AGGREGATE("covar_samp", 2, 2, "double,double -> double?", "expr1, expr2",
              "Covariance of a sample."),
    AGGREGATE("regr_count", 2, 2, "double,double -> bigint!", "y, x",
              "Number of pairs without NULL."),
    AGGREGATE("regr_avgx", 2, 2, "double,double -> double?", "y, x", "Mean of x over pairs."),
    AGGREGATE("regr_avgy", 2, 2, "double,double -> double?", "y, x", "Mean of y over pairs."),
    AGGREGATE("regr_sxx", 2, 2, "double,double -> double?", "y, x", "Sum of squares of x."),
    AGGREGATE("regr_syy", 2, 2, "double,double -> double?", "y, x", "Sum of squares of y."),
    AGGREGATE("regr_sxy", 2, 2, "double,double -> double?", "y, x", "Sum of products."),
    AGGREGATE("regr_slope", 2, 2, "double,double -> double?", "y, x",
              "Slope of the regression line."),
    AGGREGATE("regr_intercept", 2, 2, "double,double -> double?", "y, x",
              "Intercept of the regression line."),
    AGGREGATE("regr_r2", 2, 2, "double,double -> double?", "y, x", "Coefficient of determination."),
    AGGREGATE_BY("percentile", 2, 3, 0, bind_percentile, "col, percentage[, frequency]",
                 "The exact percentile, interpolated."),
    AGGREGATE_BY("percentile_approx", 2, 3, 'a', bind_percentile, "col, percentage[, accuracy]",
                 "The approximate percentile."),
    AGGREGATE_BY("approx_percentile", 2, 3, 'a', bind_percentile, "col, percentage[, accuracy]",
                 "The approximate percentile."),
    AGGREGATE_BY("percentile_cont", 1, 1, 0, bind_inverse, "percentage",
                 "The percentile of the ordered values, interpolated."),
    AGGREGATE_BY("percentile_disc", 1, 1, 0, bind_inverse, "percentage",
                 "The first of the ordered values at or above the percentage."),
    AGGREGATE_BY("median", 1, 1, 0, bind_median, "col", "The median."),
    AGGREGATE_BY("collect_list", 1, 1, 0, bind_collect, "expr", "All values as an array."),
    {"array_agg", FUNCTION_AGGREGATE, 1, 1, NULL, NULL, NULL, 0, bind_collect, "expr",
     "All values as an array.", "collect_list"},
    AGGREGATE_BY("collect_set", 1, 1, 's', bind_collect, "expr", "Different values as an array."),
    AGGREGATE_BY("listagg", 1, 2, 0, bind_listagg, "expr[, delimiter]",
                 "The values joined to one text."),
    AGGREGATE_BY("string_agg", 1, 2, 0, bind_listagg, "expr[, delimiter]",
                 "The values joined to one text."),
    AGGREGATE_BY("histogram_numeric", 2, 2, 0, bind_histogram, "expr, nb",
                 "A histogram of nb bins."),
    {NULL, FUNCTION_AGGREGATE, 0, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
