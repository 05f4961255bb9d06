// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/variant.h"

bool variant_shape_check(Slice path, const ParquetNode *node, Error *err) {
    return parquet_fail(err, path, "variant column %.*s", SLICE_ARGS(node->name));
}
const ParquetNode *variant_raw_node(Arena *arena, const ParquetNode *node) {
    (void)arena;
    return node;
}
bool variant_from_group(StorageFile *file, const ParquetNode *node, const Vector *group,
                        Arena *arena, Vector *out, Error *err) {
    (void)group;
    (void)arena;
    (void)out;
    return variant_shape_check(storage_file_path(file), node, err);
}
