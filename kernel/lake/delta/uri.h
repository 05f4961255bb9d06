// SPDX-License-Identifier: Apache-2.0
// Paths as a Delta log writes them: URIs, percent-encoded, relative to the table or absolute.
#pragma once

#include "base/arena.h"
#include "base/error.h"

// Decodes %XX once; false when a % is not followed by two hexadecimal digits (a reader then takes
// the text as it is). Returns the input itself when there is nothing to decode.
bool percent_decode(Arena *arena, Slice text, Slice *out) MUST_CHECK;
// The path to open.
bool delta_uri_resolve(Arena *arena, Slice table_path, Slice uri, Slice *path,
                       Error *err) MUST_CHECK;
// One form for all spellings of a file: decoded, "file:" in front of an absolute path dropped. What
// reconciliation compares.
Slice delta_uri_key(Arena *arena, Slice uri);
