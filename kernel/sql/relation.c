// SPDX-License-Identifier: Apache-2.0
// The FROM clause: tables, table functions, subqueries, joins, PIVOT, UNPIVOT, samples, lateral
// views.
#include "kernel/sql/grammar.h"

#include <stdlib.h>

// --- aliases
// -----------------------------------------------------------------------------------------

// [AS] name [(columns)]; the relation itself when there is none.
URel *sql_table_alias(Sql *s, URel *rel, uint32_t start) {
    bool as = sql_is_word(s, WORD_AS) && sql_is_identifier(s, sql_peek_at(s, 1));
    if (as) sql_advance(s);
    else if (!sql_at_alias(s, true)) return rel;
    Slice name = sql_checked_identifier(s);
    SliceList columns = {0};
    if (sql_is(s, TOKEN_LEFT_PAREN)) columns = sql_identifier_list(s);
    URel *alias = sql_rel_new(s, UREL_SUBQUERY_ALIAS, start);
    alias->input = rel;
    alias->alias.name = name;
    alias->alias.columns = columns.items;
    alias->alias.column_count = columns.count;
    return alias;
}

// --- samples and watermarks
// --------------------------------------------------------------------------

static void fail_fraction(Sql *s, uint32_t start, double fraction) {
    AUTO(Text, number) = {0};
    text_printf(&number, "%.17g", fraction);
    if (!strpbrk(text_cstr(&number), ".e")) text_append(&number, SLICE(".0"));
    Slice message = arena_printf(s->arena, "Sampling fraction (%s) must be on interval [0, 1]",
                                 text_cstr(&number));
    sql_fail(s, start, ERR_LEGACY_0064, "msg", sql_cstr(s, message));
}

static double number_of(Sql *s) {
    bool number = sql_is(s, TOKEN_INTEGER) || sql_is(s, TOKEN_DECIMAL);
    if (!number) sql_fail_expected(s, "a number");
    return strtod(sql_cstr(s, token_text(s->text, *sql_advance(s))), NULL);
}

// What is wrong with a sample is reported over the whole clause, when that has been read.
typedef struct SampleProblem {
    ErrorCode code;
    const char *parameter, *text;
} SampleProblem;

static SampleProblem sample_bucket(Sql *s, URel *sample) {
    sql_advance(s);
    double part = number_of(s);
    sql_expect_word(s, WORD_OUT);
    sql_expect_word(s, WORD_OF);
    double whole = number_of(s);
    sample->sample.upper = part / whole;
    if (!sql_accept_word(s, WORD_ON)) return (SampleProblem){0};
    (void)sql_name_parts(s);
    bool call = sql_accept(s, TOKEN_LEFT_PAREN);
    if (call) sql_expect(s, TOKEN_RIGHT_PAREN);
    return (SampleProblem){ERR_LEGACY_0016, "context",
                           call ? "TABLESAMPLE(BUCKET x OUT OF y ON function)"
                                : "TABLESAMPLE(BUCKET x OUT OF y ON colname)"};
}

static SampleProblem sample_method(Sql *s, URel *sample) {
    bool negative = sql_is(s, TOKEN_MINUS);
    bool number_next =
        sql_is_at(s, negative, TOKEN_INTEGER) || sql_is_at(s, negative, TOKEN_DECIMAL);
    if (sql_is(s, TOKEN_RIGHT_PAREN)) return (SampleProblem){ERR_LEGACY_0014, "", ""};
    if (number_next && sql_word_at(s, negative + 1u) == WORD_PERCENT) {
        if (negative) sql_advance(s);
        double percent = number_of(s);
        sql_advance(s);
        sample->sample.upper = (negative ? -percent : percent) / 100;
        return (SampleProblem){0};
    }
    if (sql_is_word(s, WORD_BUCKET)) return sample_bucket(s, sample);
    uint32_t start = sql_start(s);
    sample->sample.count = sql_expression(s);
    sample->sample.is_rows = sql_accept_word(s, WORD_ROWS);
    if (sample->sample.is_rows) return (SampleProblem){0};
    Slice text = sql_text_from(s, start);
    bool bytes = text.bytes && (text.data[text.bytes - 1] | 32) >= 'a';
    return (SampleProblem){ERR_LEGACY_0015, "msg", bytes ? "byteLengthLiteral" : sql_cstr(s, text)};
}

