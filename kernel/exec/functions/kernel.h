// SPDX-License-Identifier: Apache-2.0
// What kernels share: reading arguments, modes, and results of strings.
#pragma once

#include "kernel/exec/fail.h"
#include "kernel/exec/functions/functions.h"

// Rows of an argument that is FLAT or CONSTANT.
static inline uint32_t arg_index(const Vector *v, uint32_t row) {
    return v->form == VECTOR_CONSTANT ? 0 : row;
}
static inline bool arg_is_null(const Vector *v, uint32_t row) {
    return v->validity && !bit_get(v->validity, arg_index(v, row));
}
static inline Slice arg_text(const Vector *v, uint32_t row) {
    return string_view_slice((const StringView *)v->data + arg_index(v, row));
}
static inline int32_t arg_i32(const Vector *v, uint32_t row) {
    return ((const int32_t *)v->data)[arg_index(v, row)];
}
static inline int64_t arg_i64(const Vector *v, uint32_t row) {
    return ((const int64_t *)v->data)[arg_index(v, row)];
}
static inline double arg_f64(const Vector *v, uint32_t row) {
    return ((const double *)v->data)[arg_index(v, row)];
}
static inline bool arg_bool(const Vector *v, uint32_t row) {
    return ((const uint8_t *)v->data)[arg_index(v, row)] != 0;
}
static inline ListView arg_list(const Vector *v, uint32_t row) {
    return ((const ListView *)v->data)[arg_index(v, row)];
}
// Any integer type, DATE, TIME, TIMESTAMP*, INTERVAL_* or BOOLEAN.
int64_t arg_integer(const Vector *v, uint32_t row);
Int128 arg_decimal(const Vector *v, uint32_t row);
void out_decimal(Vector *out, uint32_t row, Int128 value);
// Any integer physical type; the value fits.
void out_integer(Vector *out, uint32_t row, int64_t value);

static inline void out_null(CallFrame *frame, Vector *out, uint32_t row) {
    bit_clear(vector_make_validity(out, frame->arena), row);
}
// A copy in the frame's arena.
static inline void out_text(CallFrame *frame, Vector *out, uint32_t row, Slice s) {
    ((StringView *)out->data)[row] = string_view_copy(frame->arena, s);
}
// Borrowed: bytes of an argument, or in the frame's arena already.
static inline void out_borrowed(Vector *out, uint32_t row, Slice s) {
    ((StringView *)out->data)[row] = string_view_of(s.data, (uint32_t)s.bytes);
}
static inline bool out_is_null(const Vector *out, uint32_t row) {
    return out->validity && !bit_get(out->validity, row);
}

static inline bool call_is_ansi(const CallFrame *frame) {
    return frame->call->function_data != NULL;
}
static inline bool call_is_try(const CallFrame *frame) {
    const char *name = frame->call->function->name;
    return name[0] == 't' && name[1] == 'r' && name[2] == 'y' && name[3] == '_';
}
// A row whose value is out of range: false when that is an error, else the row is made null.
static inline bool out_refused(CallFrame *frame, Vector *out, uint32_t row) {
    if (call_is_ansi(frame) && !call_is_try(frame)) return false;
    out_null(frame, out, row);
    return true;
}
