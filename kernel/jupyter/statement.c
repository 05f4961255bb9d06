// SPDX-License-Identifier: Apache-2.0
// Until the session answers, SQL in cells is refused by name.
#include "kernel/jupyter/statement.h"

static bool refuse(Error *err) {
    return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", "SQL in notebook cells");
}

bool statement_run_all(Cell *cell, Slice sql, uint32_t first_line, bool is_last) {
    (void)is_last;
    if (!slice_trim(sql).bytes) return true;
    Error err = {0};
    refuse(&err);
    return cell_fail(cell, &err, sql, first_line);
}

CompletionState statement_check(Slice sql) {
    (void)sql;
    return COMPLETE_YES;
}

void statement_close(Kernel *kernel) { (void)kernel; }
void statement_cancel(Kernel *kernel) { (void)kernel; }

bool statement_append_progress(Kernel *kernel, Text *data) {
    (void)kernel, (void)data;
    return false;
}

void statement_append_expression(Shell *shell, Slice sql, Text *out) {
    (void)shell, (void)sql;
    text_append_cstr(out, "{\"status\":\"error\",\"ename\":\"UNSUPPORTED_FEATURE\",\"evalue\":"
                          "\"\",\"traceback\":[]}");
}

bool statement_declare(Kernel *kernel, Slice name, const Value *value, Error *err) {
    (void)kernel, (void)name, (void)value;
    return refuse(err);
}

bool statement_set(Kernel *kernel, Slice name, Slice value, Error *err) {
    (void)kernel, (void)name, (void)value;
    return refuse(err);
}
