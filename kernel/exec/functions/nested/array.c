// SPDX-License-Identifier: Apache-2.0
// Arrays: access, search and what makes arrays of arrays' elements.
#include "kernel/exec/functions/nested/maker.h"

#include <stdlib.h>

static bool equal(const Vector *a, uint32_t i, const Vector *b, uint32_t j) {
    return vector_compare_rows(a, i, b, j) == 0;
}

// --- one element -------------------------------------------------------------------------------

// Rows of out are picked from a vector by index; UINT32_MAX is null.
static void pick(CallFrame *frame, const Vector *from, const uint32_t *indexes, Vector *out) {
    const Type *type = out->type;
    uint32_t count = out->count;
    vector_gather_indexes(from, indexes, count, frame->arena, out);
    out->type = type;
}

static uint32_t *indexes_new(CallFrame *frame, uint32_t count) {
    uint32_t *indexes = arena_alloc_raw(frame->arena, sizeof *indexes * (count + 1), 8);
    memset(indexes, 0xFF, sizeof *indexes * count);
    return indexes;
}

static bool fail_index(ErrorCode code, int64_t index, uint32_t size, Error *err) {
    (void)error_set(err, code);
    error_add_format(err, "indexValue", "%lld", (long long)index);
    error_add_format(err, "arraySize", "%u", size);
    if (code == ERR_INVALID_ARRAY_INDEX_IN_ELEMENT_AT) return false;
    return false;
}

// array[i], from 0. get() is the same without an error.
static bool item(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    uint32_t *indexes = indexes_new(frame, out->count);
    bool strict = call_is_ansi(frame) && frame->call->function->name[0] == '$';
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        int64_t index = arg_integer(&args[1], r);
        if (index >= 0 && index < list.count) indexes[r] = list.offset + (uint32_t)index;
        else if (strict) return fail_index(ERR_INVALID_ARRAY_INDEX, index, list.count, err);
    }
    pick(frame, list_child(&args[0]), indexes, out);
    return true;
}

static bool element_at(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    uint32_t *indexes = indexes_new(frame, out->count);
    bool strict = call_is_ansi(frame) && !call_is_try(frame);
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        int64_t index = arg_integer(&args[1], r);
        if (index == 0) return error_set(err, ERR_INVALID_INDEX_OF_ZERO);
        int64_t at = index > 0 ? index - 1 : index + list.count;
        if (at >= 0 && at < list.count) indexes[r] = list.offset + (uint32_t)at;
        else if (strict)
            return fail_index(ERR_INVALID_ARRAY_INDEX_IN_ELEMENT_AT, index, list.count, err);
    }
    pick(frame, list_child(&args[0]), indexes, out);
    return true;
}

static bool map_value(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    uint32_t *indexes = indexes_new(frame, out->count);
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        for (uint32_t k = list.count; k-- > 0;)
            if (equal(&args[0].children[0], list.offset + k, &args[1], r)) {
                indexes[r] = list.offset + k;
                break;
            }
    }
    pick(frame, &args[0].children[1], indexes, out);
    return true;
}

static bool extreme(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    int sign = strcmp(frame->call->function->name, "array_max") == 0 ? 1 : -1;
    uint32_t *indexes = indexes_new(frame, out->count);
    const Vector *child = list_child(&args[0]);
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        for (uint32_t k = list.offset; k < list.offset + list.count; k++) {
            if (vector_is_null(child, k)) continue;
            if (indexes[r] == UINT32_MAX ||
                sign * vector_compare_rows(child, k, child, indexes[r]) > 0)
                indexes[r] = k;
        }
    }
    pick(frame, child, indexes, out);
    return true;
}

// --- answers about arrays ----------------------------------------------------------------------

static bool size(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool legacy = !call_is_ansi(frame) && frame->call->function->name[0] != 'a';
    for (ROWS_EACH(rows, i, r)) {
        if (!arg_is_null(&args[0], r))
            ((int32_t *)out->data)[r] = (int32_t)arg_list(&args[0], r).count;
        else if (legacy) ((int32_t *)out->data)[r] = -1;
        else out_null(frame, out, r);
    }
    return true;
}

static bool contains(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    const Vector *child = list_child(&args[0]);
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        bool found = false, null = false;
        for (uint32_t k = list.offset; k < list.offset + list.count && !found; k++) {
            if (vector_is_null(child, k)) null = true;
            else found = equal(child, k, &args[1], r);
        }
        if (!found && null) out_null(frame, out, r);
        else ((uint8_t *)out->data)[r] = found;
    }
    return true;
}

