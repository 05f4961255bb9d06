// SPDX-License-Identifier: Apache-2.0
#include "platform/line_editor.h"

#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef char *(*Generator)(const char *word, int state);

// libedit's readline interface, as far as it is used here.
typedef struct Libedit {
    void *handle;
    char *(*readline)(const char *prompt);
    int (*add_history)(const char *line);
    int (*read_history)(const char *path);
    int (*write_history)(const char *path);
    void (*stifle_history)(int entries);
    char **(*completion_matches)(const char *word, Generator generator);
    char ***attempted_completion; // char **(*)(const char *, int, int)
    char **line_buffer;
    int *point;
    char **word_breaks;
    int *append_character;
} Libedit;

enum { HISTORY_ENTRIES = 5000 };

struct LineEditor {
    Libedit library;
    char *history_path;
    LineCompleter completer;
    void *user;
    char **candidates; // of the running completion
    size_t candidate_count;
    size_t next_candidate;
};

static LineEditor *current; // libedit's callbacks have no context
static sigjmp_buf interrupt_jump;
static volatile sig_atomic_t reading;

static void *find(void *handle, const char *name) { return dlsym(handle, name); }

static void load(Libedit *library) {
    void *handle = dlopen("libedit.so.2", RTLD_LAZY | RTLD_LOCAL);
    if (!handle) return;
    *(void **)&library->readline = find(handle, "readline");
    *(void **)&library->add_history = find(handle, "add_history");
    *(void **)&library->read_history = find(handle, "read_history");
    *(void **)&library->write_history = find(handle, "write_history");
    *(void **)&library->stifle_history = find(handle, "stifle_history");
    *(void **)&library->completion_matches = find(handle, "rl_completion_matches");
    library->attempted_completion = find(handle, "rl_attempted_completion_function");
    library->line_buffer = find(handle, "rl_line_buffer");
    library->point = find(handle, "rl_point");
    library->word_breaks = find(handle, "rl_basic_word_break_characters");
    library->append_character = find(handle, "rl_completion_append_character");
    bool whole = library->readline && library->add_history && library->read_history &&
                 library->write_history && library->completion_matches &&
                 library->attempted_completion && library->line_buffer && library->point;
    if (whole) {
        library->handle = handle;
        return;
    }
    *library = (Libedit){0};
    dlclose(handle);
}

// --- completion
// ----------------------------------------------------------------------------------------

static void add_candidate(void *context, Slice text) {
    LineEditor *editor = context;
    editor->candidates =
        xrealloc(editor->candidates, (editor->candidate_count + 1) * sizeof *editor->candidates);
    char *copy = malloc(text.bytes + 1); // libedit frees it
    if (!copy) out_of_memory(text.bytes);
    memcpy(copy, text.data, text.bytes);
    copy[text.bytes] = '\0';
    editor->candidates[editor->candidate_count++] = copy;
}

static char *next_candidate(const char *word, int state) {
    (void)word;
    if (state == 0) current->next_candidate = 0;
    if (current->next_candidate >= current->candidate_count) return NULL;
    return current->candidates[current->next_candidate++];
}

static char **complete(const char *word, int start, int end) {
    (void)start;
    LineEditor *editor = current;
    size_t word_start = 0;
    editor->candidate_count = 0;
    Slice line = slice_from_cstr(*editor->library.line_buffer);
    editor->completer(editor->user, line, (size_t)end, &word_start, add_candidate, editor);
    if (!editor->candidate_count) return NULL;
    return editor->library.completion_matches(word, next_candidate);
}

// --- the editor
// ----------------------------------------------------------------------------------------

static void make_folder_of(const char *path) {
    char *copy = xmalloc(strlen(path) + 1);
    memcpy(copy, path, strlen(path) + 1);
    for (char *at = copy + 1; *at; at++) {
        if (*at != '/') continue;
        *at = '\0';
        mkdir(copy, 0700);
        *at = '/';
    }
    free(copy);
}

LineEditor *line_editor_new(const char *history_path, LineCompleter completer, void *user) {
    LineEditor *editor = xcalloc(1, sizeof *editor);
    editor->completer = completer;
    editor->user = user;
    load(&editor->library);
    current = editor;
    Libedit *library = &editor->library;
    if (!library->handle) return editor;
    *(void **)library->attempted_completion = (void *)complete;
    static char breaks[] = " \t\n\"\\'`@$><=;|&{(,)+-*/%~!?[].:";
    if (library->word_breaks) *library->word_breaks = breaks;
    if (library->append_character) *library->append_character = '\0';
    if (library->stifle_history) library->stifle_history(HISTORY_ENTRIES);
    if (!history_path) return editor;
    editor->history_path = xmalloc(strlen(history_path) + 1);
    memcpy(editor->history_path, history_path, strlen(history_path) + 1);
    library->read_history(history_path);
    return editor;
}

void line_editor_free(LineEditor *editor) {
    if (!editor) return;
    if (editor->library.handle && editor->history_path) {
        make_folder_of(editor->history_path);
        editor->library.write_history(editor->history_path);
    }
    free(editor->history_path);
    free(editor->candidates);
    current = NULL;
    free(editor);
}

void line_editor_remember(LineEditor *editor, Slice entry) {
    if (!editor->library.handle || !entry.bytes) return;
    AUTO(Text, line) = {0};
    text_append(&line, entry);
    for (size_t i = 0; i < line.bytes; i++)
        if (line.data[i] == '\n') line.data[i] = ' ';
    editor->library.add_history(text_cstr(&line));
}

static void jump_out(int number) {
    (void)number;
    if (reading) siglongjmp(interrupt_jump, 1);
}

static bool read_plainly(const char *prompt, Text *line) {
    char *text = NULL;
    size_t capacity = 0;
    fputs(prompt, stdout);
    fflush(stdout);
    ssize_t bytes = getline(&text, &capacity, stdin);
    if (bytes > 0 && text[bytes - 1] == '\n') bytes--;
    if (bytes >= 0) text_append(line, slice_of(text, (size_t)bytes));
    free(text);
    return bytes >= 0;
}

bool line_editor_read(LineEditor *editor, const char *prompt, Text *line, bool *interrupted) {
    *interrupted = false;
    if (!editor->library.handle) return read_plainly(prompt, line);
    struct sigaction action = {.sa_handler = jump_out}, before;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &before);
    bool ok = true;
    if (sigsetjmp(interrupt_jump, 1)) {
        *interrupted = true;
        putchar('\n');
    } else {
        reading = 1;
        char *text = editor->library.readline(prompt);
        ok = text != NULL;
        if (ok) text_append_cstr(line, text);
        free(text);
    }
    reading = 0;
    sigaction(SIGINT, &before, NULL);
    return ok;
}
