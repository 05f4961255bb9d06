// SPDX-License-Identifier: Apache-2.0
// Subqueries become joins.
//
// Uncorrelated scalar subqueries run once, before the query (EXPR_PARAMETER). EXISTS and IN that
// stand as conjuncts of a filter become semi and anti joins, elsewhere mark joins. A correlated
// query first loses its outer references: correlated conjuncts are pulled up into the join's
// condition (equalities through aggregates, whose groups they extend); where that cannot be done,
// the query is evaluated for the distinct outer values, which are joined in below (domain.c;
// Neumann and Kemper, "Unnesting Arbitrary Queries", BTW 2015).
#include "kernel/plan/optimise/unnest.h"

// --- pulling up correlated conjuncts
// --------------------------------------------------------------------

static bool reads_any(Optimiser *o, const Expr *expr, const IdSet *ids) {
    IdSet read = {0};
    expr_ids(o->arena, expr, &read);
    return id_set_intersects(&read, ids);
}

static bool tree_reads_any(Optimiser *o, Rel *rel, const IdSet *ids) {
    IdSet read = {0};
    rel_free_ids(o->arena, rel, &read);
    return id_set_intersects(&read, ids);
}

typedef struct OuterTest {
    Optimiser *o;
    const IdSet *outer;
    bool found;
} OuterTest;

static void test_slot(void *context, Expr **slot) {
    OuterTest *test = context;
    test->found |= reads_any(test->o, *slot, test->outer);
}

static bool node_reads_any(Optimiser *o, Rel *rel, const IdSet *outer) {
    OuterTest test = {o, outer, false};
    rel_each_expr(rel, test_slot, &test);
    return test.found;
}

typedef struct Pull {
    Optimiser *o;
    const IdSet *outer;
    ExprList pulled;       // correlated conjuncts over the subquery's output and outer columns
    bool exists;           // EXISTS: the select list does not matter
    bool global_aggregate; // an aggregate without groups got groups: no rows now means one row
                           // before
    IdMap empty;           // its output for no rows: id -> constant expression
} Pull;

static bool pull(Pull *p, Rel **slot);

static bool pull_filter(Pull *p, Rel **slot) {
    Rel *rel = *slot;
    if (!pull(p, &rel->inputs[0])) return false;
    if (p->global_aggregate) return false; // HAVING decides about rows that would be lost
    ExprList stay = {0};
    for (uint32_t i = 0; i < rel->filter.count; i++) {
        ExprList parts = {0};
        expr_list_add_conjuncts(p->o->arena, &parts, rel->filter.conjuncts[i]);
        for (uint32_t k = 0; k < parts.count; k++)
            expr_list_add(p->o->arena,
                          reads_any(p->o, parts.items[k], p->outer) ? &p->pulled : &stay,
                          parts.items[k]);
    }
    *slot = rel_filter_by(p->o, rel->inputs[0], stay);
    return true;
}

static void append_column(Optimiser *o, Rel *project, const Attribute *attribute) {
    Attribute *output = ARENA_ARRAY(o->arena, Attribute, project->output_count + 1);
    Expr **exprs = ARENA_ARRAY(o->arena, Expr *, project->output_count + 1);
    copy_bytes(output, project->output, project->output_count * sizeof *output);
    copy_bytes(exprs, project->project.exprs, project->output_count * sizeof *exprs);
    output[project->output_count] = *attribute;
    exprs[project->output_count] = attribute_column(o->arena, attribute);
    project->output = output;
    project->project.exprs = exprs;
    project->output_count++;
}

// Columns that pulled conjuncts read pass through the projection.
static void pass_pulled(Pull *p, Rel *project) {
    IdSet read = {0};
    for (uint32_t i = 0; i < p->pulled.count; i++) expr_ids(p->o->arena, p->pulled.items[i], &read);
    const Rel *input = project->inputs[0];
    for (uint32_t i = 0; i < input->output_count; i++)
        if (id_set_has(&read, input->output[i].id) &&
            !rel_find_output(project, input->output[i].id))
            append_column(p->o, project, &input->output[i]);
}

