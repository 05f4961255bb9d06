// SPDX-License-Identifier: Apache-2.0
// Which statement a text is; parts that several statements share; the Hive commands that are
// refused.
#include "kernel/sql/statement/statement.h"

// --- parts
// -------------------------------------------------------------------------------------------

void sql_object_name(Sql *s, UCommand *command) {
    command->name = sql_name_or_identifier(s, &command->name_identifier);
}

bool sql_if_not_exists(Sql *s) {
    if (!sql_are_words(s, WORD_IF, WORD_NOT) || sql_word_at(s, 2) != WORD_EXISTS) return false;
    for (int i = 0; i < 3; i++) sql_advance(s);
    return true;
}

bool sql_if_exists(Sql *s) { return sql_accept_words(s, WORD_IF, WORD_EXISTS); }

bool sql_accept_namespace(Sql *s) {
    return sql_accept_word(s, WORD_SCHEMA) || sql_accept_word(s, WORD_DATABASE) ||
           sql_accept_word(s, WORD_NAMESPACE);
}

void sql_command_query(Sql *s, UCommand *command) {
    uint32_t start = sql_start(s);
    command->query = sql_query(s);
    command->query_text = sql_text_from(s, start);
}

UOptionList sql_partition_spec(Sql *s) {
    UOptionList list = {0};
    sql_expect_word(s, WORD_PARTITION);
    sql_expect(s, TOKEN_LEFT_PAREN);
    do {
        UOption option = {.name = sql_checked_identifier(s)};
        if (sql_accept(s, TOKEN_EQUAL)) {
            option.expr = sql_value_expression(s);
            option.value = sql_option_text(s, option.expr);
            if (option.expr->kind == UEXPR_ATTRIBUTE && option.expr->name.count == 1)
                option.value = option.expr->name.parts[0];
        }
        ARENA_PUSH(s->arena, list.items, list.count, option);
    } while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return list;
}

NamePartsList sql_name_list(Sql *s) {
    NamePartsList list = {0};
    sql_expect(s, TOKEN_LEFT_PAREN);
    do ARENA_PUSH(s->arena, list.items, list.count, sql_name_parts(s));
    while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return list;
}

Slice sql_location(Sql *s) {
    sql_expect_word(s, WORD_LOCATION);
    return sql_string(s);
}

Slice sql_rest(Sql *s) {
    uint32_t start = sql_start(s);
    while (!sql_at_end(s) && !sql_is(s, TOKEN_SEMICOLON)) sql_advance(s);
    Slice text = sql_text_from(s, start);
    return start >= sql_stop(s) ? SLICE("") : text;
}

UCommand *sql_unsupported(Sql *s, uint32_t start, const char *operation) {
    UCommand *command = sql_command_new(s, UCMD_UNSUPPORTED, start);
    command->operation = slice_from_cstr(operation);
    return command;
}

void sql_fail_statement(Sql *s, uint32_t start, const char *operation) {
    (void)sql_rest(s);
    sql_fail(s, start, ERR_INVALID_STATEMENT_OR_CLAUSE, "operation", operation);
}

// --- Hive's commands that Spark refuses
// -----------------------------------------------------------------

