// SPDX-License-Identifier: Apache-2.0
// CREATE and DROP: which object it is about; schemas, catalogs, indexes.
#include "kernel/sql/statement/statement.h"

// --- schemas
// -----------------------------------------------------------------------------------------

static bool schema_clause(Sql *s, UCommand *command) {
    if (sql_accept_word(s, WORD_COMMENT)) {
        command->comment = sql_string(s);
    } else if (sql_is_word(s, WORD_LOCATION)) {
        command->schema.location = sql_location(s);
    } else if (sql_accept_words(s, WORD_WITH, WORD_PROPERTIES) ||
               sql_accept_words(s, WORD_WITH, WORD_DBPROPERTIES)) {
        UOptionList list = sql_property_list(s);
        command->properties = list.items;
        command->property_count = list.count;
    } else if (sql_accept_words(s, WORD_DEFAULT, WORD_COLLATION)) {
        command->schema.collation = sql_collation_name(s, sql_start(s));
    } else {
        return false;
    }
    return true;
}

static UCommand *create_schema(Sql *s, uint32_t start, const char *what) {
    UCommand *command = sql_command_new(s, UCMD_CREATE_SCHEMA, start);
    command->schema.what = slice_from_cstr(what);
    command->if_not_exists = sql_if_not_exists(s);
    sql_object_name(s, command);
    uint32_t clauses[5] = {0};
    for (;;) {
        Word word = sql_word(s);
        if (!schema_clause(s, command)) return command;
        uint32_t kind = word == WORD_COMMENT    ? 0
                        : word == WORD_LOCATION ? 1
                        : word == WORD_WITH     ? 2
                                                : 3;
        static const char *const names[] = {"COMMENT", "LOCATION", "WITH PROPERTIES",
                                            "DEFAULT COLLATION"};
        if (clauses[kind]++) sql_fail(s, start, ERR_DUPLICATE_CLAUSES, "clauseName", names[kind]);
    }
}

// --- CREATE
// ------------------------------------------------------------------------------------------

// Objects that are parsed by their words and not executed yet.
static UCommand *create_other(Sql *s, uint32_t start) {
    static const struct {
        Word word;
        const char *operation;
    } others[] = {
        {WORD_INDEX, "CREATE INDEX"},         {WORD_FLOW, "CREATE FLOW"},
        {WORD_VOLUME, "CREATE VOLUME"},       {WORD_STREAMING, "CREATE STREAMING TABLE"},
        {WORD_PROCEDURE, "CREATE PROCEDURE"}, {WORD_EXTERNAL, "CREATE EXTERNAL VOLUME"},
    };
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        if (!sql_is_word(s, others[i].word)) continue;
        sql_advance(s);
        if (!sql_is_identifier(s, sql_peek(s))) sql_fail_expected(s, "a name");
        (void)sql_rest(s);
        return sql_unsupported(s, start, others[i].operation);
    }
    sql_fail_expected(s, "what to create (TABLE, VIEW, SCHEMA, FUNCTION, ...)");
    return sql_command_new(s, UCMD_UNSUPPORTED, start);
}

UCommand *sql_create(Sql *s) {
    uint32_t start = sql_start(s);
    bool replace_only = sql_accept_word(s, WORD_REPLACE);
    if (!replace_only) sql_advance(s);
    bool or_replace = !replace_only && sql_accept_words(s, WORD_OR, WORD_REPLACE);
    UCommand *command;
    uint32_t skip = sql_is_word(s, WORD_GLOBAL);
    Word first = sql_word_at(s, skip), second = sql_word_at(s, skip + 1);
    bool temporary = first == WORD_TEMPORARY || first == WORD_TEMP;
    Word object = temporary ? second : first;
    if (object == WORD_VIEW || (object == WORD_MATERIALIZED && second == WORD_VIEW)) {
        command = sql_create_view(s, start);
    } else if (object == WORD_FUNCTION) {
        command = sql_create_function(s, start);
    } else if (object == WORD_TABLE ||
               (object == WORD_EXTERNAL && sql_word_at(s, skip + temporary + 1u) == WORD_TABLE)) {
        command = sql_create_table(s, start);
        command->table.is_replace = replace_only;
    } else if (sql_accept_namespace(s)) {
        command = create_schema(s, start, "SCHEMA");
    } else if (sql_accept_word(s, WORD_CATALOG)) {
        command = create_schema(s, start, "CATALOG");
    } else {
        command = create_other(s, start);
    }
    command->or_replace = or_replace || replace_only;
    return command;
}

// --- DROP
// --------------------------------------------------------------------------------------------

static UCommand *drop_schema(Sql *s, uint32_t start, const char *what) {
    UCommand *command = sql_command_new(s, UCMD_DROP_SCHEMA, start);
    command->schema.what = slice_from_cstr(what);
    command->if_exists = sql_if_exists(s);
    sql_object_name(s, command);
    command->schema.cascade = sql_accept_word(s, WORD_CASCADE);
    if (!command->schema.cascade) (void)sql_accept_word(s, WORD_RESTRICT);
    return command;
}

static UCommand *drop_named(Sql *s, uint32_t start, UCommandKind kind) {
    UCommand *command = sql_command_new(s, kind, start);
    command->if_exists = sql_if_exists(s);
    sql_object_name(s, command);
    return command;
}

static UCommand *drop_other(Sql *s, uint32_t start, const char *operation) {
    if (!sql_is_identifier(s, sql_peek(s))) sql_fail_expected(s, "a name");
    (void)sql_rest(s);
    return sql_unsupported(s, start, operation);
}

UCommand *sql_drop(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    bool temporary = sql_accept_word(s, WORD_TEMPORARY) || sql_accept_word(s, WORD_TEMP);
    UCommand *command;
    if (temporary && (sql_accept_word(s, WORD_VARIABLE) || sql_accept_word(s, WORD_VAR))) {
        return drop_named(s, start, UCMD_DROP_VARIABLE);
    } else if (sql_accept_word(s, WORD_FUNCTION)) {
        command = drop_named(s, start, UCMD_DROP_FUNCTION);
        command->function.is_temporary = temporary;
        return command;
    } else if (temporary) {
        sql_fail_expected(s, "VARIABLE or FUNCTION");
    } else if (sql_accept_word(s, WORD_TABLE)) {
        command = drop_named(s, start, UCMD_DROP_TABLE);
        (void)sql_accept_word(s, WORD_PURGE);
        return command;
    } else if (sql_accept_word(s, WORD_VIEW)) {
        return drop_named(s, start, UCMD_DROP_VIEW);
    } else if (sql_accept_words(s, WORD_MATERIALIZED, WORD_VIEW)) {
        return drop_named(s, start, UCMD_DROP_VIEW);
    } else if (sql_accept_namespace(s)) {
        return drop_schema(s, start, "SCHEMA");
    } else if (sql_accept_word(s, WORD_CATALOG)) {
        return drop_schema(s, start, "CATALOG");
    } else if (sql_accept_word(s, WORD_INDEX)) {
        return drop_other(s, start, "DROP INDEX");
    } else if (sql_accept_word(s, WORD_VOLUME)) {
        return drop_other(s, start, "DROP VOLUME");
    } else if (sql_accept_word(s, WORD_PROCEDURE)) {
        return drop_other(s, start, "DROP PROCEDURE");
    } else {
        sql_fail_expected(s, "what to drop (TABLE, VIEW, SCHEMA, FUNCTION, ...)");
    }
    return sql_command_new(s, UCMD_UNSUPPORTED, start);
}
