// SPDX-License-Identifier: Apache-2.0
// first, last and any_value (the first), with nulls unless the call ignores them.
#include "kernel/exec/aggregates/find.h"

static bool is_wanted(const AggregateFrame *frame, const Vector *arg, uint32_t row) {
    return !frame->call->ignore_nulls || !vector_is_null(arg, row);
}

static bool first_update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                         Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) {
        KeptValue *state = states[i];
        if (!state->is_set && is_wanted(frame, &args[0], r)) kept_value_set(frame, state, args, r);
    }
    return true;
}

static bool first_update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *one,
                             Error *err) {
    (void)err;
    KeptValue *state = one;
    for (ROWS_EACH(rows, i, r)) {
        if (state->is_set) return true;
        if (is_wanted(frame, &args[0], r)) kept_value_set(frame, state, args, r);
    }
    return true;
}

static bool first_combine(AggregateFrame *frame, void *const *into, void *const *from,
                          uint32_t count, Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        KeptValue *state = into[i];
        const KeptValue *other = from[i];
        if (!state->is_set && other->is_set) kept_value_move(state, other);
    }
    return true;
}

static bool last_update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                        Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r))
        if (is_wanted(frame, &args[0], r)) kept_value_set(frame, states[i], args, r);
    return true;
}

static bool last_update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                            Error *err) {
    (void)err;
    for (uint32_t i = rows.count; i-- > 0;) {
        uint32_t row = rows.selection ? rows.selection[i] : i;
        if (!is_wanted(frame, &args[0], row)) continue;
        kept_value_set(frame, state, args, row);
        return true;
    }
    return true;
}

static bool last_combine(AggregateFrame *frame, void *const *into, void *const *from,
                         uint32_t count, Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const KeptValue *other = from[i];
        if (other->is_set) kept_value_move(into[i], other);
    }
    return true;
}

static bool finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                     Arena *arena, Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) kept_value_get(states[i], out, i, arena);
    return true;
}

const AggregateFunction *pick_find(const AggregateQuery *query) {
    static const AggregateFunction first = {
        .name = "first",
        .state_bytes = sizeof(KeptValue),
        .takes_order = true,
        .update = first_update,
        .update_one = first_update_one,
        .combine = first_combine,
        .finalize = finalize,
    };
    static const AggregateFunction last = {
        .name = "last",
        .state_bytes = sizeof(KeptValue),
        .takes_order = true,
        .update = last_update,
        .update_one = last_update_one,
        .combine = last_combine,
        .finalize = finalize,
    };
    if (query->count != 1) return NULL;
    if (query_is(query, "first") || query_is(query, "first_value") || query_is(query, "any_value"))
        return &first;
    if (query_is(query, "last") || query_is(query, "last_value")) return &last;
    return NULL;
}
