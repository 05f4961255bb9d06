// SPDX-License-Identifier: Apache-2.0
// One SELECT: hints, list, WHERE, GROUP BY, HAVING, QUALIFY, WINDOW; also FROM-first and TRANSFORM.
#include "kernel/sql/grammar.h"

// --- hints
// -------------------------------------------------------------------------------------------

static URel *hint_statement(Sql *s) {
    URel *hint = sql_rel_new(s, UREL_HINT, sql_start(s));
    hint->hint.name = sql_identifier(s);
    if (!sql_accept(s, TOKEN_LEFT_PAREN)) return hint;
    do ARENA_PUSH(s->arena, hint->exprs, hint->expr_count, sql_primary(s));
    while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return hint;
}

typedef struct Hints {
    URel **items;
    uint32_t count;
} Hints;

static Hints hints(Sql *s) {
    Hints list = {0};
    while (sql_accept(s, TOKEN_HINT_START)) {
        do {
            ARENA_PUSH(s->arena, list.items, list.count, hint_statement(s));
            (void)sql_accept(s, TOKEN_COMMA);
        } while (!sql_is(s, TOKEN_HINT_END) && !sql_at_end(s));
        sql_expect(s, TOKEN_HINT_END);
    }
    return list;
}

// --- GROUP BY
// ----------------------------------------------------------------------------------------

typedef struct UGroupSet GroupSet;
typedef struct GroupSets {
    GroupSet *items;
    uint32_t count;
} GroupSets;

static GroupSet grouping_set(Sql *s) {
    GroupSet set = {0};
    SqlMark mark = sql_mark(s);
    if (sql_is(s, TOKEN_LEFT_PAREN) && !sql_starts_query(s, 1)) {
        sql_advance(s);
        if (!sql_is(s, TOKEN_RIGHT_PAREN)) {
            UExprList list = sql_expression_list(s);
            set.exprs = list.items;
            set.count = list.count;
        }
        sql_expect(s, TOKEN_RIGHT_PAREN);
        if (sql_is(s, TOKEN_COMMA) || sql_is(s, TOKEN_RIGHT_PAREN) || s->failed) return set;
        // (a + b) * c: the parenthesis was the expression's.
        sql_rewind(s, mark);
        set = (GroupSet){0};
    }
    ARENA_PUSH(s->arena, set.exprs, set.count, sql_expression(s));
    return set;
}

static GroupSet joined(Sql *s, GroupSet a, GroupSet b) {
    GroupSet all = {0};
    for (uint32_t i = 0; i < a.count; i++) ARENA_PUSH(s->arena, all.exprs, all.count, a.exprs[i]);
    for (uint32_t i = 0; i < b.count; i++) ARENA_PUSH(s->arena, all.exprs, all.count, b.exprs[i]);
    return all;
}

enum { CUBE_MAX = 12 };

// The grouping sets that ROLLUP or CUBE stands for.
static GroupSets expanded(Sql *s, uint32_t start, UGroupKind kind, GroupSets elements) {
    GroupSets sets = {0};
    if (kind == UGROUP_ROLLUP) {
        for (uint32_t length = elements.count + 1; length-- > 0;) {
            GroupSet set = {0};
            for (uint32_t i = 0; i < length; i++) set = joined(s, set, elements.items[i]);
            ARENA_PUSH(s->arena, sets.items, sets.count, set);
        }
        return sets;
    }
    if (elements.count > CUBE_MAX) {
        sql_fail(s, start, ERR_FAILED_TO_PARSE_TOO_COMPLEX, "limit", "4096 grouping sets");
        return sets;
    }
    for (uint32_t mask = 1u << elements.count; mask-- > 0;) {
        GroupSet set = {0};
        for (uint32_t i = 0; i < elements.count; i++)
            if (mask >> (elements.count - 1 - i) & 1) set = joined(s, set, elements.items[i]);
        ARENA_PUSH(s->arena, sets.items, sets.count, set);
    }
    return sets;
}

