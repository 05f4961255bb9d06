// SPDX-License-Identifier: Apache-2.0
// The proleptic Gregorian calendar: days since 1970-01-01 to year, month, day and back, for all
// int32 days. Microseconds of a day and of an hour beside it.
#pragma once

#include "base/macros.h"

#define MICROS_PER_SECOND INT64_C(1000000)
#define MICROS_PER_DAY (INT64_C(86400) * MICROS_PER_SECOND)

typedef struct CivilDate {
    int32_t year;
    int32_t month; // 1..12
    int32_t day;   // 1..31
} CivilDate;

CivilDate civil_from_days(int32_t days);
int32_t civil_to_days(int32_t year, int32_t month, int32_t day); // month and day need be in range
bool civil_is_leap_year(int32_t year);
int32_t civil_days_in_month(int32_t year, int32_t month);
int32_t civil_day_of_year(CivilDate date); // 1..366
int32_t civil_day_of_week(int32_t days);   // 0 = Monday .. 6 = Sunday
int32_t civil_iso_week(int32_t days, int32_t *iso_year);
int32_t civil_add_months(int32_t days, int64_t months, bool *overflow); // clamps to the month's end
// Floor division: days and the rest within the day.
int32_t micros_to_days(int64_t micros, int64_t *micros_of_day);
