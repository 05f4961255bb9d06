// SPDX-License-Identifier: Apache-2.0
// Which casts there are, and the driver for casts inside of casts.
#include "kernel/exec/expr/cast_internal.h"

static bool same_values(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)rows, (void)err;
    const Type *type = out->type;
    *out = args[0];
    out->type = type;
    return true;
}

// Fields of a struct may be renamed; the values are the same.
static const ScalarFunction SAME = {.name = "cast", .kernel = same_values, .nulls = NULLS_HANDLED};

static bool void_to_any(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)args, (void)rows, (void)err;
    vector_init_null(out, out->type, out->count, frame->arena);
    return true;
}

static const ScalarFunction FROM_VOID = {
    .name = "cast", .kernel = void_to_any, .nulls = NULLS_HANDLED};

const ScalarFunction *cast_function(const Type *from, const Type *to, CastMode mode) {
    if (type_equal(from, to)) return &SAME;
    if (from->id == TYPE_VOID) return &FROM_VOID;
    const ScalarFunction *function = cast_number_function(from, to, mode);
    if (!function) function = cast_decimal_function(from, to, mode);
    if (!function) function = cast_time_function(from, to, mode);
    if (!function && (from->id == TYPE_VARIANT || to->id == TYPE_VARIANT || type_is_nested(to)))
        function = cast_nested_function(from, to, mode);
    if (!function) function = cast_text_function(from, to, mode);
    return function;
}

static bool is_ansi_only_refused(const Type *from, const Type *to) {
    bool number = type_is_numeric(from);
    if (type_is_integer(from) && to->id == TYPE_BINARY) return true;
    if (from->id == TYPE_BOOLEAN && to->id == TYPE_TIMESTAMP) return true;
    if (from->id == TYPE_TIMESTAMP && to->id == TYPE_BOOLEAN) return true;
    return number && to->id == TYPE_DATE;
}

bool cast_is_allowed(const Type *from, const Type *to, CastMode mode) {
    if (to->id == TYPE_VOID) return from->id == TYPE_VOID;
    if (mode != CAST_LEGACY && is_ansi_only_refused(from, to)) return false;
    return cast_function(from, to, mode) != NULL;
}

// Nested casts are what their elements' are.
static bool any_field(const Type *from, const Type *to, CastMode mode,
                      bool (*test)(const Type *, const Type *, CastMode)) {
    for (uint32_t i = 0; i < from->field_count && i < to->field_count; i++)
        if (test(from->fields[i].type, to->fields[i].type, mode)) return true;
    return false;
}

bool cast_may_fail(const Type *from, const Type *to, CastMode mode) {
    if (type_equal(from, to) || mode != CAST_ANSI) return false;
    if (type_is_nested(from) && from->id == to->id) return any_field(from, to, mode, cast_may_fail);
    // A decimal that has room for every value of the source.
    if (to->id == TYPE_DECIMAL && from->id == TYPE_DECIMAL)
        return to->scale < from->scale || to->precision - to->scale < from->precision - from->scale;
    if (to->id == TYPE_DECIMAL && type_is_integer(from)) {
        static const int DIGITS[] = {
            [TYPE_TINYINT] = 3, [TYPE_SMALLINT] = 5, [TYPE_INT] = 10, [TYPE_BIGINT] = 19};
        return to->precision - to->scale < DIGITS[from->id];
    }
    const ScalarFunction *function = cast_function(from, to, mode);
    return function && function->may_fail;
}

bool cast_may_null(const Type *from, const Type *to, CastMode mode) {
    if (type_equal(from, to)) return false;
    if (from->id == TYPE_VOID || from->id == TYPE_VARIANT) return true;
    if (to->id == TYPE_DECIMAL && (from->id == TYPE_DOUBLE || from->id == TYPE_FLOAT)) return true;
    return mode != CAST_ANSI && !type_is_nested(to) && cast_may_fail(from, to, CAST_ANSI);
}

bool cast_refuse(CallFrame *frame, Vector *out, uint32_t row) {
    if (frame_mode(frame) == CAST_ANSI) return false;
    bit_clear(vector_make_validity(out, frame->arena), row);
    return true;
}

// Rows are numbers of any size here, so nulls are kept away by packing the valid rows.
bool cast_vector(CallFrame *frame, const Vector *in, const Type *to, Rows rows, Vector *out,
                 Error *err) {
    if (type_equal(in->type, to)) {
        *out = *in;
        out->type = to;
        return true;
    }
    const ScalarFunction *function = cast_function(in->type, to, frame_mode(frame));
    if (!function) return error_internal(err, "no cast inside of a cast");
    uint32_t count = in->count;
    Vector flat;
    vector_flatten(in, (Rows){NULL, count}, frame->arena, &flat);
    if (function->nulls == NULLS_HANDLED) {
        vector_init_flat(out, to, count, frame->arena);
        return function->kernel(frame, &flat, rows, out, err);
    }
    uint32_t *back = arena_alloc_raw(frame->arena, sizeof *back * (count + 1), 8);
    uint32_t *valid = arena_alloc_raw(frame->arena, sizeof *valid * (count + 1), 8);
    uint32_t valid_count = 0;
    memset(back, 0xFF, sizeof *back * count);
    for (ROWS_EACH(rows, i, r)) {
        if (vector_is_null(&flat, r)) continue;
        back[r] = valid_count;
        valid[valid_count++] = r;
    }
    Vector packed, result;
    vector_gather_indexes(&flat, valid, valid_count, frame->arena, &packed);
    vector_init_flat(&result, to, valid_count, frame->arena);
    Expr operand = *frame->call->args[0], call = *frame->call;
    Expr *args[] = {&operand};
    CallFrame inner = *frame;
    operand.type = packed.type;
    call.args = args;
    call.type = to;
    inner.call = &call;
    if (valid_count && !function->kernel(&inner, &packed, (Rows){NULL, valid_count}, &result, err))
        return false;
    vector_gather_indexes(&result, back, count, frame->arena, out);
    return true;
}
