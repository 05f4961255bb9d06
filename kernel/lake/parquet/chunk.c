// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/chunk.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    WINDOW_BYTES = 256 << 10, // one read: large enough to amortise the call, stays in L2
    SKIP_WINDOW_BYTES = 4 << 10,
    HEADER_GUESS_BYTES = 1 << 10,
    UNCOUNTED_BYTES_MAX = 100,
    HEADER_BYTES_MAX = 16 << 20, // statistics of a page are in its header
};

static void pages_free(PageBuffer *page, MemoryAccount *account) {
    while (page) {
        PageBuffer *next = page->next;
        buffer_deinit(&page->buffer, account);
        free(page);
        page = next;
    }
}

void chunk_deinit(ChunkReader *reader) {
    buffer_deinit(&reader->window, reader->account);
    pages_free(reader->current, reader->account);
    pages_free(reader->retired, reader->account);
    pages_free(reader->spare, reader->account);
    *reader = (ChunkReader){0};
}

bool chunk_fail(const ChunkReader *reader, Error *err, const char *format, ...) {
    char reason[300];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return parquet_fail(err, storage_file_path(reader->file), "column %.*s: %s",
                        SLICE_ARGS(slice_first(reader->column, 100)), reason);
}

bool chunk_begin(ChunkReader *reader, StorageFile *file, const ParquetChunk *chunk, Slice column,
                 Error *err) {
    reader->file = file;
    reader->chunk = chunk;
    reader->column = column;
    reader->account = reader->query ? reader->query->memory : NULL;
    reader->position = chunk->offset;
    reader->end = chunk->offset + chunk->bytes;
    reader->window_bytes = 0;
    reader->is_skipping = false;
    if (chunk->is_encrypted || !chunk->has_metadata) {
        return chunk_fail(reader, err, "it is encrypted, and Tarn has no keys for it");
    }
    if (!codec_is_known(chunk->codec)) {
        return chunk_fail(reader, err, "it is compressed by %s (%u), which Tarn cannot read",
                          codec_name(chunk->codec), chunk->codec);
    }
    if (reader->end > storage_file_bytes(file)) {
        return chunk_fail(reader, err, "the file is shorter than its footer says");
    }
    return true;
}

void chunk_batch_begin(ChunkReader *reader) {
    while (reader->retired) {
        PageBuffer *page = reader->retired;
        reader->retired = page->next;
        page->next = reader->spare;
        reader->spare = page;
    }
}

// `bytes` at the position, in the window. They must lie within the file.
static const uint8_t *window_get(ChunkReader *reader, size_t bytes, Error *err) {
    uint64_t held_end = reader->window_offset + reader->window_bytes;
    if (reader->window_bytes > 0 && reader->position >= reader->window_offset &&
        reader->position + bytes <= held_end) {
        return reader->window.data + (reader->position - reader->window_offset);
    }
    uint64_t left = reader->end > reader->position ? reader->end - reader->position : 0;
    size_t usual = reader->is_skipping ? SKIP_WINDOW_BYTES : WINDOW_BYTES;
    size_t want = MAX(bytes, (size_t)MIN(left, (uint64_t)usual));
    size_t kept = 0;
    if (reader->position >= reader->window_offset && reader->position < held_end) {
        kept = (size_t)(held_end - reader->position);
        memmove(reader->window.data, reader->window.data + reader->window_bytes - kept, kept);
    }
    reader->window_bytes = 0;
    if (!buffer_reserve(&reader->window, want, kept, reader->account, err)) return NULL;
    if (!storage_read(reader->file, reader->position + kept, want - kept,
                      reader->window.data + kept, err)) {
        return NULL;
    }
    if (reader->query) reader->query->counters.bytes_read += want - kept;
    reader->window_offset = reader->position;
    reader->window_bytes = want;
    return reader->window.data;
}

