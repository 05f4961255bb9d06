// SPDX-License-Identifier: Apache-2.0
// tarn install: tells Jupyter of the kernel.
#include "base/quote.h"
#include "cli/command.h"
#include "cli/logo.h"
#include "notebook/kernelspec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool folder_make(Text *path, Error *err) {
    for (size_t i = 1; i <= path->bytes; i++) {
        if (i != path->bytes && path->data[i] != '/') continue;
        char kept = path->data[i];
        path->data[i] = '\0';
        if (mkdir(path->data, 0777) != 0 && errno != EEXIST)
            return error_io(err, path->data, errno);
        path->data[i] = kept;
    }
    return true;
}

static bool file_write(const Text *folder, const char *name, Slice bytes, Error *err) {
    AUTO(Text, path) = {0};
    text_append(&path, text_slice(folder));
    text_printf(&path, "/%s", name);
    FILE *file = fopen(text_cstr(&path), "we");
    if (!file) return error_io(err, text_cstr(&path), errno);
    bool written = fwrite(bytes.data, 1, bytes.bytes, file) == bytes.bytes;
    int number = errno;
    if (fclose(file) == 0 && written) return true;
    return error_io(err, text_cstr(&path), number);
}

static bool spec_append(Text *out, Error *err) {
    char program[4096];
    ssize_t bytes = readlink("/proc/self/exe", program, sizeof program);
    if (bytes < 0) return error_io(err, "/proc/self/exe", errno);
    text_append_cstr(out, "{\n \"argv\": [");
    quote_json(out, slice_of(program, (size_t)bytes));
    text_append_cstr(out, ", \"kernel\", \"-f\", \"{connection_file}\"],\n"
                          " \"display_name\": \"Tarn\",\n"
                          " \"language\": \"sql\",\n"
                          " \"interrupt_mode\": \"message\",\n"
                          " \"env\": {},\n"
                          " \"kernel_protocol_version\": \"5.5\",\n"
                          " \"metadata\": {\"debugger\": false, \"supported_encryption\": "
                          "[\"curve\"]}\n}\n");
    return true;
}

static bool install(Text *folder, Error *err) {
    AUTO(Text, spec) = {0};
    text_append_cstr(folder, "/kernels/tarn");
    return folder_make(folder, err) && spec_append(&spec, err) &&
           file_write(folder, "kernel.json", text_slice(&spec), err) &&
           file_write(folder, "logo-32x32.png", logo_png(32), err) &&
           file_write(folder, "logo-64x64.png", logo_png(64), err) &&
           file_write(folder, "logo-svg.svg", logo_svg(), err);
}

static int install_run(int argc, char **argv) {
    AUTO(Text, folder) = {0};
    Error err = {0};
    const char *prefix = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--user") == 0) continue;
        if (strcmp(argv[i], "--prefix") == 0 && i + 1 < argc) {
            prefix = argv[++i];
            continue;
        }
        fprintf(stderr, "tarn install: what is \"%s\"? See tarn install --help\n", argv[i]);
        return 2;
    }
    bool found = true;
    if (prefix) text_printf(&folder, "%s/share/jupyter", prefix);
    else found = kernelspec_user_folder(&folder, &err);
    if (found && install(&folder, &err)) {
        printf("installed the kernelspec tarn in %s\n", text_cstr(&folder));
        return 0;
    }
    AUTO(Text, words) = {0};
    error_message(&err, &words);
    fprintf(stderr, "%s\n", text_cstr(&words));
    return 1;
}

const Command install_command = {
    .name = "install",
    .summary = "tells Jupyter of the kernel",
    .usage =
        "usage: tarn install [--user | --prefix DIR]\n\n"
        "Writes the kernelspec `tarn` to the user's Jupyter folder, or below DIR/share/jupyter "
        "(the\nprefix of a virtual environment, or /usr/local). It names this program by its "
        "absolute path:\ninstall again after moving it.\n",
    .run = install_run,
};
