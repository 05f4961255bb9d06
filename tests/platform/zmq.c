// SPDX-License-Identifier: Apache-2.0
#include "platform/zmq.h"
#include "base/limits.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

// A bound socket and one connected to it.
typedef struct Pair {
    ZmqContext *context;
    ZmqSocket *bound;
    ZmqSocket *peer;
} Pair;

static Pair pair_open(ZmqKind bound, ZmqKind peer, Slice public_key, Slice secret_key) {
    Pair pair = {0};
    Error err = {0};
    char endpoint[128];
    pair.context = zmq_context_open(&err);
    pair.bound = zmq_socket_open(pair.context, bound, &err);
    pair.peer = zmq_socket_open(pair.context, peer, &err);
    if (secret_key.bytes) {
        assert_true(zmq_socket_encrypt_server(pair.bound, public_key, secret_key, &err));
        assert_true(zmq_socket_encrypt_client(pair.peer, public_key, &err));
    }
    if (peer == ZMQ_KIND_SUB) zmq_socket_subscribe(pair.peer, SLICE(""));
    assert_true(zmq_socket_bind(pair.bound, "tcp://127.0.0.1:*", &err));
    zmq_socket_endpoint(pair.bound, endpoint, sizeof endpoint);
    assert_true(zmq_socket_connect(pair.peer, endpoint, &err));
    return pair;
}

static void pair_close(Pair *pair) {
    zmq_socket_close(pair->bound);
    zmq_socket_close(pair->peer);
    zmq_context_close(pair->context);
}

static uint32_t receive(ZmqSocket *socket, Arena *arena, Slice **frames) {
    uint32_t count = 0;
    assert_true(zmq_socket_wait(socket, 5000));
    assert_true(zmq_socket_receive(socket, arena, frames, &count));
    return count;
}

static void zmq_socket__carries_frames_both_ways(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Pair pair = pair_open(ZMQ_KIND_ROUTER, ZMQ_KIND_DEALER, SLICE(""), SLICE(""));
    Slice sent[] = {SLICE("a"), SLICE(""), SLICE("ccc")}, *got;
    assert_true(zmq_socket_send(pair.peer, sent, 3));
    assert_int_equal(receive(pair.bound, &arena, &got), 4); // with the identity before
    assert_true(slice_equal(got[3], SLICE("ccc")));
    Slice reply[] = {got[0], SLICE("back")};
    assert_true(zmq_socket_send(pair.bound, reply, 2));
    assert_int_equal(receive(pair.peer, &arena, &got), 1);
    assert_true(slice_equal(got[0], SLICE("back")));
    uint32_t count;
    assert_false(zmq_socket_receive(pair.peer, &arena, &got, &count));
    pair_close(&pair);
}

static void zmq_socket__drops_messages_of_too_many_frames(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Pair pair = pair_open(ZMQ_KIND_ROUTER, ZMQ_KIND_DEALER, SLICE(""), SLICE(""));
    Slice *frames = ARENA_ARRAY(&arena, Slice, LIMIT_WIRE_FRAMES + 1), *got;
    for (int i = 0; i <= LIMIT_WIRE_FRAMES; i++) frames[i] = SLICE("x");
    assert_true(zmq_socket_send(pair.peer, frames, LIMIT_WIRE_FRAMES - 1));
    assert_int_equal(receive(pair.bound, &arena, &got), LIMIT_WIRE_FRAMES);
    assert_true(zmq_socket_send(pair.peer, frames, LIMIT_WIRE_FRAMES));
    assert_int_equal(receive(pair.bound, &arena, &got), 0);
    assert_true(zmq_socket_send(pair.peer, frames, 1));
    assert_int_equal(receive(pair.bound, &arena, &got), 2);
    pair_close(&pair);
}

