// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/bounds/bounds.h"

#include "kernel/column/civil.h"
#include "kernel/column/decimal.h"

typedef struct Prober {
    BoundsLookup lookup;
    void *context;
    const Query *query; // parameters, zone; may be NULL
} Prober;

static bool may_be(const Prober *prober, const Expr *expr, bool wanted);

static bool is_function(const Expr *expr, const char *name) {
    return expr->kind == EXPR_CALL && strcmp(expr->function->name, name) == 0;
}

static CompareOp mirrored(CompareOp comparison) {
    switch (comparison) {
    case COMPARE_LT: return COMPARE_GT;
    case COMPARE_LE: return COMPARE_GE;
    case COMPARE_GT: return COMPARE_LT;
    case COMPARE_GE: return COMPARE_LE;
    default: return comparison;
    }
}

// What must hold for the comparison to be false; NONE for <=>, which is never unknown.
static CompareOp negated(CompareOp comparison) {
    switch (comparison) {
    case COMPARE_EQ: return COMPARE_NE;
    case COMPARE_NE: return COMPARE_EQ;
    case COMPARE_LT: return COMPARE_GE;
    case COMPARE_LE: return COMPARE_GT;
    case COMPARE_GT: return COMPARE_LE;
    case COMPARE_GE: return COMPARE_LT;
    default: return COMPARE_NONE;
    }
}

// --- operands ------------------------------------------------------------------------------------

static bool constant_value(const Prober *prober, const Expr *expr, Value *value) {
    if (expr->kind == EXPR_LITERAL) {
        *value = expr->literal;
        return true;
    }
    if (expr->kind != EXPR_PARAMETER || !prober->query) return false;
    if (expr->column >= prober->query->parameter_count) return false;
    *value = prober->query->parameters[expr->column];
    return value->type != NULL;
}

static bool is_float(const Type *type) { return type->id == TYPE_FLOAT || type->id == TYPE_DOUBLE; }

// CHAR compares padded, collated strings by their own order: bounds in bytes say nothing of them.
static bool is_bounded_type(const Type *type) {
    if (type->id == TYPE_CHAR || type->collation.bytes) return false;
    switch (type_physical(type)) {
    case PHYSICAL_VOID:
    case PHYSICAL_INTERVAL:
    case PHYSICAL_LIST:
    case PHYSICAL_MAP:
    case PHYSICAL_STRUCT: return false;
    default: return type->id != TYPE_VARIANT;
    }
}

static bool cast_integer(const Value *from, const Type *type, Value *to) {
    if (type_is_integer(type)) {
        if (physical_bytes(type_physical(type)) < physical_bytes(type_physical(from->type)))
            return false;
        *to = value_int(type->id, from->i64);
        return true;
    }
    *to = (Value){.type = type};
    if (type->id == TYPE_DOUBLE) to->f64 = (double)from->i64;
    else if (type->id == TYPE_FLOAT) to->f64 = (double)(float)from->i64;
    else if (type->id == TYPE_DECIMAL)
        return decimal_rescale(from->i64, 0, type->scale, type->precision, &to->i128);
    else return false;
    return true;
}

static bool cast_decimal(const Value *from, const Type *type, Value *to) {
    *to = (Value){.type = type};
    if (type->id == TYPE_DECIMAL)
        return decimal_rescale(from->i128, from->type->scale, type->scale, type->precision,
                               &to->i128);
    if (type->id != TYPE_DOUBLE) return false;
    to->f64 = decimal_to_double(from->i128, from->type->scale);
    return true;
}

// Casts that keep order: the cast of a bound bounds the casts.
static bool cast_bound(const Prober *prober, const Value *from, const Type *type, Value *to) {
    if (type_equal(from->type, type)) {
        *to = *from;
        return true;
    }
    *to = (Value){.type = type};
    if (type_is_integer(from->type)) return cast_integer(from, type, to);
    switch (from->type->id) {
    case TYPE_DECIMAL: return cast_decimal(from, type, to);
    case TYPE_FLOAT: to->f64 = from->f64; return type->id == TYPE_DOUBLE;
    case TYPE_STRING:
    case TYPE_VARCHAR:
        to->bytes = from->bytes;
        return (type->id == TYPE_STRING || type->id == TYPE_VARCHAR) && !type->collation.bytes;
    case TYPE_DATE:
        to->i64 = from->i64 * MICROS_PER_DAY;
        if (type->id == TYPE_TIMESTAMP && prober->query)
            to->i64 = time_zone_to_utc(prober->query->zone, to->i64);
        else if (type->id != TYPE_TIMESTAMP_NTZ) return false;
        return true;
    default: return false;
    }
}

