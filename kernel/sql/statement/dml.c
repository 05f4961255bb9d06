// SPDX-License-Identifier: Apache-2.0
// INSERT, UPDATE, DELETE, MERGE.
#include "kernel/sql/statement/statement.h"

// --- DEFAULT
// -----------------------------------------------------------------------------------------

static void mark_default(UExpr *expr) {
    if (expr->kind == UEXPR_ATTRIBUTE && expr->name.count == 1 &&
        slice_equal_ignore_case(expr->name.parts[0], SLICE("DEFAULT")))
        expr->kind = UEXPR_DEFAULT;
}

void sql_mark_defaults(URel *rel) {
    while (rel && (rel->kind == UREL_SUBQUERY_ALIAS || rel->kind == UREL_WITH ||
                   rel->kind == UREL_LIMIT || rel->kind == UREL_OFFSET))
        rel = rel->input;
    if (!rel) return;
    if (rel->kind == UREL_VALUES) {
        for (uint32_t r = 0; r < rel->values.row_count; r++)
            for (uint32_t c = 0; c < rel->values.row_lengths[r]; c++)
                mark_default(rel->values.rows[r][c]);
    } else if (rel->kind == UREL_PROJECT) {
        for (uint32_t i = 0; i < rel->expr_count; i++) mark_default(rel->exprs[i]);
    }
}

static URel *under_with(URel *with, URel *query) {
    if (!with) return query;
    with->input = query;
    return with;
}

// --- INSERT
// ------------------------------------------------------------------------------------------

// OVERWRITE [LOCAL] DIRECTORY ['path'] [USING format [OPTIONS (...)]] | row format, STORED AS
static UCommand *insert_directory(Sql *s, uint32_t start, URel *with) {
    UCommand *command = sql_command_new(s, UCMD_INSERT_DIRECTORY, start);
    command->load.overwrite = true;
    command->load.is_local = sql_accept_word(s, WORD_LOCAL);
    sql_expect_word(s, WORD_DIRECTORY);
    if (sql_at_string(s)) command->load.path = sql_string(s);
    if (sql_accept_word(s, WORD_USING)) {
        NameParts format = sql_name_parts(s);
        command->load.format = format.count ? format.parts[format.count - 1] : SLICE("");
        if (sql_accept_word(s, WORD_OPTIONS)) {
            UOptionList list = sql_option_list(s);
            command->options = list.items;
            command->option_count = list.count;
        }
    } else {
        sql_row_format(s);
        if (sql_accept_words(s, WORD_STORED, WORD_AS)) command->load.format = sql_identifier(s);
        sql_row_format(s);
    }
    if (command->load.is_local && command->load.format.bytes)
        sql_fail(s, start, ERR_INTERNAL_ERROR, "message",
                 "LOCAL is not supported together with a path in OPTIONS");
    sql_command_query(s, command);
    command->query = under_with(with, command->query);
    return command;
}

// [(columns)] [BY NAME]
static void insert_columns(Sql *s, UCommand *command) {
    if (sql_is_word(s, WORD_BY) &&
        slice_equal_ignore_case(token_text(s->text, *sql_peek_at(s, 1)), SLICE("NAME"))) {
        sql_advance(s);
        sql_advance(s);
        command->insert.by_name = true;
    } else if (sql_is(s, TOKEN_LEFT_PAREN) && !sql_starts_query(s, 1)) {
        SliceList columns = sql_identifier_list(s);
        command->insert.columns = columns.items;
        command->insert.column_count = columns.count;
    }
}

// REPLACE WHERE condition | REPLACE USING (columns) | REPLACE ON condition
static void insert_replace(Sql *s, UCommand *command, uint32_t start) {
    sql_advance(s);
    if (sql_accept_word(s, WORD_WHERE)) {
        command->insert.replace_where = sql_expression(s);
        if (command->insert.alias.bytes)
            sql_fail(s, start, ERR_INSERT_REPLACE_WHERE_TABLE_ALIAS_NOT_ALLOWED);
    } else if (sql_accept_word(s, WORD_USING)) {
        SliceList columns = sql_identifier_list(s);
        command->insert.replace_using = columns.items;
        command->insert.replace_using_count = columns.count;
    } else if (sql_accept_word(s, WORD_ON)) {
        s->stop_at_query = true;
        command->insert.replace_on = sql_expression(s);
        s->stop_at_query = false;
    } else {
        sql_fail_expected(s, "WHERE, USING or ON");
    }
}

