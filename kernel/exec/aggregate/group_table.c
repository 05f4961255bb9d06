// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/aggregate/group_table.h"

#include "kernel/exec/rows/keys.h"

#include <stdlib.h>

enum {
    FIRST_SLOTS = 256,
    FIRST_BLOCK_ROWS = 8,
    BLOCK_BYTES_MAX = 1 << 17,
    POINTER_BITS = 48,
    FETCH_SLOTS = 4096,
};
static const uint64_t POINTER_MASK = (UINT64_C(1) << POINTER_BITS) - 1;

static uint32_t align_to(uint32_t offset, uint32_t bytes) {
    return (offset + bytes - 1) / bytes * bytes;
}

void group_layout_init(GroupLayout *layout, Arena *arena, Expr *const *keys, uint32_t key_count,
                       AggregateCall **calls, uint32_t call_count) {
    *layout = (GroupLayout){.key_count = key_count, .calls = calls, .call_count = call_count};
    layout->keys = ARENA_ARRAY(arena, GroupField, key_count + 1);
    layout->functions = ARENA_ARRAY(arena, const AggregateFunction *, call_count + 1);
    layout->state_offsets = ARENA_ARRAY(arena, uint32_t, call_count + 1);
    layout->null_offset = sizeof(GroupRow);
    layout->null_bytes = (key_count + 7) / 8;
    uint32_t at = layout->null_offset + layout->null_bytes;
    for (uint32_t k = 0; k < key_count; k++) {
        GroupField *field = &layout->keys[k];
        field->type = keys[k]->type;
        field->physical = key_physical(keys[k]->type);
        field->is_nested = type_is_nested(keys[k]->type);
        field->bytes = (uint32_t)physical_bytes(field->physical);
        field->offset = align_to(at, field->bytes ? field->bytes : 1);
        at = field->offset + field->bytes;
        layout->has_text |= field->physical == PHYSICAL_STRING;
    }
    layout->key_stop = at;
    for (uint32_t c = 0; c < call_count; c++) {
        layout->functions[c] = calls[c]->function;
        layout->state_offsets[c] = 0;
    }
    layout->row_bytes = at;
}

void group_layout_place(GroupLayout *layout) {
    uint32_t at = layout->key_stop;
    for (uint32_t c = 0; c < layout->call_count; c++) {
        uint32_t bytes = layout->functions[c]->state_bytes;
        layout->state_offsets[c] = align_to(at, bytes % 16 == 0 ? 16 : 8);
        at = layout->state_offsets[c] + bytes;
    }
    layout->row_bytes = align_to(at, 16);
}

void group_table_init(GroupTable *table, const GroupLayout *layout, Arena *arena,
                      AggregateFrame *frames) {
    *table = (GroupTable){.layout = layout, .arena = arena, .frames = frames};
    table->mask = FIRST_SLOTS - 1;
    table->slots = xcalloc(FIRST_SLOTS, sizeof(uint64_t));
    table->block_bytes = FIRST_SLOTS * sizeof(uint64_t);
}

void group_table_deinit(GroupTable *table) {
    for (uint32_t p = 0; p < GROUP_PARTITIONS; p++)
        for (GroupBlock *block = table->partitions[p].first, *next; block; block = next) {
            next = block->next;
            free(block);
        }
    free(table->slots);
    *table = (GroupTable){0};
}

void group_table_clear(GroupTable *table) {
    if (table->used) memset(table->slots, 0, (table->mask + 1) * sizeof(uint64_t));
    table->used = 0;
}

static uint64_t slot_of(const GroupRow *row) {
    return (row->hash & ~POINTER_MASK) | (uint64_t)(uintptr_t)row;
}
static GroupRow *slot_row(uint64_t slot) { return (GroupRow *)(uintptr_t)(slot & POINTER_MASK); }
// Slots by lower bits, the salt in a slot are the upper bits, of which six are the partition.
static uint64_t first_slot(const GroupTable *table, uint64_t hash) { return hash & table->mask; }

static void grow(GroupTable *table) {
    uint64_t old_mask = table->mask, *old = table->slots;
    table->mask = old_mask * 2 + 1;
    table->slots = xcalloc(table->mask + 1, sizeof(uint64_t));
    table->block_bytes += (old_mask + 1) * sizeof(uint64_t);
    for (uint64_t s = 0; s <= old_mask; s++) {
        if (!old[s]) continue;
        uint64_t at = first_slot(table, slot_row(old[s])->hash);
        while (table->slots[at]) at = (at + 1) & table->mask;
        table->slots[at] = old[s];
    }
    free(old);
}

