// SPDX-License-Identifier: Apache-2.0
// EXPLAIN and %profile: a plan as an indented tree.
#include "kernel/exec/plan.h"

static const char *join_name(JoinKind kind) {
    static const char *const names[] = {
        [JOIN_INNER] = "inner",
        [JOIN_LEFT] = "left",
        [JOIN_RIGHT] = "right",
        [JOIN_FULL] = "full",
        [JOIN_LEFT_SEMI] = "left semi",
        [JOIN_LEFT_ANTI] = "left anti",
        [JOIN_LEFT_ANTI_NULL_AWARE] = "null-aware anti",
        [JOIN_LEFT_MARK] = "mark",
        [JOIN_LEFT_SINGLE] = "left single",
        [JOIN_CROSS] = "cross",
    };
    return names[kind];
}

static const char *kind_name(PhysKind kind) {
    static const char *const names[] = {
        [PHYS_SCAN] = "Scan",     [PHYS_VALUES] = "Values",       [PHYS_RANGE] = "Range",
        [PHYS_FILTER] = "Filter", [PHYS_PROJECT] = "Project",     [PHYS_AGGREGATE] = "Aggregate",
        [PHYS_JOIN] = "Join",     [PHYS_SORT] = "Sort",           [PHYS_TOPN] = "TopN",
        [PHYS_LIMIT] = "Limit",   [PHYS_WINDOW] = "Window",       [PHYS_UNION] = "Union",
        [PHYS_SET_OP] = "SetOp",  [PHYS_EXPAND] = "Expand",       [PHYS_GENERATE] = "Generate",
        [PHYS_SAMPLE] = "Sample", [PHYS_ONE_ROW] = "OneRow",      [PHYS_PARAMETER] = "Subqueries",
        [PHYS_SHARED] = "Shared", [PHYS_RECURSIVE] = "Recursive", [PHYS_RECURSION] = "Recursion",
    };
    return names[kind];
}

// Columns that expressions of the node read: the inputs' names in a row.
typedef struct Names {
    Slice *names;
    uint32_t count;
} Names;

static Names input_names(const PhysNode *node, Arena *arena) {
    Names names = {0};
    uint32_t total = 0;
    for (uint32_t i = 0; i < node->input_count; i++) total += node->inputs[i]->column_count;
    names.names = ARENA_ARRAY(arena, Slice, total + 1);
    for (uint32_t i = 0; i < node->input_count; i++)
        for (uint32_t c = 0; node->inputs[i]->names && c < node->inputs[i]->column_count; c++)
            names.names[names.count++] = node->inputs[i]->names[c];
    return names;
}

static void append_exprs(Text *out, Expr *const *exprs, uint32_t count, const Names *names,
                         const char *separator) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_append_cstr(out, separator);
        expr_append_text(exprs[i], names->names, names->count, out);
    }
}

static void append_call(Text *out, const AggregateCall *call, const Names *names) {
    if (call->name.bytes) text_append(out, call->name);
    else text_append_cstr(out, call->function->name);
    text_append_char(out, '(');
    if (call->distinct) text_append_cstr(out, "DISTINCT ");
    if (call->arg_count == 0) text_append_char(out, '*');
    append_exprs(out, call->args, call->arg_count, names, ", ");
    text_append_char(out, ')');
    if (!call->filter) return;
    text_append_cstr(out, " FILTER (WHERE ");
    append_exprs(out, &call->filter, 1, names, "");
    text_append_char(out, ')');
}

static void append_sort_keys(Text *out, const SortKey *keys, uint32_t count, const Names *names) {
    for (uint32_t k = 0; k < count; k++) {
        if (k) text_append_cstr(out, ", ");
        append_exprs(out, &keys[k].expr, 1, names, "");
        text_append_cstr(out, keys[k].descending ? " DESC" : " ASC");
        text_append_cstr(out, keys[k].nulls_last ? " NULLS LAST" : " NULLS FIRST");
    }
}

static void append_join(Text *out, const PhysNode *node, Arena *arena) {
    Names left = {node->inputs[0]->names,
                  node->inputs[0]->names ? node->inputs[0]->column_count : 0};
    Names right = {node->inputs[1]->names,
                   node->inputs[1]->names ? node->inputs[1]->column_count : 0};
    text_printf(out, " %s", join_name(node->join.kind));
    for (uint32_t k = 0; k < node->join.key_count; k++) {
        text_append_cstr(out, k ? " AND " : " on ");
        append_exprs(out, &node->join.left_keys[k], 1, &left, "");
        bool safe = node->join.null_safe && node->join.null_safe[k];
        text_append_cstr(out, safe ? " <=> " : " = ");
        append_exprs(out, &node->join.right_keys[k], 1, &right, "");
    }
    if (node->join.residual) {
        Names both = input_names(node, arena);
        text_append_cstr(out, " where ");
        append_exprs(out, &node->join.residual, 1, &both, "");
    }
    text_append_cstr(out, node->join.build_left ? ", build left" : ", build right");
}

