// SPDX-License-Identifier: Apache-2.0
// Fields of dates, timestamps, times and intervals: year(), extract() and their kin.
#include "kernel/exec/functions/kernel.h"

#include "kernel/column/civil.h"

typedef enum Field {
    FIELD_YEAR,
    FIELD_YEAR_OF_WEEK,
    FIELD_QUARTER,
    FIELD_MONTH,
    FIELD_WEEK,
    FIELD_DAY,
    FIELD_DAY_OF_WEEK,     // 1 = Sunday
    FIELD_DAY_OF_WEEK_ISO, // 1 = Monday
    FIELD_WEEKDAY,         // 0 = Monday
    FIELD_DAY_OF_YEAR,
    FIELD_HOUR,
    FIELD_MINUTE,
    FIELD_SECOND,
    FIELD_SECOND_FRACTION, // DECIMAL(8, 6)
    FIELD_DAY_NAME,
    FIELD_MONTH_NAME,
} Field;

// A moment taken apart as far as fields need it.
typedef struct Moment {
    int32_t days;
    int64_t micros; // of the day
} Moment;

static Moment moment_at(const CallFrame *frame, const Vector *v, uint32_t row) {
    Moment moment = {0, 0};
    switch (v->type->id) {
    case TYPE_DATE: moment.days = arg_i32(v, row); break;
    case TYPE_TIME: moment.micros = arg_i64(v, row) / 1000; break;
    case TYPE_TIMESTAMP:
        moment.days =
            micros_to_days(time_zone_to_local(frame->query->zone, arg_i64(v, row)), &moment.micros);
        break;
    default: moment.days = micros_to_days(arg_i64(v, row), &moment.micros); break;
    }
    return moment;
}

static int64_t date_field(Field field, int32_t days) {
    CivilDate date;
    int32_t iso_year;
    switch (field) {
    case FIELD_YEAR: return civil_from_days(days).year;
    case FIELD_QUARTER: return (civil_from_days(days).month + 2) / 3;
    case FIELD_MONTH: return civil_from_days(days).month;
    case FIELD_DAY: return civil_from_days(days).day;
    case FIELD_DAY_OF_YEAR: date = civil_from_days(days); return civil_day_of_year(date);
    case FIELD_WEEK: return civil_iso_week(days, &iso_year);
    case FIELD_YEAR_OF_WEEK: (void)civil_iso_week(days, &iso_year); return iso_year;
    case FIELD_DAY_OF_WEEK: return (civil_day_of_week(days) + 1) % 7 + 1;
    case FIELD_DAY_OF_WEEK_ISO: return civil_day_of_week(days) + 1;
    default: return civil_day_of_week(days);
    }
}

static int64_t field_of(Field field, Moment moment) {
    switch (field) {
    case FIELD_HOUR: return moment.micros / 3600000000;
    case FIELD_MINUTE: return moment.micros / 60000000 % 60;
    case FIELD_SECOND: return moment.micros / 1000000 % 60;
    case FIELD_SECOND_FRACTION: return moment.micros % 60000000;
    default: return date_field(field, moment.days);
    }
}

// Of an interval: years and months, or days down to seconds, with the interval's sign.
static int64_t interval_field(Field field, const Vector *v, uint32_t row) {
    Interval i = {0};
    if (v->type->id == TYPE_INTERVAL) i = ((const Interval *)v->data)[arg_index(v, row)];
    else if (v->type->id == TYPE_INTERVAL_YEAR_MONTH) i.months = arg_i32(v, row);
    else i.micros = arg_i64(v, row);
    switch (field) {
    case FIELD_YEAR: return i.months / 12;
    case FIELD_QUARTER: return i.months % 12 / 3 + 1;
    case FIELD_MONTH: return i.months % 12;
    case FIELD_DAY: return v->type->id == TYPE_INTERVAL ? i.days : i.micros / MICROS_PER_DAY;
    case FIELD_HOUR:
        return v->type->id == TYPE_INTERVAL ? i.micros / 3600000000
                                            : i.micros % MICROS_PER_DAY / 3600000000;
    case FIELD_MINUTE: return i.micros / 60000000 % 60;
    case FIELD_SECOND: return i.micros / 1000000 % 60;
    default: return i.micros % 60000000;
    }
}

static bool field_kernel(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                         Field field) {
    bool is_interval = type_is_interval(args[0].type);
    for (ROWS_EACH(rows, i, r))
        out_integer(out, r,
                    is_interval ? interval_field(field, &args[0], r)
                                : field_of(field, moment_at(frame, &args[0], r)));
    return true;
}

#define FIELD_KERNEL(id, name)                                                                   \
    static bool name(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) { \
        (void)err;                                                                               \
        return field_kernel(frame, args, rows, out, FIELD_##id);                                 \
    }
FIELD_KERNEL(YEAR, year)
FIELD_KERNEL(YEAR_OF_WEEK, year_of_week)
FIELD_KERNEL(QUARTER, quarter)
FIELD_KERNEL(MONTH, month)
FIELD_KERNEL(WEEK, week)
FIELD_KERNEL(DAY, day)
FIELD_KERNEL(DAY_OF_WEEK, day_of_week)
FIELD_KERNEL(DAY_OF_WEEK_ISO, day_of_week_iso)
FIELD_KERNEL(WEEKDAY, weekday)
FIELD_KERNEL(DAY_OF_YEAR, day_of_year)
FIELD_KERNEL(HOUR, hour)
FIELD_KERNEL(MINUTE, minute)
FIELD_KERNEL(SECOND, second)
FIELD_KERNEL(SECOND_FRACTION, second_fraction)

static bool names(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const char DAYS[] = "MonTueWedThuFriSatSun";
    (void)err;
    bool is_day = frame->call->function->name[0] == 'd';
    for (ROWS_EACH(rows, i, r)) {
        Moment moment = moment_at(frame, &args[0], r);
        size_t at = (size_t)date_field(is_day ? FIELD_WEEKDAY : FIELD_MONTH, moment.days);
        out_borrowed(out, r,
                     is_day ? slice_of(DAYS + 3 * at, 3) : slice_of(MONTHS + 3 * at - 3, 3));
    }
    return true;
}

static bool interval_days(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r))
        ((int32_t *)out->data)[r] = (int32_t)(arg_i64(&args[0], r) / MICROS_PER_DAY);
    return true;
}

#define ENTRY(text, kernel_name)                                     \
    {                                                                \
        text,                                                        \
            &(const ScalarFunction){.name = (text),                  \
                                    .kernel = (kernel_name),         \
                                    .nulls = NULLS_STRICT,           \
                                    .is_cheap_on_dictionary = true}, \
            NULL                                                     \
    }
const ScalarEntry scalars_field[] = {
    ENTRY("year", year),
    ENTRY("quarter", quarter),
    ENTRY("month", month),
    ENTRY("day", day),
    ENTRY("dayofmonth", day),
    ENTRY("dayofweek", day_of_week),
    ENTRY("weekday", weekday),
    ENTRY("dayofyear", day_of_year),
    ENTRY("weekofyear", week),
    ENTRY("hour", hour),
    ENTRY("minute", minute),
    ENTRY("second", second),
    ENTRY("dayname", names),
    ENTRY("monthname", names),
    ENTRY("$year_of_week", year_of_week),
    ENTRY("$day_of_week_iso", day_of_week_iso),
    ENTRY("$second_fraction", second_fraction),
    ENTRY("extractansiintervaldays", interval_days),
    {NULL, NULL, NULL},
};