static GroupRow *allocate(GroupTable *table, uint64_t hash) {
    GroupPartition *partition = &table->partitions[group_partition(hash)];
    uint32_t row_bytes = table->layout->row_bytes;
    GroupBlock *block = partition->last;
    if (!block || block->count == block->room) {
        uint32_t room = block ? block->room * 2 : FIRST_BLOCK_ROWS;
        if ((uint64_t)room * row_bytes > BLOCK_BYTES_MAX)
            room = MAX((uint32_t)(BLOCK_BYTES_MAX / row_bytes), 1u);
        size_t bytes = sizeof(GroupBlock) + (size_t)room * row_bytes;
        block = aligned_alloc(16, (bytes + 15) & ~(size_t)15);
        if (!block) out_of_memory(bytes);
        *block = (GroupBlock){.room = room};
        if (partition->last) partition->last->next = block;
        else partition->first = block;
        partition->last = block;
        table->block_bytes += bytes;
    }
    partition->count++;
    return (GroupRow *)(block->rows + (size_t)block->count++ * row_bytes);
}

static void write_key(GroupTable *table, char *row, uint32_t k, const Vector *key, uint32_t i) {
    const GroupField *field = &table->layout->keys[k];
    if (key->validity && !bit_get(key->validity, i)) {
        char *nulls = row + table->layout->null_offset;
        nulls[k / 8] = (char)(nulls[k / 8] | 1 << (k % 8));
        return;
    }
    const char *value = (const char *)key->data + (size_t)i * field->bytes;
    if (field->physical == PHYSICAL_STRING) {
        StringView view = string_view_copy(
            table->arena, string_view_slice((const StringView *)(const void *)value));
        memcpy(row + field->offset, &view, sizeof view);
    } else {
        memcpy(row + field->offset, value, field->bytes);
    }
}

static GroupRow *make_row(GroupTable *table, const Vector *keys, uint64_t hash, uint32_t i) {
    const GroupLayout *layout = table->layout;
    GroupRow *row = allocate(table, hash);
    memset(row, 0, layout->row_bytes);
    row->hash = hash;
    row->order = table->order++;
    for (uint32_t k = 0; k < layout->key_count; k++) write_key(table, (char *)row, k, &keys[k], i);
    for (uint32_t c = 0; c < layout->call_count; c++)
        if (layout->functions[c]->init)
            layout->functions[c]->init(&table->frames[c], group_state(layout, row, c));
    return row;
}

static bool key_equals(const GroupLayout *layout, const char *row, uint32_t k, const Vector *key,
                       uint32_t i) {
    const GroupField *field = &layout->keys[k];
    bool null_row = row[layout->null_offset + k / 8] >> (k % 8) & 1;
    bool null_key = key->validity && !bit_get(key->validity, i);
    if (null_row || null_key) return null_row == null_key;
    const char *a = row + field->offset, *b = (const char *)key->data + (size_t)i * field->bytes;
    switch (field->bytes) {
    case 1: return *a == *b;
    case 2: return memcmp(a, b, 2) == 0;
    case 4: return memcmp(a, b, 4) == 0;
    case 8: return memcmp(a, b, 8) == 0;
    case 16:
        if (field->physical == PHYSICAL_STRING)
            return string_view_equal((const StringView *)(const void *)a,
                                     (const StringView *)(const void *)b);
        return memcmp(a, b, 16) == 0;
    default: return true;
    }
}

static bool row_equals(const GroupLayout *layout, const GroupRow *row, const Vector *keys,
                       uint32_t i) {
    for (uint32_t k = 0; k < layout->key_count; k++)
        if (!key_equals(layout, (const char *)row, k, &keys[k], i)) return false;
    return true;
}

static GroupRow *find_or_make(GroupTable *table, const Vector *keys, uint64_t hash, uint32_t i) {
    if (UNLIKELY(table->used * 2 > table->mask)) grow(table);
    uint64_t at = first_slot(table, hash), salt = hash >> POINTER_BITS;
    for (uint64_t slot; (slot = table->slots[at]) != 0; at = (at + 1) & table->mask) {
        if (slot >> POINTER_BITS != salt) continue;
        GroupRow *row = slot_row(slot);
        if (row->hash == hash && row_equals(table->layout, row, keys, i)) return row;
    }
    GroupRow *row = make_row(table, keys, hash, i);
    table->slots[at] = slot_of(row);
    table->used++;
    return row;
}

// Large tables: brings the slot, then the row, of later keys into the cache.
static inline void fetch_ahead(const GroupTable *table, const uint64_t *hashes, uint32_t i,
                               uint32_t count) {
    if (table->mask < FETCH_SLOTS) return;
    if (i + 16 < count) __builtin_prefetch(&table->slots[first_slot(table, hashes[i + 16])]);
    if (i + 8 < count) __builtin_prefetch(slot_row(table->slots[first_slot(table, hashes[i + 8])]));
}

