// SPDX-License-Identifier: Apache-2.0
// Arithmetic of the calendar: days and months added, differences, truncation, parts put together.
#include "kernel/exec/functions/kernel.h"

#include "kernel/column/civil.h"
#include "kernel/column/decimal.h"

#include <math.h>

static bool fail_overflow_date(Error *err) {
    return error_set(err, ERR_DATETIME_OVERFLOW, "operation", "add to a date");
}

static bool date_shift(const Vector *args, Rows rows, Vector *out, int64_t sign, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int64_t days = arg_i32(&args[0], r) + sign * arg_integer(&args[1], r);
        if (days != (int32_t)days) return fail_overflow(err, "integer overflow", "");
        ((int32_t *)out->data)[r] = (int32_t)days;
    }
    return true;
}

static bool date_add(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame;
    return date_shift(args, rows, out, 1, err);
}

static bool date_sub(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame;
    return date_shift(args, rows, out, -1, err);
}

static bool datediff(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r))
        ((int32_t *)out->data)[r] = arg_i32(&args[0], r) - arg_i32(&args[1], r);
    return true;
}

static bool add_months(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame;
    for (ROWS_EACH(rows, i, r)) {
        bool overflow = false;
        ((int32_t *)out->data)[r] =
            civil_add_months(arg_i32(&args[0], r), arg_integer(&args[1], r), &overflow);
        if (overflow) return fail_overflow_date(err);
    }
    return true;
}

static bool last_day(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        CivilDate date = civil_from_days(arg_i32(&args[0], r));
        ((int32_t *)out->data)[r] =
            arg_i32(&args[0], r) - date.day + civil_days_in_month(date.year, date.month);
    }
    return true;
}

// "MO", "mon" and "Monday" are 0; -1: none.
static int32_t weekday_of(Slice word) {
    static const char *const NAMES[] = {"MONDAY", "TUESDAY",  "WEDNESDAY", "THURSDAY",
                                        "FRIDAY", "SATURDAY", "SUNDAY"};
    word = slice_trim(word);
    for (int32_t d = 0; d < 7; d++) {
        Slice name = slice_from_cstr(NAMES[d]);
        bool length = word.bytes == 2 || word.bytes == 3 || word.bytes == name.bytes;
        if (length && slice_equal_ignore_case(word, slice_first(name, word.bytes))) return d;
    }
    return -1;
}

static bool next_day(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int32_t days = arg_i32(&args[0], r), wanted = weekday_of(arg_text(&args[1], r));
        if (wanted < 0) {
            if (out_refused(frame, out, r)) continue;
            (void)error_set(err, ERR_ILLEGAL_DAY_OF_WEEK);
            error_add(err, "string", arg_text(&args[1], r));
            return false;
        }
        int32_t ahead = (wanted - civil_day_of_week(days) + 7) % 7;
        ((int32_t *)out->data)[r] = days + (ahead ? ahead : 7);
    }
    return true;
}

static bool months_between(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        int64_t rest_a, rest_b;
        int64_t a = time_zone_to_local(frame->query->zone, arg_i64(&args[0], r));
        int64_t b = time_zone_to_local(frame->query->zone, arg_i64(&args[1], r));
        bool round_off = frame->call->arg_count < 3 || arg_bool(&args[2], r);
        CivilDate x = civil_from_days(micros_to_days(a, &rest_a));
        CivilDate y = civil_from_days(micros_to_days(b, &rest_b));
        double months = (x.year - y.year) * 12.0 + (x.month - y.month);
        bool last_x = x.day == civil_days_in_month(x.year, x.month);
        bool last_y = y.day == civil_days_in_month(y.year, y.month);
        if (x.day != y.day && !(last_x && last_y)) {
            // Time counts in whole seconds, a month has 31 days.
            int64_t seconds = (x.day - y.day) * INT64_C(86400) + rest_a / MICROS_PER_SECOND -
                              rest_b / MICROS_PER_SECOND;
            months += (double)seconds / (31.0 * 86400);
            if (round_off) months = nearbyint(months * 1e8) / 1e8;
        }
        ((double *)out->data)[r] = months;
    }
    return true;
}

// --- truncation --------------------------------------------------------------------------------

