// SPDX-License-Identifier: Apache-2.0
#include "kernel/session/scope_names.h"

static bool is_name(const Token *token) {
    return token->kind == TOKEN_IDENTIFIER || token->kind == TOKEN_QUOTED;
}

static void read_tokens(Arena *arena, Slice text, size_t cursor, ScopeText *out) {
    Lexer lexer;
    lexer_init(&lexer, text);
    for (Token token = lexer_next(&lexer); token.kind != TOKEN_END; token = lexer_next(&lexer)) {
        if (token.kind == TOKEN_COMMENT) continue;
        if (token.kind == TOKEN_SEMICOLON) {
            if (token.stop > cursor) break;
            out->token_count = 0; // the statement begins behind it
            continue;
        }
        ARENA_PUSH(arena, out->tokens, out->token_count, token);
    }
}

// Words that end a table reference: not aliases.
static bool may_be_alias(const Token *token) {
    if (token->kind == TOKEN_QUOTED) return true;
    if (token->kind != TOKEN_IDENTIFIER) return false;
    switch (token->word) {
    case WORD_ON:
    case WORD_WHERE:
    case WORD_GROUP:
    case WORD_ORDER:
    case WORD_HAVING:
    case WORD_LIMIT:
    case WORD_JOIN:
    case WORD_INNER:
    case WORD_LEFT:
    case WORD_RIGHT:
    case WORD_FULL:
    case WORD_CROSS:
    case WORD_SEMI:
    case WORD_ANTI:
    case WORD_NATURAL:
    case WORD_UNION:
    case WORD_EXCEPT:
    case WORD_INTERSECT:
    case WORD_USING:
    case WORD_SET:
    case WORD_SELECT:
    case WORD_VALUES:
    case WORD_VERSION:
    case WORD_TIMESTAMP:
    case WORD_LATERAL:
    case WORD_WINDOW: return false;
    default: return true;
    }
}

static bool opens_relation(const Token *token) {
    return token->word == WORD_FROM || token->word == WORD_JOIN || token->word == WORD_INTO ||
           token->word == WORD_UPDATE || token->word == WORD_TABLE ||
           token->word == WORD_DESCRIBE || token->word == WORD_DESC;
}

// Columns by resolving SELECT * over the name, with a query of its own.
static void look_up(Session *session, Arena *arena, NameParts name, ScopeRelation *relation) {
    atomic_bool cancelled = false;
    Query query = {.pool = session->engine->pool,
                   .thread_count = 1,
                   .memory = memory_account_new(session->engine->broker, 0),
                   .zone = session_time_zone(session),
                   .user = session->user,
                   .catalog = session->current_catalog,
                   .schema = session->current_schema,
                   .temp_folder = session->engine->temp_folder,
                   .folder = session->folder,
                   .caches = &session->engine->caches,
                   .cancelled = &cancelled};
    Statement statement = {.session = session, .arena = arena, .query = &query};
    session_fill_scope(session, &statement);
    URel table = {.kind = UREL_TABLE, .plan_id = -1};
    table.table.name = name;
    UExpr star = {.kind = UEXPR_STAR, .plan_id = -1};
    URel all = {.kind = UREL_PROJECT,
                .plan_id = -1,
                .input = &table,
                .exprs = (UExpr *[]){&star},
                .expr_count = 1};
    ResolvedQuery resolved;
    Error ignored = {0};
    if (statement_resolve(&statement, &all, &resolved, &ignored)) {
        relation->columns = ARENA_ARRAY(arena, ScopeColumn, resolved.column_count);
        relation->column_count = resolved.column_count;
        for (uint32_t i = 0; i < resolved.column_count; i++) {
            AUTO(Text, type) = {0};
            type_append_catalog(resolved.rel->output[i].type, &type);
            relation->columns[i] = (ScopeColumn){arena_copy(arena, resolved.names[i]),
                                                 arena_copy(arena, text_slice(&type))};
        }
        resolved_query_release(&resolved);
    }
    memory_account_free(query.memory);
}

