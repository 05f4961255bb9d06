// SPDX-License-Identifier: Apache-2.0
// Functions with lambdas: the body runs over the elements of all rows at once.
#include "kernel/exec/functions/nested/maker.h"

// The elements of the selected rows' lists, packed, with the row of each.
typedef struct Elements {
    uint32_t count;
    uint16_t *rows;    // batch row of each element
    uint32_t *indexes; // of each element in the child vectors
    int32_t *places;   // place in its list, from 0
} Elements;

static Elements elements_of(CallFrame *frame, const Vector *list, Rows rows) {
    Elements e = {0};
    for (ROWS_EACH(rows, i, r)) e.count += arg_list(list, r).count;
    e.rows = arena_alloc_raw(frame->arena, sizeof *e.rows * (e.count + 1), 8);
    e.indexes = arena_alloc_raw(frame->arena, sizeof *e.indexes * (e.count + 1), 8);
    e.places = arena_alloc_raw(frame->arena, sizeof *e.places * (e.count + 1), 8);
    uint32_t next = 0;
    for (ROWS_EACH(rows, i, r)) {
        ListView view = arg_list(list, r);
        for (uint32_t k = 0; k < view.count; k++, next++) {
            e.rows[next] = (uint16_t)r;
            e.indexes[next] = view.offset + k;
            e.places[next] = (int32_t)k;
        }
    }
    return e;
}

static Vector gathered(CallFrame *frame, const Elements *e, const Vector *child) {
    Vector out;
    vector_gather_indexes(child, e->indexes, e->count, frame->arena, &out);
    return out;
}

static Vector places_vector(const Elements *e) {
    return (Vector){
        .type = type_of(TYPE_INT), .form = VECTOR_FLAT, .count = e->count, .data = e->places};
}

// Lists of the rows when elements were packed in order.
static void packed_lists(const Vector *list, Rows rows, Vector *out) {
    uint32_t next = 0;
    for (ROWS_EACH(rows, i, r)) {
        uint32_t count = arg_list(list, r).count;
        ((ListView *)out->data)[r] = (ListView){next, count};
        next += count;
    }
}

static bool is_true(const Vector *v, uint32_t row) {
    uint32_t index;
    if (vector_is_null(v, row)) return false;
    const Vector *base = vector_base(v, row, &index);
    return ((const uint8_t *)base->data)[index] != 0;
}

static bool transform(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    Elements e = elements_of(frame, &args[0], rows);
    Vector parameters[] = {gathered(frame, &e, list_child(&args[0])), places_vector(&e)};
    Vector result;
    packed_lists(&args[0], rows, out);
    if (e.count == 0) return true;
    if (!expr_call_lambda(frame, 1, parameters, e.rows, e.count, &result, err)) return false;
    out->children[0] = result;
    out->children[0].type = out->type->fields[0].type;
    return true;
}

static bool filter(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    Elements e = elements_of(frame, &args[0], rows);
    Vector parameters[] = {gathered(frame, &e, list_child(&args[0])), places_vector(&e)};
    Vector result;
    packed_lists(&args[0], rows, out);
    if (e.count == 0) return true;
    if (!expr_call_lambda(frame, 1, parameters, e.rows, e.count, &result, err)) return false;
    ListMaker maker;
    maker_init(&maker, frame, out->type->fields[0].type);
    (void)maker_source(&maker, &parameters[0]);
    for (ROWS_EACH(rows, i, r)) {
        ListView list = ((ListView *)out->data)[r];
        maker_begin(&maker);
        for (uint32_t k = list.offset; k < list.offset + list.count; k++)
            if (is_true(&result, k)) maker_add(&maker, 0, k);
        maker_row(&maker, out, r);
    }
    maker_finish(&maker, out, 0);
    return true;
}

