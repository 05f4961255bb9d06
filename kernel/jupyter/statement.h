// SPDX-License-Identifier: Apache-2.0
// The SQL of a cell, statement by statement, and everything else that needs the session.
#pragma once

#include "kernel/jupyter/cell.h"

// Runs every statement and shows each result; the last statement's as the execute_result when
// is_last. `first_line` is the line of sql in the cell. False: the cell's failure is noted.
bool statement_run_all(Cell *cell, Slice sql, uint32_t first_line, bool is_last);
// The session, made on first use. NULL with an error. Any thread.
Session *statement_session(Kernel *kernel, Error *err) MUST_CHECK;
// Frees session and engine.
void statement_close(Kernel *kernel);
// Stops what the session executes. Any thread.
void statement_cancel(Kernel *kernel);
// A display bundle of the running statement's progress; false when there is nothing to tell.
bool statement_append_progress(Kernel *kernel, Text *data);
// One user expression: {"status":"ok","data":{...},"metadata":{}} or an error.
void statement_append_expression(Kernel *kernel, Slice sql, Text *out);
bool statement_declare_text(Kernel *kernel, Slice name, Slice value, Error *err) MUST_CHECK;