// A table reference at token `at`: name parts, maybe AS alias. Returns the token behind it.
static uint32_t read_relation(Session *session, Arena *arena, ScopeText *scope, uint32_t at,
                              size_t cursor) {
    NameParts name = {0};
    uint32_t start = at;
    while (at < scope->token_count && is_name(&scope->tokens[at])) {
        ARENA_PUSH(arena, name.parts, name.count,
                   token_name(arena, scope->text, scope->tokens[at]));
        at++;
        if (at >= scope->token_count || scope->tokens[at].kind != TOKEN_DOT) break;
        at++;
    }
    if (!name.count) return at;
    // The name that is being typed is no table yet.
    if (scope->tokens[at - 1].stop == cursor) return at;
    ScopeRelation relation = {.alias = name.parts[name.count - 1]};
    relation.name = slice_of(scope->text.data + scope->tokens[start].start,
                             scope->tokens[at - 1].stop - scope->tokens[start].start);
    if (at < scope->token_count && scope->tokens[at].word == WORD_AS) at++;
    if (at < scope->token_count && may_be_alias(&scope->tokens[at]) &&
        scope->tokens[at].stop != cursor)
        relation.alias = token_name(arena, scope->text, scope->tokens[at++]);
    look_up(session, arena, name, &relation);
    ARENA_PUSH(arena, scope->relations, scope->relation_count, relation);
    return at;
}

static void read_relations(Session *session, Arena *arena, ScopeText *scope, size_t cursor) {
    bool in_from = false;
    for (uint32_t i = 0; i < scope->token_count; i++) {
        const Token *token = &scope->tokens[i];
        bool is_cte = token->kind == TOKEN_LEFT_PAREN && i >= 2 &&
                      scope->tokens[i - 1].word == WORD_AS && is_name(&scope->tokens[i - 2]) &&
                      (i == 2 || scope->tokens[i - 3].word == WORD_WITH ||
                       scope->tokens[i - 3].kind == TOKEN_COMMA ||
                       scope->tokens[i - 3].word == WORD_RECURSIVE);
        if (is_cte)
            ARENA_PUSH(arena, scope->ctes, scope->cte_count,
                       token_name(arena, scope->text, scope->tokens[i - 2]));
        if (token->word == WORD_WHERE || token->word == WORD_GROUP || token->word == WORD_SELECT ||
            token->word == WORD_ON)
            in_from = false;
        bool opens = opens_relation(token) || (in_from && token->kind == TOKEN_COMMA);
        if (!opens) continue;
        in_from = true;
        uint32_t next = read_relation(session, arena, scope, i + 1, cursor);
        if (next > i + 1) i = next - 1;
    }
}

void scope_text_read(Session *session, Arena *arena, Slice text, size_t cursor, ScopeText *out) {
    *out = (ScopeText){.text = text};
    if (text.bytes > LIMIT_SQL_BYTES) return;
    read_tokens(arena, text, cursor, out);
    read_relations(session, arena, out, cursor);
}

uint32_t scope_tokens_before(const ScopeText *scope, uint32_t cursor, Slice *prefix) {
    *prefix = slice_of(scope->text.data + cursor, 0);
    uint32_t count = 0;
    while (count < scope->token_count && scope->tokens[count].stop <= cursor) count++;
    if (count && scope->tokens[count - 1].kind == TOKEN_IDENTIFIER &&
        scope->tokens[count - 1].stop == cursor)
        *prefix = token_text(scope->text, scope->tokens[--count]);
    else if (count < scope->token_count && scope->tokens[count].kind == TOKEN_IDENTIFIER &&
             scope->tokens[count].start < cursor)
        *prefix = slice_of(scope->text.data + scope->tokens[count].start,
                           cursor - scope->tokens[count].start);
    return count;
}

uint32_t scope_token_at(const ScopeText *scope, uint32_t cursor) {
    uint32_t found = UINT32_MAX;
    for (uint32_t i = 0; i < scope->token_count; i++)
        if (is_name(&scope->tokens[i]) && scope->tokens[i].start <= cursor &&
            scope->tokens[i].stop >= cursor)
            found = i;
    // Right behind an opening parenthesis the function before it is meant.
    for (uint32_t i = 1; found == UINT32_MAX && i < scope->token_count; i++)
        if (scope->tokens[i].kind == TOKEN_LEFT_PAREN && scope->tokens[i].stop == cursor &&
            is_name(&scope->tokens[i - 1]))
            found = i - 1;
    return found;
}
