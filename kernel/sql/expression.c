// SPDX-License-Identifier: Apache-2.0
// Expressions above the primary ones: operators by precedence, predicates, aliases, sort items.
//
// From loose to tight: OR, AND, NOT and EXISTS, one predicate (IN, LIKE, BETWEEN, IS), comparison,
// |, ^,
// &, shifts, + - ||, * / % DIV, unary - + ~. A predicate's origin begins at its keyword, an
// operator's at its left operand, as in Spark's query contexts.
#include "base/limits.h"
#include "kernel/sql/grammar.h"

#include <stdio.h>

bool sql_starts_expression(const Sql *s, uint32_t ahead) {
    const Token *token = sql_peek_at(s, ahead);
    switch (token->kind) {
    case TOKEN_IDENTIFIER:
    case TOKEN_QUOTED:
    case TOKEN_STRING:
    case TOKEN_DOUBLE_STRING:
    case TOKEN_INTEGER:
    case TOKEN_DECIMAL:
    case TOKEN_EXPONENT:
    case TOKEN_SUFFIXED:
    case TOKEN_LEFT_PAREN:
    case TOKEN_PLUS:
    case TOKEN_MINUS:
    case TOKEN_TILDE:
    case TOKEN_BANG:
    case TOKEN_STAR:
    case TOKEN_QUESTION: return true;
    case TOKEN_COLON: return sql_is_identifier(s, sql_peek_at(s, ahead + 1));
    default: return false;
    }
}

// --- binary operators
// --------------------------------------------------------------------------------

typedef enum Level {
    LEVEL_COMPARISON,
    LEVEL_OR,
    LEVEL_XOR,
    LEVEL_AND,
    LEVEL_SHIFT,
    LEVEL_ADD,
    LEVEL_MULTIPLY,
    LEVEL_NONE, // not a binary operator
} Level;

typedef struct Operator {
    Level level;
    const char *name;
    uint32_t tokens;
} Operator;

// << >> >>> are adjacent < and >.
static Operator angle_operator(const Sql *s) {
    const Token *a = sql_peek(s), *b = sql_peek_at(s, 1), *c = sql_peek_at(s, 2);
    bool twice = b->kind == a->kind && b->start == a->stop;
    if (a->kind == TOKEN_LESS)
        return twice ? (Operator){LEVEL_SHIFT, "<<", 2} : (Operator){LEVEL_COMPARISON, "<", 1};
    if (!twice) return (Operator){LEVEL_COMPARISON, ">", 1};
    if (c->kind == a->kind && c->start == b->stop) return (Operator){LEVEL_SHIFT, ">>>", 3};
    return (Operator){LEVEL_SHIFT, ">>", 2};
}

static Operator binary_operator(const Sql *s) {
    switch (sql_peek(s)->kind) {
    case TOKEN_EQUAL: return (Operator){LEVEL_COMPARISON, "=", 1};
    case TOKEN_NULL_SAFE: return (Operator){LEVEL_COMPARISON, "<=>", 1};
    case TOKEN_NOT_EQUAL: return (Operator){LEVEL_COMPARISON, "<>", 1};
    case TOKEN_LESS_EQUAL: return (Operator){LEVEL_COMPARISON, "<=", 1};
    case TOKEN_GREATER_EQUAL: return (Operator){LEVEL_COMPARISON, ">=", 1};
    case TOKEN_LESS:
    case TOKEN_GREATER: return angle_operator(s);
    case TOKEN_BAR:
        return sql_at_bare_pipe(s) ? (Operator){LEVEL_NONE, "", 0} : (Operator){LEVEL_OR, "|", 1};
    case TOKEN_CARET: return (Operator){LEVEL_XOR, "^", 1};
    case TOKEN_AMPERSAND: return (Operator){LEVEL_AND, "&", 1};
    case TOKEN_PLUS: return (Operator){LEVEL_ADD, "+", 1};
    case TOKEN_MINUS: return (Operator){LEVEL_ADD, "-", 1};
    case TOKEN_CONCAT: return (Operator){LEVEL_ADD, "concat", 1};
    case TOKEN_STAR: return (Operator){LEVEL_MULTIPLY, "*", 1};
    case TOKEN_SLASH: return (Operator){LEVEL_MULTIPLY, "/", 1};
    case TOKEN_PERCENT: return (Operator){LEVEL_MULTIPLY, "%", 1};
    case TOKEN_IDENTIFIER:
        if (sql_is_word(s, WORD_DIV) && sql_starts_expression(s, 1))
            return (Operator){LEVEL_MULTIPLY, "div", 1};
        return (Operator){LEVEL_NONE, "", 0};
    default: return (Operator){LEVEL_NONE, "", 0};
    }
}

