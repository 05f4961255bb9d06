// SPDX-License-Identifier: Apache-2.0
// One thread's probe of a join, for the files of this folder.
#pragma once

#include "kernel/exec/join/join.h"

typedef struct ProbeStage {
    Stage stage;
    ExprState *key_state; // NULL: all keys are columns
    ExprState *residual_state;
    Arena arena; // of a batch
    Arena block; // of a block of pairs
    Vector *computed;
    Vector *keys;   // packed keys of the batch's selected rows
    Vector *joined; // left ++ right columns
    const Batch *batch;
    Rows rows;                         // of the batch
    uint16_t all[LIMIT_BATCH_ROWS];    // selection of all rows
    uint8_t found[LIMIT_BATCH_ROWS];   // by row: has a partner
    uint64_t hashes[LIMIT_BATCH_ROWS]; // by position in rows; in exact tables later the keys
    uint64_t values[LIMIT_BATCH_ROWS];
    // Positions whose slot has entries, and which of them.
    uint32_t hit_count;
    uint32_t hits[LIMIT_BATCH_ROWS];
    uint64_t starts[LIMIT_BATCH_ROWS];
    uint64_t stops[LIMIT_BATCH_ROWS];
    uint32_t hit; // next to be looked at
    uint64_t entry;
    // A block of pairs.
    uint32_t pair_count;
    uint32_t positions[LIMIT_BATCH_ROWS];
    uint32_t probe_rows[2 * LIMIT_BATCH_ROWS]; // room for rows without partner in between
    uint32_t build_rows[2 * LIMIT_BATCH_ROWS]; // UINT32_MAX: none
    uint32_t candidates[LIMIT_BATCH_ROWS];
    uint16_t selection[LIMIT_BATCH_ROWS];
    uint32_t unemitted; // keep_probe: first position that was not handed on yet
} ProbeStage;

static inline uint32_t probe_row(const ProbeStage *self, uint32_t position) {
    return self->rows.selection ? self->rows.selection[position] : position;
}

// exec/join/pairs.c: finds candidates for the batch, then gives blocks of pairs whose keys are
// equal (only_first: one per probe row is enough). False at the end.
void pairs_start(ProbeStage *self, const Join *join);
bool pairs_next(ProbeStage *self, const Join *join, bool only_first);
// Left and right columns of pairs as a batch in self->joined, in the block's arena.
Batch pairs_batch(ProbeStage *self, const Join *join, const uint32_t *probe_rows,
                  const uint32_t *build_rows, uint32_t count);
// The same when the probe rows ascend: a selection of the probe batch.
Batch pairs_selected_batch(ProbeStage *self, const Join *join, const uint32_t *probe_rows,
                           const uint32_t *build_rows, uint32_t count);
// exec/join/unknown.c: whether some build row makes the comparison with this probe row null (IN).
bool probe_is_unknown(ProbeStage *self, const Join *join, uint32_t position, bool *unknown,
                      Error *err) MUST_CHECK;
