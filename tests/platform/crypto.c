// SPDX-License-Identifier: Apache-2.0
#include "platform/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// RFC 4231, test cases 1 and 2.
static void crypto__signs_the_vectors_of_the_rfc(void **state) {
    (void)state;
    static const struct {
        const char *key, *text, *digest;
    } cases[] = {
        {"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
         "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CryptoHmac hmac;
        unsigned char digest[CRYPTO_HMAC_BYTES];
        char hex[CRYPTO_HMAC_HEX_BYTES + 1];
        Slice text = slice_from_cstr(cases[i].text);
        Slice parts[] = {slice_first(text, 3), SLICE(""), slice_from(text, 3)};
        crypto_hmac_init(&hmac, slice_from_cstr(cases[i].key));
        crypto_hmac_sign(&hmac, parts, COUNT_OF(parts), digest);
        crypto_hex(digest, sizeof digest, hex);
        assert_string_equal(hex, cases[i].digest);
        crypto_hmac_sign(&hmac, &text, 1, digest); // signing leaves the key as it was
        crypto_hex(digest, sizeof digest, hex);
        assert_string_equal(hex, cases[i].digest);
    }
}

static void crypto__reads_hexadecimal_strictly(void **state) {
    (void)state;
    unsigned char out[2];
    assert_true(crypto_from_hex(SLICE("a0Ff"), out, 2));
    assert_int_equal(out[0], 0xA0);
    assert_int_equal(out[1], 0xFF);
    static const char *const bad[] = {"", "a0", "a0f", "a0fff", "a0fg", "a0 f", "a0f\n"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(crypto_from_hex(slice_from_cstr(bad[i]), out, 2));
}

static void crypto__compares(void **state) {
    (void)state;
    assert_true(crypto_same("abc", "abd", 2));
    assert_false(crypto_same("abc", "abd", 3));
    assert_true(crypto_same("x", "y", 0));
}

static void crypto__makes_uuids_of_version_4(void **state) {
    (void)state;
    char a[CRYPTO_UUID_BYTES + 1], b[CRYPTO_UUID_BYTES + 1];
    crypto_uuid(a);
    crypto_uuid(b);
    assert_string_not_equal(a, b);
    assert_int_equal(strlen(a), CRYPTO_UUID_BYTES);
    assert_int_equal(a[14], '4');
    assert_non_null(strchr("89ab", a[19]));
    for (size_t i = 0; i < CRYPTO_UUID_BYTES; i++)
        assert_int_equal(a[i] == '-', i == 8 || i == 13 || i == 18 || i == 23);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crypto__signs_the_vectors_of_the_rfc),
        cmocka_unit_test(crypto__reads_hexadecimal_strictly),
        cmocka_unit_test(crypto__compares),
        cmocka_unit_test(crypto__makes_uuids_of_version_4),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
