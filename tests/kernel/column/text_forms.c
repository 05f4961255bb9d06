// SPDX-License-Identifier: Apache-2.0
// Values to text and back, in all styles.
#include "kernel/column/civil.h"
#include "kernel/column/decimal.h"
#include "kernel/column/format.h"
#include "kernel/column/parse.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void check_double(double value, const char *expected) {
    AUTO(Text, text) = {0};
    text_append_double(&text, value);
    assert_string_equal(text_cstr(&text), expected);
}

static void format__doubles_as_java(void **state) {
    (void)state;
    check_double(0, "0.0");
    check_double(-0.0, "-0.0");
    check_double(1, "1.0");
    check_double(0.1, "0.1");
    check_double(100, "100.0");
    check_double(1e7, "1.0E7");
    check_double(9999999, "9999999.0");
    check_double(1234567.25, "1234567.25");
    check_double(0.001, "0.001");
    check_double(0.00099, "9.9E-4");
    check_double(1.0 / 3, "0.3333333333333333");
    check_double(2.0 / 3, "0.6666666666666666");
    check_double(1.7976931348623157e308, "1.7976931348623157E308");
    check_double(4.9e-324, "4.9E-324");
    check_double(123456789012345680.0, "1.2345678901234568E17");
    check_double(-1.5e-10, "-1.5E-10");
    check_double(NAN, "NaN");
    check_double(-INFINITY, "-Infinity");
    check_double(1e23, "1.0E23");
    check_double(0.30000000000000004, "0.30000000000000004");
}

static void check_float(float value, const char *expected) {
    AUTO(Text, text) = {0};
    text_append_float(&text, value);
    assert_string_equal(text_cstr(&text), expected);
}

static void format__floats_have_their_own_digits(void **state) {
    (void)state;
    check_float(0.1f, "0.1");
    check_float(1.1f, "1.1");
    check_float(16777216.0f, "1.6777216E7");
    check_float(3.4028235e38f, "3.4028235E38");
    check_float(1.4e-45f, "1.4E-45");
    check_float(99.8f, "99.8");
}

// Every double's text reads back; floats too.
static void format__random_numbers_read_back(void **state) {
    (void)state;
    unsigned seed = (unsigned)time(NULL);
    print_message("seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand();
        double value, back;
        memcpy(&value, &bits, 8);
        if (i % 2) value = (double)(rand() % 1000000) / 1000;
        if (!isfinite(value)) continue;
        AUTO(Text, text) = {0};
        text_append_double(&text, value);
        assert_true(parse_double(text_slice(&text), &back));
        assert_true(value == back);
        float narrow = (float)value, narrow_back;
        if (!isfinite(narrow)) continue;
        text_reset(&text);
        text_append_float(&text, narrow);
        assert_true(parse_float(text_slice(&text), &narrow_back));
        assert_true(narrow == narrow_back);
    }
}

static void check_value(Value value, TextStyle style, const char *expected) {
    AUTO(Text, text) = {0};
    value_append_text(&value, style, time_zone_utc(), &text);
    assert_string_equal(text_cstr(&text), expected);
}