static const struct {
    Word words[3];
    const char *name;
} hive_commands[] = {
    {{WORD_CREATE, WORD_ROLE}, "CREATE ROLE"},
    {{WORD_DROP, WORD_ROLE}, "DROP ROLE"},
    {{WORD_GRANT, WORD_ROLE}, "GRANT ROLE"},
    {{WORD_REVOKE, WORD_ROLE}, "REVOKE ROLE"},
    {{WORD_SHOW, WORD_GRANT}, "SHOW GRANT"},
    {{WORD_SHOW, WORD_ROLE, WORD_GRANT}, "SHOW ROLE GRANT"},
    {{WORD_SHOW, WORD_PRINCIPALS}, "SHOW PRINCIPALS"},
    {{WORD_SHOW, WORD_ROLES}, "SHOW ROLES"},
    {{WORD_SHOW, WORD_CURRENT, WORD_ROLES}, "SHOW CURRENT ROLES"},
    {{WORD_EXPORT, WORD_TABLE}, "EXPORT TABLE"},
    {{WORD_IMPORT, WORD_TABLE}, "IMPORT TABLE"},
    {{WORD_SHOW, WORD_COMPACTIONS}, "SHOW COMPACTIONS"},
    {{WORD_SHOW, WORD_TRANSACTIONS}, "SHOW TRANSACTIONS"},
    {{WORD_SHOW, WORD_INDEXES}, "SHOW INDEXES"},
    {{WORD_SHOW, WORD_LOCKS}, "SHOW LOCKS"},
    {{WORD_ALTER, WORD_INDEX}, "ALTER INDEX"},
    {{WORD_LOCK, WORD_TABLE}, "LOCK TABLE"},
    {{WORD_LOCK, WORD_DATABASE}, "LOCK DATABASE"},
    {{WORD_UNLOCK, WORD_TABLE}, "UNLOCK TABLE"},
    {{WORD_UNLOCK, WORD_DATABASE}, "UNLOCK DATABASE"},
    {{WORD_CREATE, WORD_TEMPORARY, WORD_MACRO}, "CREATE TEMPORARY MACRO"},
    {{WORD_DROP, WORD_TEMPORARY, WORD_MACRO}, "DROP TEMPORARY MACRO"},
    {{WORD_START, WORD_TRANSACTION}, "START TRANSACTION"},
    {{WORD_COMMIT}, "COMMIT"},
    {{WORD_ROLLBACK}, "ROLLBACK"},
    {{WORD_DFS}, "DFS"},
    {{WORD_SET, WORD_ROLE}, "SET ROLE"},
};

static bool refuse_hive(Sql *s) {
    for (size_t i = 0; i < COUNT_OF(hive_commands); i++) {
        const Word *words = hive_commands[i].words;
        if (sql_word(s) != words[0]) continue;
        if (words[1] && sql_word_at(s, 1) != words[1]) continue;
        if (words[2] && sql_word_at(s, 2) != words[2]) continue;
        sql_fail_statement(s, sql_start(s), hive_commands[i].name);
        return true;
    }
    return false;
}

// --- dispatch
// ----------------------------------------------------------------------------------------

static UCommand *query_command(Sql *s, URel *with, uint32_t start) {
    URel *rel = sql_query_with(s, with);
    UCommand *command = sql_command_new(s, UCMD_QUERY, start);
    command->query = rel;
    command->query_text = sql_text_from(s, start);
    return command;
}

// FROM t INSERT ... is a statement, FROM t SELECT ... a query: look past the FROM clause.
static bool at_multi_insert(Sql *s) {
    if (!sql_is_word(s, WORD_FROM)) return false;
    uint32_t depth = 0;
    for (uint32_t ahead = 1; !sql_is_at(s, ahead, TOKEN_END); ahead++) {
        if (sql_is_at(s, ahead, TOKEN_LEFT_PAREN)) depth++;
        if (sql_is_at(s, ahead, TOKEN_RIGHT_PAREN) && depth) depth--;
        if (depth) continue;
        Word word = sql_word_at(s, ahead), next = sql_word_at(s, ahead + 1);
        if (word == WORD_INSERT && (next == WORD_INTO || next == WORD_OVERWRITE)) return true;
        if (word == WORD_SELECT) return false;
    }
    return false;
}

// Statements that may stand behind WITH.
static UCommand *after_with(Sql *s, URel *with, uint32_t start) {
    switch (sql_word(s)) {
    case WORD_INSERT: return sql_insert(s, with);
    case WORD_UPDATE: return sql_update(s, with);
    case WORD_DELETE: return sql_delete(s, with);
    case WORD_MERGE: return sql_merge(s, with);
    default: break;
    }
    if (at_multi_insert(s)) return sql_multi_insert(s, with);
    return query_command(s, with, start);
}

