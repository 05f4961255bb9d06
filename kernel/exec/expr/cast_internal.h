// SPDX-License-Identifier: Apache-2.0
// The families of casts; each answers NULL for what it does not do.
//
// A kernel reads its types from the call: args[0]->type, type, cast_mode. Invalid input fails in
// ANSI mode and is NULL in the two others.
#pragma once

#include "kernel/exec/expr/expr_internal.h"
#include "kernel/exec/fail.h"

const ScalarFunction *cast_number_function(const Type *from, const Type *to, CastMode mode);
const ScalarFunction *cast_decimal_function(const Type *from, const Type *to, CastMode mode);
const ScalarFunction *cast_text_function(const Type *from, const Type *to, CastMode mode);
const ScalarFunction *cast_time_function(const Type *from, const Type *to, CastMode mode);
const ScalarFunction *cast_nested_function(const Type *from, const Type *to, CastMode mode);

static inline CastMode frame_mode(const CallFrame *frame) { return frame->call->cast_mode; }
static inline const Type *frame_from(const CallFrame *frame) { return frame->call->args[0]->type; }
static inline const Type *frame_to(const CallFrame *frame) { return frame->call->type; }
static inline uint32_t value_index(const Vector *v, uint32_t row) {
    return v->form == VECTOR_CONSTANT ? 0 : row;
}

// A row that cannot be cast: NULL, or in ANSI mode the error that `failed` sets.
bool cast_refuse(CallFrame *frame, Vector *out, uint32_t row);
// Casts the vector's rows as a cast from its type to `to` in the call's mode would.
bool cast_vector(CallFrame *frame, const Vector *in, const Type *to, Rows rows, Vector *out,
                 Error *err) MUST_CHECK;

#define CAST_KERNEL(kernel_name, fails)                                                      \
    {                                                                                        \
        .name = "cast", .kernel = (kernel_name), .nulls = NULLS_STRICT, .may_fail = (fails), \
        .runs_on_nulls = !(fails), .is_cheap_on_dictionary = true                            \
    }
