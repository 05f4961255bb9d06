// SPDX-License-Identifier: Apache-2.0
// The comm `tarn.result`: pages, order, filters, column statistics and export of a shown result.
#pragma once

#include "kernel/jupyter/shell.h"

// Answers a comm_open for a result; closes the comm when the result is not known (any more).
void result_comm_opened(Shell *shell, Slice parent, Slice comm_id, Slice result_id);
// Answers a comm_msg.
void result_comm_asked(Shell *shell, Slice parent, Slice comm_id, Slice result_id,
                       const json_t *data);