static UExpr *unary(Sql *s) {
    uint32_t start = sql_start(s);
    if (sql_is(s, TOKEN_MINUS) && sql_at_literal(s)) return sql_primary(s);
    const char *name = sql_is(s, TOKEN_MINUS)   ? "negative"
                       : sql_is(s, TOKEN_PLUS)  ? "positive"
                       : sql_is(s, TOKEN_TILDE) ? "~"
                                                : NULL;
    if (!name) return sql_primary(s);
    if (!sql_enter(s)) return sql_primary(s);
    sql_advance(s);
    UExpr *operand = unary(s);
    sql_leave(s);
    return sql_operator(s, start, name, operand);
}

static UExpr *binary_node(Sql *s, uint32_t start, const Operator *operator, UExpr * left,
                          UExpr *right) {
    if (strcmp(operator->name, "<>") == 0) {
        UExpr *equal = sql_operator(s, start, "=", left, right);
        return sql_operator(s, start, "not", equal);
    }
    if (strcmp(operator->name, "concat") == 0)
        return sql_call(s, start, operator->name, left, right);
    return sql_operator(s, start, operator->name, left, right);
}

static void check_chain(Sql *s, uint32_t start, uint32_t length) {
    if (length <= LIMIT_OPERATOR_CHAIN) return;
    char limit[16];
    snprintf(limit, sizeof limit, "%d", LIMIT_OPERATOR_CHAIN);
    sql_fail(s, start, ERR_FAILED_TO_PARSE_TOO_COMPLEX, "limit", limit);
}

// Operators of `lowest` and tighter; all are left associative.
static UExpr *binary(Sql *s, Level lowest) {
    uint32_t start = sql_start(s), length = 0;
    UExpr *left = unary(s);
    for (;;) {
        Operator operator= binary_operator(s);
        if (operator.level == LEVEL_NONE || operator.level<lowest) return left;
        for (uint32_t i = 0; i < operator.tokens; i++) sql_advance(s);
        UExpr *right = operator.level == LEVEL_MULTIPLY ? unary(s) : binary(s, operator.level + 1);
        left = binary_node(s, start, &operator, left, right);
        check_chain(s, start, ++length);
    }
}

UExpr *sql_value_expression(Sql *s) {
    if (!sql_enter(s)) return sql_expr_new(s, UEXPR_LITERAL, sql_start(s));
    UExpr *expr = binary(s, LEVEL_COMPARISON);
    sql_leave(s);
    return expr;
}

// --- predicates
// --------------------------------------------------------------------------------------

static UExpr *negate_if(Sql *s, uint32_t start, bool negated, UExpr *expr) {
    return negated ? sql_operator(s, start, "not", expr) : expr;
}

static UExpr *between(Sql *s, uint32_t start, UExpr *left) {
    UExpr *low = sql_value_expression(s);
    sql_expect_word(s, WORD_AND);
    UExpr *high = sql_value_expression(s);
    return sql_operator(s, start, "between", left, low, high);
}

// The row (a, b) IN (query) is compared column by column.
static UExpr *in_subquery(Sql *s, uint32_t start, UExpr *left, URel *query) {
    UExpr *expr = sql_expr_new(s, UEXPR_SUBQUERY, start);
    expr->subquery.kind = SUBQUERY_IN;
    expr->subquery.query = query;
    bool is_row = left->kind == UEXPR_FUNCTION && left->is_operator && left->name.count == 1 &&
                  slice_equal_cstr(left->name.parts[0], "struct");
    if (is_row) {
        expr->args = left->args;
        expr->arg_count = left->arg_count;
    } else {
        ARENA_PUSH(s->arena, expr->args, expr->arg_count, left);
    }
    return expr;
}

