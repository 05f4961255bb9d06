// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/optimise/rewrite.h"

// --- sets and lists
// ----------------------------------------------------------------------------------

void id_set_add(Arena *arena, IdSet *set, uint32_t id) {
    if (id / 64 >= set->word_count) {
        uint32_t words = MAX(id / 64 + 1, set->word_count * 2);
        uint64_t *grown = ARENA_ARRAY(arena, uint64_t, words);
        if (set->word_count) copy_bytes(grown, set->words, set->word_count * sizeof *grown);
        set->words = grown;
        set->word_count = words;
    }
    set->words[id / 64] |= (uint64_t)1 << (id % 64);
}

void id_set_add_all(Arena *arena, IdSet *set, const IdSet *other) {
    for (uint32_t w = 0; w < other->word_count; w++)
        for (uint64_t bits = other->words[w]; bits; bits &= bits - 1)
            id_set_add(arena, set, w * 64 + (uint32_t)__builtin_ctzll(bits));
}

bool id_set_is_subset(const IdSet *inner, const IdSet *outer) {
    for (uint32_t w = 0; w < inner->word_count; w++)
        if (inner->words[w] & ~(w < outer->word_count ? outer->words[w] : 0)) return false;
    return true;
}

bool id_set_intersects(const IdSet *a, const IdSet *b) {
    for (uint32_t w = 0; w < MIN(a->word_count, b->word_count); w++)
        if (a->words[w] & b->words[w]) return true;
    return false;
}

bool id_set_is_empty(const IdSet *set) {
    for (uint32_t w = 0; w < set->word_count; w++)
        if (set->words[w]) return false;
    return true;
}

void expr_list_add(Arena *arena, ExprList *list, Expr *expr) {
    ARENA_PUSH(arena, list->items, list->count, expr);
}

void expr_list_add_conjuncts(Arena *arena, ExprList *list, Expr *expr) {
    if (expr->kind != EXPR_AND) {
        expr_list_add(arena, list, expr);
        return;
    }
    for (uint32_t i = 0; i < expr->arg_count; i++)
        expr_list_add_conjuncts(arena, list, expr->args[i]);
}

void id_map_add(Arena *arena, IdMap *map, uint32_t from, Expr *to) {
    uint32_t count = map->count;
    ARENA_PUSH(arena, map->to, count, to);
    ARENA_PUSH(arena, map->from, map->count, from);
}

// --- walking
// -----------------------------------------------------------------------------------------

static void each(Expr **exprs, uint32_t count, ExprVisitor visit, void *context) {
    for (uint32_t i = 0; i < count; i++) visit(context, &exprs[i]);
}

static void each_key(SortKey *keys, uint32_t count, ExprVisitor visit, void *context) {
    for (uint32_t i = 0; i < count; i++) visit(context, &keys[i].expr);
}

static void each_aggregate(AggregateCall *call, ExprVisitor visit, void *context) {
    each(call->args, call->arg_count, visit, context);
    if (call->filter) visit(context, &call->filter);
    each_key(call->order, call->order_count, visit, context);
}

static void each_window(WindowCall *call, ExprVisitor visit, void *context) {
    each(call->args, call->arg_count, visit, context);
    if (call->aggregate) each_aggregate(call->aggregate, visit, context);
    each(call->partition, call->partition_count, visit, context);
    each_key(call->order, call->order_count, visit, context);
}

void rel_each_expr(Rel *rel, ExprVisitor visit, void *context) {
    switch (rel->kind) {
    case REL_SCAN: each(rel->scan.filters, rel->scan.filter_count, visit, context); break;
    case REL_VALUES:
        for (uint32_t r = 0; r < rel->values.row_count; r++)
            each(rel->values.rows[r], rel->output_count, visit, context);
        break;
    case REL_FILTER: each(rel->filter.conjuncts, rel->filter.count, visit, context); break;
    case REL_PROJECT: each(rel->project.exprs, rel->output_count, visit, context); break;
    case REL_AGGREGATE:
        each(rel->aggregate.keys, rel->aggregate.key_count, visit, context);
        for (uint32_t i = 0; i < rel->aggregate.call_count; i++)
            each_aggregate(rel->aggregate.calls[i], visit, context);
        break;
    case REL_JOIN: each(rel->join.conjuncts, rel->join.conjunct_count, visit, context); break;
    case REL_SORT: each_key(rel->sort.keys, rel->sort.key_count, visit, context); break;
    case REL_WINDOW:
        for (uint32_t i = 0; i < rel->window.call_count; i++)
            each_window(rel->window.calls[i], visit, context);
        break;
    case REL_EXPAND:
        for (uint32_t p = 0; p < rel->expand.projection_count; p++)
            each(rel->expand.projections[p], rel->output_count, visit, context);
        break;
    case REL_GENERATE:
        each(rel->generate.call->args, rel->generate.call->arg_count, visit, context);
        break;
    default: break;
    }
}

