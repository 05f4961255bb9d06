// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/functions/time/pattern.h"

#include "kernel/column/civil.h"
#include "kernel/column/format.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const MONTHS[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const DAYS[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                   "Friday", "Saturday", "Sunday"};

static bool fail_pattern(Slice text, ErrorCode code, Error *err) {
    (void)error_set(err, code);
    error_add_format(err, "pattern", "'%.*s'", SLICE_ARGS(text));
    if (code == ERR_INCONSISTENT_BEHAVIOR_CROSS_VERSION__DATETIME_PATTERN_RECOGNITION)
        error_add(err, "config", SLICE("\"spark.sql.legacy.timeParserPolicy\""));
    error_add(err, "docroot", SLICE("https://spark.apache.org/docs/latest"));
    return false;
}

// The most letters in a row, 0: not a letter of patterns.
static int letter_limit(char letter, bool for_parsing) {
    switch (letter) {
    case 'G': return 4;
    case 'y': return 6;
    case 'D': return 3;
    case 'M':
    case 'L': return 4;
    case 'd': return 2;
    case 'E': return for_parsing ? 0 : 4;
    case 'F': return for_parsing ? 0 : 1;
    case 'q':
    case 'Q': return for_parsing ? 0 : 4;
    case 'a': return 1;
    case 'h':
    case 'H':
    case 'k':
    case 'K':
    case 'm':
    case 's': return 2;
    case 'S': return 9;
    case 'V': return 2;
    case 'z': return 4;
    case 'O': return 4;
    case 'X':
    case 'x':
    case 'Z': return 5;
    default: return 0;
    }
}

static void push(Arena *arena, DatePattern *out, PatternItem item) {
    ARENA_PUSH(arena, out->items, out->count, item);
}

