// SPDX-License-Identifier: Apache-2.0
// Row counts of logical nodes from table statistics, by the textbook's rules: independence of
// predicates, containment of join keys. Good enough to order joins, never used for answers.
#include "kernel/plan/optimise/rewrite.h"

#include <math.h>

static const double UNKNOWN_ROWS = 1e6;

static double number_of(const Value *value) {
    if (!value->type || value->is_null) return NAN;
    switch (type_physical(value->type)) {
    case PHYSICAL_FLOAT:
    case PHYSICAL_DOUBLE: return value->f64;
    case PHYSICAL_STRING:
    case PHYSICAL_INTERVAL:
    case PHYSICAL_LIST:
    case PHYSICAL_MAP:
    case PHYSICAL_STRUCT: return NAN;
    default: break;
    }
    if (value->type->id == TYPE_DECIMAL) {
        double scale = pow(10, value->type->scale);
        return (double)value->i128 / scale;
    }
    return (double)value->i64;
}

// The scan below that a column comes from unchanged, and its statistics.
static const Rel *find_scan(const Rel *rel, uint32_t id, uint32_t *table_column) {
    if (rel->kind == REL_SCAN) {
        uint32_t count = MAX(rel->output_count, rel->scan.column_count);
        for (uint32_t i = 0; i < count; i++)
            if (rel->output[i].id == id) {
                *table_column = rel->scan.columns[i];
                return rel;
            }
        return NULL;
    }
    if (rel->kind == REL_PROJECT) {
        for (uint32_t i = 0; i < rel->output_count; i++)
            if (rel->output[i].id == id)
                return rel->project.exprs[i]->kind == EXPR_COLUMN
                           ? find_scan(rel->inputs[0], rel->project.exprs[i]->column, table_column)
                           : NULL;
    }
    if (rel->kind == REL_AGGREGATE) {
        for (uint32_t i = 0; i < rel->aggregate.key_count; i++)
            if (rel->output[i].id == id)
                return rel->aggregate.keys[i]->kind == EXPR_COLUMN
                           ? find_scan(rel->inputs[0], rel->aggregate.keys[i]->column, table_column)
                           : NULL;
        return NULL;
    }
    for (uint32_t i = 0; i < rel->input_count; i++) {
        const Rel *found = find_scan(rel->inputs[i], id, table_column);
        if (found) return found;
    }
    return NULL;
}

static bool column_statistics(Optimiser *o, const Rel *rel, const Expr *expr, ColumnStatistics *out,
                              double *table_rows) {
    uint32_t column;
    while (expr->kind == EXPR_CAST) expr = expr->args[0];
    const Rel *scan = expr->kind == EXPR_COLUMN ? find_scan(rel, expr->column, &column) : NULL;
    if (!scan || !scan->scan.table->ops->column_statistics) return false;
    *out = (ColumnStatistics){.distinct_count = -1, .null_fraction = -1, .average_bytes = -1};
    scan->scan.table->ops->column_statistics(scan->scan.table, column, out, o->arena);
    *table_rows =
        scan->scan.table->ops->row_count ? scan->scan.table->ops->row_count(scan->scan.table) : -1;
    return true;
}

double estimate_distinct(Optimiser *o, const Rel *rel, const Expr *expr) {
    double rows = rel->rows >= 0 ? rel->rows : UNKNOWN_ROWS, table_rows = -1;
    ColumnStatistics statistics;
    if (expr->type->id == TYPE_BOOLEAN) return MIN(rows, 2);
    if (!column_statistics(o, rel, expr, &statistics, &table_rows)) return MAX(1, rows / 10);
    double distinct = statistics.distinct_count;
    if (distinct < 0) {
        double low = number_of(&statistics.low), high = number_of(&statistics.high);
        bool is_whole = expr->type->id != TYPE_DECIMAL && expr->type->id != TYPE_DOUBLE &&
                        expr->type->id != TYPE_FLOAT;
        distinct = table_rows >= 0 ? table_rows : rows;
        if (!isnan(low) && !isnan(high) && is_whole) distinct = MIN(distinct, high - low + 1);
        else distinct = MAX(1, distinct / 10);
    }
    return MAX(1, MIN(distinct, rows));
}