typedef enum TruncUnit {
    TRUNC_NONE,
    TRUNC_MICROSECOND,
    TRUNC_MILLISECOND,
    TRUNC_SECOND,
    TRUNC_MINUTE,
    TRUNC_HOUR,
    TRUNC_DAY,
    TRUNC_WEEK,
    TRUNC_MONTH,
    TRUNC_QUARTER,
    TRUNC_YEAR,
} TruncUnit;

static TruncUnit trunc_unit(Slice word) {
    static const struct {
        const char *word;
        TruncUnit unit;
    } UNITS[] = {
        {"microsecond", TRUNC_MICROSECOND},
        {"millisecond", TRUNC_MILLISECOND},
        {"second", TRUNC_SECOND},
        {"minute", TRUNC_MINUTE},
        {"hour", TRUNC_HOUR},
        {"day", TRUNC_DAY},
        {"dd", TRUNC_DAY},
        {"week", TRUNC_WEEK},
        {"mon", TRUNC_MONTH},
        {"month", TRUNC_MONTH},
        {"mm", TRUNC_MONTH},
        {"quarter", TRUNC_QUARTER},
        {"year", TRUNC_YEAR},
        {"yyyy", TRUNC_YEAR},
        {"yy", TRUNC_YEAR},
    };
    for (size_t i = 0; i < COUNT_OF(UNITS); i++)
        if (slice_equal_ignore_case(word, slice_from_cstr(UNITS[i].word))) return UNITS[i].unit;
    return TRUNC_NONE;
}

static int32_t trunc_days(int32_t days, TruncUnit unit) {
    CivilDate date = civil_from_days(days);
    switch (unit) {
    case TRUNC_WEEK: return days - civil_day_of_week(days);
    case TRUNC_MONTH: return days - date.day + 1;
    case TRUNC_QUARTER: return civil_to_days(date.year, (date.month - 1) / 3 * 3 + 1, 1);
    case TRUNC_YEAR: return civil_to_days(date.year, 1, 1);
    default: return days;
    }
}

static bool trunc_date(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        TruncUnit unit = trunc_unit(arg_text(&args[1], r));
        if (unit < TRUNC_WEEK) out_null(frame, out, r);
        else ((int32_t *)out->data)[r] = trunc_days(arg_i32(&args[0], r), unit);
    }
    return true;
}

static int64_t trunc_micros(int64_t micros, TruncUnit unit, const TimeZone *zone) {
    static const int64_t SIZES[] = {[TRUNC_MICROSECOND] = 1,
                                    [TRUNC_MILLISECOND] = 1000,
                                    [TRUNC_SECOND] = 1000000,
                                    [TRUNC_MINUTE] = 60000000,
                                    [TRUNC_HOUR] = 3600000000};
    int64_t local = zone ? time_zone_to_local(zone, micros) : micros, rest;
    if (unit <= TRUNC_SECOND) {
        int64_t over = micros % SIZES[unit];
        return micros - (over < 0 ? over + SIZES[unit] : over);
    }
    int32_t days = micros_to_days(local, &rest);
    if (unit <= TRUNC_HOUR) local -= rest % SIZES[unit];
    else local = (int64_t)trunc_days(days, unit) * MICROS_PER_DAY;
    return zone ? time_zone_to_utc(zone, local) : local;
}

static bool date_trunc(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    const TimeZone *zone = out->type->id == TYPE_TIMESTAMP ? frame->query->zone : NULL;
    for (ROWS_EACH(rows, i, r)) {
        TruncUnit unit = trunc_unit(arg_text(&args[0], r));
        if (unit == TRUNC_NONE) out_null(frame, out, r);
        else ((int64_t *)out->data)[r] = trunc_micros(arg_i64(&args[1], r), unit, zone);
    }
    return true;
}

// --- parts put together ------------------------------------------------------------------------

static bool fail_field(CallFrame *frame, Vector *out, uint32_t row, const char *message,
                       Error *err) {
    if (out_refused(frame, out, row)) return true;
    return error_set(err, ERR_DATETIME_FIELD_OUT_OF_BOUNDS__WITH_SUGGESTION, "rangeMessage",
                     message, "ansiConfig", "\"spark.sql.ansi.enabled\"");
}

