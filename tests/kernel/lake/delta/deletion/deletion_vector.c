// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/deletion/deletion_vector.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char *data_folder(void) {
    const char *folder = getenv("TARN_TEST_DATA");
    return folder ? folder : "../shared/data";
}

// The vector of delta-golden/table-with-dv-small: rows 0 and 9.
static const DeltaVectorDescriptor small = {.storage = 'u',
                                            .has_offset = true,
                                            .offset = 1,
                                            .size_bytes = 36,
                                            .cardinality = 2,
                                            .path_or_inline = {"vBn[lx{q8@P<9BNH/isA", 20}};

static void skip_without_data(void) {
    if (access(data_folder(), R_OK) != 0) skip();
}

static Slice table_path(Arena *arena) {
    return arena_printf(arena, "%s/delta/delta-golden/table-with-dv-small/delta", data_folder());
}

static void z85__decodes(void **state) {
    (void)state;
    unsigned char out[8];
    size_t bytes;
    assert_true(z85_decode(SLICE("HelloWorld"), out, &bytes));
    assert_int_equal(bytes, 8);
    assert_memory_equal(out, "\x86\x4F\xD2\x6F\xB5\x59\xF7\x5B", 8);
    assert_true(z85_decode(SLICE(""), out, &bytes));
    assert_int_equal(bytes, 0);
    assert_true(z85_decode(SLICE("Hello##093"), out, &bytes)); // two bytes at the end
    assert_int_equal(bytes, 6);
    assert_memory_equal(out + 4, "\3\0", 2);
    assert_true(z85_decode(SLICE("###30"), out, &bytes));
    assert_int_equal(bytes, 1);
    assert_int_equal(out[0], 255);
    assert_false(z85_decode(SLICE("###31"), out, &bytes));
    assert_false(z85_decode(SLICE("##093Hello"), out, &bytes));
    assert_false(z85_decode(SLICE("Hell"), out, &bytes));
    assert_false(z85_decode(SLICE("Hell~"), out, &bytes));
    assert_false(z85_decode(SLICE("Hell\0"), out, &bytes));
    assert_false(z85_decode(SLICE("$$$$$"), out, &bytes)); // above 32 bits
}

static void vector__has_a_path(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    Slice path;
    assert_true(delta_vector_path(&small, SLICE("/t"), &arena, &path, &err));
    assert_true(
        slice_equal(path, SLICE("/t/deletion_vector_61d16c75-6994-46b7-a15b-8b538852e50e.bin")));
    DeltaVectorDescriptor other = small;
    other.path_or_inline = SLICE("ab^-aqEH.-t@S}K{vb[*k^");
    assert_true(delta_vector_path(&other, SLICE("/t"), &arena, &path, &err));
    assert_true(
        slice_equal(path, SLICE("/t/ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin")));
    other = (DeltaVectorDescriptor){.storage = 'p', .path_or_inline = SLICE("file:/x/a%20b.bin")};
    assert_true(delta_vector_path(&other, SLICE("/t"), &arena, &path, &err));
    assert_true(slice_equal(path, SLICE("/x/a b.bin")));
    other.storage = 'q';
    assert_false(delta_vector_path(&other, SLICE("/t"), &arena, &path, &err));
    other = (DeltaVectorDescriptor){.storage = 'u', .path_or_inline = SLICE("short")};
    assert_false(delta_vector_path(&other, SLICE("/t"), &arena, &path, &err));
    assert_string_equal(error_class(&err), "DELTA_DELETION_VECTOR_MALFORMED");
}

static void vector__has_an_id(void **state) {
    (void)state;
    AUTO(Text, text) = {0};
    delta_vector_append_id(&small, &text);
    assert_string_equal(text_cstr(&text), "uvBn[lx{q8@P<9BNH/isA@1");
    DeltaVectorDescriptor other = small;
    other.has_offset = false;
    text_reset(&text);
    delta_vector_append_id(&other, &text);
    assert_string_equal(text_cstr(&text), "uvBn[lx{q8@P<9BNH/isA");
}

