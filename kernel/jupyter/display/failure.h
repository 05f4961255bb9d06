// SPDX-License-Identifier: Apache-2.0
// An error as a notebook shows it.
#pragma once

#include "base/error.h"

// A JSON array of lines with ANSI colours: class, sentence, SQLSTATE; then the source line with its
// number and a caret. Line 1 of the error's text is line `first_line` of the cell.
void failure_append_traceback(const Error *err, uint32_t first_line, Text *out);
