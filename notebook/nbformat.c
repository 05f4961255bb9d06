// SPDX-License-Identifier: Apache-2.0
#include "notebook/nbformat.h"
#include "notebook/json_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Where an output remembers its display id in memory; it is not written.
#define DISPLAY_KEY "tarn_display_id"

static bool invalid(Error *err, const char *path, const char *reason) {
    return error_set(err, ERR_CANNOT_READ_FILE, "path", path, "reason", reason);
}

void notebook_deinit(Notebook *notebook) {
    json_decref(notebook->root);
    notebook->root = NULL;
}

// --- texts: lines on disk, joined in memory ------------------------------------------------------

static void join_member(json_t *object, const char *name) {
    json_t *lines = json_object_get(object, name), *line;
    if (!json_is_array(lines)) return;
    AUTO(Text, joined) = {0};
    size_t i;
    json_array_foreach(lines, i, line) {
        if (!json_is_string(line)) return;
        text_append(&joined, slice_of(json_string_value(line), json_string_length(line)));
    }
    json_object_set_new(object, name, json_stringn_nocheck(text_cstr(&joined), joined.bytes));
}

static void split_member(json_t *object, const char *name) {
    json_t *text = json_object_get(object, name);
    if (!json_is_string(text)) return;
    Slice rest = slice_of(json_string_value(text), json_string_length(text));
    json_t *lines = json_array();
    while (rest.bytes) {
        size_t end = slice_find_char(rest, '\n', 0);
        size_t bytes = end == SIZE_MAX ? rest.bytes : end + 1;
        json_array_append_new(lines, json_stringn_nocheck(rest.data, bytes));
        rest = slice_from(rest, bytes);
    }
    json_object_set_new(object, name, lines);
}

static bool is_json_mime(const char *mime) {
    Slice name = slice_from_cstr(mime);
    return slice_equal(name, SLICE("application/json")) ||
           (slice_starts_with(name, SLICE("application/")) &&
            slice_ends_with(name, SLICE("+json")));
}

static void each_text(json_t *object, void (*change)(json_t *object, const char *name)) {
    const char *mime;
    void *next;
    json_t *value;
    json_object_foreach_safe(object, next, mime, value) {
        if (!is_json_mime(mime)) change(object, mime);
    }
}

static void each_output(json_t *cell, void (*change)(json_t *object, const char *name)) {
    json_t *outputs = json_object_get(cell, "outputs"), *output;
    size_t i;
    json_array_foreach(outputs, i, output) {
        if (slice_equal(message_text(output, "output_type"), SLICE("stream")))
            change(output, "text");
        else each_text(json_object_get(output, "data"), change);
    }
}

static void each_cell(json_t *root, void (*change)(json_t *object, const char *name)) {
    json_t *cell, *attachment;
    size_t i;
    const char *name;
    json_array_foreach(json_object_get(root, "cells"), i, cell) {
        change(cell, "source");
        each_output(cell, change);
        json_object_foreach(json_object_get(cell, "attachments"), name, attachment)
            each_text(attachment, change);
    }
}

// --- reading -------------------------------------------------------------------------------------

static json_t *id_new(void) {
    unsigned char random[4];
    char hex[9];
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, hex);
    return json_string(hex);
}

// Version 4.5 asks for an id in every cell; older minors have none.
static void ids_add(json_t *root) {
    json_t *cell;
    size_t i;
    json_array_foreach(json_object_get(root, "cells"), i, cell) {
        if (!json_is_object(cell) || json_object_get(cell, "id")) continue;
        json_object_set_new(cell, "id", id_new());
    }
    if (message_number(root, "nbformat_minor", 0) < 5)
        json_object_set_new(root, "nbformat_minor", json_integer(5));
}

