// SPDX-License-Identifier: Apache-2.0
// Dependent joins without a nested loop: a correlated query is evaluated for all distinct outer
// values at once. The set of those values (the domain) is joined in where outer references are
// first read, and every node above keeps the domain's columns: aggregates group by them, windows
// partition by them.
#include "kernel/plan/function_registry.h"
#include "kernel/plan/optimise/unnest.h"

typedef struct Domain {
    Optimiser *o;
    Rel *rel;      // distinct outer values
    uint32_t *ids; // the outer attribute behind each of rel's columns
    uint32_t count;
    bool used;
    IdSet outer;
} Domain;

Expr *optimiser_call(Optimiser *o, const char *name, Expr **args, uint32_t count) {
    Expr **copy = ARENA_ARRAY(o->arena, Expr *, count);
    copy_bytes(copy, args, count * sizeof *copy);
    BindContext context = {.arena = o->arena,
                           .name = slice_from_cstr(name),
                           .args = copy,
                           .arg_count = count,
                           .ansi = true,
                           .is_operator = true,
                           .query = o->query};
    return function_bind(&context, o->err);
}

Expr *optimiser_equal(Optimiser *o, Expr *a, Expr *b) {
    return optimiser_call(o, "=", (Expr *[]){a, b}, 2);
}

Expr *optimiser_not(Optimiser *o, Expr *a) { return optimiser_call(o, "not", &a, 1); }

static Rel *make_domain(Optimiser *o, Domain *d, const Rel *left) {
    IdMap map = {0};
    Rel *copy = rel_clone(o, left, &map);
    Rel *rel = ARENA_NEW(o->arena, Rel);
    *rel = (Rel){.kind = REL_AGGREGATE, .origin = left->origin, .rows = -1};
    rel->inputs = ARENA_ARRAY(o->arena, Rel *, 1);
    rel->inputs[0] = copy;
    rel->input_count = 1;
    rel->output = ARENA_ARRAY(o->arena, Attribute, left->output_count);
    rel->aggregate.keys = ARENA_ARRAY(o->arena, Expr *, left->output_count);
    d->ids = ARENA_ARRAY(o->arena, uint32_t, left->output_count);
    for (uint32_t i = 0; i < left->output_count; i++) {
        const Attribute *column = &left->output[i];
        if (!id_set_has(&d->outer, column->id)) continue;
        d->ids[d->count] = column->id;
        rel->aggregate.keys[d->count] = attribute_column(o->arena, &copy->output[i]);
        rel->output[d->count++] =
            optimiser_attribute(o, column->name, column->type, column->nullable);
    }
    rel->aggregate.key_count = rel->output_count = d->count;
    return rel;
}

static bool reads_outer(Domain *d, Rel *rel) {
    IdSet read = {0};
    rel_free_ids(d->o->arena, rel, &read);
    return id_set_intersects(&read, &d->outer);
}

// One use of the domain: the first takes it, later ones a copy.
static Rel *use_domain(Domain *d, IdMap *map) {
    Rel *rel = d->rel;
    if (d->used) rel = rel_clone(d->o, d->rel, &(IdMap){0});
    d->used = true;
    for (uint32_t i = 0; i < d->count; i++)
        id_map_add(d->o->arena, map, d->ids[i], attribute_column(d->o->arena, &rel->output[i]));
    return rel;
}

static Rel *depend(Domain *d, Rel *rel, IdMap *map);

typedef struct SubstituteSlot {
    Arena *arena;
    const IdMap *map;
} SubstituteSlot;

static void substitute_slot(void *context, Expr **slot) {
    const SubstituteSlot *s = context;
    *slot = expr_map_columns(s->arena, *slot, s->map);
}

static void substitute_own(Domain *d, Rel *rel, const IdMap *map) {
    SubstituteSlot s = {d->o->arena, map};
    rel_each_expr(rel, substitute_slot, &s);
}

// The domain's columns as the map has them.
static Attribute domain_attribute(const Domain *d, const IdMap *map, uint32_t i) {
    const Expr *column = map->to[i];
    return (Attribute){column->column, d->rel->output[i].name, column->type, column->nullable,
                       SLICE_NONE};
}

static void append_to_output(Domain *d, Rel *rel, const IdMap *map, uint32_t at) {
    Attribute *output = ARENA_ARRAY(d->o->arena, Attribute, rel->output_count + d->count);
    copy_bytes(output, rel->output, at * sizeof *output);
    for (uint32_t i = 0; i < d->count; i++) output[at + i] = domain_attribute(d, map, i);
    copy_bytes(output + at + d->count, rel->output + at, (rel->output_count - at) * sizeof *output);
    rel->output = output;
    rel->output_count += d->count;
}

