// SPDX-License-Identifier: Apache-2.0
// Statements beside the text of the trees that they give (plan/unresolved_text.h).
#pragma once

#include "kernel/plan/unresolved_text.h"
#include "kernel/sql/sql_parser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct Case {
    const char *sql;
    const char *tree;
} Case;

// A copy of the exact size lets the address sanitizer see one byte too far.
static inline Slice exact_copy(const char *text) {
    size_t bytes = strlen(text);
    char *copy = malloc(bytes ? bytes : 1);
    memcpy(copy, text, bytes);
    return (Slice){copy, bytes};
}

static inline void check(const Case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        AUTO(Arena, arena) = {0};
        AUTO(Text, text) = {0};
        static Error err;
        Slice sql = exact_copy(cases[i].sql);
        const UCommand *command = sql_parser()->statement(&arena, sql, NULL, &err);
        if (command) ucommand_append_text(command, &text);
        else error_message(&err, &text);
        if (strcmp(text_cstr(&text), cases[i].tree) != 0) printf("%s\n", cases[i].sql);
        assert_string_equal(text_cstr(&text), cases[i].tree);
        free((char *)sql.data);
    }
}

// "CLASS name=value ... @fragment" of a failure.
static inline void append_failure(const Error *err, Text *out) {
    text_append_cstr(out, error_class(err));
    for (int i = 0; i < err->parameter_count; i++)
        text_printf(out, " %s=%s", err->storage + err->parameters[i].name,
                    err->storage + err->parameters[i].value);
    text_printf(out, " @%.*s", SLICE_ARGS(error_fragment(err)));
}

static inline void check_failures(const Case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        AUTO(Arena, arena) = {0};
        AUTO(Text, text) = {0};
        static Error err;
        Slice sql = exact_copy(cases[i].sql);
        const UCommand *command = sql_parser()->statement(&arena, sql, NULL, &err);
        error_set_context(&err, sql);
        if (command) ucommand_append_text(command, &text);
        else append_failure(&err, &text);
        if (strcmp(text_cstr(&text), cases[i].tree) != 0) printf("%s\n", cases[i].sql);
        assert_string_equal(text_cstr(&text), cases[i].tree);
        free((char *)sql.data);
    }
}
