// SPDX-License-Identifier: Apache-2.0
// Function calls, their windows, and the functions whose arguments have a syntax of their own.
#include "kernel/sql/grammar.h"

// --- windows
// -----------------------------------------------------------------------------------------

// May a frame's bound be computed at once? Literals and operators over them.
static bool is_constant(const UExpr *expr) {
    if (expr->kind == UEXPR_LITERAL || expr->kind == UEXPR_PARAMETER) return true;
    bool folds = (expr->kind == UEXPR_FUNCTION && expr->is_operator) || expr->kind == UEXPR_CAST;
    for (uint32_t i = 0; folds && i < expr->arg_count; i++) folds = is_constant(expr->args[i]);
    return folds;
}

static UFrameBound frame_bound(Sql *s) {
    UFrameBound bound = {.kind = UBOUND_CURRENT};
    uint32_t start = sql_start(s);
    if (sql_accept_words(s, WORD_CURRENT, WORD_ROW)) return bound;
    bool unbounded = sql_is_word(s, WORD_UNBOUNDED) &&
                     (sql_word_at(s, 1) == WORD_PRECEDING || sql_word_at(s, 1) == WORD_FOLLOWING);
    if (unbounded) sql_advance(s);
    else bound.offset = sql_expression(s);
    bool preceding = sql_is_word(s, WORD_PRECEDING);
    if (!preceding && !sql_is_word(s, WORD_FOLLOWING))
        sql_fail_expected(s, "PRECEDING or FOLLOWING");
    sql_advance(s);
    if (bound.offset && !is_constant(bound.offset))
        sql_fail(s, start, ERR_LEGACY_0064, "msg", "Frame bound value must be a literal.");
    if (unbounded) bound.kind = preceding ? UBOUND_UNBOUNDED_PRECEDING : UBOUND_UNBOUNDED_FOLLOWING;
    else bound.kind = preceding ? UBOUND_PRECEDING : UBOUND_FOLLOWING;
    return bound;
}

static bool at_frame(const Sql *s) {
    return sql_is_word(s, WORD_ROWS) || sql_is_word(s, WORD_RANGE);
}

static void window_frame(Sql *s, UWindow *window) {
    if (!at_frame(s)) return;
    window->has_frame = true;
    window->is_range = sql_is_word(s, WORD_RANGE);
    sql_advance(s);
    if (sql_accept_word(s, WORD_BETWEEN)) {
        window->start = frame_bound(s);
        sql_expect_word(s, WORD_AND);
        window->stop = frame_bound(s);
    } else {
        window->start = frame_bound(s);
        window->stop = (UFrameBound){.kind = UBOUND_CURRENT};
    }
}

static void window_lists(Sql *s, UWindow *window) {
    UExprList partition = {0}, order = {0};
    bool cluster = sql_accept_words(s, WORD_CLUSTER, WORD_BY);
    if (cluster || sql_accept_words(s, WORD_PARTITION, WORD_BY) ||
        sql_accept_words(s, WORD_DISTRIBUTE, WORD_BY))
        partition = sql_expression_list(s);
    if (sql_accept_words(s, WORD_ORDER, WORD_BY) || sql_accept_words(s, WORD_SORT, WORD_BY))
        order = sql_sort_list(s);
    else if (partition.count && !at_frame(s) && !sql_is(s, TOKEN_RIGHT_PAREN) && !sql_at_end(s))
        sql_fail_extra(s, "')'");
    window->partition = partition.items;
    window->partition_count = partition.count;
    window->order = order.items;
    window->order_count = order.count;
}

UWindow *sql_window_spec(Sql *s) {
    UWindow *window = ARENA_NEW(s->arena, UWindow);
    uint32_t start = sql_start(s);
    if (!sql_is(s, TOKEN_LEFT_PAREN)) {
        window->name = sql_checked_identifier(s);
        window->is_reference = true;
    } else if (sql_is_identifier(s, sql_peek_at(s, 1)) && sql_is_at(s, 2, TOKEN_RIGHT_PAREN)) {
        sql_advance(s);
        window->name = sql_checked_identifier(s);
        window->is_reference = true;
        sql_advance(s);
    } else {
        sql_advance(s);
        window_lists(s, window);
        window_frame(s, window);
        sql_expect(s, TOKEN_RIGHT_PAREN);
    }
    window->origin = sql_origin(s, start);
    return window;
}

