// SPDX-License-Identifier: Apache-2.0
// A result as an aligned text table, for the shell and as text/plain of a notebook cell.
#pragma once

#include "kernel/session/session.h"

typedef struct TableTextOptions {
    uint64_t row_limit;   // rows shown at most; 0: all held
    uint32_t value_width; // columns of a value before it is cut with an ellipsis; 0: not cut
    bool no_footer;       // leaves out the line that counts rows
} TableTextOptions;

// Numbers stand right-aligned, line breaks and tabs are shown as escapes, NULL as NULL. The footer
// says how many rows there are, or that these are the first ones.
void table_text_append(const Result *result, const TimeZone *zone, const TableTextOptions *options,
                       Text *out);
// "3 rows", "first 1,000 rows".
void table_text_append_count(const Result *result, Text *out);
