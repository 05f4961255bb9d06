// SPDX-License-Identifier: Apache-2.0
// Commands and scripts as text.
#include "kernel/plan/script.h"
#include "kernel/plan/unresolved_text.h"

static const char *const command_words[] = {
    [UCMD_QUERY] = "query",
    [UCMD_CREATE_SCHEMA] = "create-schema",
    [UCMD_DROP_SCHEMA] = "drop-schema",
    [UCMD_ALTER_SCHEMA] = "alter-schema",
    [UCMD_CREATE_TABLE] = "create-table",
    [UCMD_DROP_TABLE] = "drop-table",
    [UCMD_DROP_VIEW] = "drop-view",
    [UCMD_CREATE_VIEW] = "create-view",
    [UCMD_ALTER_TABLE] = "alter-table",
    [UCMD_ALTER_VIEW] = "alter-view",
    [UCMD_SHOW] = "show",
    [UCMD_DESCRIBE] = "describe",
    [UCMD_USE] = "use",
    [UCMD_SET] = "set",
    [UCMD_RESET] = "reset",
    [UCMD_SET_TIME_ZONE] = "set-time-zone",
    [UCMD_EXPLAIN] = "explain",
    [UCMD_DECLARE_VARIABLE] = "declare",
    [UCMD_SET_VARIABLE] = "set-variable",
    [UCMD_DROP_VARIABLE] = "drop-variable",
    [UCMD_EXECUTE_IMMEDIATE] = "execute",
    [UCMD_CREATE_FUNCTION] = "create-function",
    [UCMD_DROP_FUNCTION] = "drop-function",
    [UCMD_INSERT] = "insert",
    [UCMD_UPDATE] = "update",
    [UCMD_DELETE] = "delete",
    [UCMD_MERGE] = "merge",
    [UCMD_TRUNCATE] = "truncate",
    [UCMD_COPY_INTO] = "copy-into",
    [UCMD_OPTIMIZE] = "optimize",
    [UCMD_VACUUM] = "vacuum",
    [UCMD_RESTORE] = "restore",
    [UCMD_CLONE] = "clone",
    [UCMD_CONVERT] = "convert",
    [UCMD_REORG] = "reorg",
    [UCMD_GENERATE] = "generate",
    [UCMD_CACHE] = "cache",
    [UCMD_UNCACHE] = "uncache",
    [UCMD_CLEAR_CACHE] = "clear-cache",
    [UCMD_REFRESH] = "refresh",
    [UCMD_ANALYZE] = "analyze",
    [UCMD_COMMENT_ON] = "comment-on",
    [UCMD_MULTI_INSERT] = "multi-insert",
    [UCMD_CALL] = "call",
    [UCMD_LOAD_DATA] = "load-data",
    [UCMD_INSERT_DIRECTORY] = "insert-directory",
    [UCMD_REPAIR] = "repair",
    [UCMD_ADD_RESOURCE] = "add-resource",
    [UCMD_SCRIPT] = "script",
    [UCMD_UNSUPPORTED] = "unsupported",
};

static void append_word(const char *label, Slice text, Text *out) {
    if (text.bytes) text_printf(out, " %s=%.*s", label, SLICE_ARGS(text));
}

static void append_flag(const char *label, bool flag, Text *out) {
    if (flag) text_printf(out, " %s", label);
}

static void append_parts(const char *label, NameParts name, Text *out) {
    if (!name.count) return;
    text_printf(out, " %s", label);
    for (uint32_t i = 0; i < name.count; i++)
        text_printf(out, "%s%.*s", i ? "." : "", SLICE_ARGS(name.parts[i]));
}

static void append_expr(const char *label, const UExpr *expr, Text *out) {
    if (!expr) return;
    text_printf(out, " %s=", label);
    uexpr_append_text(expr, out);
}

