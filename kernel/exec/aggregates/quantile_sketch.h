// SPDX-License-Identifier: Apache-2.0
// Greenwald and Khanna's quantile summary ("Space-efficient online computation of quantile
// summaries", 2001), with the buffer, thresholds and rounding that Spark uses, so that approximate
// percentiles are the same numbers. Zero plus an error bound is the empty sketch; memory is from an
// arena.
#pragma once

#include "base/arena.h"

typedef struct QuantileSample {
    double value;
    int64_t gap;   // least rank minus that of the sample before
    int64_t delta; // greatest minus least rank
} QuantileSample;

typedef struct QuantileSketch {
    QuantileSample *samples;
    uint64_t sample_count;
    double *head; // values not in the samples yet
    uint64_t head_count;
    uint64_t head_room;
    int64_t count; // of values in the samples
    double error;  // relative
    uint64_t is_compressed;
} QuantileSketch;

void quantile_sketch_add(QuantileSketch *sketch, double value, Arena *arena);
// The other sketch's values come behind; both are compressed by it.
void quantile_sketch_merge(QuantileSketch *sketch, QuantileSketch *other, Arena *arena);
void quantile_sketch_compress(QuantileSketch *sketch, Arena *arena);
// Of a compressed sketch that is not empty. Fractions in any order; out[i] belongs to fractions[i].
void quantile_sketch_query(const QuantileSketch *sketch, const double *fractions, uint32_t count,
                           double *out, Arena *arena);
