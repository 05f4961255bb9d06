// SPDX-License-Identifier: Apache-2.0
// Frames. Bounds never move back from one position to the next, so both are found by walking
// forward. RANGE with an offset compares order keys as numbers: whole ones, or doubles.
#include "kernel/column/civil.h"
#include "kernel/column/time_zone.h"
#include "kernel/exec/window/window.h"

static uint32_t saturate(int64_t position, uint32_t count) {
    return position < 0 ? 0 : position > count ? count : (uint32_t)position;
}

static int64_t offset_rows(const Value *offset) {
    return offset->i64 > UINT32_MAX ? (int64_t)UINT32_MAX : offset->i64;
}

static void rows_bound(const WindowPart *part, FrameBound bound, const Value *offset, bool is_stop,
                       uint32_t *out) {
    for (uint32_t i = 0; i < part->count; i++) {
        int64_t at = i + (is_stop ? 1 : 0);
        switch (bound) {
        case BOUND_UNBOUNDED_PRECEDING: at = 0; break;
        case BOUND_PRECEDING: at -= offset_rows(offset); break;
        case BOUND_CURRENT: break;
        case BOUND_FOLLOWING: at += offset_rows(offset); break;
        case BOUND_UNBOUNDED_FOLLOWING: at = part->count; break;
        }
        out[i] = saturate(at, part->count);
    }
}

// The first peer of each position, or behind the last.
static void peer_bound(const WindowPart *part, bool is_stop, uint32_t *out) {
    if (!is_stop) {
        uint32_t start = 0;
        for (uint32_t i = 0; i < part->count; i++) {
            if (part_is_peer_start(part, i)) start = i;
            out[i] = start;
        }
        return;
    }
    uint32_t stop = part->count;
    for (uint32_t i = part->count; i-- > 0;) {
        out[i] = stop;
        if (part_is_peer_start(part, i)) stop = i;
    }
}

// --- RANGE with an offset ---

// A key or bound as a number that orders as the key does.
typedef struct Number {
    bool is_real;
    double real;
    Int128 whole;
} Number;

static Int128 whole_at(const Vector *key, uint32_t row) {
    switch (type_physical(key->type)) {
    case PHYSICAL_INT8: return ((const int8_t *)key->data)[row];
    case PHYSICAL_INT16: return ((const int16_t *)key->data)[row];
    case PHYSICAL_INT32: return ((const int32_t *)key->data)[row];
    case PHYSICAL_INT128: return ((const Int128 *)key->data)[row];
    default: return ((const int64_t *)key->data)[row];
    }
}

static Number key_number(const Vector *key, uint32_t row) {
    PhysicalType physical = type_physical(key->type);
    if (physical == PHYSICAL_DOUBLE) return (Number){true, ((const double *)key->data)[row], 0};
    if (physical == PHYSICAL_FLOAT)
        return (Number){true, (double)((const float *)key->data)[row], 0};
    return (Number){false, 0, whole_at(key, row)};
}

static int compare_numbers(const Number *a, const Number *b) {
    if (!a->is_real) return a->whole < b->whole ? -1 : a->whole > b->whole;
    if (a->real != a->real || b->real != b->real)
        return (a->real != a->real) - (b->real != b->real);
    return a->real < b->real ? -1 : a->real > b->real;
}

static int64_t add_months_to_local(int64_t local, int64_t months) {
    int64_t rest;
    bool overflow = false;
    int32_t days = micros_to_days(local, &rest);
    return (int64_t)civil_add_months(days, months, &overflow) * MICROS_PER_DAY + rest;
}

// Key plus months and days by the calendar, then microseconds.
static Int128 add_calendar(const WindowPart *part, const Type *type, Int128 key, int64_t months,
                           int64_t days, int64_t micros) {
    if (type->id == TYPE_DATE) {
        bool overflow = false;
        return (Int128)civil_add_months((int32_t)key, months, &overflow) + days +
               micros / MICROS_PER_DAY;
    }
    bool zoned = type->id == TYPE_TIMESTAMP;
    if (months == 0 && days == 0) return key + micros;
    int64_t local = zoned ? time_zone_to_local(part->query->zone, (int64_t)key) : (int64_t)key;
    local = add_months_to_local(local, months) + days * MICROS_PER_DAY;
    return (Int128)(zoned ? time_zone_to_utc(part->query->zone, local) : local) + micros;
}

