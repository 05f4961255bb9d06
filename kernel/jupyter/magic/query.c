// SPDX-License-Identifier: Apache-2.0
// Magics about queries: %chart, %export, %profile, %set, %run.
#include "kernel/jupyter/magic/magic.h"

static bool refuse(Error *err) {
    return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", "SQL in notebook cells");
}

bool magic_set(Cell *cell, const MagicCall *call, Error *err) {
    (void)cell, (void)call;
    return refuse(err);
}
bool magic_run(Cell *cell, const MagicCall *call, Error *err) {
    (void)cell, (void)call;
    return refuse(err);
}
bool magic_profile(Cell *cell, const MagicCall *call, Error *err) {
    (void)cell, (void)call;
    return refuse(err);
}
bool magic_chart(Cell *cell, const MagicCall *call, Error *err) {
    (void)cell, (void)call;
    return refuse(err);
}
bool magic_export(Cell *cell, const MagicCall *call, Error *err) {
    (void)cell, (void)call;
    return refuse(err);
}
