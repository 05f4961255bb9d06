// SPDX-License-Identifier: Apache-2.0
// Groups: rows of key values and aggregate states, and the hash table that finds them.
//
// A group row is: hash, order (morsel and number within it, of the group's first row), null bits of
// the keys, key values, states. Rows lie in blocks by partition (the upper bits of the hash) and
// never move; the table holds pointers with 16 bits of the hash. Emptying the table keeps the rows:
// a partition's rows are thus what the group's chunks of input gave, in input order.
#pragma once

#include "kernel/exec/expr.h"

enum { GROUP_PARTITION_BITS = 6, GROUP_PARTITIONS = 1 << GROUP_PARTITION_BITS };

typedef struct GroupField {
    const Type *type; // of the key
    PhysicalType physical;
    uint32_t offset;
    uint32_t bytes;
    bool is_nested; // stored as a code (rows/row_code.h)
} GroupField;

typedef struct GroupLayout {
    GroupField *keys;
    uint32_t key_count;
    uint32_t null_offset; // of the null bits: 1 = null
    uint32_t null_bytes;
    uint32_t key_stop; // end of the last key
    bool has_text;     // some key is a string view
    AggregateCall **calls;
    const AggregateFunction **functions; // of the calls, wrapped where DISTINCT or ordered
    uint32_t *state_offsets;
    uint32_t call_count;
    uint32_t row_bytes; // a multiple of 16
} GroupLayout;

typedef struct GroupRow {
    uint64_t hash;
    uint64_t order;
} GroupRow;

typedef struct GroupBlock {
    struct GroupBlock *next;
    uint32_t count;
    uint32_t room;
    _Alignas(16) char rows[];
} GroupBlock;

typedef struct GroupPartition {
    GroupBlock *first;
    GroupBlock *last;
    uint64_t count;
} GroupPartition;

typedef struct GroupTable {
    const GroupLayout *layout;
    uint64_t *slots; // 16 bits of the hash, then a pointer; 0: free
    uint64_t mask;
    uint64_t used; // slots
    GroupPartition partitions[GROUP_PARTITIONS];
    uint64_t block_bytes;   // of all blocks and slots
    uint64_t order;         // of the next new group
    Arena *arena;           // strings of keys, and states'
    AggregateFrame *frames; // per call
} GroupTable;

void group_layout_init(GroupLayout *layout, Arena *arena, Expr *const *keys, uint32_t key_count,
                       AggregateCall **calls, uint32_t call_count);
// Places the states behind the keys, once the functions are known.
void group_layout_place(GroupLayout *layout);
void group_table_init(GroupTable *table, const GroupLayout *layout, Arena *arena,
                      AggregateFrame *frames);
void group_table_deinit(GroupTable *table); // rows too
// Empties the table; rows stay in their partitions.
void group_table_clear(GroupTable *table);
// groups[i] = the row of the i-th of `count` packed keys, made and initialised where it is new.
void group_table_find(GroupTable *table, const Vector *keys, const uint64_t *hashes, uint32_t count,
                      GroupRow **groups);
// A new row for each key without looking for it.
void group_table_append(GroupTable *table, const Vector *keys, const uint64_t *hashes,
                        uint32_t count, GroupRow **groups);
// The group equal to a row of another table, or NULL after adopting the row as a new group.
GroupRow *group_table_adopt(GroupTable *table, GroupRow *row);

// Key `k` of the rows as a flat vector.
void group_rows_key(const GroupLayout *layout, GroupRow *const *rows, uint32_t count, uint32_t k,
                    Arena *arena, Vector *out);
static inline void *group_state(const GroupLayout *layout, GroupRow *row, uint32_t call) {
    return (char *)row + layout->state_offsets[call];
}
static inline uint32_t group_partition(uint64_t hash) {
    return (uint32_t)(hash >> (64 - GROUP_PARTITION_BITS));
}
