// SPDX-License-Identifier: Apache-2.0
// The door of this room: opens a table by format and path, whatever it is made of.
#pragma once

#include "kernel/plan/table.h"

// What all sessions of a process share: footers of Parquet files, snapshots of Delta tables.
// Thread-safe; outlives every table opened with it.
typedef struct LakeCache LakeCache;

LakeCache *lake_cache_new(void);
void lake_cache_free(LakeCache *cache); // accepts NULL

// "delta", "parquet", "csv", "json" (also "text" names of them, ignoring case). The caller unrefs.
// request->cache may be NULL. An unknown format is DATA_SOURCE_NOT_FOUND.
Table *lake_open_table(const TableRequest *request, Error *err) MUST_CHECK;
