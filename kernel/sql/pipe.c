// SPDX-License-Identifier: Apache-2.0
// Pipe operators: query |> operator |> operator ...
#include "kernel/sql/grammar.h"

static URel *piped(Sql *s, URelKind kind, URel *input, UPipe pipe, uint32_t start) {
    URel *rel = sql_rel_new(s, kind, start);
    rel->input = input;
    rel->pipe = pipe;
    return rel;
}

static URel *pipe_select(Sql *s, URel *input, uint32_t start) {
    URel *rel = sql_select_body(s, start, input, true);
    for (URel *node = rel; node && node != input; node = node->input)
        if (node->kind == UREL_PROJECT) node->pipe = UPIPE_SELECT;
    return rel;
}

static UExpr *star(Sql *s, uint32_t start) {
    UExpr *expr = sql_expr_new(s, UEXPR_STAR, start);
    return expr;
}

static URel *pipe_extend(Sql *s, URel *input, uint32_t start) {
    UExpr *all = star(s, sql_start(s));
    sql_advance(s);
    UExprList list = sql_named_expression_list(s);
    URel *rel = piped(s, UREL_PROJECT, input, UPIPE_EXTEND, start);
    ARENA_PUSH(s->arena, rel->exprs, rel->expr_count, all);
    for (uint32_t i = 0; i < list.count; i++)
        ARENA_PUSH(s->arena, rel->exprs, rel->expr_count, list.items[i]);
    return rel;
}

// Each assignment sees what the ones before it set, so each is a projection of its own.
static URel *pipe_set(Sql *s, URel *input, uint32_t start) {
    sql_advance(s);
    do {
        uint32_t pair_start = sql_start(s);
        NameParts name = sql_name_parts(s);
        sql_expect(s, TOKEN_EQUAL);
        UExpr *value = sql_expression(s);
        UExpr *alias = sql_expr_new(s, UEXPR_ALIAS, pair_start);
        ARENA_PUSH(s->arena, alias->args, alias->arg_count, value);
        Slice last = name.count ? name.parts[name.count - 1] : SLICE("");
        ARENA_PUSH(s->arena, alias->alias.names, alias->alias.count, last);
        UExpr *all = star(s, pair_start);
        ARENA_PUSH(s->arena, all->star.except, all->star.except_count, name);
        ARENA_PUSH(s->arena, all->star.replace, all->star.replace_count, alias);
        URel *rel = piped(s, UREL_PROJECT, input, UPIPE_SET, start);
        ARENA_PUSH(s->arena, rel->exprs, rel->expr_count, all);
        input = rel;
    } while (sql_accept(s, TOKEN_COMMA));
    return input;
}

static URel *pipe_drop(Sql *s, URel *input, uint32_t start) {
    sql_advance(s);
    UExpr *all = star(s, start);
    do {
        NameParts name = {0};
        ARENA_PUSH(s->arena, name.parts, name.count, sql_identifier(s));
        ARENA_PUSH(s->arena, all->star.except, all->star.except_count, name);
    } while (sql_accept(s, TOKEN_COMMA));
    URel *rel = piped(s, UREL_PROJECT, input, UPIPE_DROP, start);
    ARENA_PUSH(s->arena, rel->exprs, rel->expr_count, all);
    return rel;
}

static URel *pipe_as(Sql *s, URel *input, uint32_t start) {
    sql_advance(s);
    Slice name = sql_checked_identifier(s);
    URel *rel = piped(s, UREL_SUBQUERY_ALIAS, input, UPIPE_OTHER, start);
    rel->alias.name = name;
    return rel;
}

static URel *pipe_where(Sql *s, URel *input, uint32_t start) {
    sql_advance(s);
    UExpr *condition = sql_expression(s);
    URel *rel = piped(s, UREL_FILTER, input, UPIPE_WHERE, start);
    rel->filter.condition = condition;
    if (sql_is_word(s, WORD_WINDOW) && sql_is_identifier(s, sql_peek_at(s, 1))) {
        (void)sql_window_clause(s, rel);
        sql_fail(s, start, ERR_NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE__WINDOW_CLAUSE);
    }
    return rel;
}

static bool has_window(const UExpr *expr) {
    if (expr->kind == UEXPR_WINDOW) return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (has_window(expr->args[i])) return true;
    return false;
}

static bool at_group_by(const Sql *s) {
    return sql_are_words(s, WORD_GROUP, WORD_BY) && sql_starts_expression(s, 2);
}

