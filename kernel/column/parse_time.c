// SPDX-License-Identifier: Apache-2.0
// Dates, times, timestamps and intervals from text.
#include "kernel/column/civil.h"
#include "kernel/column/parse.h"

#include <time.h>

static bool take_char(Slice *s, char c) {
    if (!s->bytes || s->data[0] != c) return false;
    *s = slice_from(*s, 1);
    return true;
}

static bool take_digits(Slice *s, int least, int most, int64_t *value) {
    int count = 0;
    *value = 0;
    while (count < most && s->bytes && s->data[0] >= '0' && s->data[0] <= '9') {
        *value = *value * 10 + (s->data[0] - '0');
        *s = slice_from(*s, 1);
        count++;
    }
    bool more = s->bytes && s->data[0] >= '0' && s->data[0] <= '9';
    return count >= least && !more;
}

static bool take_sign(Slice *s, bool *negative) {
    *negative = take_char(s, '-');
    return *negative || take_char(s, '+');
}

// [+-]yyyy[-[m]m[-[d]d]]; *parts: how many of the three there are.
static bool take_date(Slice *s, int year_digits, int *parts, int32_t *days) {
    bool negative;
    *parts = 1;
    int64_t year, month = 1, day = 1;
    (void)take_sign(s, &negative);
    if (!take_digits(s, 4, year_digits, &year)) return false;
    if (take_char(s, '-')) {
        if (!take_digits(s, 1, 2, &month)) return false;
        *parts = 2;
        if (take_char(s, '-')) {
            if (!take_digits(s, 1, 2, &day)) return false;
            *parts = 3;
        }
    }
    if (negative) year = -year;
    if (month < 1 || month > 12 || day < 1 || year > 5881580 || year < -5877641) return false;
    if (day > civil_days_in_month((int32_t)year, (int32_t)month)) return false;
    *days = civil_to_days((int32_t)year, (int32_t)month, (int32_t)day);
    return true;
}

bool parse_date(Slice s, int32_t *days) {
    int parts;
    s = slice_trim(s);
    if (!take_date(&s, 7, &parts, days)) return false;
    // A tail behind a full date is ignored.
    return s.bytes == 0 || (parts == 3 && (s.data[0] == ' ' || s.data[0] == 'T'));
}

typedef struct Clock {
    int64_t micros; // of the day
    bool complete;  // seconds were given: a zone may follow
} Clock;

// [h]h[:[m]m[:[s]s[.f*]]]; digits past the sixth of a fraction are cut.
static bool take_clock(Slice *s, bool minutes_needed, Clock *clock) {
    int64_t hour, minute = 0, second = 0, fraction = 0;
    *clock = (Clock){0};
    if (!take_digits(s, 1, 2, &hour)) return false;
    if (take_char(s, ':')) {
        if (!take_digits(s, 1, 2, &minute)) return false;
        if (take_char(s, ':')) {
            if (!take_digits(s, 1, 2, &second)) return false;
            clock->complete = true;
        }
    } else if (minutes_needed) {
        return false;
    }
    if (clock->complete && take_char(s, '.')) {
        int digits = 0;
        for (; s->bytes && s->data[0] >= '0' && s->data[0] <= '9'; *s = slice_from(*s, 1), digits++)
            if (digits < 6) fraction = fraction * 10 + (s->data[0] - '0');
        for (; digits < 6; digits++) fraction *= 10;
    }
    if (hour > 23 || minute > 59 || second > 59) return false;
    clock->micros = (hour * 3600 + minute * 60 + second) * MICROS_PER_SECOND + fraction;
    return true;
}

// A timestamp's text taken apart. Without a date `has_date` is false.
typedef struct Stamp {
    bool has_date;
    int32_t days;
    int64_t micros;
    Slice zone; // empty: none
} Stamp;

static bool starts_with_clock(Slice s) {
    int64_t hour;
    return take_digits(&s, 1, 2, &hour) && s.bytes && s.data[0] == ':';
}

static bool take_stamp(Slice s, Stamp *stamp) {
    Clock clock = {0};
    *stamp = (Stamp){0};
    s = slice_trim(s);
    if (take_char(&s, 'T') || starts_with_clock(s)) {
        if (!take_clock(&s, false, &clock)) return false;
    } else {
        stamp->has_date = true;
        int parts;
        if (!take_date(&s, 6, &parts, &stamp->days)) return false;
        if (s.bytes) {
            if (parts < 3 || !(take_char(&s, ' ') || take_char(&s, 'T'))) return false;
            if (!take_clock(&s, false, &clock)) return false;
        }
    }
    if (s.bytes && !clock.complete) return false;
    stamp->micros = clock.micros;
    stamp->zone = slice_trim(s);
    return true;
}

static bool stamp_local(const Stamp *stamp, int64_t *micros) {
    return !__builtin_mul_overflow((int64_t)stamp->days, MICROS_PER_DAY, micros) &&
           !__builtin_add_overflow(*micros, stamp->micros, micros);
}

