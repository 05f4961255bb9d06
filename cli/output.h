// SPDX-License-Identifier: Apache-2.0
// Results of `tarn sql` in the formats of its contract.
#pragma once

#include "kernel/session/session.h"

typedef enum OutputFormat {
    OUTPUT_TABLE,
    OUTPUT_CSV,
    OUTPUT_JSON,
    OUTPUT_NDJSON,
    OUTPUT_HIVE,
    OUTPUT_GOLDEN,
} OutputFormat;

// "table", "csv", ...; false: no such format.
bool output_format_parse(Slice name, OutputFormat *format) MUST_CHECK;
// Appends a result (nothing for one without rows, but in golden form).
void output_append(const Result *result, OutputFormat format, const TimeZone *zone, Text *out);
// Schema in catalog form: struct<a:int,b:string>; struct<> without rows.
void output_append_schema(const Result *result, Text *out);
