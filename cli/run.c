// SPDX-License-Identifier: Apache-2.0
// tarn run: a notebook from its first cell to its last, without a browser.
#include "base/quote.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "notebook/client.h"
#include "notebook/nbformat.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DIM "\x1b[2m"
#define PLAIN "\x1b[0m"

enum { PARAMETERS_MAX = 256 };

typedef struct Options {
    const char *notebook;
    const char *output;
    const char *parameters[PARAMETERS_MAX]; // "name=value"
    uint32_t parameter_count;
    bool quiet;
} Options;

// Where outputs of the running cell go: into the notebook and to the terminal.
typedef struct Run {
    Notebook *notebook;
    json_t *cell;
    bool quiet;
    bool colours;         // stdout is a terminal
    bool bar_shown;       // a progress line stands on stderr
    bool clear_waits;     // clear_output(wait): with the next output
    char progress_id[64]; // display that shows progress, not kept in the terminal's scroll
} Run;

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
    (void)number;
    interrupted = 1;
}

// --- the terminal --------------------------------------------------------------------------------

// Text without its ANSI escapes where the terminal takes none.
static void print(const Run *run, Slice text) {
    if (run->quiet) return;
    for (size_t i = 0; i < text.bytes; i++) {
        if (!run->colours && text.data[i] == '\x1b' && i + 1 < text.bytes &&
            text.data[i + 1] == '[') {
            for (i += 2; i < text.bytes && (text.data[i] < '@' || text.data[i] > '~'); i++) {}
            continue;
        }
        putchar(text.data[i]);
    }
}

static void print_line(const Run *run, Slice text) {
    print(run, text);
    if (!text.bytes || text.data[text.bytes - 1] != '\n') print(run, SLICE("\n"));
}

static void bar_remove(Run *run) {
    if (run->bar_shown) fputs("\r\x1b[K", stderr);
    run->bar_shown = false;
}

static void bar_show(Run *run, const json_t *progress, Slice words) {
    enum { WIDTH = 24 };
    if (!isatty(STDERR_FILENO)) return;
    const json_t *member = json_object_get(progress, "fraction");
    double fraction = json_is_number(member) ? json_number_value(member) : -1;
    int filled = fraction < 0 ? 0 : (int)(fraction * WIDTH + 0.5);
    fputs("\r\x1b[K ", stderr);
    for (int i = 0; i < WIDTH; i++) fputs(i < filled ? "█" : "░", stderr);
    fprintf(stderr, " %.*s", SLICE_ARGS(words));
    fflush(stderr);
    run->bar_shown = true;
}

static void source_show(Run *run, const json_t *cell, size_t number) {
    Slice rest = notebook_cell_source(cell), line;
    AUTO(Text, out) = {0};
    for (bool first = true; slice_split(&rest, '\n', &line); first = false) {
        if (first) text_printf(&out, DIM "%3zu ▏ ", number);
        else text_append_cstr(&out, DIM "    ▏ ");
        text_append(&out, line);
        text_append_cstr(&out, PLAIN "\n");
    }
    print(run, text_slice(&out));
    fflush(stdout);
}

// The longest start of a line that fits into the terminal.
static Slice line_fit(Slice line, size_t width) {
    size_t offset = 0, used = 0;
    while (offset < line.bytes) {
        size_t next = offset;
        utf8_next(line, &next);
        used += utf8_width(slice_of(line.data + offset, next - offset));
        if (used > width) break;
        offset = next;
    }
    return slice_first(line, offset);
}

// A wide table is cut at the terminal's edge: wrapped lines cannot be read.
static void table_show(Run *run, Slice text) {
    struct winsize size;
    if (!run->colours || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) {
        print_line(run, text);
        return;
    }
    Slice line;
    while (slice_split(&text, '\n', &line)) {
        bool fits = utf8_width(line) <= size.ws_col;
        print(run, fits ? line : line_fit(line, (size_t)size.ws_col - 1));
        print(run, fits ? SLICE("\n") : SLICE("…\n"));
    }
}

static void data_show(Run *run, const json_t *content) {
    const json_t *data = json_object_get(content, "data");
    Slice markdown = message_text(data, "text/markdown");
    if (markdown.bytes) print_line(run, markdown);
    else table_show(run, message_text(data, "text/plain"));
}

static void error_show(Run *run, const json_t *content) {
    const json_t *lines = json_object_get(content, "traceback");
    size_t count = json_array_size(lines);
    for (size_t i = 0; i < count; i++) {
        const json_t *line = json_array_get(lines, i);
        if (json_is_string(line))
            print_line(run, slice_of(json_string_value(line), json_string_length(line)));
    }
    if (count) return;
    AUTO(Text, out) = {0};
    text_append(&out, message_text(content, "ename"));
    text_append_cstr(&out, ": ");
    text_append(&out, message_text(content, "evalue"));
    print_line(run, text_slice(&out));
}