static bool check(const json_t *root, const char *path, Error *err) {
    if (!json_is_object(root)) return invalid(err, path, "it is not a JSON object");
    if (message_number(root, "nbformat", 0) != 4)
        return invalid(err, path, "only notebooks of nbformat 4 are read");
    if (!json_is_array(json_object_get(root, "cells")))
        return invalid(err, path, "it has no list of cells");
    json_t *cell;
    size_t i;
    json_array_foreach(json_object_get(root, "cells"), i, cell) {
        if (!json_is_object(cell) || !message_text(cell, "cell_type").bytes)
            return invalid(err, path, "a cell has no type");
    }
    return true;
}

static bool parse_named(Notebook *notebook, Slice text, const char *path, Error *err) {
    json_error_t details;
    json_t *root = json_loadb(text.data ? text.data : "", text.bytes, JSON_ALLOW_NUL, &details);
    if (!root) return invalid(err, path, details.text);
    if (!check(root, path, err)) {
        json_decref(root);
        return false;
    }
    each_cell(root, join_member);
    ids_add(root);
    notebook->root = root;
    return true;
}

bool notebook_parse(Notebook *notebook, Slice text, Error *err) {
    return parse_named(notebook, text, "the notebook", err);
}

bool notebook_read(Notebook *notebook, const char *path, Error *err) {
    FILE *file = fopen(path, "re");
    if (!file) return error_io(err, path, errno);
    AUTO(Text, text) = {0};
    size_t got;
    do {
        char *room = text_reserve(&text, 65536);
        got = fread(room, 1, 65536, file);
        text_added(&text, got);
    } while (got);
    int number = ferror(file) ? EIO : 0;
    fclose(file);
    if (number) return error_io(err, path, number);
    return parse_named(notebook, text_slice(&text), path, err);
}

// --- writing -------------------------------------------------------------------------------------

static void display_ids_forget(json_t *root) {
    json_t *cell, *output;
    size_t i, j;
    json_array_foreach(json_object_get(root, "cells"), i, cell) {
        json_array_foreach(json_object_get(cell, "outputs"), j, output)
            json_object_del(output, DISPLAY_KEY);
    }
}

void notebook_append(const Notebook *notebook, Text *out) {
    json_t *copy = json_deep_copy(notebook->root);
    display_ids_forget(copy);
    each_cell(copy, split_member);
    json_text_append(copy, out);
    text_append_char(out, '\n');
    json_decref(copy);
}

bool notebook_write(const Notebook *notebook, const char *path, Error *err) {
    AUTO(Text, text) = {0};
    AUTO(Text, draft) = {0};
    notebook_append(notebook, &text);
    text_printf(&draft, "%s.%d.part", path, (int)getpid());
    FILE *file = fopen(text_cstr(&draft), "we");
    if (!file) return error_io(err, path, errno);
    bool written = fwrite(text.data, 1, text.bytes, file) == text.bytes;
    int number = errno;
    if (fclose(file) != 0 && written) {
        written = false;
        number = errno;
    }
    if (written && rename(text_cstr(&draft), path) == 0) return true;
    if (written) number = errno;
    unlink(text_cstr(&draft));
    return error_io(err, path, number);
}

// --- cells ---------------------------------------------------------------------------------------

size_t notebook_cell_count(const Notebook *notebook) {
    return json_array_size(json_object_get(notebook->root, "cells"));
}

json_t *notebook_cell(const Notebook *notebook, size_t index) {
    return json_array_get(json_object_get(notebook->root, "cells"), index);
}

bool notebook_cell_is_code(const json_t *cell) {
    return slice_equal(message_text(cell, "cell_type"), SLICE("code"));
}

Slice notebook_cell_source(const json_t *cell) { return message_text(cell, "source"); }

bool notebook_cell_has_tag(const json_t *cell, const char *tag) {
    const json_t *tags = json_object_get(json_object_get(cell, "metadata"), "tags");
    for (size_t i = 0; i < json_array_size(tags); i++) {
        const char *value = json_string_value(json_array_get(tags, i));
        if (value && strcmp(value, tag) == 0) return true;
    }
    return false;
}

