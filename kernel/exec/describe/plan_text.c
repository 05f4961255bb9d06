// SPDX-License-Identifier: Apache-2.0
// Physical plans as indented text, for EXPLAIN and, with what was measured, for %profile.
#include "kernel/exec/plan.h"

#include <inttypes.h>

static const char *const join_names[] = {
    [JOIN_INNER] = "Inner",
    [JOIN_LEFT] = "LeftOuter",
    [JOIN_RIGHT] = "RightOuter",
    [JOIN_FULL] = "FullOuter",
    [JOIN_LEFT_SEMI] = "LeftSemi",
    [JOIN_LEFT_ANTI] = "LeftAnti",
    [JOIN_LEFT_ANTI_NULL_AWARE] = "LeftAnti (NOT IN)",
    [JOIN_LEFT_MARK] = "Mark",
    [JOIN_LEFT_SINGLE] = "LeftSingle",
    [JOIN_CROSS] = "Cross",
};

// Names of a node's input columns, the left input's first.
typedef struct InputNames {
    Slice *names;
    uint32_t count;
} InputNames;

static InputNames input_names(Arena *arena, const PhysNode *node) {
    InputNames in = {0};
    for (uint32_t i = 0; i < node->input_count; i++) in.count += node->inputs[i]->column_count;
    in.names = ARENA_ARRAY(arena, Slice, in.count);
    uint32_t at = 0;
    for (uint32_t i = 0; i < node->input_count; i++)
        for (uint32_t c = 0; c < node->inputs[i]->column_count; c++)
            in.names[at++] = node->inputs[i]->names[c];
    return in;
}

static void append_exprs(Expr *const *exprs, uint32_t count, const Slice *names,
                         uint32_t name_count, Text *out) {
    text_append_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_append(out, SLICE(", "));
        expr_append_text(exprs[i], names, name_count, out);
    }
    text_append_char(out, ']');
}

static void append_keys(const SortKey *keys, uint32_t count, const InputNames *in, Text *out) {
    text_append_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_append(out, SLICE(", "));
        expr_append_text(keys[i].expr, in->names, in->count, out);
        text_append_cstr(out, keys[i].descending ? " DESC" : " ASC");
        text_append_cstr(out, keys[i].nulls_last ? " NULLS LAST" : " NULLS FIRST");
    }
    text_append_char(out, ']');
}

static void append_calls(const PhysNode *node, const InputNames *in, Text *out) {
    text_append_char(out, '[');
    for (uint32_t i = 0; i < node->aggregate.call_count; i++) {
        const AggregateCall *call = node->aggregate.calls[i];
        text_printf(out, "%s%.*s(%s", i ? ", " : "", SLICE_ARGS(call->name),
                    call->distinct ? "DISTINCT " : "");
        for (uint32_t a = 0; a < call->arg_count; a++) {
            if (a) text_append(out, SLICE(", "));
            expr_append_text(call->args[a], in->names, in->count, out);
        }
        text_append_char(out, ')');
    }
    text_append_char(out, ']');
}

static void append_scan(const PhysNode *node, Arena *arena, Text *out) {
    text_printf(out, " %.*s [", SLICE_ARGS(node->scan.table));
    for (uint32_t i = 0; i < node->column_count; i++)
        text_printf(out, "%s%.*s", i ? ", " : "", SLICE_ARGS(node->names[i]));
    text_append_char(out, ']');
    const ScanRequest *request = &node->scan.request;
    if (request->filter_count) {
        // Names of columns that only the filters read are not known here: by number.
        Slice *names = ARENA_ARRAY(arena, Slice, request->column_count);
        for (uint32_t i = 0; i < request->column_count; i++)
            names[i] = i < node->column_count ? node->names[i] : arena_printf(arena, "#%u", i);
        text_append(out, SLICE(" filters "));
        append_exprs(request->filters, request->filter_count, names, request->column_count, out);
    }
    if (request->runtime_filter_count)
        text_printf(out, " runtime filters: %u", request->runtime_filter_count);
    if (!node->scan.source || !node->scan.source->ops->describe) return;
    text_append(out, SLICE(" <"));
    node->scan.source->ops->describe(node->scan.source, out);
    text_append_char(out, '>');
}

static void append_join(const PhysNode *node, const InputNames *in, Text *out) {
    uint32_t left = node->inputs[0]->column_count;
    text_printf(out, " %s", join_names[node->join.kind]);
    for (uint32_t i = 0; i < node->join.key_count; i++) {
        text_append_cstr(out, i ? ", " : " on ");
        expr_append_text(node->join.left_keys[i], in->names, left, out);
        text_append_cstr(out, node->join.null_safe && node->join.null_safe[i] ? " <=> " : " = ");
        expr_append_text(node->join.right_keys[i], in->names + left, in->count - left, out);
    }
    if (!node->join.residual) return;
    text_append(out, SLICE(" and "));
    expr_append_text(node->join.residual, in->names, in->count, out);
}

