// SPDX-License-Identifier: Apache-2.0
// percentile_approx(value, fraction[, accuracy]) and approx_count_distinct(value[, error]).
//
// The latter is HyperLogLog++ (Heule, Nunkesser and Hall, 2013) without its empirical bias table:
// small numbers come by linear counting, which is what the table leaves alone.
#include "kernel/exec/aggregates/find.h"
#include "kernel/exec/aggregates/quantile_sketch.h"
#include "kernel/exec/hash64.h"
#include "kernel/exec/rows/keys.h"
#include "kernel/exec/rows/row_code.h"

#include <math.h>

typedef struct ApproxState {
    QuantileSketch sketch;
    double *fractions;
    uint32_t fraction_count;
    uint32_t is_array;
} ApproxState;

static double number_at(const Vector *arg, uint32_t row) {
    uint32_t index;
    const Vector *base = vector_base(arg, row, &index);
    switch (type_physical(base->type)) {
    case PHYSICAL_INT8: return ((const int8_t *)base->data)[index];
    case PHYSICAL_INT16: return ((const int16_t *)base->data)[index];
    case PHYSICAL_INT32: return ((const int32_t *)base->data)[index];
    case PHYSICAL_INT64: return (double)((const int64_t *)base->data)[index];
    case PHYSICAL_INT128: return (double)((const Int128 *)base->data)[index];
    case PHYSICAL_FLOAT: return (double)((const float *)base->data)[index];
    default: return ((const double *)base->data)[index];
    }
}

static void start(AggregateFrame *frame, ApproxState *state, const Vector *args, uint32_t row) {
    uint32_t index;
    const Vector *base = vector_base(&args[1], row, &index);
    ListView list = {index, 1};
    state->is_array = args[1].type->id == TYPE_ARRAY;
    if (state->is_array) {
        list = ((const ListView *)base->data)[index];
        base = &base->children[0];
    }
    state->fractions = arena_alloc(frame->arena, (list.count + 1) * sizeof(double));
    state->fraction_count = list.count;
    for (uint32_t i = 0; i < list.count; i++)
        state->fractions[i] = number_at(base, list.offset + i);
    state->sketch.error = 1.0 / (frame->call->arg_count > 2 ? number_at(&args[2], row) : 10000.0);
}

static void approx_row(AggregateFrame *frame, ApproxState *state, const Vector *args,
                       uint32_t row) {
    if (!state->fractions) start(frame, state, args, row);
    quantile_sketch_add(&state->sketch, number_at(&args[0], row), frame->arena);
}

static bool approx_update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                          Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) approx_row(frame, states[i], args, r);
    return true;
}

static bool approx_update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                              Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) approx_row(frame, state, args, r);
    return true;
}

static bool approx_combine(AggregateFrame *frame, void *const *into, void *const *from,
                           uint32_t count, Error *err) {
    (void)err;
    for (uint32_t i = 0; i < count; i++) {
        ApproxState *state = into[i], *other = from[i];
        if (!other->fractions) continue;
        if (!state->fractions) *state = *other;
        else quantile_sketch_merge(&state->sketch, &other->sketch, frame->arena);
    }
    return true;
}

static void put_number(Vector *out, uint32_t row, double number) {
    switch (type_physical(out->type)) {
    case PHYSICAL_INT8: ((int8_t *)out->data)[row] = (int8_t)number; break;
    case PHYSICAL_INT16: ((int16_t *)out->data)[row] = (int16_t)number; break;
    case PHYSICAL_INT32: ((int32_t *)out->data)[row] = (int32_t)number; break;
    case PHYSICAL_INT64: ((int64_t *)out->data)[row] = (int64_t)number; break;
    case PHYSICAL_INT128: ((Int128 *)out->data)[row] = (Int128)number; break;
    case PHYSICAL_FLOAT: ((float *)out->data)[row] = (float)number; break;
    default: ((double *)out->data)[row] = number; break;
    }
}

static bool approx_finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                            Arena *arena, Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const ApproxState *state = states[i];
        if (!state->fractions) {
            result_null(out, i, arena);
            continue;
        }
        AUTO(Arena, scratch) = {0};
        QuantileSketch sketch = state->sketch; // window frames finish a state and go on with it
        double *head = arena_alloc_raw(&scratch, (sketch.head_count + 1) * sizeof *head, 8);
        if (sketch.head_count) memcpy(head, sketch.head, sketch.head_count * sizeof *head);
        sketch.head = head;
        if (!sketch.is_compressed) quantile_sketch_compress(&sketch, &scratch);
        double *found = ARENA_ARRAY(&scratch, double, state->fraction_count + 1);
        quantile_sketch_query(&sketch, state->fractions, state->fraction_count, found, &scratch);
        if (!state->is_array) {
            put_number(out, i, found[0]);
            continue;
        }
        Value list = {.type = out->type, .item_count = state->fraction_count};
        list.items = ARENA_ARRAY(&scratch, Value, state->fraction_count + 1);
        for (uint32_t f = 0; f < state->fraction_count; f++) {
            Vector one;
            vector_init_flat(&one, out->type->fields[0].type, 1, &scratch);
            put_number(&one, 0, found[f]);
            list.items[f] = vector_value(&one, 0, &scratch);
        }
        vector_set_value(out, i, &list, arena);
    }
    return true;
}

// --- approx_count_distinct ---

enum { PRECISION_DEFAULT = 9, PRECISION_MIN = 4, PRECISION_MAX = 18, HASH_SEED = 42 };

typedef struct DistinctState {
    uint8_t *registers; // NULL: no rows yet
    uint64_t precision;
} DistinctState;

