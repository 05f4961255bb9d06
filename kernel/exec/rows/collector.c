// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/rows/collector.h"

#include <stdlib.h>

typedef struct Segment {
    uint64_t morsel;
    RowStore store;
} Segment;

struct CollectorPart {
    _Alignas(64) Segment *segments; // by morsel, ascending
    size_t count;
    size_t room;
};

void collector_init(Collector *collector, const Type *const *types, uint32_t column_count,
                    MemoryAccount *memory, uint32_t workers) {
    *collector = (Collector){
        .types = types, .column_count = column_count, .memory = memory, .part_count = workers};
    collector->parts = aligned_alloc(64, sizeof(CollectorPart) * workers);
    if (!collector->parts) out_of_memory(sizeof(CollectorPart) * workers);
    memset(collector->parts, 0, sizeof(CollectorPart) * workers);
}

void collector_deinit(Collector *collector) {
    for (uint32_t p = 0; collector->parts && p < collector->part_count; p++) {
        CollectorPart *part = &collector->parts[p];
        for (size_t i = 0; i < part->count; i++) row_store_deinit(&part->segments[i].store);
        free(part->segments);
    }
    free(collector->parts);
    *collector = (Collector){0};
}

RowStore *collector_store(Collector *collector, uint32_t worker, uint64_t morsel) {
    CollectorPart *part = &collector->parts[worker];
    if (part->count == 0 || part->segments[part->count - 1].morsel != morsel) return NULL;
    return &part->segments[part->count - 1].store;
}

bool collector_append(Collector *collector, uint32_t worker, uint64_t morsel, const Vector *columns,
                      Rows rows) {
    RowStore *store = collector_store(collector, worker, morsel);
    if (!store) {
        CollectorPart *part = &collector->parts[worker];
        if (part->count == part->room) {
            part->room = part->room ? part->room * 2 : 4;
            part->segments = xrealloc(part->segments, part->room * sizeof(Segment));
        }
        Segment *segment = &part->segments[part->count++];
        segment->morsel = morsel;
        store = &segment->store;
        row_store_init(store, collector->types, collector->column_count, collector->memory);
    }
    return row_store_append(store, columns, rows);
}

uint64_t collector_bytes(const Collector *collector, uint32_t worker) {
    const CollectorPart *part = &collector->parts[worker];
    uint64_t bytes = 0;
    for (size_t i = 0; i < part->count; i++) bytes += row_store_bytes(&part->segments[i].store);
    return bytes;
}

MorselRows *collector_take(Collector *collector, uint32_t worker, RowStore *out) {
    CollectorPart *part = &collector->parts[worker];
    MorselRows *morsels = xcalloc(part->count + 1, sizeof *morsels);
    row_store_init(out, collector->types, collector->column_count, collector->memory);
    for (size_t i = 0; i < part->count; i++) {
        row_store_move(out, &part->segments[i].store);
        morsels[i] = (MorselRows){part->segments[i].morsel, out->row_count};
    }
    part->count = 0;
    return morsels;
}

uint64_t collector_rows(const Collector *collector) {
    uint64_t rows = 0;
    for (uint32_t p = 0; p < collector->part_count; p++)
        for (size_t i = 0; i < collector->parts[p].count; i++)
            rows += collector->parts[p].segments[i].store.row_count;
    return rows;
}

void collector_finish(Collector *collector, RowStore *out) {
    size_t *next = xcalloc(collector->part_count + 1, sizeof *next);
    for (;;) {
        Segment *least = NULL;
        uint32_t least_part = 0;
        for (uint32_t p = 0; p < collector->part_count; p++) {
            CollectorPart *part = &collector->parts[p];
            if (next[p] == part->count) continue;
            Segment *segment = &part->segments[next[p]];
            if (least && least->morsel < segment->morsel) continue;
            least = segment;
            least_part = p;
        }
        if (!least) break;
        next[least_part]++;
        row_store_move(out, &least->store);
    }
    for (uint32_t p = 0; p < collector->part_count; p++) {
        free(collector->parts[p].segments);
        collector->parts[p] = (CollectorPart){0};
    }
    free(next);
}
