// SPDX-License-Identifier: Apache-2.0
// Calls with DISTINCT or WITHIN GROUP order: the state keeps the rows of arguments as codes, once
// each when distinct, and at the end feeds them, in order, to the call's own function.
#include "kernel/exec/aggregate/aggregate.h"
#include "kernel/exec/rows/code_list.h"
#include "kernel/exec/rows/row_code.h"

static bool is_ordered(const AggregateCall *call) {
    return call->order_count && call->function->takes_order;
}
static bool is_distinct(const AggregateCall *call) {
    return call->distinct && !call->function->ignores_duplicates;
}

bool call_is_collected(const AggregateCall *call) { return is_distinct(call) || is_ordered(call); }

static uint32_t column_count(const AggregateCall *call) {
    return call->arg_count + call->order_count;
}

static void add(CodeList *list, bool distinct, Slice code, Arena *arena) {
    if (distinct) code_list_add_once(list, code, arena);
    else code_list_add(list, code, arena);
}

static bool has_null(const Vector *args, uint32_t count, uint32_t row) {
    for (uint32_t a = 0; a < count; a++)
        if (vector_is_null(&args[a], row)) return true;
    return false;
}

static bool update_rows(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                        void *one) {
    const AggregateCall *call = frame->call;
    bool distinct = is_distinct(call), skip = call->function->skips_null_rows;
    AUTO(Text, code) = {0};
    for (ROWS_EACH(rows, i, r)) {
        if (skip && has_null(args, call->arg_count, r)) continue;
        text_reset(&code);
        row_code_append(args, column_count(call), r, &code);
        add(states ? states[i] : one, distinct, text_slice(&code), frame->arena);
    }
    return true;
}

static bool update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                   Error *err) {
    (void)err;
    return update_rows(frame, args, rows, states, NULL);
}

static bool update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                       Error *err) {
    (void)err;
    return update_rows(frame, args, rows, NULL, state);
}

static bool combine(AggregateFrame *frame, void *const *into, void *const *from, uint32_t count,
                    Error *err) {
    (void)err;
    bool distinct = is_distinct(frame->call);
    for (uint32_t i = 0; i < count; i++) {
        const CodeList *other = from[i];
        for (uint32_t r = 0; r < other->count; r++)
            add(into[i], distinct, other->codes[r], frame->arena);
    }
    return true;
}

// --- the end ---

typedef struct Sorting {
    const AggregateCall *call;
    Value **keys; // of each row
} Sorting;

static int compare(const Sorting *sorting, uint32_t a, uint32_t b) {
    for (uint32_t k = 0; k < sorting->call->order_count; k++) {
        const SortKey *key = &sorting->call->order[k];
        const Value *x = &sorting->keys[a][k], *y = &sorting->keys[b][k];
        if (x->is_null || y->is_null) {
            if (x->is_null == y->is_null) continue;
            return x->is_null == key->nulls_last ? 1 : -1;
        }
        int order = value_compare(x, y);
        if (order) return key->descending ? -order : order;
    }
    return 0;
}

// Merge sort: stable.
static void sort_rows(const Sorting *sorting, uint32_t *rows, uint32_t *spare, uint32_t count) {
    if (count < 2) return;
    uint32_t half = count / 2, a = 0, b = half;
    sort_rows(sorting, rows, spare, half);
    sort_rows(sorting, rows + half, spare, count - half);
    memcpy(spare, rows, count * sizeof *rows);
    for (uint32_t i = 0; i < count; i++) {
        bool from_a = b == count || (a < half && compare(sorting, spare[a], spare[b]) <= 0);
        rows[i] = from_a ? spare[a++] : spare[b++];
    }
}

static uint32_t *row_order(const AggregateCall *call, const CodeList *state, Arena *arena) {
    uint32_t *order = arena_alloc_raw(arena, (state->count + 1) * sizeof *order, 8);
    for (uint32_t i = 0; i < state->count; i++) order[i] = i;
    if (!is_ordered(call)) return order;
    Sorting sorting = {call, ARENA_ARRAY(arena, Value *, state->count + 1)};
    for (uint32_t i = 0; i < state->count; i++) {
        Slice rest = state->codes[i];
        for (uint32_t a = 0; a < call->arg_count; a++)
            value_code_take(&rest, call->args[a]->type, arena);
        sorting.keys[i] = ARENA_ARRAY(arena, Value, call->order_count);
        for (uint32_t k = 0; k < call->order_count; k++)
            sorting.keys[i][k] = value_code_take(&rest, call->order[k].expr->type, arena);
    }
    uint32_t *spare = arena_alloc_raw(arena, (state->count + 1) * sizeof *spare, 8);
    sort_rows(&sorting, order, spare, state->count);
    return order;
}

static bool feed(AggregateFrame *frame, const CodeList *state, void *inner, Error *err) {
    const AggregateCall *call = frame->call;
    AUTO(Arena, arena) = {0};
    const uint32_t *order = row_order(call, state, &arena);
    Vector *args = ARENA_ARRAY(&arena, Vector, call->arg_count + 1);
    for (uint32_t done = 0; done < state->count;) {
        uint32_t part = MIN(state->count - done, (uint32_t)LIMIT_BATCH_ROWS);
        for (uint32_t a = 0; a < call->arg_count; a++)
            vector_init_flat(&args[a], call->args[a]->type, part, &arena);
        for (uint32_t i = 0; i < part; i++) {
            Slice rest = state->codes[order[done + i]];
            for (uint32_t a = 0; a < call->arg_count; a++) {
                Value value = value_code_take(&rest, call->args[a]->type, &arena);
                vector_set_value(&args[a], i, &value, &arena);
            }
        }
        done += part;
        if (!query_check(frame->query, err)) return false;
        if (!call->function->update_one(frame, args, (Rows){NULL, part}, inner, err)) return false;
    }
    return true;
}

static bool finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                     Arena *arena, Error *err) {
    const AggregateFunction *function = frame->call->function;
    size_t stride = (function->state_bytes + 15) & ~(size_t)15;
    char *inner = arena_alloc(arena, stride * count + 16);
    void **pointers = arena_alloc_raw(arena, (count + 1) * sizeof *pointers, 8);
    for (uint32_t i = 0; i < count; i++) {
        pointers[i] = inner + stride * i;
        if (function->init) function->init(frame, pointers[i]);
        if (!feed(frame, states[i], pointers[i], err)) return false;
    }
    return function->finalize(frame, pointers, count, out, arena, err);
}

const AggregateFunction *collected_function(void) {
    static const AggregateFunction function = {
        .name = "collected",
        .state_bytes = sizeof(CodeList),
        .update = update,
        .update_one = update_one,
        .combine = combine,
        .finalize = finalize,
    };
    return &function;
}
