// SPDX-License-Identifier: Apache-2.0
// Arrays, maps and structs made of their parts, and taken apart again.
#include "kernel/exec/functions/nested/maker.h"

#include "kernel/column/civil.h"
#include "kernel/column/format.h"

// array(a, b, ...): the parts one behind the other, then interleaved by row.
static bool array(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    uint32_t count = frame->call->arg_count;
    const Type *type = out->type->fields[0].type;
    Vector *parts = ARENA_ARRAY(frame->arena, Vector, count + 1);
    uint32_t *base = ARENA_ARRAY(frame->arena, uint32_t, count + 1);
    for (uint32_t a = 0; a < count; a++) {
        parts[a] = args[a];
        if (parts[a].form == VECTOR_CONSTANT) {
            parts[a].form = VECTOR_FLAT;
            parts[a].count = 1;
        }
        base[a + 1] = base[a] + parts[a].count;
    }
    uint32_t *indexes =
        arena_alloc_raw(frame->arena, sizeof *indexes * ((size_t)rows.count * count + 1), 8);
    uint32_t next = 0;
    for (ROWS_EACH(rows, i, r)) {
        ((ListView *)out->data)[r] = (ListView){next, count};
        for (uint32_t a = 0; a < count; a++) indexes[next++] = base[a] + value_row(&args[a], r);
    }
    Vector pool;
    vector_concat(parts, count, type, frame->arena, &pool);
    vector_gather_indexes(&pool, indexes, next, frame->arena, &out->children[0]);
    out->children[0].type = type;
    return true;
}

static bool fail_duplicate(const Vector *keys, uint32_t row, Error *err) {
    AUTO(Text, key) = {0};
    vector_append_text(keys, row, TEXT_CAST, NULL, &key);
    return error_set(err, ERR_DUPLICATED_MAP_KEY, "key", text_cstr(&key), "mapKeyDedupPolicy",
                     "\"spark.sql.mapKeyDedupPolicy\"");
}

// No null and no repeated key among the entries of a row.
static bool check_keys(const Vector *keys, ListView list, Error *err) {
    for (uint32_t k = 0; k < list.count; k++) {
        if (vector_is_null(keys, list.offset + k)) return error_set(err, ERR_NULL_MAP_KEY);
        for (uint32_t m = 0; m < k; m++)
            if (vector_compare_rows(keys, list.offset + k, keys, list.offset + m) == 0)
                return fail_duplicate(keys, list.offset + k, err);
    }
    return true;
}

static bool check_rows(const Vector *out, Rows rows, Error *err) {
    for (ROWS_EACH(rows, i, r))
        if (!out_is_null(out, r) &&
            !check_keys(&out->children[0], ((const ListView *)out->data)[r], err))
            return false;
    return true;
}

// map(k, v, ...)
static bool map(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    uint32_t pairs = frame->call->arg_count / 2;
    for (uint32_t side = 0; side < 2; side++) {
        Vector *parts = ARENA_ARRAY(frame->arena, Vector, pairs + 1);
        uint32_t *base = ARENA_ARRAY(frame->arena, uint32_t, pairs + 1), next = 0;
        for (uint32_t a = 0; a < pairs; a++) {
            parts[a] = args[2 * a + side];
            if (parts[a].form == VECTOR_CONSTANT) {
                parts[a].form = VECTOR_FLAT;
                parts[a].count = 1;
            }
            base[a + 1] = base[a] + parts[a].count;
        }
        uint32_t *indexes =
            arena_alloc_raw(frame->arena, sizeof *indexes * ((size_t)rows.count * pairs + 1), 8);
        for (ROWS_EACH(rows, i, r)) {
            ((ListView *)out->data)[r] = (ListView){next, pairs};
            for (uint32_t a = 0; a < pairs; a++)
                indexes[next++] = base[a] + value_row(&args[2 * a + side], r);
        }
        Vector pool;
        vector_concat(parts, pairs, out->type->fields[side].type, frame->arena, &pool);
        vector_gather_indexes(&pool, indexes, next, frame->arena, &out->children[side]);
    }
    return check_rows(out, rows, err);
}

static bool map_side(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool values = strcmp(frame->call->function->name, "map_values") == 0;
    for (ROWS_EACH(rows, i, r)) ((ListView *)out->data)[r] = arg_list(&args[0], r);
    out->children = args[0].children + values;
    return true;
}

