// SPDX-License-Identifier: Apache-2.0
// Vectors in their three forms, types and variants.
#include "kernel/column/batch.h"
#include "kernel/column/format.h"
#include "kernel/column/value.h"
#include "kernel/column/variant.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static Vector strings(Arena *arena, const char *const *words, uint32_t count) {
    Vector vector;
    vector_init_flat(&vector, type_of(TYPE_STRING), count, arena);
    for (uint32_t i = 0; i < count; i++) {
        Value value =
            words[i] ? value_string(slice_from_cstr(words[i])) : value_null(type_of(TYPE_STRING));
        vector_set_value(&vector, i, &value, arena);
    }
    return vector;
}

static void check(const Vector *vector, uint32_t row, const char *expected) {
    AUTO(Text, text) = {0};
    vector_append_text(vector, row, TEXT_HIVE, NULL, &text);
    assert_string_equal(text_cstr(&text), expected);
}

static void vector__dictionary_flattens_at_selected_rows(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    const char *words[] = {"a", NULL, "a string of more than twelve bytes"};
    Vector dictionary = strings(&arena, words, 3), flat, packed;
    uint32_t codes[] = {2, 1, 0, 2};
    uint64_t validity = 0x7;
    Vector v = {.type = type_of(TYPE_STRING), .form = VECTOR_DICTIONARY, .count = 4};
    v.codes = codes;
    v.dictionary = &dictionary;
    v.validity = &validity;
    uint16_t selection[] = {0, 1, 3};
    Rows rows = {selection, 3};
    vector_flatten(&v, rows, &arena, &flat);
    check(&flat, 0, words[2]);
    check(&flat, 1, "NULL");
    check(&flat, 3, "NULL");
    vector_gather(&v, rows, &arena, &packed);
    assert_int_equal(packed.form, VECTOR_DICTIONARY);
    check(&packed, 0, words[2]);
    check(&packed, 2, "NULL");
}

static void vector__lists_copy_deeply(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Vector vector, copy;
    const Type *type = type_array(&arena, type_of(TYPE_INT), true);
    vector_init_flat(&vector, type, 3, &arena);
    Value items[] = {value_int(TYPE_INT, 7), value_null(type_of(TYPE_INT)), value_int(TYPE_INT, 9)};
    Value values[] = {{.type = type, .item_count = 3, .items = items},
                      value_null(type),
                      {.type = type, .item_count = 1, .items = items + 2}};
    for (uint32_t i = 0; i < 3; i++) vector_set_value(&vector, i, &values[i], &arena);
    uint16_t selection[] = {0, 2};
    vector_copy(&vector, (Rows){selection, 2}, &arena, &copy);
    check(&copy, 0, "[7,null,9]");
    check(&copy, 1, "[9]");
    assert_int_equal(copy.children[0].count, 4);
    uint32_t order[] = {2, UINT32_MAX, 0, 0};
    vector_gather_indexes(&vector, order, 4, &arena, &copy);
    check(&copy, 0, "[9]");
    check(&copy, 1, "NULL");
    check(&copy, 3, "[7,null,9]");
    assert_true(vector_compare_rows(&copy, 2, &copy, 3) == 0);
    assert_true(vector_compare_rows(&copy, 2, &copy, 0) < 0);
}

static void vector__constant_struct_flattens(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    TypeField fields[] = {{.name = SLICE("a"), .type = type_of(TYPE_INT)},
                          {.name = SLICE("b"), .type = type_of(TYPE_STRING), .nullable = true}};
    const Type *type = type_struct(&arena, fields, 2);
    Value members[] = {value_int(TYPE_INT, 1), value_null(type_of(TYPE_STRING))};
    Value value = {.type = type, .item_count = 2, .items = members};
    Vector constant, flat;
    vector_init_constant(&constant, &value, 5, &arena);
    vector_flatten(&constant, (Rows){NULL, 5}, &arena, &flat);
    check(&flat, 4, "{\"a\":1,\"b\":null}");
    Value back = vector_value(&flat, 3, &arena);
    assert_true(value_equal(&back, &value));
    Vector null;
    vector_init_null(&null, type, 3, &arena);
    vector_flatten(&null, (Rows){NULL, 3}, &arena, &flat);
    check(&flat, 2, "NULL");
}

static void vector__strings_order_bytewise(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    const char *words[] = {"", "a", "a!", "aaaa", "aaaaaaaaaaaaaaaa", "aaaab", "b", "\xC3\xA4"};
    Vector v = strings(&arena, words, COUNT_OF(words));
    for (uint32_t i = 0; i < v.count; i++)
        for (uint32_t j = 0; j < v.count; j++) {
            int order = vector_compare_rows(&v, i, &v, j);
            assert_true(i < j ? order < 0 : i > j ? order > 0 : order == 0);
        }
}

static void batch__compacts(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    const char *words[] = {"a", "b", "c"};
    Vector column = strings(&arena, words, 3);
    uint16_t selection[] = {1, 2};
    Batch batch = {&column, 1, 3, selection, 2};
    batch_compact(&batch, &arena);
    assert_int_equal(batch.row_count, 2);
    check(&batch.columns[0], 1, "c");
}

