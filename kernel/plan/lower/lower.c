// SPDX-License-Identifier: Apache-2.0
// From the logical algebra to a physical plan: attribute ids become positions, join conditions
// split into keys and the rest, sorts under a limit become TopN, tables become sources.
#include "kernel/plan/optimise/rewrite.h"

enum { NO_POSITION = UINT32_MAX };

typedef struct SharedUse {
    uint32_t id;
    SharedPlan *shared;
} SharedUse;

typedef struct RuntimeTarget RuntimeTarget;

typedef struct Lowering {
    const ResolvedQuery *resolved;
    Query *query;
    Arena *arena;
    Error *err;
    uint32_t next_node;
    uint32_t *positions; // attribute id -> position in the input at hand
    uint32_t id_count;
    SharedUse *shared;
    uint32_t shared_count;
    RuntimeTarget *targets; // runtime filters that joins above offer to scans below
    uint32_t target_count;
} Lowering;

// A join's key filter on its way down: which attribute of the probe side it is about.
struct RuntimeTarget {
    RuntimeFilter *filter;
    uint32_t id;
};

static PhysNode *lower_rel(Lowering *l, Rel *rel);

// --- expressions
// -------------------------------------------------------------------------------------

static void map_input(Lowering *l, const Rel *input, uint32_t first) {
    for (uint32_t i = 0; i < input->output_count; i++)
        l->positions[input->output[i].id] = first + i;
}

static void map_only(Lowering *l, const Rel *left, const Rel *right) {
    memset(l->positions, 0xFF, l->id_count * sizeof *l->positions);
    map_input(l, left, 0);
    if (right) map_input(l, right, left->output_count);
}

static Expr *to_position(void *context, Expr *expr) {
    Lowering *l = context;
    if (expr->kind != EXPR_COLUMN) return expr;
    ASSERT(expr->column < l->id_count && l->positions[expr->column] != NO_POSITION);
    Expr *copy = ARENA_NEW(l->arena, Expr);
    *copy = *expr;
    copy->column = l->positions[expr->column];
    return copy;
}

static Expr *place(Lowering *l, Expr *expr) {
    return expr ? expr_rewrite(l->arena, expr, to_position, l) : NULL;
}

static Expr **place_all(Lowering *l, Expr **exprs, uint32_t count) {
    Expr **placed = ARENA_ARRAY(l->arena, Expr *, count);
    for (uint32_t i = 0; i < count; i++) placed[i] = place(l, exprs[i]);
    return placed;
}

static SortKey *place_keys(Lowering *l, const SortKey *keys, uint32_t count) {
    SortKey *placed = ARENA_ARRAY(l->arena, SortKey, count);
    for (uint32_t i = 0; i < count; i++) {
        placed[i] = keys[i];
        placed[i].expr = place(l, keys[i].expr);
    }
    return placed;
}

static AggregateCall *place_aggregate(Lowering *l, const AggregateCall *call) {
    AggregateCall *placed = ARENA_NEW(l->arena, AggregateCall);
    *placed = *call;
    placed->args = place_all(l, call->args, call->arg_count);
    placed->filter = place(l, call->filter);
    placed->order = place_keys(l, call->order, call->order_count);
    return placed;
}

static WindowCall *place_window(Lowering *l, const WindowCall *call) {
    WindowCall *placed = ARENA_NEW(l->arena, WindowCall);
    *placed = *call;
    placed->args = place_all(l, call->args, call->arg_count);
    placed->partition = place_all(l, call->partition, call->partition_count);
    placed->order = place_keys(l, call->order, call->order_count);
    if (call->aggregate) placed->aggregate = place_aggregate(l, call->aggregate);
    return placed;
}

// --- nodes
// -------------------------------------------------------------------------------------------

static PhysNode *new_node(Lowering *l, PhysKind kind, const Rel *rel, uint32_t input_count) {
    PhysNode *node = ARENA_NEW(l->arena, PhysNode);
    node->kind = kind;
    node->id = l->next_node++;
    node->inputs = ARENA_ARRAY(l->arena, PhysNode *, input_count);
    node->input_count = input_count;
    node->estimated_rows = rel->rows;
    node->metrics = ARENA_NEW(l->arena, NodeMetrics);
    node->column_count = rel->output_count;
    node->types = ARENA_ARRAY(l->arena, const Type *, rel->output_count);
    node->nullable = ARENA_ARRAY(l->arena, bool, rel->output_count);
    node->names = ARENA_ARRAY(l->arena, Slice, rel->output_count);
    for (uint32_t i = 0; i < rel->output_count; i++) {
        node->types[i] = rel->output[i].type;
        node->nullable[i] = rel->output[i].nullable;
        node->names[i] = rel->output[i].name;
    }
    return node;
}

