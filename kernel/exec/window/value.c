// SPDX-License-Identifier: Apache-2.0
// Functions that give the value of another row: which row is found first, then values are gathered.
#include "kernel/exec/rows/pick.h"
#include "kernel/exec/window/window.h"

// Positions that are not null, ascending, and how many of them come before each position.
typedef struct Valid {
    uint32_t *positions;
    uint32_t count;
    uint32_t *before;
} Valid;

static Valid find_valid(const WindowPart *part, const Vector *column) {
    Valid valid = {0};
    size_t bytes = ((size_t)part->count + 1) * sizeof(uint32_t);
    valid.positions = arena_alloc_raw(part->arena, bytes, 8);
    valid.before = arena_alloc_raw(part->arena, bytes, 8);
    for (uint32_t i = 0; i < part->count; i++) {
        valid.before[i] = valid.count;
        valid.positions[valid.count] = i;
        valid.count += !vector_is_null(column, part->rows[i]);
    }
    valid.before[part->count] = valid.count;
    return valid;
}

// The nth (from 0) position of [start, stop), or UINT32_MAX.
static uint32_t nth(const Valid *valid, bool ignore, uint32_t start, uint32_t stop, uint64_t n) {
    if (!ignore) return n < stop - start ? start + (uint32_t)n : UINT32_MAX;
    uint64_t at = valid->before[start] + n;
    return at < valid->before[stop] ? valid->positions[at] : UINT32_MAX;
}

static uint32_t last(const Valid *valid, bool ignore, uint32_t start, uint32_t stop) {
    if (!ignore) return stop > start ? stop - 1 : UINT32_MAX;
    uint32_t at = valid->before[stop];
    return at > valid->before[start] ? valid->positions[at - 1] : UINT32_MAX;
}

// lag and lead: `distance` rows ahead (negative: back), nulls not counted when ignored.
static uint32_t shifted(const WindowPart *part, const Valid *valid, bool ignore, uint32_t position,
                        int64_t distance) {
    int64_t at = (int64_t)position + distance;
    if (!ignore || distance == 0) return at < 0 || at >= part->count ? UINT32_MAX : (uint32_t)at;
    int64_t rank = valid->before[position];
    // Counted from the position's own place among the rows that are not null.
    bool is_valid = rank < valid->count && valid->positions[rank] == position;
    at = distance < 0 ? rank + distance : rank + distance - (is_valid ? 0 : 1);
    return at < 0 || at >= valid->count ? UINT32_MAX : valid->positions[at];
}

static int64_t constant_arg(const CallPlan *plan, uint32_t arg, int64_t missing) {
    if (plan->arg_count <= arg || plan->constants[arg].is_null) return missing;
    return plan->constants[arg].i64;
}

static uint32_t source_position(const WindowPart *part, const CallPlan *plan, const Valid *valid,
                                uint32_t position) {
    bool ignore = plan->call->ignore_nulls;
    switch (plan->call->kind) {
    case WINDOW_LAG: return shifted(part, valid, ignore, position, -constant_arg(plan, 1, 1));
    case WINDOW_LEAD: return shifted(part, valid, ignore, position, constant_arg(plan, 1, 1));
    case WINDOW_FIRST_VALUE:
        return nth(valid, ignore, part->starts[position], part->stops[position], 0);
    case WINDOW_LAST_VALUE:
        return last(valid, ignore, part->starts[position], part->stops[position]);
    default:
        return nth(valid, ignore, part->starts[position], part->stops[position],
                   (uint64_t)MAX(constant_arg(plan, 1, 1), 1) - 1);
    }
}

void window_value(const WindowPart *part, const CallPlan *plan, Vector *out, uint32_t at,
                  Arena *arena) {
    const Vector *column = &part->sorted->columns[plan->args[0]];
    WindowKind kind = plan->call->kind;
    bool has_default = (kind == WINDOW_LAG || kind == WINDOW_LEAD) && plan->arg_count > 2;
    Valid valid = {0};
    if (plan->call->ignore_nulls) valid = find_valid(part, column);
    for (uint32_t i = 0; i < part->count; i++) {
        uint32_t from = source_position(part, plan, &valid, i);
        if (from != UINT32_MAX) vector_put_row(out, at + i, column, part->rows[from], arena);
        else if (has_default)
            vector_put_row(out, at + i, &part->sorted->columns[plan->args[2]], part->rows[i],
                           arena);
        else bit_clear(vector_make_validity(out, arena), at + i);
    }
}