static bool at_analytics(const Sql *s) {
    if (sql_are_words(s, WORD_GROUPING, WORD_SETS)) return sql_is_at(s, 2, TOKEN_LEFT_PAREN);
    return (sql_is_word(s, WORD_ROLLUP) || sql_is_word(s, WORD_CUBE)) &&
           sql_is_at(s, 1, TOKEN_LEFT_PAREN);
}

static UGroupItem analytics(Sql *s, uint32_t clause_start);

// An element of GROUPING SETS: a set, or a nested ROLLUP, CUBE or GROUPING SETS in its place.
static void grouping_element(Sql *s, uint32_t clause_start, GroupSets *sets) {
    if (!at_analytics(s)) {
        ARENA_PUSH(s->arena, sets->items, sets->count, grouping_set(s));
        return;
    }
    uint32_t start = sql_start(s);
    UGroupItem item = analytics(s, clause_start);
    GroupSets nested = {item.sets, item.set_count};
    if (item.kind != UGROUP_SETS) nested = expanded(s, start, item.kind, nested);
    for (uint32_t i = 0; i < nested.count; i++)
        ARENA_PUSH(s->arena, sets->items, sets->count, nested.items[i]);
}

static UGroupItem analytics(Sql *s, uint32_t clause_start) {
    Word word = sql_word(s);
    UGroupItem item = {.kind = word == WORD_ROLLUP ? UGROUP_ROLLUP
                               : word == WORD_CUBE ? UGROUP_CUBE
                                                   : UGROUP_SETS};
    if (!sql_enter(s)) return item;
    sql_advance(s);
    if (item.kind == UGROUP_SETS) sql_advance(s);
    GroupSets sets = {0};
    bool has_empty = false;
    sql_expect(s, TOKEN_LEFT_PAREN);
    do {
        if (item.kind == UGROUP_SETS) grouping_element(s, clause_start, &sets);
        else ARENA_PUSH(s->arena, sets.items, sets.count, grouping_set(s));
        has_empty |= sets.count && sets.items[sets.count - 1].count == 0;
    } while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    if (has_empty && item.kind != UGROUP_SETS)
        sql_fail(s, clause_start, ERR_LEGACY_0051, "element",
                 item.kind == UGROUP_ROLLUP ? "ROLLUP" : "CUBE");
    item.sets = sets.items;
    item.set_count = sets.count;
    sql_leave(s);
    return item;
}

static UGroupItem plain_item(Sql *s, UExpr *expr) {
    UGroupItem item = {.kind = UGROUP_BY};
    GroupSet set = {0};
    ARENA_PUSH(s->arena, set.exprs, set.count, expr);
    ARENA_PUSH(s->arena, item.sets, item.set_count, set);
    return item;
}

// GROUP BY a, b WITH ROLLUP | WITH CUBE | GROUPING SETS (...): one item out of the plain ones.
static void trailing_analytics(Sql *s, URel *aggregate, uint32_t start) {
    bool rollup = sql_are_words(s, WORD_WITH, WORD_ROLLUP);
    bool cube = sql_are_words(s, WORD_WITH, WORD_CUBE);
    bool sets = sql_are_words(s, WORD_GROUPING, WORD_SETS);
    if (!rollup && !cube && !sets) return;
    UGroupItem item = {0};
    if (sets) {
        item = analytics(s, start);
    } else {
        sql_advance(s);
        sql_advance(s);
        item.kind = rollup ? UGROUP_ROLLUP : UGROUP_CUBE;
    }
    for (uint32_t i = 0; i < aggregate->aggregate.item_count; i++) {
        UGroupItem *plain = &aggregate->aggregate.items[i];
        if (plain->kind != UGROUP_BY) {
            sql_fail_expected(s, "plain grouping expressions");
        } else if (sets) {
            ARENA_PUSH(s->arena, item.given, item.given_count, plain->sets[0].exprs[0]);
        } else {
            ARENA_PUSH(s->arena, item.sets, item.set_count, plain->sets[0]);
        }
    }
    aggregate->aggregate.items = NULL;
    aggregate->aggregate.item_count = 0;
    ARENA_PUSH(s->arena, aggregate->aggregate.items, aggregate->aggregate.item_count, item);
}

