// SPDX-License-Identifier: Apache-2.0
// max_by(value, order) and min_by: of rows with equal order the last one wins, as in Spark.
#include "kernel/exec/aggregates/find.h"

typedef struct ExtremeBy {
    KeptValue value;
    KeptValue order;
} ExtremeBy;

static int sign_of(const AggregateFrame *frame);

static void take(AggregateFrame *frame, ExtremeBy *state, const Vector *args, uint32_t row,
                 int sign) {
    if (vector_is_null(&args[1], row)) return;
    if (state->order.is_set && kept_value_compare(&state->order, &args[1], row) * sign > 0) return;
    kept_value_set(frame, &state->value, &args[0], row);
    kept_value_set(frame, &state->order, &args[1], row);
}

static bool update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                   Error *err) {
    (void)err;
    int sign = sign_of(frame);
    for (ROWS_EACH(rows, i, r)) take(frame, states[i], args, r, sign);
    return true;
}

static bool update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                       Error *err) {
    (void)err;
    int sign = sign_of(frame);
    for (ROWS_EACH(rows, i, r)) take(frame, state, args, r, sign);
    return true;
}

static bool combine(AggregateFrame *frame, void *const *into, void *const *from, uint32_t count,
                    Error *err) {
    (void)err;
    int sign = sign_of(frame);
    const Type *type = frame->call->args[1]->type;
    for (uint32_t i = 0; i < count; i++) {
        ExtremeBy *state = into[i];
        const ExtremeBy *other = from[i];
        if (!other->order.is_set) continue;
        if (state->order.is_set &&
            kept_values_compare(type, &state->order, &other->order) * sign > 0)
            continue;
        *state = *other;
    }
    return true;
}

static bool finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                     Arena *arena, Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++)
        kept_value_get(&((const ExtremeBy *)states[i])->value, out, i, arena);
    return true;
}

#define BY_INSTANCE(ident, label)            \
    static const AggregateFunction ident = { \
        .name = label,                       \
        .state_bytes = sizeof(ExtremeBy),    \
        .update = update,                    \
        .update_one = update_one,            \
        .combine = combine,                  \
        .finalize = finalize,                \
    };
BY_INSTANCE(max_by, "max_by")
BY_INSTANCE(min_by, "min_by")

static int sign_of(const AggregateFrame *frame) {
    return frame->call->function == &max_by ? 1 : -1;
}

const AggregateFunction *extreme_by_find(const AggregateQuery *query) {
    if (query->count != 2) return NULL;
    if (query_is(query, "max_by")) return &max_by;
    return query_is(query, "min_by") ? &min_by : NULL;
}
