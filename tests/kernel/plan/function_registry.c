// SPDX-License-Identifier: Apache-2.0
// The tables of functions: sorted, without doubles, every signature readable.
#include "kernel/plan/function_registry.h"

#include "kernel/plan/functions/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void names_are_unique(void **state) {
    (void)state;
    uint32_t count;
    const FunctionDefinition *const *all = function_all(&count);
    assert_true(count > 100);
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(all[i - 1]->name, all[i]->name) >= 0) fail_msg("%s twice", all[i]->name);
        assert_ptr_equal(function_find(slice_from_cstr(all[i]->name)), all[i]);
    }
}

static void signatures_parse(void **state) {
    (void)state;
    uint32_t count;
    const FunctionDefinition *const *all = function_all(&count);
    Arena arena;
    arena_init(&arena);
    for (uint32_t i = 0; i < count; i++) {
        for (const FunctionDefinition *row = all[i]; row; row = function_next(row)) {
            if (!row->signature && !row->bind && !all[i]->bind) fail_msg("%s binds", row->name);
            if (!row->signature) continue;
            Signature signature;
            signature_parse(&arena, row->signature, &signature);
            uint32_t args = signature.is_variadic ? 255 : signature.arg_count;
            // A row that binds itself may take more than its signature says.
            if (!row->bind && row->max_args > args) fail_msg("%s takes too many", row->name);
        }
    }
    arena_deinit(&arena);
}

static void look_up(void **state) {
    (void)state;
    assert_non_null(function_find(SLICE("SUM")));
    assert_null(function_find(SLICE("")));
    assert_null(function_find(SLICE("no_such_function")));
    char longer[200];
    memset(longer, 'a', sizeof longer);
    assert_null(function_find(slice_of(longer, sizeof longer)));
    Slice near[3];
    assert_int_equal(function_suggest(SLICE("coun"), near, 3), 3);
    assert_true(slice_equal_cstr(near[0], "count"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(signatures_parse),
        cmocka_unit_test(look_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
