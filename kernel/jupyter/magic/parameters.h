// SPDX-License-Identifier: Apache-2.0
// Notebook parameters: a cell of Python literals as papermill injects it, read as SQL variables.
#pragma once

#include "kernel/jupyter/cell.h"

// True when the code is a "# Parameters" cell, or the request's metadata carries the tag
// injected-parameters and its first line is a comment or an assignment.
bool parameters_match(Slice code, const json_t *metadata, Slice *assignments);
// Declares each `name = literal`. False: the cell's failure is noted.
bool parameters_declare(Cell *cell, Slice assignments);
