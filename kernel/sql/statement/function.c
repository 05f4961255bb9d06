// SPDX-License-Identifier: Apache-2.0
// CREATE FUNCTION: SQL functions with a body, and names of classes.
#include "kernel/sql/statement/statement.h"

// CREATE FUNCTION takes neither generated columns nor constraints as parameters.
static UColumnDef parameter(Sql *s, uint32_t start, bool *has_generated, bool *has_constraint) {
    (void)start;
    bool default_next = sql_is_identifier(s, sql_peek_at(s, 0));
    (void)default_next;
    UColumnDef column = sql_column_definition(s, ERR_CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE);
    *has_generated |= column.generated_sql.bytes || column.is_identity;
    *has_constraint |= column.constraint_count > 0;
    return column;
}

static void parameters(Sql *s, UCommand *command, bool *generated, bool *constraint) {
    sql_expect(s, TOKEN_LEFT_PAREN);
    if (!sql_is(s, TOKEN_RIGHT_PAREN)) do {
            UColumnDef column = parameter(s, 0, generated, constraint);
            ARENA_PUSH(s->arena, command->function.parameters, command->function.parameter_count,
                       column);
        } while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
}

// TABLE (name type [COMMENT c], ...)
static void returns_table(Sql *s, UCommand *command) {
    command->function.is_table = true;
    if (!sql_accept(s, TOKEN_LEFT_PAREN)) return;
    do {
        uint32_t start = sql_start(s);
        UColumnDef column = {.name = sql_checked_identifier(s)};
        column.type = sql_type(s);
        if (sql_accept_words(s, WORD_NOT, WORD_NULL)) column.not_null = true;
        if (sql_accept_word(s, WORD_COMMENT)) column.comment = sql_string(s);
        column.origin = sql_origin(s, start);
        ARENA_PUSH(s->arena, command->function.returns_table, command->function.returns_table_count,
                   column);
    } while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
}

static bool accept_text(Sql *s, const char *word) {
    if (!slice_equal_ignore_case(token_text(s->text, *sql_peek(s)), slice_from_cstr(word)))
        return false;
    sql_advance(s);
    return true;
}

static bool data_access(Sql *s, UCommand *command) {
    bool contains = sql_accept_words(s, WORD_CONTAINS, WORD_SQL);
    bool reads = !contains && sql_accept_words(s, WORD_READS, WORD_SQL);
    if (!contains && !reads) return false;
    if (reads) sql_expect_word(s, WORD_DATA);
    command->function.has_data_access = true;
    command->function.reads_sql = reads;
    return true;
}

// One of LANGUAGE, [NOT] DETERMINISTIC, COMMENT, CONTAINS SQL, READS SQL DATA, SQL SECURITY, ...
static bool characteristic(Sql *s, UCommand *command, uint32_t start, bool *seen) {
    const char *name;
    size_t kind;
    if (sql_accept_word(s, WORD_LANGUAGE)) {
        command->function.language = sql_identifier(s);
        name = "LANGUAGE";
        kind = 0;
    } else if (sql_is_word(s, WORD_DETERMINISTIC) ||
               sql_are_words(s, WORD_NOT, WORD_DETERMINISTIC)) {
        command->function.has_deterministic = true;
        command->function.deterministic = !sql_accept_word(s, WORD_NOT);
        sql_advance(s);
        name = "DETERMINISTIC";
        kind = 1;
    } else if (sql_accept_word(s, WORD_COMMENT)) {
        command->comment = sql_string(s);
        name = "COMMENT";
        kind = 2;
    } else if (data_access(s, command)) {
        name = command->function.reads_sql ? "READS SQL DATA" : "CONTAINS SQL";
        kind = 3;
    } else if (sql_accept_words(s, WORD_SQL, WORD_SECURITY)) {
        command->function.is_definer = sql_accept_word(s, WORD_DEFINER);
        if (!command->function.is_definer) sql_expect_word(s, WORD_INVOKER);
        name = "SQL SECURITY";
        kind = 4;
    } else if (sql_are_words(s, WORD_DEFAULT, WORD_COLLATION)) {
        sql_advance(s);
        sql_advance(s);
        (void)sql_collation_name(s, start);
        name = "DEFAULT COLLATION";
        kind = 5;
    } else {
        return false;
    }
    if (seen[kind]) sql_fail(s, start, ERR_DUPLICATE_ROUTINE_CHARACTERISTICS, "name", name);
    seen[kind] = true;
    return true;
}

static void function_body(Sql *s, UCommand *command) {
    (void)sql_accept_word(s, WORD_RETURN);
    uint32_t start = sql_start(s);
    if (sql_starts_query(s, 0)) {
        command->query = sql_query(s);
    } else {
        command->function.body = sql_expression(s);
    }
    command->function.body_text = sql_text_from(s, start);
    command->query_text = command->function.body_text;
}

// AS 'class' [USING JAR 'path', ...]
static UCommand *class_function(Sql *s, UCommand *command) {
    command->function.class_name = sql_string(s);
    if (sql_accept_word(s, WORD_USING)) do {
            sql_advance(s);
            (void)sql_string(s);
        } while (sql_accept(s, TOKEN_COMMA));
    return command;
}

UCommand *sql_create_function(Sql *s, uint32_t start) {
    UCommand *command = sql_command_new(s, UCMD_CREATE_FUNCTION, start);
    command->function.is_temporary =
        sql_accept_word(s, WORD_TEMPORARY) || sql_accept_word(s, WORD_TEMP);
    sql_expect_word(s, WORD_FUNCTION);
    command->if_not_exists = sql_if_not_exists(s);
    sql_object_name(s, command);
    if (sql_is_word(s, WORD_AS) && !sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
        sql_advance(s);
        return class_function(s, command);
    }
    bool generated = false, constraint = false, seen[6] = {0};
    parameters(s, command, &generated, &constraint);
    if (sql_accept_word(s, WORD_RETURNS)) {
        if (sql_accept_word(s, WORD_TABLE)) returns_table(s, command);
        else command->function.returns = sql_type(s);
    }
    while (characteristic(s, command, start, seen)) continue;
    bool python = command->function.language.bytes &&
                  !slice_equal_ignore_case(command->function.language, SLICE("SQL"));
    if (python && sql_accept_word(s, WORD_AS)) {
        command->function.body_text = sql_string(s);
    } else if (accept_text(s, "HANDLER")) {
        command->function.body_text = sql_rest(s);
    } else {
        if (sql_is_word(s, WORD_AS)) sql_advance(s);
        else if (!sql_is_word(s, WORD_RETURN)) sql_fail_expected(s, "RETURN");
        function_body(s, command);
    }
    if (generated) sql_fail(s, start, ERR_INVALID_SQL_SYNTAX__CREATE_FUNC_WITH_GENERATED_COLUMNS);
    if (constraint) sql_fail(s, start, ERR_INVALID_SQL_SYNTAX__CREATE_FUNC_WITH_COLUMN_CONSTRAINTS);
    return command;
}
