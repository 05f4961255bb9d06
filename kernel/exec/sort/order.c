// SPDX-License-Identifier: Apache-2.0
// Runs of a fixed size are sorted by quicksort on (first word, row) pairs, then merged pairwise;
// each merge is cut into blocks of output that threads do apart. The row number decides ties, so
// the result does not depend on how the work was cut.
#include "kernel/exec/sort/order.h"

#include <stdlib.h>

enum { RUN_ROWS = 1 << 17, MERGE_BLOCK_ROWS = 1 << 16, INSERTION_ROWS = 16 };

typedef struct Entry {
    uint64_t word;
    uint64_t row;
} Entry;

typedef struct Sorter {
    Query *query;
    const Vector *columns;
    SortLayout layout;
    uint64_t *words; // of every row; NULL when one word says all
    Entry *entries;
    Entry *merged;
    uint32_t *order;
    uint32_t count;
    uint32_t run_rows; // length of the runs that are being merged
} Sorter;

static bool tie_is_less(const Sorter *sorter, uint64_t a, uint64_t b) {
    uint32_t words = sorter->layout.word_count;
    if (words > 1) {
        const uint64_t *x = sorter->words + a * words, *y = sorter->words + b * words;
        for (uint32_t w = 1; w < words; w++)
            if (x[w] != y[w]) return x[w] < y[w];
    }
    if (!sorter->layout.is_exact) {
        int order = sort_compare_rows(&sorter->layout, sorter->columns, (uint32_t)a, (uint32_t)b);
        if (order) return order < 0;
    }
    return a < b;
}

static inline bool is_less(const Sorter *sorter, const Entry *a, const Entry *b) {
    if (LIKELY(a->word != b->word)) return a->word < b->word;
    return tie_is_less(sorter, a->row, b->row);
}

static void sort_few(const Sorter *sorter, Entry *entries, size_t count) {
    for (size_t i = 1; i < count; i++) {
        Entry entry = entries[i];
        size_t at = i;
        for (; at > 0 && is_less(sorter, &entry, &entries[at - 1]); at--)
            entries[at] = entries[at - 1];
        entries[at] = entry;
    }
}

static void sift_down(const Sorter *sorter, Entry *heap, size_t at, size_t count) {
    Entry entry = heap[at];
    for (size_t child; (child = at * 2 + 1) < count; at = child) {
        if (child + 1 < count && is_less(sorter, &heap[child], &heap[child + 1])) child++;
        if (!is_less(sorter, &entry, &heap[child])) break;
        heap[at] = heap[child];
    }
    heap[at] = entry;
}

static void heap_sort(const Sorter *sorter, Entry *entries, size_t count) {
    for (size_t i = count / 2; i-- > 0;) sift_down(sorter, entries, i, count);
    for (size_t last = count; last-- > 1;) {
        Entry top = entries[0];
        entries[0] = entries[last];
        entries[last] = top;
        sift_down(sorter, entries, 0, last);
    }
}

static Entry median_of_three(const Sorter *sorter, const Entry *a, const Entry *b, const Entry *c) {
    if (is_less(sorter, a, b)) {
        if (is_less(sorter, b, c)) return *b;
        return is_less(sorter, a, c) ? *c : *a;
    }
    if (is_less(sorter, a, c)) return *a;
    return is_less(sorter, b, c) ? *c : *b;
}

static void quick_sort(const Sorter *sorter, Entry *entries, size_t count, int depth) {
    while (count > INSERTION_ROWS) {
        if (depth-- == 0) {
            heap_sort(sorter, entries, count);
            return;
        }
        Entry pivot =
            median_of_three(sorter, &entries[0], &entries[count / 2], &entries[count - 1]);
        size_t left = 0, right = count - 1;
        for (;;) {
            while (is_less(sorter, &entries[left], &pivot)) left++;
            while (is_less(sorter, &pivot, &entries[right])) right--;
            if (left >= right) break;
            Entry swapped = entries[left];
            entries[left++] = entries[right];
            entries[right--] = swapped;
        }
        size_t split = left;
        if (split < count - split) {
            quick_sort(sorter, entries, split, depth);
            entries += split;
            count -= split;
        } else {
            quick_sort(sorter, entries + split, count - split, depth);
            count = split;
        }
    }
    sort_few(sorter, entries, count);
}

static bool is_sorted(const Sorter *sorter, const Entry *entries, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (is_less(sorter, &entries[i], &entries[i - 1])) return false;
    return true;
}

