// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/file.h"

#include "base/hash.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    TAIL_GUESS_BYTES = 64 << 10, // one read gets most footers whole
    FOOTER_BYTES_MAX = 128 << 20,
    CACHE_BYTES_MAX = 256 << 20, // of metadata; all goes when it is exceeded
};

struct ParquetCache {
    pthread_mutex_t lock;
    SliceMap files; // path -> ParquetFile *, each with a reference of the cache
    size_t bytes;
};

void parquet_file_unref(ParquetFile *file) {
    if (!file || atomic_fetch_sub(&file->references, 1) > 1) return;
    arena_deinit(&file->arena);
    free(file);
}

static bool footer_read(ParquetFile *file, StorageFile *storage, Error *err) {
    Slice path = storage_file_path(storage);
    uint64_t bytes = storage_file_bytes(storage);
    if (bytes < 4 + PARQUET_TAIL_BYTES) {
        return parquet_fail(err, path, "it is not a Parquet file: it has only %llu bytes",
                            (unsigned long long)bytes);
    }
    size_t tail = (size_t)MIN(bytes, (uint64_t)TAIL_GUESS_BYTES);
    uint8_t *data = arena_alloc_raw(&file->arena, tail, 16);
    if (!storage_read(storage, bytes - tail, tail, data, err)) return false;
    uint32_t footer;
    if (!footer_tail(path, data + tail - PARQUET_TAIL_BYTES, bytes, &footer, err)) return false;
    if (footer > FOOTER_BYTES_MAX) {
        return parquet_fail(err, path, "its footer of %u bytes is larger than 128 MiB", footer);
    }
    uint8_t *start = data + tail - PARQUET_TAIL_BYTES - footer;
    if (footer + PARQUET_TAIL_BYTES > tail) {
        start = arena_alloc_raw(&file->arena, footer, 16);
        if (!storage_read(storage, bytes - PARQUET_TAIL_BYTES - footer, footer, start, err)) {
            return false;
        }
    }
    return footer_parse(&file->arena, path, slice_of((const char *)start, footer), bytes,
                        &file->footer, err) &&
           schema_build(&file->arena, path, &file->footer, &file->schema, err);
}

ParquetFile *parquet_file_load(StorageFile *storage, Error *err) {
    ParquetFile *file = xcalloc(1, sizeof *file);
    atomic_init(&file->references, 1);
    arena_init(&file->arena);
    file->path = arena_copy(&file->arena, storage_file_path(storage));
    file->bytes = storage_file_bytes(storage);
    file->modified_micros = storage_file_modified_micros(storage);
    if (footer_read(file, storage, err)) return file;
    parquet_file_unref(file);
    return NULL;
}

// --- cache
// -----------------------------------------------------------------------------------------

ParquetCache *parquet_cache_new(void) {
    ParquetCache *cache = xcalloc(1, sizeof *cache);
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

static void cache_clear(ParquetCache *cache) {
    for (size_t i = 0; i < cache->files.capacity; i++) {
        if (cache->files.entries[i].key.data) {
            parquet_file_unref((ParquetFile *)(uintptr_t)cache->files.entries[i].value);
        }
    }
    slice_map_deinit(&cache->files);
    cache->files = (SliceMap){0};
    cache->bytes = 0;
}

void parquet_cache_free(ParquetCache *cache) {
    if (!cache) return;
    cache_clear(cache);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static ParquetFile *cache_get(ParquetCache *cache, const StorageFile *storage) {
    pthread_mutex_lock(&cache->lock);
    uint64_t *place = slice_map_get(&cache->files, storage_file_path(storage));
    ParquetFile *file = place ? (ParquetFile *)(uintptr_t)*place : NULL;
    if (file && (file->bytes != storage_file_bytes(storage) ||
                 file->modified_micros != storage_file_modified_micros(storage))) {
        file = NULL;
    }
    if (file) atomic_fetch_add(&file->references, 1);
    pthread_mutex_unlock(&cache->lock);
    return file;
}

static void cache_put(ParquetCache *cache, ParquetFile *file) {
    pthread_mutex_lock(&cache->lock);
    if (cache->bytes > CACHE_BYTES_MAX) cache_clear(cache);
    uint64_t *place = slice_map_get(&cache->files, file->path);
    ParquetFile *old = place ? (ParquetFile *)(uintptr_t)*place : NULL;
    // Keys are borrowed from the file that the entry holds.
    if (old) slice_map_remove(&cache->files, file->path);
    atomic_fetch_add(&file->references, 1);
    slice_map_put(&cache->files, file->path, (uint64_t)(uintptr_t)file);
    cache->bytes += file->arena.total_bytes;
    pthread_mutex_unlock(&cache->lock);
    parquet_file_unref(old);
}

ParquetFile *parquet_file_open(ParquetCache *cache, Slice path, StorageFile **storage, Error *err) {
    *storage = storage_open(path, err);
    if (!*storage) return NULL;
    ParquetFile *file = cache ? cache_get(cache, *storage) : NULL;
    if (file) return file;
    file = parquet_file_load(*storage, err);
    if (file && cache) cache_put(cache, file);
    if (file) return file;
    storage_close(*storage);
    *storage = NULL;
    return NULL;
}