static bool at_insert_alias(const Sql *s) {
    if (sql_is_word(s, WORD_AS)) return sql_is_identifier(s, sql_peek_at(s, 1));
    Word word = sql_word(s);
    return sql_is_identifier(s, sql_peek(s)) && word != WORD_PARTITION && word != WORD_BY &&
           word != WORD_REPLACE && word != WORD_VALUES && word != WORD_TABLE && word != WORD_IF &&
           word != WORD_WITH && word != WORD_SELECT && word != WORD_FROM && word != WORD_MAP &&
           word != WORD_REDUCE && sql_word_at(s, 1) == WORD_REPLACE;
}

static void insert_partition(Sql *s, UCommand *command, uint32_t start) {
    if (sql_is_word(s, WORD_PARTITION) && sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
        UOptionList spec = sql_partition_spec(s);
        command->insert.partition = spec.items;
        command->insert.partition_count = spec.count;
    }
    command->if_not_exists = sql_if_not_exists(s);
    if (!command->if_not_exists) return;
    if (!command->insert.overwrite)
        sql_fail(s, start, ERR_INVALID_STATEMENT_OR_CLAUSE, "operation",
                 "INSERT INTO ... IF NOT EXISTS");
    for (uint32_t i = 0; i < command->insert.partition_count; i++)
        if (!command->insert.partition[i].expr)
            sql_fail(s, start, ERR_LEGACY_0035, "message",
                     "IF NOT EXISTS with dynamic partitions is not supported");
}

// INSERT ... up to its query, which the caller reads. NULL: a directory, complete.
static UCommand *insert_target(Sql *s, uint32_t start, URel *with, UCommand **directory) {
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_INSERT, start);
    if (sql_accept_words(s, WORD_WITH, WORD_SCHEMA)) {
        sql_expect_word(s, WORD_EVOLUTION);
        command->insert.schema_evolution = true;
    }
    command->insert.overwrite = sql_accept_word(s, WORD_OVERWRITE);
    if (!command->insert.overwrite && !sql_accept_word(s, WORD_INTO))
        sql_fail_expected(s, "INTO or OVERWRITE");
    bool is_directory = command->insert.overwrite &&
                        (sql_are_words(s, WORD_LOCAL, WORD_DIRECTORY) ||
                         (sql_is_word(s, WORD_DIRECTORY) &&
                          (sql_is_at(s, 1, TOKEN_STRING) || sql_word_at(s, 1) == WORD_USING)));
    if (is_directory) {
        *directory = insert_directory(s, start, with);
        return NULL;
    }
    bool table = sql_is_word(s, WORD_TABLE) && sql_is_identifier(s, sql_peek_at(s, 1));
    if (table) sql_advance(s);
    sql_object_name(s, command);
    if (sql_is_word(s, WORD_WITH) && sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
        sql_advance(s);
        UOptionList list = sql_option_list(s);
        command->options = list.items;
        command->option_count = list.count;
    }
    if (at_insert_alias(s)) {
        (void)sql_accept_word(s, WORD_AS);
        command->insert.alias = sql_checked_identifier(s);
    }
    insert_partition(s, command, start);
    insert_columns(s, command);
    if (sql_is_word(s, WORD_REPLACE)) insert_replace(s, command, start);
    return command;
}

UCommand *sql_insert(Sql *s, URel *with) {
    uint32_t start = sql_start(s);
    UCommand *directory = NULL;
    UCommand *command = insert_target(s, start, with, &directory);
    if (!command) return directory;
    sql_command_query(s, command);
    // REPLACE ON ... (query) AS s names the source.
    if (command->insert.replace_on && sql_at_alias(s, true))
        command->query = sql_table_alias(s, command->query, sql_start(s));
    else if (command->insert.replace_on && sql_is_word(s, WORD_AS))
        command->query = sql_table_alias(s, command->query, sql_start(s));
    sql_mark_defaults(command->query);
    command->query = under_with(with, command->query);
    return command;
}