static bool pull_project(Pull *p, Rel **slot) {
    Rel *rel = *slot;
    if (!pull(p, &rel->inputs[0])) return false;
    if (node_reads_any(p->o, rel, p->outer)) {
        if (!p->exists) return false;
        // EXISTS (SELECT outer.x ...): the list is replaced by what the input has.
        *slot = rel->inputs[0];
        return true;
    }
    if (p->global_aggregate)
        for (uint32_t i = 0; i < rel->output_count; i++)
            id_map_add(p->o->arena, &p->empty, rel->output[i].id,
                       expr_map_columns(p->o->arena, rel->project.exprs[i], &p->empty));
    pass_pulled(p, rel);
    return true;
}

static bool pull_join(Pull *p, Rel **slot) {
    Rel *rel = *slot;
    JoinKind kind = rel->join.kind;
    bool is_inner = kind == JOIN_INNER || kind == JOIN_CROSS;
    bool left_passes = is_inner || kind == JOIN_LEFT || kind == JOIN_LEFT_SEMI ||
                       kind == JOIN_LEFT_ANTI || kind == JOIN_LEFT_MARK;
    if (rel->join.is_lateral) return false;
    if (tree_reads_any(p->o, rel->inputs[0], p->outer) &&
        (!left_passes || !pull(p, &rel->inputs[0])))
        return false;
    if (p->global_aggregate) return false;
    if (tree_reads_any(p->o, rel->inputs[1], p->outer) && (!is_inner || !pull(p, &rel->inputs[1])))
        return false;
    if (p->global_aggregate) return false;
    ExprList stay = {0};
    for (uint32_t i = 0; i < rel->join.conjunct_count; i++) {
        Expr *conjunct = rel->join.conjuncts[i];
        bool is_outer = reads_any(p->o, conjunct, p->outer);
        if (is_outer && !is_inner) return false;
        expr_list_add(p->o->arena, is_outer ? &p->pulled : &stay, conjunct);
    }
    rel->join.conjuncts = stay.items;
    rel->join.conjunct_count = stay.count;
    rel_set_join_output(p->o, rel);
    return true;
}

// inner = outer with nothing of the other side in either: *inner is the inner side's slot.
static bool is_correlating_equality(Pull *p, Expr *conjunct, const IdSet *inner_ids,
                                    Expr ***inner) {
    if (!expr_is_comparison(conjunct, COMPARE_EQ) &&
        !expr_is_comparison(conjunct, COMPARE_NULL_SAFE_EQ))
        return false;
    for (int side = 0; side < 2; side++) {
        IdSet a = {0}, b = {0};
        expr_ids(p->o->arena, conjunct->args[side], &a);
        expr_ids(p->o->arena, conjunct->args[!side], &b);
        if (!id_set_is_subset(&a, inner_ids) || id_set_is_empty(&a)) continue;
        if (id_set_intersects(&b, inner_ids)) continue;
        *inner = &conjunct->args[side];
        return true;
    }
    return false;
}

static const Expr *empty_result(Pull *p, const AggregateCall *call) {
    bool counts = slice_starts_with(call->name, SLICE("count")) ||
                  slice_equal(call->name, SLICE("regr_count")) ||
                  slice_equal(call->name, SLICE("approx_count_distinct"));
    if (counts && type_is(call->type, TYPE_BIGINT))
        return expr_literal(p->o->arena, value_int(TYPE_BIGINT, 0));
    return call->nullable ? expr_literal(p->o->arena, value_null(call->type)) : NULL;
}

