// SPDX-License-Identifier: Apache-2.0
// A column of a table read from one file's row groups: the wanted type laid over what the file has.
//
// Fields are found by name or id at every depth; what the file lacks is null. Nested columns are
// put together from the levels of their leaves: a list's rows are the entries that repeat nothing
// below its parent, its elements those that reach its own repetition.
#pragma once

#include "kernel/lake/parquet/leaf.h"

// How a file names a wanted column or nested field.
typedef struct ParquetField ParquetField;
struct ParquetField {
    Slice name;                   // in the file; found exactly, then ignoring case
    int32_t field_id;             // found by this first; -1: by name only
    const Type *type;             // wanted; the file's may be narrower
    const ParquetField *children; // STRUCT: one per field; ARRAY, MAP: element or key, value.
                                  // NULL: named as in `type`, at all depths
};

typedef enum ColumnKind {
    COLUMN_MISSING,
    COLUMN_FLAT, // one leaf, no nesting
    COLUMN_LEAF,
    COLUMN_STRUCT,
    COLUMN_LIST, // and MAP
    COLUMN_VARIANT,
} ColumnKind;

typedef struct ColumnReader ColumnReader;
struct ColumnReader {
    ColumnKind kind;
    const ParquetNode *node; // NULL: MISSING
    const Type *type;
    LeafReader *leaf; // own, or that of the first leaf below, for its levels
    ColumnReader *children;
    uint32_t child_count;
};

typedef struct ColumnSet {
    Arena *arena; // readers live in it
    Query *query;
    Decompressor *decompressor;
    Slice path;
    LeafReader **leaves; // of all columns built
    uint32_t leaf_count;
} ColumnSet;

void column_set_deinit(ColumnSet *set);
// `parent` is the schema's root. The leaves that it adds are set->leaves from the count before on.
bool column_build(ColumnSet *set, const ParquetNode *parent, const ParquetField *field,
                  ColumnReader *column, Error *err) MUST_CHECK;
// Rows of a top-level column whose leaves are positioned alike. Nested parts are in the arena, the
// rest belongs to the leaves.
bool column_read(ColumnReader *column, uint32_t rows, Rows wanted, Arena *arena, Vector *out,
                 Error *err) MUST_CHECK;
