// SPDX-License-Identifier: Apache-2.0
// Statements of a text, and whether it ends inside something.
#include "kernel/sql/split.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

// Each statement in brackets, "-" for an empty one, then how it ends.
static void assert_split(const char *sql, const char *expected) {
    static const char *const ends[] = {";", ".", "'", "*", "B"};
    AUTO(Text, text) = {0};
    Slice source = slice_from_cstr(sql);
    Splitter splitter;
    splitter_init(&splitter, source);
    for (SplitStatement statement; splitter_next(&splitter, &statement);) {
        assert_ptr_equal(statement.text.data, source.data + statement.start);
        text_printf(&text, "[%.*s]%s%s", SLICE_ARGS(statement.text), statement.is_empty ? "-" : "",
                    ends[statement.end]);
    }
    assert_string_equal(text_cstr(&text), expected);
}

static void split__at_semicolons(void **state) {
    (void)state;
    assert_split("", "");
    assert_split("  \n", "");
    assert_split("select 1", "[select 1].");
    assert_split("select 1;", "[select 1];");
    assert_split("select 1; select 2 ;\n", "[select 1];[select 2];");
    assert_split("a;;b", "[a];[]-;[b].");
    assert_split("select ';', \";\", `;`; b", "[select ';', \";\", `;`];[b].");
    assert_split("a -- x;\n; /* ; */ b", "[a -- x;];[/* ; */ b].");
    assert_split("-- only\n", "[-- only]-.");
}

static void split__tells_what_is_open(void **state) {
    (void)state;
    assert_split("select 'a;b", "[select 'a;b]'");
    assert_split("select `a", "[select `a]'");
    assert_split("select \"a", "[select \"a]'");
    assert_split("select /* a", "[select /* a]*");
    assert_split("select 1 /* a */", "[select 1 /* a */].");
    assert_split("begin select 1;", "[begin select 1;]B");
}

static void split__keeps_blocks_whole(void **state) {
    (void)state;
    assert_split("begin select 1; select 2; end; x", "[begin select 1; select 2; end];[x].");
    assert_split("begin begin a; end; b; end; c", "[begin begin a; end; b; end];[c].");
    assert_split("begin if a then b; end if; end; c", "[begin if a then b; end if; end];[c].");
    assert_split("begin while a do b; end while; loop c; end loop; end; d",
                 "[begin while a do b; end while; loop c; end loop; end];[d].");
    assert_split("begin select case when a then 1 end; end; b",
                 "[begin select case when a then 1 end; end];[b].");
    assert_split("begin case when a then b; end case; end; c",
                 "[begin case when a then b; end case; end];[c].");
    assert_split("l: begin a; end l; b", "[l: begin a; end l];[b].");
    assert_split("select case a when 1 then 2 end; b", "[select case a when 1 then 2 end];[b].");
    assert_split("select t.begin; b", "[select t.begin];[b].");
    assert_split("begin select t.end, t.case; end; b", "[begin select t.end, t.case; end];[b].");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split__at_semicolons),
        cmocka_unit_test(split__tells_what_is_open),
        cmocka_unit_test(split__keeps_blocks_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
