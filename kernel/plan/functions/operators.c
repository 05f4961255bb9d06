// SPDX-License-Identifier: Apache-2.0
// Operators and what the grammar spells as operators. Names that start with "$" cannot be called by
// SQL: operators are rewritten to them.
#include "kernel/plan/functions/arithmetic.h"
#include "kernel/plan/functions/predicates.h"
#include "kernel/plan/functions/tables.h"

#define OPERATOR(name, variant, binder, summary)                                                 \
    {                                                                                            \
        name, FUNCTION_SCALAR, 2, 2, NULL, NULL, NULL, variant, binder, "expr1, expr2", summary, \
            NULL                                                                                 \
    }
#define INTERNAL(name, arity, signature) \
    { name, FUNCTION_SCALAR, arity, arity, signature, NULL, NULL, 0, NULL, NULL, NULL, NULL }

const FunctionDefinition functions_operators[] = {
    OPERATOR("+", '+', bind_arithmetic, "The sum."),
    OPERATOR("-", '-', bind_arithmetic, "The difference."),
    OPERATOR("*", '*', bind_arithmetic, "The product."),
    OPERATOR("/", '/', bind_arithmetic, "The quotient, always fractional."),
    OPERATOR("div", 'd', bind_arithmetic, "The quotient without its fraction."),
    OPERATOR("%", '%', bind_arithmetic, "The remainder, with the dividend's sign."),
    OPERATOR("mod", '%', bind_arithmetic, "The remainder, with the dividend's sign."),
    OPERATOR("pmod", 'p', bind_arithmetic, "The remainder, never negative for a positive divisor."),
    OPERATOR("&", '&', bind_arithmetic, "Bitwise AND."),
    OPERATOR("|", '&', bind_arithmetic, "Bitwise OR."),
    OPERATOR("^", '&', bind_arithmetic, "Bitwise exclusive OR."),
    {"negative", FUNCTION_SCALAR, 1, 1, NULL, NULL, NULL, '-', bind_sign, "expr",
     "The negated value.", NULL},
    {"positive", FUNCTION_SCALAR, 1, 1, NULL, NULL, NULL, '+', bind_sign, "expr", "The value.",
     NULL},
    INTERNAL("$negate", 1, "T -> T"),

    OPERATOR("=", 0, bind_comparison, "Whether both are equal."),
    OPERATOR("==", 0, bind_comparison, "Whether both are equal."),
    OPERATOR("<=>", 0, bind_comparison, "Whether both are equal, where NULL equals NULL."),
    OPERATOR("<", 0, bind_comparison, "Whether expr1 is less."),
    OPERATOR("<=", 0, bind_comparison, "Whether expr1 is less or equal."),
    OPERATOR(">", 0, bind_comparison, "Whether expr1 is greater."),
    OPERATOR(">=", 0, bind_comparison, "Whether expr1 is greater or equal."),

    {"and", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 'a', bind_logic, "expr1, expr2",
     "Whether both are true.", NULL},
    {"or", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 'o', bind_logic, "expr1, expr2",
     "Whether one is true.", NULL},
    {"not", FUNCTION_SCALAR, 1, 1, NULL, NULL, NULL, 0, bind_not, "expr", "The opposite.", NULL},
    {"!", FUNCTION_SCALAR, 1, 1, NULL, NULL, NULL, 0, bind_not, "expr", "The opposite.", NULL},
    {"isnull", FUNCTION_SCALAR, 1, 1, NULL, NULL, NULL, 0, bind_is_null, "expr",
     "Whether the value is NULL.", NULL},
    {"isnotnull", FUNCTION_SCALAR, 1, 1, NULL, NULL, NULL, 'n', bind_is_null, "expr",
     "Whether the value is not NULL.", NULL},
    {"isunknown", FUNCTION_SCALAR, 1, 1, NULL, NULL, NULL, 'u', bind_is_null, "expr",
     "Whether the condition is NULL.", NULL},
    {"isnotunknown", FUNCTION_SCALAR, 1, 1, NULL, NULL, NULL, 'k', bind_is_null, "expr",
     "Whether the condition is not NULL.", NULL},

    {"in", FUNCTION_SCALAR, 1, 255, NULL, NULL, NULL, 0, bind_in, "expr1, expr2, ...",
     "Whether expr1 equals one of the others.", NULL},
    {"between", FUNCTION_SCALAR, 3, 3, NULL, NULL, NULL, 0, bind_between, "expr, low, high",
     "Whether the value lies in the closed range.", NULL},

    {"likeall", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 0, bind_like_many, "str, pattern, ...",
     "Whether the text matches all patterns.", NULL},
    {"likeany", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 0, bind_like_many, "str, pattern, ...",
     "Whether the text matches one of the patterns.", NULL},
    {"notlikeall", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 0, bind_like_many,
     "str, pattern, ...", "Whether the text matches none of the patterns.", NULL},
    {"notlikeany", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 0, bind_like_many,
     "str, pattern, ...", "Whether the text does not match one of the patterns.", NULL},
    {"ilikeall", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 0, bind_like_many, "str, pattern, ...",
     "LIKE ALL that ignores case.", NULL},
    {"ilikeany", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 0, bind_like_many, "str, pattern, ...",
     "LIKE ANY that ignores case.", NULL},
    {"notilikeall", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 0, bind_like_many,
     "str, pattern, ...", "NOT LIKE ALL that ignores case.", NULL},
    {"notilikeany", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 0, bind_like_many,
     "str, pattern, ...", "NOT LIKE ANY that ignores case.", NULL},

    {"coalesce", FUNCTION_SCALAR, 1, 255, NULL, NULL, NULL, 0, bind_coalesce, "expr1, expr2, ...",
     "The first value that is not NULL.", NULL},
    {"nvl", FUNCTION_SCALAR, 2, 2, NULL, NULL, NULL, 0, bind_coalesce, "expr1, expr2",
     "expr2 where expr1 is NULL, else expr1.", NULL},
    {"ifnull", FUNCTION_SCALAR, 2, 2, NULL, NULL, NULL, 0, bind_coalesce, "expr1, expr2",
     "expr2 where expr1 is NULL, else expr1.", NULL},
    {"nvl2", FUNCTION_SCALAR, 3, 3, NULL, NULL, NULL, 0, bind_nvl2, "expr1, expr2, expr3",
     "expr2 where expr1 is not NULL, else expr3.", NULL},
    {"nullif", FUNCTION_SCALAR, 2, 2, NULL, NULL, NULL, 0, bind_nullif, "expr1, expr2",
     "NULL where both are equal, else expr1.", NULL},
    {"if", FUNCTION_SCALAR, 3, 3, NULL, NULL, NULL, 0, bind_if, "condition, expr1, expr2",
     "expr1 where the condition is true, else expr2.", NULL},
    {"when", FUNCTION_SCALAR, 2, 255, NULL, NULL, NULL, 0, bind_case,
     "condition, value[, condition, value ...][, default]",
     "The value of the first condition that is true.", NULL},

    INTERNAL("$add_interval", 2, "timestamp,ym|dt|interval -> timestamp"),
    INTERNAL("$add_interval", 2, "timestamp_ntz,ym|dt|interval -> timestamp_ntz"),
    INTERNAL("$add_interval", 2, "date,ym|interval -> date"),
    INTERNAL("$add_interval", 2, "time,dt -> time"),
    INTERNAL("$subtract_times", 2, "time,time -> hour_to_second"),
    INTERNAL("$subtract_timestamps", 2, "timestamp,timestamp -> day_to_second"),
    INTERNAL("$subtract_timestamps", 2, "timestamp_ntz,timestamp_ntz -> day_to_second"),
    INTERNAL("$subtract_dates", 2, "date,date -> days"),
    INTERNAL("$multiply_interval", 2, "ym,numeric -> year_to_month"),
    INTERNAL("$multiply_interval", 2, "dt,numeric -> day_to_second"),
    INTERNAL("$multiply_interval", 2, "interval,double -> interval"),
    INTERNAL("$divide_interval", 2, "ym,numeric -> year_to_month"),
    INTERNAL("$divide_interval", 2, "dt,numeric -> day_to_second"),
    INTERNAL("$divide_interval", 2, "interval,double -> interval"),
    INTERNAL("$field", 1, "struct -> any"),
    INTERNAL("$array_field", 1, "array -> any"),
    INTERNAL("$item", 2, "array,integral -> any"),
    INTERNAL("$map_value", 2, "map,any -> any"),
    {NULL, FUNCTION_SCALAR, 0, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