// FROM t INSERT ... SELECT ... INSERT ... SELECT ...
UCommand *sql_multi_insert(Sql *s, URel *with) {
    uint32_t start = sql_start(s);
    URel *from = sql_from_clause(s);
    UCommand *all = sql_command_new(s, UCMD_MULTI_INSERT, start);
    all->with = with;
    while (sql_is_word(s, WORD_INSERT)) {
        uint32_t insert_start = sql_start(s);
        UCommand *directory = NULL;
        UCommand *command = insert_target(s, insert_start, NULL, &directory);
        if (!command) {
            command = directory;
        } else {
            uint32_t query_start = sql_start(s);
            URel *body = sql_select_body(s, query_start, from, false);
            command->query = sql_query_tail(s, body);
            command->query_text = sql_text_from(s, query_start);
        }
        command->origin = sql_origin(s, insert_start);
        ARENA_PUSH(s->arena, all->statements, all->statement_count, command);
    }
    return all;
}

// --- UPDATE and DELETE
// -----------------------------------------------------------------------------------

static Slice target_alias(Sql *s, uint32_t start, const char *operation) {
    bool as = sql_accept_word(s, WORD_AS);
    if (!as && !sql_at_alias(s, true)) return SLICE("");
    Slice alias = sql_checked_identifier(s);
    if (sql_is(s, TOKEN_LEFT_PAREN)) {
        (void)sql_identifier_list(s);
        sql_fail(s, start, ERR_COLUMN_ALIASES_NOT_ALLOWED, "op", operation);
    }
    return alias;
}

typedef struct Pairs {
    USetPair *items;
    uint32_t count;
} Pairs;

static Pairs assignments(Sql *s) {
    Pairs pairs = {0};
    do {
        USetPair pair = {0};
        pair.target = sql_name_or_identifier(s, &pair.target_identifier);
        sql_expect(s, TOKEN_EQUAL);
        pair.value = sql_expression(s);
        mark_default(pair.value);
        ARENA_PUSH(s->arena, pairs.items, pairs.count, pair);
    } while (sql_accept(s, TOKEN_COMMA));
    return pairs;
}

UCommand *sql_update(Sql *s, URel *with) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_UPDATE, start);
    command->with = with;
    sql_object_name(s, command);
    command->change.alias = target_alias(s, start, "`UPDATE`");
    sql_expect_word(s, WORD_SET);
    Pairs pairs = assignments(s);
    command->change.sets = pairs.items;
    command->change.set_count = pairs.count;
    if (sql_accept_word(s, WORD_WHERE)) command->change.condition = sql_expression(s);
    return command;
}

UCommand *sql_delete(Sql *s, URel *with) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    sql_expect_word(s, WORD_FROM);
    UCommand *command = sql_command_new(s, UCMD_DELETE, start);
    command->with = with;
    sql_object_name(s, command);
    command->change.alias = target_alias(s, start, "`DELETE`");
    if (sql_accept_word(s, WORD_WHERE)) command->change.condition = sql_expression(s);
    return command;
}

// --- MERGE
// -------------------------------------------------------------------------------------------

static void merge_update(Sql *s, UMergeClause *clause) {
    sql_advance(s);
    sql_expect_word(s, WORD_SET);
    if (clause->when == UMERGE_MATCHED && sql_accept(s, TOKEN_STAR)) {
        clause->action = UMERGE_UPDATE_ALL;
        return;
    }
    clause->action = UMERGE_UPDATE;
    Pairs pairs = assignments(s);
    clause->sets = pairs.items;
    clause->set_count = pairs.count;
}