static PhysNode *lower_scan(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_SCAN, rel, 0);
    uint32_t count = MAX(rel->scan.column_count, rel->output_count);
    memset(l->positions, 0xFF, l->id_count * sizeof *l->positions);
    for (uint32_t i = 0; i < count; i++) l->positions[rel->output[i].id] = i;
    ScanRequest *request = &node->scan.request;
    *request = (ScanRequest){
        .columns = rel->scan.columns,
        .column_count = count,
        .filters = place_all(l, rel->scan.filters, rel->scan.filter_count),
        .filter_count = rel->scan.filter_count,
        .output_count = rel->output_count,
    };
    const RuntimeFilter **filters = NULL;
    uint32_t filter_count = 0;
    for (uint32_t i = 0; i < l->target_count; i++) {
        uint32_t id = l->targets[i].id;
        if (l->positions[id] == NO_POSITION) continue;
        l->targets[i].filter->column = l->positions[id];
        ARENA_PUSH(l->arena, filters, filter_count, l->targets[i].filter);
    }
    request->runtime_filters = filters;
    request->runtime_filter_count = filter_count;
    node->scan.table = rel->scan.name;
    node->scan.source = rel->scan.table->ops->scan(rel->scan.table, request, l->query, l->err);
    return node->scan.source ? node : NULL;
}

static PhysNode *lower_values(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_VALUES, rel, 0);
    node->values.row_count = rel->values.row_count;
    node->values.rows = ARENA_ARRAY(l->arena, Value *, rel->values.row_count);
    for (uint32_t r = 0; r < rel->values.row_count; r++) {
        node->values.rows[r] = ARENA_ARRAY(l->arena, Value, rel->output_count);
        for (uint32_t i = 0; i < rel->output_count; i++)
            if (!expr_constant(rel->values.rows[r][i], l->query, l->arena, &node->values.rows[r][i],
                               l->err))
                return NULL;
    }
    return node;
}

static PhysNode *lower_range(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_RANGE, rel, 0);
    node->range.start = rel->range.start;
    node->range.stop = rel->range.stop;
    node->range.step = rel->range.step;
    return node;
}

static PhysNode *lower_filter(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_FILTER, rel, 1);
    if (!(node->inputs[0] = lower_rel(l, rel->inputs[0]))) return NULL;
    map_only(l, rel->inputs[0], NULL);
    node->filter.conjuncts = place_all(l, rel->filter.conjuncts, rel->filter.count);
    node->filter.count = rel->filter.count;
    return node;
}

// Runtime filters for renamed columns go on under the name they have below.
static void rename_targets(Lowering *l, const Rel *project, uint32_t first) {
    uint32_t count = l->target_count;
    for (uint32_t t = first; t < count; t++)
        for (uint32_t i = 0; i < project->output_count; i++) {
            const Expr *expr = project->project.exprs[i];
            if (project->output[i].id != l->targets[t].id || expr->kind != EXPR_COLUMN) continue;
            l->targets[t].id = expr->column;
            break;
        }
}

static bool is_identity(const Rel *rel) {
    const Rel *input = rel->inputs[0];
    if (rel->output_count != input->output_count) return false;
    for (uint32_t i = 0; i < rel->output_count; i++) {
        const Expr *expr = rel->project.exprs[i];
        if (expr->kind != EXPR_COLUMN || expr->column != input->output[i].id) return false;
    }
    return true;
}