static uint64_t value_hash(const Vector *arg, uint32_t row) {
    uint32_t index;
    const Vector *base = vector_base(arg, row, &index);
    switch (type_physical(base->type)) {
    case PHYSICAL_BOOL: {
        int32_t value = ((const uint8_t *)base->data)[index];
        return hash64(&value, 4, HASH_SEED);
    }
    case PHYSICAL_INT8: {
        int32_t value = ((const int8_t *)base->data)[index];
        return hash64(&value, 4, HASH_SEED);
    }
    case PHYSICAL_INT16: {
        int32_t value = ((const int16_t *)base->data)[index];
        return hash64(&value, 4, HASH_SEED);
    }
    case PHYSICAL_INT32: return hash64((const int32_t *)base->data + index, 4, HASH_SEED);
    case PHYSICAL_INT64: return hash64((const int64_t *)base->data + index, 8, HASH_SEED);
    case PHYSICAL_FLOAT: {
        float value = float_key(((const float *)base->data)[index]);
        return hash64(&value, 4, HASH_SEED);
    }
    case PHYSICAL_DOUBLE: {
        double value = double_key(((const double *)base->data)[index]);
        return hash64(&value, 8, HASH_SEED);
    }
    case PHYSICAL_STRING: {
        Slice s = string_view_slice((const StringView *)base->data + index);
        return hash64(s.data, s.bytes, HASH_SEED);
    }
    default: {
        AUTO(Text, code) = {0};
        value_code_append(base, index, &code);
        return hash64(code.data, code.bytes, HASH_SEED);
    }
    }
}

static uint64_t precision_for(double error) {
    double precision = ceil(2.0 * log(1.106 / error) / log(2.0));
    return (uint64_t)MIN(MAX(precision, (double)PRECISION_MIN), (double)PRECISION_MAX);
}

static void distinct_row(AggregateFrame *frame, DistinctState *state, const Vector *args,
                         uint32_t row) {
    if (!state->registers) {
        state->precision = frame->call->arg_count > 1 ? precision_for(number_at(&args[1], row))
                                                      : PRECISION_DEFAULT;
        state->registers = arena_alloc(frame->arena, (size_t)1 << state->precision);
    }
    uint64_t hash = value_hash(&args[0], row);
    uint64_t index = hash >> (64 - state->precision);
    uint64_t rest = hash << state->precision | UINT64_C(1) << (state->precision - 1);
    uint8_t zeros = (uint8_t)(__builtin_clzll(rest) + 1);
    if (zeros > state->registers[index]) state->registers[index] = zeros;
}

static bool distinct_update(AggregateFrame *frame, const Vector *args, Rows rows,
                            void *const *states, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) distinct_row(frame, states[i], args, r);
    return true;
}

static bool distinct_update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                                Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) distinct_row(frame, state, args, r);
    return true;
}

static bool distinct_combine(AggregateFrame *frame, void *const *into, void *const *from,
                             uint32_t count, Error *err) {
    (void)err;
    for (uint32_t i = 0; i < count; i++) {
        DistinctState *state = into[i];
        const DistinctState *other = from[i];
        if (!other->registers) continue;
        size_t registers = (size_t)1 << other->precision;
        if (!state->registers) {
            state->precision = other->precision;
            state->registers = arena_alloc(frame->arena, registers);
        }
        for (size_t r = 0; r < registers; r++)
            state->registers[r] = MAX(state->registers[r], other->registers[r]);
    }
    return true;
}

// Below these numbers linear counting is nearer, by precision from 4 on (the paper's table 1).
static const double linear_until[] = {10,   20,   40,    80,    220,   400,    900,   1800,
                                      3100, 6500, 11500, 20000, 50000, 120000, 350000};

static int64_t estimate(const DistinctState *state) {
    size_t registers = (size_t)1 << state->precision;
    double m = (double)registers, sum = 0, zeros = 0;
    for (size_t r = 0; r < registers; r++) {
        sum += 1.0 / (double)(UINT64_C(1) << state->registers[r]);
        zeros += state->registers[r] == 0;
    }
    double alpha = state->precision == 4   ? 0.673
                   : state->precision == 5 ? 0.697
                   : state->precision == 6 ? 0.709
                                           : 0.7213 / (1.0 + 1.079 / m);
    double raw = alpha * m * m / sum;
    if (zeros > 0) {
        double linear = m * log(m / zeros);
        if (linear <= linear_until[state->precision - PRECISION_MIN]) raw = linear;
    }
    return (int64_t)llround(raw);
}

static bool distinct_finalize(AggregateFrame *frame, void *const *states, uint32_t count,
                              Vector *out, Arena *arena, Error *err) {
    (void)frame, (void)arena, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const DistinctState *state = states[i];
        ((int64_t *)out->data)[i] = state->registers ? estimate(state) : 0;
    }
    return true;
}

const AggregateFunction *sketch_find(const AggregateQuery *query) {
    static const AggregateFunction approx = {
        .name = "percentile_approx",
        .state_bytes = sizeof(ApproxState),
        .skips_null_rows = true,
        .update = approx_update,
        .update_one = approx_update_one,
        .combine = approx_combine,
        .finalize = approx_finalize,
    };
    static const AggregateFunction distinct = {
        .name = "approx_count_distinct",
        .state_bytes = sizeof(DistinctState),
        .skips_null_rows = true,
        .ignores_duplicates = true,
        .update = distinct_update,
        .update_one = distinct_update_one,
        .combine = distinct_combine,
        .finalize = distinct_finalize,
    };
    if (query_is(query, "approx_count_distinct") && (query->count == 1 || query->count == 2))
        return &distinct;
    bool is_percentile =
        query_is(query, "percentile_approx") || query_is(query, "approx_percentile");
    return is_percentile && query->count >= 2 && query->count <= 3 ? &approx : NULL;
}