static void append_options(const char *label, const UOption *options, uint32_t count, Text *out) {
    if (!count) return;
    text_printf(out, " %s(", label);
    for (uint32_t i = 0; i < count; i++) {
        text_printf(out, "%s%.*s", i ? " " : "", SLICE_ARGS(options[i].name));
        if (options[i].value.data) text_printf(out, "=%.*s", SLICE_ARGS(options[i].value));
        else if (options[i].expr) append_expr("", options[i].expr, out);
    }
    text_append_char(out, ')');
}

static void append_columns(const char *label, const UColumnDef *columns, uint32_t count,
                           Text *out) {
    if (!count) return;
    text_printf(out, " %s(", label);
    for (uint32_t i = 0; i < count; i++) {
        const UColumnDef *column = &columns[i];
        text_printf(out, "%s%.*s", i ? ", " : "", SLICE_ARGS(column->name));
        if (column->type) {
            text_append_char(out, ' ');
            type_append_catalog(column->type, out);
        }
        append_flag("not-null", column->not_null, out);
        append_word("default", column->default_sql, out);
        append_word("generated", column->generated_sql, out);
        append_flag("identity", column->is_identity, out);
        append_word("comment", column->comment, out);
        append_word("position", column->position, out);
    }
    text_append_char(out, ')');
}

static void append_slices(const char *label, const Slice *items, uint32_t count, Text *out) {
    if (!count) return;
    text_printf(out, " %s(", label);
    for (uint32_t i = 0; i < count; i++)
        text_printf(out, "%s%.*s", i ? " " : "", SLICE_ARGS(items[i]));
    text_append_char(out, ')');
}

static void append_name_list(const char *label, const NameParts *items, uint32_t count, Text *out) {
    if (!count) return;
    text_printf(out, " %s(", label);
    for (uint32_t i = 0; i < count; i++) append_parts("", items[i], out);
    text_append(out, SLICE(" )"));
}

static void append_sets(const USetPair *sets, uint32_t count, Text *out) {
    for (uint32_t i = 0; i < count; i++) {
        append_parts("set ", sets[i].target, out);
        append_expr("", sets[i].value, out);
    }
}

static void append_list(const char *label, UExpr *const *items, uint32_t count, Text *out) {
    for (uint32_t i = 0; i < count; i++) append_expr(label, items[i], out);
}

// --- kinds
// -------------------------------------------------------------------------------------------

static void append_table(const UCommand *command, Text *out) {
    append_flag("external", command->table.is_external, out);
    append_flag("temporary", command->table.is_temporary, out);
    append_flag("replace", command->table.is_replace, out);
    append_parts("like=", command->table.like, out);
    append_columns("columns", command->table.columns, command->table.column_count, out);
    for (uint32_t i = 0; i < command->table.constraint_count; i++) {
        static const char *const kinds[] = {"check", "primary-key", "unique", "foreign-key"};
        const UConstraint *constraint = &command->table.constraints[i];
        text_printf(out, " (%s", kinds[constraint->kind]);
        append_word("name", constraint->name, out);
        append_expr("if", constraint->check, out);
        append_slices("on", constraint->columns, constraint->column_count, out);
        append_parts("target=", constraint->target, out);
        text_append_char(out, ')');
    }
    append_word("using", command->table.format, out);
    append_list("partition", command->table.partition_transforms, command->table.transform_count,
                out);
    append_name_list("cluster", command->table.cluster_columns, command->table.cluster_count, out);
    append_slices("buckets", command->table.bucket_columns, command->table.bucket_column_count,
                  out);
    append_word("location", command->table.location, out);
    append_word("stored", command->table.stored_as, out);
    append_word("collation", command->table.collation, out);
}

static void append_view(const UCommand *command, Text *out) {
    append_flag("global", command->view.is_global, out);
    append_flag("temporary", command->view.is_temporary, out);
    append_columns("columns", command->view.columns, command->view.column_count, out);
    append_word("schema", command->view.schema_mode, out);
    append_word("using", command->view.format, out);
    append_word("collation", command->view.collation, out);
}

