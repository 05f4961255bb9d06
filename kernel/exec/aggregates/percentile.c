// SPDX-License-Identifier: Apache-2.0
// Exact percentiles and the mode.
//
// percentile(value, fraction[, frequency]), median(value), percentile_cont(value, fraction) and
// percentile_disc: values as doubles with their frequency are kept and sorted at the end. WITHIN
// GROUP (ORDER BY value DESC) is read from the call: it counts from the other end. The fraction is
// one or an array of them; the last row's counts. mode(value): the commonest; with an order, ties
// fall to the first in that order, else to the value seen first.
#include "kernel/exec/aggregates/find.h"
#include "kernel/exec/rows/code_list.h"
#include "kernel/exec/rows/row_code.h"

#include <math.h>
#include <stdlib.h>

typedef struct Weighted {
    double value;
    int64_t count;
} Weighted;

typedef struct PercentileState {
    Weighted *values;
    uint64_t count;
    uint64_t room;
    double *fractions; // NULL: a median
    uint32_t fraction_count;
    uint32_t is_array;
} PercentileState;

static double number_at(const Vector *arg, uint32_t row) {
    uint32_t index;
    const Vector *base = vector_base(arg, row, &index);
    switch (type_physical(base->type)) {
    case PHYSICAL_INT8: return ((const int8_t *)base->data)[index];
    case PHYSICAL_INT16: return ((const int16_t *)base->data)[index];
    case PHYSICAL_INT32: return ((const int32_t *)base->data)[index];
    case PHYSICAL_INT64: return (double)((const int64_t *)base->data)[index];
    case PHYSICAL_FLOAT: return (double)((const float *)base->data)[index];
    default: return ((const double *)base->data)[index];
    }
}

static void take_fractions(AggregateFrame *frame, PercentileState *state, const Vector *arg,
                           uint32_t row) {
    uint32_t index;
    const Vector *base = vector_base(arg, row, &index);
    state->is_array = arg->type->id == TYPE_ARRAY;
    ListView list = {index, 1};
    if (state->is_array) {
        list = ((const ListView *)base->data)[index];
        base = &base->children[0];
    }
    if (state->fraction_count < list.count || !state->fractions)
        state->fractions = arena_alloc(frame->arena, (list.count + 1) * sizeof(double));
    state->fraction_count = list.count;
    for (uint32_t i = 0; i < list.count; i++)
        state->fractions[i] = number_at(base, list.offset + i);
}

static void push_value(PercentileState *state, Weighted value, Arena *arena) {
    if (state->count == state->room) {
        state->room = state->room ? state->room * 2 : 8;
        Weighted *values = arena_alloc_raw(arena, state->room * sizeof *values, 8);
        if (state->count) memcpy(values, state->values, state->count * sizeof *values);
        state->values = values;
    }
    state->values[state->count++] = value;
}

static void add_row(AggregateFrame *frame, PercentileState *state, const Vector *args,
                    uint32_t row) {
    uint32_t arg_count = frame->call->arg_count;
    if (arg_count > 1 && !state->fractions && !vector_is_null(&args[1], row))
        take_fractions(frame, state, &args[1], row);
    if (vector_is_null(&args[0], row)) return;
    Weighted value = {number_at(&args[0], row), 1};
    if (arg_count > 2) {
        if (vector_is_null(&args[2], row)) return;
        value.count = (int64_t)number_at(&args[2], row);
        if (value.count <= 0) return;
    }
    push_value(state, value, frame->arena);
}

static bool update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                   Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) add_row(frame, states[i], args, r);
    return true;
}

static bool update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                       Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) add_row(frame, state, args, r);
    return true;
}

static bool combine(AggregateFrame *frame, void *const *into, void *const *from, uint32_t count,
                    Error *err) {
    (void)err;
    for (uint32_t i = 0; i < count; i++) {
        PercentileState *state = into[i];
        const PercentileState *other = from[i];
        if (!state->fractions) {
            state->fractions = other->fractions;
            state->fraction_count = other->fraction_count;
            state->is_array = other->is_array;
        }
        for (uint64_t v = 0; v < other->count; v++)
            push_value(state, other->values[v], frame->arena);
    }
    return true;
}