static void merge_insert(Sql *s, UMergeClause *clause, uint32_t start) {
    sql_advance(s);
    if (sql_accept(s, TOKEN_STAR)) {
        clause->action = UMERGE_INSERT_ALL;
        return;
    }
    clause->action = UMERGE_INSERT;
    NamePartsList names = sql_name_list(s);
    sql_expect_word(s, WORD_VALUES);
    sql_expect(s, TOKEN_LEFT_PAREN);
    UExprList values = sql_expression_list(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    if (names.count != values.count && !s->failed) sql_fail(s, start, ERR_LEGACY_0006);
    for (uint32_t i = 0; i < names.count && i < values.count; i++) {
        mark_default(values.items[i]);
        USetPair pair = {.target = names.items[i], .value = values.items[i]};
        ARENA_PUSH(s->arena, clause->sets, clause->set_count, pair);
    }
}

static UMergeClause merge_clause(Sql *s, uint32_t start) {
    UMergeClause clause = {0};
    sql_expect_word(s, WORD_WHEN);
    if (sql_accept_word(s, WORD_NOT)) {
        clause.when = UMERGE_NOT_MATCHED;
        sql_expect_word(s, WORD_MATCHED);
        if (sql_accept_words(s, WORD_BY, WORD_SOURCE)) clause.when = UMERGE_NOT_MATCHED_BY_SOURCE;
        else (void)sql_accept_words(s, WORD_BY, WORD_TARGET);
    } else {
        clause.when = UMERGE_MATCHED;
        sql_expect_word(s, WORD_MATCHED);
    }
    if (sql_accept_word(s, WORD_AND)) clause.condition = sql_expression(s);
    sql_expect_word(s, WORD_THEN);
    if (clause.when == UMERGE_NOT_MATCHED) {
        if (sql_is_word(s, WORD_INSERT)) merge_insert(s, &clause, start);
        else sql_fail_expected(s, "INSERT");
    } else if (sql_is_word(s, WORD_UPDATE)) {
        merge_update(s, &clause);
    } else if (sql_accept_word(s, WORD_DELETE)) {
        clause.action = UMERGE_DELETE;
    } else {
        sql_fail_expected(s, "UPDATE or DELETE");
    }
    return clause;
}

// Of each kind only the last clause may lack a condition.
static void check_conditions(Sql *s, uint32_t start, const UCommand *command) {
    static const ErrorCode codes[] = {
        [UMERGE_MATCHED] = ERR_NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION,
        [UMERGE_NOT_MATCHED] = ERR_NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION,
        [UMERGE_NOT_MATCHED_BY_SOURCE] = ERR_NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION,
    };
    bool later[3] = {0};
    for (uint32_t i = command->merge.clause_count; i-- > 0;) {
        const UMergeClause *clause = &command->merge.clauses[i];
        if (later[clause->when] && !clause->condition) sql_fail(s, start, codes[clause->when]);
        later[clause->when] = true;
    }
}

static URel *merge_source(Sql *s, uint32_t statement_start) {
    uint32_t start = sql_start(s);
    URel *source;
    if (sql_is(s, TOKEN_LEFT_PAREN)) {
        sql_advance(s);
        source = sql_query(s);
        sql_expect(s, TOKEN_RIGHT_PAREN);
    } else {
        UExpr *identifier;
        NameParts name = sql_name_or_identifier(s, &identifier);
        source = sql_rel_new(s, UREL_TABLE, start);
        source->table.name = name;
        source->table.identifier = identifier;
    }
    Slice alias = target_alias(s, statement_start, "`MERGE`");
    if (!alias.bytes) return source;
    URel *named = sql_rel_new(s, UREL_SUBQUERY_ALIAS, start);
    named->input = source;
    named->alias.name = alias;
    return named;
}

UCommand *sql_merge(Sql *s, URel *with) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_MERGE, start);
    command->with = with;
    if (sql_accept_words(s, WORD_WITH, WORD_SCHEMA)) {
        sql_expect_word(s, WORD_EVOLUTION);
        command->merge.schema_evolution = true;
    }
    sql_expect_word(s, WORD_INTO);
    sql_object_name(s, command);
    command->merge.alias = target_alias(s, start, "`MERGE`");
    sql_expect_word(s, WORD_USING);
    command->merge.source = merge_source(s, start);
    sql_expect_word(s, WORD_ON);
    command->merge.condition = sql_expression(s);
    while (sql_is_word(s, WORD_WHEN)) {
        UMergeClause clause = merge_clause(s, start);
        ARENA_PUSH(s->arena, command->merge.clauses, command->merge.clause_count, clause);
    }
    if (command->merge.clause_count == 0) sql_fail(s, start, ERR_LEGACY_0008);
    check_conditions(s, start, command);
    return command;
}