static UExpr *in(Sql *s, uint32_t start, UExpr *left) {
    if (sql_is(s, TOKEN_LEFT_PAREN) && sql_starts_query(s, 1)) {
        bool nested = sql_is_at(s, 1, TOKEN_LEFT_PAREN);
        URel *query = NULL;
        if (nested) {
            // IN ((SELECT 1), 2) is a list, IN ((SELECT 1) UNION (SELECT 2)) a query.
            SqlMark mark = sql_mark(s);
            query = sql_parenthesised_query(s);
            if (!query) sql_rewind(s, mark);
        } else {
            sql_advance(s);
            query = sql_query(s);
            sql_expect(s, TOKEN_RIGHT_PAREN);
        }
        if (query) return in_subquery(s, start, left, query);
    }
    UExpr **args = NULL;
    uint32_t count = 0;
    ARENA_PUSH(s->arena, args, count, left);
    sql_expect(s, TOKEN_LEFT_PAREN);
    do ARENA_PUSH(s->arena, args, count, sql_expression(s));
    while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    UExpr *expr = sql_call_list(s, start, SLICE("in"), args, count);
    expr->is_operator = true;
    return expr;
}

// LIKE ANY|SOME|ALL (patterns)
static UExpr *like_quantified(Sql *s, uint32_t start, UExpr *left, bool ignore_case, bool negated) {
    bool all = sql_is_word(s, WORD_ALL);
    sql_advance(s);
    UExpr **args = NULL;
    uint32_t count = 0;
    ARENA_PUSH(s->arena, args, count, left);
    sql_expect(s, TOKEN_LEFT_PAREN);
    if (sql_accept(s, TOKEN_RIGHT_PAREN)) {
        sql_fail(s, start, ERR_LEGACY_0064, "msg", "Expected something between '(' and ')'.");
        return left;
    }
    do ARENA_PUSH(s->arena, args, count, sql_expression(s));
    while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    Slice name = arena_printf(s->arena, "%s%slike%s", negated ? "not" : "", ignore_case ? "i" : "",
                              all ? "all" : "any");
    UExpr *expr = sql_call_list(s, start, name, args, count);
    expr->is_operator = true;
    return expr;
}

static bool at_quantifier(const Sql *s) {
    Word word = sql_word(s);
    return (word == WORD_ANY || word == WORD_SOME || word == WORD_ALL) &&
           sql_is_at(s, 1, TOKEN_LEFT_PAREN);
}

static UExpr *like(Sql *s, uint32_t start, UExpr *left, bool ignore_case, bool negated) {
    if (at_quantifier(s)) return like_quantified(s, start, left, ignore_case, negated);
    UExpr *pattern = sql_value_expression(s), *expr;
    const char *name = ignore_case ? "ilike" : "like";
    if (sql_is_word(s, WORD_ESCAPE) && sql_starts_expression(s, 1)) {
        sql_advance(s);
        uint32_t escape_start = sql_start(s);
        Slice escape = sql_string(s);
        UExpr *literal = sql_string_literal(s, escape, escape_start);
        size_t characters = 0;
        for (size_t i = 0; i < escape.bytes; i++)
            characters += ((unsigned char)escape.data[i] & 0xC0) != 0x80;
        Slice quoted = arena_printf(s->arena, "%.*s", SLICE_ARGS(escape));
        if (characters != 1)
            sql_fail(s, start, ERR_INVALID_ESC, "invalidEscape", sql_cstr(s, quoted));
        expr = sql_operator(s, start, name, left, pattern, literal);
    } else {
        expr = sql_operator(s, start, name, left, pattern);
    }
    return negate_if(s, start, negated, expr);
}

