// SPDX-License-Identifier: Apache-2.0
// From the stored form of a Parquet column (encoding/values.h) to values of a SQL type.
//
// Two steps at most: to the type that the file's annotations mean, then to the wider type that the
// table has by now. No step at all where the stored form is the value already.
#pragma once

#include "kernel/column/value.h"
#include "kernel/lake/parquet/format/schema.h"

typedef struct ConvertStep ConvertStep;
struct ConvertStep {
    // False: a value that the type cannot hold. `in` and `out` do not overlap.
    bool (*run)(const ConvertStep *step, const void *in, uint32_t count, void *out);
    Int128 factor;      // of decimals that gain scale
    uint32_t out_bytes; // of a value
};

typedef struct Conversion {
    ConvertStep steps[2];
    uint32_t step_count;
    uint32_t stored_bytes; // of a value before, ...
    uint32_t out_bytes;    // ... and after
    bool is_text;          // bytes must be UTF-8
    bool is_void;          // every value is null
} Conversion;

enum { CONVERT_PORTION = 1024, CONVERT_SCRATCH_BYTES = CONVERT_PORTION * 16 };

// False: a column of this leaf cannot be read as `type`.
bool conversion_init(Conversion *conversion, const ParquetNode *leaf, const Type *type);
// Up to CONVERT_PORTION values; `scratch` has CONVERT_SCRATCH_BYTES. step_count > 0.
bool conversion_run(const Conversion *conversion, const void *in, uint32_t count, void *out,
                    void *scratch) MUST_CHECK;
// One value in plain encoding (a statistic's bound) as a value of the conversion's type; bytes are
// borrowed. False: not possible.
bool conversion_plain_value(const Conversion *conversion, const ParquetElement *element,
                            const Type *type, Slice plain, Value *value);
