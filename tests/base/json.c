// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

// The tokens of a text as one letter each, then "!" where it turned out malformed.
static void tokens_of(Slice input, uint32_t leniency, Text *out) {
    static const char letters[] = "!.{}[]ksn10_";
    JsonReader reader;
    json_reader_init(&reader, input);
    reader.leniency = leniency;
    for (;;) {
        JsonToken token = json_reader_next(&reader);
        text_append_char(out, letters[token]);
        if (token == JSON_TOKEN_ERROR || token == JSON_TOKEN_END) return;
    }
}

static void assert_tokens_lenient(const char *input, uint32_t leniency, const char *expected) {
    AUTO(Text, text) = {0};
    // A copy of the exact size lets the address sanitizer see one byte too far.
    size_t bytes = strlen(input);
    char *copy = malloc(bytes ? bytes : 1);
    memcpy(copy, input, bytes);
    tokens_of(slice_of(copy, bytes), leniency, &text);
    free(copy);
    assert_string_equal(text_cstr(&text), expected);
}

static void assert_tokens(const char *input, const char *expected) {
    assert_tokens_lenient(input, 0, expected);
}

static void json_reader__yields_tokens(void **state) {
    (void)state;
    assert_tokens("", ".");
    assert_tokens(" \r\n\t", ".");
    assert_tokens("{}", "{}.");
    assert_tokens("[]", "[].");
    assert_tokens("null", "_.");
    assert_tokens(" {\"a\" : [1, -2.5e+3, true,false ,null], \"b\":\"x\"} ", "{k[nn10_]ks}.");
    assert_tokens("[[],{},[{}]]", "[[]{}[{}]].");
}

static void json_reader__yields_several_values(void **state) {
    (void)state;
    assert_tokens("{\"a\":1}\n{\"a\":2}\r\n\n3", "{kn}{kn}n.");
    assert_tokens("{\n \"a\":\n 1\n}\n{}", "{kn}{}.");
}

static void json_reader__refuses_malformed(void **state) {
    (void)state;
    static const struct {
        const char *input, *tokens;
    } cases[] = {
        {"{", "{!"},
        {"[", "[!"},
        {"]", "!"},
        {"}", "!"},
        {"{]", "{!"},
        {"[}", "[!"},
        {"[1", "[n!"},
        {"[1,", "[n!"},
        {"[1,]", "[n!"},
        {"[,1]", "[!"},
        {"{\"a\"", "{k!"},
        {"{\"a\":", "{k!"},
        {"{\"a\":}", "{k!"},
        {"{\"a\" 1}", "{k!"},
        {"{a:1}", "{!"},
        {"{\"a\":1,}", "{kn!"},
        {"{\"a\":1 \"b\":2}", "{kn!"},
        {"01", "!"},
        {"-", "!"},
        {"1.", "!"},
        {".5", "!"},
        {"1e", "!"},
        {"1e+", "!"},
        {"+1", "!"},
        {"1x", "!"},
        {"0x10", "!"},
        {"tru", "!"},
        {"truex", "!"},
        {"True", "!"},
        {"NaN", "!"},
        {"-Infinity", "!"},
        {"\"", "!"},
        {"\"abc", "!"},
        {"\"\\", "!"},
        {"\"\\x\"", "!"},
        {"\"\\u12\"", "!"},
        {"\"\\u12G4\"", "!"},
        {"\"a\nb\"", "!"},
        {"'a'", "!"},
        {"/* */ 1", "!"},
        {"\"\t\"", "!"},
        {"\"12345678\x01\"", "!"},
        {"-a", "!"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) assert_tokens(cases[i].input, cases[i].tokens);
}

static void json_reader__is_lenient_when_told(void **state) {
    (void)state;
    assert_tokens_lenient("['a', 'b\\'c']", JSON_ALLOW_SINGLE_QUOTES, "[ss].");
    assert_tokens_lenient("[NaN, -Infinity, INF, +INF]", JSON_ALLOW_NON_NUMBERS, "[nnnn].");
    assert_tokens_lenient("\"a\tb\"", JSON_ALLOW_CONTROLS, "s.");
    assert_tokens_lenient("{a: 1}", JSON_ALLOW_UNQUOTED_KEYS, "{kn}.");
    assert_tokens_lenient("007", JSON_ALLOW_LEADING_ZEROS, "n.");
    assert_tokens_lenient("/* x */ [1, // y\n 2]", JSON_ALLOW_COMMENTS, "[nn].");
    assert_tokens_lenient("/* x", JSON_ALLOW_COMMENTS, "!");
}

static void assert_string(const char *input, Slice expected) {
    AUTO(Arena, arena) = {0};
    JsonReader reader;
    json_reader_init(&reader, slice_from_cstr(input));
    assert_int_equal(json_reader_next(&reader), JSON_TOKEN_STRING);
    Slice s = json_reader_string(&reader, &arena);
    assert_int_equal(s.bytes, expected.bytes);
    assert_memory_equal(s.data, expected.data, s.bytes);
}

static void json_reader__resolves_escapes(void **state) {
    (void)state;
    assert_string("\"\"", SLICE(""));
    assert_string("\"plain text, longer than a word\"", SLICE("plain text, longer than a word"));
    assert_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", SLICE("\"\\/\b\f\n\r\t"));
    assert_string("\"a\\u0041\\u00e9\\u20AC\"", SLICE("aA\xC3\xA9\xE2\x82\xAC"));
    assert_string("\"\\ud83d\\ude00!\"", SLICE("\xF0\x9F\x98\x80!"));
    assert_string("\"\\u0000\"", SLICE("\0"));
}