typedef struct IdCollector {
    Arena *arena;
    IdSet *ids;
} IdCollector;

static void collect_slot(void *context, Expr **slot) {
    IdCollector *collector = context;
    expr_ids(collector->arena, *slot, collector->ids);
}

void expr_ids(Arena *arena, const Expr *expr, IdSet *ids) {
    if (expr->kind == EXPR_COLUMN) id_set_add(arena, ids, expr->column);
    for (uint32_t i = 0; i < expr->arg_count; i++) expr_ids(arena, expr->args[i], ids);
    IdCollector collector = {arena, ids};
    if (expr->kind == EXPR_AGGREGATE) each_aggregate(expr->aggregate, collect_slot, &collector);
    if (expr->kind == EXPR_WINDOW) each_window(expr->window, collect_slot, &collector);
    if (expr->kind == EXPR_SUBQUERY) rel_free_ids(arena, expr->subquery->rel, ids);
}

void rel_output_ids(Arena *arena, const Rel *rel, IdSet *ids) {
    for (uint32_t i = 0; i < rel->output_count; i++) id_set_add(arena, ids, rel->output[i].id);
}

static void add_difference(Arena *arena, IdSet *to, const IdSet *from, const IdSet *without) {
    for (uint32_t w = 0; w < from->word_count; w++) {
        uint64_t bits = from->words[w] & ~(w < without->word_count ? without->words[w] : 0);
        for (; bits; bits &= bits - 1)
            id_set_add(arena, to, w * 64 + (uint32_t)__builtin_ctzll(bits));
    }
}

void rel_free_ids(Arena *arena, Rel *rel, IdSet *ids) {
    IdSet available = {0}, read = {0};
    IdCollector collector = {arena, &read};
    rel_each_expr(rel, collect_slot, &collector);
    if (rel->kind == REL_SCAN)
        for (uint32_t i = 0; i < MAX(rel->scan.column_count, rel->output_count); i++)
            id_set_add(arena, &available, rel->output[i].id);
    for (uint32_t i = 0; i < rel->input_count; i++) {
        IdSet below = {0};
        rel_free_ids(arena, rel->inputs[i], &below);
        // Only a lateral join's right side sees what stands beside it.
        bool is_lateral = rel->kind == REL_JOIN && rel->join.is_lateral && i == 1;
        add_difference(arena, ids, &below, is_lateral ? &available : &(IdSet){0});
        rel_output_ids(arena, rel->inputs[i], &available);
    }
    add_difference(arena, ids, &read, &available);
}

// --- replacing
// ---------------------------------------------------------------------------------------

typedef struct Replacing {
    Arena *arena;
    ExprReplacer replace;
    void *context;
} Replacing;

static Expr **replace_list(const Replacing *r, Expr **exprs, uint32_t count, bool *changed) {
    Expr **result = exprs;
    for (uint32_t i = 0; i < count; i++) {
        Expr *replaced = expr_rewrite(r->arena, exprs[i], r->replace, r->context);
        if (replaced == exprs[i]) continue;
        if (result == exprs) {
            result = ARENA_ARRAY(r->arena, Expr *, count);
            copy_bytes(result, exprs, count * sizeof *exprs);
        }
        result[i] = replaced;
        *changed = true;
    }
    return result;
}

static SortKey *replace_keys(const Replacing *r, SortKey *keys, uint32_t count) {
    SortKey *copy = ARENA_ARRAY(r->arena, SortKey, count);
    for (uint32_t i = 0; i < count; i++) {
        copy[i] = keys[i];
        copy[i].expr = expr_rewrite(r->arena, keys[i].expr, r->replace, r->context);
    }
    return copy;
}

static AggregateCall *replace_aggregate(const Replacing *r, const AggregateCall *call) {
    AggregateCall *copy = ARENA_NEW(r->arena, AggregateCall);
    bool changed = false;
    *copy = *call;
    copy->args = replace_list(r, call->args, call->arg_count, &changed);
    if (call->filter) copy->filter = expr_rewrite(r->arena, call->filter, r->replace, r->context);
    copy->order = replace_keys(r, call->order, call->order_count);
    return copy;
}