// exists and forall in three-valued logic.
static bool quantified(CallFrame *frame, const Vector *args, Rows rows, Vector *out, bool decisive,
                       Error *err) {
    Elements e = elements_of(frame, &args[0], rows);
    Vector parameters[] = {gathered(frame, &e, list_child(&args[0]))};
    Vector result;
    if (e.count && !expr_call_lambda(frame, 1, parameters, e.rows, e.count, &result, err))
        return false;
    uint32_t next = 0;
    for (ROWS_EACH(rows, i, r)) {
        bool decided = false, null = false;
        for (uint32_t k = 0; k < arg_list(&args[0], r).count; k++, next++) {
            bool is_null = vector_is_null(&result, next);
            null = null || is_null;
            decided = decided || (!is_null && is_true(&result, next) == decisive);
        }
        ((uint8_t *)out->data)[r] = decided ? decisive : !decisive;
        if (!decided && null) out_null(frame, out, r);
    }
    return true;
}

static bool exists(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return quantified(frame, args, rows, out, true, err);
}

static bool forall(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return quantified(frame, args, rows, out, false, err);
}

// The accumulators of all rows step together: the nth elements, then the next.
static bool aggregate(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    uint32_t total = out->count, longest = 0;
    const Vector *child = list_child(&args[0]);
    Vector state;
    vector_flatten(&args[1], (Rows){NULL, total}, frame->arena, &state);
    state.count = total;
    uint16_t *all_rows = arena_alloc_raw(frame->arena, sizeof *all_rows * (total + 1), 8);
    uint32_t *indexes = arena_alloc_raw(frame->arena, sizeof *indexes * (total + 1), 8);
    uint32_t *back = arena_alloc_raw(frame->arena, sizeof *back * (total + 1), 8);
    for (ROWS_EACH(rows, i, r))
        longest = MAX(longest, arg_is_null(&args[0], r) ? 0 : arg_list(&args[0], r).count);
    for (uint32_t n = 0; n < longest; n++) {
        uint32_t count = 0;
        for (uint32_t r = 0; r < total; r++) back[r] = r;
        for (ROWS_EACH(rows, i, r)) {
            if (arg_is_null(&args[0], r) || n >= arg_list(&args[0], r).count) continue;
            all_rows[count] = (uint16_t)r;
            indexes[count] = arg_list(&args[0], r).offset + n;
            back[r] = total + count++;
        }
        Vector parameters[2], result;
        uint32_t *own = arena_alloc_raw(frame->arena, sizeof *own * (count + 1), 8);
        for (uint32_t k = 0; k < count; k++) own[k] = all_rows[k];
        vector_gather_indexes(&state, own, count, frame->arena, &parameters[0]);
        vector_gather_indexes(child, indexes, count, frame->arena, &parameters[1]);
        if (!expr_call_lambda(frame, 2, parameters, all_rows, count, &result, err)) return false;
        Vector parts[] = {state, result}, both;
        result.type = state.type;
        vector_concat(parts, 2, state.type, frame->arena, &both);
        vector_gather_indexes(&both, back, total, frame->arena, &state);
    }
    if (frame->call->arg_count == 4) {
        Vector finished;
        for (uint32_t r = 0; r < total; r++) all_rows[r] = (uint16_t)r;
        if (!expr_call_lambda(frame, 3, &state, all_rows, total, &finished, err)) return false;
        state = finished;
    }
    const Type *type = out->type;
    vector_flatten(&state, (Rows){NULL, total}, frame->arena, out);
    out->type = type;
    for (ROWS_EACH(rows, i, r))
        if (arg_is_null(&args[0], r)) out_null(frame, out, r);
    return true;
}