static bool map_entries(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) ((ListView *)out->data)[r] = arg_list(&args[0], r);
    Vector *child = ARENA_NEW(frame->arena, Vector);
    *child = (Vector){.type = out->type->fields[0].type,
                      .form = VECTOR_FLAT,
                      .count = args[0].children[0].count,
                      .children = args[0].children};
    out->children = child;
    return true;
}

static bool map_from_entries(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                             Error *err) {
    const Vector *entries = list_child(&args[0]);
    Vector flat;
    vector_flatten(entries, (Rows){NULL, entries->count}, frame->arena, &flat);
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        for (uint32_t k = list.offset; k < list.offset + list.count; k++)
            if (vector_is_null(&flat, k)) out_null(frame, out, r);
        ((ListView *)out->data)[r] = list;
    }
    out->children = flat.children;
    return check_rows(out, rows, err);
}

static bool map_from_arrays(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                            Error *err) {
    ListMaker keys, values;
    maker_init(&keys, frame, out->type->fields[0].type);
    maker_init(&values, frame, out->type->fields[1].type);
    (void)maker_source(&keys, list_child(&args[0]));
    (void)maker_source(&values, list_child(&args[1]));
    for (ROWS_EACH(rows, i, r)) {
        ListView k = arg_list(&args[0], r), v = arg_list(&args[1], r);
        if (k.count != v.count)
            return error_set(err, ERR_MAP_SIZE_MISMATCH, "functionName", "`map_from_arrays`");
        maker_begin(&keys);
        for (uint32_t n = 0; n < k.count; n++) {
            maker_add(&keys, 0, k.offset + n);
            maker_add(&values, 0, v.offset + n);
        }
        maker_row(&keys, out, r);
    }
    maker_finish(&keys, out, 0);
    maker_finish(&values, out, 1);
    return check_rows(out, rows, err);
}

static bool map_concat(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    uint32_t count = frame->call->arg_count;
    for (uint32_t side = 0; side < 2; side++) {
        Vector *parts = ARENA_ARRAY(frame->arena, Vector, count + 1);
        uint32_t *base = ARENA_ARRAY(frame->arena, uint32_t, count + 1);
        for (uint32_t a = 0; a < count; a++) {
            parts[a] = args[a].children[side];
            base[a + 1] = base[a] + parts[a].count;
        }
        Vector pool;
        ListMaker maker;
        vector_concat(parts, count, out->type->fields[side].type, frame->arena, &pool);
        maker_init(&maker, frame, out->type->fields[side].type);
        (void)maker_source(&maker, &pool);
        for (ROWS_EACH(rows, i, r)) {
            maker_begin(&maker);
            for (uint32_t a = 0; a < count; a++) {
                ListView list = arg_list(&args[a], r);
                for (uint32_t k = 0; k < list.count; k++)
                    maker_add(&maker, 0, base[a] + list.offset + k);
            }
            maker_row(&maker, out, r);
        }
        maker_finish(&maker, out, side);
    }
    return check_rows(out, rows, err);
}

// --- structs -----------------------------------------------------------------------------------

static Vector field_vector(const Vector *arg, uint32_t count, Arena *arena) {
    Vector flat;
    vector_flatten(arg, (Rows){NULL, count}, arena, &flat);
    return flat;
}

static bool make_struct(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)rows, (void)err;
    uint32_t step = frame->call->arg_count == out->type->field_count ? 1 : 2; // named_struct
    for (uint32_t f = 0; f < out->type->field_count; f++) {
        out->children[f] = field_vector(&args[f * step + step - 1], out->count, frame->arena);
        out->children[f].type = out->type->fields[f].type;
    }
    return true;
}

// The field's vector, null where the struct is.
static bool field(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)rows, (void)err;
    uint32_t index = *(const uint32_t *)frame->call->function_data;
    const Type *type = out->type;
    const uint64_t *nulls = args[0].validity;
    uint32_t count = out->count;
    bool constant = args[0].form == VECTOR_CONSTANT;
    Vector child = args[0].children[index];
    if (constant) {
        child.form = VECTOR_CONSTANT;
        child.count = count;
    }
    *out = field_vector(&child, count, frame->arena);
    out->type = type;
    out->count = count;
    if (!nulls) return true;
    uint64_t *validity = arena_alloc_raw(frame->arena, bit_bytes(count + 1), 8);
    for (size_t w = 0; w < bit_words(count); w++) {
        uint64_t parent = constant ? (nulls[0] & 1 ? ~UINT64_C(0) : 0) : nulls[w];
        validity[w] = parent & (out->validity ? out->validity[w] : ~UINT64_C(0));
    }
    out->validity = validity;
    return true;
}

