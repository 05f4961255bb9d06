// SPDX-License-Identifier: Apache-2.0
// Prints Parquet files as JSON lines, for comparison with other readers: dump [-s] FILE...
// -s: the schema too; -q: no rows, only their number. Without files it does nothing.
#include "base/text.h"
#include "kernel/column/format.h"
#include "kernel/lake/parquet/reader.h"

#include <stdio.h>
#include <unistd.h>

static void batch_print(const Batch *batch, const ParquetField *fields, Text *out) {
    for (uint32_t r = 0; r < batch->row_count; r++) {
        text_append_char(out, '{');
        for (uint32_t c = 0; c < batch->column_count; c++) {
            if (c > 0) text_append_char(out, ',');
            text_append_json_string(out, fields[c].name);
            text_append_char(out, ':');
            vector_append_text(&batch->columns[c], r, TEXT_JSON, time_zone_utc(), out);
        }
        text_append_cstr(out, "}\n");
    }
    fwrite(text_cstr(out), 1, out->bytes, stdout);
    text_reset(out);
}

static bool file_dump(const char *path, bool schema, bool quiet, Error *err) {
    AUTO(Arena, arena) = {0};
    AUTO(Text, out) = {0};
    StorageFile *storage;
    ParquetFile *file = parquet_file_open(NULL, slice_from_cstr(path), &storage, err);
    if (!file) return false;
    const ParquetNode *root = &file->schema.root;
    ParquetField *fields = ARENA_ARRAY(&arena, ParquetField, (size_t)root->child_count + 1);
    for (uint32_t i = 0; i < root->child_count; i++) {
        const ParquetNode *node = &root->children[i];
        fields[i] = (ParquetField){arena_copy(&arena, node->name), -1, node->type, NULL};
    }
    if (schema) {
        type_append_json(root->type, &out);
        printf("%s\n", text_cstr(&out));
        text_reset(&out);
    }
    AUTO_PTR(ParquetReader, reader) =
        parquet_reader_new(file, storage, fields, root->child_count, NULL, err);
    uint64_t rows = 0;
    for (bool done = false; reader && !done;) {
        Batch batch;
        if (!parquet_reader_next(reader, &batch, &done, err)) return false;
        rows += batch.row_count;
        if (!quiet) batch_print(&batch, fields, &out);
    }
    if (quiet) printf("%llu\n", (unsigned long long)rows);
    return reader != NULL;
}

int main(int argc, char **argv) {
    bool schema = false, quiet = false;
    int failed = 0;
    for (int option; (option = getopt(argc, argv, "sq")) != -1;) {
        if (option == 's') schema = true;
        else if (option == 'q') quiet = true;
    }
    for (int i = optind; i < argc; i++) {
        Error err = {0};
        if (file_dump(argv[i], schema, quiet, &err)) continue;
        AUTO(Text, message) = {0};
        error_message(&err, &message);
        fprintf(stderr, "%s\n", text_cstr(&message));
        failed = 1;
    }
    return failed;
}