static bool zip_with(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    ListMaker a, b;
    maker_init(&a, frame, list_child(&args[0])->type);
    maker_init(&b, frame, list_child(&args[1])->type);
    (void)maker_source(&a, list_child(&args[0]));
    (void)maker_source(&b, list_child(&args[1]));
    uint16_t *of = NULL;
    size_t count = 0;
    for (ROWS_EACH(rows, i, r)) {
        ListView x = arg_list(&args[0], r), y = arg_list(&args[1], r);
        maker_begin(&a);
        for (uint32_t k = 0; k < MAX(x.count, y.count); k++) {
            if (k < x.count) maker_add(&a, 0, x.offset + k);
            else maker_add_null(&a);
            if (k < y.count) maker_add(&b, 0, y.offset + k);
            else maker_add_null(&b);
            ARENA_PUSH(frame->arena, of, count, (uint16_t)r);
        }
        maker_row(&a, out, r);
    }
    if (count == 0) return true;
    Vector parameters[2], result;
    vector_gather_indexes(&a.sources[0], a.indexes, (uint32_t)count, frame->arena, &parameters[0]);
    vector_gather_indexes(&b.sources[0], b.indexes, (uint32_t)count, frame->arena, &parameters[1]);
    if (!expr_call_lambda(frame, 2, parameters, of, (uint32_t)count, &result, err)) return false;
    out->children[0] = result;
    return true;
}

// --- maps --------------------------------------------------------------------------------------

static bool map_transform(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          uint32_t changed, Error *err) {
    Elements e = elements_of(frame, &args[0], rows);
    Vector parameters[] = {gathered(frame, &e, &args[0].children[0]),
                           gathered(frame, &e, &args[0].children[1])};
    Vector result;
    packed_lists(&args[0], rows, out);
    if (e.count == 0) return true;
    if (!expr_call_lambda(frame, 1, parameters, e.rows, e.count, &result, err)) return false;
    out->children[changed] = result;
    out->children[1 - changed] = parameters[1 - changed];
    if (changed == 1) return true;
    for (uint32_t k = 0; k < e.count; k++)
        if (vector_is_null(&result, k)) return error_set(err, ERR_NULL_MAP_KEY);
    return true;
}

static bool transform_keys(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    return map_transform(frame, args, rows, out, 0, err);
}

static bool transform_values(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                             Error *err) {
    return map_transform(frame, args, rows, out, 1, err);
}

static bool map_filter(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    Elements e = elements_of(frame, &args[0], rows);
    Vector parameters[] = {gathered(frame, &e, &args[0].children[0]),
                           gathered(frame, &e, &args[0].children[1])};
    Vector result;
    packed_lists(&args[0], rows, out);
    if (e.count == 0) return true;
    if (!expr_call_lambda(frame, 1, parameters, e.rows, e.count, &result, err)) return false;
    ListMaker keys, values;
    maker_init(&keys, frame, parameters[0].type);
    maker_init(&values, frame, parameters[1].type);
    (void)maker_source(&keys, &parameters[0]);
    (void)maker_source(&values, &parameters[1]);
    for (ROWS_EACH(rows, i, r)) {
        ListView list = ((ListView *)out->data)[r];
        maker_begin(&keys);
        for (uint32_t k = list.offset; k < list.offset + list.count; k++) {
            if (!is_true(&result, k)) continue;
            maker_add(&keys, 0, k);
            maker_add(&values, 0, k);
        }
        maker_row(&keys, out, r);
    }
    maker_finish(&keys, out, 0);
    maker_finish(&values, out, 1);
    return true;
}

// --- sorting -----------------------------------------------------------------------------------

typedef struct Sorting {
    CallFrame *frame;
    const Vector *child;
    bool descending;
    bool nulls_last;
    bool by_lambda;
    uint16_t row;
    Error *err;
    bool failed;
} Sorting;

// The comparator is a lambda of two elements: negative, zero or positive.
static int compare_lambda(Sorting *s, uint32_t a, uint32_t b) {
    Vector parameters[2], result;
    uint16_t row = s->row;
    vector_gather_indexes(s->child, &a, 1, s->frame->arena, &parameters[0]);
    vector_gather_indexes(s->child, &b, 1, s->frame->arena, &parameters[1]);
    if (!expr_call_lambda(s->frame, 1, parameters, &row, 1, &result, s->err)) {
        s->failed = true;
        return 0;
    }
    if (vector_is_null(&result, 0)) {
        s->failed = true;
        (void)error_set(s->err, ERR_COMPARATOR_RETURNS_NULL, "firstValue", "", "secondValue", "");
        return 0;
    }
    return ((const int32_t *)result.data)[0];
}