static void append_insert(const UCommand *command, Text *out) {
    append_flag("overwrite", command->insert.overwrite, out);
    append_flag("by-name", command->insert.by_name, out);
    append_flag("schema-evolution", command->insert.schema_evolution, out);
    append_word("alias", command->insert.alias, out);
    append_slices("columns", command->insert.columns, command->insert.column_count, out);
    append_options("partition", command->insert.partition, command->insert.partition_count, out);
    append_expr("replace-where", command->insert.replace_where, out);
    append_expr("replace-on", command->insert.replace_on, out);
    append_slices("replace-using", command->insert.replace_using,
                  command->insert.replace_using_count, out);
}

static void append_merge(const UCommand *command, Text *out) {
    static const char *const when[] = {"matched", "not-matched", "not-matched-by-source"};
    static const char *const action[] = {"update", "update-all", "delete", "insert", "insert-all"};
    append_word("alias", command->merge.alias, out);
    text_append(out, SLICE(" using="));
    urel_append_text(command->merge.source, out);
    append_expr("on", command->merge.condition, out);
    for (uint32_t i = 0; i < command->merge.clause_count; i++) {
        const UMergeClause *clause = &command->merge.clauses[i];
        text_printf(out, " (%s %s", when[clause->when], action[clause->action]);
        append_expr("if", clause->condition, out);
        append_sets(clause->sets, clause->set_count, out);
        text_append_char(out, ')');
    }
}

static void append_function(const UCommand *command, Text *out) {
    append_flag("temporary", command->function.is_temporary, out);
    append_word("class", command->function.class_name, out);
    append_columns("parameters", command->function.parameters, command->function.parameter_count,
                   out);
    if (command->function.returns) {
        text_append(out, SLICE(" returns="));
        type_append_catalog(command->function.returns, out);
    }
    append_flag("table", command->function.is_table, out);
    append_columns("returns", command->function.returns_table,
                   command->function.returns_table_count, out);
    append_expr("body", command->function.body, out);
}

static void append_variable(const UCommand *command, Text *out) {
    append_name_list("names", command->variable.names, command->variable.count, out);
    if (command->variable.type) {
        text_append_char(out, ' ');
        type_append_catalog(command->variable.type, out);
    }
    if (command->kind == UCMD_SET_VARIABLE)
        append_sets(command->variable.sets, command->variable.set_count, out);
    else append_expr("default", command->variable.value, out);
    if (!command->variable.query) return;
    text_append_char(out, ' ');
    urel_append_text(command->variable.query, out);
}

static void append_alter(const UCommand *command, Text *out) {
    append_word("action", command->alter.action, out);
    append_columns("columns", command->alter.columns, command->alter.column_count, out);
    append_slices("actions", command->alter.column_actions, command->alter.column_action_count,
                  out);
    append_name_list("names", command->alter.names, command->alter.name_count, out);
    append_parts("to=", command->alter.new_name, out);
    append_word("text", command->alter.text, out);
    for (uint32_t i = 0; i < command->alter.partition_count; i++)
        append_options("partition", command->alter.partitions[i],
                       command->alter.partition_counts[i], out);
}

static void append_maintain(const UCommand *command, Text *out) {
    append_word("mode", command->maintain.mode, out);
    append_flag("full", command->maintain.full, out);
    append_flag("dry-run", command->maintain.dry_run, out);
    append_flag("deep", command->maintain.deep, out);
    append_flag("no-statistics", command->maintain.no_statistics, out);
    append_expr("where", command->maintain.condition, out);
    append_name_list("by", command->maintain.columns, command->maintain.column_count, out);
    append_expr("number", command->maintain.number, out);
    append_expr("timestamp", command->maintain.timestamp, out);
    append_parts("source=", command->maintain.source, out);
    append_columns("partition", command->maintain.partition_columns,
                   command->maintain.partition_column_count, out);
}

