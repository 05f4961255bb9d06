// SPDX-License-Identifier: Apache-2.0
// Stored values to SQL values: annotations, the types that Spark lacks, and the wider types that a
// table may have by now.
#include "kernel/lake/parquet/convert.h"

#include "base/text.h"
#include "kernel/column/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const Type *natural_type(const ParquetElement *element) {
    // The schema of one column gives its type.
    static Arena arena;
    arena_reset(&arena);
    ParquetElement elements[2] = {{.physical = PARQUET_GROUP, .child_count = 1}, *element};
    elements[1].name = SLICE("x");
    ParquetFooter footer = {.elements = elements, .element_count = 2, .leaf_count = 1};
    ParquetSchema schema;
    Error err = {0};
    assert_true(schema_build(&arena, SLICE("x"), &footer, &schema, &err));
    const ParquetNode *node = &schema.root.children[0];
    return node->refusal ? NULL : node->type;
}

// The value that `plain` becomes, as text; "refused" where no conversion exists, "failed" where the
// value does not fit.
static void assert_value(ParquetElement element, const Type *wanted, Slice plain,
                         const char *expected) {
    const Type *natural = natural_type(&element);
    ParquetNode node = {.kind = NODE_LEAF, .element = &element, .type = natural};
    Conversion conversion;
    Value value;
    AUTO(Text, text) = {0};
    if (!natural) {
        text_append_cstr(&text, "refused");
    } else if (!conversion_init(&conversion, &node, wanted ? wanted : natural)) {
        text_append_cstr(&text, "refused");
    } else if (!conversion_plain_value(&conversion, &element, wanted ? wanted : natural, plain,
                                       &value)) {
        text_append_cstr(&text, "failed");
    } else {
        type_append_catalog(value.type, &text);
        text_append_char(&text, ' ');
        value_append_text(&value, TEXT_CAST, time_zone_utc(), &text);
    }
    assert_string_equal(text_cstr(&text), expected);
}

#define BYTES(literal) slice_of(literal, sizeof(literal) - 1)
static Slice i32(int32_t value) {
    static int32_t storage;
    storage = value;
    return slice_of((const char *)&storage, 4);
}
static Slice i64(int64_t value) {
    static int64_t storage;
    storage = value;
    return slice_of((const char *)&storage, 8);
}

#define INT32 .physical = PARQUET_INT32, .is_signed = true
#define INT64 .physical = PARQUET_INT64, .is_signed = true
#define FIXED(bytes) .physical = PARQUET_FIXED, .fixed_bytes = (bytes)
#define INTEGER(bits, sign) .logical = LOGICAL_INTEGER, .bit_width = (bits), .is_signed = (sign)
#define E(...) ((ParquetElement){__VA_ARGS__})

static void convert__integers(void **state) {
    (void)state;
    ParquetElement u8 = {.physical = PARQUET_INT32, INTEGER(8, false)};
    ParquetElement u16 = {.physical = PARQUET_INT32, INTEGER(16, false)};
    ParquetElement u32 = {.physical = PARQUET_INT32, INTEGER(32, false)};
    ParquetElement u64 = {.physical = PARQUET_INT64, INTEGER(64, false)};
    ParquetElement s8 = {.physical = PARQUET_INT32, INTEGER(8, true)};
    assert_value(E(INT32), NULL, i32(-5), "int -5");
    assert_value(s8, NULL, i32(-5), "tinyint -5");
    assert_value(u8, NULL, i32(250), "smallint 250");
    assert_value(u16, NULL, i32(65000), "int 65000");
    assert_value(u32, NULL, i32(-1), "bigint 4294967295");
    assert_value(u64, NULL, i64(-1), "decimal(20,0) 18446744073709551615");
    assert_value(E(INT64), NULL, i64(INT64_MIN), "bigint -9223372036854775808");
    assert_value(E(.physical = PARQUET_INT32, INTEGER(64, true)), NULL, i32(1), "refused");
}