static UExpr *over(Sql *s, uint32_t start, UExpr *call) {
    if (!sql_is_word(s, WORD_OVER)) return call;
    if (!sql_is_at(s, 1, TOKEN_LEFT_PAREN) && !sql_is_identifier(s, sql_peek_at(s, 1))) return call;
    sql_advance(s);
    UWindow *window = sql_window_spec(s);
    UExpr *expr = sql_expr_new(s, UEXPR_WINDOW, start);
    ARENA_PUSH(s->arena, expr->args, expr->arg_count, call);
    expr->window.window = window;
    call->origin = expr->origin;
    return expr;
}

// --- calls
// -------------------------------------------------------------------------------------------

UExpr *sql_lambda_or_call_argument(Sql *s) {
    uint32_t start = sql_start(s);
    if (!sql_is_identifier(s, sql_peek(s)) || !sql_is_at(s, 1, TOKEN_FAT_ARROW))
        return sql_expression(s);
    NameParts name = {0};
    ARENA_PUSH(s->arena, name.parts, name.count, sql_identifier(s));
    sql_advance(s);
    UExpr *value = sql_expression(s);
    UExpr *expr = sql_expr_new(s, UEXPR_NAMED_ARGUMENT, start);
    expr->name = name;
    ARENA_PUSH(s->arena, expr->args, expr->arg_count, value);
    return expr;
}