static int compare_values(const void *a, const void *b) {
    double x = ((const Weighted *)a)->value, y = ((const Weighted *)b)->value;
    if (x != x || y != y) return (x != x) - (y != y);
    return x < y ? -1 : x > y;
}

// Sorted values with the frequencies added up.
typedef struct Ranked {
    const Weighted *values;
    uint64_t count;
    int64_t total;
} Ranked;

static double value_of_rank(const Ranked *ranked, int64_t rank) {
    uint64_t low = 0, high = ranked->count - 1;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (ranked->values[middle].count > rank) high = middle;
        else low = middle + 1;
    }
    return ranked->values[low].value;
}

static double continuous(const Ranked *ranked, double fraction) {
    double position = (double)(ranked->total - 1) * fraction;
    int64_t lower = (int64_t)floor(position), upper = (int64_t)ceil(position);
    double low = value_of_rank(ranked, lower);
    if (lower == upper) return low;
    double high = value_of_rank(ranked, upper);
    if (low == high) return low;
    return ((double)upper - position) * low + (position - (double)lower) * high;
}

static double discrete(const Ranked *ranked, double fraction) {
    int64_t rank = (int64_t)ceil((double)ranked->total * fraction) - 1;
    return value_of_rank(ranked, MAX(rank, 0));
}

static bool is_discrete(const AggregateFrame *frame);

static double percentile_of(const AggregateFrame *frame, const Ranked *ranked, double fraction) {
    const AggregateCall *call = frame->call;
    bool reverse = call->order_count && call->order[0].descending;
    if (!is_discrete(frame)) return continuous(ranked, reverse ? 1.0 - fraction : fraction);
    if (!reverse) return discrete(ranked, fraction);
    int64_t rank = MAX((int64_t)ceil((double)ranked->total * fraction) - 1, 0);
    return value_of_rank(ranked, ranked->total - 1 - rank);
}

static void put_number(Vector *out, uint32_t row, double number) {
    switch (type_physical(out->type)) {
    case PHYSICAL_INT8: ((int8_t *)out->data)[row] = (int8_t)number; break;
    case PHYSICAL_INT16: ((int16_t *)out->data)[row] = (int16_t)number; break;
    case PHYSICAL_INT32: ((int32_t *)out->data)[row] = (int32_t)number; break;
    case PHYSICAL_INT64: ((int64_t *)out->data)[row] = (int64_t)number; break;
    case PHYSICAL_FLOAT: ((float *)out->data)[row] = (float)number; break;
    default: ((double *)out->data)[row] = number; break;
    }
}

static Ranked rank_values(const PercentileState *state, Arena *arena) {
    Weighted *values = arena_alloc_raw(arena, state->count * sizeof *values, 8);
    memcpy(values, state->values, state->count * sizeof *values);
    qsort(values, state->count, sizeof *values, compare_values);
    int64_t total = 0;
    for (uint64_t i = 0; i < state->count; i++) values[i].count = total += values[i].count;
    return (Ranked){values, state->count, total};
}

static bool finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                     Arena *arena, Error *err) {
    for (uint32_t i = 0; i < count; i++) {
        const PercentileState *state = states[i];
        if (state->count == 0 || (frame->call->arg_count > 1 && !state->fractions)) {
            result_null(out, i, arena);
            continue;
        }
        AUTO(Arena, scratch) = {0};
        Ranked ranked = rank_values(state, &scratch);
        if (!state->is_array) {
            double fraction = state->fractions ? state->fractions[0] : 0.5;
            put_number(out, i, percentile_of(frame, &ranked, fraction));
        } else {
            Value list = {.type = out->type, .item_count = state->fraction_count};
            list.items = ARENA_ARRAY(&scratch, Value, state->fraction_count + 1);
            for (uint32_t f = 0; f < state->fraction_count; f++) {
                Vector one;
                vector_init_flat(&one, out->type->fields[0].type, 1, &scratch);
                put_number(&one, 0, percentile_of(frame, &ranked, state->fractions[f]));
                list.items[f] = vector_value(&one, 0, &scratch);
            }
            vector_set_value(out, i, &list, arena);
        }
        if (!query_check(frame->query, err)) return false;
    }
    return true;
}

// --- mode ---

typedef struct ModeState {
    CodeList values;
    int64_t *counts;
    uint64_t count_room;
} ModeState;

