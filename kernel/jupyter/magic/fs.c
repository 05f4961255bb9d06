// SPDX-License-Identifier: Apache-2.0
// %fs: a few looks at and moves of files.
#include "kernel/jupyter/magic/magic.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_LINES = 10, HEAD_BYTES_MAX = 256 * 1024, COPY_BYTES = 1 << 16 };

static int skip_hidden(const struct dirent *entry) {
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void line_append(const char *path, const char *name, Text *out) {
    struct stat info;
    if (lstat(path, &info) != 0) return;
    struct tm time;
    char date[20];
    localtime_r(&info.st_mtime, &time);
    strftime(date, sizeof date, "%Y-%m-%d %H:%M", &time);
    if (S_ISDIR(info.st_mode)) text_printf(out, "%s %12s  %s/\n", date, "", name);
    else text_printf(out, "%s %12lld  %s\n", date, (long long)info.st_size, name);
}

static bool list(Cell *cell, const char *path, Error *err) {
    AUTO(Text, out) = {0};
    struct stat info;
    if (stat(path, &info) != 0) return error_io(err, path, errno);
    if (!S_ISDIR(info.st_mode)) {
        line_append(path, path, &out);
        cell_write(cell, STREAM_STDOUT, text_slice(&out));
        return true;
    }
    struct dirent **entries;
    int count = scandir(path, &entries, skip_hidden, alphasort);
    if (count < 0) return error_io(err, path, errno);
    for (int i = 0; i < count; i++) {
        AUTO(Text, child) = {0};
        text_printf(&child, "%s/%s", path, entries[i]->d_name);
        line_append(text_cstr(&child), entries[i]->d_name, &out);
        free(entries[i]);
    }
    free(entries);
    cell_write(cell, STREAM_STDOUT, text_slice(&out));
    return true;
}

static bool head(Cell *cell, const char *path, int64_t lines, Error *err) {
    FILE *file = fopen(path, "re");
    if (!file) return error_io(err, path, errno);
    char *bytes = xmalloc(HEAD_BYTES_MAX);
    size_t got = fread(bytes, 1, HEAD_BYTES_MAX, file);
    int number = ferror(file) ? errno : 0;
    fclose(file);
    size_t end = 0;
    for (; end < got && lines > 0; end++) lines -= bytes[end] == '\n';
    cell_write(cell, STREAM_STDOUT, slice_of(bytes, end));
    if (end && bytes[end - 1] != '\n') cell_write(cell, STREAM_STDOUT, SLICE("\n"));
    free(bytes);
    return number == 0 || error_io(err, path, number);
}

static bool copy_bytes(int from, int to) {
    char bytes[COPY_BYTES];
    ssize_t got;
    while ((got = read(from, bytes, sizeof bytes)) > 0)
        for (ssize_t done = 0; done < got;) {
            ssize_t wrote = write(to, bytes + done, (size_t)(got - done));
            if (wrote < 0) return false;
            done += wrote;
        }
    return got == 0;
}

static bool copy(const char *from, const char *to, Error *err) {
    AUTO(Text, target) = {0};
    text_append_cstr(&target, to);
    struct stat info;
    const char *name = strrchr(from, '/');
    if (stat(to, &info) == 0 && S_ISDIR(info.st_mode))
        text_printf(&target, "/%s", name ? name + 1 : from);
    int source = open(from, O_RDONLY | O_CLOEXEC);
    if (source < 0) return error_io(err, from, errno);
    if (fstat(source, &info) == 0 && S_ISDIR(info.st_mode)) {
        close(source);
        return error_io(err, from, EISDIR);
    }
    int sink = open(text_cstr(&target), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool copied = sink >= 0 && copy_bytes(source, sink);
    int number = errno;
    if (sink >= 0 && close(sink) != 0 && copied) {
        copied = false;
        number = errno;
    }
    close(source);
    return copied || error_io(err, text_cstr(&target), number);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info, (void)kind, (void)place;
    return remove(path);
}

static bool remove_path(const char *path, bool whole, Error *err) {
    struct stat info;
    if (lstat(path, &info) != 0) return error_io(err, path, errno);
    if (S_ISDIR(info.st_mode) && !whole) return magic_refuse(err, "fs", "rm needs -r for a folder");
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0) return error_io(err, path, errno);
    return true;
}

static bool remove_words(Slice words, Error *err) {
    Slice word;
    bool whole = false, any = false;
    while (magic_next_word(&words, &word)) {
        if (slice_equal(word, SLICE("-r"))) {
            whole = true;
            continue;
        }
        AUTO(Text, path) = {0};
        text_append(&path, word);
        if (!remove_path(text_cstr(&path), whole, err)) return false;
        any = true;
    }
    return any || magic_refuse(err, "fs", "rm needs a path");
}

bool magic_fs(Cell *cell, const MagicCall *call, Error *err) {
    Slice words = call->words, verb = SLICE_NONE, first = SLICE_NONE, second = SLICE_NONE;
    if (!magic_next_word(&words, &verb)) return magic_refuse(err, "fs", "it needs a verb");
    if (slice_equal(verb, SLICE("rm"))) return remove_words(words, err);
    bool has_first = magic_next_word(&words, &first);
    bool has_second = magic_next_word(&words, &second);
    AUTO(Text, from) = {0};
    AUTO(Text, to) = {0};
    text_append(&from, has_first ? first : SLICE("."));
    text_append(&to, has_second ? second : SLICE(""));
    if (slice_equal(verb, SLICE("ls"))) return list(cell, text_cstr(&from), err);
    if (slice_equal(verb, SLICE("head"))) {
        int64_t lines = HEAD_LINES;
        if (!has_first) return magic_refuse(err, "fs", "head needs a path");
        if (has_second && !slice_to_i64(second, &lines))
            return magic_refuse(err, "fs", "the number of lines is not a number");
        return head(cell, text_cstr(&from), lines, err);
    }
    if (!slice_equal(verb, SLICE("cp"))) return magic_refuse(err, "fs", "the verb is unknown");
    if (!has_second) return magic_refuse(err, "fs", "cp needs two paths");
    return copy(text_cstr(&from), text_cstr(&to), err);
}