static Expr **append_columns(Domain *d, Expr **exprs, uint32_t count, const IdMap *map) {
    Expr **all = ARENA_ARRAY(d->o->arena, Expr *, count + d->count);
    copy_bytes(all, exprs, count * sizeof *all);
    for (uint32_t i = 0; i < d->count; i++) all[count + i] = map->to[i];
    return all;
}

static bool add_equalities(Domain *d, const IdMap *a, const IdMap *b, ExprList *on) {
    for (uint32_t i = 0; i < d->count; i++) {
        Expr *equal = optimiser_call(d->o, "<=>", (Expr *[]){a->to[i], b->to[i]}, 2);
        if (!equal) return false;
        expr_list_add(d->o->arena, on, equal);
    }
    return true;
}

// An aggregate without groups has a row for every outer value, also where its input has none.
static Rel *depend_global(Domain *d, Rel *rel, IdMap *map) {
    Optimiser *o = d->o;
    IdMap all = {0};
    Rel *domain = use_domain(d, &all);
    Attribute found = optimiser_attribute(o, SLICE("found"), type_of(TYPE_BOOLEAN), false);
    Expr *truth = expr_literal(o->arena, value_bool(true));
    Rel *marked = rel_project_keep(o, rel, &found, &truth, 1);
    ExprList on = {0};
    if (!add_equalities(d, &all, map, &on)) return NULL;
    Rel *join = rel_join(o, JOIN_LEFT, domain, marked, on);
    found.nullable = true;
    Rel *project = rel_project_keep(o, join, NULL, NULL, 0);
    uint32_t first = domain->output_count;
    for (uint32_t i = 0; i < rel->aggregate.call_count; i++) {
        const AggregateCall *call = rel->aggregate.calls[i];
        if (call->nullable || !type_is(call->type, TYPE_BIGINT)) continue;
        uint32_t at = first + rel->aggregate.key_count + i;
        Expr *choice = ARENA_NEW(o->arena, Expr);
        *choice = (Expr){.kind = EXPR_COALESCE, .type = call->type, .arg_count = 2};
        choice->args = ARENA_ARRAY(o->arena, Expr *, 2);
        choice->args[0] = project->project.exprs[at];
        choice->args[1] = expr_literal(o->arena, value_int(TYPE_BIGINT, 0));
        expr_finish(choice);
        project->project.exprs[at] = choice;
        project->output[at] = optimiser_attribute(o, project->output[at].name, call->type, false);
        project->output[at].id = rel->output[rel->aggregate.key_count + i].id;
    }
    *map = all;
    return project;
}

static Rel *depend_aggregate(Domain *d, Rel *rel, IdMap *map) {
    if (!(rel->inputs[0] = depend(d, rel->inputs[0], map))) return NULL;
    substitute_own(d, rel, map);
    uint32_t keys = rel->aggregate.key_count;
    rel->aggregate.keys = append_columns(d, rel->aggregate.keys, keys, map);
    rel->aggregate.key_count += d->count;
    append_to_output(d, rel, map, keys);
    return keys ? rel : depend_global(d, rel, map);
}

static Rel *refuse(Domain *d, const char *what) {
    error_set(d->o->err, ERR_UNSUPPORTED_SUBQUERY, "what", what);
    return NULL;
}

static Rel *depend_join(Domain *d, Rel *rel, IdMap *map) {
    Rel *left = rel->inputs[0], *right = rel->inputs[1];
    JoinKind kind = rel->join.kind;
    bool is_inner = kind == JOIN_INNER || kind == JOIN_CROSS;
    if (kind == JOIN_RIGHT || kind == JOIN_FULL || kind == JOIN_LEFT_ANTI_NULL_AWARE)
        return refuse(d, "an outer reference below a RIGHT or FULL join or NOT IN");
    bool right_reads = reads_outer(d, right);
    if (is_inner && right_reads && !reads_outer(d, left)) {
        if (!(rel->inputs[1] = depend(d, right, map))) return NULL;
        substitute_own(d, rel, map);
    } else {
        if (!(rel->inputs[0] = depend(d, left, map))) return NULL;
        substitute_own(d, rel, map);
        if (right_reads) {
            IdMap right_map = {0};
            if (!(rel->inputs[1] = depend(d, right, &right_map))) return NULL;
            ExprList on = {rel->join.conjuncts, 0};
            for (uint32_t i = 0; i < rel->join.conjunct_count; i++)
                expr_list_add(d->o->arena, &on, rel->join.conjuncts[i]);
            if (!add_equalities(d, map, &right_map, &on)) return NULL;
            rel->join.conjuncts = on.items;
            rel->join.conjunct_count = on.count;
            if (kind == JOIN_CROSS) rel->join.kind = JOIN_INNER;
        }
    }
    rel_set_join_output(d->o, rel);
    return rel;
}

