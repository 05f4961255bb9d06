// SPDX-License-Identifier: Apache-2.0
// Phase 2 of grouping: partitions are merged apart from each other, then their groups are brought
// into the order of first appearance by pairwise merges.
#include "kernel/exec/aggregate/aggregate.h"

#include <stdlib.h>

enum { COMBINE_ROWS = 1024 };

// The rows of one worker's partition, in order.
typedef struct RowCursor {
    const GroupBlock *block;
    uint32_t row;
    uint32_t row_bytes;
} RowCursor;

typedef struct Merger {
    GroupOperator *op;
    Query *query;
    GroupRow **groups[GROUP_PARTITIONS];
    uint64_t counts[GROUP_PARTITIONS];
    uint64_t starts[GROUP_PARTITIONS + 1]; // in op->groups
    GroupWorker *workers;                  // arenas and frames for combining, per thread
    GroupRow **merged;
    uint32_t width; // partitions per list that are merged now
} Merger;

static GroupRow *cursor_row(const RowCursor *cursor) {
    if (!cursor->block) return NULL;
    return (GroupRow *)(uintptr_t)(cursor->block->rows + (size_t)cursor->row * cursor->row_bytes);
}

static void cursor_next(RowCursor *cursor) {
    if (++cursor->row < cursor->block->count) return;
    cursor->block = cursor->block->next;
    cursor->row = 0;
}

// The cursor whose next row has the lowest morsel.
static RowCursor *least_cursor(RowCursor *cursors, uint32_t count) {
    RowCursor *least = NULL;
    for (uint32_t w = 0; w < count; w++) {
        if (!cursors[w].block) continue;
        if (!least || cursor_row(&cursors[w])->order < cursor_row(least)->order)
            least = &cursors[w];
    }
    return least;
}

typedef struct Combining {
    GroupRow *into[COMBINE_ROWS];
    GroupRow *from[COMBINE_ROWS];
    void *into_states[COMBINE_ROWS];
    void *from_states[COMBINE_ROWS];
    uint32_t count;
} Combining;

static bool combine_flush(const GroupOperator *op, Combining *rows, AggregateFrame *frames,
                          Error *err) {
    for (uint32_t c = 0; c < op->layout.call_count; c++) {
        for (uint32_t i = 0; i < rows->count; i++) {
            rows->into_states[i] = group_state(&op->layout, rows->into[i], c);
            rows->from_states[i] = group_state(&op->layout, rows->from[i], c);
        }
        if (!op->layout.functions[c]->combine(&frames[c], rows->into_states, rows->from_states,
                                              rows->count, err))
            return false;
    }
    rows->count = 0;
    return true;
}

static bool merge_rows(Merger *merger, uint64_t partition, GroupTable *table, GroupWorker *worker,
                       Combining *rows, Error *err) {
    GroupOperator *op = merger->op;
    RowCursor cursors[LIMIT_THREADS];
    for (uint32_t w = 0; w < op->worker_count; w++)
        cursors[w] =
            (RowCursor){op->workers[w].table.partitions[partition].first, 0, op->layout.row_bytes};
    uint64_t seen = 0, kept = 0;
    for (RowCursor *cursor; (cursor = least_cursor(cursors, op->worker_count));) {
        uint64_t morsel = cursor_row(cursor)->order >> 32;
        for (GroupRow *row; (row = cursor_row(cursor)) && row->order >> 32 == morsel;) {
            cursor_next(cursor);
            GroupRow *group = group_table_adopt(table, row);
            if (!group) merger->groups[partition][kept++] = row;
            else {
                rows->into[rows->count] = group;
                rows->from[rows->count++] = row;
                if (rows->count == COMBINE_ROWS && !combine_flush(op, rows, worker->frames, err))
                    return false;
            }
            if ((++seen & 4095) == 0 && !query_check(merger->query, err)) return false;
        }
    }
    merger->counts[partition] = kept;
    return combine_flush(op, rows, worker->frames, err);
}

static bool merge_partition(void *context, uint64_t partition, uint32_t index, Error *err) {
    Merger *merger = context;
    GroupOperator *op = merger->op;
    uint64_t total = 0;
    for (uint32_t w = 0; w < op->worker_count; w++)
        total += op->workers[w].table.partitions[partition].count;
    if (total == 0) return true;
    merger->groups[partition] = xmalloc(total * sizeof(GroupRow *));
    GroupWorker *worker = &merger->workers[index];
    GroupTable table;
    group_table_init(&table, &op->layout, &worker->arena, worker->frames);
    Combining *rows = xmalloc(sizeof *rows);
    rows->count = 0;
    bool ok = merge_rows(merger, partition, &table, worker, rows, err);
    free(rows);
    group_table_deinit(&table);
    return ok && group_charge(worker, merger->query, err);
}