// Java's words for a date that does not exist; NULL: it does.
static const char *date_problem(Arena *arena, int32_t year, int32_t month, int32_t day) {
    static const char *const MONTHS[] = {"JANUARY",   "FEBRUARY", "MARCH",    "APRIL",
                                         "MAY",       "JUNE",     "JULY",     "AUGUST",
                                         "SEPTEMBER", "OCTOBER",  "NOVEMBER", "DECEMBER"};
    Slice message = SLICE_NONE;
    if (month < 1 || month > 12)
        message =
            arena_printf(arena, "Invalid value for MonthOfYear (valid values 1 - 12): %d", month);
    else if (day < 1 || day > 31)
        message =
            arena_printf(arena, "Invalid value for DayOfMonth (valid values 1 - 28/31): %d", day);
    else if (day == 29 && day > civil_days_in_month(year, month))
        message =
            arena_printf(arena, "Invalid date 'February 29' as '%d' is not a leap year", year);
    else if (day > civil_days_in_month(year, month))
        message = arena_printf(arena, "Invalid date '%s %d'", MONTHS[month - 1], day);
    return message.data;
}

static bool make_date(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int32_t y = arg_i32(&args[0], r), m = arg_i32(&args[1], r), d = arg_i32(&args[2], r);
        const char *problem = date_problem(frame->arena, y, m, d);
        if (!problem) ((int32_t *)out->data)[r] = civil_to_days(y, m, d);
        else if (!fail_field(frame, out, r, problem, err)) return false;
    }
    return true;
}

static bool fail_fraction(CallFrame *frame, Vector *out, uint32_t row, Int128 micros, Error *err) {
    if (out_refused(frame, out, row)) return true;
    (void)error_set(err, ERR_INVALID_FRACTION_OF_SECOND);
    error_add_format(err, "secAndMicros", "%d.%06d", (int)(micros / 1000000),
                     (int)(micros % 1000000));
    return false;
}

static const char *clock_problem(Arena *arena, int32_t hour, int32_t minute, Int128 micros) {
    if (hour < 0 || hour > 23)
        return arena_printf(arena, "Invalid value for HourOfDay (valid values 0 - 23): %d", hour)
            .data;
    if (minute < 0 || minute > 59)
        return arena_printf(arena, "Invalid value for MinuteOfHour (valid values 0 - 59): %d",
                            minute)
            .data;
    if (micros < 0 || micros > 60000000)
        return arena_printf(arena, "Invalid value for SecondOfMinute (valid values 0 - 59): %d",
                            (int)(micros / 1000000))
            .data;
    return NULL;
}

// make_timestamp[_ltz, _ntz](year, month, day, hour, minute, seconds[, zone]); seconds are
// DECIMAL(16, 6).
static bool make_timestamp(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    bool has_zone = frame->call->arg_count == 7, local = out->type->id == TYPE_TIMESTAMP_NTZ;
    for (ROWS_EACH(rows, i, r)) {
        int32_t y = arg_i32(&args[0], r), m = arg_i32(&args[1], r), d = arg_i32(&args[2], r);
        int32_t hour = arg_i32(&args[3], r), minute = arg_i32(&args[4], r);
        Int128 micros = arg_decimal(&args[5], r);
        const TimeZone *zone = frame->query->zone;
        const char *problem = clock_problem(frame->arena, hour, minute, micros);
        if (!problem) problem = date_problem(frame->arena, y, m, d);
        if (problem) {
            if (!fail_field(frame, out, r, problem, err)) return false;
            continue;
        }
        if (micros > 59999999 && micros != 60000000) {
            if (!fail_fraction(frame, out, r, micros, err)) return false;
            continue;
        }
        if (has_zone && !(zone = time_zone_find(arg_text(&args[6], r), err))) {
            if (!out_refused(frame, out, r)) return false;
            error_reset(err);
            continue;
        }
        int64_t value = (int64_t)civil_to_days(y, m, d) * MICROS_PER_DAY +
                        (hour * INT64_C(3600) + minute * INT64_C(60)) * MICROS_PER_SECOND +
                        (int64_t)micros;
        ((int64_t *)out->data)[r] = local ? value : time_zone_to_utc(zone, value);
    }
    return true;
}

