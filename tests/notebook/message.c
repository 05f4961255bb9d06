// SPDX-License-Identifier: Apache-2.0
#include "notebook/message.h"
#include "notebook/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static int64_t date_read(const char *text) {
    int64_t micros = -1;
    return message_date_parse(slice_from_cstr(text), &micros) ? micros : -1;
}

static void message__reads_dates_of_clients(void **state) {
    (void)state;
    int64_t base = INT64_C(1795265094) * 1000000; // 2026-11-21T12:44:54Z
    assert_int_equal(date_read("2026-11-21T12:44:54Z"), base);
    assert_int_equal(date_read("2026-11-21T12:44:54.123Z"), base + 123000);
    assert_int_equal(date_read("2026-11-21T12:44:54.123456Z"), base + 123456);
    assert_int_equal(date_read("2026-11-21T12:44:54.1234569Z"), base + 123456);
    assert_int_equal(date_read("2026-11-21T13:44:54.5+01:00"), base + 500000);
    assert_int_equal(date_read("2026-11-21T07:14:54-0530"), base);
    assert_int_equal(date_read("2026-11-21 12:44:54"), base);
    assert_int_equal(date_read(""), -1);
    assert_int_equal(date_read("2026-11-21"), -1);
    assert_int_equal(date_read("2026-11-21T12:44:54+1"), -1);
    assert_int_equal(date_read("2026-11-21T12:44:54Zx"), -1);
}

static void message__writes_dates_that_it_reads(void **state) {
    (void)state;
    char text[MESSAGE_DATE_BYTES];
    int64_t now = message_now_micros();
    message_date(now, text);
    assert_int_equal(date_read(text), now);
    message_date(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000000Z");
}

static bool parse(Message *message, const char *header, const char *content, Error *err) {
    Slice frames[] = {SLICE("<IDS|MSG>"), SLICE(""),   slice_from_cstr(header),
                      SLICE("{}"),        SLICE("{}"), slice_from_cstr(content)};
    WireKey key;
    wire_key_init(&key, SLICE(""));
    return message_parse(message, frames, COUNT_OF(frames), &key, NULL, err);
}

static void message__refuses_what_is_not_json_objects(void **state) {
    (void)state;
    static const char *const bad[][2] = {{"{", "{}"},
                                         {"[]", "{}"},
                                         {"{\"msg_type\":\"a\"}", "1"},
                                         {"{\"msg_type\":\"a\"}", ""},
                                         {"{\"msg_type\":\"\\ud800\"}", "{}"},
                                         {"{\"msg_type\":\"a\"}", "{\"x\":\"\xff\"}"},
                                         {"{}", "{}"},
                                         {"{\"msg_type\":7}", "{}"}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        AUTO(Message, message) = {0};
        Error err = {0};
        assert_false(parse(&message, bad[i][0], bad[i][1], &err));
        assert_int_equal(err.code, ERR_WIRE_MESSAGE_REFUSED);
    }
}

static void message__ignores_members_it_does_not_know(void **state) {
    (void)state;
    AUTO(Message, message) = {0};
    Error err = {0};
    assert_true(parse(&message,
                      "{\"msg_type\":\"x\",\"msg_id\":\"1\",\"subshell_id\":null,\"new\":[]}",
                      "{\"f\":true,\"n\":3,\"r\":2.9}", &err));
    assert_int_equal(message.subshell_id.bytes, 0);
    assert_true(message_flag(message.content, "f", false));
    assert_true(message_flag(message.content, "g", true));
    assert_int_equal(message_number(message.content, "n", 0), 3);
    assert_int_equal(message_number(message.content, "r", 0), 2);
    assert_int_equal(message_number(message.content, "missing", -7), -7);
}

static void connection__reads_both_transports(void **state) {
    (void)state;
    Error err = {0};
    AUTO(Connection, tcp) = {0};
    assert_true(connection_parse(
        &tcp,
        SLICE("{\"transport\":\"tcp\",\"ip\":\"127.0.0.1\",\"shell_port\":1,\"iopub_port\":2,"
              "\"stdin_port\":3,\"control_port\":4,\"hb_port\":5,\"key\":\"k\",\"more\":1}"),
        &err));
    assert_string_equal(connection_endpoint(&tcp, PORT_CONTROL), "tcp://127.0.0.1:4");
    AUTO(Connection, ipc) = {0};
    assert_true(connection_parse(
        &ipc,
        SLICE("{\"transport\":\"ipc\",\"ip\":\"/tmp/a-ipc\",\"shell_port\":1,\"iopub_port\":2,"
              "\"stdin_port\":3,\"control_port\":4,\"hb_port\":5,\"key\":\"\"}"),
        &err));
    assert_string_equal(connection_endpoint(&ipc, PORT_HEARTBEAT), "ipc:///tmp/a-ipc-5");
    tcp.ip = SLICE("::1");
    assert_string_equal(connection_endpoint(&tcp, PORT_SHELL), "tcp://[::1]:1");
}

static void connection__refuses_files_it_cannot_serve(void **state) {
    (void)state;
#define PORTS "\"shell_port\":1,\"iopub_port\":2,\"stdin_port\":3,\"control_port\":4"
    static const char *const bad[] = {
        "",
        "[]",
        "{" PORTS "}",
        "{" PORTS ",\"hb_port\":70000}",
        "{" PORTS ",\"hb_port\":5,\"transport\":\"udp\"}",
        "{" PORTS ",\"hb_port\":5,\"signature_scheme\":\"hmac-md5\"}",
        "{" PORTS ",\"hb_port\":5,\"curve_publickey\":\"abc\"}",
    };
#undef PORTS
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        AUTO(Connection, connection) = {0};
        Error err = {0};
        assert_false(connection_parse(&connection, slice_from_cstr(bad[i]), &err));
        assert_int_equal(err.code, ERR_INVALID_CONFIGURATION);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message__reads_dates_of_clients),
        cmocka_unit_test(message__writes_dates_that_it_reads),
        cmocka_unit_test(message__refuses_what_is_not_json_objects),
        cmocka_unit_test(message__ignores_members_it_does_not_know),
        cmocka_unit_test(connection__reads_both_transports),
        cmocka_unit_test(connection__refuses_files_it_cannot_serve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
