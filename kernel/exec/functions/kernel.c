// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/functions/kernel.h"

int64_t arg_integer(const Vector *v, uint32_t row) {
    uint32_t i = arg_index(v, row);
    switch (type_physical(v->type)) {
    case PHYSICAL_BOOL: return ((const uint8_t *)v->data)[i];
    case PHYSICAL_INT8: return ((const int8_t *)v->data)[i];
    case PHYSICAL_INT16: return ((const int16_t *)v->data)[i];
    case PHYSICAL_INT32: return ((const int32_t *)v->data)[i];
    default: return ((const int64_t *)v->data)[i];
    }
}

Int128 arg_decimal(const Vector *v, uint32_t row) {
    uint32_t i = arg_index(v, row);
    return type_physical(v->type) == PHYSICAL_INT64 ? ((const int64_t *)v->data)[i]
                                                    : ((const Int128 *)v->data)[i];
}

void out_decimal(Vector *out, uint32_t row, Int128 value) {
    if (type_physical(out->type) == PHYSICAL_INT64) ((int64_t *)out->data)[row] = (int64_t)value;
    else ((Int128 *)out->data)[row] = value;
}

void out_integer(Vector *out, uint32_t row, int64_t value) {
    switch (type_physical(out->type)) {
    case PHYSICAL_BOOL: ((uint8_t *)out->data)[row] = value != 0; break;
    case PHYSICAL_INT8: ((int8_t *)out->data)[row] = (int8_t)value; break;
    case PHYSICAL_INT16: ((int16_t *)out->data)[row] = (int16_t)value; break;
    case PHYSICAL_INT32: ((int32_t *)out->data)[row] = (int32_t)value; break;
    default: ((int64_t *)out->data)[row] = value; break;
    }
}