// array<struct>.field: an array of the fields.
static bool array_field(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    uint32_t index = *(const uint32_t *)frame->call->function_data;
    const Vector *entries = list_child(&args[0]);
    Vector flat;
    vector_flatten(entries, (Rows){NULL, entries->count}, frame->arena, &flat);
    for (ROWS_EACH(rows, i, r)) ((ListView *)out->data)[r] = arg_list(&args[0], r);
    Vector *child = ARENA_NEW(frame->arena, Vector);
    *child = flat.children[index];
    if (flat.validity) {
        Vector copy = *child;
        uint32_t *indexes = arena_alloc_raw(frame->arena, sizeof *indexes * (flat.count + 1), 8);
        for (uint32_t k = 0; k < flat.count; k++)
            indexes[k] = bit_get(flat.validity, k) ? k : UINT32_MAX;
        vector_gather_indexes(&copy, indexes, flat.count, frame->arena, child);
    }
    out->children = child;
    return true;
}

static bool arrays_zip(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    uint32_t count = frame->call->arg_count;
    const Type *entry = out->type->fields[0].type;
    Vector *child = ARENA_NEW(frame->arena, Vector);
    *child = (Vector){.type = entry, .form = VECTOR_FLAT};
    child->children = ARENA_ARRAY(frame->arena, Vector, count + 1);
    for (uint32_t a = 0; a < count; a++) {
        ListMaker maker;
        maker_init(&maker, frame, entry->fields[a].type);
        (void)maker_source(&maker, list_child(&args[a]));
        for (ROWS_EACH(rows, i, r)) {
            uint32_t longest = 0;
            for (uint32_t b = 0; b < count; b++)
                longest = MAX(longest, arg_list(&args[b], r).count);
            ListView list = arg_list(&args[a], r);
            maker_begin(&maker);
            for (uint32_t k = 0; k < longest; k++) {
                if (k < list.count) maker_add(&maker, 0, list.offset + k);
                else maker_add_null(&maker);
            }
            maker_row(&maker, out, r);
        }
        maker_finish(&maker, child, a);
        child->count = (uint32_t)maker.count;
    }
    out->children = child;
    return true;
}

// --- sequence ----------------------------------------------------------------------------------

static bool fail_sequence(const Vector *args, uint32_t row, bool has_step, Error *err) {
    AUTO(Text, start) = {0};
    AUTO(Text, stop) = {0};
    AUTO(Text, step) = {0};
    text_append_i64(&start, arg_integer(&args[0], row));
    text_append_i64(&stop, arg_integer(&args[1], row));
    text_append_i64(&step,
                    has_step && args[2].type->id != TYPE_INTERVAL ? arg_integer(&args[2], row) : 0);
    AUTO(Text, message) = {0};
    text_printf(&message, "Illegal sequence boundaries: %s to %s by %s", text_cstr(&start),
                text_cstr(&stop), text_cstr(&step));
    return error_internal(err, "%s", text_cstr(&message));
}

static Interval step_of(const Vector *v, uint32_t row) {
    if (v->type->id == TYPE_INTERVAL) return ((const Interval *)v->data)[arg_index(v, row)];
    if (v->type->id == TYPE_INTERVAL_YEAR_MONTH) return (Interval){.months = arg_i32(v, row)};
    return (Interval){.micros = arg_i64(v, row)};
}

// start + n steps, for dates in days and timestamps in microseconds of local time.
static bool moment_at(int64_t start, bool is_date, Interval step, int64_t n, const TimeZone *zone,
                      int64_t *out) {
    int64_t rest = 0, micros = is_date ? start * MICROS_PER_DAY : start;
    if (zone && (step.months || step.days)) micros = time_zone_to_local(zone, micros);
    bool overflow = false;
    int64_t days = micros_to_days(micros, &rest);
    days = civil_add_months((int32_t)days, step.months * n, &overflow) + step.days * n;
    micros = days * MICROS_PER_DAY + rest;
    if (zone && (step.months || step.days)) micros = time_zone_to_utc(zone, micros);
    micros += step.micros * n;
    *out = is_date ? micros_to_days(micros, NULL) : micros;
    return !overflow;
}

