// SPDX-License-Identifier: Apache-2.0
// ALTER: schemas, tables, views. The command's action is the grammar's words for it:
//   "ADD COLUMNS", "DROP COLUMNS", "RENAME COLUMN", "REPLACE COLUMNS", "ALTER COLUMN" (one column
//   per entry; its action in text: "TYPE", "COMMENT", "SET NOT NULL", "DROP NOT NULL", "SET
//   DEFAULT", "DROP DEFAULT", "POSITION", "SYNC IDENTITY"), "CHANGE COLUMN" (Hive: columns[0] with
//   its type), "RENAME TO", "SET TBLPROPERTIES", "UNSET TBLPROPERTIES", "SET LOCATION", "SET
//   SERDE", "ADD PARTITION", "DROP PARTITION", "RENAME PARTITION", "RECOVER PARTITIONS", "CLUSTER
//   BY", "CLUSTER BY NONE", "DEFAULT COLLATION", "ADD CONSTRAINT", "DROP CONSTRAINT", "DROP
//   FEATURE", "AS" (views), "SCHEMA" (views).
#include "kernel/sql/statement/statement.h"

static void set_action(UCommand *command, const char *action) {
    command->alter.action = slice_from_cstr(action);
}

static void push_column(Sql *s, UCommand *command, UColumnDef column) {
    ARENA_PUSH(s->arena, command->alter.columns, command->alter.column_count, column);
}

// --- columns
// -----------------------------------------------------------------------------------------

// FIRST | AFTER column
static bool column_position(Sql *s, UColumnDef *column) {
    if (sql_accept_word(s, WORD_FIRST)) {
        column->position_first = true;
        column->position = SLICE("FIRST");
        return true;
    }
    if (!sql_accept_word(s, WORD_AFTER)) return false;
    column->position = sql_checked_identifier(s);
    return true;
}

// A column with its position anywhere among its options.
static UColumnDef positioned_column(Sql *s, uint32_t start) {
    UColumnDef column = sql_column_definition(s, ERR_ALTER_TABLE_COLUMN_DESCRIPTOR_DUPLICATE);
    if (!column_position(s, &column)) return column;
    bool not_null = column.not_null, comment = column.comment.data,
         has_default = column.default_expr;
    for (;;) {
        const char *twice = NULL;
        if (sql_accept_words(s, WORD_NOT, WORD_NULL)) {
            if (not_null) twice = "NOT NULL";
            column.not_null = not_null = true;
        } else if (sql_accept_word(s, WORD_COMMENT)) {
            if (comment) twice = "COMMENT";
            column.comment = sql_string(s);
            comment = true;
        } else if (sql_accept_word(s, WORD_DEFAULT)) {
            if (has_default) twice = "DEFAULT";
            uint32_t expr_start = sql_start(s);
            column.default_expr = sql_expression(s);
            column.default_sql = sql_text_from(s, expr_start);
            has_default = true;
        } else {
            return column;
        }
        if (twice)
            sql_fail(s, start, ERR_ALTER_TABLE_COLUMN_DESCRIPTOR_DUPLICATE, "type", twice,
                     "columnName", sql_cstr(s, column.name), "optionName", twice);
    }
}

static void column_list(Sql *s, UCommand *command, uint32_t start) {
    bool paren = sql_accept(s, TOKEN_LEFT_PAREN);
    do push_column(s, command, positioned_column(s, start));
    while (sql_accept(s, TOKEN_COMMA));
    if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
}

// TYPE t | COMMENT 'c' | SET|DROP NOT NULL | SET DEFAULT e | DROP DEFAULT | FIRST | AFTER c | SYNC
// IDENTITY
static bool column_action(Sql *s, UColumnDef *column, Slice *action) {
    if (sql_accept_word(s, WORD_TYPE)) {
        *action = SLICE("TYPE");
        column->type = sql_type(s);
    } else if (sql_accept_word(s, WORD_COMMENT)) {
        *action = SLICE("COMMENT");
        column->comment = sql_string(s);
    } else if (sql_are_words(s, WORD_SET, WORD_NOT) || sql_are_words(s, WORD_DROP, WORD_NOT)) {
        column->not_null = sql_is_word(s, WORD_SET);
        *action = column->not_null ? SLICE("SET NOT NULL") : SLICE("DROP NOT NULL");
        sql_advance(s);
        sql_advance(s);
        sql_expect_word(s, WORD_NULL);
    } else if (sql_accept_words(s, WORD_SET, WORD_DEFAULT)) {
        *action = SLICE("SET DEFAULT");
        uint32_t start = sql_start(s);
        column->default_expr = sql_expression(s);
        column->default_sql = sql_text_from(s, start);
    } else if (sql_accept_words(s, WORD_DROP, WORD_DEFAULT)) {
        *action = SLICE("DROP DEFAULT");
    } else if (sql_accept_words(s, WORD_SYNC, WORD_IDENTITY)) {
        *action = SLICE("SYNC IDENTITY");
    } else if (column_position(s, column)) {
        *action = SLICE("POSITION");
    } else {
        return false;
    }
    return true;
}

