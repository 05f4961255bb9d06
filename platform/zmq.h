// SPDX-License-Identifier: Apache-2.0
// Message sockets, by libzmq.
//
// A socket here may be used by several threads: each call holds its lock. The one thread that
// receives sleeps in poll() on zmq_socket_descriptor, which libzmq signals at edges only: it
// receives until there is nothing more before it sleeps again, and a sender that swallowed an edge
// wakes it through the socket's waker.
#pragma once

#include "base/arena.h"
#include "base/error.h"

typedef struct ZmqContext ZmqContext;
typedef struct ZmqSocket ZmqSocket;

typedef enum ZmqKind {
    ZMQ_KIND_ROUTER,
    ZMQ_KIND_DEALER,
    ZMQ_KIND_XPUB,
    ZMQ_KIND_SUB,
    ZMQ_KIND_REP,
    ZMQ_KIND_REQ,
} ZmqKind;

enum { ZMQ_KEY_BYTES = 40 }; // a Curve key in Z85 text

ZmqContext *zmq_context_open(Error *err) MUST_CHECK;
// Makes every blocked call on its sockets return false.
void zmq_context_stop(ZmqContext *context);
// After all its sockets are closed; waits until what was sent is out (one second at most).
void zmq_context_close(ZmqContext *context);
// Whether this libzmq can encrypt.
bool zmq_context_has_curve(void);
// A key pair for zmq_socket_encrypt_*, NUL-terminated.
bool zmq_context_make_keys(char public_key[ZMQ_KEY_BYTES + 1], char secret_key[ZMQ_KEY_BYTES + 1]);

ZmqSocket *zmq_socket_open(ZmqContext *context, ZmqKind kind, Error *err) MUST_CHECK;
void zmq_socket_close(ZmqSocket *socket);
// Before bind or connect: CurveZMQ as the server (own pair) or as a client of a server's key.
bool zmq_socket_encrypt_server(ZmqSocket *socket, Slice public_key, Slice secret_key,
                               Error *err) MUST_CHECK;
bool zmq_socket_encrypt_client(ZmqSocket *socket, Slice server_key, Error *err) MUST_CHECK;
void zmq_socket_set_identity(ZmqSocket *socket, Slice identity);
bool zmq_socket_bind(ZmqSocket *socket, const char *endpoint, Error *err) MUST_CHECK;
bool zmq_socket_connect(ZmqSocket *socket, const char *endpoint, Error *err) MUST_CHECK;
void zmq_socket_subscribe(ZmqSocket *socket, Slice topic);
// Where it is bound ("tcp://127.0.0.1:41000"), also after binding to port 0.
void zmq_socket_endpoint(ZmqSocket *socket, char *out, size_t bytes);

// For poll(POLLIN); see above.
int zmq_socket_descriptor(ZmqSocket *socket);
// An eventfd to raise when a send notices that there is something to receive.
void zmq_socket_set_waker(ZmqSocket *socket, int eventfd_descriptor);
// Sends all frames as one message; false when the peer is gone or the queue is full.
bool zmq_socket_send(ZmqSocket *socket, const Slice *frames, size_t count);
// The next message, copied into the arena; false when there is none, or more frames than
// LIMIT_WIRE_FRAMES (then it is dropped and *count is 0).
bool zmq_socket_receive(ZmqSocket *socket, Arena *arena, Slice **frames, uint32_t *count);
// Waits for a message; -1 waits for ever. False on timeout or zmq_context_stop.
bool zmq_socket_wait(ZmqSocket *socket, int timeout_ms);
// Returns every message to its sender until the context stops.
void zmq_socket_echo(ZmqSocket *socket);

AUTO_PTR_DEFINE(ZmqContext, zmq_context_close)
AUTO_PTR_DEFINE(ZmqSocket, zmq_socket_close)
