// SPDX-License-Identifier: Apache-2.0
// Every file of the test data reads as it did when its values were compared with another reader's
// (pyarrow, by the JSON lines that dump.c prints), or is refused. corpus.tsv has a line per
// file: path, rows, hash of the lines; or path, "refused". Run with -p to print such lines.
#include "base/hash.h"
#include "base/text.h"
#include "kernel/column/format.h"
#include "kernel/lake/parquet/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LISTING_BYTES_MAX = 1 << 20 };

static Slice data_path(Arena *arena, Slice name) {
    const char *data = getenv("TARN_TEST_DATA");
    return storage_join(arena, slice_from_cstr(data ? data : "../shared/data"), name);
}

// One hash over all rows as JSON.
static uint64_t batch_hash(const Batch *batch, uint64_t hash, Text *line) {
    for (uint32_t r = 0; r < batch->row_count; r++) {
        for (uint32_t c = 0; c < batch->column_count; c++) {
            vector_append_text(&batch->columns[c], r, TEXT_JSON, time_zone_utc(), line);
            text_append_char(line, '\n');
        }
        hash = hash_combine(hash, hash_bytes(line->data, line->bytes));
        text_reset(line);
    }
    return hash;
}

// Reads all columns; with `stride`, skips that many rows after each batch, and hashes no rows.
static bool file_read(Slice path, uint64_t stride, uint64_t *rows, uint64_t *hash, Error *err) {
    AUTO(Arena, arena) = {0};
    AUTO(Text, line) = {0};
    StorageFile *storage;
    *rows = *hash = 0;
    ParquetFile *file = parquet_file_open(NULL, path, &storage, err);
    if (!file) return false;
    const ParquetNode *root = &file->schema.root;
    ParquetField *fields = ARENA_ARRAY(&arena, ParquetField, (size_t)root->child_count + 1);
    for (uint32_t i = 0; i < root->child_count; i++) {
        Slice name = arena_copy(&arena, root->children[i].name);
        fields[i] = (ParquetField){name, -1, root->children[i].type, NULL};
    }
    AUTO_PTR(ParquetReader, reader) =
        parquet_reader_new(file, storage, fields, root->child_count, NULL, err);
    for (bool done = false; reader && !done;) {
        Batch batch;
        if (!parquet_reader_next(reader, &batch, &done, err)) return false;
        *rows += batch.row_count;
        *hash = batch_hash(&batch, *hash, &line);
        if (stride == 0 || done) continue;
        int64_t left = file->footer.row_groups[reader->row_group].row_count - reader->row;
        int64_t skip = MIN(left, (int64_t)stride);
        for (uint32_t c = 0; c < root->child_count; c++) {
            parquet_reader_skip(reader, c, (uint64_t)skip);
        }
        reader->row += skip;
        *rows += (uint64_t)skip;
    }
    return reader != NULL;
}

static void line_check(Arena *arena, Slice line, bool print) {
    Slice rest = line, name, rows_text = SLICE_NONE, hash_text = SLICE_NONE;
    uint64_t rows, hash, again;
    Error err = {0};
    slice_split(&rest, '\t', &name);
    slice_split(&rest, '\t', &rows_text);
    slice_split(&rest, '\t', &hash_text);
    Slice path = data_path(arena, name);
    bool ok = file_read(path, 0, &rows, &hash, &err);
    if (print) {
        if (ok) printf("%.*s\t%lu\t%lu\n", SLICE_ARGS(name), rows, hash);
        else printf("%.*s\trefused\n", SLICE_ARGS(name));
        return;
    }
    if (slice_equal_cstr(rows_text, "refused")) {
        if (ok) fail_msg("%.*s is read", SLICE_ARGS(name));
        assert_string_equal(error_class(&err), "CANNOT_READ_FILE");
        assert_true(slice_find(error_parameter(&err, "path"), path, 0) != SIZE_MAX);
        return;
    }
    AUTO(Text, message) = {0};
    if (!ok) error_message(&err, &message);
    if (!ok) fail_msg("%.*s: %s", SLICE_ARGS(name), text_cstr(&message));
    AUTO(Text, got) = {0};
    text_printf(&got, "%.*s\t%lu\t%lu", SLICE_ARGS(name), rows, hash);
    if (!slice_equal(text_slice(&got), line)) {
        fail_msg("got %s, want %.*s", text_cstr(&got), SLICE_ARGS(line));
    }
    // Skipping rows goes other ways and must end at the same place.
    if (!file_read(path, 777, &again, &hash, &err) || again != rows) {
        fail_msg("%.*s: skipping gives %lu rows", SLICE_ARGS(name), again);
    }
}

static void corpus_run(bool print) {
    AUTO(Arena, arena) = {0};
    Slice lines, line;
    StorageEntry entry;
    bool found;
    Error err = {0};
    assert_true(storage_stat(data_path(&arena, SLICE("parquet")), &entry, &found, &err));
    if (!found) {
        if (!print) skip();
        return;
    }
    assert_true(storage_read_all(&arena, SLICE("tests/kernel/lake/parquet/corpus.tsv"),
                                 LISTING_BYTES_MAX, &lines, &err));
    while (slice_split(&lines, '\n', &line)) {
        if (line.bytes > 0) line_check(&arena, line, print);
    }
}

static void corpus__reads_or_is_refused(void **state) {
    (void)state;
    corpus_run(false);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "-p") == 0) {
        corpus_run(true);
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(corpus__reads_or_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