static bool pull_aggregate(Pull *p, Rel **slot) {
    Rel *rel = *slot;
    if (!pull(p, &rel->inputs[0])) return false;
    if (p->global_aggregate || node_reads_any(p->o, rel, p->outer)) return false;
    IdSet inner_ids = {0};
    rel_output_ids(p->o->arena, rel->inputs[0], &inner_ids);
    uint32_t keys = rel->aggregate.key_count, calls = rel->aggregate.call_count;
    ExprList more = {0};
    Attribute *made = ARENA_ARRAY(p->o->arena, Attribute, p->pulled.count);
    for (uint32_t i = 0; i < p->pulled.count; i++) {
        Expr **inner, *conjunct = ARENA_NEW(p->o->arena, Expr);
        *conjunct = *p->pulled.items[i];
        conjunct->args = ARENA_ARRAY(p->o->arena, Expr *, conjunct->arg_count + 1);
        copy_bytes(conjunct->args, p->pulled.items[i]->args, conjunct->arg_count * sizeof(Expr *));
        if (!is_correlating_equality(p, conjunct, &inner_ids, &inner)) return false;
        made[i] = optimiser_attribute(p->o, SLICE("key"), (*inner)->type, (*inner)->nullable);
        expr_list_add(p->o->arena, &more, *inner);
        *inner = attribute_column(p->o->arena, &made[i]);
        p->pulled.items[i] = conjunct;
    }
    if (keys == 0) {
        p->global_aggregate = true;
        for (uint32_t i = 0; i < calls; i++) {
            const Expr *empty = empty_result(p, rel->aggregate.calls[i]);
            if (!empty) return false;
            id_map_add(p->o->arena, &p->empty, rel->output[i].id, (Expr *)empty);
        }
    }
    Attribute *output = ARENA_ARRAY(p->o->arena, Attribute, keys + more.count + calls);
    Expr **all = ARENA_ARRAY(p->o->arena, Expr *, keys + more.count);
    copy_bytes(output, rel->output, keys * sizeof *output);
    copy_bytes(output + keys, made, more.count * sizeof *output);
    copy_bytes(output + keys + more.count, rel->output + keys, calls * sizeof *output);
    copy_bytes(all, rel->aggregate.keys, keys * sizeof *all);
    copy_bytes(all + keys, more.items, more.count * sizeof *all);
    rel->aggregate.keys = all;
    rel->aggregate.key_count = keys + more.count;
    rel->output = output;
    rel->output_count = keys + more.count + calls;
    return true;
}

// Makes the subtree free of outer references; what was correlated is in p->pulled, over *slot's
// output (which may have got more columns at its end or, for EXISTS, other ones).
static bool pull(Pull *p, Rel **slot) {
    Rel *rel = *slot;
    if (!tree_reads_any(p->o, rel, p->outer)) return true;
    switch (rel->kind) {
    case REL_FILTER: return pull_filter(p, slot);
    case REL_PROJECT: return pull_project(p, slot);
    case REL_JOIN: return pull_join(p, slot);
    case REL_AGGREGATE: return pull_aggregate(p, slot);
    case REL_SORT: // order means nothing inside a subquery without LIMIT
        *slot = rel->inputs[0];
        return pull(p, slot);
    default: return false;
    }
}

bool unnest_try_pull(Optimiser *o, Rel *rel, const IdSet *outer, Rel **result, ExprList *pulled) {
    Pull p = {.o = o, .outer = outer};
    IdMap map = {0};
    *result = rel_clone(o, rel, &map);
    if (!pull(&p, result) || p.global_aggregate) return false;
    *pulled = p.pulled;
    return true;
}

// --- subqueries
// --------------------------------------------------------------------------------------

typedef struct Unnest {
    Optimiser *o;
    Rel *rel; // the input so far, joined with the subqueries found
    bool failed;
} Unnest;

