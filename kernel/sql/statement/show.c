// SPDX-License-Identifier: Apache-2.0
// SHOW and DESCRIBE.
#include "kernel/sql/statement/statement.h"

// FROM|IN name
static void show_in(Sql *s, UCommand *command) {
    if (!sql_accept_word(s, WORD_FROM) && !sql_accept_word(s, WORD_IN)) return;
    command->show.in = sql_name_or_identifier(s, &command->show.in_identifier);
}

// [LIKE] 'pattern'
static void show_pattern(Sql *s, UCommand *command) {
    bool like = sql_accept_word(s, WORD_LIKE);
    if (like || sql_at_string(s)) command->show.pattern = sql_string(s);
}

static UCommand *show_list(Sql *s, UCommand *command, const char *what, uint32_t words) {
    for (uint32_t i = 0; i < words; i++) sql_advance(s);
    command->show.what = slice_from_cstr(what);
    show_in(s, command);
    show_pattern(s, command);
    return command;
}

static UCommand *show_extended(Sql *s, UCommand *command) {
    sql_advance(s);
    sql_advance(s);
    command->show.what = SLICE("TABLE EXTENDED");
    show_in(s, command);
    sql_expect_word(s, WORD_LIKE);
    command->show.pattern = sql_string(s);
    if (sql_is_word(s, WORD_PARTITION)) {
        UOptionList spec = sql_partition_spec(s);
        command->show.partition = spec.items;
        command->show.partition_count = spec.count;
    }
    return command;
}

static UCommand *show_of_table(Sql *s, UCommand *command, const char *what) {
    sql_advance(s);
    command->show.what = slice_from_cstr(what);
    sql_object_name(s, command);
    if (sql_is_word(s, WORD_PARTITION)) {
        UOptionList spec = sql_partition_spec(s);
        command->show.partition = spec.items;
        command->show.partition_count = spec.count;
    }
    if (slice_equal_cstr(command->show.what, "TBLPROPERTIES") && sql_accept(s, TOKEN_LEFT_PAREN)) {
        if (sql_at_string(s)) command->show.property = sql_string(s);
        else {
            uint32_t start = sql_start(s);
            (void)sql_name_parts(s);
            command->show.property = sql_text_from(s, start);
        }
        sql_expect(s, TOKEN_RIGHT_PAREN);
    }
    return command;
}

static UCommand *show_columns(Sql *s, UCommand *command) {
    sql_advance(s);
    command->show.what = SLICE("COLUMNS");
    if (!sql_accept_word(s, WORD_FROM) && !sql_accept_word(s, WORD_IN))
        sql_fail_expected(s, "FROM or IN");
    sql_object_name(s, command);
    show_in(s, command);
    return command;
}

static UCommand *show_create(Sql *s, UCommand *command) {
    sql_advance(s);
    sql_expect_word(s, WORD_TABLE);
    command->show.what = SLICE("CREATE TABLE");
    sql_object_name(s, command);
    command->show.as_serde = sql_accept_words(s, WORD_AS, WORD_SERDE);
    return command;
}

// [USER|SYSTEM|ALL] FUNCTIONS [IN schema] [LIKE name|'pattern']
static UCommand *show_functions(Sql *s, UCommand *command, uint32_t start) {
    if (!sql_is_word(s, WORD_FUNCTIONS)) {
        command->show.scope = sql_identifier(s);
        Slice scope = command->show.scope;
        bool known = slice_equal_ignore_case(scope, SLICE("USER")) ||
                     slice_equal_ignore_case(scope, SLICE("SYSTEM")) ||
                     slice_equal_ignore_case(scope, SLICE("ALL"));
        if (!known)
            sql_fail(s, start, ERR_INVALID_SQL_SYNTAX__SHOW_FUNCTIONS_INVALID_SCOPE, "scope",
                     sql_cstr(s, scope));
    }
    sql_expect_word(s, WORD_FUNCTIONS);
    command->show.what = SLICE("FUNCTIONS");
    show_in(s, command);
    bool like = sql_accept_word(s, WORD_LIKE);
    if (sql_at_string(s)) {
        command->show.pattern = sql_string(s);
    } else if (like || sql_is_identifier(s, sql_peek(s))) {
        uint32_t name_start = sql_start(s);
        NameParts name = sql_name_parts(s);
        command->show.pattern = name.count == 1 ? name.parts[0] : sql_text_from(s, name_start);
    }
    return command;
}

