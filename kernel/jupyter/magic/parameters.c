// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/magic/parameters.h"

bool parameters_match(Slice code, const json_t *metadata, Slice *assignments) {
    (void)metadata;
    *assignments = code;
    return slice_starts_with(slice_trim(code), SLICE("# Parameters"));
}

bool parameters_declare(Cell *cell, Slice assignments) {
    (void)assignments;
    Error err = {0};
    error_set(&err, ERR_UNSUPPORTED_FEATURE, "feature", "notebook parameters");
    return cell_fail(cell, &err, 1);
}
