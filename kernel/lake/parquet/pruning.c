// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/pruning.h"

#include "kernel/lake/parquet/format/thrift.h"

#include <math.h>

// Whether bounds of the column mean what the type's order says.
static bool order_is_known(const ParquetFile *file, const LeafReader *leaf, bool is_legacy) {
    const ParquetElement *element = leaf->node->element;
    uint32_t number = leaf->node->leaf;
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

static void bound_set(const LeafReader *leaf, Slice plain, Value *bound) {
    Value value;
    if (!plain.data) return;
    if (!conversion_plain_value(&leaf->conversion, leaf->node->element, leaf->type, plain,
                                &value)) {
        return;
    }
    if (!value_is_nan(&value)) *bound = value;
}

void pruning_group_bounds(const ParquetReader *reader, uint32_t column, uint32_t row_group,
                          PruneBounds *bounds) {
    const ColumnReader *c = &reader->columns[column];
    const ParquetRowGroup *group = &reader->file->footer.row_groups[row_group];
    bounds->row_count = group->row_count;
    if (c->kind == COLUMN_MISSING) bounds->null_count = group->row_count;
    if (c->kind != COLUMN_FLAT) return;
    const ParquetStatistics *statistics = &group->chunks[c->leaf->node->leaf].statistics;
    bounds->null_count = c->leaf->node->nullable ? statistics->null_count : 0;
    if (c->leaf->conversion.is_void ||
        !order_is_known(reader->file, c->leaf, statistics->is_legacy)) {
        return;
    }
    bound_set(c->leaf, statistics->min, &bounds->low);
    bound_set(c->leaf, statistics->max, &bounds->high);
}

bool pruning_group_contains(const ParquetReader *reader, uint32_t column, uint32_t row_group,
                            const Value *value) {
    (void)reader;
    (void)column;
    (void)row_group;
    (void)value;
    return true;
}