static PhysNode *lower_project(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_PROJECT, rel, 1);
    RuntimeTarget *outer = l->targets;
    l->targets = ARENA_ARRAY(l->arena, RuntimeTarget, l->target_count);
    copy_bytes(l->targets, outer, l->target_count * sizeof *outer);
    rename_targets(l, rel, 0);
    node->inputs[0] = lower_rel(l, rel->inputs[0]);
    l->targets = outer;
    if (!node->inputs[0]) return NULL;
    if (is_identity(rel)) {
        copy_bytes(node->inputs[0]->names, node->names, rel->output_count * sizeof *node->names);
        return node->inputs[0];
    }
    map_only(l, rel->inputs[0], NULL);
    node->project.exprs = place_all(l, rel->project.exprs, rel->output_count);
    return node;
}

// Filters on group keys may as well drop the groups' rows.
static void keep_key_targets(Lowering *l, const Rel *aggregate) {
    RuntimeTarget *kept = ARENA_ARRAY(l->arena, RuntimeTarget, l->target_count);
    uint32_t count = 0;
    for (uint32_t t = 0; t < l->target_count; t++)
        for (uint32_t i = 0; i < aggregate->aggregate.key_count; i++) {
            const Expr *key = aggregate->aggregate.keys[i];
            if (aggregate->output[i].id != l->targets[t].id || key->kind != EXPR_COLUMN) continue;
            kept[count++] = (RuntimeTarget){l->targets[t].filter, key->column};
            break;
        }
    l->targets = kept;
    l->target_count = count;
}

static PhysNode *lower_aggregate(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_AGGREGATE, rel, 1);
    RuntimeTarget *outer = l->targets;
    uint32_t outer_count = l->target_count;
    keep_key_targets(l, rel);
    node->inputs[0] = lower_rel(l, rel->inputs[0]);
    l->targets = outer;
    l->target_count = outer_count;
    if (!node->inputs[0]) return NULL;
    map_only(l, rel->inputs[0], NULL);
    node->aggregate.keys = place_all(l, rel->aggregate.keys, rel->aggregate.key_count);
    node->aggregate.key_count = rel->aggregate.key_count;
    node->aggregate.call_count = rel->aggregate.call_count;
    node->aggregate.calls = ARENA_ARRAY(l->arena, AggregateCall *, rel->aggregate.call_count);
    for (uint32_t i = 0; i < rel->aggregate.call_count; i++)
        node->aggregate.calls[i] = place_aggregate(l, rel->aggregate.calls[i]);
    return node;
}

// --- joins
// -------------------------------------------------------------------------------------------

typedef struct JoinParts {
    ExprList left_keys, right_keys, residual;
    bool *null_safe;
    bool any_null_safe;
} JoinParts;

static void split_join(Lowering *l, const Rel *rel, JoinParts *parts) {
    IdSet left = {0}, right = {0};
    rel_output_ids(l->arena, rel->inputs[0], &left);
    rel_output_ids(l->arena, rel->inputs[1], &right);
    parts->null_safe = ARENA_ARRAY(l->arena, bool, rel->join.conjunct_count);
    for (uint32_t i = 0; i < rel->join.conjunct_count; i++) {
        Expr *c = rel->join.conjuncts[i];
        bool null_safe = expr_is_comparison(c, COMPARE_NULL_SAFE_EQ);
        bool is_key = false;
        if ((null_safe || expr_is_comparison(c, COMPARE_EQ)) && !c->may_fail) {
            IdSet a = {0}, b = {0};
            expr_ids(l->arena, c->args[0], &a);
            expr_ids(l->arena, c->args[1], &b);
            bool in_order = id_set_is_subset(&a, &left) && id_set_is_subset(&b, &right);
            bool swapped = id_set_is_subset(&a, &right) && id_set_is_subset(&b, &left);
            is_key = in_order || swapped;
            if (is_key) {
                parts->null_safe[parts->left_keys.count] = null_safe;
                parts->any_null_safe |= null_safe;
                expr_list_add(l->arena, &parts->left_keys, c->args[in_order ? 0 : 1]);
                expr_list_add(l->arena, &parts->right_keys, c->args[in_order ? 1 : 0]);
            }
        }
        if (!is_key) expr_list_add(l->arena, &parts->residual, c);
    }
}

// The smaller side is built where the kind allows it; inner joins are ordered so already.
static bool builds_left(const Rel *rel, const JoinParts *parts) {
    JoinKind kind = rel->join.kind;
    bool may = kind == JOIN_LEFT || kind == JOIN_LEFT_SEMI || kind == JOIN_LEFT_ANTI;
    return may && parts->left_keys.count && rel->inputs[0]->rows * 2 < rel->inputs[1]->rows;
}