static SampleProblem system_problem(const URel *sample) {
    if (sample->sample.has_seed)
        return (SampleProblem){ERR_UNSUPPORTED_FEATURE__TABLESAMPLE_SYSTEM_REPEATABLE, "", ""};
    return (SampleProblem){0};
}

URel *sql_sample(Sql *s, URel *rel) {
    Word method = sql_word_at(s, 1);
    bool named = method == WORD_SYSTEM || method == WORD_BERNOULLI;
    if (!sql_is_word(s, WORD_TABLESAMPLE) || !sql_is_at(s, named ? 2 : 1, TOKEN_LEFT_PAREN))
        return rel;
    uint32_t start = sql_start(s);
    for (int i = named ? 0 : 1; i < 3; i++) sql_advance(s);
    URel *sample = sql_rel_new(s, UREL_SAMPLE, start);
    sample->input = rel;
    sample->sample.upper = -2; // no fraction was written
    SampleProblem problem = sample_method(s, sample);
    double upper = sample->sample.upper;
    bool by_percent = upper != -2 && !(sql_stop(s) > 0 && problem.code);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    if (sql_accept_word(s, WORD_REPEATABLE)) {
        sql_expect(s, TOKEN_LEFT_PAREN);
        bool negative = sql_accept(s, TOKEN_MINUS);
        int64_t seed = sql_integer(s);
        sample->sample.seed = negative ? -seed : seed;
        sample->sample.has_seed = true;
        sql_expect(s, TOKEN_RIGHT_PAREN);
    }
    sample->origin = sql_origin(s, start);
    if (method == WORD_SYSTEM && !by_percent)
        problem =
            (SampleProblem){ERR_UNSUPPORTED_FEATURE__TABLESAMPLE_SYSTEM_SAMPLE_METHOD, "", ""};
    else if (method == WORD_SYSTEM) problem = system_problem(sample);
    if (problem.code && *problem.parameter)
        sql_fail(s, start, problem.code, problem.parameter, problem.text);
    else if (problem.code) sql_fail(s, start, problem.code);
    else if (upper != -2 && !(upper >= 0 && upper <= 1)) fail_fraction(s, start, upper);
    if (upper == -2) sample->sample.upper = 1;
    return sample;
}

// WATERMARK expression [AS name] DELAY OF interval
static URel *watermark(Sql *s, URel *rel) {
    bool at = sql_is_word(s, WORD_WATERMARK) && sql_starts_expression(s, 1) &&
              sql_word_at(s, 1) != WORD_WHERE && sql_word_at(s, 1) != WORD_ON;
    if (!at) return rel;
    uint32_t start = sql_start(s);
    SqlMark mark = sql_mark(s);
    sql_advance(s);
    uint32_t expr_start = sql_start(s);
    UExpr *expr = sql_expression(s);
    if (sql_accept_word(s, WORD_AS)) {
        UExpr *alias = sql_expr_new(s, UEXPR_ALIAS, expr_start);
        ARENA_PUSH(s->arena, alias->args, alias->arg_count, expr);
        ARENA_PUSH(s->arena, alias->alias.names, alias->alias.count, sql_identifier(s));
        expr = alias;
    }
    if (!sql_accept_words(s, WORD_DELAY, WORD_OF)) {
        sql_rewind(s, mark);
        return rel;
    }
    UExpr *delay = sql_expression(s);
    URel *node = sql_rel_new(s, UREL_WATERMARK, start);
    node->input = rel;
    ARENA_PUSH(s->arena, node->exprs, node->expr_count, expr);
    ARENA_PUSH(s->arena, node->exprs, node->expr_count, delay);
    return node;
}

// --- tables
// ------------------------------------------------------------------------------------------

static bool at_as_of(const Sql *s, uint32_t ahead) {
    return sql_word_at(s, ahead) == WORD_AS && sql_word_at(s, ahead + 1) == WORD_OF;
}

