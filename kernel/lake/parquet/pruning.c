// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/pruning.h"

#include "kernel/lake/parquet/format/bloom_filter.h"
#include "kernel/lake/parquet/format/page_index.h"

#include <math.h>

enum {
    BLOOM_VALUES_MAX = 64, // a longer IN list costs more reads than it saves
    GAP_ROWS_MIN = 1024,   // rows that are worth a skip
};

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

// `rows` may be -1: not known.
static bool statistics_bounds(const ParquetFile *file, const ParquetNode *leaf, const Type *type,
                              const ParquetStatistics *statistics, int64_t rows,
                              ColumnBounds *bounds) {
    Conversion conversion;
    if (!conversion_init(&conversion, leaf, type)) return false;
    bounds->no_nulls = !leaf->nullable || statistics->null_count == 0;
    bounds->all_null = leaf->nullable && rows >= 0 && statistics->null_count >= rows;
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

bool pruning_leaf_bounds(const ParquetFile *file, const ParquetNode *leaf, const Type *type,
                         uint32_t row_group, ColumnBounds *bounds) {
    const ParquetRowGroup *group = &file->footer.row_groups[row_group];
    return statistics_bounds(file, leaf, type, &group->chunks[leaf->leaf].statistics,
                             group->row_count, bounds);
}

bool pruning_column_bounds(const ParquetReader *reader, uint32_t column, uint32_t row_group,
                           ColumnBounds *bounds) {
    const ColumnReader *c = &reader->columns[column];
    bounds->all_null = c->kind == COLUMN_MISSING;
    if (c->kind != COLUMN_FLAT) return bounds->all_null;
    return pruning_leaf_bounds(reader->file, c->node, c->type, row_group, bounds);
}

// --- Bloom filters
// ---------------------------------------------------------------------------------

// The plain encoding of a constant, where the column stores its values as they are.
static bool plain_of(const ColumnReader *column, const Value *value, char *storage, Slice *plain) {
    const LeafReader *leaf = column->leaf;
    if (leaf->conversion.step_count > 0 || value->type->collation.bytes > 0) return false;
    if (type_is_text(value->type) || type_is(value->type, TYPE_BINARY)) {
        *plain = value->bytes;
        return leaf->node->element->physical == PARQUET_BYTE_ARRAY;
    }
    int64_t number = type_is(value->type, TYPE_DECIMAL) ? (int64_t)value->i128 : value->i64;
    bool wide = leaf->node->element->physical == PARQUET_INT64;
    memcpy(storage, &number, 8); // little-endian: the low half comes first
    *plain = slice_of(storage, wide ? 8 : 4);
    return wide || leaf->node->element->physical == PARQUET_INT32;
}

static bool bloom_may_contain(const ParquetReader *reader, uint32_t column, uint32_t row_group,
                              const Expr *constant) {
    const ColumnReader *c = &reader->columns[column];
    char storage[8];
    Slice plain;
    if (constant->kind != EXPR_LITERAL) return true;
    if (constant->literal.is_null) return false;
    if (!type_equal(constant->literal.type, c->type)) return true;
    if (!plain_of(c, &constant->literal, storage, &plain)) return true;
    const ParquetRowGroup *group = &reader->file->footer.row_groups[row_group];
    return bloom_filter_may_contain(reader->storage, &group->chunks[c->node->leaf], plain);
}

bool pruning_bloom_may_match(const ParquetReader *reader, const Expr *filter,
                             const uint32_t *columns, uint32_t row_group) {
    bool equals = filter->kind == EXPR_CALL && filter->function->comparison == COMPARE_EQ;
    if (!equals && (filter->kind != EXPR_IN || filter->arg_count > BLOOM_VALUES_MAX)) return true;
    uint32_t at = equals && filter->args[0]->kind != EXPR_COLUMN ? 1 : 0;
    if (filter->args[at]->kind != EXPR_COLUMN) return true;
    uint32_t column = columns[filter->args[at]->column];
    if (column == UINT32_MAX || reader->columns[column].kind != COLUMN_FLAT) return true;
    const ParquetRowGroup *group = &reader->file->footer.row_groups[row_group];
    if (group->chunks[reader->columns[column].node->leaf].bloom_offset == 0) return true;
    for (uint32_t i = 0; i < filter->arg_count; i++) {
        if (i != at && bloom_may_contain(reader, column, row_group, filter->args[i])) return true;
    }
    return false;
}

// --- page index
// ------------------------------------------------------------------------------------

// The one column that a filter reads; UINT32_MAX: none, or several.
static uint32_t only_column(const Expr *filter) {
    uint32_t found = filter->kind == EXPR_COLUMN ? filter->column : UINT32_MAX;
    for (uint32_t i = 0; i < filter->arg_count; i++) {
        uint32_t below = only_column(filter->args[i]);
        if (below == UINT32_MAX) continue;
        if (found != UINT32_MAX && found != below) return UINT32_MAX - 1;
        found = below;
    }
    return found;
}

typedef struct PageContext {
    const ParquetReader *reader;
    const ColumnReader *column;
    const PageEntry *page;
} PageContext;

static bool page_bounds(void *context, uint32_t column, ColumnBounds *bounds) {
    const PageContext *c = context;
    (void)column;
    if (c->page->is_null_page) {
        bounds->all_null = true;
        return true;
    }
    return statistics_bounds(c->reader->file, c->column->node, c->column->type,
                             &c->page->statistics, -1, bounds);
}

// Keeps of `ranges` what [start, end) does not cover.
static RowRange *ranges_without(RowRange *ranges, uint32_t *count, int64_t start, int64_t end,
                                Arena *arena) {
    RowRange *kept = NULL;
    uint32_t kept_count = 0;
    for (uint32_t i = 0; i < *count; i++) {
        RowRange before = {ranges[i].start, MIN(ranges[i].end, start)};
        RowRange after = {MAX(ranges[i].start, end), ranges[i].end};
        if (before.start < before.end) ARENA_PUSH(arena, kept, kept_count, before);
        if (after.start < after.end) ARENA_PUSH(arena, kept, kept_count, after);
    }
    *count = kept_count;
    return kept;
}

// Takes the rows of pages that the filter excludes out of the ranges.
static RowRange *filter_apply(const ParquetReader *reader, const Expr *filter, uint32_t column,
                              const PageIndex *index, int64_t rows, const Query *query,
                              RowRange *ranges, uint32_t *count, Arena *arena) {
    PageContext context = {reader, &reader->columns[column], NULL};
    int64_t dead_start = -1;
    for (uint32_t p = 0; p <= index->count; p++) {
        context.page = &index->pages[p];
        bool dead = p < index->count && !bounds_may_match(filter, page_bounds, &context, query);
        int64_t start = p < index->count ? context.page->first_row : rows;
        if (dead && dead_start < 0) dead_start = start;
        if (dead || dead_start < 0) continue;
        if (start - dead_start >= GAP_ROWS_MIN || start == rows) {
            ranges = ranges_without(ranges, count, dead_start, start, arena);
        }
        dead_start = -1;
    }
    return ranges;
}

RowRange *pruning_row_ranges(const ParquetReader *reader, Expr *const *filters,
                             uint32_t filter_count, const uint32_t *columns, uint32_t row_group,
                             const Query *query, Arena *arena, uint32_t *count) {
    const ParquetRowGroup *group = &reader->file->footer.row_groups[row_group];
    RowRange *ranges = ARENA_NEW(arena, RowRange);
    ranges[0] = (RowRange){0, group->row_count};
    *count = 1;
    for (uint32_t i = 0; i < filter_count; i++) {
        uint32_t wanted = filters[i]->may_fail ? UINT32_MAX : only_column(filters[i]);
        if (wanted >= UINT32_MAX - 1 || columns[wanted] == UINT32_MAX) continue;
        const ColumnReader *column = &reader->columns[columns[wanted]];
        if (column->kind != COLUMN_FLAT) continue;
        const ParquetChunk *chunk = &group->chunks[column->node->leaf];
        PageIndex index;
        if (chunk->column_index_bytes == 0 ||
            !page_index_load(arena, reader->storage, chunk, group->row_count, &index) ||
            !index.has_bounds || index.count < 2) {
            continue;
        }
        ranges = filter_apply(reader, filters[i], columns[wanted], &index, group->row_count, query,
                              ranges, count, arena);
    }
    return ranges;
}
