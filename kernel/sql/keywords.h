// SPDX-License-Identifier: Apache-2.0
// The words of the grammar (keyword_list.inc): look-up, and the list for completion and
// sql_keywords().
#pragma once

#include "base/slice.h"

typedef enum Word {
    WORD_PLAIN = 0, // an identifier like any other
#define KEYWORD(word, flags) WORD_##word,
#include "kernel/sql/keyword_list.inc"
#undef KEYWORD
    WORD_COUNT
} Word;

enum {
    KEYWORD_RESERVED = 1, // not an identifier when reserved words are enforced
    KEYWORD_STRICT = 2,   // never an alias of a relation
    KEYWORD_LOOSE = 4,    // not in Spark's own list
};

// Ignores case; WORD_PLAIN when it is no keyword.
Word keyword_find(Slice text);
// Upper case; valid for 1 <= word < WORD_COUNT, in alphabetical order.
Slice keyword_name(Word word);
uint8_t keyword_flags(Word word);