// [FOR] VERSION|SYSTEM_VERSION|TIMESTAMP|SYSTEM_TIME AS OF expression
static void time_travel(Sql *s, URel *table) {
    uint32_t skip = sql_is_word(s, WORD_FOR) ? 1 : 0;
    Word word = sql_word_at(s, skip);
    bool version = word == WORD_VERSION || word == WORD_SYSTEM_VERSION;
    bool timestamp = word == WORD_TIMESTAMP || word == WORD_SYSTEM_TIME;
    if ((!version && !timestamp) || !at_as_of(s, skip + 1)) return;
    for (uint32_t i = 0; i < skip + 3; i++) sql_advance(s);
    UExpr *value = version ? sql_literal_or_marker(s) : sql_value_expression(s);
    if (version) table->table.version = value;
    else table->table.timestamp = value;
    if (timestamp && !s->failed && value->kind == UEXPR_ATTRIBUTE)
        sql_fail(s, table->origin.span.start, ERR_LEGACY_0056, "reason",
                 "timestamp expression cannot refer to any columns");
}

static bool changes_bound(Sql *s) {
    if (sql_accept_word(s, WORD_EXCLUSIVE)) return true;
    (void)sql_accept_word(s, WORD_INCLUSIVE);
    return false;
}

// CHANGES FROM VERSION|TIMESTAMP a [INCLUSIVE|EXCLUSIVE] [TO VERSION|TIMESTAMP b [...]]
static void table_changes(Sql *s, URel *table) {
    if (!sql_are_words(s, WORD_CHANGES, WORD_FROM)) return;
    sql_advance(s);
    sql_advance(s);
    UChanges *changes = ARENA_NEW(s->arena, UChanges);
    for (int side = 0; side < 2; side++) {
        if (side == 1 && !sql_accept_word(s, WORD_TO)) break;
        Word word = sql_word(s);
        changes->is_timestamp = word == WORD_TIMESTAMP || word == WORD_SYSTEM_TIME;
        if (!changes->is_timestamp && word != WORD_VERSION && word != WORD_SYSTEM_VERSION)
            sql_fail_expected(s, "VERSION or TIMESTAMP");
        sql_advance(s);
        UExpr *value = sql_value_expression(s);
        if (side == 0) {
            changes->start = value;
            changes->start_exclusive = changes_bound(s);
        } else {
            changes->stop = value;
            changes->stop_exclusive = changes_bound(s);
        }
    }
    table->table.changes = changes;
}

// Delta's t@v1 and t@20240101000000000, glued to the name.
static void at_version(Sql *s, URel *table) {
    if (!sql_is(s, TOKEN_AT) || sql_start(s) != sql_stop(s)) return;
    const Token *token = sql_peek_at(s, 1);
    if (token->start != sql_peek(s)->stop) return;
    Slice text = token_text(s->text, *token);
    int64_t number = 0;
    bool version =
        text.bytes > 1 && (text.data[0] | 32) == 'v' && slice_to_i64(slice_from(text, 1), &number);
    bool timestamp = text.bytes == 17 && slice_to_i64(text, &number);
    if (!version && !timestamp) return;
    sql_advance(s);
    uint32_t start = sql_start(s);
    sql_advance(s);
    if (version) {
        table->table.version = sql_literal_new(s, value_int(TYPE_BIGINT, number), start);
        return;
    }
    const char *d = text.data;
    Slice written = arena_printf(s->arena, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s.%.3s", d, d + 4, d + 6,
                                 d + 8, d + 10, d + 12, d + 14);
    table->table.timestamp = sql_string_literal(s, written, start);
}

static URel *table(Sql *s, bool is_stream) {
    uint32_t start = sql_start(s);
    UExpr *identifier;
    NameParts name = sql_name_or_identifier(s, &identifier);
    if (sql_is(s, TOKEN_LEFT_PAREN) && !is_stream)
        return sql_table_function(s, start, name, identifier);
    URel *rel = sql_rel_new(s, UREL_TABLE, start);
    rel->table.name = name;
    rel->table.identifier = identifier;
    rel->table.is_stream = is_stream;
    at_version(s, rel);
    time_travel(s, rel);
    table_changes(s, rel);
    if (sql_is_word(s, WORD_WITH) && sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
        sql_advance(s);
        UOptionList options = sql_option_list(s);
        rel->table.options = options.items;
        rel->table.option_count = options.count;
    }
    URel *sampled = watermark(s, sql_sample(s, rel));
    return sql_table_alias(s, sampled, start);
}

// --- table functions
// ---------------------------------------------------------------------------------

