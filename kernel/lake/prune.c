// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/prune.h"

#include "kernel/column/decimal.h"

#include <math.h>

enum { IN_LIST_MAX = 1000 }; // longer lists cost more than they prune

// --- values of other types
// -------------------------------------------------------------------------

static bool is_integral(const Type *type) {
    return type_is_integer(type) || type_is(type, TYPE_DATE);
}

// The value in a type that keeps the order of all values of its own. False: it is not one.
static bool value_widen(const Value *value, const Type *type, Value *out) {
    const Type *from = value->type;
    *out = *value;
    if (type_equal(from, type) || (type_is_text(from) && type_is_text(type))) return true;
    out->type = type;
    if (type_is(type, TYPE_DOUBLE)) {
        if (type_is(from, TYPE_FLOAT)) return true;
        if (!type_is_integer(from) || type_is(from, TYPE_BIGINT)) return false;
        out->f64 = (double)value->i64;
        return true;
    }
    if (type_is(from, TYPE_DATE) && type_is(type, TYPE_TIMESTAMP_NTZ)) {
        return !__builtin_mul_overflow(value->i64, INT64_C(86400000000), &out->i64);
    }
    return false;
}

// Integers and decimals compare by value whatever their types.
static bool is_exact(const Type *type) {
    return type_is_integer(type) || type_is(type, TYPE_DECIMAL);
}
static int scale_of(const Value *value) {
    return type_is(value->type, TYPE_DECIMAL) ? value->type->scale : 0;
}
static Int128 unscaled_of(const Value *value) {
    return type_is(value->type, TYPE_DECIMAL) ? value->i128 : (Int128)value->i64;
}

static bool is_nan(const Value *value) {
    return (type_is(value->type, TYPE_FLOAT) || type_is(value->type, TYPE_DOUBLE)) &&
           isnan(value->f64);
}

// Sign of a - b in b's type; false: cannot be told.
static bool bound_compare(const Value *a, const Value *b, int *order) {
    Value wide;
    if (!a->type || a->is_null || is_nan(a)) return false;
    if (is_exact(a->type) && is_exact(b->type)) {
        *order = decimal_compare(unscaled_of(a), scale_of(a), unscaled_of(b), scale_of(b));
        return true;
    }
    if (!value_widen(a, b->type, &wide)) return false;
    *order = value_compare(&wide, b);
    return true;
}

// --- filters
// ---------------------------------------------------------------------------------------

// The column below casts that keep order. False: not one.
static bool column_of(const Expr *expr, uint32_t *column) {
    while (expr->kind == EXPR_CAST) {
        const Type *from = expr->args[0]->type, *to = expr->type;
        bool keeps = (is_integral(from) && is_integral(to)) || type_is(to, TYPE_DECIMAL) ||
                     type_is(to, TYPE_DOUBLE) || type_is(to, TYPE_TIMESTAMP_NTZ) ||
                     (type_is_text(from) && type_is_text(to));
        if (!keeps) return false;
        expr = expr->args[0];
    }
    *column = expr->column;
    return expr->kind == EXPR_COLUMN && expr->type->collation.bytes == 0;
}

static bool constant_of(const PruneSource *source, const Expr *expr, Value *value) {
    if (expr->kind == EXPR_LITERAL) {
        *value = expr->literal;
    } else if (expr->kind == EXPR_PARAMETER && source->query &&
               expr->column < source->query->parameter_count) {
        *value = source->query->parameters[expr->column];
    } else {
        return false;
    }
    return value->type && value->type->collation.bytes == 0 && !type_is_nested(value->type);
}

static PruneBounds bounds_of(const PruneSource *source, uint32_t column) {
    PruneBounds bounds = {.null_count = -1, .row_count = -1};
    source->lookup(source->context, column, &bounds);
    return bounds;
}

static bool all_null(const PruneBounds *bounds) {
    return bounds->row_count >= 0 && bounds->null_count >= bounds->row_count;
}

// NaN is above all numbers but outside of bounds: they say nothing about what is larger.
static bool above_is_open(const PruneBounds *bounds) {
    const Type *type = bounds->high.type;
    return !type || type_is(type, TYPE_FLOAT) || type_is(type, TYPE_DOUBLE);
}