static bool prepare(Unnest *u, Subquery *subquery, Pull *p, IdSet *outer, Rel **inner) {
    rel_free_ids(u->o->arena, subquery->rel, outer);
    *p = (Pull){.o = u->o, .outer = outer, .exists = subquery->kind == SUBQUERY_EXISTS};
    if (id_set_is_empty(outer)) {
        *inner = subquery->rel;
        return true;
    }
    // Pulling rewrites in place, so it works on a copy: a refusal leaves the original for domain.c.
    IdMap map = {0};
    *inner = rel_clone(u->o, subquery->rel, &map);
    if (pull(p, inner)) return true;
    *p = (Pull){.o = u->o, .outer = outer};
    *inner = subquery->rel;
    u->rel = unnest_by_domain(u->o, u->rel, inner, outer, &p->pulled);
    u->failed |= u->rel == NULL;
    return u->rel != NULL;
}

// Left side values against the subquery's columns: a = x AND b = y.
static bool add_in_conjuncts(Unnest *u, const Expr *expr, const Rel *inner, ExprList *on) {
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        Expr *right = attribute_column(u->o->arena, &inner->output[i]);
        Expr *equal = optimiser_equal(u->o, expr->args[i], right);
        if (!equal) return false;
        expr_list_add(u->o->arena, on, equal);
    }
    return true;
}

// Not known to be different: coalesce(a = x AND b = y, TRUE). NULL: failed.
static Expr *maybe_equal(Unnest *u, const Expr *expr, const Rel *inner) {
    Arena *arena = u->o->arena;
    ExprList equal = {0};
    if (!add_in_conjuncts(u, expr, inner, &equal)) return NULL;
    Expr *either = ARENA_NEW(arena, Expr);
    *either = (Expr){.kind = EXPR_COALESCE, .type = type_of(TYPE_BOOLEAN), .arg_count = 2};
    either->args = ARENA_ARRAY(arena, Expr *, 2);
    either->args[0] = expr_and(arena, equal.items, equal.count);
    either->args[1] = expr_literal(arena, value_bool(true));
    expr_finish(either);
    return either;
}

static void add_all(Optimiser *o, ExprList *to, const ExprList *from) {
    for (uint32_t i = 0; i < from->count; i++) expr_list_add(o->arena, to, from->items[i]);
}

// A conjunct of a filter: EXISTS, IN or their negation as a semi or anti join. False: not such one.
static bool unnest_conjunct(Unnest *u, Expr *conjunct) {
    bool negated = false;
    while (expr_is_not(conjunct)) {
        negated = !negated;
        conjunct = conjunct->args[0];
    }
    if (conjunct->kind != EXPR_SUBQUERY || conjunct->subquery->kind == SUBQUERY_SCALAR)
        return false;
    Subquery *subquery = conjunct->subquery;
    negated ^= subquery->negated;
    bool is_in = subquery->kind == SUBQUERY_IN;
    for (uint32_t i = 0; i < conjunct->arg_count; i++)
        if (conjunct->args[i]->may_fail) return false;
    Pull p;
    IdSet outer = {0};
    Rel *inner;
    if (!prepare(u, subquery, &p, &outer, &inner)) return true;
    if (p.global_aggregate && !is_in) { // one row, always
        if (negated) {
            ExprList never = {0};
            expr_list_add(u->o->arena, &never, expr_literal(u->o->arena, value_bool(false)));
            u->rel = rel_filter_by(u->o, u->rel, never);
        }
        return true;
    }
    if (p.global_aggregate) return false;
    if (negated && is_in && (p.pulled.count || conjunct->arg_count > 1)) return false;
    ExprList on = {0};
    if (is_in && !add_in_conjuncts(u, conjunct, inner, &on)) u->failed = true;
    add_all(u->o, &on, &p.pulled);
    JoinKind kind = !negated ? JOIN_LEFT_SEMI : is_in ? JOIN_LEFT_ANTI_NULL_AWARE : JOIN_LEFT_ANTI;
    u->rel = rel_join(u->o, kind, u->rel, inner, on);
    return true;
}

static Expr *negate(Unnest *u, Expr *expr) {
    Expr *result = optimiser_not(u->o, expr);
    u->failed |= result == NULL;
    return result ? result : expr;
}