static bool sort_run(void *context, uint64_t task, uint32_t worker, Error *err) {
    (void)worker;
    Sorter *sorter = context;
    uint32_t first = (uint32_t)task * RUN_ROWS, words = sorter->layout.word_count;
    uint32_t count = MIN((uint32_t)RUN_ROWS, sorter->count - first);
    for (uint32_t done = 0; done < count;) {
        uint64_t local[LIMIT_BATCH_ROWS];
        uint32_t row = first + done, part = MIN((uint32_t)LIMIT_BATCH_ROWS, count - done);
        uint64_t *target = sorter->words ? sorter->words + (size_t)row * words : local;
        sort_layout_encode(&sorter->layout, sorter->columns, row, part, target);
        for (uint32_t i = 0; i < part; i++)
            sorter->entries[row + i] = (Entry){target[(size_t)i * words], row + i};
        done += part;
        if (!query_check(sorter->query, err)) return false;
    }
    Entry *entries = sorter->entries + first;
    if (!is_sorted(sorter, entries, count)) quick_sort(sorter, entries, count, 64);
    return true;
}

// How many of the first `rank` entries of the merge of a and b come from a.
static size_t merge_rank(const Sorter *sorter, const Entry *a, size_t count_a, const Entry *b,
                         size_t count_b, size_t rank) {
    size_t low = rank > count_b ? rank - count_b : 0, high = MIN(rank, count_a);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_less(sorter, &a[middle], &b[rank - middle - 1])) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool merge_block(void *context, uint64_t task, uint32_t worker, Error *err) {
    (void)worker, (void)err;
    Sorter *sorter = context;
    size_t start = (size_t)task * MERGE_BLOCK_ROWS, run = sorter->run_rows, total = sorter->count;
    size_t stop = MIN(start + MERGE_BLOCK_ROWS, total), pair = start / (2 * run) * (2 * run);
    const Entry *a = sorter->entries + pair;
    size_t count_a = MIN(run, total - pair), rest = total - pair - count_a;
    const Entry *b = a + count_a;
    size_t count_b = MIN(run, rest);
    size_t i = merge_rank(sorter, a, count_a, b, count_b, start - pair), j = start - pair - i;
    Entry *out = sorter->merged + start;
    for (size_t n = stop - start; n > 0; n--) {
        bool from_a = j == count_b || (i < count_a && is_less(sorter, &a[i], &b[j]));
        *out++ = from_a ? a[i] : b[j];
        i += from_a;
        j += !from_a;
    }
    return true;
}

static bool sort_all(Sorter *sorter, Error *err) {
    uint64_t runs = ((uint64_t)sorter->count + RUN_ROWS - 1) / RUN_ROWS;
    uint64_t blocks = ((uint64_t)sorter->count + MERGE_BLOCK_ROWS - 1) / MERGE_BLOCK_ROWS;
    if (!run_parallel(sorter->query, sort_run, sorter, runs, err)) return false;
    for (uint64_t run = RUN_ROWS; run < sorter->count; run *= 2) {
        sorter->run_rows = (uint32_t)run;
        if (!run_parallel(sorter->query, merge_block, sorter, blocks, err)) return false;
        Entry *swapped = sorter->entries;
        sorter->entries = sorter->merged;
        sorter->merged = swapped;
    }
    for (uint32_t i = 0; i < sorter->count; i++)
        sorter->order[i] = (uint32_t)sorter->entries[i].row;
    return true;
}

uint64_t sort_order_bytes(const Vector *columns, uint32_t key_count, uint64_t count) {
    uint64_t bytes = 2 * sizeof(Entry);
    for (uint32_t k = 0; k < key_count; k++)
        bytes += 8 + physical_bytes(type_physical(columns[k].type));
    return bytes * count;
}

bool sort_order(Query *query, const SortKey *keys, uint32_t key_count, const Vector *columns,
                uint32_t count, uint32_t *order, bool charge, Error *err) {
    if (key_count == 0 || count <= 1) {
        for (uint32_t i = 0; i < count; i++) order[i] = i;
        return true;
    }
    uint64_t bytes = charge ? sort_order_bytes(columns, key_count, count) : 0;
    if (!memory_reserve(query->memory, bytes)) return memory_fail(query->memory, "sort", err);
    AUTO(Arena, arena) = {0};
    Sorter sorter = {.query = query, .columns = columns, .order = order, .count = count};
    sort_layout_init(&sorter.layout, &arena, keys, key_count, columns);
    if (sorter.layout.word_count > 1)
        sorter.words = xmalloc(sizeof(uint64_t) * count * sorter.layout.word_count);
    sorter.entries = xmalloc(sizeof(Entry) * count);
    sorter.merged = count > RUN_ROWS ? xmalloc(sizeof(Entry) * count) : NULL;
    bool ok = sort_all(&sorter, err);
    free(sorter.words);
    free(sorter.entries);
    free(sorter.merged);
    memory_release(query->memory, bytes);
    return ok;
}
