// SPDX-License-Identifier: Apache-2.0
// The table's inside, for its scan.
#pragma once

#include "kernel/lake/text/records.h"
#include "kernel/lake/text/table.h"

typedef struct TextTable {
    Table base;
    Arena arena;
    TextOptions options;
    TextFiles files;
    int32_t corrupt; // column for texts of malformed records, -1: none
} TextTable;

// TableOps.scan
Source *text_table_scan(Table *table, const ScanRequest *request, Query *query, Error *err);
// The struct of all columns. NULL with an error when nothing can be inferred.
const Type *text_table_infer(TextTable *table, Query *query, Error *err) MUST_CHECK;