static UExpr *table_argument_tail(Sql *s, UExpr *argument) {
    if (sql_are_words(s, WORD_WITH, WORD_SINGLE)) {
        sql_advance(s);
        sql_advance(s);
        sql_expect_word(s, WORD_PARTITION);
        argument->table_argument.single_partition = true;
    } else if (sql_accept_words(s, WORD_PARTITION, WORD_BY) ||
               sql_accept_words(s, WORD_DISTRIBUTE, WORD_BY)) {
        bool paren = sql_accept(s, TOKEN_LEFT_PAREN);
        UExprList list = {0};
        if (paren) list = sql_expression_list(s);
        else ARENA_PUSH(s->arena, list.items, list.count, sql_expression(s));
        if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
        argument->args = list.items;
        argument->arg_count = list.count;
    }
    if (sql_accept_words(s, WORD_ORDER, WORD_BY) || sql_accept_words(s, WORD_SORT, WORD_BY)) {
        bool paren = sql_accept(s, TOKEN_LEFT_PAREN);
        UExprList list = {0};
        if (paren) list = sql_sort_list(s);
        else ARENA_PUSH(s->arena, list.items, list.count, sql_sort_item(s));
        if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
        argument->table_argument.order = list.items;
        argument->table_argument.order_count = list.count;
    }
    return argument;
}

// TABLE(t), TABLE(query), TABLE t
static UExpr *table_argument(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    bool paren = sql_accept(s, TOKEN_LEFT_PAREN);
    URel *query;
    if (paren && sql_starts_query(s, 0)) {
        query = sql_query(s);
    } else {
        uint32_t name_start = sql_start(s);
        UExpr *identifier;
        NameParts name = sql_name_or_identifier(s, &identifier);
        query = sql_rel_new(s, UREL_TABLE, name_start);
        query->table.name = name;
        query->table.identifier = identifier;
        if (!paren) {
            Slice quoted = sql_quoted_name(s, name);
            sql_fail(s, start, ERR_INVALID_SQL_SYNTAX__TVF_ARGUMENT_MISSING_PARENTHESES,
                     "argumentName", sql_cstr(s, quoted));
        }
    }
    if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
    UExpr *argument = sql_expr_new(s, UEXPR_TABLE_ARGUMENT, start);
    argument->table_argument.query = query;
    argument = table_argument_tail(s, argument);
    argument->origin = sql_origin(s, start);
    return argument;
}

static bool at_table_argument(const Sql *s) {
    return sql_is_word(s, WORD_TABLE) &&
           (sql_is_at(s, 1, TOKEN_LEFT_PAREN) || sql_is_identifier(s, sql_peek_at(s, 1)));
}

static UExpr *function_argument(Sql *s) {
    if (at_table_argument(s)) return table_argument(s);
    bool named = sql_is_identifier(s, sql_peek(s)) && sql_is_at(s, 1, TOKEN_FAT_ARROW) &&
                 sql_word_at(s, 2) == WORD_TABLE;
    if (!named) return sql_lambda_or_call_argument(s);
    uint32_t start = sql_start(s);
    NameParts name = {0};
    ARENA_PUSH(s->arena, name.parts, name.count, sql_identifier(s));
    sql_advance(s);
    UExpr *value = at_table_argument(s) ? table_argument(s) : sql_expression(s);
    UExpr *argument = sql_expr_new(s, UEXPR_NAMED_ARGUMENT, start);
    argument->name = name;
    ARENA_PUSH(s->arena, argument->args, argument->arg_count, value);
    return argument;
}

URel *sql_table_function(Sql *s, uint32_t start, NameParts name, UExpr *identifier) {
    sql_expect(s, TOKEN_LEFT_PAREN);
    UExprList args = {0};
    if (!sql_is(s, TOKEN_RIGHT_PAREN)) do
            ARENA_PUSH(s->arena, args.items, args.count, function_argument(s));
        while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    URel *rel = sql_rel_new(s, UREL_TABLE_FUNCTION, start);
    rel->function.name = name;
    rel->function.identifier = identifier;
    rel->exprs = args.items;
    rel->expr_count = args.count;
    URel *sampled = watermark(s, sql_sample(s, rel));
    return sql_table_alias(s, sampled, start);
}

