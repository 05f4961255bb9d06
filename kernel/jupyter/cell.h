// SPDX-License-Identifier: Apache-2.0
// One execute_request while it runs: what it shows, how it fails, what it replies.
//
// A cell's text is leading magics (a line that starts with '%' each) and then SQL; some magics take
// the rest of the cell instead. Output goes to iopub as it comes; small writes to a stream are
// joined until something else is shown or STREAM_DELAY_MICROS have passed.
#pragma once

#include "kernel/jupyter/shell.h"

typedef enum StreamName { STREAM_STDOUT, STREAM_STDERR } StreamName;

// A magic that governs the query below it in the same cell.
typedef enum CellGovern { GOVERN_NONE, GOVERN_CHART, GOVERN_EXPORT, GOVERN_PROFILE } CellGovern;

struct Cell {
    Kernel *kernel;
    Shell *shell;
    const Request *request;
    Slice parent; // header text of the request
    bool silent;  // shows nothing
    bool store_history;
    bool allow_stdin;
    bool stop_on_error;
    int64_t number;       // execution count
    uint32_t depth;       // nesting of %run
    uint32_t shown_count; // outputs so far
    CellGovern govern;
    Slice govern_words; // what follows the governing magic's name
    Text payload;       // JSON items of the reply
    Text reads;         // JSON items of metadata.tarn.reads
    Text writes;
    Text output; // text/plain of the execute_result, for the history
    Text stream; // not yet published
    StreamName stream_name;
    int64_t stream_since_micros;
    bool failed;
    Text error_name; // ename, evalue and traceback (JSON array) of the failure
    Text error_value;
    Text error_traceback;
    // Progress of the running statement; guarded by shell->lock.
    bool statement_running;
    int64_t statement_since_micros;
    int64_t progress_micros; // when it was last shown
    bool progress_shown;
    char progress_id[CRYPTO_UUID_BYTES + 1];
};

// Runs the request from busy to idle; on failure aborts the shell's queue where asked to.
void cell_execute(Shell *shell, const Request *request);
// Runs text in the cell: magics, then SQL. False: failed, and the failure is noted.
bool cell_run(Cell *cell, Slice code, bool is_last);

// Thread-safe under shell->lock: stops the running statement; shows progress when it is long.
void cell_cancel(Cell *cell);
void cell_show_progress(Cell *cell);
// Around each statement, without shell->lock. `ended` removes what progress showed.
void cell_statement_begins(Cell *cell);
void cell_statement_ended(Cell *cell);

bool cell_is_interrupted(const Cell *cell);
void cell_write(Cell *cell, StreamName name, Slice text);
void cell_flush(Cell *cell);
// `data` and `metadata` are JSON objects ("" is {}).
void cell_display(Cell *cell, Slice data, Slice metadata, const char *display_id);
void cell_update_display(Cell *cell, Slice data, const char *display_id);
// The execute_result, once per cell; `plain` is kept for the history.
void cell_result(Cell *cell, Slice data, Slice metadata, Slice plain);
void cell_clear_output(Cell *cell, bool wait);
// A text for the front end's pager.
void cell_page(Cell *cell, Slice text);
// Asks the user; false with an error when that is not allowed or interrupted.
bool cell_ask(Cell *cell, Slice prompt, bool password, Text *answer, Error *err) MUST_CHECK;
// Notes the failure; err's span is within `source`, whose first line is line `first_line` of the
// cell. Returns false.
bool cell_fail(Cell *cell, const Error *err, Slice source, uint32_t first_line);
