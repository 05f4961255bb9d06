// SPDX-License-Identifier: Apache-2.0
// Primary expressions: names, stars, parentheses, CASE, lambdas, and what may follow each of them
// (fields, subscripts, casts, collations, variant paths).
#include "kernel/sql/grammar.h"

static UExpr *unit(Sql *s) { return sql_expr_new(s, UEXPR_LITERAL, sql_start(s)); }

// --- CASE
// --------------------------------------------------------------------------------------------

static UExpr *case_when(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    UExpr **args = NULL;
    uint32_t count = 0;
    bool has_operand = !sql_is_word(s, WORD_WHEN), has_else = false;
    if (has_operand) ARENA_PUSH(s->arena, args, count, sql_expression(s));
    if (!sql_is_word(s, WORD_WHEN)) sql_fail_expected(s, "WHEN");
    while (sql_accept_word(s, WORD_WHEN)) {
        ARENA_PUSH(s->arena, args, count, sql_expression(s));
        sql_expect_word(s, WORD_THEN);
        ARENA_PUSH(s->arena, args, count, sql_expression(s));
    }
    if (sql_accept_word(s, WORD_ELSE)) {
        has_else = true;
        ARENA_PUSH(s->arena, args, count, sql_expression(s));
    }
    sql_expect_word(s, WORD_END);
    UExpr *expr = sql_expr_new(s, UEXPR_CASE, start);
    expr->args = args;
    expr->arg_count = count;
    expr->case_when.has_operand = has_operand;
    expr->case_when.has_else = has_else;
    return expr;
}

// --- lambdas
// -----------------------------------------------------------------------------------------

static UExpr *lambda_of(Sql *s, uint32_t start, SliceList names) {
    UExpr *body = sql_expression(s);
    UExpr *expr = sql_expr_new(s, UEXPR_LAMBDA, start);
    ARENA_PUSH(s->arena, expr->args, expr->arg_count, body);
    expr->lambda.names = names.items;
    expr->lambda.count = names.count;
    return expr;
}

// (x, y) -> ...
static bool at_lambda_list(const Sql *s) {
    uint32_t ahead = 1;
    for (;; ahead += 2) {
        if (!sql_is_identifier(s, sql_peek_at(s, ahead))) return false;
        if (!sql_is_at(s, ahead + 1, TOKEN_COMMA)) break;
    }
    return sql_is_at(s, ahead + 1, TOKEN_RIGHT_PAREN) && sql_is_at(s, ahead + 2, TOKEN_ARROW);
}

static UExpr *lambda_list(Sql *s) {
    uint32_t start = sql_start(s);
    SliceList names = sql_identifier_list(s);
    sql_expect(s, TOKEN_ARROW);
    return lambda_of(s, start, names);
}

// --- parentheses
// -------------------------------------------------------------------------------------

static UExpr *scalar_subquery(Sql *s, uint32_t start, URel *query) {
    UExpr *expr = sql_expr_new(s, UEXPR_SUBQUERY, start);
    expr->subquery.kind = SUBQUERY_SCALAR;
    expr->subquery.query = query;
    return expr;
}

// (SELECT 'a', 'b') is a row to Spark: SELECT 'a' reads as a typed literal, and rows come first.
static bool at_select_row(const Sql *s) {
    if (sql_word_at(s, 1) != WORD_SELECT || !sql_is_at(s, 2, TOKEN_STRING) ||
        !sql_is_at(s, 3, TOKEN_COMMA))
        return false;
    uint32_t ahead = 4;
    while (sql_is_at(s, ahead, TOKEN_STRING) || sql_is_at(s, ahead, TOKEN_INTEGER)) {
        if (sql_is_at(s, ahead + 1, TOKEN_RIGHT_PAREN)) return true;
        if (!sql_is_at(s, ahead + 1, TOKEN_COMMA)) return false;
        ahead += 2;
    }
    return false;
}

static UExpr *parenthesised(Sql *s) {
    uint32_t start = sql_start(s);
    if (at_lambda_list(s)) return lambda_list(s);
    if (sql_starts_query(s, 1) && !at_select_row(s)) {
        SqlMark mark = sql_mark(s);
        URel *query = sql_parenthesised_query(s);
        if (query) return scalar_subquery(s, start, query);
        sql_rewind(s, mark);
    }
    sql_advance(s);
    UExpr *first = sql_named_expression(s);
    if (sql_is(s, TOKEN_COMMA)) {
        UExpr **args = NULL;
        uint32_t count = 0;
        ARENA_PUSH(s->arena, args, count, first);
        while (sql_accept(s, TOKEN_COMMA))
            ARENA_PUSH(s->arena, args, count, sql_named_expression(s));
        sql_expect(s, TOKEN_RIGHT_PAREN);
        UExpr *row = sql_call_list(s, start, SLICE("struct"), args, count);
        row->is_operator = true;
        return row;
    }
    // An alias is allowed in rows only.
    if (first->kind == UEXPR_ALIAS && !s->failed) {
        s->at = s->at - 1;
        sql_fail_expected(s, "')'");
    }
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return first;
}

