// SPDX-License-Identifier: Apache-2.0
#include "kernel/sql/keywords.h"

enum { KEYWORD_MAX_BYTES = 20 };

static const struct {
    char name[KEYWORD_MAX_BYTES];
    uint8_t bytes;
    uint8_t flags;
} keywords[WORD_COUNT] = {
    [WORD_PLAIN] = {"", 0, 0},
#define KEYWORD(word, flags) [WORD_##word] = {#word, sizeof(#word) - 1, flags},
#include "kernel/sql/keyword_list.inc"
#undef KEYWORD
};

Slice keyword_name(Word word) { return (Slice){keywords[word].name, keywords[word].bytes}; }

uint8_t keyword_flags(Word word) { return keywords[word].flags; }

// Binary search. Upper-casing by clearing bit 5 also maps '{' and the like, which no keyword has,
// and
// '_' stays.
Word keyword_find(Slice text) {
    if (text.bytes == 0 || text.bytes >= KEYWORD_MAX_BYTES) return WORD_PLAIN;
    char upper[KEYWORD_MAX_BYTES];
    for (size_t i = 0; i < text.bytes; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 'a' && c <= 'z') c = (unsigned char)(c - 32);
        upper[i] = (char)c;
    }
    upper[text.bytes] = '\0';
    uint32_t low = 1, high = WORD_COUNT;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = strcmp(upper, keywords[middle].name);
        if (order == 0) return keywords[middle].bytes == text.bytes ? (Word)middle : WORD_PLAIN;
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return WORD_PLAIN;
}