static WindowCall *replace_window(const Replacing *r, const WindowCall *call) {
    WindowCall *copy = ARENA_NEW(r->arena, WindowCall);
    bool changed = false;
    *copy = *call;
    copy->args = replace_list(r, call->args, call->arg_count, &changed);
    copy->partition = replace_list(r, call->partition, call->partition_count, &changed);
    copy->order = replace_keys(r, call->order, call->order_count);
    if (call->aggregate) copy->aggregate = replace_aggregate(r, call->aggregate);
    return copy;
}

static void replace_slot(void *context, Expr **slot) {
    const Replacing *r = context;
    *slot = expr_rewrite(r->arena, *slot, r->replace, r->context);
}

// Outer references inside a subquery change in place: its tree belongs to this expression alone.
static void replace_in_tree(const Replacing *r, Rel *rel) {
    rel_each_expr(rel, replace_slot, (void *)r);
    for (uint32_t i = 0; i < rel->input_count; i++) replace_in_tree(r, rel->inputs[i]);
}

Expr *expr_rewrite(Arena *arena, Expr *expr, ExprReplacer replace, void *context) {
    Replacing r = {arena, replace, context};
    bool changed = false;
    Expr **args = replace_list(&r, expr->args, expr->arg_count, &changed);
    if (expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW) changed = true;
    if (expr->kind == EXPR_SUBQUERY) replace_in_tree(&r, expr->subquery->rel);
    if (changed) {
        Expr *copy = ARENA_NEW(arena, Expr);
        *copy = *expr;
        copy->args = args;
        if (expr->kind == EXPR_AGGREGATE) copy->aggregate = replace_aggregate(&r, expr->aggregate);
        if (expr->kind == EXPR_WINDOW) copy->window = replace_window(&r, expr->window);
        expr = copy;
    }
    return replace(context, expr);
}

static Expr *substitute_column(void *context, Expr *expr) {
    const IdMap *map = context;
    if (expr->kind != EXPR_COLUMN) return expr;
    for (uint32_t i = map->count; i-- > 0;)
        if (map->from[i] == expr->column) return map->to[i];
    return expr;
}

Expr *expr_map_columns(Arena *arena, Expr *expr, const IdMap *map) {
    return expr_rewrite(arena, expr, substitute_column, (void *)map);
}

// --- making nodes
// ------------------------------------------------------------------------------------

Attribute optimiser_attribute(Optimiser *o, Slice name, const Type *type, bool nullable) {
    return (Attribute){o->resolved->next_id++, name, type, nullable, SLICE_NONE};
}

Expr *attribute_column(Arena *arena, const Attribute *attribute) {
    return expr_column(arena, attribute->id, attribute->type, attribute->nullable);
}

const Attribute *rel_find_output(const Rel *rel, uint32_t id) {
    for (uint32_t i = 0; i < rel->output_count; i++)
        if (rel->output[i].id == id) return &rel->output[i];
    return NULL;
}

static Rel *new_rel(Optimiser *o, RelKind kind, Rel *a, Rel *b) {
    Rel *rel = ARENA_NEW(o->arena, Rel);
    *rel = (Rel){.kind = kind, .origin = a->origin, .rows = -1};
    rel->inputs = ARENA_ARRAY(o->arena, Rel *, 2);
    rel->inputs[0] = a;
    rel->inputs[1] = b;
    rel->input_count = b ? 2 : 1;
    return rel;
}

Rel *rel_filter_by(Optimiser *o, Rel *input, ExprList conjuncts) {
    if (!conjuncts.count) return input;
    Rel *rel = new_rel(o, REL_FILTER, input, NULL);
    rel->output = input->output;
    rel->output_count = input->output_count;
    rel->filter.conjuncts = conjuncts.items;
    rel->filter.count = conjuncts.count;
    return rel;
}

void rel_set_join_output(Optimiser *o, Rel *join) {
    const Rel *left = join->inputs[0], *right = join->inputs[1];
    JoinKind kind = join->join.kind;
    bool left_only = kind == JOIN_LEFT_SEMI || kind == JOIN_LEFT_ANTI ||
                     kind == JOIN_LEFT_ANTI_NULL_AWARE || kind == JOIN_LEFT_MARK;
    Attribute mark = {0};
    if (kind == JOIN_LEFT_MARK) mark = join->output[join->output_count - 1];
    uint32_t count = left->output_count + (left_only ? 0 : right->output_count);
    Attribute *output = ARENA_ARRAY(o->arena, Attribute, count + 1);
    for (uint32_t i = 0; i < left->output_count; i++) {
        output[i] = left->output[i];
        output[i].nullable |= kind == JOIN_RIGHT || kind == JOIN_FULL;
    }
    for (uint32_t i = 0; !left_only && i < right->output_count; i++) {
        output[left->output_count + i] = right->output[i];
        output[left->output_count + i].nullable |=
            kind == JOIN_LEFT || kind == JOIN_FULL || kind == JOIN_LEFT_SINGLE;
    }
    if (kind == JOIN_LEFT_MARK) output[count++] = mark;
    join->output = output;
    join->output_count = count;
}