static URel *pipe_aggregate(Sql *s, URel *input, uint32_t start) {
    sql_advance(s);
    UExprList list = {0};
    if (!at_group_by(s) && sql_starts_expression(s, 0)) list = sql_named_expression_list(s);
    URel *rel = piped(s, UREL_AGGREGATE, input, UPIPE_AGGREGATE, start);
    rel->exprs = list.items;
    rel->expr_count = list.count;
    rel->aggregate.is_relation = true;
    bool group = at_group_by(s);
    if (group) {
        sql_advance(s);
        sql_advance(s);
        sql_pipe_aggregation(s, rel);
    }
    rel->origin = sql_origin(s, start);
    if (!group && !list.count)
        sql_fail(s, start, ERR_LEGACY_0035, "message",
                 "The AGGREGATE clause requires a list of aggregate expressions or a list of "
                 "grouping expressions, or both");
    for (uint32_t i = 0; i < list.count; i++)
        if (!s->failed && has_window(list.items[i]))
            sql_fail(s, start, ERR_UNSUPPORTED_FEATURE__PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE,
                     "case",
                     "window functions; please update the query to move the window functions to a "
                     "subsequent |> SELECT operator instead");
    return rel;
}

static URel *pipe_pivot(Sql *s, URel *input, uint32_t start) {
    bool pivot_first = sql_is_word(s, WORD_PIVOT);
    URel *rel = pivot_first ? sql_pivot(s, input) : sql_unpivot(s, input);
    bool both = pivot_first ? sql_is_word(s, WORD_UNPIVOT) && sql_at_clause(s)
                            : sql_is_word(s, WORD_PIVOT) && sql_at_clause(s);
    if (!both) return rel;
    rel = pivot_first ? sql_unpivot(s, rel) : sql_pivot(s, rel);
    sql_fail(s, start, ERR_NOT_ALLOWED_IN_FROM__UNPIVOT_WITH_PIVOT);
    return rel;
}

static const char *tail_clause(const Sql *s) {
    Word next = sql_word_at(s, 1);
    switch (sql_word(s)) {
    case WORD_ORDER: return next == WORD_BY ? "ORDER BY" : NULL;
    case WORD_CLUSTER: return next == WORD_BY ? "CLUSTER BY" : NULL;
    case WORD_DISTRIBUTE: return next == WORD_BY ? "DISTRIBUTE BY" : NULL;
    case WORD_SORT: return next == WORD_BY ? "SORT BY" : NULL;
    case WORD_LIMIT: return "LIMIT";
    case WORD_OFFSET: return "OFFSET";
    case WORD_WINDOW: return "WINDOW";
    default: return NULL;
    }
}

// ORDER BY, LIMIT, OFFSET and their kin: one of them at a time.
static URel *pipe_tail(Sql *s, URel *input) {
    uint32_t start = sql_start(s);
    const char *first = tail_clause(s);
    URel *rel = sql_query_tail(s, input);
    const char *clauses[3] = {first, NULL, NULL};
    uint32_t count = 1;
    for (const URel *node = rel; node && node != input; node = node->input) {
        const char *clause = node->kind == UREL_LIMIT    ? "LIMIT"
                             : node->kind == UREL_OFFSET ? "OFFSET"
                                                         : NULL;
        if (clause && strcmp(clause, first) != 0 && count < 3) clauses[count++] = clause;
    }
    bool limits = clauses[1] && strcmp(first, "LIMIT") == 0;
    if (clauses[1] && !limits)
        sql_fail(s, start, ERR_MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS, "clause1", first,
                 "clause2", clauses[count - 1]);
    return rel;
}

URel *sql_pipe(Sql *s, URel *rel, uint32_t start) {
    switch (sql_word(s)) {
    case WORD_SELECT: return pipe_select(s, rel, start);
    case WORD_EXTEND: return pipe_extend(s, rel, start);
    case WORD_SET: return pipe_set(s, rel, start);
    case WORD_DROP: return pipe_drop(s, rel, start);
    case WORD_AS: return pipe_as(s, rel, start);
    case WORD_WHERE: return pipe_where(s, rel, start);
    case WORD_AGGREGATE: return pipe_aggregate(s, rel, start);
    case WORD_PIVOT:
    case WORD_UNPIVOT: return pipe_pivot(s, rel, start);
    case WORD_TABLESAMPLE: return sql_sample(s, rel);
    case WORD_UNION:
    case WORD_EXCEPT:
    case WORD_MINUS:
    case WORD_INTERSECT: return sql_set_operator(s, rel, sql_query_primary);
    default: break;
    }
    if (tail_clause(s)) return pipe_tail(s, rel);
    if (sql_are_words(s, WORD_LATERAL, WORD_VIEW)) return sql_lateral_views(s, rel);
    URel *join = sql_join(s, rel, start);
    if (join) return join;
    sql_fail_expected(s, "a pipe operator (SELECT, EXTEND, WHERE, AGGREGATE, JOIN, ...)");
    return rel;
}
