// SPDX-License-Identifier: Apache-2.0
// A table of Parquet files: one file, a folder with partitions in its names (year=2024/), a glob.
#pragma once

#include "kernel/plan/table.h"

// The columns are those of the first file in path order, or the request's schema, and then the
// partition columns; all of them may be null. Option "mergeSchema" is refused where it is true.
Table *parquet_table_open(const TableRequest *request, Error *err) MUST_CHECK;
