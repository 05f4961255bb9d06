// SPDX-License-Identifier: Apache-2.0
// Python literals as SQL values: what papermill writes for notebook parameters.
#pragma once

#include "kernel/column/value.h"

// Reads one literal at *offset and moves behind it: integers, floats, strings, True, False, None,
// lists, dicts with string keys, float('nan') and its kin. NULL when it is read, else what is
// wrong; nothing is borrowed from the text.
const char *literal_read(Slice text, size_t *offset, Arena *arena, Value *value);
// A word from a command line: a literal when it is one, else the text itself.
Value literal_of_word(Slice word, Arena *arena);