static void aggregation(Sql *s, URel *aggregate, UExpr *(*item)(Sql *s)) {
    uint32_t start = aggregate->origin.span.start;
    UGroupItem *items = NULL;
    uint32_t count = 0;
    do {
        if (at_analytics(s)) ARENA_PUSH(s->arena, items, count, analytics(s, start));
        else ARENA_PUSH(s->arena, items, count, plain_item(s, item(s)));
    } while (sql_accept(s, TOKEN_COMMA));
    aggregate->aggregate.items = items;
    aggregate->aggregate.item_count = count;
    trailing_analytics(s, aggregate, start);
    const UExpr *only = count == 1 && items[0].kind == UGROUP_BY ? items[0].sets[0].exprs[0] : NULL;
    aggregate->aggregate.is_all = only && only->kind == UEXPR_ATTRIBUTE && only->name.count == 1 &&
                                  slice_equal_ignore_case(only->name.parts[0], SLICE("all"));
    aggregate->origin = sql_origin(s, start);
}

void sql_aggregation(Sql *s, URel *aggregate) { aggregation(s, aggregate, sql_expression); }
void sql_pipe_aggregation(Sql *s, URel *aggregate) {
    aggregation(s, aggregate, sql_named_expression);
}

// --- WINDOW
// ------------------------------------------------------------------------------------------

URel *sql_window_clause(Sql *s, URel *rel) {
    bool at_window = sql_is_word(s, WORD_WINDOW) && sql_is_identifier(s, sql_peek_at(s, 1));
    if (!at_window) return rel;
    uint32_t start = sql_start(s);
    sql_advance(s);
    UNamedWindow *windows = NULL;
    uint32_t count = 0;
    do {
        UNamedWindow window = {.name = sql_checked_identifier(s)};
        sql_expect_word(s, WORD_AS);
        window.window = sql_window_spec(s);
        ARENA_PUSH(s->arena, windows, count, window);
    } while (sql_accept(s, TOKEN_COMMA));
    URel *named = sql_rel_new(s, UREL_NAMED_WINDOWS, start);
    named->input = rel;
    named->windows.windows = windows;
    named->windows.count = count;
    return named;
}

// --- TRANSFORM
// ---------------------------------------------------------------------------------------

// TRANSFORM(...) USING is the clause, otherwise it is the function.
static bool at_transform(const Sql *s, bool is_select) {
    if (!is_select) return sql_is_word(s, WORD_MAP) || sql_is_word(s, WORD_REDUCE);
    if (!sql_is_word(s, WORD_TRANSFORM) || !sql_is_at(s, 1, TOKEN_LEFT_PAREN)) return false;
    uint32_t depth = 0;
    for (uint32_t ahead = 1; !sql_is_at(s, ahead, TOKEN_END); ahead++) {
        if (sql_is_at(s, ahead, TOKEN_LEFT_PAREN)) depth++;
        if (!sql_is_at(s, ahead, TOKEN_RIGHT_PAREN) || --depth) continue;
        Word next = sql_word_at(s, ahead + 1);
        return next == WORD_USING || next == WORD_RECORDWRITER ||
               (next == WORD_ROW && sql_word_at(s, ahead + 2) == WORD_FORMAT);
    }
    return false;
}

