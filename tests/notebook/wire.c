// SPDX-License-Identifier: Apache-2.0
#include "notebook/wire.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const Slice TEXTS[4] = {{"{\"a\":1}", 7}, {"{}", 2}, {"{}", 2}, {"{\"x\":2}", 7}};

static Slice *frames_make(const WireKey *key, Arena *arena, uint32_t *count) {
    Slice identities[] = {SLICE("one"), SLICE("two")}, buffers[] = {SLICE("raw")};
    WireParts parts = {.identities = identities,
                       .identity_count = 2,
                       .header = TEXTS[0],
                       .parent = TEXTS[1],
                       .metadata = TEXTS[2],
                       .content = TEXTS[3],
                       .buffers = buffers,
                       .buffer_count = 1};
    return wire_frames(&parts, key, arena, count);
}

static void wire__reads_what_it_writes(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    WireKey key;
    wire_key_init(&key, SLICE("secret"));
    uint32_t count;
    Slice *frames = frames_make(&key, &arena, &count);
    assert_int_equal(count, 9);
    WireParts parts;
    Error err = {0};
    assert_true(wire_parse(frames, count, &key, NULL, &parts, &err));
    assert_int_equal(parts.identity_count, 2);
    assert_int_equal(parts.buffer_count, 1);
    assert_true(slice_equal(parts.header, TEXTS[0]));
    assert_true(slice_equal(parts.content, TEXTS[3]));
    assert_true(slice_equal(parts.buffers[0], SLICE("raw")));
}

static void wire__signs_as_the_reference_does(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    WireKey key;
    wire_key_init(&key, SLICE("secret"));
    uint32_t count;
    Slice *frames = frames_make(&key, &arena, &count);
    // python: hmac.new(b"secret", b'{"a":1}{}{}{"x":2}', "sha256").hexdigest()
    assert_true(slice_equal_cstr(
        frames[3], "c3e7406eb165ab42ee741a913c0b0f85c5de0f1590ce570fe11055c705e99571"));
}

static void wire__refuses_a_changed_text_but_not_a_changed_buffer(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    WireKey key;
    wire_key_init(&key, SLICE("secret"));
    uint32_t count;
    WireParts parts;
    for (uint32_t i = 4; i < 9; i++) {
        Slice *frames = frames_make(&key, &arena, &count);
        frames[i] = SLICE("{\"b\":1}");
        Error err = {0};
        assert_int_equal(wire_parse(frames, count, &key, NULL, &parts, &err), i == 8);
        assert_int_equal(err.code, i == 8 ? ERR_NONE : ERR_WIRE_MESSAGE_REFUSED);
    }
}

static void wire__refuses_malformed_signatures(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    WireKey key;
    wire_key_init(&key, SLICE("secret"));
    uint32_t count;
    WireParts parts;
    static const char *const bad[] = {"", "00", "zz", "0", "g"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        Slice *frames = frames_make(&key, &arena, &count);
        frames[3] = slice_from_cstr(bad[i]);
        Error err = {0};
        assert_false(wire_parse(frames, count, &key, NULL, &parts, &err));
    }
    Slice *frames = frames_make(&key, &arena, &count);
    char *upper = arena_cstr(&arena, frames[3]);
    upper[0] = (char)(upper[0] == '0' ? '1' : '0');
    frames[3] = slice_of(upper, 64);
    Error err = {0};
    assert_false(wire_parse(frames, count, &key, NULL, &parts, &err));
}

static void wire__takes_any_signature_without_a_key(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    WireKey key;
    wire_key_init(&key, SLICE(""));
    uint32_t count;
    Slice *frames = frames_make(&key, &arena, &count);
    assert_int_equal(frames[3].bytes, 0);
    frames[3] = SLICE("anything");
    WireParts parts;
    Error err = {0};
    assert_true(wire_parse(frames, count, &key, NULL, &parts, &err));
}

static void wire__refuses_truncated_messages(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    WireKey key;
    wire_key_init(&key, SLICE(""));
    uint32_t count;
    Slice *frames = frames_make(&key, &arena, &count);
    WireParts parts;
    for (uint32_t cut = 0; cut < 8; cut++) {
        Error err = {0};
        assert_false(wire_parse(frames, cut, &key, NULL, &parts, &err));
        assert_int_equal(err.code, ERR_WIRE_MESSAGE_REFUSED);
    }
    Error err = {0};
    assert_true(wire_parse(frames, 8, &key, NULL, &parts, &err));
    assert_int_equal(parts.buffer_count, 0);
}

static void wire__refuses_a_replayed_message(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    AUTO(WireGuard, guard) = {0};
    WireKey key;
    wire_key_init(&key, SLICE("secret"));
    uint32_t count;
    Slice *frames = frames_make(&key, &arena, &count);
    WireParts parts;
    Error err = {0};
    assert_true(wire_parse(frames, count, &key, &guard, &parts, &err));
    assert_false(wire_parse(frames, count, &key, &guard, &parts, &err));
    assert_int_equal(err.code, ERR_WIRE_MESSAGE_REFUSED);
}

static void digest_of(uint64_t number, unsigned char digest[CRYPTO_HMAC_BYTES]) {
    memset(digest, 0, CRYPTO_HMAC_BYTES);
    number = number * 0x9E3779B97F4A7C15u + 1;
    memcpy(digest, &number, sizeof number);
}

static void wire_guard__remembers_exactly_the_limit(void **state) {
    (void)state;
    AUTO(WireGuard, guard) = {0};
    unsigned char digest[CRYPTO_HMAC_BYTES];
    for (uint64_t i = 0; i < LIMIT_WIRE_REPLAY; i++) {
        digest_of(i, digest);
        assert_true(wire_guard_admit(&guard, digest));
    }
    digest_of(0, digest);
    assert_false(wire_guard_admit(&guard, digest)); // the oldest of the limit
    digest_of(LIMIT_WIRE_REPLAY, digest);
    assert_true(wire_guard_admit(&guard, digest)); // pushes the oldest out
    digest_of(0, digest);
    assert_true(wire_guard_admit(&guard, digest));
    for (uint64_t i = 2; i <= LIMIT_WIRE_REPLAY; i++) {
        digest_of(i, digest);
        assert_false(wire_guard_admit(&guard, digest));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wire__reads_what_it_writes),
        cmocka_unit_test(wire__signs_as_the_reference_does),
        cmocka_unit_test(wire__refuses_a_changed_text_but_not_a_changed_buffer),
        cmocka_unit_test(wire__refuses_malformed_signatures),
        cmocka_unit_test(wire__takes_any_signature_without_a_key),
        cmocka_unit_test(wire__refuses_truncated_messages),
        cmocka_unit_test(wire__refuses_a_replayed_message),
        cmocka_unit_test(wire_guard__remembers_exactly_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