// Days, hours, minutes and seconds (DECIMAL(18, 6)) as microseconds.
static bool day_time(const Vector *args, uint32_t count, uint32_t row, int64_t *micros) {
    static const int64_t SIZES[] = {86400000000, 3600000000, 60000000};
    *micros = 0;
    for (uint32_t a = 0; a < count && a < 3; a++) {
        int64_t part;
        if (__builtin_mul_overflow(arg_integer(&args[a], row), SIZES[a], &part) ||
            __builtin_add_overflow(*micros, part, micros))
            return false;
    }
    if (count < 4) return true;
    Int128 seconds = arg_decimal(&args[3], row);
    return seconds == (int64_t)seconds &&
           !__builtin_add_overflow(*micros, (int64_t)seconds, micros);
}

static bool make_dt_interval(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                             Error *err) {
    for (ROWS_EACH(rows, i, r))
        if (!day_time(args, frame->call->arg_count, r, &((int64_t *)out->data)[r]))
            return fail_interval_overflow(err, NULL);
    return true;
}

static bool make_ym_interval(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                             Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int64_t months = 0;
        if (frame->call->arg_count > 0) months += arg_integer(&args[0], r) * 12;
        if (frame->call->arg_count > 1) months += arg_integer(&args[1], r);
        if (months != (int32_t)months) return fail_interval_overflow(err, NULL);
        ((int32_t *)out->data)[r] = (int32_t)months;
    }
    return true;
}

// make_interval(years, months, weeks, days, hours, minutes, seconds)
static bool make_interval(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    uint32_t count = frame->call->arg_count;
    for (ROWS_EACH(rows, i, r)) {
        int64_t v[6] = {0}, micros;
        Int128 seconds = count > 6 ? arg_decimal(&args[6], r) : 0, total;
        for (uint32_t a = 0; a < count && a < 6; a++) v[a] = arg_integer(&args[a], r);
        int64_t months = v[0] * 12 + v[1], days = v[2] * 7 + v[3];
        total = (Int128)v[4] * 3600000000 + (Int128)v[5] * 60000000 + seconds;
        micros = (int64_t)total;
        if (months == (int32_t)months && days == (int32_t)days && micros == total)
            ((Interval *)out->data)[r] = (Interval){(int32_t)months, (int32_t)days, micros};
        else if (!out_refused(frame, out, r))
            return fail_interval_overflow(err, "try_make_interval");
    }
    return true;
}

static bool make_time(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int32_t hour = arg_i32(&args[0], r), minute = arg_i32(&args[1], r);
        Int128 micros = arg_decimal(&args[2], r);
        const char *problem =
            clock_problem(frame->arena, hour, minute, micros >= 60000000 ? 99000000 : micros);
        if (problem)
            return error_set(err, ERR_DATETIME_FIELD_OUT_OF_BOUNDS__WITHOUT_SUGGESTION,
                             "rangeMessage", problem);
        ((int64_t *)out->data)[r] =
            ((hour * INT64_C(3600) + minute * INT64_C(60)) * 1000000 + (int64_t)micros) * 1000;
    }
    return true;
}

// --- units by name -----------------------------------------------------------------------------

typedef struct UnitSize {
    const char *word;
    int32_t months;
    int32_t days;
    int64_t micros;
} UnitSize;

static const UnitSize *unit_size(Slice word) {
    static const UnitSize SIZES[] = {
        {"YEAR", 12, 0, 0},          {"QUARTER", 3, 0, 0},       {"MONTH", 1, 0, 0},
        {"WEEK", 0, 7, 0},           {"DAY", 0, 1, 0},           {"DAYOFYEAR", 0, 1, 0},
        {"HOUR", 0, 0, 3600000000},  {"MINUTE", 0, 0, 60000000}, {"SECOND", 0, 0, 1000000},
        {"MILLISECOND", 0, 0, 1000}, {"MICROSECOND", 0, 0, 1},
    };
    for (size_t i = 0; i < COUNT_OF(SIZES); i++)
        if (slice_equal_ignore_case(word, slice_from_cstr(SIZES[i].word))) return &SIZES[i];
    return NULL;
}