static Expr *join_mark(Unnest *u, Rel *inner, ExprList on, bool three_valued) {
    u->rel = rel_join(u->o, JOIN_LEFT_MARK, u->rel, inner, on);
    u->rel->join.mark_is_in = three_valued;
    Expr *mark = attribute_column(u->o->arena, &u->rel->output[u->rel->output_count - 1]);
    mark->nullable = three_valued;
    return mark;
}

// IN among the rows that correlate: true when `found`, else unknown when one of them may be equal.
static Expr *mark_among(Unnest *u, const Expr *expr, const Rel *inner, const ExprList *pulled,
                        Expr *found) {
    Arena *arena = u->o->arena;
    IdMap map = {0};
    Rel *again = rel_clone(u->o, inner, &map);
    Expr *unknown = maybe_equal(u, expr, again);
    if (!unknown) {
        u->failed = true;
        return found;
    }
    ExprList on = {0};
    expr_list_add(arena, &on, unknown);
    for (uint32_t i = 0; i < pulled->count; i++)
        expr_list_add(arena, &on, expr_map_columns(arena, pulled->items[i], &map));
    Expr *maybe = join_mark(u, again, on, false);
    Expr *choice = ARENA_NEW(arena, Expr);
    *choice =
        (Expr){.kind = EXPR_CASE, .type = type_of(TYPE_BOOLEAN), .nullable = true, .arg_count = 5};
    choice->args = ARENA_ARRAY(arena, Expr *, 5);
    choice->args[0] = found;
    choice->args[1] = expr_literal(arena, value_bool(true));
    choice->args[2] = maybe;
    choice->args[3] = expr_literal(arena, value_null(type_of(TYPE_BOOLEAN)));
    choice->args[4] = expr_literal(arena, value_bool(false));
    expr_finish(choice);
    return choice;
}

static Expr *mark_subquery(Unnest *u, Expr *expr) {
    Subquery *subquery = expr->subquery;
    Pull p;
    IdSet outer = {0};
    Rel *inner;
    if (!prepare(u, subquery, &p, &outer, &inner)) return expr;
    bool is_in = subquery->kind == SUBQUERY_IN;
    if (p.global_aggregate) {
        if (!is_in) return expr_literal(u->o->arena, value_bool(!subquery->negated));
        // Its one row for no matches would be lost: evaluate for the outer values instead.
        inner = subquery->rel;
        p = (Pull){.o = u->o, .outer = &outer};
        u->rel = unnest_by_domain(u->o, u->rel, &inner, &outer, &p.pulled);
        if (!u->rel) {
            u->failed = true;
            return expr;
        }
    }
    bool among = is_in && (p.pulled.count || expr->arg_count > 1);
    ExprList on = {0};
    if (is_in && !add_in_conjuncts(u, expr, inner, &on)) u->failed = true;
    add_all(u->o, &on, &p.pulled);
    Expr *mark = join_mark(u, inner, on, is_in && !among);
    if (among) mark = mark_among(u, expr, inner, &p.pulled, mark);
    if (u->failed) return expr;
    return subquery->negated ? negate(u, mark) : mark;
}

static Expr *scalar_parameter(Unnest *u, const Expr *expr) {
    ResolvedQuery *resolved = u->o->resolved;
    Rel *rel = ARENA_NEW(u->o->arena, Rel);
    *rel = (Rel){.kind = REL_ONE_ROW, .origin = expr->subquery->rel->origin, .rows = 1};
    rel->inputs = ARENA_ARRAY(u->o->arena, Rel *, 1);
    rel->inputs[0] = expr->subquery->rel;
    rel->input_count = 1;
    rel->output = expr->subquery->rel->output;
    rel->output_count = 1;
    Expr *parameter = expr_column(u->o->arena, resolved->parameter_count, expr->type, true);
    parameter->kind = EXPR_PARAMETER;
    ARENA_PUSH(u->o->arena, resolved->parameters, resolved->parameter_count, rel);
    return parameter;
}

