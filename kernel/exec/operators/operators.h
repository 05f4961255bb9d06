// SPDX-License-Identifier: Apache-2.0
// One function per kind of plan node: adds the steps that push the node's rows into `above`.
#pragma once

#include "kernel/exec/pipeline/pipeline.h"
#include "kernel/exec/rows/row_source.h"

typedef bool (*NodeBuilder)(Run *run, const PhysNode *node, Operator *above, Error *err);

bool build_scan(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_values(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_range(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_filter(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_project(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_aggregate(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_join(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_sort(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_topn(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_limit(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_window(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_union(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_set_op(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_expand(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_generate(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_sample(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_one_row(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_parameter(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_shared(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_recursive(Run *run, const PhysNode *node, Operator *above, Error *err);
bool build_recursion(Run *run, const PhysNode *node, Operator *above, Error *err);

// Adds a pipeline that reads the store (filled by an earlier step) into `above`.
void run_add_row_pipeline(Run *run, const RowStore *rows, const PhysNode *node, Operator *above);
