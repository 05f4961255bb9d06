// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/unresolved_text.h"

#include "kernel/column/format.h"

static void append(Text *out, const char *text) { text_append_cstr(out, text); }

static void append_parts(NameParts name, Text *out) {
    for (uint32_t i = 0; i < name.count; i++) {
        if (i) append(out, ".");
        text_append(out, name.parts[i]);
    }
}

static void append_slices(const char *label, const Slice *items, uint32_t count, Text *out) {
    if (!count) return;
    text_printf(out, " %s(", label);
    for (uint32_t i = 0; i < count; i++) {
        if (i) append(out, " ");
        text_append(out, items[i]);
    }
    append(out, ")");
}

static void append_names(const char *label, const NameParts *items, uint32_t count, Text *out) {
    if (!count) return;
    text_printf(out, " %s(", label);
    for (uint32_t i = 0; i < count; i++) {
        if (i) append(out, " ");
        append_parts(items[i], out);
    }
    append(out, ")");
}

static void append_list(UExpr *const *items, uint32_t count, Text *out) {
    append(out, "[");
    for (uint32_t i = 0; i < count; i++) {
        if (i) append(out, " ");
        uexpr_append_text(items[i], out);
    }
    append(out, "]");
}

static void append_labelled(const char *label, UExpr *const *items, uint32_t count, Text *out) {
    if (!count) return;
    text_printf(out, " %s", label);
    append_list(items, count, out);
}

static void append_optional(const char *label, const UExpr *expr, Text *out) {
    if (!expr) return;
    text_printf(out, " %s=", label);
    uexpr_append_text(expr, out);
}

static void append_word(const char *label, Slice text, Text *out) {
    if (!text.bytes) return;
    text_printf(out, " %s=%.*s", label, SLICE_ARGS(text));
}

static void append_flag(const char *label, bool flag, Text *out) {
    if (flag) text_printf(out, " %s", label);
}

// --- expressions
// -------------------------------------------------------------------------------------

static void append_value(const Value *value, Text *out) {
    if (value->is_null) {
        append(out, "null");
    } else if (type_is(value->type, TYPE_STRING)) {
        append(out, "'");
        text_append(out, value->bytes);
        append(out, "'");
        return;
    } else if (type_is(value->type, TYPE_BINARY)) {
        append(out, "x'");
        for (size_t i = 0; i < value->bytes.bytes; i++)
            text_printf(out, "%02X", (unsigned char)value->bytes.data[i]);
        append(out, "'");
        return;
    } else {
        value_append_text(value, TEXT_CAST, time_zone_utc(), out);
    }
    if (type_is(value->type, TYPE_INT) || type_is(value->type, TYPE_VOID) ||
        type_is(value->type, TYPE_BOOLEAN))
        return;
    append(out, ":");
    type_append_catalog(value->type, out);
}

static void append_frame_bound(const UFrameBound *bound, Text *out) {
    static const char *const words[] = {"unbounded", "preceding", "current", "following",
                                        "unbounded-following"};
    text_printf(out, " %s", words[bound->kind]);
    if (!bound->offset) return;
    append(out, "=");
    uexpr_append_text(bound->offset, out);
}

static void append_window(const UWindow *window, Text *out) {
    if (window->is_reference) {
        text_append(out, window->name);
        return;
    }
    append(out, "(window");
    append_word("base", window->name, out);
    append_labelled("partition", window->partition, window->partition_count, out);
    append_labelled("order", window->order, window->order_count, out);
    if (window->has_frame) {
        append(out, window->is_range ? " range" : " rows");
        append_frame_bound(&window->start, out);
        append_frame_bound(&window->stop, out);
    }
    append(out, ")");
}

static void append_function(const UExpr *expr, Text *out) {
    if (expr->is_operator) append(out, "(");
    if (expr->function.identifier) uexpr_append_text(expr->function.identifier, out);
    else append_parts(expr->name, out);
    append(out, expr->is_operator ? "" : "(");
    if (expr->function.distinct) append(out, "distinct ");
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (expr->is_operator) append(out, " ");
        else if (i) append(out, ", ");
        uexpr_append_text(expr->args[i], out);
    }
    append_flag("ignore-nulls", expr->function.ignore_nulls, out);
    append_flag("respect-nulls", expr->function.respect_nulls, out);
    append_labelled("within", expr->function.within, expr->function.within_count, out);
    append_optional("filter", expr->function.filter, out);
    append(out, ")");
}

static void append_star(const UExpr *expr, Text *out) {
    bool more = expr->star.except_count || expr->star.replace_count;
    if (more) append(out, "(");
    append_parts(expr->name, out);
    append(out, expr->name.count ? ".*" : "*");
    append_names("except", expr->star.except, expr->star.except_count, out);
    append_labelled("replace", expr->star.replace, expr->star.replace_count, out);
    if (more) append(out, ")");
}

