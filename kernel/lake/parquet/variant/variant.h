// SPDX-License-Identifier: Apache-2.0
// Variant columns: the group of metadata, value and typed_value as one binary value.
//
// A shredded variant keeps parts of its value in typed columns; here it is put together again to
// the binary form (metadata, then value) that Type VARIANT has.
#pragma once

#include "kernel/column/vector.h"
#include "kernel/lake/parquet/format/schema.h"
#include "kernel/lake/storage/storage.h"

// The group has the fields of a variant, in types that shredding knows.
bool variant_shape_check(Slice path, const ParquetNode *node, Error *err) MUST_CHECK;
// The node with types that lose nothing: nanoseconds stay integers.
const ParquetNode *variant_raw_node(Arena *arena, const ParquetNode *node);
// `group` is a STRUCT of the node's children in their raw types; *out is VARIANT.
bool variant_from_group(StorageFile *file, const ParquetNode *node, const Vector *group,
                        Arena *arena, Vector *out, Error *err) MUST_CHECK;