// One key of 4 or 8 bytes without nulls, the commonest: compared in place.
#define FIND_FIXED(ctype, name)                                                                    \
    static void find_##name(GroupTable *table, const Vector *keys, const uint64_t *hashes,         \
                            uint32_t count, GroupRow **groups) {                                   \
        const ctype *values = keys[0].data;                                                        \
        uint32_t offset = table->layout->keys[0].offset, nulls = table->layout->null_offset;       \
        for (uint32_t i = 0; i < count; i++) {                                                     \
            fetch_ahead(table, hashes, i, count);                                                  \
            if (i && values[i] == values[i - 1]) {                                                 \
                groups[i] = groups[i - 1];                                                         \
                continue;                                                                          \
            }                                                                                      \
            uint64_t slot = table->slots[first_slot(table, hashes[i])];                            \
            const char *row = (const char *)slot_row(slot);                                        \
            ctype key;                                                                             \
            if (slot && (memcpy(&key, row + offset, sizeof key), key == values[i]) && !row[nulls]) \
                groups[i] = slot_row(slot);                                                        \
            else groups[i] = find_or_make(table, keys, hashes[i], i);                              \
        }                                                                                          \
    }
FIND_FIXED(uint32_t, u32)
FIND_FIXED(uint64_t, u64)
#undef FIND_FIXED

void group_table_find(GroupTable *table, const Vector *keys, const uint64_t *hashes, uint32_t count,
                      GroupRow **groups) {
    const GroupLayout *layout = table->layout;
    if (layout->key_count == 1 && !keys[0].validity &&
        layout->keys[0].physical != PHYSICAL_STRING) {
        if (layout->keys[0].bytes == 4) {
            find_u32(table, keys, hashes, count, groups);
            return;
        }
        if (layout->keys[0].bytes == 8) {
            find_u64(table, keys, hashes, count, groups);
            return;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        fetch_ahead(table, hashes, i, count);
        bool again = i && hashes[i] == hashes[i - 1] && row_equals(layout, groups[i - 1], keys, i);
        groups[i] = again ? groups[i - 1] : find_or_make(table, keys, hashes[i], i);
    }
}

void group_table_append(GroupTable *table, const Vector *keys, const uint64_t *hashes,
                        uint32_t count, GroupRow **groups) {
    for (uint32_t i = 0; i < count; i++) groups[i] = make_row(table, keys, hashes[i], i);
}

static bool rows_equal(const GroupLayout *layout, const GroupRow *a, const GroupRow *b) {
    const char *x = (const char *)a, *y = (const char *)b;
    size_t start = layout->null_offset;
    if (!layout->has_text) return memcmp(x + start, y + start, layout->key_stop - start) == 0;
    if (memcmp(x + start, y + start, layout->null_bytes) != 0) return false;
    for (uint32_t k = 0; k < layout->key_count; k++) {
        const GroupField *field = &layout->keys[k];
        const char *p = x + field->offset, *q = y + field->offset;
        if (field->physical == PHYSICAL_STRING
                ? !string_view_equal((const StringView *)(const void *)p,
                                     (const StringView *)(const void *)q)
                : memcmp(p, q, field->bytes) != 0)
            return false;
    }
    return true;
}

GroupRow *group_table_adopt(GroupTable *table, GroupRow *row) {
    if (UNLIKELY(table->used * 2 > table->mask)) grow(table);
    uint64_t at = first_slot(table, row->hash), salt = row->hash >> POINTER_BITS;
    for (uint64_t slot; (slot = table->slots[at]) != 0; at = (at + 1) & table->mask) {
        if (slot >> POINTER_BITS != salt) continue;
        GroupRow *found = slot_row(slot);
        if (found->hash == row->hash && rows_equal(table->layout, found, row)) return found;
    }
    table->slots[at] = slot_of(row);
    table->used++;
    return NULL;
}

void group_rows_key(const GroupLayout *layout, GroupRow *const *rows, uint32_t count, uint32_t k,
                    Arena *arena, Vector *out) {
    const GroupField *field = &layout->keys[k];
    vector_init_flat(out, field->type, count, arena);
    for (uint32_t i = 0; i < count; i++) {
        const char *row = (const char *)rows[i];
        if (row[layout->null_offset + k / 8] >> (k % 8) & 1) {
            bit_clear(vector_make_validity(out, arena), i);
            if (field->bytes && !field->is_nested)
                memset((char *)out->data + (size_t)i * field->bytes, 0, field->bytes);
        } else if (field->is_nested) {
            key_unpack_nested((const StringView *)(const void *)(row + field->offset), out, i,
                              arena);
        } else if (field->bytes) {
            memcpy((char *)out->data + (size_t)i * field->bytes, row + field->offset, field->bytes);
        }
    }
}