static bool contains_key(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        bool found = false;
        for (uint32_t k = list.offset; k < list.offset + list.count && !found; k++)
            found = equal(&args[0].children[0], k, &args[1], r);
        ((uint8_t *)out->data)[r] = found;
    }
    return true;
}

static bool position(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    const Vector *child = list_child(&args[0]);
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        int64_t at = 0;
        for (uint32_t k = 0; k < list.count && !at; k++)
            if (!vector_is_null(child, list.offset + k) &&
                equal(child, list.offset + k, &args[1], r))
                at = k + 1;
        ((int64_t *)out->data)[r] = at;
    }
    return true;
}

static bool overlap(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    const Vector *x = list_child(&args[0]), *y = list_child(&args[1]);
    for (ROWS_EACH(rows, i, r)) {
        ListView a = arg_list(&args[0], r), b = arg_list(&args[1], r);
        bool found = false, null = false;
        for (uint32_t k = a.offset; k < a.offset + a.count && !found; k++)
            for (uint32_t m = b.offset; m < b.offset + b.count && !found; m++) {
                bool either = vector_is_null(x, k) || vector_is_null(y, m);
                null = null || either;
                found = !either && equal(x, k, y, m);
            }
        if (!found && null) out_null(frame, out, r);
        else ((uint8_t *)out->data)[r] = found;
    }
    return true;
}

static bool join(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    const Vector *child = list_child(&args[0]);
    bool has_null = frame->call->arg_count == 3;
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        bool first = true;
        text_reset(&text);
        for (uint32_t k = list.offset; k < list.offset + list.count; k++) {
            bool null = vector_is_null(child, k);
            if (null && !has_null) continue;
            if (!first) text_append(&text, arg_text(&args[1], r));
            first = false;
            text_append(&text, null ? arg_text(&args[2], r) : arg_text(child, k));
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

// --- arrays of the same elements ---------------------------------------------------------------

static bool seen(const ListMaker *maker, const Vector *v, uint32_t index) {
    for (size_t k = maker->start; k < maker->count; k++) {
        uint32_t at = maker->indexes[k], source = 0;
        while (source + 1 < maker->source_count && at >= maker->base[source + 1]) source++;
        if (equal(&maker->sources[source], at - maker->base[source], v, index)) return true;
    }
    return false;
}

static bool in_list(const Vector *child, ListView list, const Vector *v, uint32_t index) {
    for (uint32_t k = list.offset; k < list.offset + list.count; k++)
        if (equal(child, k, v, index)) return true;
    return false;
}

// distinct, union, intersect, except: what each keeps of its first and second array.
static bool set_kernel(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    char kind = frame->call->function->name[6]; // array_[d]istinct, [u]nion, [i]ntersect, [e]xcept
    ListMaker maker;
    maker_init(&maker, frame, out->type->fields[0].type);
    uint32_t a = maker_source(&maker, list_child(&args[0]));
    uint32_t b = kind == 'd' ? 0 : maker_source(&maker, list_child(&args[1]));
    for (ROWS_EACH(rows, i, r)) {
        ListView first = arg_list(&args[0], r), second = {0, 0};
        if (kind != 'd') second = arg_list(&args[1], r);
        maker_begin(&maker);
        for (uint32_t k = first.offset; k < first.offset + first.count; k++) {
            const Vector *child = list_child(&args[0]);
            bool other = kind == 'i' || kind == 'e'
                             ? in_list(list_child(&args[1]), second, child, k)
                             : false;
            if ((kind == 'i' && !other) || (kind == 'e' && other)) continue;
            if (!seen(&maker, child, k)) maker_add(&maker, a, k);
        }
        for (uint32_t k = second.offset; kind == 'u' && k < second.offset + second.count; k++)
            if (!seen(&maker, list_child(&args[1]), k)) maker_add(&maker, b, k);
        maker_row(&maker, out, r);
    }
    maker_finish(&maker, out, 0);
    return true;
}

static bool drop(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool compact = frame->call->arg_count == 1;
    const Vector *child = list_child(&args[0]);
    ListMaker maker;
    maker_init(&maker, frame, out->type->fields[0].type);
    (void)maker_source(&maker, child);
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        maker_begin(&maker);
        for (uint32_t k = list.offset; k < list.offset + list.count; k++) {
            bool null = vector_is_null(child, k);
            if (compact ? !null : null || !equal(child, k, &args[1], r)) maker_add(&maker, 0, k);
        }
        maker_row(&maker, out, r);
    }
    maker_finish(&maker, out, 0);
    return true;
}

static bool slice(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame;
    ListView *to = out->data;
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        int64_t start = arg_i32(&args[1], r), count = arg_i32(&args[2], r);
        if (start == 0 || count < 0) {
            AUTO(Text, name) = {0};
            text_append_i64(&name, count);
            if (start == 0)
                return error_set(err, ERR_INVALID_PARAMETER_VALUE__START, "parameter", "`start`",
                                 "functionName", "`slice`");
            return error_set(err, ERR_INVALID_PARAMETER_VALUE__LENGTH, "parameter", "`length`",
                             "length", text_cstr(&name), "functionName", "`slice`");
        }
        start = start > 0 ? start - 1 : start + list.count;
        if (start < 0 || start >= list.count) count = 0;
        count = MIN(count, list.count - start);
        to[r] = count > 0 ? (ListView){list.offset + (uint32_t)start, (uint32_t)count}
                          : (ListView){0, 0};
    }
    out->children = args[0].children; // elements stay where they are
    return true;
}

