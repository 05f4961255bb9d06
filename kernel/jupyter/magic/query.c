// SPDX-License-Identifier: Apache-2.0
// Magics about queries: %chart, %export, %profile govern the statement below; %set; %run.
#include "kernel/jupyter/magic/magic.h"
#include "kernel/jupyter/statement.h"
#include "notebook/nbformat.h"

enum { RUN_DEPTH_MAX = 16 };

static bool govern(Cell *cell, const MagicCall *call, CellGovern what) {
    cell->govern = what;
    cell->govern_words = call->words;
    return true;
}

bool magic_profile(Cell *cell, const MagicCall *call, Error *err) {
    if (call->words.bytes) return magic_refuse(err, "profile", "nothing follows it on its line");
    return govern(cell, call, GOVERN_PROFILE);
}

bool magic_chart(Cell *cell, const MagicCall *call, Error *err) {
    if (!call->words.bytes) return magic_refuse(err, "chart", "the kind is missing");
    return govern(cell, call, GOVERN_CHART);
}

bool magic_export(Cell *cell, const MagicCall *call, Error *err) {
    if (!call->words.bytes) return magic_refuse(err, "export", "a file is needed");
    return govern(cell, call, GOVERN_EXPORT);
}

bool magic_set(Cell *cell, const MagicCall *call, Error *err) {
    if (!call->words.bytes) return statement_run_all(cell, SLICE("SET"), 1, call->is_last);
    size_t equals = slice_find_char(call->words, '=', 0);
    if (equals == SIZE_MAX) return magic_refuse(err, "set", "there is no =");
    Slice name = slice_trim(slice_first(call->words, equals));
    Slice value = slice_trim(slice_from(call->words, equals + 1));
    return statement_set(cell->kernel, name, value, err);
}

bool magic_run(Cell *cell, const MagicCall *call, Error *err) {
    Slice words = call->words, name = SLICE_NONE;
    if (!magic_next_word(&words, &name)) return magic_refuse(err, "run", "a notebook is needed");
    if (cell->depth == RUN_DEPTH_MAX)
        return magic_refuse(err, "run", "notebooks run each other too deeply");
    AUTO(Text, path) = {0};
    text_append(&path, name);
    AUTO(Notebook, notebook) = {0};
    if (!notebook_read(&notebook, text_cstr(&path), err)) return false;
    cell->depth++;
    bool ran = true;
    for (size_t i = 0; i < notebook_cell_count(&notebook) && ran; i++) {
        const json_t *at = notebook_cell(&notebook, i);
        if (!notebook_cell_is_code(at)) continue;
        Slice code = notebook_cell_source(at);
        ran = cell_run(cell, code, false);
    }
    cell->depth--;
    return ran;
}
