// SPDX-License-Identifier: Apache-2.0
// PIVOT and UNPIVOT.
#include "kernel/sql/grammar.h"

static UExpr *pivot_value(Sql *s) {
    uint32_t start = sql_start(s);
    UExpr *expr = sql_expression(s);
    bool as = sql_accept_word(s, WORD_AS);
    if (!as && !sql_is_identifier(s, sql_peek(s))) return expr;
    UExpr *alias = sql_expr_new(s, UEXPR_ALIAS, start);
    ARENA_PUSH(s->arena, alias->args, alias->arg_count, expr);
    ARENA_PUSH(s->arena, alias->alias.names, alias->alias.count, sql_checked_identifier(s));
    alias->origin = sql_origin(s, start);
    return alias;
}

static UExpr *column_of(Sql *s) {
    uint32_t start = sql_start(s);
    NameParts name = sql_name_parts(s);
    UExpr *expr = sql_expr_new(s, UEXPR_ATTRIBUTE, start);
    expr->name = name;
    return expr;
}

// PIVOT (aggregates FOR c | (c, d) IN (values))
URel *sql_pivot(Sql *s, URel *rel) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    sql_expect(s, TOKEN_LEFT_PAREN);
    URel *pivot = sql_rel_new(s, UREL_PIVOT, start);
    pivot->input = rel;
    do {
        uint32_t expr_start = sql_start(s);
        UExpr *aggregate = sql_expression(s);
        bool as = sql_accept_word(s, WORD_AS);
        if (as || (sql_is_identifier(s, sql_peek(s)) && !sql_is_word(s, WORD_FOR))) {
            UExpr *alias = sql_expr_new(s, UEXPR_ALIAS, expr_start);
            ARENA_PUSH(s->arena, alias->args, alias->arg_count, aggregate);
            ARENA_PUSH(s->arena, alias->alias.names, alias->alias.count, sql_checked_identifier(s));
            alias->origin = sql_origin(s, expr_start);
            aggregate = alias;
        }
        ARENA_PUSH(s->arena, pivot->exprs, pivot->expr_count, aggregate);
    } while (sql_accept(s, TOKEN_COMMA));
    sql_expect_word(s, WORD_FOR);
    bool several = sql_accept(s, TOKEN_LEFT_PAREN);
    do ARENA_PUSH(s->arena, pivot->pivot.columns, pivot->pivot.column_count, column_of(s));
    while (several && sql_accept(s, TOKEN_COMMA));
    if (several) sql_expect(s, TOKEN_RIGHT_PAREN);
    sql_expect_word(s, WORD_IN);
    sql_expect(s, TOKEN_LEFT_PAREN);
    do ARENA_PUSH(s->arena, pivot->pivot.values, pivot->pivot.value_count, pivot_value(s));
    while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    pivot->origin = sql_origin(s, start);
    return sql_table_alias(s, pivot, start);
}

// One column, or (c, d), with an optional alias.
static void unpivot_set(Sql *s, URel *rel, bool several) {
    UExprList set = {0};
    if (several) sql_expect(s, TOKEN_LEFT_PAREN);
    do ARENA_PUSH(s->arena, set.items, set.count, column_of(s));
    while (several && sql_accept(s, TOKEN_COMMA));
    if (several) sql_expect(s, TOKEN_RIGHT_PAREN);
    bool as = sql_accept_word(s, WORD_AS);
    Slice alias = SLICE("");
    if (as || sql_is_identifier(s, sql_peek(s))) alias = sql_checked_identifier(s);
    uint32_t index = rel->unpivot.set_count;
    ARENA_PUSH(s->arena, rel->unpivot.aliases, index, alias);
    ARENA_PUSH(s->arena, rel->unpivot.sets, rel->unpivot.set_count, set.items);
}

// UNPIVOT [INCLUDE|EXCLUDE NULLS] (v FOR n IN (c [AS a], ...)) or ((v, w) FOR n IN ((c, d) ...))
URel *sql_unpivot(Sql *s, URel *rel) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    URel *unpivot = sql_rel_new(s, UREL_UNPIVOT, start);
    unpivot->input = rel;
    if (sql_accept_words(s, WORD_INCLUDE, WORD_NULLS)) unpivot->unpivot.include_nulls = true;
    else (void)sql_accept_words(s, WORD_EXCLUDE, WORD_NULLS);
    sql_expect(s, TOKEN_LEFT_PAREN);
    bool several = sql_accept(s, TOKEN_LEFT_PAREN);
    do
        ARENA_PUSH(s->arena, unpivot->unpivot.value_names, unpivot->unpivot.value_name_count,
                   sql_checked_identifier(s));
    while (several && sql_accept(s, TOKEN_COMMA));
    if (several) sql_expect(s, TOKEN_RIGHT_PAREN);
    sql_expect_word(s, WORD_FOR);
    unpivot->unpivot.name_column = sql_checked_identifier(s);
    sql_expect_word(s, WORD_IN);
    sql_expect(s, TOKEN_LEFT_PAREN);
    do unpivot_set(s, unpivot, several);
    while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    unpivot->origin = sql_origin(s, start);
    return sql_table_alias(s, unpivot, start);
}