bool parse_timestamp(Slice s, const TimeZone *zone, int64_t *micros, bool *had_zone) {
    Stamp stamp;
    if (!take_stamp(s, &stamp)) return false;
    *had_zone = stamp.zone.bytes > 0;
    if (*had_zone && !(zone = time_zone_find(stamp.zone, NULL))) return false;
    if (!stamp.has_date) {
        int64_t now = (int64_t)time(NULL) * MICROS_PER_SECOND;
        stamp.days = micros_to_days(time_zone_to_local(zone, now), NULL);
    }
    int64_t local;
    if (!stamp_local(&stamp, &local)) return false;
    *micros = time_zone_to_utc(zone, local);
    return true;
}

bool parse_timestamp_ntz(Slice s, bool zone_allowed, int64_t *micros) {
    Stamp stamp;
    if (!take_stamp(s, &stamp) || !stamp.has_date) return false;
    if (stamp.zone.bytes && (!zone_allowed || !time_zone_find(stamp.zone, NULL))) return false;
    return stamp_local(&stamp, micros);
}

bool parse_time(Slice s, int64_t *nanos) {
    Clock clock;
    s = slice_trim(s);
    bool noon = false, half_day = false;
    if (s.bytes > 2 && (s.data[s.bytes - 1] | 0x20) == 'm') {
        char half = (char)(s.data[s.bytes - 2] | 0x20);
        half_day = half == 'a' || half == 'p';
        noon = half == 'p';
        if (half_day) s = slice_trim(slice_first(s, s.bytes - 2));
    }
    if (!half_day) (void)take_char(&s, 'T');
    if (!take_clock(&s, true, &clock) || s.bytes) return false;
    if (half_day) {
        int64_t hour = clock.micros / (3600 * MICROS_PER_SECOND);
        if (hour < 1 || hour > 12) return false;
        clock.micros += ((hour % 12) + (noon ? 12 : 0) - hour) * 3600 * MICROS_PER_SECOND;
    }
    *nanos = clock.micros * 1000;
    return true;
}

// --- intervals ---------------------------------------------------------------------------------

static const char *const UNIT_NAMES[] = {"year", "month", "day", "hour", "minute", "second"};
static const int64_t UNIT_MICROS[] = {0, 0, 86400000000, 3600000000, 60000000, 1000000};

static bool take_word(Slice *s, const char *word) {
    size_t bytes = strlen(word);
    if (s->bytes < bytes || !slice_equal_ignore_case(slice_first(*s, bytes), slice_from_cstr(word)))
        return false;
    Slice rest = slice_from(*s, bytes);
    if (rest.bytes && (rest.data[0] | 0x20) >= 'a' && (rest.data[0] | 0x20) <= 'z') return false;
    *s = rest;
    return true;
}

// The literal form: INTERVAL [+-]'text' UNIT [TO UNIT]; *s becomes the text. false: not that form
// or of other units. A plain text passes unchanged.
static bool strip_literal(Slice *s, const Type *type, bool *negative) {
    *negative = false;
    Slice t = *s;
    if (!take_word(&t, "interval")) return true;
    t = slice_trim(t);
    (void)take_sign(&t, negative);
    t = slice_trim(t);
    if (!take_char(&t, '\'')) return false;
    size_t stop = slice_find_char(t, '\'', 0);
    if (stop == SIZE_MAX) return false;
    *s = slice_first(t, stop);
    t = slice_trim(slice_from(t, stop + 1));
    if (!take_word(&t, UNIT_NAMES[type->unit_start])) return false;
    t = slice_trim(t);
    if (type->unit_start != type->unit_stop) {
        if (!take_word(&t, "to")) return false;
        t = slice_trim(t);
        if (!take_word(&t, UNIT_NAMES[type->unit_stop])) return false;
    }
    return slice_trim(t).bytes == 0;
}

static bool year_month_value(Slice s, const Type *type, int64_t *months) {
    int64_t first, second = 0;
    if (!take_digits(&s, 1, 10, &first)) return false;
    if (type->unit_start != type->unit_stop) {
        if (!take_char(&s, '-') || !take_digits(&s, 1, 2, &second) || second > 11) return false;
    }
    if (s.bytes) return false;
    *months = type->unit_start == UNIT_MONTH ? first : first * 12 + second;
    return true;
}