// --- what the kernel publishes -------------------------------------------------------------------

static Slice display_id_of(const json_t *content) {
    return message_text(json_object_get(content, "transient"), "display_id");
}

// Progress of a query is drawn in place.
static bool take_progress(Run *run, const json_t *content) {
    const json_t *data = json_object_get(content, "data");
    const json_t *progress = json_object_get(data, "application/vnd.tarn.progress+json");
    Slice id = display_id_of(content);
    if (progress) {
        snprintf(run->progress_id, sizeof run->progress_id, "%.*s", SLICE_ARGS(id));
        bar_show(run, progress, message_text(data, "text/plain"));
        return true;
    }
    return id.bytes && slice_equal_cstr(id, run->progress_id);
}

static void take_output(Run *run, const Message *message) {
    const json_t *content = message->content;
    if (run->clear_waits) notebook_cell_clear(run->cell);
    run->clear_waits = false;
    if (!notebook_cell_add_output(run->cell, message->type, content)) return;
    if (take_progress(run, content)) return;
    bar_remove(run);
    if (slice_equal(message->type, SLICE("stream"))) print(run, message_text(content, "text"));
    else if (slice_equal(message->type, SLICE("error"))) error_show(run, content);
    else data_show(run, content);
    fflush(stdout);
}

static void take_message(void *context, const Message *message) {
    Run *run = context;
    const json_t *content = message->content;
    json_t *count = json_object_get(content, "execution_count");
    if (json_is_integer(count)) json_object_set(run->cell, "execution_count", count);
    if (slice_equal(message->type, SLICE("update_display_data"))) {
        notebook_update_display(run->notebook, display_id_of(content), content);
        if (!take_progress(run, content)) data_show(run, content);
    } else if (slice_equal(message->type, SLICE("clear_output"))) {
        bar_remove(run);
        run->clear_waits = message_flag(content, "wait", false);
        if (!run->clear_waits) json_object_set_new(run->cell, "outputs", json_array());
    } else if (!slice_equal(message->type, SLICE("status")) &&
               !slice_equal(message->type, SLICE("execute_input"))) {
        take_output(run, message);
    }
}

static bool is_cancelled(void *context) {
    (void)context;
    return interrupted != 0;
}

// --- the run -------------------------------------------------------------------------------------

// The notebook's own kernel; ours is this very program, installed or not.
static Client *kernel_start(const Notebook *notebook, const char *folder, Error *err) {
    Slice name = notebook_kernel_name(notebook);
    if (!name.bytes || slice_equal(name, SLICE("tarn"))) {
        static char program[4096];
        ssize_t bytes = readlink("/proc/self/exe", program, sizeof program - 1);
        if (bytes < 0) {
            error_io(err, "/proc/self/exe", errno);
            return NULL;
        }
        program[bytes] = '\0';
        const char *argv[] = {program, "kernel", "-f", NULL};
        return client_start_command(argv, "tarn", folder, err);
    }
    AUTO(Kernelspec, spec) = {0};
    return kernelspec_find(&spec, name, err) ? client_start(&spec, folder, err) : NULL;
}

// A word of the command line as a Python literal: numbers, lists and quoted texts as they are, the
// names of truth values and null in any case, anything else as a text.
static void parameter_append(Slice word, Text *out) {
    static const char *const names[][2] = {
        {"true", "True"}, {"false", "False"}, {"null", "None"}, {"none", "None"}};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!slice_equal_ignore_case(word, slice_from_cstr(names[i][0]))) continue;
        text_append_cstr(out, names[i][1]);
        return;
    }
    AUTO(Text, number) = {0};
    text_append(&number, word);
    char *end = number.data;
    if (word.bytes && strspn(number.data, "+-.0123456789eE_") == number.bytes)
        strtod(number.data, &end);
    bool is_number = word.bytes && *end == '\0';
    if (is_number || (word.bytes && strchr("[{('\"", word.data[0]))) text_append(out, word);
    else quote_json(out, word);
}

// As papermill does it: behind the cell tagged "parameters", in place of an older injection.
static void parameters_inject(Notebook *notebook, const Options *options) {
    size_t at = 0, count = notebook_cell_count(notebook);
    json_t *injected = NULL;
    for (size_t i = 0; i < count; i++) {
        json_t *cell = notebook_cell(notebook, i);
        if (notebook_cell_has_tag(cell, "injected-parameters")) injected = cell;
        if (notebook_cell_has_tag(cell, "parameters")) at = i + 1;
    }
    AUTO(Text, source) = {0};
    text_append_cstr(&source, "# Parameters");
    for (uint32_t i = 0; i < options->parameter_count; i++) {
        const char *equals = strchr(options->parameters[i], '=');
        text_printf(&source, "\n%.*s = ", (int)(equals - options->parameters[i]),
                    options->parameters[i]);
        parameter_append(slice_from_cstr(equals + 1), &source);
    }
    if (injected) json_object_set_new(injected, "source", json_stringn(source.data, source.bytes));
    else notebook_insert_code(notebook, at, text_slice(&source), "injected-parameters");
}

