// SPDX-License-Identifier: Apache-2.0
// The interactive shell of `tarn sql`.
#pragma once

#include "cli/output.h"

typedef struct Shell {
    Session *session;
    OutputFormat format;
    bool is_timing;
    bool is_expanded; // one column a line
    bool use_pager;
    bool done;
    char *output_path; // results go to this file; NULL: the terminal
} Shell;

// Reads statements from the terminal until end of input or \q. False: the terminal failed.
bool shell_run(Session *session, bool timing);

// A line that begins with a backslash (\d, \timing, \?, ...).
void shell_command(Shell *shell, Slice line);
// Runs the statements of a text and shows their results; stops at the first error (false).
bool shell_execute(Shell *shell, Slice text);
// Writes text to the terminal: through the pager when it does not fit and is wished, else plainly.
void shell_show(const Shell *shell, Slice text);
