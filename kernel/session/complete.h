// SPDX-License-Identifier: Apache-2.0
// What could stand at the cursor of a SQL text, and what stands there: for completion and tooltips
// of notebook cells and of the shell.
//
// Works on text that is not finished: by tokens, not by the parser. Tables named anywhere in the
// statement around the cursor are in scope, their columns are looked up in the catalog or the
// files. May be called while a statement runs on another thread.
#pragma once

#include "kernel/session/session.h"

typedef enum CompletionKind {
    COMPLETION_KEYWORD,
    COMPLETION_FUNCTION,
    COMPLETION_CATALOG,
    COMPLETION_SCHEMA,
    COMPLETION_TABLE,
    COMPLETION_VIEW,
    COMPLETION_COLUMN,
    COMPLETION_ALIAS, // of a table in scope, or a CTE
    COMPLETION_VARIABLE,
    COMPLETION_SETTING,
} CompletionKind;

typedef struct Completion {
    Slice text; // what replaces [start, stop): quoted in backticks where the name needs it
    CompletionKind kind;
    Slice detail; // column: its type; table: its format; function: its arguments; else empty
} Completion;

typedef struct CompletionList {
    Completion *items; // best first: columns, then tables, functions, keywords; by name
    uint32_t count;
    uint32_t start, stop; // bytes of the text that a match replaces
} CompletionList;

// `cursor` is a byte offset. Never fails: what cannot be looked up is left out.
void session_complete(Session *session, Arena *arena, Slice text, size_t cursor,
                      CompletionList *out);
// "keyword", "function", "table", ...: the type shown beside a match.
const char *completion_kind_name(CompletionKind kind);

// Describes the name at the cursor (function: signature and summary; table: columns; column: type;
// keyword; variable; setting) as plain text and Markdown. False: nothing known there.
bool session_inspect(Session *session, Arena *arena, Slice text, size_t cursor, bool detailed,
                     Text *plain, Text *markdown);