static void append_show(const UCommand *command, Text *out) {
    append_word("what", command->show.what, out);
    append_word("scope", command->show.scope, out);
    append_parts("in=", command->show.in, out);
    append_expr("in", command->show.in_identifier, out);
    append_word("pattern", command->show.pattern, out);
    append_word("property", command->show.property, out);
    append_options("partition", command->show.partition, command->show.partition_count, out);
    append_flag("as-serde", command->show.as_serde, out);
}

static void append_describe(const UCommand *command, Text *out) {
    append_word("what", command->describe.what, out);
    append_flag("extended", command->describe.extended, out);
    append_flag("as-json", command->describe.as_json, out);
    append_options("partition", command->describe.partition, command->describe.partition_count,
                   out);
    append_parts("column=", command->describe.column, out);
    if (command->describe.limit >= 0)
        text_printf(out, " limit=%lld", (long long)command->describe.limit);
}

static void append_analyze(const UCommand *command, Text *out) {
    append_flag("tables", command->analyze.is_tables, out);
    append_flag("noscan", command->analyze.noscan, out);
    append_flag("all-columns", command->analyze.all_columns, out);
    append_slices("columns", command->analyze.columns, command->analyze.column_count, out);
    append_options("partition", command->analyze.partition, command->analyze.partition_count, out);
}

static void append_load(const UCommand *command, Text *out) {
    append_word("path", command->load.path, out);
    append_word("format", command->load.format, out);
    append_flag("local", command->load.is_local, out);
    append_flag("overwrite", command->load.overwrite, out);
    append_options("partition", command->load.partition, command->load.partition_count, out);
}

static void append_change(const UCommand *command, Text *out) {
    append_word("alias", command->change.alias, out);
    append_sets(command->change.sets, command->change.set_count, out);
    append_expr("where", command->change.condition, out);
}

static void append_schema(const UCommand *command, Text *out) {
    append_word("what", command->schema.what, out);
    append_word("action", command->schema.action, out);
    append_word("location", command->schema.location, out);
    append_flag("cascade", command->schema.cascade, out);
    append_word("collation", command->schema.collation, out);
}

static void append_immediate(const UCommand *command, Text *out) {
    append_expr("text", command->immediate.text, out);
    append_name_list("into", command->immediate.into, command->immediate.into_count, out);
    append_list("using", command->immediate.arguments, command->immediate.argument_count, out);
}

static void append_setting(const UCommand *command, Text *out) {
    append_word("key", command->set.key, out);
    if (command->set.has_value || command->kind == UCMD_SET_TIME_ZONE)
        text_printf(out, " value=%.*s", SLICE_ARGS(command->set.value));
    append_flag("verbose", command->set.verbose, out);
}

// --- scripts
// -----------------------------------------------------------------------------------------

static void append_script(const UScript *script, Text *out);

static void append_items(const UScriptList *list, Text *out) {
    for (uint32_t i = 0; i < list->count; i++) {
        text_append_char(out, ' ');
        append_script(list->items[i], out);
    }
}

static void append_script(const UScript *script, Text *out) {
    static const char *const words[] = {"begin", "statement", "condition", "handler",
                                        "if",    "case",      "while",     "repeat",
                                        "loop",  "for",       "leave",     "iterate"};
    if (script->kind == USCRIPT_STATEMENT) {
        ucommand_append_text(script->command, out);
        return;
    }
    text_printf(out, "(%s", words[script->kind]);
    append_word("label", script->label, out);
    append_word("name", script->name, out);
    append_word("sqlstate", script->sqlstate, out);
    append_flag("continue", script->is_continue, out);
    append_slices("for", script->handled, script->handled_count, out);
    append_expr("of", script->operand, out);
    if (script->query) {
        text_append_char(out, ' ');
        urel_append_text(script->query, out);
    }
    bool branches = script->branch_count > 0;
    for (uint32_t i = 0; i < script->condition_count; i++) {
        append_expr(branches ? "when" : "cond", script->conditions[i], out);
        if (branches) append_items(&script->branches[i], out);
    }
    if (script->branch_count > script->condition_count) {
        text_append(out, SLICE(" else"));
        append_items(&script->branches[script->branch_count - 1], out);
    }
    append_items(&script->body, out);
    text_append_char(out, ')');
}