static UCommand *explain(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    Slice mode = SLICE("");
    Word word = sql_word(s);
    if (word == WORD_LOGICAL || word == WORD_FORMATTED || word == WORD_EXTENDED ||
        word == WORD_CODEGEN || word == WORD_COST) {
        mode = keyword_name(word);
        sql_advance(s);
    }
    UCommand *statement = sql_statement(s);
    UCommand *command = sql_command_new(s, UCMD_EXPLAIN, start);
    command->explain.mode = mode;
    if (statement->kind == UCMD_QUERY) command->query = statement->query;
    else command->statement = statement;
    return command;
}

static UCommand *use(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_USE, start);
    bool name_follows = sql_is_identifier(s, sql_peek_at(s, 1)) || sql_is_at(s, 1, TOKEN_STRING) ||
                        sql_is_at(s, 1, TOKEN_DOUBLE_STRING);
    if (name_follows && sql_accept_word(s, WORD_CATALOG)) command->use.what = SLICE("CATALOG");
    else if (name_follows && sql_accept_namespace(s)) command->use.what = SLICE("SCHEMA");
    bool quoted = sql_at_string(s) && slice_equal_cstr(command->use.what, "CATALOG");
    if (quoted) ARENA_PUSH(s->arena, command->name.parts, command->name.count, sql_string(s));
    else sql_object_name(s, command);
    return command;
}

static UCommand *by_first_word(Sql *s) {
    switch (sql_word(s)) {
    case WORD_CREATE:
    case WORD_REPLACE: return sql_create(s);
    case WORD_DROP: return sql_drop(s);
    case WORD_ALTER: return sql_alter(s);
    case WORD_SHOW: return sql_show(s);
    case WORD_DESC:
    case WORD_DESCRIBE: return sql_describe(s);
    case WORD_EXPLAIN: return explain(s);
    case WORD_USE: return use(s);
    case WORD_SET: return sql_set(s);
    case WORD_RESET: return sql_reset(s);
    case WORD_DECLARE: return sql_declare(s);
    case WORD_EXECUTE: return sql_execute_immediate(s);
    case WORD_CALL: return sql_call_procedure(s);
    case WORD_BEGIN: return sql_script(s);
    default: break;
    }
    UCommand *command = sql_maintenance(s);
    return command ? command : sql_resource(s);
}

// Words that only a query or a change of rows starts with.
static bool starts_statement(Word word) {
    switch (word) {
    case WORD_SELECT:
    case WORD_FROM:
    case WORD_WITH:
    case WORD_VALUES:
    case WORD_TABLE:
    case WORD_MAP:
    case WORD_REDUCE:
    case WORD_INSERT:
    case WORD_UPDATE:
    case WORD_DELETE:
    case WORD_MERGE: return true;
    default: return false;
    }
}

UCommand *sql_statement(Sql *s) {
    uint32_t start = sql_start(s);
    if (!sql_enter(s)) return sql_command_new(s, UCMD_QUERY, start);
    UCommand *command = NULL;
    if (refuse_hive(s)) {
        command = sql_command_new(s, UCMD_UNSUPPORTED, start);
    } else if (sql_word(s) != WORD_PLAIN && !sql_starts_query(s, 0)) {
        command = by_first_word(s);
    }
    if (!command && sql_is_at(s, 1, TOKEN_COLON) && sql_word_at(s, 2) == WORD_BEGIN)
        command = sql_script(s);
    if (!command) {
        URel *with = sql_with_clause(s);
        bool starts = with || sql_is(s, TOKEN_LEFT_PAREN) || starts_statement(sql_word(s));
        if (!starts) sql_fail_expected(s, "a statement");
        command = after_with(s, with, start);
    }
    command->origin = sql_origin(s, start);
    sql_leave(s);
    return command;
}