// --- VALUES
// ------------------------------------------------------------------------------------------

static void inline_row(Sql *s, URel *rel, UExpr *expr) {
    bool is_row = expr->kind == UEXPR_FUNCTION && expr->name.count == 1 &&
                  slice_equal_ignore_case(expr->name.parts[0], SLICE("struct"));
    UExpr **row = expr->args;
    uint32_t count = expr->arg_count;
    if (!is_row) {
        row = NULL;
        count = 0;
        ARENA_PUSH(s->arena, row, count, expr);
    }
    uint32_t index = rel->values.row_count;
    if (index == 0) rel->values.column_count = count;
    ARENA_PUSH(s->arena, rel->values.rows, rel->values.row_count, row);
    ARENA_PUSH(s->arena, rel->values.row_lengths, index, count);
}

// The widths must agree, with those of the alias too.
static void check_widths(Sql *s, const URel *values, uint32_t expected, uint32_t start) {
    for (uint32_t i = 0; i < values->values.row_count; i++) {
        if (values->values.row_lengths[i] == expected) continue;
        Slice wanted = arena_printf(s->arena, "%u", expected);
        Slice actual = arena_printf(s->arena, "%u", values->values.row_lengths[i]);
        Slice row = arena_printf(s->arena, "%u", i);
        sql_fail(s, start, ERR_INVALID_INLINE_TABLE__NUM_COLUMNS_MISMATCH, "expectedNumCols",
                 sql_cstr(s, wanted), "actualNumCols", sql_cstr(s, actual), "rowIndex",
                 sql_cstr(s, row));
        return;
    }
}

URel *sql_inline_table(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    URel *rel = sql_rel_new(s, UREL_VALUES, start);
    do inline_row(s, rel, sql_expression(s));
    while (sql_accept(s, TOKEN_COMMA));
    rel->origin = sql_origin(s, start);
    URel *named = sql_table_alias(s, rel, start);
    bool has_columns = named != rel && named->alias.column_count;
    rel->origin = sql_origin(s, start);
    check_widths(s, rel, has_columns ? named->alias.column_count : rel->values.column_count, start);
    return named;
}

// --- lateral views
// -----------------------------------------------------------------------------------

static URel *lateral_view(Sql *s, URel *input) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    sql_advance(s);
    bool outer = sql_is_word(s, WORD_OUTER) && sql_is_identifier(s, sql_peek_at(s, 1));
    if (outer) sql_advance(s);
    UExpr *identifier;
    NameParts name = sql_name_or_identifier(s, &identifier);
    sql_expect(s, TOKEN_LEFT_PAREN);
    UExprList args = {0};
    if (!sql_is(s, TOKEN_RIGHT_PAREN)) args = sql_expression_list(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    URel *view = sql_rel_new(s, UREL_LATERAL_VIEW, start);
    view->input = input;
    view->exprs = args.items;
    view->expr_count = args.count;
    view->function.name = name;
    view->function.identifier = identifier;
    view->function.outer = outer;
    if (!sql_is_word(s, WORD_AS) && sql_at_alias(s, true))
        view->function.table_alias = sql_identifier(s);
    bool has_columns = sql_accept_word(s, WORD_AS) || sql_at_alias(s, true);
    if (has_columns) do
            ARENA_PUSH(s->arena, view->function.column_aliases, view->function.column_alias_count,
                       sql_identifier(s));
        while (sql_accept(s, TOKEN_COMMA));
    view->origin = sql_origin(s, start);
    return view;
}

URel *sql_lateral_views(Sql *s, URel *rel) {
    while (sql_are_words(s, WORD_LATERAL, WORD_VIEW)) rel = lateral_view(s, rel);
    return rel;
}

// --- primary relations
// -------------------------------------------------------------------------------

static URel *parenthesised_relation(Sql *s) {
    uint32_t start = sql_start(s);
    URel *rel = NULL;
    if (sql_starts_query(s, 1)) rel = sql_parenthesised_query(s);
    if (!rel) {
        sql_advance(s);
        rel = sql_relation(s);
        sql_expect(s, TOKEN_RIGHT_PAREN);
        return sql_table_alias(s, watermark(s, sql_sample(s, rel)), start);
    }
    URel *sampled = watermark(s, sql_sample(s, rel));
    URel *named = sql_table_alias(s, sampled, start);
    if (named != sampled || sampled->kind == UREL_SUBQUERY_ALIAS) return named;
    // Spark gives an anonymous subquery a name of its own; names inside are out of reach.
    URel *anonymous = sql_rel_new(s, UREL_SUBQUERY_ALIAS, start);
    anonymous->input = sampled;
    return anonymous;
}

