// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/text/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const TextOptions defaults = {
    .format = TEXT_FORMAT_CSV, .separator = ',', .quote = '"', .escape = '\\'};

// The fields' values in brackets.
static void assert_fields_with(const TextOptions *options, const char *text, const char *expected) {
    AUTO(CsvRecord, record) = {0};
    AUTO(Arena, arena) = {0};
    AUTO(Text, out) = {0};
    // A copy of the exact size lets the address sanitizer see one byte too far.
    size_t bytes = strlen(text);
    char *copy = malloc(bytes ? bytes : 1);
    memcpy(copy, text, bytes);
    csv_record_split(&record, options, slice_of(copy, bytes), 0);
    for (uint32_t i = 0; i < record.count; i++) {
        text_append_char(&out, '[');
        text_append(&out, csv_field_value(&record.fields[i], options, &arena));
        text_append_char(&out, ']');
    }
    free(copy);
    assert_string_equal(text_cstr(&out), expected);
}

static void assert_fields(const char *text, const char *expected) {
    assert_fields_with(&defaults, text, expected);
}

static void csv__cuts_fields(void **state) {
    (void)state;
    assert_fields("a,b,c", "[a][b][c]");
    assert_fields("", "[]");
    assert_fields(",", "[][]");
    assert_fields("a,,", "[a][][]");
    assert_fields(" a , b ", "[ a ][ b ]");
}

static void csv__reads_quotes(void **state) {
    (void)state;
    assert_fields("\"a,b\",c", "[a,b][c]");
    assert_fields("\"\",x", "[][x]");
    assert_fields("\"a \"\"b\"\"\"", "[a \"b\"]");
    assert_fields("\"a \\\"b\\\"\",c", "[a \"b\"][c]");
    assert_fields("\"a\\\\b\"", "[a\\\\b]");
    assert_fields("  \"a\"  ,b", "[a][b]");
    assert_fields("\"line\nend\"", "[line\nend]");
    assert_fields("\"open", "[open]");
    assert_fields("\"", "[]");
    assert_fields("a\"b,c", "[a\"b][c]");
    assert_fields("\"a\"b,c", "[\"a\"b][c]");
}

static void csv__follows_options(void **state) {
    (void)state;
    TextOptions options = defaults;
    options.separator = '\t';
    options.quote = '\'';
    assert_fields_with(&options, "'a\tb'\tc", "[a\tb][c]");
    assert_fields_with(&options, "\t\t", "[][][]");
    options = defaults;
    options.quote = '\0';
    assert_fields_with(&options, "\"a,b\"", "[\"a][b\"]");
    options = defaults;
    options.ignore_leading_space = options.ignore_trailing_space = true;
    assert_fields_with(&options, "  a , b  ,\" c \"", "[a][b][ c ]");
    options = defaults;
    options.escape_escape = '\\';
    assert_fields_with(&options, "\"a\\\\\",b", "[a\\][b]");
    options = defaults;
    options.empty_value = SLICE("E");
    assert_fields_with(&options, "\"\",", "[E][]");
    options = defaults;
    options.escape = '"';
    assert_fields_with(&options, "\"a\"\"b\",\"c\\\"", "[a\"b][c\\]");
}

static void csv__stops_at_the_limit(void **state) {
    (void)state;
    AUTO(CsvRecord, record) = {0};
    csv_record_split(&record, &defaults, SLICE("a,b,c,d"), 2);
    assert_int_equal(record.count, 2);
    assert_true(slice_equal(record.fields[1].text, SLICE("b")));
}

// Records of a text, joined by '|'.
static void assert_records(bool multi_line, const char *text, const char *expected) {
    AUTO(TextInput, input) = {0};
    AUTO(Text, out) = {0};
    Error err = {0};
    text_input_open_memory(&input, slice_from_cstr(text));
    for (;;) {
        Slice record;
        bool done;
        bool ok = multi_line ? csv_input_record(&input, &defaults, &record, &done, &err)
                             : text_input_line(&input, &record, &done, &err);
        assert_true(ok);
        if (done) break;
        text_append(&out, record);
        text_append_char(&out, '|');
    }
    assert_string_equal(text_cstr(&out), expected);
}

static void input__finds_line_ends(void **state) {
    (void)state;
    assert_records(false, "a\nb\r\nc\rd", "a|b|c|d|");
    assert_records(false, "a\n", "a|");
    assert_records(false, "\n\na", "||a|");
    assert_records(false, "", "");
    assert_records(false, "a\r", "a|");
    assert_records(false, "\"a\nb\"", "\"a|b\"|");
}

static void input__finds_records_over_lines(void **state) {
    (void)state;
    assert_records(true, "\"a\nb\",c\r\nd", "\"a\nb\",c|d|");
    assert_records(true, "\"a\"\"\n\",1\n2", "\"a\"\"\n\",1|2|");
    assert_records(true, "\"a\\\"\n\",1\n2", "\"a\\\"\n\",1|2|");
    assert_records(true, "a\"b\nc\"", "a\"b|c\"|");
    assert_records(true, "\"never closed\nx", "\"never closed\nx|");
    assert_records(true, "\"a\"", "\"a\"|");
    assert_records(true, "", "");
}

static void csv__skips_blank_lines_and_comments(void **state) {
    (void)state;
    TextOptions options = defaults;
    assert_true(csv_is_skipped(SLICE(""), &options));
    assert_true(csv_is_skipped(SLICE("  \t"), &options));
    assert_false(csv_is_skipped(SLICE("#x"), &options));
    options.comment = '#';
    assert_true(csv_is_skipped(SLICE("#x"), &options));
    assert_false(csv_is_skipped(SLICE(" #x"), &options));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv__cuts_fields),
        cmocka_unit_test(csv__reads_quotes),
        cmocka_unit_test(csv__follows_options),
        cmocka_unit_test(csv__stops_at_the_limit),
        cmocka_unit_test(input__finds_line_ends),
        cmocka_unit_test(input__finds_records_over_lines),
        cmocka_unit_test(csv__skips_blank_lines_and_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