// Rows of the probe side without a partner must be of no use.
static bool filters_probe(JoinKind kind, bool build_left) {
    if (build_left) return true;
    return kind == JOIN_INNER || kind == JOIN_LEFT_SEMI || kind == JOIN_RIGHT;
}

// A filter for each key that is a plain column of the probe side.
static void offer_runtime_filters(Lowering *l, PhysNode *node, const JoinParts *parts) {
    if (!filters_probe(node->join.kind, node->join.build_left)) return;
    const ExprList *keys = node->join.build_left ? &parts->right_keys : &parts->left_keys;
    RuntimeTarget *grown = ARENA_ARRAY(l->arena, RuntimeTarget, l->target_count + keys->count);
    copy_bytes(grown, l->targets, l->target_count * sizeof *grown);
    l->targets = grown;
    node->join.runtime_filters = ARENA_ARRAY(l->arena, RuntimeFilter *, keys->count);
    for (uint32_t i = 0; i < keys->count; i++) {
        const Expr *key = keys->items[i];
        if (key->kind != EXPR_COLUMN || parts->null_safe[i]) continue;
        RuntimeFilter *filter = ARENA_NEW(l->arena, RuntimeFilter);
        node->join.runtime_filters[i] = filter;
        l->targets[l->target_count++] = (RuntimeTarget){filter, key->column};
    }
}

// Which offers reach which side of an outer or anti join: only the side whose rows the join above
// would drop anyway. Left (probe) side for all kinds that keep left rows as they are; the right
// side of inner joins too.
static bool passes_right(JoinKind kind) { return kind == JOIN_INNER || kind == JOIN_CROSS; }

static PhysNode *lower_join(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_JOIN, rel, 2);
    JoinParts parts = {0};
    split_join(l, rel, &parts);
    node->join.kind = rel->join.kind;
    node->join.mark_is_in = rel->join.mark_is_in;
    RuntimeTarget *outer = l->targets;
    uint32_t outer_count = l->target_count;
    node->join.build_left = builds_left(rel, &parts);
    for (uint32_t side = 0; side < 2; side++) {
        bool passes = side ? passes_right(rel->join.kind)
                           : rel->join.kind != JOIN_RIGHT && rel->join.kind != JOIN_FULL;
        l->targets = outer;
        l->target_count = passes ? outer_count : 0;
        if (side == (node->join.build_left ? 1u : 0u)) offer_runtime_filters(l, node, &parts);
        node->inputs[side] = lower_rel(l, rel->inputs[side]);
        l->targets = outer;
        l->target_count = outer_count;
        if (!node->inputs[side]) return NULL;
    }
    map_only(l, rel->inputs[0], NULL);
    node->join.left_keys = place_all(l, parts.left_keys.items, parts.left_keys.count);
    memset(l->positions, 0xFF, l->id_count * sizeof *l->positions);
    map_input(l, rel->inputs[1], 0);
    node->join.right_keys = place_all(l, parts.right_keys.items, parts.right_keys.count);
    node->join.key_count = parts.left_keys.count;
    node->join.null_safe = parts.any_null_safe ? parts.null_safe : NULL;
    map_only(l, rel->inputs[0], rel->inputs[1]);
    if (parts.residual.count)
        node->join.residual =
            place(l, expr_and(l->arena, parts.residual.items, parts.residual.count));
    if (node->join.kind == JOIN_INNER && !node->join.key_count && !node->join.residual)
        node->join.kind = JOIN_CROSS;
    return node;
}

// --- sort, limit, and the rest
// -----------------------------------------------------------------------

static PhysNode *lower_sort(Lowering *l, Rel *rel, const Rel *limit) {
    PhysNode *node = new_node(l, limit ? PHYS_TOPN : PHYS_SORT, rel, 1);
    if (!(node->inputs[0] = lower_rel(l, rel->inputs[0]))) return NULL;
    map_only(l, rel->inputs[0], NULL);
    node->sort.keys = place_keys(l, rel->sort.keys, rel->sort.key_count);
    node->sort.key_count = rel->sort.key_count;
    node->sort.limit = limit ? limit->limit.limit : UINT64_MAX;
    node->sort.offset = limit ? limit->limit.offset : 0;
    if (limit) node->estimated_rows = limit->rows;
    return node;
}