// --- names
// -------------------------------------------------------------------------------------------

static UExpr *attribute(Sql *s, uint32_t start, NameParts name) {
    UExpr *expr = sql_expr_new(s, UEXPR_ATTRIBUTE, start);
    expr->name = name;
    return expr;
}

// The list of names in EXCEPT (a, s.f).
static void star_except(Sql *s, UExpr *star) {
    sql_expect(s, TOKEN_LEFT_PAREN);
    do ARENA_PUSH(s->arena, star->star.except, star->star.except_count, sql_name_parts(s));
    while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
}

UExpr *sql_star_rest(Sql *s, uint32_t start, NameParts target) {
    UExpr *star = sql_expr_new(s, UEXPR_STAR, start);
    star->name = target;
    bool except =
        sql_is_word(s, WORD_EXCEPT) && sql_is_at(s, 1, TOKEN_LEFT_PAREN) && !sql_starts_query(s, 2);
    if (except) {
        sql_advance(s);
        star_except(s, star);
    }
    if (sql_is_word(s, WORD_REPLACE) && sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
        sql_advance(s);
        sql_advance(s);
        UExprList list = sql_named_expression_list(s);
        sql_expect(s, TOKEN_RIGHT_PAREN);
        star->star.replace = list.items;
        star->star.replace_count = list.count;
    }
    star->origin = sql_origin(s, start);
    return star;
}

// CURRENT_DATE and its kin without parentheses.
static const char *current_like(Word word) {
    switch (word) {
    case WORD_CURRENT_DATE: return "current_date";
    case WORD_CURRENT_TIMESTAMP: return "current_timestamp";
    case WORD_CURRENT_TIME: return "current_time";
    case WORD_CURRENT_USER:
    case WORD_USER:
    case WORD_SESSION_USER: return "current_user";
    default: return NULL;
    }
}

// a.b.c, a.b.*, f(...), a.b.f(...), x -> e
static UExpr *name_expression(Sql *s) {
    uint32_t start = sql_start(s);
    const char *current = current_like(sql_word(s));
    if (current && !sql_is_at(s, 1, TOKEN_LEFT_PAREN) && !sql_is_at(s, 1, TOKEN_DOT)) {
        sql_advance(s);
        return sql_call(s, start, current);
    }
    if (sql_is_at(s, 1, TOKEN_ARROW)) {
        SliceList names = {0};
        ARENA_PUSH(s->arena, names.items, names.count, sql_identifier(s));
        sql_advance(s);
        return lambda_of(s, start, names);
    }
    NameParts name = {0};
    ARENA_PUSH(s->arena, name.parts, name.count, sql_identifier(s));
    while (sql_is(s, TOKEN_DOT) && !sql_at_end(s)) {
        if (sql_is_at(s, 1, TOKEN_STAR)) {
            sql_advance(s);
            sql_advance(s);
            return sql_star_rest(s, start, name);
        }
        sql_advance(s);
        ARENA_PUSH(s->arena, name.parts, name.count, sql_identifier(s));
    }
    bool call = sql_is(s, TOKEN_LEFT_PAREN) && !(s->stop_at_query && sql_starts_query(s, 1));
    if (call) return sql_function_call(s, start, name, NULL);
    return attribute(s, start, name);
}

// IDENTIFIER(expr): a column, or with arguments a function.
static UExpr *identifier_clause(Sql *s) {
    uint32_t start = sql_start(s);
    UExpr *identifier;
    NameParts name = sql_expression_name(s, &identifier);
    if (sql_is(s, TOKEN_DOT) && sql_is_at(s, 1, TOKEN_STAR) && !identifier) {
        sql_advance(s);
        sql_advance(s);
        return sql_star_rest(s, start, name);
    }
    if (sql_is(s, TOKEN_LEFT_PAREN)) return sql_function_call(s, start, name, identifier);
    return identifier ? identifier : attribute(s, start, name);
}

// --- what follows a primary expression
// ---------------------------------------------------------------

static UExpr *extract_value(Sql *s, uint32_t start, UExpr *base, UExpr *key, bool subscript) {
    UExpr *expr = sql_expr_new(s, UEXPR_EXTRACT, start);
    ARENA_PUSH(s->arena, expr->args, expr->arg_count, base);
    ARENA_PUSH(s->arena, expr->args, expr->arg_count, key);
    expr->is_operator = subscript;
    return expr;
}

static UExpr *cast_of(Sql *s, uint32_t start, UExpr *value) {
    const Type *type = sql_type(s);
    UExpr *expr = sql_expr_new(s, UEXPR_CAST, start);
    ARENA_PUSH(s->arena, expr->args, expr->arg_count, value);
    expr->cast.type = type;
    expr->cast.is_double_colon = true;
    return expr;
}

