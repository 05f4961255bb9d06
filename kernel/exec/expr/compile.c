// SPDX-License-Identifier: Apache-2.0
// From the tree to the flat program: children first, equal subtrees once.
#include "kernel/exec/expr/expr_internal.h"

static bool compile_node(ExprProgram *program, const Expr *expr, uint32_t *index, Error *err);

static uint32_t push_node(ExprProgram *program, Node node) {
    ARENA_PUSH(program->arena, program->nodes, program->node_count, node);
    return program->node_count - 1;
}

// The input of a lambda body that stands for a column or variable of around it.
static bool capture(ExprProgram *program, const Expr *expr, uint32_t *input, Error *err) {
    for (uint32_t i = 0; i < program->capture_count; i++)
        if (program->captures[i].kind == expr->kind &&
            program->captures[i].column == expr->column) {
            *input = i;
            return true;
        }
    Capture made = {.kind = expr->kind, .column = expr->column};
    if (!compile_node(program->outer, expr, &made.node, err)) return false;
    ARENA_PUSH(program->arena, program->captures, program->capture_count, made);
    *input = program->capture_count - 1;
    return true;
}

// Parameters come behind the captures, whose number is known only at the end: they are numbered
// from the top until then.
static const uint32_t PARAMETER_FLAG = 1u << 31;

static bool compile_input(ExprProgram *program, const Expr *expr, Node *node, Error *err) {
    node->kind = NODE_INPUT;
    node->input = expr->column;
    if (!program->outer) {
        if (expr->kind == EXPR_COLUMN) return true;
        return error_internal(err, "a lambda variable outside of its lambda");
    }
    const Expr *lambda = program->lambda;
    bool own = expr->kind == EXPR_LAMBDA_VARIABLE && expr->column >= lambda->lambda_first &&
               expr->column - lambda->lambda_first < lambda->lambda_count;
    if (own) {
        node->input = PARAMETER_FLAG | (expr->column - lambda->lambda_first);
        return true;
    }
    return capture(program, expr, &node->input, err);
}

static bool compile_lambda(ExprProgram *program, const Expr *expr, Node *node, Error *err) {
    ExprProgram *body = ARENA_NEW(program->arena, ExprProgram);
    *body = (ExprProgram){.arena = program->arena, .outer = program, .lambda = expr};
    body->roots = ARENA_NEW(program->arena, uint32_t);
    body->root_count = 1;
    if (!compile_node(body, expr->args[0], &body->roots[0], err)) return false;
    for (uint32_t i = 0; i < body->node_count; i++)
        if (body->nodes[i].kind == NODE_INPUT && body->nodes[i].input & PARAMETER_FLAG)
            body->nodes[i].input = body->capture_count + (body->nodes[i].input & ~PARAMETER_FLAG);
    node->kind = NODE_LAMBDA;
    node->body = body;
    node->is_constant = false;
    return true;
}

static bool compile_args(ExprProgram *program, const Expr *expr, Node *node, Error *err) {
    node->args = ARENA_ARRAY(program->arena, uint32_t, expr->arg_count + 1);
    node->arg_count = expr->arg_count;
    node->is_constant = true;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (!compile_node(program, expr->args[i], &node->args[i], err)) return false;
        node->is_constant = node->is_constant && program->nodes[node->args[i]].is_constant;
    }
    return true;
}

static bool fail_cast(const Expr *expr, Error *err) {
    AUTO(Text, from) = {0};
    AUTO(Text, to) = {0};
    type_append_sql(expr->args[0]->type, &from);
    type_append_sql(expr->type, &to);
    return error_internal(err, "no cast from %s to %s", text_cstr(&from), text_cstr(&to));
}

static bool compile_kind(ExprProgram *program, const Expr *expr, Node *node, Error *err) {
    switch (expr->kind) {
    case EXPR_COLUMN:
    case EXPR_LAMBDA_VARIABLE: return compile_input(program, expr, node, err);
    case EXPR_LITERAL:
        node->kind = NODE_CONSTANT;
        node->is_constant = true;
        return true;
    case EXPR_PARAMETER:
        node->kind = NODE_PARAMETER;
        node->is_constant = true;
        return true;
    case EXPR_LAMBDA: return compile_lambda(program, expr, node, err);
    default: break;
    }
    if (!compile_args(program, expr, node, err)) return false;
    switch (expr->kind) {
    case EXPR_CALL:
        node->kind = NODE_CALL;
        node->function = expr->function;
        node->is_constant = node->is_constant && !expr->function->is_volatile;
        return true;
    case EXPR_CAST:
        node->kind = NODE_CALL;
        node->function = cast_function(expr->args[0]->type, expr->type, expr->cast_mode);
        return node->function || fail_cast(expr, err);
    case EXPR_AND: node->kind = NODE_AND; return true;
    case EXPR_OR: node->kind = NODE_OR; return true;
    case EXPR_CASE: node->kind = NODE_CASE; return true;
    case EXPR_COALESCE: node->kind = NODE_COALESCE; return true;
    case EXPR_IN: node->kind = NODE_IN; return true;
    default: return error_internal(err, "an expression of kind %d cannot run", (int)expr->kind);
    }
}

static bool compile_node(ExprProgram *program, const Expr *expr, uint32_t *index, Error *err) {
    if (!expr->is_volatile && program->node_count < 500)
        for (uint32_t i = 0; i < program->node_count; i++)
            if (program->nodes[i].expr == expr ||
                (program->nodes[i].expr->kind == expr->kind &&
                 expr_equal(program->nodes[i].expr, expr) &&
                 expr->origin.start == program->nodes[i].expr->origin.start)) {
                *index = i;
                return true;
            }
    Node node = {.expr = expr};
    if (!compile_kind(program, expr, &node, err)) return false;
    *index = push_node(program, node);
    return true;
}

ExprProgram *expr_compile(Arena *arena, Expr *const *roots, uint32_t count, Query *query,
                          Error *err) {
    (void)query;
    ExprProgram *program = ARENA_NEW(arena, ExprProgram);
    program->arena = arena;
    program->roots = ARENA_ARRAY(arena, uint32_t, count + 1);
    program->root_count = count;
    for (uint32_t i = 0; i < count; i++)
        if (!compile_node(program, roots[i], &program->roots[i], err)) return NULL;
    return program;
}