static void within_group(Sql *s, UExpr *call) {
    if (!sql_accept_words(s, WORD_WITHIN, WORD_GROUP)) return;
    sql_expect(s, TOKEN_LEFT_PAREN);
    sql_expect_word(s, WORD_ORDER);
    sql_expect_word(s, WORD_BY);
    UExprList order = sql_sort_list(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    call->function.within = order.items;
    call->function.within_count = order.count;
}

// WITHIN GROUP, FILTER, IGNORE NULLS and OVER behind the parenthesis.
static UExpr *call_tail(Sql *s, uint32_t start, UExpr *call) {
    within_group(s, call);
    if (sql_is_word(s, WORD_FILTER) && sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
        // Without WHERE the parenthesis is what does not fit behind the alias FILTER.
        if (sql_word_at(s, 2) != WORD_WHERE) {
            sql_advance(s);
            sql_fail_expected(s, "FILTER (WHERE condition)");
        }
        sql_advance(s);
        sql_expect(s, TOKEN_LEFT_PAREN);
        sql_expect_word(s, WORD_WHERE);
        call->function.filter = sql_expression(s);
        sql_expect(s, TOKEN_RIGHT_PAREN);
    }
    if (sql_accept_words(s, WORD_IGNORE, WORD_NULLS)) call->function.ignore_nulls = true;
    else if (sql_accept_words(s, WORD_RESPECT, WORD_NULLS)) call->function.respect_nulls = true;
    call->origin = sql_origin(s, start);
    return over(s, start, call);
}

// The arguments behind '(' up to ')'; FIRST, LAST and ANY_VALUE take IGNORE NULLS inside.
static UExpr *call_arguments(Sql *s, uint32_t start, NameParts name, UExpr **args, uint32_t count) {
    bool distinct = false, ignore_nulls = false;
    if (count == 0) {
        bool quantified = sql_starts_expression(s, 1);
        if (quantified && sql_is_word(s, WORD_DISTINCT)) {
            sql_advance(s);
            distinct = true;
        } else if (quantified && sql_is_word(s, WORD_ALL) && !sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
            sql_advance(s);
        }
    }
    if (count || !sql_is(s, TOKEN_RIGHT_PAREN)) {
        if (count == 0) ARENA_PUSH(s->arena, args, count, sql_lambda_or_call_argument(s));
        while (sql_accept(s, TOKEN_COMMA))
            ARENA_PUSH(s->arena, args, count, sql_lambda_or_call_argument(s));
        if (sql_accept_words(s, WORD_IGNORE, WORD_NULLS)) ignore_nulls = true;
    }
    sql_expect(s, TOKEN_RIGHT_PAREN);
    UExpr *call = sql_expr_new(s, UEXPR_FUNCTION, start);
    call->name = name;
    call->args = args;
    call->arg_count = count;
    call->function.distinct = distinct;
    call->function.ignore_nulls = ignore_nulls;
    return call;
}

UExpr *sql_function_call(Sql *s, uint32_t start, NameParts name, UExpr *identifier) {
    sql_expect(s, TOKEN_LEFT_PAREN);
    UExpr *call = call_arguments(s, start, name, NULL, 0);
    call->function.identifier = identifier;
    return call_tail(s, start, call);
}

// --- special forms
// -----------------------------------------------------------------------------------

static UExpr *cast_form(Sql *s, bool try) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    sql_advance(s);
    UExpr *value = sql_expression(s);
    sql_expect_word(s, WORD_AS);
    const Type *type = sql_type(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    UExpr *expr = sql_expr_new(s, UEXPR_CAST, start);
    ARENA_PUSH(s->arena, expr->args, expr->arg_count, value);
    expr->cast.type = type;
    expr->cast.mode = try ? UCAST_TRY : UCAST_DEFAULT;
    return expr;
}

static UExpr *extract_form(Sql *s) {
    if (!sql_is_identifier(s, sql_peek_at(s, 2)) || sql_word_at(s, 3) != WORD_FROM) return NULL;
    uint32_t start = sql_start(s);
    sql_advance(s);
    sql_advance(s);
    uint32_t field_start = sql_start(s);
    UExpr *field = sql_string_literal(s, sql_identifier(s), field_start);
    sql_advance(s);
    UExpr *source = sql_value_expression(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return sql_operator(s, start, "extract", field, source);
}

static NameParts word_as_name(Sql *s) {
    NameParts parts = {0};
    ARENA_PUSH(s->arena, parts.parts, parts.count, token_text(s->text, *sql_peek(s)));
    return parts;
}

// Into the parenthesis; the first argument of a form that may turn out to be an ordinary call.
static UExpr *first_argument(Sql *s) {
    sql_advance(s);
    sql_advance(s);
    if (sql_is(s, TOKEN_RIGHT_PAREN)) return NULL;
    return sql_lambda_or_call_argument(s);
}

// Not the form after all: the rest of an ordinary call whose first argument was read.
static UExpr *ordinary_call(Sql *s, uint32_t start, NameParts name, UExpr *first) {
    UExpr **args = NULL;
    uint32_t count = 0;
    if (first) ARENA_PUSH(s->arena, args, count, first);
    return call_tail(s, start, call_arguments(s, start, name, args, count));
}

static UExpr *substring_form(Sql *s) {
    uint32_t start = sql_start(s);
    NameParts name = word_as_name(s);
    UExpr *text = first_argument(s);
    if (!text || !sql_accept_word(s, WORD_FROM)) return ordinary_call(s, start, name, text);
    UExpr *position = sql_value_expression(s), *length = NULL;
    if (sql_accept_word(s, WORD_FOR)) length = sql_value_expression(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return sql_call(s, start, "substring", text, position, length);
}

static UExpr *position_form(Sql *s) {
    uint32_t start = sql_start(s);
    NameParts name = word_as_name(s);
    sql_advance(s);
    sql_advance(s);
    bool is_name = sql_is_at(s, 1, TOKEN_FAT_ARROW), empty = sql_is(s, TOKEN_RIGHT_PAREN);
    UExpr *needle = empty     ? NULL
                    : is_name ? sql_lambda_or_call_argument(s)
                              : sql_value_expression(s);
    if (!needle || !sql_accept_word(s, WORD_IN)) return ordinary_call(s, start, name, needle);
    UExpr *text = sql_value_expression(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return sql_call(s, start, "locate", needle, text);
}

static UExpr *overlay_form(Sql *s) {
    uint32_t start = sql_start(s);
    NameParts name = word_as_name(s);
    UExpr *text = first_argument(s);
    if (!text || !sql_accept_word(s, WORD_PLACING)) return ordinary_call(s, start, name, text);
    UExpr *replacement = sql_value_expression(s);
    sql_expect_word(s, WORD_FROM);
    UExpr *position = sql_value_expression(s), *length = NULL;
    if (sql_accept_word(s, WORD_FOR)) length = sql_value_expression(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return sql_call(s, start, "overlay", text, replacement, position, length);
}

// TRIM([BOTH|LEADING|TRAILING] [characters] FROM text)
static UExpr *trim_form(Sql *s) {
    uint32_t start = sql_start(s);
    NameParts name = word_as_name(s);
    const char *function = "trim";
    Word side = sql_word_at(s, 2);
    bool has_side = (side == WORD_BOTH || side == WORD_LEADING || side == WORD_TRAILING) &&
                    sql_starts_expression(s, 3);
    if (has_side) {
        function = side == WORD_LEADING ? "ltrim" : side == WORD_TRAILING ? "rtrim" : "trim";
        sql_advance(s);
    }
    bool bare_from = sql_word_at(s, 2) == WORD_FROM && sql_starts_expression(s, 3);
    UExpr *characters = NULL;
    if (bare_from) {
        sql_advance(s);
        sql_advance(s);
    } else {
        characters = first_argument(s);
    }
    if (!sql_accept_word(s, WORD_FROM)) {
        if (has_side) sql_fail_expected(s, "FROM");
        return ordinary_call(s, start, name, characters);
    }
    UExpr *text = sql_value_expression(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return sql_operator(s, start, function, text, characters);
}

static UExpr *struct_form(Sql *s) {
    uint32_t start = sql_start(s);
    NameParts name = word_as_name(s);
    sql_advance(s);
    sql_advance(s);
    UExprList list = {0};
    if (!sql_is(s, TOKEN_RIGHT_PAREN)) list = sql_named_expression_list(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    UExpr *call = sql_call_list(s, start, name.parts[0], list.items, list.count);
    return call_tail(s, start, call);
}

Slice sql_datetime_unit(Slice name) {
    static const char *const units[] = {"YEAR",   "QUARTER",     "MONTH",      "WEEK",
                                        "DAY",    "DAYOFYEAR",   "HOUR",       "MINUTE",
                                        "SECOND", "MILLISECOND", "MICROSECOND"};
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (slice_equal_ignore_case(name, slice_from_cstr(units[i])))
            return slice_from_cstr(units[i]);
    return SLICE("");
}

// TIMESTAMPADD(unit, n, t) and TIMESTAMPDIFF(unit, a, b); a quoted unit is what people get wrong.
static UExpr *unit_form(Sql *s, const char *function) {
    const Token *unit_token = sql_peek_at(s, 2);
    Slice unit = unit_token->kind == TOKEN_IDENTIFIER
                     ? sql_datetime_unit(token_text(s->text, *unit_token))
                     : SLICE("");
    bool quoted = unit_token->kind == TOKEN_STRING || unit_token->kind == TOKEN_DOUBLE_STRING;
    if ((unit.bytes == 0 && !quoted) || !sql_is_at(s, 3, TOKEN_COMMA)) return NULL;
    uint32_t start = sql_start(s);
    NameParts name = word_as_name(s);
    sql_advance(s);
    sql_advance(s);
    uint32_t unit_start = sql_start(s);
    Slice written = token_text(s->text, *sql_advance(s));
    Slice unit_text = quoted ? token_string(s->arena, s->text, *unit_token) : unit;
    UExpr *unit_literal = sql_string_literal(s, unit_text, unit_start);
    sql_advance(s);
    UExpr *first = sql_value_expression(s);
    if (quoted && !sql_is(s, TOKEN_COMMA)) {
        UExpr *call = sql_call(s, start, "", unit_literal, first);
        return call_tail(s, start, call_arguments(s, start, name, call->args, 2));
    }
    sql_expect(s, TOKEN_COMMA);
    UExpr *second = sql_value_expression(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    if (quoted) {
        Slice text = arena_printf(s->arena, "'%.*s'", (int)written.bytes - 2, written.data + 1);
        Slice quoted_name = arena_printf(s->arena, "`%.*s`", SLICE_ARGS(name.parts[0]));
        sql_fail(s, start, ERR_INVALID_PARAMETER_VALUE__DATETIME_UNIT, "functionName",
                 sql_cstr(s, quoted_name), "parameter", "`unit`", "invalidValue",
                 sql_cstr(s, text));
    }
    return sql_operator(s, start, function, unit_literal, first, second);
}

UExpr *sql_special_form(Sql *s) {
    switch (sql_word(s)) {
    case WORD_CAST: return cast_form(s, false);
    case WORD_TRY_CAST: return cast_form(s, true);
    case WORD_EXTRACT: return extract_form(s);
    case WORD_SUBSTR:
    case WORD_SUBSTRING: return substring_form(s);
    case WORD_POSITION: return position_form(s);
    case WORD_OVERLAY: return overlay_form(s);
    case WORD_TRIM: return trim_form(s);
    case WORD_STRUCT: return struct_form(s);
    case WORD_TIMESTAMPADD:
    case WORD_DATEADD:
    case WORD_DATE_ADD: return unit_form(s, "timestampadd");
    case WORD_TIMESTAMPDIFF:
    case WORD_DATEDIFF:
    case WORD_DATE_DIFF:
    case WORD_TIMEDIFF: return unit_form(s, "timestampdiff");
    default: return NULL;
    }
}
