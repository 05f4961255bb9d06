// SPDX-License-Identifier: Apache-2.0
// What a kind of storage implements; storage.c picks one by a path's scheme.
#pragma once

#include "kernel/lake/storage/storage.h"

typedef struct StorageKind {
    // Fills *file but its kind and path.
    bool (*open)(StorageFile *file, const char *path, Error *err);
    void (*close)(StorageFile *file);
    bool (*read)(StorageFile *file, uint64_t offset, size_t bytes, void *out, Error *err);
    bool (*stat)(const char *path, StorageEntry *entry, bool *found, Error *err);
    bool (*list)(Arena *arena, const char *folder, StorageListing *listing, bool *found,
                 Error *err);
} StorageKind;

struct StorageFile {
    const StorageKind *kind;
    char *path; // NUL-terminated, owned
    uint64_t bytes;
    int64_t modified_micros;
    int descriptor;   // local
    const char *data; // in memory, borrowed
};

extern const StorageKind storage_local;

// CANNOT_READ_FILE with a formatted reason; false.
bool storage_fail(Error *err, const char *path, const char *format, ...) PRINTF_LIKE(3, 4);
void storage_sort(StorageListing *listing);