// 'quoted text', with '' for a quote.
static bool take_quoted(Arena *arena, Slice text, size_t *at, bool optional, DatePattern *out) {
    AUTO(Text, quoted) = {0};
    size_t i = *at + 1;
    for (; i < text.bytes; i++) {
        if (text.data[i] != '\'') {
            text_append_char(&quoted, text.data[i]);
        } else if (i + 1 < text.bytes && text.data[i + 1] == '\'') {
            text_append_char(&quoted, '\'');
            i++;
        } else {
            break;
        }
    }
    if (i >= text.bytes) return false;
    if (i == *at + 1) text_append_char(&quoted, '\'');
    push(arena, out,
         (PatternItem){.is_optional = optional, .text = arena_copy(arena, text_slice(&quoted))});
    *at = i + 1;
    return true;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool date_pattern_parse(Arena *arena, Slice text, bool for_parsing, DatePattern *out, Error *err) {
    *out = (DatePattern){0};
    bool optional = false;
    for (size_t i = 0; i < text.bytes;) {
        char c = text.data[i];
        if (c == '\'') {
            if (!take_quoted(arena, text, &i, optional, out))
                return fail_pattern(text, ERR_INVALID_DATETIME_PATTERN__WITH_SUGGESTION, err);
        } else if (c == '[' || c == ']') {
            optional = c == '[';
            i++;
        } else if (!is_letter(c)) {
            push(arena, out,
                 (PatternItem){.is_optional = optional, .text = slice_of(text.data + i, 1)});
            i++;
        } else {
            size_t stop = i;
            while (stop < text.bytes && text.data[stop] == c) stop++;
            size_t width = stop - i;
            int limit = letter_limit(c, for_parsing);
            bool old = strchr("YWwuce", c) != NULL || limit == 0 || (int)width > limit;
            if (old)
                return fail_pattern(
                    text,
                    strchr("AnNpBcCeWwYu", c) && c != 'Y' && c != 'w' && c != 'W' && c != 'u' &&
                            c != 'e'
                        ? ERR_INVALID_DATETIME_PATTERN__WITH_SUGGESTION
                        : ERR_INCONSISTENT_BEHAVIOR_CROSS_VERSION__DATETIME_PATTERN_RECOGNITION,
                    err);
            push(arena, out, (PatternItem){c, (uint8_t)width, optional, SLICE_NONE});
            i = stop;
        }
    }
    return true;
}

// --- formatting --------------------------------------------------------------------------------

static void append_padded(Text *out, int64_t value, int width) {
    text_printf(out, "%0*lld", width, (long long)value);
}

static void append_name(Text *out, const char *name, int width) {
    text_append(out, slice_first(slice_from_cstr(name), width >= 4 ? SIZE_MAX : 3));
}

static void append_offset(Text *out, char letter, int width, int32_t seconds) {
    int32_t m = abs(seconds);
    char sign = seconds < 0 ? '-' : '+';
    if (letter == 'O' || (letter == 'Z' && width == 4)) {
        text_append_cstr(out, "GMT");
        if (seconds == 0) return;
        if (letter == 'O' && width < 4) {
            text_printf(out, "%c%d", sign, m / 3600);
            if (m / 60 % 60) text_printf(out, ":%02d", m / 60 % 60);
        } else {
            text_printf(out, "%c%02d:%02d", sign, m / 3600, m / 60 % 60);
        }
        return;
    }
    if ((letter == 'X' || (letter == 'Z' && width == 5)) && seconds == 0) {
        text_append_char(out, 'Z');
        return;
    }
    bool colon = letter == 'Z' ? width == 5 : width == 3 || width == 5;
    text_printf(out, "%c%02d", sign, m / 3600);
    if (letter != 'Z' && width == 1 && m / 60 % 60 == 0) return;
    text_printf(out, colon ? ":%02d" : "%02d", m / 60 % 60);
    if (letter != 'Z' && width >= 4 && m % 60) text_printf(out, colon ? ":%02d" : "%02d", m % 60);
}

static void append_date_item(Text *out, char letter, int width, CivilDate date, int32_t days) {
    int64_t year = date.year > 0 ? date.year : 1 - date.year;
    switch (letter) {
    case 'G':
        text_append_cstr(out, date.year > 0 ? (width == 4 ? "Anno Domini" : "AD")
                                            : (width == 4 ? "Before Christ" : "BC"));
        break;
    case 'y':
        if (width == 2) append_padded(out, year % 100, 2);
        else {
            if (year > 9999 && width >= 4) text_append_char(out, '+');
            append_padded(out, year, width);
        }
        break;
    case 'D': append_padded(out, civil_day_of_year(date), width); break;
    case 'M':
    case 'L':
        if (width >= 3) append_name(out, MONTHS[date.month - 1], width);
        else append_padded(out, date.month, width);
        break;
    case 'd': append_padded(out, date.day, width); break;
    case 'Q':
    case 'q': {
        static const char *const WORDS[] = {"1st quarter", "2nd quarter", "3rd quarter",
                                            "4th quarter"};
        int quarter = (date.month + 2) / 3;
        if (width <= 2) append_padded(out, quarter, width);
        else if (width == 3) text_printf(out, "Q%d", quarter);
        else text_append_cstr(out, WORDS[quarter - 1]);
        break;
    }
    case 'E': append_name(out, DAYS[civil_day_of_week(days)], width); break;
    default: append_padded(out, (date.day - 1) % 7 + 1, width); break; // F
    }
}

static void append_clock_item(Text *out, char letter, int width, int64_t micros) {
    int64_t hour = micros / 3600000000;
    switch (letter) {
    case 'a': text_append_cstr(out, hour < 12 ? "AM" : "PM"); break;
    case 'h': append_padded(out, hour % 12 ? hour % 12 : 12, width); break;
    case 'K': append_padded(out, hour % 12, width); break;
    case 'H': append_padded(out, hour, width); break;
    case 'k': append_padded(out, hour ? hour : 24, width); break;
    case 'm': append_padded(out, micros / 60000000 % 60, width); break;
    case 's': append_padded(out, micros / 1000000 % 60, width); break;
    default: {
        char digits[16];
        (void)snprintf(digits, sizeof digits, "%06d000", (int)(micros % 1000000));
        text_append(out, slice_of(digits, (size_t)width));
        break;
    }
    }
}

void date_pattern_format(const DatePattern *pattern, int64_t local_micros, int64_t utc_micros,
                         const TimeZone *zone, Text *out) {
    int64_t rest;
    int32_t days = micros_to_days(local_micros, &rest);
    CivilDate date = civil_from_days(days);
    for (size_t i = 0; i < pattern->count; i++) {
        const PatternItem *item = &pattern->items[i];
        if (!item->letter) text_append(out, item->text);
        else if (item->letter == 'V') text_append(out, time_zone_name(zone));
        else if (item->letter == 'z') text_append(out, time_zone_abbreviation(zone, utc_micros));
        else if (strchr("OXxZ", item->letter))
            append_offset(out, item->letter, item->width,
                          time_zone_offset_seconds(zone, utc_micros));
        else if (strchr("ahKHkmsS", item->letter))
            append_clock_item(out, item->letter, item->width, rest);
        else append_date_item(out, item->letter, item->width, date, days);
    }
}

// --- reading -----------------------------------------------------------------------------------

typedef struct Fields {
    int64_t year, month, day, day_of_year, hour, hour12, minute, second, micros;
    bool has_year, has_day_of_year, has_hour12, pm, before_christ;
    const TimeZone *zone;
} Fields;

static bool take_number(Slice s, size_t *at, int least, int most, int64_t *value) {
    int count = 0;
    *value = 0;
    while (count < most && *at < s.bytes && s.data[*at] >= '0' && s.data[*at] <= '9') {
        *value = *value * 10 + (s.data[(*at)++] - '0');
        count++;
    }
    return count >= least;
}

static bool take_name(Slice s, size_t *at, const char *const *names, int count, int width,
                      int64_t *index) {
    for (int n = 0; n < count; n++) {
        Slice name = slice_first(slice_from_cstr(names[n]), width >= 4 ? SIZE_MAX : 3);
        if (slice_starts_with(slice_from(s, *at), name)) {
            *index = n + 1;
            *at += name.bytes;
            return true;
        }
    }
    return false;
}

static bool take_zone(Slice s, size_t *at, const PatternItem *item, Fields *fields) {
    size_t stop = *at;
    bool offset = strchr("XxZO", item->letter) != NULL;
    while (stop < s.bytes) {
        char c = s.data[stop];
        bool ok = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == ':' ||
                  (!offset && (is_letter(c) || c == '/' || c == '_')) || (offset && is_letter(c));
        if (!ok) break;
        stop++;
    }
    // The longest that names a zone.
    for (; stop > *at; stop--) {
        fields->zone = time_zone_find(slice_of(s.data + *at, stop - *at), NULL);
        if (!fields->zone) continue;
        *at = stop;
        return true;
    }
    return false;
}

// Letters next to each other are fixed in width; otherwise one letter takes any number of digits.
static bool take_item(Slice s, size_t *at, const PatternItem *item, bool adjacent, Fields *f) {
    int width = item->width, least = width, most = width;
    if (width == 1 && !adjacent) most = item->letter == 'y' ? 10 : 2;
    switch (item->letter) {
    case 'y':
        f->has_year = true;
        if (width == 2) {
            if (!take_number(s, at, 2, 2, &f->year)) return false;
            f->year += 2000;
            return true;
        }
        if (!adjacent && width >= 4) most = 10;
        if (*at < s.bytes && s.data[*at] == '+') (*at)++;
        return take_number(s, at, least, most, &f->year);
    case 'M':
    case 'L':
        if (width >= 3) return take_name(s, at, MONTHS, 12, width, &f->month);
        return take_number(s, at, least, most, &f->month);
    case 'd': return take_number(s, at, least, most, &f->day);
    case 'D':
        f->has_day_of_year = true;
        return take_number(s, at, least, width == 1 ? 3 : most, &f->day_of_year);
    case 'H':
    case 'k': return take_number(s, at, least, most, &f->hour);
    case 'h':
    case 'K': f->has_hour12 = true; return take_number(s, at, least, most, &f->hour12);
    case 'm': return take_number(s, at, least, most, &f->minute);
    case 's': return take_number(s, at, least, most, &f->second);
    case 'S': {
        size_t start = *at;
        if (!take_number(s, at, 1, width, &f->micros)) return false;
        size_t digits = *at - start;
        for (; digits < 6; digits++) f->micros *= 10;
        for (; digits > 6; digits--) f->micros /= 10;
        return true;
    }
    case 'a': {
        Slice two = slice_first(slice_from(s, *at), 2);
        f->pm = slice_equal_ignore_case(two, SLICE("PM"));
        *at += 2;
        return f->pm || slice_equal_ignore_case(two, SLICE("AM"));
    }
    case 'G':
        f->before_christ = slice_starts_with(slice_from(s, *at), SLICE("BC"));
        *at += 2;
        return f->before_christ || slice_starts_with(slice_from(s, *at - 2), SLICE("AD"));
    default: return take_zone(s, at, item, f);
    }
}

static bool is_number_item(const PatternItem *item) {
    return item->letter && strchr("yMLdDHkhKmsS", item->letter) &&
           !(strchr("ML", item->letter) && item->width >= 3);
}

static bool moment_of(Fields *f, int64_t *micros) {
    if (f->has_hour12) f->hour = f->hour12 % 12 + (f->pm ? 12 : 0);
    if (f->hour == 24) f->hour = 0;
    if (f->before_christ) f->year = 1 - f->year;
    int32_t year = (int32_t)f->year;
    if (f->year > 294247 || f->hour > 23 || f->minute > 59 || f->second > 59) return false;
    int64_t days;
    if (f->has_day_of_year) {
        if (f->day_of_year < 1 || f->day_of_year > 365 + civil_is_leap_year(year)) return false;
        days = civil_to_days(year, 1, 1) + f->day_of_year - 1;
    } else {
        if (f->month < 1 || f->month > 12 || f->day < 1 ||
            f->day > civil_days_in_month(year, (int32_t)f->month))
            return false;
        days = civil_to_days(year, (int32_t)f->month, (int32_t)f->day);
    }
    *micros = days * MICROS_PER_DAY +
              (f->hour * 3600 + f->minute * 60 + f->second) * MICROS_PER_SECOND + f->micros;
    return true;
}

bool date_pattern_read(const DatePattern *pattern, Slice text, int64_t *local_micros,
                       const TimeZone **zone, size_t *at) {
    Fields fields = {.year = 1970, .month = 1, .day = 1};
    *at = 0;
    for (size_t i = 0; i < pattern->count; i++) {
        const PatternItem *item = &pattern->items[i];
        bool adjacent = i + 1 < pattern->count && is_number_item(item) &&
                        is_number_item(&pattern->items[i + 1]);
        size_t before = *at;
        bool ok;
        if (item->letter) {
            ok = take_item(text, at, item, adjacent, &fields);
        } else {
            ok = slice_starts_with(slice_from(text, *at), item->text);
            *at += item->text.bytes;
        }
        if (ok) continue;
        *at = before;
        if (!item->is_optional) return false;
        while (i + 1 < pattern->count && pattern->items[i + 1].is_optional) i++;
    }
    if (*at != text.bytes) return false;
    if (fields.zone) *zone = fields.zone;
    return moment_of(&fields, local_micros);
}
