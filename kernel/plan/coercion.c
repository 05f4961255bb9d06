// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/coercion.h"

#include "kernel/column/decimal.h"

// --- decimals
// --------------------------------------------------------------------------------------

const Type *coerce_decimal_for(const Type *type) {
    switch (type->id) {
    case TYPE_TINYINT: return type_decimal(3, 0);
    case TYPE_SMALLINT: return type_decimal(5, 0);
    case TYPE_INT: return type_decimal(10, 0);
    case TYPE_BIGINT: return type_decimal(20, 0);
    case TYPE_FLOAT: return type_decimal(14, 7);
    case TYPE_DOUBLE: return type_decimal(30, 15);
    default: return type;
    }
}

const Type *coerce_decimal_bounded(int precision, int scale) {
    return type_decimal(MIN(precision, DECIMAL_MAX_PRECISION), MIN(scale, DECIMAL_MAX_PRECISION));
}

const Type *coerce_decimal_adjusted(int precision, int scale) {
    if (precision <= DECIMAL_MAX_PRECISION) return type_decimal(precision, scale);
    int integer_digits = precision - scale;
    int kept = MAX(DECIMAL_MAX_PRECISION - integer_digits, MIN(scale, 6));
    return type_decimal(DECIMAL_MAX_PRECISION, kept);
}

static const Type *decimal_wider(const Type *a, const Type *b) {
    int scale = MAX(a->scale, b->scale);
    int range = MAX(a->precision - a->scale, b->precision - b->scale);
    if (range + scale <= DECIMAL_MAX_PRECISION) return type_decimal(range + scale, scale);
    return type_decimal(DECIMAL_MAX_PRECISION, MAX(0, DECIMAL_MAX_PRECISION - range));
}

static bool decimal_holds(const Type *decimal, const Type *other) {
    const Type *needed = coerce_decimal_for(other);
    return decimal->precision - decimal->scale >= needed->precision - needed->scale &&
           decimal->scale >= needed->scale;
}

const Type *coerce_literal_decimal(const Expr *expr) {
    if (expr->kind != EXPR_LITERAL || !type_is_integer(expr->type) || expr->literal.is_null)
        return NULL;
    int digits = decimal_digits(expr->literal.i64);
    return type_decimal(MAX(digits, 1), 0);
}

// --- pairs
// -----------------------------------------------------------------------------------------

typedef const Type *(*PairRule)(Arena *arena, const Type *a, const Type *b, bool ansi);

static int numeric_rank(const Type *type) {
    switch (type->id) {
    case TYPE_TINYINT: return 1;
    case TYPE_SMALLINT: return 2;
    case TYPE_INT: return 3;
    case TYPE_BIGINT: return 4;
    case TYPE_FLOAT: return 5;
    case TYPE_DOUBLE: return 6;
    default: return 0;
    }
}

static const Type *numeric_common(const Type *a, const Type *b, bool ansi) {
    int rank_a = numeric_rank(a), rank_b = numeric_rank(b);
    if (!rank_a || !rank_b) return NULL;
    const Type *wider = rank_a > rank_b ? a : b;
    if (ansi && wider->id == TYPE_FLOAT && MIN(rank_a, rank_b) <= 4) return type_of(TYPE_DOUBLE);
    return wider;
}

static bool type_is_datetime(const Type *type) {
    return type->id == TYPE_DATE || type->id == TYPE_TIMESTAMP || type->id == TYPE_TIMESTAMP_NTZ;
}

static const Type *datetime_common(const Type *a, const Type *b) {
    if (a->id == TYPE_TIMESTAMP || b->id == TYPE_TIMESTAMP) return type_of(TYPE_TIMESTAMP);
    return type_of(TYPE_TIMESTAMP_NTZ);
}

static const Type *struct_common(Arena *arena, const Type *a, const Type *b, bool ansi,
                                 PairRule rule) {
    if (a->field_count != b->field_count) return NULL;
    TypeField *fields = ARENA_ARRAY(arena, TypeField, a->field_count + 1);
    for (uint32_t i = 0; i < a->field_count; i++) {
        if (!slice_equal_ignore_case(a->fields[i].name, b->fields[i].name)) return NULL;
        fields[i] = a->fields[i];
        fields[i].type = rule(arena, a->fields[i].type, b->fields[i].type, ansi);
        if (!fields[i].type) return NULL;
        fields[i].nullable = a->fields[i].nullable || b->fields[i].nullable;
    }
    return type_struct(arena, fields, a->field_count);
}

