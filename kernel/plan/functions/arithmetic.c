// SPDX-License-Identifier: Apache-2.0
// Types of + - * / % div and their kin: dates and intervals first, then decimals, then the wider
// type.
#include "kernel/plan/functions/arithmetic.h"

// --- dates, timestamps and intervals
// -----------------------------------------------------------------

// Spark rewrites date arithmetic into functions, which its column names show; a NULL name keeps the
// text.
static Expr *rewrite(BindContext *context, const char *name, Expr *a, Expr *b, Error *err) {
    Expr **args = ARENA_ARRAY(context->arena, Expr *, 2);
    args[0] = a;
    args[1] = b;
    BindContext other = *context;
    other.name = slice_from_cstr(name);
    other.args = args;
    other.arg_count = b ? 2 : 1;
    if (name[0] != '$') other.text = NULL;
    return function_bind(&other, err);
}

static bool is_timestamp(const Type *type) {
    return type->id == TYPE_TIMESTAMP || type->id == TYPE_TIMESTAMP_NTZ;
}

static bool is_whole_days(const Type *type) {
    return type->id == TYPE_INTERVAL_DAY_TIME && type->unit_start == UNIT_DAY &&
           type->unit_stop == UNIT_DAY;
}

static Expr *negated(BindContext *context, Expr *operand, Error *err) {
    return rewrite(context, "$negate", operand, NULL, err);
}

static bool is_moment(const Type *type) {
    return type->id == TYPE_DATE || type->id == TYPE_TIME || is_timestamp(type);
}

// Day-time and calendar intervals: what is added to anything counts as a moment.
static bool is_span(const Type *type) {
    return type->id == TYPE_INTERVAL_DAY_TIME || type->id == TYPE_INTERVAL;
}

