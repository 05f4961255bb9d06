// SPDX-License-Identifier: Apache-2.0
// Delta's statements: OPTIMIZE, VACUUM, RESTORE, CONVERT, REORG, GENERATE, CLONE, COPY INTO,
// UNDROP.
#include "kernel/sql/statement/statement.h"

// A table by name, or a path in quotes, which stands for delta.`path`.
static void table_or_path(Sql *s, UCommand *command) {
    if (!sql_at_string(s)) {
        sql_object_name(s, command);
        return;
    }
    ARENA_PUSH(s->arena, command->name.parts, command->name.count, SLICE("delta"));
    ARENA_PUSH(s->arena, command->name.parts, command->name.count, sql_string(s));
}

static bool at_table_or_path(const Sql *s, uint32_t ahead) {
    const Token *token = sql_peek_at(s, ahead);
    return sql_is_identifier(s, token) || token->kind == TOKEN_STRING ||
           token->kind == TOKEN_DOUBLE_STRING;
}

static UCommand *optimize(Sql *s, uint32_t start) {
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_OPTIMIZE, start);
    table_or_path(s, command);
    command->maintain.full = sql_accept_word(s, WORD_FULL);
    if (sql_accept_word(s, WORD_WHERE)) command->maintain.condition = sql_expression(s);
    if (sql_accept_words(s, WORD_ZORDER, WORD_BY)) {
        bool paren = sql_accept(s, TOKEN_LEFT_PAREN);
        do
            ARENA_PUSH(s->arena, command->maintain.columns, command->maintain.column_count,
                       sql_name_parts(s));
        while (sql_accept(s, TOKEN_COMMA));
        if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
    }
    return command;
}

// VACUUM t [LITE|FULL] [USING INVENTORY ...] [RETAIN n HOURS] [DRY RUN], in any order
static UCommand *vacuum(Sql *s, uint32_t start) {
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_VACUUM, start);
    (void)sql_accept_word(s, WORD_TABLE);
    table_or_path(s, command);
    for (;;) {
        if (sql_is_word(s, WORD_LITE) || sql_is_word(s, WORD_FULL)) {
            command->maintain.mode = keyword_name(sql_word(s));
            sql_advance(s);
        } else if (sql_accept_words(s, WORD_USING, WORD_INVENTORY)) {
            if (sql_is(s, TOKEN_LEFT_PAREN)) {
                sql_advance(s);
                command->query = sql_query(s);
                sql_expect(s, TOKEN_RIGHT_PAREN);
            } else {
                command->maintain.source = sql_name_parts(s);
            }
        } else if (sql_accept_word(s, WORD_RETAIN)) {
            command->maintain.number = sql_value_expression(s);
            if (!sql_accept_word(s, WORD_HOURS)) sql_expect_word(s, WORD_HOUR);
        } else if (sql_accept_words(s, WORD_DRY, WORD_RUN)) {
            command->maintain.dry_run = true;
        } else {
            return command;
        }
    }
}

static bool at_travel(const Sql *s, Word *word) {
    *word = sql_word(s);
    return (*word == WORD_VERSION || *word == WORD_SYSTEM_VERSION || *word == WORD_TIMESTAMP ||
            *word == WORD_SYSTEM_TIME) &&
           sql_word_at(s, 1) == WORD_AS && sql_word_at(s, 2) == WORD_OF;
}

static bool time_travel(Sql *s, UCommand *command) {
    Word word;
    (void)sql_accept_word(s, WORD_FOR);
    if (!at_travel(s, &word)) return false;
    for (int i = 0; i < 3; i++) sql_advance(s);
    UExpr *value = sql_value_expression(s);
    if (word == WORD_VERSION || word == WORD_SYSTEM_VERSION) command->maintain.number = value;
    else command->maintain.timestamp = value;
    return true;
}

static UCommand *restore(Sql *s, uint32_t start) {
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_RESTORE, start);
    bool table = sql_is_word(s, WORD_TABLE) && at_table_or_path(s, 1);
    if (table) sql_advance(s);
    table_or_path(s, command);
    (void)sql_accept_word(s, WORD_TO);
    if (!time_travel(s, command)) sql_fail_expected(s, "VERSION AS OF or TIMESTAMP AS OF");
    return command;
}

static UCommand *convert(Sql *s, uint32_t start) {
    sql_advance(s);
    sql_expect_word(s, WORD_TO);
    sql_expect_word(s, WORD_DELTA);
    UCommand *command = sql_command_new(s, UCMD_CONVERT, start);
    sql_object_name(s, command);
    command->maintain.no_statistics = sql_accept_words(s, WORD_NO, WORD_STATISTICS);
    if (sql_accept_words(s, WORD_PARTITIONED, WORD_BY)) {
        sql_expect(s, TOKEN_LEFT_PAREN);
        do {
            UColumnDef column =
                sql_column_definition(s, ERR_CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE);
            ARENA_PUSH(s->arena, command->maintain.partition_columns,
                       command->maintain.partition_column_count, column);
        } while (sql_accept(s, TOKEN_COMMA));
        sql_expect(s, TOKEN_RIGHT_PAREN);
    }
    if (!command->maintain.no_statistics)
        command->maintain.no_statistics = sql_accept_words(s, WORD_NO, WORD_STATISTICS);
    return command;
}