// Bounds of an operand that is a column or an order-keeping cast of one.
static bool operand_bounds(const Prober *prober, const Expr *expr, ColumnBounds *out) {
    *out = (ColumnBounds){0};
    if (expr->kind == EXPR_COLUMN)
        return is_bounded_type(expr->type) && prober->lookup(prober->context, expr->column, out);
    if (expr->kind != EXPR_CAST || !operand_bounds(prober, expr->args[0], out)) return false;
    Value low = out->low, high = out->high;
    if (out->has_low) out->has_low = cast_bound(prober, &low, expr->type, &out->low);
    if (out->has_high) out->has_high = cast_bound(prober, &high, expr->type, &out->high);
    return true;
}

// --- comparisons ---------------------------------------------------------------------------------

static bool is_nan(const Value *value) {
    return is_float(value->type) && __builtin_isnan(value->f64);
}

static bool may_compare(CompareOp comparison, const ColumnBounds *b, const Value *constant) {
    if (b->all_null) return false;
    bool may_nan = is_float(constant->type) && !b->no_nan;
    if (is_nan(constant)) {
        switch (comparison) {
        case COMPARE_EQ:
        case COMPARE_GE: return may_nan;
        case COMPARE_GT: return false;
        default: return true;
        }
    }
    bool above_low = !b->has_low || value_compare(constant, &b->low) >= 0;
    bool below_high = !b->has_high || value_compare(constant, &b->high) <= 0;
    bool is_low = b->has_low && value_compare(constant, &b->low) == 0;
    bool is_high = b->has_high && value_compare(constant, &b->high) == 0;
    switch (comparison) {
    case COMPARE_EQ: return above_low && below_high;
    case COMPARE_NE: return may_nan || !(is_low && is_high);
    case COMPARE_LT: return above_low && !is_low;
    case COMPARE_LE: return above_low;
    case COMPARE_GT: return may_nan || (below_high && !is_high);
    case COMPARE_GE: return may_nan || below_high;
    default: return true;
    }
}

static bool bounds_fit(const ColumnBounds *b, const Value *constant) {
    return (!b->has_low || type_equal(b->low.type, constant->type)) &&
           (!b->has_high || type_equal(b->high.type, constant->type));
}

static bool may_compare_null_safe(const ColumnBounds *b, const Value *constant, bool wanted) {
    if (!wanted) return true;
    return constant->is_null ? !b->no_nulls : may_compare(COMPARE_EQ, b, constant);
}

static bool may_compare_operands(const Prober *prober, const Expr *left, const Expr *right,
                                 CompareOp comparison, bool wanted) {
    ColumnBounds bounds;
    Value constant;
    if (!constant_value(prober, right, &constant)) {
        const Expr *swap = left;
        left = right;
        right = swap;
        comparison = mirrored(comparison);
        if (!constant_value(prober, right, &constant)) return true;
    }
    if (constant.is_null && comparison != COMPARE_NULL_SAFE_EQ) return false;
    if (!operand_bounds(prober, left, &bounds)) return true;
    if (!constant.is_null && (!is_bounded_type(constant.type) || !bounds_fit(&bounds, &constant)))
        return true;
    if (comparison == COMPARE_NULL_SAFE_EQ)
        return may_compare_null_safe(&bounds, &constant, wanted);
    return may_compare(wanted ? comparison : negated(comparison), &bounds, &constant);
}

static bool may_be_in(const Prober *prober, const Expr *expr, bool wanted) {
    for (uint32_t i = 1; i < expr->arg_count; i++) {
        bool may = may_compare_operands(prober, expr->args[0], expr->args[i], COMPARE_EQ, wanted);
        if (may == wanted) return wanted; // one may match; or one cannot differ
    }
    return !wanted;
}

