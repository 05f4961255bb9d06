// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/deletion/deleted_rows.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>
#include <roaring/roaring.h>

static void append_number(Text *out, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) text_append_char(out, (char)(value >> (8 * i)));
}

// Serialises one bucket by the reference library.
static void append_bucket(Text *out, uint32_t key, const roaring_bitmap_t *bitmap) {
    append_number(out, key, 4);
    size_t bytes = roaring_bitmap_portable_size_in_bytes(bitmap);
    roaring_bitmap_portable_serialize(bitmap, text_reserve(out, bytes));
    text_added(out, bytes);
}

static bool read_set(Slice bytes, Arena *arena, DeletedRows *set, const char **reason) {
    // A copy of the exact size lets the address sanitizer see one byte too far.
    char *copy = malloc(bytes.bytes ? bytes.bytes : 1);
    memcpy(copy, bytes.data, bytes.bytes);
    bool ok = deleted_rows_read(set, arena, slice_of(copy, bytes.bytes), reason);
    free(copy);
    return ok;
}

// A random bitmap that has array, bitmap and run containers.
static roaring_bitmap_t *random_bitmap(unsigned *seed) {
    roaring_bitmap_t *bitmap = roaring_bitmap_create();
    for (int k = 0; k < 6; k++) {
        uint32_t base = (uint32_t)(rand_r(seed) % 40) << 16;
        switch (rand_r(seed) % 3) {
        case 0:
            for (int i = 0; i < 100; i++)
                roaring_bitmap_add(bitmap, base + (uint32_t)rand_r(seed) % 65536);
            break;
        case 1:
            for (int i = 0; i < 9000; i++)
                roaring_bitmap_add(bitmap, base + (uint32_t)rand_r(seed) % 65536);
            break;
        default: {
            uint32_t start = (uint32_t)rand_r(seed) % 60000;
            roaring_bitmap_add_range(bitmap, base + start,
                                     base + start + 1 + (uint32_t)rand_r(seed) % 70000);
        }
        }
    }
    if (rand_r(seed) % 2) roaring_bitmap_run_optimize(bitmap);
    return bitmap;
}

static void check_range(const DeletedRows *set, const roaring_bitmap_t *bitmap, uint64_t base,
                        uint64_t first, uint32_t count) {
    uint64_t *bits = calloc(count / 64 + 1, 8);
    deleted_rows_mark(set, first, count, bits);
    uint64_t expected = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t row = first + i;
        bool in = row >= base && row - base <= UINT32_MAX &&
                  roaring_bitmap_contains(bitmap, (uint32_t)(row - base));
        expected += in;
        if ((bits[i / 64] >> (i % 64) & 1) != in) fail_msg("row %llu", (unsigned long long)row);
    }
    assert_int_equal(deleted_rows_count(set, first, count), expected);
    free(bits);
}

static void deleted_rows__agrees_with_the_reference(void **state) {
    (void)state;
    unsigned seed = (unsigned)time(NULL), start = seed;
    print_message("seed %u\n", start);
    for (int round = 0; round < 40; round++) {
        AUTO(Text, bytes) = {0};
        AUTO(Arena, arena) = {0};
        roaring_bitmap_t *bitmap = random_bitmap(&seed);
        uint32_t bucket = (uint32_t)rand_r(&seed) % 3;
        append_number(&bytes, 1, 8);
        append_bucket(&bytes, bucket, bitmap);
        DeletedRows set;
        const char *reason = NULL;
        assert_true(read_set(text_slice(&bytes), &arena, &set, &reason));
        uint64_t base = (uint64_t)bucket << 32;
        assert_int_equal(set.count, roaring_bitmap_get_cardinality(bitmap));
        assert_int_equal(deleted_rows_last(&set), base + roaring_bitmap_maximum(bitmap));
        assert_true(deleted_rows_contains(&set, deleted_rows_last(&set)));
        assert_false(deleted_rows_contains(&set, deleted_rows_last(&set) + 1));
        for (int i = 0; i < 20; i++)
            check_range(&set, bitmap, base, base + (uint64_t)rand_r(&seed) % (41u << 16),
                        1 + (uint32_t)rand_r(&seed) % 100000);
        roaring_bitmap_free(bitmap);
    }
}

