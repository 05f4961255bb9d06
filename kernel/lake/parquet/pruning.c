// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/pruning.h"

#include <math.h>

// Whether bounds of the column mean what the type's order says.
static bool order_is_known(const ParquetFile *file, const ParquetNode *leaf, bool is_legacy) {
    const ParquetElement *element = leaf->element;
    uint32_t number = leaf->leaf;
    if (number < file->footer.unordered_count && file->footer.unordered[number]) return false;
    if (element->physical == PARQUET_INT96 || element->logical == LOGICAL_INTERVAL ||
        element->logical == LOGICAL_GEOMETRY || element->logical == LOGICAL_GEOGRAPHY) {
        return false;
    }
    // The old fields were written by signed comparison whatever the type.
    bool is_bytes = element->physical == PARQUET_BYTE_ARRAY || element->physical == PARQUET_FIXED;
    return !is_legacy || (!is_bytes && element->is_signed);
}

static bool value_is_nan(const Value *value) {
    bool real = type_is(value->type, TYPE_FLOAT) || type_is(value->type, TYPE_DOUBLE);
    return real && isnan(value->f64);
}

bool pruning_leaf_bounds(const ParquetFile *file, const ParquetNode *leaf, const Type *type,
                         uint32_t row_group, ColumnBounds *bounds) {
    const ParquetRowGroup *group = &file->footer.row_groups[row_group];
    const ParquetStatistics *statistics = &group->chunks[leaf->leaf].statistics;
    Conversion conversion;
    if (!conversion_init(&conversion, leaf, type)) return false;
    bounds->no_nulls = !leaf->nullable || statistics->null_count == 0;
    bounds->all_null = leaf->nullable && statistics->null_count >= group->row_count;
    if (conversion.is_void || bounds->all_null ||
        !order_is_known(file, leaf, statistics->is_legacy)) {
        return true;
    }
    const ParquetElement *element = leaf->element;
    bounds->has_low =
        statistics->min.data &&
        conversion_plain_value(&conversion, element, type, statistics->min, &bounds->low) &&
        !value_is_nan(&bounds->low);
    bounds->has_high =
        statistics->max.data &&
        conversion_plain_value(&conversion, element, type, statistics->max, &bounds->high) &&
        !value_is_nan(&bounds->high);
    return true;
}

bool pruning_column_bounds(const ParquetReader *reader, uint32_t column, uint32_t row_group,
                           ColumnBounds *bounds) {
    const ColumnReader *c = &reader->columns[column];
    bounds->all_null = c->kind == COLUMN_MISSING;
    if (c->kind != COLUMN_FLAT) return bounds->all_null;
    return pruning_leaf_bounds(reader->file, c->node, c->type, row_group, bounds);
}
