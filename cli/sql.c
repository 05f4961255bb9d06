// SPDX-License-Identifier: Apache-2.0
// tarn sql: statements from the command line, a file, standard input or an interactive shell.
#include "cli/command.h"
#include "cli/golden.h"
#include "cli/output.h"
#include "cli/shell/shell.h"
#include "kernel/session/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct SqlOptions {
    const char *text;
    const char *file;
    const char *warehouse;
    OutputFormat format;
    bool has_format;
    bool timing;
    uint64_t threads;
    uint64_t memory_bytes;
} SqlOptions;

static bool usage_error(const char *what, const char *value) {
    fprintf(stderr, "tarn sql: %s%s%s; tarn sql --help shows the usage\n", what, value ? " " : "",
            value ? value : "");
    return false;
}

static bool parse_number(const char *text, uint64_t *value) {
    return slice_to_u64(slice_from_cstr(text), value);
}

static bool parse_value(SqlOptions *options, const char *flag, const char *value) {
    if (strcmp(flag, "-c") == 0) options->text = value;
    else if (strcmp(flag, "-f") == 0) options->file = value;
    else if (strcmp(flag, "--warehouse") == 0) options->warehouse = value;
    else if (strcmp(flag, "--format") == 0) {
        options->has_format = true;
        if (!output_format_parse(slice_from_cstr(value), &options->format))
            return usage_error("there is no format", value);
    } else if (strcmp(flag, "--threads") == 0) {
        if (!parse_number(value, &options->threads) || options->threads > LIMIT_THREADS)
            return usage_error("--threads needs a number from 1 to 256, not", value);
    } else if (strcmp(flag, "--memory") == 0) {
        if (!settings_parse_bytes(slice_from_cstr(value), &options->memory_bytes))
            return usage_error("--memory needs a size like 2GB, not", value);
    } else {
        return usage_error("there is no option", flag);
    }
    return true;
}

static bool parse_options(int argc, char **argv, SqlOptions *options) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--timing") == 0) {
            options->timing = true;
            continue;
        }
        if (argv[i][0] != '-') return usage_error("unexpected argument", argv[i]);
        const char *equals = strchr(argv[i], '=');
        if (equals && argv[i][1] == '-') {
            char flag[32];
            snprintf(flag, sizeof flag, "%.*s", (int)(equals - argv[i]), argv[i]);
            if (!parse_value(options, flag, equals + 1)) return false;
            continue;
        }
        if (i + 1 == argc) return usage_error("a value is missing after", argv[i]);
        if (!parse_value(options, argv[i], argv[i + 1])) return false;
        i++;
    }
    return true;
}

static void print_error(const Error *err) {
    AUTO(Text, message) = {0};
    error_message(err, &message);
    text_append_char(&message, '\n');
    fwrite(message.data, 1, message.bytes, stderr);
}

static bool write_out(const Text *text) {
    if (fwrite(text->data, 1, text->bytes, stdout) == text->bytes && fflush(stdout) == 0)
        return true;
    fprintf(stderr, "tarn sql: cannot write the output: %s\n", strerror(errno));
    return false;
}

static bool run_statement(Session *session, const SqlOptions *options, Slice statement) {
    Error err = {0};
    AUTO_PTR(Result, result) = session_execute(session, statement, NULL, &err);
    if (!result) {
        print_error(&err);
        return false;
    }
    AUTO(Text, out) = {0};
    output_append(result, options->format, session_time_zone(session), &out);
    if (out.bytes && !write_out(&out)) return false;
    if (options->timing)
        fprintf(stderr, "%.3f ms\n", (double)result_metrics(result)->elapsed_ns / 1e6);
    return true;
}

static bool run_text(Session *session, const SqlOptions *options, Slice text) {
    AUTO(Arena, arena) = {0};
    uint32_t count;
    bool unfinished;
    StatementSpan *spans = session_split(&arena, text, &count, &unfinished);
    for (uint32_t i = 0; i < count; i++) {
        Slice statement = {text.data + spans[i].span.start,
                           spans[i].span.stop - spans[i].span.start};
        if (!run_statement(session, options, statement)) return false;
    }
    return true;
}

static bool read_all(FILE *file, Text *text) {
    char buffer[65536];
    size_t bytes;
    while ((bytes = fread(buffer, 1, sizeof buffer, file)) > 0)
        text_append(text, slice_of(buffer, bytes));
    return !ferror(file);
}

static bool read_input(const SqlOptions *options, Text *text) {
    FILE *file = options->file ? fopen(options->file, "re") : stdin;
    if (!file || !read_all(file, text)) {
        fprintf(stderr, "[CANNOT_READ_FILE] Cannot read %s: %s.\n",
                options->file ? options->file : "the standard input", strerror(errno));
        if (file && file != stdin) fclose(file);
        return false;
    }
    if (file != stdin) fclose(file);
    return true;
}

static bool run(const SqlOptions *options) {
    Error err = {0};
    EngineOptions engine_options = {.threads = (uint32_t)options->threads,
                                    .memory_bytes = options->memory_bytes};
    Engine *engine = engine_new(&engine_options, &err);
    SessionOptions session_options = {.warehouse = slice_from_cstr(options->warehouse),
                                      .golden = options->format == OUTPUT_GOLDEN};
    Session *session = engine ? session_new(engine, &session_options, &err) : NULL;
    bool ok = session != NULL;
    if (!ok) print_error(&err);
    AUTO(Text, text) = {0};
    bool interactive = !options->text && !options->file && isatty(STDIN_FILENO);
    if (ok && interactive && !options->has_format) ok = shell_run(session, options->timing);
    else if (ok && options->text) text_append_cstr(&text, options->text);
    else if (ok) ok = read_input(options, &text);
    if (ok && text.bytes)
        ok = options->format == OUTPUT_GOLDEN ? golden_run(session, text_slice(&text))
                                              : run_text(session, options, text_slice(&text));
    session_free(session);
    engine_free(engine);
    return ok;
}

static int sql_run(int argc, char **argv) {
    SqlOptions options = {.format = OUTPUT_TABLE};
    if (!parse_options(argc, argv, &options)) return 2;
    return run(&options) ? 0 : 1;
}

const Command sql_command = {
    .name = "sql",
    .summary = "runs SQL statements, or starts a shell",
    .usage =
        "usage: tarn sql [-c SQL | -f FILE] [OPTION]...\n"
        "\n"
        "Runs statements from the command line, a file or standard input; on a terminal,\n"
        "without -c and -f, starts a shell. Statements end at ';'.\n"
        "\n"
        "  -c SQL             statements to run\n"
        "  -f FILE            file with statements\n"
        "  --format FORMAT    table (default), csv, json, ndjson, hive or golden\n"
        "  --threads N        threads of a query (default: one per core)\n"
        "  --memory SIZE      memory budget, as 512MB or 4GB (default: 60 % of the machine's)\n"
        "  --warehouse DIR    folder of the catalog and its tables\n"
        "  --timing           prints the time of each statement on standard error\n"
        "\n"
        "The exit status is 0, or 1 with [ERROR_CLASS] and a message on standard error.\n",
    .run = sql_run,
};
