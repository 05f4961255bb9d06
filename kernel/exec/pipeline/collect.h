// SPDX-License-Identifier: Apache-2.0
// The sink that keeps its rows in order: of results, LIMIT, build sides, shared plans.
//
// With a limit it tells the pipeline to stop once the morsels from the first on without a gap have
// rows enough, so the rows kept are the first in scan order whatever the number of threads.
#pragma once

#include "kernel/exec/pipeline/pipeline.h"
#include "kernel/exec/rows/collector.h"

typedef struct CollectSink CollectSink;

// offset and limit: rows to skip, then to keep (UINT64_MAX: all). Types are borrowed.
CollectSink *collect_sink_new(Run *run, const PhysNode *node, const Type *const *types,
                              uint32_t column_count, uint64_t offset, uint64_t limit);
Operator *collect_sink_operator(CollectSink *sink);
// After the finish step; owned by the sink.
RowStore *collect_sink_rows(CollectSink *sink);
