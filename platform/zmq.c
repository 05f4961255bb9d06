// SPDX-License-Identifier: Apache-2.0
#include "platform/zmq.h"
#include "base/limits.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

enum { LINGER_MS = 1000 };

struct ZmqContext {
    void *handle;
};

struct ZmqSocket {
    void *handle;         // of libzmq
    pthread_mutex_t lock; // held around every use of handle
    int waker;            // eventfd, or -1
};

static bool fail(Error *err, const char *what, const char *where) {
    return error_internal(err, "%s %s: %s", what, where, zmq_strerror(zmq_errno()));
}

ZmqContext *zmq_context_open(Error *err) {
    void *handle = zmq_ctx_new();
    if (!handle) {
        fail(err, "cannot start", "libzmq");
        return NULL;
    }
    ZmqContext *context = xcalloc(1, sizeof *context);
    context->handle = handle;
    return context;
}

void zmq_context_stop(ZmqContext *context) {
    if (context) zmq_ctx_shutdown(context->handle);
}

void zmq_context_close(ZmqContext *context) {
    if (!context) return;
    while (zmq_ctx_term(context->handle) != 0 && zmq_errno() == EINTR) {}
    free(context);
}

bool zmq_context_has_curve(void) { return zmq_has("curve") == 1; }

bool zmq_context_make_keys(char public_key[ZMQ_KEY_BYTES + 1], char secret_key[ZMQ_KEY_BYTES + 1]) {
    return zmq_curve_keypair(public_key, secret_key) == 0;
}

static int kind_number(ZmqKind kind) {
    static const int numbers[] = {
        [ZMQ_KIND_ROUTER] = ZMQ_ROUTER, [ZMQ_KIND_DEALER] = ZMQ_DEALER, [ZMQ_KIND_XPUB] = ZMQ_XPUB,
        [ZMQ_KIND_SUB] = ZMQ_SUB,       [ZMQ_KIND_REP] = ZMQ_REP,       [ZMQ_KIND_REQ] = ZMQ_REQ,
    };
    return numbers[kind];
}

static void set_int(void *handle, int option, int value) {
    zmq_setsockopt(handle, option, &value, sizeof value);
}

ZmqSocket *zmq_socket_open(ZmqContext *context, ZmqKind kind, Error *err) {
    void *handle = zmq_socket(context->handle, kind_number(kind));
    if (!handle) {
        fail(err, "cannot open", "a socket");
        return NULL;
    }
    set_int(handle, ZMQ_LINGER, LINGER_MS);
    int64_t largest = LIMIT_WIRE_FRAME_BYTES;
    zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &largest, sizeof largest);
    if (kind == ZMQ_KIND_ROUTER) set_int(handle, ZMQ_ROUTER_HANDOVER, 1);
    if (kind == ZMQ_KIND_XPUB) {
        set_int(handle, ZMQ_XPUB_VERBOSE, 1);
        set_int(handle, ZMQ_SNDHWM, LIMIT_WIRE_QUEUE);
    }
    if (kind == ZMQ_KIND_SUB) set_int(handle, ZMQ_RCVHWM, LIMIT_WIRE_QUEUE);
    ZmqSocket *socket = xcalloc(1, sizeof *socket);
    socket->handle = handle;
    socket->waker = -1;
    pthread_mutex_init(&socket->lock, NULL);
    return socket;
}

void zmq_socket_close(ZmqSocket *socket) {
    if (!socket) return;
    zmq_close(socket->handle);
    pthread_mutex_destroy(&socket->lock);
    free(socket);
}

// Keys are set as NUL-terminated Z85 text: libzmq tells the form by the length.
static bool set_key(ZmqSocket *socket, int option, Slice key) {
    char text[ZMQ_KEY_BYTES + 1];
    if (key.bytes != ZMQ_KEY_BYTES) return false;
    memcpy(text, key.data, ZMQ_KEY_BYTES);
    text[ZMQ_KEY_BYTES] = '\0';
    return zmq_setsockopt(socket->handle, option, text, sizeof text) == 0;
}

bool zmq_socket_encrypt_server(ZmqSocket *socket, Slice public_key, Slice secret_key, Error *err) {
    if (!zmq_context_has_curve())
        return error_internal(err, "this libzmq was built without CurveZMQ encryption");
    int yes = 1;
    if (zmq_setsockopt(socket->handle, ZMQ_CURVE_SERVER, &yes, sizeof yes) != 0 ||
        !set_key(socket, ZMQ_CURVE_SECRETKEY, secret_key) ||
        !set_key(socket, ZMQ_CURVE_PUBLICKEY, public_key))
        return error_internal(err, "the Curve keys are not 40 characters of Z85");
    return true;
}

bool zmq_socket_encrypt_client(ZmqSocket *socket, Slice server_key, Error *err) {
    char public_key[ZMQ_KEY_BYTES + 1], secret_key[ZMQ_KEY_BYTES + 1];
    if (!zmq_context_make_keys(public_key, secret_key))
        return error_internal(err, "this libzmq was built without CurveZMQ encryption");
    if (!set_key(socket, ZMQ_CURVE_SERVERKEY, server_key) ||
        !set_key(socket, ZMQ_CURVE_PUBLICKEY, slice_from_cstr(public_key)) ||
        !set_key(socket, ZMQ_CURVE_SECRETKEY, slice_from_cstr(secret_key)))
        return error_internal(err, "the Curve keys are not 40 characters of Z85");
    return true;
}