// --- commands
// ----------------------------------------------------------------------------------------

static void append_fields(const UCommand *command, Text *out) {
    switch (command->kind) {
    case UCMD_CREATE_SCHEMA:
    case UCMD_DROP_SCHEMA:
    case UCMD_ALTER_SCHEMA: append_schema(command, out); break;
    case UCMD_CREATE_TABLE: append_table(command, out); break;
    case UCMD_CREATE_VIEW: append_view(command, out); break;
    case UCMD_ALTER_TABLE:
    case UCMD_ALTER_VIEW: append_alter(command, out); break;
    case UCMD_SHOW: append_show(command, out); break;
    case UCMD_DESCRIBE: append_describe(command, out); break;
    case UCMD_USE: append_word("what", command->use.what, out); break;
    case UCMD_SET:
    case UCMD_RESET:
    case UCMD_SET_TIME_ZONE: append_setting(command, out); break;
    case UCMD_EXPLAIN: append_word("mode", command->explain.mode, out); break;
    case UCMD_DECLARE_VARIABLE:
    case UCMD_SET_VARIABLE: append_variable(command, out); break;
    case UCMD_EXECUTE_IMMEDIATE: append_immediate(command, out); break;
    case UCMD_CREATE_FUNCTION: append_function(command, out); break;
    case UCMD_INSERT: append_insert(command, out); break;
    case UCMD_UPDATE:
    case UCMD_DELETE: append_change(command, out); break;
    case UCMD_MERGE: append_merge(command, out); break;
    case UCMD_OPTIMIZE:
    case UCMD_VACUUM:
    case UCMD_RESTORE:
    case UCMD_CLONE:
    case UCMD_CONVERT:
    case UCMD_REORG:
    case UCMD_GENERATE: append_maintain(command, out); break;
    case UCMD_CACHE:
    case UCMD_REFRESH:
    case UCMD_COMMENT_ON:
        append_flag("lazy", command->cache.lazy, out);
        append_word("what", command->cache.what, out);
        append_word("text", command->cache.text, out);
        break;
    case UCMD_ANALYZE: append_analyze(command, out); break;
    case UCMD_CALL:
        append_list("arg", command->call.arguments, command->call.argument_count, out);
        break;
    case UCMD_LOAD_DATA:
    case UCMD_INSERT_DIRECTORY:
    case UCMD_COPY_INTO:
    case UCMD_ADD_RESOURCE: append_load(command, out); break;
    case UCMD_UNSUPPORTED: append_word("operation", command->operation, out); break;
    default: break;
    }
}

void ucommand_append_text(const UCommand *command, Text *out) {
    if (command->kind == UCMD_SCRIPT) {
        append_script(command->script.script, out);
        return;
    }
    text_printf(out, "(%s", command_words[command->kind]);
    append_flag("or-replace", command->or_replace, out);
    append_flag("if-not-exists", command->if_not_exists, out);
    append_flag("if-exists", command->if_exists, out);
    append_parts("", command->name, out);
    append_expr("name", command->name_identifier, out);
    append_fields(command, out);
    append_word("comment", command->comment, out);
    append_options("options", command->options, command->option_count, out);
    append_options("properties", command->properties, command->property_count, out);
    if (command->with) {
        text_append_char(out, ' ');
        urel_append_text(command->with, out);
    }
    if (command->query) {
        text_append_char(out, ' ');
        urel_append_text(command->query, out);
    }
    if (command->statement) {
        text_append_char(out, ' ');
        ucommand_append_text(command->statement, out);
    }
    for (uint32_t i = 0; i < command->statement_count; i++) {
        text_append_char(out, ' ');
        ucommand_append_text(command->statements[i], out);
    }
    text_append_char(out, ')');
}
