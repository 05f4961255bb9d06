// SPDX-License-Identifier: Apache-2.0
// Line editing on a terminal, by libedit, which is loaded when the first line is read; without it
// lines are read plainly. One editor per process (libedit's state is global).
#pragma once

#include "base/text.h"

typedef struct LineEditor LineEditor;

// Candidates for the word that ends at `cursor`: each is given to add(context, text), and *start is
// where the word begins.
typedef void (*LineCompleter)(void *user, Slice line, size_t cursor, size_t *start,
                              void (*add)(void *context, Slice text), void *context);

// `history_path` may not exist yet; its folder is made. NULL: no history is kept.
LineEditor *line_editor_new(const char *history_path, LineCompleter completer, void *user);
void line_editor_free(LineEditor *editor); // accepts NULL
// One line without its end. False at the end of input. Ctrl-C gives an empty line and *interrupted.
bool line_editor_read(LineEditor *editor, const char *prompt, Text *line, bool *interrupted);
void line_editor_remember(LineEditor *editor, Slice entry);
