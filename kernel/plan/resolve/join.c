// SPDX-License-Identifier: Apache-2.0
// Joins: ON, USING and NATURAL, semi and anti joins, LATERAL.
#include "base/text.h"
#include "kernel/plan/resolve/resolver_internal.h"

static JoinKind join_kind(UJoinKind kind) {
    switch (kind) {
    case UJOIN_LEFT: return JOIN_LEFT;
    case UJOIN_RIGHT: return JOIN_RIGHT;
    case UJOIN_FULL: return JOIN_FULL;
    case UJOIN_LEFT_SEMI: return JOIN_LEFT_SEMI;
    case UJOIN_LEFT_ANTI: return JOIN_LEFT_ANTI;
    case UJOIN_CROSS: return JOIN_CROSS;
    default: return JOIN_INNER;
    }
}

static bool joins_left_only(UJoinKind kind) {
    return kind == UJOIN_LEFT_SEMI || kind == UJOIN_LEFT_ANTI;
}

static void make_nullable(Column *columns, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) columns[i].attribute.nullable = true;
}

// Left columns, then right ones; what an outer join pads becomes nullable.
static void join_columns(Resolver *resolver, UJoinKind kind, const Relation *left,
                         const Relation *right, Relation *out) {
    uint32_t count = left->column_count + right->column_count;
    out->columns = ARENA_ARRAY(resolver->arena, Column, count + 1);
    if (left->column_count)
        memcpy(out->columns, left->columns, sizeof(Column) * left->column_count);
    if (right->column_count)
        memcpy(out->columns + left->column_count, right->columns,
               sizeof(Column) * right->column_count);
    if (kind == UJOIN_RIGHT || kind == UJOIN_FULL) make_nullable(out->columns, left->column_count);
    if (kind == UJOIN_LEFT || kind == UJOIN_FULL)
        make_nullable(out->columns + left->column_count, right->column_count);
    out->column_count = count;
}

// Attributes of the join's output, with the inputs' order and all their columns.
static void join_output(Resolver *resolver, Rel *rel, UJoinKind kind) {
    const Rel *left = rel->inputs[0], *right = rel->inputs[1];
    bool left_only = joins_left_only(kind);
    uint32_t count = left->output_count + (left_only ? 0 : right->output_count);
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, count + 1);
    rel->output_count = count;
    for (uint32_t i = 0; i < left->output_count; i++) {
        rel->output[i] = left->output[i];
        if (kind == UJOIN_RIGHT || kind == UJOIN_FULL) rel->output[i].nullable = true;
    }
    for (uint32_t i = left->output_count; i < count; i++) {
        rel->output[i] = right->output[i - left->output_count];
        if (kind == UJOIN_LEFT || kind == UJOIN_FULL) rel->output[i].nullable = true;
    }
}

static void push_conjuncts(Resolver *resolver, Rel *rel, Expr *condition) {
    if (condition->kind != EXPR_AND) {
        ARENA_PUSH(resolver->arena, rel->join.conjuncts, rel->join.conjunct_count, condition);
        return;
    }
    for (uint32_t i = 0; i < condition->arg_count; i++)
        push_conjuncts(resolver, rel, condition->args[i]);
}

// --- USING and NATURAL
// ---------------------------------------------------------------------------------

static const Column *find_using(Resolver *resolver, const Relation *side, Slice name) {
    for (uint32_t i = 0; i < side->column_count; i++)
        if (!side->columns[i].is_hidden &&
            names_match(resolver, side->columns[i].attribute.name, name))
            return &side->columns[i];
    return NULL;
}

static bool fail_using(Resolver *resolver, Slice name, const char *side, const Relation *relation,
                       Span span, Error *err) {
    AUTO(Text, names) = {0};
    for (uint32_t i = 0; i < relation->column_count; i++)
        text_printf(&names, "%s%s", i ? ", " : "",
                    name_quoted(resolver->arena, &relation->columns[i].attribute.name, 1));
    return FAIL(err, span, ERR_UNRESOLVED_USING_COLUMN_FOR_JOIN, "colName",
                name_quoted(resolver->arena, &name, 1), "side", side, "suggestion",
                text_cstr(&names));
}

