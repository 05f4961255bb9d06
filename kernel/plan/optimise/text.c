// SPDX-License-Identifier: Apache-2.0
// Logical trees as indented text, for EXPLAIN EXTENDED.
#include "kernel/plan/optimise/rewrite.h"

#include <inttypes.h>

static const char *const names[] = {
    [REL_SCAN] = "Scan",      [REL_VALUES] = "Values",       [REL_RANGE] = "Range",
    [REL_FILTER] = "Filter",  [REL_PROJECT] = "Project",     [REL_AGGREGATE] = "Aggregate",
    [REL_JOIN] = "Join",      [REL_SORT] = "Sort",           [REL_LIMIT] = "Limit",
    [REL_WINDOW] = "Window",  [REL_UNION] = "Union",         [REL_SET_OP] = "SetOperation",
    [REL_EXPAND] = "Expand",  [REL_GENERATE] = "Generate",   [REL_SAMPLE] = "Sample",
    [REL_ONE_ROW] = "OneRow", [REL_RECURSIVE] = "Recursive", [REL_RECURSION] = "Recursion",
    [REL_SHARED] = "Shared",
};

static const char *const join_names[] = {
    [JOIN_INNER] = "Inner",
    [JOIN_LEFT] = "LeftOuter",
    [JOIN_RIGHT] = "RightOuter",
    [JOIN_FULL] = "FullOuter",
    [JOIN_LEFT_SEMI] = "LeftSemi",
    [JOIN_LEFT_ANTI] = "LeftAnti",
    [JOIN_LEFT_ANTI_NULL_AWARE] = "LeftAntiNullAware",
    [JOIN_LEFT_MARK] = "Mark",
    [JOIN_LEFT_SINGLE] = "LeftSingle",
    [JOIN_CROSS] = "Cross",
};

static void append_exprs(Text *out, Expr *const *exprs, uint32_t count) {
    text_append_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_append(out, SLICE(", "));
        expr_append_text(exprs[i], NULL, 0, out);
    }
    text_append_char(out, ']');
}

static void append_output(Text *out, const Rel *rel) {
    text_append(out, SLICE(" -> ["));
    for (uint32_t i = 0; i < rel->output_count; i++)
        text_printf(out, "%s%.*s#%u", i ? ", " : "", SLICE_ARGS(rel->output[i].name),
                    rel->output[i].id);
    text_append_char(out, ']');
}

static void append_details(Text *out, const Rel *rel) {
    switch (rel->kind) {
    case REL_SCAN:
        text_printf(out, " %.*s", SLICE_ARGS(rel->scan.name));
        if (rel->scan.filter_count) append_exprs(out, rel->scan.filters, rel->scan.filter_count);
        break;
    case REL_FILTER: append_exprs(out, rel->filter.conjuncts, rel->filter.count); break;
    case REL_PROJECT: append_exprs(out, rel->project.exprs, rel->output_count); break;
    case REL_AGGREGATE: append_exprs(out, rel->aggregate.keys, rel->aggregate.key_count); break;
    case REL_JOIN:
        text_printf(out, " %s ", join_names[rel->join.kind]);
        append_exprs(out, rel->join.conjuncts, rel->join.conjunct_count);
        break;
    case REL_LIMIT:
        if (rel->limit.limit != UINT64_MAX) text_printf(out, " %" PRIu64, rel->limit.limit);
        if (rel->limit.offset) text_printf(out, " offset %" PRIu64, rel->limit.offset);
        break;
    default: break;
    }
}

static void append_node(const Rel *rel, uint32_t depth, Text *out) {
    text_append_repeat(out, ' ', (size_t)depth * 2);
    text_append_cstr(out, names[rel->kind]);
    append_details(out, rel);
    append_output(out, rel);
    if (rel->rows >= 0) text_printf(out, " (about %.0f rows)", rel->rows);
    text_append_char(out, '\n');
    for (uint32_t i = 0; i < rel->input_count; i++) append_node(rel->inputs[i], depth + 1, out);
}

void rel_append_text(const Rel *rel, Text *out) { append_node(rel, 0, out); }
