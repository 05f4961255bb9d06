// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "kernel/sql/grammar.h"
#include "kernel/sql/sql_parser.h"

#include <stdio.h>

// --- tokens
// ------------------------------------------------------------------------------------------

bool sql_are_words(const Sql *s, Word first, Word second) {
    return sql_word(s) == first && (second == WORD_PLAIN || sql_word_at(s, 1) == second);
}

const Token *sql_advance(Sql *s) {
    const Token *token = sql_peek(s);
    if (s->at + 1 < s->token_count) s->at++;
    return token;
}

bool sql_accept(Sql *s, TokenKind kind) {
    if (!sql_is(s, kind)) return false;
    sql_advance(s);
    return true;
}

bool sql_accept_word(Sql *s, Word word) {
    if (!sql_is_word(s, word)) return false;
    sql_advance(s);
    return true;
}

bool sql_accept_words(Sql *s, Word first, Word second) {
    if (!sql_are_words(s, first, second)) return false;
    sql_advance(s);
    sql_advance(s);
    return true;
}

static const char *token_kind_words(TokenKind kind) {
    switch (kind) {
    case TOKEN_END: return "the end of the statement";
    case TOKEN_LEFT_PAREN: return "'('";
    case TOKEN_RIGHT_PAREN: return "')'";
    case TOKEN_RIGHT_BRACKET: return "']'";
    case TOKEN_COMMA: return "','";
    case TOKEN_EQUAL: return "'='";
    case TOKEN_LESS: return "'<'";
    case TOKEN_GREATER: return "'>'";
    case TOKEN_HINT_END: return "'*/'";
    default: return "something else";
    }
}

void sql_expect(Sql *s, TokenKind kind) {
    if (!sql_accept(s, kind)) sql_fail_expected(s, token_kind_words(kind));
}

void sql_expect_word(Sql *s, Word word) {
    if (!sql_accept_word(s, word)) sql_fail_expected(s, keyword_name(word).data);
}

Origin sql_origin(const Sql *s, uint32_t start) {
    uint32_t stop = sql_stop(s);
    return (Origin){.span = {start, MAX(start, stop)}};
}

Slice sql_text_from(const Sql *s, uint32_t start) {
    uint32_t stop = sql_stop(s);
    return (Slice){s->text.data + start, stop > start ? stop - start : 0};
}

// --- failing
// -----------------------------------------------------------------------------------------

// The stream shows its end from now on.
static void fail_now(Sql *s) {
    s->failed = true;
    s->error_at = s->at;
    s->at = s->token_count - 1;
}

const char *sql_cstr(Sql *s, Slice text) { return arena_cstr(s->arena, text); }

void sql_fail_list(Sql *s, uint32_t start, ErrorCode code, ...) {
    if (s->failed || s->pending) return;
    uint32_t stop = sql_stop(s);
    s->pending = ARENA_NEW(s->arena, Error);
    error_set(s->pending, code);
    va_list args;
    va_start(args, code);
    for (const char *name; (name = va_arg(args, const char *));)
        error_add(s->pending, name, slice_from_cstr(va_arg(args, const char *)));
    va_end(args);
    error_set_span(s->pending, (Span){start, MAX(stop, start)});
}

void sql_fail_plain(Sql *s, ErrorCode code) {
    if (s->pending && s->pending->code == code) s->pending->plain = true;
}

void sql_fail_at_once(Sql *s) {
    if (s->failed || !s->pending) return;
    error_copy(s->err, s->pending);
    fail_now(s);
}

// At the end of the text: did it parse?
static bool succeeded(Sql *s) {
    if (!s->failed && s->pending) sql_fail_at_once(s);
    return !s->failed;
}

static bool fail_unclosed_comment(Sql *s) {
    Lexer lexer;
    lexer_init(&lexer, s->text);
    for (Token token; (token = lexer_next(&lexer)).kind != TOKEN_END;) {
        if (token.kind != TOKEN_COMMENT || !token.unclosed) continue;
        error_set(s->err, ERR_UNCLOSED_BRACKETED_COMMENT);
        error_set_span(s->err, (Span){token.start, token.stop});
        if (s->err) s->err->plain = true;
        fail_now(s);
        return true;
    }
    return false;
}

