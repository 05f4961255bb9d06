// SPDX-License-Identifier: Apache-2.0
#include "notebook/json_text.h"
#include "base/quote.h"

#include <stdio.h>
#include <stdlib.h>

static void append_value(const json_t *value, uint32_t depth, Text *out);

static void append_line(uint32_t depth, Text *out) {
    text_append_char(out, '\n');
    text_append_repeat(out, ' ', depth);
}

// Python's repr: the shortest digits, always with a point or exponent.
static void append_real(double value, Text *out) {
    char digits[40];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value) break;
    }
    text_append_cstr(out, digits);
    if (!strpbrk(digits, ".en")) text_append_cstr(out, ".0");
}

static int compare_keys(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void append_object(const json_t *object, uint32_t depth, Text *out) {
    size_t count = json_object_size(object), at = 0;
    const char **keys = xcalloc(count + 1, sizeof *keys);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) keys[at++] = key;
    qsort(keys, count, sizeof *keys, compare_keys);
    text_append_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i) text_append_char(out, ',');
        append_line(depth + 1, out);
        quote_json(out, slice_from_cstr(keys[i]));
        text_append_cstr(out, ": ");
        append_value(json_object_get(object, keys[i]), depth + 1, out);
    }
    if (count) append_line(depth, out);
    text_append_char(out, '}');
    free(keys);
}

static void append_array(const json_t *array, uint32_t depth, Text *out) {
    size_t count = json_array_size(array);
    text_append_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) text_append_char(out, ',');
        append_line(depth + 1, out);
        append_value(json_array_get(array, i), depth + 1, out);
    }
    if (count) append_line(depth, out);
    text_append_char(out, ']');
}

// Depth is limited by the reader that made the tree.
static void append_value(const json_t *value, uint32_t depth, Text *out) {
    switch (json_typeof(value)) {
    case JSON_OBJECT: append_object(value, depth, out); break;
    case JSON_ARRAY: append_array(value, depth, out); break;
    case JSON_STRING:
        quote_json(out, slice_of(json_string_value(value), json_string_length(value)));
        break;
    case JSON_INTEGER: text_append_i64(out, json_integer_value(value)); break;
    case JSON_REAL: append_real(json_real_value(value), out); break;
    case JSON_TRUE: text_append_cstr(out, "true"); break;
    case JSON_FALSE: text_append_cstr(out, "false"); break;
    case JSON_NULL: text_append_cstr(out, "null"); break;
    }
}

void json_text_append(const json_t *value, Text *out) { append_value(value, 0, out); }
