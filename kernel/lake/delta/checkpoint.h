// SPDX-License-Identifier: Apache-2.0
// Checkpoints: Parquet files (classic, multi-part, v2 with sidecars) and v2 JSON ones, as actions.
#pragma once

#include "kernel/lake/delta/action.h"
#include "kernel/lake/delta/log.h"

// Takes one action. The slices of a file action are borrowed for the call; all else lives in the
// arena that was given to the read.
typedef bool (*DeltaActionVisitor)(void *context, const DeltaAction *action, Error *err);

// Visits protocol, metaData, domainMetadata and add actions of the checkpoint, whichever form it
// has. removes and transactions are left out: a reader of the state has no use for them.
bool delta_checkpoint_read(const DeltaLog *log, const DeltaCheckpoint *checkpoint, Arena *arena,
                           DeltaActionVisitor visit, void *context, Error *err) MUST_CHECK;