static URel *relation_primary(Sql *s) {
    if (sql_is(s, TOKEN_LEFT_PAREN)) return parenthesised_relation(s);
    if (sql_is_word(s, WORD_VALUES) && sql_starts_expression(s, 1) && sql_starts_query(s, 0))
        return sql_inline_table(s);
    bool stream = sql_is_word(s, WORD_STREAM) &&
                  (sql_is_identifier(s, sql_peek_at(s, 1)) || sql_is_at(s, 1, TOKEN_LEFT_PAREN)) &&
                  !(sql_word_at(s, 1) == WORD_AS);
    if (stream) {
        uint32_t start = sql_start(s);
        sql_advance(s);
        bool paren = sql_accept(s, TOKEN_LEFT_PAREN);
        URel *rel = table(s, true);
        if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
        return paren ? sql_table_alias(s, rel, start) : rel;
    }
    if (!sql_is_identifier(s, sql_peek(s))) {
        sql_fail_expected(s, "a table, a table function or a query in parentheses");
        return sql_rel_new(s, UREL_ONE_ROW, sql_start(s));
    }
    return table(s, false);
}

// --- joins
// -------------------------------------------------------------------------------------------

// The words of a join up to JOIN; false: no join starts here.
static bool join_kind(const Sql *s, uint32_t *words, UJoinKind *kind) {
    uint32_t at = 0;
    Word word = sql_word(s);
    *kind = UJOIN_INNER;
    switch (word) {
    case WORD_INNER: at = 1; break;
    case WORD_CROSS:
        *kind = UJOIN_CROSS;
        at = 1;
        break;
    case WORD_SEMI:
    case WORD_ANTI:
        *kind = word == WORD_SEMI ? UJOIN_LEFT_SEMI : UJOIN_LEFT_ANTI;
        at = 1;
        break;
    case WORD_LEFT:
    case WORD_RIGHT:
    case WORD_FULL: {
        Word next = sql_word_at(s, 1);
        bool left = word == WORD_LEFT;
        *kind = left ? UJOIN_LEFT : word == WORD_RIGHT ? UJOIN_RIGHT : UJOIN_FULL;
        if (left && next == WORD_SEMI) *kind = UJOIN_LEFT_SEMI;
        if (left && next == WORD_ANTI) *kind = UJOIN_LEFT_ANTI;
        bool two = next == WORD_OUTER || (left && (next == WORD_SEMI || next == WORD_ANTI));
        at = two ? 2 : 1;
        break;
    }
    default: break;
    }
    *words = at + 1;
    return sql_word_at(s, at) == WORD_JOIN;
}

enum { NEAREST_MAX = 100000 };

// APPROX|EXACT NEAREST [n] BY DISTANCE|SIMILARITY measure
static void nearest(Sql *s, URel *join, bool lateral) {
    uint32_t start = sql_start(s);
    UNearest *near = ARENA_NEW(s->arena, UNearest);
    near->exact = sql_is_word(s, WORD_EXACT);
    near->count = 1;
    sql_advance(s);
    sql_advance(s);
    if (sql_is(s, TOKEN_INTEGER)) near->count = sql_integer(s);
    sql_expect_word(s, WORD_BY);
    near->by_similarity = sql_is_word(s, WORD_SIMILARITY);
    if (!near->by_similarity && !sql_is_word(s, WORD_DISTANCE))
        sql_fail_expected(s, "DISTANCE or SIMILARITY");
    sql_advance(s);
    near->measure = sql_expression(s);
    join->join.nearest = near;
    if (lateral) sql_fail(s, start, ERR_UNSUPPORTED_FEATURE__LATERAL_JOIN_NEAREST_BY);
    if (join->join.kind != UJOIN_INNER && join->join.kind != UJOIN_LEFT)
        sql_fail(s, start, ERR_NEAREST_BY_JOIN__UNSUPPORTED_JOIN_TYPE);
    if (near->count < 1 || near->count > NEAREST_MAX)
        sql_fail(s, start, ERR_NEAREST_BY_JOIN__NUM_RESULTS_OUT_OF_RANGE);
}

