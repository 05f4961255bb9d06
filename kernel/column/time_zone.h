// SPDX-License-Identifier: Apache-2.0
// Time zones by IANA name or offset, from the system's TZif files (RFC 8536), with Java's rules for
// gaps and overlaps: a local time in a gap moves forward by the gap, one in an overlap takes the
// earlier offset. A TimeZone is immutable and lives until the process ends (interned, thread-safe).
#pragma once

#include "base/error.h"

typedef struct TimeZone TimeZone;

// "Europe/Berlin", "UTC", "Z", "+05:30", "UTC+8", "GMT-03:00", and Java's short ids (EST, PST,
// ...). NULL with INVALID_TIMEZONE when unknown.
const TimeZone *time_zone_find(Slice name, Error *err) MUST_CHECK;
const TimeZone *time_zone_utc(void);
// TZ's, else the system's, else UTC.
const TimeZone *time_zone_default(void);
Slice time_zone_name(const TimeZone *zone);
// Seconds east of UTC at an instant (microseconds since the epoch).
int32_t time_zone_offset_seconds(const TimeZone *zone, int64_t utc_micros);
int64_t time_zone_to_local(const TimeZone *zone, int64_t utc_micros);
int64_t time_zone_to_utc(const TimeZone *zone, int64_t local_micros);
// "PST", "PDT"; of a fixed offset its name. Valid until the process ends.
Slice time_zone_abbreviation(const TimeZone *zone, int64_t utc_micros);
bool time_zone_is_fixed(const TimeZone *zone);
