// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/display/export.h"
#include "base/quantity.h"
#include "base/quote.h"
#include "kernel/jupyter/magic/magic.h"
#include "kernel/lake/parquet/write/writer.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

typedef enum ExportForm { EXPORT_CSV, EXPORT_JSON, EXPORT_NDJSON, EXPORT_PARQUET } ExportForm;

enum { WRITE_BYTES = 1 << 18 };

static void append_csv_name(Text *out, Slice name) {
    bool plain = name.bytes > 0;
    for (size_t i = 0; i < name.bytes && plain; i++) plain = !strchr(",\"\r\n", name.data[i]);
    if (plain) {
        text_append(out, name);
        return;
    }
    text_append_char(out, '"');
    for (size_t i = 0; i < name.bytes; i++) {
        if (name.data[i] == '"') text_append_char(out, '"');
        text_append_char(out, name.data[i]);
    }
    text_append_char(out, '"');
}

static void append_head(const ExportView *view, ExportForm form, Text *out) {
    uint32_t count;
    const ResultColumn *columns = result_columns(view->result, &count);
    if (form == EXPORT_JSON) text_append_cstr(out, "[");
    for (uint32_t c = 0; c < count && form == EXPORT_CSV; c++) {
        if (c) text_append_char(out, ',');
        append_csv_name(out, columns[c].name);
    }
    if (form == EXPORT_CSV) text_append_char(out, '\n');
}

static void append_row(const ExportView *view, ExportForm form, const Batch *batch, uint32_t row,
                       Text *out) {
    uint32_t count;
    const ResultColumn *columns = result_columns(view->result, &count);
    if (form != EXPORT_CSV) text_append_char(out, '{');
    for (uint32_t c = 0; c < count; c++) {
        if (c) text_append_char(out, ',');
        if (form != EXPORT_CSV) {
            quote_json(out, columns[c].name);
            text_append_char(out, ':');
        }
        vector_append_text(&batch->columns[c], row, form == EXPORT_CSV ? TEXT_CSV : TEXT_JSON,
                           view->zone, out);
    }
    text_append_cstr(out, form == EXPORT_CSV ? "\n" : form == EXPORT_NDJSON ? "}\n" : "}");
}

static bool flush(FILE *file, Text *buffer) {
    bool written = fwrite(buffer->data, 1, buffer->bytes, file) == buffer->bytes;
    text_reset(buffer);
    return written;
}

// The rows on their way into the file.
typedef struct Writer {
    const ExportView *view;
    ExportForm form;
    FILE *file;
    Text buffer;
    bool follows;
} Writer;

static bool write_row(Writer *writer, const Batch *batch, uint32_t row) {
    if (writer->form == EXPORT_JSON)
        text_append_cstr(&writer->buffer, writer->follows ? ",\n " : "\n ");
    writer->follows = true;
    append_row(writer->view, writer->form, batch, row, &writer->buffer);
    return writer->buffer.bytes < WRITE_BYTES || flush(writer->file, &writer->buffer);
}

static bool write_rows(Writer *writer) {
    const ExportView *view = writer->view;
    bool written = true;
    append_head(view, writer->form, &writer->buffer);
    for (uint64_t i = 0; view->places && i < view->count && written; i++) {
        const Batch *batch = result_batch(view->result, view->places[i].batch);
        written = write_row(writer, batch, view->places[i].row);
    }
    for (uint32_t b = 0; !view->places && b < result_batch_count(view->result); b++) {
        const Batch *batch = result_batch(view->result, b);
        for (uint32_t row = 0; row < batch->row_count && written; row++)
            written = write_row(writer, batch, row);
    }
    if (writer->form == EXPORT_JSON) text_append_cstr(&writer->buffer, "\n]\n");
    written = written && (!writer->buffer.bytes || flush(writer->file, &writer->buffer));
    text_deinit(&writer->buffer);
    return written;
}

static bool add_parquet_rows(const ExportView *view, ParquetWriter *writer, Error *err) {
    for (uint64_t i = 0; view->places && i < view->count; i++) {
        uint16_t row = (uint16_t)view->places[i].row;
        const Batch *batch = result_batch(view->result, view->places[i].batch);
        if (!parquet_writer_add(writer, batch, (Rows){&row, 1}, err)) return false;
    }
    for (uint32_t b = 0; !view->places && b < result_batch_count(view->result); b++) {
        const Batch *batch = result_batch(view->result, b);
        if (!parquet_writer_add(writer, batch, batch_rows(batch), err)) return false;
    }
    return true;
}

static bool write_parquet(const ExportView *view, const char *path, Error *err) {
    AUTO(Arena, arena) = {0};
    uint32_t count;
    const ResultColumn *columns = result_columns(view->result, &count);
    TypeField *fields = ARENA_ARRAY(&arena, TypeField, count);
    for (uint32_t i = 0; i < count; i++)
        fields[i] = (TypeField){.name = columns[i].name, .type = columns[i].type, .nullable = true};
    ParquetWriter *writer = parquet_writer_open(path, fields, count, err);
    if (!writer) return false;
    if (add_parquet_rows(view, writer, err)) return parquet_writer_close(writer, err);
    parquet_writer_free(writer);
    return false;
}

static bool write_text(const ExportView *view, ExportForm form, const char *path, Error *err) {
    FILE *file = fopen(path, "we");
    if (!file) return error_io(err, path, errno);
    Writer writer = {.view = view, .form = form, .file = file};
    bool written = write_rows(&writer);
    int number = errno;
    if (fclose(file) != 0 && written) {
        written = false;
        number = errno;
    }
    return written || error_io(err, path, number);
}

static bool form_of(Slice path, ExportForm *form, Error *err) {
    if (slice_ends_with(path, SLICE(".csv"))) *form = EXPORT_CSV;
    else if (slice_ends_with(path, SLICE(".json"))) *form = EXPORT_JSON;
    else if (slice_ends_with(path, SLICE(".ndjson")) || slice_ends_with(path, SLICE(".jsonl")))
        *form = EXPORT_NDJSON;
    else if (slice_ends_with(path, SLICE(".parquet"))) *form = EXPORT_PARQUET;
    else return magic_refuse(err, "export", "the file's ending tells no form");
    return true;
}

bool export_result(const ExportView *view, Slice path, Text *words, Error *err) {
    ExportForm form = EXPORT_CSV;
    Slice name = SLICE_NONE, rest = path;
    if (!magic_next_word(&rest, &name)) return magic_refuse(err, "export", "a file is needed");
    if (!form_of(name, &form, err)) return false;
    AUTO(Text, target) = {0};
    AUTO(Text, draft) = {0};
    text_append(&target, name);
    text_printf(&draft, "%s.%d.part", text_cstr(&target), (int)getpid());
    bool written = form == EXPORT_PARQUET ? write_parquet(view, text_cstr(&draft), err)
                                          : write_text(view, form, text_cstr(&draft), err);
    if (written && rename(text_cstr(&draft), text_cstr(&target)) != 0)
        written = error_io(err, text_cstr(&target), errno);
    if (!written) {
        unlink(text_cstr(&draft));
        return false;
    }
    uint64_t rows = view->places ? view->count : result_row_count(view->result);
    quantity_append_count(words, rows);
    text_printf(words, " row%s written to %s", rows == 1 ? "" : "s", text_cstr(&target));
    return true;
}