// LIMIT per outer value: rows numbered within it.
static Rel *depend_limit(Domain *d, Rel *rel, IdMap *map) {
    Optimiser *o = d->o;
    Rel *sort = rel->inputs[0]->kind == REL_SORT ? rel->inputs[0] : NULL;
    Rel *input = depend(d, sort ? sort->inputs[0] : rel->inputs[0], map);
    if (!input) return NULL;
    if (sort) substitute_own(d, sort, map);
    WindowCall *call = ARENA_NEW(o->arena, WindowCall);
    *call = (WindowCall){.kind = WINDOW_ROW_NUMBER,
                         .type = type_of(TYPE_INT),
                         .name = SLICE("row_number"),
                         .partition = append_columns(d, NULL, 0, map),
                         .partition_count = d->count,
                         .order = sort ? sort->sort.keys : NULL,
                         .order_count = sort ? sort->sort.key_count : 0,
                         .start = BOUND_UNBOUNDED_PRECEDING,
                         .stop = BOUND_CURRENT};
    Rel *window = rel_project_keep(o, input, NULL, NULL, 0);
    window->kind = REL_WINDOW;
    window->window.calls = ARENA_ARRAY(o->arena, WindowCall *, 1);
    window->window.calls[0] = call;
    window->window.call_count = 1;
    Attribute number = optimiser_attribute(o, SLICE("row_number"), call->type, false);
    Attribute *output = ARENA_ARRAY(o->arena, Attribute, input->output_count + 1);
    copy_bytes(output, input->output, input->output_count * sizeof *output);
    output[input->output_count] = number;
    window->output = output;
    window->output_count = input->output_count + 1;
    ExprList limits = {0};
    uint64_t first = rel->limit.offset, last = rel->limit.limit;
    last = last > INT32_MAX - MIN(first, INT32_MAX) ? INT32_MAX : first + last;
    Expr *column = attribute_column(o->arena, &number);
    Expr *bounds[2] = {expr_literal(o->arena, value_int(TYPE_INT, (int64_t)MIN(first, INT32_MAX))),
                       expr_literal(o->arena, value_int(TYPE_INT, (int64_t)last))};
    Expr *above = optimiser_call(o, ">", (Expr *[]){column, bounds[0]}, 2);
    Expr *below = optimiser_call(o, "<=", (Expr *[]){column, bounds[1]}, 2);
    if (!above || !below) return NULL;
    expr_list_add(o->arena, &limits, above);
    expr_list_add(o->arena, &limits, below);
    return rel_filter_by(o, window, limits);
}

static Rel *depend_set(Domain *d, Rel *rel, IdMap *map) {
    Optimiser *o = d->o;
    uint32_t own = rel->output_count;
    for (uint32_t k = 0; k < rel->input_count; k++) {
        IdMap own_map = {0};
        Attribute *columns = rel->inputs[k]->output;
        Rel *input = depend(d, rel->inputs[k], &own_map);
        if (!input) return NULL;
        Rel *project = rel_project_keep(o, input, NULL, NULL, 0);
        project->output_count = own + d->count;
        project->output = ARENA_ARRAY(o->arena, Attribute, own + d->count);
        project->project.exprs = ARENA_ARRAY(o->arena, Expr *, own + d->count);
        for (uint32_t i = 0; i < own + d->count; i++) {
            Attribute column = i < own ? columns[i] : domain_attribute(d, &own_map, i - own);
            project->output[i] = column;
            project->project.exprs[i] = attribute_column(o->arena, &column);
        }
        rel->inputs[k] = project;
    }
    for (uint32_t i = 0; i < d->count; i++) {
        const Attribute *column = &d->rel->output[i];
        Attribute made = optimiser_attribute(o, column->name, column->type, column->nullable);
        id_map_add(o->arena, map, d->ids[i], attribute_column(o->arena, &made));
    }
    append_to_output(d, rel, map, own);
    return rel;
}