static void append_args(const UExpr *expr, const char *word, Text *out) {
    text_printf(out, "(%s", word);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        append(out, " ");
        uexpr_append_text(expr->args[i], out);
    }
}

static void append_cast(const UExpr *expr, Text *out) {
    append_args(expr,
                expr->cast.is_double_colon     ? "::"
                : expr->cast.mode == UCAST_TRY ? "try_cast"
                                               : "cast",
                out);
    append(out, " ");
    type_append_catalog(expr->cast.type, out);
    append(out, ")");
}

static void append_subquery(const UExpr *expr, Text *out) {
    static const char *const words[] = {"scalar", "exists", "in-query"};
    append_args(expr, words[expr->subquery.kind], out);
    append(out, " ");
    urel_append_text(expr->subquery.query, out);
    append(out, ")");
}

static void append_table_argument(const UExpr *expr, Text *out) {
    append(out, "(table-argument ");
    urel_append_text(expr->table_argument.query, out);
    append_labelled("partition", expr->args, expr->arg_count, out);
    append_flag("single", expr->table_argument.single_partition, out);
    append_labelled("order", expr->table_argument.order, expr->table_argument.order_count, out);
    append(out, ")");
}

static void append_sort_order(const UExpr *expr, Text *out) {
    append_args(expr, expr->sort.descending ? "desc" : "asc", out);
    if (expr->sort.nulls != NULLS_DEFAULT)
        append(out, expr->sort.nulls == NULLS_FIRST ? " nulls-first" : " nulls-last");
    append(out, ")");
}

static void append_alias(const UExpr *expr, Text *out) {
    append_args(expr, "as", out);
    for (uint32_t i = 0; i < expr->alias.count; i++)
        text_printf(out, " %.*s", SLICE_ARGS(expr->alias.names[i]));
    append(out, ")");
}

static void append_lambda(const UExpr *expr, Text *out) {
    append(out, "(lambda");
    append_slices("", expr->lambda.names, expr->lambda.count, out);
    append(out, " ");
    uexpr_append_text(expr->args[0], out);
    append(out, ")");
}

static void append_simple(const UExpr *expr, const char *word, Text *out) {
    append_args(expr, word, out);
    append(out, ")");
}

void uexpr_append_text(const UExpr *expr, Text *out) {
    switch (expr->kind) {
    case UEXPR_LITERAL: append_value(&expr->literal.value, out); break;
    case UEXPR_ATTRIBUTE:
    case UEXPR_LAMBDA_VARIABLE:
    case UEXPR_REGEX: append_parts(expr->name, out); break;
    case UEXPR_STAR: append_star(expr, out); break;
    case UEXPR_FUNCTION: append_function(expr, out); break;
    case UEXPR_ALIAS: append_alias(expr, out); break;
    case UEXPR_CAST: append_cast(expr, out); break;
    case UEXPR_EXTRACT: append_simple(expr, expr->is_operator ? "at" : "get", out); break;
    case UEXPR_UPDATE_FIELDS: append_simple(expr, "update-fields", out); break;
    case UEXPR_LAMBDA: append_lambda(expr, out); break;
    case UEXPR_WINDOW:
        append_args(expr, "over", out);
        append(out, " ");
        append_window(expr->window.window, out);
        append(out, ")");
        break;
    case UEXPR_CASE:
        append_args(expr, expr->case_when.has_operand ? "case-of" : "case", out);
        append(out, expr->case_when.has_else ? " else)" : ")");
        break;
    case UEXPR_SUBQUERY: append_subquery(expr, out); break;
    case UEXPR_SORT_ORDER: append_sort_order(expr, out); break;
    case UEXPR_NAMED_ARGUMENT:
        append(out, "(=> ");
        append_parts(expr->name, out);
        append(out, " ");
        uexpr_append_text(expr->args[0], out);
        append(out, ")");
        break;
    case UEXPR_PARAMETER:
        if (expr->name.count) {
            append(out, ":");
            append_parts(expr->name, out);
        } else {
            text_printf(out, "?%u", expr->parameter.position);
        }
        break;
    case UEXPR_DEFAULT: append(out, "DEFAULT"); break;
    case UEXPR_TABLE_ARGUMENT: append_table_argument(expr, out); break;
    case UEXPR_TEXT: text_printf(out, "(text %.*s)", SLICE_ARGS(expr->text.text)); break;
    case UEXPR_IDENTIFIER: append_simple(expr, "identifier", out); break;
    }
}

// --- relations
// ---------------------------------------------------------------------------------------

