// SPDX-License-Identifier: Apache-2.0
// CREATE VIEW and its kin.
#include "kernel/sql/statement/statement.h"

static void view_columns(Sql *s, UCommand *command) {
    sql_expect(s, TOKEN_LEFT_PAREN);
    do {
        uint32_t start = sql_start(s);
        UColumnDef column = {.name = sql_checked_identifier(s)};
        bool typed = sql_is_identifier(s, sql_peek(s)) && !sql_is_word(s, WORD_COMMENT);
        if (typed) column.type = sql_type(s);
        if (sql_accept_words(s, WORD_NOT, WORD_NULL)) column.not_null = true;
        if (sql_accept_word(s, WORD_COMMENT)) column.comment = sql_string(s);
        column.origin = sql_origin(s, start);
        ARENA_PUSH(s->arena, command->view.columns, command->view.column_count, column);
    } while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
}

// WITH SCHEMA BINDING | COMPENSATION | [TYPE] EVOLUTION
static Slice schema_mode(Sql *s) {
    sql_advance(s);
    sql_advance(s);
    if (sql_accept_word(s, WORD_BINDING)) return SLICE("BINDING");
    if (sql_accept_word(s, WORD_COMPENSATION)) return SLICE("COMPENSATION");
    bool type = sql_accept_word(s, WORD_TYPE);
    sql_expect_word(s, WORD_EVOLUTION);
    return type ? SLICE("TYPE EVOLUTION") : SLICE("EVOLUTION");
}

typedef struct Seen {
    bool comment, schema, properties, collation, partitioned;
} Seen;

static void once(Sql *s, uint32_t start, bool *seen, const char *clause) {
    if (*seen) sql_fail(s, start, ERR_DUPLICATE_CLAUSES, "clauseName", clause);
    *seen = true;
}

static bool view_clause(Sql *s, UCommand *command, Seen *seen, uint32_t start) {
    if (sql_accept_word(s, WORD_COMMENT)) {
        command->comment = sql_string(s);
        once(s, start, &seen->comment, "COMMENT");
    } else if (sql_are_words(s, WORD_WITH, WORD_SCHEMA)) {
        command->view.schema_mode = schema_mode(s);
        once(s, start, &seen->schema, "WITH SCHEMA");
    } else if (sql_accept_word(s, WORD_TBLPROPERTIES)) {
        UOptionList list = sql_property_list(s);
        command->properties = list.items;
        command->property_count = list.count;
        once(s, start, &seen->properties, "TBLPROPERTIES");
    } else if (sql_accept_words(s, WORD_DEFAULT, WORD_COLLATION)) {
        command->view.collation = sql_collation_name(s, sql_start(s));
        once(s, start, &seen->collation, "DEFAULT COLLATION");
    } else if (sql_accept_words(s, WORD_PARTITIONED, WORD_ON)) {
        (void)sql_identifier_list(s);
        once(s, start, &seen->partitioned, "PARTITIONED ON");
    } else {
        return false;
    }
    return true;
}

static void check_temporary(Sql *s, const UCommand *command, uint32_t start) {
    if (!command->view.is_temporary) return;
    if (command->if_not_exists) {
        sql_fail(s, start, ERR_LEGACY_0052);
    } else if (command->name.count > (command->view.is_global ? 2u : 1u)) {
        sql_fail(s, start, ERR_TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS, "actualName",
                 sql_cstr(s, sql_quoted_name(s, command->name)));
    }
}

// [OR REPLACE] [[GLOBAL] TEMPORARY | MATERIALIZED] VIEW ...
UCommand *sql_create_view(Sql *s, uint32_t start) {
    UCommand *command = sql_command_new(s, UCMD_CREATE_VIEW, start);
    command->view.is_global = sql_accept_word(s, WORD_GLOBAL);
    command->view.is_temporary =
        sql_accept_word(s, WORD_TEMPORARY) || sql_accept_word(s, WORD_TEMP);
    command->view.is_materialized = sql_accept_word(s, WORD_MATERIALIZED);
    sql_expect_word(s, WORD_VIEW);
    command->if_not_exists = sql_if_not_exists(s);
    sql_object_name(s, command);
    if (sql_is(s, TOKEN_LEFT_PAREN)) view_columns(s, command);
    if (sql_is_word(s, WORD_USING) && command->view.is_temporary) {
        sql_advance(s);
        NameParts format = sql_name_parts(s);
        command->view.format = format.parts[format.count - 1];
        if (sql_accept_word(s, WORD_OPTIONS)) {
            UOptionList list = sql_option_list(s);
            command->options = list.items;
            command->option_count = list.count;
        }
        check_temporary(s, command, start);
        return command;
    }
    Seen seen = {0};
    while (view_clause(s, command, &seen, start)) continue;
    sql_expect_word(s, WORD_AS);
    sql_command_query(s, command);
    check_temporary(s, command, start);
    return command;
}
