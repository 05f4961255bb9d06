// SPDX-License-Identifier: Apache-2.0
// Trees of schema elements as SQL types: every way in which lists and maps were ever written, and
// trees that are none.
#include "kernel/lake/parquet/format/schema.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ELEMENTS_MAX = 20 };

typedef struct Tree {
    ParquetElement elements[ELEMENTS_MAX];
    uint32_t count;
    uint32_t leaves;
} Tree;

static void add(Tree *tree, char repetition, const char *name, uint32_t children,
                ParquetLogical logical) {
    ParquetElement *element = &tree->elements[tree->count++];
    *element = (ParquetElement){.name = slice_from_cstr(name), .field_id = -1, .is_signed = true};
    element->repetition = repetition == '?'   ? PARQUET_OPTIONAL
                          : repetition == '*' ? PARQUET_REPEATED
                                              : PARQUET_REQUIRED;
    element->physical = children ? PARQUET_GROUP : PARQUET_INT32;
    element->child_count = children;
    element->logical = logical;
    tree->leaves += children == 0;
}

static Tree tree_new(uint32_t columns) {
    Tree tree = {0};
    add(&tree, '1', "root", columns, LOGICAL_NONE);
    return tree;
}

static bool build(Arena *arena, Tree *tree, ParquetSchema *schema, Error *err) {
    ParquetFooter footer = {
        .elements = tree->elements, .element_count = tree->count, .leaf_count = tree->leaves};
    return schema_build(arena, SLICE("f"), &footer, schema, err);
}

static void assert_type(Tree *tree, const char *expected) {
    AUTO(Arena, arena) = {0};
    AUTO(Text, text) = {0};
    ParquetSchema schema;
    Error err = {0};
    assert_true(build(&arena, tree, &schema, &err));
    type_append_catalog(schema.root.type, &text);
    assert_string_equal(text_cstr(&text), expected);
    assert_int_equal(schema.leaf_count, tree->leaves);
}

static void assert_refused(Tree *tree, const char *reason) {
    AUTO(Arena, arena) = {0};
    ParquetSchema schema;
    Error err = {0};
    assert_false(build(&arena, tree, &schema, &err));
    assert_string_equal(error_class(&err), "CANNOT_READ_FILE");
    if (slice_find(error_parameter(&err, "reason"), slice_from_cstr(reason), 0) == SIZE_MAX) {
        fail_msg("%.*s", SLICE_ARGS(error_parameter(&err, "reason")));
    }
}

static void schema__standard_list(void **state) {
    (void)state;
    Tree tree = tree_new(1);
    add(&tree, '?', "l", 1, LOGICAL_LIST);
    add(&tree, '*', "list", 1, LOGICAL_NONE);
    add(&tree, '?', "element", 0, LOGICAL_NONE);
    assert_type(&tree, "struct<l:array<int>>");
    AUTO(Arena, arena) = {0};
    ParquetSchema schema;
    Error err = {0};
    assert_true(build(&arena, &tree, &schema, &err));
    const ParquetNode *list = &schema.root.children[0], *element = &list->children[0];
    assert_true(list->kind == NODE_LIST && list->nullable && element->nullable);
    assert_int_equal(list->def, 1);
    assert_int_equal(list->element_def, 2);
    assert_int_equal(list->rep, 1);
    assert_int_equal(element->def, 3);
    assert_int_equal(element->rep, 1);
}

static void schema__old_lists(void **state) {
    (void)state;
    Tree two_level = tree_new(1);
    add(&two_level, '?', "l", 1, LOGICAL_LIST);
    add(&two_level, '*', "element", 0, LOGICAL_NONE);
    assert_type(&two_level, "struct<l:array<int>>");
    Tree fields = tree_new(1);
    add(&fields, '?', "l", 1, LOGICAL_LIST);
    add(&fields, '*', "element", 2, LOGICAL_NONE);
    add(&fields, '1', "a", 0, LOGICAL_NONE);
    add(&fields, '1', "b", 0, LOGICAL_NONE);
    assert_type(&fields, "struct<l:array<struct<a:int,b:int>>>");
    Tree array = tree_new(1);
    add(&array, '?', "l", 1, LOGICAL_LIST);
    add(&array, '*', "array", 1, LOGICAL_NONE);
    add(&array, '1', "a", 0, LOGICAL_NONE);
    assert_type(&array, "struct<l:array<struct<a:int>>>");
    Tree tuple = tree_new(1);
    add(&tuple, '?', "l", 1, LOGICAL_LIST);
    add(&tuple, '*', "l_tuple", 1, LOGICAL_NONE);
    add(&tuple, '1', "a", 0, LOGICAL_NONE);
    assert_type(&tuple, "struct<l:array<struct<a:int>>>");
    Tree bag = tree_new(1);
    add(&bag, '?', "l", 1, LOGICAL_LIST);
    add(&bag, '*', "bag", 1, LOGICAL_NONE);
    add(&bag, '?', "array_element", 0, LOGICAL_NONE);
    assert_type(&bag, "struct<l:array<int>>");
    Tree nested = tree_new(1);
    add(&nested, '?', "l", 1, LOGICAL_LIST);
    add(&nested, '*', "list", 1, LOGICAL_NONE);
    add(&nested, '*', "item", 0, LOGICAL_NONE);
    assert_type(&nested, "struct<l:array<struct<item:array<int>>>>");
}