UCommand *sql_show(Sql *s) {
    uint32_t start = sql_start(s);
    UCommand *command = sql_command_new(s, UCMD_SHOW, start);
    sql_advance(s);
    Word next = sql_word_at(s, 1);
    switch (sql_word(s)) {
    case WORD_CATALOGS: return show_list(s, command, "CATALOGS", 1);
    case WORD_SCHEMAS:
    case WORD_DATABASES:
    case WORD_NAMESPACES: return show_list(s, command, "SCHEMAS", 1);
    case WORD_TABLES: return show_list(s, command, "TABLES", 1);
    case WORD_VIEWS: return show_list(s, command, "VIEWS", 1);
    case WORD_PROCEDURES: return show_list(s, command, "PROCEDURES", 1);
    case WORD_VOLUMES: return show_list(s, command, "VOLUMES", 1);
    case WORD_VARIABLES: return show_list(s, command, "VARIABLES", 1);
    case WORD_TABLE:
        if (next == WORD_EXTENDED) return show_extended(s, command);
        break;
    case WORD_COLUMNS: return show_columns(s, command);
    case WORD_PARTITIONS: return show_of_table(s, command, "PARTITIONS");
    case WORD_TBLPROPERTIES: return show_of_table(s, command, "TBLPROPERTIES");
    case WORD_CREATE: return show_create(s, command);
    case WORD_GRANTS: (void)sql_rest(s); return sql_unsupported(s, start, "SHOW GRANTS");
    case WORD_CURRENT:
        sql_advance(s);
        if (!sql_accept_namespace(s)) sql_fail_expected(s, "SCHEMA");
        command->show.what = SLICE("CURRENT SCHEMA");
        return command;
    default: break;
    }
    if (sql_is_word(s, WORD_FUNCTIONS) || next == WORD_FUNCTIONS)
        return show_functions(s, command, start);
    if (sql_is_identifier(s, sql_peek(s))) sql_advance(s);
    sql_fail_expected(s, "what to show (TABLES, SCHEMAS, COLUMNS, FUNCTIONS, ...)");
    return command;
}

// --- DESCRIBE
// ----------------------------------------------------------------------------------------

static UCommand *describe_as(Sql *s, UCommand *command, const char *what) {
    sql_advance(s);
    command->describe.what = slice_from_cstr(what);
    command->describe.extended =
        sql_is_word(s, WORD_EXTENDED) && sql_is_identifier(s, sql_peek_at(s, 1));
    if (command->describe.extended) sql_advance(s);
    sql_object_name(s, command);
    return command;
}

// The name may be an operator or a string: DESCRIBE FUNCTION '+'.
static UCommand *describe_function(Sql *s, UCommand *command) {
    sql_advance(s);
    command->describe.what = SLICE("FUNCTION");
    command->describe.extended = sql_is_word(s, WORD_EXTENDED) && !sql_is_at(s, 1, TOKEN_END) &&
                                 !sql_is_at(s, 1, TOKEN_SEMICOLON);
    if (command->describe.extended) sql_advance(s);
    if (sql_is_identifier(s, sql_peek(s))) {
        sql_object_name(s, command);
    } else if (sql_at_string(s)) {
        ARENA_PUSH(s->arena, command->name.parts, command->name.count, sql_string(s));
    } else {
        uint32_t start = sql_start(s);
        if (sql_at_end(s)) sql_fail_expected(s, "a function's name");
        while (!sql_at_end(s) && !sql_is(s, TOKEN_SEMICOLON)) sql_advance(s);
        ARENA_PUSH(s->arena, command->name.parts, command->name.count, sql_text_from(s, start));
    }
    return command;
}