static void fail_syntax(Sql *s, const char *expected, bool is_extra) {
    if (s->failed) return;
    const Token *token = sql_peek(s);
    if (token->kind == TOKEN_END && fail_unclosed_comment(s)) return;
    Slice text = token_text(s->text, *token);
    if (token->unclosed) text = slice_first(text, 1);
    error_set(s->err, ERR_PARSE_SYNTAX_ERROR);
    if (token->kind == TOKEN_END) error_add(s->err, "error", SLICE("end of input"));
    else error_add_format(s->err, "error", "'%.*s'", SLICE_ARGS(text));
    if (is_extra) error_add_format(s->err, "hint", ": extra input '%.*s'", SLICE_ARGS(text));
    else error_add(s->err, "hint", SLICE(""));
    const char *what = token->unclosed ? "Close this quote." : NULL;
    Slice note = what ? slice_from_cstr(what) : arena_printf(s->arena, "Expected %s.", expected);
    error_set_note(s->err, note);
    if (s->err) s->err->plain = true;
    error_set_span(s->err, (Span){token->start, token->stop});
    fail_now(s);
}

// One token too many before the end is told so, as ANTLR does.
void sql_fail_expected(Sql *s, const char *expected) {
    bool is_extra = !sql_at_end(s) && sql_is_at(s, 1, TOKEN_END) &&
                    strcmp(expected, token_kind_words(TOKEN_END)) == 0;
    fail_syntax(s, expected, is_extra);
}

void sql_fail_extra(Sql *s, const char *expected) { fail_syntax(s, expected, true); }

SqlMark sql_mark(const Sql *s) { return (SqlMark){s->at, s->depth, s->marker_count, s->pending}; }

void sql_rewind(Sql *s, SqlMark mark) {
    if (s->failed) error_reset(s->err);
    s->failed = false;
    s->at = mark.at;
    s->depth = mark.depth;
    s->marker_count = mark.marker_count;
    s->pending = mark.pending;
}

bool sql_enter(Sql *s) {
    if (++s->depth <= LIMIT_NESTING_DEPTH) return !s->failed;
    char limit[16];
    snprintf(limit, sizeof limit, "%d", LIMIT_NESTING_DEPTH);
    if (!s->failed) {
        error_set(s->err, ERR_FAILED_TO_PARSE_TOO_COMPLEX, "limit", limit);
        error_set_span(s->err, (Span){sql_start(s), sql_peek(s)->stop});
        fail_now(s);
    }
    return false;
}

void sql_leave(Sql *s) { s->depth--; }

// --- nodes
// -------------------------------------------------------------------------------------------

UExpr *sql_expr_new(Sql *s, UExprKind kind, uint32_t start) {
    UExpr *expr = ARENA_NEW(s->arena, UExpr);
    expr->kind = kind;
    expr->origin = sql_origin(s, start);
    expr->plan_id = -1;
    if (kind == UEXPR_LITERAL) expr->literal.value = value_null(type_of(TYPE_VOID));
    return expr;
}

URel *sql_rel_new(Sql *s, URelKind kind, uint32_t start) {
    URel *rel = ARENA_NEW(s->arena, URel);
    rel->kind = kind;
    rel->origin = sql_origin(s, start);
    rel->plan_id = -1;
    return rel;
}

URel *sql_rel_over(Sql *s, URelKind kind, URel *input) {
    URel *rel = sql_rel_new(s, kind, input->origin.span.start);
    rel->input = input;
    return rel;
}

UCommand *sql_command_new(Sql *s, UCommandKind kind, uint32_t start) {
    UCommand *command = ARENA_NEW(s->arena, UCommand);
    command->kind = kind;
    command->origin = sql_origin(s, start);
    return command;
}

UExpr *sql_literal_new(Sql *s, Value value, uint32_t start) {
    UExpr *expr = sql_expr_new(s, UEXPR_LITERAL, start);
    expr->literal.value = value;
    expr->literal.text = sql_text_from(s, start);
    return expr;
}

UExpr *sql_string_literal(Sql *s, Slice value, uint32_t start) {
    return sql_literal_new(s, value_string(value), start);
}

UExpr *sql_call_list(Sql *s, uint32_t start, Slice name, UExpr **args, uint32_t count) {
    UExpr *expr = sql_expr_new(s, UEXPR_FUNCTION, start);
    expr->name.parts = ARENA_NEW(s->arena, Slice);
    expr->name.parts[0] = name;
    expr->name.count = 1;
    expr->args = args;
    expr->arg_count = count;
    return expr;
}

static UExpr *call_of(Sql *s, uint32_t start, const char *name, va_list args) {
    UExpr **items = NULL;
    uint32_t count = 0;
    for (UExpr *arg; (arg = va_arg(args, UExpr *));) ARENA_PUSH(s->arena, items, count, arg);
    return sql_call_list(s, start, slice_from_cstr(name), items, count);
}

UExpr *sql_call_of(Sql *s, uint32_t start, const char *name, ...) {
    va_list args;
    va_start(args, name);
    UExpr *expr = call_of(s, start, name, args);
    va_end(args);
    return expr;
}

