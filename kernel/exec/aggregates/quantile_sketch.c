// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/aggregates/quantile_sketch.h"

#include <math.h>
#include <stdlib.h>

enum { COMPRESS_SAMPLES = 10000, HEAD_VALUES = 50000 };

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    if (x != x || y != y) return (x != x) - (y != y);
    return x < y ? -1 : x > y;
}

static void flush_head(QuantileSketch *sketch, Arena *arena) {
    if (sketch->head_count == 0) return;
    qsort(sketch->head, sketch->head_count, sizeof(double), compare_doubles);
    uint64_t room = sketch->sample_count + sketch->head_count, filled = 0, at = 0;
    QuantileSample *merged = arena_alloc_raw(arena, room * sizeof *merged, 8);
    for (uint64_t h = 0; h < sketch->head_count; h++) {
        double value = sketch->head[h];
        while (at < sketch->sample_count && sketch->samples[at].value <= value)
            merged[filled++] = sketch->samples[at++];
        sketch->count++;
        bool is_end = at == sketch->sample_count && h + 1 == sketch->head_count;
        int64_t delta =
            filled == 0 || is_end ? 0 : (int64_t)floor(2.0 * sketch->error * (double)sketch->count);
        merged[filled++] = (QuantileSample){value, 1, delta};
    }
    while (at < sketch->sample_count) merged[filled++] = sketch->samples[at++];
    sketch->samples = merged;
    sketch->sample_count = filled;
    sketch->head_count = 0;
}

// Joins neighbours, from the end, while their ranks stay within the threshold.
static void compress_samples(QuantileSketch *sketch, double threshold, Arena *arena) {
    uint64_t count = sketch->sample_count;
    if (count == 0) return;
    QuantileSample *kept = arena_alloc_raw(arena, (count + 1) * sizeof *kept, 8);
    uint64_t first = count + 1; // kept[first..count] are done
    QuantileSample head = sketch->samples[count - 1];
    for (uint64_t i = count - 1; i-- > 1;) {
        const QuantileSample *sample = &sketch->samples[i];
        if ((double)(sample->gap + head.gap + head.delta) < threshold) {
            head.gap += sample->gap;
        } else {
            kept[--first] = head;
            head = *sample;
        }
    }
    kept[--first] = head;
    if (sketch->samples[0].value <= head.value && count > 1) kept[--first] = sketch->samples[0];
    sketch->samples = kept + first;
    sketch->sample_count = count + 1 - first;
}

void quantile_sketch_compress(QuantileSketch *sketch, Arena *arena) {
    flush_head(sketch, arena);
    compress_samples(sketch, 2.0 * sketch->error * (double)sketch->count, arena);
    sketch->is_compressed = 1;
}

void quantile_sketch_add(QuantileSketch *sketch, double value, Arena *arena) {
    if (sketch->head_count == sketch->head_room) {
        uint64_t room = MIN(MAX(sketch->head_room * 2, (uint64_t)16), (uint64_t)HEAD_VALUES);
        double *head = arena_alloc_raw(arena, room * sizeof *head, 8);
        if (sketch->head_count) memcpy(head, sketch->head, sketch->head_count * sizeof *head);
        sketch->head = head;
        sketch->head_room = room;
    }
    sketch->head[sketch->head_count++] = value;
    sketch->is_compressed = 0;
    if (sketch->head_count < HEAD_VALUES) return;
    flush_head(sketch, arena);
    if (sketch->sample_count >= COMPRESS_SAMPLES) quantile_sketch_compress(sketch, arena);
}

void quantile_sketch_merge(QuantileSketch *sketch, QuantileSketch *other, Arena *arena) {
    if (!other->is_compressed) quantile_sketch_compress(other, arena);
    if (other->count == 0) return;
    if (!sketch->is_compressed) quantile_sketch_compress(sketch, arena);
    if (sketch->count == 0) {
        *sketch = *other;
        sketch->head = NULL;
        sketch->head_room = 0;
        return;
    }
    uint64_t room = sketch->sample_count + other->sample_count, filled = 0, i = 0, j = 0;
    QuantileSample *merged = arena_alloc_raw(arena, room * sizeof *merged, 8);
    int64_t own_delta = (int64_t)floor(2.0 * other->error * (double)other->count);
    int64_t other_delta = (int64_t)floor(2.0 * sketch->error * (double)sketch->count);
    while (i < sketch->sample_count && j < other->sample_count) {
        bool own = sketch->samples[i].value < other->samples[j].value;
        QuantileSample next = own ? sketch->samples[i++] : other->samples[j++];
        next.delta += own ? (j > 0 ? own_delta : 0) : (i > 0 ? other_delta : 0);
        merged[filled++] = next;
    }
    while (i < sketch->sample_count) merged[filled++] = sketch->samples[i++];
    while (j < other->sample_count) merged[filled++] = other->samples[j++];
    sketch->samples = merged;
    sketch->sample_count = filled;
    sketch->count += other->count;
    sketch->error = MAX(sketch->error, other->error);
    compress_samples(sketch, 2.0 * sketch->error * (double)sketch->count, arena);
}

// Where the search for one fraction stands: the sample and its least rank.
typedef struct Search {
    uint64_t index;
    int64_t rank;
} Search;

static double find_quantile(const QuantileSketch *sketch, Search *search, double target_error,
                            double fraction) {
    int64_t rank = (int64_t)ceil(fraction * (double)sketch->count);
    uint64_t last = sketch->sample_count - 1;
    for (uint64_t i = search->index; i < last;) {
        const QuantileSample *sample = &sketch->samples[i];
        int64_t least = search->rank, most = least + sample->delta;
        if ((double)most - target_error <= (double)rank &&
            (double)rank <= (double)least + target_error) {
            search->index = i;
            return sample->value;
        }
        search->rank += sketch->samples[++i].gap;
    }
    *search = (Search){last, 0};
    return sketch->samples[last].value;
}

void quantile_sketch_query(const QuantileSketch *sketch, const double *fractions, uint32_t count,
                           double *out, Arena *arena) {
    ASSERT(sketch->sample_count > 0 && sketch->head_count == 0);
    const QuantileSample *samples = sketch->samples;
    int64_t widest = INT64_MIN;
    for (uint64_t i = 0; i < sketch->sample_count; i++)
        widest = MAX(widest, samples[i].delta + samples[i].gap);
    uint32_t *order = arena_alloc_raw(arena, (count + 1) * sizeof *order, 8);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        for (; at > 0 && fractions[order[at - 1]] > fractions[i]; at--) order[at] = order[at - 1];
        order[at] = i;
    }
    Search search = {0, samples[0].gap};
    for (uint32_t i = 0; i < count; i++) {
        double fraction = fractions[order[i]];
        if (fraction <= sketch->error || sketch->sample_count == 1)
            out[order[i]] = samples[0].value;
        else if (fraction >= 1.0 - sketch->error)
            out[order[i]] = samples[sketch->sample_count - 1].value;
        else out[order[i]] = find_quantile(sketch, &search, (double)widest / 2, fraction);
    }
}
