// SPDX-License-Identifier: Apache-2.0
// count(*), count(a, b, ...), count_if(condition).
#include "kernel/exec/aggregates/find.h"

static bool update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                   Error *err) {
    (void)frame, (void)args, (void)err;
    for (uint32_t i = 0; i < rows.count; i++) ++*(int64_t *)states[i];
    return true;
}

static bool update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                       Error *err) {
    (void)frame, (void)args, (void)err;
    *(int64_t *)state += rows.count;
    return true;
}

static bool update_if(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                      Error *err) {
    (void)frame, (void)err;
    const uint8_t *values = args[0].data;
    for (ROWS_EACH(rows, i, r)) *(int64_t *)states[i] += values[arg_index(args, r)] != 0;
    return true;
}

static bool update_if_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                          Error *err) {
    (void)frame, (void)err;
    const uint8_t *values = args[0].data;
    int64_t count = 0;
    for (ROWS_EACH(rows, i, r)) count += values[arg_index(args, r)] != 0;
    *(int64_t *)state += count;
    return true;
}

static bool combine(AggregateFrame *frame, void *const *into, void *const *from, uint32_t count,
                    Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) *(int64_t *)into[i] += *(const int64_t *)from[i];
    return true;
}

static bool finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                     Arena *arena, Error *err) {
    (void)frame, (void)arena, (void)err;
    int64_t *values = out->data;
    for (uint32_t i = 0; i < count; i++) values[i] = *(const int64_t *)states[i];
    return true;
}

const AggregateFunction *count_find(const AggregateQuery *query) {
    static const AggregateFunction count = {
        .name = "count",
        .state_bytes = sizeof(int64_t),
        .skips_null_rows = true,
        .update = update,
        .update_one = update_one,
        .combine = combine,
        .finalize = finalize,
    };
    static const AggregateFunction count_if = {
        .name = "count_if",
        .state_bytes = sizeof(int64_t),
        .skips_null_rows = true,
        .update = update_if,
        .update_one = update_if_one,
        .combine = combine,
        .finalize = finalize,
    };
    if (query_is(query, "count")) return &count;
    if (query_is(query, "count_if") && query->count == 1) return &count_if;
    return NULL;
}