// The value for outer rows whose group is empty, when it is not NULL: CASE WHEN found THEN x ELSE
// e.
static Expr *with_empty_value(Unnest *u, const Pull *p, Rel **inner, Expr *value) {
    Expr *empty = NULL;
    for (uint32_t i = p->empty.count; i-- > 0 && !empty;)
        if (p->empty.from[i] == value->column) empty = p->empty.to[i];
    Value constant;
    Error ignored = {0};
    if (empty && expr_constant(empty, u->o->query, u->o->arena, &constant, &ignored))
        empty = expr_literal(u->o->arena, constant);
    if (!empty || (empty->kind == EXPR_LITERAL && empty->literal.is_null)) return value;
    Attribute found = optimiser_attribute(u->o, SLICE("found"), type_of(TYPE_BOOLEAN), false);
    Expr *truth = expr_literal(u->o->arena, value_bool(true));
    *inner = rel_project_keep(u->o, *inner, &found, &truth, 1);
    Expr *choice = ARENA_NEW(u->o->arena, Expr);
    *choice = (Expr){.kind = EXPR_CASE, .type = value->type, .nullable = true, .arg_count = 3};
    choice->args = ARENA_ARRAY(u->o->arena, Expr *, 3);
    found.nullable = true;
    choice->args[0] = attribute_column(u->o->arena, &found);
    choice->args[1] = value;
    choice->args[2] = empty;
    expr_finish(choice);
    return choice;
}

static Expr *scalar_subquery(Unnest *u, Expr *expr) {
    Subquery *subquery = expr->subquery;
    Pull p;
    IdSet outer = {0};
    Rel *inner;
    rel_free_ids(u->o->arena, subquery->rel, &outer);
    if (id_set_is_empty(&outer)) return scalar_parameter(u, expr);
    outer = (IdSet){0};
    if (!prepare(u, subquery, &p, &outer, &inner)) return expr;
    Attribute value = inner->output[0];
    value.nullable = true;
    Expr *result = attribute_column(u->o->arena, &value);
    if (p.global_aggregate) result = with_empty_value(u, &p, &inner, result);
    ExprList on = {0};
    add_all(u->o, &on, &p.pulled);
    // A grouped aggregate has one row a group: the equalities cover its groups only then.
    JoinKind kind = p.global_aggregate ? JOIN_LEFT : JOIN_LEFT_SINGLE;
    u->rel = rel_join(u->o, kind, u->rel, inner, on);
    return result;
}

static Expr *replace_subquery(void *context, Expr *expr) {
    Unnest *u = context;
    if (expr->kind != EXPR_SUBQUERY || u->failed) return expr;
    return expr->subquery->kind == SUBQUERY_SCALAR ? scalar_subquery(u, expr)
                                                   : mark_subquery(u, expr);
}

// --- nodes
// -------------------------------------------------------------------------------------------

static Expr *prepare_subquery_tree(void *context, Expr *expr) {
    Unnest *u = context;
    if (expr->kind != EXPR_SUBQUERY || u->failed) return expr;
    expr->subquery->rel = unnest_subqueries(u->o, expr->subquery->rel);
    u->failed |= expr->subquery->rel == NULL;
    return expr;
}

static void prepare_slot(void *context, Expr **slot) {
    Unnest *u = context;
    *slot = expr_rewrite(u->o->arena, *slot, prepare_subquery_tree, u);
}

static bool has_subquery(const Expr *expr) {
    if (expr->kind == EXPR_SUBQUERY) return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (has_subquery(expr->args[i])) return true;
    return false;
}

static void find_slot(void *context, Expr **slot) {
    bool *found = context;
    *found |= has_subquery(*slot);
}

static void replace_slot(void *context, Expr **slot) {
    Unnest *u = context;
    *slot = expr_rewrite(u->o->arena, *slot, replace_subquery, u);
}

