// SPDX-License-Identifier: Apache-2.0
// Two passes over the cells: widths, then lines. Cells are kept as text between the two.
#include "kernel/session/render/table_text.h"

#include "base/utf8.h"

#include <stdio.h>

typedef struct Cell {
    Slice text;
    uint32_t width;
} Cell;

typedef struct Grid {
    Arena arena;
    Cell *cells; // rows of column_count cells; row 0 holds the names
    uint32_t *widths;
    uint32_t column_count;
    uint64_t row_count; // names included
} Grid;

static bool is_right_aligned(const Type *type) { return type_is_numeric(type); }

// Control characters would break the table: as escapes.
static Slice escape(Arena *arena, Slice text) {
    bool plain = true;
    for (size_t i = 0; i < text.bytes && plain; i++) plain = (unsigned char)text.data[i] >= 0x20;
    if (plain) return arena_copy(arena, text);
    AUTO(Text, out) = {0};
    for (size_t i = 0; i < text.bytes; i++) {
        char c = text.data[i];
        if (c == '\n') text_append(&out, SLICE("\\n"));
        else if (c == '\t') text_append(&out, SLICE("\\t"));
        else if (c == '\r') text_append(&out, SLICE("\\r"));
        else if ((unsigned char)c < 0x20) text_printf(&out, "\\x%02X", (unsigned)c);
        else text_append_char(&out, c);
    }
    return arena_copy(arena, text_slice(&out));
}

static Slice cut(Arena *arena, Slice text, uint32_t width) {
    if (!width || utf8_width(text) <= width) return text;
    size_t offset = 0;
    uint32_t used = 0;
    while (offset < text.bytes) {
        size_t next = offset;
        utf8_next(text, &next);
        uint32_t wide = (uint32_t)utf8_width(slice_of(text.data + offset, next - offset));
        if (used + wide > width - 1) break;
        used += wide;
        offset = next;
    }
    return arena_join(arena, slice_first(text, offset), SLICE("\u2026"));
}

static void set_cell(Grid *grid, uint64_t row, uint32_t column, Slice text, uint32_t limit) {
    Slice shown = cut(&grid->arena, escape(&grid->arena, text), limit);
    uint32_t width = (uint32_t)utf8_width(shown);
    grid->cells[row * grid->column_count + column] = (Cell){shown, width};
    if (width > grid->widths[column]) grid->widths[column] = width;
}

static void fill(Grid *grid, const Result *result, const TimeZone *zone, uint32_t limit) {
    uint32_t count;
    const ResultColumn *columns = result_columns(result, &count);
    for (uint32_t i = 0; i < count; i++) set_cell(grid, 0, i, columns[i].name, 0);
    AUTO(Text, text) = {0};
    uint64_t row = 1;
    for (uint32_t b = 0; b < result_batch_count(result); b++) {
        const Batch *batch = result_batch(result, b);
        for (uint32_t r = 0; r < batch->row_count && row < grid->row_count; r++, row++)
            for (uint32_t i = 0; i < count; i++) {
                text_reset(&text);
                vector_append_text(&batch->columns[i], r, TEXT_SHOW, zone, &text);
                set_cell(grid, row, i, text_slice(&text), limit);
            }
    }
}

static void append_line(const Grid *grid, uint64_t row, const ResultColumn *columns, Text *out) {
    for (uint32_t i = 0; i < grid->column_count; i++) {
        const Cell *cell = &grid->cells[row * grid->column_count + i];
        uint32_t padding = grid->widths[i] - cell->width;
        bool right = is_right_aligned(columns[i].type);
        bool is_last = i + 1 == grid->column_count;
        text_append_cstr(out, i ? " \u2502 " : " ");
        if (right) text_append_repeat(out, ' ', padding);
        text_append(out, cell->text);
        if (!right && !is_last) text_append_repeat(out, ' ', padding);
    }
    text_append_char(out, '\n');
}

static void append_rule(const Grid *grid, Text *out) {
    for (uint32_t i = 0; i < grid->column_count; i++) {
        if (i) text_append(out, SLICE("\u253c"));
        for (uint32_t w = 0; w < grid->widths[i] + 2; w++) text_append(out, SLICE("\u2500"));
    }
    text_append_char(out, '\n');
}

static void append_grouped(uint64_t number, Text *out) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0) text_append_char(out, ',');
        text_append_char(out, digits[i]);
    }
}

void table_text_append_count(const Result *result, Text *out) {
    uint64_t rows = result_row_count(result);
    if (result_has_more(result)) text_append(out, SLICE("first "));
    append_grouped(rows, out);
    text_append_cstr(out, rows == 1 ? " row" : " rows");
}

void table_text_append(const Result *result, const TimeZone *zone, const TableTextOptions *options,
                       Text *out) {
    Grid grid = {0};
    const ResultColumn *columns = result_columns(result, &grid.column_count);
    uint64_t rows = result_row_count(result);
    if (options->row_limit && rows > options->row_limit) rows = options->row_limit;
    grid.row_count = rows + 1;
    grid.cells = ARENA_ARRAY(&grid.arena, Cell, grid.row_count * grid.column_count);
    grid.widths = ARENA_ARRAY(&grid.arena, uint32_t, grid.column_count);
    fill(&grid, result, zone, options->value_width);
    append_line(&grid, 0, columns, out);
    append_rule(&grid, out);
    for (uint64_t row = 1; row < grid.row_count; row++) append_line(&grid, row, columns, out);
    arena_deinit(&grid.arena);
    if (options->no_footer) return;
    text_append_char(out, '(');
    table_text_append_count(result, out);
    text_append(out, SLICE(")\n"));
}
