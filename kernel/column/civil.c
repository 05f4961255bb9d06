// SPDX-License-Identifier: Apache-2.0
// Years are counted from March, so that the leap day is a year's last and months follow one
// formula; eras of 400 years (146,097 days) make the arithmetic exact for negative days.
#include "kernel/column/civil.h"

enum { DAYS_PER_ERA = 146097, EPOCH_FROM_ERA = 719468 };

CivilDate civil_from_days(int32_t days) {
    int64_t z = (int64_t)days + EPOCH_FROM_ERA;
    int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int32_t day_of_era = (int32_t)(z - era * DAYS_PER_ERA);
    int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t shifted = (5 * day_of_year + 2) / 153; // 0 = March
    int32_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    return (CivilDate){.year = (int32_t)(era * 400 + year_of_era + (month <= 2)),
                       .month = month,
                       .day = day_of_year - (153 * shifted + 2) / 5 + 1};
}

int32_t civil_to_days(int32_t year, int32_t month, int32_t day) {
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t)(era * DAYS_PER_ERA + day_of_era - EPOCH_FROM_ERA);
}

bool civil_is_leap_year(int32_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t civil_days_in_month(int32_t year, int32_t month) {
    static const uint8_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && civil_is_leap_year(year) ? 29 : DAYS[month - 1];
}

int32_t civil_day_of_year(CivilDate date) {
    return civil_to_days(date.year, date.month, date.day) - civil_to_days(date.year, 1, 1) + 1;
}

int32_t civil_day_of_week(int32_t days) {
    int32_t from_monday = (int32_t)(((int64_t)days + 3) % 7); // day 0 was a Thursday
    return from_monday < 0 ? from_monday + 7 : from_monday;
}

int32_t civil_iso_week(int32_t days, int32_t *iso_year) {
    // The week belongs to the year of its Thursday.
    int32_t thursday = days - civil_day_of_week(days) + 3;
    int32_t year = civil_from_days(thursday).year;
    if (iso_year) *iso_year = year;
    return (thursday - civil_to_days(year, 1, 1)) / 7 + 1;
}

int32_t civil_add_months(int32_t days, int64_t months, bool *overflow) {
    CivilDate date = civil_from_days(days);
    int64_t total = (int64_t)date.year * 12 + (date.month - 1);
    if (__builtin_add_overflow(total, months, &total)) {
        *overflow = true;
        return days;
    }
    int64_t year = total >= 0 ? total / 12 : -((-total + 11) / 12);
    int32_t month = (int32_t)(total - year * 12) + 1;
    if (year < -5877641 || year > 5881580) { // beyond int32 days
        *overflow = true;
        return days;
    }
    int32_t last = civil_days_in_month((int32_t)year, month);
    return civil_to_days((int32_t)year, month, date.day < last ? date.day : last);
}

int32_t micros_to_days(int64_t micros, int64_t *micros_of_day) {
    int64_t days = micros / MICROS_PER_DAY, rest = micros % MICROS_PER_DAY;
    if (rest < 0) {
        rest += MICROS_PER_DAY;
        days--;
    }
    if (micros_of_day) *micros_of_day = rest;
    return (int32_t)days;
}
