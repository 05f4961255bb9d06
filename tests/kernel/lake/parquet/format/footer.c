// SPDX-License-Identifier: Apache-2.0
// Footers by hand: the thrift reader's limits, sizes and offsets that lie, memory that a small
// footer must not get.
#include "kernel/lake/parquet/format/footer.h"

#include "base/text.h"
#include "kernel/lake/parquet/format/page_header.h"
#include "kernel/lake/parquet/format/thrift.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define BYTES(literal) slice_of(literal, sizeof(literal) - 1)

static void thrift__reads_numbers_and_bytes(void **state) {
    (void)state;
    ThriftReader in = thrift_reader(BYTES("\x96\x01\x01\x03"
                                          "abc"));
    assert_int_equal(thrift_i64(&in), 75);
    assert_int_equal(thrift_i64(&in), -1);
    assert_true(slice_equal(thrift_binary(&in), SLICE("abc")));
    assert_false(in.failed);
    assert_int_equal(thrift_byte(&in), 0);
    assert_true(in.failed);
}

static void thrift__fails_for_good(void **state) {
    (void)state;
    ThriftReader in = thrift_reader(BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
    assert_int_equal(thrift_varint(&in), 0);
    assert_true(in.failed);
    in = thrift_reader(BYTES("\x7F"
                             "abc"));
    assert_null(thrift_binary(&in).data);
    assert_true(in.failed);
    in = thrift_reader(BYTES("\xFF\xFF\xFF\xFF\x7F")); // more than 32 bits
    assert_int_equal(thrift_i32(&in), 0);
    assert_true(in.failed);
    ThriftType type;
    in = thrift_reader(BYTES("\xFC\x7F\x00"));
    assert_int_equal(thrift_list(&in, &type), 0); // 127 elements in a byte
    assert_true(in.failed);
    int32_t id = 0;
    uint32_t key;
    in = thrift_reader(BYTES(""));
    assert_false(thrift_field(&in, &id, &key));
    assert_true(in.failed);
}

static void thrift__skips_what_it_does_not_know(void **state) {
    (void)state;
    // A struct of every type, then a byte that is left.
    static const char data[] = "\x11\x12\x13\x05\x14\x06\x15\x08\x16\x0A\x17"
                               "12345678"
                               "\x18\x03"
                               "abc"
                               "\x19\x21\x01\x02"
                               "\x1B\x01\x58\x02\x01"
                               "z"
                               "\x1C\x15\x02\x00\x1D"
                               "0123456789abcdef"
                               "\x00"
                               "!";
    ThriftReader in = thrift_reader(BYTES(data));
    thrift_skip(&in, THRIFT_KEY(1, THRIFT_STRUCT));
    assert_false(in.failed);
    assert_int_equal(thrift_byte(&in), '!');
    AUTO(Text, deep) = {0};
    text_append_repeat(&deep, '\x1C', 1000);
    in = thrift_reader(text_slice(&deep));
    thrift_skip(&in, THRIFT_KEY(1, THRIFT_STRUCT));
    assert_true(in.failed);
}

static void assert_tail(const char *tail, uint64_t file_bytes, const char *reason) {
    uint32_t bytes;
    Error err = {0};
    bool ok = footer_tail(SLICE("f"), (const uint8_t *)tail, file_bytes, &bytes, &err);
    assert_int_equal(ok, reason == NULL);
    if (!ok) {
        Slice got = error_parameter(&err, "reason");
        assert_true(slice_find(got, slice_from_cstr(reason), 0) != SIZE_MAX);
    }
}

static void footer_tail__names_what_is_wrong(void **state) {
    (void)state;
    assert_tail("\x10\0\0\0PAR1", 100, NULL);
    assert_tail("\x10\0\0\0PARE", 100, "encrypted");
    assert_tail("\x10\0\0\0PAR2", 100, "not a Parquet file");
    assert_tail("\x00\0\0\0PAR1", 100, "does not fit");
    assert_tail("\x5C\0\0\0PAR1", 100, NULL);
    assert_tail("\x5D\0\0\0PAR1", 100, "does not fit");
    assert_tail("\xFF\xFF\xFF\xFFPAR1", 100, "does not fit");
}

static bool parse(Arena *arena, Slice data, uint64_t file_bytes, ParquetFooter *footer,
                  Error *err) {
    error_reset(err);
    return footer_parse(arena, SLICE("f"), data, file_bytes, footer, err);
}

// version 1; schema: root of one required INT32 "x"; 2 rows; one row group.
#define SCHEMA "\x15\x02\x19\x2C\x48\x01r\x15\x02\x00\x15\x02\x25\x00\x18\x01x\x00\x16\x04"
// Chunk: offset 4, metadata {type, encodings, path, codec, values 2, sizes, data page 4}.
#define CHUNK(bytes, page)                                                                 \
    "\x26\x08\x1C\x15\x02\x19\x15\x00\x19\x18\x01x\x15\x00\x16\x04\x16" bytes "\x16" bytes \
    "\x26" page "\x00\x00"
#define GROUPS(chunk) "\x19\x1C\x19\x1C" chunk "\x16\x10\x16\x04\x00\x00"

static void footer_parse__reads_a_small_one(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    ParquetFooter footer;
    Error err = {0};
    assert_true(parse(&arena, BYTES(SCHEMA GROUPS(CHUNK("\x20", "\x08"))), 100, &footer, &err));
    assert_int_equal(footer.element_count, 2);
    assert_int_equal(footer.leaf_count, 1);
    assert_int_equal(footer.row_group_count, 1);
    assert_int_equal(footer.row_count, 2);
    assert_int_equal(footer.row_groups[0].chunks[0].offset, 4);
    assert_int_equal(footer.row_groups[0].chunks[0].bytes, 16);
    assert_int_equal(footer.elements[1].physical, PARQUET_INT32);
    assert_int_equal(footer.elements[1].field_id, -1);
}

static void footer_parse__refuses_offsets_past_the_end(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    ParquetFooter footer;
    Error err = {0};
    assert_true(parse(&arena, BYTES(SCHEMA GROUPS(CHUNK("\x20", "\x08"))), 20, &footer, &err));
    assert_false(parse(&arena, BYTES(SCHEMA GROUPS(CHUNK("\x20", "\x08"))), 19, &footer, &err));
    assert_false(parse(&arena, BYTES(SCHEMA GROUPS(CHUNK("\x1F", "\x08"))), 100, &footer, &err));
    assert_false(parse(&arena, BYTES(SCHEMA GROUPS(CHUNK("\x20", "\x07"))), 100, &footer, &err));
    assert_string_equal(error_class(&err), "CANNOT_READ_FILE");
}

static void footer_parse__gives_no_memory_for_nothing(void **state) {
    (void)state;
    AUTO(Arena, arena) = {0};
    AUTO(Text, data) = {0};
    ParquetFooter footer;
    Error err = {0};
    // A million elements, row groups or chunks of one byte each.
    text_append(&data, BYTES("\x29\xFC\xC0\x84\x3D"));
    text_append_repeat(&data, '\0', 1000000);
    assert_false(parse(&arena, text_slice(&data), 1 << 30, &footer, &err));
    text_reset(&data);
    text_append(&data, BYTES(SCHEMA "\x19\xFC\xC0\x84\x3D"));
    text_append_repeat(&data, '\0', 1000000);
    assert_false(parse(&arena, text_slice(&data), 1 << 30, &footer, &err));
    assert_true(arena.total_bytes < 200 << 20);
}

static void page_header__tells_short_from_bad(void **state) {
    (void)state;
    PageHeader header;
    // A V1 page: kind 0, 100 unpacked, 50 stored, 7 values, plain, RLE levels.
    static const char good[] = "\x15\x00\x15\xC8\x01\x15\x64\x2C\x15\x0E\x15\x00\x15\x06\x15\x06"
                               "\x00\x00";
    assert_int_equal(page_header_parse(BYTES(good), &header), PAGE_HEADER_OK);
    assert_int_equal(header.header_bytes, sizeof good - 1);
    assert_int_equal(header.value_count, 7);
    assert_int_equal(header.bytes, 50);
    assert_true(header.has_data_header);
    for (size_t cut = 0; cut < sizeof good - 1; cut++) {
        assert_int_equal(page_header_parse(slice_of(good, cut), &header), PAGE_HEADER_SHORT);
    }
    assert_int_equal(page_header_parse(BYTES("\x15\x00\x15\x01\x00"), &header), PAGE_HEADER_BAD);
    assert_int_equal(page_header_parse(BYTES("\x15\x10\x00"), &header), PAGE_HEADER_BAD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thrift__reads_numbers_and_bytes),
        cmocka_unit_test(thrift__fails_for_good),
        cmocka_unit_test(thrift__skips_what_it_does_not_know),
        cmocka_unit_test(footer_tail__names_what_is_wrong),
        cmocka_unit_test(footer_parse__reads_a_small_one),
        cmocka_unit_test(footer_parse__refuses_offsets_past_the_end),
        cmocka_unit_test(footer_parse__gives_no_memory_for_nothing),
        cmocka_unit_test(page_header__tells_short_from_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
