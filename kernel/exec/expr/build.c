// SPDX-License-Identifier: Apache-2.0
// Making, comparing and printing expression trees.
#include "kernel/column/format.h"
#include "kernel/exec/expr/expr_internal.h"

Expr *expr_column(Arena *arena, uint32_t column, const Type *type, bool nullable) {
    Expr *expr = ARENA_NEW(arena, Expr);
    expr->kind = EXPR_COLUMN;
    expr->column = column;
    expr->type = type;
    expr->nullable = nullable;
    return expr;
}

Expr *expr_literal(Arena *arena, Value value) {
    Expr *expr = ARENA_NEW(arena, Expr);
    expr->kind = EXPR_LITERAL;
    expr->type = value.type;
    expr->nullable = value.is_null;
    expr->literal = value;
    return expr;
}

Expr *expr_call(Arena *arena, const ScalarFunction *function, const Type *type, bool nullable,
                Expr **args, uint32_t arg_count) {
    Expr *expr = ARENA_NEW(arena, Expr);
    expr->kind = EXPR_CALL;
    expr->function = function;
    expr->type = type;
    expr->nullable = nullable;
    expr->args = args;
    expr->arg_count = arg_count;
    expr_finish(expr);
    return expr;
}

Expr *expr_cast(Arena *arena, Expr *operand, const Type *type, CastMode mode) {
    Expr *expr = ARENA_NEW(arena, Expr);
    expr->kind = EXPR_CAST;
    expr->cast_mode = mode;
    expr->type = type;
    expr->args = ARENA_NEW(arena, Expr *);
    expr->args[0] = operand;
    expr->arg_count = 1;
    expr->nullable = operand->nullable || cast_may_null(operand->type, type, mode);
    expr->origin = operand->origin;
    expr_finish(expr);
    return expr;
}

Expr *expr_and(Arena *arena, Expr **args, uint32_t arg_count) {
    if (arg_count == 1) return args[0];
    Expr *expr = ARENA_NEW(arena, Expr);
    expr->kind = EXPR_AND;
    expr->type = type_of(TYPE_BOOLEAN);
    expr->args = args;
    expr->arg_count = arg_count;
    for (uint32_t i = 0; i < arg_count; i++) expr->nullable = expr->nullable || args[i]->nullable;
    expr_finish(expr);
    return expr;
}

void expr_finish(Expr *expr) {
    expr->may_fail = false;
    expr->is_volatile = false;
    if (expr->kind == EXPR_CALL && expr->function) {
        expr->may_fail = expr->function->may_fail;
        expr->is_volatile = expr->function->is_volatile;
    }
    if (expr->kind == EXPR_CAST)
        expr->may_fail = cast_may_fail(expr->args[0]->type, expr->type, expr->cast_mode);
    if (expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW || expr->kind == EXPR_SUBQUERY ||
        expr->kind == EXPR_GENERATOR)
        expr->may_fail = true;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        expr->may_fail = expr->may_fail || expr->args[i]->may_fail;
        expr->is_volatile = expr->is_volatile || expr->args[i]->is_volatile;
    }
}

bool expr_equal(const Expr *a, const Expr *b) {
    if (a == b) return true;
    if (a->kind != b->kind || a->cast_mode != b->cast_mode || a->arg_count != b->arg_count ||
        a->function != b->function || a->function_data != b->function_data ||
        a->column != b->column || a->lambda_first != b->lambda_first ||
        a->lambda_count != b->lambda_count || a->is_volatile || b->is_volatile ||
        a->aggregate != b->aggregate || a->window != b->window || a->subquery != b->subquery ||
        a->generator != b->generator || !type_equal(a->type, b->type))
        return false;
    if (a->kind == EXPR_LITERAL && !value_equal(&a->literal, &b->literal)) return false;
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (!expr_equal(a->args[i], b->args[i])) return false;
    return true;
}

typedef struct Printer {
    const Slice *names;
    uint32_t name_count;
    Text *out;
} Printer;