static bool reverse(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    ListMaker maker;
    maker_init(&maker, frame, out->type->fields[0].type);
    (void)maker_source(&maker, list_child(&args[0]));
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        maker_begin(&maker);
        for (uint32_t k = list.count; k-- > 0;) maker_add(&maker, 0, list.offset + k);
        maker_row(&maker, out, r);
    }
    maker_finish(&maker, out, 0);
    return true;
}

// array_append, array_prepend: a null element is an element.
static bool extend(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool prepend = frame->call->function->name[6] == 'p';
    ListMaker maker;
    maker_init(&maker, frame, out->type->fields[0].type);
    uint32_t array = maker_source(&maker, list_child(&args[0]));
    uint32_t value = maker_source(&maker, &args[1]);
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[0], r)) {
            out_null(frame, out, r);
            continue;
        }
        ListView list = arg_list(&args[0], r);
        maker_begin(&maker);
        if (prepend) maker_add(&maker, value, value_row(&args[1], r));
        for (uint32_t k = 0; k < list.count; k++) maker_add(&maker, array, list.offset + k);
        if (!prepend) maker_add(&maker, value, value_row(&args[1], r));
        maker_row(&maker, out, r);
    }
    maker_finish(&maker, out, 0);
    return true;
}

// array_insert(array, position, value): positions beyond the ends are filled with nulls.
static bool insert(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    ListMaker maker;
    maker_init(&maker, frame, out->type->fields[0].type);
    uint32_t array = maker_source(&maker, list_child(&args[0]));
    uint32_t value = maker_source(&maker, &args[2]);
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[0], r) || arg_is_null(&args[1], r)) {
            out_null(frame, out, r);
            continue;
        }
        ListView list = arg_list(&args[0], r);
        int64_t at = arg_i32(&args[1], r), count = list.count;
        if (at == 0) return error_set(err, ERR_INVALID_INDEX_OF_ZERO);
        int64_t index = at > 0 ? at - 1 : count + at + 1;
        if (llabs(index) + count > (1 << 28))
            return fail_collection_limit(err, "array_insert", index);
        maker_begin(&maker);
        if (index < 0) {
            maker_add(&maker, value, value_row(&args[2], r));
            for (int64_t k = index + 1; k < 0; k++) maker_add_null(&maker);
        }
        for (int64_t k = 0; k < MAX(count, index); k++) {
            if (k == index) maker_add(&maker, value, value_row(&args[2], r));
            if (k < count) maker_add(&maker, array, list.offset + (uint32_t)k);
            else maker_add_null(&maker);
        }
        if (index >= count) maker_add(&maker, value, value_row(&args[2], r));
        maker_row(&maker, out, r);
    }
    maker_finish(&maker, out, 0);
    return true;
}

static bool repeat(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    ListMaker maker;
    maker_init(&maker, frame, out->type->fields[0].type);
    (void)maker_source(&maker, &args[0]);
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[1], r)) {
            out_null(frame, out, r);
            continue;
        }
        int32_t count = arg_i32(&args[1], r);
        if (count > (1 << 28)) return fail_collection_limit(err, "array_repeat", count);
        maker_begin(&maker);
        for (int32_t k = 0; k < count; k++) maker_add(&maker, 0, value_row(&args[0], r));
        maker_row(&maker, out, r);
    }
    maker_finish(&maker, out, 0);
    return true;
}