static UExpr *is(Sql *s, uint32_t start, UExpr *left) {
    bool bang = false;
    if (sql_is(s, TOKEN_BANG)) {
        bang = true;
        sql_advance(s);
        if (!s->options->legacy_bang_not)
            sql_fail(s, sql_stop(s) - 1, ERR_SYNTAX_DISCONTINUED__BANG_EQUALS_NOT, "clause", "!");
    }
    bool negated = bang || sql_accept_word(s, WORD_NOT);
    Word word = sql_word(s);
    if (word == WORD_DISTINCT) {
        sql_advance(s);
        sql_expect_word(s, WORD_FROM);
        UExpr *right = sql_value_expression(s);
        return negate_if(s, start, !negated, sql_operator(s, start, "<=>", left, right));
    }
    if (word != WORD_NULL && word != WORD_TRUE && word != WORD_FALSE && word != WORD_UNKNOWN)
        sql_fail_expected(s, "NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
    sql_advance(s);
    if (word == WORD_NULL) return sql_operator(s, start, negated ? "isnotnull" : "isnull", left);
    if (word == WORD_UNKNOWN)
        return sql_operator(s, start, negated ? "isnotunknown" : "isunknown", left);
    UExpr *truth = sql_literal_new(s, value_bool(word == WORD_TRUE), sql_stop(s));
    truth->origin.span.start = start;
    truth->literal.text = word == WORD_TRUE ? SLICE("true") : SLICE("false");
    return negate_if(s, start, negated, sql_operator(s, start, "<=>", left, truth));
}

static bool is_negatable(Word word) {
    return word == WORD_BETWEEN || word == WORD_IN || word == WORD_LIKE || word == WORD_ILIKE ||
           word == WORD_RLIKE || word == WORD_REGEXP;
}

static bool at_is(const Sql *s) {
    if (!sql_is_word(s, WORD_IS)) return false;
    Word next = sql_word_at(s, 1);
    return next == WORD_NULL || next == WORD_NOT || next == WORD_TRUE || next == WORD_FALSE ||
           next == WORD_UNKNOWN || next == WORD_DISTINCT || sql_is_at(s, 1, TOKEN_BANG);
}

static UExpr *predicate(Sql *s, UExpr *left) {
    uint32_t start = sql_start(s);
    if (at_is(s)) {
        sql_advance(s);
        return is(s, start, left);
    }
    bool bang = sql_is(s, TOKEN_BANG) && is_negatable(sql_word_at(s, 1));
    bool negated = bang || (sql_is_word(s, WORD_NOT) && is_negatable(sql_word_at(s, 1)));
    Word word = sql_word_at(s, negated);
    if (!is_negatable(word) || !sql_starts_expression(s, negated + 1u)) return left;
    if (negated) sql_advance(s);
    if (bang && !s->options->legacy_bang_not)
        sql_fail(s, start, ERR_SYNTAX_DISCONTINUED__BANG_EQUALS_NOT, "clause", "!");
    sql_advance(s);
    switch (word) {
    case WORD_BETWEEN: return negate_if(s, start, negated, between(s, start, left));
    case WORD_IN: {
        UExpr *expr = in(s, start, left);
        return negate_if(s, start, negated, expr);
    }
    case WORD_LIKE: return like(s, start, left, false, negated);
    case WORD_ILIKE: return like(s, start, left, true, negated);
    default: {
        UExpr *pattern = sql_value_expression(s);
        UExpr *expr = sql_operator(s, start, "rlike", left, pattern);
        return negate_if(s, start, negated, expr);
    }
    }
}

// --- NOT, AND, OR
// ------------------------------------------------------------------------------------

static UExpr *exists(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    sql_expect(s, TOKEN_LEFT_PAREN);
    URel *query = sql_query(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    UExpr *expr = sql_expr_new(s, UEXPR_SUBQUERY, start);
    expr->subquery.kind = SUBQUERY_EXISTS;
    expr->subquery.query = query;
    return expr;
}

static UExpr *negation(Sql *s) {
    uint32_t start = sql_start(s);
    bool is_not = sql_is(s, TOKEN_BANG) || sql_is_word(s, WORD_NOT);
    if (is_not && sql_starts_expression(s, 1) && sql_enter(s)) {
        sql_advance(s);
        UExpr *operand = negation(s);
        sql_leave(s);
        return sql_operator(s, start, "not", operand);
    }
    if (sql_is_word(s, WORD_EXISTS) && sql_is_at(s, 1, TOKEN_LEFT_PAREN) && sql_starts_query(s, 2))
        return exists(s);
    return predicate(s, binary(s, LEVEL_COMPARISON));
}

// A balanced tree over items[low..high], shaped as Spark shapes it.
static UExpr *balanced(Sql *s, uint32_t start, const char *name, UExpr **items, uint32_t low,
                       uint32_t high) {
    if (low == high) return items[low];
    UExpr *left, *right;
    if (high - low == 1) {
        left = items[low];
        right = items[high];
    } else {
        uint32_t middle = low + (high - low) / 2;
        left = balanced(s, start, name, items, low, middle);
        right = balanced(s, start, name, items, middle + 1, high);
    }
    return sql_operator(s, start, name, left, right);
}

static UExpr *logical(Sql *s, Word word, const char *name, UExpr *(*operand)(Sql *s)) {
    uint32_t start = sql_start(s), count = 0;
    UExpr *first = operand(s);
    if (!sql_is_word(s, word) || !sql_starts_expression(s, 1)) return first;
    UExpr **items = NULL;
    ARENA_PUSH(s->arena, items, count, first);
    while (sql_is_word(s, word) && sql_starts_expression(s, 1)) {
        sql_advance(s);
        ARENA_PUSH(s->arena, items, count, operand(s));
    }
    return balanced(s, start, name, items, 0, count - 1);
}

static UExpr *conjunction(Sql *s) { return logical(s, WORD_AND, "and", negation); }

UExpr *sql_expression(Sql *s) {
    if (!sql_enter(s)) return sql_expr_new(s, UEXPR_LITERAL, sql_start(s));
    UExpr *expr = logical(s, WORD_OR, "or", conjunction);
    sql_leave(s);
    return expr;
}

// --- lists
// -------------------------------------------------------------------------------------------

UExpr *sql_named_expression(Sql *s) {
    uint32_t start = sql_start(s);
    UExpr *expr = sql_expression(s);
    bool as = sql_is_word(s, WORD_AS);
    if (as) sql_advance(s);
    bool list = sql_is(s, TOKEN_LEFT_PAREN) && as;
    if (!as && !list && !sql_at_alias(s, false)) return expr;
    SliceList names = {0};
    if (list) names = sql_identifier_list(s);
    else ARENA_PUSH(s->arena, names.items, names.count, sql_alias_identifier(s, start));
    UExpr *alias = sql_expr_new(s, UEXPR_ALIAS, start);
    ARENA_PUSH(s->arena, alias->args, alias->arg_count, expr);
    alias->alias.names = names.items;
    alias->alias.count = names.count;
    return alias;
}

static UExprList list_of(Sql *s, UExpr *(*item)(Sql *s)) {
    UExprList list = {0};
    do ARENA_PUSH(s->arena, list.items, list.count, item(s));
    while (sql_accept(s, TOKEN_COMMA));
    return list;
}

UExprList sql_expression_list(Sql *s) { return list_of(s, sql_expression); }
UExprList sql_named_expression_list(Sql *s) { return list_of(s, sql_named_expression); }

UExpr *sql_sort_item(Sql *s) {
    uint32_t start = sql_start(s);
    UExpr *value = sql_expression(s);
    bool descending = false;
    NullOrder nulls = NULLS_DEFAULT;
    if (sql_accept_word(s, WORD_DESC)) descending = true;
    else (void)sql_accept_word(s, WORD_ASC);
    if (sql_accept_words(s, WORD_NULLS, WORD_FIRST)) nulls = NULLS_FIRST;
    else if (sql_accept_words(s, WORD_NULLS, WORD_LAST)) nulls = NULLS_LAST;
    UExpr *item = sql_expr_new(s, UEXPR_SORT_ORDER, start);
    ARENA_PUSH(s->arena, item->args, item->arg_count, value);
    item->sort.descending = descending;
    item->sort.nulls = nulls;
    return item;
}

UExprList sql_sort_list(Sql *s) { return list_of(s, sql_sort_item); }