static UColumnDef named_column(Sql *s) {
    uint32_t start = sql_start(s);
    UColumnDef column = {.path = sql_name_parts(s)};
    column.name = column.path.count ? column.path.parts[column.path.count - 1] : SLICE("");
    column.origin = sql_origin(s, start);
    return column;
}

// ALTER|CHANGE [COLUMN] a action, b action; CHANGE [COLUMN] a name type [COMMENT c] [FIRST|AFTER x]
// is Hive's.
static void alter_column(Sql *s, UCommand *command, uint32_t start) {
    bool change = sql_is_word(s, WORD_CHANGE);
    sql_advance(s);
    bool word = (sql_is_word(s, WORD_COLUMN) || sql_is_word(s, WORD_COLUMNS)) &&
                sql_is_identifier(s, sql_peek_at(s, 1)) && sql_word_at(s, 1) != WORD_TYPE;
    if (word) sql_advance(s);
    set_action(command, "ALTER COLUMN");
    do {
        UColumnDef column = named_column(s);
        Slice action = SLICE("");
        if (!column_action(s, &column, &action)) {
            if (!change || !sql_is_identifier(s, sql_peek(s))) {
                sql_fail_expected(s, "TYPE, COMMENT, SET, DROP, FIRST or AFTER");
                return;
            }
            set_action(command, "CHANGE COLUMN");
            uint32_t hive_start = sql_start(s);
            UColumnDef hive = sql_column_definition(s, ERR_ALTER_TABLE_COLUMN_DESCRIPTOR_DUPLICATE);
            (void)column_position(s, &hive);
            bool renamed = column.path.count && !slice_equal_ignore_case(hive.name, column.name);
            hive.path = column.path;
            push_column(s, command, hive);
            (void)hive_start;
            if (renamed)
                sql_fail(s, start, ERR_LEGACY_0035, "message",
                         "Renaming column is not supported in Hive-style ALTER COLUMN, please run "
                         "RENAME COLUMN instead");
            return;
        }
        push_column(s, command, column);
        ARENA_PUSH(s->arena, command->alter.column_actions, command->alter.column_action_count,
                   action);
        command->alter.text = action;
    } while (sql_accept(s, TOKEN_COMMA));
}

static void drop_columns(Sql *s, UCommand *command) {
    sql_advance(s);
    sql_advance(s);
    set_action(command, "DROP COLUMNS");
    command->if_exists = sql_if_exists(s);
    bool paren = sql_accept(s, TOKEN_LEFT_PAREN);
    do ARENA_PUSH(s->arena, command->alter.names, command->alter.name_count, sql_name_parts(s));
    while (sql_accept(s, TOKEN_COMMA));
    if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
}

static void rename_column(Sql *s, UCommand *command) {
    sql_advance(s);
    sql_advance(s);
    set_action(command, "RENAME COLUMN");
    push_column(s, command, named_column(s));
    sql_expect_word(s, WORD_TO);
    NameParts name = {0};
    ARENA_PUSH(s->arena, name.parts, name.count, sql_checked_identifier(s));
    command->alter.new_name = name;
}

// --- properties and partitions
// -----------------------------------------------------------------------

static void set_properties(Sql *s, UCommand *command, bool unset) {
    set_action(command, unset ? "UNSET TBLPROPERTIES" : "SET TBLPROPERTIES");
    sql_advance(s);
    sql_advance(s);
    if (unset) command->if_exists = sql_if_exists(s);
    UOptionList list = sql_property_list(s);
    command->properties = list.items;
    command->property_count = list.count;
}