Rel *rel_join(Optimiser *o, JoinKind kind, Rel *left, Rel *right, ExprList conjuncts) {
    Rel *rel = new_rel(o, REL_JOIN, left, right);
    rel->join.kind = kind;
    rel->join.conjuncts = conjuncts.items;
    rel->join.conjunct_count = conjuncts.count;
    if (kind == JOIN_LEFT_MARK) {
        Attribute mark = optimiser_attribute(o, SLICE("mark"), type_of(TYPE_BOOLEAN), true);
        rel->output = ARENA_NEW(o->arena, Attribute);
        rel->output[0] = mark;
        rel->output_count = 1;
    }
    rel_set_join_output(o, rel);
    return rel;
}

Rel *rel_project_keep(Optimiser *o, Rel *input, const Attribute *more, Expr *const *exprs,
                      uint32_t more_count) {
    Rel *rel = new_rel(o, REL_PROJECT, input, NULL);
    rel->output_count = input->output_count + more_count;
    rel->output = ARENA_ARRAY(o->arena, Attribute, rel->output_count);
    rel->project.exprs = ARENA_ARRAY(o->arena, Expr *, rel->output_count);
    for (uint32_t i = 0; i < input->output_count; i++) {
        rel->output[i] = input->output[i];
        rel->project.exprs[i] = attribute_column(o->arena, &input->output[i]);
    }
    for (uint32_t i = 0; i < more_count; i++) {
        rel->output[input->output_count + i] = more[i];
        rel->project.exprs[input->output_count + i] = exprs[i];
    }
    return rel;
}

// --- cloning
// -----------------------------------------------------------------------------------------

static void renew_output(Optimiser *o, Rel *rel, IdMap *map) {
    uint32_t count =
        rel->kind == REL_SCAN ? MAX(rel->output_count, rel->scan.column_count) : rel->output_count;
    Attribute *output = ARENA_ARRAY(o->arena, Attribute, count);
    for (uint32_t i = 0; i < count; i++) {
        output[i] = rel->output[i];
        Expr *known = NULL;
        for (uint32_t m = map->count; m-- > 0 && !known;)
            if (map->from[m] == output[i].id) known = map->to[m];
        output[i].id = known ? known->column : o->resolved->next_id++;
        if (!known)
            id_map_add(o->arena, map, rel->output[i].id, attribute_column(o->arena, &output[i]));
    }
    rel->output = output;
}

typedef struct CloneSlots {
    Optimiser *o;
    IdMap *map;
} CloneSlots;

static Expr *clone_node(void *context, Expr *expr) {
    CloneSlots *slots = context;
    if (expr->kind == EXPR_SUBQUERY) {
        Expr *copy = ARENA_NEW(slots->o->arena, Expr);
        *copy = *expr;
        copy->subquery = ARENA_NEW(slots->o->arena, Subquery);
        *copy->subquery = *expr->subquery;
        copy->subquery->rel = rel_clone(slots->o, expr->subquery->rel, slots->map);
        return copy;
    }
    return substitute_column(slots->map, expr);
}

static Expr **clone_exprs(CloneSlots *slots, Expr **exprs, uint32_t count) {
    Expr **copy = ARENA_ARRAY(slots->o->arena, Expr *, count);
    for (uint32_t i = 0; i < count; i++)
        copy[i] = expr_rewrite(slots->o->arena, exprs[i], clone_node, slots);
    return copy;
}

static void clone_calls(CloneSlots *slots, Rel *copy) {
    Replacing r = {slots->o->arena, clone_node, slots};
    if (copy->kind == REL_AGGREGATE) {
        AggregateCall **calls =
            ARENA_ARRAY(slots->o->arena, AggregateCall *, copy->aggregate.call_count);
        for (uint32_t i = 0; i < copy->aggregate.call_count; i++)
            calls[i] = replace_aggregate(&r, copy->aggregate.calls[i]);
        copy->aggregate.calls = calls;
        copy->aggregate.keys = clone_exprs(slots, copy->aggregate.keys, copy->aggregate.key_count);
    } else if (copy->kind == REL_WINDOW) {
        WindowCall **calls = ARENA_ARRAY(slots->o->arena, WindowCall *, copy->window.call_count);
        for (uint32_t i = 0; i < copy->window.call_count; i++)
            calls[i] = replace_window(&r, copy->window.calls[i]);
        copy->window.calls = calls;
    } else if (copy->kind == REL_GENERATE) {
        GeneratorCall *call = ARENA_NEW(slots->o->arena, GeneratorCall);
        *call = *copy->generate.call;
        call->args = clone_exprs(slots, call->args, call->arg_count);
        copy->generate.call = call;
    }
}

