// SPDX-License-Identifier: Apache-2.0
// Names, aliases, string literals and property lists; which words end an expression or a relation.
#include "kernel/sql/grammar.h"
#include "kernel/sql/sql_parser.h"

bool sql_is_identifier(const Sql *s, const Token *token) {
    switch (token->kind) {
    case TOKEN_IDENTIFIER:
        return !s->options->enforce_reserved_keywords ||
               !(keyword_flags((Word)token->word) & KEYWORD_RESERVED);
    case TOKEN_QUOTED: return !token->unclosed;
    case TOKEN_DOUBLE_STRING: return s->options->double_quoted_identifiers && !token->unclosed;
    default: return false;
    }
}

bool sql_at_identifier_clause(const Sql *s) {
    return sql_is_word(s, WORD_IDENTIFIER) && sql_is_at(s, 1, TOKEN_LEFT_PAREN);
}

Slice sql_quoted_name(Sql *s, NameParts name) {
    AUTO(Text, text) = {0};
    for (uint32_t i = 0; i < name.count; i++) {
        text_append_cstr(&text, i ? ".`" : "`");
        for (size_t k = 0; k < name.parts[i].bytes; k++) {
            if (name.parts[i].data[k] == '`') text_append_char(&text, '`');
            text_append_char(&text, name.parts[i].data[k]);
        }
        text_append_char(&text, '`');
    }
    return arena_copy(s->arena, text_slice(&text));
}

static void name_push(Sql *s, NameParts *name, Slice part) {
    ARENA_PUSH(s->arena, name->parts, name->count, part);
}