static void json_reader__replaces_lone_surrogates(void **state) {
    (void)state;
    assert_string("\"\\ud83d\"", SLICE("\xEF\xBF\xBD"));
    assert_string("\"\\ude00x\"", SLICE("\xEF\xBF\xBDx"));
    assert_string("\"\\ud83d\\u0041\"", SLICE("\xEF\xBF\xBD"
                                              "A"));
    assert_string("\"\\ud83d\\n\"", SLICE("\xEF\xBF\xBD\n"));
}

static void json_reader__keeps_all_digits(void **state) {
    (void)state;
    JsonReader reader;
    json_reader_init(&reader, SLICE("[123456789012345678901234567890.12345678900]"));
    assert_int_equal(json_reader_next(&reader), JSON_TOKEN_ARRAY);
    assert_int_equal(json_reader_next(&reader), JSON_TOKEN_NUMBER);
    assert_true(slice_equal(reader.text, SLICE("123456789012345678901234567890.12345678900")));
}

static void json_reader__skips_and_quotes_values(void **state) {
    (void)state;
    JsonReader reader;
    json_reader_init(&reader, SLICE("{\"a\": {\"x\":[1,{\"y\":2}]} , \"b\":\"q\", \"c\":3}"));
    assert_int_equal(json_reader_next(&reader), JSON_TOKEN_OBJECT);
    assert_true(json_reader_next_key(&reader));
    assert_true(json_reader_text_is(&reader, "a"));
    Slice raw;
    assert_true(json_reader_raw_value(&reader, json_reader_next(&reader), &raw));
    assert_true(slice_equal(raw, SLICE("{\"x\":[1,{\"y\":2}]}")));
    assert_true(json_reader_next_key(&reader));
    assert_true(json_reader_raw_value(&reader, json_reader_next(&reader), &raw));
    assert_true(slice_equal(raw, SLICE("\"q\"")));
    assert_true(json_reader_next_key(&reader));
    assert_true(json_reader_skip_value(&reader, json_reader_next(&reader)));
    assert_false(json_reader_next_key(&reader));
    assert_false(json_reader_failed(&reader));
    assert_int_equal(json_reader_next(&reader), JSON_TOKEN_END);
}

static void json_reader__compares_escaped_keys(void **state) {
    (void)state;
    JsonReader reader;
    json_reader_init(&reader, SLICE("{\"\\u0061dd\":1}"));
    assert_int_equal(json_reader_next(&reader), JSON_TOKEN_OBJECT);
    assert_true(json_reader_next_key(&reader));
    assert_true(json_reader_text_is(&reader, "add"));
    assert_false(json_reader_text_is(&reader, "adds"));
}

static void json_reader__skipping_sees_malformed(void **state) {
    (void)state;
    JsonReader reader;
    json_reader_init(&reader, SLICE("[[1,,2]]"));
    assert_int_equal(json_reader_next(&reader), JSON_TOKEN_ARRAY);
    assert_false(json_reader_skip_value(&reader, json_reader_next(&reader)));
    assert_true(json_reader_failed(&reader));
    assert_int_equal(json_reader_next(&reader), JSON_TOKEN_ERROR);
}

