// SPDX-License-Identifier: Apache-2.0
// Local files: open, pread, stat and readdir.
#include "kernel/lake/storage/storage_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool path_missing(int number) { return number == ENOENT || number == ENOTDIR; }

static int64_t modified_of(const struct stat *info) {
    return (int64_t)info->st_mtim.tv_sec * 1000000 + info->st_mtim.tv_nsec / 1000;
}

static bool local_open(StorageFile *file, const char *path, Error *err) {
    int descriptor;
    do descriptor = open(path, O_RDONLY | O_CLOEXEC);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) {
        if (path_missing(errno)) return error_set(err, ERR_PATH_NOT_FOUND, "path", path);
        return storage_fail(err, path, "%s", strerror(errno));
    }
    file->descriptor = descriptor;
    struct stat info;
    if (fstat(descriptor, &info) != 0) return storage_fail(err, path, "%s", strerror(errno));
    if (!S_ISREG(info.st_mode)) return storage_fail(err, path, "it is not a file");
    file->bytes = (uint64_t)info.st_size;
    file->modified_micros = modified_of(&info);
    return true;
}

static void local_close(StorageFile *file) {
    if (file->descriptor >= 0) close(file->descriptor);
}

static bool local_read(StorageFile *file, uint64_t offset, size_t bytes, void *out, Error *err) {
    char *to = out;
    while (bytes > 0) {
        ssize_t got = pread(file->descriptor, to, bytes, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return storage_fail(err, file->path, "%s", strerror(errno));
        if (got == 0) return storage_fail(err, file->path, "the file became shorter while read");
        to += got;
        offset += (uint64_t)got;
        bytes -= (size_t)got;
    }
    return true;
}

static void entry_of(const struct stat *info, StorageEntry *entry) {
    entry->is_folder = S_ISDIR(info->st_mode);
    entry->bytes = entry->is_folder ? 0 : (uint64_t)info->st_size;
    entry->modified_micros = modified_of(info);
}

static bool local_stat(const char *path, StorageEntry *entry, bool *found, Error *err) {
    struct stat info;
    *found = false;
    if (stat(path, &info) != 0) {
        return path_missing(errno) || storage_fail(err, path, "%s", strerror(errno));
    }
    entry_of(&info, entry);
    *found = true;
    return true;
}

static bool local_list(Arena *arena, const char *folder, StorageListing *listing, bool *found,
                       Error *err) {
    *listing = (StorageListing){0};
    *found = false;
    DIR *stream = opendir(folder);
    if (!stream) return path_missing(errno) || storage_fail(err, folder, "%s", strerror(errno));
    *found = true;
    struct dirent *item;
    while ((errno = 0, item = readdir(stream))) {
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0) continue;
        struct stat info;
        // What vanished or points nowhere is not there.
        if (fstatat(dirfd(stream), item->d_name, &info, 0) != 0) continue;
        Slice path = storage_join(arena, slice_from_cstr(folder), slice_from_cstr(item->d_name));
        StorageEntry entry = {.path = path};
        entry.name = slice_from(path, path.bytes - strlen(item->d_name));
        entry_of(&info, &entry);
        ARENA_PUSH(arena, listing->entries, listing->count, entry);
    }
    int number = errno;
    closedir(stream);
    if (number) return storage_fail(err, folder, "%s", strerror(number));
    storage_sort(listing);
    return true;
}

const StorageKind storage_local = {.open = local_open,
                                   .close = local_close,
                                   .read = local_read,
                                   .stat = local_stat,
                                   .list = local_list};