static const char *const rel_words[] = {
    [UREL_TABLE] = "table",
    [UREL_DATA_SOURCE] = "source",
    [UREL_PROJECT] = "project",
    [UREL_FILTER] = "filter",
    [UREL_HAVING] = "having",
    [UREL_QUALIFY] = "qualify",
    [UREL_JOIN] = "join",
    [UREL_SET_OP] = "set",
    [UREL_SORT] = "sort",
    [UREL_LIMIT] = "limit",
    [UREL_OFFSET] = "offset",
    [UREL_TAIL] = "tail",
    [UREL_AGGREGATE] = "aggregate",
    [UREL_PIVOT] = "pivot",
    [UREL_UNPIVOT] = "unpivot",
    [UREL_LOCAL] = "local",
    [UREL_VALUES] = "values",
    [UREL_ONE_ROW] = "one-row",
    [UREL_SAMPLE] = "sample",
    [UREL_RANGE] = "range",
    [UREL_SUBQUERY_ALIAS] = "as",
    [UREL_REPARTITION] = "repartition",
    [UREL_TO_DF] = "to-df",
    [UREL_WITH_COLUMNS] = "with-columns",
    [UREL_RENAME_COLUMNS] = "rename",
    [UREL_DROP_COLUMNS] = "drop",
    [UREL_DEDUPLICATE] = "distinct",
    [UREL_HINT] = "hint",
    [UREL_TO_SCHEMA] = "to-schema",
    [UREL_TABLE_FUNCTION] = "call",
    [UREL_LATERAL_VIEW] = "lateral-view",
    [UREL_WITH] = "with",
    [UREL_NAMED_WINDOWS] = "windows",
    [UREL_NA_FILL] = "na-fill",
    [UREL_NA_DROP] = "na-drop",
    [UREL_NA_REPLACE] = "na-replace",
    [UREL_STAT] = "stat",
    [UREL_TRANSPOSE] = "transpose",
    [UREL_AS_OF_JOIN] = "as-of-join",
    [UREL_WATERMARK] = "watermark",
    [UREL_TRANSFORM] = "transform",
    [UREL_SQL] = "sql",
    [UREL_COMMAND] = "command",
};

static void append_table(const URel *rel, Text *out) {
    append(out, " ");
    if (rel->table.identifier) uexpr_append_text(rel->table.identifier, out);
    else append_parts(rel->table.name, out);
    append_flag("stream", rel->table.is_stream, out);
    append_optional("version", rel->table.version, out);
    append_optional("timestamp", rel->table.timestamp, out);
    const UChanges *changes = rel->table.changes;
    if (changes) {
        append_optional("changes-from", changes->start, out);
        append_optional("to", changes->stop, out);
    }
    for (uint32_t i = 0; i < rel->table.option_count; i++)
        append_word("option", rel->table.options[i].name, out);
}

static void append_join(const URel *rel, Text *out) {
    static const char *const kinds[] = {"inner", "cross", "left", "right", "full", "semi", "anti"};
    text_printf(out, " %s", kinds[rel->join.kind]);
    append_flag("natural", rel->join.natural, out);
    append_flag("lateral", rel->join.lateral, out);
    append_optional("on", rel->join.condition, out);
    append_slices("using", rel->join.using_columns, rel->join.using_count, out);
    if (rel->join.nearest) append_optional("nearest", rel->join.nearest->measure, out);
}

static void append_groups(const URel *rel, Text *out) {
    static const char *const kinds[] = {"by", "all", "rollup", "cube", "sets"};
    append_flag("all", rel->aggregate.is_all, out);
    for (uint32_t i = 0; i < rel->aggregate.item_count; i++) {
        const UGroupItem *item = &rel->aggregate.items[i];
        text_printf(out, " %s", kinds[item->kind]);
        for (uint32_t k = 0; k < item->set_count; k++)
            append_list(item->sets[k].exprs, item->sets[k].count, out);
        append_labelled("given", item->given, item->given_count, out);
    }
}

static void append_values(const URel *rel, Text *out) {
    for (uint32_t i = 0; i < rel->values.row_count; i++) {
        append(out, " ");
        append_list(rel->values.rows[i],
                    rel->values.row_lengths ? rel->values.row_lengths[i] : rel->values.column_count,
                    out);
    }
}

static void append_unpivot(const URel *rel, Text *out) {
    append_flag("include-nulls", rel->unpivot.include_nulls, out);
    append_slices("values", rel->unpivot.value_names, rel->unpivot.value_name_count, out);
    append_word("name", rel->unpivot.name_column, out);
    for (uint32_t i = 0; i < rel->unpivot.set_count; i++) {
        append(out, " ");
        append_list(rel->unpivot.sets[i], rel->unpivot.value_name_count, out);
        append_word("as", rel->unpivot.aliases ? rel->unpivot.aliases[i] : SLICE(""), out);
    }
}

