// SPDX-License-Identifier: Apache-2.0
// The failures that several kernels share, with Spark's parameters. Each returns false.
#pragma once

#include "kernel/column/value.h"

bool fail_overflow(Error *err, const char *message, const char *alternative);
bool fail_divide_by_zero(Error *err);
bool fail_remainder_by_zero(Error *err);
bool fail_interval_overflow(Error *err, const char *function); // NULL: no suggestion
bool fail_cast_input(Error *err, Slice text, const Type *from, const Type *to);
bool fail_cast_overflow(Error *err, const Value *value, const Type *to);
bool fail_decimal_overflow(Error *err, Int128 unscaled, int scale, const Type *to);
bool fail_decimal_overflow_text(Error *err, Slice value, const Type *to);
bool fail_collection_limit(Error *err, const char *function, int64_t count);

// The largest array that a function may make, as in Java.
enum { ARRAY_ELEMENTS_MAX = INT32_MAX - 15 };
