// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/lake.h"

#include "kernel/lake/delta/table.h"
#include "kernel/lake/parquet/table.h"
#include "kernel/lake/text/table.h"

#include <stdlib.h>

struct LakeCache {
    ParquetCache *footers;
    DeltaSnapshotCache *snapshots;
};

LakeCache *lake_cache_new(void) {
    LakeCache *cache = xcalloc(1, sizeof *cache);
    cache->footers = parquet_cache_new();
    cache->snapshots = delta_snapshot_cache_new();
    return cache;
}

void lake_cache_free(LakeCache *cache) {
    if (!cache) return;
    delta_snapshot_cache_free(cache->snapshots);
    parquet_cache_free(cache->footers);
    free(cache);
}

Table *lake_open_table(const TableRequest *request, Error *err) {
    const LakeCache *cache = request->cache;
    ParquetCache *footers = cache ? cache->footers : NULL;
    DeltaSnapshotCache *snapshots = cache ? cache->snapshots : NULL;
    if (slice_equal_ignore_case(request->format, SLICE("delta")))
        return delta_table_open(request, snapshots, footers, err);
    if (slice_equal_ignore_case(request->format, SLICE("parquet")))
        return parquet_table_open(request, err);
    if (slice_equal_ignore_case(request->format, SLICE("csv")))
        return text_table_open(TEXT_FORMAT_CSV, request, err);
    if (slice_equal_ignore_case(request->format, SLICE("json")))
        return text_table_open(TEXT_FORMAT_JSON, request, err);
    error_set(err, ERR_DATA_SOURCE_NOT_FOUND);
    error_add(err, "provider", request->format);
    return NULL;
}