static void deleted_rows__reads_several_buckets(void **state) {
    (void)state;
    AUTO(Text, bytes) = {0};
    AUTO(Arena, arena) = {0};
    roaring_bitmap_t *bitmap = roaring_bitmap_of(3, 1, 5, 70000);
    append_number(&bytes, 2, 8);
    append_bucket(&bytes, 0, bitmap);
    append_bucket(&bytes, 7, bitmap);
    roaring_bitmap_free(bitmap);
    DeletedRows set;
    const char *reason = NULL;
    assert_true(read_set(text_slice(&bytes), &arena, &set, &reason));
    assert_int_equal(set.count, 6);
    assert_true(deleted_rows_contains(&set, (7ull << 32) + 70000));
    assert_int_equal(deleted_rows_count(&set, 2, 1ull << 33), 2);
}

static void deleted_rows__reads_the_empty_set(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    DeletedRows set;
    const char *reason = NULL;
    assert_true(read_set(SLICE("\0\0\0\0\0\0\0\0"), &arena, &set, &reason));
    assert_int_equal(set.count, 0);
    assert_int_equal(deleted_rows_last(&set), 0);
    assert_false(deleted_rows_contains(&set, 0));
    uint64_t bits = 0;
    deleted_rows_mark(&set, 0, 64, &bits);
    assert_int_equal(bits, 0);
}

// Each hand-made fault has its reason.
static void deleted_rows__refuses_what_is_not_canonical(void **state) {
    (void)state;
#define COUNT_1 "\1\0\0\0\0\0\0\0"
#define KEY_0 "\0\0\0\0"
#define PLAIN_1 "\x3A\x30\0\0\1\0\0\0"
#define RUNS_1 "\x3B\x30\0\0\1"
    static const struct {
        Slice bytes;
        const char *reason;
    } cases[] = {
        {{"", 0}, "it is cut short"},
        {{"\1\0\0\0\0\0\0", 7}, "it is cut short"},
        {{COUNT_1, 8}, "it is cut short"},
        {{COUNT_1 "\0\0\0\x80", 12}, "a row number is negative"},
        {{COUNT_1 KEY_0 "\1\2\3\4", 16}, "it is no Roaring bitmap"},
        {{COUNT_1 KEY_0 "\x3A\x30\0\0\1\0\1\0", 20}, "it has more containers than there can be"},
        {{COUNT_1 KEY_0 PLAIN_1 "\0\0\1\0"
                                "\0\0\0\0"
                                "\5\0\4\0",
          32},
         "rows are not in ascending order"},
        {{COUNT_1 KEY_0 PLAIN_1 "\0\0\0\0"
                                "\0\0\0\0"
                                "\5\0\4",
          31},
         "bytes are left behind its end"},
        {{COUNT_1 KEY_0 RUNS_1 "\0\0\4\0"
                               "\1\0"
                               "\0\0\5\0",
          27},
         "the runs' rows are not as many as they say"},
        {{COUNT_1 KEY_0 RUNS_1 "\0\0\4\0"
                               "\1\0"
                               "\xFE\xFF\5\0",
          27},
         "a run reaches beyond its container"},
        {{COUNT_1 KEY_0 RUNS_1 "\0\0\3\0"
                               "\2\0"
                               "\4\0\1\0\0\0\1\0",
          31},
         "runs are not in ascending order"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO(Arena, arena) = {0};
        DeletedRows set;
        const char *reason = NULL;
        if (read_set(cases[i].bytes, &arena, &set, &reason)) fail_msg("case %zu", i);
        assert_string_equal(reason, cases[i].reason);
    }
}

// Every prefix is refused, and no changed byte crashes.
static void deleted_rows__survives_mutations(void **state) {
    (void)state;
    AUTO(Text, bytes) = {0};
    roaring_bitmap_t *bitmap = roaring_bitmap_of(4, 1, 5, 70000, 70001);
    roaring_bitmap_add_range(bitmap, 200000, 201000);
    roaring_bitmap_run_optimize(bitmap);
    append_number(&bytes, 1, 8);
    append_bucket(&bytes, 0, bitmap);
    roaring_bitmap_free(bitmap);
    const char *reason;
    DeletedRows set;
    for (size_t i = 0; i < bytes.bytes; i++) {
        AUTO(Arena, arena) = {0};
        assert_false(read_set(slice_first(text_slice(&bytes), i), &arena, &set, &reason));
        for (int change = 1; change < 256; change++) {
            arena_reset(&arena);
            bytes.data[i] = (char)(bytes.data[i] ^ change);
            (void)!read_set(text_slice(&bytes), &arena, &set, &reason);
            bytes.data[i] = (char)(bytes.data[i] ^ change);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deleted_rows__agrees_with_the_reference),
        cmocka_unit_test(deleted_rows__reads_several_buckets),
        cmocka_unit_test(deleted_rows__reads_the_empty_set),
        cmocka_unit_test(deleted_rows__refuses_what_is_not_canonical),
        cmocka_unit_test(deleted_rows__survives_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
