// SPDX-License-Identifier: Apache-2.0
// The connection file: where a kernel listens and with which keys.
#pragma once

#include "platform/zmq.h"

typedef enum ConnectionPort {
    PORT_SHELL,
    PORT_IOPUB,
    PORT_STDIN,
    PORT_CONTROL,
    PORT_HEARTBEAT,
    PORT_COUNT
} ConnectionPort;

typedef struct Connection {
    Arena arena;
    bool is_ipc;
    Slice ip; // address, or the path prefix of ipc
    int ports[PORT_COUNT];
    Slice key;        // of the signatures; empty: unsigned
    Slice public_key; // Curve, Z85; empty: plain
    Slice secret_key;
    int registration_port; // 0, or where the manager waits to be told the ports (JEP 66)
} Connection;

bool connection_read(Connection *connection, const char *path, Error *err) MUST_CHECK;
bool connection_parse(Connection *connection, Slice text, Error *err) MUST_CHECK;
// A file for a new kernel, readable by its owner only.
bool connection_write(const Connection *connection, const char *path, const char *kernel_name,
                      Error *err) MUST_CHECK;
void connection_deinit(Connection *connection);
// "tcp://127.0.0.1:4000", "ipc:///path-1"; lives in the connection's arena.
const char *connection_endpoint(Connection *connection, ConnectionPort port);

AUTO_DEFINE(Connection, connection_deinit)