static void vector__reads_a_file(void **state) {
    (void)state;
    skip_without_data();
    AUTO(Arena, arena) = {0};
    Error err = {0};
    DeletedRows set;
    assert_true(delta_vector_read(&small, table_path(&arena), &arena, &set, &err));
    assert_int_equal(set.count, 2);
    assert_true(deleted_rows_contains(&set, 0));
    assert_true(deleted_rows_contains(&set, 9));
    assert_false(deleted_rows_contains(&set, 5));
}

// The protocol's own example.
static void vector__reads_inline_text(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    Error err = {0};
    DeletedRows set;
    DeltaVectorDescriptor vector = {
        .storage = 'i',
        .size_bytes = 44,
        .cardinality = 6,
        .path_or_inline = SLICE("^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L"),
    };
    assert_true(delta_vector_read(&vector, SLICE("/t"), &arena, &set, &err));
    assert_int_equal(set.count, 6);
    static const uint64_t rows[] = {3, 4, 7, 11, 18, 29};
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_true(deleted_rows_contains(&set, rows[i]));
    vector.size_bytes = 45;
    assert_false(delta_vector_read(&vector, SLICE("/t"), &arena, &set, &err));
    vector.size_bytes = 43;
    assert_false(delta_vector_read(&vector, SLICE("/t"), &arena, &set, &err));
}

static void vector__says_what_is_wrong(void **state) {
    (void)state;
    skip_without_data();
    AUTO(Arena, arena) = {0};
    Error err = {0};
    DeletedRows set;
    Slice table = table_path(&arena);
    DeltaVectorDescriptor vector = small;
    vector.cardinality = 3;
    assert_false(delta_vector_read(&vector, table, &arena, &set, &err));
    assert_true(slice_equal(error_parameter(&err, "reason"),
                            SLICE("it has more or fewer rows than the log says")));
    vector = small;
    vector.size_bytes = 35;
    assert_false(delta_vector_read(&vector, table, &arena, &set, &err));
    assert_true(slice_equal(error_parameter(&err, "reason"),
                            SLICE("its size differs from the one in the log")));
    vector.size_bytes = -1;
    assert_false(delta_vector_read(&vector, table, &arena, &set, &err));
    vector.size_bytes = 1 << 20;
    assert_false(delta_vector_read(&vector, table, &arena, &set, &err));
    vector = small;
    vector.offset = 1 << 30;
    assert_false(delta_vector_read(&vector, table, &arena, &set, &err));
    vector = small;
    assert_false(delta_vector_read(&vector, SLICE("/no/such/table"), &arena, &set, &err));
    assert_true(slice_starts_with(error_parameter(&err, "path"), SLICE("/no/such/table/")));
}

// A copy of the file with one byte changed is never taken for the vector.
static void vector__notices_changed_bytes(void **state) {
    (void)state;
    skip_without_data();
    AUTO(Arena, arena) = {0};
    Error err = {0};
    Slice path;
    assert_true(delta_vector_path(&small, table_path(&arena), &arena, &path, &err));
    char bytes[64], folder[] = "/tmp/tarn-vector-XXXXXX";
    int fd = open(arena_cstr(&arena, path), O_RDONLY);
    assert_true(fd >= 0);
    ssize_t count = read(fd, bytes, sizeof bytes);
    close(fd);
    assert_int_equal(count, 45);
    assert_non_null(mkdtemp(folder));
    Slice copy;
    assert_true(delta_vector_path(&small, slice_from_cstr(folder), &arena, &copy, &err));
    const char *copy_path = arena_cstr(&arena, copy);
    for (ssize_t i = 0; i < count; i++) {
        bytes[i] = (char)(bytes[i] ^ 4);
        fd = open(copy_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        assert_int_equal(write(fd, bytes, (size_t)count), count);
        close(fd);
        bytes[i] = (char)(bytes[i] ^ 4);
        DeletedRows set;
        if (delta_vector_read(&small, slice_from_cstr(folder), &arena, &set, &err))
            fail_msg("byte %zd", i);
    }
    unlink(copy_path);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(z85__decodes),
        cmocka_unit_test(vector__has_a_path),
        cmocka_unit_test(vector__has_an_id),
        cmocka_unit_test(vector__reads_a_file),
        cmocka_unit_test(vector__reads_inline_text),
        cmocka_unit_test(vector__says_what_is_wrong),
        cmocka_unit_test(vector__notices_changed_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
