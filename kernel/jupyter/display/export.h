// SPDX-License-Identifier: Apache-2.0
// A result written to a file: CSV, JSON, lines of JSON, Parquet.
#pragma once

#include "kernel/jupyter/comm/result_rows.h"

typedef struct ExportView {
    const Result *result;
    const TimeZone *zone;
    const RowPlace *places; // which rows, in which order; NULL: all of them
    uint64_t count;         // of places
} ExportView;

// The file's ending tells the form. It appears whole or not at all: it is written beside its place
// and then moved. `words` gets a sentence of what was written.
bool export_result(const ExportView *view, Slice path, Text *words, Error *err) MUST_CHECK;