static void zmq_socket__encrypts(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    char public_key[ZMQ_KEY_BYTES + 1], secret_key[ZMQ_KEY_BYTES + 1];
    if (!zmq_context_has_curve()) skip();
    assert_true(zmq_context_make_keys(public_key, secret_key));
    Pair pair = pair_open(ZMQ_KIND_ROUTER, ZMQ_KIND_DEALER, slice_from_cstr(public_key),
                          slice_from_cstr(secret_key));
    Slice sent = SLICE("secret"), *got;
    assert_true(zmq_socket_send(pair.peer, &sent, 1));
    assert_int_equal(receive(pair.bound, &arena, &got), 2);
    pair_close(&pair);
}

static void zmq_socket__refuses_malformed_keys(void **state) {
    (void)state;
    Error err = {0};
    AUTO_PTR(ZmqContext, context) = zmq_context_open(&err);
    ZmqSocket *socket = zmq_socket_open(context, ZMQ_KIND_ROUTER, &err);
    assert_false(zmq_socket_encrypt_server(socket, SLICE("short"), SLICE("short"), &err));
    assert_int_equal(err.code, ERR_INTERNAL_ERROR);
    zmq_socket_close(socket);
}

static void zmq_socket__tells_of_subscriptions(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Pair pair = pair_open(ZMQ_KIND_XPUB, ZMQ_KIND_SUB, SLICE(""), SLICE(""));
    Slice *got;
    assert_int_equal(receive(pair.bound, &arena, &got), 1);
    assert_true(slice_equal(got[0], SLICE("\x01")));
    pair_close(&pair);
}

enum { SENDERS = 4, MESSAGES = 5000 };

static void *send_many(void *socket) {
    Slice frame = SLICE("x");
    for (int i = 0; i < MESSAGES; i++)
        while (!zmq_socket_send(socket, &frame, 1)) usleep(100);
    return NULL;
}

// Threads send on a socket while another receives on it, asleep in poll: no edge may be lost.
static void zmq_socket__is_shared_by_threads(void **state) {
    (void)state;
    Pair pair = pair_open(ZMQ_KIND_DEALER, ZMQ_KIND_DEALER, SLICE(""), SLICE(""));
    int waker = eventfd(0, EFD_NONBLOCK);
    zmq_socket_set_waker(pair.bound, waker);
    pthread_t threads[SENDERS + 1];
    pthread_create(&threads[0], NULL, send_many, pair.peer);
    for (int i = 1; i <= SENDERS; i++) pthread_create(&threads[i], NULL, send_many, pair.bound);
    struct pollfd waits[] = {
        {.fd = zmq_socket_descriptor(pair.bound), .events = POLLIN},
        {.fd = waker, .events = POLLIN},
    };
    for (int received = 0; received < MESSAGES;) {
        AUTO(Arena, arena) = {0};
        Slice *frames;
        uint32_t count;
        while (zmq_socket_receive(pair.bound, &arena, &frames, &count)) received++;
        if (received >= MESSAGES) break;
        assert_true(poll(waits, 2, 5000) > 0);
        uint64_t value;
        if (waits[1].revents && read(waker, &value, sizeof value) < 0) continue;
    }
    for (int received = 0; received < SENDERS * MESSAGES;) {
        AUTO(Arena, arena) = {0};
        Slice *frames;
        uint32_t count;
        assert_true(zmq_socket_wait(pair.peer, 5000));
        while (zmq_socket_receive(pair.peer, &arena, &frames, &count)) received++;
    }
    for (int i = 0; i <= SENDERS; i++) pthread_join(threads[i], NULL);
    pair_close(&pair);
    close(waker);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zmq_socket__carries_frames_both_ways),
        cmocka_unit_test(zmq_socket__drops_messages_of_too_many_frames),
        cmocka_unit_test(zmq_socket__encrypts),
        cmocka_unit_test(zmq_socket__refuses_malformed_keys),
        cmocka_unit_test(zmq_socket__tells_of_subscriptions),
        cmocka_unit_test(zmq_socket__is_shared_by_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
