// SPDX-License-Identifier: Apache-2.0
// A zone is its list of transitions. The rule that a TZif file ends with is unrolled over 400
// years, after which the calendar repeats: later instants are looked up that many cycles earlier.
// Local times resolve by trying the offsets of a day before and a day after.
#include "kernel/column/time_zone.h"

#include "kernel/column/civil.h"
#include "kernel/column/zone/tzif_internal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SECONDS_PER_DAY = 86400 };
#define SECONDS_PER_CYCLE (INT64_C(146097) * SECONDS_PER_DAY)

struct TimeZone {
    TimeZone *next; // of the interned list
    Slice name;
    bool is_fixed; // offset alone, no transitions
    int32_t offset;
    Tzif tzif;
};

static struct {
    pthread_mutex_t lock;
    TimeZone *first;
} zones = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const TimeZone UTC = {.name = {"UTC", 3}, .is_fixed = true};

const TimeZone *time_zone_utc(void) { return &UTC; }

Slice time_zone_name(const TimeZone *zone) { return zone->name; }

static const char *const SHORT_IDS[][2] = {
    {"ACT", "Australia/Darwin"},
    {"AET", "Australia/Sydney"},
    {"AGT", "America/Argentina/Buenos_Aires"},
    {"ART", "Africa/Cairo"},
    {"AST", "America/Anchorage"},
    {"BET", "America/Sao_Paulo"},
    {"BST", "Asia/Dhaka"},
    {"CAT", "Africa/Harare"},
    {"CNT", "America/St_Johns"},
    {"CST", "America/Chicago"},
    {"CTT", "Asia/Shanghai"},
    {"EAT", "Africa/Addis_Ababa"},
    {"ECT", "Europe/Paris"},
    {"EST", "-05:00"},
    {"HST", "-10:00"},
    {"IET", "America/Indiana/Indianapolis"},
    {"IST", "Asia/Kolkata"},
    {"JST", "Asia/Tokyo"},
    {"MIT", "Pacific/Apia"},
    {"MST", "-07:00"},
    {"NET", "Asia/Yerevan"},
    {"NST", "Pacific/Auckland"},
    {"PLT", "Asia/Karachi"},
    {"PNT", "America/Phoenix"},
    {"PRT", "America/Puerto_Rico"},
    {"PST", "America/Los_Angeles"},
    {"SST", "Pacific/Guadalcanal"},
    {"VST", "Asia/Ho_Chi_Minh"},
};

static bool take_digits(Slice *s, int least, int most, int32_t *value) {
    int count = 0;
    *value = 0;
    while (count < most && s->bytes && s->data[0] >= '0' && s->data[0] <= '9') {
        *value = *value * 10 + (s->data[0] - '0');
        *s = slice_from(*s, 1);
        count++;
    }
    return count >= least;
}

// [+-]h[h][[:]mm[[:]ss]]
static bool parse_offset(Slice s, int32_t *seconds) {
    if (s.bytes < 2 || (s.data[0] != '+' && s.data[0] != '-')) return false;
    bool negative = s.data[0] == '-';
    int32_t hour, minute = 0, second = 0;
    s = slice_from(s, 1);
    if (!take_digits(&s, 1, 2, &hour)) return false;
    if (s.bytes) {
        bool colon = s.data[0] == ':';
        if (colon) s = slice_from(s, 1);
        if (!take_digits(&s, colon ? 1 : 2, 2, &minute)) return false;
    }
    if (s.bytes) {
        if (s.data[0] == ':') s = slice_from(s, 1);
        if (!take_digits(&s, 2, 2, &second)) return false;
    }
    if (s.bytes || hour > 18 || minute > 59 || second > 59) return false;
    *seconds = hour * 3600 + minute * 60 + second;
    if (*seconds > 18 * 3600) return false;
    if (negative) *seconds = -*seconds;
    return true;
}

static bool fixed_offset(Slice name, int32_t *seconds) {
    static const char *const PREFIXES[] = {"UTC", "GMT", "UT", ""};
    *seconds = 0;
    if (slice_equal_cstr(name, "Z")) return true;
    for (size_t i = 0; i < COUNT_OF(PREFIXES); i++) {
        Slice prefix = slice_from_cstr(PREFIXES[i]);
        if (!slice_starts_with(name, prefix)) continue;
        Slice rest = slice_from(name, prefix.bytes);
        if (rest.bytes == 0 && prefix.bytes) return true;
        if (parse_offset(rest, seconds)) return true;
    }
    return false;
}

static bool is_file_name(Slice name) {
    if (name.bytes == 0 || name.bytes > 100 || name.data[0] == '/') return false;
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && !memchr("_+-/", c, 4)) return false;
    }
    return true;
}

