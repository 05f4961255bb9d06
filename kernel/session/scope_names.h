// SPDX-License-Identifier: Apache-2.0
// The tables that an unfinished statement names, with their columns: what completion completes by.
#pragma once

#include "kernel/session/statement.h"
#include "kernel/sql/lexer.h"

typedef struct ScopeColumn {
    Slice name;
    Slice type; // catalog form
} ScopeColumn;

typedef struct ScopeRelation {
    Slice name;           // as written
    Slice alias;          // the alias, else the name's last part
    ScopeColumn *columns; // empty when the table cannot be looked up
    uint32_t column_count;
} ScopeRelation;

typedef struct ScopeText {
    Slice text; // the whole; tokens are those of the statement around the cursor, no comments
    Token *tokens;
    uint32_t token_count;
    ScopeRelation *relations;
    uint32_t relation_count;
    Slice *ctes;
    uint32_t cte_count;
} ScopeText;

// Caller holds session->names_lock.
void scope_text_read(Session *session, Arena *arena, Slice text, size_t cursor, ScopeText *out);
// Number of tokens that end before the word at the cursor; *prefix is what is typed of that word.
uint32_t scope_tokens_before(const ScopeText *scope, uint32_t cursor, Slice *prefix);
// The name token that the cursor touches, UINT32_MAX: none.
uint32_t scope_token_at(const ScopeText *scope, uint32_t cursor);