static double range_fraction(const ColumnStatistics *s, CompareOp op, double value) {
    double low = number_of(&s->low), high = number_of(&s->high);
    if (isnan(low) || isnan(high) || isnan(value) || high < low) return 1.0 / 3;
    if (high == low) return 1;
    double below = (value - low) / (high - low);
    below = MAX(0, MIN(1, below));
    bool is_less = op == COMPARE_LT || op == COMPARE_LE;
    return MAX(is_less ? below : 1 - below, 1e-4);
}

// Whether the number of distinct values is known or bounded by the column's range.
static bool has_known_distinct(Optimiser *o, const Rel *input, const Expr *expr) {
    ColumnStatistics s;
    double rows;
    if (expr->type->id == TYPE_BOOLEAN) return true;
    if (!column_statistics(o, input, expr, &s, &rows)) return false;
    if (s.distinct_count >= 0) return true;
    return !isnan(number_of(&s.low)) && !isnan(number_of(&s.high)) &&
           expr->type->id != TYPE_DECIMAL && expr->type->id != TYPE_DOUBLE &&
           expr->type->id != TYPE_FLOAT;
}

static CompareOp mirrored(CompareOp op) {
    switch (op) {
    case COMPARE_LT: return COMPARE_GT;
    case COMPARE_LE: return COMPARE_GE;
    case COMPARE_GT: return COMPARE_LT;
    case COMPARE_GE: return COMPARE_LE;
    default: return op;
    }
}

static double comparison_selectivity(Optimiser *o, const Rel *input, const Expr *expr) {
    CompareOp op = expr->function->comparison;
    if (op == COMPARE_IS_NOT_NULL) return 0.95;
    if (op == COMPARE_IS_NULL) return 0.05;
    const Expr *left = expr->args[0], *right = expr->args[1];
    if (left->kind == EXPR_LITERAL) {
        const Expr *swapped = left;
        left = right;
        right = swapped;
        op = mirrored(op);
    }
    if (op == COMPARE_EQ || op == COMPARE_NULL_SAFE_EQ)
        return has_known_distinct(o, input, left) ? 1 / estimate_distinct(o, input, left) : 0.05;
    if (op == COMPARE_NE) return 0.9;
    ColumnStatistics statistics;
    double rows;
    if (right->kind != EXPR_LITERAL || !column_statistics(o, input, left, &statistics, &rows))
        return 1.0 / 3;
    return range_fraction(&statistics, op, number_of(&right->literal));
}

double estimate_selectivity(Optimiser *o, const Rel *input, const Expr *expr) {
    switch (expr->kind) {
    case EXPR_LITERAL: return expr_is_true(expr) ? 1 : 0;
    case EXPR_AND: {
        double all = 1;
        for (uint32_t i = 0; i < expr->arg_count; i++)
            all *= estimate_selectivity(o, input, expr->args[i]);
        return all;
    }
    case EXPR_OR: {
        double none = 1;
        for (uint32_t i = 0; i < expr->arg_count; i++)
            none *= 1 - estimate_selectivity(o, input, expr->args[i]);
        return 1 - none;
    }
    case EXPR_IN:
        return MIN(0.5, (expr->arg_count - 1) / estimate_distinct(o, input, expr->args[0]));
    case EXPR_CALL:
        if (expr->function->comparison != COMPARE_NONE)
            return comparison_selectivity(o, input, expr);
        if (expr_is_not(expr)) return 1 - estimate_selectivity(o, input, expr->args[0]);
        return 0.1; // LIKE and other predicates
    default: return 0.5;
    }
}

static double filtered(Optimiser *o, const Rel *input, double rows, Expr *const *conjuncts,
                       uint32_t count) {
    double weight = 1; // later conjuncts count less: predicates are rarely independent
    for (uint32_t i = 0; i < count; i++) {
        rows *= pow(estimate_selectivity(o, input, conjuncts[i]), weight);
        weight *= 0.85;
    }
    return rows;
}

