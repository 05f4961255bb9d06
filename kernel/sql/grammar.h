// SPDX-License-Identifier: Apache-2.0
// The grammar's inner door: the state of a parse and what the grammar's files offer one another.
//
// Recursive descent over an array of tokens without comments. A syntax error is sticky: it is kept,
// the stream then shows nothing but its end, and every function still returns a node, so that the
// grammar reads without checks and only entry points look at `failed`. Every loop ends at
// TOKEN_END. An error in meaning (a bad literal, a clause twice) is only noted: reading goes on,
// and a syntax error further on is reported instead, as Spark does. Where the grammar needs more
// than a look ahead (parenthesised queries against expressions and relations), sql_mark and
// sql_rewind try one reading, then the other; queries in parentheses are remembered by their first
// token, so that trying stays linear.
//
// Nearly every keyword is also an identifier: a word is a clause only where the token behind it
// fits (sql_at_clause).
#pragma once

#include "kernel/plan/parser.h"
#include "kernel/sql/lexer.h"

typedef struct SqlMemo {
    uint32_t start, stop; // token indexes: '(' and behind ')'
    uint32_t marker_count;
    Error *pending;
    URel *query; // NULL: no query starts at `start`
} SqlMemo;

typedef struct Sql {
    Arena *arena;
    Slice text;
    const Token *tokens; // ends in TOKEN_END
    uint32_t token_count;
    uint32_t at;
    const ParserOptions *options;
    Error *err;
    bool failed;
    Error *pending;    // the first error in meaning, reported unless the syntax fails later
    uint32_t error_at; // token where the kept error was found
    uint32_t depth;
    uint32_t marker_count; // of ? seen so far
    bool has_named_markers;
    bool stop_at_do;    // FOR row AS query DO: DO is no alias
    bool in_script;     // SET assigns variables
    bool stop_at_query; // REPLACE ON condition (query): the query is no argument list
    SqlMemo *memos;
    uint32_t memo_count;
} Sql;

// --- tokens (parser.c)
// -------------------------------------------------------------------------------

static inline const Token *sql_peek(const Sql *s) { return &s->tokens[s->at]; }
static inline const Token *sql_peek_at(const Sql *s, uint32_t ahead) {
    uint32_t at = s->at + ahead;
    return &s->tokens[at < s->token_count ? at : s->token_count - 1];
}
static inline bool sql_is(const Sql *s, TokenKind kind) { return sql_peek(s)->kind == kind; }
static inline bool sql_is_at(const Sql *s, uint32_t ahead, TokenKind kind) {
    return sql_peek_at(s, ahead)->kind == kind;
}
// Keywords are unquoted identifiers; a failed parse shows none.
static inline Word sql_word(const Sql *s) { return (Word)sql_peek(s)->word; }
static inline Word sql_word_at(const Sql *s, uint32_t ahead) {
    return (Word)sql_peek_at(s, ahead)->word;
}
static inline bool sql_is_word(const Sql *s, Word word) { return sql_peek(s)->word == word; }
// The words in a row, WORD_PLAIN for "no second one".
bool sql_are_words(const Sql *s, Word first, Word second);
const Token *sql_advance(Sql *s);
bool sql_accept(Sql *s, TokenKind kind);
bool sql_accept_word(Sql *s, Word word);
bool sql_accept_words(Sql *s, Word first, Word second);
void sql_expect(Sql *s, TokenKind kind);
void sql_expect_word(Sql *s, Word word);
static inline bool sql_at_end(const Sql *s) { return sql_is(s, TOKEN_END); }
// Byte offsets: where the next token starts, where the last one ended.
static inline uint32_t sql_start(const Sql *s) { return sql_peek(s)->start; }
static inline uint32_t sql_stop(const Sql *s) { return s->at ? s->tokens[s->at - 1].stop : 0; }
Origin sql_origin(const Sql *s, uint32_t start);
// Source text from `start` to the last token.
Slice sql_text_from(const Sql *s, uint32_t start);

// --- failing
// -----------------------------------------------------------------------------------------

