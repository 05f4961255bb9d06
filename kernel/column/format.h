// SPDX-License-Identifier: Apache-2.0
// Values as text, one place for all the ways Spark prints them.
//
// Styles differ in nulls, quoting and nested brackets; numbers, dates and timestamps are the same
// everywhere: doubles as Java's Double.toString (shortest digits), timestamps in the given zone
// with trailing zeros of the fraction cut, decimals plain with all digits of the scale.
#pragma once

#include "kernel/column/time_zone.h"
#include "kernel/column/value.h"

typedef enum TextStyle {
    TEXT_CAST, // CAST(x AS STRING): nested nulls "null", [1, 2], {a -> 1}, {1, x}
    TEXT_SHOW, // as DataFrame.show: nulls "NULL" everywhere, binary [61 62], variant as JSON
    TEXT_HIVE, // data/spark README "Row text": top NULL, nested null, [a,b], {"k":v}, nested
               // strings in quotes without escapes
    TEXT_JSON, // the contract of --format json (DESIGN.md): one JSON value
    TEXT_CSV,  // as TEXT_CAST, NULL an empty field, "" an empty string, quoted where needed
    TEXT_SQL,  // a literal that reads back: DATE'2020-01-01', 'it\'s', INTERVAL '1' DAY
} TextStyle;

void vector_append_text(const Vector *vector, uint32_t row, TextStyle style, const TimeZone *zone,
                        Text *out);
void value_append_text(const Value *value, TextStyle style, const TimeZone *zone, Text *out);
// Parts of it that others need.
void text_append_double(Text *out, double value); // Java's Double.toString, shortest digits
void text_append_float(Text *out, float value);
void text_append_decimal(Text *out, Int128 unscaled, int scale);
void text_append_date(Text *out, int32_t days);
void text_append_timestamp(Text *out, int64_t micros, const TimeZone *zone); // NULL zone: as NTZ
void text_append_time(Text *out, int64_t nanos);                             // HH:MM:SS[.f]
void text_append_interval(Text *out, Interval interval);        // "1 years 2 days 3.5 seconds"
void text_append_offset(Text *out, int32_t seconds, bool zulu); // "+01:00"; zulu: zero is "Z"
void text_append_json_string(Text *out, Slice s);               // quoted and escaped