// A null inner array makes the result null.
static bool flatten(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    const Vector *inner = list_child(&args[0]);
    Vector flat;
    vector_flatten(inner, (Rows){NULL, inner->count}, frame->arena, &flat);
    ListMaker maker;
    maker_init(&maker, frame, out->type->fields[0].type);
    (void)maker_source(&maker, list_child(&flat));
    for (ROWS_EACH(rows, i, r)) {
        ListView list = arg_list(&args[0], r);
        bool null = false;
        maker_begin(&maker);
        for (uint32_t k = list.offset; k < list.offset + list.count; k++) {
            if (vector_is_null(&flat, k)) {
                null = true;
                break;
            }
            ListView part = ((const ListView *)flat.data)[k];
            for (uint32_t m = 0; m < part.count; m++) maker_add(&maker, 0, part.offset + m);
        }
        if (null) out_null(frame, out, r);
        maker_row(&maker, out, r);
    }
    maker_finish(&maker, out, 0);
    return true;
}

// concat of arrays, two at a time through the pool.
static bool concat(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    uint32_t count = frame->call->arg_count;
    Vector *parts = ARENA_ARRAY(frame->arena, Vector, count + 1);
    uint32_t *base = ARENA_ARRAY(frame->arena, uint32_t, count + 1);
    for (uint32_t a = 0; a < count; a++) {
        parts[a] = *list_child(&args[a]);
        base[a + 1] = base[a] + parts[a].count;
    }
    Vector pool;
    ListMaker maker;
    vector_concat(parts, count, out->type->fields[0].type, frame->arena, &pool);
    maker_init(&maker, frame, out->type->fields[0].type);
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
    maker_finish(&maker, out, 0);
    return true;
}

#define KERNEL(text, kernel_name, null_rule, fails)                                        \
    &(const ScalarFunction) {                                                              \
        .name = (text), .kernel = (kernel_name), .nulls = (null_rule), .may_fail = (fails) \
    }
#define ENTRY(text, kernel_name, null_rule, fails) \
    { text, KERNEL(text, kernel_name, null_rule, fails), NULL }

static const ScalarFunction *select_element_at(const ScalarQuery *query) {
    static const ScalarFunction MAPS = {.name = "element_at", .kernel = map_value};
    static const ScalarFunction ARRAYS = {
        .name = "element_at", .kernel = element_at, .may_fail = true};
    static const ScalarFunction TRY = {
        .name = "try_element_at", .kernel = element_at, .may_fail = true};
    if (query->types[0]->id == TYPE_MAP) return &MAPS;
    return query->name[0] == 't' ? &TRY : &ARRAYS;
}

static const ScalarFunction *select_array(const ScalarQuery *query) {
    static const ScalarFunction CONCAT = {.name = "concat", .kernel = concat};
    static const ScalarFunction REVERSE = {.name = "reverse", .kernel = reverse};
    if (query->types[0]->id != TYPE_ARRAY) return NULL;
    return query->name[0] == 'c' ? &CONCAT : &REVERSE;
}

const ScalarEntry scalars_array[] = {
    ENTRY("$item", item, NULLS_STRICT, true),
    ENTRY("get", item, NULLS_STRICT, false),
    ENTRY("$map_value", map_value, NULLS_STRICT, false),
    {"element_at", NULL, select_element_at},
    {"try_element_at", NULL, select_element_at},
    ENTRY("array_max", extreme, NULLS_STRICT, false),
    ENTRY("array_min", extreme, NULLS_STRICT, false),
    ENTRY("size", size, NULLS_HANDLED, false),
    ENTRY("cardinality", size, NULLS_HANDLED, false),
    ENTRY("array_size", size, NULLS_HANDLED, false),
    ENTRY("array_contains", contains, NULLS_STRICT, false),
    ENTRY("map_contains_key", contains_key, NULLS_STRICT, false),
    ENTRY("array_position", position, NULLS_STRICT, false),
    ENTRY("arrays_overlap", overlap, NULLS_STRICT, false),
    ENTRY("array_join", join, NULLS_STRICT, false),
    ENTRY("array_distinct", set_kernel, NULLS_STRICT, false),
    ENTRY("array_union", set_kernel, NULLS_STRICT, false),
    ENTRY("array_intersect", set_kernel, NULLS_STRICT, false),
    ENTRY("array_except", set_kernel, NULLS_STRICT, false),
    ENTRY("array_remove", drop, NULLS_STRICT, false),
    ENTRY("array_compact", drop, NULLS_STRICT, false),
    ENTRY("slice", slice, NULLS_STRICT, true),
    ENTRY("array_append", extend, NULLS_HANDLED, false),
    ENTRY("array_prepend", extend, NULLS_HANDLED, false),
    ENTRY("array_insert", insert, NULLS_HANDLED, true),
    ENTRY("array_repeat", repeat, NULLS_HANDLED, true),
    ENTRY("flatten", flatten, NULLS_STRICT, false),
    {"concat", NULL, select_array},
    {"reverse", NULL, select_array},
    {NULL, NULL, NULL},
};