static void format__nested_values_by_style(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Value items[] = {value_int(TYPE_INT, 1), value_null(type_of(TYPE_INT))};
    Value array = {.type = type_array(&arena, type_of(TYPE_INT), true), .item_count = 2};
    array.items = items;
    check_value(array, TEXT_CAST, "[1, null]");
    check_value(array, TEXT_SHOW, "[1, NULL]");
    check_value(array, TEXT_HIVE, "[1,null]");
    check_value(array, TEXT_JSON, "[1,null]");
    check_value(array, TEXT_SQL, "ARRAY(1, NULL)");
    Value entries[] = {value_string(SLICE("b")), value_string(SLICE("a")), value_int(TYPE_INT, 1),
                       value_int(TYPE_INT, 2)};
    Value map = {.type = type_map(&arena, type_of(TYPE_STRING), type_of(TYPE_INT), true),
                 .item_count = 2,
                 .items = entries};
    check_value(map, TEXT_CAST, "{b -> 1, a -> 2}");
    check_value(map, TEXT_HIVE, "{\"a\":2,\"b\":1}");
    check_value(map, TEXT_JSON, "{\"b\":1,\"a\":2}");
    TypeField fields[] = {{.name = SLICE("x"), .type = type_of(TYPE_STRING), .nullable = true},
                          {.name = SLICE("y"), .type = type_of(TYPE_DATE), .nullable = true}};
    Value members[] = {value_string(SLICE("a,\"b")), value_int(TYPE_DATE, 18262)};
    Value row = {.type = type_struct(&arena, fields, 2), .item_count = 2, .items = members};
    check_value(row, TEXT_CAST, "{a,\"b, 2020-01-01}");
    check_value(row, TEXT_HIVE, "{\"x\":\"a,\"b\",\"y\":2020-01-01}");
    check_value(row, TEXT_JSON, "{\"x\":\"a,\\\"b\",\"y\":\"2020-01-01\"}");
    check_value(row, TEXT_CSV, "\"{a,\"\"b, 2020-01-01}\"");
}

static void format__scalars_by_style(void **state) {
    (void)state;
    check_value(value_null(type_of(TYPE_INT)), TEXT_CSV, "");
    check_value(value_string(SLICE("")), TEXT_CSV, "\"\"");
    check_value(value_string(SLICE("it's")), TEXT_SQL, "'it\\'s'");
    check_value(value_double(NAN), TEXT_JSON, "\"NaN\"");
    check_value(value_decimal(type_decimal(10, 2), -5), TEXT_JSON, "-0.05");
    check_value(value_int(TYPE_TIMESTAMP, 1500000), TEXT_JSON, "\"1970-01-01T00:00:01.500000Z\"");
    check_value(value_int(TYPE_TIMESTAMP_NTZ, 1500000), TEXT_CAST, "1970-01-01 00:00:01.5");
    Value bytes = {.type = type_of(TYPE_BINARY), .bytes = SLICE("abcd")};
    check_value(bytes, TEXT_JSON, "\"YWJjZA==\"");
    check_value(bytes, TEXT_SHOW, "[61 62 63 64]");
    check_value(bytes, TEXT_SQL, "X'61626364'");
    Value months = {.type = type_interval(UNIT_YEAR, UNIT_MONTH), .i64 = -37};
    check_value(months, TEXT_CAST, "INTERVAL '-3-1' YEAR TO MONTH");
    check_value(months, TEXT_HIVE, "-3-1");
    Value micros = {.type = type_interval(UNIT_DAY, UNIT_SECOND), .i64 = 93784500000};
    check_value(micros, TEXT_CAST, "INTERVAL '1 02:03:04.5' DAY TO SECOND");
    check_value(micros, TEXT_HIVE, "1 02:03:04.500000000");
    Value legacy = {.type = type_of(TYPE_INTERVAL), .interval = {14, 3, 3600500000}};
    check_value(legacy, TEXT_CAST, "1 years 2 months 3 days 1 hours 0.5 seconds");
}

static int64_t stamp(const char *text, const char *zone) {
    int64_t micros = INT64_MIN;
    bool had_zone;
    const TimeZone *found = time_zone_find(slice_from_cstr(zone), NULL);
    assert_non_null(found);
    if (!parse_timestamp(slice_from_cstr(text), found, &micros, &had_zone)) return INT64_MIN;
    return micros;
}

