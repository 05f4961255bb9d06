// SPDX-License-Identifier: Apache-2.0
// Aggregates over frames. A frame that only grows keeps one state and adds rows to it; frames that
// move are put together from a tree of states: leaves over LEAF_ROWS rows, FAN_OUT nodes to one
// above.
#include "kernel/exec/rows/pick.h"
#include "kernel/exec/window/window.h"

enum { LEAF_ROWS = 64, FAN_OUT = 16, LEVELS_MAX = 8, CHECK_ROWS = 1024 };

typedef struct Fold {
    const WindowPart *part;
    const AggregateFunction *function;
    AggregateFrame frame;
    uint32_t arg_count;
    Vector *args;         // of the partition, flat, in order
    const Vector *filter; // same
    Vector *slices;
    size_t stride; // of states
    char *levels[LEVELS_MAX];
    uint32_t level_count;
    uint32_t level_sizes[LEVELS_MAX];
} Fold;

static void fold_init(const Fold *fold, void *state) {
    memset(state, 0, fold->stride);
    if (fold->function->init) fold->function->init(&fold->frame, state);
}

static bool is_left_out(const Fold *fold, uint32_t position) {
    if (fold->filter && (vector_is_null(fold->filter, position) ||
                         !((const uint8_t *)fold->filter->data)[position]))
        return true;
    if (fold->function->skips_null_rows)
        for (uint32_t a = 0; a < fold->arg_count; a++)
            if (vector_is_null(&fold->args[a], position)) return true;
    return false;
}

// Up to a batch of rows from any position: values in place, null bits shifted.
static void slice(const Vector *in, uint32_t start, uint32_t count, uint64_t *bits, Vector *out) {
    *out = *in;
    out->count = count;
    size_t bytes = physical_bytes(type_physical(in->type));
    if (bytes) out->data = (char *)in->data + bytes * start;
    if (!in->validity) return;
    memset(bits, 0, bit_bytes(count));
    for (uint32_t i = 0; i < count; i++)
        if (bit_get(in->validity, start + i)) bit_set(bits, i);
    out->validity = bits;
}

// Structs cannot be sliced in place.
static void make_slice(const Fold *fold, uint32_t a, uint32_t start, uint32_t count, Arena *arena) {
    const Vector *arg = &fold->args[a];
    if (arg->type->id == TYPE_STRUCT) {
        uint32_t *indexes = arena_alloc_raw(arena, (count + 1) * sizeof *indexes, 8);
        for (uint32_t i = 0; i < count; i++) indexes[i] = start + i;
        vector_gather_indexes(arg, indexes, count, arena, &fold->slices[a]);
        return;
    }
    uint64_t *bits = arg->validity ? arena_alloc_raw(arena, bit_bytes(count), 8) : NULL;
    slice(arg, start, count, bits, &fold->slices[a]);
}

// Adds the rows [start, stop) to the state.
static bool fold_rows(Fold *fold, uint32_t start, uint32_t stop, void *state, Error *err) {
    while (start < stop) {
        uint32_t count = MIN(stop - start, (uint32_t)LIMIT_BATCH_ROWS);
        uint16_t selection[LIMIT_BATCH_ROWS];
        Rows rows = {selection, 0};
        for (uint32_t i = 0; i < count; i++) {
            selection[rows.count] = (uint16_t)i;
            rows.count += !is_left_out(fold, start + i);
        }
        if (rows.count) {
            AUTO(Arena, arena) = {0};
            for (uint32_t a = 0; a < fold->arg_count; a++)
                make_slice(fold, a, start, count, &arena);
            if (!fold->function->update_one(&fold->frame, fold->slices, rows, state, err))
                return false;
        }
        start += count;
        if (count == LIMIT_BATCH_ROWS && !query_check(fold->part->query, err)) return false;
    }
    return true;
}

static bool fold_put(Fold *fold, void *state, Vector *out, uint32_t at, Arena *arena, Error *err) {
    Vector one;
    AUTO(Arena, scratch) = {0};
    vector_init_flat(&one, out->type, 1, &scratch);
    // Text and lists of the result are made in the arena that outlives this call.
    if (!fold->function->finalize(&fold->frame, &state, 1, &one, arena, err)) return false;
    vector_put_row(out, at, &one, 0, arena);
    return true;
}

// --- frames that grow ---

static bool only_grows(const WindowPart *part) {
    for (uint32_t i = 0; i < part->count; i++)
        if (part->starts[i] != 0) return false;
    return true;
}

static bool fold_growing(Fold *fold, Vector *out, uint32_t at, Arena *arena, Error *err) {
    const WindowPart *part = fold->part;
    void *state = arena_alloc(part->arena, fold->stride);
    fold_init(fold, state);
    uint32_t done = 0;
    for (uint32_t i = 0; i < part->count; i++) {
        bool is_same = i && part->stops[i] == done;
        if (is_same) {
            vector_put_row(out, at + i, out, at + i - 1, arena);
            continue;
        }
        if (!fold_rows(fold, done, part->stops[i], state, err)) return false;
        done = part->stops[i];
        if (!fold_put(fold, state, out, at + i, arena, err)) return false;
        if (i % CHECK_ROWS == 0 && !query_check(part->query, err)) return false;
    }
    return true;
}