static int compare_elements(Sorting *s, uint32_t a, uint32_t b) {
    if (s->by_lambda) return s->failed ? 0 : compare_lambda(s, a, b);
    bool null_a = vector_is_null(s->child, a), null_b = vector_is_null(s->child, b);
    if (null_a || null_b) {
        if (null_a == null_b) return 0;
        return null_a == s->nulls_last ? 1 : -1;
    }
    int order = vector_compare_rows(s->child, a, s->child, b);
    return s->descending ? -order : order;
}

// Stable merge sort: comparators may lie, and must not make it run wild.
static void merge_sort(Sorting *s, uint32_t *items, uint32_t *scratch, uint32_t count) {
    if (count < 2) return;
    uint32_t half = count / 2, i = 0, j = half, k = 0;
    merge_sort(s, items, scratch, half);
    merge_sort(s, items + half, scratch, count - half);
    while (i < half && j < count)
        scratch[k++] = compare_elements(s, items[i], items[j]) <= 0 ? items[i++] : items[j++];
    while (i < half) scratch[k++] = items[i++];
    while (j < count) scratch[k++] = items[j++];
    memcpy(items, scratch, sizeof *items * count);
}

static bool sort_rows(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    bool by_lambda = frame->call->arg_count == 2 && frame->call->args[1]->kind == EXPR_LAMBDA;
    bool array_sort = frame->call->function->name[0] == 'a';
    Sorting sorting = {.frame = frame,
                       .child = list_child(&args[0]),
                       .by_lambda = by_lambda,
                       .nulls_last = array_sort,
                       .err = err};
    ListMaker maker;
    maker_init(&maker, frame, out->type->fields[0].type);
    (void)maker_source(&maker, list_child(&args[0]));
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[0], r)) {
            out_null(frame, out, r);
            continue;
        }
        ListView list = arg_list(&args[0], r);
        uint32_t *items = arena_alloc_raw(frame->arena, sizeof *items * (2 * list.count + 1), 8);
        for (uint32_t k = 0; k < list.count; k++) items[k] = list.offset + k;
        sorting.row = (uint16_t)r;
        if (!array_sort && frame->call->arg_count == 2) {
            sorting.descending = !arg_bool(&args[1], r);
            sorting.nulls_last = sorting.descending;
        }
        merge_sort(&sorting, items, items + list.count, list.count);
        if (sorting.failed) return false;
        maker_begin(&maker);
        for (uint32_t k = 0; k < list.count; k++) maker_add(&maker, 0, items[k]);
        maker_row(&maker, out, r);
    }
    maker_finish(&maker, out, 0);
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
const ScalarEntry scalars_lambda[] = {
    ENTRY("transform", transform, NULLS_STRICT, false),
    ENTRY("filter", filter, NULLS_STRICT, false),
    ENTRY("exists", exists, NULLS_STRICT, false),
    ENTRY("any_match", exists, NULLS_STRICT, false),
    ENTRY("forall", forall, NULLS_STRICT, false),
    ENTRY("all_match", forall, NULLS_STRICT, false),
    ENTRY("aggregate", aggregate, NULLS_HANDLED, false),
    ENTRY("reduce", aggregate, NULLS_HANDLED, false),
    ENTRY("zip_with", zip_with, NULLS_STRICT, false),
    ENTRY("transform_keys", transform_keys, NULLS_STRICT, true),
    ENTRY("transform_values", transform_values, NULLS_STRICT, false),
    ENTRY("map_filter", map_filter, NULLS_STRICT, false),
    ENTRY("sort_array", sort_rows, NULLS_HANDLED, false),
    ENTRY("array_sort", sort_rows, NULLS_HANDLED, true),
    {NULL, NULL, NULL},
};
