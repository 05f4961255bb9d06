// SPDX-License-Identifier: Apache-2.0
#include "notebook/nbformat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// As Jupyter writes it: one blank of indent, sorted keys, lists of lines.
static const char CANONICAL[] =
    "{\n"
    " \"cells\": [\n"
    "  {\n"
    "   \"attachments\": {\n    \"a.png\": {\n"
    "     \"image/png\": [\n      \"QUJD\"\n     ]\n    }\n"
    "   },\n"
    "   \"cell_type\": \"markdown\",\n   \"id\": \"c1\",\n   \"metadata\": {},\n"
    "   \"source\": [\n    \"# Größe\\n\",\n    \"text\"\n   ]\n"
    "  },\n"
    "  {\n"
    "   \"cell_type\": \"code\",\n   \"execution_count\": 3,\n   \"id\": \"c2\",\n"
    "   \"metadata\": {\n    \"unknown\": {\n     \"x\": 0.1\n    }\n   },\n"
    "   \"outputs\": [\n"
    "    {\n     \"data\": {\n      \"application/vnd.x+json\": {\n       \"b\": [\n        1.0,\n"
    "        null,\n        1e+300\n       ]\n      },\n      \"text/plain\": [\n       \"1\"\n"
    "      ]\n     },\n     \"execution_count\": 3,\n     \"metadata\": {},\n"
    "     \"output_type\": \"execute_result\"\n    }\n"
    "   ],\n"
    "   \"source\": []\n"
    "  }\n"
    " ],\n"
    " \"metadata\": {\n  \"future\": true\n },\n"
    " \"nbformat\": 4,\n \"nbformat_minor\": 5\n"
    "}\n";

static void nbformat__writes_an_unchanged_notebook_with_the_same_bytes(void **state) {
    (void)state;
    AUTO(Notebook, notebook) = {0};
    AUTO(Text, out) = {0};
    Error err = {0};
    assert_true(notebook_parse(&notebook, slice_from_cstr(CANONICAL), &err));
    assert_true(
        slice_equal(notebook_cell_source(notebook_cell(&notebook, 0)), SLICE("# Größe\ntext")));
    notebook_append(&notebook, &out);
    assert_string_equal(text_cstr(&out), CANONICAL);
}

static void nbformat__gives_ids_to_cells_of_older_minors(void **state) {
    (void)state;
    AUTO(Notebook, notebook) = {0};
    Error err = {0};
    assert_true(notebook_parse(&notebook,
                               SLICE("{\"nbformat\":4,\"nbformat_minor\":2,\"metadata\":{},"
                                     "\"cells\":[{\"cell_type\":\"raw\",\"source\":\"a\"},"
                                     "{\"cell_type\":\"raw\",\"source\":\"b\"}]}"),
                               &err));
    Slice first = message_text(notebook_cell(&notebook, 0), "id");
    Slice second = message_text(notebook_cell(&notebook, 1), "id");
    assert_int_equal(first.bytes, 8);
    assert_false(slice_equal(first, second));
    assert_int_equal(message_number(notebook.root, "nbformat_minor", 0), 5);
}

static void nbformat__refuses_other_files(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "{}",
                                      "[]",
                                      "{\"nbformat\":3,\"cells\":[]}",
                                      "{\"nbformat\":4}",
                                      "{\"nbformat\":4,\"cells\":[1]}",
                                      "{\"nbformat\":4,\"cells\":[{}]}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        AUTO(Notebook, notebook) = {0};
        Error err = {0};
        assert_false(notebook_parse(&notebook, slice_from_cstr(bad[i]), &err));
        assert_int_equal(err.code, ERR_CANNOT_READ_FILE);
    }
}

static json_t *loads(const char *text) { return json_loads(text, 0, NULL); }

static void add(json_t *cell, const char *type, const char *content) {
    json_t *object = loads(content);
    assert_true(notebook_cell_add_output(cell, slice_from_cstr(type), object));
    json_decref(object);
}

static void nbformat__joins_streams_of_one_name(void **state) {
    (void)state;
    json_t *cell = loads("{\"cell_type\":\"code\"}");
    notebook_cell_clear(cell);
    add(cell, "stream", "{\"name\":\"stdout\",\"text\":\"a\"}");
    add(cell, "stream", "{\"name\":\"stdout\",\"text\":\"b\\n\"}");
    add(cell, "stream", "{\"name\":\"stderr\",\"text\":\"c\"}");
    add(cell, "stream", "{\"name\":\"stdout\",\"text\":\"d\"}");
    json_t *outputs = json_object_get(cell, "outputs");
    assert_int_equal(json_array_size(outputs), 3);
    assert_true(slice_equal(message_text(json_array_get(outputs, 0), "text"), SLICE("ab\n")));
    json_t *status = loads("{\"execution_state\":\"busy\"}");
    assert_false(notebook_cell_add_output(cell, SLICE("status"), status));
    json_decref(status);
    json_decref(cell);
}

static void nbformat__updates_every_output_of_a_display(void **state) {
    (void)state;
    AUTO(Notebook, notebook) = {0};
    AUTO(Text, out) = {0};
    Error err = {0};
    assert_true(
        notebook_parse(&notebook,
                       SLICE("{\"nbformat\":4,\"nbformat_minor\":5,\"metadata\":{},\"cells\":["
                             "{\"cell_type\":\"code\",\"id\":\"a\",\"source\":\"\"},"
                             "{\"cell_type\":\"code\",\"id\":\"b\",\"source\":\"\"}]}"),
                       &err));
    for (size_t i = 0; i < 2; i++) {
        notebook_cell_clear(notebook_cell(&notebook, i));
        add(notebook_cell(&notebook, i), "display_data",
            "{\"data\":{\"text/plain\":\"old\"},\"transient\":{\"display_id\":\"d\"}}");
    }
    json_t *update = loads("{\"data\":{\"text/plain\":\"new\"},\"metadata\":{}}");
    notebook_update_display(&notebook, SLICE("d"), update);
    json_decref(update);
    notebook_append(&notebook, &out);
    Slice text = text_slice(&out);
    assert_true(slice_find(text, SLICE("old"), 0) == SIZE_MAX);
    assert_true(slice_find(text, SLICE("display_id"), 0) == SIZE_MAX);
    size_t first = slice_find(text, SLICE("\"new\""), 0);
    assert_true(slice_find(text, SLICE("\"new\""), first + 1) != SIZE_MAX);
}

static void nbformat__finds_tags(void **state) {
    (void)state;
    json_t *cell = loads("{\"metadata\":{\"tags\":[1,\"parameters\"]}}");
    assert_true(notebook_cell_has_tag(cell, "parameters"));
    assert_false(notebook_cell_has_tag(cell, "other"));
    json_decref(cell);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nbformat__writes_an_unchanged_notebook_with_the_same_bytes),
        cmocka_unit_test(nbformat__gives_ids_to_cells_of_older_minors),
        cmocka_unit_test(nbformat__refuses_other_files),
        cmocka_unit_test(nbformat__joins_streams_of_one_name),
        cmocka_unit_test(nbformat__updates_every_output_of_a_display),
        cmocka_unit_test(nbformat__finds_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
