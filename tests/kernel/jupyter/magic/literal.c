// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/magic/literal.h"
#include "kernel/column/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// "type sql-text" of a literal, or what is wrong with it.
static const char *read_as(Arena *arena, const char *text) {
    size_t offset = 0;
    Value value;
    const char *wrong = literal_read(slice_from_cstr(text), &offset, arena, &value);
    if (wrong) return wrong;
    AUTO(Text, out) = {0};
    type_append_catalog(value.type, &out);
    text_append_char(&out, ' ');
    value_append_text(&value, TEXT_SHOW, time_zone_utc(), &out);
    return arena_cstr(arena, text_slice(&out));
}

static void literal__reads_pythons_literals(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    static const char *const cases[][2] = {
        {"1", "int 1"},
        {"-7", "int -7"},
        {"2147483648", "bigint 2147483648"},
        {"1_000", "int 1000"},
        {"123456789012345678901", "decimal(38,0) 123456789012345678901"},
        {"1.5", "double 1.5"},
        {"1e3", "double 1000.0"},
        {"-.5", "double -0.5"},
        {"True", "boolean true"},
        {"False", "boolean false"},
        {"None", "void NULL"},
        {"\"a'b\"", "string a'b"},
        {"'a\\'b\\n\\u00e4\\x41'", "string a'b\n\xC3\xA4"
                                   "A"},
        {"'''a\nb'''", "string a\nb"},
        {"\"\"", "string "},
        {"[1, 2, 3]", "array<int> [1, 2, 3]"},
        {"[1, 2.5]", "array<double> [1.0, 2.5]"},
        {"[1, 99999999999]", "array<bigint> [1, 99999999999]"},
        {"(1, 2,)", "array<int> [1, 2]"},
        {"['a', None]", "array<string> [a, NULL]"},
        {"[[1], [2]]", "array<array<int>> [[1], [2]]"},
        {"{\"a\": 1, 'b': 2}", "map<string,int> {a -> 1, b -> 2}"},
        {"float('nan')", "double NaN"},
        {"float('-inf')", "double -Infinity"},
        {"[\n 1, # one\n 2\n]", "array<int> [1, 2]"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(read_as(&arena, cases[i][0]), cases[i][1]);
}

static void literal__says_what_is_wrong(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    static const char *const cases[][2] = {
        {"", "this is not a literal of Python"},
        {"foo()", "this is not a literal of Python"},
        {"'abc", "a string has no end"},
        {"'abc\ndef'", "a string has no end"},
        {"'\\", "a string has no end"},
        {"'\\u12'", "an escape of a string is not hexadecimal"},
        {"[1 2]", "a comma is missing in a list"},
        {"[1, 'a']", "the items of a list are of different types"},
        {"{1", "a colon is missing in a dict"},
        {"1.2.3", "a number is malformed"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(read_as(&arena, cases[i][0]), cases[i][1]);
}

static void literal__limits_nesting(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    AUTO(Text, deep) = {0};
    text_append_repeat(&deep, '[', 100000);
    assert_string_equal(read_as(&arena, text_cstr(&deep)), "it nests too deeply");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literal__reads_pythons_literals),
        cmocka_unit_test(literal__says_what_is_wrong),
        cmocka_unit_test(literal__limits_nesting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
