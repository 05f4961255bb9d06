// SPDX-License-Identifier: Apache-2.0
// Chunks start as small as their first batch and grow to a full batch, so that a store of one row
// stays small. A chunk's rows never move.
#include "kernel/exec/rows/row_store.h"

#include <stdlib.h>

void row_store_init(RowStore *store, const Type *const *types, uint32_t column_count,
                    MemoryAccount *memory) {
    *store = (RowStore){.types = types, .column_count = column_count, .memory = memory};
}

static void chunk_free(RowChunk *chunk) {
    arena_deinit(&chunk->arena);
    free(chunk);
}

void row_store_deinit(RowStore *store) {
    for (uint32_t i = 0; i < store->chunk_count; i++) chunk_free(store->chunks[i]);
    free(store->chunks);
    row_store_uncharge(store);
    *store = (RowStore){
        .types = store->types, .column_count = store->column_count, .memory = store->memory};
}

static void push_chunk(RowStore *store, RowChunk *chunk) {
    if (store->chunk_count == store->chunk_room) {
        store->chunk_room = store->chunk_room ? store->chunk_room * 2 : 4;
        store->chunks = xrealloc(store->chunks, store->chunk_room * sizeof(RowChunk *));
    }
    store->chunks[store->chunk_count++] = chunk;
}

static RowChunk *add_chunk(RowStore *store, uint32_t need) {
    RowChunk *chunk = xcalloc(1, sizeof *chunk);
    uint64_t wanted = MAX(store->row_count, (uint64_t)need);
    chunk->capacity = (uint32_t)MIN(MAX(wanted, (uint64_t)4), (uint64_t)LIMIT_BATCH_ROWS);
    uint32_t columns = store->column_count;
    chunk->batch.columns = ARENA_ARRAY(&chunk->arena, Vector, columns ? columns : 1);
    chunk->batch.column_count = columns;
    for (uint32_t c = 0; c < columns; c++)
        vector_init_flat(&chunk->batch.columns[c], store->types[c], chunk->capacity, &chunk->arena);
    push_chunk(store, chunk);
    return chunk;
}

static bool charge(RowStore *store, uint64_t bytes) {
    if (!store->memory || bytes == 0) return true;
    if (!memory_reserve(store->memory, bytes)) return false;
    store->charged_bytes += bytes;
    return true;
}

bool row_store_append(RowStore *store, const Vector *columns, Rows rows) {
    bool within = true;
    uint32_t done = 0;
    while (done < rows.count) {
        RowChunk *chunk = store->chunk_count ? store->chunks[store->chunk_count - 1] : NULL;
        uint64_t before = chunk ? chunk->arena.total_bytes : 0;
        if (!chunk || chunk->batch.row_count == chunk->capacity) {
            chunk = add_chunk(store, rows.count - done);
            before = 0;
        }
        uint32_t at = chunk->batch.row_count;
        uint32_t count = MIN(rows.count - done, chunk->capacity - at);
        uint16_t dense[LIMIT_BATCH_ROWS];
        Rows part = {rows.selection ? rows.selection + done : NULL, count};
        if (!rows.selection && done) {
            for (uint32_t i = 0; i < count; i++) dense[i] = (uint16_t)(done + i);
            part.selection = dense;
        }
        for (uint32_t c = 0; c < store->column_count; c++)
            vector_append_rows(&chunk->batch.columns[c], at, &columns[c], part, &chunk->arena,
                               true);
        chunk->batch.row_count = chunk->batch.selected_count = at + count;
        store->row_count += count;
        done += count;
        within &= charge(store, chunk->arena.total_bytes - before);
    }
    return within;
}

void row_store_move(RowStore *into, RowStore *from) {
    if (into->chunk_count == 0) {
        free(into->chunks);
        into->chunks = from->chunks;
        into->chunk_count = from->chunk_count;
        into->chunk_room = from->chunk_room;
    } else {
        for (uint32_t i = 0; i < from->chunk_count; i++) push_chunk(into, from->chunks[i]);
        free(from->chunks);
    }
    into->row_count += from->row_count;
    into->charged_bytes += from->charged_bytes;
    *from = (RowStore){
        .types = from->types, .column_count = from->column_count, .memory = from->memory};
}

// Cuts rows off a chunk's front by packing the rest into new vectors (the bytes stay).
static void chunk_drop_front(RowChunk *chunk, uint32_t count) {
    Batch *batch = &chunk->batch;
    uint16_t rest[LIMIT_BATCH_ROWS];
    uint32_t left = batch->row_count - count;
    for (uint32_t i = 0; i < left; i++) rest[i] = (uint16_t)(count + i);
    for (uint32_t c = 0; c < batch->column_count; c++) {
        Vector from = batch->columns[c];
        vector_gather(&from, (Rows){rest, left}, &chunk->arena, &batch->columns[c]);
    }
    batch->row_count = batch->selected_count = chunk->capacity = left;
}

static void chunk_keep_front(RowChunk *chunk, uint32_t count) {
    chunk->batch.row_count = chunk->batch.selected_count = count;
    for (uint32_t c = 0; c < chunk->batch.column_count; c++) chunk->batch.columns[c].count = count;
    chunk->capacity = count;
}

