// SPDX-License-Identifier: Apache-2.0
// Small makers of algebra nodes, scopes and attributes.
#include "base/limits.h"
#include "kernel/plan/resolve/resolver_internal.h"

Rel *rel_new(Resolver *resolver, RelKind kind, Rel *input, Origin origin) {
    Rel *rel = ARENA_NEW(resolver->arena, Rel);
    rel->kind = kind;
    rel->origin = origin;
    rel->rows = -1;
    if (input) {
        rel->inputs = ARENA_ARRAY(resolver->arena, Rel *, 1);
        rel->inputs[0] = input;
        rel->input_count = 1;
        rel->output = input->output;
        rel->output_count = input->output_count;
    }
    return rel;
}

uint32_t resolver_id(Resolver *resolver) { return resolver->next_id++; }

void rel_output_from_columns(Resolver *resolver, Rel *rel, const Column *columns, uint32_t count) {
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, count + 1);
    for (uint32_t i = 0; i < count; i++) rel->output[i] = columns[i].attribute;
    rel->output_count = count;
}

void relation_from_rel(Resolver *resolver, Rel *rel, Relation *out) {
    out->rel = rel;
    out->column_count = rel->output_count;
    out->columns = ARENA_ARRAY(resolver->arena, Column, rel->output_count + 1);
    for (uint32_t i = 0; i < rel->output_count; i++)
        out->columns[i] = (Column){.attribute = rel->output[i], .plan_id = -1};
}

void relation_qualify(Resolver *resolver, Relation *relation, const Slice *qualifier,
                      uint32_t count) {
    (void)resolver;
    for (uint32_t i = 0; i < relation->column_count; i++) {
        relation->columns[i].qualifier = qualifier;
        relation->columns[i].qualifier_count = count;
    }
}

Rel *rel_project(Resolver *resolver, Rel *input, Expr **exprs, const Attribute *output,
                 uint32_t count, Origin origin) {
    Rel *rel = rel_new(resolver, REL_PROJECT, input, origin);
    rel->project.exprs = exprs;
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, count + 1);
    rel->output_count = count;
    for (uint32_t i = 0; i < count; i++) {
        rel->output[i] = output[i];
        if (!output[i].id) rel->output[i].id = resolver_id(resolver);
        rel->output[i].type = exprs[i]->type;
        rel->output[i].nullable = exprs[i]->nullable;
    }
    return rel;
}

static void add_conjuncts(Resolver *resolver, Rel *rel, Expr *condition) {
    if (condition->kind == EXPR_AND) {
        for (uint32_t i = 0; i < condition->arg_count; i++)
            add_conjuncts(resolver, rel, condition->args[i]);
        return;
    }
    ARENA_PUSH(resolver->arena, rel->filter.conjuncts, rel->filter.count, condition);
}

Rel *filter_over(Resolver *resolver, Rel *input, Expr *condition, Origin origin) {
    Rel *rel = rel_new(resolver, REL_FILTER, input, origin);
    add_conjuncts(resolver, rel, condition);
    return rel;
}

Rel *rel_distinct(Resolver *resolver, Rel *input, Origin origin) {
    Rel *rel = rel_new(resolver, REL_AGGREGATE, input, origin);
    rel->aggregate.keys = ARENA_ARRAY(resolver->arena, Expr *, input->output_count + 1);
    rel->aggregate.key_count = input->output_count;
    for (uint32_t i = 0; i < input->output_count; i++)
        rel->aggregate.keys[i] = attribute_ref(resolver, &input->output[i]);
    return rel;
}

Expr *attribute_ref(Resolver *resolver, const Attribute *attribute) {
    Expr *expr = expr_column(resolver->arena, attribute->id, attribute->type, attribute->nullable);
    expr->text = sql_text(resolver->arena, attribute->name);
    return expr;
}

Expr *column_expr(Resolver *resolver, const Column *column, Span origin) {
    Expr *expr = attribute_ref(resolver, &column->attribute);
    expr->origin = origin;
    return expr;
}

Expr *column_cast(Resolver *resolver, const Attribute *attribute, const Type *type) {
    return coerce_cast(resolver->arena, attribute_ref(resolver, attribute), type,
                       resolver->names.ansi, (Span){0, 0});
}

void expr_scope_init(Resolver *resolver, const Relation *relation, ExprScope *scope) {
    *scope = (ExprScope){.resolver = resolver,
                         .columns = relation ? relation->columns : NULL,
                         .column_count = relation ? relation->column_count : 0,
                         .outer = resolver->names.outer,
                         .frame = resolver->names.frame};
}

const char *slice_cstr(Resolver *resolver, Slice s) { return arena_cstr(resolver->arena, s); }

bool names_match(const Resolver *resolver, Slice a, Slice b) {
    return resolver->scope->case_sensitive ? slice_equal(a, b) : slice_equal_ignore_case(a, b);
}

bool resolver_enter(Resolver *resolver, Span span, Error *err) {
    if (resolver->depth >= LIMIT_NESTING_DEPTH)
        return FAIL(err, span, ERR_UNSUPPORTED_FEATURE, "feature",
                    "queries and expressions nested that deeply");
    resolver->depth++;
    return true;
}

void resolver_leave(Resolver *resolver) { resolver->depth--; }

Expr *call_function(Resolver *resolver, const char *name, Expr **args, uint32_t count, Span origin,
                    Error *err) {
    BindContext context = {.arena = resolver->arena,
                           .name = slice_from_cstr(name),
                           .args = args,
                           .arg_count = count,
                           .ansi = resolver->names.ansi,
                           .zone = resolver->scope->query->zone,
                           .query = resolver->scope->query,
                           .origin = origin};
    return function_bind(&context, err);
}
