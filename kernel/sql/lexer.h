// SPDX-License-Identifier: Apache-2.0
// SQL text to tokens with their byte ranges.
//
// Lossless: what lies between two tokens is white space, comments are tokens of their own. The
// lexer never fails; text that is cut off inside a quote or a comment gives a token that says so
// (unclosed), a byte that starts nothing gives TOKEN_UNKNOWN. Used by the parser, and by
// completion, is_complete, statement splitting and the search for parameter markers.
#pragma once

#include "base/arena.h"
#include "kernel/sql/keywords.h"

typedef enum TokenKind {
    TOKEN_END, // empty, behind the text
    TOKEN_IDENTIFIER,
    TOKEN_QUOTED,        // `a b`
    TOKEN_STRING,        // '...', r'...', $tag$...$tag$
    TOKEN_DOUBLE_STRING, // "...": a string or an identifier by double_quoted_identifiers
    TOKEN_INTEGER,       // digits
    TOKEN_DECIMAL,       // 1.5, .5, 1.
    TOKEN_EXPONENT,      // 1e3, 1.5e-3
    TOKEN_SUFFIXED,      // a number with Y, S, L, F, D or BD
    TOKEN_COMMENT,       // -- or /* */
    TOKEN_HINT_START,    // /*+
    TOKEN_HINT_END,      // */ outside a comment
    TOKEN_LEFT_PAREN,
    TOKEN_RIGHT_PAREN,
    TOKEN_LEFT_BRACKET,
    TOKEN_RIGHT_BRACKET,
    TOKEN_LEFT_BRACE,
    TOKEN_RIGHT_BRACE,
    TOKEN_COMMA,
    TOKEN_SEMICOLON,
    TOKEN_DOT,
    TOKEN_COLON,
    TOKEN_DOUBLE_COLON,
    TOKEN_QUESTION,
    TOKEN_ARROW,     // ->
    TOKEN_FAT_ARROW, // =>
    TOKEN_PIPE,      // |>
    TOKEN_BAR,
    TOKEN_CONCAT, // ||
    TOKEN_CARET,
    TOKEN_AMPERSAND,
    TOKEN_TILDE,
    TOKEN_BANG,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_STAR,
    TOKEN_SLASH,
    TOKEN_PERCENT,
    TOKEN_EQUAL,         // = ==
    TOKEN_NULL_SAFE,     // <=>
    TOKEN_NOT_EQUAL,     // <> !=
    TOKEN_LESS,          // << is two of them
    TOKEN_LESS_EQUAL,    // <= !>
    TOKEN_GREATER,       // >> and >>> are two and three
    TOKEN_GREATER_EQUAL, // >= !<
    TOKEN_AT,
    TOKEN_UNKNOWN,
} TokenKind;

typedef struct Token {
    uint8_t kind;  // TokenKind
    bool unclosed; // cut off by the end of the text
    uint16_t word; // Word of an unquoted identifier
    uint32_t start, stop;
} Token;

typedef struct Lexer {
    Slice text; // <= LIMIT_SQL_BYTES
    uint32_t at;
} Lexer;

void lexer_init(Lexer *lexer, Slice text);
// The next token; TOKEN_END again and again at the end.
Token lexer_next(Lexer *lexer);
static inline Slice token_text(Slice text, Token token) {
    return (Slice){text.data + token.start, token.stop - token.start};
}
// The value of a string token: escapes replaced, raw and dollar quotes taken off.
Slice token_string(Arena *arena, Slice text, Token token);
// The name that an identifier token (unquoted, in backticks or in double quotes) stands for.
Slice token_name(Arena *arena, Slice text, Token token);
