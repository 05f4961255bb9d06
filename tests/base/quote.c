// SPDX-License-Identifier: Apache-2.0
#include "base/quote.h"
#include "base/quantity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void quote__makes_json_of_any_bytes(void **state) {
    (void)state;
    AUTO(Text, out) = {0};
    quote_json(&out, SLICE("a\"\\\n\x01é"));
    assert_string_equal(text_cstr(&out), "\"a\\\"\\\\\\n\\u0001é\"");
    text_reset(&out);
    quote_json(&out, SLICE("a\xff\xc3z"));
    assert_string_equal(text_cstr(&out), "\"a\uFFFD\uFFFDz\"");
    text_reset(&out);
    quote_json(&out, SLICE(""));
    assert_string_equal(text_cstr(&out), "\"\"");
}

static void quote__escapes_html(void **state) {
    (void)state;
    AUTO(Text, out) = {0};
    quote_html(&out, SLICE("<a href='x'>\"&\"</a>"));
    assert_string_equal(text_cstr(&out), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
    text_reset(&out);
    quote_html(&out, SLICE("plain"));
    assert_string_equal(text_cstr(&out), "plain");
}

static void quantity__groups_digits(void **state) {
    (void)state;
    static const struct {
        uint64_t number;
        const char *text;
    } cases[] = {{0, "0"},
                 {999, "999"},
                 {1000, "1,000"},
                 {1234567, "1,234,567"},
                 {UINT64_MAX, "18,446,744,073,709,551,615"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO(Text, out) = {0};
        quantity_append_count(&out, cases[i].number);
        assert_string_equal(text_cstr(&out), cases[i].text);
    }
}

static void quantity__chooses_units(void **state) {
    (void)state;
    static const struct {
        uint64_t nanoseconds;
        const char *text;
    } times[] = {{0, "0.0 ms"},
                 {840000, "0.8 ms"},
                 {12300000, "12 ms"},
                 {999499999, "999 ms"},
                 {999500000, "1.0 s"},
                 {59900000000, "59.9 s"},
                 {125000000000, "2 min 5 s"}};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        AUTO(Text, out) = {0};
        quantity_append_duration(&out, times[i].nanoseconds);
        assert_string_equal(text_cstr(&out), times[i].text);
    }
    static const struct {
        uint64_t bytes;
        const char *text;
    } sizes[] = {{0, "0 B"}, {1023, "1023 B"}, {1024, "1.0 KiB"}, {1572864, "1.5 MiB"}};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        AUTO(Text, out) = {0};
        quantity_append_bytes(&out, sizes[i].bytes);
        assert_string_equal(text_cstr(&out), sizes[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quote__makes_json_of_any_bytes),
        cmocka_unit_test(quote__escapes_html),
        cmocka_unit_test(quantity__groups_digits),
        cmocka_unit_test(quantity__chooses_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