static void convert__decimals(void **state) {
    (void)state;
    ParquetElement d9 = {INT32, .logical = LOGICAL_DECIMAL, .precision = 9, .scale = 2};
    ParquetElement d20 = {INT64, .logical = LOGICAL_DECIMAL, .precision = 20, .scale = 2};
    ParquetElement f4 = {FIXED(4), .logical = LOGICAL_DECIMAL, .precision = 9, .scale = 1};
    ParquetElement f20 = {FIXED(20), .logical = LOGICAL_DECIMAL, .precision = 38, .scale = 0};
    ParquetElement f9 = {FIXED(9), .logical = LOGICAL_DECIMAL, .precision = 18, .scale = 0};
    assert_value(d9, NULL, i32(-12345), "decimal(9,2) -123.45");
    assert_value(d20, NULL, i64(-12345), "decimal(20,2) -123.45");
    assert_value(f4, NULL, BYTES("\xFF\xFF\xFF\xFE"), "decimal(9,1) -0.2");
    assert_value(f20, NULL,
                 BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                       "\xFF\xFF\xFF\x00"),
                 "decimal(38,0) -256");
    assert_value(f20, NULL, BYTES("\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "failed");
    assert_value(f9, NULL, BYTES("\x01\0\0\0\0\0\0\0\0"), "failed");
    assert_value(E(INT32, .logical = LOGICAL_DECIMAL, .precision = 39), NULL, i32(0), "refused");
    assert_value(E(INT32, .logical = LOGICAL_DECIMAL, .precision = 3, .scale = 4), NULL, i32(0),
                 "refused");
}

static void convert__times(void **state) {
    (void)state;
    ParquetElement ms = {INT64, .logical = LOGICAL_TIMESTAMP, .unit = PARQUET_MILLIS};
    ParquetElement us = {INT64, .logical = LOGICAL_TIMESTAMP, .unit = PARQUET_MICROS,
                         .is_utc = true};
    ParquetElement ns = {INT64, .logical = LOGICAL_TIMESTAMP, .unit = PARQUET_NANOS};
    ParquetElement time_ms = {INT32, .logical = LOGICAL_TIME, .unit = PARQUET_MILLIS};
    ParquetElement time_ns = {INT64, .logical = LOGICAL_TIME, .unit = PARQUET_NANOS};
    assert_value(E(INT32, .logical = LOGICAL_DATE), NULL, i32(-1), "date 1969-12-31");
    assert_value(ms, NULL, i64(-1), "timestamp_ntz 1969-12-31 23:59:59.999");
    assert_value(ms, NULL, i64(INT64_MAX), "failed");
    assert_value(us, NULL, i64(1), "timestamp 1970-01-01 00:00:00.000001");
    assert_value(ns, NULL, i64(-1), "timestamp_ntz 1969-12-31 23:59:59.999999");
    assert_value(time_ms, NULL, i32(3661001), "time(3) 01:01:01.001");
    assert_value(time_ns, NULL, i64(1999), "time(6) 00:00:00.000001");
    assert_value(E(.physical = PARQUET_INT96), NULL, BYTES("\xE8\x03\0\0\0\0\0\0\x8C\x3D\x25\0"),
                 "timestamp 1970-01-01 00:00:00.000001");
}

static void convert__types_that_spark_lacks(void **state) {
    (void)state;
    ParquetElement half = {FIXED(2), .logical = LOGICAL_FLOAT16};
    assert_value(half, NULL, BYTES("\x00\x3C"), "float 1.0");
    assert_value(half, NULL, BYTES("\x00\xC0"), "float -2.0");
    assert_value(half, NULL, BYTES("\x00\x7C"), "float Infinity");
    assert_value(half, NULL, BYTES("\x01\x7E"), "float NaN");
    assert_value(half, NULL, BYTES("\x01\x00"), "float 5.9604645E-8");
    assert_value(half, NULL, BYTES("\x00\x80"), "float -0.0");
    assert_value(E(FIXED(4), .logical = LOGICAL_FLOAT16), NULL, BYTES("abcd"), "refused");
    assert_value(E(FIXED(16), .logical = LOGICAL_UUID), NULL, BYTES("0123456789abcdef"),
                 "binary 0123456789abcdef");
    assert_value(E(.physical = PARQUET_BYTE_ARRAY, .logical = LOGICAL_GEOMETRY), NULL, BYTES("wkb"),
                 "binary wkb");
    assert_value(E(FIXED(12), .logical = LOGICAL_INTERVAL), NULL,
                 BYTES("\x0E\0\0\0\x03\0\0\0\xE8\x03\0\0"),
                 "interval 1 years 2 months 3 days 1 seconds");
    assert_value(E(.physical = PARQUET_BYTE_ARRAY, .logical = LOGICAL_ENUM), NULL, BYTES("A"),
                 "string A");
}

static void convert__widens_to_the_table(void **state) {
    (void)state;
    ParquetElement d5 = {INT32, .logical = LOGICAL_DECIMAL, .precision = 5, .scale = 2};
    ParquetElement s8 = {.physical = PARQUET_INT32, INTEGER(8, true)};
    assert_value(s8, type_of(TYPE_SMALLINT), i32(-5), "smallint -5");
    assert_value(s8, type_of(TYPE_BIGINT), i32(-5), "bigint -5");
    assert_value(E(INT32), type_of(TYPE_BIGINT), i32(-5), "bigint -5");
    assert_value(E(INT32), type_of(TYPE_TINYINT), i32(-5), "tinyint -5");
    assert_value(E(INT32), type_of(TYPE_DOUBLE), i32(-5), "double -5.0");
    assert_value(E(INT32), type_decimal(12, 2), i32(-5), "decimal(12,2) -5.00");
    assert_value(E(INT64), type_decimal(30, 2), i64(-5), "decimal(30,2) -5.00");
    assert_value(d5, type_decimal(7, 3), i32(12345), "decimal(7,3) 123.450");
    assert_value(d5, type_decimal(25, 5), i32(12345), "decimal(25,5) 123.45000");
    assert_value(d5, type_decimal(9, 2), i32(12345), "decimal(9,2) 123.45");
    assert_value(E(INT32, .logical = LOGICAL_DATE), type_of(TYPE_TIMESTAMP_NTZ), i32(1),
                 "timestamp_ntz 1970-01-02 00:00:00");
    assert_value(E(.physical = PARQUET_BYTE_ARRAY), type_of(TYPE_STRING), BYTES("s"), "string s");
    assert_value(E(.physical = PARQUET_FLOAT), type_of(TYPE_DOUBLE), BYTES("\0\0\xC0\x3F"),
                 "double 1.5");
    assert_value(E(INT32), type_interval(UNIT_YEAR, UNIT_MONTH), i32(14),
                 "interval year to month INTERVAL '1-2' YEAR TO MONTH");
}

static void convert__refuses_what_loses(void **state) {
    (void)state;
    ParquetElement d5 = {INT32, .logical = LOGICAL_DECIMAL, .precision = 5, .scale = 2};
    assert_value(E(INT64), type_of(TYPE_INT), i64(1), "refused");
    assert_value(E(INT32), type_of(TYPE_STRING), i32(1), "refused");
    assert_value(E(.physical = PARQUET_DOUBLE), type_of(TYPE_FLOAT), i64(0), "refused");
    assert_value(d5, type_decimal(5, 1), i32(1), "refused");
    assert_value(d5, type_decimal(4, 2), i32(1), "refused");
    assert_value(E(INT32), NULL, BYTES("abc"), "failed");
    assert_value(E(FIXED(4)), NULL, BYTES("abc"), "failed");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convert__integers),
        cmocka_unit_test(convert__decimals),
        cmocka_unit_test(convert__times),
        cmocka_unit_test(convert__types_that_spark_lacks),
        cmocka_unit_test(convert__widens_to_the_table),
        cmocka_unit_test(convert__refuses_what_loses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
