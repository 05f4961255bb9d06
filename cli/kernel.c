// SPDX-License-Identifier: Apache-2.0
// tarn kernel: the Jupyter kernel of a connection file.
#include "kernel/jupyter/kernel.h"
#include "cli/command.h"

#include <stdio.h>

static int kernel_command_run(int argc, char **argv) {
    KernelOptions options = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-f") == 0 && i + 1 < argc) options.connection_file = argv[++i];
        else if (argv[i][0] != '-' && !options.connection_file) options.connection_file = argv[i];
        else {
            fprintf(stderr, "tarn kernel: what is \"%s\"? See tarn kernel --help\n", argv[i]);
            return 2;
        }
    }
    if (!options.connection_file) {
        fputs("tarn kernel: it needs -f CONNECTION_FILE\n", stderr);
        return 2;
    }
    Error err = {0};
    int status = kernel_serve(&options, &err);
    if (error_is_set(&err)) {
        AUTO(Text, words) = {0};
        error_message(&err, &words);
        fprintf(stderr, "%s\n", text_cstr(&words));
    }
    return status;
}

const Command kernel_command = {
    .name = "kernel",
    .summary = "the Jupyter kernel for a connection file",
    .usage =
        "usage: tarn kernel -f CONNECTION_FILE\n\n"
        "Serves the Jupyter messaging protocol 5.5 on the sockets that the file names until it "
        "is shut\ndown. Jupyter starts it; `tarn install` tells Jupyter how.\n",
    .run = kernel_command_run,
};