// IDENTIFIER('a.b') with nothing but a string inside: its parts. The clause is consumed.
static NameParts identifier_literal(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    sql_advance(s);
    Slice text = sql_string(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    NameParts name = {0};
    if (s->failed) return name;
    Error *err = ARENA_NEW(s->arena, Error);
    if (!sql_parser()->name(s->arena, text, &name, err)) {
        // The record points at the clause, not into the literal.
        err->span = sql_origin(s, start).span;
        err->plain = false;
        if (!s->pending) s->pending = err;
    }
    if (name.count == 0) name_push(s, &name, text);
    return name;
}

// IDENTIFIER( and nothing but strings (and markers with a value) up to ')'.
static bool has_identifier_literal(const Sql *s) {
    if (!sql_at_identifier_clause(s)) return false;
    uint32_t ahead = 2;
    for (;; ahead++) {
        if (sql_is_at(s, ahead, TOKEN_STRING) || sql_is_at(s, ahead, TOKEN_DOUBLE_STRING)) continue;
        if (!s->options->parameter) break;
        if (sql_is_at(s, ahead, TOKEN_COLON)) ahead++;
        else if (!sql_is_at(s, ahead, TOKEN_QUESTION)) break;
    }
    return ahead > 2 && sql_is_at(s, ahead, TOKEN_RIGHT_PAREN);
}

static bool at_identifier_literal(const Sql *s) {
    return !s->options->legacy_identifier_clause && has_identifier_literal(s);
}

Slice sql_identifier(Sql *s) {
    if (at_identifier_literal(s)) {
        uint32_t start = sql_start(s);
        NameParts name = identifier_literal(s);
        if (name.count > 1)
            sql_fail(s, start, ERR_IDENTIFIER_TOO_MANY_NAME_PARTS, "identifier",
                     sql_cstr(s, sql_quoted_name(s, name)), "limit", "1");
        return name.count ? name.parts[0] : SLICE("");
    }
    const Token *token = sql_peek(s);
    if (!sql_is_identifier(s, token)) {
        sql_fail_expected(s, "a name");
        return SLICE("");
    }
    sql_advance(s);
    return token_name(s->arena, s->text, *token);
}

// IDENTIFIER('a.b') as an alias is refused over the whole expression.
Slice sql_alias_identifier(Sql *s, uint32_t expression_start) {
    const Error *before = s->pending;
    Slice name = sql_checked_identifier(s);
    if (s->pending != before && s->pending->code == ERR_IDENTIFIER_TOO_MANY_NAME_PARTS)
        s->pending->span.start = expression_start;
    return name;
}

Slice sql_checked_identifier(Sql *s) {
    uint32_t start = sql_start(s);
    Slice name = sql_identifier(s);
    if (!sql_is(s, TOKEN_MINUS) || !sql_is_identifier(s, sql_peek_at(s, 1))) return name;
    while (sql_is(s, TOKEN_MINUS) && sql_is_identifier(s, sql_peek_at(s, 1))) {
        sql_advance(s);
        sql_advance(s);
    }
    sql_fail(s, start, ERR_INVALID_IDENTIFIER, "ident", sql_cstr(s, sql_text_from(s, start)));
    sql_fail_plain(s, ERR_INVALID_IDENTIFIER);
    sql_fail_at_once(s);
    return name;
}

NameParts sql_name_parts(Sql *s) {
    NameParts name = {0};
    do {
        if (at_identifier_literal(s)) {
            NameParts more = identifier_literal(s);
            for (uint32_t i = 0; i < more.count; i++) name_push(s, &name, more.parts[i]);
        } else {
            name_push(s, &name, sql_checked_identifier(s));
        }
    } while (sql_accept(s, TOKEN_DOT));
    return name;
}

static NameParts name_or_identifier(Sql *s, UExpr **identifier, bool in_expression) {
    *identifier = NULL;
    bool plain = !sql_at_identifier_clause(s) || (at_identifier_literal(s) && !in_expression);
    if (plain) return sql_name_parts(s);
    if (has_identifier_literal(s)) {
        // Spark 3.5: the clause is the whole name.
        SqlMark mark = sql_mark(s);
        NameParts name = identifier_literal(s);
        if (in_expression || !sql_is(s, TOKEN_DOT)) return name;
        sql_rewind(s, mark);
        sql_fail_expected(s, "a name without IDENTIFIER(...) before the point");
    }
    uint32_t start = sql_start(s);
    sql_advance(s);
    sql_advance(s);
    UExpr *name = sql_expression(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    UExpr *clause = sql_expr_new(s, UEXPR_IDENTIFIER, start);
    ARENA_PUSH(s->arena, clause->args, clause->arg_count, name);
    *identifier = clause;
    return (NameParts){0};
}

NameParts sql_name_or_identifier(Sql *s, UExpr **identifier) {
    return name_or_identifier(s, identifier, false);
}
NameParts sql_expression_name(Sql *s, UExpr **identifier) {
    return name_or_identifier(s, identifier, true);
}

Slice sql_text_of_name(Sql *s) {
    uint32_t start = sql_start(s);
    (void)sql_name_parts(s);
    return sql_text_from(s, start);
}

SliceList sql_identifier_list(Sql *s) {
    SliceList list = {0};
    sql_expect(s, TOKEN_LEFT_PAREN);
    do ARENA_PUSH(s->arena, list.items, list.count, sql_checked_identifier(s));
    while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return list;
}

// --- clauses and aliases
// -----------------------------------------------------------------------------

static bool is_name_at(const Sql *s, uint32_t ahead) {
    return sql_is_identifier(s, sql_peek_at(s, ahead));
}

static bool at_sample(const Sql *s) {
    return sql_is_at(s, 1, TOKEN_LEFT_PAREN) ||
           ((sql_word_at(s, 1) == WORD_SYSTEM || sql_word_at(s, 1) == WORD_BERNOULLI) &&
            sql_is_at(s, 2, TOKEN_LEFT_PAREN));
}

bool sql_at_set_operator(const Sql *s) {
    Word word = sql_word(s);
    if (word != WORD_UNION && word != WORD_EXCEPT && word != WORD_INTERSECT && word != WORD_MINUS)
        return false;
    Word next = sql_word_at(s, 1);
    return sql_is_at(s, 1, TOKEN_LEFT_PAREN) || next == WORD_ALL || next == WORD_DISTINCT ||
           next == WORD_SELECT || next == WORD_VALUES || next == WORD_TABLE || next == WORD_FROM ||
           next == WORD_MAP || next == WORD_REDUCE || next == WORD_WITH;
}

bool sql_at_clause(const Sql *s) {
    Word next = sql_word_at(s, 1);
    switch (sql_word(s)) {
    case WORD_FROM:
        return is_name_at(s, 1) || sql_is_at(s, 1, TOKEN_LEFT_PAREN) ||
               sql_is_at(s, 1, TOKEN_DOUBLE_STRING);
    case WORD_WHERE:
    case WORD_HAVING:
    case WORD_QUALIFY:
    case WORD_LIMIT:
    case WORD_OFFSET:
    case WORD_ON: return sql_starts_expression(s, 1);
    case WORD_SELECT: return sql_starts_expression(s, 1) || sql_is_at(s, 1, TOKEN_HINT_START);
    case WORD_GROUP:
    case WORD_ORDER:
    case WORD_SORT:
    case WORD_CLUSTER:
    case WORD_DISTRIBUTE: return next == WORD_BY;
    case WORD_WINDOW:
        return is_name_at(s, 1) && (sql_word_at(s, 2) == WORD_AS || sql_is_at(s, 2, TOKEN_MINUS));
    case WORD_LATERAL: return next == WORD_VIEW;
    case WORD_PIVOT: return sql_is_at(s, 1, TOKEN_LEFT_PAREN);
    case WORD_UNPIVOT:
        return sql_is_at(s, 1, TOKEN_LEFT_PAREN) || next == WORD_INCLUDE || next == WORD_EXCLUDE;
    case WORD_TABLESAMPLE: return at_sample(s);
    case WORD_INSERT: return next == WORD_INTO || next == WORD_OVERWRITE;
    case WORD_WHEN: return next == WORD_MATCHED || next == WORD_NOT;
    case WORD_SET: return is_name_at(s, 1);
    case WORD_USING:
    case WORD_INTO: return sql_starts_expression(s, 1);
    case WORD_WITH: return sql_is_at(s, 1, TOKEN_LEFT_PAREN);
    case WORD_APPROX:
    case WORD_EXACT: return next == WORD_NEAREST;
    case WORD_MAP:
    case WORD_REDUCE: return is_name_at(s, 1) && sql_is_at(s, 2, TOKEN_COMMA);
    case WORD_DO: return s->stop_at_do;
    default: return sql_at_set_operator(s);
    }
}

bool sql_at_alias(const Sql *s, bool of_relation) {
    const Token *token = sql_peek(s);
    if (!sql_is_identifier(s, token)) return false;
    if (token->word == WORD_PLAIN) return true;
    if (of_relation && keyword_flags((Word)token->word) & KEYWORD_STRICT) return false;
    return !sql_at_clause(s);
}

// --- strings and properties
// --------------------------------------------------------------------------

bool sql_at_string(const Sql *s) {
    if (sql_is(s, TOKEN_STRING)) return true;
    if (sql_is(s, TOKEN_DOUBLE_STRING)) return !s->options->double_quoted_identifiers;
    return s->options->parameter && sql_at_marker(s);
}

static Slice marker_text(Sql *s) {
    UExpr *marker = sql_marker(s);
    Value value = {0};
    Slice name = marker->name.count ? marker->name.parts[0] : SLICE("");
    if (s->options->parameter &&
        s->options->parameter(s->options->parameter_data, name, marker->parameter.position,
                              &value) &&
        !value.is_null && type_is_text(value.type))
        return value.bytes;
    sql_fail(s, marker->origin.span.start, ERR_UNBOUND_SQL_PARAMETER, "name",
             name.bytes ? sql_cstr(s, name) : "_?");
    return SLICE("");
}

Slice sql_string(Sql *s) {
    if (!sql_at_string(s) || sql_peek(s)->unclosed) {
        sql_fail_expected(s, "a string");
        return SLICE("");
    }
    Slice value = {"", 0};
    bool first = true;
    while (sql_at_string(s) && !sql_peek(s)->unclosed) {
        Slice part =
            sql_at_marker(s) ? marker_text(s) : token_string(s->arena, s->text, *sql_advance(s));
        value = first ? part : arena_join(s->arena, value, part);
        first = false;
    }
    return value;
}

int64_t sql_integer(Sql *s) {
    int64_t value = 0;
    const Token *token = sql_peek(s);
    if (!sql_is(s, TOKEN_INTEGER)) {
        sql_fail_expected(s, "a whole number");
        return 0;
    }
    if (!slice_to_i64(token_text(s->text, *token), &value))
        sql_fail_expected(s, "a smaller number");
    sql_advance(s);
    return value;
}

static Slice property_key(Sql *s) {
    if (sql_at_string(s) && !sql_at_marker(s)) return sql_string(s);
    uint32_t start = sql_start(s);
    NameParts name = sql_name_parts(s);
    if (name.count == 1) return name.parts[0];
    Slice text = sql_text_from(s, start);
    if (!memchr(text.data, '`', text.bytes)) return text;
    Slice key = name.count ? name.parts[0] : text;
    for (uint32_t i = 1; i < name.count; i++)
        key = arena_printf(s->arena, "%.*s.%.*s", SLICE_ARGS(key), SLICE_ARGS(name.parts[i]));
    return key;
}

// The text that a literal stands for as a property: strings unquoted, the others as written.
Slice sql_option_text(Sql *s, UExpr *expr) {
    if (expr->kind != UEXPR_LITERAL) return SLICE_NONE;
    const Value *value = &expr->literal.value;
    if (value->is_null) return SLICE_NONE;
    if (type_is_text(value->type)) return value->bytes;
    if (type_is(value->type, TYPE_BOOLEAN)) return value->i64 ? SLICE("true") : SLICE("false");
    Slice text = expr->literal.text;
    // DATE'2020-01-01' stands for 2020-01-01.
    size_t open = slice_find_char(text, '\'', 0);
    if (open != SIZE_MAX && text.bytes >= open + 2)
        return (Slice){text.data + open + 1, text.bytes - open - 2};
    (void)s;
    return text;
}

static UOptionList option_list(Sql *s, bool expressions) {
    UOptionList list = {0};
    sql_expect(s, TOKEN_LEFT_PAREN);
    do {
        UOption option = {.name = property_key(s)};
        bool has_equal = sql_accept(s, TOKEN_EQUAL);
        if (has_equal || (!sql_is(s, TOKEN_COMMA) && !sql_is(s, TOKEN_RIGHT_PAREN))) {
            UExpr *value = expressions ? sql_expression(s) : sql_value_expression(s);
            option.expr = value;
            option.value = sql_option_text(s, value);
            bool is_word = value->kind == UEXPR_ATTRIBUTE && value->name.count == 1;
            if (!expressions && value->kind != UEXPR_LITERAL && !is_word &&
                value->kind != UEXPR_PARAMETER)
                sql_fail_expected(s, "a literal");
            if (is_word) option.value = value->name.parts[0];
        }
        ARENA_PUSH(s->arena, list.items, list.count, option);
    } while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return list;
}

UOptionList sql_property_list(Sql *s) { return option_list(s, false); }
UOptionList sql_option_list(Sql *s) { return option_list(s, true); }