// ROW FORMAT SERDE 'x' [WITH SERDEPROPERTIES (...)] | ROW FORMAT DELIMITED ...
void sql_row_format(Sql *s) {
    uint32_t start = sql_start(s);
    if (!sql_accept_words(s, WORD_ROW, WORD_FORMAT)) return;
    if (sql_accept_word(s, WORD_SERDE)) {
        (void)sql_string(s);
        if (sql_accept_words(s, WORD_WITH, WORD_SERDEPROPERTIES)) (void)sql_property_list(s);
        return;
    }
    sql_expect_word(s, WORD_DELIMITED);
    while (sql_is_word(s, WORD_FIELDS) || sql_is_word(s, WORD_COLLECTION) ||
           sql_is_word(s, WORD_MAP) || sql_is_word(s, WORD_LINES) || sql_is_word(s, WORD_NULL) ||
           sql_is_word(s, WORD_ESCAPED)) {
        bool lines = sql_is_word(s, WORD_LINES);
        while (sql_is(s, TOKEN_IDENTIFIER)) sql_advance(s);
        Slice value = sql_string(s);
        if (lines && !slice_equal_cstr(value, "\n")) {
            Slice message = arena_printf(
                s->arena, "LINES TERMINATED BY only supports newline '\\n' right now: %.*s",
                SLICE_ARGS(value));
            sql_fail(s, start, ERR_LEGACY_0064, "msg", sql_cstr(s, message));
        }
    }
}

static void transform_columns(Sql *s, URel *rel) {
    bool paren = sql_accept(s, TOKEN_LEFT_PAREN);
    do {
        ARENA_PUSH(s->arena, rel->transform.names, rel->transform.column_count,
                   sql_checked_identifier(s));
        bool typed = !sql_is(s, TOKEN_COMMA) && !sql_is(s, TOKEN_RIGHT_PAREN) &&
                     sql_is_identifier(s, sql_peek(s)) && !sql_at_clause(s) &&
                     !sql_are_words(s, WORD_ROW, WORD_FORMAT);
        const Type *type = typed ? sql_type(s) : NULL;
        uint32_t at = rel->transform.column_count - 1;
        ARENA_PUSH(s->arena, rel->transform.types, at, type);
    } while (sql_accept(s, TOKEN_COMMA));
    if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
}

static URel *transform_clause(Sql *s, bool *quantified) {
    URel *rel = sql_rel_new(s, UREL_TRANSFORM, sql_start(s));
    bool paren = sql_is_word(s, WORD_TRANSFORM);
    sql_advance(s);
    if (paren) sql_expect(s, TOKEN_LEFT_PAREN);
    *quantified =
        (sql_is_word(s, WORD_DISTINCT) || sql_is_word(s, WORD_ALL)) && sql_starts_expression(s, 1);
    if (*quantified) sql_advance(s);
    UExprList list = sql_expression_list(s);
    if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
    rel->exprs = list.items;
    rel->expr_count = list.count;
    sql_row_format(s);
    if (sql_accept_word(s, WORD_RECORDWRITER)) (void)sql_string(s);
    sql_expect_word(s, WORD_USING);
    rel->transform.script = sql_string(s);
    if (sql_accept_word(s, WORD_AS)) transform_columns(s, rel);
    sql_row_format(s);
    if (sql_accept_word(s, WORD_RECORDREADER)) (void)sql_string(s);
    return rel;
}

// --- SELECT
// ------------------------------------------------------------------------------------------

static URel *filtered(Sql *s, URelKind kind, URel *input, uint32_t start) {
    sql_advance(s);
    URel *filter = sql_rel_new(s, kind, start);
    filter->filter.condition = sql_expression(s);
    filter->origin = sql_origin(s, start);
    filter->input = input;
    return filter;
}

static bool at_condition(const Sql *s, Word word) {
    return sql_is_word(s, word) && sql_starts_expression(s, 1);
}