static PhysNode *lower_limit(Lowering *l, Rel *rel) {
    uint32_t outer_targets = l->target_count;
    l->target_count = 0;
    PhysNode *node;
    Rel *input = rel->inputs[0];
    if (input->kind == REL_SORT && rel->limit.limit != UINT64_MAX) {
        node = lower_sort(l, input, rel);
    } else if (input->kind == REL_PROJECT && input->inputs[0]->kind == REL_SORT &&
               rel->limit.limit != UINT64_MAX) {
        // The projection that hides sort columns stands between: limit below it.
        Rel *below = ARENA_NEW(l->arena, Rel);
        *below = *rel;
        below->inputs = &input->inputs[0];
        below->output = input->inputs[0]->output;
        below->output_count = input->inputs[0]->output_count;
        Rel *above = ARENA_NEW(l->arena, Rel);
        *above = *input;
        above->inputs = ARENA_ARRAY(l->arena, Rel *, 1);
        above->inputs[0] = below;
        above->rows = rel->rows;
        node = lower_project(l, above);
    } else {
        node = new_node(l, PHYS_LIMIT, rel, 1);
        node->sort.limit = rel->limit.limit;
        node->sort.offset = rel->limit.offset;
        node->inputs[0] = lower_rel(l, input);
        if (!node->inputs[0]) node = NULL;
        else if (node->inputs[0]->kind == PHYS_SCAN && rel->limit.limit != UINT64_MAX &&
                 !node->inputs[0]->scan.request.filter_count)
            node->inputs[0]->scan.request.limit_hint = rel->limit.limit + rel->limit.offset;
    }
    l->target_count = outer_targets;
    return node;
}

static bool lower_inputs(Lowering *l, PhysNode *node, Rel *rel, bool keep_targets) {
    uint32_t outer_targets = l->target_count;
    if (!keep_targets) l->target_count = 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < rel->input_count; i++) {
        node->inputs[i] = lower_rel(l, rel->inputs[i]);
        ok = node->inputs[i] != NULL;
    }
    l->target_count = outer_targets;
    return ok;
}

static PhysNode *lower_window(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_WINDOW, rel, 1);
    if (!lower_inputs(l, node, rel, false)) return NULL;
    map_only(l, rel->inputs[0], NULL);
    node->window.call_count = rel->window.call_count;
    node->window.calls = ARENA_ARRAY(l->arena, WindowCall *, rel->window.call_count);
    for (uint32_t i = 0; i < rel->window.call_count; i++)
        node->window.calls[i] = place_window(l, rel->window.calls[i]);
    return rel->window.call_count ? node : node->inputs[0];
}

static PhysNode *lower_expand(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_EXPAND, rel, 1);
    if (!lower_inputs(l, node, rel, false)) return NULL;
    map_only(l, rel->inputs[0], NULL);
    node->expand.projection_count = rel->expand.projection_count;
    node->expand.projections = ARENA_ARRAY(l->arena, Expr **, rel->expand.projection_count);
    for (uint32_t p = 0; p < rel->expand.projection_count; p++)
        node->expand.projections[p] = place_all(l, rel->expand.projections[p], rel->output_count);
    return node;
}

static PhysNode *lower_generate(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_GENERATE, rel, 1);
    if (!lower_inputs(l, node, rel, true)) return NULL;
    map_only(l, rel->inputs[0], NULL);
    GeneratorCall *call = ARENA_NEW(l->arena, GeneratorCall);
    *call = *rel->generate.call;
    call->args = place_all(l, call->args, call->arg_count);
    node->generate.call = call;
    node->generate.outer = rel->generate.outer;
    return node;
}

static PhysNode *lower_shared(Lowering *l, Rel *rel) {
    PhysNode *node = new_node(l, PHYS_SHARED, rel, 0);
    for (uint32_t i = 0; i < l->shared_count; i++)
        if (l->shared[i].id == rel->shared.id) {
            node->shared.shared = l->shared[i].shared;
            return node;
        }
    uint32_t outer_targets = l->target_count;
    l->target_count = 0;
    SharedUse use = {rel->shared.id, ARENA_NEW(l->arena, SharedPlan)};
    use.shared->plan = lower_rel(l, rel->inputs[0]);
    l->target_count = outer_targets;
    node->shared.shared = use.shared;
    ARENA_PUSH(l->arena, l->shared, l->shared_count, use);
    return use.shared->plan ? node : NULL;
}

