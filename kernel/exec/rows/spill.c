// SPDX-License-Identifier: Apache-2.0
// A block is its number of rows, its bytes, and the rows' exact codes (rows/row_code.h).
#include "kernel/exec/rows/spill.h"

#include "kernel/exec/rows/row_code.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK_ROWS = 512 };

typedef struct BlockHead {
    uint64_t rows;
    uint64_t bytes;
} BlockHead;

struct SpillFile {
    Query *query;
    const Type *const *types;
    uint32_t column_count;
    int file;
    char *folder;
    uint64_t bytes;
    Text block;
    Arena arena; // of the block that was read
};

SpillFile *spill_file_new(Query *query, const Type *const *types, uint32_t column_count,
                          Error *err) {
    SpillFile *file = xcalloc(1, sizeof *file);
    *file = (SpillFile){.query = query, .types = types, .column_count = column_count, .file = -1};
    Text path = {0};
    Slice folder = query->temp_folder.bytes ? query->temp_folder : SLICE("/tmp");
    text_printf(&path, "%.*s/tarn-spill-XXXXXX", SLICE_ARGS(folder));
    file->folder = text_take(&path);
    file->file = mkostemp(file->folder, O_CLOEXEC);
    if (file->file >= 0) {
        unlink(file->folder);
        return file;
    }
    error_io(err, file->folder, errno);
    spill_file_free(file);
    return NULL;
}

void spill_file_free(SpillFile *file) {
    if (!file) return;
    if (file->file >= 0) close(file->file);
    text_deinit(&file->block);
    arena_deinit(&file->arena);
    free(file->folder);
    free(file);
}

uint64_t spill_file_bytes(const SpillFile *file) { return file->bytes; }

static bool write_all(SpillFile *file, const char *data, size_t bytes, Error *err) {
    while (bytes) {
        ssize_t written = write(file->file, data, bytes);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return error_io(err, file->folder, errno);
        data += written;
        bytes -= (size_t)written;
        file->bytes += (uint64_t)written;
    }
    return true;
}

static bool write_block(SpillFile *file, uint64_t rows, Error *err) {
    BlockHead head = {rows, file->block.bytes};
    bool ok = write_all(file, (const char *)&head, sizeof head, err) &&
              write_all(file, file->block.data, file->block.bytes, err);
    atomic_fetch_add(&file->query->counters.spilled_bytes, sizeof head + file->block.bytes);
    text_reset(&file->block);
    return ok && query_check(file->query, err);
}

bool spill_file_write(SpillFile *file, const Vector *columns, Rows rows, Error *err) {
    uint64_t count = 0;
    for (ROWS_EACH(rows, i, r)) {
        row_code_append_exact(columns, file->column_count, r, &file->block);
        if (++count < BLOCK_ROWS) continue;
        if (!write_block(file, count, err)) return false;
        count = 0;
    }
    return count == 0 || write_block(file, count, err);
}

bool spill_file_rewind(SpillFile *file, Error *err) {
    if (lseek(file->file, 0, SEEK_SET) == 0) return true;
    return error_io(err, file->folder, errno);
}

// false at the end of the file, or with err set.
static bool read_all(SpillFile *file, char *data, size_t bytes, Error *err) {
    while (bytes) {
        ssize_t got = read(file->file, data, bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return error_io(err, file->folder, errno);
        if (got == 0) return false;
        data += got;
        bytes -= (size_t)got;
    }
    return true;
}

bool spill_file_read(SpillFile *file, Batch *out, Error *err) {
    BlockHead head;
    *out = (Batch){0};
    arena_reset(&file->arena);
    if (!read_all(file, (char *)&head, sizeof head, err)) return !error_is_set(err);
    char *data = arena_alloc_raw(&file->arena, head.bytes + 1, 8);
    if (!read_all(file, data, head.bytes, err))
        return error_is_set(err) ? false : error_io(err, file->folder, EIO);
    uint32_t rows = (uint32_t)head.rows;
    out->columns = ARENA_ARRAY(&file->arena, Vector, file->column_count + 1);
    for (uint32_t c = 0; c < file->column_count; c++)
        vector_init_flat(&out->columns[c], file->types[c], rows, &file->arena);
    Slice rest = slice_of(data, head.bytes);
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t c = 0; c < file->column_count; c++) {
            Value value = value_code_take(&rest, file->types[c], &file->arena);
            vector_set_value(&out->columns[c], r, &value, &file->arena);
        }
    out->column_count = file->column_count;
    out->row_count = out->selected_count = rows;
    return query_check(file->query, err);
}
