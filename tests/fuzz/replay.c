// SPDX-License-Identifier: Apache-2.0
// main() of a fuzz target where libFuzzer is not linked: runs it once on every file it is given;
// a folder stands for the files in it.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static int run_file(const char *path, size_t bytes) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    uint8_t *data = malloc(bytes ? bytes : 1);
    if (!data) abort();
    size_t got = fread(data, 1, bytes, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, got);
    free(data);
    return 0;
}

static int run_path(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0) {
        perror(path);
        return 1;
    }
    if (!S_ISDIR(info.st_mode)) return run_file(path, (size_t)info.st_size);
    DIR *folder = opendir(path);
    if (!folder) return 1;
    int failed = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        char child[4096];
        snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
        failed |= run_path(child);
    }
    closedir(folder);
    return failed;
}

int main(int argc, char **argv) {
    int failed = 0;
    for (int i = 1; i < argc; i++) failed |= argv[i][0] == '-' ? 0 : run_path(argv[i]);
    return failed;
}
