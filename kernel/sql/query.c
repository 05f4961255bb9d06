// SPDX-License-Identifier: Apache-2.0
// Queries above SELECT: WITH, set operations, pipes, ORDER BY ... OFFSET, queries in parentheses.
#include "base/limits.h"
#include "kernel/sql/grammar.h"

#include <stdio.h>

// --- where a query starts
// ----------------------------------------------------------------------------

bool sql_starts_query(const Sql *s, uint32_t ahead) {
    while (sql_is_at(s, ahead, TOKEN_LEFT_PAREN)) ahead++;
    const Token *next = sql_peek_at(s, ahead + 1);
    bool name = sql_is_identifier(s, next);
    switch (sql_word_at(s, ahead)) {
    case WORD_SELECT: return sql_starts_expression(s, ahead + 1) || next->kind == TOKEN_HINT_START;
    case WORD_VALUES: return sql_starts_expression(s, ahead + 1);
    case WORD_FROM:
    case WORD_TABLE:
        return name || (next->kind == TOKEN_LEFT_PAREN && sql_word_at(s, ahead) == WORD_FROM);
    case WORD_WITH: {
        Word second = sql_word_at(s, ahead + 2);
        return name && (second != WORD_PLAIN || sql_is_at(s, ahead + 2, TOKEN_LEFT_PAREN) ||
                        sql_word_at(s, ahead + 1) == WORD_RECURSIVE ||
                        sql_is_at(s, ahead + 2, TOKEN_MINUS));
    }
    case WORD_MAP:
    case WORD_REDUCE: return name && sql_is_at(s, ahead + 2, TOKEN_COMMA);
    default: return false;
    }
}

static const SqlMemo *memo_find(const Sql *s, uint32_t start) {
    for (uint32_t i = s->memo_count; i-- > 0;)
        if (s->memos[i].start == start) return &s->memos[i];
    return NULL;
}

