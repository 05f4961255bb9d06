// SPDX-License-Identifier: Apache-2.0
// Files that are cut off at every byte, or have any one byte changed: they are read or refused with
// the file's name, and nothing worse happens (run under the sanitizers).
#include "kernel/lake/parquet/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { BUDGET_BYTES = 64 << 20, BATCHES_MAX = 100 };

typedef struct Outcome {
    uint32_t read, refused;
} Outcome;

static void refusal_check(const Error *err) {
    bool budget = err->code == ERR_MEMORY_LIMIT;
    if (!budget) assert_string_equal(error_class(err), "CANNOT_READ_FILE");
    if (!budget) assert_true(slice_find(error_parameter(err, "path"), SLICE("broken"), 0) == 0);
}

static bool columns_read(ParquetFile *file, Slice content, Query *query, Error *err) {
    const ParquetNode *root = &file->schema.root;
    for (uint32_t i = 0; i < MIN(root->child_count, 20u); i++) {
        ParquetField field = {root->children[i].name, -1, root->children[i].type, NULL};
        atomic_fetch_add(&file->references, 1);
        AUTO_PTR(ParquetReader, reader) = parquet_reader_new(
            file, storage_open_memory(SLICE("broken"), content), &field, 1, query, err);
        if (!reader) return false;
        bool done = false;
        for (uint32_t b = 0; b < BATCHES_MAX && !done; b++) {
            Batch batch;
            if (!parquet_reader_next(reader, &batch, &done, err)) return false;
            AUTO(Arena, arena) = {0};
            for (uint32_t r = 0; r < batch.row_count; r++) {
                Value value = vector_value(&batch.columns[0], r, &arena);
                value_copy(&arena, value);
            }
        }
    }
    return true;
}

static void content_read(Slice content, Query *query, Outcome *outcome) {
    Error err = {0};
    StorageFile *storage = storage_open_memory(SLICE("broken"), content);
    ParquetFile *file = parquet_file_load(storage, &err);
    storage_close(storage);
    bool ok = file && columns_read(file, content, query, &err);
    parquet_file_unref(file);
    outcome->read += ok;
    outcome->refused += !ok;
    if (!ok) refusal_check(&err);
    assert_int_equal(memory_used(query->memory), 0);
}

// The content lies in a block of its exact size, so that reads past it are seen.
static void copy_read(const char *data, size_t bytes, Query *query, Outcome *outcome) {
    char *copy = malloc(bytes + (bytes == 0));
    if (bytes) memcpy(copy, data, bytes);
    content_read(slice_of(copy, bytes), query, outcome);
    free(copy);
}

static void file_break(Slice content, Query *query) {
    Outcome cut = {0}, changed = {0}, whole = {0};
    content_read(content, query, &whole);
    assert_int_equal(whole.read, 1);
    for (size_t bytes = 0; bytes < content.bytes; bytes++) {
        copy_read(content.data, bytes, query, &cut);
    }
    assert_int_equal(cut.read, 0);
    AUTO(Arena, arena) = {0};
    Slice broken = arena_copy(&arena, content);
    for (size_t at = 0; at < content.bytes; at++) {
        static const uint8_t masks[] = {0x01, 0x10, 0x80, 0xFF};
        for (size_t m = 0; m < COUNT_OF(masks); m++) {
            char *byte = (char *)(uintptr_t)broken.data + at;
            *byte = (char)(content.data[at] ^ masks[m]);
            copy_read(broken.data, broken.bytes, query, &changed);
            *byte = content.data[at];
        }
    }
    assert_true(changed.refused > 0);
}

static void bad_input__is_refused_by_name(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    StorageListing files;
    bool found;
    MemoryBroker *broker = memory_broker_new(BUDGET_BYTES);
    atomic_bool cancelled = false;
    Query query = {.memory = memory_account_new(broker, 0), .cancelled = &cancelled};
    Slice folder;
    char *here = realpath("tests/fuzz/corpus/parquet", NULL);
    assert_non_null(here);
    assert_true(storage_resolve(&arena, SLICE("/"), slice_from_cstr(here), &folder, &err));
    assert_true(storage_list(&arena, folder, &files, &found, &err));
    assert_true(found && files.count >= 5);
    for (size_t i = 0; i < files.count; i++) {
        Slice content;
        assert_true(storage_read_all(&arena, files.entries[i].path, 1 << 20, &content, &err));
        file_break(content, &query);
    }
    free(here);
    memory_account_free(query.memory);
    memory_broker_free(broker);
}

static void bad_input__respects_the_budget(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    MemoryBroker *broker = memory_broker_new(1000);
    atomic_bool cancelled = false;
    Query query = {.memory = memory_account_new(broker, 0), .cancelled = &cancelled};
    Slice content;
    assert_true(storage_read_all(&arena, SLICE("tests/fuzz/corpus/parquet/flat-snappy.parquet"),
                                 1 << 20, &content, &err));
    StorageFile *storage = storage_open_memory(SLICE("broken"), content);
    ParquetFile *file = parquet_file_load(storage, &err);
    storage_close(storage);
    assert_non_null(file);
    assert_false(columns_read(file, content, &query, &err));
    assert_string_equal(error_class(&err), "MEMORY_LIMIT_EXCEEDED");
    parquet_file_unref(file);
    memory_account_free(query.memory);
    memory_broker_free(broker);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_input__is_refused_by_name),
        cmocka_unit_test(bad_input__respects_the_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