static void print(const Printer *p, const Expr *expr);

static void print_list(const Printer *p, Expr *const *args, uint32_t count, const char *between) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_append_cstr(p->out, between);
        print(p, args[i]);
    }
}

static void print_call(const Printer *p, const Expr *expr) {
    const char *name = expr->function->name;
    bool word = (name[0] >= 'a' && name[0] <= 'z') || name[0] == '$' || expr->arg_count != 2;
    text_append_cstr(p->out, word ? name : "");
    text_append_char(p->out, '(');
    if (word) {
        print_list(p, expr->args, expr->arg_count, ", ");
    } else {
        print(p, expr->args[0]);
        text_printf(p->out, " %s ", name);
        print(p, expr->args[1]);
    }
    text_append_char(p->out, ')');
}

static void print_cast(const Printer *p, const Expr *expr) {
    text_append_cstr(p->out, expr->cast_mode == CAST_TRY ? "try_cast(" : "cast(");
    print(p, expr->args[0]);
    text_append_cstr(p->out, " as ");
    type_append_catalog(expr->type, p->out);
    text_append_char(p->out, ')');
}

static void print_case(const Printer *p, const Expr *expr) {
    text_append_cstr(p->out, "CASE");
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        bool is_else = i % 2 == 0 && i + 1 == expr->arg_count;
        text_append_cstr(p->out, is_else ? " ELSE " : i % 2 ? " THEN " : " WHEN ");
        print(p, expr->args[i]);
    }
    text_append_cstr(p->out, " END");
}

static void print_column(const Printer *p, const Expr *expr) {
    if (p->names && expr->column < p->name_count) text_append(p->out, p->names[expr->column]);
    else text_printf(p->out, "#%u", expr->column);
}

static void print(const Printer *p, const Expr *expr) {
    switch (expr->kind) {
    case EXPR_COLUMN: print_column(p, expr); return;
    case EXPR_LITERAL: value_append_text(&expr->literal, TEXT_SHOW, NULL, p->out); return;
    case EXPR_CALL: print_call(p, expr); return;
    case EXPR_CAST: print_cast(p, expr); return;
    case EXPR_AND:
    case EXPR_OR:
        text_append_char(p->out, '(');
        print_list(p, expr->args, expr->arg_count, expr->kind == EXPR_AND ? " AND " : " OR ");
        text_append_char(p->out, ')');
        return;
    case EXPR_CASE: print_case(p, expr); return;
    case EXPR_IN:
        print(p, expr->args[0]);
        text_append_cstr(p->out, " IN (");
        print_list(p, expr->args + 1, expr->arg_count - 1, ", ");
        text_append_char(p->out, ')');
        return;
    case EXPR_LAMBDA:
        text_append_cstr(p->out, "lambda(");
        print(p, expr->args[0]);
        text_append_char(p->out, ')');
        return;
    case EXPR_LAMBDA_VARIABLE: text_printf(p->out, "lambda#%u", expr->column); return;
    case EXPR_PARAMETER: text_printf(p->out, "parameter#%u", expr->column); return;
    case EXPR_AGGREGATE:
        text_append(p->out, expr->aggregate->name);
        text_append_char(p->out, '(');
        print_list(p, expr->aggregate->args, expr->aggregate->arg_count, ", ");
        text_append_char(p->out, ')');
        return;
    case EXPR_WINDOW:
        text_append(p->out, expr->window->name);
        text_append_cstr(p->out, "() OVER (...)");
        return;
    case EXPR_COALESCE: text_append_cstr(p->out, "coalesce("); break;
    case EXPR_SUBQUERY: text_append_cstr(p->out, "subquery("); break;
    case EXPR_GENERATOR: text_append_cstr(p->out, "generator("); break;
    }
    print_list(p, expr->args, expr->arg_count, ", ");
    text_append_char(p->out, ')');
}

void expr_append_text(const Expr *expr, const Slice *names, uint32_t name_count, Text *out) {
    print(&(Printer){names, name_count, out}, expr);
}
