// SPDX-License-Identifier: Apache-2.0
#include "kernel/sql/split.h"

void splitter_init(Splitter *splitter, Slice text) { lexer_init(&splitter->lexer, text); }

// How deep a statement is inside BEGIN and CASE, which END closes. END IF, END WHILE and their kin
// close what this does not count; END CASE closes a CASE.
typedef struct BlockDepth {
    uint32_t depth;
    uint32_t token_count; // of the statement, comments apart
    bool is_block;        // the statement starts with BEGIN or label: BEGIN
    Token previous, before;
} BlockDepth;

static bool closes_uncounted(Word word) {
    return word == WORD_IF || word == WORD_WHILE || word == WORD_LOOP || word == WORD_REPEAT ||
           word == WORD_FOR;
}

static void block_depth_add(BlockDepth *block, Token token) {
    bool starts =
        block->token_count == 0 || (block->token_count == 2 && block->previous.kind == TOKEN_COLON);
    if (starts && token.word == WORD_BEGIN) block->is_block = true;
    bool after_end = block->previous.word == WORD_END && block->before.kind != TOKEN_DOT;
    if (block->is_block && block->previous.kind != TOKEN_DOT) {
        if (after_end && closes_uncounted(token.word)) block->depth++;
        else if (token.word == WORD_BEGIN || (token.word == WORD_CASE && !after_end))
            block->depth++;
        else if (token.word == WORD_END && block->depth) block->depth--;
    }
    block->before = block->previous;
    block->previous = token;
    block->token_count++;
}

static SplitEnd end_of(const Token *last, const BlockDepth *block) {
    if (last->unclosed) return last->kind == TOKEN_COMMENT ? SPLIT_IN_COMMENT : SPLIT_IN_QUOTE;
    return block->depth ? SPLIT_IN_BLOCK : SPLIT_AT_END;
}

bool splitter_next(Splitter *splitter, SplitStatement *statement) {
    Lexer *lexer = &splitter->lexer;
    Token token = lexer_next(lexer);
    if (token.kind == TOKEN_END) return false;
    BlockDepth block = {0};
    uint32_t start = token.start, stop = token.start;
    Token last = {0};
    for (; token.kind != TOKEN_END; token = lexer_next(lexer)) {
        if (token.kind == TOKEN_SEMICOLON && block.depth == 0) break;
        if (token.kind != TOKEN_COMMENT) block_depth_add(&block, token);
        stop = token.stop;
        last = token;
    }
    statement->text = (Slice){lexer->text.data + start, stop - start};
    statement->start = start;
    statement->is_empty = block.token_count == 0;
    statement->end = token.kind == TOKEN_SEMICOLON ? SPLIT_AT_SEMICOLON : end_of(&last, &block);
    return true;
}