static void push_partition(Sql *s, UCommand *command, UOptionList spec) {
    uint32_t index = command->alter.partition_count;
    ARENA_PUSH(s->arena, command->alter.partition_counts, index, spec.count);
    ARENA_PUSH(s->arena, command->alter.partitions, command->alter.partition_count, spec.items);
}

static void partitions(Sql *s, UCommand *command, const char *action) {
    set_action(command, action);
    sql_advance(s);
    command->if_not_exists = sql_if_not_exists(s);
    command->if_exists = !command->if_not_exists && sql_if_exists(s);
    do {
        (void)sql_accept(s, TOKEN_COMMA);
        push_partition(s, command, sql_partition_spec(s));
        if (sql_is_word(s, WORD_LOCATION)) command->alter.text = sql_location(s);
    } while (sql_is_word(s, WORD_PARTITION) || sql_is(s, TOKEN_COMMA));
    (void)sql_accept_word(s, WORD_PURGE);
}

static bool set_serde(Sql *s, UCommand *command) {
    set_action(command, "SET SERDE");
    sql_advance(s);
    if (sql_accept_word(s, WORD_SERDEPROPERTIES)) {
        (void)sql_property_list(s);
        return true;
    }
    sql_expect_word(s, WORD_SERDE);
    (void)sql_string(s);
    if (sql_accept_words(s, WORD_WITH, WORD_SERDEPROPERTIES)) (void)sql_property_list(s);
    return true;
}

// What may stand behind PARTITION (...): RENAME TO, SET LOCATION, SET SERDE, Hive's commands.
static void alter_partition(Sql *s, UCommand *command, uint32_t start) {
    push_partition(s, command, sql_partition_spec(s));
    if (sql_accept_words(s, WORD_RENAME, WORD_TO)) {
        set_action(command, "RENAME PARTITION");
        push_partition(s, command, sql_partition_spec(s));
    } else if (sql_are_words(s, WORD_SET, WORD_LOCATION)) {
        sql_advance(s);
        set_action(command, "SET LOCATION");
        command->alter.text = sql_location(s);
    } else if (sql_are_words(s, WORD_SET, WORD_SERDE) ||
               sql_are_words(s, WORD_SET, WORD_SERDEPROPERTIES)) {
        (void)set_serde(s, command);
    } else {
        Slice rest = sql_rest(s);
        Slice words = arena_printf(s->arena, "ALTER TABLE ... PARTITION %.*s", SLICE_ARGS(rest));
        size_t paren = slice_find_char(words, '(', 0);
        Slice operation = slice_trim(paren == SIZE_MAX ? words : slice_first(words, paren));
        sql_fail(s, start, ERR_INVALID_STATEMENT_OR_CLAUSE, "operation", sql_cstr(s, operation));
    }
}

// --- ALTER TABLE
// -------------------------------------------------------------------------------------

static void cluster_by(Sql *s, UCommand *command) {
    sql_advance(s);
    sql_advance(s);
    set_action(command, "CLUSTER BY");
    if (sql_accept_word(s, WORD_NONE)) {
        set_action(command, "CLUSTER BY NONE");
    } else if (sql_accept_word(s, WORD_AUTO)) {
        set_action(command, "CLUSTER BY AUTO");
    } else {
        NamePartsList list = sql_name_list(s);
        command->alter.names = list.items;
        command->alter.name_count = list.count;
    }
}

static void drop_clause(Sql *s, UCommand *command) {
    Word next = sql_word_at(s, 1);
    if (next == WORD_COLUMN || next == WORD_COLUMNS) {
        drop_columns(s, command);
    } else if (next == WORD_PARTITION || next == WORD_IF) {
        partitions(s, command, "DROP PARTITION");
    } else if (next == WORD_CONSTRAINT || sql_are_words(s, WORD_DROP, WORD_PRIMARY)) {
        set_action(command, "DROP CONSTRAINT");
        sql_advance(s);
        sql_advance(s);
        command->if_exists = sql_if_exists(s);
        if (next == WORD_CONSTRAINT) command->alter.text = sql_checked_identifier(s);
        else sql_expect_word(s, WORD_KEY);
        if (!sql_accept_word(s, WORD_RESTRICT)) (void)sql_accept_word(s, WORD_CASCADE);
    } else if (next == WORD_FEATURE) {
        set_action(command, "DROP FEATURE");
        sql_advance(s);
        sql_advance(s);
        command->alter.text = sql_at_string(s) ? sql_string(s) : sql_identifier(s);
        (void)sql_accept_words(s, WORD_TRUNCATE, WORD_HISTORY);
    } else {
        sql_fail_expected(s, "COLUMN, PARTITION, CONSTRAINT or FEATURE");
    }
}