void row_store_trim(RowStore *store, uint64_t offset, uint64_t limit) {
    uint32_t kept = 0;
    uint64_t rows = 0;
    for (uint32_t i = 0; i < store->chunk_count; i++) {
        RowChunk *chunk = store->chunks[i];
        uint32_t drop = (uint32_t)MIN(offset, (uint64_t)chunk->batch.row_count);
        offset -= drop;
        uint32_t left = (uint32_t)MIN(limit - rows, (uint64_t)(chunk->batch.row_count - drop));
        if (left == 0) {
            chunk_free(chunk);
            continue;
        }
        if (drop) chunk_drop_front(chunk, drop);
        if (left < chunk->batch.row_count) chunk_keep_front(chunk, left);
        rows += left;
        store->chunks[kept++] = chunk;
    }
    store->chunk_count = kept;
    store->row_count = rows;
}

void row_store_uncharge(RowStore *store) {
    if (store->memory && store->charged_bytes) memory_release(store->memory, store->charged_bytes);
    store->charged_bytes = 0;
}

uint64_t row_store_bytes(const RowStore *store) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < store->chunk_count; i++)
        bytes += store->chunks[i]->arena.total_bytes + sizeof(RowChunk);
    return bytes;
}

static uint64_t fixed_bytes(const Type *type) {
    uint64_t bytes = physical_bytes(type_physical(type));
    for (uint32_t f = 0; f < type->field_count; f++) bytes += fixed_bytes(type->fields[f].type);
    return bytes;
}

uint64_t row_store_concat_bytes(const RowStore *store) {
    uint64_t bytes = 0;
    for (uint32_t c = 0; c < store->column_count; c++) bytes += fixed_bytes(store->types[c]);
    return bytes * store->row_count;
}

// A part of a column: a flat or constant vector and how many of its rows are used.
typedef struct Part {
    const Vector *vector;
    uint32_t count;
} Part;

static uint32_t used_elements(const Part *part) {
    const ListView *lists = part->vector->data;
    uint32_t used = 0;
    for (uint32_t i = 0; i < part->count; i++) {
        if (part->vector->validity && !bit_get(part->vector->validity, i)) continue;
        if (lists[i].count) used = MAX(used, lists[i].offset + lists[i].count);
    }
    return used;
}

static void concat(Vector *out, const Type *type, const Part *parts, uint32_t part_count,
                   Arena *arena);

static void concat_lists(Vector *out, const Part *parts, uint32_t part_count, Arena *arena) {
    Part *elements = ARENA_ARRAY(arena, Part, part_count ? part_count : 1);
    uint32_t row = 0, base = 0;
    for (uint32_t p = 0; p < part_count; p++) {
        elements[p].count = used_elements(&parts[p]);
        ListView *lists = (ListView *)out->data + row;
        for (uint32_t i = 0; i < parts[p].count; i++) lists[i].offset += base;
        row += parts[p].count;
        base += elements[p].count;
    }
    for (uint32_t f = 0; f < out->type->field_count; f++) {
        for (uint32_t p = 0; p < part_count; p++)
            elements[p].vector = &parts[p].vector->children[f];
        concat(&out->children[f], out->type->fields[f].type, elements, part_count, arena);
    }
}

static void concat(Vector *out, const Type *type, const Part *parts, uint32_t part_count,
                   Arena *arena) {
    uint64_t total = 0;
    for (uint32_t p = 0; p < part_count; p++) total += parts[p].count;
    ASSERT(total < UINT32_MAX);
    PhysicalType physical = type_physical(type);
    size_t width = physical_bytes(physical);
    *out = (Vector){.type = type, .form = VECTOR_FLAT, .count = (uint32_t)total};
    if (width) out->data = arena_alloc_raw(arena, width * (total ? total : 1), 64);
    uint32_t row = 0;
    for (uint32_t p = 0; p < part_count; row += parts[p++].count) {
        const Vector *from = parts[p].vector;
        if (parts[p].count == 0) continue;
        char *target = (char *)out->data + width * row;
        bool constant = from->form == VECTOR_CONSTANT;
        if (width && !constant) memcpy(target, from->data, width * parts[p].count);
        else if (width)
            for (uint32_t i = 0; i < parts[p].count; i++)
                memcpy(target + width * i, from->data, width);
        if (from->validity)
            for (uint32_t i = 0; i < parts[p].count; i++)
                if (!bit_get(from->validity, constant ? 0 : i))
                    bit_clear(vector_make_validity(out, arena), row + i);
    }
    if (!type_is_nested(type)) return;
    out->children = ARENA_ARRAY(arena, Vector, type->field_count ? type->field_count : 1);
    if (physical != PHYSICAL_STRUCT) {
        concat_lists(out, parts, part_count, arena);
        return;
    }
    Part *fields = ARENA_ARRAY(arena, Part, part_count ? part_count : 1);
    for (uint32_t f = 0; f < type->field_count; f++) {
        for (uint32_t p = 0; p < part_count; p++)
            fields[p] = (Part){&parts[p].vector->children[f], parts[p].count};
        concat(&out->children[f], type->fields[f].type, fields, part_count, arena);
    }
}

void row_store_concat_column(const RowStore *store, uint32_t column, Arena *arena, Vector *out) {
    if (store->chunk_count == 1) {
        const RowChunk *chunk = store->chunks[0];
        *out = chunk->batch.columns[column];
        out->count = chunk->batch.row_count;
        return;
    }
    Part *parts = xcalloc(store->chunk_count + 1, sizeof *parts);
    for (uint32_t i = 0; i < store->chunk_count; i++)
        parts[i] =
            (Part){&store->chunks[i]->batch.columns[column], store->chunks[i]->batch.row_count};
    concat(out, store->types[column], parts, store->chunk_count, arena);
    free(parts);
}

void row_store_concat(const RowStore *store, Arena *arena, Vector *columns) {
    for (uint32_t c = 0; c < store->column_count; c++)
        row_store_concat_column(store, c, arena, &columns[c]);
}