static const Type *nested_common(Arena *arena, const Type *a, const Type *b, bool ansi,
                                 PairRule rule) {
    if (a->id != b->id) return NULL;
    if (a->id == TYPE_STRUCT) return struct_common(arena, a, b, ansi, rule);
    if (a->id != TYPE_ARRAY && a->id != TYPE_MAP) return NULL;
    const Type *first = rule(arena, a->fields[0].type, b->fields[0].type, ansi);
    if (!first) return NULL;
    if (a->id == TYPE_ARRAY)
        return type_array(arena, first, a->fields[0].nullable || b->fields[0].nullable);
    const Type *second = rule(arena, a->fields[1].type, b->fields[1].type, ansi);
    if (!second) return NULL;
    return type_map(arena, first, second, a->fields[1].nullable || b->fields[1].nullable);
}

// Equal types that differ in inner nullability must widen it, so nested ones are not equal "as is".
const Type *coerce_tightest(Arena *arena, const Type *a, const Type *b, bool ansi) {
    if (type_is_nested(a) && type_is_nested(b))
        return nested_common(arena, a, b, ansi, coerce_tightest);
    if (type_equal(a, b)) return a;
    if (a->id == TYPE_VOID) return b;
    if (b->id == TYPE_VOID) return a;
    if (type_is_text(a) && type_is_text(b)) return a->id == TYPE_STRING ? a : type_of(TYPE_STRING);
    if (a->id == TYPE_DECIMAL && type_is_integer(b)) return decimal_holds(a, b) ? a : NULL;
    if (b->id == TYPE_DECIMAL && type_is_integer(a)) return decimal_holds(b, a) ? b : NULL;
    const Type *numeric = numeric_common(a, b, ansi);
    if (numeric) return numeric;
    if (type_is_datetime(a) && type_is_datetime(b)) return datetime_common(a, b);
    if (a->id == TYPE_TIME && b->id == TYPE_TIME) return type_time(MAX(a->precision, b->precision));
    if (a->id == b->id && (a->id == TYPE_INTERVAL_YEAR_MONTH || a->id == TYPE_INTERVAL_DAY_TIME))
        return type_interval((IntervalUnit)MIN(a->unit_start, b->unit_start),
                             (IntervalUnit)MAX(a->unit_stop, b->unit_stop));
    return NULL;
}

static const Type *decimal_common(const Type *a, const Type *b) {
    bool decimal_a = a->id == TYPE_DECIMAL, decimal_b = b->id == TYPE_DECIMAL;
    if (!decimal_a && !decimal_b) return NULL;
    if (!type_is_numeric(a) || !type_is_numeric(b)) return NULL;
    const Type *other = decimal_a ? b : a;
    if (other->id == TYPE_FLOAT || other->id == TYPE_DOUBLE) return type_of(TYPE_DOUBLE);
    return decimal_wider(coerce_decimal_for(a), coerce_decimal_for(b));
}

static bool type_is_atomic(const Type *type) {
    return !type_is_nested(type) && type->id != TYPE_VOID && type->id != TYPE_VARIANT &&
           type->id != TYPE_INTERVAL;
}

static bool type_is_ansi_interval(const Type *type) {
    return type->id == TYPE_INTERVAL_YEAR_MONTH || type->id == TYPE_INTERVAL_DAY_TIME;
}

const Type *coerce_string_with(const Type *a, const Type *b, bool ansi) {
    if (type_is_text(b) && !type_is_text(a)) return coerce_string_with(b, a, ansi);
    if (!type_is_text(a)) return NULL;
    if (!ansi) {
        if (!type_is_atomic(b) || b->id == TYPE_BINARY || b->id == TYPE_BOOLEAN) return NULL;
        return type_of(TYPE_STRING);
    }
    if (type_is_text(b)) return type_of(TYPE_STRING);
    if (type_is_integer(b)) return type_of(TYPE_BIGINT);
    if (type_is_numeric(b)) return type_of(TYPE_DOUBLE);
    if (!type_is_atomic(b) || type_is_ansi_interval(b)) return NULL;
    return b;
}

const Type *coerce_common(Arena *arena, const Type *a, const Type *b, bool ansi) {
    const Type *type = coerce_tightest(arena, a, b, ansi);
    if (!type) type = decimal_common(a, b);
    if (!type) type = coerce_string_with(a, b, ansi);
    if (!type) type = nested_common(arena, a, b, ansi, coerce_common);
    return type;
}

