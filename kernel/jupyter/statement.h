// SPDX-License-Identifier: Apache-2.0
// The SQL of a cell, statement by statement, and everything else that needs the session.
#pragma once

#include "kernel/jupyter/cell.h"

// Runs every statement and shows each result; the last statement's as the execute_result when
// is_last. `first_line` is the line of sql in the cell. False: the cell's failure is noted.
bool statement_run_all(Cell *cell, Slice sql, uint32_t first_line, bool is_last);
// Shows what a chart, export or profile of the last result gives, for such a magic alone in a cell.
bool statement_show_last(Cell *cell, Error *err) MUST_CHECK;
// Whether a text could run as it is: whole, in the middle of something, or never.
typedef enum CompletionState { COMPLETE_YES, COMPLETE_NOT_YET, COMPLETE_NEVER } CompletionState;
CompletionState statement_check(Slice sql);
// The session, made on first use. NULL with an error. Any thread.
Session *statement_session(Kernel *kernel, Error *err) MUST_CHECK;
// Frees session and engine.
void statement_close(Kernel *kernel);
// Runs one statement beside cells: waits for the session. row_limit 0 is all rows.
Result *statement_execute(Shell *shell, Slice sql, uint64_t row_limit, Error *err) MUST_CHECK;
// Stops what the session executes. Any thread.
void statement_cancel(Kernel *kernel);
// A display bundle of the running statement's progress; false when there is nothing to tell.
bool statement_append_progress(Kernel *kernel, Text *data);
// One user expression: {"status":"ok","data":{...},"metadata":{}} or an error.
void statement_append_expression(Shell *shell, Slice sql, Text *out);
// Sets a variable of the session.
bool statement_declare(Kernel *kernel, Slice name, const Value *value, Error *err) MUST_CHECK;
bool statement_set(Kernel *kernel, Slice name, Slice value, Error *err) MUST_CHECK;