static Rel *depend_window(Domain *d, Rel *rel, IdMap *map) {
    uint32_t made = rel->window.call_count;
    Attribute *calls = rel->output + (rel->output_count - made);
    if (!(rel->inputs[0] = depend(d, rel->inputs[0], map))) return NULL;
    substitute_own(d, rel, map);
    for (uint32_t i = 0; i < made; i++) {
        WindowCall *call = rel->window.calls[i];
        call->partition = append_columns(d, call->partition, call->partition_count, map);
        call->partition_count += d->count;
    }
    const Rel *input = rel->inputs[0];
    Attribute *output = ARENA_ARRAY(d->o->arena, Attribute, input->output_count + made);
    copy_bytes(output, input->output, input->output_count * sizeof *output);
    copy_bytes(output + input->output_count, calls, made * sizeof *output);
    rel->output = output;
    rel->output_count = input->output_count + made;
    return rel;
}

static Rel *depend_generate(Domain *d, Rel *rel, IdMap *map) {
    uint32_t made = rel->generate.call->column_count;
    Attribute *generated = rel->output + (rel->output_count - made);
    if (!(rel->inputs[0] = depend(d, rel->inputs[0], map))) return NULL;
    substitute_own(d, rel, map);
    const Rel *input = rel->inputs[0];
    Attribute *output = ARENA_ARRAY(d->o->arena, Attribute, input->output_count + made);
    copy_bytes(output, input->output, input->output_count * sizeof *output);
    copy_bytes(output + input->output_count, generated, made * sizeof *output);
    rel->output = output;
    rel->output_count = input->output_count + made;
    return rel;
}

static Rel *depend_project(Domain *d, Rel *rel, IdMap *map) {
    if (!(rel->inputs[0] = depend(d, rel->inputs[0], map))) return NULL;
    substitute_own(d, rel, map);
    rel->project.exprs = append_columns(d, rel->project.exprs, rel->output_count, map);
    append_to_output(d, rel, map, rel->output_count);
    return rel;
}

static Rel *depend_expand(Domain *d, Rel *rel, IdMap *map) {
    if (!(rel->inputs[0] = depend(d, rel->inputs[0], map))) return NULL;
    substitute_own(d, rel, map);
    for (uint32_t p = 0; p < rel->expand.projection_count; p++)
        rel->expand.projections[p] =
            append_columns(d, rel->expand.projections[p], rel->output_count, map);
    append_to_output(d, rel, map, rel->output_count);
    return rel;
}

// The subtree for every value of the domain; map: outer id -> the domain's column in the output.
static Rel *depend(Domain *d, Rel *rel, IdMap *map) {
    if (!reads_outer(d, rel))
        return rel_join(d->o, JOIN_CROSS, rel, use_domain(d, map), (ExprList){0});
    switch (rel->kind) {
    case REL_FILTER:
    case REL_SORT:
    case REL_SAMPLE:
        if (!(rel->inputs[0] = depend(d, rel->inputs[0], map))) return NULL;
        substitute_own(d, rel, map);
        rel->output = rel->inputs[0]->output;
        rel->output_count = rel->inputs[0]->output_count;
        return rel;
    case REL_ONE_ROW: return depend(d, rel->inputs[0], map);
    case REL_PROJECT: return depend_project(d, rel, map);
    case REL_AGGREGATE: return depend_aggregate(d, rel, map);
    case REL_JOIN: return depend_join(d, rel, map);
    case REL_LIMIT: return depend_limit(d, rel, map);
    case REL_WINDOW: return depend_window(d, rel, map);
    case REL_UNION:
    case REL_SET_OP: return depend_set(d, rel, map);
    case REL_GENERATE: return depend_generate(d, rel, map);
    case REL_EXPAND: return depend_expand(d, rel, map);
    default: return refuse(d, "an outer reference in a VALUES list or a recursive query");
    }
}

