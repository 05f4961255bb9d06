// SPDX-License-Identifier: Apache-2.0
// The shell's own commands, which begin with a backslash.
#include "cli/shell/shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct ShellCommand {
    const char *name;
    const char *arguments;
    const char *summary;
    void (*run)(Shell *shell, Slice argument);
} ShellCommand;

static void run_sql(Shell *shell, const char *before, Slice argument, const char *after) {
    AUTO(Text, sql) = {0};
    text_printf(&sql, "%s%.*s%s", before, SLICE_ARGS(argument), after);
    shell_execute(shell, text_slice(&sql));
}

static void describe(Shell *shell, Slice argument) {
    if (argument.bytes) run_sql(shell, "DESCRIBE EXTENDED ", argument, "");
    else run_sql(shell, "SHOW TABLES", SLICE(""), "");
}

static void list_schemas(Shell *shell, Slice argument) {
    (void)argument;
    run_sql(shell, "SHOW SCHEMAS", SLICE(""), "");
}

static void list_catalogs(Shell *shell, Slice argument) {
    (void)argument;
    run_sql(shell, "SHOW CATALOGS", SLICE(""), "");
}

static void list_functions(Shell *shell, Slice argument) {
    if (argument.bytes) run_sql(shell, "SHOW FUNCTIONS LIKE '", argument, "'");
    else run_sql(shell, "SHOW FUNCTIONS", SLICE(""), "");
}

static void describe_function(Shell *shell, Slice argument) {
    run_sql(shell, "DESCRIBE FUNCTION EXTENDED ", argument, "");
}

static void list_views(Shell *shell, Slice argument) {
    (void)argument;
    run_sql(shell, "SHOW VIEWS", SLICE(""), "");
}

static void show_settings(Shell *shell, Slice argument) { run_sql(shell, "SET ", argument, ""); }

static void say(const char *what, bool on) { printf("%s is %s.\n", what, on ? "on" : "off"); }

static void toggle_timing(Shell *shell, Slice argument) {
    (void)argument;
    say("Timing", shell->is_timing = !shell->is_timing);
}

static void toggle_expanded(Shell *shell, Slice argument) {
    (void)argument;
    say("Expanded display", shell->is_expanded = !shell->is_expanded);
}

static void toggle_pager(Shell *shell, Slice argument) {
    (void)argument;
    say("The pager", shell->use_pager = !shell->use_pager);
}

static void set_format(Shell *shell, Slice argument) {
    if (!output_format_parse(argument, &shell->format) || shell->format == OUTPUT_GOLDEN) {
        shell->format = OUTPUT_TABLE;
        fputs("The formats are table, csv, json, ndjson and hive.\n", stderr);
    }
}

static void set_output(Shell *shell, Slice argument) {
    free(shell->output_path);
    shell->output_path = NULL;
    if (!argument.bytes) return;
    AUTO(Text, path) = {0};
    text_append(&path, argument);
    shell->output_path = text_take(&path);
}

static void include_file(Shell *shell, Slice argument) {
    AUTO(Text, path) = {0};
    AUTO(Text, text) = {0};
    text_append(&path, argument);
    FILE *file = fopen(text_cstr(&path), "re");
    char buffer[65536];
    size_t bytes;
    while (file && (bytes = fread(buffer, 1, sizeof buffer, file)) > 0)
        text_append(&text, slice_of(buffer, bytes));
    if (!file || ferror(file))
        fprintf(stderr, "cannot read %s: %s\n", text_cstr(&path), strerror(errno));
    else shell_execute(shell, text_slice(&text));
    if (file) fclose(file);
}

static void run_system(Shell *shell, Slice argument) {
    (void)shell;
    AUTO(Text, command) = {0};
    text_append(&command, argument);
    if (system(text_cstr(&command)) == -1) perror("cannot run the command");
}

static void quit(Shell *shell, Slice argument) {
    (void)argument;
    shell->done = true;
}

static void help(Shell *shell, Slice argument);

static const ShellCommand commands[] = {
    {"d", "[NAME]", "tables and views of the schema, or the columns of one", describe},
    {"dn", "", "schemas", list_schemas},
    {"dv", "", "views", list_views},
    {"df", "[PATTERN]", "functions", list_functions},
    {"l", "", "catalogs", list_catalogs},
    {"h", "FUNCTION", "signature and meaning of a function", describe_function},
    {"set", "[NAME]", "settings with their meaning", show_settings},
    {"timing", "", "the time of each statement, on or off", toggle_timing},
    {"x", "", "one column a line, on or off", toggle_expanded},
    {"format", "NAME", "table, csv, json, ndjson or hive", set_format},
    {"pager", "", "long results through $PAGER, on or off", toggle_pager},
    {"o", "[FILE]", "results go to the file; without one, to the terminal again", set_output},
    {"i", "FILE", "runs the statements of a file", include_file},
    {"!", "COMMAND", "runs a command of the system's shell", run_system},
    {"?", "", "this list", help},
    {"q", "", "leaves", quit},
};

static void help(Shell *shell, Slice argument) {
    (void)argument;
    AUTO(Text, out) = {0};
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        text_printf(&out, "  \\%-7s %-10s %s\n", commands[i].name, commands[i].arguments,
                    commands[i].summary);
    text_append(&out, SLICE("\nA statement ends at ';' and may span lines. Tab completes names, "
                            "Ctrl-C stops a query.\n"));
    shell_show(shell, text_slice(&out));
}

void shell_command(Shell *shell, Slice line) {
    if (line.data[0] != '\\') {
        shell->done = true; // quit, exit
        return;
    }
    size_t end = 1;
    while (end < line.bytes && (unsigned char)line.data[end] > ' ') end++;
    Slice name = slice_of(line.data + 1, end - 1);
    Slice argument = slice_trim(slice_from(line, end));
    while (argument.bytes && argument.data[argument.bytes - 1] == ';') argument.bytes--;
    while (name.bytes && name.data[name.bytes - 1] == ';') name.bytes--;
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (slice_equal_cstr(name, commands[i].name)) {
            commands[i].run(shell, argument);
            return;
        }
    fprintf(stderr, "There is no command \\%.*s; \\? lists them.\n", SLICE_ARGS(name));
}
