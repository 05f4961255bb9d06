// SPDX-License-Identifier: Apache-2.0
// Dates, times, timestamps and intervals as text.
#include "kernel/column/format_internal.h"

#include "kernel/column/civil.h"

#include <stdlib.h>

static void append_padded(Text *out, uint64_t value, int width) {
    char digits[20];
    int count = 0;
    while (value || count < width) {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    }
    char *to = text_reserve(out, (size_t)count);
    for (int i = 0; i < count; i++) to[i] = digits[count - 1 - i];
    text_added(out, (size_t)count);
}

// ".5" of 500000 with six digits; nothing for zero.
static void append_fraction(Text *out, uint64_t fraction, int width) {
    if (fraction == 0) return;
    while (fraction % 10 == 0) {
        fraction /= 10;
        width--;
    }
    text_append_char(out, '.');
    append_padded(out, fraction, width);
}

void text_append_date(Text *out, int32_t days) {
    CivilDate date = civil_from_days(days);
    if (date.year > 9999) text_append_char(out, '+');
    if (date.year < 0) text_append_char(out, '-');
    append_padded(out, (uint64_t)abs(date.year), 4);
    text_append_char(out, '-');
    append_padded(out, (uint64_t)date.month, 2);
    text_append_char(out, '-');
    append_padded(out, (uint64_t)date.day, 2);
}

static void append_clock(Text *out, uint64_t seconds) {
    append_padded(out, seconds / 3600, 2);
    text_append_char(out, ':');
    append_padded(out, seconds / 60 % 60, 2);
    text_append_char(out, ':');
    append_padded(out, seconds % 60, 2);
}

void text_append_timestamp(Text *out, int64_t micros, const TimeZone *zone) {
    if (zone) micros = time_zone_to_local(zone, micros);
    int64_t rest;
    text_append_date(out, micros_to_days(micros, &rest));
    text_append_char(out, ' ');
    append_clock(out, (uint64_t)(rest / MICROS_PER_SECOND));
    append_fraction(out, (uint64_t)(rest % MICROS_PER_SECOND), 6);
}

void text_append_time(Text *out, int64_t nanos) {
    append_clock(out, (uint64_t)(nanos / 1000000000));
    append_fraction(out, (uint64_t)(nanos % 1000000000), 9);
}

void format_iso_time(Text *out, int64_t nanos) {
    append_clock(out, (uint64_t)(nanos / 1000000000));
    text_append_char(out, '.');
    append_padded(out, (uint64_t)(nanos % 1000000000) / 1000, 6);
}

void format_iso_timestamp(Text *out, int64_t micros, const TimeZone *zone) {
    int64_t rest, local = zone ? time_zone_to_local(zone, micros) : micros;
    text_append_date(out, micros_to_days(local, &rest));
    text_append_char(out, 'T');
    format_iso_time(out, rest * 1000);
    if (zone) text_append_offset(out, time_zone_offset_seconds(zone, micros), true);
}

void text_append_offset(Text *out, int32_t seconds, bool zulu) {
    if (seconds == 0 && zulu) {
        text_append_char(out, 'Z');
        return;
    }
    uint64_t m = (uint64_t)abs(seconds);
    text_append_char(out, seconds < 0 ? '-' : '+');
    append_padded(out, m / 3600, 2);
    text_append_char(out, ':');
    append_padded(out, m / 60 % 60, 2);
    if (m % 60 == 0) return;
    text_append_char(out, ':');
    append_padded(out, m % 60, 2);
}

static void append_seconds(Text *out, uint64_t micros) {
    append_padded(out, micros / 1000000, 2);
    append_fraction(out, micros % 1000000, 6);
}

static const char *const UNIT_WORDS[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};

static void append_year_month(Text *out, const Type *type, int32_t months) {
    uint64_t m = months < 0 ? (uint64_t) - (int64_t)months : (uint64_t)months;
    if (months < 0) text_append_char(out, '-');
    if (type->unit_start == UNIT_MONTH) {
        text_append_u64(out, m);
        return;
    }
    text_append_u64(out, m / 12);
    if (type->unit_stop == UNIT_YEAR) return;
    text_append_char(out, '-');
    text_append_u64(out, m % 12);
}

static void append_day_time(Text *out, const Type *type, int64_t micros) {
    static const uint64_t UNIT_MICROS[] = {0, 0, 86400000000, 3600000000, 60000000, 1};
    uint64_t rest = micros < 0 ? -(uint64_t)micros : (uint64_t)micros;
    if (micros < 0) text_append_char(out, '-');
    for (unsigned unit = type->unit_start; unit <= type->unit_stop; unit++) {
        bool first = unit == type->unit_start;
        if (!first) text_append_char(out, unit == UNIT_HOUR ? ' ' : ':');
        if (unit == UNIT_SECOND) {
            append_seconds(out, rest);
            return;
        }
        uint64_t value = rest / UNIT_MICROS[unit];
        append_padded(out, value, unit == UNIT_DAY ? 1 : 2);
        rest -= value * UNIT_MICROS[unit];
    }
}

void format_interval(Text *out, const Type *type, int64_t value) {
    text_append_cstr(out, "INTERVAL '");
    if (type->id == TYPE_INTERVAL_YEAR_MONTH) append_year_month(out, type, (int32_t)value);
    else append_day_time(out, type, value);
    text_append_cstr(out, "' ");
    text_append_cstr(out, UNIT_WORDS[type->unit_start]);
    if (type->unit_start == type->unit_stop) return;
    text_append_cstr(out, " TO ");
    text_append_cstr(out, UNIT_WORDS[type->unit_stop]);
}

void format_interval_hive(Text *out, const Type *type, int64_t value) {
    if (value < 0) text_append_char(out, '-');
    uint64_t m = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (type->id == TYPE_INTERVAL_YEAR_MONTH) {
        text_printf(out, "%llu-%llu", (unsigned long long)(m / 12), (unsigned long long)(m % 12));
        return;
    }
    text_append_u64(out, m / 86400000000u);
    text_append_char(out, ' ');
    append_clock(out, m / 1000000 % 86400);
    text_append_char(out, '.');
    append_padded(out, m % 1000000 * 1000, 9);
}

static void append_unit(Text *out, int64_t value, const char *unit, size_t start) {
    if (value == 0) return;
    if (out->bytes > start) text_append_char(out, ' ');
    text_append_i64(out, value);
    text_append_char(out, ' ');
    text_append_cstr(out, unit);
}

void text_append_interval(Text *out, Interval interval) {
    size_t start = out->bytes;
    int64_t rest = interval.micros;
    append_unit(out, interval.months / 12, "years", start);
    append_unit(out, interval.months % 12, "months", start);
    append_unit(out, interval.days, "days", start);
    append_unit(out, rest / 3600000000, "hours", start);
    rest %= 3600000000;
    append_unit(out, rest / 60000000, "minutes", start);
    rest %= 60000000;
    if (rest) {
        if (out->bytes > start) text_append_char(out, ' ');
        if (rest < 0) text_append_char(out, '-');
        uint64_t m = (uint64_t)llabs(rest);
        text_append_u64(out, m / 1000000);
        append_fraction(out, m % 1000000, 6);
        text_append_cstr(out, " seconds");
    }
    if (out->bytes == start) text_append_cstr(out, "0 seconds");
}
