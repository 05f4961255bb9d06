// SPDX-License-Identifier: Apache-2.0
// Reads version 1 to 4 files; from version 2 on the second, 64-bit block and the rule behind it
// count. Every offset is checked against the file's end.
#include "kernel/column/zone/tzif_internal.h"

#include "kernel/column/civil.h"

#include <stdlib.h>

typedef struct Counts {
    uint32_t utc, standard, leap, time, kind, chars;
} Counts;

// A daylight-saving rule as POSIX TZ writes it: "M3.2.0/2", "J60", "59/25".
typedef struct Rule {
    char form; // 'M', 'J', 'D'
    int32_t month, week, day;
    int32_t seconds; // of the day, may be negative or past 24 h
} Rule;

static uint32_t read_u32(const char *p) {
    uint32_t value;
    memcpy(&value, p, 4);
    return __builtin_bswap32(value);
}

static int64_t read_i64(const char *p) {
    uint64_t value;
    memcpy(&value, p, 8);
    return (int64_t)__builtin_bswap64(value);
}

static bool read_header(Slice file, Counts *counts, char *version) {
    if (file.bytes < 44 || memcmp(file.data, "TZif", 4) != 0) return false;
    *version = file.data[4];
    const char *p = file.data + 20;
    *counts = (Counts){read_u32(p),      read_u32(p + 4),  read_u32(p + 8),
                       read_u32(p + 12), read_u32(p + 16), read_u32(p + 20)};
    return counts->time < 10000 && counts->kind > 0 && counts->kind < TZIF_KINDS_MAX - 2 &&
           counts->chars < 10000 && counts->leap < 10000 && counts->utc <= counts->kind &&
           counts->standard <= counts->kind;
}

static size_t block_bytes(const Counts *counts, size_t time_bytes) {
    return counts->time * (time_bytes + 1) + counts->kind * 6 + counts->chars +
           counts->leap * (time_bytes + 4) + counts->standard + counts->utc;
}

static void set_abbreviation(TzifKind *kind, Slice name) {
    size_t bytes = MIN(name.bytes, sizeof kind->abbreviation - 1);
    memcpy(kind->abbreviation, name.data, bytes);
    kind->abbreviation[bytes] = 0;
}

static bool read_block(Slice block, const Counts *counts, size_t time_bytes, Tzif *tzif) {
    if (block.bytes < block_bytes(counts, time_bytes)) return false;
    const char *kinds = block.data + counts->time * time_bytes;
    const char *infos = kinds + counts->time;
    const char *chars = infos + counts->kind * 6;
    tzif->at = xmalloc((counts->time + 1) * sizeof *tzif->at);
    tzif->kind = xmalloc(counts->time + 1);
    tzif->transition_count = counts->time;
    for (uint32_t i = 0; i < counts->time; i++) {
        const char *p = block.data + i * time_bytes;
        tzif->at[i] = time_bytes == 8 ? read_i64(p) : (int32_t)read_u32(p);
        tzif->kind[i] = (uint8_t)kinds[i];
        if (tzif->kind[i] >= counts->kind || (i && tzif->at[i] <= tzif->at[i - 1])) return false;
    }
    for (uint32_t i = 0; i < counts->kind; i++) {
        tzif->kinds[i].offset = (int32_t)read_u32(infos + i * 6);
        size_t name = (uint8_t)infos[i * 6 + 5];
        if (name >= counts->chars || abs(tzif->kinds[i].offset) > 26 * 3600) return false;
        set_abbreviation(&tzif->kinds[i],
                         slice_of(chars + name, strnlen(chars + name, counts->chars - name)));
    }
    tzif->kind_count = counts->kind;
    return true;
}

static bool take_number(Slice *s, int32_t *value) {
    if (!s->bytes || s->data[0] < '0' || s->data[0] > '9') return false;
    *value = 0;
    while (s->bytes && s->data[0] >= '0' && s->data[0] <= '9' && *value < 100000) {
        *value = *value * 10 + (s->data[0] - '0');
        *s = slice_from(*s, 1);
    }
    return true;
}

static bool take_char(Slice *s, char c) {
    if (!s->bytes || s->data[0] != c) return false;
    *s = slice_from(*s, 1);
    return true;
}

// [+-]h[:m[:s]]
static bool take_time(Slice *s, int32_t *seconds) {
    bool negative = take_char(s, '-');
    if (!negative) (void)take_char(s, '+');
    int32_t hour, minute = 0, second = 0;
    if (!take_number(s, &hour) || hour > 167) return false;
    if (take_char(s, ':') && (!take_number(s, &minute) || minute > 59)) return false;
    if (take_char(s, ':') && (!take_number(s, &second) || second > 59)) return false;
    *seconds = hour * 3600 + minute * 60 + second;
    if (negative) *seconds = -*seconds;
    return true;
}

static bool take_name(Slice *s, Slice *name) {
    size_t bytes = 0;
    if (take_char(s, '<')) {
        bytes = slice_find_char(*s, '>', 0);
        if (bytes == SIZE_MAX) return false;
        *name = slice_first(*s, bytes);
        *s = slice_from(*s, bytes + 1);
        return true;
    }
    while (bytes < s->bytes && (s->data[bytes] | 0x20) >= 'a' && (s->data[bytes] | 0x20) <= 'z')
        bytes++;
    *name = slice_first(*s, bytes);
    *s = slice_from(*s, bytes);
    return bytes >= 3;
}

