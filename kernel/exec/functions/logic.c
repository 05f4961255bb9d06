// SPDX-License-Identifier: Apache-2.0
// NOT, IS [NOT] NULL, and functions about nulls and types.
#include "kernel/exec/functions/kernel.h"

static bool not_kernel(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    const uint8_t *restrict from = args[0].data;
    uint8_t *restrict to = out->data;
    if (args[0].form == VECTOR_CONSTANT || rows.selection)
        for (ROWS_EACH(rows, i, r)) to[r] = !from[arg_index(&args[0], r)];
    else
        for (uint32_t i = 0; i < rows.count; i++) to[i] = from[i] ^ 1;
    return true;
}

static bool null_test(const Vector *v, Rows rows, uint8_t when_null, uint8_t *restrict to) {
    if (v->type->id == TYPE_VOID) {
        for (ROWS_EACH(rows, i, r)) to[r] = when_null;
    } else if (!v->validity) {
        for (ROWS_EACH(rows, i, r)) to[r] = !when_null;
    } else {
        for (ROWS_EACH(rows, i, r)) to[r] = arg_is_null(v, r) ? when_null : !when_null;
    }
    return true;
}

static bool is_null(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    return null_test(&args[0], rows, 1, out->data);
}

static bool is_not_null(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    return null_test(&args[0], rows, 0, out->data);
}

static const ScalarFunction NOT = {.name = "not",
                                   .kernel = not_kernel,
                                   .nulls = NULLS_STRICT,
                                   .runs_on_nulls = true,
                                   .is_cheap_on_dictionary = true};
static const ScalarFunction IS_NULL = {
    .comparison = COMPARE_IS_NULL, .name = "isnull", .kernel = is_null, .nulls = NULLS_HANDLED};
static const ScalarFunction IS_NOT_NULL = {.comparison = COMPARE_IS_NOT_NULL,
                                           .name = "isnotnull",
                                           .kernel = is_not_null,
                                           .nulls = NULLS_HANDLED};

const ScalarEntry scalars_logic[] = {
    {"not", &NOT, NULL},
    {"!", &NOT, NULL},
    {"isnull", &IS_NULL, NULL},
    {"isnotnull", &IS_NOT_NULL, NULL},
    {"isunknown", &IS_NULL, NULL},
    {"isnotunknown", &IS_NOT_NULL, NULL},
    {NULL, NULL, NULL},
};
