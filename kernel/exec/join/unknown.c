// SPDX-License-Identifier: Apache-2.0
// Three-valued IN over several keys or with a residual condition: a probe row without a partner is
// "unknown" when some build row would be its partner if nulls were taken as equal to anything.
#include "kernel/exec/join/probe.h"

static bool may_be_equal(const ProbeStage *self, const Join *join, uint32_t position,
                         uint32_t build_row) {
    for (uint32_t k = 0; k < join->key_count; k++) {
        const Vector *probe = &self->keys[k], *build = &join->keys[k];
        if (vector_is_null(probe, position) || vector_is_null(build, build_row)) continue;
        if (vector_compare_rows(probe, position, build, build_row) != 0) return false;
    }
    return true;
}

static bool key_is_null(const ProbeStage *self, const Join *join, uint32_t position) {
    for (uint32_t k = 0; k < join->key_count; k++)
        if (vector_is_null(&self->keys[k], position)) return true;
    return false;
}

bool probe_is_unknown(ProbeStage *self, const Join *join, uint32_t position, bool *unknown,
                      Error *err) {
    *unknown = false;
    if (join->row_count == 0) return true;
    if (!join->table.has_null_key && !key_is_null(self, join, position)) return true;
    if (join->key_count == 1 && !join->residual) {
        *unknown = true;
        return true;
    }
    uint32_t row = probe_row(self, position);
    for (uint32_t next = 0; next < join->row_count && !*unknown;) {
        uint32_t count = 0;
        if (!query_check(self->stage.worker->query, err)) return false;
        uint32_t stop = MIN(next + LIMIT_BATCH_ROWS, join->row_count);
        for (; next < stop; next++) {
            self->probe_rows[count] = row;
            self->build_rows[count] = next;
            count += may_be_equal(self, join, position, next);
        }
        if (count && join->residual) {
            arena_reset(&self->block);
            Batch pairs = pairs_batch(self, join, self->probe_rows, self->build_rows, count);
            if (!expr_filter(self->residual_state, &pairs, err)) return false;
            count = pairs.selected_count;
        }
        *unknown = count > 0;
    }
    return true;
}
