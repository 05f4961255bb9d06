// SPDX-License-Identifier: Apache-2.0
// Paths to kinds of storage, and what is the same for all of them.
#include "kernel/lake/storage/storage.h"

#include "base/text.h"
#include "kernel/lake/storage/storage_internal.h"

#include <stdio.h>
#include <stdlib.h>

bool storage_fail(Error *err, const char *path, const char *format, ...) {
    char reason[512];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return error_set(err, ERR_CANNOT_READ_FILE, "path", path, "reason", reason);
}

// Length of "scheme" when the text begins with "scheme:" (two letters at least), else 0.
static size_t scheme_bytes(Slice uri) {
    size_t bytes = slice_find_char(uri, ':', 0);
    if (bytes == SIZE_MAX || bytes < 2) return 0;
    for (size_t i = 0; i < bytes; i++) {
        char c = uri.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!letter && !(i > 0 && other)) return 0;
    }
    return bytes;
}

static const StorageKind *kind_of(Slice path, Error *err) {
    size_t scheme = scheme_bytes(path);
    if (scheme == 0 || path.data[0] == '/') return &storage_local;
    AUTO(Text, feature) = {0};
    text_printf(&feature, "files by the scheme %.*s", (int)scheme, path.data);
    error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", text_cstr(&feature));
    return NULL;
}

// Appends the parts of a path; ".." takes the last one off.
static void parts_append(Text *out, Slice path) {
    Slice rest = path, part;
    while (slice_split(&rest, '/', &part)) {
        if (part.bytes == 0 || slice_equal_cstr(part, ".")) continue;
        if (slice_equal_cstr(part, "..")) {
            while (out->bytes > 0 && out->data[out->bytes - 1] != '/') out->bytes--;
            if (out->bytes > 0) out->bytes--;
            continue;
        }
        text_append_char(out, '/');
        text_append(out, part);
    }
}

bool storage_resolve(Arena *arena, Slice folder, Slice uri, Slice *path, Error *err) {
    size_t scheme = scheme_bytes(uri);
    if (scheme > 0 && slice_equal_ignore_case(slice_first(uri, scheme), SLICE("file"))) {
        uri = slice_from(uri, scheme + 1);
        if (slice_starts_with(uri, SLICE("//"))) {
            size_t slash = slice_find_char(uri, '/', 2);
            uri = slash == SIZE_MAX ? SLICE("/") : slice_from(uri, slash);
        }
    } else if (!kind_of(uri, err)) {
        return false;
    }
    if (memchr(uri.data ? uri.data : "", 0, uri.bytes)) {
        return storage_fail(err, "a path", "it has a NUL byte");
    }
    AUTO(Text, out) = {0};
    if (uri.bytes == 0 || uri.data[0] != '/') parts_append(&out, folder);
    parts_append(&out, uri);
    if (out.bytes == 0) text_append_char(&out, '/');
    *path = arena_copy(arena, text_slice(&out));
    return true;
}

Slice storage_join(Arena *arena, Slice folder, Slice name) {
    if (slice_ends_with(folder, SLICE("/"))) return arena_join(arena, folder, name);
    return arena_printf(arena, "%.*s/%.*s", SLICE_ARGS(folder), SLICE_ARGS(name));
}

static char *path_cstr(Slice path) {
    char *text = xmalloc(path.bytes + 1);
    if (path.bytes) memcpy(text, path.data, path.bytes);
    text[path.bytes] = 0;
    return text;
}

bool storage_stat(Slice path, StorageEntry *entry, bool *found, Error *err) {
    *entry = (StorageEntry){.path = path, .name = path};
    for (size_t i = 0; i < path.bytes; i++) {
        if (path.data[i] == '/') entry->name = slice_from(path, i + 1);
    }
    const StorageKind *kind = kind_of(path, err);
    if (!kind) return false;
    char *text = path_cstr(path);
    bool ok = kind->stat(text, entry, found, err);
    free(text);
    return ok;
}

bool storage_list(Arena *arena, Slice folder, StorageListing *listing, bool *found, Error *err) {
    const StorageKind *kind = kind_of(folder, err);
    if (!kind) return false;
    char *text = path_cstr(folder);
    bool ok = kind->list(arena, text, listing, found, err);
    free(text);
    return ok;
}

static int entry_compare(const void *a, const void *b) {
    return slice_compare(((const StorageEntry *)a)->path, ((const StorageEntry *)b)->path);
}

void storage_sort(StorageListing *listing) {
    if (listing->count > 1) {
        qsort(listing->entries, listing->count, sizeof *listing->entries, entry_compare);
    }
}

StorageFile *storage_open(Slice path, Error *err) {
    const StorageKind *kind = kind_of(path, err);
    if (!kind) return NULL;
    StorageFile *file = xcalloc(1, sizeof *file);
    file->kind = kind;
    file->path = path_cstr(path);
    file->descriptor = -1;
    if (kind->open(file, file->path, err)) return file;
    storage_close(file);
    return NULL;
}

static bool memory_read(StorageFile *file, uint64_t offset, size_t bytes, void *out, Error *err) {
    (void)err;
    if (bytes) memcpy(out, file->data + offset, bytes);
    return true;
}
static void memory_close(StorageFile *file) { file->data = NULL; }
static const StorageKind storage_memory = {.read = memory_read, .close = memory_close};

StorageFile *storage_open_memory(Slice name, Slice data) {
    StorageFile *file = xcalloc(1, sizeof *file);
    file->kind = &storage_memory;
    file->path = path_cstr(name);
    file->bytes = data.bytes;
    file->data = data.data;
    return file;
}

void storage_close(StorageFile *file) {
    if (!file) return;
    file->kind->close(file);
    free(file->path);
    free(file);
}

uint64_t storage_file_bytes(const StorageFile *file) { return file->bytes; }
int64_t storage_file_modified_micros(const StorageFile *file) { return file->modified_micros; }
Slice storage_file_path(const StorageFile *file) { return slice_from_cstr(file->path); }

bool storage_read(StorageFile *file, uint64_t offset, size_t bytes, void *out, Error *err) {
    if (offset > file->bytes || bytes > file->bytes - offset) {
        return storage_fail(err, file->path, "bytes %llu to %llu lie past its end at %llu",
                            (unsigned long long)offset, (unsigned long long)(offset + bytes),
                            (unsigned long long)file->bytes);
    }
    return file->kind->read(file, offset, bytes, out, err);
}

bool storage_read_all(Arena *arena, Slice path, uint64_t limit_bytes, Slice *data, Error *err) {
    AUTO_PTR(StorageFile, file) = storage_open(path, err);
    if (!file) return false;
    if (file->bytes > limit_bytes) {
        return storage_fail(err, file->path, "it has %llu bytes, more than the limit of %llu",
                            (unsigned long long)file->bytes, (unsigned long long)limit_bytes);
    }
    char *bytes = arena_alloc_raw(arena, file->bytes + 1, 16);
    if (!storage_read(file, 0, file->bytes, bytes, err)) return false;
    bytes[file->bytes] = 0;
    *data = slice_of(bytes, file->bytes);
    return true;
}