static Rel *narrow(Optimiser *o, Rel *rel, const Attribute *output, uint32_t count) {
    Rel *project = rel_project_keep(o, rel, NULL, NULL, 0);
    project->output = ARENA_ARRAY(o->arena, Attribute, count);
    project->project.exprs = ARENA_ARRAY(o->arena, Expr *, count);
    project->output_count = count;
    for (uint32_t i = 0; i < count; i++) {
        project->output[i] = output[i];
        project->project.exprs[i] = attribute_column(o->arena, &output[i]);
    }
    return project;
}

static Rel *unnest_filter(Unnest *u, Rel *rel) {
    Attribute *output = rel->output;
    uint32_t output_count = rel->output_count;
    ExprList plain = {0}, rest = {0}, conjuncts = {0};
    for (uint32_t i = 0; i < rel->filter.count; i++)
        expr_list_add_conjuncts(u->o->arena, &conjuncts, rel->filter.conjuncts[i]);
    for (uint32_t i = 0; i < conjuncts.count; i++)
        expr_list_add(u->o->arena, has_subquery(conjuncts.items[i]) ? &rest : &plain,
                      conjuncts.items[i]);
    u->rel = rel_filter_by(u->o, rel->inputs[0], plain);
    ExprList others = {0};
    for (uint32_t i = 0; i < rest.count && !u->failed; i++)
        if (!unnest_conjunct(u, rest.items[i])) expr_list_add(u->o->arena, &others, rest.items[i]);
    for (uint32_t i = 0; i < others.count && !u->failed; i++) replace_slot(u, &others.items[i]);
    if (u->failed) return NULL;
    return narrow(u->o, rel_filter_by(u->o, u->rel, others), output, output_count);
}

// The node over an input that has more columns now; its own output stays.
static Rel *with_input(Optimiser *o, Rel *rel, Rel *input) {
    bool passes = rel->kind == REL_SORT || rel->kind == REL_WINDOW || rel->kind == REL_GENERATE;
    if (!passes) {
        rel->inputs[0] = input;
        return rel;
    }
    Attribute *output = rel->output;
    uint32_t count = rel->output_count, own = count - rel->inputs[0]->output_count;
    rel->inputs[0] = input;
    rel->output = ARENA_ARRAY(o->arena, Attribute, input->output_count + own);
    copy_bytes(rel->output, input->output, input->output_count * sizeof *rel->output);
    copy_bytes(rel->output + input->output_count, output + (count - own),
               own * sizeof *rel->output);
    rel->output_count = input->output_count + own;
    return narrow(o, rel, output, count);
}

static Rel *unnest_node(Unnest *u, Rel *rel) {
    bool found = false;
    rel_each_expr(rel, find_slot, &found);
    if (!found) return rel;
    if (rel->kind == REL_FILTER) return unnest_filter(u, rel);
    if (rel->kind == REL_VALUES) {
        u->rel = optimiser_one_row(u->o);
        Rel *values = optimiser_project_values(u->o, rel);
        if (!values) return NULL;
        return unnest_node(u, values);
    }
    if (rel->kind == REL_JOIN) return unnest_join_condition(u->o, rel);
    u->rel = rel->inputs[0];
    rel_each_expr(rel, replace_slot, u);
    if (u->failed) return NULL;
    return with_input(u->o, rel, u->rel);
}

Rel *unnest_subqueries(Optimiser *o, Rel *rel) {
    for (uint32_t i = 0; i < rel->input_count; i++) {
        rel->inputs[i] = unnest_subqueries(o, rel->inputs[i]);
        if (!rel->inputs[i]) return NULL;
    }
    Unnest u = {.o = o, .rel = rel};
    rel_each_expr(rel, prepare_slot, &u);
    if (u.failed) return NULL;
    Rel *done = unnest_node(&u, rel);
    if (u.failed || !done) return NULL;
    if (done->kind == REL_JOIN && done->join.is_lateral) return unnest_lateral(o, done);
    return done;
}