static void json_reader__limits_depth(void **state) {
    (void)state;
    for (int extra = 0; extra <= 1; extra++) {
        AUTO(Text, text) = {0};
        text_append_repeat(&text, '[', LIMIT_NESTING_DEPTH + (size_t)extra);
        text_append_repeat(&text, ']', LIMIT_NESTING_DEPTH + (size_t)extra);
        JsonReader reader;
        json_reader_init(&reader, text_slice(&text));
        assert_int_equal(json_reader_skip_value(&reader, json_reader_next(&reader)), !extra);
    }
}

static void json_reader__says_where(void **state) {
    (void)state;
    JsonReader reader;
    json_reader_init(&reader, SLICE("{\"a\":1}\n{\"a\" 2}"));
    while (json_reader_next(&reader) != JSON_TOKEN_ERROR) {}
    AUTO(Text, text) = {0};
    json_reader_append_reason(&reader, &text);
    assert_string_equal(text_cstr(&text), "expected a colon '2' at line 2, byte 6");
    json_reader_init(&reader, SLICE("[1 x]"));
    while (json_reader_next(&reader) != JSON_TOKEN_ERROR) {}
    text_reset(&text);
    json_reader_append_reason(&reader, &text);
    assert_string_equal(text_cstr(&text),
                        "expected a comma or the end of the object or array 'x' at byte 4");
}

// Every prefix and every single-byte change of a document: no crash, and always an end.
static void json_reader__survives_mutations(void **state) {
    (void)state;
    static const char document[] = "{\"add\":{\"path\":\"a\\u00e9b\\\\\",\"size\":-12.5e3,"
                                   "\"tags\":null,\"x\":[true,false,{}]}}";
    AUTO(Text, text) = {0};
    for (size_t bytes = 0; bytes < sizeof document - 1; bytes++) {
        char *copy = malloc(bytes ? bytes : 1);
        memcpy(copy, document, bytes);
        tokens_of(slice_of(copy, bytes), 0, &text);
        free(copy);
    }
    for (size_t i = 0; i < sizeof document - 1; i++) {
        for (int c = 0; c < 256; c++) {
            char copy[sizeof document];
            memcpy(copy, document, sizeof document);
            copy[i] = (char)c;
            tokens_of(slice_of(copy, sizeof document - 1), (uint32_t)c & 63, &text);
            text_reset(&text);
        }
    }
}

static void json_writer__writes(void **state) {
    (void)state;
    AUTO(Text, text) = {0};
    JsonWriter w;
    json_writer_init(&w, &text);
    json_writer_object(&w);
    json_writer_key_cstr(&w, "a");
    json_writer_array(&w);
    json_writer_i64(&w, INT64_MIN);
    json_writer_u64(&w, UINT64_MAX);
    json_writer_double(&w, 0.1);
    json_writer_double(&w, __builtin_nan(""));
    json_writer_bool(&w, true);
    json_writer_null(&w);
    json_writer_array_end(&w);
    json_writer_key(&w, SLICE("b\n"));
    json_writer_string(&w, SLICE("\"\\\x01\xC3\xA9"));
    json_writer_key_cstr(&w, "c");
    json_writer_object(&w);
    json_writer_object_end(&w);
    json_writer_key_cstr(&w, "d");
    json_writer_raw(&w, SLICE("[1]"));
    json_writer_object_end(&w);
    assert_string_equal(text_cstr(&text),
                        "{\"a\":[-9223372036854775808,18446744073709551615,0.1,\"NaN\",true,null],"
                        "\"b\\n\":\"\\\"\\\\\\u0001\xC3\xA9\",\"c\":{},\"d\":[1]}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_reader__yields_tokens),
        cmocka_unit_test(json_reader__yields_several_values),
        cmocka_unit_test(json_reader__refuses_malformed),
        cmocka_unit_test(json_reader__is_lenient_when_told),
        cmocka_unit_test(json_reader__resolves_escapes),
        cmocka_unit_test(json_reader__replaces_lone_surrogates),
        cmocka_unit_test(json_reader__keeps_all_digits),
        cmocka_unit_test(json_reader__skips_and_quotes_values),
        cmocka_unit_test(json_reader__compares_escaped_keys),
        cmocka_unit_test(json_reader__skipping_sees_malformed),
        cmocka_unit_test(json_reader__limits_depth),
        cmocka_unit_test(json_reader__says_where),
        cmocka_unit_test(json_reader__survives_mutations),
        cmocka_unit_test(json_writer__writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
