// SPDX-License-Identifier: Apache-2.0
// Cuts a text into statements at `;`, by the real lexer: quotes, comments and BEGIN ... END blocks
// stay whole. Also tells whether the text ends inside one of them, which is what is_complete asks.
#pragma once

#include "kernel/sql/lexer.h"

typedef enum SplitEnd {
    SPLIT_AT_SEMICOLON,
    SPLIT_AT_END,     // the last statement, without ';'
    SPLIT_IN_QUOTE,   // the text ends inside '...', "..." or `...`
    SPLIT_IN_COMMENT, // inside /* ... */
    SPLIT_IN_BLOCK,   // inside BEGIN ... END
} SplitEnd;

typedef struct SplitStatement {
    Slice text;     // from its first token (comments included) to its last, without ';'
    uint32_t start; // offset of text in the whole
    SplitEnd end;
    bool is_empty; // nothing but comments
} SplitStatement;

typedef struct Splitter {
    Lexer lexer;
} Splitter;

void splitter_init(Splitter *splitter, Slice text);
// The next statement; false when there is none left. Empty statements (";;", only comments) are
// returned too when they hold a comment or end in ';', and say so.
bool splitter_next(Splitter *splitter, SplitStatement *statement);