static bool day_time_value(Slice s, const Type *type, int64_t *micros) {
    static const int64_t MOST[] = {0, 0, INT64_MAX, 23, 59, 59};
    *micros = 0;
    for (unsigned unit = type->unit_start; unit <= type->unit_stop; unit++) {
        int64_t number, part;
        bool first = unit == type->unit_start;
        if (!first && !take_char(&s, unit == UNIT_HOUR ? ' ' : ':')) return false;
        if (!take_digits(&s, 1, first ? 13 : 2, &number)) return false;
        if (!first && number > MOST[unit]) return false;
        if (__builtin_mul_overflow(number, UNIT_MICROS[unit], &part) ||
            __builtin_add_overflow(*micros, part, micros))
            return false;
    }
    if (type->unit_stop == UNIT_SECOND && take_char(&s, '.')) {
        int64_t fraction = 0;
        int digits = 0;
        for (; s.bytes && s.data[0] >= '0' && s.data[0] <= '9' && digits < 9; digits++) {
            if (digits < 6) fraction = fraction * 10 + (s.data[0] - '0');
            s = slice_from(s, 1);
        }
        for (; digits < 6; digits++) fraction *= 10;
        if (__builtin_add_overflow(*micros, fraction, micros)) return false;
    }
    return s.bytes == 0;
}

bool parse_interval(Slice s, const Type *type, int64_t *value) {
    bool outer, inner;
    s = slice_trim(s);
    if (!strip_literal(&s, type, &outer)) return false;
    s = slice_trim(s);
    (void)take_sign(&s, &inner);
    bool is_months = type->id == TYPE_INTERVAL_YEAR_MONTH;
    if (is_months ? !year_month_value(s, type, value) : !day_time_value(s, type, value))
        return false;
    if (outer != inner) *value = -*value;
    return !is_months || (*value >= INT32_MIN && *value <= INT32_MAX);
}

typedef struct CalendarUnit {
    const char *name;
    int64_t months, days, micros;
} CalendarUnit;

static const CalendarUnit CALENDAR_UNITS[] = {
    {"year", 12, 0, 0},        {"month", 1, 0, 0},          {"week", 0, 7, 0},
    {"day", 0, 1, 0},          {"hour", 0, 0, 3600000000},  {"minute", 0, 0, 60000000},
    {"second", 0, 0, 1000000}, {"millisecond", 0, 0, 1000}, {"microsecond", 0, 0, 1},
};

static const CalendarUnit *take_unit(Slice *s) {
    size_t bytes = 0;
    while (bytes < s->bytes && (s->data[bytes] | 0x20) >= 'a' && (s->data[bytes] | 0x20) <= 'z')
        bytes++;
    Slice word = slice_first(*s, bytes);
    *s = slice_from(*s, bytes);
    for (size_t i = 0; i < COUNT_OF(CALENDAR_UNITS); i++) {
        Slice name = slice_from_cstr(CALENDAR_UNITS[i].name);
        if (!slice_equal_ignore_case(slice_first(word, name.bytes), name)) continue;
        Slice tail = slice_from(word, name.bytes);
        if (tail.bytes == 0 || (tail.bytes == 1 && (tail.data[0] | 0x20) == 's'))
            return &CALENDAR_UNITS[i];
    }
    return NULL;
}

// One "[+-]n[.f] unit"; a fraction only for seconds.
static bool take_part(Slice *s, Interval *interval) {
    bool negative;
    int64_t number, fraction = 0;
    (void)take_sign(s, &negative);
    *s = slice_trim(*s);
    bool bare_fraction = s->bytes && s->data[0] == '.', has_fraction;
    number = 0;
    if (!bare_fraction && !take_digits(s, 1, 18, &number)) return false;
    has_fraction = take_char(s, '.');
    if (has_fraction) {
        int digits = 0;
        for (; s->bytes && s->data[0] >= '0' && s->data[0] <= '9' && digits < 9; digits++) {
            if (digits < 6) fraction = fraction * 10 + (s->data[0] - '0');
            *s = slice_from(*s, 1);
        }
        if (digits == 0 && bare_fraction) return false;
        for (; digits < 6; digits++) fraction *= 10;
    }
    if (!s->bytes || (uint8_t)s->data[0] > ' ') return false;
    *s = slice_trim(*s);
    const CalendarUnit *unit = take_unit(s);
    if (!unit || (has_fraction && unit->micros != 1000000)) return false;
    int64_t sign = negative ? -1 : 1, months, days, micros;
    if (__builtin_mul_overflow(sign * number, unit->months, &months) ||
        __builtin_mul_overflow(sign * number, unit->days, &days) ||
        __builtin_mul_overflow(sign * number, unit->micros, &micros))
        return false;
    return !__builtin_add_overflow(interval->months, months, &interval->months) &&
           !__builtin_add_overflow(interval->days, days, &interval->days) &&
           !__builtin_add_overflow(interval->micros, micros, &interval->micros) &&
           !__builtin_add_overflow(interval->micros, sign * fraction, &interval->micros);
}

bool parse_calendar_interval(Slice s, Interval *interval) {
    *interval = (Interval){0};
    s = slice_trim(s);
    (void)take_word(&s, "interval");
    s = slice_trim(s);
    if (s.bytes == 0) return false;
    while (s.bytes) {
        if (!take_part(&s, interval)) return false;
        s = slice_trim(s);
    }
    return true;
}
