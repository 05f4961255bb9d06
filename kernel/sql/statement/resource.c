// SPDX-License-Identifier: Apache-2.0
// CACHE, REFRESH, ANALYZE, TRUNCATE, COMMENT ON, LOAD DATA, MSCK REPAIR, ADD and LIST of resources.
#include "kernel/sql/statement/statement.h"

static UCommand *cache(Sql *s, uint32_t start) {
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_CACHE, start);
    command->cache.lazy = sql_accept_word(s, WORD_LAZY);
    sql_expect_word(s, WORD_TABLE);
    sql_object_name(s, command);
    if (sql_accept_word(s, WORD_OPTIONS)) {
        UOptionList list = sql_property_list(s);
        command->options = list.items;
        command->option_count = list.count;
    }
    bool as = sql_accept_word(s, WORD_AS);
    if (as || sql_starts_query(s, 0)) sql_command_query(s, command);
    if (command->query && command->name.count > 1)
        sql_fail(s, start, ERR_LEGACY_0037, "quoted",
                 sql_cstr(s, sql_quoted_name(s, command->name)));
    return command;
}

static UCommand *uncache(Sql *s, uint32_t start) {
    sql_advance(s);
    sql_expect_word(s, WORD_TABLE);
    UCommand *command = sql_command_new(s, UCMD_UNCACHE, start);
    command->if_exists = sql_if_exists(s);
    sql_object_name(s, command);
    return command;
}

// REFRESH TABLE t | FUNCTION f | a path, quoted or not
static UCommand *refresh(Sql *s, uint32_t start) {
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_REFRESH, start);
    bool name = sql_is_identifier(s, sql_peek_at(s, 1));
    if (name && sql_accept_word(s, WORD_TABLE)) {
        command->cache.what = SLICE("TABLE");
        sql_object_name(s, command);
    } else if (name && sql_accept_word(s, WORD_FUNCTION)) {
        command->cache.what = SLICE("FUNCTION");
        sql_object_name(s, command);
    } else if (sql_accept_words(s, WORD_MATERIALIZED, WORD_VIEW) ||
               sql_accept_words(s, WORD_STREAMING, WORD_TABLE)) {
        (void)sql_rest(s);
        return sql_unsupported(s, start, "REFRESH MATERIALIZED VIEW");
    } else if (sql_at_string(s)) {
        command->cache.text = sql_string(s);
    } else {
        command->cache.text = slice_trim(sql_rest(s));
        if (!command->cache.text.bytes)
            sql_fail(s, start, ERR_INVALID_SQL_SYNTAX__INVALID_REFRESH_PATH);
    }
    return command;
}

static void analyze_columns(Sql *s, UCommand *command) {
    if (sql_accept_word(s, WORD_ALL)) {
        sql_expect_word(s, WORD_COLUMNS);
        command->analyze.all_columns = true;
        return;
    }
    sql_expect_word(s, WORD_COLUMNS);
    do
        ARENA_PUSH(s->arena, command->analyze.columns, command->analyze.column_count,
                   sql_checked_identifier(s));
    while (sql_accept(s, TOKEN_COMMA));
}

// ANALYZE TABLE t [PARTITION ...] COMPUTE STATISTICS [NOSCAN | FOR [ALL] COLUMNS ...]; TABLES [IN
// schema]
static UCommand *analyze(Sql *s, uint32_t start) {
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_ANALYZE, start);
    command->analyze.is_tables = sql_accept_word(s, WORD_TABLES);
    if (command->analyze.is_tables) {
        if (sql_accept_word(s, WORD_IN) || sql_accept_word(s, WORD_FROM))
            sql_object_name(s, command);
    } else {
        sql_expect_word(s, WORD_TABLE);
        sql_object_name(s, command);
    }
    if (sql_is_word(s, WORD_PARTITION)) {
        UOptionList spec = sql_partition_spec(s);
        command->analyze.partition = spec.items;
        command->analyze.partition_count = spec.count;
    }
    sql_expect_word(s, WORD_COMPUTE);
    if (!sql_accept_word(s, WORD_STATISTICS))
        (void)sql_accept_words(s, WORD_DELTA, WORD_STATISTICS);
    if (sql_is_word(s, WORD_FOR) && !command->analyze.is_tables) {
        sql_advance(s);
        analyze_columns(s, command);
    } else if (sql_is_identifier(s, sql_peek(s))) {
        Slice word = sql_identifier(s);
        command->analyze.noscan = slice_equal_ignore_case(word, SLICE("noscan"));
        if (!command->analyze.noscan && !s->failed) {
            Slice quoted = arena_printf(s->arena, "`%.*s`", SLICE_ARGS(word));
            sql_fail(s, start, ERR_INVALID_SQL_SYNTAX__ANALYZE_TABLE_UNEXPECTED_NOSCAN, "ctx",
                     sql_cstr(s, quoted));
        }
    }
    return command;
}

static UCommand *truncate(Sql *s, uint32_t start) {
    sql_advance(s);
    sql_expect_word(s, WORD_TABLE);
    UCommand *command = sql_command_new(s, UCMD_TRUNCATE, start);
    sql_object_name(s, command);
    if (sql_is_word(s, WORD_PARTITION)) {
        UOptionList spec = sql_partition_spec(s);
        command->options = spec.items;
        command->option_count = spec.count;
    }
    return command;
}

