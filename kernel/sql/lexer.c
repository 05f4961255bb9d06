// SPDX-License-Identifier: Apache-2.0
#include "kernel/sql/lexer.h"

void lexer_init(Lexer *lexer, Slice text) { *lexer = (Lexer){text, 0}; }

static unsigned char byte_at(const Lexer *lexer, uint32_t at) {
    return at < lexer->text.bytes ? (unsigned char)lexer->text.data[at] : 0;
}

static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

// Letters, digits, '_', and every byte of a character beyond ASCII.
static bool is_word(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c >= 0x80;
}

static bool is_space(unsigned char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

// White space beyond ASCII that Spark's lexer skips too: U+00A0, U+1680, U+2000..U+200A, U+2028,
// U+202F, U+205F, U+3000, U+FEFF. Returns its bytes, 0 for anything else.
static uint32_t wide_space_bytes(const Lexer *lexer, uint32_t at) {
    unsigned char a = byte_at(lexer, at), b = byte_at(lexer, at + 1), c = byte_at(lexer, at + 2);
    if (a == 0xC2 && b == 0xA0) return 2;
    if (a == 0xE1 && b == 0x9A && c == 0x80) return 3;
    if (a == 0xE2 && b == 0x80 && ((c >= 0x80 && c <= 0x8A) || c == 0xA8 || c == 0xAF)) return 3;
    if (a == 0xE2 && b == 0x81 && c == 0x9F) return 3;
    if (a == 0xE3 && b == 0x80 && c == 0x80) return 3;
    if (a == 0xEF && b == 0xBB && c == 0xBF) return 3;
    return 0;
}

static uint32_t skip_digits(const Lexer *lexer, uint32_t at) {
    while (is_digit(byte_at(lexer, at))) at++;
    return at;
}

static uint32_t skip_word(const Lexer *lexer, uint32_t at) {
    while (is_word(byte_at(lexer, at)) && !wide_space_bytes(lexer, at)) at++;
    return at;
}

static uint32_t skip_exponent(const Lexer *lexer, uint32_t at) {
    if ((byte_at(lexer, at) | 32) != 'e') return at;
    uint32_t digits = at + 1;
    if (byte_at(lexer, digits) == '+' || byte_at(lexer, digits) == '-') digits++;
    uint32_t stop = skip_digits(lexer, digits);
    return stop == digits ? at : stop;
}

// Behind a suffix that the number may have: Y, S, L only without point and exponent.
static uint32_t skip_suffix(const Lexer *lexer, uint32_t at, bool is_integer) {
    unsigned char c = byte_at(lexer, at) | 32;
    if (c == 'f' || c == 'd') return at + 1;
    if (c == 'b' && (byte_at(lexer, at + 1) | 32) == 'd') return at + 2;
    if (is_integer && (c == 'y' || c == 's' || c == 'l')) return at + 1;
    return at;
}

// The number at `start` with or without a point; returns its end, `start` where there is none.
static uint32_t scan_number(const Lexer *lexer, uint32_t start, bool with_point, TokenKind *kind) {
    uint32_t at = skip_digits(lexer, start);
    *kind = TOKEN_INTEGER;
    if (with_point) {
        if (byte_at(lexer, at) != '.') return start;
        uint32_t fraction = skip_digits(lexer, at + 1);
        if (at == start && fraction == at + 1) return start;
        at = fraction;
        *kind = TOKEN_DECIMAL;
    } else if (at == start) {
        return start;
    }
    uint32_t exponent = skip_exponent(lexer, at);
    if (exponent != at) *kind = TOKEN_EXPONENT;
    uint32_t suffix = skip_suffix(lexer, exponent, !with_point && exponent == at);
    if (suffix != exponent && !is_word(byte_at(lexer, suffix))) {
        *kind = TOKEN_SUFFIXED;
        return suffix;
    }
    return exponent;
}

// The longest match wins: 1.5 over 1, 1a over 1; a tie goes to the number; a number with a point
// must not run into a word (a.1b is a field).
static bool lex_number(Lexer *lexer, Token *token) {
    uint32_t start = lexer->at;
    TokenKind kind;
    uint32_t stop = scan_number(lexer, start, true, &kind);
    if (stop == start || is_word(byte_at(lexer, stop))) {
        stop = scan_number(lexer, start, false, &kind);
        if (stop < skip_word(lexer, start)) return false;
    }
    if (stop == start) return false;
    token->kind = (uint8_t)kind;
    lexer->at = stop;
    return true;
}

static void lex_line_comment(Lexer *lexer) {
    uint32_t at = lexer->at + 2;
    for (; at < lexer->text.bytes; at++) {
        if (byte_at(lexer, at) == '\\' && byte_at(lexer, at + 1) == '\n') at++;
        else if (byte_at(lexer, at) == '\n') break;
    }
    lexer->at = MIN(at, (uint32_t)lexer->text.bytes);
}

static bool lex_block_comment(Lexer *lexer) {
    uint32_t at = lexer->at + 2, depth = 1;
    while (at < lexer->text.bytes) {
        unsigned char c = byte_at(lexer, at), next = byte_at(lexer, at + 1);
        if (c == '*' && next == '/') {
            at += 2;
            if (--depth == 0) {
                lexer->at = at;
                return true;
            }
        } else if (c == '/' && next == '*' && byte_at(lexer, at + 2) != '+') {
            at += 2;
            depth++;
        } else {
            at++;
        }
    }
    lexer->at = (uint32_t)lexer->text.bytes;
    return false;
}

// From the opening quote to behind the closing one; false: unclosed. A doubled quote stands for
// one.
static bool lex_quoted(Lexer *lexer, uint32_t open, bool escapes) {
    unsigned char quote = byte_at(lexer, open);
    uint32_t at = open + 1;
    while (at < lexer->text.bytes) {
        unsigned char c = byte_at(lexer, at);
        if (c == '\\' && escapes) {
            at += 2;
        } else if (c == quote) {
            if (byte_at(lexer, at + 1) != quote) {
                lexer->at = at + 1;
                return true;
            }
            at += 2;
        } else {
            at++;
        }
    }
    lexer->at = (uint32_t)lexer->text.bytes;
    return false;
}

// $tag$ ... $tag$; false: no such quote starts here.
static bool lex_dollar_quoted(Lexer *lexer, Token *token) {
    uint32_t open = lexer->at + 1;
    while (is_word(byte_at(lexer, open))) open++;
    if (byte_at(lexer, open) != '$') return false;
    Slice tag = {lexer->text.data + lexer->at, open + 1 - lexer->at};
    size_t close = slice_find(lexer->text, tag, open + 1);
    token->kind = TOKEN_STRING;
    token->unclosed = close == SIZE_MAX;
    lexer->at = (uint32_t)(token->unclosed ? lexer->text.bytes : close + tag.bytes);
    return true;
}

static TokenKind lex_less(const Lexer *lexer, uint32_t *bytes) {
    unsigned char b = byte_at(lexer, lexer->at + 1), c = byte_at(lexer, lexer->at + 2);
    *bytes = 2;
    if (b == '=' && c == '>') {
        *bytes = 3;
        return TOKEN_NULL_SAFE;
    }
    if (b == '=') return TOKEN_LESS_EQUAL;
    if (b == '>') return TOKEN_NOT_EQUAL;
    *bytes = 1;
    return TOKEN_LESS;
}

// Two-character operators that start with `a`; TOKEN_UNKNOWN: none.
static TokenKind lex_pair(unsigned char a, unsigned char b) {
    switch (a << 8 | b) {
    case '|' << 8 | '|': return TOKEN_CONCAT;
    case '|' << 8 | '>': return TOKEN_PIPE;
    case '-' << 8 | '>': return TOKEN_ARROW;
    case '=' << 8 | '>': return TOKEN_FAT_ARROW;
    case '=' << 8 | '=': return TOKEN_EQUAL;
    case '!' << 8 | '=': return TOKEN_NOT_EQUAL;
    case '!' << 8 | '>': return TOKEN_LESS_EQUAL;
    case '!' << 8 | '<': return TOKEN_GREATER_EQUAL;
    case '>' << 8 | '=': return TOKEN_GREATER_EQUAL;
    case ':' << 8 | ':': return TOKEN_DOUBLE_COLON;
    case '*' << 8 | '/': return TOKEN_HINT_END;
    default: return TOKEN_UNKNOWN;
    }
}

static TokenKind lex_single(unsigned char c) {
    static const uint8_t kinds[128] = {
        ['('] = TOKEN_LEFT_PAREN,    [')'] = TOKEN_RIGHT_PAREN, ['['] = TOKEN_LEFT_BRACKET,
        [']'] = TOKEN_RIGHT_BRACKET, ['{'] = TOKEN_LEFT_BRACE,  ['}'] = TOKEN_RIGHT_BRACE,
        [','] = TOKEN_COMMA,         [';'] = TOKEN_SEMICOLON,   ['.'] = TOKEN_DOT,
        [':'] = TOKEN_COLON,         ['?'] = TOKEN_QUESTION,    ['|'] = TOKEN_BAR,
        ['^'] = TOKEN_CARET,         ['&'] = TOKEN_AMPERSAND,   ['~'] = TOKEN_TILDE,
        ['!'] = TOKEN_BANG,          ['+'] = TOKEN_PLUS,        ['-'] = TOKEN_MINUS,
        ['*'] = TOKEN_STAR,          ['/'] = TOKEN_SLASH,       ['%'] = TOKEN_PERCENT,
        ['='] = TOKEN_EQUAL,         ['>'] = TOKEN_GREATER,     ['@'] = TOKEN_AT,
    };
    TokenKind kind = c < 128 ? kinds[c] : TOKEN_END;
    return kind == TOKEN_END ? TOKEN_UNKNOWN : kind;
}

static void lex_operator(Lexer *lexer, Token *token) {
    unsigned char c = byte_at(lexer, lexer->at);
    uint32_t bytes = 2;
    TokenKind kind =
        c == '<' ? lex_less(lexer, &bytes) : lex_pair(c, byte_at(lexer, lexer->at + 1));
    if (kind == TOKEN_UNKNOWN) {
        kind = lex_single(c);
        bytes = 1;
    }
    token->kind = (uint8_t)kind;
    lexer->at += bytes;
}

// Comments, hints and quotes; false: the character starts none of them.
static bool lex_delimited(Lexer *lexer, Token *token) {
    unsigned char c = byte_at(lexer, lexer->at), next = byte_at(lexer, lexer->at + 1);
    switch (c) {
    case '-':
        if (next != '-') return false;
        lex_line_comment(lexer);
        token->kind = TOKEN_COMMENT;
        return true;
    case '/':
        if (next != '*') return false;
        if (byte_at(lexer, lexer->at + 2) == '+') {
            token->kind = TOKEN_HINT_START;
            lexer->at += 3;
            return true;
        }
        token->kind = TOKEN_COMMENT;
        token->unclosed = !lex_block_comment(lexer);
        return true;
    case '\'':
    case '"':
        token->kind = c == '"' ? TOKEN_DOUBLE_STRING : TOKEN_STRING;
        token->unclosed = !lex_quoted(lexer, lexer->at, true);
        return true;
    case '`':
        token->kind = TOKEN_QUOTED;
        token->unclosed = !lex_quoted(lexer, lexer->at, false);
        return true;
    case 'r':
    case 'R':
        if (next != '\'' && next != '"') return false;
        token->kind = TOKEN_STRING;
        token->unclosed = !lex_quoted(lexer, lexer->at + 1, false);
        return true;
    case '$': return lex_dollar_quoted(lexer, token);
    default: return false;
    }
}

static void lex_identifier(Lexer *lexer, Token *token) {
    uint32_t stop = skip_word(lexer, lexer->at);
    Slice text = {lexer->text.data + lexer->at, stop - lexer->at};
    token->kind = TOKEN_IDENTIFIER;
    token->word = (uint16_t)keyword_find(text);
    lexer->at = stop;
}

Token lexer_next(Lexer *lexer) {
    for (;;) {
        if (is_space(byte_at(lexer, lexer->at))) {
            lexer->at++;
            continue;
        }
        uint32_t wide = wide_space_bytes(lexer, lexer->at);
        if (!wide) break;
        lexer->at += wide;
    }
    Token token = {.kind = TOKEN_END, .start = lexer->at};
    if (lexer->at < lexer->text.bytes) {
        unsigned char c = byte_at(lexer, lexer->at);
        bool is_number = (is_digit(c) || c == '.') && lex_number(lexer, &token);
        if (!is_number && !lex_delimited(lexer, &token)) {
            if (is_word(c)) lex_identifier(lexer, &token);
            else lex_operator(lexer, &token);
        }
    }
    token.stop = lexer->at;
    return token;
}

// --- values
// ------------------------------------------------------------------------------------------

static int hex_value(unsigned char c) {
    if (is_digit(c)) return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// `count` hexadecimal digits at s[at], or -1.
static int64_t hex_digits(Slice s, size_t at, size_t count) {
    if (at + count > s.bytes) return -1;
    int64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = hex_value((unsigned char)s.data[at + i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

static char *put_code_point(char *out, uint32_t c) {
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = '?';
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
        *out++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 63));
        *out++ = (char)(0x80 | (c & 63));
    } else {
        *out++ = (char)(0xF0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 63));
        *out++ = (char)(0x80 | (c >> 6 & 63));
        *out++ = (char)(0x80 | (c & 63));
    }
    return out;
}

// \uXXXX (also a surrogate pair of them), \UXXXXXXXX and \ooo at s[at] == '\\'; 0 bytes: none of
// them.
static size_t numeric_escape(Slice s, size_t at, uint32_t *code_point) {
    char c = s.data[at + 1];
    if (c == 'u') {
        int64_t high = hex_digits(s, at + 2, 4);
        if (high < 0) return 0;
        *code_point = (uint32_t)high;
        if (high < 0xD800 || high > 0xDBFF || at + 12 > s.bytes || s.data[at + 6] != '\\' ||
            s.data[at + 7] != 'u')
            return 6;
        int64_t low = hex_digits(s, at + 8, 4);
        if (low < 0xDC00 || low > 0xDFFF) return 6;
        *code_point = (uint32_t)(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
        return 12;
    }
    if (c == 'U') {
        int64_t value = hex_digits(s, at + 2, 8);
        if (value < 0) return 0;
        *code_point = (uint32_t)value;
        return 10;
    }
    if (at + 3 < s.bytes && (c == '0' || c == '1') && (s.data[at + 2] & 0xF8) == '0' &&
        (s.data[at + 3] & 0xF8) == '0') {
        *code_point =
            (uint32_t)((c - '0') * 64 + (s.data[at + 2] - '0') * 8 + (s.data[at + 3] - '0'));
        return 4;
    }
    return 0;
}

// The character escape at s[at] == '\\' (two bytes of source); LIKE's escapes keep their backslash.
static char *put_simple_escape(char *out, char c) {
    switch (c) {
    case '0': *out++ = '\0'; break;
    case 'b': *out++ = '\b'; break;
    case 'n': *out++ = '\n'; break;
    case 'r': *out++ = '\r'; break;
    case 't': *out++ = '\t'; break;
    case 'Z': *out++ = '\x1A'; break;
    case '%':
    case '_':
        *out++ = '\\';
        *out++ = c;
        break;
    default: *out++ = c; break;
    }
    return out;
}

// Replacements are never longer than their source (\uXXXX: 6 bytes for at most 3).
static Slice unescape(Arena *arena, Slice body, char quote, bool escapes) {
    char *data = arena_alloc_raw(arena, body.bytes + 1, 1), *out = data;
    for (size_t at = 0; at < body.bytes;) {
        char c = body.data[at];
        if (c == '\\' && escapes && at + 1 < body.bytes) {
            uint32_t code_point = 0;
            size_t bytes = numeric_escape(body, at, &code_point);
            if (bytes) out = put_code_point(out, code_point);
            else out = put_simple_escape(out, body.data[at + 1]);
            at += bytes ? bytes : 2;
        } else {
            *out++ = c;
            at += c == quote ? 2 : 1;
        }
    }
    *out = '\0';
    return (Slice){data, (size_t)(out - data)};
}

Slice token_string(Arena *arena, Slice text, Token token) {
    Slice s = token_text(text, token);
    if (s.data[0] == '$') {
        size_t tag = slice_find_char(s, '$', 1) + 1;
        if (token.unclosed || s.bytes < 2 * tag) return slice_from(s, tag);
        return (Slice){s.data + tag, s.bytes - 2 * tag};
    }
    size_t open = s.data[0] == '\'' || s.data[0] == '"' ? 1 : 2;
    Slice body = {s.data + open, s.bytes - open - (token.unclosed ? 0 : 1)};
    char quote = s.data[open - 1];
    bool plain = !memchr(body.data, '\\', body.bytes) && !memchr(body.data, quote, body.bytes);
    return plain ? body : unescape(arena, body, quote, open == 1);
}

Slice token_name(Arena *arena, Slice text, Token token) {
    if (token.kind == TOKEN_DOUBLE_STRING) return token_string(arena, text, token);
    Slice s = token_text(text, token);
    if (token.kind != TOKEN_QUOTED) return s;
    Slice body = {s.data + 1, s.bytes - (token.unclosed ? 1 : 2)};
    return memchr(body.data, '`', body.bytes) ? unescape(arena, body, '`', false) : body;
}
