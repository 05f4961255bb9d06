// SPDX-License-Identifier: Apache-2.0
#include "platform/process.h"
#include "base/text.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static Process *shell(const char *script, const char *folder, const char *const *environment) {
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    ProcessOptions options = {
        .argv = argv, .folder = folder, .environment = environment, .pipes = true};
    Error err = {0};
    Process *process = process_start(&options, &err);
    assert_non_null(process);
    return process;
}

static void read_all(Process *process, int stream, Text *out) {
    char bytes[256];
    struct pollfd wait = {.fd = process_output(process, stream), .events = POLLIN};
    for (ssize_t got = 1; got != 0;) {
        poll(&wait, 1, 5000);
        got = read(wait.fd, bytes, sizeof bytes);
        if (got > 0) text_append(out, slice_of(bytes, (size_t)got));
    }
}

static void process__gives_both_streams_and_the_status(void **state) {
    (void)state;
    AUTO_PTR(Process, process) = shell("echo out; echo err >&2; exit 7", NULL, NULL);
    AUTO(Text, out) = {0};
    AUTO(Text, error) = {0};
    read_all(process, 0, &out);
    read_all(process, 1, &error);
    assert_string_equal(text_cstr(&out), "out\n");
    assert_string_equal(text_cstr(&error), "err\n");
    assert_int_equal(process_wait(process, -1), 7);
    assert_int_equal(process_wait(process, 0), 7);
}

static void process__runs_in_a_folder_with_its_own_environment(void **state) {
    (void)state;
    setenv("TARN_TEST_KEPT", "kept", 1);
    setenv("TARN_TEST_REPLACED", "old", 1);
    const char *environment[] = {"TARN_TEST_REPLACED=new", "TARN_TEST_ADDED=added", NULL};
    AUTO_PTR(Process, process) = shell(
        "echo $PWD $TARN_TEST_KEPT $TARN_TEST_REPLACED $TARN_TEST_ADDED", "/usr", environment);
    AUTO(Text, out) = {0};
    read_all(process, 0, &out);
    assert_string_equal(text_cstr(&out), "/usr kept new added\n");
}

static void process__signals_the_whole_group(void **state) {
    (void)state;
    AUTO_PTR(Process, process) = shell("sleep 60 & sleep 60; wait", NULL, NULL);
    assert_int_equal(process_wait(process, 50), -1);
    process_signal(process, SIGTERM);
    assert_int_equal(process_wait(process, 5000), 128 + SIGTERM);
    AUTO(Text, out) = {0};
    read_all(process, 0, &out); // ends only when every child that holds the pipe has ended
}

static void process__ends_with_its_owner(void **state) {
    (void)state;
    Process *process = shell("sleep 60", NULL, NULL);
    pid_t pid = process_id(process);
    process_free(process);
    assert_int_equal(kill(pid, 0), -1);
}

static void process__names_a_program_that_is_not_there(void **state) {
    (void)state;
    const char *argv[] = {"no-such-program-anywhere", NULL};
    ProcessOptions options = {.argv = argv, .pipes = true};
    Error err = {0};
    assert_null(process_start(&options, &err));
    assert_int_equal(err.code, ERR_IO_ERROR);
    assert_true(slice_equal_cstr(error_parameter(&err, "path"), "no-such-program-anywhere"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(process__gives_both_streams_and_the_status),
        cmocka_unit_test(process__runs_in_a_folder_with_its_own_environment),
        cmocka_unit_test(process__signals_the_whole_group),
        cmocka_unit_test(process__ends_with_its_owner),
        cmocka_unit_test(process__names_a_program_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