// Metadata of the request as JupyterLab sends it: the cell's own and its id.
static json_t *request_metadata(const json_t *cell) {
    json_t *metadata = json_deep_copy(json_object_get(cell, "metadata"));
    if (!json_is_object(metadata)) metadata = json_object();
    json_t *id = json_object_get(cell, "id");
    if (id) json_object_set(metadata, "cellId", id);
    return metadata;
}

static bool cells_run(Client *client, Run *run, bool *failed, Error *err) {
    size_t count = notebook_cell_count(run->notebook), number = 0;
    bool alive = true;
    for (size_t i = 0; i < count; i++)
        if (notebook_cell_is_code(notebook_cell(run->notebook, i)))
            notebook_cell_clear(notebook_cell(run->notebook, i));
    for (size_t i = 0; i < count && alive && !*failed; i++) {
        run->cell = notebook_cell(run->notebook, i);
        if (!notebook_cell_is_code(run->cell)) {
            if (slice_equal(message_text(run->cell, "cell_type"), SLICE("markdown")))
                print_line(run, notebook_cell_source(run->cell));
            continue;
        }
        source_show(run, run->cell, ++number);
        ClientEvents events = {
            .context = run, .published = take_message, .is_cancelled = is_cancelled};
        json_t *metadata = request_metadata(run->cell);
        alive =
            client_execute(client, notebook_cell_source(run->cell), metadata, &events, failed, err);
        json_decref(metadata);
        bar_remove(run);
        if (*failed && notebook_cell_has_tag(run->cell, "raises-exception")) *failed = false;
        print(run, SLICE("\n"));
    }
    return alive;
}

static bool notebook_run(const Options *options, bool *failed, Error *err) {
    AUTO(Notebook, notebook) = {0};
    if (!notebook_read(&notebook, options->notebook, err)) return false;
    if (options->parameter_count) parameters_inject(&notebook, options);
    AUTO(Text, folder) = {0};
    const char *slash = strrchr(options->notebook, '/');
    if (slash)
        text_append(&folder, slice_of(options->notebook, (size_t)(slash - options->notebook) + 1));
    AUTO_PTR(Client, client) = kernel_start(&notebook, slash ? text_cstr(&folder) : NULL, err);
    if (!client) return false;
    notebook_set_language(&notebook, json_object_get(client_kernel_info(client), "language_info"));
    Run run = {
        .notebook = &notebook, .quiet = options->quiet, .colours = isatty(STDOUT_FILENO) != 0};
    bool alive = cells_run(client, &run, failed, err);
    Error second = {0};
    if (options->output && !notebook_write(&notebook, options->output, &second)) {
        if (alive) error_copy(err, &second);
        return false;
    }
    return alive;
}

static bool options_read(Options *options, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "-o") == 0 && more) options->output = argv[++i];
        else if (strcmp(argv[i], "-q") == 0) options->quiet = true;
        else if (strcmp(argv[i], "-p") == 0 && more && strchr(argv[i + 1], '=') &&
                 options->parameter_count < PARAMETERS_MAX)
            options->parameters[options->parameter_count++] = argv[++i];
        else if (argv[i][0] != '-' && !options->notebook) options->notebook = argv[i];
        else {
            fprintf(stderr, "tarn run: what is \"%s\"? See tarn run --help\n", argv[i]);
            return false;
        }
    }
    if (!options->notebook) fputs("tarn run: which notebook?\n", stderr);
    return options->notebook != NULL;
}

static int run_run(int argc, char **argv) {
    Options options = {0};
    if (!options_read(&options, argc, argv)) return 2;
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    Error err = {0};
    bool failed = false;
    if (notebook_run(&options, &failed, &err)) return failed ? 1 : 0;
    AUTO(Text, words) = {0};
    error_message(&err, &words);
    fprintf(stderr, "%s\n", text_cstr(&words));
    return 1;
}

const Command run_command = {
    .name = "run",
    .summary = "executes a notebook without a browser",
    .usage = "usage: tarn run NOTEBOOK [-o OUT] [-p NAME=VALUE]... [-q]\n\n"
             "Runs every cell with the notebook's own kernel and shows the results.\n"
             "  -o OUT         writes the executed notebook\n"
             "  -p NAME=VALUE  a parameter: a number, true, false, null, a Python literal or a "
             "text\n"
             "  -q             shows nothing\n"
             "The exit status is 1 when a cell fails; the cells below it are not run.\n",
    .run = run_run,
};