static bool sequence_moments(CallFrame *frame, const Vector *args, uint32_t row, ListView *list,
                             int64_t **items, size_t *count, Error *err) {
    bool is_date = args[0].type->id == TYPE_DATE;
    const TimeZone *zone = args[0].type->id == TYPE_TIMESTAMP ? frame->query->zone : NULL;
    int64_t start = arg_integer(&args[0], row), stop = arg_integer(&args[1], row), value = start;
    Interval step = {.days = start <= stop ? 1 : -1};
    if (frame->call->arg_count == 3) step = step_of(&args[2], row);
    bool up = step.months > 0 || step.days > 0 || step.micros > 0;
    bool none = !step.months && !step.days && !step.micros;
    if ((none && start != stop) || (!none && (up ? start > stop : start < stop)))
        return fail_sequence(args, row, false, err);
    list->offset = (uint32_t)*count;
    for (int64_t n = 0; up ? value <= stop : value >= stop;) {
        ARENA_PUSH(frame->arena, *items, *count, value);
        if (*count > (1u << 26)) return fail_collection_limit(err, "sequence", (int64_t)*count);
        if (none || !moment_at(start, is_date, step, ++n, zone, &value)) break;
    }
    list->count = (uint32_t)*count - list->offset;
    return true;
}

static bool sequence(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    int64_t *items = NULL;
    size_t count = 0;
    bool moments = !type_is_integer(args[0].type);
    for (ROWS_EACH(rows, i, r)) {
        ListView *list = (ListView *)out->data + r;
        if (moments) {
            if (!sequence_moments(frame, args, r, list, &items, &count, err)) return false;
            continue;
        }
        int64_t start = arg_integer(&args[0], r), stop = arg_integer(&args[1], r);
        int64_t step = frame->call->arg_count == 3 ? arg_integer(&args[2], r)
                       : start <= stop             ? 1
                                                   : -1;
        if ((step == 0 && start != stop) || (step > 0 && start > stop) ||
            (step < 0 && start < stop))
            return fail_sequence(args, r, frame->call->arg_count == 3, err);
        __int128 length = step ? ((__int128)stop - start) / step + 1 : 1;
        if (length > (1 << 26)) return fail_collection_limit(err, "sequence", (int64_t)length);
        *list = (ListView){(uint32_t)count, (uint32_t)length};
        for (int64_t k = 0; k < (int64_t)length; k++)
            ARENA_PUSH(frame->arena, items, count, start + k * step);
    }
    vector_init_flat(&out->children[0], out->type->fields[0].type, (uint32_t)count, frame->arena);
    for (size_t k = 0; k < count; k++) out_integer(&out->children[0], (uint32_t)k, items[k]);
    return true;
}

#define ENTRY(text, kernel_name, null_rule, fails)           \
    {                                                        \
        text,                                                \
            &(const ScalarFunction){.name = (text),          \
                                    .kernel = (kernel_name), \
                                    .nulls = (null_rule),    \
                                    .may_fail = (fails)},    \
            NULL                                             \
    }
const ScalarEntry scalars_make[] = {
    ENTRY("array", array, NULLS_HANDLED, false),
    ENTRY("map", map, NULLS_HANDLED, true),
    ENTRY("map_keys", map_side, NULLS_STRICT, false),
    ENTRY("map_values", map_side, NULLS_STRICT, false),
    ENTRY("map_entries", map_entries, NULLS_STRICT, false),
    ENTRY("map_from_entries", map_from_entries, NULLS_STRICT, true),
    ENTRY("map_from_arrays", map_from_arrays, NULLS_STRICT, true),
    ENTRY("map_concat", map_concat, NULLS_STRICT, true),
    ENTRY("struct", make_struct, NULLS_HANDLED, false),
    ENTRY("named_struct", make_struct, NULLS_HANDLED, false),
    ENTRY("$field", field, NULLS_HANDLED, false),
    ENTRY("$array_field", array_field, NULLS_STRICT, false),
    ENTRY("arrays_zip", arrays_zip, NULLS_STRICT, false),
    ENTRY("sequence", sequence, NULLS_STRICT, true),
    {NULL, NULL, NULL},
};