Rel *unnest_by_domain(Optimiser *o, Rel *left, Rel **inner, const IdSet *outer, ExprList *pulled) {
    Domain d = {.o = o};
    IdSet left_ids = {0};
    rel_output_ids(o->arena, left, &left_ids);
    for (uint32_t i = 0; i < left->output_count; i++)
        if (id_set_has(outer, left->output[i].id))
            id_set_add(o->arena, &d.outer, left->output[i].id);
    d.rel = make_domain(o, &d, left);
    IdMap map = {0};
    Attribute *own = (*inner)->output;
    uint32_t own_count = (*inner)->output_count;
    Rel *rel = depend(&d, *inner, &map);
    if (!rel) return NULL;
    // The query's own columns first, then the domain's.
    Rel *project = rel_project_keep(o, rel, NULL, NULL, 0);
    project->output_count = own_count + d.count;
    project->output = ARENA_ARRAY(o->arena, Attribute, own_count + d.count);
    project->project.exprs = ARENA_ARRAY(o->arena, Expr *, own_count + d.count);
    for (uint32_t i = 0; i < own_count + d.count; i++) {
        Attribute column = i < own_count ? own[i] : domain_attribute(&d, &map, i - own_count);
        project->output[i] = column;
        project->project.exprs[i] = attribute_column(o->arena, &column);
    }
    *inner = project;
    for (uint32_t i = 0; i < d.count; i++) {
        const Attribute *column = rel_find_output(left, d.ids[i]);
        Expr *equal =
            optimiser_call(o, "<=>", (Expr *[]){attribute_column(o->arena, column), map.to[i]}, 2);
        if (!equal) return NULL;
        expr_list_add(o->arena, pulled, equal);
    }
    return left;
}

// --- lateral joins, conditions, values
// -------------------------------------------------------------------

Rel *unnest_lateral(Optimiser *o, Rel *join) {
    IdSet outer = {0}, left_ids = {0};
    join->join.is_lateral = false;
    rel_free_ids(o->arena, join->inputs[1], &outer);
    rel_output_ids(o->arena, join->inputs[0], &left_ids);
    if (!id_set_intersects(&outer, &left_ids)) return join;
    JoinKind kind = join->join.kind == JOIN_CROSS ? JOIN_INNER : join->join.kind;
    ExprList on = {0};
    Rel *right = join->inputs[1], *pulled_right;
    if (unnest_try_pull(o, right, &outer, &pulled_right, &on)) right = pulled_right;
    else if (!unnest_by_domain(o, join->inputs[0], &right, &outer, &on)) return NULL;
    for (uint32_t i = 0; i < join->join.conjunct_count; i++)
        expr_list_add(o->arena, &on, join->join.conjuncts[i]);
    Attribute *output = join->output;
    uint32_t count = join->output_count;
    // The clone has new ids: columns of the right side by position.
    Rel *made = rel_join(o, kind, join->inputs[0], right, on);
    Rel *project = rel_project_keep(o, made, NULL, NULL, 0);
    project->output = output;
    project->output_count = count;
    for (uint32_t i = 0; i < count; i++)
        project->project.exprs[i] = attribute_column(o->arena, &made->output[i]);
    return project;
}

Rel *unnest_join_condition(Optimiser *o, Rel *join) {
    if (join->join.kind != JOIN_INNER) {
        error_set(o->err, ERR_UNSUPPORTED_SUBQUERY, "what",
                  "a subquery in the ON condition of an outer join");
        return NULL;
    }
    ExprList on = {join->join.conjuncts, join->join.conjunct_count};
    join->join.conjuncts = NULL;
    join->join.conjunct_count = 0;
    join->join.kind = JOIN_CROSS;
    return unnest_subqueries(o, rel_filter_by(o, join, on));
}

Rel *optimiser_one_row(Optimiser *o) {
    Rel *rel = ARENA_NEW(o->arena, Rel);
    *rel = (Rel){.kind = REL_VALUES, .rows = 1};
    rel->values.rows = ARENA_ARRAY(o->arena, Expr **, 1);
    rel->values.row_count = 1;
    return rel;
}

Rel *optimiser_project_values(Optimiser *o, Rel *values) {
    Rel *all = ARENA_NEW(o->arena, Rel);
    *all = *values;
    all->kind = REL_UNION;
    all->input_count = values->values.row_count;
    all->inputs = ARENA_ARRAY(o->arena, Rel *, all->input_count);
    for (uint32_t r = 0; r < all->input_count; r++) {
        Rel *row = rel_project_keep(o, optimiser_one_row(o), NULL, NULL, 0);
        row->output_count = values->output_count;
        row->output = ARENA_ARRAY(o->arena, Attribute, row->output_count);
        row->project.exprs = values->values.rows[r];
        for (uint32_t i = 0; i < row->output_count; i++) {
            const Attribute *column = &values->output[i];
            row->output[i] = optimiser_attribute(o, column->name, column->type, true);
        }
        all->inputs[r] = unnest_subqueries(o, row);
        if (!all->inputs[r]) return NULL;
    }
    return all;
}