// PROJECT or AGGREGATE over the input, with HAVING.
static URel *output(Sql *s, URel *input, UExprList list, uint32_t start, bool pipe) {
    bool group = sql_is_word(s, WORD_GROUP) && sql_word_at(s, 1) == WORD_BY;
    bool having = !pipe && at_condition(s, WORD_HAVING);
    URel *rel = sql_rel_new(s, group || having ? UREL_AGGREGATE : UREL_PROJECT, start);
    rel->input = input;
    rel->exprs = list.items;
    rel->expr_count = list.count;
    if (group) {
        rel->origin.span.start = sql_start(s);
        sql_advance(s);
        sql_advance(s);
        sql_aggregation(s, rel);
    }
    if (pipe) return rel;
    if (at_condition(s, WORD_HAVING)) rel = filtered(s, UREL_HAVING, rel, start);
    if (at_condition(s, WORD_QUALIFY)) rel = filtered(s, UREL_QUALIFY, rel, start);
    return rel;
}

// Origins of the nodes that belong to the whole SELECT.
static void set_origins(Sql *s, URel *rel, const URel *input, uint32_t start) {
    for (; rel && rel != input; rel = rel->input)
        if (rel->kind != UREL_AGGREGATE || rel->origin.span.start == start)
            rel->origin = sql_origin(s, start);
}

URel *sql_select_body(Sql *s, uint32_t start, URel *from, bool pipe) {
    Hints hint_list = {0};
    URel *transform = NULL;
    bool distinct = false, quantified = false;
    UExprList list = {0};
    bool is_select = sql_accept_word(s, WORD_SELECT);
    if (is_select) hint_list = hints(s);
    if (at_transform(s, is_select)) {
        transform = transform_clause(s, &quantified);
    } else {
        if (!is_select) sql_fail_expected(s, "SELECT");
        if (sql_starts_expression(s, 1)) {
            distinct = sql_accept_word(s, WORD_DISTINCT);
            if (!distinct && sql_is_word(s, WORD_ALL) && !sql_is_at(s, 1, TOKEN_LEFT_PAREN))
                sql_advance(s);
        }
        list = sql_named_expression_list(s);
    }
    bool has_from = !from && sql_is_word(s, WORD_FROM);
    URel *input = from ? from : has_from ? sql_from_clause(s) : sql_rel_new(s, UREL_ONE_ROW, start);
    URel *rel = pipe ? input : sql_lateral_views(s, input);
    if (!pipe && at_condition(s, WORD_WHERE)) rel = filtered(s, UREL_FILTER, rel, start);
    if (transform) {
        UExprList exprs = {transform->exprs, transform->expr_count};
        transform->input = output(s, rel, exprs, start, pipe);
        rel = transform;
    } else {
        rel = output(s, rel, list, start, pipe);
    }
    if (distinct) rel = sql_rel_over(s, UREL_DEDUPLICATE, rel);
    rel = sql_window_clause(s, rel);
    for (uint32_t i = hint_list.count; i-- > 0;) {
        hint_list.items[i]->input = rel;
        rel = hint_list.items[i];
    }
    set_origins(s, rel, input, start);
    if (quantified) sql_fail(s, start, ERR_UNSUPPORTED_FEATURE__TRANSFORM_DISTINCT_ALL);
    return rel;
}

URel *sql_select(Sql *s) { return sql_select_body(s, sql_start(s), NULL, false); }

// FROM t SELECT ...; alone it is what a pipe starts from.
URel *sql_from_statement(Sql *s) {
    uint32_t start = sql_start(s);
    URel *from = sql_from_clause(s);
    bool at_body =
        sql_is_word(s, WORD_SELECT) || sql_is_word(s, WORD_MAP) || sql_is_word(s, WORD_REDUCE);
    if (!at_body) return from;
    URel *rel = sql_query_tail(s, sql_select_body(s, start, from, false));
    // FROM t SELECT a SELECT b: both, one after the other.
    while (sql_is_word(s, WORD_SELECT)) {
        uint32_t next_start = sql_start(s);
        URel *next = sql_query_tail(s, sql_select_body(s, next_start, from, false));
        URel *both = sql_rel_new(s, UREL_SET_OP, start);
        both->input = rel;
        both->right = next;
        both->set_op.kind = USET_UNION;
        both->set_op.all = true;
        rel = both;
    }
    return rel;
}