static void add_clause(Sql *s, UCommand *command, uint32_t start) {
    Word next = sql_word_at(s, 1);
    if (next == WORD_COLUMN || next == WORD_COLUMNS) {
        sql_advance(s);
        sql_advance(s);
        set_action(command, "ADD COLUMNS");
        command->if_not_exists = sql_if_not_exists(s);
        column_list(s, command, start);
    } else if (next == WORD_PARTITION || next == WORD_IF) {
        partitions(s, command, "ADD PARTITION");
    } else {
        sql_advance(s);
        set_action(command, "ADD CONSTRAINT");
        if (!sql_at_constraint(s)) sql_fail_expected(s, "COLUMN, PARTITION or CONSTRAINT");
        UConstraint *constraint = ARENA_NEW(s->arena, UConstraint);
        *constraint = sql_constraint(s);
        command->alter.constraint = constraint;
    }
}

static void set_clause(Sql *s, UCommand *command, uint32_t start, bool is_view) {
    Word next = sql_word_at(s, 1);
    if (next == WORD_TBLPROPERTIES) {
        set_properties(s, command, false);
    } else if (next == WORD_LOCATION) {
        sql_advance(s);
        set_action(command, "SET LOCATION");
        command->alter.text = sql_location(s);
    } else if (next == WORD_SERDE || next == WORD_SERDEPROPERTIES) {
        (void)set_serde(s, command);
    } else if (next == WORD_TAGS || next == WORD_OWNER) {
        set_action(command, next == WORD_TAGS ? "SET TAGS" : "SET OWNER");
        command->alter.text = sql_rest(s);
    } else {
        (void)is_view;
        Slice rest = sql_rest(s);
        Slice operation = arena_printf(s->arena, "ALTER TABLE %.*s", SLICE_ARGS(rest));
        sql_fail(s, start, ERR_INVALID_STATEMENT_OR_CLAUSE, "operation", sql_cstr(s, operation));
    }
}

// Hive's clauses of ALTER TABLE that Spark refuses.
static void refuse_clause(Sql *s, uint32_t start) {
    static const Word words[] = {WORD_NOT,      WORD_CLUSTERED, WORD_SKEWED,
                                 WORD_EXCHANGE, WORD_ARCHIVE,   WORD_UNARCHIVE,
                                 WORD_TOUCH,    WORD_COMPACT,   WORD_CONCATENATE};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!sql_is_word(s, words[i])) continue;
        Slice operation =
            arena_printf(s->arena, "ALTER TABLE ... %.*s", SLICE_ARGS(keyword_name(words[i])));
        sql_fail_statement(s, start, sql_cstr(s, operation));
        return;
    }
    sql_fail_expected(s, "ADD, DROP, ALTER, RENAME, REPLACE, SET, UNSET, CLUSTER BY or PARTITION");
}

static void alter_view(Sql *s, UCommand *command) {
    if (sql_accept_words(s, WORD_WITH, WORD_SCHEMA)) {
        set_action(command, "SCHEMA");
        uint32_t start = sql_start(s);
        if (sql_accept_word(s, WORD_TYPE)) sql_expect_word(s, WORD_EVOLUTION);
        else if (!sql_accept_word(s, WORD_BINDING) && !sql_accept_word(s, WORD_COMPENSATION))
            sql_expect_word(s, WORD_EVOLUTION);
        command->alter.text = sql_text_from(s, start);
        return;
    }
    set_action(command, "AS");
    (void)sql_accept_word(s, WORD_AS);
    sql_command_query(s, command);
}