// timestampadd(unit, quantity, timestamp)
static bool timestamp_add(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    const TimeZone *zone = out->type->id == TYPE_TIMESTAMP ? frame->query->zone : NULL;
    for (ROWS_EACH(rows, i, r)) {
        const UnitSize *unit = unit_size(arg_text(&args[0], r));
        int64_t quantity = arg_integer(&args[1], r), micros = arg_i64(&args[2], r), part, rest;
        bool overflow = unit == NULL;
        if (!overflow && unit->micros) {
            overflow = __builtin_mul_overflow(quantity, unit->micros, &part) ||
                       __builtin_add_overflow(micros, part, &micros);
        } else if (!overflow) {
            int64_t local = zone ? time_zone_to_local(zone, micros) : micros;
            int64_t days = micros_to_days(local, &rest);
            if (unit->months)
                days = civil_add_months((int32_t)days, quantity * unit->months, &overflow);
            else days += quantity * unit->days;
            overflow |= __builtin_mul_overflow(days, MICROS_PER_DAY, &local) ||
                        __builtin_add_overflow(local, rest, &local);
            micros = zone ? time_zone_to_utc(zone, local) : local;
        }
        if (overflow)
            return error_set(err, ERR_DATETIME_OVERFLOW, "operation", "add to a timestamp");
        ((int64_t *)out->data)[r] = micros;
    }
    return true;
}

// Whole months from a to b.
static int64_t whole_months(int64_t a, int64_t b) {
    int64_t rest_a, rest_b;
    CivilDate x = civil_from_days(micros_to_days(a, &rest_a));
    CivilDate y = civil_from_days(micros_to_days(b, &rest_b));
    int64_t months = (y.year - x.year) * INT64_C(12) + (y.month - x.month);
    bool short_end = y.day < x.day || (y.day == x.day && rest_b < rest_a);
    bool short_start = y.day > x.day || (y.day == x.day && rest_b > rest_a);
    if (months > 0 && short_end) months--;
    if (months < 0 && short_start) months++;
    return months;
}

static bool timestamp_diff(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    bool zoned = args[1].type->id == TYPE_TIMESTAMP;
    for (ROWS_EACH(rows, i, r)) {
        const UnitSize *unit = unit_size(arg_text(&args[0], r));
        int64_t a = arg_i64(&args[1], r), b = arg_i64(&args[2], r), difference;
        if (!unit) return error_internal(err, "unknown unit");
        if (zoned && unit->micros == 0) {
            a = time_zone_to_local(frame->query->zone, a);
            b = time_zone_to_local(frame->query->zone, b);
        }
        if (unit->months) difference = whole_months(a, b) / unit->months;
        else if (__builtin_sub_overflow(b, a, &difference))
            return fail_overflow(err, "long overflow", "");
        else difference /= unit->days ? unit->days * MICROS_PER_DAY : unit->micros;
        ((int64_t *)out->data)[r] = difference;
    }
    return true;
}

#define ENTRY(text, kernel_name, fails)                      \
    {                                                        \
        text,                                                \
            &(const ScalarFunction){.name = (text),          \
                                    .kernel = (kernel_name), \
                                    .nulls = NULLS_STRICT,   \
                                    .may_fail = (fails)},    \
            NULL                                             \
    }
const ScalarEntry scalars_calendar[] = {
    ENTRY("date_add", date_add, true),
    ENTRY("dateadd", date_add, true),
    ENTRY("date_sub", date_sub, true),
    ENTRY("datediff", datediff, false),
    ENTRY("date_diff", datediff, false),
    ENTRY("add_months", add_months, true),
    ENTRY("last_day", last_day, false),
    ENTRY("next_day", next_day, true),
    ENTRY("months_between", months_between, false),
    ENTRY("trunc", trunc_date, false),
    ENTRY("date_trunc", date_trunc, false),
    ENTRY("make_date", make_date, true),
    ENTRY("make_timestamp", make_timestamp, true),
    ENTRY("make_timestamp_ltz", make_timestamp, true),
    ENTRY("make_timestamp_ntz", make_timestamp, true),
    ENTRY("try_make_timestamp", make_timestamp, false),
    ENTRY("try_make_timestamp_ltz", make_timestamp, false),
    ENTRY("try_make_timestamp_ntz", make_timestamp, false),
    ENTRY("make_dt_interval", make_dt_interval, true),
    ENTRY("make_ym_interval", make_ym_interval, true),
    ENTRY("make_interval", make_interval, true),
    ENTRY("try_make_interval", make_interval, false),
    ENTRY("make_time", make_time, true),
    ENTRY("timestampadd", timestamp_add, true),
    ENTRY("timestampdiff", timestamp_diff, true),
    {NULL, NULL, NULL},
};