static void check_type(const char *json, const char *catalog, const char *sql) {
    AUTO(Arena, arena) = {0};
    AUTO(Text, text) = {0};
    Error err = {0};
    const Type *type = type_from_json(&arena, slice_from_cstr(json), &err);
    assert_non_null(type);
    type_append_catalog(type, &text);
    assert_string_equal(text_cstr(&text), catalog);
    text_reset(&text);
    type_append_sql(type, &text);
    assert_string_equal(text_cstr(&text), sql);
    text_reset(&text);
    type_append_json(type, &text);
    assert_string_equal(text_cstr(&text), json);
    const Type *copy = type_copy(&arena, type);
    assert_true(type_equal(copy, type));
}

static void type__forms(void **state) {
    (void)state;
    check_type("\"integer\"", "int", "INT");
    check_type("\"decimal(10,2)\"", "decimal(10,2)", "DECIMAL(10,2)");
    check_type("\"interval day to second\"", "interval day to second", "INTERVAL DAY TO SECOND");
    check_type("\"time(6)\"", "time(6)", "TIME(6)");
    check_type("\"variant\"", "variant", "VARIANT");
    check_type("{\"type\":\"array\",\"elementType\":\"long\",\"containsNull\":true}",
               "array<bigint>", "ARRAY<BIGINT>");
    check_type("{\"type\":\"struct\",\"fields\":[{\"name\":\"a b\",\"type\":{\"type\":\"map\","
               "\"keyType\":\"string\",\"valueType\":\"double\",\"valueContainsNull\":false},"
               "\"nullable\":false,\"metadata\":{\"comment\":\"it's\"}}]}",
               "struct<a b:map<string,double>>",
               "STRUCT<`a b`: MAP<STRING, DOUBLE> NOT NULL COMMENT 'it\\'s'>");
}

static void type__unknown_json_is_refused(void **state) {
    (void)state;
    const char *bad[] = {"\"nonsense\"",
                         "{}",
                         "{\"type\":\"array\"}",
                         "\"decimal(39,0)\"",
                         "[",
                         "",
                         "{\"type\":\"struct\",\"fields\":[{\"name\":\"a\"}]}",
                         "\"interval second to day\""};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        AUTO(Arena, arena) = {0};
        Error err = {0};
        assert_null(type_from_json(&arena, slice_from_cstr(bad[i]), &err));
        assert_int_equal(err.code, ERR_INVALID_JSON_DATA_TYPE);
    }
}

static void check_variant(const char *json, const char *expected) {
    AUTO(Text, bytes) = {0};
    AUTO(Text, text) = {0};
    assert_int_equal(variant_from_json(slice_from_cstr(json), false, &bytes, NULL),
                     VARIANT_PARSE_OK);
    assert_true(variant_append_json(text_slice(&bytes), NULL, &text));
    assert_string_equal(text_cstr(&text), expected);
    // Cut anywhere, it is refused or read within bounds.
    for (size_t cut = 0; cut < bytes.bytes; cut++) {
        AUTO(Text, part) = {0};
        AUTO(Text, unused) = {0};
        text_append(&part, slice_of(bytes.data, cut));
        (void)!variant_append_json(text_slice(&part), NULL, &unused);
    }
}

static void variant__json_round_trip(void **state) {
    (void)state;
    check_variant("null", "null");
    check_variant(" {\"b\" : [1, 2.50, true, null], \"a\": \"x\\ny\"} ",
                  "{\"a\":\"x\\ny\",\"b\":[1,2.5,true,null]}");
    check_variant("123456789012345678901234567890", "123456789012345678901234567890");
    check_variant("1e10", "1.0E10");
    check_variant("[]", "[]");
    check_variant("-129", "-129");
    check_variant("{\"a\":{\"b\":{\"c\":[[],{}]}}}", "{\"a\":{\"b\":{\"c\":[[],{}]}}}");
}

static void variant__fields_and_errors(void **state) {
    (void)state;
    AUTO(Text, bytes) = {0};
    Slice duplicate = SLICE_NONE;
    assert_int_equal(variant_from_json(SLICE("{\"k\":1,\"k\":2}"), false, &bytes, &duplicate),
                     VARIANT_PARSE_DUPLICATE_KEY);
    assert_true(slice_equal_cstr(duplicate, "k"));
    assert_int_equal(variant_from_json(SLICE("{"), false, &bytes, NULL), VARIANT_PARSE_MALFORMED);
    text_reset(&bytes);
    assert_int_equal(variant_from_json(SLICE("{\"k\":1,\"k\":2,\"z\":[3]}"), true, &bytes, NULL),
                     VARIANT_PARSE_OK);
    VariantView view, field, element;
    assert_true(variant_view(text_slice(&bytes), &view));
    assert_true(variant_field(view, SLICE("k"), &field));
    Value value;
    assert_true(variant_value(field, &value));
    assert_int_equal(value.i64, 2);
    assert_false(variant_field(view, SLICE("nope"), &field));
    assert_true(variant_field(view, SLICE("z"), &field));
    assert_true(variant_member(field, 0, NULL, &element));
    assert_false(variant_member(field, 1, NULL, &element));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vector__dictionary_flattens_at_selected_rows),
        cmocka_unit_test(vector__lists_copy_deeply),
        cmocka_unit_test(vector__constant_struct_flattens),
        cmocka_unit_test(vector__strings_order_bytewise),
        cmocka_unit_test(batch__compacts),
        cmocka_unit_test(type__forms),
        cmocka_unit_test(type__unknown_json_is_refused),
        cmocka_unit_test(variant__json_round_trip),
        cmocka_unit_test(variant__fields_and_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
