// SPDX-License-Identifier: Apache-2.0
// The table of subcommands: main.c finds one by name and hands it the rest of the command line.
#pragma once

// One subcommand, defined in the file that carries its name (cli/<name>.c).
typedef struct Command {
    const char *name;                  // as typed after `tarn`
    const char *summary;               // one line of `tarn --help`
    const char *usage;                 // whole text of `tarn NAME --help`, with a final newline
    int (*run)(int argc, char **argv); // argv[0] is the name; returns the exit status
} Command;

// Every subcommand, in the order of `tarn --help`. The entry X(sql) stands for
// `const Command sql_command`, defined in sql.c beside this file.
#define COMMANDS(X) X(sql) X(run) X(kernel) X(install)

#define COMMAND_DECLARE(name) extern const Command name##_command;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE
