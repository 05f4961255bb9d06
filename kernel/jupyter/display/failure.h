// SPDX-License-Identifier: Apache-2.0
// An error as a notebook shows it.
#pragma once

#include "base/error.h"

// A JSON array of lines with ANSI colours: class, sentence, SQLSTATE; then the lines of `source`
// that the error's span is in, with their numbers and carets. The span is within `source`, whose
// first line is line `first_line` of the cell; no source, no lines.
void failure_append_traceback(const Error *err, Slice source, uint32_t first_line, Text *out);
