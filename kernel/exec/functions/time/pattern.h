// SPDX-License-Identifier: Apache-2.0
// Datetime patterns: the letters of Java's DateTimeFormatter that Spark takes.
#pragma once

#include "base/arena.h"
#include "kernel/column/time_zone.h"

typedef struct PatternItem {
    char letter; // 0: literal text
    uint8_t width;
    bool is_optional; // within [ ]
    Slice text;
} PatternItem;

typedef struct DatePattern {
    PatternItem *items;
    size_t count;
} DatePattern;

// Fails with INVALID_DATETIME_PATTERN or DATETIME_PATTERN_RECOGNITION.
bool date_pattern_parse(Arena *arena, Slice text, bool for_parsing, DatePattern *out,
                        Error *err) MUST_CHECK;
// A local moment and the zone it is in (for zone letters).
void date_pattern_format(const DatePattern *pattern, int64_t local_micros, int64_t utc_micros,
                         const TimeZone *zone, Text *out);
// The local moment that the text says; *zone is set when it names one. false: no match, and *at is
// where it stopped.
bool date_pattern_read(const DatePattern *pattern, Slice text, int64_t *local_micros,
                       const TimeZone **zone, size_t *at) MUST_CHECK;