static bool equal_may_match(const PruneSource *source, uint32_t column, const PruneBounds *bounds,
                            const Value *value) {
    int order;
    if (is_nan(value)) return true;
    if (bound_compare(&bounds->low, value, &order) && order > 0) return false;
    if (bound_compare(&bounds->high, value, &order) && order < 0) return false;
    return !source->contains || source->contains(source->context, column, value);
}

static bool compare_may_match(const PruneSource *source, CompareOp op, uint32_t column,
                              const Value *value) {
    PruneBounds bounds = bounds_of(source, column);
    int order;
    if (value->is_null) return op == COMPARE_NULL_SAFE_EQ ? bounds.null_count != 0 : false;
    if (all_null(&bounds)) return false;
    switch (op) {
    case COMPARE_EQ:
    case COMPARE_NULL_SAFE_EQ: return equal_may_match(source, column, &bounds, value);
    case COMPARE_LT:
        if (is_nan(value)) return true;
        return !(bound_compare(&bounds.low, value, &order) && order >= 0);
    case COMPARE_LE:
        if (is_nan(value)) return true;
        return !(bound_compare(&bounds.low, value, &order) && order > 0);
    case COMPARE_GT:
        if (above_is_open(&bounds)) return true;
        return !(bound_compare(&bounds.high, value, &order) && order <= 0);
    case COMPARE_GE:
        if (above_is_open(&bounds)) return true;
        return !(bound_compare(&bounds.high, value, &order) && order < 0);
    default: return true;
    }
}

static CompareOp op_flipped(CompareOp op) {
    switch (op) {
    case COMPARE_LT: return COMPARE_GT;
    case COMPARE_LE: return COMPARE_GE;
    case COMPARE_GT: return COMPARE_LT;
    case COMPARE_GE: return COMPARE_LE;
    default: return op;
    }
}

static bool call_may_match(const PruneSource *source, const Expr *call) {
    CompareOp op = call->function->comparison;
    uint32_t column;
    Value value;
    if (op == COMPARE_IS_NULL || op == COMPARE_IS_NOT_NULL) {
        if (call->args[0]->kind != EXPR_COLUMN) return true;
        PruneBounds bounds = bounds_of(source, call->args[0]->column);
        return op == COMPARE_IS_NULL ? bounds.null_count != 0 : !all_null(&bounds);
    }
    if (op == COMPARE_NONE || op == COMPARE_NE || call->arg_count != 2) return true;
    if (column_of(call->args[0], &column) && constant_of(source, call->args[1], &value)) {
        return compare_may_match(source, op, column, &value);
    }
    if (column_of(call->args[1], &column) && constant_of(source, call->args[0], &value)) {
        return compare_may_match(source, op_flipped(op), column, &value);
    }
    return true;
}

static bool in_may_match(const PruneSource *source, const Expr *in) {
    uint32_t column;
    if (in->arg_count > IN_LIST_MAX || !column_of(in->args[0], &column)) return true;
    for (uint32_t i = 1; i < in->arg_count; i++) {
        Value value;
        if (!constant_of(source, in->args[i], &value)) return true;
        if (compare_may_match(source, COMPARE_EQ, column, &value)) return true;
    }
    return false;
}

bool prune_may_match(const PruneSource *source, const Expr *filter) {
    switch (filter->kind) {
    case EXPR_AND:
        for (uint32_t i = 0; i < filter->arg_count; i++) {
            if (!prune_may_match(source, filter->args[i])) return false;
        }
        return true;
    case EXPR_OR:
        for (uint32_t i = 0; i < filter->arg_count; i++) {
            if (prune_may_match(source, filter->args[i])) return true;
        }
        return filter->arg_count == 0;
    case EXPR_CALL: return call_may_match(source, filter);
    case EXPR_IN: return in_may_match(source, filter);
    case EXPR_LITERAL: return !filter->literal.is_null && filter->literal.i64 != 0;
    default: return true;
    }
}

bool prune_may_overlap(const PruneSource *source, uint32_t column, const Value *low,
                       const Value *high) {
    PruneBounds bounds = bounds_of(source, column);
    int order;
    if (all_null(&bounds)) return false;
    if (!above_is_open(&bounds) && bound_compare(&bounds.high, low, &order) && order < 0) {
        return false;
    }
    return is_nan(high) || !(bound_compare(&bounds.low, high, &order) && order > 0);
}
