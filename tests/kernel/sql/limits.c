// SPDX-License-Identifier: Apache-2.0
// The parser's limits: at each, and one past it.
#include "base/limits.h"
#include "tests/kernel/sql/parse_case.h"

// The class of the failure, "" when the text parses.
static const char *class_of(const Text *sql) {
    static Error err;
    AUTO(Arena, arena) = {0};
    return sql_parser()->statement(&arena, text_slice(sql), NULL, &err) ? "" : error_class(&err);
}

static const char *class_of_chain(const char *operator, int operators) {
    AUTO(Text, sql) = {0};
    text_append_cstr(&sql, "SELECT 1");
    for (int i = 0; i < operators; i++) text_append_cstr(&sql, operator);
    return class_of(&sql);
}

static void limit__operator_chain(void **state) {
    (void)state;
    static const char *const operators[] = {" + 1", " || 'a'", " UNION SELECT 1", " * 2"};
    for (size_t i = 0; i < COUNT_OF(operators); i++) {
        assert_string_equal(class_of_chain(operators[i], LIMIT_OPERATOR_CHAIN), "");
        assert_string_equal(class_of_chain(operators[i], LIMIT_OPERATOR_CHAIN + 1),
                            "FAILED_TO_PARSE_TOO_COMPLEX");
    }
    // AND and OR are balanced trees: no limit.
    assert_string_equal(class_of_chain(" AND true", 20000), "");
}

static const char *class_of_nested(const char *open, const char *inner, const char *close,
                                   int depth) {
    AUTO(Text, sql) = {0};
    text_append_cstr(&sql, "SELECT ");
    for (int i = 0; i < depth; i++) text_append_cstr(&sql, open);
    text_append_cstr(&sql, inner);
    for (int i = 0; i < depth; i++) text_append_cstr(&sql, close);
    return class_of(&sql);
}

// The statement and its expression count too.
static void limit__nesting(void **state) {
    (void)state;
    const int used = 2;
    assert_string_equal(class_of_nested("(", "1", ")", LIMIT_NESTING_DEPTH - used), "");
    assert_string_equal(class_of_nested("(", "1", ")", LIMIT_NESTING_DEPTH - used + 1),
                        "FAILED_TO_PARSE_TOO_COMPLEX");
    static const char *const deep[][3] = {
        {"f(", "1", ")"},         {"- ", "a", ""},
        {"NOT ", "a", ""},        {"(SELECT ", "1", ")"},
        {"((SELECT ", "1", "))"}, {"CASE WHEN ", "a", " THEN 1 END"},
        {"x -> ", "x", ""},       {"substring(", "a", ", 1)"},
        {"a[", "1", "]"},         {"CAST(", "a", " AS INT)"},
        {"a IN (", "1", ")"},
    };
    for (size_t i = 0; i < COUNT_OF(deep); i++) {
        assert_string_equal(class_of_nested(deep[i][0], deep[i][1], deep[i][2], 100), "");
        assert_string_equal(class_of_nested(deep[i][0], deep[i][1], deep[i][2], 100000),
                            "FAILED_TO_PARSE_TOO_COMPLEX");
    }
    assert_string_equal(class_of_nested("CAST(a AS ", "INT", ")", 1), "");
    assert_string_equal(class_of_nested("* FROM (SELECT ", "1", ")", 10000),
                        "FAILED_TO_PARSE_TOO_COMPLEX");
}

static void limit__sql_bytes(void **state) {
    (void)state;
    AUTO(Text, sql) = {0};
    text_append_cstr(&sql, "SELECT 1");
    text_append_repeat(&sql, ' ', LIMIT_SQL_BYTES - sql.bytes);
    assert_string_equal(class_of(&sql), "");
    text_append_char(&sql, ' ');
    assert_string_equal(class_of(&sql), "SQL_TEXT_TOO_LONG");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limit__operator_chain),
        cmocka_unit_test(limit__nesting),
        cmocka_unit_test(limit__sql_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