static void schema__bare_repetition(void **state) {
    (void)state;
    Tree tree = tree_new(2);
    add(&tree, '*', "a", 0, LOGICAL_NONE);
    add(&tree, '*', "b", 1, LOGICAL_NONE);
    add(&tree, '*', "c", 0, LOGICAL_NONE);
    assert_type(&tree, "struct<a:array<int>,b:array<struct<c:array<int>>>>");
}

static void schema__maps(void **state) {
    (void)state;
    Tree tree = tree_new(3);
    add(&tree, '?', "m", 1, LOGICAL_MAP);
    add(&tree, '*', "key_value", 2, LOGICAL_NONE);
    add(&tree, '1', "key", 0, LOGICAL_NONE);
    add(&tree, '?', "value", 0, LOGICAL_NONE);
    add(&tree, '?', "keys", 1, LOGICAL_MAP);
    add(&tree, '*', "map", 1, LOGICAL_NONE);
    add(&tree, '1', "key", 0, LOGICAL_NONE);
    add(&tree, '?', "none", 2, LOGICAL_MAP);
    add(&tree, '1', "x", 0, LOGICAL_NONE);
    add(&tree, '1', "y", 0, LOGICAL_NONE);
    assert_type(&tree, "struct<m:map<int,int>,keys:array<int>,none:struct<x:int,y:int>>");
}

static void schema__finds_by_id_then_name(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    ParquetSchema schema;
    Error err = {0};
    Tree tree = tree_new(3);
    add(&tree, '?', "a", 0, LOGICAL_NONE);
    add(&tree, '?', "A", 0, LOGICAL_NONE);
    add(&tree, '?', "b", 0, LOGICAL_NONE);
    tree.elements[3].field_id = 7;
    assert_true(build(&arena, &tree, &schema, &err));
    const ParquetNode *columns = schema.root.children;
    assert_ptr_equal(schema_child(&schema.root, SLICE("A"), -1), &columns[1]);
    assert_ptr_equal(schema_child(&schema.root, SLICE("B"), -1), &columns[2]);
    assert_ptr_equal(schema_child(&schema.root, SLICE("a"), 7), &columns[2]);
    assert_ptr_equal(schema_child(&schema.root, SLICE("a"), 8), &columns[0]);
    assert_null(schema_child(&schema.root, SLICE("c"), -1));
}

static void schema__refuses_what_is_no_tree(void **state) {
    (void)state;
    Tree few = tree_new(3);
    add(&few, '1', "a", 0, LOGICAL_NONE);
    assert_refused(&few, "do not agree");
    Tree many = tree_new(1);
    add(&many, '1', "a", 0, LOGICAL_NONE);
    add(&many, '1', "b", 0, LOGICAL_NONE);
    assert_refused(&many, "do not agree");
    Tree empty = tree_new(2);
    add(&empty, '1', "a", 0, LOGICAL_NONE);
    add(&empty, '*', "b", 0, LOGICAL_NONE);
    empty.elements[2].physical = PARQUET_GROUP;
    assert_refused(&empty, "no fields");
    Tree name = tree_new(1);
    add(&name, '1', "\xFF", 0, LOGICAL_NONE);
    assert_refused(&name, "UTF-8");
    Tree fixed = tree_new(1);
    add(&fixed, '1', "a", 0, LOGICAL_NONE);
    fixed.elements[1].physical = PARQUET_FIXED;
    assert_refused(&fixed, "no length");
}

static void schema__refuses_endless_depth(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    enum { DEEP = 120 };
    ParquetElement elements[DEEP + 1] = {0};
    for (uint32_t i = 0; i < DEEP; i++) {
        elements[i] =
            (ParquetElement){.name = SLICE("x"), .physical = PARQUET_GROUP, .child_count = 1};
    }
    elements[DEEP] = (ParquetElement){.name = SLICE("x"), .physical = PARQUET_INT32};
    ParquetFooter footer = {.elements = elements, .element_count = DEEP + 1, .leaf_count = 1};
    ParquetSchema schema;
    Error err = {0};
    assert_false(schema_build(&arena, SLICE("f"), &footer, &schema, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema__standard_list),
        cmocka_unit_test(schema__old_lists),
        cmocka_unit_test(schema__bare_repetition),
        cmocka_unit_test(schema__maps),
        cmocka_unit_test(schema__finds_by_id_then_name),
        cmocka_unit_test(schema__refuses_what_is_no_tree),
        cmocka_unit_test(schema__refuses_endless_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
