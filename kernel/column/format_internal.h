// SPDX-License-Identifier: Apache-2.0
// Pieces of format.h's styles.
#pragma once

#include "kernel/column/format.h"

void format_iso_time(Text *out, int64_t nanos); // HH:MM:SS.ffffff
// ISO 8601 with microseconds and, when there is a zone, its offset.
void format_iso_timestamp(Text *out, int64_t micros, const TimeZone *zone);
// INTERVAL '1-2' YEAR TO MONTH, for the units of the type.
void format_interval(Text *out, const Type *type, int64_t value);
// "1-2" or "1 02:03:04.000000000" whatever the units.
void format_interval_hive(Text *out, const Type *type, int64_t value);
