// SPDX-License-Identifier: Apache-2.0
// A received message: frames cut from the input by a length byte pair each, parsed unsigned and
// signed; then read as a connection file.
#include "notebook/connection.h"
#include "notebook/message.h"
#include "notebook/nbformat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void parse(const Slice *frames, uint32_t count, const WireKey *key, WireGuard *guard) {
    AUTO(Message, message) = {0};
    Error err = {0};
    int64_t date;
    if (!message_parse(&message, frames, count, key, guard, &err)) {
        ASSERT(error_is_set(&err));
        return;
    }
    ASSERT(message.type.bytes);
    if (!message_date_parse(message.date, &date)) return;
    char text[MESSAGE_DATE_BYTES];
    if (date > 0 && date < INT64_C(253402300800000000)) message_date(date, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    static WireKey plain, secret;
    wire_key_init(&plain, SLICE(""));
    wire_key_init(&secret, SLICE("secret"));
    Slice frames[64];
    uint32_t count = 0;
    size_t at = 0;
    while (at + 2 <= bytes && count < COUNT_OF(frames)) {
        size_t length = MIN((size_t)data[at] << 8 | data[at + 1], bytes - at - 2);
        frames[count++] = slice_of((const char *)data + at + 2, length);
        at += 2 + length;
    }
    AUTO(WireGuard, guard) = {0};
    parse(frames, count, &plain, NULL);
    parse(frames, count, &secret, &guard);
    AUTO(Connection, connection) = {0};
    Error err = {0};
    Slice text = slice_of((const char *)data, bytes);
    if (connection_parse(&connection, text, &err)) connection_endpoint(&connection, PORT_SHELL);
    AUTO(Notebook, notebook) = {0};
    if (notebook_parse(&notebook, text, &err)) {
        AUTO(Text, out) = {0};
        notebook_append(&notebook, &out);
    }
    return 0;
}