void notebook_insert_code(Notebook *notebook, size_t index, Slice source, const char *tag) {
    json_t *cell = json_pack("{s:s, s:n, s:o, s:{s:[s]}, s:[]}", "cell_type", "code",
                             "execution_count", "id", id_new(), "metadata", "tags", tag, "outputs");
    json_object_set_new(cell, "source", json_stringn_nocheck(source.data, source.bytes));
    json_array_insert_new(json_object_get(notebook->root, "cells"), index, cell);
}

static json_t *metadata_of(const Notebook *notebook) {
    json_t *metadata = json_object_get(notebook->root, "metadata");
    if (json_is_object(metadata)) return metadata;
    json_object_set_new(notebook->root, "metadata", metadata = json_object());
    return metadata;
}

Slice notebook_kernel_name(const Notebook *notebook) {
    return message_text(json_object_get(metadata_of(notebook), "kernelspec"), "name");
}

void notebook_set_language(Notebook *notebook, const json_t *language_info) {
    if (json_is_object(language_info))
        json_object_set_new(metadata_of(notebook), "language_info", json_deep_copy(language_info));
}

void notebook_cell_clear(json_t *cell) {
    json_object_set_new(cell, "outputs", json_array());
    json_object_set_new(cell, "execution_count", json_null());
}

// --- outputs -------------------------------------------------------------------------------------

static void add_stream(json_t *outputs, const json_t *content) {
    json_t *last = json_array_get(outputs, json_array_size(outputs) - 1);
    Slice name = message_text(content, "name"), text = message_text(content, "text");
    bool joins = last && slice_equal(message_text(last, "output_type"), SLICE("stream")) &&
                 slice_equal(message_text(last, "name"), name);
    if (!joins) {
        last = json_pack("{s:s}", "output_type", "stream");
        json_object_set_new(last, "name", json_stringn(name.data, name.bytes));
        json_object_set_new(last, "text", json_string(""));
        json_array_append_new(outputs, last);
    }
    AUTO(Text, joined) = {0};
    text_append(&joined, message_text(last, "text"));
    text_append(&joined, text);
    json_object_set_new(last, "text", json_stringn(text_cstr(&joined), joined.bytes));
}

static void copy_member(json_t *to, const json_t *from, const char *name, json_t *otherwise) {
    json_t *value = json_object_get(from, name);
    json_object_set_new(to, name, value ? json_deep_copy(value) : otherwise);
    if (value) json_decref(otherwise);
}

static json_t *output_new(Slice type, const json_t *content) {
    json_t *output = json_object();
    json_object_set_new(output, "output_type", json_stringn(type.data, type.bytes));
    if (slice_equal(type, SLICE("error"))) {
        copy_member(output, content, "ename", json_string(""));
        copy_member(output, content, "evalue", json_string(""));
        copy_member(output, content, "traceback", json_array());
        return output;
    }
    copy_member(output, content, "data", json_object());
    copy_member(output, content, "metadata", json_object());
    if (slice_equal(type, SLICE("execute_result")))
        copy_member(output, content, "execution_count", json_null());
    json_t *id = json_object_get(json_object_get(content, "transient"), "display_id");
    if (json_is_string(id)) json_object_set(output, DISPLAY_KEY, id);
    return output;
}

bool notebook_cell_add_output(json_t *cell, Slice message_type, const json_t *content) {
    json_t *outputs = json_object_get(cell, "outputs");
    if (slice_equal(message_type, SLICE("stream"))) add_stream(outputs, content);
    else if (slice_equal(message_type, SLICE("execute_result")) ||
             slice_equal(message_type, SLICE("display_data")) ||
             slice_equal(message_type, SLICE("error")))
        json_array_append_new(outputs, output_new(message_type, content));
    else return false;
    return true;
}

void notebook_update_display(Notebook *notebook, Slice display_id, const json_t *content) {
    json_t *cell, *output;
    size_t i, j;
    json_array_foreach(json_object_get(notebook->root, "cells"), i, cell) {
        json_array_foreach(json_object_get(cell, "outputs"), j, output) {
            if (!slice_equal(message_text(output, DISPLAY_KEY), display_id)) continue;
            copy_member(output, content, "data", json_object());
            copy_member(output, content, "metadata", json_object());
        }
    }
}