UExpr *sql_operator_of(Sql *s, uint32_t start, const char *name, ...) {
    va_list args;
    va_start(args, name);
    UExpr *expr = call_of(s, start, name, args);
    va_end(args);
    expr->is_operator = true;
    return expr;
}

// --- entry points
// ------------------------------------------------------------------------------------

static bool sql_init(Sql *s, Arena *arena, Slice text, const ParserOptions *options, Error *err) {
    static const ParserOptions defaults = {.ansi = true};
    *s = (Sql){.arena = arena, .text = text, .options = options ? options : &defaults, .err = err};
    error_reset(err);
    if (text.bytes > LIMIT_SQL_BYTES) {
        error_set(err, ERR_SQL_TEXT_TOO_LONG);
        error_add_format(err, "limit", "%d", LIMIT_SQL_BYTES);
        return false;
    }
    Token *tokens = NULL;
    uint32_t capacity = 0;
    Lexer lexer;
    lexer_init(&lexer, text);
    for (;;) {
        Token token = lexer_next(&lexer);
        if (token.kind == TOKEN_COMMENT && !token.unclosed) continue;
        if (token.kind == TOKEN_COMMENT) token = lexer_next(&lexer);
        ARENA_PUSH(arena, tokens, capacity, token);
        if (token.kind == TOKEN_END) break;
    }
    s->tokens = tokens;
    s->token_count = capacity;
    return true;
}

static void expect_end(Sql *s) {
    while (sql_accept(s, TOKEN_SEMICOLON)) continue;
    if (!sql_at_end(s)) sql_expect(s, TOKEN_END);
    if (!s->failed) fail_unclosed_comment(s);
}

// An empty text has its own class.
static bool is_empty(Sql *s) {
    uint32_t at = 0;
    while (s->tokens[at].kind == TOKEN_SEMICOLON) at++;
    if (s->tokens[at].kind != TOKEN_END) return false;
    if (fail_unclosed_comment(s)) return true;
    error_set(s->err, ERR_PARSE_EMPTY_STATEMENT);
    s->failed = true;
    return true;
}

static UCommand *parse_statement(Arena *arena, Slice text, const ParserOptions *options,
                                 Error *err) {
    Sql s;
    if (!sql_init(&s, arena, text, options, err) || is_empty(&s)) return NULL;
    UCommand *command = sql_statement(&s);
    expect_end(&s);
    command->marker_count = s.marker_count;
    command->has_named_markers = s.has_named_markers;
    return succeeded(&s) ? command : NULL;
}

static URel *parse_query(Arena *arena, Slice text, const ParserOptions *options, Error *err) {
    Sql s;
    if (!sql_init(&s, arena, text, options, err) || is_empty(&s)) return NULL;
    URel *rel = sql_query(&s);
    expect_end(&s);
    return succeeded(&s) ? rel : NULL;
}

static UExpr *parse_expression(Arena *arena, Slice text, const ParserOptions *options, Error *err) {
    Sql s;
    if (!sql_init(&s, arena, text, options, err) || is_empty(&s)) return NULL;
    UExpr *expr = sql_named_expression(&s);
    if (!sql_at_end(&s)) sql_expect(&s, TOKEN_END);
    return succeeded(&s) ? expr : NULL;
}

// A type alone, else the fields of a struct; a failure reports the reading that came farther.
static const Type *parse_type(Arena *arena, Slice text, Error *err) {
    Sql s;
    if (!sql_init(&s, arena, text, NULL, err)) return NULL;
    const Type *type = sql_type(&s);
    if (!sql_at_end(&s)) sql_expect(&s, TOKEN_END);
    if (succeeded(&s)) return type;
    Error *first = ARENA_NEW(arena, Error);
    error_copy(first, err);
    uint32_t first_at = s.error_at;
    sql_rewind(&s, (SqlMark){0});
    type = sql_struct_fields(&s, TOKEN_END);
    if (succeeded(&s)) return type;
    if (first_at >= s.error_at) error_copy(err, first);
    return NULL;
}

static bool parse_name(Arena *arena, Slice text, NameParts *name, Error *err) {
    Sql s;
    if (!sql_init(&s, arena, text, NULL, err) || is_empty(&s)) return false;
    *name = sql_name_parts(&s);
    if (!sql_at_end(&s)) sql_expect(&s, TOKEN_END);
    return succeeded(&s);
}

const Parser *sql_parser(void) {
    static const Parser parser = {parse_statement, parse_query, parse_expression, parse_type,
                                  parse_name};
    return &parser;
}