static void join_criteria(Sql *s, URel *join, bool lateral, uint32_t start) {
    if (sql_is_word(s, WORD_ON) && !join->join.natural) {
        sql_advance(s);
        join->join.condition = sql_expression(s);
    } else if (sql_is_word(s, WORD_USING) && !join->join.natural &&
               sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
        sql_advance(s);
        SliceList columns = sql_identifier_list(s);
        join->join.using_columns = columns.items;
        join->join.using_count = columns.count;
        if (lateral) sql_fail(s, start, ERR_UNSUPPORTED_FEATURE__LATERAL_JOIN_USING);
    } else if ((sql_is_word(s, WORD_APPROX) || sql_is_word(s, WORD_EXACT)) &&
               sql_word_at(s, 1) == WORD_NEAREST) {
        nearest(s, join, lateral);
    }
}

URel *sql_join(Sql *s, URel *left, uint32_t left_start) {
    (void)left_start;
    uint32_t start = sql_start(s), words;
    UJoinKind kind;
    bool natural = sql_is_word(s, WORD_NATURAL);
    if (natural) sql_advance(s);
    if (!join_kind(s, &words, &kind)) {
        if (natural) sql_fail_expected(s, "JOIN");
        return NULL;
    }
    for (uint32_t i = 0; i < words; i++) sql_advance(s);
    bool lateral = sql_is_word(s, WORD_LATERAL);
    if (lateral) sql_advance(s);
    URel *join = sql_rel_new(s, UREL_JOIN, start);
    join->input = left;
    join->right = relation_primary(s);
    join->join.kind = kind;
    join->join.natural = natural;
    join->join.lateral = lateral;
    join_criteria(s, join, lateral, start);
    join->origin = sql_origin(s, start);
    return join;
}

URel *sql_relation(Sql *s) {
    uint32_t start = sql_start(s);
    if (!sql_enter(s)) return sql_rel_new(s, UREL_ONE_ROW, start);
    bool lateral = sql_is_word(s, WORD_LATERAL) && sql_word_at(s, 1) != WORD_VIEW;
    if (lateral) sql_advance(s);
    URel *rel = relation_primary(s);
    for (;;) {
        URel *join = sql_join(s, rel, start);
        if (join) rel = join;
        else if (sql_is_word(s, WORD_PIVOT) && sql_is_at(s, 1, TOKEN_LEFT_PAREN))
            rel = sql_pivot(s, rel);
        else if (sql_is_word(s, WORD_UNPIVOT) && sql_at_clause(s)) rel = sql_unpivot(s, rel);
        else break;
    }
    sql_leave(s);
    return rel;
}

// FROM a, b, LATERAL (...): commas are inner joins; then lateral views.
URel *sql_from_clause(Sql *s) {
    sql_expect_word(s, WORD_FROM);
    uint32_t start = sql_start(s);
    URel *rel = sql_relation(s);
    while (sql_accept(s, TOKEN_COMMA)) {
        bool lateral = sql_is_word(s, WORD_LATERAL) && sql_word_at(s, 1) != WORD_VIEW;
        URel *right = sql_relation(s);
        URel *join = sql_rel_new(s, UREL_JOIN, start);
        join->input = rel;
        join->right = right;
        join->join.kind = UJOIN_INNER;
        join->join.lateral = lateral;
        rel = join;
    }
    bool views = sql_are_words(s, WORD_LATERAL, WORD_VIEW);
    rel = sql_lateral_views(s, rel);
    if (sql_is_word(s, WORD_PIVOT) && sql_is_at(s, 1, TOKEN_LEFT_PAREN)) {
        rel = sql_pivot(s, rel);
        if (views) sql_fail(s, start, ERR_NOT_ALLOWED_IN_FROM__LATERAL_WITH_PIVOT);
    } else if (sql_is_word(s, WORD_UNPIVOT) && sql_at_clause(s)) {
        rel = sql_unpivot(s, rel);
        if (views) sql_fail(s, start, ERR_NOT_ALLOWED_IN_FROM__LATERAL_WITH_UNPIVOT);
    }
    return rel;
}
