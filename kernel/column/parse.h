// SPDX-License-Identifier: Apache-2.0
// Text to values by Spark's CAST rules; false: not such a value (no error is set, the caller knows
// what to say). White space rules are those of CAST (bytes <= 0x20 trimmed at both ends).
#pragma once

#include "kernel/column/time_zone.h"
#include "kernel/column/value.h"

bool parse_bool(Slice s, bool *value) MUST_CHECK;             // t true y yes 1, f false n no 0
bool parse_i64(Slice s, int64_t *value) MUST_CHECK;           // sign and digits
bool parse_i64_truncated(Slice s, int64_t *value) MUST_CHECK; // also "1.9" as 1 (ANSI off)
bool parse_double(Slice s, double *value) MUST_CHECK; // also inf, infinity, nan, trailing d, f
bool parse_float(Slice s, float *value) MUST_CHECK;
// Rounds HALF_UP to the scale; false also when it does not fit the precision (*overflow then set).
bool parse_decimal(Slice s, int precision, int scale, Int128 *unscaled, bool *overflow) MUST_CHECK;
bool parse_date(Slice s, int32_t *days) MUST_CHECK;
// Zone used when the text names none; *had_zone tells. NTZ callers pass UTC and drop a zone.
bool parse_timestamp(Slice s, const TimeZone *zone, int64_t *micros, bool *had_zone) MUST_CHECK;
// A zone in the text is refused, or dropped when allowed; so is a time without a date.
bool parse_timestamp_ntz(Slice s, bool zone_allowed, int64_t *micros) MUST_CHECK;
bool parse_time(Slice s, int64_t *nanos) MUST_CHECK;
// "[+-]y-m" and "[+-]d h:m:s.f" and their INTERVAL '...' unit literals, for the given units.
bool parse_interval(Slice s, const Type *type, int64_t *value) MUST_CHECK;
// "[interval] 1 day -2 hours 3.5 seconds"
bool parse_calendar_interval(Slice s, Interval *interval) MUST_CHECK;
// Any of the above by type (also STRING, BINARY as bytes borrowed); nested types are refused.
bool parse_value(Slice s, const Type *type, const TimeZone *zone, Arena *arena,
                 Value *value) MUST_CHECK;
