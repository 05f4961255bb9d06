// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.h"

void quantity_append_count(Text *out, uint64_t number) {
    char digits[24];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count--) {
        text_append_char(out, digits[count]);
        if (count && count % 3 == 0) text_append_char(out, ',');
    }
}

void quantity_append_duration(Text *out, uint64_t nanoseconds) {
    double ms = (double)nanoseconds / 1e6;
    if (ms < 9.95) text_printf(out, "%.1f ms", ms);
    else if (ms < 999.5) text_printf(out, "%.0f ms", ms);
    else if (ms < 59950) text_printf(out, "%.1f s", ms / 1000);
    else text_printf(out, "%d min %d s", (int)(ms / 60000), (int)(ms / 1000) % 60);
}

void quantity_append_bytes(Text *out, uint64_t bytes) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 1023.95 && unit + 1 < COUNT_OF(units); unit++) value /= 1024;
    if (unit == 0) text_printf(out, "%d B", (int)value);
    else text_printf(out, "%.1f %s", value, units[unit]);
}