static Expr *fail_moment(BindContext *context, Expr *moment, Expr *interval, bool minus,
                         Error *err) {
    Arena *arena = context->arena;
    context->text = sql_text_format(arena, minus ? "@ + (- @)" : "@ + @", expr_text(arena, moment),
                                    expr_text(arena, interval));
    Expr **args = ARENA_ARRAY(arena, Expr *, 2);
    args[0] = moment;
    args[1] = interval;
    context->args = args;
    return bind_fail_input(context, 0, "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"", err);
}

// moment + interval; the sign is that of the operator.
static Expr *moment_plus(BindContext *context, Expr *moment, Expr *interval, bool minus,
                         Error *err) {
    Arena *arena = context->arena;
    if (!is_moment(moment->type) && !type_is_text(moment->type))
        return fail_moment(context, moment, interval, minus, err);
    Expr *left = minus ? moment : context->args[0], *right = minus ? interval : context->args[1];
    context->text = sql_text_format(arena, minus ? "@ - @" : "@ + @", expr_text(arena, left),
                                    expr_text(arena, right));
    if (moment->type->id == TYPE_DATE && is_whole_days(interval->type)) {
        Expr *days = rewrite(context, "extractansiintervaldays", interval, NULL, err);
        if (!days) return NULL;
        if (minus) {
            days->text = sql_text_format(arena, "(- @)", expr_text(arena, days));
            const SqlText *text = days->text;
            days = negated(context, days, err);
            if (!days) return NULL;
            days->text = text;
        }
        return rewrite(context, "date_add", moment, days, err);
    }
    if (minus) {
        interval = negated(context, interval, err);
        if (!interval) return NULL;
    }
    if (moment->type->id == TYPE_DATE && interval->type->id == TYPE_INTERVAL_DAY_TIME)
        moment =
            coerce_cast(arena, moment, type_of(TYPE_TIMESTAMP), context->ansi, context->origin);
    Expr *sum = rewrite(context, "$add_interval", moment, interval, err);
    if (sum && moment->type->id == TYPE_TIME && interval->type->unit_stop == UNIT_SECOND)
        sum->type = type_time(6);
    return sum;
}

static bool is_calendar(const Type *type) {
    return type->id == TYPE_DATE || type->id == TYPE_TIME || is_timestamp(type);
}

static Expr *bind_moment_plus(BindContext *context, bool *done, Error *err) {
    Expr *a = context->args[0], *b = context->args[1];
    *done = true;
    if (type_is_interval(a->type) && a->type->id == b->type->id) return *done = false, NULL;
    if (is_span(b->type) && a->type->id != TYPE_VOID) return moment_plus(context, a, b, false, err);
    if (is_span(a->type) && b->type->id != TYPE_VOID) return moment_plus(context, b, a, false, err);
    if ((is_moment(a->type) || type_is_text(a->type)) && type_is_interval(b->type))
        return moment_plus(context, a, b, false, err);
    if (type_is_interval(a->type) && (is_moment(b->type) || type_is_text(b->type)))
        return moment_plus(context, b, a, false, err);
    if (is_calendar(a->type) && b->type->id == TYPE_VOID) {
        bind_cast(context, 1, type_interval(UNIT_DAY, UNIT_SECOND));
        return moment_plus(context, a, context->args[1], false, err);
    }
    if (a->type->id == TYPE_VOID && is_calendar(b->type)) {
        Expr *null = coerce_cast(context->arena, a, type_interval(UNIT_DAY, UNIT_SECOND),
                                 context->ansi, context->origin);
        context->args[0] = b;
        context->args[1] = null;
        return moment_plus(context, b, null, false, err);
    }
    for (uint32_t i = 0; i < 2 && !context->ansi; i++) // then a number, which dates refuse
        if (context->args[1 - i]->type->id == TYPE_DATE && type_is_text(context->args[i]->type)) {
            bind_cast(context, i, type_of(TYPE_DOUBLE));
            return rewrite(context, "date_add", context->args[1 - i], context->args[i], err);
        }
    for (uint32_t i = 0; i < 2 && context->ansi; i++) // a string beside a date is a date
        if (context->args[1 - i]->type->id == TYPE_DATE && type_is_text(context->args[i]->type)) {
            bind_cast(context, i, type_of(TYPE_DATE));
            return rewrite(context, "date_add", context->args[0], context->args[1], err);
        }
    bool text = type_is_text(a->type) || type_is_text(b->type);
    if (a->type->id == TYPE_DATE && b->type->id != TYPE_DATE && !text)
        return rewrite(context, "date_add", a, b, err);
    if (b->type->id == TYPE_DATE && a->type->id != TYPE_DATE && !text)
        return rewrite(context, "date_add", b, a, err);
    *done = false;
    return NULL;
}

static Expr *bind_moment_minus(BindContext *context, bool *done, Error *err) {
    Expr *a = context->args[0], *b = context->args[1];
    *done = true;
    if ((is_moment(a->type) || type_is_text(a->type)) && type_is_interval(b->type))
        return moment_plus(context, a, b, true, err);
    if (a->type->id == TYPE_TIME && b->type->id == TYPE_VOID) {
        bind_cast(context, 1, type_interval(UNIT_DAY, UNIT_SECOND));
        return moment_plus(context, a, context->args[1], true, err);
    }
    if (is_span(b->type) && a->type->id != b->type->id && a->type->id != TYPE_VOID)
        return moment_plus(context, a, b, true, err);
    if (a->type->id == TYPE_TIME && b->type->id == TYPE_TIME) {
        context->text = sql_text_format(context->arena, "@ - @", expr_text(context->arena, a),
                                        expr_text(context->arena, b));
        return rewrite(context, "$subtract_times", a, b, err);
    }
    if (is_timestamp(a->type) || is_timestamp(b->type))
        return rewrite(context, "$subtract_timestamps", a, b, err);
    bool text_right = type_is_text(b->type);
    if (b->type->id == TYPE_DATE && a->type->id != TYPE_INT)
        return rewrite(context, "$subtract_dates", a, b, err);
    if (a->type->id == TYPE_DATE && text_right && !context->ansi) {
        bind_cast(context, 1, type_of(TYPE_DOUBLE));
        return rewrite(context, "date_sub", a, context->args[1], err);
    }
    if (a->type->id == TYPE_DATE && !text_right) return rewrite(context, "date_sub", a, b, err);
    if (a->type->id == TYPE_DATE && context->ansi)
        return rewrite(context, "$subtract_dates", a, b, err);
    *done = false;
    return NULL;
}

static Expr *bind_interval_scale(BindContext *context, char op, bool *done, Error *err) {
    Expr *a = context->args[0], *b = context->args[1];
    *done = true;
    bool left = type_is_interval(a->type), right = type_is_interval(b->type);
    if (left && !right)
        return rewrite(context, op == '*' ? "$multiply_interval" : "$divide_interval", a, b, err);
    if (right && !left && op == '*') {
        context->text = sql_text_format(context->arena, "(@ * @)", expr_text(context->arena, b),
                                        expr_text(context->arena, a));
        return rewrite(context, "$multiply_interval", b, a, err);
    }
    *done = false;
    return NULL;
}

static Expr *bind_datetime(BindContext *context, char op, bool *done, Error *err) {
    *done = false;
    switch (op) {
    case '+': return bind_moment_plus(context, done, err);
    case '-': return bind_moment_minus(context, done, err);
    case '*':
    case '/': return bind_interval_scale(context, op, done, err);
    default: return NULL;
    }
}

// --- numbers
// -----------------------------------------------------------------------------------------

const Type *arithmetic_decimal_type(char op, const Type *a, const Type *b) {
    int p1 = a->precision, s1 = a->scale, p2 = b->precision, s2 = b->scale;
    int scale = MAX(s1, s2);
    switch (op) {
    case '+':
    case '-': return coerce_decimal_adjusted(MAX(p1 - s1, p2 - s2) + scale + 1, scale);
    case '*': return coerce_decimal_adjusted(p1 + p2 + 1, s1 + s2);
    case '/': {
        int divided = MAX(6, s1 + p2 + 1);
        return coerce_decimal_adjusted(p1 - s1 + s2 + divided, divided);
    }
    case '%':
    case 'p': return coerce_decimal_adjusted(MIN(p1 - s1, p2 - s2) + scale, scale);
    default: return coerce_decimal_bounded(MAX(1, p1 - s1 + s2), 0);
    }
}

const char *arithmetic_input_types(char op) {
    switch (op) {
    case '+':
    case '-':
        return "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or "
               "\"INTERVAL\")";
    case '/': return "(\"DOUBLE\" or \"DECIMAL\")";
    case 'd':
        return "(\"BIGINT\" or \"DECIMAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO "
               "SECOND\")";
    case '&': return "\"INTEGRAL\"";
    default: return "\"NUMERIC\"";
    }
}

static bool accepts(char op, const Type *type) {
    if (type->id == TYPE_VOID) return true;
    switch (op) {
    case '+':
    case '-': return type_is_numeric(type) || type_is_interval(type);
    case '/': return type->id == TYPE_DOUBLE || type->id == TYPE_DECIMAL;
    case 'd':
        return type->id == TYPE_BIGINT || type->id == TYPE_DECIMAL ||
               type->id == TYPE_INTERVAL_YEAR_MONTH || type->id == TYPE_INTERVAL_DAY_TIME;
    case '&': return type_is_integer(type);
    default: return type_is_numeric(type);
    }
}

Expr *bind_fail_operands(BindContext *context, Error *err) {
    error_set(err, ERR_DATATYPE_MISMATCH__BINARY_OP_DIFF_TYPES, "sqlExpr", bind_quoted(context),
              "left", type_quoted(context->arena, context->args[0]->type), "right",
              type_quoted(context->arena, context->args[1]->type));
    error_set_span(err, context->origin);
    return NULL;
}

Expr *bind_fail_operator(BindContext *context, const char *input_types, Error *err) {
    error_set(err, ERR_DATATYPE_MISMATCH__BINARY_OP_WRONG_TYPE, "sqlExpr", bind_quoted(context),
              "inputType", input_types, "actualDataType",
              type_quoted(context->arena, context->args[0]->type));
    error_set_span(err, context->origin);
    return NULL;
}

// An integer beside a decimal: a literal counts by its digits, a column by its type.
static bool decimal_sides(BindContext *context) {
    Expr *a = context->args[0], *b = context->args[1];
    if ((a->type->id == TYPE_DECIMAL) == (b->type->id == TYPE_DECIMAL)) return false;
    uint32_t other = a->type->id == TYPE_DECIMAL;
    const Type *type = context->args[other]->type;
    if (type->id == TYPE_FLOAT || type->id == TYPE_DOUBLE) {
        bind_cast(context, 0, type_of(TYPE_DOUBLE));
        bind_cast(context, 1, type_of(TYPE_DOUBLE));
        return true;
    }
    if (!type_is_integer(type)) return false;
    const Type *digits = coerce_literal_decimal(context->args[other]);
    bind_cast(context, other, digits ? digits : coerce_decimal_for(type));
    return true;
}

static bool is_number_or_null(const Type *type) {
    return type_is_numeric(type) || type->id == TYPE_VOID;
}

static bool legacy_strings(BindContext *context) {
    bool changed = false;
    for (uint32_t i = 0; i < 2 && !context->ansi; i++) {
        const Type *other = context->args[1 - i]->type;
        if (!type_is_text(context->args[i]->type)) continue;
        if (type_is_interval(other) && other->id != TYPE_INTERVAL) continue;
        bind_cast(context, i, type_of(TYPE_DOUBLE));
        changed = true;
    }
    return changed;
}

void arithmetic_coerce(BindContext *context, char op) {
    Arena *arena = context->arena;
    legacy_strings(context);
    const Type *a = context->args[0]->type, *b = context->args[1]->type;
    if (context->ansi && type_is_text(a) != type_is_text(b) && a->id != TYPE_VOID &&
        b->id != TYPE_VOID) {
        const Type *common = coerce_string_with(a, b, true);
        if (common) {
            bind_cast(context, 0, common);
            bind_cast(context, 1, common);
        }
    }
    decimal_sides(context);
    a = context->args[0]->type, b = context->args[1]->type;
    bool decimals = a->id == TYPE_DECIMAL && b->id == TYPE_DECIMAL;
    if (op == '/' && is_number_or_null(a) && is_number_or_null(b) && !decimals) {
        bool decimal = a->id == TYPE_DECIMAL || b->id == TYPE_DECIMAL; // beside NULL
        const Type *type = decimal ? (a->id == TYPE_DECIMAL ? a : b) : type_of(TYPE_DOUBLE);
        bind_cast(context, 0, type);
        bind_cast(context, 1, type);
        return;
    }
    if (op == 'd')
        for (uint32_t i = 0; i < 2; i++)
            if (type_is_integer(context->args[i]->type))
                bind_cast(context, i, type_of(TYPE_BIGINT));
    a = context->args[0]->type, b = context->args[1]->type;
    if (decimals || type_equal(a, b)) return;
    const Type *common = coerce_tightest(arena, a, b, context->ansi);
    if (!common || !accepts(op, common)) return;
    bind_cast(context, 0, common);
    bind_cast(context, 1, common);
}

static const Type *result_type(char op, const Type *a, const Type *b) {
    if (op == 'd') return type_of(TYPE_BIGINT);
    return a->id == TYPE_DECIMAL ? arithmetic_decimal_type(op, a, b) : a;
}

Expr *bind_arithmetic(const FunctionDefinition *definition, BindContext *context, Error *err) {
    char op = (char)definition->variant;
    if (context->arg_count == 1) return bind_sign(definition, context, err);
    Arena *arena = context->arena;
    if (context->is_operator || !context->text) {
        bool named =
            !context->is_operator && ((definition->name[0] >= 'a' && definition->name[0] <= 'z'));
        if (!named || op == 'd')
            context->text = sql_text_format(arena, "(@ $ @)", expr_text(arena, context->args[0]),
                                            definition->name, expr_text(arena, context->args[1]));
    }
    bool done;
    const SqlText *call = strncmp(definition->name, "try_", 4) == 0 ? bind_text(context) : NULL;
    Expr *datetime = bind_datetime(context, op, &done, err);
    if (datetime && call) datetime->text = call;
    if (done) return datetime;
    arithmetic_coerce(context, op);
    const Type *a = context->args[0]->type, *b = context->args[1]->type;
    bool decimals = a->id == TYPE_DECIMAL && b->id == TYPE_DECIMAL;
    if (!decimals && !type_equal(a, b)) return bind_fail_operands(context, err);
    if (!accepts(op, a)) return bind_fail_operator(context, arithmetic_input_types(op), err);
    if (a->id == TYPE_VOID) {
        const Type *type = type_of(op == '/' || op == '+' || op == '-' || op == '*' ? TYPE_DOUBLE
                                   : op == 'd'                                      ? TYPE_BIGINT
                                                                                    : TYPE_INT);
        bind_cast(context, 0, type);
        bind_cast(context, 1, type);
        a = b = type;
    }
    const FunctionDefinition *row = bind_exact(definition, arena, context->args, 2);
    bool may_be_null =
        bind_any_nullable(context) || (!context->ansi && (op == '/' || op == '%' || op == 'd' ||
                                                          op == 'p' || a->id == TYPE_DECIMAL));
    return bind_scalar(row ? row : definition, context, row ? row->scalar : NULL,
                       result_type(op, a, b), may_be_null);
}

// --- signs
// -------------------------------------------------------------------------------------------

Expr *bind_sign(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    bool minus = definition->variant == '-';
    if (context->is_operator || !minus)
        context->text =
            sql_text_format(arena, minus ? "(- @)" : "(+ @)", expr_text(arena, context->args[0]));
    if (type_is_text(context->args[0]->type)) bind_cast(context, 0, type_of(TYPE_DOUBLE));
    if (context->args[0]->type->id == TYPE_VOID) bind_cast(context, 0, type_of(TYPE_DOUBLE));
    const Type *type = context->args[0]->type;
    if (!type_is_numeric(type) && !type_is_interval(type)) {
        const char *required =
            "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or "
            "\"INTERVAL\")";
        return bind_fail_input(context, 0, required, err);
    }
    if (!minus) {
        Expr *same = ARENA_NEW(arena, Expr);
        *same = *context->args[0];
        same->text = bind_text(context);
        return same;
    }
    const FunctionDefinition *negate = function_find(SLICE("$negate"));
    const FunctionDefinition *row = bind_exact(negate, arena, context->args, 1);
    return bind_scalar(row ? row : negate, context, row ? row->scalar : NULL, type,
                       context->args[0]->nullable);
}