// value:a.b['c'][0]: the path as written, without the colon.
static UExpr *variant_path(Sql *s, uint32_t start, UExpr *value) {
    sql_advance(s);
    uint32_t path_start = sql_start(s);
    if (sql_is(s, TOKEN_LEFT_BRACKET)) {
        // v:['a']
    } else if (sql_is_identifier(s, sql_peek(s)) || sql_at_string(s)) {
        sql_advance(s);
    } else {
        sql_fail_expected(s, "a field name");
    }
    for (;;) {
        if (sql_is(s, TOKEN_DOT) && sql_is_identifier(s, sql_peek_at(s, 1))) {
            sql_advance(s);
            sql_advance(s);
        } else if (sql_accept(s, TOKEN_LEFT_BRACKET)) {
            bool known = sql_is(s, TOKEN_INTEGER) || sql_is(s, TOKEN_STRING) ||
                         sql_is(s, TOKEN_DOUBLE_STRING) || sql_is(s, TOKEN_STAR);
            if (!known) sql_fail_expected(s, "an index or a field name in quotes");
            sql_advance(s);
            sql_expect(s, TOKEN_RIGHT_BRACKET);
        } else {
            break;
        }
    }
    UExpr *path = sql_string_literal(s, sql_text_from(s, path_start), path_start);
    return sql_operator(s, start, ":", value, path);
}

static UExpr *collated(Sql *s, uint32_t start, UExpr *value) {
    sql_advance(s);
    uint32_t name_start = sql_start(s);
    NameParts name = sql_name_parts(s);
    Slice text = name.count == 1 ? name.parts[0] : sql_text_from(s, name_start);
    UExpr *literal = sql_string_literal(s, text, name_start);
    return sql_operator(s, start, "collate", value, literal);
}

static UExpr *field_of(Sql *s, uint32_t start, UExpr *base) {
    sql_advance(s);
    uint32_t field_start = sql_start(s);
    if (sql_is(s, TOKEN_STAR) && base->kind == UEXPR_EXTRACT) sql_fail_expected(s, "a field name");
    Slice name = sql_identifier(s);
    // (a).b is the name a.b; IDENTIFIER('a').b is the field b of a.
    if (base->kind == UEXPR_ATTRIBUTE && s->text.data[start] == '(') {
        UExpr *expr = attribute(s, start, base->name);
        expr->name.parts = ARENA_ARRAY(s->arena, Slice, base->name.count + 1);
        memcpy(expr->name.parts, base->name.parts, sizeof(Slice) * base->name.count);
        expr->name.parts[expr->name.count++] = name;
        return expr;
    }
    return extract_value(s, start, base, sql_string_literal(s, name, field_start), false);
}

static UExpr *postfix(Sql *s, uint32_t start, UExpr *expr) {
    for (;;) {
        switch (sql_peek(s)->kind) {
        case TOKEN_DOT: expr = field_of(s, start, expr); break;
        case TOKEN_LEFT_BRACKET: {
            sql_advance(s);
            UExpr *index = sql_value_expression(s);
            sql_expect(s, TOKEN_RIGHT_BRACKET);
            expr = extract_value(s, start, expr, index, true);
            break;
        }
        case TOKEN_DOUBLE_COLON:
            sql_advance(s);
            expr = cast_of(s, start, expr);
            break;
        case TOKEN_COLON: expr = variant_path(s, start, expr); break;
        case TOKEN_IDENTIFIER:
            if (sql_is_word(s, WORD_COLLATE) && sql_is_identifier(s, sql_peek_at(s, 1))) {
                expr = collated(s, start, expr);
                break;
            }
            return expr;
        default: return expr;
        }
    }
}

// CASE as a column's name: nothing behind it that an operand or WHEN could start.
static bool at_case(const Sql *s) {
    return sql_is_word(s, WORD_CASE) && sql_starts_expression(s, 1) &&
           sql_word_at(s, 1) != WORD_FROM && sql_word_at(s, 1) != WORD_AS;
}

static UExpr *primary_base(Sql *s) {
    uint32_t start = sql_start(s);
    if (sql_at_literal(s) && !at_case(s)) return sql_literal(s);
    switch (sql_peek(s)->kind) {
    case TOKEN_LEFT_PAREN: return parenthesised(s);
    case TOKEN_STAR: sql_advance(s); return sql_star_rest(s, start, (NameParts){0});
    default: break;
    }
    if (sql_at_marker(s)) return sql_marker(s);
    if (at_case(s)) return case_when(s);
    if (!sql_is_identifier(s, sql_peek(s))) {
        sql_fail_expected(s, "an expression");
        return unit(s);
    }
    if (sql_at_identifier_clause(s)) return identifier_clause(s);
    UExpr *special = sql_is_at(s, 1, TOKEN_LEFT_PAREN) ? sql_special_form(s) : NULL;
    return special ? special : name_expression(s);
}

UExpr *sql_primary(Sql *s) {
    uint32_t start = sql_start(s);
    UExpr *expr = primary_base(s);
    switch (sql_peek(s)->kind) {
    case TOKEN_DOT:
    case TOKEN_LEFT_BRACKET:
    case TOKEN_DOUBLE_COLON:
    case TOKEN_COLON:
    case TOKEN_IDENTIFIER: return postfix(s, start, expr);
    default: return expr;
    }
}