// --- order of first appearance ---

static bool merge_lists(void *context, uint64_t pair, uint32_t worker, Error *err) {
    (void)worker;
    Merger *merger = context;
    uint64_t first = pair * 2 * merger->width;
    uint64_t middle = MIN(first + merger->width, (uint64_t)GROUP_PARTITIONS);
    uint64_t last = MIN(middle + merger->width, (uint64_t)GROUP_PARTITIONS);
    GroupRow **a = merger->op->groups + merger->starts[first];
    GroupRow **a_stop = merger->op->groups + merger->starts[middle], **b = a_stop;
    GroupRow **b_stop = merger->op->groups + merger->starts[last];
    GroupRow **out = merger->merged + merger->starts[first];
    for (uint64_t n = 0; a < a_stop && b < b_stop; n++) {
        bool from_a = (*a)->order < (*b)->order;
        *out++ = from_a ? *a : *b;
        a += from_a;
        b += !from_a;
        if ((n & 0xFFFF) == 0xFFFF && !query_check(merger->query, err)) return false;
    }
    memcpy(out, a, (size_t)(a_stop - a) * sizeof *a);
    out += a_stop - a;
    memcpy(out, b, (size_t)(b_stop - b) * sizeof *b);
    return true;
}

static bool order_groups(Merger *merger, Error *err) {
    GroupOperator *op = merger->op;
    merger->merged = xmalloc((op->group_count + 1) * sizeof(GroupRow *));
    bool ok = true;
    for (merger->width = 1; ok && merger->width < GROUP_PARTITIONS; merger->width *= 2) {
        ok = run_parallel(merger->query, merge_lists, merger,
                          GROUP_PARTITIONS / (2 * merger->width), err);
        GroupRow **swapped = op->groups;
        op->groups = merger->merged;
        merger->merged = swapped;
    }
    free(merger->merged);
    return ok;
}

static bool gather_groups(Merger *merger, Error *err) {
    GroupOperator *op = merger->op;
    uint64_t total = 0;
    for (uint32_t p = 0; p < GROUP_PARTITIONS; p++) {
        merger->starts[p] = total;
        total += merger->counts[p];
    }
    merger->starts[GROUP_PARTITIONS] = total;
    uint64_t bytes = total * sizeof(GroupRow *);
    if (!memory_reserve(merger->query->memory, 2 * bytes))
        return memory_fail(merger->query->memory, "aggregate", err);
    op->charged_bytes += 2 * bytes;
    op->groups = xmalloc((total + 1) * sizeof(GroupRow *));
    op->group_count = total;
    for (uint32_t p = 0; p < GROUP_PARTITIONS; p++)
        if (merger->counts[p])
            memcpy(op->groups + merger->starts[p], merger->groups[p],
                   merger->counts[p] * sizeof(GroupRow *));
    return !op->keeps_order || order_groups(merger, err);
}

// Without keys there is one group, also of no rows.
static void make_only_group(GroupOperator *op) {
    GroupWorker *worker = &op->workers[0];
    for (uint32_t w = 0; w < op->worker_count; w++)
        if (op->workers[w].table.partitions[0].count) return;
    uint64_t hash = 0;
    GroupRow *group;
    group_table_append(&worker->table, NULL, &hash, 1, &group);
}

bool groups_merge(GroupOperator *op, Query *query, Error *err) {
    for (uint32_t w = 0; w < op->worker_count; w++) group_worker_start(op, &op->workers[w], query);
    if (op->layout.key_count == 0) make_only_group(op);
    Merger *merger = xcalloc(1, sizeof *merger);
    merger->op = op;
    merger->query = query;
    // The arenas must outlive the groups, so the merging threads use the workers' own.
    merger->workers = op->workers;
    bool ok = run_parallel(query, merge_partition, merger, GROUP_PARTITIONS, err) &&
              gather_groups(merger, err);
    for (uint32_t p = 0; p < GROUP_PARTITIONS; p++) free(merger->groups[p]);
    free(merger);
    return ok;
}