static bool load(Slice name, Tzif *tzif) {
    if (!is_file_name(name)) return false;
    char path[160];
    (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%.*s", SLICE_ARGS(name));
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    char *data = xmalloc(1 << 17);
    size_t bytes = fread(data, 1, 1 << 17, file);
    (void)fclose(file);
    bool read = tzif_read(slice_of(data, bytes), tzif);
    free(data);
    return read;
}

static const TimeZone *find_interned(Slice name) {
    for (const TimeZone *zone = zones.first; zone; zone = zone->next)
        if (slice_equal(zone->name, name)) return zone;
    return NULL;
}

static const TimeZone *make_zone(Slice name) {
    TimeZone made = {.name = name};
    Slice source = name;
    for (size_t i = 0; i < COUNT_OF(SHORT_IDS); i++)
        if (slice_equal_cstr(name, SHORT_IDS[i][0])) source = slice_from_cstr(SHORT_IDS[i][1]);
    made.is_fixed = fixed_offset(source, &made.offset);
    if (!made.is_fixed && !load(source, &made.tzif)) return NULL;
    TimeZone *zone = xmalloc(sizeof *zone);
    char *copy = xmalloc(name.bytes + 1);
    memcpy(copy, name.data, name.bytes);
    *zone = made;
    zone->name = slice_of(copy, name.bytes);
    zone->next = zones.first;
    zones.first = zone;
    return zone;
}

const TimeZone *time_zone_find(Slice name, Error *err) {
    name = slice_trim(name);
    if (slice_equal_cstr(name, "UTC")) return &UTC;
    const TimeZone *zone = NULL;
    if (name.bytes && name.bytes <= 100) {
        (void)pthread_mutex_lock(&zones.lock);
        zone = find_interned(name);
        if (!zone) zone = make_zone(name);
        (void)pthread_mutex_unlock(&zones.lock);
    }
    if (zone || !err) return zone;
    (void)error_set(err, ERR_INVALID_TIMEZONE);
    error_add(err, "timeZone", name);
    return NULL;
}

const TimeZone *time_zone_default(void) {
    const char *set = getenv("TZ");
    const TimeZone *zone = NULL;
    if (set && *set) {
        Slice name = slice_from_cstr(*set == ':' ? set + 1 : set);
        size_t at = slice_find(name, SLICE("zoneinfo/"), 0);
        zone = time_zone_find(at == SIZE_MAX ? name : slice_from(name, at + 9), NULL);
        return zone ? zone : &UTC;
    }
    char link[256];
    ssize_t bytes = readlink("/etc/localtime", link, sizeof link);
    if (bytes > 0) {
        Slice target = slice_of(link, (size_t)bytes);
        size_t at = slice_find(target, SLICE("zoneinfo/"), 0);
        if (at != SIZE_MAX) zone = time_zone_find(slice_from(target, at + 9), NULL);
    }
    return zone ? zone : &UTC;
}

static int64_t floor_seconds(int64_t micros) {
    return micros >= 0 ? micros / MICROS_PER_SECOND : -((-(micros + 1)) / MICROS_PER_SECOND) - 1;
}

static const TzifKind *kind_at(const Tzif *tzif, int64_t seconds) {
    uint32_t count = tzif->transition_count;
    if (count == 0 || seconds < tzif->at[0]) return &tzif->kinds[tzif->first_kind];
    int64_t last = tzif->at[count - 1];
    if (tzif->repeats && seconds >= last)
        seconds -= ((seconds - last) / SECONDS_PER_CYCLE + 1) * SECONDS_PER_CYCLE;
    uint32_t low = 0, high = count; // at[low] <= seconds < at[high]
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (tzif->at[middle] <= seconds) low = middle;
        else high = middle;
    }
    return &tzif->kinds[tzif->kind[low]];
}

int32_t time_zone_offset_seconds(const TimeZone *zone, int64_t utc_micros) {
    if (zone->is_fixed) return zone->offset;
    return kind_at(&zone->tzif, floor_seconds(utc_micros))->offset;
}

Slice time_zone_abbreviation(const TimeZone *zone, int64_t utc_micros) {
    if (zone->is_fixed) return zone->name;
    return slice_from_cstr(kind_at(&zone->tzif, floor_seconds(utc_micros))->abbreviation);
}

bool time_zone_is_fixed(const TimeZone *zone) { return zone->is_fixed; }

int64_t time_zone_to_local(const TimeZone *zone, int64_t utc_micros) {
    int64_t shift = time_zone_offset_seconds(zone, utc_micros) * MICROS_PER_SECOND, local;
    return __builtin_add_overflow(utc_micros, shift, &local) ? utc_micros : local;
}

int64_t time_zone_to_utc(const TimeZone *zone, int64_t local_micros) {
    int64_t local = floor_seconds(local_micros);
    int64_t offset;
    if (zone->is_fixed) {
        offset = zone->offset;
    } else {
        int64_t before = kind_at(&zone->tzif, local - SECONDS_PER_DAY)->offset;
        int64_t after = kind_at(&zone->tzif, local + SECONDS_PER_DAY)->offset;
        offset = before;
        // Overlap: the earlier offset holds. Gap: neither does, and the earlier moves it forward.
        if (before != after && kind_at(&zone->tzif, local - before)->offset != before &&
            kind_at(&zone->tzif, local - after)->offset == after)
            offset = after;
    }
    int64_t utc;
    return __builtin_sub_overflow(local_micros, offset * MICROS_PER_SECOND, &utc) ? local_micros
                                                                                  : utc;
}
