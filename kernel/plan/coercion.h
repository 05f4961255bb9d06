// SPDX-License-Identifier: Apache-2.0
// Spark's implicit conversions: the common type of several, and whether a value fits a parameter.
//
// Two rule sets stand side by side: ANSI (store assignment for arguments, string gives way to the
// other side) and the legacy one. NULL as an answer means "no such type"; the caller makes the
// error.
#pragma once

#include "kernel/exec/expr.h"

// byte < short < int < long < float < double; equal decimals; date < timestamp_ntz < timestamp;
// intervals of one family; nested types element by element. Never loses digits, never involves
// strings.
const Type *coerce_tightest(Arena *arena, const Type *a, const Type *b, bool ansi);
// As CASE, IN, coalesce, array(), set operations need it: with decimals widened and strings
// promoted.
const Type *coerce_common(Arena *arena, const Type *a, const Type *b, bool ansi);
// Both sides of a comparison or of arithmetic where one is a string.
const Type *coerce_string_with(const Type *a, const Type *b, bool ansi);
// Common type of expressions, NULL: none.
const Type *coerce_common_of(Arena *arena, Expr *const *args, uint32_t count, bool ansi);

// Spark's ANSI store assignment: INSERT and, for arguments, the base of implicit casts.
bool coerce_is_store_assignable(const Type *from, const Type *to);
// Whether an argument of type `from` may stand where `to` is expected.
bool coerce_is_implicit(const Type *from, const Type *to, bool ansi, bool is_foldable);

// DECIMAL that holds every value of an integer type; the type itself for decimals.
const Type *coerce_decimal_for(const Type *type);
// DECIMAL(p, s) cut to 38 digits: scale shrinks (not below min(s, 6)) to keep integer digits.
const Type *coerce_decimal_adjusted(int precision, int scale);
// DECIMAL(p, s) with both cut to 38.
const Type *coerce_decimal_bounded(int precision, int scale);

// The operand as `type`: itself when equal; a typed NULL literal for NULL; else an implicit cast,
// which keeps the operand's text and reports errors at `origin`.
Expr *coerce_cast(Arena *arena, Expr *operand, const Type *type, bool ansi, Span origin);
// A literal of digits as decimal(digits, 0); used next to decimals. NULL when it is no integer
// literal.
const Type *coerce_literal_decimal(const Expr *expr);
bool expr_is_foldable(const Expr *expr);