// --- frames that move ---

static bool build_tree(Fold *fold, Error *err) {
    uint32_t size = fold->part->count / LEAF_ROWS;
    char *below = NULL;
    for (uint32_t level = 0; size && level < LEVELS_MAX; level++, size /= FAN_OUT) {
        char *states = arena_alloc_raw(fold->part->arena, fold->stride * size, 16);
        for (uint32_t n = 0; n < size; n++) {
            void *state = states + fold->stride * n;
            fold_init(fold, state);
            if (level == 0) {
                if (!fold_rows(fold, n * LEAF_ROWS, (n + 1) * LEAF_ROWS, state, err)) return false;
                continue;
            }
            for (uint32_t c = 0; c < FAN_OUT; c++) {
                void *child = below + fold->stride * ((size_t)n * FAN_OUT + c);
                if (!fold->function->combine(&fold->frame, &state, &child, 1, err)) return false;
            }
            if (n % CHECK_ROWS == 0 && !query_check(fold->part->query, err)) return false;
        }
        fold->levels[level] = below = states;
        fold->level_sizes[level] = size;
        fold->level_count = level + 1;
    }
    return true;
}

// Nodes [start, stop) of a level into the state, by larger nodes where they fit.
static bool fold_nodes(Fold *fold, uint32_t level, uint32_t start, uint32_t stop, void *state,
                       Error *err) {
    uint32_t inner_start = (start + FAN_OUT - 1) / FAN_OUT, inner_stop = stop / FAN_OUT;
    bool has_inner = level + 1 < fold->level_count && inner_start < inner_stop;
    uint32_t head = has_inner ? inner_start * FAN_OUT : stop;
    for (uint32_t n = start; n < head; n++) {
        void *node = fold->levels[level] + fold->stride * n;
        if (!fold->function->combine(&fold->frame, &state, &node, 1, err)) return false;
    }
    if (!has_inner) return true;
    if (!fold_nodes(fold, level + 1, inner_start, inner_stop, state, err)) return false;
    for (uint32_t n = inner_stop * FAN_OUT; n < stop; n++) {
        void *node = fold->levels[level] + fold->stride * n;
        if (!fold->function->combine(&fold->frame, &state, &node, 1, err)) return false;
    }
    return true;
}

static bool fold_range(Fold *fold, uint32_t start, uint32_t stop, void *state, Error *err) {
    uint32_t leaf_start = (start + LEAF_ROWS - 1) / LEAF_ROWS, leaf_stop = stop / LEAF_ROWS;
    if (leaf_start >= leaf_stop || fold->level_count == 0)
        return fold_rows(fold, start, stop, state, err);
    return fold_rows(fold, start, leaf_start * LEAF_ROWS, state, err) &&
           fold_nodes(fold, 0, leaf_start, leaf_stop, state, err) &&
           fold_rows(fold, leaf_stop * LEAF_ROWS, stop, state, err);
}

static bool fold_moving(Fold *fold, Vector *out, uint32_t at, Arena *arena, Error *err) {
    const WindowPart *part = fold->part;
    uint32_t widest = 0;
    for (uint32_t i = 0; i < part->count; i++)
        widest = MAX(widest, part->stops[i] - part->starts[i]);
    if (widest > 2 * LEAF_ROWS && !build_tree(fold, err)) return false;
    void *state = arena_alloc(part->arena, fold->stride);
    for (uint32_t i = 0; i < part->count; i++) {
        bool is_same =
            i && part->starts[i] == part->starts[i - 1] && part->stops[i] == part->stops[i - 1];
        if (is_same) {
            vector_put_row(out, at + i, out, at + i - 1, arena);
            continue;
        }
        fold_init(fold, state);
        if (!fold_range(fold, part->starts[i], part->stops[i], state, err) ||
            !fold_put(fold, state, out, at + i, arena, err))
            return false;
        if (i % CHECK_ROWS == 0 && !query_check(part->query, err)) return false;
    }
    return true;
}

bool window_fold(const WindowPart *part, const CallPlan *plan, Vector *out, uint32_t at,
                 Arena *arena, Error *err) {
    const AggregateCall *call = plan->call->aggregate;
    Fold fold = {.part = part, .function = call->function, .arg_count = plan->arg_count};
    fold.frame = (AggregateFrame){call, part->query, arena, part->query->memory};
    fold.stride = (call->function->state_bytes + 15) & ~(size_t)15;
    fold.args = ARENA_ARRAY(part->arena, Vector, plan->arg_count + 1);
    fold.slices = ARENA_ARRAY(part->arena, Vector, plan->arg_count + 1);
    for (uint32_t a = 0; a < plan->arg_count; a++)
        vector_gather_indexes(&part->sorted->columns[plan->args[a]], part->rows, part->count,
                              part->arena, &fold.args[a]);
    Vector filter;
    if (plan->filter != UINT32_MAX) {
        vector_gather_indexes(&part->sorted->columns[plan->filter], part->rows, part->count,
                              part->arena, &filter);
        fold.filter = &filter;
    }
    return only_grows(part) ? fold_growing(&fold, out, at, arena, err)
                            : fold_moving(&fold, out, at, arena, err);
}