static void mode_add(AggregateFrame *frame, ModeState *state, Slice code, int64_t count) {
    uint32_t number = code_list_add_once(&state->values, code, frame->arena);
    if (number >= state->count_room) {
        uint64_t room = MAX(state->count_room * 2, (uint64_t)8);
        int64_t *counts = arena_alloc(frame->arena, room * sizeof *counts);
        if (state->count_room) memcpy(counts, state->counts, state->count_room * sizeof *counts);
        state->counts = counts;
        state->count_room = room;
    }
    state->counts[number] += count;
}

static void mode_row(AggregateFrame *frame, ModeState *state, const Vector *args, uint32_t row,
                     Text *code) {
    text_reset(code);
    value_code_append(&args[0], row, code);
    mode_add(frame, state, text_slice(code), 1);
}

static bool mode_update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                        Error *err) {
    (void)err;
    AUTO(Text, code) = {0};
    for (ROWS_EACH(rows, i, r)) mode_row(frame, states[i], args, r, &code);
    return true;
}

static bool mode_update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                            Error *err) {
    (void)err;
    AUTO(Text, code) = {0};
    for (ROWS_EACH(rows, i, r)) mode_row(frame, state, args, r, &code);
    return true;
}

static bool mode_combine(AggregateFrame *frame, void *const *into, void *const *from,
                         uint32_t count, Error *err) {
    (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const ModeState *other = from[i];
        for (uint32_t v = 0; v < other->values.count; v++)
            mode_add(frame, into[i], other->values.codes[v], other->counts[v]);
    }
    return true;
}

static Value mode_value(const ModeState *state, uint32_t number, const Type *type, Arena *arena) {
    Slice code = state->values.codes[number];
    return value_code_take(&code, type, arena);
}

static bool mode_finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                          Arena *arena, Error *err) {
    (void)err;
    const AggregateCall *call = frame->call;
    for (uint32_t i = 0; i < count; i++) {
        const ModeState *state = states[i];
        if (state->values.count == 0) {
            result_null(out, i, arena);
            continue;
        }
        uint32_t best = 0;
        for (uint32_t v = 1; v < state->values.count; v++) {
            bool is_better = state->counts[v] > state->counts[best];
            if (state->counts[v] == state->counts[best] && call->order_count) {
                Value x = mode_value(state, v, out->type, arena);
                Value y = mode_value(state, best, out->type, arena);
                int order = value_compare(&x, &y);
                is_better = call->order[0].descending ? order > 0 : order < 0;
            }
            if (is_better) best = v;
        }
        Value value = mode_value(state, best, out->type, arena);
        vector_set_value(out, i, &value, arena);
    }
    return true;
}

#define PERCENTILE_INSTANCE(ident, label)       \
    static const AggregateFunction ident = {    \
        .name = label,                          \
        .state_bytes = sizeof(PercentileState), \
        .update = update,                       \
        .update_one = update_one,               \
        .combine = combine,                     \
        .finalize = finalize,                   \
    };
PERCENTILE_INSTANCE(percentile_continuous, "percentile")
PERCENTILE_INSTANCE(percentile_discrete, "percentile_disc")

static bool is_discrete(const AggregateFrame *frame) {
    return frame->call->function == &percentile_discrete;
}

static bool is_simple_number(const Type *type) {
    PhysicalType physical = type_physical(type);
    return type->id != TYPE_DECIMAL && physical >= PHYSICAL_INT8 && physical <= PHYSICAL_DOUBLE;
}

const AggregateFunction *percentile_find(const AggregateQuery *query) {
    static const AggregateFunction mode = {
        .name = "mode",
        .state_bytes = sizeof(ModeState),
        .skips_null_rows = true,
        .update = mode_update,
        .update_one = mode_update_one,
        .combine = mode_combine,
        .finalize = mode_finalize,
    };
    if (query_is(query, "mode") && query->count == 1) return &mode;
    if (query->count == 0 || query->count > 3 || !is_simple_number(query->types[0])) return NULL;
    if (query_is(query, "median") && query->count == 1) return &percentile_continuous;
    if (query->count < 2) return NULL;
    if (query_is(query, "percentile") || query_is(query, "percentile_cont"))
        return &percentile_continuous;
    return query_is(query, "percentile_disc") ? &percentile_discrete : NULL;
}