// A string among the types decides late in the legacy rules: numbers first, as Spark does.
const Type *coerce_common_of(Arena *arena, Expr *const *args, uint32_t count, bool ansi) {
    const Type *type = type_of(TYPE_VOID);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < count && type; i++) {
            if (type_is_text(args[i]->type) != (round == 0)) continue;
            type = coerce_common(arena, type, args[i]->type, ansi);
        }
    }
    return type;
}

// --- arguments
// ---------------------------------------------------------------------------------------

static bool fields_assignable(const Type *from, const Type *to) {
    if (from->field_count != to->field_count) return false;
    for (uint32_t i = 0; i < from->field_count; i++)
        if (!coerce_is_store_assignable(from->fields[i].type, to->fields[i].type)) return false;
    return true;
}

bool coerce_is_store_assignable(const Type *from, const Type *to) {
    if (type_equal(from, to) || from->id == TYPE_VOID) return true;
    if (type_is_numeric(from) && type_is_numeric(to)) return true;
    if (type_is_text(to)) return type_is_atomic(from) || from->id == TYPE_INTERVAL;
    if (type_is_datetime(from) && type_is_datetime(to)) return true;
    if (type_is_ansi_interval(from) || from->id == TYPE_TIME) return from->id == to->id;
    if (type_is_nested(from) && from->id == to->id) return fields_assignable(from, to);
    return false;
}

static bool legacy_implicit(const Type *from, const Type *to) {
    if (type_equal(from, to) || from->id == TYPE_VOID) return true;
    if (type_is_numeric(from) && type_is_numeric(to)) return true;
    if (type_is_datetime(from) && type_is_datetime(to)) return true;
    if (type_is_text(from))
        return type_is_numeric(to) || type_is_datetime(to) || to->id == TYPE_BINARY ||
               type_is_text(to);
    if (type_is_text(to)) return type_is_atomic(from);
    if (from->id != to->id || !type_is_nested(from) || from->field_count != to->field_count)
        return from->id == to->id && type_is_ansi_interval(from);
    for (uint32_t i = 0; i < from->field_count; i++)
        if (!legacy_implicit(from->fields[i].type, to->fields[i].type)) return false;
    return true;
}

bool coerce_is_implicit(const Type *from, const Type *to, bool ansi, bool is_foldable) {
    if (!ansi) return legacy_implicit(from, to);
    (void)is_foldable;
    if (type_is_text(from) && !type_is_text(to)) return type_is_atomic(to);
    return coerce_is_store_assignable(from, to);
}

// --- casts
// -------------------------------------------------------------------------------------------

static bool nullability_equal(const Type *a, const Type *b) {
    if (a == b) return true;
    for (uint32_t i = 0; i < a->field_count; i++) {
        if (a->fields[i].nullable != b->fields[i].nullable) return false;
        if (!nullability_equal(a->fields[i].type, b->fields[i].type)) return false;
    }
    return true;
}

Expr *coerce_cast(Arena *arena, Expr *operand, const Type *type, bool ansi, Span origin) {
    if (type_equal(operand->type, type) &&
        (!type_is_nested(type) || nullability_equal(operand->type, type)))
        return operand;
    if (operand->kind == EXPR_LITERAL && operand->literal.is_null &&
        operand->type->id == TYPE_VOID) {
        Expr *null = expr_literal(arena, value_null(type));
        null->origin = operand->origin;
        null->text = operand->text;
        return null;
    }
    if (type_equal(operand->type, type)) { // only inner nullability widens: the value is the same
        Expr *copy = ARENA_NEW(arena, Expr);
        *copy = *operand;
        copy->type = type;
        if (copy->kind == EXPR_LITERAL) copy->literal.type = type;
        return copy;
    }
    Expr *cast = expr_cast(arena, operand, type, ansi ? CAST_ANSI : CAST_LEGACY);
    cast->origin = origin;
    cast->text = operand->text;
    return cast;
}

bool expr_is_foldable(const Expr *expr) {
    switch (expr->kind) {
    case EXPR_LITERAL: return true;
    case EXPR_COLUMN:
    case EXPR_LAMBDA_VARIABLE:
    case EXPR_PARAMETER:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
    case EXPR_SUBQUERY:
    case EXPR_GENERATOR: return false;
    case EXPR_CALL:
        if (expr->function && expr->function->is_volatile) return false;
        break;
    default: break;
    }
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (!expr_is_foldable(expr->args[i])) return false;
    return true;
}