// The part of a LIKE pattern before its first wildcard; false when it has an escape.
static bool like_prefix(Slice pattern, Slice *prefix) {
    size_t bytes = 0;
    while (bytes < pattern.bytes && pattern.data[bytes] != '%' && pattern.data[bytes] != '_') {
        if (pattern.data[bytes] == '\\') return false;
        bytes++;
    }
    *prefix = slice_first(pattern, bytes);
    return bytes > 0;
}

static bool may_have_prefix(const Prober *prober, const Expr *expr, bool is_like) {
    ColumnBounds b;
    Value constant;
    if (!constant_value(prober, expr->args[1], &constant)) return true;
    if (constant.is_null) return false;
    if (!type_is_text(constant.type) || !operand_bounds(prober, expr->args[0], &b)) return true;
    if (b.all_null) return false;
    Slice prefix = constant.bytes;
    if (is_like && !like_prefix(constant.bytes, &prefix)) return true;
    if (b.has_high && slice_compare(b.high.bytes, prefix) < 0) return false;
    return !b.has_low || slice_compare(slice_first(b.low.bytes, prefix.bytes), prefix) <= 0;
}

static bool may_be_null(const Prober *prober, const Expr *operand, bool wanted) {
    ColumnBounds b = {0};
    if (operand->kind != EXPR_COLUMN) return true;
    if (!prober->lookup(prober->context, operand->column, &b)) return true;
    return wanted ? !b.no_nulls : !b.all_null;
}

// --- the tree ------------------------------------------------------------------------------------

static bool may_call(const Prober *prober, const Expr *expr, bool wanted) {
    switch (expr->function->comparison) {
    case COMPARE_NONE: break;
    case COMPARE_IS_NULL: return may_be_null(prober, expr->args[0], wanted);
    case COMPARE_IS_NOT_NULL: return may_be_null(prober, expr->args[0], !wanted);
    default:
        return may_compare_operands(prober, expr->args[0], expr->args[1],
                                    expr->function->comparison, wanted);
    }
    if (is_function(expr, "not") || is_function(expr, "!"))
        return may_be(prober, expr->args[0], !wanted);
    if (!wanted || expr->arg_count != 2) return true;
    if (is_function(expr, "startswith")) return may_have_prefix(prober, expr, false);
    if (is_function(expr, "like")) return may_have_prefix(prober, expr, true);
    return true;
}

// A BOOLEAN column itself as a condition.
static bool may_be_column(const Prober *prober, const Expr *expr, bool wanted) {
    ColumnBounds b;
    if (expr->type->id != TYPE_BOOLEAN || !operand_bounds(prober, expr, &b)) return true;
    Value constant = value_bool(wanted);
    return !bounds_fit(&b, &constant) || may_compare(COMPARE_EQ, &b, &constant);
}

static bool may_be(const Prober *prober, const Expr *expr, bool wanted) {
    switch (expr->kind) {
    case EXPR_LITERAL:
        return expr->type->id != TYPE_BOOLEAN ||
               (!expr->literal.is_null && (expr->literal.i64 != 0) == wanted);
    case EXPR_COLUMN: return may_be_column(prober, expr, wanted);
    case EXPR_AND:
    case EXPR_OR: {
        // All of them must be able to: TRUE under AND, FALSE under OR.
        bool all = (expr->kind == EXPR_AND) == wanted;
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (may_be(prober, expr->args[i], wanted) != all) return !all;
        return all;
    }
    case EXPR_IN: return may_be_in(prober, expr, wanted);
    case EXPR_CALL: return may_call(prober, expr, wanted);
    default: return true;
    }
}

bool bounds_may_match(const Expr *filter, BoundsLookup lookup, void *context, const Query *query) {
    Prober prober = {.lookup = lookup, .context = context, .query = query};
    return may_be(&prober, filter, true);
}

bool bounds_may_match_runtime(const RuntimeFilter *filter, const ColumnBounds *bounds) {
    if (!filter->is_ready) return true;
    if (filter->is_empty) return false;
    if (bounds->all_null) return false; // keys of joins that push filters are never null
    if (!filter->has_range || !is_bounded_type(filter->low.type)) return true;
    if (!bounds_fit(bounds, &filter->low)) return true;
    return may_compare(COMPARE_GE, bounds, &filter->low) &&
           may_compare(COMPARE_LE, bounds, &filter->high);
}
