// SPDX-License-Identifier: Apache-2.0
// Magics: lines that start with '%' at the head of a cell.
//
// A line magic takes the rest of its line; a cell magic the rest of the cell; a governing magic is
// about the query below it in the cell, or, alone, about the last result.
#pragma once

#include "kernel/jupyter/cell.h"

typedef enum MagicReach { MAGIC_LINE, MAGIC_CELL, MAGIC_GOVERNS } MagicReach;

typedef struct MagicCall {
    Slice words;  // the rest of its line, trimmed
    Slice body;   // MAGIC_CELL: the lines below it
    bool is_last; // nothing stands below it in the cell
} MagicCall;

#define MAGIC(name, reach, grammar, summary, errors) \
    bool magic_##name(Cell *cell, const MagicCall *call, Error *err);
#include "kernel/jupyter/magic/magic_list.inc"
#undef MAGIC

typedef struct Magic {
    const char *name;
    MagicReach reach;
    const char *grammar;
    const char *summary;
    const char *errors;
    bool (*run)(Cell *cell, const MagicCall *call, Error *err);
} Magic;

const Magic *magic_all(uint32_t *count);
const Magic *magic_find(Slice name);
// Runs the magics at the head of *code and leaves the SQL below them in *code, which starts at
// line *first_line of the cell. False: one failed, and the cell's failure is noted.
bool magic_run_leading(Cell *cell, Slice *code, uint32_t *first_line, bool is_last);
// "INVALID_MAGIC": the grammar is added.
bool magic_refuse(Error *err, const char *name, const char *reason);
// The next word of *words ('quoted' or "quoted" keep blanks); false at the end.
bool magic_next_word(Slice *words, Slice *word);