static void append_limit(const PhysNode *node, Text *out) {
    if (node->sort.limit != UINT64_MAX) text_printf(out, " %" PRIu64, node->sort.limit);
    if (node->sort.offset) text_printf(out, " offset %" PRIu64, node->sort.offset);
}

static void append_details(const PhysNode *node, Arena *arena, Text *out) {
    InputNames in = input_names(arena, node);
    switch (node->kind) {
    case PHYS_SCAN: append_scan(node, arena, out); break;
    case PHYS_VALUES: text_printf(out, " %u rows", node->values.row_count); break;
    case PHYS_RANGE:
        text_printf(out, " %" PRId64 " to %" PRId64 " step %" PRId64, node->range.start,
                    node->range.stop, node->range.step);
        break;
    case PHYS_FILTER:
        append_exprs(node->filter.conjuncts, node->filter.count, in.names, in.count, out);
        break;
    case PHYS_PROJECT:
        append_exprs(node->project.exprs, node->column_count, in.names, in.count, out);
        break;
    case PHYS_AGGREGATE:
        text_append(out, SLICE(" keys "));
        append_exprs(node->aggregate.keys, node->aggregate.key_count, in.names, in.count, out);
        text_append(out, SLICE(" calls "));
        append_calls(node, &in, out);
        break;
    case PHYS_JOIN: append_join(node, &in, out); break;
    case PHYS_TOPN:
        append_limit(node, out);
        text_append(out, SLICE(" by "));
        append_keys(node->sort.keys, node->sort.key_count, &in, out);
        break;
    case PHYS_SORT: append_keys(node->sort.keys, node->sort.key_count, &in, out); break;
    case PHYS_LIMIT: append_limit(node, out); break;
    default: break;
    }
}

static const char *node_name(const PhysNode *node) {
    switch (node->kind) {
    case PHYS_SCAN: return "Scan";
    case PHYS_VALUES: return "Values";
    case PHYS_RANGE: return "Range";
    case PHYS_FILTER: return "Filter";
    case PHYS_PROJECT: return "Project";
    case PHYS_AGGREGATE: return "HashAggregate";
    case PHYS_JOIN: return node->join.key_count ? "HashJoin" : "NestedLoopJoin";
    case PHYS_SORT: return "Sort";
    case PHYS_TOPN: return "TopN";
    case PHYS_LIMIT: return "Limit";
    case PHYS_WINDOW: return "Window";
    case PHYS_UNION: return "Union";
    case PHYS_SET_OP: return node->set_op.kind == SET_OP_INTERSECT ? "Intersect" : "Except";
    case PHYS_EXPAND: return "Expand";
    case PHYS_GENERATE: return "Generate";
    case PHYS_SAMPLE: return "Sample";
    case PHYS_ONE_ROW: return "AtMostOneRow";
    case PHYS_PARAMETER: return "ScalarSubqueries";
    case PHYS_SHARED: return "Shared";
    case PHYS_RECURSIVE: return "Recursive";
    case PHYS_RECURSION: return "Recursion";
    }
    return "Node";
}

static void append_metrics(const PhysNode *node, Text *out) {
    const NodeMetrics *metrics = node->metrics;
    text_printf(out, " (rows %" PRIuFAST64 ", %.3f ms", metrics->rows_out,
                (double)metrics->time_ns / 1e6);
    if (metrics->memory_bytes)
        text_printf(out, ", %.1f MB", (double)metrics->memory_bytes / (1024 * 1024));
    if (metrics->spilled_bytes)
        text_printf(out, ", spilled %.1f MB", (double)metrics->spilled_bytes / (1024 * 1024));
    text_append_char(out, ')');
}

static void append_node(const PhysNode *node, uint32_t depth, bool profile, Text *out) {
    AUTO(Arena, arena) = {0};
    text_append_repeat(out, ' ', (size_t)depth * 2);
    text_append_cstr(out, node_name(node));
    append_details(node, &arena, out);
    if (profile && node->metrics) append_metrics(node, out);
    else if (node->estimated_rows >= 0)
        text_printf(out, " (about %.0f rows)", node->estimated_rows);
    text_append_char(out, '\n');
    for (uint32_t i = 0; i < node->input_count; i++)
        append_node(node->inputs[i], depth + 1, profile, out);
    if (node->kind == PHYS_SHARED && node->shared.shared->plan && depth < 64)
        append_node(node->shared.shared->plan, depth + 1, profile, out);
}

void plan_append_text(const PhysNode *root, bool profile, Text *out) {
    append_node(root, 0, profile, out);
}