static bool take_rule(Slice *s, Rule *rule) {
    *rule = (Rule){.form = 'D', .seconds = 7200};
    if (!take_char(s, ',')) return false;
    if (take_char(s, 'M')) {
        rule->form = 'M';
        if (!take_number(s, &rule->month) || !take_char(s, '.') || !take_number(s, &rule->week) ||
            !take_char(s, '.') || !take_number(s, &rule->day))
            return false;
        if (rule->month < 1 || rule->month > 12 || rule->week < 1 || rule->week > 5 ||
            rule->day > 6)
            return false;
    } else {
        if (take_char(s, 'J')) rule->form = 'J';
        if (!take_number(s, &rule->day) || rule->day > 365) return false;
    }
    return !take_char(s, '/') || take_time(s, &rule->seconds);
}

// Seconds since the epoch, local, at which the rule fires in a year.
static int64_t rule_fires(const Rule *rule, int32_t year) {
    int32_t days;
    if (rule->form == 'M') {
        int32_t first = civil_to_days(year, rule->month, 1);
        int32_t weekday = (civil_day_of_week(first) + 1) % 7; // 0 = Sunday
        int32_t day = (rule->day - weekday + 7) % 7 + 7 * (rule->week - 1);
        while (day >= civil_days_in_month(year, rule->month)) day -= 7;
        days = first + day;
    } else {
        days = civil_to_days(year, 1, 1) + rule->day;
        if (rule->form == 'J') {
            days--; // J1 is January 1; February 29 is never counted
            if (civil_is_leap_year(year) && rule->day >= 60) days++;
        }
    }
    return (int64_t)days * 86400 + rule->seconds;
}

static void push(Tzif *tzif, int64_t at, uint8_t kind) {
    uint32_t count = tzif->transition_count;
    if (count && at <= tzif->at[count - 1]) return;
    tzif->at[count] = at;
    tzif->kind[count] = kind;
    tzif->transition_count++;
}

// Unrolls the rule for 400 years past the last transition.
static void unroll(Tzif *tzif, const Rule *start, const Rule *stop, uint8_t standard,
                   uint8_t daylight) {
    enum { CYCLE_YEARS = 400, FIRST_YEAR = 1970 };
    uint32_t count = tzif->transition_count;
    int64_t last = count ? tzif->at[count - 1] : INT64_MIN / 2;
    int32_t year = FIRST_YEAR;
    if (last > 0) year = civil_from_days((int32_t)(last / 86400)).year;
    size_t room = count + 2 * (CYCLE_YEARS + 3);
    tzif->at = xrealloc(tzif->at, room * sizeof *tzif->at);
    tzif->kind = xrealloc(tzif->kind, room);
    for (int32_t y = year; y <= year + CYCLE_YEARS + 1; y++) {
        int64_t on = rule_fires(start, y) - tzif->kinds[standard].offset;
        int64_t off = rule_fires(stop, y) - tzif->kinds[daylight].offset;
        if (on < off) {
            push(tzif, on, daylight);
            push(tzif, off, standard);
        } else {
            push(tzif, off, standard);
            push(tzif, on, daylight);
        }
    }
    tzif->repeats = true;
}

// "\nEST5EDT,M3.2.0,M11.1.0\n": a malformed rule is ignored, the last transition then holds.
static void read_footer(Slice footer, Tzif *tzif) {
    if (!take_char(&footer, '\n')) return;
    size_t stop = slice_find_char(footer, '\n', 0);
    if (stop == SIZE_MAX || stop == 0) return;
    Slice s = slice_first(footer, stop), name, daylight_name;
    int32_t west, daylight_west;
    if (!take_name(&s, &name) || !take_time(&s, &west) || s.bytes == 0) return;
    if (!take_name(&s, &daylight_name)) return;
    daylight_west = west - 3600;
    if (s.bytes && s.data[0] != ',' && !take_time(&s, &daylight_west)) return;
    Rule on, off;
    if (!take_rule(&s, &on) || !take_rule(&s, &off) || s.bytes) return;
    uint8_t standard = (uint8_t)tzif->kind_count, daylight = (uint8_t)(standard + 1);
    tzif->kind_count += 2;
    tzif->kinds[standard].offset = -west;
    set_abbreviation(&tzif->kinds[standard], name);
    tzif->kinds[daylight].offset = -daylight_west;
    set_abbreviation(&tzif->kinds[daylight], daylight_name);
    unroll(tzif, &on, &off, standard, daylight);
}

bool tzif_read(Slice file, Tzif *tzif) {
    *tzif = (Tzif){0};
    Counts counts;
    char version;
    if (!read_header(file, &counts, &version)) return false;
    size_t time_bytes = 4;
    Slice block = slice_from(file, 44);
    if (version >= '2') {
        size_t skip = block_bytes(&counts, 4);
        if (skip > block.bytes || !read_header(slice_from(block, skip), &counts, &version))
            return false;
        block = slice_from(block, skip + 44);
        time_bytes = 8;
    }
    if (!read_block(block, &counts, time_bytes, tzif)) {
        free(tzif->at);
        free(tzif->kind);
        *tzif = (Tzif){0};
        return false;
    }
    if (time_bytes == 8) read_footer(slice_from(block, block_bytes(&counts, 8)), tzif);
    return true;
}
