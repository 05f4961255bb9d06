// SPDX-License-Identifier: Apache-2.0
// Finding partners. First the directory words of all keys are fetched ahead and their filters
// looked at; then the entries of those that remain; without keys every build row is a partner.
#include "kernel/exec/join/probe.h"
#include "kernel/exec/rows/keys.h"
#include "kernel/exec/rows/pick.h"

// Positions whose keys are not null where that rules a partner out.
static uint32_t usable_positions(ProbeStage *self, const Join *join) {
    uint32_t count = self->rows.count, kept = count;
    for (uint32_t i = 0; i < count; i++) self->hits[i] = i;
    const bool *null_safe = join->node->join.null_safe;
    for (uint32_t k = 0; k < join->key_count; k++) {
        const uint64_t *validity = self->keys[k].validity;
        if (!validity || (null_safe && null_safe[k])) continue;
        uint32_t left = 0;
        for (uint32_t c = 0; c < kept; c++) {
            uint32_t position = self->hits[c];
            self->hits[left] = position;
            left += bit_get(validity, position);
        }
        kept = left;
    }
    return kept;
}

static void start_all(ProbeStage *self, const Join *join) {
    self->hit_count = join->row_count ? self->rows.count : 0;
    for (uint32_t i = 0; i < self->hit_count; i++) {
        self->hits[i] = i;
        self->starts[i] = 0;
        self->stops[i] = join->row_count;
    }
}

void pairs_start(ProbeStage *self, const Join *join) {
    self->hit = self->hit_count = 0;
    self->entry = 0;
    self->unemitted = 0;
    if (join->key_count == 0) {
        start_all(self, join);
        return;
    }
    const JoinTable *table = &join->table;
    if (table->entry_count == 0) return;
    keys_hash(self->keys, join->key_count, self->rows.count, self->hashes);
    if (table->is_exact) join_exact_keys(&self->keys[0], self->rows.count, self->values);
    uint32_t usable = usable_positions(self, join), kept = 0, shift = 64 - table->slot_bits;
    const uint64_t *directory = table->directory;
    const uint64_t *hashes = self->hashes;
    for (uint32_t c = 0; c < usable; c++)
        __builtin_prefetch(&directory[hashes[self->hits[c]] >> shift]);
    for (uint32_t c = 0; c < usable; c++) {
        uint32_t position = self->hits[c];
        uint64_t hash = hashes[position], slot = hash >> shift, word = directory[slot];
        uint64_t tag = join_tag(hash);
        self->hits[kept] = position;
        self->starts[kept] = word >> 16;
        self->stops[kept] = directory[slot + 1] >> 16;
        __builtin_prefetch(&table->entries[word >> 16]);
        kept += (word & tag) == tag;
    }
    self->hit_count = kept;
}

// Fills the block from the entries whose key (or hash) is the position's.
static void fill_block(ProbeStage *self, const Join *join, bool only_first) {
    const JoinEntry *entries = join->table.entries;
    const uint64_t *wanted = join->table.is_exact ? self->values : self->hashes;
    bool skip = only_first && join->table.is_exact;
    uint32_t count = 0;
    for (; self->hit < self->hit_count; self->hit++, self->entry = 0) {
        uint32_t position = self->hits[self->hit];
        uint64_t value = wanted[position], stop = self->stops[self->hit];
        for (uint64_t e = self->starts[self->hit] + self->entry; e < stop; e++) {
            self->positions[count] = position;
            self->build_rows[count] = (uint32_t)entries[e].row;
            bool equal = entries[e].key == value;
            count += equal;
            if (equal && skip) break;
            if (count < LIMIT_BATCH_ROWS) continue;
            self->entry = e + 1 - self->starts[self->hit];
            self->pair_count = count;
            return;
        }
    }
    self->pair_count = count;
}

static void fill_all(ProbeStage *self) {
    uint32_t count = 0;
    for (; self->hit < self->hit_count; self->hit++, self->entry = 0) {
        uint64_t stop = self->stops[self->hit];
        uint64_t part = MIN(stop - self->entry, (uint64_t)(LIMIT_BATCH_ROWS - count));
        for (uint32_t i = 0; i < part; i++) {
            self->positions[count + i] = self->hits[self->hit];
            self->build_rows[count + i] = (uint32_t)(self->entry + i);
        }
        count += (uint32_t)part;
        if (self->entry + part == stop) continue;
        self->entry += part;
        break;
    }
    self->pair_count = count;
}

