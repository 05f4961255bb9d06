// SPDX-License-Identifier: Apache-2.0
// Rows that an operator keeps: deep copies, in chunks of flat vectors, charged to the query's
// budget.
//
// Appending always succeeds and then tells whether the budget still holds: a caller that hears no
// spills the store or fails with memory_fail. So a store is at most one batch over its budget.
// Confined to one thread while rows are appended.
#pragma once

#include "kernel/column/batch.h"
#include "kernel/exec/memory.h"

typedef struct RowChunk {
    Batch batch; // flat columns, no selection; owned by the arena
    uint32_t capacity;
    Arena arena;
} RowChunk;

typedef struct RowStore {
    const Type *const *types; // borrowed
    uint32_t column_count;
    MemoryAccount *memory; // NULL: not charged
    RowChunk **chunks;
    uint32_t chunk_count;
    uint32_t chunk_room;
    uint64_t row_count;
    uint64_t charged_bytes; // what is reserved in `memory`
} RowStore;

void row_store_init(RowStore *store, const Type *const *types, uint32_t column_count,
                    MemoryAccount *memory);
void row_store_deinit(RowStore *store); // gives its bytes back
// Copies the rows of the columns to the end. False: they are there, but over the budget.
bool row_store_append(RowStore *store, const Vector *columns, Rows rows) MUST_CHECK;
// Moves all chunks of `from` behind those of `into`; `from` is empty afterwards.
void row_store_move(RowStore *into, RowStore *from);
// Drops rows from the front and keeps at most `limit` of the rest.
void row_store_trim(RowStore *store, uint64_t offset, uint64_t limit);
// The store keeps its rows, but no longer counts against the budget.
void row_store_uncharge(RowStore *store);
// Bytes held in chunks.
uint64_t row_store_bytes(const RowStore *store);
// One flat vector per column with all rows, in arrays of their own from the arena; bytes of strings
// are shared with the store. At most UINT32_MAX - 1 rows.
void row_store_concat(const RowStore *store, Arena *arena, Vector *columns);
void row_store_concat_column(const RowStore *store, uint32_t column, Arena *arena, Vector *out);
// Bytes that row_store_concat will take, about.
uint64_t row_store_concat_bytes(const RowStore *store);

// Appends rows at row `at` of a flat vector with room; strings are copied into the arena when
// `own`.
void vector_append_rows(Vector *to, uint32_t at, const Vector *from, Rows rows, Arena *arena,
                        bool own);
