// SPDX-License-Identifier: Apache-2.0
// CSV records: where one ends, and its fields (RFC 4180 with Spark's escape character).
#pragma once

#include "kernel/lake/text/input.h"
#include "kernel/lake/text/options.h"

typedef struct CsvField {
    Slice text; // without its quotes, escapes as they stand
    bool quoted;
    bool escaped; // text holds escapes or doubled quotes
} CsvField;

typedef struct CsvRecord {
    CsvField *fields; // heap, reused
    uint32_t count;
    uint32_t capacity;
} CsvRecord;

void csv_record_deinit(CsvRecord *record);
// Cuts a record into its fields. Any text has fields; `limit` (0: none) is how many are wanted at
// most, what follows is left out.
void csv_record_split(CsvRecord *record, const TextOptions *options, Slice text, uint32_t limit);
// The field's value: escapes resolved (in the arena where there are any).
Slice csv_field_value(const CsvField *field, const TextOptions *options, Arena *arena);
// The next record of a text where quoted fields may hold line ends (multiLine). As text_input_line.
bool csv_input_record(TextInput *input, const TextOptions *options, Slice *record, bool *done,
                      Error *err) MUST_CHECK;
// A line that is no record: blank, or a comment.
bool csv_is_skipped(Slice line, const TextOptions *options);

AUTO_DEFINE(CsvRecord, csv_record_deinit)
