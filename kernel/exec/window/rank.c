// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/window/window.h"

// Positions of the peers of `position`: [start, stop).
typedef struct Peers {
    uint32_t start;
    uint32_t stop;
    uint32_t number; // of the peer group, from 0
} Peers;

static void next_peers(const WindowPart *part, Peers *peers) {
    peers->start = peers->stop;
    if (peers->start) peers->number++;
    do peers->stop++;
    while (peers->stop < part->count && !part_is_peer_start(part, peers->stop));
}

static void put_number(Vector *out, uint32_t at, uint64_t number) {
    if (type_physical(out->type) == PHYSICAL_INT32) ((int32_t *)out->data)[at] = (int32_t)number;
    else ((int64_t *)out->data)[at] = (int64_t)number;
}

static uint64_t bucket_of(uint64_t position, uint64_t count, uint64_t buckets) {
    uint64_t size = count / buckets, larger = count % buckets;
    if (position < larger * (size + 1)) return position / (size + 1) + 1;
    return larger + (position - larger * (size + 1)) / size + 1;
}

void window_rank(const WindowPart *part, const CallPlan *plan, Vector *out, uint32_t at) {
    Peers peers = {0};
    uint32_t count = part->count;
    for (uint32_t i = 0; i < count; i++) {
        if (i == peers.stop) next_peers(part, &peers);
        switch (plan->call->kind) {
        case WINDOW_ROW_NUMBER: put_number(out, at + i, (uint64_t)i + 1); break;
        case WINDOW_RANK: put_number(out, at + i, (uint64_t)peers.start + 1); break;
        case WINDOW_DENSE_RANK: put_number(out, at + i, (uint64_t)peers.number + 1); break;
        case WINDOW_PERCENT_RANK:
            ((double *)out->data)[at + i] =
                count > 1 ? (double)peers.start / (double)(count - 1) : 0;
            break;
        case WINDOW_CUME_DIST:
            ((double *)out->data)[at + i] = (double)peers.stop / (double)count;
            break;
        case WINDOW_NTILE:
            put_number(out, at + i, bucket_of(i, count, (uint64_t)MAX(plan->constants[0].i64, 1)));
            break;
        default: break;
        }
    }
}
