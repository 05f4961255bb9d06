// SPDX-License-Identifier: Apache-2.0
// Tokens: kinds, ranges, values; every byte of a text lies in a token or is white space.
#include "kernel/sql/lexer.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/random.h"

// The tokens' texts, separated by "|".
static void assert_tokens(const char *sql, const char *expected) {
    AUTO(Text, text) = {0};
    Slice source = slice_from_cstr(sql);
    Lexer lexer;
    lexer_init(&lexer, source);
    for (Token token; (token = lexer_next(&lexer)).kind != TOKEN_END;) {
        if (text.bytes) text_append_char(&text, '|');
        text_append(&text, token_text(source, token));
        if (token.unclosed) text_append_cstr(&text, "<unclosed>");
    }
    assert_string_equal(text_cstr(&text), expected);
}

static TokenKind kind_of(const char *sql) {
    Lexer lexer;
    lexer_init(&lexer, slice_from_cstr(sql));
    Token token = lexer_next(&lexer);
    assert_int_equal(token.start, 0);
    assert_int_equal(token.stop, strlen(sql));
    return (TokenKind)token.kind;
}

static void lexer__cuts_words_and_operators(void **state) {
    (void)state;
    assert_tokens("", "");
    assert_tokens(" \t\r\n", "");
    assert_tokens("a<=>b<=c<>d<e>f>=g", "a|<=>|b|<=|c|<>|d|<|e|>|f|>=|g");
    assert_tokens("a!=b!<c!>d!e", "a|!=|b|!<|c|!>|d|!|e");
    assert_tokens("a||b|>c|d", "a||||b||>|c|||d");
    assert_tokens("x->y=>z==1::int", "x|->|y|=>|z|==|1|::|int");
    assert_tokens("f(a,b)[1].c;", "f|(|a|,|b|)|[|1|]|.|c|;");
    assert_tokens("a>>>b<<c", "a|>|>|>|b|<|<|c");
    assert_tokens("t@v1 ? :p {}", "t|@|v1|?|:|p|{|}");
    assert_tokens("\xC2\xA0select\xE3\x80\x80"
                  "1",
                  "select|1");
}

static void lexer__cuts_numbers(void **state) {
    (void)state;
    assert_int_equal(kind_of("12"), TOKEN_INTEGER);
    assert_int_equal(kind_of("1.5"), TOKEN_DECIMAL);
    assert_int_equal(kind_of("1."), TOKEN_DECIMAL);
    assert_int_equal(kind_of(".5"), TOKEN_DECIMAL);
    assert_int_equal(kind_of("1e3"), TOKEN_EXPONENT);
    assert_int_equal(kind_of("1.5E-3"), TOKEN_EXPONENT);
    assert_int_equal(kind_of("1e+3"), TOKEN_EXPONENT);
    assert_int_equal(kind_of("1L"), TOKEN_SUFFIXED);
    assert_int_equal(kind_of("1.5bd"), TOKEN_SUFFIXED);
    assert_int_equal(kind_of("1e3f"), TOKEN_SUFFIXED);
    assert_int_equal(kind_of("1a"), TOKEN_IDENTIFIER);
    assert_int_equal(kind_of("123D_column"), TOKEN_IDENTIFIER);
    assert_int_equal(kind_of("1e"), TOKEN_IDENTIFIER);
    assert_tokens("a.1b", "a|.|1b");
    assert_tokens("a.123BD_column", "a|.|123BD_column");
    assert_tokens("1.e", "1|.|e");
    assert_tokens("1.5x", "1|.|5x");
    assert_tokens("1..2", "1.|.2");
    assert_tokens("5L+2Y", "5L|+|2Y");
    assert_tokens("1-1", "1|-|1");
}

static void lexer__cuts_quotes(void **state) {
    (void)state;
    assert_tokens("'a''b' 'c\\'d' \"e\" `f``g` r'h\\'", "'a''b'|'c\\'d'|\"e\"|`f``g`|r'h\\'");
    assert_tokens("$$a'b$$ $x$ $$ $x$", "$$a'b$$|$x$ $$ $x$");
    assert_tokens("'abc", "'abc<unclosed>");
    assert_tokens("'abc\\", "'abc\\<unclosed>");
    assert_tokens("`a", "`a<unclosed>");
    assert_tokens("$$a", "$$a<unclosed>");
    assert_tokens("$a", "$|a");
}

