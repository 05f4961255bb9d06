// SPDX-License-Identifier: Apache-2.0
// Functions of numbers.
#include "kernel/plan/functions/arithmetic.h"
#include "kernel/plan/functions/scalar.h"

// DECIMAL that rounding to `digits` after the point gives.
static const Type *rounded_decimal(const Type *type, int64_t digits) {
    int integral = type->precision - type->scale + 1;
    if (digits < 0) {
        int64_t precision = MAX((int64_t)integral, MIN(-digits + 1, 38));
        return type_decimal((int)MIN(precision, DECIMAL_MAX_PRECISION), 0);
    }
    int scale = (int)MIN((int64_t)type->scale, digits);
    return type_decimal(MIN(integral + scale, DECIMAL_MAX_PRECISION), scale);
}

static bool digits_of(BindContext *context, int64_t *digits, Error *err) {
    Value value;
    *digits = 0;
    if (context->arg_count < 2) return true;
    if (!bind_arg(context, 1, "int", err)) return false;
    if (!bind_constant(context, 1, "scale", &value, err)) return false;
    if (!value.is_null) *digits = value.i64;
    return true;
}

// round and bround keep the type; the variant is 'r' or 'b'.
static Expr *bind_round(const FunctionDefinition *definition, BindContext *context, Error *err) {
    int64_t digits;
    if (context->arg_count == 1) {
        Expr **args = ARENA_ARRAY(context->arena, Expr *, 2);
        args[0] = context->args[0];
        args[1] = expr_literal(context->arena, value_int(TYPE_INT, 0));
        context->args = args;
        context->arg_count = 2;
    }
    bind_text(context);
    if (!bind_arg(context, 0, "numeric", err)) return NULL;
    if (!digits_of(context, &digits, err)) return NULL;
    const Type *type = context->args[0]->type;
    if (type->id == TYPE_DECIMAL) type = rounded_decimal(type, digits);
    return bind_scalar(definition, context, NULL, type, bind_any_nullable(context));
}

// ceil and floor: whole numbers, or decimals with a number of digits.
static Expr *bind_ceil(const FunctionDefinition *definition, BindContext *context, Error *err) {
    int64_t digits;
    if (context->arg_count == 1 && !context->text && definition->name[4] != 'i')
        context->text =
            sql_text_format(context->arena, "$(@)", definition->variant == 'c' ? "CEIL" : "FLOOR",
                            expr_text(context->arena, context->args[0]));
    bind_text(context);
    const Type *from = context->args[0]->type;
    if (context->arg_count == 2) {
        if (!bind_arg(context, 0, "decimal", err)) return NULL;
        if (from->id != TYPE_DECIMAL) {
            const Type *exact = type_is_integer(from)    ? coerce_decimal_for(from)
                                : from->id == TYPE_FLOAT ? type_decimal(14, 7)
                                                         : type_decimal(30, 15);
            bind_cast(context, 0, exact);
        }
        if (!digits_of(context, &digits, err)) return NULL;
        const Type *type = rounded_decimal(context->args[0]->type, digits);
        return bind_scalar(definition, context, NULL, type, bind_any_nullable(context));
    }
    if (from->id == TYPE_DECIMAL)
        return bind_scalar(definition, context, NULL, rounded_decimal(from, 0),
                           bind_any_nullable(context));
    if (!bind_arg(context, 0, type_is_integer(from) ? "bigint" : "double", err)) return NULL;
    return bind_scalar(definition, context, NULL, type_of(TYPE_BIGINT), bind_any_nullable(context));
}

// greatest and least: one type, NULLs skipped.
static Expr *bind_extreme(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    const Type *type =
        coerce_common_of(context->arena, context->args, context->arg_count, context->ansi);
    if (!type) return bind_fail_data_types(context, err);
    if (!type_is_orderable(type)) {
        Slice name = context->name;
        error_set(err, ERR_DATATYPE_MISMATCH__INVALID_ORDERING_TYPE, "functionName",
                  name_quoted(context->arena, &name, 1), "dataType",
                  type_quoted(context->arena, type), "sqlExpr", bind_quoted(context));
        error_set_span(err, context->origin);
        return NULL;
    }
    bool nullable = true;
    for (uint32_t i = 0; i < context->arg_count; i++) {
        nullable = nullable && context->args[i]->nullable;
        bind_cast(context, i, type);
    }
    return bind_scalar(definition, context, NULL, type, nullable);
}

// The try_ form of an operator: its types, and NULL where it would fail.
static Expr *bind_try(const FunctionDefinition *definition, BindContext *context, Error *err) {
    const SqlText *text = bind_text(context);
    Expr *expr = bind_arithmetic(definition, context, err);
    if (!expr) return NULL;
    expr->nullable = true;
    expr->text = text;
    return expr;
}