static void clone_lists(CloneSlots *slots, Rel *copy) {
    Replacing r = {slots->o->arena, clone_node, slots};
    switch (copy->kind) {
    case REL_SCAN:
        copy->scan.filters = clone_exprs(slots, copy->scan.filters, copy->scan.filter_count);
        break;
    case REL_FILTER:
        copy->filter.conjuncts = clone_exprs(slots, copy->filter.conjuncts, copy->filter.count);
        break;
    case REL_PROJECT:
        copy->project.exprs = clone_exprs(slots, copy->project.exprs, copy->output_count);
        break;
    case REL_JOIN:
        copy->join.conjuncts = clone_exprs(slots, copy->join.conjuncts, copy->join.conjunct_count);
        break;
    case REL_SORT: copy->sort.keys = replace_keys(&r, copy->sort.keys, copy->sort.key_count); break;
    case REL_EXPAND: {
        Expr ***all = ARENA_ARRAY(slots->o->arena, Expr **, copy->expand.projection_count);
        for (uint32_t p = 0; p < copy->expand.projection_count; p++)
            all[p] = clone_exprs(slots, copy->expand.projections[p], copy->output_count);
        copy->expand.projections = all;
        break;
    }
    case REL_SHARED: {
        // The shared input stays one tree: only the output is new.
        break;
    }
    default: clone_calls(slots, copy); break;
    }
}

Rel *rel_clone(Optimiser *o, const Rel *rel, IdMap *map) {
    Rel *copy = ARENA_NEW(o->arena, Rel);
    *copy = *rel;
    copy->inputs = ARENA_ARRAY(o->arena, Rel *, rel->input_count);
    for (uint32_t i = 0; i < rel->input_count; i++)
        copy->inputs[i] =
            rel->kind == REL_SHARED ? rel->inputs[i] : rel_clone(o, rel->inputs[i], map);
    if (rel->kind == REL_SCAN) renew_output(o, copy, map);
    CloneSlots slots = {o, map};
    clone_lists(&slots, copy);
    if (rel->kind != REL_SCAN) renew_output(o, copy, map);
    return copy;
}

// --- questions
// ---------------------------------------------------------------------------------------

bool expr_is_comparison(const Expr *expr, CompareOp op) {
    return expr->kind == EXPR_CALL && expr->function->comparison == op;
}

bool expr_is_not(const Expr *expr) {
    return expr->kind == EXPR_CALL && expr->arg_count == 1 &&
           strcmp(expr->function->name, "not") == 0;
}

static bool is_literal_bool(const Expr *expr, bool value) {
    return expr->kind == EXPR_LITERAL && expr->type->id == TYPE_BOOLEAN && !expr->literal.is_null &&
           (expr->literal.i64 != 0) == value;
}

bool expr_is_true(const Expr *expr) { return is_literal_bool(expr, true); }

bool expr_is_false_or_null(const Expr *expr) {
    return is_literal_bool(expr, false) || (expr->kind == EXPR_LITERAL && expr->literal.is_null);
}

// Null whenever one of the ids is null: strict calls and casts all the way down.
static bool is_strict_in(const Expr *expr, const IdSet *ids) {
    switch (expr->kind) {
    case EXPR_COLUMN: return id_set_has(ids, expr->column);
    case EXPR_CAST: return is_strict_in(expr->args[0], ids);
    case EXPR_CALL:
        if (expr->function->nulls != NULLS_STRICT) return false;
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (is_strict_in(expr->args[i], ids)) return true;
        return false;
    case EXPR_IN: return is_strict_in(expr->args[0], ids);
    default: return false;
    }
}

bool expr_rejects_nulls(const Expr *expr, const IdSet *ids) {
    if (expr->kind == EXPR_OR) {
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (!expr_rejects_nulls(expr->args[i], ids)) return false;
        return true;
    }
    if (expr->kind == EXPR_AND) {
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (expr_rejects_nulls(expr->args[i], ids)) return true;
        return false;
    }
    if (expr_is_comparison(expr, COMPARE_IS_NOT_NULL)) return is_strict_in(expr->args[0], ids);
    return is_strict_in(expr, ids);
}