static bool is_calendar(const Type *type) {
    return type->id == TYPE_DATE || type->id == TYPE_TIMESTAMP || type->id == TYPE_TIMESTAMP_NTZ;
}

// key + sign * offset.
static Number shift(const WindowPart *part, Number key, const Value *offset, int sign) {
    const Type *type = part->order_key->type;
    if (key.is_real) {
        key.real += sign * offset->f64;
        return key;
    }
    if (is_calendar(type) && offset->type->id == TYPE_INTERVAL)
        key.whole =
            add_calendar(part, type, key.whole, sign * (int64_t)offset->interval.months,
                         sign * (int64_t)offset->interval.days, sign * offset->interval.micros);
    else if (is_calendar(type) && offset->type->id == TYPE_INTERVAL_YEAR_MONTH)
        key.whole = add_calendar(part, type, key.whole, sign * offset->i64, 0, 0);
    else if (type->id == TYPE_DATE && offset->type->id == TYPE_INTERVAL_DAY_TIME)
        key.whole += sign * (offset->i64 / MICROS_PER_DAY);
    else if (offset->type->id == TYPE_DECIMAL) key.whole += sign * offset->i128;
    else key.whole += sign * (Int128)offset->i64;
    return key;
}

static void range_bound(const WindowPart *part, FrameBound bound, const Value *offset, bool is_stop,
                        uint32_t *out) {
    const Vector *key = part->order_key;
    bool descending = part->order->descending;
    int sign = (bound == BOUND_FOLLOWING) != descending ? 1 : -1;
    uint32_t at = 0, first = 0, last = part->count;
    // Rows with a null key are at one end; their frame is themselves, and no other row's.
    while (first < last && vector_is_null(key, part->rows[first])) first++;
    while (last > first && vector_is_null(key, part->rows[last - 1])) last--;
    at = first;
    for (uint32_t i = 0; i < part->count; i++) {
        if (i < first) out[i] = is_stop ? first : 0;
        else if (i >= last) out[i] = is_stop ? part->count : last;
        else {
            Number limit = shift(part, key_number(key, part->rows[i]), offset, sign);
            for (; at < last; at++) {
                Number number = key_number(key, part->rows[at]);
                int order = compare_numbers(&number, &limit);
                if (descending) order = -order;
                if (is_stop ? order > 0 : order >= 0) break;
            }
            out[i] = at;
        }
    }
}

static void bound_of(const WindowPart *part, const WindowCall *call, FrameBound bound,
                     const Value *offset, bool is_stop, uint32_t *out) {
    if (call->unit == FRAME_ROWS || bound == BOUND_UNBOUNDED_PRECEDING ||
        bound == BOUND_UNBOUNDED_FOLLOWING)
        rows_bound(part, bound, offset, is_stop, out);
    else if (bound == BOUND_CURRENT || !part->order_key) peer_bound(part, is_stop, out);
    else range_bound(part, bound, offset, is_stop, out);
}

bool window_frames(WindowPart *part, const CallPlan *plan, Error *err) {
    const WindowCall *call = plan->call;
    part->starts = arena_alloc_raw(part->arena, ((size_t)part->count + 1) * sizeof(uint32_t), 8);
    part->stops = arena_alloc_raw(part->arena, ((size_t)part->count + 1) * sizeof(uint32_t), 8);
    bound_of(part, call, call->start, &plan->start_offset, false, part->starts);
    bound_of(part, call, call->stop, &plan->stop_offset, true, part->stops);
    for (uint32_t i = 0; i < part->count; i++)
        if (part->stops[i] < part->starts[i]) part->stops[i] = part->starts[i];
    return query_check(part->query, err);
}