static void append_limit(Text *out, const PhysNode *node) {
    if (node->kind == PHYS_SORT) return;
    if (node->sort.limit != UINT64_MAX)
        text_printf(out, " limit %llu", (unsigned long long)node->sort.limit);
    if (node->sort.offset) text_printf(out, " offset %llu", (unsigned long long)node->sort.offset);
}

static void append_aggregate(Text *out, const PhysNode *node, const Names *names) {
    text_append_cstr(out, " keys [");
    append_exprs(out, node->aggregate.keys, node->aggregate.key_count, names, ", ");
    text_append_cstr(out, "] calls [");
    for (uint32_t c = 0; c < node->aggregate.call_count; c++) {
        if (c) text_append_cstr(out, ", ");
        append_call(out, node->aggregate.calls[c], names);
    }
    text_append_char(out, ']');
}

static void append_window(Text *out, const PhysNode *node, const Names *names) {
    const WindowCall *first = node->window.call_count ? node->window.calls[0] : NULL;
    for (uint32_t c = 0; c < node->window.call_count; c++) {
        text_append_cstr(out, c ? ", " : " ");
        text_append(out, node->window.calls[c]->name);
    }
    if (!first) return;
    text_append_cstr(out, " partition by [");
    append_exprs(out, first->partition, first->partition_count, names, ", ");
    text_append_cstr(out, "] order by [");
    append_sort_keys(out, first->order, first->order_count, names);
    text_append_char(out, ']');
}

static void append_scan(Text *out, const PhysNode *node) {
    if (node->scan.table.bytes) text_printf(out, " %.*s", SLICE_ARGS(node->scan.table));
    Names names = {node->names, node->names ? node->column_count : 0};
    if (node->scan.request.filter_count) {
        text_append_cstr(out, " where ");
        append_exprs(out, node->scan.request.filters, node->scan.request.filter_count, &names,
                     " AND ");
    }
    if (node->scan.request.runtime_filter_count)
        text_printf(out, ", %u filters of joins", node->scan.request.runtime_filter_count);
    if (!node->scan.source) return;
    text_append_cstr(out, " (");
    node->scan.source->ops->describe(node->scan.source, out);
    text_append_char(out, ')');
}

static void append_details(Text *out, const PhysNode *node) {
    AUTO(Arena, arena) = {0};
    Names names = input_names(node, &arena);
    switch (node->kind) {
    case PHYS_SCAN: append_scan(out, node); break;
    case PHYS_VALUES: text_printf(out, " %u rows", node->values.row_count); break;
    case PHYS_RANGE:
        text_printf(out, " %lld to %lld by %lld", (long long)node->range.start,
                    (long long)node->range.stop, (long long)node->range.step);
        break;
    case PHYS_FILTER:
        text_append_char(out, ' ');
        append_exprs(out, node->filter.conjuncts, node->filter.count, &names, " AND ");
        break;
    case PHYS_PROJECT:
        text_append_char(out, ' ');
        append_exprs(out, node->project.exprs, node->column_count, &names, ", ");
        break;
    case PHYS_AGGREGATE: append_aggregate(out, node, &names); break;
    case PHYS_JOIN: append_join(out, node, &arena); break;
    case PHYS_SORT:
    case PHYS_TOPN:
        text_append_char(out, ' ');
        append_sort_keys(out, node->sort.keys, node->sort.key_count, &names);
        append_limit(out, node);
        break;
    case PHYS_LIMIT: append_limit(out, node); break;
    case PHYS_WINDOW: append_window(out, node, &names); break;
    case PHYS_SET_OP:
        text_append_cstr(out, node->set_op.kind == SET_OP_INTERSECT ? " intersect" : " except");
        text_append_cstr(out, node->set_op.all ? " all" : " distinct");
        break;
    default: break;
    }
}

static void append_metrics(Text *out, const PhysNode *node) {
    const NodeMetrics *metrics = node->metrics;
    if (!metrics) return;
    text_printf(out, "  [%llu rows, %.1f ms", (unsigned long long)atomic_load(&metrics->rows_out),
                (double)atomic_load(&metrics->time_ns) / 1e6);
    uint64_t spilled = atomic_load(&metrics->spilled_bytes);
    if (spilled) text_printf(out, ", %.1f MB spilled", (double)spilled / 1e6);
    text_append_char(out, ']');
}

static void append_node(const PhysNode *node, bool profile, int depth, Text *out) {
    text_append_repeat(out, ' ', (size_t)depth * 2);
    text_append_cstr(out, kind_name(node->kind));
    append_details(out, node);
    if (profile) append_metrics(out, node);
    else if (node->estimated_rows >= 0) text_printf(out, "  [~%.0f rows]", node->estimated_rows);
    text_append_char(out, '\n');
    for (uint32_t i = 0; i < node->input_count; i++)
        append_node(node->inputs[i], profile, depth + 1, out);
    if (node->kind == PHYS_SHARED && node->shared.shared && node->shared.shared->plan)
        append_node(node->shared.shared->plan, profile, depth + 1, out);
}

void plan_append_text(const PhysNode *root, bool profile, Text *out) {
    append_node(root, profile, 0, out);
}