static void parse__timestamps(void **state) {
    (void)state;
    assert_int_equal(stamp("1970-01-01", "UTC"), 0);
    assert_int_equal(stamp(" 1970-01-01 00:00:01.5 ", "UTC"), 1500000);
    assert_int_equal(stamp("1970-01-01T01:00:00+01:00", "UTC"), 0);
    assert_int_equal(stamp("1970-01-01 01:00:00 Europe/Berlin", "UTC"), 0);
    assert_int_equal(stamp("1970-1-1 0:0:0.1234567", "UTC"), 123456);
    assert_int_equal(stamp("1970", "UTC"), 0);
    assert_int_equal(stamp("1970-13-01", "UTC"), INT64_MIN);
    assert_int_equal(stamp("1970-02-29", "UTC"), INT64_MIN);
    assert_int_equal(stamp("1970-01-01 24:00:00", "UTC"), INT64_MIN);
    assert_int_equal(stamp("999999-01-01", "UTC"), INT64_MIN);
    assert_int_equal(stamp("abc", "UTC"), INT64_MIN);
}

static void parse__dates(void **state) {
    (void)state;
    int32_t days;
    assert_true(parse_date(SLICE("2020-01-01"), &days));
    assert_int_equal(days, 18262);
    assert_true(parse_date(SLICE("2020-1"), &days));
    assert_true(parse_date(SLICE("2020-01-01T tail"), &days));
    assert_false(parse_date(SLICE("2020-01 tail"), &days));
    assert_false(parse_date(SLICE("202-01-01"), &days));
    assert_false(parse_date(SLICE("2020-01-32"), &days));
    assert_true(parse_date(SLICE("-0001-01-01"), &days));
}

static void parse__decimals_round_half_up(void **state) {
    (void)state;
    Int128 value;
    bool overflow;
    assert_true(parse_decimal(SLICE("1.005"), 10, 2, &value, &overflow));
    assert_true(value == 101);
    assert_true(parse_decimal(SLICE("-1.005e1"), 10, 1, &value, &overflow));
    assert_true(value == -101);
    assert_true(
        parse_decimal(SLICE("0.0000000000000000000000000000000001"), 10, 2, &value, &overflow));
    assert_true(value == 0);
    assert_false(parse_decimal(SLICE("100"), 2, 0, &value, &overflow));
    assert_true(overflow);
    assert_false(parse_decimal(SLICE("1x"), 2, 0, &value, &overflow));
    assert_false(overflow);
    assert_true(parse_decimal(SLICE("0e99999"), 2, 0, &value, &overflow));
}

static void parse__intervals(void **state) {
    (void)state;
    int64_t value;
    assert_true(parse_interval(SLICE("-3-1"), type_interval(UNIT_YEAR, UNIT_MONTH), &value));
    assert_int_equal(value, -37);
    assert_true(parse_interval(SLICE("INTERVAL '1 02:03:04.5' DAY TO SECOND"),
                               type_interval(UNIT_DAY, UNIT_SECOND), &value));
    assert_int_equal(value, 93784500000);
    assert_false(parse_interval(SLICE("1-12"), type_interval(UNIT_YEAR, UNIT_MONTH), &value));
    Interval interval;
    assert_true(parse_calendar_interval(SLICE("1 year -2 days 3.5 seconds"), &interval));
    assert_int_equal(interval.months, 12);
    assert_int_equal(interval.days, -2);
    assert_int_equal(interval.micros, 3500000);
    assert_false(parse_calendar_interval(SLICE("1 parsec"), &interval));
}

static void zone__gaps_and_overlaps(void **state) {
    (void)state;
    const char *la = "America/Los_Angeles";
    // 2020-03-08 02:30 does not exist: 03:30 PDT; 2020-11-01 01:30 is PDT.
    assert_int_equal(stamp("2020-03-08 02:30:00", la), stamp("2020-03-08 10:30:00Z", "UTC"));
    assert_int_equal(stamp("2020-11-01 01:30:00", la), stamp("2020-11-01 08:30:00Z", "UTC"));
    assert_int_equal(stamp("2020-11-01 02:00:00", la), stamp("2020-11-01 10:00:00Z", "UTC"));
    // Far future by the rule, far past by local mean time (-7:52:58).
    assert_int_equal(stamp("2500-07-01 00:00:00", la), stamp("2500-07-01 07:00:00Z", "UTC"));
    assert_int_equal(stamp("2500-01-01 00:00:00", la), stamp("2500-01-01 08:00:00Z", "UTC"));
    assert_int_equal(stamp("1800-01-01 00:00:00", la), stamp("1800-01-01 07:52:58Z", "UTC"));
}