// PARSE_SYNTAX_ERROR at the next token; `expected` ("a table name") goes into our own sentence.
void sql_fail_expected(Sql *s, const char *expected);
// The same; the token is told to be one too many.
void sql_fail_extra(Sql *s, const char *expected);
// An error in meaning, over [start, last token]; parameters as in error_set. Only the first counts.
#define sql_fail(s, start, code, ...) \
    sql_fail_list((s), (start), (code), ##__VA_ARGS__, (const char *)0)
void sql_fail_list(Sql *s, uint32_t start, ErrorCode code, ...) __attribute__((sentinel));
// The noted error has no query context in Spark.
void sql_fail_plain(Sql *s, ErrorCode code);
// The noted error ends reading like one in syntax.
void sql_fail_at_once(Sql *s);
const char *sql_cstr(Sql *s, Slice text);

typedef struct SqlMark {
    uint32_t at, depth, marker_count;
    Error *pending;
} SqlMark;
SqlMark sql_mark(const Sql *s);
// Back to the mark, a failure since then is forgotten.
void sql_rewind(Sql *s, SqlMark mark);

// false: nested too deep (failed). Each sql_enter has its sql_leave.
bool sql_enter(Sql *s);
void sql_leave(Sql *s);

// --- nodes
// -------------------------------------------------------------------------------------------

UExpr *sql_expr_new(Sql *s, UExprKind kind, uint32_t start);
URel *sql_rel_new(Sql *s, URelKind kind, uint32_t start);
UCommand *sql_command_new(Sql *s, UCommandKind kind, uint32_t start);
UExpr *sql_literal_new(Sql *s, Value value, uint32_t start);
UExpr *sql_string_literal(Sql *s, Slice value, uint32_t start);
// A function or operator by name; the arguments end at the first NULL.
#define sql_call(s, start, name, ...) \
    sql_call_of((s), (start), (name), ##__VA_ARGS__, (UExpr *)NULL)
#define sql_operator(s, start, name, ...) \
    sql_operator_of((s), (start), (name), ##__VA_ARGS__, (UExpr *)NULL)
UExpr *sql_call_of(Sql *s, uint32_t start, const char *name, ...) __attribute__((sentinel));
UExpr *sql_operator_of(Sql *s, uint32_t start, const char *name, ...) __attribute__((sentinel));
UExpr *sql_call_list(Sql *s, uint32_t start, Slice name, UExpr **args, uint32_t count);
URel *sql_rel_over(Sql *s, URelKind kind, URel *input);

typedef struct UExprList {
    UExpr **items;
    uint32_t count;
} UExprList;
typedef struct SliceList {
    Slice *items;
    uint32_t count;
} SliceList;
typedef struct UOptionList {
    UOption *items;
    uint32_t count;
} UOptionList;
typedef struct NamePartsList {
    NameParts *items;
    uint32_t count;
} NamePartsList;

// --- names (name.c)
// ----------------------------------------------------------------------------------

// May the token be an identifier here?
bool sql_is_identifier(const Sql *s, const Token *token);
Slice sql_identifier(Sql *s);
// Also refuses test-table as INVALID_IDENTIFIER.
Slice sql_checked_identifier(Sql *s);
Slice sql_alias_identifier(Sql *s, uint32_t expression_start);
NameParts sql_name_parts(Sql *s);
// IDENTIFIER(expr) or a name: exactly one of the two is set.
NameParts sql_name_or_identifier(Sql *s, UExpr **identifier);
NameParts sql_expression_name(Sql *s, UExpr **identifier); // the same in an expression
SliceList sql_identifier_list(Sql *s);                     // (a, b)
bool sql_at_identifier_clause(const Sql *s);
// Is the next token an alias, not the start of a clause? Strict words are no aliases of relations.
bool sql_at_alias(const Sql *s, bool of_relation);
bool sql_at_clause(const Sql *s);
// A string literal (adjacent ones joined) or a marker with a text value.
bool sql_at_string(const Sql *s);
Slice sql_string(Sql *s);
int64_t sql_integer(Sql *s); // digits, not negative
// (key = value, ...); keys are dotted names or strings, values literals, or expressions where
// allowed.
UOptionList sql_property_list(Sql *s);
UOptionList sql_option_list(Sql *s);
Slice sql_quoted_name(Sql *s, NameParts name); // `a`.`b`
Slice sql_text_of_name(Sql *s);                // a.b as written
// A collation's name, checked (collation.c).
Slice sql_collation_name(Sql *s, uint32_t start);
bool sql_is_collation(Slice name);

// --- expressions (expression.c, primary.c, call.c, literal.c, interval.c, type.c)
// ----------------------

bool sql_starts_expression(const Sql *s, uint32_t ahead);
UExpr *sql_expression(Sql *s);
UExpr *sql_value_expression(Sql *s); // no predicates, AND, OR
UExpr *sql_primary(Sql *s);
UExpr *sql_named_expression(Sql *s); // [AS] alias
UExprList sql_expression_list(Sql *s);
UExprList sql_named_expression_list(Sql *s);
UExpr *sql_sort_item(Sql *s);
UExprList sql_sort_list(Sql *s);
UExpr *sql_lambda_or_call_argument(Sql *s);
UExpr *sql_special_form(Sql *s); // word( ... ) with syntax of its own; NULL: none
UExpr *sql_function_call(Sql *s, uint32_t start, NameParts name, UExpr *identifier);
UExpr *sql_star_rest(Sql *s, uint32_t start, NameParts target); // behind `*`
UWindow *sql_window_spec(Sql *s);
bool sql_at_literal(const Sql *s);
UExpr *sql_literal(Sql *s);
UExpr *sql_literal_or_marker(Sql *s);
UExpr *sql_number(Sql *s, bool negative, uint32_t start);
bool sql_at_marker(const Sql *s);
UExpr *sql_marker(Sql *s);
bool sql_at_interval(const Sql *s);
UExpr *sql_interval(Sql *s);
UExpr *sql_interval_typed(Sql *s, uint32_t start, Slice value);
// Unit of TIMESTAMPADD and its kin in upper case; empty: not a unit.
Slice sql_datetime_unit(Slice name);
const Type *sql_type(Sql *s);
// "a INT NOT NULL COMMENT 'x', b: STRING" of struct types and type texts.
const Type *sql_struct_fields(Sql *s, TokenKind close);

// --- queries (query.c, select.c, relation.c, pipe.c)
// ----------------------------------------------------

// Does a query start at this token?
bool sql_starts_query(const Sql *s, uint32_t ahead);
URel *sql_query(Sql *s);
URel *sql_query_with(Sql *s, URel *with); // body and tail of a query whose CTEs were read
URel *sql_with_clause(Sql *s);            // UREL_WITH without input; NULL: no WITH here
URel *sql_query_tail(Sql *s, URel *rel);  // ORDER BY ... OFFSET
URel *sql_parenthesised_query(Sql *s);    // '(' query ')', remembered; NULL: rewound, none here
URel *sql_query_primary(Sql *s);
URel *sql_select(Sql *s);
URel *sql_from_statement(Sql *s);
// SELECT list to window clause; behind a pipe only the list and the window clause.
URel *sql_select_body(Sql *s, uint32_t start, URel *from, bool pipe);
void sql_row_format(Sql *s); // ROW FORMAT ..., if there is one
URel *sql_from_clause(Sql *s);
URel *sql_relation(Sql *s);
URel *sql_table_alias(Sql *s, URel *rel, uint32_t start);
URel *sql_table_function(Sql *s, uint32_t start, NameParts name, UExpr *identifier);
URel *sql_inline_table(Sql *s);
URel *sql_lateral_views(Sql *s, URel *rel);
URel *sql_pivot(Sql *s, URel *rel);
URel *sql_unpivot(Sql *s, URel *rel);
URel *sql_sample(Sql *s, URel *rel);
URel *sql_join(Sql *s, URel *left, uint32_t start); // NULL: no join here
void sql_aggregation(Sql *s, URel *aggregate);      // behind GROUP BY
void sql_pipe_aggregation(Sql *s, URel *aggregate); // the same, with aliases
URel *sql_window_clause(Sql *s, URel *rel);
URel *sql_pipe(Sql *s, URel *rel, uint32_t start); // behind |>
bool sql_at_set_operator(const Sql *s);
URel *sql_set_operator(Sql *s, URel *left, URel *(*right)(Sql *s));
bool sql_at_bare_pipe(const Sql *s);
Slice sql_option_text(Sql *s, UExpr *expr);

// --- statements
// ----------------------------------------------------------------------------------------

UCommand *sql_statement(Sql *s);
