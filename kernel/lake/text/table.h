// SPDX-License-Identifier: Apache-2.0
// CSV and JSON files as a table (plan/table.h): a file, a folder of them, a glob.
#pragma once

#include "kernel/plan/table.h"

// Columns are the request's schema, or inferred: names from the header or _c0, _c1, ..., types
// (when asked for) from all records, by the query's threads.
Table *csv_table_open(const TableRequest *request, Error *err) MUST_CHECK;
// Types are always inferred where there is no schema.
Table *json_table_open(const TableRequest *request, Error *err) MUST_CHECK;