static PhysNode *lower_recursive(Lowering *l, Rel *rel, PhysKind kind) {
    PhysNode *node = new_node(l, kind, rel, rel->input_count);
    if (!lower_inputs(l, node, rel, false)) return NULL;
    node->recursive.id = rel->recursive.id;
    node->recursive.level_limit = rel->recursive.level_limit;
    node->recursive.row_limit = rel->recursive.row_limit;
    node->recursive.distinct = rel->recursive.distinct;
    return node;
}

static PhysNode *lower_plain(Lowering *l, Rel *rel, PhysKind kind) {
    PhysNode *node = new_node(l, kind, rel, rel->input_count);
    if (!lower_inputs(l, node, rel, false)) return NULL;
    if (kind == PHYS_SET_OP) {
        node->set_op.kind = rel->set_op.kind;
        node->set_op.all = rel->set_op.all;
    } else if (kind == PHYS_SAMPLE) {
        node->sample.fraction = rel->sample.fraction;
        node->sample.with_replacement = rel->sample.with_replacement;
        node->sample.seed = rel->sample.seed;
    }
    return node;
}

static PhysNode *lower_rel(Lowering *l, Rel *rel) {
    switch (rel->kind) {
    case REL_SCAN: return lower_scan(l, rel);
    case REL_VALUES: return lower_values(l, rel);
    case REL_RANGE: return lower_range(l, rel);
    case REL_FILTER: return lower_filter(l, rel);
    case REL_PROJECT: return lower_project(l, rel);
    case REL_AGGREGATE: return lower_aggregate(l, rel);
    case REL_JOIN: return lower_join(l, rel);
    case REL_SORT: return lower_sort(l, rel, NULL);
    case REL_LIMIT: return lower_limit(l, rel);
    case REL_WINDOW: return lower_window(l, rel);
    case REL_UNION: return lower_plain(l, rel, PHYS_UNION);
    case REL_SET_OP: return lower_plain(l, rel, PHYS_SET_OP);
    case REL_EXPAND: return lower_expand(l, rel);
    case REL_GENERATE: return lower_generate(l, rel);
    case REL_SAMPLE: return lower_plain(l, rel, PHYS_SAMPLE);
    case REL_ONE_ROW: return lower_plain(l, rel, PHYS_ONE_ROW);
    case REL_RECURSIVE: return lower_recursive(l, rel, PHYS_RECURSIVE);
    case REL_RECURSION: return lower_recursive(l, rel, PHYS_RECURSION);
    case REL_SHARED: return lower_shared(l, rel);
    }
    error_internal(l->err, "no lowering for logical node %d", rel->kind);
    return NULL;
}

// Scalar subqueries run before the query; inner ones have the lower slots (unnest.c) and go first.
static PhysNode *with_parameters(Lowering *l, PhysNode *root) {
    uint32_t count = l->resolved->parameter_count;
    if (!root || !count) return root;
    PhysNode *node = new_node(l, PHYS_PARAMETER, l->resolved->rel, count + 1);
    node->inputs[0] = root;
    node->parameter.slots = ARENA_ARRAY(l->arena, uint32_t, count);
    l->query->parameters = ARENA_ARRAY(l->arena, Value, count);
    l->query->parameter_count = count;
    for (uint32_t i = 0; i < count; i++) {
        node->parameter.slots[i] = i;
        node->inputs[i + 1] = lower_rel(l, l->resolved->parameters[i]);
        if (!node->inputs[i + 1]) return NULL;
    }
    return node;
}

PhysNode *lower(const ResolvedQuery *resolved, Query *context, Arena *arena, Error *err) {
    Lowering l = {.resolved = resolved,
                  .query = context,
                  .arena = arena,
                  .err = err,
                  .next_node = 1,
                  .id_count = resolved->next_id,
                  .positions = ARENA_ARRAY(arena, uint32_t, resolved->next_id)};
    return with_parameters(&l, lower_rel(&l, resolved->rel));
}
