// SPDX-License-Identifier: Apache-2.0
// Files and folders by path: random-access reads, stat, listing and glob.
//
// A path is absolute once resolved, and its scheme decides who serves it: local files now, object
// stores later behind the same calls. All functions are thread-safe; a StorageFile may be read by
// several threads at once. Reads copy (pread): a file that shrinks under a reader is a clear error.
#pragma once

#include "base/arena.h"
#include "base/error.h"

typedef struct StorageFile StorageFile;

typedef struct StorageEntry {
    Slice path;              // whole path, as the folder's path was written
    Slice name;              // its last part
    uint64_t bytes;          // 0 for folders
    int64_t modified_micros; // since the epoch, UTC
    bool is_folder;
} StorageEntry;

typedef struct StorageListing {
    StorageEntry *entries; // ordered by path, bytewise
    size_t count;
} StorageListing;

// The absolute path of what a user or a log wrote: "file:" URIs (file:/x, file:///x) lose their
// scheme, relative paths stand under `folder`, "." and ".." parts and double slashes go. Nothing is
// percent-decoded. A scheme that nobody serves is UNSUPPORTED_FEATURE.
bool storage_resolve(Arena *arena, Slice folder, Slice uri, Slice *path, Error *err) MUST_CHECK;
// `name` under `folder`, with one slash between.
Slice storage_join(Arena *arena, Slice folder, Slice name);

// *found false (and no error) when nothing is there. entry->path is `path` itself.
bool storage_stat(Slice path, StorageEntry *entry, bool *found, Error *err) MUST_CHECK;
// What stands in a folder, one level. *found false (and no error) when there is no such folder.
bool storage_list(Arena *arena, Slice folder, StorageListing *listing, bool *found,
                  Error *err) MUST_CHECK;
// All files below a folder at any depth. Files and folders whose names start with "_" or "." are
// left out (as Spark does), except folders with a "=" in their name (partitions).
bool storage_walk(Arena *arena, Slice folder, StorageListing *listing, Error *err) MUST_CHECK;
// True when the path has one of * ? [ {.
bool storage_is_glob(Slice path);
// Files and folders that match the pattern, part by part: * ? [a-z] [^a-z] {x,y} as Hadoop's glob;
// names that start with "." match only a pattern that does.
bool storage_glob(Arena *arena, Slice pattern, StorageListing *listing, Error *err) MUST_CHECK;

// --- reading
// ----------------------------------------------------------------------------------------

// NULL with PATH_NOT_FOUND or CANNOT_READ_FILE.
StorageFile *storage_open(Slice path, Error *err) MUST_CHECK;
// A file in memory, for tests: `data` is borrowed.
StorageFile *storage_open_memory(Slice name, Slice data);
void storage_close(StorageFile *file); // accepts NULL
uint64_t storage_file_bytes(const StorageFile *file);
int64_t storage_file_modified_micros(const StorageFile *file);
Slice storage_file_path(const StorageFile *file);
// Exactly `bytes` at `offset`; a range past the end is an error.
bool storage_read(StorageFile *file, uint64_t offset, size_t bytes, void *out,
                  Error *err) MUST_CHECK;
// The whole file in the arena. More than `limit_bytes` is an error.
bool storage_read_all(Arena *arena, Slice path, uint64_t limit_bytes, Slice *data,
                      Error *err) MUST_CHECK;

AUTO_PTR_DEFINE(StorageFile, storage_close)