static void natural_names(Resolver *resolver, const Relation *left, const Relation *right,
                          Slice **names, uint32_t *count) {
    for (uint32_t i = 0; i < left->column_count; i++) {
        Slice name = left->columns[i].attribute.name;
        if (!left->columns[i].is_hidden && find_using(resolver, right, name))
            ARENA_PUSH(resolver->arena, *names, *count, name);
    }
}

typedef struct UsingPair {
    const Column *left, *right;
} UsingPair;

static bool using_pairs(Resolver *resolver, const URel *source, const Relation *left,
                        const Relation *right, const Slice *names, uint32_t count, UsingPair *pairs,
                        Rel *rel, Error *err) {
    for (uint32_t i = 0; i < count; i++) {
        pairs[i].left = find_using(resolver, left, names[i]);
        pairs[i].right = find_using(resolver, right, names[i]);
        if (!pairs[i].left)
            return fail_using(resolver, names[i], "left", left, source->origin.span, err);
        if (!pairs[i].right)
            return fail_using(resolver, names[i], "right", right, source->origin.span, err);
        Expr **sides = ARENA_ARRAY(resolver->arena, Expr *, 2);
        sides[0] = column_expr(resolver, pairs[i].left, source->origin.span);
        sides[1] = column_expr(resolver, pairs[i].right, source->origin.span);
        Expr *equal = call_function(resolver, "=", sides, 2, source->origin.span, err);
        if (!equal) return false;
        push_conjuncts(resolver, rel, equal);
    }
    return true;
}

static bool is_pair(const UsingPair *pairs, uint32_t count, const Column *column) {
    for (uint32_t i = 0; i < count; i++)
        if (pairs[i].left->attribute.id == column->attribute.id ||
            pairs[i].right->attribute.id == column->attribute.id)
            return true;
    return false;
}

static void hide(Resolver *resolver, Relation *out, Column column) {
    column.is_hidden = true;
    column.needs_qualifier = true;
    ARENA_PUSH(resolver->arena, out->columns, out->column_count, column);
}

// The joined columns first, then what is left of both sides; both sides' own ones only by
// qualifier.
static bool using_output(Resolver *resolver, const URel *source, const UsingPair *pairs,
                         uint32_t count, const Relation *joined, Rel **rel, Relation *out,
                         Error *err) {
    UJoinKind kind = source->join.kind;
    Column *all = joined->columns;
    *out = (Relation){.rel = *rel};
    Attribute *made = NULL;
    Expr **made_exprs = NULL;
    uint32_t made_count = 0, expr_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        Column column = *(kind == UJOIN_RIGHT ? pairs[i].right : pairs[i].left);
        if (kind == UJOIN_FULL) {
            Expr **sides = ARENA_ARRAY(resolver->arena, Expr *, 2);
            Column left = *pairs[i].left, right = *pairs[i].right;
            left.attribute.nullable = right.attribute.nullable = true;
            sides[0] = column_expr(resolver, &left, source->origin.span);
            sides[1] = column_expr(resolver, &right, source->origin.span);
            Expr *both = call_function(resolver, "coalesce", sides, 2, source->origin.span, err);
            if (!both) return false;
            column = (Column){.attribute = {.id = resolver_id(resolver),
                                            .name = pairs[i].left->attribute.name,
                                            .type = both->type,
                                            .nullable = both->nullable},
                              .plan_id = -1};
            ARENA_PUSH(resolver->arena, made, made_count, column.attribute);
            ARENA_PUSH(resolver->arena, made_exprs, expr_count, both);
        }
        ARENA_PUSH(resolver->arena, out->columns, out->column_count, column);
    }
    bool left_only = joins_left_only(kind);
    for (uint32_t i = 0; i < joined->column_count; i++) { // hidden ones keep their places for t.*
        if (!is_pair(pairs, count, &all[i])) {
            ARENA_PUSH(resolver->arena, out->columns, out->column_count, all[i]);
            continue;
        }
        for (uint32_t k = 0; k < count && !left_only; k++) {
            bool is_left = pairs[k].left->attribute.id == all[i].attribute.id;
            bool is_right = pairs[k].right->attribute.id == all[i].attribute.id;
            if ((is_left && (kind == UJOIN_FULL || kind == UJOIN_RIGHT)) ||
                (is_right && kind != UJOIN_RIGHT))
                hide(resolver, out, all[i]);
        }
    }
    if (!made_count) return true;
    uint32_t base = (*rel)->output_count;
    Expr **exprs = ARENA_ARRAY(resolver->arena, Expr *, base + made_count);
    Attribute *output = ARENA_ARRAY(resolver->arena, Attribute, base + made_count);
    for (uint32_t i = 0; i < base; i++) {
        output[i] = (*rel)->output[i];
        exprs[i] = attribute_ref(resolver, &output[i]);
    }
    for (uint32_t i = 0; i < made_count; i++) {
        output[base + i] = made[i];
        exprs[base + i] = made_exprs[i];
    }
    *rel = rel_project(resolver, *rel, exprs, output, base + made_count, source->origin);
    return true;
}