static void lexer__cuts_comments_and_hints(void **state) {
    (void)state;
    assert_tokens("a -- b\nc", "a|-- b|c");
    assert_tokens("a -- b\\\nc\nd", "a|-- b\\\nc|d");
    assert_tokens("a/*b/*c*/d*/e", "a|/*b/*c*/d*/|e");
    assert_tokens("/* a /* b */", "/* a /* b */<unclosed>");
    assert_tokens("select /*+ a(b) */ c", "select|/*+|a|(|b|)|*/|c");
    assert_tokens("--", "--");
}

static void assert_string(const char *sql, const char *value, size_t bytes) {
    AUTO(Arena, arena) = {0};
    Slice source = slice_from_cstr(sql);
    Lexer lexer;
    lexer_init(&lexer, source);
    Slice s = token_string(&arena, source, lexer_next(&lexer));
    assert_int_equal(s.bytes, bytes);
    assert_memory_equal(s.data, value, bytes);
}

static void lexer__gives_string_values(void **state) {
    (void)state;
    assert_string("''", "", 0);
    assert_string("'a''b'", "a'b", 3);
    assert_string("\"a\"\"b\"", "a\"b", 3);
    assert_string("'\\n\\t\\\\\\'\\0\\Z'", "\n\t\\'\0\x1A", 6);
    assert_string("'\\%\\_\\a'", "\\%\\_a", 5);
    assert_string("'\\101\\u0041\\U00000042'", "AAB", 3);
    assert_string("'\\uD83D\\uDE00'", "\xF0\x9F\x98\x80", 4);
    assert_string("'\\uD83D'", "?", 1);
    assert_string("'\\u00'", "u00", 3);
    assert_string("'\\189'", "189", 3);
    assert_string("r'\\n'", "\\n", 2);
    assert_string("$q$a$b$q$", "a$b", 3);
}

static void lexer__knows_keywords(void **state) {
    (void)state;
    assert_int_equal(keyword_find(SLICE("Select")), WORD_SELECT);
    assert_int_equal(keyword_find(SLICE("zorder")), WORD_ZORDER);
    assert_int_equal(keyword_find(SLICE("ADD")), WORD_ADD);
    assert_int_equal(keyword_find(SLICE("selec")), WORD_PLAIN);
    assert_int_equal(keyword_find(SLICE("selects")), WORD_PLAIN);
    assert_int_equal(keyword_find(SLICE("")), WORD_PLAIN);
    assert_int_equal(keyword_find(SLICE("current_timestamp_of_all")), WORD_PLAIN);
    for (int word = 1; word < WORD_COUNT; word++) {
        assert_int_equal(keyword_find(keyword_name((Word)word)), word);
        if (word > 1)
            assert_true(slice_compare(keyword_name((Word)(word - 1)), keyword_name((Word)word)) <
                        0);
    }
}

// Whatever the bytes: tokens are in order, not empty, and leave out white space only.
static void lexer__loses_nothing(void **state) {
    (void)state;
    Random random = random_new();
    static const char bytes[] = "aB1.'\"`\\/*-+$ \n|<>=!:;eE\xC3\xA9xX_";
    for (int round = 0; round < 2000; round++) {
        size_t length = random_below(&random, 40);
        char *text = malloc(length + 1);
        for (size_t i = 0; i < length; i++)
            text[i] = bytes[random_below(&random, sizeof bytes - 1)];
        Lexer lexer;
        lexer_init(&lexer, slice_of(text, length));
        uint32_t at = 0;
        for (Token token; (token = lexer_next(&lexer)).kind != TOKEN_END; at = token.stop) {
            assert_true(token.start >= at && token.stop > token.start && token.stop <= length);
            for (uint32_t i = at; i < token.start; i++) assert_true(strchr(" \n", text[i]));
        }
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lexer__cuts_words_and_operators),
        cmocka_unit_test(lexer__cuts_numbers),
        cmocka_unit_test(lexer__cuts_quotes),
        cmocka_unit_test(lexer__cuts_comments_and_hints),
        cmocka_unit_test(lexer__gives_string_values),
        cmocka_unit_test(lexer__knows_keywords),
        cmocka_unit_test(lexer__loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
