// SPDX-License-Identifier: Apache-2.0
// The pages of one column chunk, in order: read through a window, skipped or decompressed.
//
// A page that nobody asks for costs its header only. Decompressed bodies lie in page buffers; where
// string views point into them, a buffer that was left behind is kept until chunk_batch_begin, so
// that views stay valid for a batch.
#pragma once

#include "kernel/exec/query.h"
#include "kernel/lake/parquet/buffer.h"
#include "kernel/lake/parquet/format/page_header.h"
#include "kernel/lake/storage/storage.h"
#include "platform/codec.h"

typedef struct PageBuffer PageBuffer;
struct PageBuffer {
    Buffer buffer;
    PageBuffer *next;
};

typedef struct ChunkReader {
    StorageFile *file;
    Query *query;           // counters and budget; NULL: none
    MemoryAccount *account; // of query
    Decompressor *decompressor;
    bool keeps_pages; // views point into bodies
    const ParquetChunk *chunk;
    Slice column;      // for messages
    uint64_t position; // in the file: of the next page's header, or of the current page's body
    uint64_t end;      // of the chunk
    bool is_skipping;  // the last page was skipped: headers are read alone
    Buffer window;
    uint64_t window_offset; // file range that the window holds
    size_t window_bytes;
    PageBuffer *current; // holds the current page's body
    PageBuffer *retired; // left behind during this batch
    PageBuffer *spare;
} ChunkReader;

// Body of a loaded page.
typedef struct Page {
    const uint8_t *rep; // V2: encoded levels; V1: NULL, they begin `body`
    const uint8_t *def;
    const uint8_t *body;
    size_t body_bytes;
} Page;

void chunk_deinit(ChunkReader *reader);
// Positions at a chunk's first page. The reader is zero but for file, query and decompressor, or
// was used before.
bool chunk_begin(ChunkReader *reader, StorageFile *file, const ParquetChunk *chunk, Slice column,
                 Error *err) MUST_CHECK;
// Views handed out before are no longer needed, but for those into the current page.
void chunk_batch_begin(ChunkReader *reader);
// The next page's header; *more false at the chunk's end. Then either of the two below.
bool chunk_header(ChunkReader *reader, PageHeader *header, bool *more, Error *err) MUST_CHECK;
void chunk_skip(ChunkReader *reader, const PageHeader *header);
// The page lies in `to` (a dictionary's), or in the reader's own buffers when NULL.
bool chunk_load(ChunkReader *reader, const PageHeader *header, Buffer *to, Page *page,
                Error *err) MUST_CHECK;
// CANNOT_READ_FILE that names the column.
bool chunk_fail(const ChunkReader *reader, Error *err, const char *format, ...) PRINTF_LIKE(3, 4);