static UCommand *describe_history(Sql *s, UCommand *command, const char *what) {
    sql_advance(s);
    command->describe.what = slice_from_cstr(what);
    bool table = sql_is_word(s, WORD_TABLE) && sql_is_identifier(s, sql_peek_at(s, 1));
    if (table) sql_advance(s);
    if (sql_at_string(s)) {
        NameParts name = {0};
        ARENA_PUSH(s->arena, name.parts, name.count, SLICE("delta"));
        ARENA_PUSH(s->arena, name.parts, name.count, sql_string(s));
        command->name = name;
    } else {
        sql_object_name(s, command);
    }
    if (sql_accept_word(s, WORD_LIMIT)) command->describe.limit = sql_integer(s);
    return command;
}

static UCommand *describe_table(Sql *s, UCommand *command, uint32_t start) {
    bool table = sql_is_word(s, WORD_TABLE) && !sql_is_at(s, 1, TOKEN_END);
    if (table) sql_advance(s);
    command->describe.what = SLICE("TABLE");
    command->describe.extended =
        (sql_is_word(s, WORD_EXTENDED) || sql_is_word(s, WORD_FORMATTED)) &&
        sql_is_identifier(s, sql_peek_at(s, 1));
    if (command->describe.extended) sql_advance(s);
    sql_object_name(s, command);
    if (sql_is_word(s, WORD_PARTITION) && sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
        UOptionList spec = sql_partition_spec(s);
        command->describe.partition = spec.items;
        command->describe.partition_count = spec.count;
        for (uint32_t i = 0; i < spec.count; i++) {
            if (spec.items[i].expr || s->failed) continue;
            Slice key = arena_printf(s->arena, "`%.*s`", SLICE_ARGS(spec.items[i].name));
            sql_fail(s, start, ERR_INVALID_SQL_SYNTAX__EMPTY_PARTITION_VALUE, "partKey",
                     sql_cstr(s, key));
        }
    }
    if (sql_is_identifier(s, sql_peek(s)) && !sql_are_words(s, WORD_AS, WORD_JSON))
        command->describe.column = sql_name_parts(s);
    command->describe.as_json = sql_accept_words(s, WORD_AS, WORD_JSON);
    if (command->describe.as_json && command->describe.column.count) {
        sql_fail(s, start, ERR_UNSUPPORTED_FEATURE__DESC_TABLE_COLUMN_JSON);
        sql_fail_plain(s, ERR_UNSUPPORTED_FEATURE__DESC_TABLE_COLUMN_JSON);
    }
    return command;
}

UCommand *sql_describe(Sql *s) {
    uint32_t start = sql_start(s);
    UCommand *command = sql_command_new(s, UCMD_DESCRIBE, start);
    command->describe.limit = -1;
    sql_advance(s);
    bool more = !sql_is_at(s, 1, TOKEN_END) && !sql_is_at(s, 1, TOKEN_SEMICOLON) &&
                !sql_is_at(s, 1, TOKEN_DOT);
    bool name_next = sql_is_identifier(s, sql_peek_at(s, 1)) || sql_is_at(s, 1, TOKEN_STRING);
    switch (more ? sql_word(s) : WORD_PLAIN) {
    case WORD_FUNCTION: return describe_function(s, command);
    case WORD_SCHEMA:
    case WORD_DATABASE:
    case WORD_NAMESPACE: return describe_as(s, command, "SCHEMA");
    case WORD_CATALOG: return describe_as(s, command, "CATALOG");
    case WORD_PROCEDURE: return describe_as(s, command, "PROCEDURE");
    case WORD_DETAIL:
        if (name_next) return describe_history(s, command, "DETAIL");
        break;
    case WORD_HISTORY:
        if (name_next) return describe_history(s, command, "HISTORY");
        break;
    default: break;
    }
    bool query = sql_is_word(s, WORD_QUERY) && sql_starts_query(s, 1);
    if (query) sql_advance(s);
    if (query || (sql_starts_query(s, 0) && !sql_is_word(s, WORD_TABLE))) {
        command->describe.what = SLICE("QUERY");
        sql_command_query(s, command);
        return command;
    }
    return describe_table(s, command, start);
}
