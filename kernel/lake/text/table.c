// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/text/table.h"

#include "kernel/lake/text/table_internal.h"
#include "kernel/lake/text/values.h"

#include <stdlib.h>

// Bytes of a row where nothing is known, for estimates.
enum { ROW_BYTES_GUESS = 80 };

static double table_row_count(Table *base) {
    return (double)((TextTable *)base)->files.bytes / ROW_BYTES_GUESS;
}

static void table_column_statistics(Table *base, uint32_t column, ColumnStatistics *out,
                                    Arena *arena) {
    (void)base;
    (void)column;
    (void)arena;
    *out = (ColumnStatistics){.distinct_count = -1, .null_fraction = -1, .average_bytes = -1};
}

static bool table_exact_row_count(Table *base, uint64_t *count) {
    *count = 0;
    return ((TextTable *)base)->files.morsel_count == 0;
}

static void table_free(Table *base) {
    TextTable *table = (TextTable *)base;
    arena_deinit(&table->arena);
    free(table);
}

static const TableOps text_table_ops = {
    .scan = text_table_scan,
    .row_count = table_row_count,
    .column_statistics = table_column_statistics,
    .exact_row_count = table_exact_row_count,
    .free = table_free,
};

static bool check_type(const TextTable *table, const TypeField *field, Error *err) {
    if (table->options.format == TEXT_FORMAT_JSON || csv_type_is_supported(field->type))
        return true;
    AUTO(Text, type) = {0};
    type_append_sql(field->type, &type);
    error_set(err, ERR_UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE, "format", "CSV", "columnType",
              text_cstr(&type));
    error_add(err, "columnName", field->name);
    return false;
}

static bool fill_columns(TextTable *table, const Type *schema, Error *err) {
    table->base.columns = ARENA_ARRAY(&table->arena, TableColumn, schema->field_count + 1);
    table->base.column_count = schema->field_count;
    table->corrupt = -1;
    for (uint32_t i = 0; i < schema->field_count; i++) {
        const TypeField *field = &schema->fields[i];
        if (!check_type(table, field, err)) return false;
        table->base.columns[i] = (TableColumn){
            .name = field->name, .type = field->type, .nullable = true, .comment = field->comment};
        if (slice_equal_ignore_case(field->name, table->options.corrupt_column) &&
            field->type->id == TYPE_STRING)
            table->corrupt = (int32_t)i;
    }
    return true;
}

static bool open_files(TextTable *table, TextFormat format, const TableRequest *request,
                       Error *err) {
    Arena *arena = &table->arena;
    if (!text_options_read(format, request, arena, &table->options, err)) return false;
    if (!text_files_find(&table->files, request, &table->options, arena, &table->base.location,
                         err))
        return false;
    const Type *schema = request->schema ? type_copy(arena, request->schema)
                                         : text_table_infer(table, request->query, err);
    return schema && fill_columns(table, schema, err);
}

static Table *open_table(TextFormat format, const TableRequest *request, Error *err) {
    TextTable *table = xcalloc(1, sizeof *table);
    arena_init(&table->arena);
    table->base = (Table){.ops = &text_table_ops,
                          .references = 1,
                          .format = format == TEXT_FORMAT_CSV ? SLICE("csv") : SLICE("json"),
                          .version = -1};
    if (open_files(table, format, request, err)) return &table->base;
    table_free(&table->base);
    return NULL;
}

Table *csv_table_open(const TableRequest *request, Error *err) {
    return open_table(TEXT_FORMAT_CSV, request, err);
}

Table *json_table_open(const TableRequest *request, Error *err) {
    return open_table(TEXT_FORMAT_JSON, request, err);
}
