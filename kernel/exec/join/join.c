// SPDX-License-Identifier: Apache-2.0
// From the kind of join to what the build and the probe do.
#include "kernel/exec/join/join.h"

#include "kernel/exec/operators/operators.h"

void join_side_init(JoinSide *side, Run *run, const PhysNode *input, Expr **keys,
                    uint32_t key_count) {
    *side = (JoinSide){.input = input, .keys = keys};
    side->key_columns = ARENA_ARRAY(&run->arena, uint32_t, key_count + 1);
    side->computed = ARENA_ARRAY(&run->arena, Expr *, key_count + 1);
    for (uint32_t k = 0; k < key_count; k++) {
        bool is_column = keys[k]->kind == EXPR_COLUMN;
        side->key_columns[k] = is_column ? keys[k]->column : UINT32_MAX;
        if (!is_column) side->computed[side->computed_count++] = keys[k];
    }
}

bool join_side_prepare(JoinSide *side, Run *run, Error *err) {
    if (side->computed_count == 0) return true;
    side->program = run_compile(run, side->computed, side->computed_count, err);
    return side->program != NULL;
}

static bool may_swap(JoinKind kind) {
    return kind == JOIN_INNER || kind == JOIN_CROSS || kind == JOIN_LEFT || kind == JOIN_RIGHT ||
           kind == JOIN_FULL || kind == JOIN_LEFT_SEMI || kind == JOIN_LEFT_ANTI;
}

static void set_kind(Join *join) {
    bool swapped = join->is_swapped;
    switch (join->node->join.kind) {
    case JOIN_INNER:
    case JOIN_CROSS: break;
    case JOIN_LEFT:
        join->keep_probe = !swapped;
        join->build_result = swapped ? BUILD_WITHOUT_PARTNER : BUILD_NONE;
        break;
    case JOIN_RIGHT:
        join->keep_probe = swapped;
        join->build_result = swapped ? BUILD_NONE : BUILD_WITHOUT_PARTNER;
        break;
    case JOIN_FULL:
        join->keep_probe = true;
        join->build_result = BUILD_WITHOUT_PARTNER;
        break;
    case JOIN_LEFT_SEMI:
        join->result = swapped ? PROBE_NOTHING : PROBE_SEMI;
        join->build_result = swapped ? BUILD_ONLY_WITH : BUILD_NONE;
        break;
    case JOIN_LEFT_ANTI_NULL_AWARE: join->is_null_aware = true; __attribute__((fallthrough));
    case JOIN_LEFT_ANTI:
        join->result = swapped ? PROBE_NOTHING : PROBE_ANTI;
        join->build_result = swapped ? BUILD_ONLY_WITHOUT : BUILD_NONE;
        break;
    case JOIN_LEFT_MARK:
        join->result = PROBE_MARK;
        join->is_null_aware = join->node->join.mark_is_in;
        break;
    case JOIN_LEFT_SINGLE:
        join->keep_probe = true;
        join->is_single = true;
        break;
    }
}

bool build_join(Run *run, const PhysNode *node, Operator *above, Error *err) {
    Join *join = (Join *)run_operator(run, &join_probe_ops, node, above, sizeof *join);
    const PhysNode *left = node->inputs[0], *right = node->inputs[1];
    join->node = node;
    join->is_swapped = node->join.build_left && may_swap(node->join.kind);
    join->key_count = node->join.key_count;
    join->left_count = left->column_count;
    join->right_count = right->column_count;
    set_kind(join);
    join_side_init(&join->probe, run, join->is_swapped ? right : left,
                   join->is_swapped ? node->join.right_keys : node->join.left_keys,
                   join->key_count);
    join_side_init(&join->build, run, join->is_swapped ? left : right,
                   join->is_swapped ? node->join.left_keys : node->join.right_keys,
                   join->key_count);
    join->build_op = join_build_operator(run, join);
    if (!run_build_unordered(run, join->build.input, join->build_op, err)) return false;
    run_add_finish(run, join->build_op);
    if (!run_build(run, join->probe.input, &join->op, err)) return false;
    if (join->build_result == BUILD_NONE) return true;
    join_unmatched_init(join);
    run_add_pipeline(run, &join->unmatched, false, node, above);
    return true;
}
