// SPDX-License-Identifier: Apache-2.0
// Window functions, for the files of this folder.
//
// The operator sorts its rows by partition and order. A morsel is a run of whole partitions; for
// each, the calls fill one flat vector of results, in sorted order. Positions count from the
// partition's first row; `rows` maps them to rows of the contiguous columns.
#pragma once

#include "kernel/exec/sort/sorted.h"

typedef struct CallPlan {
    WindowCall *call;
    uint32_t *args; // columns of the sorted rows
    uint32_t arg_count;
    uint32_t filter;  // column, UINT32_MAX: none
    Value *constants; // of args, where they are constant (offset, buckets, n)
    Value start_offset;
    Value stop_offset;
    bool needs_frame;
} CallPlan;

typedef struct WindowPart {
    Query *query;
    const SortedRows *sorted;
    const uint32_t *rows; // of the partition, in order
    uint32_t count;
    const uint64_t *peers;   // bit per sorted row of the whole: first of its peers
    uint32_t first;          // the partition's first sorted row
    const Vector *order_key; // first order key, NULL: none
    const SortKey *order;
    Arena *arena;     // of the partition
    uint32_t *starts; // frame of each position: [start, stop)
    uint32_t *stops;
} WindowPart;

static inline bool part_is_peer_start(const WindowPart *part, uint32_t position) {
    uint32_t row = part->first + position;
    return position == 0 || (part->peers[row >> 6] >> (row & 63) & 1);
}

// exec/window/frame.c: fills starts and stops.
bool window_frames(WindowPart *part, const CallPlan *plan, Error *err) MUST_CHECK;
// exec/window/rank.c: row_number, rank, dense_rank, percent_rank, cume_dist, ntile.
void window_rank(const WindowPart *part, const CallPlan *plan, Vector *out, uint32_t at);
// exec/window/value.c: lag, lead, first_value, last_value, nth_value.
void window_value(const WindowPart *part, const CallPlan *plan, Vector *out, uint32_t at,
                  Arena *arena);
// exec/window/fold.c: an aggregate over each frame.
bool window_fold(const WindowPart *part, const CallPlan *plan, Vector *out, uint32_t at,
                 Arena *arena, Error *err) MUST_CHECK;