void zmq_socket_set_identity(ZmqSocket *socket, Slice identity) {
    zmq_setsockopt(socket->handle, ZMQ_ROUTING_ID, identity.data, identity.bytes);
}

bool zmq_socket_bind(ZmqSocket *socket, const char *endpoint, Error *err) {
    if (strchr(endpoint, '[')) set_int(socket->handle, ZMQ_IPV6, 1);
    if (zmq_bind(socket->handle, endpoint) == 0) return true;
    return fail(err, "cannot listen on", endpoint);
}

bool zmq_socket_connect(ZmqSocket *socket, const char *endpoint, Error *err) {
    if (strchr(endpoint, '[')) set_int(socket->handle, ZMQ_IPV6, 1);
    if (zmq_connect(socket->handle, endpoint) == 0) return true;
    return fail(err, "cannot connect to", endpoint);
}

void zmq_socket_subscribe(ZmqSocket *socket, Slice topic) {
    zmq_setsockopt(socket->handle, ZMQ_SUBSCRIBE, topic.data, topic.bytes);
}

void zmq_socket_endpoint(ZmqSocket *socket, char *out, size_t bytes) {
    if (zmq_getsockopt(socket->handle, ZMQ_LAST_ENDPOINT, out, &bytes) != 0) out[0] = '\0';
}

int zmq_socket_descriptor(ZmqSocket *socket) {
    int descriptor = -1;
    size_t bytes = sizeof descriptor;
    zmq_getsockopt(socket->handle, ZMQ_FD, &descriptor, &bytes);
    return descriptor;
}

void zmq_socket_set_waker(ZmqSocket *socket, int eventfd_descriptor) {
    socket->waker = eventfd_descriptor;
}

static void wake_receiver(ZmqSocket *socket) {
    int events = 0;
    size_t bytes = sizeof events;
    if (zmq_getsockopt(socket->handle, ZMQ_EVENTS, &events, &bytes) != 0) return;
    uint64_t one = 1;
    if (events & ZMQ_POLLIN && write(socket->waker, &one, sizeof one) < 0) return;
}

bool zmq_socket_send(ZmqSocket *socket, const Slice *frames, size_t count) {
    pthread_mutex_lock(&socket->lock);
    bool sent = true;
    for (size_t i = 0; i < count && sent; i++) {
        int flags = ZMQ_DONTWAIT | (i + 1 < count ? ZMQ_SNDMORE : 0);
        int done;
        do {
            done = zmq_send(socket->handle, frames[i].data, frames[i].bytes, flags);
        } while (done < 0 && zmq_errno() == EINTR);
        sent = done >= 0;
    }
    if (socket->waker >= 0) wake_receiver(socket);
    pthread_mutex_unlock(&socket->lock);
    return sent;
}

// One frame of the message under way; *more tells whether another follows.
static bool receive_frame(ZmqSocket *socket, Arena *arena, bool keep, Slice *frame, bool *more) {
    zmq_msg_t part;
    zmq_msg_init(&part);
    int got;
    do {
        got = zmq_msg_recv(&part, socket->handle, ZMQ_DONTWAIT);
    } while (got < 0 && zmq_errno() == EINTR);
    if (got >= 0) {
        *more = zmq_msg_more(&part) != 0;
        if (keep) *frame = arena_copy(arena, slice_of(zmq_msg_data(&part), (size_t)got));
    }
    zmq_msg_close(&part);
    return got >= 0;
}

bool zmq_socket_receive(ZmqSocket *socket, Arena *arena, Slice **frames, uint32_t *count) {
    Slice *list = NULL;
    size_t got = 0;
    bool more = true, any = false;
    pthread_mutex_lock(&socket->lock);
    while (more) {
        Slice frame = SLICE_NONE;
        if (!receive_frame(socket, arena, got <= LIMIT_WIRE_FRAMES, &frame, &more)) break;
        any = true;
        if (got <= LIMIT_WIRE_FRAMES) ARENA_PUSH(arena, list, got, frame);
    }
    pthread_mutex_unlock(&socket->lock);
    *frames = list;
    *count = got > LIMIT_WIRE_FRAMES ? 0 : (uint32_t)got;
    return any;
}

bool zmq_socket_wait(ZmqSocket *socket, int timeout_ms) {
    zmq_pollitem_t item = {.socket = socket->handle, .events = ZMQ_POLLIN};
    return zmq_poll(&item, 1, timeout_ms) > 0;
}

void zmq_socket_echo(ZmqSocket *socket) {
    for (;;) {
        zmq_msg_t part;
        zmq_msg_init(&part);
        if (zmq_msg_recv(&part, socket->handle, 0) < 0) {
            bool again = zmq_errno() == EINTR || zmq_errno() == EAGAIN;
            zmq_msg_close(&part);
            if (again) continue;
            return;
        }
        int flags = zmq_msg_more(&part) ? ZMQ_SNDMORE : 0;
        if (zmq_msg_send(&part, socket->handle, flags) < 0) zmq_msg_close(&part);
    }
}
