// SPDX-License-Identifier: Apache-2.0
// Kinds of plan nodes that do not run yet.
#include "kernel/exec/operators/operators.h"

static bool refuse(const char *feature, Error *err) {
    return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", feature);
}

bool build_window(Run *run, const PhysNode *node, Operator *above, Error *err) {
    (void)run, (void)node, (void)above;
    return refuse("window functions", err);
}
bool build_set_op(Run *run, const PhysNode *node, Operator *above, Error *err) {
    (void)run, (void)node, (void)above;
    return refuse("INTERSECT and EXCEPT", err);
}
bool build_expand(Run *run, const PhysNode *node, Operator *above, Error *err) {
    (void)run, (void)node, (void)above;
    return refuse("grouping sets", err);
}
bool build_generate(Run *run, const PhysNode *node, Operator *above, Error *err) {
    (void)run, (void)node, (void)above;
    return refuse("generators", err);
}
bool build_sample(Run *run, const PhysNode *node, Operator *above, Error *err) {
    (void)run, (void)node, (void)above;
    return refuse("TABLESAMPLE", err);
}