static void verify(ProbeStage *self, const Join *join) {
    uint32_t kept = self->pair_count;
    const bool *null_safe = join->node->join.null_safe;
    for (uint32_t i = 0; i < kept; i++) self->candidates[i] = i;
    for (uint32_t k = 0; k < join->key_count; k++)
        kept = key_match(&self->keys[k], self->positions, &join->keys[k], self->build_rows,
                         null_safe && null_safe[k], self->candidates, kept);
    if (kept == self->pair_count) return;
    for (uint32_t c = 0; c < kept; c++) {
        self->positions[c] = self->positions[self->candidates[c]];
        self->build_rows[c] = self->build_rows[self->candidates[c]];
    }
    self->pair_count = kept;
}

bool pairs_next(ProbeStage *self, const Join *join, bool only_first) {
    while (self->hit < self->hit_count) {
        arena_reset(&self->block);
        if (join->key_count == 0) fill_all(self);
        else fill_block(self, join, only_first);
        if (join->key_count && !join->table.is_exact) verify(self, join);
        if (self->pair_count == 0) continue;
        for (uint32_t i = 0; i < self->pair_count; i++)
            self->probe_rows[i] = probe_row(self, self->positions[i]);
        return true;
    }
    self->pair_count = 0;
    return false;
}

static void build_columns(ProbeStage *self, const Join *join, const uint32_t *codes,
                          uint64_t *validity, uint32_t count) {
    uint32_t columns = join->build.input->column_count;
    Vector *out = self->joined + (join->is_swapped ? 0 : join->left_count);
    for (uint32_t c = 0; c < columns; c++) {
        const Vector *dictionary = &join->columns[c];
        if (join->row_count == 0) vector_init_null(&out[c], dictionary->type, count, &self->block);
        else
            out[c] = (Vector){.type = dictionary->type,
                              .form = VECTOR_DICTIONARY,
                              .count = count,
                              .codes = codes,
                              .validity = validity,
                              .dictionary = dictionary};
    }
}

Batch pairs_batch(ProbeStage *self, const Join *join, const uint32_t *probe_rows,
                  const uint32_t *build_rows, uint32_t count) {
    Pick pick = {.rows = probe_rows, .count = count, .arena = &self->block};
    Vector *out = self->joined + (join->is_swapped ? join->left_count : 0);
    for (uint32_t c = 0; c < join->probe.input->column_count; c++)
        pick_vector(&pick, &self->batch->columns[c], &out[c]);
    uint64_t *validity = NULL;
    uint32_t *codes = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (build_rows[i] != UINT32_MAX) continue;
        if (!validity) {
            validity = arena_alloc_raw(&self->block, bit_bytes(count), 8);
            memset(validity, 0xFF, bit_bytes(count));
            codes = arena_alloc_raw(&self->block, count * sizeof *codes, 8);
            memcpy(codes, build_rows, count * sizeof *codes);
        }
        bit_clear(validity, i);
        codes[i] = 0;
    }
    build_columns(self, join, codes ? codes : build_rows, validity, count);
    return (Batch){.columns = self->joined,
                   .column_count = join->left_count + join->right_count,
                   .row_count = count,
                   .selected_count = count};
}

Batch pairs_selected_batch(ProbeStage *self, const Join *join, const uint32_t *probe_rows,
                           const uint32_t *build_rows, uint32_t count) {
    uint32_t row_count = self->batch->row_count;
    Vector *out = self->joined + (join->is_swapped ? join->left_count : 0);
    uint32_t columns = join->probe.input->column_count;
    if (columns) memcpy(out, self->batch->columns, columns * sizeof(Vector));
    uint32_t *codes = arena_alloc(&self->block, (row_count + 1) * sizeof *codes);
    uint64_t *validity = NULL;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = probe_rows[i];
        self->selection[i] = (uint16_t)row;
        if (build_rows[i] != UINT32_MAX) {
            codes[row] = build_rows[i];
            continue;
        }
        if (!validity) {
            validity = arena_alloc_raw(&self->block, bit_bytes(row_count), 8);
            memset(validity, 0xFF, bit_bytes(row_count));
        }
        bit_clear(validity, row);
    }
    build_columns(self, join, codes, validity, row_count);
    return (Batch){.columns = self->joined,
                   .column_count = join->left_count + join->right_count,
                   .row_count = row_count,
                   .selection = count == row_count ? NULL : self->selection,
                   .selected_count = count};
}
