// SPDX-License-Identifier: Apache-2.0
// Groups by dictionary codes: when all keys are small dictionaries, the codes together number a
// place in an array of groups, and only the first row of each place is hashed and looked up.
#pragma once

#include "kernel/exec/aggregate/group_table.h"

enum { DIRECT_KEYS_MAX = 4, DIRECT_PLACES_MAX = 4096 };

typedef struct DirectGroups {
    uint64_t ids[DIRECT_KEYS_MAX]; // of the dictionaries that the places stand for
    uint32_t key_count;            // 0: the places are not filled
    uint32_t place_count;
    GroupRow *places[DIRECT_PLACES_MAX];
    uint16_t codes[LIMIT_BATCH_ROWS];   // place of each row, by position
    uint16_t missing[LIMIT_BATCH_ROWS]; // rows to be looked up
    uint16_t missing_places[LIMIT_BATCH_ROWS];
    uint64_t hashes[LIMIT_BATCH_ROWS];
    GroupRow *found[LIMIT_BATCH_ROWS];
} DirectGroups;

// Forgets the groups: the table was emptied.
static inline void direct_groups_reset(DirectGroups *direct) { direct->key_count = 0; }
// groups[i] for the i-th row; false: these keys are not for it, nothing was done.
bool direct_groups_find(DirectGroups *direct, GroupTable *table, const Vector *values,
                        uint32_t key_count, Rows rows, Arena *arena, GroupRow **groups);