// --- the join
// --------------------------------------------------------------------------------------------

static bool lateral_right(Resolver *resolver, const URel *source, const Relation *left,
                          Relation *right, Error *err) {
    ExprScope *scope = ARENA_NEW(resolver->arena, ExprScope);
    expr_scope_init(resolver, left, scope);
    QueryFrame *frame = ARENA_NEW(resolver->arena, QueryFrame);
    return resolve_subquery_relation(resolver, source->right, scope, frame, right, err);
}

static bool right_is_lateral(const URel *source) {
    if (source->join.lateral) return true;
    const URel *right = source->right;
    while (right && right->kind == UREL_SUBQUERY_ALIAS) right = right->input;
    return right && right->kind == UREL_TABLE_FUNCTION && right->function.lateral;
}

static bool check_condition(Resolver *resolver, const Expr *condition, Span span, Error *err) {
    if (!expr_contains(condition, EXPR_AGGREGATE) && !expr_contains(condition, EXPR_WINDOW))
        return true;
    return FAIL(err, span, ERR_INVALID_WHERE_CONDITION, "condition",
                expr_quoted(resolver->arena, condition), "expressionList",
                slice_cstr(resolver, expr_pretty(resolver->arena, condition)));
}

bool resolve_join(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    Relation left, right;
    if (source->join.nearest)
        return FAIL(err, source->origin.span, ERR_UNSUPPORTED_FEATURE, "feature", "NEAREST joins");
    if (!resolve_relation(resolver, source->input, &left, err)) return false;
    bool lateral = right_is_lateral(source);
    if (lateral ? !lateral_right(resolver, source, &left, &right, err)
                : !resolve_relation(resolver, source->right, &right, err))
        return false;
    Rel *rel = rel_new(resolver, REL_JOIN, NULL, source->origin);
    rel->inputs = ARENA_ARRAY(resolver->arena, Rel *, 2);
    rel->inputs[0] = left.rel;
    rel->inputs[1] = right.rel;
    rel->input_count = 2;
    rel->join.kind = join_kind(source->join.kind);
    rel->join.is_lateral = lateral;
    join_output(resolver, rel, source->join.kind);
    Relation joined = {.rel = rel};
    join_columns(resolver, source->join.kind, &left, &right, &joined);
    const Slice *names = source->join.using_columns;
    uint32_t name_count = source->join.using_count;
    if (source->join.natural) {
        Slice *common = NULL;
        name_count = 0;
        natural_names(resolver, &left, &right, &common, &name_count);
        names = common;
    }
    UsingPair *pairs = ARENA_ARRAY(resolver->arena, UsingPair, name_count + 1);
    if (!using_pairs(resolver, source, &left, &right, names, name_count, pairs, rel, err))
        return false;
    if (source->join.condition) {
        ExprScope scope;
        Relation both = {.rel = rel};
        join_columns(resolver, UJOIN_INNER, &left, &right, &both);
        expr_scope_init(resolver, &both, &scope);
        Expr *condition = resolve_condition(&scope, source->join.condition, "JOIN", err);
        if (!condition || !check_condition(resolver, condition, source->origin.span, err))
            return false;
        push_conjuncts(resolver, rel, condition);
        if (rel->join.kind == JOIN_CROSS) rel->join.kind = JOIN_INNER;
    }
    if (joins_left_only(source->join.kind)) joined.column_count = left.column_count;
    if (rel->join.kind == JOIN_INNER && !rel->join.conjunct_count) rel->join.kind = JOIN_CROSS;
    if (!name_count) {
        *out = joined;
        return true;
    }
    return using_output(resolver, source, pairs, name_count, &joined, &rel, out, err) &&
           (out->rel = rel, true);
}