// REORG TABLE t [WHERE p] APPLY (PURGE | UPGRADE UNIFORM (...) | ...)
static UCommand *reorg(Sql *s, uint32_t start) {
    sql_advance(s);
    sql_expect_word(s, WORD_TABLE);
    UCommand *command = sql_command_new(s, UCMD_REORG, start);
    table_or_path(s, command);
    if (sql_accept_word(s, WORD_WHERE)) command->maintain.condition = sql_expression(s);
    sql_expect_word(s, WORD_APPLY);
    sql_expect(s, TOKEN_LEFT_PAREN);
    uint32_t mode_start = sql_start(s), depth = 0;
    while (!sql_at_end(s) && (depth || !sql_is(s, TOKEN_RIGHT_PAREN))) {
        if (sql_is(s, TOKEN_LEFT_PAREN)) depth++;
        if (sql_is(s, TOKEN_RIGHT_PAREN)) depth--;
        sql_advance(s);
    }
    command->maintain.mode = sql_text_from(s, mode_start);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return command;
}

static UCommand *generate(Sql *s, uint32_t start) {
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_GENERATE, start);
    command->maintain.mode = sql_identifier(s);
    sql_expect_word(s, WORD_FOR);
    sql_expect_word(s, WORD_TABLE);
    table_or_path(s, command);
    return command;
}

// CREATE TABLE x [SHALLOW|DEEP] CLONE y [VERSION|TIMESTAMP AS OF v] [TBLPROPERTIES ...] [LOCATION
// ...]
UCommand *sql_clone(Sql *s, UCommand *create) {
    bool shallow = sql_are_words(s, WORD_SHALLOW, WORD_CLONE);
    bool deep = sql_are_words(s, WORD_DEEP, WORD_CLONE);
    bool bare = sql_is_word(s, WORD_CLONE) && sql_is_identifier(s, sql_peek_at(s, 1));
    if (!shallow && !deep && !bare) return NULL;
    if (!bare) sql_advance(s);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_CLONE, create->origin.span.start);
    command->name = create->name;
    command->name_identifier = create->name_identifier;
    command->if_not_exists = create->if_not_exists;
    command->maintain.deep = !shallow;
    command->maintain.source = sql_name_parts(s);
    (void)time_travel(s, command);
    for (;;) {
        if (sql_accept_word(s, WORD_TBLPROPERTIES)) {
            UOptionList list = sql_property_list(s);
            command->properties = list.items;
            command->property_count = list.count;
        } else if (sql_is_word(s, WORD_LOCATION)) {
            command->maintain.location = sql_location(s);
        } else {
            return command;
        }
    }
}

// COPY INTO t FROM 'path' | (SELECT ... FROM 'path') FILEFORMAT = f [options]
static UCommand *copy_into(Sql *s, uint32_t start) {
    sql_advance(s);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_COPY_INTO, start);
    table_or_path(s, command);
    sql_expect_word(s, WORD_FROM);
    if (sql_at_string(s)) command->load.path = sql_string(s);
    else if (sql_is(s, TOKEN_LEFT_PAREN)) command->query_text = SLICE("");
    uint32_t depth = 0;
    while (!sql_at_end(s) && (depth || !sql_is_word(s, WORD_FILEFORMAT))) {
        if (sql_is(s, TOKEN_LEFT_PAREN)) depth++;
        if (sql_is(s, TOKEN_RIGHT_PAREN) && depth) depth--;
        sql_advance(s);
    }
    sql_expect_word(s, WORD_FILEFORMAT);
    sql_expect(s, TOKEN_EQUAL);
    command->load.format = sql_identifier(s);
    (void)sql_rest(s);
    return command;
}

UCommand *sql_maintenance(Sql *s) {
    uint32_t start = sql_start(s);
    switch (sql_word(s)) {
    case WORD_OPTIMIZE: return at_table_or_path(s, 1) ? optimize(s, start) : NULL;
    case WORD_VACUUM: return at_table_or_path(s, 1) ? vacuum(s, start) : NULL;
    case WORD_RESTORE: return at_table_or_path(s, 1) ? restore(s, start) : NULL;
    case WORD_CONVERT: return sql_word_at(s, 1) == WORD_TO ? convert(s, start) : NULL;
    case WORD_REORG: return reorg(s, start);
    case WORD_GENERATE: return sql_word_at(s, 2) == WORD_FOR ? generate(s, start) : NULL;
    case WORD_COPY: return sql_word_at(s, 1) == WORD_INTO ? copy_into(s, start) : NULL;
    case WORD_UNDROP: (void)sql_rest(s); return sql_unsupported(s, start, "UNDROP");
    case WORD_GRANT:
    case WORD_REVOKE: {
        const char *operation = sql_is_word(s, WORD_GRANT) ? "GRANT" : "REVOKE";
        if (!sql_is_identifier(s, sql_peek_at(s, 1))) return NULL;
        (void)sql_rest(s);
        return sql_unsupported(s, start, operation);
    }
    default: return NULL;
    }
}