static void zone__names(void **state) {
    (void)state;
    const char *good[] = {"UTC", "Z",   "+05:30", "UTC+8",     "GMT-03:00",
                          "EST", "PST", "+8",     "Asia/Tokyo"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_non_null(time_zone_find(slice_from_cstr(good[i]), NULL));
    const char *bad[] = {"", "Nowhere/City", "+19:00", "../../etc/passwd", "/etc/passwd", "UTC+"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_null(time_zone_find(slice_from_cstr(bad[i]), NULL));
    Error err = {0};
    assert_null(time_zone_find(SLICE("Mars"), &err));
    assert_int_equal(err.code, ERR_INVALID_TIMEZONE);
}

static void civil__round_trip(void **state) {
    (void)state;
    for (int32_t days = -1000000; days < 1000000; days += 37) {
        CivilDate date = civil_from_days(days);
        assert_int_equal(civil_to_days(date.year, date.month, date.day), days);
    }
    assert_int_equal(civil_day_of_week(0), 3);
    int32_t year;
    assert_int_equal(civil_iso_week(civil_to_days(2021, 1, 3), &year), 53);
    assert_int_equal(year, 2020);
    bool overflow = false;
    assert_int_equal(civil_add_months(civil_to_days(2020, 1, 31), 1, &overflow),
                     civil_to_days(2020, 2, 29));
    assert_false(overflow);
}

static void decimal__wide_products_and_quotients(void **state) {
    (void)state;
    Int128 out, big = decimal_power_of_ten(37);
    assert_true(decimal_multiply(big, 18, 10, 1, type_decimal(38, 6), &out) == true);
    assert_true(out == decimal_power_of_ten(25));
    assert_true(decimal_divide(1, 0, 3, 0, type_decimal(38, 37), &out));
    assert_true(out == (decimal_power_of_ten(37) - 1) / 3);
    assert_true(decimal_divide(2, 0, 3, 0, type_decimal(10, 6), &out));
    assert_true(out == 666667);
    assert_false(decimal_multiply(big, 0, big, 0, type_decimal(38, 0), &out));
    assert_true(decimal_remainder(-7, 0, 3, 0, type_decimal(10, 0), &out));
    assert_true(out == -1);
    assert_true(decimal_add(big * 9, 0, big * 9, 0, type_decimal(38, 0), &out) == false);
    assert_int_equal(decimal_compare(big, 0, big, 38), 1);
    assert_int_equal(decimal_compare(-10, 1, -1, 0), 0);
    assert_true(decimal_from_double(0.1, type_decimal(10, 5), &out));
    assert_true(out == 10000);
    assert_true(decimal_rescale(15, 1, 0, 10, &out));
    assert_true(out == 2);
    assert_true(decimal_rescale(-15, 1, 0, 10, &out));
    assert_true(out == -2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format__doubles_as_java),
        cmocka_unit_test(format__floats_have_their_own_digits),
        cmocka_unit_test(format__random_numbers_read_back),
        cmocka_unit_test(format__nested_values_by_style),
        cmocka_unit_test(format__scalars_by_style),
        cmocka_unit_test(parse__timestamps),
        cmocka_unit_test(parse__dates),
        cmocka_unit_test(parse__decimals_round_half_up),
        cmocka_unit_test(parse__intervals),
        cmocka_unit_test(zone__gaps_and_overlaps),
        cmocka_unit_test(zone__names),
        cmocka_unit_test(civil__round_trip),
        cmocka_unit_test(decimal__wide_products_and_quotients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
