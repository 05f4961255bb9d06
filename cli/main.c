// SPDX-License-Identifier: Apache-2.0
// The entry point: options of the program itself, then a look into the table of subcommands.
#include "cli/command.h"
#include "cli/cpu.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define COMMAND_ENTRY(name) &name##_command,
static const Command *const ALL_COMMANDS[] = {COMMANDS(COMMAND_ENTRY) NULL};
#undef COMMAND_ENTRY

static void help_print(FILE *out) {
    fputs("Tarn, a lakehouse notebook in one program.\n\n"
          "usage: tarn COMMAND [ARGUMENT]...\n"
          "       tarn COMMAND --help\n"
          "       tarn --version | --help\n",
          out);
    if (ALL_COMMANDS[0]) fputs("\ncommands:\n", out);
    for (size_t i = 0; ALL_COMMANDS[i]; i++) {
        fprintf(out, "  %-10s %s\n", ALL_COMMANDS[i]->name, ALL_COMMANDS[i]->summary);
    }
}

static const Command *command_find(const char *name) {
    for (size_t i = 0; ALL_COMMANDS[i]; i++) {
        if (strcmp(ALL_COMMANDS[i]->name, name) == 0) return ALL_COMMANDS[i];
    }
    return NULL;
}

static bool is_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

int main(int argc, char **argv) {
    const char *missing = cpu_missing_feature();
    if (missing) {
        fprintf(stderr, "tarn: this build needs a processor with %s\n", missing);
        return 1;
    }
    if (argc < 2) {
        help_print(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("tarn " TARN_VERSION);
        return 0;
    }
    if (is_help(argv[1]) || strcmp(argv[1], "help") == 0) {
        help_print(stdout);
        return 0;
    }
    const Command *command = command_find(argv[1]);
    if (!command) {
        fprintf(stderr, "tarn: no command \"%s\"; tarn --help lists them\n", argv[1]);
        return 2;
    }
    if (argc > 2 && is_help(argv[2])) {
        fputs(command->usage, stdout);
        return 0;
    }
    return command->run(argc - 1, argv + 1);
}
