// SPDX-License-Identifier: Apache-2.0
#include "notebook/connection.h"
#include "base/limits.h"
#include "base/quote.h"
#include "notebook/message.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 65536 };

static const char *const PORT_NAMES[PORT_COUNT] = {"shell_port", "iopub_port", "stdin_port",
                                                   "control_port", "hb_port"};

static bool invalid(Error *err, const char *name, const char *value, const char *reason) {
    return error_set(err, ERR_INVALID_CONFIGURATION, "confName", name, "confValue", value, "reason",
                     reason);
}

static Slice member_copy(Connection *connection, const json_t *object, const char *name) {
    return arena_copy(&connection->arena, message_text(object, name));
}

static bool ports_read(Connection *connection, const json_t *object, Error *err) {
    for (int i = 0; i < PORT_COUNT; i++) {
        int64_t port = message_number(object, PORT_NAMES[i], -1);
        if (port < 0 || port > 65535)
            return invalid(err, PORT_NAMES[i], "", "the connection file needs a port number here");
        connection->ports[i] = (int)port;
    }
    return true;
}

static bool object_read(Connection *connection, const json_t *object, Error *err) {
    Slice scheme = message_text(object, "signature_scheme");
    if (scheme.bytes && !slice_equal(scheme, SLICE("hmac-sha256")))
        return invalid(err, "signature_scheme", arena_cstr(&connection->arena, scheme),
                       "only hmac-sha256 is known");
    Slice transport = message_text(object, "transport");
    connection->is_ipc = slice_equal(transport, SLICE("ipc"));
    if (transport.bytes && !connection->is_ipc && !slice_equal(transport, SLICE("tcp")))
        return invalid(err, "transport", arena_cstr(&connection->arena, transport),
                       "tcp and ipc are known");
    connection->ip = member_copy(connection, object, "ip");
    if (!connection->ip.bytes) connection->ip = SLICE("127.0.0.1");
    connection->key = member_copy(connection, object, "key");
    connection->public_key = member_copy(connection, object, "curve_publickey");
    connection->secret_key = member_copy(connection, object, "curve_secretkey");
    if (connection->public_key.bytes != 0 && connection->secret_key.bytes == 0)
        return invalid(err, "curve_secretkey", "", "curve_publickey is there without it");
    return ports_read(connection, object, err);
}

bool connection_parse(Connection *connection, Slice text, Error *err) {
    json_error_t details;
    json_t *object = json_loadb(text.data ? text.data : "", text.bytes, 0, &details);
    bool ok = json_is_object(object)
                  ? object_read(connection, object, err)
                  : invalid(err, "connection file", details.text, "it is not a JSON object");
    json_decref(object);
    return ok;
}

bool connection_read(Connection *connection, const char *path, Error *err) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return error_io(err, path, errno);
    char *text = arena_alloc(&connection->arena, FILE_BYTES_MAX);
    size_t bytes = 0;
    ssize_t got = 1;
    while (got > 0 && bytes < FILE_BYTES_MAX) {
        got = read(file, text + bytes, FILE_BYTES_MAX - bytes);
        if (got > 0) bytes += (size_t)got;
    }
    int number = errno;
    close(file);
    if (got < 0) return error_io(err, path, number);
    return connection_parse(connection, slice_of(text, bytes), err);
}

static void field_append(Text *out, const char *name, Slice value) {
    text_printf(out, ",\"%s\":", name);
    quote_json(out, value);
}

bool connection_write(const Connection *connection, const char *path, const char *kernel_name,
                      Error *err) {
    AUTO(Text, out) = {0};
    text_printf(&out, "{\"transport\":\"%s\"", connection->is_ipc ? "ipc" : "tcp");
    field_append(&out, "ip", connection->ip);
    field_append(&out, "key", connection->key);
    field_append(&out, "signature_scheme", SLICE("hmac-sha256"));
    field_append(&out, "kernel_name", slice_from_cstr(kernel_name));
    if (connection->secret_key.bytes) {
        field_append(&out, "curve_publickey", connection->public_key);
        field_append(&out, "curve_secretkey", connection->secret_key);
    }
    for (int i = 0; i < PORT_COUNT; i++)
        text_printf(&out, ",\"%s\":%d", PORT_NAMES[i], connection->ports[i]);
    text_append_cstr(&out, "}\n");
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return error_io(err, path, errno);
    ssize_t written = write(file, out.data, out.bytes);
    int number = errno;
    close(file);
    return written == (ssize_t)out.bytes || error_io(err, path, number);
}

void connection_deinit(Connection *connection) {
    arena_deinit(&connection->arena);
    *connection = (Connection){0};
}

const char *connection_endpoint(Connection *connection, ConnectionPort port) {
    Slice ip = connection->ip;
    const char *form = connection->is_ipc                        ? "ipc://%.*s-%d"
                       : slice_find_char(ip, ':', 0) != SIZE_MAX ? "tcp://[%.*s]:%d"
                                                                 : "tcp://%.*s:%d";
    return arena_printf(&connection->arena, form, SLICE_ARGS(ip), connection->ports[port]).data;
}
