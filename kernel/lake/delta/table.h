// SPDX-License-Identifier: Apache-2.0
// A Delta table as planning sees it (plan/table.h): one snapshot.
#pragma once

#include "kernel/lake/delta/snapshot_cache.h"
#include "kernel/lake/parquet/file.h"
#include "kernel/plan/table.h"

// Opens request->paths[0] at the version or time asked for: by the request's fields, by the options
// versionAsOf and timestampAsOf, or by a path that ends in "@v<version>". Caches may be NULL.
Table *delta_table_open(const TableRequest *request, DeltaSnapshotCache *snapshots,
                        ParquetCache *footers, Error *err) MUST_CHECK;
