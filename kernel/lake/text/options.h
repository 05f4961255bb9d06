// SPDX-License-Identifier: Apache-2.0
// Options of CSV and JSON tables, with Spark's names and defaults.
#pragma once

#include "base/json.h"
#include "kernel/plan/table.h"

typedef enum TextFormat { TEXT_FORMAT_CSV, TEXT_FORMAT_JSON } TextFormat;

// What becomes of a record that does not fit.
typedef enum TextMode {
    TEXT_MODE_PERMISSIVE, // null where it does not fit, its text in the corrupt column
    TEXT_MODE_DROP,       // DROPMALFORMED
    TEXT_MODE_FAIL,       // FAILFAST
} TextMode;

typedef struct TextOptions {
    TextFormat format;
    TextMode mode;
    bool multi_line;
    Slice corrupt_column; // columnNameOfCorruptRecord
    const TimeZone *zone; // of timestamps without one
    // CSV
    bool header;
    bool infer_schema;
    bool ignore_leading_space;
    bool ignore_trailing_space;
    char separator;
    char quote;         // 0: none
    char escape;        // 0: none
    char escape_escape; // charToEscapeQuoteEscaping, 0: none
    char comment;       // 0: none
    Slice null_value;
    Slice empty_value; // what "" reads as
    Slice nan_value, positive_infinity, negative_infinity;
    // JSON
    uint32_t leniency; // JSON_ALLOW_ bits
    bool primitives_as_string;
    bool prefers_decimal;
    bool drop_all_null; // dropFieldIfAllNull
} TextOptions;

// Reads the request's options; what is unknown is ignored as Spark does, what changes the meaning
// and is not supported (an encoding, a date format) is refused. Texts are borrowed from the
// request, or in the arena.
bool text_options_read(TextFormat format, const TableRequest *request, Arena *arena,
                       TextOptions *options, Error *err) MUST_CHECK;
