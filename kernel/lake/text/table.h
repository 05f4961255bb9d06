// SPDX-License-Identifier: Apache-2.0
// CSV and JSON files as a table (plan/table.h): a file, a folder of them, a glob.
#pragma once

#include "kernel/lake/text/options.h"

// Columns are the request's schema, or inferred: names from the header or _c0, _c1, ..., types
// (when asked for) from all records, by the query's threads.
Table *text_table_open(TextFormat format, const TableRequest *request, Error *err) MUST_CHECK;
