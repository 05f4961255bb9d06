// SPDX-License-Identifier: Apache-2.0
#include "cli/cpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// A machine that runs this test program has what the build needs.
static void cpu__this_machine_will_do(void **state) {
    (void)state;
    assert_null(cpu_missing_feature());
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(cpu__this_machine_will_do)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