static Expr *bind_shift(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    context->text = sql_text_format(arena, "(@ $ @)", expr_text(arena, context->args[0]),
                                    definition->name, expr_text(arena, context->args[1]));
    if (context->args[0]->type->id != TYPE_BIGINT && !bind_arg(context, 0, "int", err)) return NULL;
    if (!bind_arg(context, 1, "int", err)) return NULL;
    return bind_scalar(definition, context, NULL, context->args[0]->type,
                       bind_any_nullable(context));
}

static Expr *bind_log(const FunctionDefinition *definition, BindContext *context, Error *err) {
    if (context->arg_count == 1 && !context->text)
        context->text =
            sql_text_format(context->arena, "ln(@)", expr_text(context->arena, context->args[0]));
    bind_text(context);
    for (uint32_t i = 0; i < context->arg_count; i++)
        if (!bind_arg(context, i, "double", err)) return NULL;
    return bind_scalar(definition, context, NULL, type_of(TYPE_DOUBLE), true);
}

#define UNARY(name, text) SCALAR(name, 1, 1, "double -> double", "expr", text)
#define UPPER(name, display, text) SCALAR_AS(name, display, 1, 1, "double -> double", "expr", text)
#define SHIFT(name, text)                                      \
    SCALAR(name, 2, 2, "int,int -> int", "base, count", text), \
        OVERLOAD(name, 2, 2, "bigint,int -> bigint")

