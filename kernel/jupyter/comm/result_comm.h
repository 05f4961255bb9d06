// SPDX-License-Identifier: Apache-2.0
// The comm `tarn.result`: pages, order, filters, column statistics and export of a shown result.
//
// comm_open with data {"id": <id of the result>} is answered by a message {"op":"opened","schema",
// "rows","more"}, where rows is the number of rows the cell showed. Then each message {"op",
// "request", ...} gets one {"op","request", ...} back:
//   page        offset, limit, sort [{"column","descending"}], filter [{"column","test","value"}]
//               -> rows [[...]], offset, total, more, changed
//   statistics  column, filter -> count, nulls, distinct, min, max, mean
//   export      path, sort, filter -> words
// Tests are = != < <= > >= contains null notnull. An error has op "error", ename and evalue. A
// result that was cut for display runs again, once, with the comm's own limit; `changed` says
// that it then read other versions of its tables.
#pragma once

#include "kernel/jupyter/shell.h"

// Answers a comm_open for a result; closes the comm when the result is not known (any more).
void result_comm_opened(Shell *shell, Slice parent, Slice comm_id, Slice result_id);
// Answers a comm_msg.
void result_comm_asked(Shell *shell, Slice parent, Slice comm_id, Slice result_id,
                       const json_t *data);
