// SPDX-License-Identifier: Apache-2.0
#include "notebook/kernelspec.h"

#include <stdlib.h>

bool kernelspec_user_folder(Text *path, Error *err) {
    const char *jupyter = getenv("JUPYTER_DATA_DIR"), *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    if (jupyter && *jupyter) text_append_cstr(path, jupyter);
    else if (data && *data) text_printf(path, "%s/jupyter", data);
    else if (home && *home) text_printf(path, "%s/.local/share/jupyter", home);
    else return error_internal(err, "neither JUPYTER_DATA_DIR, XDG_DATA_HOME nor HOME is set");
    return true;
}

static bool name_valid(Slice name) {
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '.' || c == '_' || c == '-';
        if (!plain) return false;
    }
    return name.bytes > 0 && name.data[0] != '.';
}

static bool load(Kernelspec *spec, Slice folder, Slice name) {
    AUTO(Text, path) = {0};
    text_printf(&path, "%.*s/kernels/%.*s/kernel.json", SLICE_ARGS(folder), SLICE_ARGS(name));
    json_error_t details;
    json_t *root = json_load_file(text_cstr(&path), 0, &details);
    if (!json_is_array(json_object_get(root, "argv"))) {
        json_decref(root);
        return false;
    }
    spec->root = root;
    text_append(&spec->folder,
                slice_first(text_slice(&path), path.bytes - sizeof "/kernel.json" + 1));
    return true;
}

bool kernelspec_find(Kernelspec *spec, Slice name, Error *err) {
    AUTO(Text, path) = {0};
    const char *own = getenv("JUPYTER_PATH"), *environment = getenv("VIRTUAL_ENV");
    if (own) text_append_cstr(&path, own);
    text_append_char(&path, ':');
    Error ignored = {0};
    if (!kernelspec_user_folder(&path, &ignored)) text_append_char(&path, ':');
    if (environment) text_printf(&path, ":%s/share/jupyter", environment);
    text_append_cstr(&path, ":/usr/local/share/jupyter:/usr/share/jupyter");
    Slice rest = text_slice(&path), folder;
    while (name_valid(name) && slice_split(&rest, ':', &folder))
        if (folder.bytes && load(spec, folder, name)) return true;
    AUTO(Text, words) = {0};
    text_append(&words, name);
    return error_set(err, ERR_KERNELSPEC_NOT_FOUND, "name", text_cstr(&words), "path",
                     text_cstr(&path));
}

void kernelspec_deinit(Kernelspec *spec) {
    text_deinit(&spec->folder);
    json_decref(spec->root);
    *spec = (Kernelspec){0};
}

static void append_replaced(Slice text, const char *hole, const char *value, Text *out) {
    Slice mark = slice_from_cstr(hole);
    size_t at;
    while ((at = slice_find(text, mark, 0)) != SIZE_MAX) {
        text_append(out, slice_first(text, at));
        text_append_cstr(out, value);
        text = slice_from(text, at + mark.bytes);
    }
    text_append(out, text);
}

const char **kernelspec_argv(const Kernelspec *spec, const char *connection_file, Arena *arena,
                             Error *err) {
    const json_t *words = json_object_get(spec->root, "argv");
    size_t count = json_array_size(words);
    const char **argv = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const char *word = json_string_value(json_array_get(words, i));
        AUTO(Text, half) = {0};
        AUTO(Text, whole) = {0};
        AUTO(Text, folder) = {0};
        text_append(&folder, text_slice(&spec->folder));
        append_replaced(slice_from_cstr(word ? word : ""), "{connection_file}", connection_file,
                        &half);
        append_replaced(text_slice(&half), "{resource_dir}", text_cstr(&folder), &whole);
        argv[i] = arena_cstr(arena, text_slice(&whole));
    }
    if (count) return argv;
    error_internal(err, "the kernelspec has no command");
    return NULL;
}

const char **kernelspec_environment(const Kernelspec *spec, Arena *arena) {
    json_t *pairs = json_object_get(spec->root, "env"), *value;
    const char **list = ARENA_ARRAY(arena, const char *, json_object_size(pairs) + 1);
    const char *name;
    size_t count = 0;
    json_object_foreach(pairs, name, value) {
        if (!json_is_string(value)) continue;
        list[count++] = arena_printf(arena, "%s=%s", name, json_string_value(value)).data;
    }
    return list;
}

bool kernelspec_interrupts_by_message(const Kernelspec *spec) {
    return slice_equal(message_text(spec->root, "interrupt_mode"), SLICE("message"));
}