UCommand *sql_alter_table(Sql *s, uint32_t start, bool is_view) {
    UCommand *command = sql_command_new(s, is_view ? UCMD_ALTER_VIEW : UCMD_ALTER_TABLE, start);
    sql_object_name(s, command);
    bool query = sql_is_word(s, WORD_AS) || sql_are_words(s, WORD_WITH, WORD_SCHEMA) ||
                 sql_starts_query(s, 0);
    switch (is_view && query ? WORD_AS : sql_word(s)) {
    case WORD_AS:
        if (is_view) alter_view(s, command);
        else refuse_clause(s, start);
        break;
    case WORD_ADD:
        if (is_view) sql_fail_statement(s, start, "ALTER VIEW ... ADD PARTITION");
        else add_clause(s, command, start);
        break;
    case WORD_DROP:
        if (is_view) sql_fail_statement(s, start, "ALTER VIEW ... DROP PARTITION");
        else drop_clause(s, command);
        break;
    case WORD_ALTER:
    case WORD_CHANGE: alter_column(s, command, start); break;
    case WORD_REPLACE:
        sql_advance(s);
        set_action(command, "REPLACE COLUMNS");
        sql_expect_word(s, WORD_COLUMNS);
        column_list(s, command, start);
        break;
    case WORD_RENAME:
        if (sql_word_at(s, 1) == WORD_COLUMN) {
            rename_column(s, command);
            break;
        }
        sql_advance(s);
        sql_expect_word(s, WORD_TO);
        set_action(command, "RENAME TO");
        command->alter.new_name = sql_name_parts(s);
        break;
    case WORD_SET: set_clause(s, command, start, is_view); break;
    case WORD_UNSET: set_properties(s, command, true); break;
    case WORD_RECOVER:
        sql_advance(s);
        sql_expect_word(s, WORD_PARTITIONS);
        set_action(command, "RECOVER PARTITIONS");
        break;
    case WORD_CLUSTER: cluster_by(s, command); break;
    case WORD_DEFAULT:
        sql_advance(s);
        sql_expect_word(s, WORD_COLLATION);
        set_action(command, "DEFAULT COLLATION");
        command->alter.text = sql_collation_name(s, start);
        break;
    case WORD_PARTITION: alter_partition(s, command, start); break;
    default: refuse_clause(s, start);
    }
    return command;
}

// --- ALTER
// -------------------------------------------------------------------------------------------

static UCommand *alter_schema(Sql *s, uint32_t start) {
    UCommand *command = sql_command_new(s, UCMD_ALTER_SCHEMA, start);
    command->schema.what = SLICE("SCHEMA");
    sql_object_name(s, command);
    bool unset = sql_is_word(s, WORD_UNSET);
    bool collation = sql_accept_words(s, WORD_DEFAULT, WORD_COLLATION);
    if (collation) {
        command->schema.action = SLICE("DEFAULT COLLATION");
        command->schema.collation = sql_collation_name(s, start);
    } else if (sql_are_words(s, WORD_SET, WORD_LOCATION)) {
        sql_advance(s);
        command->schema.action = SLICE("SET LOCATION");
        command->schema.location = sql_location(s);
    } else if (unset || sql_is_word(s, WORD_SET)) {
        sql_advance(s);
        bool owner = sql_is_word(s, WORD_OWNER);
        if (owner) {
            (void)sql_rest(s);
            command->schema.action = SLICE("SET OWNER");
            return command;
        }
        command->schema.action = unset ? SLICE("UNSET PROPERTIES") : SLICE("SET PROPERTIES");
        if (!sql_accept_word(s, WORD_DBPROPERTIES)) sql_expect_word(s, WORD_PROPERTIES);
        if (unset) command->if_exists = sql_if_exists(s);
        UOptionList list = sql_property_list(s);
        command->properties = list.items;
        command->property_count = list.count;
    } else {
        sql_fail_expected(s, "SET, UNSET or DEFAULT COLLATION");
    }
    return command;
}

UCommand *sql_alter(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    if (sql_accept_word(s, WORD_TABLE)) return sql_alter_table(s, start, false);
    if (sql_accept_word(s, WORD_VIEW)) return sql_alter_table(s, start, true);
    if (sql_accept_words(s, WORD_MATERIALIZED, WORD_VIEW)) return sql_alter_table(s, start, true);
    if (sql_accept_namespace(s)) return alter_schema(s, start);
    static const Word others[] = {WORD_CATALOG, WORD_VOLUME, WORD_STREAMING};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        if (!sql_is_word(s, others[i])) continue;
        (void)sql_rest(s);
        Slice operation = arena_printf(s->arena, "ALTER %.*s", SLICE_ARGS(keyword_name(others[i])));
        return sql_unsupported(s, start, sql_cstr(s, operation));
    }
    sql_fail_expected(s, "what to alter (TABLE, VIEW, SCHEMA)");
    return sql_command_new(s, UCMD_UNSUPPORTED, start);
}
