// SPDX-License-Identifier: Apache-2.0
// JSON trees as the text that Jupyter writes into notebooks.
#pragma once

#include "notebook/message.h"

// Indented by one blank, keys sorted, non-ASCII as it is, numbers with the fewest digits that
// read back: what Python's json.dumps(indent=1, sort_keys=True, ensure_ascii=False) gives.
void json_text_append(const json_t *value, Text *out);