double estimate_join_rows(Optimiser *o, JoinKind kind, const Rel *left, const Rel *right,
                          Expr *const *conjuncts, uint32_t count) {
    double rows = left->rows * right->rows, weight = 1;
    IdSet left_ids = {0};
    rel_output_ids(o->arena, left, &left_ids);
    for (uint32_t i = 0; i < count; i++) {
        const Expr *c = conjuncts[i];
        if (!expr_is_comparison(c, COMPARE_EQ) && !expr_is_comparison(c, COMPARE_NULL_SAFE_EQ)) {
            rows *= pow(1.0 / 3, weight);
            continue;
        }
        IdSet ids = {0};
        expr_ids(o->arena, c->args[0], &ids);
        bool in_order = id_set_is_subset(&ids, &left_ids);
        double distinct_left = estimate_distinct(o, left, c->args[in_order ? 0 : 1]);
        double distinct_right = estimate_distinct(o, right, c->args[in_order ? 1 : 0]);
        rows /= pow(MAX(distinct_left, distinct_right), weight);
        weight *= 0.9;
    }
    double matched = left->rows > 0 ? MIN(1, rows / left->rows) : 0;
    switch (kind) {
    case JOIN_LEFT_SEMI: return left->rows * matched;
    case JOIN_LEFT_ANTI:
    case JOIN_LEFT_ANTI_NULL_AWARE: return left->rows * MAX(0.1, 1 - matched);
    case JOIN_LEFT_MARK:
    case JOIN_LEFT_SINGLE: return left->rows;
    case JOIN_LEFT: return MAX(rows, left->rows);
    case JOIN_RIGHT: return MAX(rows, right->rows);
    case JOIN_FULL: return MAX(rows, left->rows + right->rows);
    default: return rows;
    }
}

static double aggregate_rows(Optimiser *o, const Rel *rel) {
    if (!rel->aggregate.key_count) return 1;
    double groups = 1, rows = rel->inputs[0]->rows;
    for (uint32_t i = 0; i < rel->aggregate.key_count; i++)
        groups *= estimate_distinct(o, rel->inputs[0], rel->aggregate.keys[i]);
    return MIN(groups, rows);
}

void estimate_rows(Optimiser *o, Rel *rel) {
    for (uint32_t i = 0; i < rel->input_count; i++) estimate_rows(o, rel->inputs[i]);
    double in = rel->input_count ? rel->inputs[0]->rows : 0;
    switch (rel->kind) {
    case REL_SCAN: {
        Table *table = rel->scan.table;
        double rows = table->ops->row_count ? table->ops->row_count(table) : -1;
        rel->rows = rows >= 0 ? rows : UNKNOWN_ROWS;
        rel->rows = filtered(o, rel, rel->rows, rel->scan.filters, rel->scan.filter_count);
        break;
    }
    case REL_VALUES: rel->rows = rel->values.row_count; break;
    case REL_RANGE:
        rel->rows = MAX(0, ((double)rel->range.stop - (double)rel->range.start) /
                               (double)(rel->range.step ? rel->range.step : 1));
        break;
    case REL_FILTER:
        rel->rows = filtered(o, rel->inputs[0], in, rel->filter.conjuncts, rel->filter.count);
        break;
    case REL_AGGREGATE: rel->rows = aggregate_rows(o, rel); break;
    case REL_JOIN:
        rel->rows = estimate_join_rows(o, rel->join.kind, rel->inputs[0], rel->inputs[1],
                                       rel->join.conjuncts, rel->join.conjunct_count);
        break;
    case REL_LIMIT: rel->rows = MIN(in, (double)rel->limit.limit); break;
    case REL_UNION:
        rel->rows = 0;
        for (uint32_t i = 0; i < rel->input_count; i++) rel->rows += rel->inputs[i]->rows;
        break;
    case REL_EXPAND: rel->rows = in * rel->expand.projection_count; break;
    case REL_GENERATE: rel->rows = in * 5; break;
    case REL_SAMPLE: rel->rows = in * rel->sample.fraction; break;
    case REL_ONE_ROW: rel->rows = 1; break;
    case REL_RECURSIVE:
    case REL_RECURSION: rel->rows = 1000; break;
    default: rel->rows = in; break;
    }
}