const FunctionDefinition functions_math[] = {
    SCALAR("abs", 1, 1, "numeric -> numeric", "expr", "The absolute value."),
    OVERLOAD("abs", 1, 1, "ym -> ym"),
    OVERLOAD("abs", 1, 1, "dt -> dt"),
    UPPER("acos", "ACOS", "Arc cosine."),
    UPPER("acosh", "ACOSH", "Inverse hyperbolic cosine."),
    UPPER("asin", "ASIN", "Arc sine."),
    UPPER("asinh", "ASINH", "Inverse hyperbolic sine."),
    UPPER("atan", "ATAN", "Arc tangent."),
    SCALAR_AS("atan2", "ATAN2", 2, 2, "double,double -> double", "y, x", "Angle of a point."),
    UPPER("atanh", "ATANH", "Inverse hyperbolic tangent."),
    SCALAR("bin", 1, 1, "bigint -> string", "expr", "The value in binary digits."),
    SCALAR("bit_count", 1, 1, "integral|boolean -> int", "expr", "Number of bits that are set."),
    SCALAR("bit_get", 2, 2, "integral,int -> tinyint", "expr, pos", "A bit of the value."),
    SCALAR("getbit", 2, 2, "integral,int -> tinyint", "expr, pos", "A bit of the value."),
    SCALAR_BY("bround", 1, 2, 'b', bind_round, "expr[, d]", "Rounded, halves to even."),
    UPPER("cbrt", "CBRT", "Cube root."),
    {"ceil", FUNCTION_SCALAR, 1, 2, NULL, NULL, NULL, 'c', bind_ceil, "expr[, scale]",
     "The next whole number above.", "CEIL"},
    SCALAR_BY("ceiling", 1, 2, 'c', bind_ceil, "expr[, scale]", "The next whole number above."),
    UPPER("cos", "COS", "Cosine."),
    UPPER("cosh", "COSH", "Hyperbolic cosine."),
    UPPER("cot", "COT", "Cotangent."),
    UPPER("csc", "CSC", "Cosecant."),
    UPPER("degrees", "DEGREES", "Radians to degrees."),
    SCALAR_AS("e", "E", 0, 0, "-> double", "", "Euler's number."),
    UPPER("exp", "EXP", "e to the power."),
    UPPER("expm1", "EXPM1", "e to the power, minus 1."),
    SCALAR("factorial", 1, 1, "int -> bigint?", "expr", "The factorial of 0 to 20."),
    {"floor", FUNCTION_SCALAR, 1, 2, NULL, NULL, NULL, 'f', bind_ceil, "expr[, scale]",
     "The next whole number below.", "FLOOR"},
    SCALAR_BY("greatest", 2, 255, 0, bind_extreme, "expr, ...",
              "The greatest value, NULLs skipped."),
    SCALAR_AS("hypot", "HYPOT", 2, 2, "double,double -> double", "a, b",
              "Root of the sum of squares."),
    SCALAR("isnan", 1, 1, "double|float -> boolean!", "expr", "Whether the value is NaN."),
    SCALAR_BY("least", 2, 255, 0, bind_extreme, "expr, ...", "The least value, NULLs skipped."),
    SCALAR("ln", 1, 1, "double -> double?", "expr", "Natural logarithm."),
    SCALAR_BY("log", 1, 2, 0, bind_log, "[base, ]expr", "Logarithm."),
    SCALAR_AS("log10", "LOG10", 1, 1, "double -> double?", "expr", "Decimal logarithm."),
    SCALAR_AS("log1p", "LOG1P", 1, 1, "double -> double?", "expr", "Logarithm of 1 + expr."),
    SCALAR_AS("log2", "LOG2", 1, 1, "double -> double?", "expr", "Binary logarithm."),
    SCALAR("nanvl", 2, 2, "double|float,double|float -> double", "expr1, expr2",
           "expr2 where expr1 is NaN."),
    SCALAR_AS("pi", "PI", 0, 0, "-> double", "", "The circle's ratio."),
    SCALAR_AS("pow", "pow", 2, 2, "double,double -> double", "expr1, expr2",
              "expr1 to the power of expr2."),
    SCALAR_AS("power", "POWER", 2, 2, "double,double -> double", "expr1, expr2",
              "expr1 to the power of expr2."),
    UPPER("radians", "RADIANS", "Degrees to radians."),
    SCALAR("rand", 0, 1, "bigint -> double!", "[seed]", "A random number in [0, 1)."),
    SCALAR("random", 0, 1, "bigint -> double!", "[seed]", "A random number in [0, 1)."),
    SCALAR("randn", 0, 1, "bigint -> double!", "[seed]",
           "A random number of the normal distribution."),
    SCALAR("rint", 1, 1, "double -> double", "expr", "The nearest whole number, halves to even."),
    SCALAR_BY("round", 1, 2, 'r', bind_round, "expr[, d]", "Rounded, halves away from zero."),
    UPPER("sec", "SEC", "Secant."),
    SHIFT("shiftleft", "Bits shifted left."),
    SHIFT("shiftright", "Bits shifted right, the sign kept."),
    SHIFT("shiftrightunsigned", "Bits shifted right, zeros coming in."),
    SCALAR_BY("<<", 2, 2, 0, bind_shift, "base, count", "Bits shifted left."),
    SCALAR_BY(">>", 2, 2, 0, bind_shift, "base, count", "Bits shifted right, the sign kept."),
    SCALAR_BY(">>>", 2, 2, 0, bind_shift, "base, count", "Bits shifted right, zeros coming in."),
    SCALAR("sign", 1, 1, "double -> double", "expr", "-1, 0 or 1."),
    OVERLOAD("sign", 1, 1, "ym -> double"),
    OVERLOAD("sign", 1, 1, "dt -> double"),
    SCALAR_AS("signum", "SIGNUM", 1, 1, "double -> double", "expr", "-1, 0 or 1."),
    OVERLOAD("signum", 1, 1, "ym -> double"),
    OVERLOAD("signum", 1, 1, "dt -> double"),
    UPPER("sin", "SIN", "Sine."),
    UPPER("sinh", "SINH", "Hyperbolic sine."),
    UPPER("sqrt", "SQRT", "Square root."),
    UPPER("tan", "TAN", "Tangent."),
    UPPER("tanh", "TANH", "Hyperbolic tangent."),
    SCALAR("width_bucket", 4, 4, "double,double,double,bigint -> bigint?", "value, min, max, n",
           "Bucket of a histogram with n buckets."),
    OVERLOAD("width_bucket", 4, 4, "ym,ym,ym,bigint -> bigint?"),
    OVERLOAD("width_bucket", 4, 4, "dt,dt,dt,bigint -> bigint?"),
    SCALAR_BY("try_add", 2, 2, '+', bind_try, "expr1, expr2", "The sum, NULL on overflow."),
    SCALAR_BY("try_subtract", 2, 2, '-', bind_try, "expr1, expr2",
              "The difference, NULL on overflow."),
    SCALAR_BY("try_multiply", 2, 2, '*', bind_try, "expr1, expr2",
              "The product, NULL on overflow."),
    SCALAR_BY("try_divide", 2, 2, '/', bind_try, "expr1, expr2", "The quotient, NULL by zero."),
    SCALAR_BY("try_mod", 2, 2, '%', bind_try, "expr1, expr2", "The remainder, NULL by zero."),
    {"~", FUNCTION_SCALAR, 1, 1, "integral -> integral", NULL, NULL, 0, NULL, "expr",
     "Bitwise NOT.", NULL},
    SCALAR("equal_null", 2, 2, "T,T -> boolean!", "expr1, expr2",
           "Whether both are equal, where NULL equals NULL."),
    SCALAR_END,
};