// COMMENT ON SCHEMA|TABLE|COLUMN|... name IS 'text' | NULL
static UCommand *comment_on(Sql *s, uint32_t start) {
    sql_advance(s);
    sql_expect_word(s, WORD_ON);
    UCommand *command = sql_command_new(s, UCMD_COMMENT_ON, start);
    static const Word kinds[] = {WORD_TABLE,   WORD_VIEW,   WORD_COLUMN,
                                 WORD_CATALOG, WORD_VOLUME, WORD_FUNCTION};
    command->cache.what = SLICE("");
    if (sql_accept_namespace(s)) command->cache.what = SLICE("SCHEMA");
    for (size_t i = 0; !command->cache.what.bytes && i < COUNT_OF(kinds); i++)
        if (sql_accept_word(s, kinds[i])) command->cache.what = keyword_name(kinds[i]);
    if (!command->cache.what.bytes) sql_fail_expected(s, "TABLE, SCHEMA or COLUMN");
    sql_object_name(s, command);
    sql_expect_word(s, WORD_IS);
    if (!sql_accept_word(s, WORD_NULL)) command->comment = sql_string(s);
    return command;
}

static UCommand *load_data(Sql *s, uint32_t start) {
    sql_advance(s);
    sql_expect_word(s, WORD_DATA);
    UCommand *command = sql_command_new(s, UCMD_LOAD_DATA, start);
    command->load.is_local = sql_accept_word(s, WORD_LOCAL);
    sql_expect_word(s, WORD_INPATH);
    command->load.path = sql_string(s);
    command->load.overwrite = sql_accept_word(s, WORD_OVERWRITE);
    sql_expect_word(s, WORD_INTO);
    sql_expect_word(s, WORD_TABLE);
    sql_object_name(s, command);
    if (sql_is_word(s, WORD_PARTITION)) {
        UOptionList spec = sql_partition_spec(s);
        command->load.partition = spec.items;
        command->load.partition_count = spec.count;
    }
    return command;
}

// [MSCK] REPAIR TABLE t [ADD|DROP|SYNC PARTITIONS]
static UCommand *repair(Sql *s, uint32_t start) {
    (void)sql_accept_word(s, WORD_MSCK);
    sql_expect_word(s, WORD_REPAIR);
    sql_expect_word(s, WORD_TABLE);
    UCommand *command = sql_command_new(s, UCMD_REPAIR, start);
    sql_object_name(s, command);
    if (sql_accept_word(s, WORD_ADD) || sql_accept_word(s, WORD_DROP) ||
        sql_accept_word(s, WORD_SYNC))
        sql_expect_word(s, WORD_PARTITIONS);
    return command;
}

// ADD JAR|FILE|ARCHIVE path ...; LIST JARS|FILES|ARCHIVES [path]: the rest is taken as written.
static UCommand *resources(Sql *s, uint32_t start) {
    bool list = sql_is_word(s, WORD_LIST);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_ADD_RESOURCE, start);
    static const Word kinds[] = {WORD_JAR,   WORD_JARS,    WORD_FILE,
                                 WORD_FILES, WORD_ARCHIVE, WORD_ARCHIVES};
    Slice kind = SLICE("");
    for (size_t i = 0; !kind.bytes && i < COUNT_OF(kinds); i++)
        if (sql_is_word(s, kinds[i])) kind = keyword_name(kinds[i]);
    if (!kind.bytes) {
        Slice rest = sql_rest(s);
        Slice words = arena_printf(s->arena, "%s with resource type '%.*s'", list ? "LIST" : "ADD",
                                   SLICE_ARGS(rest));
        sql_fail(s, start, ERR_LEGACY_0035, "message", sql_cstr(s, words));
        return command;
    }
    sql_advance(s);
    if (list) command->kind = UCMD_SHOW;
    Slice path = slice_trim(sql_rest(s));
    if (list) {
        command->show.what = kind;
        command->show.pattern = path.bytes ? path : SLICE_NONE;
    } else {
        command->load.format = kind;
        command->load.path = path;
    }
    return command;
}

UCommand *sql_resource(Sql *s) {
    uint32_t start = sql_start(s);
    Word next = sql_word_at(s, 1);
    switch (sql_word(s)) {
    case WORD_CACHE: return cache(s, start);
    case WORD_UNCACHE: return uncache(s, start);
    case WORD_CLEAR:
        sql_advance(s);
        sql_expect_word(s, WORD_CACHE);
        return sql_command_new(s, UCMD_CLEAR_CACHE, start);
    case WORD_REFRESH: return refresh(s, start);
    case WORD_ANALYZE: return analyze(s, start);
    case WORD_TRUNCATE: return truncate(s, start);
    case WORD_COMMENT: return comment_on(s, start);
    case WORD_LOAD: return load_data(s, start);
    case WORD_MSCK: return repair(s, start);
    case WORD_REPAIR: return next == WORD_TABLE ? repair(s, start) : NULL;
    case WORD_ADD:
    case WORD_LIST: return next != WORD_PLAIN ? resources(s, start) : NULL;
    default: return NULL;
    }
}
