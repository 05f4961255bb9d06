// SPDX-License-Identifier: Apache-2.0
// bit_and, bit_or, bit_xor of integers: kept in 64 bits, sign-extended.
#include "kernel/exec/aggregates/find.h"

typedef struct BitsState {
    int64_t bits;
    uint64_t is_set;
} BitsState;

typedef enum BitsKind { BITS_AND, BITS_OR, BITS_XOR } BitsKind;

static BitsKind kind_of(const AggregateFrame *frame);

static void take(BitsState *state, BitsKind kind, int64_t bits) {
    if (!state->is_set) state->bits = bits;
    else if (kind == BITS_AND) state->bits &= bits;
    else if (kind == BITS_OR) state->bits |= bits;
    else state->bits ^= bits;
    state->is_set = 1;
}

static int64_t bits_at(const Vector *arg, uint32_t index) {
    switch (type_physical(arg->type)) {
    case PHYSICAL_INT8: return ((const int8_t *)arg->data)[index];
    case PHYSICAL_INT16: return ((const int16_t *)arg->data)[index];
    case PHYSICAL_INT32: return ((const int32_t *)arg->data)[index];
    default: return ((const int64_t *)arg->data)[index];
    }
}

static bool update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                   Error *err) {
    (void)err;
    BitsKind kind = kind_of(frame);
    for (ROWS_EACH(rows, i, r)) take(states[i], kind, bits_at(args, arg_index(args, r)));
    return true;
}

static bool update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                       Error *err) {
    (void)err;
    BitsKind kind = kind_of(frame);
    for (ROWS_EACH(rows, i, r)) take(state, kind, bits_at(args, arg_index(args, r)));
    return true;
}

static bool combine(AggregateFrame *frame, void *const *into, void *const *from, uint32_t count,
                    Error *err) {
    (void)err;
    BitsKind kind = kind_of(frame);
    for (uint32_t i = 0; i < count; i++) {
        const BitsState *other = from[i];
        if (other->is_set) take(into[i], kind, other->bits);
    }
    return true;
}

static bool finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                     Arena *arena, Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const BitsState *state = states[i];
        switch (type_physical(out->type)) {
        case PHYSICAL_INT8: ((int8_t *)out->data)[i] = (int8_t)state->bits; break;
        case PHYSICAL_INT16: ((int16_t *)out->data)[i] = (int16_t)state->bits; break;
        case PHYSICAL_INT32: ((int32_t *)out->data)[i] = (int32_t)state->bits; break;
        default: ((int64_t *)out->data)[i] = state->bits; break;
        }
        if (!state->is_set) result_null(out, i, arena);
    }
    return true;
}

#define BITS_INSTANCE(label)                                                                  \
    {                                                                                         \
        .name = label, .state_bytes = sizeof(BitsState), .skips_null_rows = true,             \
        .update = update, .update_one = update_one, .combine = combine, .finalize = finalize, \
    }
static const AggregateFunction instances[] = {
    [BITS_AND] = BITS_INSTANCE("bit_and"),
    [BITS_OR] = BITS_INSTANCE("bit_or"),
    [BITS_XOR] = BITS_INSTANCE("bit_xor"),
};

static BitsKind kind_of(const AggregateFrame *frame) {
    return (BitsKind)(frame->call->function - instances);
}

const AggregateFunction *bits_find(const AggregateQuery *query) {
    if (query->count != 1 || !type_is_integer(query->types[0])) return NULL;
    for (size_t i = 0; i < COUNT_OF(instances); i++)
        if (query_is(query, instances[i].name)) return &instances[i];
    return NULL;
}