// A single parenthesis before SELECT is a query for certain; with more of them the inner ones may
// be operands or relations, so what does not end in its ')' is undone.
URel *sql_parenthesised_query(Sql *s) {
    uint32_t start = s->at;
    const SqlMemo *memo = memo_find(s, start);
    if (memo) {
        if (memo->query) {
            s->at = memo->stop;
            s->marker_count = memo->marker_count;
            if (!s->pending) s->pending = memo->pending;
        }
        return memo->query;
    }
    bool certain = !sql_is_at(s, 1, TOKEN_LEFT_PAREN);
    SqlMark mark = sql_mark(s);
    sql_advance(s);
    URel *query = sql_query(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    if (certain) return query;
    SqlMemo found = {start, s->at, s->marker_count, s->pending, s->failed ? NULL : query};
    if (!found.query) sql_rewind(s, mark);
    ARENA_PUSH(s->arena, s->memos, s->memo_count, found);
    return found.query;
}

// --- WITH
// --------------------------------------------------------------------------------------------

static UCte common_table(Sql *s) {
    uint32_t start = sql_start(s);
    UCte cte = {.name = sql_checked_identifier(s)};
    if (sql_is(s, TOKEN_LEFT_PAREN) && !sql_starts_query(s, 1)) {
        SliceList columns = sql_identifier_list(s);
        cte.columns = columns.items;
        cte.column_count = columns.count;
    }
    if (sql_is_word(s, WORD_MAX) && sql_word_at(s, 1) == WORD_RECURSION) {
        sql_advance(s);
        sql_advance(s);
        sql_expect_word(s, WORD_LEVEL);
        uint32_t level_start = sql_start(s);
        int64_t level = sql_integer(s);
        cte.max_level = sql_literal_new(s, value_int(TYPE_INT, level), level_start);
    }
    (void)sql_accept_word(s, WORD_AS);
    sql_expect(s, TOKEN_LEFT_PAREN);
    cte.query = sql_query(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    cte.origin = sql_origin(s, start);
    return cte;
}

static void refuse_duplicates(Sql *s, uint32_t start, const UCte *ctes, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (!slice_equal_ignore_case(ctes[i].name, ctes[k].name)) continue;
            Slice name = arena_printf(s->arena, "`%.*s`", SLICE_ARGS(ctes[k].name));
            sql_fail(s, start, ERR_DUPLICATED_CTE_NAMES, "duplicateNames", sql_cstr(s, name));
            return;
        }
}

URel *sql_with_clause(Sql *s) {
    bool at_with = sql_is_word(s, WORD_WITH) && sql_is_identifier(s, sql_peek_at(s, 1));
    if (!at_with) return NULL;
    uint32_t start = sql_start(s);
    sql_advance(s);
    bool recursive = sql_is_word(s, WORD_RECURSIVE) && sql_is_identifier(s, sql_peek_at(s, 1)) &&
                     sql_word_at(s, 1) != WORD_AS;
    if (recursive) sql_advance(s);
    UCte *ctes = NULL;
    uint32_t count = 0;
    bool has_level = false;
    do {
        ARENA_PUSH(s->arena, ctes, count, common_table(s));
        has_level |= ctes[count - 1].max_level != NULL;
    } while (sql_accept(s, TOKEN_COMMA));
    refuse_duplicates(s, start, ctes, count);
    URel *with = sql_rel_new(s, UREL_WITH, start);
    with->with.ctes = ctes;
    with->with.count = count;
    with->with.recursive = recursive;
    with->with.has_level = has_level;
    return with;
}

// --- terms
// -------------------------------------------------------------------------------------------

URel *sql_query_primary(Sql *s) {
    uint32_t start = sql_start(s);
    switch (sql_word(s)) {
    case WORD_SELECT:
    case WORD_MAP:
    case WORD_REDUCE: return sql_select(s);
    case WORD_FROM: return sql_from_statement(s);
    case WORD_VALUES: return sql_inline_table(s);
    case WORD_TABLE: {
        sql_advance(s);
        UExpr *identifier;
        uint32_t name_start = sql_start(s);
        NameParts name = sql_name_or_identifier(s, &identifier);
        URel *rel = sql_rel_new(s, UREL_TABLE, name_start);
        rel->table.name = name;
        rel->table.identifier = identifier;
        return rel;
    }
    default: break;
    }
    if (sql_is(s, TOKEN_LEFT_PAREN)) {
        if (sql_starts_query(s, 1)) {
            URel *query = sql_parenthesised_query(s);
            if (query) return query;
        }
        sql_advance(s);
        sql_fail_expected(s, "a query");
    }
    sql_fail_expected(s, "a query (SELECT, VALUES, TABLE, FROM, WITH)");
    return sql_rel_new(s, UREL_ONE_ROW, start);
}

static bool at_intersect(const Sql *s) {
    return sql_is_word(s, WORD_INTERSECT) && sql_at_set_operator(s);
}

URel *sql_set_operator(Sql *s, URel *left, URel *(*right)(Sql *s)) {
    uint32_t start = left->origin.span.start;
    Word word = sql_word(s);
    sql_advance(s);
    bool all = sql_accept_word(s, WORD_ALL);
    if (!all) (void)sql_accept_word(s, WORD_DISTINCT);
    URel *operand = right(s);
    URel *rel = sql_rel_new(s, UREL_SET_OP, start);
    rel->input = left;
    rel->right = operand;
    rel->set_op.kind = word == WORD_UNION       ? USET_UNION
                       : word == WORD_INTERSECT ? USET_INTERSECT
                                                : USET_EXCEPT;
    rel->set_op.all = all;
    return rel;
}

static void check_length(Sql *s, uint32_t length) {
    if (length <= LIMIT_OPERATOR_CHAIN) return;
    char limit[16];
    snprintf(limit, sizeof limit, "%d", LIMIT_OPERATOR_CHAIN);
    sql_fail(s, sql_start(s), ERR_FAILED_TO_PARSE_TOO_COMPLEX, "limit", limit);
}

static URel *intersect_term(Sql *s) {
    URel *rel = sql_query_primary(s);
    for (uint32_t length = 0; at_intersect(s); check_length(s, ++length))
        rel = sql_set_operator(s, rel, sql_query_primary);
    return rel;
}

// `|` also starts a pipe operator where an operator's word stands behind it.
bool sql_at_bare_pipe(const Sql *s) {
    if (!sql_is(s, TOKEN_BAR)) return false;
    switch (sql_word_at(s, 1)) {
    case WORD_SELECT:
    case WORD_EXTEND:
    case WORD_WHERE:
    case WORD_AGGREGATE: return sql_starts_expression(s, 2);
    case WORD_ORDER:
    case WORD_SORT: return sql_word_at(s, 2) == WORD_BY;
    case WORD_LIMIT: return sql_is_at(s, 2, TOKEN_INTEGER);
    case WORD_JOIN:
    case WORD_SET:
    case WORD_DROP:
    case WORD_AS: return sql_is_identifier(s, sql_peek_at(s, 2));
    default: return false;
    }
}

// Set operations and pipes; pipes bind loosest.
static URel *query_term(Sql *s) {
    uint32_t start = sql_start(s);
    URel *rel = intersect_term(s);
    for (uint32_t length = 0;; check_length(s, ++length)) {
        if (sql_is(s, TOKEN_PIPE) || sql_at_bare_pipe(s)) {
            sql_advance(s);
            rel = sql_pipe(s, rel, start);
        } else if (sql_at_set_operator(s)) {
            rel = sql_set_operator(s, rel, intersect_term);
        } else {
            return rel;
        }
    }
}

// --- tail
// --------------------------------------------------------------------------------------------

static URel *sorted(Sql *s, URel *rel, uint32_t start, bool is_global) {
    UExprList items = sql_sort_list(s);
    URel *sort = sql_rel_new(s, UREL_SORT, start);
    sort->input = rel;
    sort->exprs = items.items;
    sort->expr_count = items.count;
    sort->sort.is_global = is_global;
    const UExpr *only = items.count == 1 ? items.items[0]->args[0] : NULL;
    sort->sort.is_all = is_global && only && only->kind == UEXPR_ATTRIBUTE &&
                        only->name.count == 1 &&
                        slice_equal_ignore_case(only->name.parts[0], SLICE("all"));
    return sort;
}

static URel *distributed(Sql *s, URel *rel, uint32_t start, bool cluster) {
    UExprList exprs = sql_expression_list(s);
    URel *repartition = sql_rel_new(s, UREL_REPARTITION, start);
    repartition->input = rel;
    repartition->exprs = exprs.items;
    repartition->expr_count = exprs.count;
    if (!cluster) return repartition;
    URel *sort = sql_rel_new(s, UREL_SORT, start);
    sort->input = repartition;
    for (uint32_t i = 0; i < exprs.count; i++) {
        UExpr *item = sql_expr_new(s, UEXPR_SORT_ORDER, start);
        ARENA_PUSH(s->arena, item->args, item->arg_count, exprs.items[i]);
        ARENA_PUSH(s->arena, sort->exprs, sort->expr_count, item);
    }
    return sort;
}

// ORDER BY, CLUSTER BY, DISTRIBUTE BY, SORT BY: which of them were written.
static URel *ordering(Sql *s, URel *rel) {
    uint32_t start = sql_start(s);
    bool order = false, cluster = false, distribute = false, sort = false;
    if ((order = sql_accept_words(s, WORD_ORDER, WORD_BY))) rel = sorted(s, rel, start, true);
    if ((cluster = sql_accept_words(s, WORD_CLUSTER, WORD_BY)))
        rel = distributed(s, rel, start, true);
    if ((distribute = sql_accept_words(s, WORD_DISTRIBUTE, WORD_BY)))
        rel = distributed(s, rel, start, false);
    if ((sort = sql_accept_words(s, WORD_SORT, WORD_BY))) rel = sorted(s, rel, start, false);
    if (order + cluster + (distribute || sort) > 1)
        sql_fail(s, start, ERR_UNSUPPORTED_FEATURE__COMBINATION_QUERY_RESULT_CLAUSES);
    return rel;
}

static URel *limited(Sql *s, URelKind kind, URel *rel, UExpr *count, uint32_t start) {
    URel *limit = sql_rel_new(s, kind, start);
    limit->input = rel;
    limit->limit.count = count;
    return limit;
}

URel *sql_query_tail(Sql *s, URel *rel) {
    const URel *body = rel;
    uint32_t start = sql_start(s);
    rel = ordering(s, rel);
    rel = sql_window_clause(s, rel);
    UExpr *limit = NULL, *offset = NULL;
    uint32_t limit_start = sql_start(s);
    if (sql_is_word(s, WORD_LIMIT) && sql_starts_expression(s, 1)) {
        sql_advance(s);
        bool all = sql_is_word(s, WORD_ALL) && !sql_is_at(s, 1, TOKEN_LEFT_PAREN);
        if (all) sql_advance(s);
        else limit = sql_expression(s);
    }
    uint32_t offset_start = sql_start(s);
    if (sql_is_word(s, WORD_OFFSET) && sql_starts_expression(s, 1)) {
        sql_advance(s);
        offset = sql_expression(s);
    }
    if (offset) rel = limited(s, UREL_OFFSET, rel, offset, offset_start);
    if (limit) rel = limited(s, UREL_LIMIT, rel, limit, limit_start);
    // All of it has one origin, the whole tail.
    for (URel *node = rel; node != body; node = node->input) node->origin = sql_origin(s, start);
    return rel;
}

URel *sql_query_with(Sql *s, URel *with) {
    URel *rel = sql_query_tail(s, query_term(s));
    if (!with) return rel;
    with->input = rel;
    with->origin = sql_origin(s, with->origin.span.start);
    if (with->with.has_level && !with->with.recursive)
        sql_fail(s, with->origin.span.start, ERR_LEGACY_0035, "message",
                 "Cannot specify MAX RECURSION LEVEL when the CTE is not marked as RECURSIVE");
    return with;
}

URel *sql_query(Sql *s) {
    if (!sql_enter(s)) return sql_rel_new(s, UREL_ONE_ROW, sql_start(s));
    URel *with = sql_with_clause(s);
    URel *rel = sql_query_with(s, with);
    sql_leave(s);
    return rel;
}