static void append_sample(const URel *rel, Text *out) {
    if (rel->sample.is_rows) append_optional("rows", rel->sample.count, out);
    else text_printf(out, " %g", rel->sample.upper);
    if (rel->sample.has_seed) text_printf(out, " seed=%lld", (long long)rel->sample.seed);
}

static void append_function_rel(const URel *rel, Text *out) {
    append(out, " ");
    if (rel->function.identifier) uexpr_append_text(rel->function.identifier, out);
    else append_parts(rel->function.name, out);
    append_flag("outer", rel->function.outer, out);
    append_word("as", rel->function.table_alias, out);
    append_slices("columns", rel->function.column_aliases, rel->function.column_alias_count, out);
}

static void append_with(const URel *rel, Text *out) {
    append_flag("recursive", rel->with.recursive, out);
    for (uint32_t i = 0; i < rel->with.count; i++) {
        const UCte *cte = &rel->with.ctes[i];
        text_printf(out, " (%.*s", SLICE_ARGS(cte->name));
        append_slices("columns", cte->columns, cte->column_count, out);
        append_optional("level", cte->max_level, out);
        append(out, " ");
        urel_append_text(cte->query, out);
        append(out, ")");
    }
}

static void append_named_windows(const URel *rel, Text *out) {
    for (uint32_t i = 0; i < rel->windows.count; i++) {
        text_printf(out, " %.*s=", SLICE_ARGS(rel->windows.windows[i].name));
        append_window(rel->windows.windows[i].window, out);
    }
}

static void append_set_op(const URel *rel, Text *out) {
    static const char *const kinds[] = {"union", "intersect", "except"};
    text_printf(out, " %s", kinds[rel->set_op.kind]);
    append_flag("all", rel->set_op.all, out);
    append_flag("by-name", rel->set_op.by_name, out);
}

static void append_rel_fields(const URel *rel, Text *out) {
    switch (rel->kind) {
    case UREL_TABLE: append_table(rel, out); break;
    case UREL_FILTER:
    case UREL_HAVING:
    case UREL_QUALIFY:
        append(out, " ");
        uexpr_append_text(rel->filter.condition, out);
        break;
    case UREL_JOIN: append_join(rel, out); break;
    case UREL_SET_OP: append_set_op(rel, out); break;
    case UREL_SORT:
        append_flag("local", !rel->sort.is_global, out);
        append_flag("all", rel->sort.is_all, out);
        break;
    case UREL_LIMIT:
    case UREL_OFFSET:
    case UREL_TAIL:
        append(out, " ");
        uexpr_append_text(rel->limit.count, out);
        break;
    case UREL_AGGREGATE: append_groups(rel, out); break;
    case UREL_PIVOT:
        append_labelled("for", rel->pivot.columns, rel->pivot.column_count, out);
        append_labelled("in", rel->pivot.values, rel->pivot.value_count, out);
        break;
    case UREL_UNPIVOT: append_unpivot(rel, out); break;
    case UREL_VALUES: append_values(rel, out); break;
    case UREL_SAMPLE: append_sample(rel, out); break;
    case UREL_SUBQUERY_ALIAS:
        text_printf(out, " %.*s", SLICE_ARGS(rel->alias.name));
        append_slices("columns", rel->alias.columns, rel->alias.column_count, out);
        break;
    case UREL_TABLE_FUNCTION:
    case UREL_LATERAL_VIEW: append_function_rel(rel, out); break;
    case UREL_WITH: append_with(rel, out); break;
    case UREL_NAMED_WINDOWS: append_named_windows(rel, out); break;
    case UREL_HINT: append_word("name", rel->hint.name, out); break;
    case UREL_TRANSFORM:
        append_word("using", rel->transform.script, out);
        append_slices("as", rel->transform.names, rel->transform.column_count, out);
        break;
    case UREL_SQL: append_word("text", rel->sql.text, out); break;
    case UREL_COMMAND:
        append(out, " ");
        ucommand_append_text(rel->command.command, out);
        break;
    default: break;
    }
}

void urel_append_text(const URel *rel, Text *out) {
    static const char *const pipes[] = {"",      "|select", "|extend",    "|set",
                                        "|drop", "|where",  "|aggregate", "|"};
    text_printf(out, "(%s%s", rel_words[rel->kind], pipes[rel->pipe]);
    append_rel_fields(rel, out);
    if (rel->expr_count) {
        append(out, " ");
        append_list(rel->exprs, rel->expr_count, out);
    }
    if (rel->input) {
        append(out, " ");
        urel_append_text(rel->input, out);
    }
    if (rel->right) {
        append(out, " ");
        urel_append_text(rel->right, out);
    }
    append(out, ")");
}