bool chunk_header(ChunkReader *reader, PageHeader *header, bool *more, Error *err) {
    *more = reader->position < reader->end;
    if (!*more) return true;
    uint64_t left = reader->end - reader->position;
    for (uint64_t guess = HEADER_GUESS_BYTES;; guess *= 16) {
        size_t bytes = (size_t)MIN(guess, left);
        const uint8_t *data = window_get(reader, bytes, err);
        if (!data) return false;
        PageHeaderResult result = page_header_parse(slice_of((const char *)data, bytes), header);
        if (result == PAGE_HEADER_OK) break;
        if (result == PAGE_HEADER_BAD || bytes == left || bytes >= HEADER_BYTES_MAX) {
            return chunk_fail(reader, err, "the page header at byte %llu is corrupt",
                              (unsigned long long)reader->position);
        }
    }
    if (header->kind != PAGE_INDEX && !header->has_data_header) {
        return chunk_fail(reader, err, "the page header at byte %llu lacks what its kind needs",
                          (unsigned long long)reader->position);
    }
    reader->position += header->header_bytes;
    // Old writers left the dictionary's header out of the chunk's size.
    uint64_t file_bytes = storage_file_bytes(reader->file);
    uint64_t end = MIN(reader->end + UNCOUNTED_BYTES_MAX, file_bytes);
    if (reader->position > end || header->bytes > end - reader->position) {
        return chunk_fail(reader, err, "the page at byte %llu of %u bytes passes the chunk's end",
                          (unsigned long long)reader->position, header->bytes);
    }
    return true;
}

void chunk_skip(ChunkReader *reader, const PageHeader *header) {
    reader->position += header->bytes;
}

// A buffer for the next page: the last one's, unless views may point into it.
static Buffer *page_buffer_next(ChunkReader *reader) {
    if (reader->current && reader->keeps_pages) {
        reader->current->next = reader->retired;
        reader->retired = reader->current;
        reader->current = NULL;
    }
    if (!reader->current) {
        reader->current = reader->spare ? reader->spare : xcalloc(1, sizeof *reader->current);
        reader->spare = reader->current->next;
        reader->current->next = NULL;
    }
    return &reader->current->buffer;
}

static bool crc_check(const ChunkReader *reader, const PageHeader *header, const uint8_t *stored,
                      Error *err) {
    if (!header->has_crc) return true;
    uint32_t crc = codec_crc32(0, stored, header->bytes);
    return crc == header->crc ||
           chunk_fail(reader, err, "the page at byte %llu does not match its checksum",
                      (unsigned long long)reader->position);
}

// Where the body of `bytes` that `in` stands for lies once unpacked: in place, or in `to`.
static const uint8_t *body_unpack(ChunkReader *reader, bool compressed, Slice in, size_t bytes,
                                  Buffer *to, Error *err) {
    uint8_t codec = compressed ? reader->chunk->codec : CODEC_NONE;
    bool is_dictionary = to != NULL;
    if (codec == CODEC_NONE && !is_dictionary && !reader->keeps_pages && in.bytes == bytes) {
        return (const uint8_t *)in.data;
    }
    if (!to) to = page_buffer_next(reader);
    // Nothing shrinks below a thousandth but by zstd and brotli: refuse before memory is taken.
    bool tight = codec != CODEC_ZSTD && codec != CODEC_BROTLI;
    if ((tight && bytes / 1100 > in.bytes) || (codec == CODEC_NONE && bytes != in.bytes)) {
        chunk_fail(reader, err, "a page of %zu bytes claims to unpack to %zu", in.bytes, bytes);
        return NULL;
    }
    if (!buffer_reserve(to, bytes, 0, reader->account, err)) return NULL;
    if (!decompress(reader->decompressor, codec, in, to->data, bytes)) {
        chunk_fail(reader, err, "the page at byte %llu does not unpack by %s to %zu bytes",
                   (unsigned long long)reader->position, codec_name(codec), bytes);
        return NULL;
    }
    memset(to->data + bytes, 0, 32);
    return to->data;
}

bool chunk_load(ChunkReader *reader, const PageHeader *header, Buffer *to, Page *page, Error *err) {
    reader->is_skipping = false;
    const uint8_t *stored = window_get(reader, header->bytes, err);
    if (!stored || !crc_check(reader, header, stored, err)) return false;
    *page = (Page){0};
    size_t levels = 0;
    if (header->kind == PAGE_DATA_V2) {
        levels = (size_t)header->rep_bytes + header->def_bytes;
        if (levels > header->bytes || levels > header->unpacked_bytes) {
            return chunk_fail(reader, err, "levels of %zu bytes in a page of %u", levels,
                              header->bytes);
        }
        page->rep = stored;
        page->def = stored + header->rep_bytes;
    }
    Slice in = slice_of((const char *)stored + levels, header->bytes - levels);
    page->body_bytes = header->unpacked_bytes - levels;
    bool compressed = header->kind != PAGE_DATA_V2 || header->is_compressed;
    page->body = body_unpack(reader, compressed, in, page->body_bytes, to, err);
    if (!page->body) return false;
    reader->position += header->bytes;
    return true;
}
